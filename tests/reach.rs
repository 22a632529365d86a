//! Who reaches whom in a landing zone like the sample's: as the segments and tiers say, between every two tiers.

use std::fmt::Write as _;

use aws_sdk_ec2::types::{Filter, IpPermission, IpRange};
use insta::assert_snapshot;
use landfall::{
    config::Files,
    engine::graph::Graph,
    model::{Detail, LandingZone, Tier},
    proofs::{
        self,
        reach::{Answer, Fabric, Outcome, ask},
    },
};

use crate::support::{
    RUNTIME, Ran, Sandbox, Zone,
    composed::{composed, parsed},
};

const ORGANIZATION: &str = r#"
[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2", "ap-southeast-4"]

[units]
Workloads = {}
"#;

const NETWORK: &str = r#"
[transit]
account  = "security"
asn      = 64512
egress   = "hub"
segments = { prod = [], nonprod = [], shared = ["prod", "nonprod"] }

[pool]
cidr = "10.0.0.0/8"

[vpc.hub]
account = "security"
cidr    = "10.0.0.0/16"
zones   = 2
segment = "shared"
tiers   = { dmz = 24, application = 20 }

[vpc.dev]
account = "dev"
cidr    = "10.16.0.0/16"
zones   = 2
segment = "nonprod"
tiers   = { dmz = 24, application = 20, data = 22 }

[vpc.staging]
account = "dev"
cidr    = "10.17.0.0/16"
zones   = 2
segment = "nonprod"
tiers   = { dmz = 24, application = 20, data = 22 }

[vpc.prod]
account = "prod"
cidr    = "10.32.0.0/16"
zones   = 2
segment = "prod"
tiers   = { dmz = 24, application = 20, data = 22 }
endpoints = ["s3", "kms"]

[vpc.recovery]
account = "prod"
region  = "ap-southeast-4"
cidr    = "10.33.0.0/16"
zones   = 2
segment = "prod"
tiers   = { application = 20, data = 22 }

[external.office]
cidrs      = ["192.168.0.0/16"]
attachment = "tgw-attach-0123456789abcdef0"
segment    = "shared"
"#;

/// What the network is to be.
const ASSERTIONS: &str = r#"
[[assert]]
name   = "dev never reaches prod"
reach  = { from = "vpc:dev", to = "vpc:prod" }
expect = "deny"

[[assert]]
name   = "nor prod dev"
reach  = { from = "vpc:prod", to = "vpc:dev" }
expect = "deny"

[[assert]]
name   = "data has no way out"
reach  = { from = "vpc:prod/data", to = "internet" }
expect = "deny"

[[assert]]
name   = "application reaches data on its port"
reach  = { from = "vpc:prod/application", to = "vpc:prod/data", port = 5432 }
expect = "allow"

[[assert]]
name   = "and gets out through the hub"
reach  = { from = "vpc:prod/application", to = "internet", port = 443 }
expect = "allow"

[[assert]]
name   = "both Regions' applications talk"
reach  = { from = "vpc:prod/application", to = "vpc:recovery/application", port = 443 }
expect = "allow"
"#;

fn files(network: &str, assertions: &str) -> Files {
    let mut files = Files::default();
    files.insert("organization.toml", ORGANIZATION.as_bytes());
    for account in ["security", "dev", "prod"] {
        files.insert(format!("accounts/{account}.toml"), &b"unit = \"Workloads\""[..]);
    }
    files.insert("network/main.toml", network.as_bytes());
    files.insert("policies/assertions.toml", assertions.as_bytes());
    files
}

fn landing_zone(network: &str, assertions: &str) -> (LandingZone, Graph) {
    let zone = parsed(&files(network, assertions));
    let graph = composed(&zone);
    (zone, graph)
}

fn asked(fabric: &Fabric, from: &str, to: &str) -> Answer {
    ask(fabric, &from.parse().unwrap(), &to.parse().unwrap(), None)
}

/// Everybody that may be asked about.
fn everybody(zone: &LandingZone) -> Vec<String> {
    let tiers = zone.network.vpcs.values().flat_map(|vpc| {
        let tiers = Tier::ALL.into_iter().filter(|tier| vpc.tiers.contains_key(tier));
        tiers.map(|tier| format!("vpc:{}/{}", *vpc.name, tier.as_str()))
    });
    tiers.chain(["external:office".to_owned(), "internet".to_owned()]).collect()
}

#[test]
fn every_two_tiers_are_as_segments_and_tiers_say() {
    let (zone, graph) = landing_zone(NETWORK, "");
    let fabric = Fabric::desired(&zone.network, &graph);
    let (everybody, mut table) = (everybody(&zone), String::new());
    for from in &everybody {
        for to in everybody.iter().filter(|to| *to != from) {
            let answer = asked(&fabric, from, to);
            let best = answer.pairs.iter().map(|pair| pair.best.outcome).max().unwrap();
            // Zones are alike, and so are all addresses of a tier.
            let worst = answer.pairs.iter().map(|pair| pair.worst.outcome).min().unwrap();
            let is_internet = from == "internet" || to == "internet";
            assert!(best == worst || is_internet, "{from} {to} {best:?} {worst:?}");
            assert_ne!(best, Outcome::Open, "{from} {to}");
            // The DMZ takes what comes from anywhere, and is not let answer its own application tier.
            let same =
                from.rsplit_once('/').zip(to.rsplit_once('/')).is_some_and(|(one, other)| one.0 == other.0);
            let unheard = best == Outcome::Unanswered && same && to.ends_with("/dmz");
            assert!(best == Outcome::Stops || may(&zone, from, to) || unheard, "{from} reaches {to}");
            if best > Outcome::Stops {
                let mut traffic: Vec<_> = answer.pairs.iter().flat_map(|pair| pair.traffic.clone()).collect();
                traffic.sort();
                traffic.dedup();
                let told = if best == Outcome::Passes { traffic.join(", ") } else { format!("{best:?}") };
                writeln!(table, "{from} -> {to}: {told}").unwrap();
            }
        }
    }
    assert_snapshot!(table);
}

/// Whether segments and tiers let one reach another at all.
fn may(zone: &LandingZone, from: &str, to: &str) -> bool {
    let parts = |end: &str| {
        let (vpc, tier) = end.strip_prefix("vpc:")?.split_once('/')?;
        Some((vpc.to_owned(), tier.to_owned()))
    };
    let segment = |vpc: &str| {
        let vpc = &zone.network.vpcs[&vpc.parse::<landfall::names::VpcName>().unwrap()];
        vpc.segment.as_ref().map(|segment| segment.value.clone())
    };
    match (parts(from), parts(to)) {
        (None, Some((_, tier))) if from == "internet" => tier == "dmz",
        (Some((_, tier)), None) | (None, Some((_, tier))) => tier != "data",
        // What lies beyond gets out as its segment does.
        (None, None) => from != "internet",
        (Some((vpc, tier)), Some((other, next))) if vpc == other => {
            matches!((tier.as_str(), next.as_str()), ("dmz", "application") | ("application", "data"))
        }
        (Some((vpc, tier)), Some((other, next))) => {
            let talk = zone.network.transit.as_ref().zip(segment(&vpc).zip(segment(&other)));
            let talk = talk.is_some_and(|(transit, (one, other))| transit.may_talk(&one, &other));
            talk && tier != "data" && next != "data"
        }
    }
}

#[test]
fn what_is_asserted_holds() {
    let (zone, graph) = landing_zone(NETWORK, ASSERTIONS);
    assert_eq!(zone.assertions.len(), 6);
    assert_eq!(proofs::refuted(&zone, &graph), []);
}

#[test]
fn what_does_not_hold_is_told_hop_by_hop() {
    let opened = NETWORK.replace("segments = { prod = []", "segments = { prod = [\"nonprod\"]");
    let (zone, graph) = landing_zone(&opened, ASSERTIONS);
    let problems = proofs::refuted(&zone, &graph);
    let told: Vec<_> = problems
        .iter()
        .map(|problem| {
            let detail = |detail: &Detail| format!("{}:\n  {}", detail.title, detail.lines.join("\n  "));
            let details: Vec<_> = problem.details.iter().map(detail).collect();
            format!("{}: {}\n{}\n", problem.origin, problem.message, details.join("\n"))
        })
        .collect();
    assert_eq!(told.len(), 2);
    assert!(problems.iter().all(|problem| problem.help.is_none()), "the way says all");
    assert_snapshot!(told.join("\n"));
}

/// The landing zone in a local AWS, without what nobody attaches there.
fn applied() -> (Sandbox, Zone) {
    let (network, _) = NETWORK.split_once("[external.office]").unwrap();
    let all = files(network, ASSERTIONS);
    let zone = Zone::of(&[]);
    for (path, content) in all.iter() {
        zone.write(path, std::str::from_utf8(content).unwrap());
    }
    let sandbox = Sandbox::start();
    sandbox.apply(&zone);
    (sandbox, zone)
}

/// How each pair of sites ends.
fn told(ran: &Ran) -> Vec<String> {
    let answer = ran.json();
    let ways = answer["ways"].as_array().unwrap().iter();
    let told = ways.map(|way| {
        let outcomes: Vec<_> =
            way["journeys"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
        format!("{} {} {outcomes:?} {}", way["from"], way["to"], way["traffic"])
    });
    told.collect()
}

/// The id of what has an address.
fn id(ec2: &aws_sdk_ec2::Client, address: &str) -> String {
    let filter = Filter::builder().name("value").values(address).build();
    let tags = RUNTIME.block_on(ec2.describe_tags().filters(filter).send()).unwrap();
    tags.tags().first().and_then(|tag| tag.resource_id()).unwrap_or_else(|| panic!("no {address}")).to_owned()
}

#[test]
fn what_aws_has_is_walked_like_what_is_wanted_with_what_others_have_opened() {
    let (sandbox, zone) = applied();
    let pairs = [
        ("vpc:prod", "vpc:prod"),
        ("vpc:prod", "internet"),
        ("internet", "vpc:hub"),
        ("vpc:prod/application", "vpc:recovery"),
        ("vpc:dev", "vpc:hub"),
        ("vpc:dev", "vpc:prod"),
    ];
    for (from, to) in pairs {
        let wanted = sandbox.run(&zone, &["reach", from, to, "--json"]).expect(0);
        let live = sandbox.run(&zone, &["reach", from, to, "--json", "--live"]).expect(0);
        assert_eq!(told(&wanted), told(&live), "{from} {to}");
    }
    open(&sandbox);
    let live =
        sandbox.run(&zone, &["reach", "vpc:dev/application", "vpc:prod/application", "--json", "--live"]);
    assert!(told(&live.expect(0)).iter().all(|way| way.contains("passes")));
}

/// Lets dev and prod find each other, and prod take what comes.
fn open(sandbox: &Sandbox) {
    const REGION: &str = "ap-southeast-2";
    let behind = sandbox.behind();
    let [hub, prod, dev] = ["security", "prod", "dev"].map(|account| behind.member(account).ec2(REGION));
    let table = |name: &str| id(&hub, &format!("security/{REGION}/ec2/transit-gateway-route-table/{name}"));
    let attached = [("prod", &dev, "dev"), ("nonprod", &prod, "prod")];
    for (segment, ec2, vpc) in attached {
        let attachment = id(ec2, &format!("{vpc}/{REGION}/ec2/transit-gateway-attachment/{vpc}"));
        let call = hub.enable_transit_gateway_route_table_propagation();
        let call =
            call.transit_gateway_route_table_id(table(segment)).transit_gateway_attachment_id(attachment);
        RUNTIME.block_on(call.send()).unwrap();
    }
    let everybody = IpRange::builder().cidr_ip("10.0.0.0/8").build();
    let permission =
        IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443).ip_ranges(everybody);
    let group = id(&prod, &format!("prod/{REGION}/ec2/security-group/prod/application"));
    let call = prod.authorize_security_group_ingress().group_id(group).ip_permissions(permission.build());
    RUNTIME.block_on(call.send()).unwrap();
}
