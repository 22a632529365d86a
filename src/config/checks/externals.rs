//! What lies beyond the organization: that it can be reached, and that no address is in two places.

use super::{Complaint, LandingZone, Sink};
use crate::model::{External, Network};
use crate::names::{Cidr, Located};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let network = &landing_zone.network;
    let externals: Vec<_> = network.externals.values().collect();
    for (index, external) in externals.iter().enumerate() {
        check_gateway(network, external, sink);
        for earlier in &externals[..index] {
            check_attachment(external, earlier, sink);
        }
        for range in &external.cidrs {
            let before = externals[..index].iter().flat_map(|earlier| &earlier.cidrs);
            let own = external.cidrs.iter().take_while(|other| other.origin != range.origin);
            check_range(range, before.chain(own), sink);
            check_pool(network, range, sink);
        }
    }
}

/// An attachment is attached to a gateway, and one of ours stands where VPCs are joined.
fn check_gateway(network: &Network, external: &External, sink: &Sink) {
    if network.transit.is_none() {
        if sink.has_left_out_whole("transit") {
            return;
        }
        let message = format!("nothing leads to `{}`: there is no `[transit]`", external.name);
        let complaint = Complaint::new(&external.origin, message);
        sink.push(complaint.help("`[transit]` states the gateway that leads there, and its segments"));
    } else if !network.transit_regions().contains(&external.region.value) {
        let message = format!("no VPC of {} is joined, so that no gateway is there", external.region);
        let complaint = Complaint::new(&external.region.origin, message);
        sink.push(complaint.help("say by `region` which gateway it is attached to"));
    }
}

fn check_attachment(external: &External, earlier: &External, sink: &Sink) {
    if external.attachment.value == earlier.attachment.value {
        let message = format!("`{}` lies behind the same attachment as `{}`", external.name, earlier.name);
        let complaint = Complaint::new(&external.attachment.origin, message);
        let complaint = complaint.note(&earlier.attachment.origin, "first here");
        sink.push(complaint.help("an attachment is in one segment: state its ranges together"));
    }
}

/// What is in two places is answered from one of them only.
fn check_range<'r>(range: &Located<Cidr>, others: impl Iterator<Item = &'r Located<Cidr>>, sink: &Sink) {
    for other in others.filter(|other| other.overlaps(range.value)) {
        let message = format!("{range} overlaps {other}, and only one of them would be reached");
        sink.push(Complaint::new(&range.origin, message).note(&other.origin, "the other one"));
    }
}

fn check_pool(network: &Network, range: &Located<Cidr>, sink: &Sink) {
    let Some(pool) = network.pool.as_ref().filter(|pool| pool.cidr.overlaps(range.value)) else { return };
    if !pool.retired.iter().any(|retired| retired.contains(range.value)) {
        let message = format!("{range} lies in the pool, from which VPCs are given their ranges");
        let complaint = Complaint::new(&range.origin, message).note(&pool.cidr.origin, "the pool");
        sink.push(
            complaint.help(format!("list it among the pool's `retired`: {range} is then never handed out")),
        );
    }
}
