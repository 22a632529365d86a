//! Whose is what: pairs what `read` found with what is wanted. Identity finds, ownership permits.

use std::collections::HashMap;

use super::{
    env::{Env, Opaque, Outputs, Value},
    erased::{AnyKind, Want},
    graph::{Graph, Node, NodeId},
    kind::{ADDRESS_TAG, Found, Identity, ORGANIZATION_TAG, Owner, State, Tags},
    snapshot::{Claim, Entry, Resource, Stray, Strayed},
};

/// All tags of a node: those of the landing zone and our own two.
pub(super) fn all_tags(graph: &Graph, node: &Node) -> Tags {
    let mut tags = node.tags.clone();
    if node.kind.identity().is_tagged() {
        tags.insert(ADDRESS_TAG.to_owned(), node.label.to_string());
        tags.insert(ORGANIZATION_TAG.to_owned(), graph.organization().to_string());
    }
    tags
}

/// What one batch comes to.
pub(super) struct Matched {
    pub entries: Vec<(NodeId, Entry)>,
    pub strays: Vec<Stray>,
}

/// One batch: the nodes of a kind at a place, in graph order, and all that AWS showed.
pub(super) struct Batch<'a> {
    pub graph: &'a Graph,
    pub kind: &'static dyn AnyKind,
    pub nodes: &'a [NodeId],
    pub outputs: &'a Outputs,
}

impl Batch<'_> {
    /// Pairs by tags first, then by key in graph order; fills outputs as it goes, since a key may need those of a
    /// node before it in the same batch (a unit's parent).
    pub(super) fn pair(&self, found: Vec<Found<Opaque>>) -> Matched {
        let mut pool = Pool::new(found, self.graph.organization());
        let mut by_tag: HashMap<NodeId, Vec<usize>> = HashMap::new();
        if self.kind.identity() == Identity::Tagged {
            for &id in self.nodes {
                by_tag.insert(id, pool.tagged(&self.graph.node(id).label));
            }
        }
        let mut entries = Vec::with_capacity(self.nodes.len());
        for &id in self.nodes {
            let tagged = by_tag.remove(&id).unwrap_or_default();
            let entry = if tagged.is_empty() { self.by_key(id, &mut pool) } else { pool.settle(&tagged) };
            if let Entry::Found(resource) = &entry
                && !matches!(self.kind.state(&resource.live), State::Pending(_))
            {
                self.outputs.fill(id, self.kind.outputs(&resource.live));
            }
            entries.push((id, entry));
        }
        Matched { entries, strays: pool.rest() }
    }

    fn by_key(&self, id: NodeId, pool: &mut Pool<'_>) -> Entry {
        let node = self.graph.node(id);
        let tags = Tags::new();
        let want =
            Want { address: &node.address, spec: &node.spec, env: Env::over(self.outputs), tags: &tags };
        match self.kind.key(want) {
            Value::Known(key) => {
                let places = pool.keyed(&key);
                pool.settle(&places)
            }
            Value::After(_) => Entry::Absent,
            Value::Undetermined(of) => Entry::Undetermined(of),
        }
    }
}

/// What was found and is not paired yet.
struct Pool<'a> {
    organization: &'a str,
    found: Vec<Option<Found<Opaque>>>,
    by_key: HashMap<String, Vec<usize>>,
    by_address: HashMap<String, Vec<usize>>,
}

impl<'a> Pool<'a> {
    fn new(found: Vec<Found<Opaque>>, organization: &'a str) -> Self {
        let (mut by_key, mut by_address) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for (index, one) in found.iter().enumerate() {
            by_key.entry(one.key.clone()).or_default().push(index);
            if let Some(address) = our_address(&one.owner, organization) {
                by_address.entry(address.to_owned()).or_default().push(index);
            }
        }
        Self { organization, found: found.into_iter().map(Some).collect(), by_key, by_address }
    }

    fn tagged(&self, address: &str) -> Vec<usize> {
        self.by_address.get(address).cloned().unwrap_or_default()
    }

    fn keyed(&self, key: &str) -> Vec<usize> {
        let all = self.by_key.get(key).map(Vec::as_slice).unwrap_or_default();
        all.iter().copied().filter(|index| self.found[*index].is_some()).collect()
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
        let Found { owner, live, label, .. } = found;
        let (claim, tags) = match owner {
            Owner::Tags(tags) => match tags.get(ORGANIZATION_TAG) {
                Some(whose) if whose == self.organization => (Claim::Ours, tags),
                Some(whose) => (Claim::Theirs(whose.clone()), tags),
                None => (Claim::Nobodys, tags),
            },
            Owner::Ends { .. } | Owner::Nobody => (Claim::Ours, Tags::new()),
        };
        Entry::Found(Resource { live, tags, claim, label })
    }

    /// What nobody wanted: orphans, relations to take back, and what is not ours.
    fn rest(self) -> Vec<Stray> {
        let organization = self.organization;
        let stray = |Found { key, label, owner, live }: Found<Opaque>| {
            let what = match &owner {
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
        self.found.into_iter().flatten().filter_map(stray).collect()
    }
}

fn our_address<'t>(owner: &'t Owner, organization: &str) -> Option<&'t str> {
    let Owner::Tags(tags) = owner else { return None };
    let ours = tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == organization);
    ours.then(|| tags.get(ADDRESS_TAG)).flatten().map(String::as_str)
}
