//! Zones, resolvers, forwards and firewalls, as they are drawn.

use super::{
    at, listed,
    network::{segment_id, vpc_id},
    organization::account_id,
};
use crate::{
    model::{DnsFirewall, Forward, HostedZone, LandingZone, Network, Resolver},
    names::{Located, SegmentName, VpcName},
    report::{
        map::{Card, Group, Thing},
        plural,
    },
};

/// The kind of thing a private hosted zone is.
pub(super) const ZONE: &str = "zone";
/// The kind of thing a resolver is.
pub(super) const RESOLVER: &str = "resolver";
/// The kind of thing a forward is.
pub(super) const FORWARD: &str = "forward";
/// The kind of thing a DNS firewall is.
pub(super) const FIREWALL: &str = "DNS firewall";

fn id(kind: &'static str, name: &str) -> String {
    Thing::new(kind, name, String::new()).id
}

/// All of them, in groups.
pub(super) fn groups(zone: &LandingZone) -> Vec<Group> {
    let network = &zone.network;
    vec![
        Group { title: "Private zones", cards: network.zones.values().map(self::zone).collect() },
        Group {
            title: "Resolvers",
            cards: network.resolvers.values().map(|resolver| self::resolver(network, resolver)).collect(),
        },
        Group {
            title: "Forwards",
            cards: network.forwards.values().map(|forward| self::forward(network, forward)).collect(),
        },
        Group { title: "DNS firewalls", cards: network.firewalls.values().map(firewall).collect() },
    ]
}

/// The ids of those that have to do with a VPC.
pub(super) fn about(network: &Network, vpc: &VpcName, segment: Option<&Located<SegmentName>>) -> Vec<String> {
    let among = |segments: &[Located<SegmentName>]| {
        segment.is_some_and(|segment| segments.iter().any(|one| one.value == segment.value))
    };
    let zones = network.zones.values().filter(|zone| zone.vpcs.iter().any(|one| one.value == *vpc));
    let resolvers = network.resolvers.values().filter(|resolver| resolver.vpc.value == *vpc);
    let forwards = network.forwards.values().filter(|forward| among(&forward.segments));
    let firewalls = network.firewalls.values().filter(|firewall| among(&firewall.segments));
    let zones = zones.map(|zone| id(ZONE, zone.name.as_str()));
    let resolvers = resolvers.map(|resolver| id(RESOLVER, resolver.name.as_str()));
    let forwards = forwards.map(|forward| id(FORWARD, forward.domain.as_str()));
    let firewalls = firewalls.map(|firewall| id(FIREWALL, firewall.name.as_str()));
    zones.chain(resolvers).chain(forwards).chain(firewalls).collect()
}

fn zone(of: &HostedZone) -> Card {
    let mut thing = Thing::new(ZONE, of.name.as_str(), at(&of.origin));
    thing.parts = vec![account_id(&of.account.value)];
    thing.near = of.vpcs.iter().map(|vpc| vpc_id(&vpc.value)).collect();
    thing.near.push(account_id(&of.account.value));
    thing.say("account", of.account.to_string());
    thing.say("answers", listed(&of.vpcs));
    for record in &of.records {
        thing.say("record", format!("{} {} {}", record.name, record.kind, listed(&record.values)));
    }
    let records = match of.records.len() {
        0 => String::new(),
        count => format!(" · {}", plural(count, "record")),
    };
    let lines = vec![format!("account {}{records}", of.account), format!("answers {}", listed(&of.vpcs))];
    Card { thing, lines }
}

fn resolver(network: &Network, of: &Resolver) -> Card {
    let mut thing = Thing::new(RESOLVER, of.name.as_str(), at(&of.origin));
    thing.near = vec![vpc_id(&of.vpc.value)];
    let (inbound, outbound) =
        (of.inbound.value.then_some("inbound"), of.outbound.value.then_some("outbound"));
    let endpoints = listed(inbound.into_iter().chain(outbound));
    if of.outbound.value {
        let sent = network.forwards.values().filter(|forward| !forward.to.is_empty());
        thing.near.extend(sent.map(|forward| id(FORWARD, forward.domain.as_str())));
    }
    thing.say("VPC", of.vpc.to_string());
    thing.say("endpoints", endpoints.clone());
    let logs = of.query_logs.as_ref().map(ToString::to_string).unwrap_or_default();
    thing.say("query logs", logs.clone());
    let mut lines =
        vec![format!("in {}: {}", of.vpc, if endpoints.is_empty() { "no endpoints" } else { &endpoints })];
    lines.extend((!logs.is_empty()).then(|| format!("query logs to {logs}")));
    Card { thing, lines }
}

fn forward(network: &Network, of: &Forward) -> Card {
    let mut thing = Thing::new(FORWARD, of.domain.as_str(), at(&of.origin));
    thing.whole = of.segments.iter().map(|segment| segment_id(&segment.value)).collect();
    thing.near.clone_from(&thing.whole);
    let resolvers =
        network.resolvers.values().filter(|resolver| resolver.outbound.value && !of.to.is_empty());
    thing.near.extend(resolvers.map(|resolver| id(RESOLVER, resolver.name.as_str())));
    let target = |target: &Located<crate::model::Target>| match target.port {
        53 => target.address.to_string(),
        port => format!("{}:{port}", target.address),
    };
    let to = match &*of.to {
        [] => "AWS's own resolver".to_owned(),
        targets => listed(targets.iter().map(target)),
    };
    thing.say("to", to.clone());
    thing.say("asked by", listed(&of.segments));
    Card { thing, lines: vec![format!("to {to}"), format!("asked by {}", listed(&of.segments))] }
}

fn firewall(of: &DnsFirewall) -> Card {
    let mut thing = Thing::new(FIREWALL, of.name.as_str(), at(&of.origin));
    thing.parts = vec![account_id(&of.account.value)];
    thing.whole = of.segments.iter().map(|segment| segment_id(&segment.value)).collect();
    thing.near.clone_from(&thing.whole);
    thing.near.push(account_id(&of.account.value));
    thing.say("account", of.account.to_string());
    thing.say("blocks", listed(of.block.iter().chain(&of.managed)));
    thing.say("for", listed(&of.segments));
    let blocks = format!("{}, {} of AWS", plural(of.block.len(), "domain"), plural(of.managed.len(), "list"));
    Card { thing, lines: vec![format!("blocks {blocks}"), format!("for {}", listed(&of.segments))] }
}
