use schemars::JsonSchema;
use serde::Serialize;

use super::shared::Origin;
use crate::{engine::graph::NodeId, names::Region, report::relations};

/// `landfall/graph@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Relations<'g> {
    schema: &'static str,
    organization: &'g str,
    /// The address that was asked about.
    center: Option<&'g str>,
    /// In the order of dependency: what a node needs stands before it.
    nodes: Vec<Node<'g>>,
}

#[derive(Serialize, JsonSchema)]
struct Node<'g> {
    address: &'g str,
    kind: &'static str,
    account: &'g str,
    region: Option<&'static str>,
    origin: Origin<'g>,
    /// Of those told here, what it needs itself, be it implied by others or not.
    needs: Vec<&'g str>,
}

impl<'g> Relations<'g> {
    pub(in crate::report) fn of(relations: &relations::Relations<'g>) -> Self {
        let (graph, part) = (relations.graph, relations.part);
        let label = |id: NodeId| &*graph.node(id).label;
        let nodes = relations.nodes().map(|(_, node)| Node {
            address: &node.label,
            kind: node.address.kind,
            account: node.address.place.account.as_str(),
            region: node.address.place.region.map(Region::as_str),
            origin: Origin::of(&node.origin),
            needs: node.needs.iter().copied().filter(|need| part.has(*need)).map(label).collect(),
        });
        Self {
            schema: "landfall/graph@1",
            organization: graph.organization(),
            center: relations.center.map(label),
            nodes: nodes.collect(),
        }
    }
}
