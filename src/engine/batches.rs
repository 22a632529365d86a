//! What is read together: the nodes of one kind at one place, and which batches have to wait for which.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    at::{At, Others},
    env::{Env, Opaque, Outputs},
    erased::{AnyKind, Want},
    error::Result,
    graph::{Graph, NodeId, Place, PlaceId},
    kind::{Found, Identity, Removal, Scope, Tags},
    matching::all_tags,
    select::Selection,
    world::World,
};

/// Which batch.
pub(super) type Key = (PlaceId, &'static str);

/// A batch that is not read yet.
pub(super) struct Group {
    pub kind: &'static dyn AnyKind,
    pub nodes: Arc<[NodeId]>,
    /// How many batches have to be read first.
    pub before: usize,
    /// Batches that wait for this one.
    pub dependents: Vec<Key>,
}

/// One bulk read.
pub(super) async fn ask(
    world: &World,
    graph: &Graph,
    outputs: &Outputs,
    (place, kind): (&Place, &'static dyn AnyKind),
    nodes: &[NodeId],
    others: Others,
) -> Result<Vec<Found<Opaque>>> {
    let _leave = world.leave_to_read().await;
    let tags: Vec<_> = nodes.iter().map(|id| all_tags(graph, graph.node(*id))).collect();
    let want = |(id, tags)| want(graph, outputs, id, tags);
    let wants: Vec<_> = nodes.iter().copied().zip(&tags).map(want).collect();
    let at = At { others, graph: Some(graph), ..world.at(place, graph.organization()) };
    kind.read(&at, &wants).await
}

fn want<'a>(graph: &'a Graph, outputs: &'a Outputs, id: NodeId, tags: &'a Tags) -> Want<'a> {
    let node = graph.node(id);
    Want { address: &node.address, spec: &node.spec, env: Env::over(outputs), tags }
}

/// How many there are already of what each of these nodes would be one more of, as far as that was seen. What can't be
/// counted is not told; no plan fails of it.
pub(super) async fn census(
    world: &World,
    graph: &Graph,
    outputs: &Outputs,
    (place, kind): (&Place, &'static dyn AnyKind),
    (nodes, others): (Vec<NodeId>, Others),
) -> Vec<(NodeId, u64)> {
    let at = At { others, graph: Some(graph), ..world.at(place, graph.organization()) };
    let (mut there, tags) = (Vec::new(), Tags::new());
    for id in nodes {
        let told = kind.there(&at, want(graph, outputs, id, &tags)).await;
        there.extend(told.ok().flatten().and_then(|told| Some((id, u64::try_from(told).ok()?))));
    }
    there
}

/// All batches: the selected nodes by place and kind, and every kind that may have orphans at every place.
pub(super) fn groups(world: &World, graph: &Graph, selection: &Selection) -> BTreeMap<Key, Group> {
    let mut nodes: BTreeMap<Key, (&'static dyn AnyKind, Vec<NodeId>)> = BTreeMap::new();
    for (id, node) in graph.nodes().filter(|(id, _)| selection.has(*id)) {
        nodes.entry((node.place, node.kind.name())).or_insert_with(|| (node.kind, Vec::new())).1.push(id);
    }
    if selection.is_everything() {
        for (key, kind) in searched(world.registry, graph) {
            nodes.entry(key).or_insert_with(|| (kind, Vec::new()));
        }
    }
    let before = |(key, (kind, ids)): (&Key, &(&'static dyn AnyKind, Vec<NodeId>))| {
        let mut before = read_first(graph, *key, *kind, ids);
        if ids.is_empty() {
            // Nothing says what its `read` needs, so that it waits for all that there may be here.
            let here = kind.read_after().iter().map(|name| (key.0, *name));
            before.extend(here.filter(|other| other != key && nodes.contains_key(other)));
        }
        (*key, before)
    };
    let before: HashMap<Key, BTreeSet<Key>> = nodes.iter().map(before).collect();
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

/// The batches that have to be read before this one: those of its place's gates, and those its kind reads after.
fn read_first(graph: &Graph, key: Key, kind: &dyn AnyKind, ids: &[NodeId]) -> BTreeSet<Key> {
    let gates = graph.place(key.0).gates.iter().copied();
    let needed = ids.iter().flat_map(|id| graph.node(*id).needs.iter().copied());
    let needed = needed.filter(|need| kind.read_after().contains(&graph.node(*need).kind.name()));
    let keys = gates.chain(needed).map(|id| (graph.node(id).place, graph.node(id).kind.name()));
    keys.filter(|before| *before != key).collect()
}

/// Where there may be orphans, and what lingers: each kind that can have any, at each place of its scope.
pub(super) fn searched(registry: &[&'static dyn AnyKind], graph: &Graph) -> Vec<(Key, &'static dyn AnyKind)> {
    let mut keys = Vec::new();
    for (index, site) in graph.places().iter().enumerate() {
        let told = |kind: &&&'static dyn AnyKind| may_stray(**kind) || kind.lingers() || kind.is_account();
        for kind in registry.iter().filter(told).filter(|kind| lies_in(**kind, &site.place)) {
            keys.push(((PlaceId::at(index), kind.name()), *kind));
        }
    }
    keys
}

/// Whether resources of a kind may be left over, and be told to be ours.
pub(super) fn may_stray(kind: &dyn AnyKind) -> bool {
    match (kind.identity(), kind.removal()) {
        (Identity::Singleton | Identity::Lookup, _) | (_, Removal::Never(_)) => false,
        (Identity::Named | Identity::Tagged | Identity::Slot | Identity::Related, _) => true,
    }
}

/// Whether resources of a kind lie in such a place.
pub(super) fn lies_in(kind: &dyn AnyKind, place: &Place) -> bool {
    match kind.scope() {
        Scope::Organization => place.region.is_none() && place.account.is_management(),
        Scope::Global => place.region.is_none(),
        Scope::Regional => place.region.is_some(),
    }
}
