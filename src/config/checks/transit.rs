//! What joins VPCs: that all it names is there, that answers find back, and that AWS has room for it.

use super::names::{Move, Moves};
use super::{Complaint, LandingZone, Sink, places};
use crate::model::{Egress, GatewayTable, Network, Tier, Transit, TransitQuotas, gateways};
use crate::names::{Located, Origin, Region, SegmentName, VpcName};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let network = &landing_zone.network;
    let Some(transit) = &network.transit else { return };
    places::account(landing_zone, &transit.account, "no gateway can be made", sink);
    check_asn(landing_zone, transit, sink);
    check_segments(network, transit, sink);
    check_moves(transit, sink);
    check_egress(landing_zone, transit, sink);
    check_quotas(network, transit, sink);
}

/// Each Region in use has a number of its own.
fn check_asn(landing_zone: &LandingZone, transit: &Transit, sink: &Sink) {
    let regions = u32::try_from(landing_zone.organization.regions.len()).unwrap_or(u32::MAX);
    let last = transit.asn.checked_add(regions.saturating_sub(1));
    let is_in = |last: &u32| (transit.asn.value > 65_534) == (*last > 65_534) && Transit::is_asn(*last);
    if !last.as_ref().is_some_and(is_in) {
        let message = format!(
            "each of {regions} Regions has a number of its own, and from {} on there are not as many",
            transit.asn
        );
        let help = "they end at 65534 and at 4294967294: begin lower";
        sink.push(Complaint::new(&transit.asn.origin, message).help(help));
    }
}

fn check_segments(network: &Network, transit: &Transit, sink: &Sink) {
    for external in network.externals.values() {
        check_segment(transit, &external.segment, sink);
    }
    for (name, segment) in &transit.segments {
        segment.peers.iter().for_each(|peer| check_segment(transit, peer, sink));
        let externals = network.externals.values().map(|external| &external.segment.value);
        if network.members(name).next().is_none() && !externals.clone().any(|of| of == name) {
            let complaint =
                Complaint::warning(&segment.origin, format!("nothing is in the segment `{name}`"));
            sink.push(complaint.help(format!("a VPC is by `segment = \"{name}\"`")));
        }
    }
}

fn check_moves(transit: &Transit, sink: &Sink) {
    let moves = transit.moved.iter().map(|(name, from)| {
        let (to, aws_name) = (name.to_string(), name.to_string());
        Move { from, to, aws_name }
    });
    let moves = Moves { what: "segment", list: moves.collect(), still: None, keeps: None };
    moves.check(|from| Some(&transit.segments.get(from)?.origin), sink);
    for (name, from) in transit.moved.iter().filter(|(name, _)| !transit.segments.contains_key(*name)) {
        let message = format!("there is no segment `{name}` that could have been `{from}`");
        let known = transit.segments.keys().map(SegmentName::as_str);
        sink.push(Complaint::new(&from.origin, message).nearest(name.as_str(), known));
    }
}

fn check_segment(transit: &Transit, name: &Located<SegmentName>, sink: &Sink) {
    if !transit.segments.contains_key(&name.value) && !sink.has_left_out("segments", name.as_str()) {
        let known = transit.segments.keys().map(SegmentName::as_str);
        let complaint = Complaint::new(&name.origin, format!("there is no segment `{name}`"));
        let complaint = complaint.nearest(name.as_str(), known);
        sink.push(complaint.note(&transit.origin, "segments are stated here"));
    }
}

fn check_egress(landing_zone: &LandingZone, transit: &Transit, sink: &Sink) {
    let network = &landing_zone.network;
    transit.egress.vpcs().for_each(|name| check_way_out(network, name, sink));
    let Egress::PerRegion(vpcs) = &transit.egress else { return };
    for (region, name) in vpcs {
        let Some(vpc) = network.vpcs.get(&name.value).filter(|vpc| vpc.region.value != *region) else {
            continue;
        };
        let message = format!("`{name}` lies in {}, so that it is no way out of {region}", vpc.region);
        let help = "one VPC for all Regions is `egress = \"…\"`";
        sink.push(Complaint::new(&name.origin, message).note(&vpc.origin, "it is stated here").help(help));
    }
    for (region, name) in vpcs {
        places::region(landing_zone, *region, &name.origin, sink);
    }
}

/// A way out has NAT gateways in its DMZ: without, what gets there finds no further, and no answer back.
fn check_way_out(network: &Network, name: &Located<VpcName>, sink: &Sink) {
    let Some(vpc) = network.vpcs.get(&name.value) else {
        if sink.has_left_out("vpc", name.as_str()) {
            return;
        }
        let known = network.vpcs.keys().map(VpcName::as_str);
        let complaint = Complaint::new(&name.origin, format!("there is no VPC `{name}` to get out by"));
        sink.push(complaint.nearest(name.as_str(), known));
        return;
    };
    if !vpc.tiers.contains_key(&Tier::Dmz) {
        let message = format!("`{name}` has no DMZ, in which its NAT gateways would lie");
        let complaint = Complaint::new(&name.origin, message).note(&vpc.origin, "it is stated here");
        sink.push(complaint.help("give it `tiers.dmz`"));
    }
}

fn check_quotas(network: &Network, transit: &Transit, sink: &Sink) {
    for (region, gateway) in gateways(network) {
        let attached = gateway.vpcs.len() + gateway.externals.len() + gateway.peers.len();
        let routes = |table: &GatewayTable<'_>| table.routes.len() + table.propagated.len();
        let counts = [
            ("route tables", gateway.tables.len(), TransitQuotas::TABLES),
            ("attachments", attached, TransitQuotas::ATTACHMENTS),
            ("peering attachments", gateway.peers.len(), TransitQuotas::PEERINGS),
            ("routes", gateway.tables.values().map(routes).sum(), TransitQuotas::ROUTES),
        ];
        for (what, count, most) in counts.into_iter().filter(|(_, count, most)| count > most) {
            too_many(&transit.origin, (region, what), (count, most), sink);
        }
    }
}

fn too_many(origin: &Origin, (region, what): (Region, &str), (count, most): (usize, usize), sink: &Sink) {
    let message = format!("the gateway of {region} would have {count} {what}, and AWS lets it have {most}");
    let help = match what {
        "route tables" => "each segment has one: put VPCs that may talk to the same into one segment",
        _ => "put what belongs together into one VPC",
    };
    sink.push(Complaint::new(origin, message).help(help));
}
