//! Both sides of one node, field by field: what is wanted, and what AWS has. Pure.

use super::{
    doc::{Doc, Field},
    env::Env,
    graph::{Graph, NodeId},
    judge::{desired, observed},
    kind::Tags,
    snapshot::{Entry, Snapshot},
};

/// One field on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its path in the document.
    pub path: String,
    /// What is wanted; nothing where the field is to be absent.
    pub wanted: Option<Field>,
    /// What AWS has; nothing where it has no such field, or nothing was found.
    pub live: Option<Field>,
}

impl Pair {
    /// Whether the two are not the same.
    pub fn differs(&self) -> bool {
        self.wanted != self.live
    }
}

/// A node as it is wanted and as AWS has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// Whether there is another side to compare with.
    pub is_live: bool,
    /// Every field of either, sorted by path.
    pub fields: Vec<Pair>,
    /// Tags that are not ours to set, and are never compared.
    pub others: Tags,
}

impl Sides {
    /// What the landing zone says of a node, and what was read of it.
    pub fn of(graph: &Graph, snapshot: &Snapshot, id: NodeId) -> Self {
        let node = graph.node(id);
        let wanted = desired(graph, node, Env::over(&snapshot.outputs));
        let Entry::Found(found) = &snapshot.entries[id.index()] else {
            return Self { is_live: false, fields: pairs(&wanted, &Doc::new()), others: Tags::new() };
        };
        let is_ours = |key: &str| wanted.get(&format!("tags[{key}]")).is_some();
        let others = found.tags.iter().filter(|(key, _)| !is_ours(key));
        let others = others.map(|(key, value)| (key.clone(), value.clone())).collect();
        Self { is_live: true, fields: pairs(&wanted, &observed(node, found, &wanted)), others }
    }
}

fn pairs(wanted: &Doc, live: &Doc) -> Vec<Pair> {
    let pair = |path: &str| Pair {
        path: path.to_owned(),
        wanted: wanted.get(path).cloned(),
        live: live.get(path).cloned(),
    };
    let alone = live.iter().map(|(path, _)| path).filter(|path| wanted.get(path).is_none());
    let mut pairs: Vec<_> = wanted.iter().map(|(path, _)| path).chain(alone).map(pair).collect();
    pairs.sort_by(|left, right| left.path.cmp(&right.path));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_either_side_stands_once() {
        let wanted = Doc::new().with("a", 1).with("b", "x").with("d", true);
        let live = Doc::new().with("a", 1).with("b", "y").with("c", "z");
        let pairs = pairs(&wanted, &live);
        let told: Vec<_> = pairs.iter().map(|pair| (pair.path.as_str(), pair.differs())).collect();
        assert_eq!(told, [("a", false), ("b", true), ("c", true), ("d", true)]);
        assert_eq!((&pairs[2].wanted, &pairs[3].live), (&None, &None));
    }
}
