//! What guards VPCs, as a reviewer reads it: the entries of network ACLs, the rules of groups, the policies of endpoints, and
//! where flow logs go.

use landfall::engine::{
    doc::Field,
    env::Env,
    graph::{Graph, Node},
};

use crate::support::composed::{self, graph_of};

const ORGANIZATION: &str = r#"
[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2"]

[units]
Workloads = {}

[archive]
account   = "logging"
key       = "key:logs"
retention = "7y"
"#;

/// A VPC that stands alone, and three that segments join.
const VPCS: &str = r#"
[vpc.lab]
account   = "prod"
cidr      = "172.20.0.0/16"
zones     = 2
tiers     = { application = 20 }
endpoints = ["kms"]

[vpc.prod]
account   = "prod"
cidr      = "10.32.0.0/16"
zones     = 2
segment   = "prod"
tiers     = { dmz = 24, application = 20, data = 22 }
ports     = { application = [8443, 443] }
endpoints = ["s3", "kms", "sts", "email-smtp"]
flow_logs = { bucket = "logging/archive", retention = "30d" }
dhcp      = { domain_name = "prod.acme.internal", domain_name_servers = ["10.32.0.10", "AmazonProvidedDNS"] }

[vpc.shared]
account = "prod"
cidr    = "10.33.0.0/16"
zones   = 2
segment = "shared"
tiers   = { application = 20 }

[vpc.dev]
account = "prod"
cidr    = "10.34.0.0/16"
zones   = 2
segment = "dev"
tiers   = { application = 20 }
"#;

const TRANSIT: &str = r#"
[transit]
account  = "logging"
asn      = 64512
segments = { prod = [], dev = [], shared = ["prod", "dev"] }

[pool]
cidr = "10.0.0.0/8"

[external.office]
cidrs      = ["192.168.0.0/16"]
attachment = "tgw-attach-0123456789abcdef0"
segment    = "shared"
"#;

const FILES: [(&str, &str); 6] = [
    ("organization.toml", ORGANIZATION),
    ("policies/keys.toml", "[keys.logs]\naccount = \"logging\""),
    ("accounts/logging.toml", "unit = \"Workloads\""),
    ("accounts/prod.toml", "unit = \"Workloads\""),
    ("network/vpcs.toml", VPCS),
    ("network/transit.toml", TRANSIT),
];

/// The graph of these files, with some of them written otherwise.
fn composed(others: &[(&str, &str)]) -> Graph {
    graph_of(FILES.iter().chain(others))
}

fn node<'g>(graph: &'g Graph, label: &str) -> &'g Node {
    composed::node(graph, &format!("prod/{label}"))
}

/// What a node wants before anything is known of AWS, a field a line.
fn document(graph: &Graph, label: &str) -> String {
    composed::document(node(graph, label)).replace("prod/ap-southeast-2/ec2/", "")
}

/// The fields below one root.
fn fields(graph: &Graph, label: &str, root: &str) -> String {
    let document = document(graph, label);
    let lines = document.lines().filter(|line| line.starts_with(root));
    lines.collect::<Vec<_>>().join("\n")
}

fn acl(graph: &Graph, name: &str) -> String {
    fields(graph, &format!("ap-southeast-2/ec2/network-acl/{name}"), "entries")
}

fn group(graph: &Graph, name: &str) -> String {
    fields(graph, &format!("ap-southeast-2/ec2/security-group/{name}"), "rules")
}

#[test]
fn the_acls_of_three_tiers_come_to_this() {
    let graph = composed(&[]);
    let tiers = ["dmz", "application", "data"]
        .map(|tier| format!("{tier}\n{}", acl(&graph, &format!("prod/{tier}"))));
    insta::assert_snapshot!("acls", tiers.join("\n\n"));
}

#[test]
fn the_acl_of_a_tier_that_stands_alone_comes_to_this() {
    let graph = composed(&[]);
    insta::assert_snapshot!(acl(&graph, "lab/application"));
}

#[test]
fn what_a_vpc_carries_for_others_passes_its_dmz() {
    let transit = TRANSIT.replace("asn      = 64512", "asn      = 64512\negress   = \"shared\"");
    let vpcs =
        VPCS.replace("segment = \"shared\"\ntiers   = {", "segment = \"shared\"\ntiers   = { dmz = 24,");
    let graph = composed(&[("network/transit.toml", &transit), ("network/vpcs.toml", &vpcs)]);
    let entries = acl(&graph, "shared/dmz");
    assert!(entries.contains("allow all <- 10.0.0.0/8"), "{entries}");
    let own = entries.find("deny all <- 10.33.0.0/16").expect("the rest of the VPC stays out");
    assert!(own < entries.find("allow all <- 10.0.0.0/8").expect("what it carries"), "{entries}");
    assert!(!acl(&graph, "prod/dmz").contains("allow all <- 10.0.0.0/8"));
}

#[test]
fn the_groups_of_three_tiers_come_to_this() {
    let graph = composed(&[]);
    let groups = ["dmz", "application", "data", "endpoints"];
    let groups = groups.map(|tier| format!("{tier}\n{}", group(&graph, &format!("prod/{tier}"))));
    insta::assert_snapshot!("groups", groups.join("\n\n"));
    assert_eq!(document(&graph, "ap-southeast-2/ec2/default-security-group/prod"), "");
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html>
#[test]
fn aws_takes_what_is_said_about_groups_and_rules() {
    let graph = composed(&[]);
    let is_taken = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    for (_, node) in graph.nodes().filter(|(_, node)| node.address.kind == "ec2/security-group") {
        for (path, field) in node.kind.desired(&node.spec, &Env::nothing_known()).iter() {
            let (Field::Is(value) | Field::After { shown: Some(value), .. }) = field else { continue };
            let text = value.shown().as_str().unwrap_or_default();
            let is_text = path == "description" || path.starts_with("rules[");
            assert!(!is_text || text.len() <= 255 && text.chars().all(is_taken), "{path}: {text}");
        }
    }
}

#[test]
fn who_may_talk_to_a_vpc_is_in_its_list_and_nobody_else() {
    let graph = composed(&[]);
    let list =
        |name: &str| fields(&graph, &format!("ap-southeast-2/ec2/prefix-list/{name}/peers"), "entries");
    assert_eq!(
        list("prod"),
        "entries[10.33.0.0/16] = \"VPC shared\"\nentries[192.168.0.0/16] = \"external office\""
    );
    assert_eq!(list("dev"), list("prod"));
    assert!(list("shared").contains("VPC dev") && list("shared").contains("VPC prod"));
    assert!(graph.at_address("prod/ap-southeast-2/ec2/prefix-list/lab/peers").is_none());
}

#[test]
fn endpoints_are_limited_to_the_organization() {
    let graph = composed(&[]);
    let endpoint = |name: &str| document(&graph, &format!("ap-southeast-2/ec2/vpc-endpoint/prod/{name}"));
    insta::assert_snapshot!("endpoint s3", endpoint("s3"));
    insta::assert_snapshot!("endpoint sts", endpoint("sts"));
    assert!(!endpoint("email-smtp").contains("policy"));
    let lab = document(&graph, "ap-southeast-2/ec2/vpc-endpoint/lab/kms");
    assert!(lab.contains("subnets[subnet/lab/application-az2]"), "{lab}");
}

#[test]
fn flow_logs_go_where_they_are_asked_for() {
    let graph = composed(&[]);
    insta::assert_snapshot!("flow logs bucket", document(&graph, "ap-southeast-2/ec2/flow-log/prod/bucket"));
    let group = document(&graph, "ap-southeast-2/ec2/flow-log/prod/log-group");
    assert!(group.contains("destination = \"/acme/flow-logs/prod\""), "{group}");
    assert!(group.contains(":role/acme-flow-logs\""), "{group}");
    insta::assert_snapshot!("flow logs role", document(&graph, "global/iam/role/flow-logs"));
    assert!(graph.at_address("prod/ap-southeast-2/ec2/flow-log/lab/bucket").is_none());
}

#[test]
fn other_dhcp_options_are_other_nodes() {
    let name = |vpcs: &str| {
        let graph = composed(&[("network/vpcs.toml", vpcs)]);
        let mut names =
            graph.nodes().map(|(_, node)| node).filter(|node| node.address.kind == "ec2/dhcp-options");
        names.next().expect("options").address.name.to_string()
    };
    let (one, other) = (name(VPCS), name(&VPCS.replace("10.32.0.10", "10.32.0.11")));
    assert_ne!(one, other);
    assert_eq!(one, name(VPCS));
    let graph = composed(&[]);
    let options = document(&graph, &format!("ap-southeast-2/ec2/dhcp-options/{one}"));
    assert_eq!(
        options,
        "options[domain-name-servers] = [\"10.32.0.10\",\"AmazonProvidedDNS\"]\noptions[domain-name] = [\"prod.acme.internal\"]\n"
    );
}
