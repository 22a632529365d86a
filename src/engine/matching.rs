//! Whose is what: pairs what `read` found with what is wanted. Identity finds, ownership permits.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    env::{Env, Opaque, Outputs, Value},
    erased::{AnyKind, Want},
    graph::{Graph, Node, NodeId, Place},
    kind::{ADDRESS_TAG, Found, Identity, ORGANIZATION_TAG, Owner, Tags},
    snapshot::{Claim, Entry, Resource, Stray, Strayed},
};

/// Each tag of a node: those of the landing zone and our own two.
pub(super) fn each_tag<'a>(graph: &'a Graph, node: &'a Node) -> impl Iterator<Item = (&'a str, &'a str)> {
    let own = [(ADDRESS_TAG, &*node.label), (ORGANIZATION_TAG, &**graph.organization())];
    let own = own.into_iter().filter(|_| node.kind.identity().is_tagged());
    node.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).chain(own)
}

/// All tags of a node.
pub(super) fn all_tags(graph: &Graph, node: &Node) -> Tags {
    each_tag(graph, node).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// What one batch comes to.
pub(super) struct Matched {
    pub entries: Vec<(NodeId, Entry)>,
    /// Nodes whose key is known only after the node at this address; among the entries they are absent.
    pub later: Vec<(NodeId, Arc<str>)>,
    pub strays: Vec<Stray>,
}

/// One batch: the nodes of a kind at a place, in graph order, and all that AWS showed.
pub(super) struct Batch<'a> {
    pub graph: &'a Graph,
    pub place: &'a Place,
    pub kind: &'static dyn AnyKind,
    pub nodes: &'a [NodeId],
    pub outputs: &'a Outputs,
}

impl Batch<'_> {
    /// Pairs by tags first, then by key in graph order; accounts the other way round, since their key is what AWS goes
    /// by, and tags tell only that one got another key in the landing zone. Each entry is handed to `learn` before the next node is looked
    /// at, since a key may need the outputs of a node before it in the same batch (a unit's parent).
    pub(super) fn pair(&self, found: Vec<Found<Opaque>>, learn: impl Fn(NodeId, &Entry)) -> Matched {
        let mut pool = Pool::new(self, found);
        let (mut entries, mut later) = (Vec::with_capacity(self.nodes.len()), Vec::new());
        for &id in self.nodes {
            let tagged = if self.kind.is_account() { Vec::new() } else { pool.tagged(id) };
            let entry = if tagged.is_empty() {
                match self.key(id) {
                    Value::Known(key) => pool.settle(&self.candidates(&pool, &key, id)),
                    Value::Undetermined(of) => Entry::Undetermined(of),
                    Value::After(of) => {
                        later.push((id, of));
                        Entry::Absent
                    }
                }
            } else {
                pool.settle(&tagged)
            };
            learn(id, &entry);
            entries.push((id, entry));
        }
        Matched { entries, later, strays: pool.rest(self.kind) }
    }

    fn candidates(&self, pool: &Pool<'_>, key: &str, id: NodeId) -> Vec<usize> {
        let keyed = pool.keyed(key, id);
        if keyed.is_empty() && self.kind.is_account() { pool.tagged(id) } else { keyed }
    }

    /// The keys of all nodes of this kind and place, be they in this run or not, as far as they are known.
    fn keys(&self) -> HashSet<String> {
        let alike = |node: &Node| node.address.place == *self.place && node.address.kind == self.kind.name();
        let nodes = self.graph.nodes().filter(|(_, node)| alike(node));
        nodes.filter_map(|(id, _)| self.key(id).known()).collect()
    }

    fn key(&self, id: NodeId) -> Value<String> {
        let node = self.graph.node(id);
        let (env, tags) = (Env::over(self.outputs), &Tags::new());
        self.kind.key(Want { address: &node.address, spec: &node.spec, env, tags })
    }

    /// The node of this batch whose address a resource carries, be it in this run or not.
    fn bearer(&self, owner: &Owner) -> Option<NodeId> {
        let id = self.graph.meant_by(our_address(owner, self.graph.organization())?)?;
        let node = self.graph.node(id);
        (node.address.place == *self.place && node.address.kind == self.kind.name()).then_some(id)
    }
}

/// What was found and is not paired yet.
struct Pool<'a> {
    organization: &'a str,
    found: Vec<Option<Found<Opaque>>>,
    by_key: HashMap<String, Vec<usize>>,
    /// Where tags say which node a resource is: by node, and the other way round.
    by_tag: HashMap<NodeId, Vec<usize>>,
    bearers: Vec<Option<NodeId>>,
    /// The keys of accounts that nodes want, be they in this run or not.
    taken: HashSet<String>,
}

impl<'a> Pool<'a> {
    fn new(batch: &Batch<'a>, found: Vec<Found<Opaque>>) -> Self {
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_tag: HashMap<NodeId, Vec<usize>> = HashMap::new();
        let mut bearers = vec![None; found.len()];
        let is_account = batch.kind.is_account();
        // An account that another node wants by its key is that one's, whatever its tags say.
        let taken = if is_account { batch.keys() } else { HashSet::new() };
        for (index, one) in found.iter().enumerate() {
            by_key.entry(one.key.clone()).or_default().push(index);
            if (is_account || batch.kind.identity() == Identity::Tagged)
                && !taken.contains(&one.key)
                && let Some(node) = batch.bearer(&one.owner)
            {
                by_tag.entry(node).or_default().push(index);
                bearers[index] = Some(node);
            }
        }
        let found = found.into_iter().map(Some).collect();
        Self { organization: batch.graph.organization(), found, by_key, by_tag, bearers, taken }
    }

    fn tagged(&self, id: NodeId) -> Vec<usize> {
        self.by_tag.get(&id).cloned().unwrap_or_default()
    }

    /// What has this key, and is neither paired nor another node's by its tags.
    fn keyed(&self, key: &str, id: NodeId) -> Vec<usize> {
        let all = self.by_key.get(key).map(Vec::as_slice).unwrap_or_default();
        let free = |index: &usize| {
            self.found[*index].is_some() && self.bearers[*index].is_none_or(|bearer| bearer == id)
        };
        all.iter().copied().filter(free).collect()
    }

    /// One candidate is the resource; several are nobody's to choose among.
    fn settle(&mut self, candidates: &[usize]) -> Entry {
        match candidates {
            [] => Entry::Absent,
            [one] => self.found[*one].take().map_or(Entry::Absent, |found| self.claimed(found)),
            several => {
                let taken = several.iter().filter_map(|index| self.found[*index].take());
                Entry::Ambiguous(taken.map(|found| found.label).collect())
            }
        }
    }

    fn claimed(&self, found: Found<Opaque>) -> Entry {
        let Found { owner, live, label, key } = found;
        let (claim, tags) = match owner {
            Owner::Tags(tags) => match tags.get(ORGANIZATION_TAG) {
                Some(whose) if whose == self.organization => (Claim::Ours, tags),
                Some(whose) => (Claim::Theirs(whose.clone()), tags),
                None => (Claim::Nobodys, tags),
            },
            Owner::Ends { .. } | Owner::Nobody => (Claim::Ours, Tags::new()),
        };
        Entry::Found(Box::new(Resource { live, tags, claim, key, label }))
    }

    /// What nobody wanted: orphans, relations to take back, and what is not ours. In an order that does not depend on
    /// the order in which AWS listed them. An account that a node outside of this run wants has not left, whatever its
    /// tags say.
    fn rest(self, kind: &dyn AnyKind) -> Vec<Stray> {
        let Self { organization, found, taken, .. } = self;
        let stray = |Found { key, label, owner, live }: Found<Opaque>| {
            let what = match &owner {
                Owner::Nobody if kind.lingers() => Strayed::Unstated,
                Owner::Nobody => return None,
                Owner::Tags(tags)
                    if tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == organization) =>
                {
                    Strayed::Orphan
                }
                Owner::Tags(_) | Owner::Ends { ours: false } => Strayed::Foreign,
                Owner::Ends { ours: true } => Strayed::Extra,
            };
            let address = our_address(&owner, organization).map(str::to_owned);
            Some(Stray { what, address, key, label, live })
        };
        let unwanted = found.into_iter().flatten().filter(|found| !taken.contains(&found.key));
        let mut strays: Vec<_> = unwanted.filter_map(stray).collect();
        strays.sort_by(|left, right| {
            (&left.address, &left.label, &left.key).cmp(&(&right.address, &right.label, &right.key))
        });
        strays
    }
}

fn our_address<'t>(owner: &'t Owner, organization: &str) -> Option<&'t str> {
    let Owner::Tags(tags) = owner else { return None };
    let ours = tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == organization);
    ours.then(|| tags.get(ADDRESS_TAG)).flatten().map(String::as_str)
}
