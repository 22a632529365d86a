//! Accounts that left the landing zone: what is ours in them is searched for all the same.

use std::{collections::BTreeMap, sync::Arc};

use futures::future::join_all;

use super::{
    at::Others,
    batches::{ask, lies_in, may_stray},
    env::Outputs,
    erased::{AnyKind, Want},
    error::Result,
    event::Event,
    graph::{Graph, NodeId, Place},
    guard::guarded,
    kind::{State, Tags},
    matching::Batch,
    snapshot::{Left, Snapshot, Strays, Unsearched},
    world::World,
};
use crate::names::{AccountName, Region};

/// Adds to a snapshot what is ours in accounts that left, and says in which accounts nothing was searched for.
pub(super) async fn search_left(world: &World, graph: &Graph, snapshot: &mut Snapshot) {
    let gates = gates(graph);
    let left = std::mem::take(&mut snapshot.left);
    let outputs = Arc::clone(&snapshot.outputs);
    let searches = left.iter().map(|left| Search { world, graph, outputs: &outputs, left }.run(&gates));
    for found in join_all(searches).await {
        let Searched { places, strays, unsearched } = found;
        snapshot.searched += places;
        snapshot.strays.extend(strays);
        snapshot.unsearched.extend(unsearched);
    }
    snapshot.left = left;
    snapshot.unsearched.extend(not_looked_after(graph));
}

/// Accounts of the landing zone that have no places in it.
fn not_looked_after(graph: &Graph) -> impl Iterator<Item = Unsearched> {
    let accounts = graph.nodes().filter(|(_, node)| node.kind.is_account());
    let names = accounts.filter_map(|(_, node)| node.address.name.parse::<AccountName>().ok());
    let has_places = |name: &AccountName| graph.places().iter().any(|site| site.place.account == *name);
    names
        .filter(move |name| !has_places(name))
        .map(|account| Unsearched { account, why: "it is not looked after".to_owned() })
}

/// The Regions of the landing zone, each with the nodes that open it in some account, which stand for those that
/// would open it in an account that left.
fn gates(graph: &Graph) -> BTreeMap<Region, Vec<NodeId>> {
    let mut gates = BTreeMap::new();
    for site in graph.places() {
        if let Some(region) = site.place.region {
            let opens = |gate: &&NodeId| !graph.node(**gate).kind.is_account();
            gates.entry(region).or_insert_with(|| site.gates.iter().filter(opens).copied().collect());
        }
    }
    gates
}

/// What a search of one account came to.
struct Searched {
    places: usize,
    strays: Vec<Strays>,
    unsearched: Option<Unsearched>,
}

/// The search of one account.
struct Search<'a> {
    world: &'a World,
    graph: &'a Graph,
    outputs: &'a Outputs,
    left: &'a Left,
}

impl Search<'_> {
    async fn run(self, gates: &BTreeMap<Region, Vec<NodeId>>) -> Searched {
        let not = |why: String| Some(Unsearched { account: self.left.account.clone(), why });
        if !self.left.is_open {
            return Searched { places: 0, strays: Vec::new(), unsearched: not("it is closed".to_owned()) };
        }
        let open = join_all(gates.iter().map(|(region, gates)| self.open(*region, gates))).await;
        let (mut regions, mut failed) = (vec![None], Vec::new());
        for region in open {
            match region {
                Ok(region) => regions.extend(region.map(Some)),
                Err(error) => failed.push(error),
            }
        }
        let account = &self.left.account;
        let places: Vec<_> =
            regions.into_iter().map(|region| Place { account: account.clone(), region }).collect();
        let kinds = self.world.registry.iter().copied().filter(|kind| may_stray(*kind));
        let batches = kinds.flat_map(|kind| {
            places.iter().filter(move |place| lies_in(kind, place)).map(move |place| (place, kind))
        });
        let mut strays = Vec::new();
        for read in join_all(batches.map(|(place, kind)| self.read(place, kind))).await {
            match read {
                Ok(found) => strays.extend(found),
                Err(error) => failed.push(error),
            }
        }
        let why = failed.first().map(|error| format!("it can't be read: {}", error.in_short()));
        Searched { places: places.len(), strays, unsearched: why.and_then(not) }
    }

    /// The Region, if it is open in this account.
    async fn open(&self, region: Region, gates: &[NodeId]) -> Result<Option<Region>> {
        let global = Place { account: self.left.account.clone(), region: None };
        for gate in gates {
            let node = self.graph.node(*gate);
            let tags = &Tags::new();
            let env = super::env::Env::over(self.outputs);
            let key = node.kind.key(Want { address: &node.address, spec: &node.spec, env, tags }).known();
            let found = self.ask(&global, node.kind).await?;
            let is_it = |state: State| state == State::Ready;
            if !found
                .iter()
                .any(|found| Some(&found.key) == key.as_ref() && is_it(node.kind.state(&found.live)))
            {
                return Ok(None);
            }
        }
        Ok(Some(region))
    }

    /// What nobody wants of a kind at a place.
    async fn read(&self, place: &Place, kind: &'static dyn AnyKind) -> Result<Option<Strays>> {
        let found = self.ask(place, kind).await?;
        let told = Event::Read { place: place.clone(), kind: kind.name(), found: found.len() };
        self.world.events.tell(told);
        let (graph, outputs) = (self.graph, self.outputs);
        let batch = Batch { graph, place, kind, nodes: &[], outputs };
        let list = batch.pair(found, |_, _| {}).strays;
        let (place, nodes) = (place.clone(), Arc::default());
        Ok((!list.is_empty()).then_some(Strays { place, kind, nodes, unsure: None, list }))
    }

    async fn ask(
        &self,
        place: &Place,
        kind: &'static dyn AnyKind,
    ) -> Result<Vec<super::kind::Found<super::env::Opaque>>> {
        let asked = ask(self.world, self.graph, self.outputs, (place, kind), &[], Others::Told);
        guarded(kind.name(), asked).await
    }
}
