//! What people read: whole sessions with the real binary, as they look. A change of any word shows up in review.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{Ran, Sandbox, Zone, behind::done, binary, ran};

const ORGANIZATION: &str = r#"[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2"]
root_credentials = "kept"

[units]
Workloads = { policies = ["stay"] }
"#;

const PROD: &str = r#"unit = "Workloads"
tags = { environment = "prod" }

[roles.deployer]
trust = ["service:codebuild"]
allow = ["policy:deploy"]
"#;

const STAY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Stay", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*" }
  ]
}
"#;

const DEPLOY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Deploy", "Effect": "Allow", "Action": ["ecs:UpdateService", "lambda:UpdateFunctionCode"], "Resource": "*" },
    { "Sid": "Artifacts", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-artifacts/*" }
  ]
}
"#;

fn small() -> Zone {
    Zone::of(&[
        ("organization.toml", ORGANIZATION),
        ("accounts/prod.toml", PROD),
        ("policies/scp/stay.json", STAY),
        ("policies/iam/deploy.json", DEPLOY),
    ])
}

/// A session as one would see it, without what differs from run to run.
fn session(Ran { code, stdout, stderr }: &Ran) -> String {
    let text = format!("exit {code}\n-- stdout\n{stdout}-- stderr\n{stderr}");
    text.lines().map(stable).collect::<Vec<_>>().join("\n")
}

/// Ids, times and counts of calls are not what these tests are about.
fn stable(line: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_time = core.strip_suffix('s').is_some_and(|number| number.parse::<f64>().is_ok());
        let replaced = if is_time { word.replace(core, "<time>") } else { word.to_owned() };
        words.push(ids(&replaced));
    }
    words.join(" ")
}

/// What stands around an id.
const ENDS: [char; 8] = [':', '/', ',', '"', '.', ';', '(', ')'];

fn ids(word: &str) -> String {
    let parts = word.split_inclusive(ENDS).map(|part| {
        let core = part.trim_matches(ENDS);
        let is_account = core.len() == 12 && core.bytes().all(|byte| byte.is_ascii_digit());
        let is_id = ["o-", "r-", "ou-", "p-"].iter().any(|prefix| {
            core.strip_prefix(prefix)
                .is_some_and(|rest| rest.len() >= 4 && rest.bytes().any(|byte| byte.is_ascii_digit()))
        });
        let is_request =
            core.len() >= 36 && core.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match (is_account, is_id, is_request) {
            (true, ..) => part.replace(core, "<account>"),
            (_, true, _) => part.replace(core, "<id>"),
            (.., true) => part.replace(core, "<request>"),
            _ => part.to_owned(),
        }
    });
    parts.collect()
}

fn run(args: &[&str]) -> Ran {
    let mut command = binary();
    command.args(args).env("COLUMNS", "100");
    ran(command)
}

#[test]
fn help() {
    assert_snapshot!(run(&["--help"]).stdout);
    for command in ["init", "validate", "plan", "apply", "drift", "sandbox", "demo"] {
        assert_snapshot!(format!("help {command}"), run(&[command, "-h"]).stdout);
    }
}

#[test]
fn mistakes_are_shown_all_at_once() {
    let zone = small();
    zone.replace("accounts/prod.toml", "\"Workloads\"", "\"Workload\"");
    zone.replace("accounts/prod.toml", "allow =", "alow =");
    zone.replace("organization.toml", "\"stay\"", "\"stey\"");
    let dir = zone.path().to_str().unwrap();
    assert_snapshot!(session(&run(&["-C", dir, "validate"])));
    assert_snapshot!("mistakes as json", run(&["-C", dir, "validate", "--json"]).stdout);
}

#[test]
fn a_first_plan() {
    let (sandbox, zone) = (Sandbox::start(), small());
    assert_snapshot!(session(&sandbox.run(&zone, &["plan"])));
    assert_snapshot!("a first plan as json", sandbox.run(&zone, &["plan", "--json"]).stdout);
}

#[test]
fn nobody_to_ask() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let mut command = sandbox.command(&zone, &["apply", "--quiet"]);
    command.stdin(std::process::Stdio::null());
    assert_snapshot!(session(&ran(command)));
}

#[test]
fn a_change_in_the_toml() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    zone.replace("policies/iam/deploy.json", "\"lambda:UpdateFunctionCode\"", "\"s3:PutObject\"");
    zone.replace("accounts/prod.toml", "allow =", "session = \"2h\"\nallow =");
    zone.replace("accounts/prod.toml", "\"prod\"", "\"production\"");
    zone.replace("organization.toml", "policies = [\"stay\"]", "policies = []");
    assert_snapshot!(session(&sandbox.run(&zone, &["plan"])));
}

#[test]
fn drift_is_named() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let iam = sandbox.behind().member("prod").iam();
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Services", "Effect": "Allow", "Action": "sts:AssumeRole",
         "Principal": {"Service": ["codebuild.amazonaws.com", "ec2.amazonaws.com"]}}]});
    done(iam.update_assume_role_policy().role_name("deployer").policy_document(trust.to_string()).send());
    assert_snapshot!(session(&sandbox.run(&zone, &["drift"])));
    assert_snapshot!("drift as json", stable_json(&sandbox.run(&zone, &["drift", "--json"])));
}

fn stable_json(ran: &Ran) -> String {
    ran.stdout.lines().map(stable).collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_moved() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    assert_snapshot!(session(&sandbox.run(&zone, &["drift"])));
}

#[test]
fn what_may_not_be_read() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let account = sandbox.behind().accounts()["prod"].clone();
    sandbox.control().fault(&json!({
        "service": "iam", "account": account, "error": "AccessDenied", "status": 403,
        "message": "not authorized to perform this action"}));
    assert_snapshot!(session(&sandbox.run(&zone, &["drift"])));
}

#[test]
fn an_apply_that_fails_halfway() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.control().fault(&json!({
        "operation": "CreatePolicy", "service": "iam", "error": "LimitExceeded", "status": 409,
        "message": "Cannot exceed quota for PoliciesPerAccount: 1500."}));
    let ran = sandbox.run(&zone, &["apply", "--yes", "--quiet"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("PoliciesPerAccount"), "{}", ran.stdout);
    assert!(ran.stdout.contains("prod/global/iam/role/deployer"), "{}", ran.stdout);
}

#[test]
fn the_readme_shows_what_validate_prints() {
    let zone = Zone::sample();
    zone.replace("accounts/prod.toml", "Workloads/Prod", "Workloads/Prd");
    let said = run(&["-C", zone.path().to_str().unwrap(), "validate"]).stderr;
    let complaint = said.split("\n\n").next().unwrap();
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(readme.contains(complaint), "the README shows something else than:\n{complaint}");
}
