//! Segments, Transit Gateways, VPCs and what lies beyond, as they are drawn.

use std::collections::BTreeSet;

use super::{at, listed, organization::account_id};
use crate::{
    model::{self, LandingZone, Layout, Network, Transit},
    names::{Located, Region, SegmentName, VpcName},
    report::{
        map::{self, Drawing, External, Gateway, Segment, Subnet, Thing, Vpc},
        plural,
    },
};

/// The kind of thing a segment is.
const SEGMENT: &str = "segment";
/// The kind of thing a Transit Gateway is.
pub(super) const GATEWAY: &str = "Transit Gateway";
/// The kind of thing a VPC is.
pub(super) const VPC: &str = "VPC";
/// The kind of thing that lies beyond.
pub(super) const EXTERNAL: &str = "external";

fn id(kind: &'static str, name: &str) -> String {
    Thing::new(kind, name, String::new()).id
}

/// The id of a VPC.
pub(super) fn vpc_id(name: &VpcName) -> String {
    id(VPC, name.as_str())
}

/// The id of a segment.
pub(super) fn segment_id(name: &SegmentName) -> String {
    id(SEGMENT, name.as_str())
}

/// The place of a segment among all, by which things refer to it.
pub(super) fn color(zone: &LandingZone, segment: Option<&Located<SegmentName>>) -> Option<usize> {
    let segments = &zone.network.transit.as_ref()?.segments;
    segments.keys().position(|name| segment.is_some_and(|segment| segment.value == *name))
}

/// Draws it all.
pub(super) fn draw(zone: &LandingZone, drawing: &mut Drawing) {
    let network = &zone.network;
    if let Some(transit) = &network.transit {
        drawing.segments = transit.segments.keys().map(|name| segment(zone, transit, name)).collect();
    }
    let beyond = network.externals.values().map(|external| external.region.value);
    let used: BTreeSet<_> = network.vpcs.values().map(|vpc| vpc.region.value).chain(beyond).collect();
    let home = zone.organization.home_region.value;
    let first = used.iter().filter(|region| **region == home);
    let regions = first.chain(used.iter().filter(|region| **region != home));
    drawing.regions = regions.map(|region| self::region(zone, *region)).collect();
}

/// The segments that one may talk to, itself among them.
fn talks<'t>(transit: &'t Transit, name: &'t SegmentName) -> impl Iterator<Item = &'t SegmentName> {
    transit.segments.keys().filter(move |other| transit.may_talk(name, other))
}

fn segment(zone: &LandingZone, transit: &Transit, name: &SegmentName) -> Segment {
    let segment = &transit.segments[name];
    let mut thing = Thing::new(SEGMENT, name.as_str(), at(&segment.origin));
    thing.whole = talks(transit, name).map(segment_id).collect();
    thing.near = talks(transit, name).filter(|other| *other != name).map(segment_id).collect();
    let others = || talks(transit, name).filter(|other| *other != name);
    thing.say("talks to", if others().next().is_none() { "no other".to_owned() } else { listed(others()) });
    thing.say("VPCs", listed(zone.network.members(name).map(|vpc| &vpc.name.value)));
    let is_peer = |(_, other): &(usize, &SegmentName)| *other != name && transit.may_talk(name, other);
    let peers = transit.segments.keys().enumerate().filter(is_peer).map(|(at, _)| at).collect();
    Segment { thing, peers }
}

fn region(zone: &LandingZone, region: Region) -> map::Region {
    let network = &zone.network;
    let has_gateway = network.transit_regions().contains(&region);
    let transit = network.transit.as_ref().filter(|_| has_gateway);
    let vpcs = network.vpcs.values().filter(|vpc| vpc.region.value == region);
    let externals = network.externals.values().filter(|external| external.region.value == region);
    map::Region {
        name: region.to_string(),
        gateway: transit.map(|transit| gateway(zone, transit, region)),
        vpcs: vpcs.map(|vpc| self::vpc(zone, vpc)).collect(),
        externals: externals.map(|external| self::external(zone, external)).collect(),
    }
}

fn gateway(zone: &LandingZone, transit: &Transit, region: Region) -> Gateway {
    let network = &zone.network;
    let mut thing = Thing::new(GATEWAY, region.as_str(), at(&transit.origin));
    let others = || network.transit_regions().into_iter().filter(move |other| *other != region);
    thing.whole = vec![thing.id.clone()];
    thing.near = vec![account_id(&transit.account.value)];
    thing.near.extend(others().map(|other| id(GATEWAY, other.as_str())));
    let joined = network.vpcs.values().filter(|vpc| vpc.region.value == region && network.is_joined(vpc));
    let joined: Vec<_> = joined.map(|vpc| &vpc.name.value).collect();
    let out = match transit.egress.of(region) {
        Some(vpc) => format!("way out through {vpc}"),
        None => "no way out".to_owned(),
    };
    thing.say("account", transit.account.to_string());
    thing.say("attached", listed(&joined));
    thing.say("way out", transit.egress.of(region).map_or_else(|| "none".to_owned(), ToString::to_string));
    thing.say("peered with", listed(others()));
    Gateway {
        thing, line: format!("account {} · {} · {out}", transit.account, plural(joined.len(), "VPC"))
    }
}

fn vpc(zone: &LandingZone, of: &model::Vpc) -> Vpc {
    let network = &zone.network;
    let (is_joined, is_egress) = (network.is_joined(of), network.carries_egress(&of.name.value));
    let mut thing = Thing::new(VPC, of.name.as_str(), at(&of.origin));
    related(network, of, &mut thing);
    let cidr = match (&of.cidr, &of.size) {
        (Some(cidr), _) => cidr.to_string(),
        (None, Some(size)) => format!("a /{size} to be allocated"),
        (None, None) => String::new(),
    };
    facts(network, of, &mut thing);
    Vpc {
        thing,
        account: of.account.to_string(),
        cidr,
        segment: color(zone, of.segment.as_ref()),
        is_joined,
        is_egress,
        badges: badges(network, of),
        tiers: tiers(of, is_joined),
    }
}

/// What is seen together with a VPC.
fn related(network: &Network, of: &model::Vpc, thing: &mut Thing) {
    let name = &of.name.value;
    thing.parts = vec![account_id(&of.account.value)];
    thing.near = vec![account_id(&of.account.value)];
    if network.is_joined(of) {
        let gateway = id(GATEWAY, of.region.as_str());
        thing.parts.push(gateway.clone());
        thing.near.push(gateway);
    }
    if let (Some(segment), Some(transit)) = (&of.segment, &network.transit) {
        thing.parts.push(segment_id(&segment.value));
        thing.near.extend(talks(transit, &segment.value).map(segment_id));
        thing.whole.extend(talks(transit, &segment.value).map(segment_id));
    }
    thing.near.extend(super::names::about(network, name, of.segment.as_ref()));
}

/// What is said about a VPC.
fn facts(network: &Network, of: &model::Vpc, thing: &mut Thing) {
    let egress = network.transit.as_ref().and_then(|transit| transit.egress.of(of.region.value));
    let out = match egress {
        _ if network.has_nat(of) => "NAT gateways of its own".to_owned(),
        Some(vpc) if of.segment.is_some() => format!("through {vpc}"),
        _ => "none".to_owned(),
    };
    thing.say("account", of.account.to_string());
    thing.say("Region", of.region.to_string());
    thing.say("range", of.cidr.as_ref().map(ToString::to_string).unwrap_or_default());
    thing.say("zones", listed(of.zones.iter()));
    thing.say("segment", of.segment.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string));
    thing.say("way out", out);
    for (tier, ports) in &of.ports {
        let label = match tier {
            model::Tier::Dmz => "dmz ports",
            model::Tier::Application => "application ports",
            model::Tier::Data => "data ports",
        };
        thing.say(label, listed(ports));
    }
    thing.say("endpoints", listed(&of.endpoints));
    if let Some(logs) = &of.flow_logs {
        let group = logs.retention.as_ref().map(|_| "a log group of its account".to_owned());
        let bucket = logs.bucket.as_ref().map(ToString::to_string);
        thing.say("flow logs", listed(bucket.into_iter().chain(group)));
    }
    if let Some(dhcp) = &of.dhcp {
        let domain = dhcp.domain_name.iter();
        thing.say("DHCP", listed(domain.chain(&dhcp.domain_name_servers).chain(&dhcp.ntp_servers)));
    }
}

fn badges(network: &Network, of: &model::Vpc) -> Vec<String> {
    let resolvers = || network.resolvers.values().filter(|resolver| resolver.vpc.value == of.name.value);
    let held = [
        (network.carries_egress(&of.name.value), "way out of segments"),
        (network.has_nat(of), "NAT"),
        (of.tiers.contains_key(&model::Tier::Dmz), "internet gateway"),
        (resolvers().any(|resolver| resolver.inbound.value), "inbound resolver"),
        (resolvers().any(|resolver| resolver.outbound.value), "outbound resolver"),
        (of.flow_logs.is_some(), "flow logs"),
    ];
    let mut badges: Vec<_> =
        held.into_iter().filter(|(held, _)| *held).map(|(_, badge)| badge.to_owned()).collect();
    if !of.endpoints.is_empty() {
        badges.push(plural(of.endpoints.len(), "endpoint"));
    }
    badges
}

/// The subnets, as far as the VPC has a range that has room for them.
fn tiers(of: &model::Vpc, is_joined: bool) -> Vec<map::Tier> {
    let Some(cidr) = &of.cidr else { return Vec::new() };
    let layout = Layout::new(cidr.value);
    let named = |name, subnet: &dyn Fn(_) -> Option<_>| {
        let subnets = of.zones.iter().filter_map(|zone| Some((zone, subnet(*zone)?)));
        let subnets = subnets.map(|(zone, cidr)| Subnet { zone: zone.to_string(), cidr: format!("{cidr}") });
        map::Tier { name, subnets: subnets.collect() }
    };
    let stated = of.tiers.iter().map(|(tier, prefix)| {
        let prefix = u8::try_from(prefix.value).unwrap_or(u8::MAX);
        named(tier.as_str(), &|zone| layout.subnet(*tier, prefix, zone))
    });
    let gateway = is_joined.then(|| named("gateway", &|zone| layout.gateway(zone)));
    stated.chain(gateway).filter(|tier| !tier.subnets.is_empty()).collect()
}

fn external(zone: &LandingZone, of: &model::External) -> External {
    let gateway = id(GATEWAY, of.region.as_str());
    let mut thing = Thing::new(EXTERNAL, of.name.as_str(), at(&of.origin));
    thing.parts = vec![segment_id(&of.segment.value), gateway.clone()];
    thing.near = vec![gateway];
    if let Some(transit) = &zone.network.transit {
        thing.near.extend(talks(transit, &of.segment.value).map(segment_id));
        thing.whole = talks(transit, &of.segment.value).map(segment_id).collect();
    }
    thing.say("ranges", listed(&of.cidrs));
    thing.say("attachment", of.attachment.to_string());
    thing.say("Region", of.region.to_string());
    thing.say("segment", of.segment.to_string());
    External {
        thing,
        cidrs: of.cidrs.iter().map(ToString::to_string).collect(),
        attachment: of.attachment.value.clone(),
        segment: color(zone, Some(&of.segment)),
    }
}
