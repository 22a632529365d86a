//! Which nodes a run is about: all, or some with everything they need.

use super::graph::{Graph, NodeId, Site};

/// Which nodes a run is about.
#[derive(Clone, Debug)]
pub struct Selection {
    nodes: Option<Vec<bool>>,
    /// How many were asked for by name, without what they need.
    pub asked: usize,
}

impl Selection {
    /// All of them.
    pub fn everything() -> Self {
        Self { nodes: None, asked: 0 }
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
        for (id, node) in graph.nodes().rev() {
            if nodes[id.index()] {
                for need in &node.needs {
                    nodes[need.index()] = true;
                }
            }
        }
        Ok(Self { nodes: Some(nodes), asked })
    }

    /// Whether a node is in it.
    pub fn has(&self, id: NodeId) -> bool {
        self.nodes.as_ref().is_none_or(|nodes| nodes[id.index()])
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
