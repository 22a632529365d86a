//! Random landing zones: graphs of every kind, in places of every sort, and what may have happened to them before.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use proptest::prelude::*;

use super::{
    cloud::Cloud,
    toy::{LOOKUP, SINGLETON, Spec, Toy, id_of},
    zone::{ABROAD, Draw as _, HERE, Zone},
};
use crate::engine::{
    env::Text,
    graph::{Graph, Needs, NodeId, PlaceId, Ref},
};

/// A node to be: numbers that are taken for what they may mean where it is drawn.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    kind: u8,
    place: u8,
    value: u8,
    needs: Vec<prop::sample::Index>,
}

/// Landing zones of up to so many nodes, besides accounts and Regions.
pub(super) fn drafts(most: usize) -> impl Strategy<Value = Vec<Draft>> {
    let needs = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
    let draft = (0..8_u8, 0..6_u8, any::<u8>(), needs);
    let draft = draft.prop_map(|(kind, place, value, needs)| Draft { kind, place, value, needs });
    prop::collection::vec(draft, 1..=most)
}

/// What later nodes may refer to.
trait Handle {
    fn text(&self, needs: &mut Needs<'_>) -> Text;
    fn id(&self) -> NodeId;
}

impl<const N: usize> Handle for Ref<Toy<N>> {
    fn text(&self, needs: &mut Needs<'_>) -> Text {
        id_of(needs, *self)
    }

    fn id(&self) -> NodeId {
        Ref::id(*self)
    }
}

/// Draws drafts one after the other.
struct Sketch<'g> {
    graph: &'g mut Graph,
    /// Global places, each with its Region.
    places: Vec<(PlaceId, PlaceId)>,
    handles: Vec<Box<dyn Handle>>,
    /// Which of them a relation can join.
    ends: Vec<usize>,
    taken: BTreeSet<(PlaceId, String)>,
}

impl Sketch<'_> {
    fn draw(&mut self, index: usize, draft: &Draft) {
        let (global, regional) = self.places[usize::from(draft.place) % self.places.len()];
        let name = format!("n{index}");
        match draft.kind {
            0 | 1 => self.add::<2>(global, &name, draft),
            2 | 3 => self.add::<3>(regional, &name, draft),
            4 => self.join::<4>(global, &name, draft),
            5 => self.join::<5>(global, "", draft),
            6 => self.join::<6>(global, "", draft),
            _ if draft.value.is_multiple_of(2) => self.once::<7>(regional, draft),
            _ => self.once::<8>(global, draft),
        }
    }

    fn add<const N: usize>(&mut self, at: PlaceId, name: &str, draft: &Draft) {
        let handles = &self.handles;
        let toy: Ref<Toy<N>> = self.graph.toy(at, name, |needs, spec| {
            let spec = spec.with("value", &format!("v{}", draft.value % 4));
            draft.needs.iter().filter(|_| !handles.is_empty()).enumerate().fold(spec, |spec, (at, need)| {
                let handle = need.get(handles);
                if at == 0 {
                    needs.after(handle.id());
                    return spec;
                }
                spec.with_text(&format!("ref{at}"), handle.text(needs))
            })
        });
        self.ends.push(self.handles.len());
        self.handles.push(Box::new(toy));
    }

    /// A relation or slot between the first two needs that have ids; none where there are not two.
    fn join<const N: usize>(&mut self, at: PlaceId, name: &str, draft: &Draft) {
        let (handles, ends) = (&self.handles, &self.ends);
        let mut joined: Vec<_> =
            draft.needs.iter().filter(|_| !ends.is_empty()).map(|need| *need.get(ends)).collect();
        joined.dedup();
        joined.truncate(2);
        let key = format!("{N}{name}{joined:?}");
        if joined.len() < 2 || !self.taken.insert((at, key.clone())) {
            return;
        }
        let toy: Ref<Toy<N>> = self.graph.toy(at, &key, |needs, _| {
            let spec = Spec::new(name).with("value", &format!("v{}", draft.value % 4));
            joined.iter().fold(spec, |spec, end| spec.end_text(handles[*end].text(needs)))
        });
        self.handles.push(Box::new(toy));
    }

    /// What a place has one of.
    fn once<const N: usize>(&mut self, at: PlaceId, draft: &Draft) {
        if !self.taken.insert((at, N.to_string())) {
            return;
        }
        let toy: Ref<Toy<N>> = self.graph.toy(at, "one", |_, spec| match N {
            7 => spec.with("value", &format!("v{}", draft.value % 4)),
            _ => spec,
        });
        self.handles.push(Box::new(toy));
    }
}

/// Draws a landing zone with two accounts, one of which uses a Region that has to be opened.
pub(super) fn draw(drafts: &[Draft]) -> impl FnOnce(&mut Graph) {
    let drafts = drafts.to_vec();
    move |graph| {
        let home = graph.home();
        let mut places = vec![(home, graph.at_home(home, HERE))];
        for name in ["a", "b"] {
            let account = graph.account(name);
            let region = if name == "a" { graph.at_home(account, HERE) } else { graph.abroad(account) };
            places.push((account, region));
        }
        let (handles, ends, taken) = Default::default();
        let mut sketch = Sketch { graph, places, handles, ends, taken };
        for (index, draft) in drafts.iter().enumerate() {
            sketch.draw(index, draft);
        }
    }
}

/// A cloud in which each place has what always exists there.
pub(super) fn cloud() -> Arc<Cloud> {
    use super::cloud::Item;
    let cloud = Arc::new(Cloud::default());
    for region in ["management/us-east-1", "a/us-east-1", &format!("b/{ABROAD}")] {
        cloud.put(region, SINGLETON, Item::old("one").with("value", "default"));
    }
    for place in ["management/global", "a/global", "b/global"] {
        cloud.put(place, LOOKUP, Item::old("one"));
    }
    cloud
}

/// All that depends on some nodes, those nodes left out.
pub(super) fn dependents(zone: &Zone, of: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let mut reached = of.clone();
    for (id, node) in zone.graph.nodes() {
        if node.needs.iter().any(|need| reached.contains(need)) {
            reached.insert(id);
        }
    }
    reached.difference(of).copied().collect()
}

/// The addresses of nodes.
pub(super) fn addresses(zone: &Zone, nodes: &BTreeSet<NodeId>) -> BTreeSet<String> {
    nodes.iter().map(|id| zone.graph.node(*id).label.to_string()).collect()
}

/// How often each address is there: nothing may be there twice.
pub(super) fn copies(zone: &Zone) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in zone.cloud.contents() {
        *counts.entry(line).or_default() += 1;
    }
    counts
}
