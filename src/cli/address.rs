//! Addresses as people type them: whole, or any part of them that only one has.

use super::offer::offer;
use crate::engine::{
    error::{Class, Error},
    graph::{Graph, NodeId},
};

/// So many are named where several may be meant.
const NAMED: usize = 8;

/// The node that a word means: its address; else what its address ends in; an account and what its address ends in; what
/// its address begins with.
///
/// # Errors
/// There is none, or several.
pub(super) fn find(graph: &Graph, word: &str) -> Result<NodeId, Error> {
    if let Some(id) = graph.at_address(word) {
        return Ok(id);
    }
    let (ending, beginning) = (format!("/{word}"), format!("{}/", word.trim_end_matches('/')));
    let inside = word.split_once('/').map(|(account, rest)| (format!("{account}/"), format!("/{rest}")));
    let is_meant: [&dyn Fn(&str) -> bool; 3] = [
        &|address| address.ends_with(&ending),
        &|address| {
            let within = |(account, rest): &(String, String)| {
                address.starts_with(&**account) && address.ends_with(&**rest)
            };
            inside.as_ref().is_some_and(within)
        },
        &|address| address.starts_with(&beginning),
    ];
    for is_meant in is_meant {
        let meant: Vec<_> = graph.nodes().filter(|(_, node)| is_meant(&node.label)).collect();
        match meant.as_slice() {
            [] => {}
            [(id, _)] => return Ok(*id),
            several => {
                let error =
                    Error::new(Class::Final, format!("{} addresses may be meant by `{word}`", several.len()));
                let named = several.iter().take(NAMED).map(|(_, node)| format!("`{}`", node.label));
                let named = named.collect::<Vec<_>>().join(", ");
                let more = several.len().saturating_sub(NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                return Err(error.hint(format!("say more of it: {named}{more}")));
            }
        }
    }
    let error = Error::new(Class::Final, format!("`{word}` is no address of this landing zone"));
    Err(error.hint(offer(graph, word)))
}
