//! Assertions: that whom they name is there. One about nobody would hold whatever happens.

use std::collections::BTreeMap;

use super::{Complaint, LandingZone, Sink};
use crate::model::{Claim, Endpoint, Tier, Vpc};
use crate::names::{Located, Origin, PartName, VpcName};

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
    let network = &landing_zone.network;
    match &endpoint.value {
        Endpoint::Vpc(name, tier) => match network.vpcs.get(name) {
            Some(vpc) => check_tier(vpc, *tier, endpoint, sink),
            None => {
                let complaint = Complaint::new(&endpoint.origin, format!("no VPC is called `{name}`"));
                sink.push(complaint.nearest(name.as_str(), network.vpcs.keys().map(VpcName::as_str)));
            }
        },
        Endpoint::External(name) if !network.externals.contains_key(name) => {
            let complaint = Complaint::new(&endpoint.origin, format!("nothing external is called `{name}`"));
            sink.push(complaint.nearest(name.as_str(), network.externals.keys().map(PartName::as_str)));
        }
        Endpoint::External(_) | Endpoint::Range(_) | Endpoint::Internet => {}
    }
}

fn check_tier(vpc: &Vpc, tier: Option<Tier>, endpoint: &Located<Endpoint>, sink: &Sink) {
    let Some(tier) = tier.filter(|tier| !vpc.tiers.contains_key(tier)) else { return };
    let message = format!("the VPC `{}` has no tier `{}`", *vpc.name, tier.as_str());
    let complaint = Complaint::new(&endpoint.origin, message);
    sink.push(complaint.nearest(tier.as_str(), vpc.tiers.keys().map(|tier| tier.as_str())));
}
