//! A landing zone of toys: a graph, a cloud, and short words for what is done with them.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    cloud::Cloud,
    toy::{Account, OptIn, REGISTRY, Spec, Toy},
};
use crate::{
    engine::{
        apply::{self, Outcome},
        destroy,
        event::{Event, Events, Numbered},
        graph::{Graph, Needs, PlaceId, Ref},
        pace::Pace,
        plan::{self, Action, Options, Plan, Step},
        select::Selection,
        snapshot::{self, Keep, Snapshot},
        world::World,
    },
    names::{Origin, Region},
};

/// The name of every landing zone of the tests.
pub(super) const ZONE: &str = "acme";

/// A Region that needs no opt-in, and one that does.
pub(super) const HERE: &str = "us-east-1";
pub(super) const ABROAD: &str = "eu-south-1";

/// Short words for graphs of toys.
pub(super) trait Draw {
    fn home(&mut self) -> PlaceId;
    fn account(&mut self, name: &str) -> PlaceId;
    fn at_home(&mut self, account: PlaceId, region: &str) -> PlaceId;
    fn abroad(&mut self, account: PlaceId) -> PlaceId;
    fn toy<const N: usize>(
        &mut self,
        at: PlaceId,
        name: &str,
        make: impl FnOnce(&mut Needs<'_>, Spec) -> Spec,
    ) -> Ref<Toy<N>>;
    fn plain<const N: usize>(&mut self, at: PlaceId, name: &str) -> Ref<Toy<N>> {
        self.toy(at, name, |_, spec| spec.with("a", "1"))
    }
}

impl Draw for Graph {
    /// The management account's global place.
    fn home(&mut self) -> PlaceId {
        self.management(None)
    }

    /// An account and its global place.
    fn account(&mut self, name: &str) -> PlaceId {
        let home = self.home();
        let gate: Ref<Account> = self.toy(home, name, |_, spec| spec);
        self.global(name.parse().expect("it is a name"), gate)
    }

    /// A Region that needs no opt-in.
    fn at_home(&mut self, account: PlaceId, region: &str) -> PlaceId {
        self.region::<OptIn>(account, region.parse().expect("it is a Region"), None)
    }

    /// A Region that does.
    fn abroad(&mut self, account: PlaceId) -> PlaceId {
        let region: Region = ABROAD.parse().expect("it is a Region");
        let gate: Ref<OptIn> = self.toy(account, ABROAD, |_, spec| spec);
        self.region(account, region, Some(gate))
    }

    /// A node whose key is its name.
    fn toy<const N: usize>(
        &mut self,
        at: PlaceId,
        name: &str,
        make: impl FnOnce(&mut Needs<'_>, Spec) -> Spec,
    ) -> Ref<Toy<N>> {
        self.add::<Toy<N>>(at, name, &Origin::file("zone.toml"), |needs| make(needs, Spec::new(name)))
    }
}

/// A run that is about to be made.
pub(super) struct Zone {
    pub cloud: Arc<Cloud>,
    pub graph: Arc<Graph>,
    pub world: Arc<World>,
    pub options: Options,
    pub only: Vec<String>,
    events: UnboundedReceiver<Numbered>,
}

impl Zone {
    /// A landing zone over an empty cloud.
    pub(super) fn new(draw: impl FnOnce(&mut Graph)) -> Self {
        Self::over(Arc::default(), draw)
    }

    /// A landing zone over a cloud that is there already.
    pub(super) fn over(cloud: Arc<Cloud>, draw: impl FnOnce(&mut Graph)) -> Self {
        let mut graph = Graph::new(ZONE);
        draw(&mut graph);
        assert!(graph.duplicates().is_empty(), "{:?}", graph.duplicates());
        let (events, heard) = Events::channel();
        let shared: Arc<Cloud> = Arc::clone(&cloud);
        let mut world = World::new(REGISTRY, shared, 3, events);
        world.pace = Pace::hurried();
        let (world, graph) = (Arc::new(world), Arc::new(graph));
        Self { cloud, graph, world, options: Options::default(), only: Vec::new(), events: heard }
    }

    /// The same landing zone after the TOML was changed.
    pub(super) fn become_(&self, draw: impl FnOnce(&mut Graph)) -> Self {
        Self { options: self.options.clone(), ..Self::over(Arc::clone(&self.cloud), draw) }
    }

    pub(super) fn pace(mut self, set: impl FnOnce(&mut Pace)) -> Self {
        set(&mut Arc::get_mut(&mut self.world).expect("no run has begun").pace);
        self
    }

    pub(super) fn prune(mut self) -> Self {
        self.options.prune = true;
        self
    }

    pub(super) fn adopt(mut self) -> Self {
        self.options.adopt = true;
        self
    }

    pub(super) fn only(mut self, words: &[&str]) -> Self {
        self.only = words.iter().map(ToString::to_string).collect();
        self
    }

    fn selection(&self) -> Selection {
        if self.only.is_empty() {
            return Selection::everything();
        }
        Selection::only(&self.graph, &self.only).expect("the words name something")
    }

    pub(super) async fn read(&self, keep: Keep) -> Snapshot {
        snapshot::read(&self.world, &self.graph, self.selection(), keep).await
    }

    pub(super) async fn plan(&self) -> Plan {
        self.seen().await.0
    }

    /// A plan, and what it was made of.
    pub(super) async fn seen(&self) -> (Plan, Snapshot) {
        let snapshot = self.read(Keep::Differences).await;
        (plan::plan(&self.graph, &snapshot, &self.options), snapshot)
    }

    pub(super) async fn apply(&self) -> (Arc<Plan>, Outcome) {
        let snapshot = self.read(Keep::Differences).await;
        let plan = Arc::new(plan::plan(&self.graph, &snapshot, &self.options));
        let outcome = apply::apply(&self.world, &self.graph, snapshot, &plan, &self.options).await;
        (plan, outcome)
    }

    /// Takes away all that may go.
    pub(super) async fn destroy(&self, own: &[&str]) -> (Arc<Plan>, Outcome) {
        let mut snapshot = self.read(Keep::Everything).await;
        let own: Vec<_> = own.iter().map(ToString::to_string).collect();
        let plan = Arc::new(destroy::destroy(&self.graph, &mut snapshot, &own, &self.options));
        let outcome = apply::apply(&self.world, &self.graph, snapshot, &plan, &self.options).await;
        (plan, outcome)
    }

    /// Applies, and demands that nothing fails and nothing is left to do.
    pub(super) async fn apply_clean(&self) {
        let (_, outcome) = self.apply().await;
        let Outcome { failed, skipped, interrupted, .. } = &outcome;
        assert!(failed.is_empty() && skipped.is_empty() && *interrupted == 0, "{outcome:#?}");
        self.assert_settled().await;
    }

    /// Demands that nothing is left to do, and that looking changes nothing.
    pub(super) async fn assert_settled(&self) {
        let before = self.cloud.changes().len();
        let (plan, _) = self.apply().await;
        assert_eq!(words(&plan), Vec::<String>::new());
        assert_eq!(self.cloud.changes()[before..], []);
    }

    /// All events so far.
    pub(super) fn heard(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.events.try_recv().ok()).map(|numbered| numbered.event).collect()
    }
}

/// The plan in words: `create management/global/toy/named/a`.
pub(super) fn words(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| format!("{} {}", word(step), step.address)).collect()
}

fn word(step: &Step) -> &'static str {
    match step.action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Adopt => "adopt",
        Action::Wait(_) => "wait",
        Action::Blocked(_) => "blocked",
        Action::Undetermined(_) => "undetermined",
        Action::Remove => "remove",
        Action::Delete => "delete",
        Action::Orphan(_) => "orphan",
    }
}

/// The step at an address.
pub(super) fn step<'p>(plan: &'p Plan, address: &str) -> &'p Step {
    let found = plan.steps.iter().find(|step| &*step.address == address);
    found.unwrap_or_else(|| panic!("{address} is not among {:?}", words(plan)))
}

/// What was done, in the order in which it ended.
pub(super) fn done(outcome: &Outcome) -> Vec<&str> {
    outcome.done.iter().map(|(address, _)| &**address).collect()
}

/// What failed, and why.
pub(super) fn failed(outcome: &Outcome) -> Vec<(&str, String)> {
    outcome.failed.iter().map(|(address, error)| (&**address, error.to_string())).collect()
}

/// What was skipped, and because of what.
pub(super) fn skipped(outcome: &Outcome) -> BTreeMap<&str, &str> {
    outcome.skipped.iter().map(|(address, because)| (&**address, &**because)).collect()
}
