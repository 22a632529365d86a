//! Answers on demand: what a resource is and what AWS has of it, what the landing zone comes to, what depends on what.

use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Ran, Sandbox, Zone, behind::done, binary, ran};

const ORGANIZATION: &str = r#"[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
tags        = { owner = "platform" }
root_credentials = "kept"

[units]
Workloads = {}
"#;

const BASELINE: &str = r#"[roles.deployer]
description = "Deploys"
trust       = ["service:codebuild"]
session     = "2h"
"#;

const PROD: &str = r#"unit     = "Workloads"
baseline = "workload"
"#;

fn small() -> Zone {
    Zone::of(&[
        ("organization.toml", ORGANIZATION),
        ("accounts/prod.toml", PROD),
        ("baselines/workload.toml", BASELINE),
    ])
}

/// Without any AWS: what asks nobody needs no credentials.
fn offline(zone: &Zone, args: &[&str]) -> Ran {
    let mut command: Command = binary();
    command.arg("-C").arg(zone.path()).args(args);
    ran(command)
}

/// The fields of an answer that differ.
fn differing(shown: &Value) -> Vec<&str> {
    let fields = shown["fields"].as_array().unwrap().iter();
    fields.filter(|field| field["differs"] == true).map(|field| field["path"].as_str().unwrap()).collect()
}

#[test]
fn a_resource_is_shown_before_it_is_there_when_it_is_and_when_somebody_changed_it() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let show = |code: i32| sandbox.run(&zone, &["show", "prod/deployer", "--json"]).expect(code).json();
    let before = show(0);
    assert_eq!((&before["standing"], &before["called"]), (&json!("missing"), &Value::Null));
    assert!(differing(&before).is_empty());
    sandbox.apply(&zone);
    sandbox.control().forget_calls();
    let fine = show(0);
    assert_eq!(
        (&fine["standing"], &fine["address"]),
        (&json!("fine"), &json!("prod/global/iam/role/deployer"))
    );
    assert_eq!(fine["called"], "deployer");
    assert_eq!(fine["origin"]["file"], "baselines/workload.toml");
    assert_eq!(fine["needs"], json!(["management/global/organizations/account/prod"]));
    // Neither policies nor password rules, Regions or contacts are what a role needs.
    let calls = sandbox.control().calls();
    let asked: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert!(
        !asked.iter().any(|call| call.contains("AlternateContact") || call.contains("PasswordPolicy")),
        "{asked:?}"
    );
    assert!(calls.iter().all(|call| !call.mutating), "{asked:?}");

    let iam = sandbox.behind().member("prod").iam();
    done(iam.update_role().role_name("deployer").max_session_duration(3600).description("by hand").send());
    let drifted = show(0);
    assert_eq!(
        (&drifted["standing"], differing(&drifted)),
        (&json!("differs"), vec!["description", "session_seconds"])
    );
    let told = sandbox.run(&zone, &["show", "role/deployer"]).expect(0).stdout;
    assert!(told.contains("      wanted  Deploys\n      in AWS  by hand\n"), "{told}");
}

#[test]
fn what_is_wanted_is_shown_without_credentials() {
    let zone = small();
    assert_snapshot!(offline(&zone, &["show", "deployer", "--offline"]).expect(0).stdout);
    let typo = offline(&zone, &["show", "prod/deploier", "--offline"]).expect(1);
    assert!(
        typo.stderr.starts_with("error: `prod/deploier` is no address of this landing zone\n"),
        "{}",
        typo.stderr
    );
    let several = offline(&zone, &["show", "management/global", "--offline"]).expect(1);
    assert!(
        several.stderr.contains("addresses may be meant by `management/global`\nhint: say more of it: `"),
        "{}",
        several.stderr
    );
}

#[test]
fn the_landing_zone_is_rendered_with_every_default() {
    let zone = small();
    assert_snapshot!("rendered", offline(&zone, &["render", "prod"]).expect(0).stdout);
    assert_snapshot!(
        "rendered organization",
        offline(&zone, &["render", "organization.toml"]).expect(0).stdout
    );
    let rendered = offline(&zone, &["render", "prod", "--json"]).expect(0).json();
    assert_eq!(rendered["schema"], "landfall/render@1");
    let top = &rendered["files"][0]["tables"][0]["values"];
    assert_eq!(
        (&top[0]["key"], &top[0]["value"], &top[0]["stated"][0]["line"]),
        (&json!("unit"), &json!("Workloads"), &json!(1))
    );
    let unknown = offline(&zone, &["render", "prdo"]).expect(1);
    assert!(unknown.stderr.ends_with("hint: did you mean `prod`?\n"), "{}", unknown.stderr);
}

#[test]
fn a_rendered_sample_is_a_landing_zone_that_plans_the_same() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("rendered");
    offline(&zone, &["render", "--out", target.to_str().unwrap()]).expect(0);
    let plan = |dir: &std::path::Path| {
        let mut command = binary();
        command.envs(sandbox.variables()).arg("-C").arg(dir).args(["plan", "--json"]);
        let mut plan = ran(command).expect(0).json();
        // How many calls reading took is of no concern: AWS may have been asked for something twice.
        plan.as_object_mut().unwrap().remove("estimate");
        // The lines are others.
        for step in plan["steps"].as_array_mut().unwrap() {
            step.as_object_mut().unwrap().remove("origin");
            for change in step["changes"].as_array_mut().unwrap() {
                change.as_object_mut().unwrap().remove("origin");
            }
        }
        plan
    };
    assert_eq!(plan(zone.path()), plan(&target));
    let again = offline(&zone, &["render", "--out", target.to_str().unwrap()]).expect(1);
    assert!(again.stderr.contains("has `organization.toml` already"), "{}", again.stderr);
}

#[test]
fn what_depends_on_what_is_drawn() {
    let zone = small();
    assert_snapshot!("graph as mermaid", offline(&zone, &["graph", "deployer"]).expect(0).stdout);
    let graphviz = offline(&zone, &["graph", "--format", "graphviz"]).expect(0).stdout;
    assert!(graphviz.starts_with("digraph \"acme\" {\n") && graphviz.ends_with("}\n"), "{graphviz}");
    let graph = offline(&zone, &["graph", "--json"]).expect(0).json();
    let nodes = graph["nodes"].as_array().unwrap();
    let position = |address: &Value| nodes.iter().position(|node| node["address"] == *address);
    for (at, node) in nodes.iter().enumerate() {
        for need in node["needs"].as_array().unwrap() {
            assert!(position(need).is_some_and(|of| of < at), "{node}");
        }
    }
    let only = offline(&zone, &["graph", "--json", "--only", "management"]).expect(0).json();
    assert!(only["nodes"].as_array().unwrap().len() < nodes.len());
}

#[test]
fn kinds_are_told_as_data() {
    let mut command = binary();
    command.args(["kinds", "--json"]);
    let kinds = ran(command).expect(0).json();
    assert_eq!(kinds["schema"], "landfall/kinds@1");
    let all = kinds["kinds"].as_array().unwrap();
    let vpc = all.iter().find(|kind| kind["name"] == "ec2/vpc").unwrap();
    assert_eq!(
        (&vpc["scope"], &vpc["identity"], &vpc["removal"]),
        (&json!("regional"), &json!("tagged"), &json!("listed"))
    );
    assert_eq!(vpc["immutable"], json!(["cidr"]));
    assert!(vpc["timing"]["typical_seconds"].as_u64() <= vpc["timing"]["deadline_seconds"].as_u64());
}
