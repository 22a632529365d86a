//! Which nodes a run is about: all, or some with everything they need.

use std::collections::HashMap;

use super::graph::{Graph, NodeId, Site};

/// Which nodes a run is about.
#[derive(Clone, Debug)]
pub struct Selection {
    nodes: Option<Vec<bool>>,
    /// For each node that was not asked for by name, one of those that were and need it.
    needed_by: HashMap<NodeId, NodeId>,
    /// How many were asked for by name, without what they need.
    pub asked: usize,
}

impl Selection {
    /// All of them.
    pub fn everything() -> Self {
        Self { nodes: None, needed_by: HashMap::new(), asked: 0 }
    }

    /// Those that a word names, and all they need. A word is an account's name, an address, or the beginning of one
    /// up to a `/`.
    ///
    /// # Errors
    /// The words that name nothing.
    pub fn only(graph: &Graph, words: &[String]) -> Result<Self, Vec<String>> {
        let mut nodes = vec![false; graph.len()];
        let mut unknown = Vec::new();
        for word in words {
            let mut named = false;
            let here = |site: &&Site| site.place.account.to_string() == *word;
            let gates = graph.places().iter().filter(here).flat_map(|site| site.gates.iter().copied());
            let inside = graph.nodes().filter(|(_, node)| lies_under(&node.label, word)).map(|(id, _)| id);
            for id in gates.chain(inside) {
                (nodes[id.index()], named) = (true, true);
            }
            if !named {
                unknown.push(word.clone());
            }
        }
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let asked = nodes.iter().filter(|chosen| **chosen).count();
        let mut needed_by = HashMap::new();
        for (id, node) in graph.nodes().rev().filter(|(_, node)| !node.needs.is_empty()) {
            if nodes[id.index()] {
                let by = needed_by.get(&id).copied().unwrap_or(id);
                for need in &node.needs {
                    if !std::mem::replace(&mut nodes[need.index()], true) {
                        needed_by.insert(*need, by);
                    }
                }
            }
        }
        Ok(Self { nodes: Some(nodes), needed_by, asked })
    }

    /// Whether a node is in it.
    pub fn has(&self, id: NodeId) -> bool {
        self.nodes.as_ref().is_none_or(|nodes| nodes[id.index()])
    }

    /// The node because of which this one is in it, where it was not asked for by name.
    pub fn needed_by(&self, id: NodeId) -> Option<NodeId> {
        self.needed_by.get(&id).copied()
    }

    /// Whether nothing was left out.
    pub fn is_everything(&self) -> bool {
        self.nodes.is_none()
    }
}

fn lies_under(address: &str, word: &str) -> bool {
    let rest = address.strip_prefix(word.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
