//! What `[trail]`, `[logs]` and `[config]` come to: the compiled documents as a reviewer reads them, and a landing zone
//! with all of it in the local AWS.

use std::fmt::Write as _;

use landfall::{
    compose::compose,
    config::{self, Files},
    engine::{doc::Field, env::Env, graph::Graph},
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

const SECURITY: &str = r#"
unit = "Security"

[roles.break-glass]
trust       = ["account:management"]
allow       = ["aws:AdministratorAccess"]
break_glass = true
"#;

/// An organization with everything in it that this is about.
const FILES: [(&str, &str); 4] = [
    ("organization.toml", ORGANIZATION),
    ("accounts/logging.toml", "unit = \"Security\""),
    ("accounts/security.toml", SECURITY),
    ("accounts/prod.toml", "unit = \"Workloads\""),
];

fn composed() -> Graph {
    let mut files = Files::default();
    for (path, text) in FILES {
        files.insert(path, text.as_bytes());
    }
    let checked = config::parse(&files).unwrap_or_else(|complaints| panic!("{}", complaints.render(false)));
    compose(&checked.zone).unwrap_or_else(|problems| panic!("{problems:?}")).graph
}

/// The documents of the nodes whose addresses hold one of these texts, before anything is known of AWS.
fn documents(graph: &Graph, wanted: &[&str]) -> String {
    let mut text = String::new();
    let mut nodes: Vec<_> = graph.nodes().map(|(_, node)| node).collect();
    nodes.sort_by(|a, b| a.label.cmp(&b.label));
    for node in nodes.iter().filter(|node| wanted.iter().any(|wanted| node.label.contains(wanted))) {
        let _ = writeln!(text, "{}", node.label);
        for (path, field) in node.kind.desired(&node.spec, &Env::nothing_known()).iter() {
            let shown = match field {
                Field::Is(value) | Field::After { shown: Some(value), .. } => value.shown().to_string(),
                other => format!("{other:?}"),
            };
            let _ = writeln!(text, "  {path} = {shown}");
        }
    }
    text
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
