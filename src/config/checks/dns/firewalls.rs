//! DNS Firewall: that it blocks something for somebody, and that AWS takes it.

use std::collections::BTreeMap;

use super::references::segments;
use crate::config::checks::{
    names::{Move, Moves, taken},
    places,
};
use crate::config::complaint::{Complaint, Sink};
use crate::model::{DnsFirewall, DnsQuotas, LandingZone, Network};

pub(in crate::config::checks) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let network = &landing_zone.network;
    let mut groups: BTreeMap<_, Vec<&DnsFirewall>> = BTreeMap::new();
    for firewall in network.firewalls.values() {
        check_name(network, firewall, sink);
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
    check_moves(network, sink);
}

/// That no firewall beside it is called so.
fn check_name(network: &Network, firewall: &DnsFirewall, sink: &Sink) {
    let is_called_so = |other: &&DnsFirewall| {
        let is_beside =
            other.name.value != firewall.name.value && other.account.value == firewall.account.value;
        is_beside && other.aws_name.value == firewall.aws_name.value
    };
    let firewalls = network.firewalls.values();
    let first = firewalls.filter(|_| firewall.aws_name.value != firewall.name.value).find(is_called_so);
    taken("a firewall", &firewall.aws_name, first.map(|first| &first.aws_name), sink);
}

fn check_moves(network: &Network, sink: &Sink) {
    let moves = network.firewalls.values().filter_map(|firewall| {
        let (to, aws_name) = (firewall.name.to_string(), firewall.aws_name.to_string());
        Some(Move { from: firewall.moved.as_ref()?, to, aws_name })
    });
    let keeps =
        Some("AWS can't rename rule groups, so a firewall that moved keeps what they are named after");
    let moves = Moves { what: "firewall", list: moves.collect(), still: None, keeps };
    moves.check(|from| Some(&network.firewalls.get(from)?.origin), sink);
}
