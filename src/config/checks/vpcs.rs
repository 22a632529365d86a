//! VPCs: that each has a place to lie in, addresses of its own, and room for its tiers; and that AWS gives an account so
//! many.

use std::collections::BTreeMap;

use super::names::{Named, Names};
use super::{Complaint, LandingZone, Sink, places};
use crate::model::{Layout, Network, NetworkQuotas, Vpc};
use crate::names::{AccountName, Cidr, Located, Region};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let network = &landing_zone.network;
    for vpc in network.vpcs.values() {
        check_place(landing_zone, vpc, sink);
        if let Some(cidr) = &vpc.cidr {
            check_reserved(vpc, cidr, sink);
            check_room(landing_zone, vpc, cidr.value, sink);
        }
    }
    check_names(network, sink);
    check_overlaps(landing_zone, sink);
    check_quotas(landing_zone, sink);
}

fn check_place(landing_zone: &LandingZone, vpc: &Vpc, sink: &Sink) {
    places::account(landing_zone, &vpc.account, "no VPC can be made", sink);
    places::region(landing_zone, vpc.region.value, &vpc.region.origin, sink);
}

fn check_names(network: &Network, sink: &Sink) {
    let named = network.vpcs.values().map(|vpc| Named {
        key: &vpc.name.value,
        name: &vpc.aws_name,
        moved: vpc.moved.as_ref(),
        place: Some((&vpc.account.value, vpc.region.value)),
        origin: &vpc.origin,
    });
    let keeps = "AWS can't rename security groups, so a VPC that moved keeps what they are named after";
    Names { what: "VPC", keeps, list: named.collect() }.check(sink);
}

/// What AWS lets [no VPC][blocks] have.
///
/// [blocks]: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
const RESERVED: [&str; 4] = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"];

fn check_reserved(vpc: &Vpc, cidr: &Located<Cidr>, sink: &Sink) {
    let reserved = RESERVED.iter().filter_map(|range| range.parse::<Cidr>().ok());
    if let Some(range) = reserved.into_iter().find(|range| range.overlaps(cidr.value)) {
        let message = format!("no VPC can have addresses of {range}, as `{}` would", vpc.name);
        let help = "private ranges are those of 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16";
        sink.push(Complaint::new(&cidr.origin, message).help(help));
    }
}

/// Every tier has a subnet in every zone, and so has the Transit Gateway's attachment.
fn check_room(landing_zone: &LandingZone, vpc: &Vpc, cidr: Cidr, sink: &Sink) {
    let layout = Layout::new(cidr);
    let Some(last) = vpc.zones.last().copied() else { return };
    for (tier, prefix) in &vpc.tiers {
        let bits = u8::try_from(prefix.value).unwrap_or(u8::MAX);
        if layout.subnet(*tier, bits, last).is_some() {
            continue;
        }
        let (tier_name, part) = (tier.as_str(), layout.tier(*tier));
        let message = match part {
            Some(part) => format!(
                "the {tier_name} tier has {part} of {cidr}, in which no /{prefix} is left for `{last}`"
            ),
            None => format!("{cidr} can't be parted among tiers"),
        };
        let complaint = Complaint::new(&prefix.origin, message);
        sink.push(complaint.help(
            "the place of a zone's subnet is that of its number: make the subnets smaller, or the VPC larger",
        ));
    }
    if landing_zone.network.is_joined(vpc) && layout.gateway(last).is_none() {
        let message = format!("{cidr} has no room for the Transit Gateway's attachment");
        let origin = vpc.cidr.as_ref().map_or(&vpc.origin, |cidr| &cidr.origin);
        sink.push(
            Complaint::new(origin, message).help("it takes a /28 in each zone: a /22 has room for all"),
        );
    }
}

/// Nothing is reached by an address that is somebody else's too.
fn check_overlaps(landing_zone: &LandingZone, sink: &Sink) {
    let network = &landing_zone.network;
    let vpcs: Vec<_> = network.vpcs.values().filter_map(|vpc| Some((vpc, vpc.cidr.as_ref()?))).collect();
    for (index, (vpc, cidr)) in vpcs.iter().enumerate() {
        if let Some((other, first)) = vpcs[..index].iter().find(|(_, first)| first.overlaps(cidr.value)) {
            let message =
                format!("the addresses of the VPC `{}` are also those of `{}`", vpc.name, other.name);
            sink.push(
                Complaint::new(&cidr.origin, message)
                    .note(&first.origin, format!("`{}` has these", other.name)),
            );
        }
    }
}

fn check_quotas(landing_zone: &LandingZone, sink: &Sink) {
    let mut places: BTreeMap<(&AccountName, Region), Vec<&Vpc>> = BTreeMap::new();
    for vpc in landing_zone.network.vpcs.values() {
        places.entry((&vpc.account.value, vpc.region.value)).or_default().push(vpc);
    }
    for ((account, region), vpcs) in places {
        let most = NetworkQuotas::VPCS;
        if let Some(first) = vpcs.get(most) {
            let message =
                format!("`{account}` has {} VPCs in {region}, and AWS gives {most} unasked", vpcs.len());
            sink.push(Complaint::warning(&first.origin, message).help(MORE));
        }
        let most = NetworkQuotas::ELASTIC_IPS;
        let network = &landing_zone.network;
        let with_nat: Vec<_> = vpcs.iter().filter(|vpc| network.has_nat(vpc)).collect();
        let addresses: usize = with_nat.iter().map(|vpc| vpc.zones.len()).sum();
        if let Some(last) = with_nat.last().filter(|_| addresses > most) {
            let message = format!(
                "`{account}` needs {addresses} Elastic IP addresses in {region} for NAT, and AWS gives {most} unasked"
            );
            sink.push(Complaint::warning(&last.zones.origin, message).help(MORE));
        }
    }
}

const MORE: &str = "ask for more in Service Quotas before it is applied";
