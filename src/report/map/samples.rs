//! Drawings to look at: a small one that holds one of everything, and large ones.

use super::drawing::{
    Account, Card, Drawing, External, Gateway, Group, Region, Segment, Subnet, Thing, Tier, Unit, Vpc,
};

fn thing(kind: &'static str, name: &str) -> Thing {
    let mut thing = Thing::new(kind, name, "organization.toml:1".to_owned());
    thing.say("about", format!("the {kind} {name}"));
    thing
}

fn account(name: &str, duties: &str, segments: &[usize]) -> Account {
    let (thing, duties) = (thing("account", name), duties.to_owned());
    Account { thing, duties, segments: segments.to_vec(), is_managed: true }
}

fn unit(name: &str, accounts: Vec<Account>, units: Vec<Unit>) -> Unit {
    Unit { thing: thing("unit", name), policies: "region-guard".to_owned(), accounts, units }
}

fn segment(name: &str, peers: &[usize]) -> Segment {
    Segment { thing: thing("segment", name), peers: peers.to_vec() }
}

fn tiers(number: usize) -> Vec<Tier> {
    let tier = |(name, third): (&'static str, usize)| {
        let subnet = |zone: usize| Subnet {
            zone: format!("apse2-az{zone}"),
            cidr: format!("10.{number}.{}.0/24", third + zone),
        };
        Tier { name, subnets: (1..=3).map(subnet).collect() }
    };
    [("dmz", 192), ("application", 0), ("data", 128)].map(tier).into()
}

fn vpc(name: &str, account: &str, segment: Option<usize>, number: usize) -> Vpc {
    let mut thing = thing("VPC", name);
    thing.parts = vec![format!("account-{account}")];
    thing.near = vec![format!("account-{account}")];
    Vpc {
        thing,
        account: account.to_owned(),
        cidr: format!("10.{number}.0.0/16"),
        segment,
        is_joined: segment.is_some(),
        is_egress: false,
        badges: vec!["internet gateway".to_owned(), "flow logs".to_owned(), "5 endpoints".to_owned()],
        tiers: tiers(number),
    }
}

fn region(name: &str, vpcs: Vec<Vpc>) -> Region {
    let thing = thing("Transit Gateway", name);
    let gateway = Some(Gateway { thing, line: "ASN 64512 · way out through hub".to_owned() });
    Region { name: name.to_owned(), gateway, vpcs, externals: Vec::new() }
}

fn card(kind: &'static str, name: &str, lines: &[&str]) -> Card {
    Card { thing: thing(kind, name), lines: lines.iter().map(|line| (*line).to_owned()).collect() }
}

/// Two Regions, three segments, and one of everything else.
pub(super) fn small() -> Drawing {
    let workloads = unit(
        "Workloads",
        vec![],
        vec![
            unit("Workloads/NonProd", vec![account("dev", "", &[1])], vec![]),
            unit("Workloads/Prod", vec![account("prod", "", &[0])], vec![]),
        ],
    );
    let security = unit("Security", vec![account("security", "Transit Gateway · trail", &[2])], vec![]);
    let root = unit(
        "Root",
        vec![account("management", "management account", &[])],
        vec![security, unit("Suspended", vec![], vec![]), workloads],
    );
    let mut hub = vpc("hub", "security", Some(2), 16);
    (hub.is_egress, hub.badges) = (true, vec!["way out".to_owned(), "inbound resolver".to_owned()]);
    let alone = Vpc { tiers: vec![], badges: vec![], ..vpc("alone", "dev", None, 99) };
    let office = External {
        thing: thing("external", "office"),
        cidrs: vec!["192.168.0.0/16".to_owned()],
        attachment: "tgw-attach-0123456789abcdef0".to_owned(),
        segment: Some(2),
    };
    let first = vec![vpc("dev", "dev", Some(1), 32), hub, vpc("prod", "prod", Some(0), 64), alone];
    let home = Region { externals: vec![office], ..region("ap-southeast-2", first) };
    let mut zone = card("zone", "prod.acme.internal", &["account prod", "VPCs prod, hub"]);
    zone.thing.near = vec!["vpc-prod".to_owned(), "vpc-hub".to_owned()];
    let forward = card("forward", "corp.acme.example", &["to 192.168.10.10", "asked by prod, nonprod"]);
    Drawing {
        organization: "acme <&> \"friends\"".to_owned(),
        counts: vec!["4 accounts".to_owned(), "5 VPCs".to_owned()],
        root,
        segments: vec![segment("prod", &[2]), segment("nonprod", &[2]), segment("shared", &[0, 1])],
        regions: vec![home, region("ap-southeast-4", vec![vpc("dr", "prod", Some(0), 65)])],
        names: vec![
            Group { title: "Private zones", cards: vec![zone] },
            Group { title: "Resolvers", cards: vec![] },
            Group { title: "Forwards", cards: vec![forward] },
        ],
        is_live: false,
    }
}

/// So many accounts, each with a VPC, in some segments and Regions.
pub(super) fn large(count: usize, segments: usize, regions: usize) -> Drawing {
    let name = |number: usize| format!("customer-{number:03}");
    let accounts = |which: usize| {
        let own = (0..count).filter(move |number| number % 4 == which);
        own.map(|number| account(&name(number), "", &[number % segments.max(1)])).collect::<Vec<_>>()
    };
    let units = (1..4).map(|which| unit(&format!("Workloads/U{which}"), accounts(which), vec![])).collect();
    let segment_of = |number: usize| (segments > 0).then(|| number % segments);
    let region_of = |at: usize| {
        let own = (0..count).filter(|number| number % regions == at);
        region(
            &format!("region-{at}"),
            own.map(|number| vpc(&name(number), &name(number), segment_of(number), number % 256)).collect(),
        )
    };
    let peers = |at: usize| if at == 0 { (1..segments).collect() } else { vec![0] };
    let zones = (0..count).map(|number| card("zone", &format!("{}.internal", name(number)), &["account x"]));
    Drawing {
        organization: "large".to_owned(),
        counts: vec![format!("{count} accounts")],
        root: unit("Root", accounts(0), vec![unit("Workloads", vec![], units)]),
        segments: (0..segments).map(|at| segment(&format!("segment-{at}"), &peers(at))).collect(),
        regions: (0..regions).map(region_of).collect(),
        names: vec![Group { title: "Private zones", cards: zones.collect() }],
        is_live: false,
    }
}
