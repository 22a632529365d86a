//! What a landing zone comes to, before anything is known of AWS.

use std::fmt::Write as _;

use landfall::{
    compose::compose,
    config::{self, Files},
    engine::{
        doc::Field,
        env::Env,
        graph::{Graph, Node},
    },
    model::LandingZone,
};

/// What files say that hold.
#[track_caller]
pub fn parsed(files: &Files) -> LandingZone {
    config::parse(files).unwrap_or_else(|complaints| panic!("{}", complaints.render(false))).zone
}

/// What is to be made of it.
#[track_caller]
pub fn composed(zone: &LandingZone) -> Graph {
    compose(zone).unwrap_or_else(|problems| panic!("{problems:?}")).graph
}

/// What is to be made of these files; of two with one path the later counts.
#[track_caller]
pub fn graph_of<'f>(stated: impl IntoIterator<Item = &'f (&'f str, &'f str)>) -> Graph {
    let mut files = Files::default();
    for (path, text) in stated {
        files.insert(*path, text.as_bytes());
    }
    composed(&parsed(&files))
}

/// The node at an address.
#[track_caller]
pub fn node<'g>(graph: &'g Graph, address: &str) -> &'g Node {
    graph.node(graph.at_address(address).unwrap_or_else(|| panic!("no {address}")))
}

/// What a node wants, a field a line.
pub fn document(node: &Node) -> String {
    let mut text = String::new();
    for (path, field) in node.kind.desired(&node.spec, &Env::nothing_known()).iter() {
        let shown = match field {
            Field::Is(value) | Field::After { shown: Some(value), .. } => value.shown().to_string(),
            other => format!("{other:?}"),
        };
        let _ = writeln!(text, "{path} = {shown}");
    }
    text
}
