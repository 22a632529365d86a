use std::fmt::Write as _;

use super::{
    drawing::{Drawing, Group, Region, Unit},
    escape::{mermaid as text, word},
};

/// The lines by which segments are told apart, in the order of their colours.
const COLORS: [&str; 8] =
    ["#2563eb", "#15803d", "#c2410c", "#7c3aed", "#0f766e", "#be185d", "#a16207", "#0e7490"];

/// The drawing as a [flowchart of Mermaid][syntax].
///
/// [syntax]: https://mermaid.js.org/syntax/flowchart.html
pub fn mermaid(drawing: &Drawing) -> String {
    let mut out = String::from("flowchart LR\n");
    // Writing to a string can't fail.
    unit(&drawing.root, 1, &mut out);
    for (at, region) in drawing.regions.iter().enumerate() {
        self::region(drawing, at, region, &mut out);
    }
    segments(drawing, &mut out);
    peerings(drawing, &mut out);
    for group in &drawing.names {
        names(group, &mut out);
    }
    for (at, _) in drawing.segments.iter().enumerate() {
        let color = COLORS[at % COLORS.len()];
        _ = writeln!(out, "  classDef segment{at} stroke:{color},stroke-width:2px");
    }
    out
}

fn unit(of: &Unit, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let id = word(&of.thing.id);
    if of.accounts.is_empty() && of.units.is_empty() {
        _ = writeln!(out, "{pad}{id}[/\"{}\"/]", text(&of.thing.name));
        return;
    }
    _ = writeln!(out, "{pad}subgraph {id}[\"{}\"]", text(&of.thing.name));
    for account in &of.accounts {
        let (id, name) = (word(&account.thing.id), text(&account.thing.name));
        let duties =
            if account.duties.is_empty() { String::new() } else { format!("<br/>{}", text(&account.duties)) };
        _ = writeln!(out, "{pad}  {id}[\"{name}{duties}\"]");
    }
    for child in &of.units {
        unit(child, depth + 1, out);
    }
    _ = writeln!(out, "{pad}end");
}

fn region(drawing: &Drawing, at: usize, region: &Region, out: &mut String) {
    let Region { name, gateway, vpcs, externals } = region;
    _ = writeln!(out, "  subgraph region{at}[\"{}\"]", text(name));
    let gateway = gateway.as_ref().map(|gateway| {
        let id = word(&gateway.thing.id);
        _ = writeln!(out, "    {id}{{{{\"{}<br/>{}\"}}}}", gateway.thing.kind, text(&gateway.line));
        id
    });
    let colored = |segment: Option<usize>| segment.map_or_else(String::new, |at| format!(":::segment{at}"));
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    for vpc in vpcs {
        let id = word(&vpc.thing.id);
        let (name, cidr, account) = (text(&vpc.thing.name), text(&vpc.cidr), text(&vpc.account));
        nodes.push(format!("{id}[\"{name}<br/>{cidr}<br/>account {account}\"]{}", colored(vpc.segment)));
        let tiers = vpc.tiers.iter().map(|tier| {
            let subnets: Vec<_> = tier.subnets.iter().map(|subnet| &*subnet.cidr).collect();
            format!("%% {} {}: {}", vpc.thing.name, tier.name, subnets.join(" "))
        });
        nodes.extend(tiers);
        edges.extend(gateway.iter().filter(|_| vpc.is_joined).map(|gateway| format!("{gateway} --- {id}")));
    }
    for external in externals {
        let (id, name) = (word(&external.thing.id), text(&external.thing.name));
        let cidrs: Vec<_> = external.cidrs.iter().map(|cidr| text(cidr)).collect();
        nodes.push(format!("{id}([\"{name}<br/>{}\"]){}", cidrs.join("<br/>"), colored(external.segment)));
        edges.extend(gateway.iter().map(|gateway| format!("{gateway} -.- {id}")));
    }
    debug_assert!(drawing.regions.len() > at, "a Region of this drawing");
    for line in nodes.iter().chain(&edges) {
        _ = writeln!(out, "    {line}");
    }
    out.push_str("  end\n");
}

fn segments(drawing: &Drawing, out: &mut String) {
    for (at, segment) in drawing.segments.iter().enumerate() {
        let (id, name) = (word(&segment.thing.id), text(&segment.thing.name));
        _ = writeln!(out, "  {id}([\"segment {name}\"]):::segment{at}");
    }
    for (at, segment) in drawing.segments.iter().enumerate() {
        for peer in segment.peers.iter().filter(|peer| **peer > at) {
            let other = &drawing.segments[*peer].thing.id;
            _ = writeln!(out, "  {} <--> {}", word(&segment.thing.id), word(other));
        }
    }
}

fn peerings(drawing: &Drawing, out: &mut String) {
    let gateways: Vec<_> = drawing.regions.iter().filter_map(|region| region.gateway.as_ref()).collect();
    for (at, one) in gateways.iter().enumerate() {
        for other in &gateways[at + 1..] {
            _ = writeln!(out, "  {} <-- peering --> {}", word(&one.thing.id), word(&other.thing.id));
        }
    }
}

fn names(group: &Group, out: &mut String) {
    if group.cards.is_empty() {
        return;
    }
    let id = word(&super::escape::id("group", group.title));
    _ = writeln!(out, "  subgraph {id}[\"{}\"]", text(group.title));
    for card in &group.cards {
        let lines: Vec<_> =
            [&card.thing.name].into_iter().chain(&card.lines).map(|line| text(line)).collect();
        _ = writeln!(out, "    {}[\"{}\"]", word(&card.thing.id), lines.join("<br/>"));
    }
    out.push_str("  end\n");
    for card in &group.cards {
        for near in card.thing.near.iter().filter(|near| near.starts_with("vpc-")) {
            _ = writeln!(out, "  {} -.- {}", word(&card.thing.id), word(near));
        }
    }
}
