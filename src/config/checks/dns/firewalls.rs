//! DNS Firewall: that it blocks something for somebody, and that AWS takes it.

use std::collections::BTreeMap;

use super::references::segments;
use crate::config::checks::{
    names::{Named, Names},
    places,
};
use crate::config::complaint::{Complaint, Sink};
use crate::model::{DnsFirewall, DnsQuotas, LandingZone, Network};

pub(in crate::config::checks) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let network = &landing_zone.network;
    let mut groups: BTreeMap<_, Vec<&DnsFirewall>> = BTreeMap::new();
    for firewall in network.firewalls.values() {
        places::account(landing_zone, &firewall.account, "nothing can be made", sink);
        let table = format!("[firewall.{}]", firewall.name);
        segments(landing_zone, (&table, &firewall.origin), &firewall.segments, sink);
        if let Some(beyond) = firewall.managed.get(DnsQuotas::FIREWALL_RULES - 1) {
            let message = format!("a rule group has {} rules at most", DnsQuotas::FIREWALL_RULES);
            sink.push(Complaint::new(&beyond.origin, message));
        }
        for vpc in network.members_of(&firewall.segments) {
            let of_vpc = groups.entry(&vpc.name.value).or_default();
            if let Some(other) = of_vpc.iter().find(|other| other.priority() == firewall.priority()) {
                let message = format!(
                    "`{}` and `{}` come to the same priority in `{}`",
                    other.name, firewall.name, vpc.name
                );
                let complaint = Complaint::new(&firewall.origin, message).note(&other.origin, "the other");
                sink.push(complaint.help("it is made of the name: give one of them another"));
            }
            of_vpc.push(firewall);
            if of_vpc.len() == DnsQuotas::FIREWALLS_PER_VPC + 1 {
                let message =
                    format!("`{}` has {} firewalls at most", vpc.name, DnsQuotas::FIREWALLS_PER_VPC);
                sink.push(Complaint::new(&firewall.origin, message).note(&vpc.origin, "the VPC"));
            }
        }
    }
    check_names(network, sink);
}

fn check_names(network: &Network, sink: &Sink) {
    let named = network.firewalls.values().map(|firewall| Named {
        key: &firewall.name.value,
        name: &firewall.aws_name,
        moved: firewall.moved.as_ref(),
        place: Some(&firewall.account.value),
        origin: &firewall.origin,
    });
    let keeps = "AWS can't rename rule groups, so a firewall that moved keeps what they are named after";
    Names { what: "firewall", keeps, list: named.collect() }.check(sink);
}
