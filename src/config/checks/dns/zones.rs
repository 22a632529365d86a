//! Private zones: who asks them, and that what they answer is asked for there.

use super::references::{not_of_aws, vpc};
use crate::config::checks::places;
use crate::config::complaint::{Complaint, Sink};
use crate::model::{DnsQuotas, Forward, HostedZone, LandingZone, Record};
use crate::names::{DomainName, VpcName};

pub(in crate::config::checks) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for zone in landing_zone.network.zones.values() {
        places::account(landing_zone, &zone.account, "nothing can be made", sink);
        not_of_aws(&zone.name, sink);
        check_vpcs(landing_zone, zone, sink);
        check_forwards(landing_zone, zone, sink);
        check_records(landing_zone, zone, sink);
    }
}

/// AWS makes a private zone [with a VPC of its own account][create] only.
///
/// [create]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
fn check_vpcs(landing_zone: &LandingZone, zone: &HostedZone, sink: &Sink) {
    let vpcs: Vec<_> = zone.vpcs.iter().filter_map(|name| vpc(landing_zone, name, sink)).collect();
    if vpcs.len() < zone.vpcs.len() {
        return;
    }
    if !vpcs.iter().any(|vpc| vpc.account.value == zone.account.value) {
        let message = format!("no VPC of `{}` asks the zone `{}`, which lies there", zone.account, zone.name);
        let mut complaint = Complaint::new(&zone.account.origin, message)
            .help("a private zone is made with a VPC of its own account: add one to `vpcs`, or say another `account`");
        if let (Some(first), Some(stated)) = (vpcs.first(), zone.vpcs.first()) {
            complaint = complaint.note(&stated.origin, format!("this one lies in `{}`", first.account));
        }
        sink.push(complaint);
    }
    if let Some(beyond) = zone.vpcs.get(DnsQuotas::VPCS_PER_ZONE) {
        let message = format!("at most {} VPCs ask a private zone", DnsQuotas::VPCS_PER_ZONE);
        sink.push(Complaint::new(&beyond.origin, message));
    }
}

/// Where a forwarded domain and a private zone are the same, [the rule wins][order]: the zone is never asked.
///
/// [order]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
fn check_forwards(landing_zone: &LandingZone, zone: &HostedZone, sink: &Sink) {
    let Some(forward) = landing_zone.network.forwards.get(&zone.name.value) else { return };
    if !forward.is_sent_away() {
        return;
    }
    if let Some(name) = zone.vpcs.iter().find(|name| forwards_for(landing_zone, forward, &name.value)) {
        let message = format!("`{}` is forwarded, so that `{name}` never asks this zone", zone.name);
        let complaint = Complaint::new(&name.origin, message).note(&forward.origin, "forwarded here");
        sink.push(complaint.help("forward a domain below it, or above it, or not for this VPC's segment"));
    }
}

fn forwards_for(landing_zone: &LandingZone, forward: &Forward, vpc: &VpcName) -> bool {
    landing_zone.network.members_of(&forward.segments).any(|member| member.name.value == *vpc)
}

/// A name is looked for in the zone, or sent where the rule says, that is [the closest to it][order]: in no other.
///
/// [order]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
fn check_records(landing_zone: &LandingZone, zone: &HostedZone, sink: &Sink) {
    for record in &zone.records {
        let Ok(name) = record.name.trim_start_matches("*.").parse::<DomainName>() else { continue };
        let closer = |other: &DomainName| {
            *other != zone.name.value && other.is_within(&zone.name.value) && name.is_within(other)
        };
        check_inner_zones(landing_zone, zone, record, &closer, sink);
        for forward in landing_zone.network.forwards.values().filter(|forward| closer(&forward.domain.value))
        {
            let asks =
                |vpc: &&crate::names::Located<VpcName>| forwards_for(landing_zone, forward, &vpc.value);
            if let (true, Some(vpc)) = (forward.is_sent_away(), zone.vpcs.iter().find(asks)) {
                let message = format!("`{vpc}` never gets this answer: `{}` is forwarded", forward.domain);
                let complaint = Complaint::new(&record.name.origin, message);
                sink.push(complaint.note(&forward.origin, "forwarded here"));
            }
        }
    }
}

fn check_inner_zones(
    landing_zone: &LandingZone,
    zone: &HostedZone,
    record: &Record,
    closer: &dyn Fn(&DomainName) -> bool,
    sink: &Sink,
) {
    for inner in landing_zone.network.zones.values().filter(|inner| closer(&inner.name.value)) {
        let both = zone.vpcs.iter().find(|vpc| inner.vpcs.iter().any(|other| other.value == vpc.value));
        if let Some(vpc) = both {
            let message = format!("`{vpc}` never gets this answer: it asks the zone `{}`", inner.name);
            let complaint =
                Complaint::new(&record.name.origin, message).note(&inner.origin, "the closer zone");
            sink.push(complaint.help("state the record there"));
        }
    }
}
