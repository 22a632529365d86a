//! Reads everything, in as few and as early batches as can be.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use tokio::task::JoinSet;

use super::{
    at::Others,
    batches::{Group, Key, ask, census, groups, may_stray},
    env::{Opaque, Outputs},
    erased::AnyKind,
    error::{Class, Error, Result},
    event::Event,
    graph::{Graph, NodeId, Place, PlaceId},
    guard::guarded,
    judge::is_as_wanted,
    kind::State,
    left::search_left,
    matching::{Batch, Matched},
    select::Selection,
    snapshot::{Entry, Keep, Snapshot, Stray, Strayed, Strays, Unreadable, Unsearched},
    world::World,
};

/// Reads everything that the selected nodes need, and what may be an orphan beside them. Batches of (place, kind) run
/// side by side, held back only by the gates of their place and the kinds they have to be read after.
pub async fn read(world: &Arc<World>, graph: &Arc<Graph>, selection: Selection, keep: Keep) -> Snapshot {
    world.forget_all();
    let snapshot = Reader::new(world, graph, selection, keep).run().await;
    world.forget_all();
    snapshot
}

/// What a batch came to.
struct Looked {
    matched: Matched,
    /// How many resources AWS showed.
    shown: usize,
    /// How many there are already of what is not there.
    there: Vec<(NodeId, u64)>,
}

type Answer = Result<Looked>;

struct Reader<'a> {
    world: &'a Arc<World>,
    graph: &'a Arc<Graph>,
    groups: BTreeMap<Key, Group>,
    /// How many batches of each place are not read yet.
    open: BTreeMap<PlaceId, usize>,
    keep: Keep,
    /// Places where some batch could not be read.
    dim: BTreeSet<PlaceId>,
    snapshot: Snapshot,
    running: JoinSet<(Key, Answer)>,
}

impl<'a> Reader<'a> {
    fn new(world: &'a Arc<World>, graph: &'a Arc<Graph>, selection: Selection, keep: Keep) -> Self {
        let snapshot = Snapshot::unread(graph.len(), selection);
        let groups = groups(world, graph, &snapshot.selection);
        let mut open = BTreeMap::new();
        for (place, _) in groups.keys() {
            *open.entry(*place).or_default() += 1;
        }
        Self { world, graph, groups, open, keep, dim: BTreeSet::new(), snapshot, running: JoinSet::new() }
    }

    async fn run(mut self) -> Snapshot {
        self.world.events.tell(Event::Reading { batches: self.groups.len() });
        let ready: Vec<_> =
            self.groups.iter().filter(|(_, group)| group.before == 0).map(|(key, _)| *key).collect();
        for key in ready {
            self.begin(key);
        }
        while let Some(finished) = self.running.join_next().await {
            let (key, answer) = finished.expect("panics are caught within the task, and nothing aborts it");
            self.take(key, answer);
            self.finish(key);
        }
        self.give_up_on_circles();
        if self.snapshot.selection.is_everything() {
            search_left(self.world, self.graph, &mut self.snapshot).await;
        }
        self.in_order()
    }

    /// Starts a batch, unless its place is not there or not to be known.
    fn begin(&mut self, key: Key) {
        let group = &self.groups[&key];
        let (kind, nodes) = (group.kind, Arc::clone(&group.nodes));
        if let Some(shut) = self.shut(key.0) {
            self.dim.insert(key.0);
            for node in nodes.iter() {
                let entry = shut.entry();
                learn(kind, &self.snapshot.outputs, *node, &entry);
                self.snapshot.entries[node.index()] = entry;
            }
            return self.finish(key);
        }
        let (world, graph) = (Arc::clone(self.world), Arc::clone(self.graph));
        let outputs = Arc::clone(&self.snapshot.outputs);
        let others = if self.snapshot.selection.is_everything() { Others::Told } else { Others::Passed };
        self.running.spawn(async move {
            let place = &graph.place(key.0).place;
            let looked = look(&world, &graph, &outputs, (place, kind), &nodes, others);
            (key, guarded(kind.name(), looked).await)
        });
    }

    /// Why nothing can be asked at a place, if that is so.
    fn shut(&self, place: PlaceId) -> Option<Shut> {
        self.graph.place(place).gates.iter().find_map(|gate| {
            let node = self.graph.node(*gate);
            match &self.snapshot.entries[gate.index()] {
                Entry::Found(found) => match node.kind.state(&found.live) {
                    State::Ready | State::Changing(_) => None,
                    State::Pending(_) => Some(Shut::Unborn(*gate)),
                    State::Failed(_) => Some(Shut::Undetermined(Arc::clone(&node.label))),
                },
                Entry::Settled(_) => None,
                Entry::Unborn(root) => Some(Shut::Unborn(*root)),
                Entry::Absent => Some(Shut::Unborn(*gate)),
                Entry::Undetermined(of) => Some(Shut::Undetermined(Arc::clone(of))),
                Entry::Unreadable(_) | Entry::Ambiguous(_) | Entry::Unselected => {
                    Some(Shut::Undetermined(Arc::clone(&node.label)))
                }
            }
        })
    }

    fn take(&mut self, key: Key, answer: Answer) {
        let (kind, nodes) = (self.groups[&key].kind, Arc::clone(&self.groups[&key].nodes));
        let Looked { matched, shown: found, there } = match answer {
            Ok(looked) => looked,
            Err(error) => return self.unreadable(key, kind, &nodes, error),
        };
        let Matched { entries, later, strays: list } = matched;
        let place = self.graph.place(key.0).place.clone();
        self.world.events.tell(Event::Read { place, kind: kind.name(), found });
        self.snapshot.there.extend(there);
        for (node, entry) in entries {
            self.snapshot.entries[node.index()] = entry;
        }
        for (node, of) in later {
            if let Some(entry) = self.not_to_be_looked_for_yet(node, &of) {
                self.snapshot.entries[node.index()] = entry;
            }
        }
        if kind.is_account() {
            let left = list.iter().filter_map(|stray| stray.left(self.graph, kind));
            self.snapshot.left.extend(left);
        }
        if self.snapshot.selection.is_everything() && !list.is_empty() {
            let unsure = nodes.iter().find_map(|node| match &self.snapshot.entries[node.index()] {
                Entry::Undetermined(of) => Some(Arc::clone(of)),
                Entry::Unborn(of) => Some(Arc::clone(&self.graph.node(*of).label)),
                _ => None,
            });
            let place = self.graph.place(key.0).place.clone();
            self.snapshot.strays.push(Strays { place, kind, nodes, unsure, list });
        }
    }

    /// What is to be said of a node whose key waits for what is needed: where that is absent, the node is too; where
    /// it is on its way, or can't be seen yet, the node may be there all the same.
    fn not_to_be_looked_for_yet(&self, node: NodeId, of: &str) -> Option<Entry> {
        let needs = &self.graph.node(node).needs;
        let need = *needs.iter().find(|need| &*self.graph.node(**need).label == of)?;
        match &self.snapshot.entries[need.index()] {
            Entry::Found(_) | Entry::Settled(_) => Some(Entry::Unborn(need)),
            Entry::Unborn(root) => Some(Entry::Unborn(*root)),
            Entry::Unselected => {
                let (kind, before) = (self.graph.node(node).kind.name(), self.graph.node(need).kind.name());
                let what = format!("`{kind}` is looked for by its `{before}`, which is read later");
                Some(Entry::Unreadable(Arc::new(Error::new(Class::Final, what))))
            }
            _ => None,
        }
    }

    fn unreadable(&mut self, key: Key, kind: &'static dyn AnyKind, nodes: &[NodeId], error: Error) {
        let place = self.graph.place(key.0).place.clone();
        if nodes.is_empty() && !may_stray(kind) && kind.lingers() {
            // Nothing depends on it, and nothing of ours can be there: it would have been a note.
            let why = format!("`{}` can't be read: {}", kind.name(), error.in_short());
            self.snapshot.unsearched.push(Unsearched { account: place.account.clone(), why });
            self.world.events.tell(Event::Read { place, kind: kind.name(), found: 0 });
            return;
        }
        let error = Arc::new(error);
        for node in nodes {
            let entry = Entry::Unreadable(Arc::clone(&error));
            learn(kind, &self.snapshot.outputs, *node, &entry);
            self.snapshot.entries[node.index()] = entry;
        }
        self.dim.insert(key.0);
        let told = Event::Unreadable { place: place.clone(), kind: kind.name(), error: Arc::clone(&error) };
        self.world.events.tell(told);
        self.snapshot.unreadable.push(Unreadable { place, kind: kind.name(), error });
    }

    fn finish(&mut self, key: Key) {
        let open = self.open.get_mut(&key.0).expect("only groups are begun");
        *open -= 1;
        let is_last = *open == 0;
        if self.keep == Keep::Differences {
            self.settle(key, is_last);
        }
        let group = self.groups.get_mut(&key).expect("only groups are begun");
        for next in std::mem::take(&mut group.dependents) {
            let group = self.groups.get_mut(&next).expect("dependents are groups");
            group.before -= 1;
            if group.before == 0 {
                self.begin(next);
            }
        }
    }

    /// Drops what a batch showed, as far as it is as it should be. What needs something that is not known yet gets its
    /// turn with the last batch of its place, or is left to the plan.
    fn settle(&mut self, key: Key, is_last: bool) {
        let Snapshot { entries, outputs, .. } = &mut self.snapshot;
        let of_place = self.groups.range((key.0, "")..).take_while(|((place, _), _)| *place == key.0);
        let batches = of_place.filter(|(of, _)| is_last || **of == key);
        for &id in batches.flat_map(|(_, group)| group.nodes.iter()) {
            let is_decided = || self.graph.node(id).needs.iter().all(|need| outputs.has(*need));
            if let Entry::Found(found) = &entries[id.index()]
                && is_decided()
                && is_as_wanted(self.graph, outputs, id, found)
            {
                entries[id.index()] = Entry::Settled(found.label.as_str().into());
            }
        }
        if is_last {
            self.world.forget_place(&self.graph.place(key.0).place);
        }
    }

    /// Batches that wait for each other were never begun; what was not read is unreadable, not absent.
    fn give_up_on_circles(&mut self) {
        let left = self.groups.iter().filter(|(_, group)| group.before > 0);
        let left: Vec<_> = left.map(|(key, group)| (*key, group.kind, Arc::clone(&group.nodes))).collect();
        for (key, kind, nodes) in left {
            let what = format!("`{}` is read after kinds that are read after it", kind.name());
            self.unreadable(key, kind, &nodes, Error::new(Class::Final, what));
        }
    }

    /// The snapshot, in an order that does not depend on who answered first.
    fn in_order(self) -> Snapshot {
        let mut snapshot = self.snapshot;
        let Snapshot { entries, outputs, strays, .. } = &mut snapshot;
        let twins = Twins::of(self.graph, (entries, outputs), strays);
        for strays in &mut *strays {
            strays.list.retain(|stray| !twins.have(strays.kind, stray));
        }
        strays.retain(|strays| !strays.list.is_empty());
        snapshot.left.sort_by(|one, other| one.account.cmp(&other.account));
        let graph = self.graph;
        // Places of the graph in its order, then those of accounts that left.
        let rank = |place: &Place| graph.place_of(place).map_or(usize::MAX, PlaceId::index);
        snapshot.strays.sort_by(|one, other| {
            let key = |strays: &Strays| (rank(&strays.place), strays.kind.name());
            key(one).cmp(&key(other)).then_with(|| one.place.cmp(&other.place))
        });
        snapshot.unsearched.sort();
        snapshot.unreadable.sort_by(|left, right| (&left.place, left.kind).cmp(&(&right.place, right.kind)));
        let places: BTreeSet<_> = self.groups.keys().map(|(place, _)| *place).collect();
        snapshot.searched += places.difference(&self.dim).count();
        snapshot
    }
}

/// What nodes were found to be, by kind and label, as far as there are orphans of the kind.
struct Twins<'a>(HashMap<(&'static str, &'a str), Vec<Opaque>>);

impl<'a> Twins<'a> {
    fn of(graph: &Graph, (entries, outputs): (&'a [Entry], &Outputs), strays: &[Strays]) -> Self {
        let is_orphan = |stray: &Stray| stray.what == Strayed::Orphan;
        let concerned = strays.iter().filter(|strays| strays.list.iter().any(is_orphan));
        let kinds: BTreeSet<_> = concerned.map(|strays| strays.kind.name()).collect();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for (id, node) in graph.nodes().filter(|(_, node)| kinds.contains(node.address.kind)) {
            let (label, known) = match &entries[id.index()] {
                Entry::Found(found) => (&*found.label, Some(node.kind.outputs(&found.live))),
                Entry::Settled(label) => (&**label, outputs.of(id).cloned()),
                _ => continue,
            };
            found.entry((node.address.kind, label)).or_default().extend(known);
        }
        Self(found)
    }

    /// Whether a stray is the very resource that a node of another place was found to be: AWS shows an organization's
    /// trail both to the account that it belongs to and to the one that looks after it. What has outputs is told by them:
    /// ids and ARNs are of one resource.
    fn have(&self, kind: &dyn AnyKind, stray: &Stray) -> bool {
        let alike = || self.0.get(&(kind.name(), stray.label.as_str())).into_iter().flatten();
        stray.what == Strayed::Orphan && alike().any(|outputs| kind.gives(&stray.live, outputs))
    }
}

/// Why nothing can be asked at a place.
enum Shut {
    Unborn(NodeId),
    Undetermined(Arc<str>),
}

impl Shut {
    fn entry(&self) -> Entry {
        match self {
            Self::Unborn(gate) => Entry::Unborn(*gate),
            Self::Undetermined(of) => Entry::Undetermined(Arc::clone(of)),
        }
    }
}

async fn look(
    world: &World,
    graph: &Graph,
    outputs: &Outputs,
    (place, kind): (&Place, &'static dyn AnyKind),
    nodes: &[NodeId],
    others: Others,
) -> Answer {
    let found = ask(world, graph, outputs, (place, kind), nodes, others).await?;
    let shown = found.len();
    let batch = Batch { graph, place, kind, nodes, outputs };
    let matched = batch.pair(found, |node, entry| learn(kind, outputs, node, entry));
    let absent = matched.entries.iter().filter(|(_, entry)| matches!(entry, Entry::Absent));
    let absent = absent.map(|(id, _)| *id).collect();
    let there = census(world, graph, outputs, (place, kind), (absent, others)).await;
    Ok(Looked { matched, shown, there })
}

/// Gives what dependents may know of a node. What is there has outputs, whoever it belongs to; what is on its way, or
/// not there, gets them later; of everything else they will not be known in this run.
fn learn(kind: &dyn AnyKind, outputs: &Outputs, node: NodeId, entry: &Entry) {
    match entry {
        Entry::Found(found) => match kind.state(&found.live) {
            State::Ready | State::Changing(_) => outputs.fill(node, kind.outputs(&found.live)),
            State::Pending(_) => {}
            State::Failed(_) => outputs.undetermined(node),
        },
        Entry::Unreadable(_) | Entry::Undetermined(_) | Entry::Ambiguous(_) => outputs.undetermined(node),
        Entry::Settled(_) | Entry::Unborn(_) | Entry::Absent | Entry::Unselected => {}
    }
}
