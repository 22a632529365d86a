//! What is forwarded: that somebody asks in each Region, and that no question comes back to who asked it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::references::{not_of_aws, segments};
use crate::config::complaint::{Complaint, Sink};
use crate::model::{DnsQuotas, Forward, LandingZone, Resolver, Target, Vpc};
use crate::names::{AccountName, Located, Region};

pub(in crate::config::checks) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for forward in landing_zone.network.forwards.values() {
        not_of_aws(&forward.domain, sink);
        segments(
            landing_zone,
            (&format!("[forward.\"{}\"]", forward.domain), &forward.origin),
            &forward.segments,
            sink,
        );
        check_regions(landing_zone, forward, sink);
        check_system(landing_zone, forward, sink);
        for target in &forward.to {
            check_loop(landing_zone, target, sink);
        }
        if let Some(beyond) = forward.to.get(DnsQuotas::TARGETS) {
            let message = format!("a rule has {} name servers at most", DnsQuotas::TARGETS);
            sink.push(Complaint::new(&beyond.origin, message));
        }
    }
    check_quotas(landing_zone, sink);
}

/// A rule lies in the Region of the VPCs that go by it, and asks by an endpoint there.
fn check_regions(landing_zone: &LandingZone, forward: &Forward, sink: &Sink) {
    let network = &landing_zone.network;
    let mut told: Vec<Region> = Vec::new();
    for vpc in network.members_of(&forward.segments) {
        let region = vpc.region.value;
        if network.outbound(region).is_some() || told.contains(&region) {
            continue;
        }
        told.push(region);
        let message = format!(
            "nobody can ask about `{}` for `{}`: {region} has no outbound resolver",
            forward.domain, vpc.name
        );
        let complaint =
            Complaint::new(&forward.origin, message).note(&vpc.origin, "this VPC is in one of its segments");
        sink.push(complaint.help(format!("`outbound = true` in the `[resolver.NAME]` of a VPC in {region}")));
    }
}

/// That AWS answers need be said only below a domain that is forwarded.
fn check_system(landing_zone: &LandingZone, forward: &Forward, sink: &Sink) {
    let above = |other: &&Forward| {
        other.is_sent_away() && other.domain != forward.domain && forward.domain.is_within(&other.domain)
    };
    if !forward.is_sent_away() && !landing_zone.network.forwards.values().any(|other| above(&other)) {
        let message = format!("AWS answers for `{}` anyway: nothing above it is forwarded", forward.domain);
        let complaint = Complaint::warning(&forward.origin, message);
        sink.push(complaint.help("`to` lists name servers"));
    }
}

/// The address at which every VPC has AWS's resolver, besides the third of its range.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
const RESOLVER: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 253);

/// [A question that is sent to an inbound endpoint][loops] by a rule of a VPC that answers there comes back for ever.
///
/// [loops]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/best-practices-resolver.html
fn check_loop(landing_zone: &LandingZone, target: &Located<Target>, sink: &Sink) {
    let network = &landing_zone.network;
    let address = target.address;
    let own = |vpc: &&Vpc| vpc.cidr.as_ref().is_some_and(|cidr| third(cidr.first()) == Some(address));
    let vpc = network.vpcs.values().find(own);
    if address == RESOLVER || vpc.is_some() {
        let whose = vpc.map_or_else(|| "every VPC".to_owned(), |vpc| format!("`{}`", vpc.name));
        let message = format!("{address} is AWS's own resolver in {whose}: questions would go in circles");
        sink.push(Complaint::new(&target.origin, message).help("name a server beyond AWS"));
        return;
    }
    for resolver in network.resolvers.values().filter(|resolver| resolver.inbound.value) {
        let Some(vpc) = network.vpcs.get(&resolver.vpc.value) else { continue };
        if Resolver::ranges(vpc).iter().any(|range| range.holds(address)) {
            let message = format!(
                "{address} lies where the inbound endpoint of `{}` does: questions may go in circles",
                resolver.name
            );
            let complaint =
                Complaint::warning(&target.origin, message).note(&resolver.origin, "the endpoint");
            sink.push(complaint.help("name a server beyond AWS"));
        }
    }
}

fn third(first: Ipv4Addr) -> Option<Ipv4Addr> {
    first.to_bits().checked_add(2).map(Ipv4Addr::from_bits)
}

/// Rules lie in the account of the resolver of their Region, associations in those of the VPCs.
fn check_quotas(landing_zone: &LandingZone, sink: &Sink) {
    let network = &landing_zone.network;
    let mut rules: BTreeMap<Region, usize> = BTreeMap::new();
    let mut associations: BTreeMap<(Region, &AccountName), usize> = BTreeMap::new();
    for forward in network.forwards.values() {
        let mut regions: Vec<_> = network.members_of(&forward.segments).map(|vpc| vpc.region.value).collect();
        regions.sort_unstable();
        regions.dedup();
        for region in regions {
            let count = rules.entry(region).or_default();
            *count += 1;
            if *count == DnsQuotas::RULES + 1 {
                let message = format!("{region} has {} rules at most", DnsQuotas::RULES);
                sink.push(Complaint::new(&forward.origin, message));
            }
        }
        for vpc in network.members_of(&forward.segments) {
            let count = associations.entry((vpc.region.value, &vpc.account.value)).or_default();
            *count += 1;
            if *count == DnsQuotas::RULE_ASSOCIATIONS + 1 {
                let most = DnsQuotas::RULE_ASSOCIATIONS;
                let message =
                    format!("the VPCs of `{}` in {} go by {most} rules at most", vpc.account, vpc.region);
                sink.push(Complaint::new(&forward.origin, message));
            }
        }
    }
}
