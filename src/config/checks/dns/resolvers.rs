//! Resolvers: that their endpoints have room and a second zone, and that a Region has one of a sort.

use super::references::vpc;
use crate::config::checks::{
    archive::{complain_missing, no_bucket},
    names::{Named, Names},
};
use crate::config::complaint::{Complaint, Sink};
use crate::model::{Archive, DnsQuotas, LandingZone, Network, Resolver, Vpc};
use crate::names::{BucketRef, Located};

pub(in crate::config::checks) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let mut seen: Vec<(&Resolver, &Vpc)> = Vec::new();
    for resolver in landing_zone.network.resolvers.values() {
        if let Some(bucket) = &resolver.query_logs {
            check_bucket(landing_zone, bucket, sink);
        }
        let Some(vpc) = vpc(landing_zone, &resolver.vpc, sink) else { continue };
        if resolver.has_endpoints() {
            check_room(resolver, vpc, sink);
        }
        for (other, place) in &seen {
            check_pair((other, place), (resolver, vpc), sink);
        }
        seen.push((resolver, vpc));
        check_quota(resolver, vpc, &seen, sink);
    }
    check_names(&landing_zone.network, sink);
}

fn check_names(network: &Network, sink: &Sink) {
    let named = network.resolvers.values().map(|resolver| {
        let vpc = network.vpcs.get(&resolver.vpc.value);
        Named {
            key: &resolver.name.value,
            name: &resolver.aws_name,
            moved: resolver.moved.as_ref(),
            place: vpc.map(|vpc| (&vpc.account.value, vpc.region.value)),
            origin: &resolver.origin,
        }
    });
    let keeps = "AWS can't rename security groups, so a resolver that moved keeps what they are named after";
    Names { what: "resolver", keeps, list: named.collect() }.check(sink);
}

/// An endpoint has an address in each zone of its VPC: [two at least][zones], lest it ends with one of them.
///
/// [zones]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/best-practices-resolver-endpoint-high-availability.html
fn check_room(resolver: &Resolver, vpc: &Vpc, sink: &Sink) {
    let complaint = |message: String| {
        Complaint::new(&resolver.vpc.origin, message)
            .note(&vpc.zones.origin, format!("the zones of `{}`", vpc.name))
    };
    let zones = vpc.zones.len();
    if zones < DnsQuotas::FEWEST_ADDRESSES {
        let message = format!("a resolver's endpoints lie in two zones at least, and `{}` has one", vpc.name);
        sink.push(complaint(message).help("`zones = 2` in the VPC, or more"));
    }
    if zones > DnsQuotas::ADDRESSES {
        let message = format!(
            "an endpoint has {} addresses at most, and `{}` {zones} zones",
            DnsQuotas::ADDRESSES,
            vpc.name
        );
        sink.push(complaint(message));
    }
    if Resolver::tier(vpc).is_none() {
        let message = format!("`{}` has no tier in which a resolver's endpoints could lie", vpc.name);
        sink.push(
            Complaint::new(&resolver.vpc.origin, message).note(&vpc.origin, "`tiers` says which it has"),
        );
    }
}

/// Of two resolvers of a Region one asks others, and one writes down.
fn check_pair((first, place): (&Resolver, &Vpc), (second, vpc): (&Resolver, &Vpc), sink: &Sink) {
    if place.region.value != vpc.region.value {
        return;
    }
    let twice = |what: &str, key: &str| {
        let message = format!("`{}` already {what} in {}", first.name, vpc.region);
        let complaint = Complaint::new(&second.origin, message).note(&first.origin, "first here");
        sink.push(complaint.help(format!("one in each Region is enough: leave `{key}` out here")));
    };
    if first.outbound.value && second.outbound.value {
        twice("asks others for all VPCs", "outbound");
    }
    if first.query_logs.is_some() && second.query_logs.is_some() {
        twice("writes down what all VPCs ask", "query_logs");
    }
}

fn check_quota(resolver: &Resolver, vpc: &Vpc, seen: &[(&Resolver, &Vpc)], sink: &Sink) {
    let here = |(_, other): &&(&Resolver, &Vpc)| {
        other.region.value == vpc.region.value && other.account.value == vpc.account.value
    };
    let endpoints = |(resolver, _): &(&Resolver, &Vpc)| {
        usize::from(resolver.inbound.value) + usize::from(resolver.outbound.value)
    };
    if seen.iter().filter(here).map(endpoints).sum::<usize>() > DnsQuotas::ENDPOINTS {
        let message = format!("an account has {} endpoints in a Region at most", DnsQuotas::ENDPOINTS);
        sink.push(Complaint::new(&resolver.origin, message));
    }
}

fn check_bucket(landing_zone: &LandingZone, wanted: &Located<BucketRef>, sink: &Sink) {
    let Some(archive) = &landing_zone.archive else {
        return complain_missing(&wanted.origin, &no_bucket(wanted), sink);
    };
    let main = BucketRef::new(archive.account.value.clone(), Archive::MAIN);
    if main != wanted.value {
        let complaint = Complaint::new(&wanted.origin, format!("logs can't be delivered to `{wanted}`"));
        sink.push(complaint.help(format!("name `{main}`, which takes them from everywhere")));
    }
}
