//! The executor: starts a step once everything it needs is done, goes on with independent branches after a failure.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use tokio::task::JoinSet;

use super::{
    error::{Error, Result},
    event::{Event, Verb},
    graph::{Graph, NodeId},
    plan::{Action, Options, Plan, Step},
    poll::Poller,
    remove::remove,
    snapshot::{Entry, Snapshot},
    step::Run,
    world::World,
};

/// What an apply came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Steps that are done, in the order in which they ended.
    pub done: Vec<(Arc<str>, Verb)>,
    /// Steps that failed, and why.
    pub failed: Vec<(Arc<str>, Arc<Error>)>,
    /// Steps that were not tried, and the address of the root cause.
    pub skipped: Vec<(Arc<str>, Arc<str>)>,
    /// Steps that were not started, because the run was interrupted.
    pub interrupted: usize,
}

/// Makes AWS equal to the landing zone, as the plan shows: first takes back what denies, then works through the graph,
/// then removes what was replaced, then deletes orphans in reverse order of the registry.
pub async fn apply(
    world: &Arc<World>,
    graph: &Arc<Graph>,
    snapshot: Snapshot,
    plan: &Arc<Plan>,
    options: &Options,
) -> Outcome {
    let mut outcome = Outcome::default();
    world.events.tell(Event::Applying { accounts: by_account(plan) });
    let removals = Removals::of(world, plan);
    removals.run(&removals.first, world, graph, &snapshot, &mut outcome).await;
    let Snapshot { entries, outputs, strays, unreadable, selection } = snapshot;
    let poller = Arc::new(Poller::new(world, graph, &outputs));
    let walk = Walk::new(graph, plan, options.adopt, poller, entries);
    walk.run(&mut outcome).await;
    let snapshot = Snapshot { entries: Vec::new(), outputs, strays, unreadable, selection };
    removals.run(&removals.then, world, graph, &snapshot, &mut outcome).await;
    removals.run(&removals.last, world, graph, &snapshot, &mut outcome).await;
    outcome
}

fn by_account(plan: &Plan) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.action.verb().is_some()) {
        *counts.entry(step.place.account.to_string()).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// Steps on what the landing zone does not have, by when they run.
struct Removals<'a> {
    plan: &'a Plan,
    /// Relations that deny what other steps need.
    first: Vec<usize>,
    /// Other relations, once what replaces them stands.
    then: Vec<usize>,
    /// Orphans: dependents before what they depend on.
    last: Vec<usize>,
}

impl<'a> Removals<'a> {
    fn of(world: &World, plan: &'a Plan) -> Self {
        let rank: HashMap<_, _> =
            world.registry.iter().enumerate().map(|(rank, kind)| (kind.name(), (rank, *kind))).collect();
        let (mut first, mut then, mut last) = (Vec::new(), Vec::new(), Vec::new());
        for (index, step) in plan.steps.iter().enumerate() {
            match step.action {
                Action::Remove if rank.get(step.kind).is_some_and(|(_, kind)| kind.removed_first()) => {
                    first.push(index);
                }
                Action::Remove => then.push(index),
                Action::Delete => last.push(index),
                _ => {}
            }
        }
        // Within a kind the longer address goes first: what is nested before what it is nested in.
        last.sort_by_key(|index| {
            let step = &plan.steps[*index];
            let rank = rank.get(step.kind).map_or(0, |(rank, _)| *rank);
            std::cmp::Reverse((rank, step.address.len(), Arc::clone(&step.address)))
        });
        Self { plan, first, then, last }
    }

    async fn run(
        &self,
        steps: &[usize],
        world: &World,
        graph: &Graph,
        snapshot: &Snapshot,
        outcome: &mut Outcome,
    ) {
        for step in steps.iter().map(|index| &self.plan.steps[*index]) {
            let address = Arc::clone(&step.address);
            let Some(verb) = step.action.verb() else { continue };
            if world.stop.is_cancelled() {
                outcome.interrupted += 1;
                continue;
            }
            // Nothing goes before what replaces it stands: a failure anywhere leaves old things where they are.
            if let Some((cause, _)) = outcome.failed.first() {
                let because = Arc::clone(cause);
                world
                    .events
                    .tell(Event::Skipped { address: Arc::clone(&address), because: Arc::clone(&because) });
                outcome.skipped.push((address, because));
                continue;
            }
            world.events.tell(Event::Started { address: Arc::clone(&address), verb });
            let result = remove(world, graph, snapshot, step).await;
            settle(world, outcome, address, verb, result);
        }
    }
}

fn settle(world: &World, outcome: &mut Outcome, address: Arc<str>, verb: Verb, result: Result<()>) {
    match result {
        Ok(()) => {
            world.events.tell(Event::Done { address: Arc::clone(&address), verb });
            outcome.done.push((address, verb));
        }
        Err(error) => {
            let error = Arc::new(error);
            world.events.tell(Event::Failed { address: Arc::clone(&address), error: Arc::clone(&error) });
            outcome.failed.push((address, error));
        }
    }
}

/// The way through the graph.
struct Walk<'a> {
    graph: &'a Arc<Graph>,
    plan: &'a Arc<Plan>,
    adopt: bool,
    poller: Arc<Poller>,
    entries: Vec<Entry>,
    steps: HashMap<NodeId, usize>,
    dependents: Vec<Vec<NodeId>>,
    missing: Vec<usize>,
    /// For nodes that were not brought about, the address of the root cause.
    causes: Vec<Option<Arc<str>>>,
    ready: VecDeque<NodeId>,
}

impl<'a> Walk<'a> {
    fn new(
        graph: &'a Arc<Graph>,
        plan: &'a Arc<Plan>,
        adopt: bool,
        poller: Arc<Poller>,
        entries: Vec<Entry>,
    ) -> Self {
        let mut dependents = vec![Vec::new(); graph.len()];
        let mut missing = vec![0; graph.len()];
        let mut ready = VecDeque::new();
        for (id, node) in graph.nodes() {
            missing[id.index()] = node.needs.len();
            if node.needs.is_empty() {
                ready.push_back(id);
            }
            for need in &node.needs {
                dependents[need.index()].push(id);
            }
        }
        let steps = plan.steps.iter().enumerate().filter_map(|(index, step)| Some((step.node?, index)));
        let steps = steps.collect();
        let causes = vec![None; graph.len()];
        Self { graph, plan, adopt, poller, entries, steps, dependents, missing, causes, ready }
    }

    async fn run(mut self, outcome: &mut Outcome) {
        let mut running: JoinSet<(NodeId, Result<()>)> = JoinSet::new();
        loop {
            while let Some(id) = self.ready.pop_front() {
                self.start(id, &mut running, outcome);
            }
            let Some(finished) = running.join_next().await else { return };
            let (id, result) = finished.expect("a step does not panic");
            let step = &self.plan.steps[self.steps[&id]];
            let verb = step.action.verb().expect("only steps that do something are started");
            if result.is_err() {
                self.causes[id.index()] = Some(Arc::clone(&step.address));
            }
            settle(&self.poller.world, outcome, Arc::clone(&step.address), verb, result);
            self.finish(id);
        }
    }

    fn start(&mut self, id: NodeId, running: &mut JoinSet<(NodeId, Result<()>)>, outcome: &mut Outcome) {
        let needs = &self.graph.node(id).needs;
        let inherited = needs.iter().find_map(|need| self.causes[need.index()].clone());
        self.causes[id.index()].clone_from(&inherited);
        let Some(index) = self.steps.get(&id).copied() else { return self.finish(id) };
        let step = &self.plan.steps[index];
        let cause = inherited.or_else(|| self.hindrance(step));
        if let Some(because) = cause {
            self.causes[id.index()] = Some(Arc::clone(&because));
            let address = Arc::clone(&step.address);
            self.poller
                .world
                .events
                .tell(Event::Skipped { address: Arc::clone(&address), because: Arc::clone(&because) });
            outcome.skipped.push((address, because));
            return self.finish(id);
        }
        if self.poller.world.stop.is_cancelled() {
            outcome.interrupted += 1;
            return;
        }
        let (verb, address) = (step.action.verb(), Arc::clone(&step.address));
        self.poller.world.events.tell(Event::Started { address, verb: verb.unwrap_or(Verb::Update) });
        let entry = std::mem::replace(&mut self.entries[id.index()], Entry::Unselected);
        let (poller, plan, adopt) = (Arc::clone(&self.poller), Arc::clone(self.plan), self.adopt);
        running.spawn(async move {
            let run = Run { poller: &poller, step: &plan.steps[index], id, adopt };
            (id, run.take(entry).await)
        });
    }

    /// Why a step is not to be taken, in itself.
    fn hindrance(&self, step: &Step) -> Option<Arc<str>> {
        match &step.action {
            Action::Undetermined(of) => Some(Arc::clone(of)),
            Action::Adopt if !self.adopt => Some(Arc::clone(&step.address)),
            action if action.verb().is_none() => Some(Arc::clone(&step.address)),
            _ => None,
        }
    }

    fn finish(&mut self, id: NodeId) {
        for next in std::mem::take(&mut self.dependents[id.index()]) {
            self.missing[next.index()] -= 1;
            if self.missing[next.index()] == 0 {
                self.ready.push_back(next);
            }
        }
    }
}
