//! What `[trail]`, `[logs]` and `[config]` come to: the compiled documents as a reviewer reads them, and a landing zone
//! with all of it in the local AWS.

use std::fmt::Write as _;

use landfall::engine::graph::Graph;

use crate::support::{
    Sandbox, Zone,
    composed::{document, graph_of},
};

const ORGANIZATION: &str = r#"
[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2", "ap-southeast-4"]

[contacts.security]
name  = "Security desk"
title = "Head of security"
email = "security@acme.example"
phone = "+61 2 5550 0100"

[units]
Security  = {}
Workloads = {}

[delegated]
cloudtrail = "security"

[archive]
account   = "logging"
retention = "7y"
lock      = { mode = "governance", for = "1y" }

[trail]
archive     = "logging/archive"
key         = "key:logs"
insights    = true
sns         = true
data_events = [
  { type = "AWS::S3::Object", write_only = true },
  { type = "AWS::S3::Object", resources = ["arn:aws:s3:::orders/", "arn:aws:s3:::invoices/"] },
  { type = "AWS::Lambda::Function" },
]

[logs]
forward   = ["/aws/lambda/*", "/aws/rds/*"]
retention = "90d"

[config]
aggregator = "security"
"#;

const KEYS: &str = r#"
[keys.logs]
account = "logging"
"#;

const SECURITY: &str = r#"
unit = "Security"

[roles.break-glass]
trust       = ["account:management"]
allow       = ["aws:AdministratorAccess"]
break_glass = true
"#;

/// An organization with everything in it that this is about.
const FILES: [(&str, &str); 5] = [
    ("organization.toml", ORGANIZATION),
    ("policies/keys.toml", KEYS),
    ("accounts/logging.toml", "unit = \"Security\""),
    ("accounts/security.toml", SECURITY),
    ("accounts/prod.toml", "unit = \"Workloads\""),
];

fn composed() -> Graph {
    composed_of(ORGANIZATION)
}

fn composed_of(organization: &str) -> Graph {
    graph_of(FILES.iter().chain(&[("organization.toml", organization)]))
}

/// The documents of the nodes whose addresses hold one of these texts, before anything is known of AWS.
fn documents(graph: &Graph, wanted: &[&str]) -> String {
    let mut text = String::new();
    let mut nodes: Vec<_> = graph.nodes().map(|(_, node)| node).collect();
    nodes.sort_by(|a, b| a.label.cmp(&b.label));
    for node in nodes.iter().filter(|node| wanted.iter().any(|wanted| node.label.contains(wanted))) {
        let _ = writeln!(text, "{}", node.label);
        for line in document(node).lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

#[test]
fn the_trail_and_its_alarms_come_to_this() {
    let graph = composed();
    let wanted = [
        "/cloudtrail/",
        "/logs/log-group/trail",
        "/iam/role/trail-logs",
        "/sns/",
        "/break-glass-use",
        "/alarm/unauthorized-calls",
        "trusted-access/cloudtrail",
    ];
    insta::assert_snapshot!(documents(&graph, &wanted));
}

#[test]
fn forwarding_comes_to_this() {
    let graph = composed();
    let wanted = [
        "/iam/role/log-",
        "/firehose/",
        "/logs/destination/",
        "/logs/subscription-filter/",
        "/logs/log-group/log-delivery",
        "/logs/log-stream/",
        "prod/ap-southeast-4/logs/forwarding",
        "logging/ap-southeast-4/logs/forwarding",
    ];
    insta::assert_snapshot!(documents(&graph, &wanted));
}

#[test]
fn recording_comes_to_this() {
    let graph = composed();
    let wanted = [
        "prod/ap-southeast-2/config/",
        "prod/ap-southeast-4/config/",
        "/config/aggregator",
        "/iam/role/config-aggregator",
        "prod/global/iam/service-linked-role",
        "trusted-access/config",
        "delegated-administrator/config",
    ];
    insta::assert_snapshot!(documents(&graph, &wanted));
}

/// Whether `later` waits for `earlier`, directly or not.
fn waits(graph: &Graph, later: &str, earlier: &str) -> bool {
    let id = |label: &str| graph.at_address(label).unwrap_or_else(|| panic!("no {label}"));
    let (mut open, earlier) = (vec![id(later)], id(earlier));
    while let Some(next) = open.pop() {
        if next == earlier {
            return true;
        }
        open.extend(&graph.node(next).needs);
    }
    false
}

#[test]
fn the_key_lets_in_whoever_needs_it_and_says_for_what() {
    insta::assert_snapshot!(documents(&composed(), &["logging/ap-southeast-2/kms/key/logs"]));
}

/// So many calls of AWS find out that nothing is to be done for three members and the management account in two Regions.
const MOST_CALLS: usize = 250;

#[test]
fn all_of_it_is_applied_in_one_run_and_stays() {
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&FILES));
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    sandbox.control().forget_calls();
    sandbox.run(&zone, &["plan", "--detailed-exitcode"]).expect(0);
    // Whether a place has a network is asked for everywhere, and is no part of this.
    let mut calls = sandbox.control().calls();
    calls.retain(|call| call.service != "ec2");
    assert!(calls.len() < MOST_CALLS, "{}: {calls:?}", calls.len());
}

#[test]
fn the_trail_starts_last_and_without_its_alarms() {
    let graph = composed();
    let trail = "security/ap-southeast-2/cloudtrail/trail/trail";
    for earlier in [
        "logging/ap-southeast-2/kms/key/logs",
        "logging/ap-southeast-2/s3/bucket-policy/archive",
        "security/ap-southeast-2/logs/log-group/trail",
        "security/global/iam/role/trail-logs",
        "security/ap-southeast-2/sns/topic/trail",
        "management/global/organizations/trusted-access/cloudtrail.amazonaws.com",
        "management/global/cloudtrail/delegated-administrator/cloudtrail",
    ] {
        assert!(waits(&graph, trail, earlier), "{earlier}");
    }
    assert!(!waits(&graph, trail, "security/ap-southeast-2/sns/topic/alarms"));
    assert!(!waits(&graph, trail, "security/ap-southeast-2/cloudwatch/alarm/root-use"));
}

#[test]
fn what_delivers_waits_for_who_lets_it() {
    let graph = composed();
    for (later, earlier) in [
        (
            "logging/ap-southeast-2/firehose/delivery-stream/logs",
            "logging/ap-southeast-2/s3/bucket-policy/archive",
        ),
        ("logging/ap-southeast-2/firehose/delivery-stream/logs", "logging/global/iam/role/log-delivery"),
        (
            "logging/ap-southeast-4/logs/destination/logs",
            "logging/ap-southeast-2/firehose/delivery-stream/logs",
        ),
        ("prod/ap-southeast-4/logs/forwarding/forwarding", "logging/ap-southeast-4/logs/destination/logs"),
        ("prod/ap-southeast-4/logs/forwarding/forwarding", "prod/global/iam/role/log-forwarding"),
        (
            "prod/ap-southeast-2/config/delivery-channel/channel",
            "logging/ap-southeast-2/s3/bucket-policy/archive-config",
        ),
        (
            "security/ap-southeast-2/config/aggregator/aggregator",
            "security/global/iam/role/config-aggregator",
        ),
        (
            "security/ap-southeast-2/config/aggregator/aggregator",
            "management/global/organizations/delegated-administrator/config",
        ),
    ] {
        assert!(waits(&graph, later, earlier), "{later} does not wait for {earlier}");
    }
}

#[test]
fn the_management_account_makes_the_trail_where_nobody_else_is_to() {
    let organization = ORGANIZATION.replace("[delegated]\ncloudtrail = \"security\"\n", "");
    let organization = organization.replace("insights    = true", "alarms = false");
    let graph = composed_of(&organization);
    let labels: Vec<_> = graph.nodes().map(|(_, node)| &*node.label).collect();
    assert!(labels.contains(&"management/ap-southeast-2/cloudtrail/trail/trail"));
    assert!(labels.contains(&"management/ap-southeast-2/logs/log-group/trail"));
    assert!(
        !labels.iter().any(|label| label.contains("cloudwatch/alarm") || label.contains("metric-filter"))
    );
}
