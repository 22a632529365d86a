//! What `[archive]` comes to: the policies and roles as a reviewer reads them, their order, and a landing zone with it in
//! the local AWS.

use std::fmt::Write as _;

use landfall::engine::graph::{Graph, Node};

use crate::support::{
    Sandbox, Zone,
    composed::{document, graph_of, node},
};

const ORGANIZATION: &str = r#"
[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2", "ap-southeast-4"]

[units]
Security  = {}
Workloads = {}

[archive]
account   = "logging"
retention = "7y"
lock      = { mode = "governance", for = "7y" }
replicate = { region = "ap-southeast-4", key = "key:logs-replica" }

[trail]
archive    = "logging/archive"
key        = "key:logs"
cloudwatch = false
"#;

const KEYS: &str = r#"
[keys.logs]
account = "logging"
admins  = ["security/key-admin"]
decrypt = ["security/auditor"]

[keys.logs-replica]
account = "logging"
region  = "ap-southeast-4"
admins  = ["security/key-admin"]
"#;

const SECURITY: &str = r#"
unit = "Security"

[roles.auditor]
trust = ["account:management"]
allow = ["aws:ReadOnlyAccess"]

[roles.key-admin]
trust = ["account:management"]
"#;

const LOGGING: &str = r#"
unit                = "Security"
block_public_access = true

[roles.break-glass]
trust       = ["account:management"]
allow       = ["aws:AdministratorAccess"]
break_glass = true
"#;

/// An organization with an archive and its copy.
const FILES: [(&str, &str); 5] = [
    ("organization.toml", ORGANIZATION),
    ("policies/keys.toml", KEYS),
    ("accounts/logging.toml", LOGGING),
    ("accounts/security.toml", SECURITY),
    ("accounts/prod.toml", "unit = \"Workloads\""),
];

/// The graph of these files, with some of them written otherwise.
fn composed(others: &[(&str, &str)]) -> Graph {
    graph_of(FILES.iter().chain(others))
}

/// Whether `later` waits for `earlier`, directly or not.
fn waits(graph: &Graph, later: &str, earlier: &str) -> bool {
    let (mut open, earlier) = (vec![graph.at_address(later).unwrap()], graph.at_address(earlier).unwrap());
    while let Some(next) = open.pop() {
        if next == earlier {
            return true;
        }
        open.extend(&graph.node(next).needs);
    }
    false
}

/// A policy as a reviewer reads it: a line for each statement.
fn statements(node: &Node, root: &str) -> String {
    let (mut text, mut last) = (String::new(), String::new());
    let document = document(node);
    for line in document.lines().filter_map(|line| line.strip_prefix(root)) {
        let (sid, field) = line.split_once("].").unwrap_or(("", line));
        if *sid != last {
            let _ = writeln!(text, "{}", sid.trim_start_matches('['));
            sid.clone_into(&mut last);
        }
        let _ = writeln!(text, "  {field}");
    }
    text
}

#[test]
fn the_locked_bucket_lets_services_deliver_and_nobody_shorten() {
    let graph = composed(&[]);
    let policy = node(&graph, "logging/ap-southeast-2/s3/bucket-policy/archive");
    insta::assert_snapshot!(statements(policy, "policy"));
}

#[test]
fn the_bucket_of_configurations_takes_those_of_the_organization() {
    let graph = composed(&[]);
    let policy = node(&graph, "logging/ap-southeast-2/s3/bucket-policy/archive-config");
    insta::assert_snapshot!(statements(policy, "policy"));
}

#[test]
fn the_bucket_of_access_logs_takes_those_of_its_neighbours() {
    let graph = composed(&[]);
    let policy = node(&graph, "logging/ap-southeast-2/s3/bucket-policy/archive-access");
    insta::assert_snapshot!(statements(policy, "policy"));
}

#[test]
fn the_buckets_come_to_this() {
    let graph = composed(&[]);
    let bucket =
        |region: &str, name: &str| document(node(&graph, &format!("logging/{region}/s3/bucket/{name}")));
    insta::assert_snapshot!("bucket archive", bucket("ap-southeast-2", "archive"));
    let lock = |text: &str| {
        let lines =
            text.lines().filter(|line| line.contains("retention.") || line.starts_with("object_lock"));
        lines.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let home = bucket("ap-southeast-2", "archive");
    assert_eq!(lock(&bucket("ap-southeast-4", "archive")), lock(&home));
    assert!(!lock(&home).is_empty());
    assert!(!bucket("ap-southeast-2", "archive-config").contains("default_retention"));
    assert!(bucket("ap-southeast-2", "archive-access").contains("encryption.algorithm = \"AES256\""));
}

#[test]
fn copying_may_do_what_aws_documents_and_no_more() {
    let graph = composed(&[]);
    let role = node(&graph, "logging/global/iam/role/archive-replication");
    insta::assert_snapshot!(document(role));
}

#[test]
fn a_copy_in_another_account_is_let_in_and_changes_hands() {
    let keys = KEYS
        .replace("[keys.logs-replica]\naccount = \"logging\"", "[keys.logs-replica]\naccount = \"security\"");
    let graph = composed(&[("policies/keys.toml", &keys)]);
    let policy = node(&graph, "security/ap-southeast-4/s3/bucket-policy/archive");
    let text = statements(policy, "policy");
    let copying: Vec<_> = text.lines().skip_while(|line| !line.starts_with("Cop")).take(10).collect();
    insta::assert_snapshot!(copying.join("\n"));
    let replication = document(node(&graph, "logging/ap-southeast-2/s3/replication/archive"));
    assert!(replication.contains("${account.security}"), "{replication}");
    for account in ["logging", "security"] {
        let attachment = format!(
            "management/global/organizations/policy-attachment/account:{account}/scp:protect-archive"
        );
        node(&graph, &attachment);
    }
}

#[test]
fn the_guardrail_is_attached_by_itself_and_fits() {
    let graph = composed(&[]);
    let attachment = "management/global/organizations/policy-attachment/account:logging/scp:protect-archive";
    let policy = node(&graph, "management/global/organizations/policy/scp/protect-archive");
    assert!(waits(&graph, attachment, "logging/ap-southeast-2/s3/replication/archive"));
    assert!(graph.at_address(&attachment.replace("logging", "prod")).is_none());
    insta::assert_snapshot!(statements(policy, "policy"));
}

#[test]
fn a_file_takes_the_place_of_the_guardrail() {
    let own = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Own","Effect":"Deny","Action":"s3:DeleteBucket",
        "Resource":"${bucket.logging/archive}"}]}"#;
    let graph = composed(&[("policies/scp/protect-archive.json", own)]);
    let policy = node(&graph, "management/global/organizations/policy/scp/protect-archive");
    insta::assert_snapshot!(statements(policy, "policy"), @r#"
    Own
      action = "s3:DeleteBucket"
      effect = "Deny"
      resource = "arn:aws:s3:::acme-archive-${account.logging}-ap-southeast-2"
    "#);
    node(&graph, "management/global/organizations/policy-attachment/account:logging/scp:protect-archive");
}

#[test]
fn one_thing_comes_after_another() {
    let graph = composed(&[]);
    let here = |rest: &str| format!("logging/ap-southeast-2/{rest}");
    let there = |rest: &str| format!("logging/ap-southeast-4/{rest}");
    let order = [
        here("kms/key/logs"),
        here("kms/alias/logs"),
        here("s3/bucket/archive"),
        here("s3/bucket-policy/archive"),
        here("s3/replication/archive"),
    ];
    for pair in order.windows(2) {
        assert!(waits(&graph, &pair[1], &pair[0]), "{} before {}", pair[0], pair[1]);
    }
    assert!(waits(&graph, &here("s3/bucket/archive"), &here("s3/bucket-policy/archive-access")));
    assert!(waits(&graph, &here("s3/replication/archive"), &there("s3/bucket-policy/archive")));
    assert!(waits(&graph, &there("s3/bucket/archive"), &there("kms/key/logs-replica")));
    assert!(waits(&graph, &here("s3/replication/archive"), "logging/global/iam/role/archive-replication"));
}

/// How the lock of the landing zone above is agreed to.
const WORDS: &str = "lock logging/archive for 7y";

#[test]
fn what_nobody_can_take_back_is_agreed_to_in_words_of_its_own() {
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&FILES));
    zone.replace("organization.toml", "governance", "compliance");
    for args in [&["apply", "--yes"][..], &["apply", "--yes", "--confirm", "lock it"]] {
        let refused = sandbox.run(&zone, args).expect(1);
        assert!(refused.stderr.contains("in compliance mode nobody can delete"), "{}", refused.stderr);
        assert!(
            refused.stderr.contains(&format!("`--confirm \"{WORDS}\"` agrees to it")),
            "{}",
            refused.stderr
        );
    }
    let words_alone = sandbox.run(&zone, &["apply", "--confirm", WORDS]).expect(1);
    assert!(words_alone.stderr.contains("`--yes` applies without asking"), "{}", words_alone.stderr);
    assert!(sandbox.control().calls().iter().all(|call| !call.mutating));
    sandbox.run(&zone, &["apply", "--yes", "--confirm", WORDS]).expect(0);
    sandbox.expect_settled(&zone);
    // Nothing is locked anew by what does not change it.
    zone.replace("accounts/prod.toml", "Workloads", "Security");
    sandbox.apply(&zone);
}

#[test]
fn a_looser_lock_needs_no_words() {
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&FILES));
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}

#[test]
fn the_doctor_says_where_nothing_is_copied() {
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&FILES));
    let early = sandbox.run(&zone, &["doctor", "--replication"]).expect(3);
    assert!(early.stdout.contains("to take before copying can be as it is wanted"), "{}", early.stdout);
    sandbox.apply(&zone);
    let found = sandbox.run(&zone, &["doctor", "--replication", "--json"]).expect(3).json();
    assert_eq!(found["schema"], "landfall/doctor@1");
    let verdict = |check: &str| {
        let findings = found["findings"].as_array().unwrap().iter();
        let finding = findings.clone().find(|finding| finding["check"] == check);
        finding.map(|finding| finding["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(verdict("settings").as_deref(), Some("ok"), "{found}");
    assert_eq!(verdict("copy").as_deref(), Some("unknown"), "{found}");
    assert_eq!(verdict("probe").as_deref(), Some("ok"), "{found}");
    assert!(found.to_string().contains("this emulator copies nothing"), "{found}");
    sandbox.expect_settled(&zone);
    zone.replace("organization.toml", "replicate =", "#");
    sandbox.run(&zone, &["doctor", "--replication"]).expect(1);
}
