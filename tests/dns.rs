//! What zones, resolvers, forwards and firewalls come to: what is made where, what is shared, and who waits for whom.

use std::fmt::Write as _;

use landfall::engine::{
    doc::Field,
    env::Env,
    graph::{Graph, Node},
};

use crate::support::composed::{graph_of, node};

const ORGANIZATION: &str = r#"
[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2", "ap-southeast-4"]

[units]
Workloads = {}

[archive]
account   = "logging"
key       = "key:logs"
retention = "7y"
"#;

/// A hub and a VPC of another account, and the same in a second Region.
const VPCS: &str = r#"
[transit]
account  = "hub"
segments = { prod = [], shared = ["prod"] }

[pool]
cidr = "10.0.0.0/8"

[external.office]
cidrs      = ["192.168.0.0/16"]
attachment = "tgw-attach-0123456789abcdef0"
segment    = "shared"

[vpc.hub]
account = "hub"
cidr    = "10.0.0.0/16"
zones   = 2
segment = "shared"
tiers   = { application = 20 }

[vpc.prod]
account = "prod"
cidr    = "10.32.0.0/16"
zones   = 2
segment = "prod"
tiers   = { application = 20 }

[vpc.far-hub]
account = "hub"
region  = "ap-southeast-4"
cidr    = "10.1.0.0/16"
zones   = 2
segment = "shared"
tiers   = { application = 20 }
"#;

const DNS: &str = r#"
[zone."prod.acme.internal"]
account = "prod"
vpcs    = ["hub", "prod"]

[zone."prod.acme.internal".records]
"@" = { txt = ["a zone of ours"] }
www = { a = ["10.32.0.11", "10.32.0.10"], ttl = 60 }

[resolver.main]
vpc        = "hub"
inbound    = true
outbound   = true
query_logs = "logging/archive"

[resolver.far]
vpc      = "far-hub"
outbound = true

[forward."corp.acme.example"]
to       = ["192.168.10.10", "192.168.10.11:5353"]
segments = ["prod", "shared"]

[forward."cloud.corp.acme.example"]
to       = []
segments = ["prod"]

[firewall.bad]
account  = "hub"
block    = ["*.bad.example"]
managed  = ["AWSManagedDomainsMalwareDomainList"]
segments = ["prod"]
"#;

const FILES: [(&str, &str); 7] = [
    ("organization.toml", ORGANIZATION),
    ("policies/keys.toml", "[keys.logs]\naccount = \"logging\""),
    ("accounts/logging.toml", "unit = \"Workloads\""),
    ("accounts/hub.toml", "unit = \"Workloads\""),
    ("accounts/prod.toml", "unit = \"Workloads\"\ntags = { owner = \"shop\" }"),
    ("network/vpcs.toml", VPCS),
    ("network/dns.toml", DNS),
];

fn composed() -> Graph {
    graph_of(&FILES)
}

/// What a node wants before anything is known of AWS, a field a line.
fn document(graph: &Graph, label: &str) -> String {
    let (mut text, node) = (String::new(), node(graph, label));
    for (path, field) in node.kind.desired(&node.spec, &Env::nothing_known()).iter() {
        let shown = match field {
            Field::Is(value) => value.shown().to_string(),
            Field::After { shown: Some(shown), .. } => format!("{} (later)", shown.shown()),
            other => format!("{other:?}"),
        };
        writeln!(text, "{path} = {shown}").expect("text takes text");
    }
    text
}

fn is_dns(node: &Node) -> bool {
    let label = &*node.label;
    ["/route53", "/ram/resource-share/dns", "/resolver-"].iter().any(|part| label.contains(part))
}

#[test]
fn what_is_made_and_where() {
    let graph = composed();
    let mut labels: Vec<_> =
        graph.nodes().filter(|(_, node)| is_dns(node)).map(|(_, node)| node.label.to_string()).collect();
    labels.sort_unstable();
    insta::assert_snapshot!("made", labels.join("\n"));
}

#[test]
fn a_zone_is_made_with_a_vpc_of_its_own_account() {
    let graph = composed();
    let zone = node(&graph, "prod/global/route53/hosted-zone/prod.acme.internal");
    let needs: Vec<_> = zone.needs.iter().map(|need| &*graph.node(*need).label).collect();
    assert!(needs.contains(&"prod/ap-southeast-2/ec2/vpc/prod"), "{needs:?}");
    assert_eq!(zone.tags.get("owner").map(String::as_str), Some("shop"));
    let www = document(&graph, "prod/global/route53/record/www.prod.acme.internal/A");
    assert_eq!(www, "marked = true\nttl = 60\nvalues = [\"10.32.0.10\",\"10.32.0.11\"]\n");
}

#[test]
fn endpoints_are_asked_by_the_network_and_ask_who_is_forwarded_to() {
    let graph = composed();
    let hub = "hub/ap-southeast-2";
    let documents = ["route53resolver/endpoint/main-inbound", "route53resolver/endpoint/main-outbound"]
        .map(|label| document(&graph, &format!("{hub}/{label}")));
    insta::assert_snapshot!("endpoints", documents.join("\n"));
    let groups = ["inbound", "outbound"]
        .map(|way| document(&graph, &format!("{hub}/ec2/security-group/hub/resolver-main-{way}")));
    insta::assert_snapshot!("resolver groups", groups.join("\n"));
}

#[test]
fn what_other_accounts_use_is_shared_before_they_do() {
    let graph = composed();
    let share = "hub/ap-southeast-2/ram/resource-share/dns";
    insta::assert_snapshot!("share", document(&graph, share));
    for label in [
        "prod/ap-southeast-2/route53resolver/rule-association/prod/corp.acme.example",
        "prod/ap-southeast-2/route53resolver/query-log-association/prod/queries",
        "prod/ap-southeast-2/route53resolver/firewall-association/prod/bad",
    ] {
        let needs: Vec<_> = node(&graph, label).needs.iter().map(|need| &*graph.node(*need).label).collect();
        assert!(needs.contains(&share), "{label} needs {needs:?}");
    }
    // Nobody else has a VPC in the second Region.
    assert!(graph.at_address("hub/ap-southeast-4/ram/resource-share/dns").is_none());
}

#[test]
fn rules_and_firewalls_say_what_becomes_of_questions() {
    let graph = composed();
    let documents = [
        "route53resolver/rule/corp.acme.example",
        "route53resolver/rule/cloud.corp.acme.example",
        "route53resolver/query-log-config/queries",
        "route53resolver/firewall-domain-list/bad",
        "route53resolver/firewall-rule-group/bad",
    ];
    let documents = documents.map(|label| document(&graph, &format!("hub/ap-southeast-2/{label}")));
    insta::assert_snapshot!("rules", documents.join("\n"));
}
