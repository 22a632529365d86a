//! The desired graph. Acyclic by construction: a [`Ref`] exists only after its target was added.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    hash::{BuildHasher as _, Hash},
    marker::PhantomData,
    sync::Arc,
};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{
    env::{Need, Opaque},
    erased::{AnyKind, Of},
    kind::{Kind, Tags},
    moved::Moved,
};
use crate::names::{AccountName, Origin, Region, Spot};

/// Stands for a node within one graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// The position in [`Graph::nodes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }

    pub(super) fn at(index: usize) -> Self {
        Self(u32::try_from(index).expect("a graph has fewer than 2^32 nodes"))
    }
}

/// Stands for a place within one graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceId(u32);

impl PlaceId {
    /// The position in [`Graph::places`].
    pub fn index(self) -> usize {
        self.0 as usize
    }

    pub(super) fn at(index: usize) -> Self {
        Self(u32::try_from(index).expect("a graph has fewer than 2^32 places"))
    }
}

/// Where a resource lives: an account by its name, never by an id, and a Region or `global`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The account's name in the landing zone.
    pub account: AccountName,
    /// The Region; none for what is global in its account.
    pub region: Option<Region>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.region {
            Some(region) => write!(f, "{}/{region}", self.account),
            None => write!(f, "{}/global", self.account),
        }
    }
}

/// Identifies a resource across plan, snapshot, report, tags and logs: `account/region-or-global/kind/name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// Where it lives.
    pub place: Place,
    /// The kind's name, such as `iam/role`.
    pub kind: &'static str,
    /// The name within place and kind.
    pub name: Arc<str>,
}

impl Address {
    /// Kind, without its service, and name in an address as text: `route-table` and `prod/data`. Nothing if it is none.
    pub fn parts(text: &str) -> Option<(&str, &str)> {
        let mut parts = text.splitn(5, '/');
        Some((parts.nth(3)?, parts.next()?))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.place, self.kind, self.name)
    }
}

/// A typed pointer to a node of kind `K`; only [`Graph::add`] makes one.
pub struct Ref<K> {
    to: NodeId,
    kind: PhantomData<fn() -> K>,
}

impl<K> Ref<K> {
    /// The node pointed to.
    pub fn id(self) -> NodeId {
        self.to
    }
}

impl<K> Clone for Ref<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Ref<K> {}

impl<K> fmt::Debug for Ref<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref({})", self.to.0)
    }
}

/// One desired resource.
pub struct Node {
    /// Its address.
    pub address: Address,
    /// The address as text, shared.
    pub label: Arc<str>,
    /// Its kind.
    pub kind: &'static dyn AnyKind,
    /// What is wanted; of the kind's `Spec`.
    pub spec: Opaque,
    /// The place it lives in.
    pub place: PlaceId,
    /// What has to be there before it; sorted, each once.
    pub needs: Box<[NodeId]>,
    /// The tags we set, without our own two; shared by all nodes that have the same.
    pub tags: Arc<Tags>,
    /// Where in the TOML it is stated.
    pub origin: Origin,
    /// Where single fields are stated; shared by all nodes of the same text.
    fields: Arc<Fields>,
}

/// Where fields are stated, by root of their path, if that is not where the node is.
#[derive(Default, PartialEq, Eq, Hash)]
struct Fields {
    /// In the node's file, reached in the same way.
    beside: Box<[(&'static str, Spot)]>,
    /// In another.
    elsewhere: Box<[(&'static str, Origin)]>,
}

impl Node {
    /// Where a field is stated, if it is not where the node is.
    pub fn stated(&self, path: &str) -> Option<Origin> {
        let root = super::doc::root(path);
        let beside = self.fields.beside.iter().find(|(field, _)| *field == root);
        let beside = beside.map(|(_, at)| Origin { at: *at, ..self.origin.clone() });
        let elsewhere = || self.fields.elsewhere.iter().find(|(field, _)| *field == root);
        beside.or_else(|| elsewhere().map(|(_, origin)| origin.clone()))
    }
}

/// A place of the graph and the nodes that have to exist before it does. A gate that AWS has, and that is ready, is
/// open: its kind's `read` shows no gate that still has to be opened (a Region that is not enabled is absent).
pub struct Site {
    /// The place.
    pub place: Place,
    /// The account's node, the Region's opt-in: without them nothing can be asked there.
    pub gates: Vec<NodeId>,
}

/// Two nodes claimed one address.
#[derive(Clone, Debug)]
pub struct Duplicate {
    /// The address.
    pub address: Address,
    /// Where it was stated first.
    pub first: Origin,
    /// Where it was stated again.
    pub second: Origin,
}

/// Nodes in dependency order: whatever a node refers to stands before it.
pub struct Graph {
    organization: Arc<str>,
    sites: Vec<Site>,
    nodes: Vec<Node>,
    by_place: HashMap<Place, PlaceId>,
    /// The nodes by their labels, which they keep themselves.
    by_label: HashTable<NodeId>,
    hasher: DefaultHashBuilder,
    names: HashSet<Arc<str>>,
    tags: HashSet<Arc<Tags>>,
    fields: HashSet<Arc<Fields>>,
    duplicates: Vec<Duplicate>,
    moved: Vec<Moved>,
}

impl Graph {
    /// An empty graph of the landing zone with this name.
    pub fn new(organization: impl Into<Arc<str>>) -> Self {
        Self {
            organization: organization.into(),
            sites: Vec::new(),
            nodes: Vec::new(),
            by_place: HashMap::new(),
            by_label: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            names: HashSet::new(),
            tags: HashSet::new(),
            fields: HashSet::new(),
            duplicates: Vec::new(),
            moved: Vec::new(),
        }
    }

    /// The landing zone's name: the value of the tag `landfall:organization`.
    pub fn organization(&self) -> &Arc<str> {
        &self.organization
    }

    /// A place that exists from the start: the management account's.
    pub fn management(&mut self, region: Option<Region>) -> PlaceId {
        self.site(Place { account: AccountName::management(), region }, Vec::new())
    }

    /// A place that comes to be with `gate`: the global place of an account.
    pub fn global<K>(&mut self, account: AccountName, gate: Ref<K>) -> PlaceId {
        self.site(Place { account, region: None }, vec![gate.to])
    }

    /// A Region in the account of `home`; `gate` is its opt-in, where it needs one.
    pub fn region<K>(&mut self, home: PlaceId, region: Region, gate: Option<Ref<K>>) -> PlaceId {
        let Site { place, gates } = &self.sites[home.index()];
        let (account, mut gates) = (place.account.clone(), gates.clone());
        gates.extend(gate.map(|gate| gate.to));
        self.site(Place { account, region: Some(region) }, gates)
    }

    fn site(&mut self, place: Place, gates: Vec<NodeId>) -> PlaceId {
        if let Some(known) = self.by_place.get(&place) {
            return *known;
        }
        let id = PlaceId::at(self.sites.len());
        self.by_place.insert(place.clone(), id);
        self.sites.push(Site { place, gates });
        id
    }

    /// Adds a node of kind `K` and gives the only way to refer to it. An address that is taken already is
    /// remembered among [`Graph::duplicates`].
    pub fn add<K: Kind>(
        &mut self,
        at: PlaceId,
        name: &str,
        origin: &Origin,
        make: impl FnOnce(&mut Needs<'_>) -> K::Spec,
    ) -> Ref<K> {
        let place = self.sites[at.index()].place.clone();
        let address = Address { place, kind: K::NAME, name: shared(&mut self.names, name.into()) };
        let label: Arc<str> = address.to_string().into();
        if let Some(taken) = self.at_address(&label) {
            let first = self.nodes[taken.index()].origin.clone();
            self.duplicates.push(Duplicate { address, first, second: origin.clone() });
            return Ref { to: taken, kind: PhantomData };
        }
        let mut needs = Needs::new(self, self.sites[at.index()].gates.clone());
        let spec = Arc::new(make(&mut needs));
        let Needs { mut edges, tags, fields, .. } = needs;
        edges.sort_unstable();
        edges.dedup();
        let (beside, elsewhere): (Vec<_>, Vec<_>) = fields
            .into_iter()
            .filter(|(_, stated)| stated != origin)
            .partition(|(_, stated)| stated.file == origin.file);
        let beside = beside.into_iter().map(|(root, stated)| (root, stated.at)).collect();
        let fields = Arc::new(Fields { beside, elsewhere: elsewhere.into() });
        let id = NodeId::at(self.nodes.len());
        self.nodes.push(Node {
            label,
            address,
            kind: Of::<K>::REF,
            spec,
            place: at,
            needs: edges.into(),
            tags: shared(&mut self.tags, Arc::new(tags)),
            origin: origin.clone(),
            fields: shared(&mut self.fields, fields),
        });
        let hash = |id: &NodeId| self.hasher.hash_one(&*self.nodes[id.index()].label);
        self.by_label.insert_unique(hash(&id), id, hash);
        Ref { to: id, kind: PhantomData }
    }

    /// Says that what is called `to` now was called `from` before, and its parts ([`Kind::PART_OF`]) after it: what still
    /// carries an address of then is meant.
    pub fn moved<K: Kind>(&mut self, at: PlaceId, from: &str, to: &str) {
        let place = self.sites[at.index()].place.to_string();
        self.moved.push(Moved::Resource { place, kind: K::NAME, from: from.to_owned(), to: to.to_owned() });
    }

    /// Says that the account that is called `to` now was called `from` before, in the addresses of all that lies in it.
    pub fn account_moved(&mut self, from: &AccountName, to: &AccountName) {
        self.moved.push(Moved::Account { from: from.to_string(), to: to.to_string() });
    }

    /// Gives back the room that is kept for more nodes.
    pub fn shrink_to_fit(&mut self) {
        self.nodes.shrink_to_fit();
        self.by_label.shrink_to_fit(|id| self.hasher.hash_one(&*self.nodes[id.index()].label));
    }

    /// All nodes, in dependency order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> + DoubleEndedIterator {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId::at(index), node))
    }

    /// One node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node at an address.
    pub fn find(&self, address: &Address) -> Option<NodeId> {
        self.at_address(&address.to_string())
    }

    /// The node at an address written as text.
    pub fn at_address(&self, address: &str) -> Option<NodeId> {
        let is_it = |id: &NodeId| *self.nodes[id.index()].label == *address;
        self.by_label.find(self.hasher.hash_one(address), is_it).copied()
    }

    /// The node that is meant by an address in a tag: the one at that address, or the one that moved away from it.
    pub fn meant_by(&self, address: &str) -> Option<NodeId> {
        self.meant_within(self.moved.len(), address)
    }

    /// The same, by so many moves at most: a VPC may have moved within an account that did.
    fn meant_within(&self, moves: usize, address: &str) -> Option<NodeId> {
        self.at_address(address).or_else(|| {
            let moves = moves.checked_sub(1)?;
            self.moved.iter().find_map(|moved| {
                let id = self.meant_within(moves, &moved.now(address)?)?;
                moved.takes_along(self.node(id).kind).then_some(id)
            })
        })
    }

    /// All places, in the order in which they were named.
    pub fn places(&self) -> &[Site] {
        &self.sites
    }

    /// A place by its id.
    pub fn place(&self, id: PlaceId) -> &Site {
        &self.sites[id.index()]
    }

    /// The id of a place, if the graph has it.
    pub fn place_of(&self, place: &Place) -> Option<PlaceId> {
        self.by_place.get(place).copied()
    }

    /// Addresses that were claimed twice.
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }
}

/// The value itself, or an equal one that is kept already: many nodes are called the same in their places and have the
/// tags of their account.
fn shared<T: Eq + Hash + ?Sized>(kept: &mut HashSet<Arc<T>>, value: Arc<T>) -> Arc<T> {
    if let Some(known) = kept.get(&value) {
        return Arc::clone(known);
    }
    kept.insert(Arc::clone(&value));
    value
}

/// Collects what one node needs while its spec is made.
pub struct Needs<'g> {
    graph: &'g Graph,
    edges: Vec<NodeId>,
    tags: Tags,
    fields: Vec<(&'static str, Origin)>,
}

impl<'g> Needs<'g> {
    fn new(graph: &'g Graph, edges: Vec<NodeId>) -> Self {
        Self { graph, edges, tags: BTreeMap::new(), fields: Vec::new() }
    }

    /// An edge with data: the outputs of `to` can be read through what is returned.
    pub fn on<K: Kind>(&mut self, to: Ref<K>) -> Need<K> {
        self.edges.push(to.to);
        Need { to: to.to, address: Arc::clone(&self.graph.node(to.to).label), kind: PhantomData }
    }

    /// An edge that only orders.
    pub fn after(&mut self, to: NodeId) {
        self.edges.push(to);
    }

    /// A second place that has to exist.
    pub fn place(&mut self, place: PlaceId) {
        self.edges.extend_from_slice(&self.graph.place(place).gates);
    }

    /// Sets tags on the resource.
    pub fn tags(&mut self, tags: impl IntoIterator<Item = (String, String)>) {
        self.tags.extend(tags);
    }

    /// Says where a field is stated, by the root of its path.
    pub fn states(&mut self, root: &'static str, origin: &Origin) {
        self.fields.push((root, origin.clone()));
    }
}
