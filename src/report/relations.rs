//! What depends on what, as text that documentation draws pictures from. An arrow leads from a resource to what it needs.

use std::{collections::BTreeMap, fmt::Write as _};

use sha2::{Digest as _, Sha256};

use super::map::escape::{dot, id, mermaid, word};
use crate::engine::{
    graph::{Graph, Node, NodeId},
    relations::Part,
};

/// A part of a graph that is to be drawn.
pub struct Relations<'g> {
    /// The graph.
    pub graph: &'g Graph,
    /// Which part of it.
    pub part: &'g Part,
    /// The node that was asked about.
    pub center: Option<NodeId>,
}

/// What it is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A flowchart of [Mermaid][syntax].
    ///
    /// [syntax]: https://mermaid.js.org/syntax/flowchart.html
    Mermaid,
    /// A graph in [the language of Graphviz][dot].
    ///
    /// [dot]: https://graphviz.org/doc/info/lang.html
    Graphviz,
}

/// What [Mermaid draws at most][limits] unless the page that holds it says otherwise: edges, and characters.
///
/// [limits]: https://mermaid.js.org/config/schema-docs/config.html
pub(super) const MERMAID_DRAWS: (usize, usize) = (500, 50_000);

impl<'g> Relations<'g> {
    /// The nodes of each account, in the order of the graph.
    fn accounts(&self) -> BTreeMap<&'g str, Vec<(NodeId, &'g Node)>> {
        let mut accounts: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, node) in self.nodes() {
            accounts.entry(node.address.place.account.as_str()).or_default().push((id, node));
        }
        accounts
    }

    /// All nodes that are drawn.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (NodeId, &'g Node)> {
        self.graph.nodes().filter(|(id, _)| self.part.has(*id))
    }

    /// The text, and how many edges it has.
    pub(super) fn text(&self, format: Format) -> (String, usize) {
        let edges = self.part.edges(self.graph);
        let text = match format {
            Format::Mermaid => self.mermaid(&edges),
            Format::Graphviz => self.graphviz(&edges),
        };
        (text, edges.len())
    }

    fn mermaid(&self, edges: &[(NodeId, NodeId)]) -> String {
        let mut out = String::from("flowchart RL\n");
        // Writing to a string can't fail.
        for (account, nodes) in self.accounts() {
            _ = writeln!(out, "  subgraph {}[\"{}\"]", word(&id("account", account)), mermaid(account));
            for (_, node) in nodes {
                let [place, name] = lines(node);
                _ = writeln!(out, "    {}[\"{}<br/>{}\"]", name_of(node), mermaid(&place), mermaid(&name));
            }
            out.push_str("  end\n");
        }
        for (from, to) in edges.iter().map(|(from, to)| (self.graph.node(*from), self.graph.node(*to))) {
            _ = writeln!(out, "  {} --> {}", name_of(from), name_of(to));
        }
        if let Some(center) = self.center {
            _ = writeln!(out, "  style {} stroke-width:4px", name_of(self.graph.node(center)));
        }
        out
    }

    fn graphviz(&self, edges: &[(NodeId, NodeId)]) -> String {
        let mut out = String::new();
        _ = writeln!(out, "digraph \"{}\" {{", dot(self.graph.organization()));
        out.push_str("  graph [rankdir=RL fontname=\"Helvetica\" nodesep=0.2 ranksep=0.8];\n");
        out.push_str("  node [shape=box style=rounded fontname=\"Helvetica\" fontsize=11];\n");
        out.push_str("  edge [color=\"#7b8698\"];\n");
        for (account, nodes) in self.accounts() {
            _ = writeln!(out, "  subgraph cluster_{} {{", word(&id("account", account)));
            _ = writeln!(out, "    label=\"{}\"; style=rounded; color=\"#aab2bf\";", dot(account));
            for (id, node) in nodes {
                let label = lines(node).map(|line| dot(&line)).join("\\n");
                let bold = if self.center == Some(id) { " penwidth=3" } else { "" };
                _ = writeln!(out, "    {} [label=\"{label}\"{bold}];", quoted(node));
            }
            out.push_str("  }\n");
        }
        for (from, to) in edges.iter().map(|(from, to)| (self.graph.node(*from), self.graph.node(*to))) {
            _ = writeln!(out, "  {} -> {};", quoted(from), quoted(to));
        }
        out.push_str("}\n");
        out
    }
}

/// The same from run to run, whatever else is in the landing zone, and short, for the sake of what Mermaid draws at most.
fn name_of(node: &Node) -> String {
    let digest = Sha256::digest(node.label.as_bytes());
    let digits: Vec<_> = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("n{}", digits.concat())
}

/// The address, which Graphviz takes as it is.
fn quoted(node: &Node) -> String {
    format!("\"{}\"", dot(&node.label))
}

/// Kind and Region, then the name.
fn lines(node: &Node) -> [String; 2] {
    let address = &node.address;
    let place = match &address.place.region {
        Some(region) => format!("{} · {region}", address.kind),
        None => address.kind.to_owned(),
    };
    [place, address.name.to_string()]
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;
    use crate::report::samples::{Account, Has, Policy, Role, Zone, doc};

    fn graph() -> Graph {
        let mut zone = Zone::new();
        let prod = zone.account("prod", doc([("unit", json!("ou"))]), Has::Same);
        zone.account("dev", doc([]), Has::Same);
        let management = zone.management();
        zone.add::<Policy>(management, "st\"ay]", "organization.toml:1", doc([]), Has::Same);
        let mut graph = zone.snapshot().0;
        let origin = crate::report::samples::origin("accounts/prod.toml:3");
        let reader = graph.add::<Role>(prod, "reader", &origin, |_| doc([]));
        graph.add::<Role>(prod, "deployer", &origin, |needs| {
            needs.after(reader.id());
            doc([])
        });
        graph
    }

    fn drawn(of: Option<&str>, format: Format) -> String {
        let graph = graph();
        let center = of.map(|address| graph.at_address(address).expect("it is there"));
        let part = match center {
            Some(center) => Part::around(&graph, center),
            None => Part::of(&graph, |_| true),
        };
        Relations { graph: &graph, part: &part, center }.text(format).0
    }

    #[test]
    fn arrows_lead_to_what_is_needed_and_none_is_implied_by_others() {
        assert_snapshot!(drawn(None, Format::Mermaid));
    }

    #[test]
    fn one_is_drawn_with_what_it_has_to_do_with() {
        assert_snapshot!(drawn(Some("prod/global/iam/role/reader"), Format::Graphviz));
    }

    #[test]
    fn accounts_are_needed_by_all_that_is_in_them() {
        let graph = graph();
        let account = graph.at_address("management/global/organizations/account/prod").expect("it is there");
        assert_eq!(graph.node(account).address.kind, <Account as crate::engine::kind::Kind>::NAME);
        let part = Part::around(&graph, account);
        let drawn: Vec<_> =
            graph.nodes().filter(|(id, _)| part.has(*id)).map(|(_, node)| &*node.address.name).collect();
        assert_eq!(drawn, ["prod", "reader", "deployer"]);
    }
}
