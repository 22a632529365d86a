//! Everything that was read: what AWS has for each node, and what it has besides. Unreadable is never absent.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use tokio::task::JoinSet;

use super::{
    env::{Env, Opaque, Outputs},
    erased::{AnyKind, Want},
    error::{Error, Result},
    event::Event,
    graph::{Graph, NodeId, Place, PlaceId},
    kind::{Found, Identity, Removal, Scope, State, Tags},
    matching::{Batch, Matched, all_tags},
    select::Selection,
    world::World,
};

/// Whether a live resource is ours to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It carries our tags, or needs none.
    Ours,
    /// Found by its name or second identity, and without an owner: to be adopted.
    Nobodys,
    /// It carries another landing zone's tags.
    Theirs(String),
}

/// A live resource that answers a node.
#[derive(Debug)]
pub struct Resource {
    /// What AWS has, of the kind's `Live`.
    pub live: Opaque,
    /// All its tags.
    pub tags: Tags,
    /// Whose it is.
    pub claim: Claim,
    /// What AWS calls it.
    pub label: String,
}

/// What is known of one node.
#[derive(Debug)]
pub enum Entry {
    /// Not asked for in this run.
    Unselected,
    /// Its place does not exist yet; this gate has to come first.
    Unborn(NodeId),
    /// The read failed.
    Unreadable(Arc<Error>),
    /// Not to be known, because the node at this address is unreadable.
    Undetermined(Arc<str>),
    /// AWS does not have it.
    Absent,
    /// AWS has it.
    Found(Resource),
    /// AWS has several that could be it, by these labels.
    Ambiguous(Vec<String>),
}

/// Why something that is no node was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strayed {
    /// It carries our tags, and the landing zone no longer has it.
    Orphan,
    /// A relation between two resources of ours that the landing zone does not have.
    Extra,
    /// Somebody else's.
    Foreign,
}

/// A live resource that no node wants.
pub struct Stray {
    /// What it is to us.
    pub what: Strayed,
    /// The address in its tags, if it has one.
    pub address: Option<String>,
    /// What AWS holds unique for it.
    pub key: String,
    /// What to call it.
    pub label: String,
    /// What AWS has.
    pub live: Opaque,
}

/// Strays of one kind at one place.
pub struct Strays {
    /// Where.
    pub place: PlaceId,
    /// Of which kind.
    pub kind: &'static dyn AnyKind,
    /// Each of them.
    pub list: Vec<Stray>,
}

/// A kind that could not be read at a place.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Where.
    pub place: Place,
    /// Of which kind.
    pub kind: &'static str,
    /// Why.
    pub error: Arc<Error>,
}

/// Everything that was read.
pub struct Snapshot {
    /// By node.
    pub entries: Vec<Entry>,
    /// What is known of each node's outputs.
    pub outputs: Arc<Outputs>,
    /// What no node wants.
    pub strays: Vec<Strays>,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Which nodes are in this run.
    pub selection: Selection,
}

/// Reads everything that the selected nodes need, and what may be an orphan beside them. Batches of (place, kind) run
/// side by side, held back only by the gates of their place and the kinds they have to be read after.
pub async fn read(world: &Arc<World>, graph: &Arc<Graph>, selection: Selection) -> Snapshot {
    Reader::new(world, graph, selection).run().await
}

type Key = (PlaceId, &'static str);

struct Group {
    kind: &'static dyn AnyKind,
    nodes: Arc<[NodeId]>,
    before: usize,
    dependents: Vec<Key>,
}

struct Reader<'a> {
    world: &'a Arc<World>,
    graph: &'a Arc<Graph>,
    groups: BTreeMap<Key, Group>,
    snapshot: Snapshot,
    running: JoinSet<(Key, Result<Vec<Found<Opaque>>>)>,
}

impl<'a> Reader<'a> {
    fn new(world: &'a Arc<World>, graph: &'a Arc<Graph>, selection: Selection) -> Self {
        let entries = std::iter::repeat_with(|| Entry::Unselected).take(graph.len()).collect();
        let snapshot = Snapshot {
            entries,
            outputs: Arc::new(Outputs::new(graph.len())),
            strays: Vec::new(),
            unreadable: Vec::new(),
            selection,
        };
        let groups = groups(world, graph, &snapshot.selection);
        Self { world, graph, groups, snapshot, running: JoinSet::new() }
    }

    async fn run(mut self) -> Snapshot {
        self.world.events.tell(Event::Reading { batches: self.groups.len() });
        let ready: Vec<_> =
            self.groups.iter().filter(|(_, group)| group.before == 0).map(|(key, _)| *key).collect();
        for key in ready {
            self.begin(key);
        }
        while let Some(finished) = self.running.join_next().await {
            let (key, answer) = finished.expect("a read does not panic");
            self.take(key, answer);
            self.finish(key);
        }
        self.snapshot
    }

    /// Starts a batch, unless its place is not there or not to be known.
    fn begin(&mut self, key: Key) {
        let group = &self.groups[&key];
        let nodes = Arc::clone(&group.nodes);
        if let Some(shut) = self.shut(key.0) {
            for node in nodes.iter() {
                if let Entry::Undetermined(_) = shut {
                    self.snapshot.outputs.undetermined(*node);
                }
                self.snapshot.entries[node.index()] = copy_of(&shut);
            }
            return self.finish(key);
        }
        let (world, graph, kind) = (Arc::clone(self.world), Arc::clone(self.graph), group.kind);
        let outputs = Arc::clone(&self.snapshot.outputs);
        self.running.spawn(async move { (key, ask(&world, &graph, &outputs, (key.0, kind), &nodes).await) });
    }

    /// Why nothing can be asked at a place, if that is so.
    fn shut(&self, place: PlaceId) -> Option<Entry> {
        self.graph.place(place).gates.iter().find_map(|gate| {
            let node = self.graph.node(*gate);
            match &self.snapshot.entries[gate.index()] {
                Entry::Found(found) if matches!(node.kind.state(&found.live), State::Pending(_)) => {
                    Some(Entry::Unborn(*gate))
                }
                Entry::Found(_) => None,
                Entry::Unborn(root) => Some(Entry::Unborn(*root)),
                Entry::Absent => Some(Entry::Unborn(*gate)),
                Entry::Undetermined(of) => Some(Entry::Undetermined(Arc::clone(of))),
                Entry::Unreadable(_) | Entry::Ambiguous(_) | Entry::Unselected => {
                    Some(Entry::Undetermined(Arc::clone(&node.label)))
                }
            }
        })
    }

    fn take(&mut self, key: Key, answer: Result<Vec<Found<Opaque>>>) {
        let (kind, nodes) = (self.groups[&key].kind, Arc::clone(&self.groups[&key].nodes));
        let place = self.graph.place(key.0).place.clone();
        match answer {
            Ok(found) => {
                self.world.events.tell(Event::Read { place, kind: kind.name(), found: found.len() });
                let batch = Batch { graph: self.graph, kind, nodes: &nodes, outputs: &self.snapshot.outputs };
                let Matched { entries, strays } = batch.pair(found);
                for (node, entry) in entries {
                    if matches!(entry, Entry::Undetermined(_)) {
                        self.snapshot.outputs.undetermined(node);
                    }
                    self.snapshot.entries[node.index()] = entry;
                }
                if !strays.is_empty() {
                    self.snapshot.strays.push(Strays { place: key.0, kind, list: strays });
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                for node in nodes.iter() {
                    self.snapshot.outputs.undetermined(*node);
                    self.snapshot.entries[node.index()] = Entry::Unreadable(Arc::clone(&error));
                }
                let told =
                    Event::Unreadable { place: place.clone(), kind: kind.name(), error: Arc::clone(&error) };
                self.world.events.tell(told);
                self.snapshot.unreadable.push(Unreadable { place, kind: kind.name(), error });
            }
        }
    }

    fn finish(&mut self, key: Key) {
        let dependents = self.groups.get_mut(&key).map(|group| std::mem::take(&mut group.dependents));
        for next in dependents.unwrap_or_default() {
            let group = self.groups.get_mut(&next).expect("dependents are groups");
            group.before -= 1;
            if group.before == 0 {
                self.begin(next);
            }
        }
    }
}

/// One bulk read.
pub(super) async fn ask(
    world: &World,
    graph: &Graph,
    outputs: &Outputs,
    (place, kind): (PlaceId, &'static dyn AnyKind),
    nodes: &[NodeId],
) -> Result<Vec<Found<Opaque>>> {
    let _leave = world.leave().await;
    let tags: Vec<_> = nodes.iter().map(|id| all_tags(graph, graph.node(*id))).collect();
    let want = |(id, tags)| {
        let node = graph.node(id);
        Want { address: &node.address, spec: &node.spec, env: Env::over(outputs), tags }
    };
    let wants: Vec<_> = nodes.iter().copied().zip(&tags).map(want).collect();
    let at = world.at(&graph.place(place).place, graph.organization());
    kind.read(&at, &wants).await
}

/// All batches: the selected nodes by place and kind, and every kind that may have orphans at every place.
fn groups(world: &World, graph: &Graph, selection: &Selection) -> BTreeMap<Key, Group> {
    let mut nodes: BTreeMap<Key, (&'static dyn AnyKind, Vec<NodeId>)> = BTreeMap::new();
    for (id, node) in graph.nodes().filter(|(id, _)| selection.has(*id)) {
        nodes.entry((node.place, node.kind.name())).or_insert_with(|| (node.kind, Vec::new())).1.push(id);
    }
    if selection.is_everything() {
        for (key, kind) in searched(world, graph) {
            nodes.entry(key).or_insert_with(|| (kind, Vec::new()));
        }
    }
    let mut before: HashMap<Key, BTreeSet<Key>> = HashMap::new();
    for (key, (kind, ids)) in &nodes {
        let gates = graph.place(key.0).gates.iter().copied();
        let needed = ids.iter().flat_map(|id| graph.node(*id).needs.iter().copied());
        let needed = needed.filter(|need| kind.read_after().contains(&graph.node(*need).kind.name()));
        let keys = gates.chain(needed).map(|id| (graph.node(id).place, graph.node(id).kind.name()));
        before.insert(*key, keys.filter(|before| before != key).collect());
    }
    let mut groups: BTreeMap<Key, Group> = nodes
        .into_iter()
        .map(|(key, (kind, ids))| {
            let before = before[&key].len();
            (key, Group { kind, nodes: ids.into(), before, dependents: Vec::new() })
        })
        .collect();
    for (key, first) in before.iter().flat_map(|(key, first)| first.iter().map(move |first| (key, first))) {
        groups.get_mut(first).expect("a selection holds what it needs").dependents.push(*key);
    }
    groups
}

/// Where orphans may be: each kind that can have any, at each place of its scope.
fn searched(world: &World, graph: &Graph) -> Vec<(Key, &'static dyn AnyKind)> {
    let may_stray = |kind: &&&'static dyn AnyKind| {
        let fixed = matches!(kind.identity(), Identity::Singleton | Identity::Lookup | Identity::Slot);
        !fixed && !matches!(kind.removal(), Removal::Never(_))
    };
    let lies_in = |kind: &'static dyn AnyKind, place: &Place| match kind.scope() {
        Scope::Organization => false,
        Scope::Global => place.region.is_none(),
        Scope::Regional => place.region.is_some(),
    };
    let management = crate::names::AccountName::management();
    let mut keys = Vec::new();
    for (index, site) in graph.places().iter().enumerate() {
        let place = PlaceId::at(index);
        let organizations = site.place.region.is_none() && site.place.account == management;
        for kind in world.registry.iter().filter(may_stray) {
            if lies_in(*kind, &site.place) || (organizations && kind.scope() == Scope::Organization) {
                keys.push(((place, kind.name()), *kind));
            }
        }
    }
    keys
}

/// The same again, for entries that a shut place gives to all its nodes.
fn copy_of(shut: &Entry) -> Entry {
    match shut {
        Entry::Unborn(gate) => Entry::Unborn(*gate),
        Entry::Undetermined(of) => Entry::Undetermined(Arc::clone(of)),
        _ => Entry::Absent,
    }
}
