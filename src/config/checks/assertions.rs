//! Assertions: that whom they name is there. One about nobody would hold whatever happens.

use std::collections::BTreeMap;

use super::{Complaint, LandingZone, Sink};
use crate::model::{Claim, Endpoint, Unknown};
use crate::names::{Located, Origin};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let mut names: BTreeMap<&str, &Origin> = BTreeMap::new();
    for assertion in &landing_zone.assertions {
        let name = &assertion.name;
        if let Some(first) = names.insert(name, &name.origin) {
            let complaint = Complaint::new(&name.origin, format!("two assertions are called `{name}`"));
            sink.push(complaint.note(first, "first here"));
        }
        let Claim::Reach(reach) = &assertion.claim;
        for endpoint in [&reach.from, &reach.to] {
            check_endpoint(landing_zone, endpoint, sink);
        }
    }
}

fn check_endpoint(landing_zone: &LandingZone, endpoint: &Located<Endpoint>, sink: &Sink) {
    let (table, stated) = match &endpoint.value {
        Endpoint::Vpc(name, _) => ("vpc", name.as_str()),
        Endpoint::External(name) => ("external", name.as_str()),
        Endpoint::Range(_) | Endpoint::Internet => return,
    };
    if sink.has_left_out(table, stated) {
        return;
    }
    if let Some(Unknown { message, name, known }) = landing_zone.network.unknown(endpoint) {
        let complaint = Complaint::new(&endpoint.origin, message);
        sink.push(if known.is_empty() {
            complaint.help(format!("a table `[{table}.{stated}]` in `network/` states it"))
        } else {
            complaint.nearest(name, known)
        });
    }
}
