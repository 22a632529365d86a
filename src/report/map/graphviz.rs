use std::fmt::Write as _;

use super::{
    drawing::{Drawing, Group, Region, Unit, Vpc},
    escape::{dot as text, word},
};

/// The lines by which segments are told apart, in the order of their colours.
const COLORS: [&str; 8] =
    ["#2563eb", "#15803d", "#c2410c", "#7c3aed", "#0f766e", "#be185d", "#a16207", "#0e7490"];

/// The drawing in [the language of Graphviz][dot].
///
/// [dot]: https://graphviz.org/doc/info/lang.html
pub fn graphviz(drawing: &Drawing) -> String {
    let mut out = String::new();
    // Writing to a string can't fail.
    _ = writeln!(out, "graph \"{}\" {{", text(&drawing.organization));
    out.push_str("  graph [rankdir=LR fontname=\"Helvetica\" nodesep=0.2 ranksep=0.8];\n");
    out.push_str("  node [shape=box style=rounded fontname=\"Helvetica\" fontsize=11];\n");
    out.push_str("  edge [color=\"#7b8698\"];\n");
    unit(&drawing.root, 1, &mut out);
    for (at, region) in drawing.regions.iter().enumerate() {
        self::region(at, region, &mut out);
    }
    segments(drawing, &mut out);
    peerings(drawing, &mut out);
    for group in &drawing.names {
        names(group, &mut out);
    }
    out.push_str("}\n");
    out
}

/// A label of several lines.
fn label<'t>(lines: impl IntoIterator<Item = &'t str>) -> String {
    lines.into_iter().filter(|line| !line.is_empty()).map(text).collect::<Vec<_>>().join("\\n")
}

fn unit(of: &Unit, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let (id, name) = (word(&of.thing.id), text(&of.thing.name));
    _ = writeln!(out, "{pad}subgraph cluster_{id} {{");
    _ = writeln!(out, "{pad}  label=\"{name}\"; style=rounded; color=\"#aab2bf\";");
    if of.accounts.is_empty() && of.units.is_empty() {
        // A cluster without nodes is not drawn.
        _ = writeln!(out, "{pad}  {id} [style=invis label=\"\"];");
    }
    for account in &of.accounts {
        let label = label([&*account.thing.name, &*account.duties]);
        _ = writeln!(out, "{pad}  {} [label=\"{label}\"];", word(&account.thing.id));
    }
    for child in &of.units {
        unit(child, depth + 1, out);
    }
    _ = writeln!(out, "{pad}}}");
}

fn color(segment: Option<usize>) -> &'static str {
    segment.map_or("#7b8698", |at| COLORS[at % COLORS.len()])
}

fn region(at: usize, region: &Region, out: &mut String) {
    let Region { name, gateway, vpcs, externals } = region;
    _ = writeln!(out, "  subgraph cluster_region{at} {{");
    _ = writeln!(out, "    label=\"{}\"; style=dashed; color=\"#7b8698\";", text(name));
    if let Some(gateway) = gateway {
        let label = label([gateway.thing.kind, &*gateway.line]);
        _ = writeln!(out, "    {} [shape=hexagon label=\"{label}\"];", word(&gateway.thing.id));
    }
    for vpc in vpcs {
        let (id, color) = (word(&vpc.thing.id), color(vpc.segment));
        _ = writeln!(out, "    {id} [color=\"{color}\" label=\"{}\"];", vpc_label(vpc));
    }
    for external in externals {
        let lines = [&*external.thing.name].into_iter().chain(external.cidrs.iter().map(|cidr| &**cidr));
        let (id, color) = (word(&external.thing.id), color(external.segment));
        let label = label(lines);
        _ = writeln!(out, "    {id} [shape=ellipse style=dashed color=\"{color}\" label=\"{label}\"];");
    }
    out.push_str("  }\n");
    let Some(gateway) = gateway.as_ref().map(|gateway| word(&gateway.thing.id)) else { return };
    for vpc in vpcs.iter().filter(|vpc| vpc.is_joined) {
        _ = writeln!(out, "  {gateway} -- {} [color=\"{}\"];", word(&vpc.thing.id), color(vpc.segment));
    }
    for external in externals {
        _ = writeln!(out, "  {gateway} -- {} [style=dashed];", word(&external.thing.id));
    }
}

fn vpc_label(vpc: &Vpc) -> String {
    let tiers = vpc.tiers.iter().map(|tier| {
        let subnets: Vec<_> = tier.subnets.iter().map(|subnet| &*subnet.cidr).collect();
        format!("{}: {}", tier.name, subnets.join(" "))
    });
    let tiers: Vec<_> = tiers.collect();
    let account = format!("account {}", vpc.account);
    label([&*vpc.thing.name, &*vpc.cidr, &*account].into_iter().chain(tiers.iter().map(|tier| &**tier)))
}

fn segments(drawing: &Drawing, out: &mut String) {
    for (at, segment) in drawing.segments.iter().enumerate() {
        let (id, name) = (word(&segment.thing.id), text(&segment.thing.name));
        let color = color(Some(at));
        _ = writeln!(out, "  {id} [shape=ellipse color=\"{color}\" penwidth=2 label=\"segment {name}\"];");
    }
    for (at, segment) in drawing.segments.iter().enumerate() {
        for peer in segment.peers.iter().filter(|peer| **peer > at) {
            let (one, other) = (word(&segment.thing.id), word(&drawing.segments[*peer].thing.id));
            _ = writeln!(out, "  {one} -- {other} [dir=both penwidth=2];");
        }
    }
}

fn peerings(drawing: &Drawing, out: &mut String) {
    let gateways: Vec<_> = drawing.regions.iter().filter_map(|region| region.gateway.as_ref()).collect();
    for (at, one) in gateways.iter().enumerate() {
        for other in &gateways[at + 1..] {
            let (one, other) = (word(&one.thing.id), word(&other.thing.id));
            _ = writeln!(out, "  {one} -- {other} [style=bold label=\"peering\"];");
        }
    }
}

fn names(group: &Group, out: &mut String) {
    if group.cards.is_empty() {
        return;
    }
    let id = word(&super::escape::id("group", group.title));
    _ = writeln!(out, "  subgraph cluster_{id} {{\n    label=\"{}\"; color=\"#aab2bf\";", text(group.title));
    for card in &group.cards {
        let lines = [&*card.thing.name].into_iter().chain(card.lines.iter().map(|line| &**line));
        _ = writeln!(out, "    {} [label=\"{}\"];", word(&card.thing.id), label(lines));
    }
    out.push_str("  }\n");
    for card in &group.cards {
        for near in card.thing.near.iter().filter(|near| near.starts_with("vpc-")) {
            _ = writeln!(out, "  {} -- {} [style=dotted];", word(&card.thing.id), word(near));
        }
    }
}
