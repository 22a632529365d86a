use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::{
    compose::{compose as compose_zone, testing::*},
    model::{Egress, LandingZone, Segment, Transit},
    names::{Located, SegmentName, VpcName},
};

const PLACE: &str = "prod/ap-southeast-2/ec2";

fn vpc(name: &str, cidr: &str, segment: Option<&str>) -> Vpc {
    let region = "ap-southeast-2".parse().expect("a Region");
    let tiers = [(Tier::Dmz, 24), (Tier::Application, 20), (Tier::Data, 22)];
    Vpc {
        name: here(name.parse().expect("a name")),
        aws_name: here(name.parse().expect("a name")),
        moved: None,
        account: here(account_name("prod")),
        region: here(region),
        cidr: Some(here(cidr.parse().expect("a range"))),
        size: None,
        zones: here(ZoneId::all(region).take(2).collect()),
        segment: segment.map(|name| here(name.parse().expect("a name"))),
        tiers: tiers.map(|(tier, prefix)| (tier, here(prefix))).into(),
        ports: BTreeMap::new(),
        endpoints: Vec::new(),
        flow_logs: None,
        dhcp: None,
        tags: Tags::new(),
        origin: Origin::file("network/vpcs.toml"),
    }
}

fn zone_with(vpcs: impl IntoIterator<Item = Vpc>) -> LandingZone {
    let mut zone = zone();
    zone.network.vpcs = vpcs.into_iter().map(|vpc| (vpc.name.value.clone(), vpc)).collect();
    zone
}

fn transit(egress: Option<&str>) -> Transit {
    let segment = Segment { peers: Vec::new(), origin: Origin::file("network/transit.toml") };
    let name: SegmentName = "work".parse().expect("a name");
    Transit {
        account: here(account_name("prod")),
        asn: here(64_512),
        egress: egress
            .map_or(Egress::Nowhere, |vpc| Egress::One(here(vpc.parse::<VpcName>().expect("a name")))),
        segments: BTreeMap::from([(name, segment)]),
        moved: BTreeMap::new(),
        origin: Origin::file("network/transit.toml"),
    }
}

/// What there is of a kind, without what all addresses begin with.
fn names(zone: &LandingZone, kind: &str) -> Vec<String> {
    let graph = compose_zone(zone).expect("no problems").graph;
    let prefix = format!("{PLACE}/{kind}/");
    let nodes = graph.nodes().filter_map(|(_, node)| node.label.strip_prefix(&prefix).map(str::to_owned));
    nodes.collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn a_vpc_that_stands_alone_gets_out_by_itself() {
    let zone = zone_with([vpc("lab", "10.32.0.0/16", None)]);
    assert_eq!(names(&zone, "internet-gateway"), ["lab"]);
    assert_eq!(names(&zone, "nat-gateway"), ["lab/az1", "lab/az2"]);
    let tables = ["lab/application-az1", "lab/application-az2", "lab/data", "lab/dmz"];
    assert_eq!(names(&zone, "route-table"), tables);
    let routes = ["lab/application-az1", "lab/application-az2", "lab/dmz"];
    assert_eq!(names(&zone, "route"), routes.map(|table| format!("{table}/0.0.0.0/0")));
    assert_eq!(names(&zone, "subnet").len(), 6);
    assert_eq!(names(&zone, "route-table-association"), names(&zone, "subnet"));
}

#[test]
fn a_member_of_a_segment_leaves_its_way_out_to_the_gateway() {
    let mut zone = zone_with([vpc("app", "10.32.0.0/16", Some("work"))]);
    zone.network.transit = Some(transit(None));
    assert!(names(&zone, "nat-gateway").is_empty());
    assert!(names(&zone, "subnet").contains(&"app/gateway-az2".to_owned()));
    assert!(names(&zone, "route-table").contains(&"app/gateway-az2".to_owned()));
    let own = names(&zone, "route").into_iter().filter(|name| name.ends_with("/0.0.0.0/0"));
    assert!(!own.collect::<Vec<_>>().contains(&"app/data/0.0.0.0/0".to_owned()));
}

#[test]
fn the_way_out_of_segments_leads_what_comes_in_to_nat() {
    let mut zone = zone_with([vpc("hub", "10.0.0.0/16", None), vpc("app", "10.32.0.0/16", Some("work"))]);
    zone.network.transit = Some(transit(Some("hub")));
    let routes = names(&zone, "route");
    for table in ["hub/gateway-az1", "hub/gateway-az2", "hub/application-az1", "hub/dmz"] {
        assert!(routes.contains(&format!("{table}/0.0.0.0/0")), "{table} of {routes:?}");
    }
    assert_eq!(names(&zone, "elastic-ip"), ["hub/az1", "hub/az2"]);
}

#[test]
fn the_data_tier_has_no_way_out() {
    let zone = zone_with([vpc("lab", "10.32.0.0/16", None)]);
    assert!(names(&zone, "route").iter().all(|route| !route.starts_with("lab/data")));
}

#[test]
fn a_zone_more_moves_nothing() {
    let ranges = |zones: usize| {
        let mut vpc = vpc("lab", "10.32.0.0/16", None);
        vpc.zones = here(ZoneId::all(vpc.region.value).take(zones).collect());
        let graph = compose_zone(&zone_with([vpc])).expect("no problems").graph;
        let nodes = graph.nodes().filter(|(_, node)| node.address.kind == "ec2/subnet");
        let range = |node: &crate::engine::graph::Node| {
            let doc = node.kind.desired(&node.spec, &crate::engine::env::Env::nothing_known());
            format!("{:?}", doc.get("cidr"))
        };
        nodes.map(|(_, node)| (node.label.to_string(), range(node))).collect::<BTreeMap<_, _>>()
    };
    let (two, three) = (ranges(2), ranges(3));
    assert_eq!(three.len(), 9);
    assert!(two.iter().all(|(name, range)| three.get(name) == Some(range)));
}

#[test]
fn a_vpc_without_a_range_is_refused() {
    let mut vpc = vpc("lab", "10.32.0.0/16", None);
    (vpc.cidr, vpc.size) = (None, Some(here(20)));
    let Err(problems) = compose_zone(&zone_with([vpc])) else { panic!("it has no range") };
    assert_eq!(problems[0].message, "the VPC `lab` has no range of addresses yet");
}

#[test]
fn default_vpcs_go_where_they_are_not_wanted() {
    let mut zone = zone();
    let prod = zone.accounts.get_mut("prod").expect("an account");
    prod.default_vpcs = Some(Located::new(crate::model::DefaultVpcs::Removed, Origin::file("test.toml")));
    let graph = compose_zone(&zone).expect("no problems").graph;
    let found = graph.nodes().filter(|(_, node)| node.address.kind == "ec2/default-vpc");
    let places: Vec<_> = found.map(|(_, node)| node.address.place.to_string()).collect();
    assert_eq!(places, ["prod/ap-southeast-2", "prod/ap-southeast-4"]);
}
