use super::*;
use crate::{
    model::{Egress, Pool, Segment},
    names::{Located, Origin},
};

fn here<T>(value: T) -> Located<T> {
    Located::new(value, Origin::file("network/main.toml"))
}

fn name<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("a name")
}

const HOME: &str = "ap-southeast-2";
const OTHER: &str = "ap-southeast-4";

fn vpc((vpc, region, cidr, segment): (&str, &str, &str, Option<&str>)) -> (VpcName, Vpc) {
    let vpc = Vpc {
        name: here(name(vpc)),
        aws_name: here(name(vpc)),
        moved: None,
        account: here(name(vpc)),
        region: here(name(region)),
        cidr: Some(here(name(cidr))),
        size: None,
        zones: here(Vec::new()),
        segment: segment.map(|segment| here(name(segment))),
        tiers: BTreeMap::new(),
        ports: BTreeMap::new(),
        endpoints: Vec::new(),
        flow_logs: None,
        dhcp: None,
        tags: crate::model::Tags::new(),
        origin: Origin::file("network/main.toml"),
    };
    (vpc.name.value.clone(), vpc)
}

/// A hub with the way out, prod and nonprod that may talk to it alone, and a prod VPC in another Region.
fn network(egress: Egress) -> Network {
    let segment = |(segment, peers): (&str, &[&str])| {
        let peers = peers.iter().map(|peer| here(name(peer))).collect();
        (name(segment), Segment { peers, origin: Origin::file("network/main.toml") })
    };
    let segments: [(&str, &[&str]); 3] = [("prod", &[]), ("nonprod", &[]), ("shared", &["prod", "nonprod"])];
    let transit = Transit {
        account: here(name("hub")),
        asn: here(64_512),
        egress,
        segments: segments.map(segment).into(),
        moved: BTreeMap::new(),
        origin: Origin::file("network/main.toml"),
    };
    let vpcs = [
        ("hub", HOME, "10.0.0.0/16", Some("shared")),
        ("prod", HOME, "10.32.0.0/16", Some("prod")),
        ("dev", HOME, "10.64.0.0/16", Some("nonprod")),
        ("old", HOME, "172.16.0.0/16", Some("nonprod")),
        ("far", OTHER, "10.33.0.0/16", Some("prod")),
        ("alone", HOME, "10.99.0.0/16", None),
    ];
    let pool = Pool {
        cidr: here(name("10.0.0.0/8")),
        retired: Vec::new(),
        handed_out: Vec::new(),
        origin: Origin::file("network/main.toml"),
    };
    Network { transit: Some(transit), pool: Some(pool), vpcs: vpcs.map(vpc).into(), ..Network::default() }
}

fn office(network: &mut Network, segment: &str) {
    let external = External {
        name: here(name("office")),
        cidrs: vec![here(name("192.168.0.0/16"))],
        attachment: here("tgw-attach-01234567".to_owned()),
        region: here(name(HOME)),
        segment: here(name(segment)),
        origin: Origin::file("network/main.toml"),
    };
    network.externals.insert(external.name.value.clone(), external);
}

/// A table in short: what is routed by it, what it learns, what is written into it.
fn table(gateways: &BTreeMap<Region, Gateway<'_>>, region: &str, table: &str) -> [String; 3] {
    let table = &gateways[&name::<Region>(region)].tables[table];
    let called = |attached: &Attached<'_>| match attached {
        Attached::Vpc(vpc) => vpc.to_string(),
        Attached::External(external) => external.to_string(),
        Attached::Peering(region) => region.to_string(),
    };
    let route = |(range, leads): (&Cidr, &Leads<'_>)| match leads {
        Leads::To(attached) => format!("{range} {}", called(attached)),
        Leads::Blackhole => format!("{range} -"),
    };
    let join = |parts: Vec<String>| parts.join(", ");
    [
        join(table.associated.iter().map(called).collect()),
        join(table.propagated.iter().map(called).collect()),
        join(table.routes.iter().map(route).collect()),
    ]
}

#[test]
fn segments_learn_of_those_they_may_talk_to_and_drop_the_rest() {
    let mut network = network(Egress::One(here(name("hub"))));
    office(&mut network, "shared");
    let gateways = gateways(&network);
    assert_eq!(
        table(&gateways, HOME, "prod"),
        [
            "prod",
            "hub, prod",
            "0.0.0.0/0 hub, 10.0.0.0/8 -, 10.33.0.0/16 ap-southeast-4, 172.16.0.0/16 -, 192.168.0.0/16 office"
        ]
    );
    assert_eq!(
        table(&gateways, HOME, "nonprod"),
        ["dev, old", "dev, hub, old", "0.0.0.0/0 hub, 10.0.0.0/8 -, 192.168.0.0/16 office"]
    );
    assert_eq!(
        table(&gateways, HOME, "shared"),
        [
            "office",
            "dev, hub, old, prod",
            "0.0.0.0/0 hub, 10.0.0.0/8 -, 10.33.0.0/16 ap-southeast-4, 192.168.0.0/16 office"
        ]
    );
    assert!(!gateways[&name::<Region>(HOME)].vpcs.iter().any(|vpc| vpc.name.as_str() == "alone"));
}

#[test]
fn answers_find_back_to_whoever_got_out() {
    let network = network(Egress::One(here(name("hub"))));
    let gateways = gateways(&network);
    assert_eq!(
        table(&gateways, HOME, Transit::EGRESS_TABLE),
        ["hub", "dev, old, prod", "10.0.0.0/8 -, 10.33.0.0/16 ap-southeast-4"]
    );
    assert_eq!(
        table(&gateways, HOME, Transit::PEERING_TABLE),
        ["ap-southeast-4", "dev, hub, old, prod", "0.0.0.0/0 hub, 10.0.0.0/8 -"]
    );
    assert_eq!(
        table(&gateways, OTHER, "prod"),
        [
            "far",
            "far",
            "0.0.0.0/0 ap-southeast-2, 10.0.0.0/8 -, 10.0.0.0/16 ap-southeast-2, 10.32.0.0/16 ap-southeast-2, \
             172.16.0.0/16 -"
        ]
    );
    assert_eq!(table(&gateways, OTHER, Transit::PEERING_TABLE), ["ap-southeast-2", "far", "10.0.0.0/8 -"]);
}

#[test]
fn without_a_way_out_there_is_no_default() {
    let network = network(Egress::Nowhere);
    let gateways = gateways(&network);
    assert_eq!(
        table(&gateways, HOME, "prod"),
        ["prod", "hub, prod", "10.0.0.0/8 -, 10.33.0.0/16 ap-southeast-4, 172.16.0.0/16 -"]
    );
    assert_eq!(table(&gateways, HOME, "shared")[0], "hub");
    assert!(!gateways[&name::<Region>(HOME)].tables.contains_key(Transit::EGRESS_TABLE));
}

#[test]
fn vpcs_send_what_is_beyond_them() {
    let sent = |network: &Network, vpc: &str, tier| {
        let ranges = to_gateway(network, &network.vpcs[&name::<VpcName>(vpc)], tier);
        ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let out = network(Egress::One(here(name("hub"))));
    assert_eq!(sent(&out, "prod", Tier::Application), "0.0.0.0/0");
    assert_eq!(sent(&out, "prod", Tier::Dmz), "");
    assert_eq!(sent(&out, "prod", Tier::Data), "");
    assert_eq!(sent(&out, "alone", Tier::Application), "");
    for tier in [Tier::Application, Tier::Dmz] {
        assert_eq!(sent(&out, "hub", tier), "10.0.0.0/8, 172.16.0.0/16");
    }
    let within = network(Egress::Nowhere);
    assert_eq!(sent(&within, "prod", Tier::Application), "10.0.0.0/8");
    assert_eq!(sent(&within, "dev", Tier::Application), "10.0.0.0/8, 172.16.0.0/16");
}
