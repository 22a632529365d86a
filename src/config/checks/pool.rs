//! The pool: that what is given from it lies in it, and that nothing is given twice.

use super::{Complaint, LandingZone, Sink};
use crate::model::{Pool, Vpc};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let network = &landing_zone.network;
    let Some(pool) = &network.pool else {
        let given = network.vpcs.values().filter(|vpc| vpc.cidr.is_none());
        let given = given.filter(|_| !sink.has_left_out_whole("pool"));
        for size in given.filter_map(|vpc| vpc.size.as_ref()) {
            let complaint = Complaint::new(&size.origin, "there is no pool to give the VPC a range from");
            sink.push(complaint.help("`[pool]` says which addresses there are: `cidr = \"10.0.0.0/8\"`"));
        }
        return;
    };
    for range in pool.retired.iter().filter(|range| !pool.cidr.contains(range.value)) {
        let complaint = Complaint::new(&range.origin, format!("{range} is no part of the pool"));
        sink.push(complaint.note(&pool.cidr.origin, "this is the pool"));
    }
    for vpc in network.vpcs.values() {
        check_vpc(pool, vpc, network.is_joined(vpc), sink);
    }
}

fn check_vpc(pool: &Pool, vpc: &Vpc, is_joined: bool, sink: &Sink) {
    if let Some(size) = vpc.size.as_ref().filter(|size| size.value < u32::from(pool.cidr.prefix())) {
        let complaint = Complaint::new(&size.origin, format!("a /{size} is larger than the pool"));
        let complaint = complaint.note(&pool.cidr.origin, "this is the pool");
        sink.push(complaint.help("the larger the number, the smaller the range"));
    }
    let Some(cidr) = &vpc.cidr else { return };
    if let Some(range) = pool.retired.iter().find(|range| range.overlaps(cidr.value)) {
        let complaint = Complaint::new(&cidr.origin, format!("{range} is not given to anybody any more"));
        let complaint = complaint.note(&range.origin, "it is retired");
        sink.push(complaint.help("take another range, or take this one out of `retired`"));
    }
    if is_joined && !pool.cidr.contains(cidr.value) {
        let message = format!(
            "{cidr} is no part of the pool, so that every table needs a route of its own to `{}`",
            vpc.name
        );
        let complaint = Complaint::warning(&cidr.origin, message);
        sink.push(complaint.note(&pool.cidr.origin, "this is the pool"));
    }
}
