//! What depends on what, as people look at it: a part of the graph, without edges that others imply. Pure.

use std::collections::HashSet;

use super::graph::{Graph, NodeId};

/// A part of a graph.
pub struct Part {
    /// Whether each node is in it, by position.
    chosen: Vec<bool>,
}

impl Part {
    /// Those for which `is_in` holds.
    pub fn of(graph: &Graph, is_in: impl Fn(NodeId) -> bool) -> Self {
        Self { chosen: graph.nodes().map(|(id, _)| is_in(id)).collect() }
    }

    /// A node with all that it needs and all that needs it, be it by way of others.
    pub fn around(graph: &Graph, center: NodeId) -> Self {
        let (mut needed, mut needing) = (vec![false; graph.len()], vec![false; graph.len()]);
        (needed[center.index()], needing[center.index()]) = (true, true);
        for (id, node) in graph.nodes() {
            needing[id.index()] |= node.needs.iter().any(|need| needing[need.index()]);
        }
        for (id, node) in graph.nodes().rev().filter(|(id, _)| id.index() <= center.index()) {
            if needed[id.index()] {
                node.needs.iter().for_each(|need| needed[need.index()] = true);
            }
        }
        Self { chosen: needed.into_iter().zip(needing).map(|(down, up)| down || up).collect() }
    }

    /// Whether a node is in it.
    pub fn has(&self, id: NodeId) -> bool {
        self.chosen[id.index()]
    }

    /// What each node needs within this part, without what is needed by something else that it needs.
    pub fn edges(&self, graph: &Graph) -> Vec<(NodeId, NodeId)> {
        let nodes = graph.nodes().filter(|(id, _)| self.has(*id));
        nodes.flat_map(|(id, _)| self.direct(graph, id).into_iter().map(move |need| (id, need))).collect()
    }

    /// Whatever a node refers to stands before it, so that what implies an edge stands behind where the edge leads.
    fn direct(&self, graph: &Graph, id: NodeId) -> Vec<NodeId> {
        let inside = |id: NodeId| {
            let needs = graph.node(id).needs.iter().copied();
            needs.filter(|need| self.has(*need)).collect::<Vec<_>>()
        };
        let needs = inside(id);
        let Some(first) = needs.first().copied() else { return needs };
        let (mut implied, mut direct) = (HashSet::new(), Vec::new());
        for need in needs.into_iter().rev() {
            if !implied.contains(&need) {
                direct.push(need);
            }
            let mut next = vec![need];
            while let Some(id) = next.pop() {
                next.extend(inside(id).into_iter().filter(|need| *need >= first && implied.insert(*need)));
            }
        }
        direct.reverse();
        direct
    }
}

impl Graph {
    /// The nodes that need a node themselves, not by way of others.
    pub fn dependents(&self, of: NodeId) -> impl Iterator<Item = NodeId> {
        self.nodes().filter(move |(_, node)| node.needs.contains(&of)).map(|(id, _)| id)
    }
}
