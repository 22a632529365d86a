//! What is reached and what is not, and why.

mod properties;

use insta::assert_snapshot;

use super::{
    Hop, Journey,
    Outcome::{self, Open, Passes, Stops, Unanswered},
    testing::{Documents, asked, ends, landing_zone},
};
use crate::{engine::doc::Field, model::Expect};

/// A journey, a line for each hop.
fn told(journey: &Journey) -> String {
    let line = |hop: &Hop| format!("{} {}: {}\n", if hop.passes { " " } else { "x" }, hop.name, hop.text);
    let there: String = journey.there.iter().map(line).collect();
    let back: String = journey.back.iter().map(line).collect();
    format!("{} {} -> {}\n{there}back\n{back}", journey.traffic, journey.from, journey.to)
}

fn best(zone: Documents, from: &str, to: &str, port: impl Into<Option<u16>>) -> (Outcome, String) {
    let answer = asked(&zone.fabric(), from, to, port);
    let pair = answer.pairs.iter().max_by_key(|pair| pair.best.outcome).expect("a pair");
    (pair.best.outcome, told(&pair.best))
}

#[test]
fn tiers_reach_each_other_as_they_should() {
    let fabric = landing_zone().fabric();
    let cases = [
        ("vpc:prod/application", "vpc:prod/data", Some(5432), Passes),
        ("vpc:prod/application", "vpc:prod/data", Some(22), Stops),
        ("vpc:prod/dmz", "vpc:prod/application", Some(443), Passes),
        ("vpc:prod/dmz", "vpc:prod/data", None, Stops),
        ("vpc:prod/data", "vpc:prod/application", None, Stops),
        ("vpc:prod/data", "internet", None, Stops),
        ("vpc:prod/application", "internet", Some(443), Passes),
        ("vpc:prod/application", "internet", Some(80), Stops),
        ("internet", "vpc:prod/dmz", Some(443), Passes),
        ("internet", "vpc:prod/application", None, Stops),
        ("internet", "vpc:prod/data", None, Stops),
        ("vpc:dev", "vpc:prod", None, Stops),
        ("vpc:prod", "vpc:dev", None, Stops),
        ("vpc:dev/application", "vpc:hub", Some(443), Passes),
        ("internet", "internet", None, Stops),
        ("10.99.0.1", "vpc:prod", None, Stops),
        ("vpc:prod/application", "10.99.0.1", None, Stops),
    ];
    for (from, to, port, outcome) in cases {
        assert_eq!(ends(&fabric, from, to, port), outcome, "{from} {to} {port:?}");
    }
}

#[test]
fn what_passes_is_told() {
    let answer = asked(&landing_zone().fabric(), "vpc:prod/application", "vpc:prod/data", None);
    assert_eq!(answer.pairs[0].traffic, ["tcp 5432"]);
    assert!(answer.against(Expect::Deny).is_some());
    assert!(answer.against(Expect::Allow).is_none());
}

#[test]
fn the_way_is_told_hop_by_hop() {
    let (outcome, text) = best(landing_zone(), "vpc:prod/application", "internet", 443);
    assert_eq!(outcome, Passes);
    assert_snapshot!(text);
}

#[test]
fn what_stops_is_told() {
    let (outcome, text) = best(landing_zone(), "vpc:dev/application", "vpc:prod/application", 443);
    assert_eq!(outcome, Stops);
    assert_snapshot!(text, @"
    tcp 443 10.1.2.4 -> 10.2.2.4
      security group dev/application: lets tcp 443 out to 10.2.2.4: `tcp 443 -> 0.0.0.0/0`
      route table dev/application: 0.0.0.0/0 leads to the Transit Gateway main
      network ACL dev/application: lets tcp 443 out to 10.2.2.4: entry 100 is all 0.0.0.0/0
      subnet dev/gateway-az1: has the default network ACL, which lets everything pass
    x Transit Gateway route table nonprod: drops it: 10.0.0.0/8 is a blackhole
    back
    ");
}

#[test]
fn answers_need_a_way_back() {
    let zone = landing_zone().without("route", "hub/dmz/10.0.0.0/8");
    let (outcome, text) = best(zone, "vpc:prod/application", "internet", 443);
    assert_eq!(outcome, Unanswered);
    assert!(text.contains('x'), "{text}");
    let answer = asked(
        &landing_zone().without("route", "hub/dmz/10.0.0.0/8").fabric(),
        "vpc:prod/application",
        "internet",
        443,
    );
    assert!(answer.against(Expect::Deny).is_some() && answer.against(Expect::Allow).is_some());
}

#[test]
fn a_network_acl_knows_no_conversations() {
    let narrow = "allow tcp 32768-65535 -> 10.2.2.0/24";
    let zone = landing_zone().saying("network-acl", "prod/data", "entries[out 00100]", narrow);
    let (outcome, text) = best(zone, "vpc:prod/application", "vpc:prod/data", 5432);
    assert_eq!(outcome, Unanswered, "{text}");
    assert!(
        text.contains("x network ACL prod/data: has nothing that lets tcp 1024 out to 10.2.2.4"),
        "{text}"
    );
}

#[test]
fn an_entry_before_another_decides() {
    let zone =
        landing_zone().saying("network-acl", "prod/data", "entries[in 00050]", "deny all <- 0.0.0.0/0");
    assert_eq!(ends(&zone.fabric(), "vpc:prod/application", "vpc:prod/data", 5432), Stops);
}

#[test]
fn the_most_specific_route_wins_and_of_equals_the_static_one() {
    let mut zone = landing_zone();
    zone.transit_route("nonprod", "10.2.0.0/16", Field::from("blackhole"));
    zone.segment("nonprod", &["prod"]);
    let acl = "entries[in 00010]";
    let zone = zone.saying("network-acl", "prod/application", acl, "allow all <- 0.0.0.0/0").saying(
        "security-group",
        "prod/application",
        "rules[tcp 443 <- 10.0.0.0/8]",
        "why",
    );
    let (outcome, text) = best(zone, "vpc:dev/application", "vpc:prod/application", 443);
    assert_eq!(outcome, Stops);
    assert!(text.contains("10.2.0.0/16 is a blackhole"), "{text}");
}

#[test]
fn a_propagation_too_many_opens_a_way() {
    let mut zone = landing_zone();
    zone.segment("nonprod", &["prod"]);
    zone.segment("prod", &["dev"]);
    let zone = zone
        .saying("security-group", "prod/application", "rules[tcp 8443 <- 10.0.0.0/8]", "why")
        .saying("security-group", "dev/application", "rules[tcp 8443 -> 0.0.0.0/0]", "why");
    assert_eq!(best(zone, "vpc:dev/application", "vpc:prod/application", 8443).0, Passes);
}

#[test]
fn what_lies_beyond_comes_in_by_its_attachment() {
    let mut zone = landing_zone();
    zone.external("office", "192.168.0.0/16", "shared");
    zone.transit_route("prod", "192.168.0.0/16", Field::from("tgw-attach-0123"));
    let zone = zone.saying("security-group", "prod/application", "rules[tcp 8443 <- 192.168.0.0/16]", "why");
    let fabric = zone.fabric();
    assert_eq!(ends(&fabric, "external:office", "vpc:prod/application", 8443), Passes);
    assert_eq!(ends(&fabric, "external:office", "vpc:prod/data", None), Stops);
    assert_eq!(ends(&fabric, "vpc:prod/application", "external:office", 443), Passes);
    // dev has no route of its own there: its table drops what the pool holds, and sends the rest to the hub.
    assert_eq!(ends(&fabric, "vpc:dev/application", "external:office", 443), Stops);
    assert_eq!(ends(&fabric, "192.168.3.4", "vpc:prod/application", 8443), Passes);
}

#[test]
fn what_is_not_known_is_open() {
    let mut zone = landing_zone();
    zone.route("prod/data", "10.9.0.0/16", "route-table", "pcx-1");
    let zone = zone
        .saying("network-acl", "prod/data", "entries[out 00001]", "allow all -> 0.0.0.0/0")
        .saying("security-group", "prod/data", "rules[all -> 0.0.0.0/0]", "why");
    let fabric = zone.fabric();
    assert_eq!(ends(&fabric, "vpc:prod/data", "10.9.0.1", None), Open);
    assert!(asked(&fabric, "vpc:prod/data", "10.9.0.1", None).against(Expect::Deny).is_some());
}

#[test]
fn a_range_is_asked_about_in_all_its_parts() {
    let answer = asked(&landing_zone().fabric(), "10.2.0.0/16", "10.2.3.0/25", 5432);
    let told: Vec<_> = answer.pairs.iter().map(|pair| (pair.from.as_str(), pair.best.outcome)).collect();
    assert_eq!(
        told,
        [
            ("prod/application-az1", Passes),
            ("prod/data-az1", Stops),
            ("prod/dmz-az1", Stops),
            ("prod/gateway-az1", Stops)
        ]
    );
}
