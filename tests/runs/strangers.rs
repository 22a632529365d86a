//! What somebody else makes under the same name between the plan and the call that would make it.

use std::collections::BTreeSet;

use serde_json::json;

use super::lease::{ended, spawn, until};
use crate::support::{Sandbox, Zone, behind::done};

const HOME: &str = "ap-southeast-2";
const GROUP: &str = "/acme/trail";

const ORGANIZATION: &str = r#"
[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2"]
root_credentials = "kept"

[units]
Workloads = {}

[archive]
account   = "dev"
retention = "7y"

[trail]
archive  = "dev/archive"
key      = "key:logs"
alarms   = false
"#;

const DEV: &str = r#"
unit = "Workloads"

[roles.reader]
trust = ["service:ec2"]
allow = ["policy:read-logs"]

[identity_providers.gitlab]
url       = "https://gitlab.com"
audiences = ["https://gitlab.com"]

[identity_providers.okta]
metadata = "policies/saml/okta.xml"
"#;

const READ_LOGS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"logs:GetLogEvents","Resource":"*"}]}"#;
const SAML: &str = include_str!("../support/saml.xml");

/// What is made under a name of its own, by service.
const CREATES: [(&str, &str); 5] = [
    ("iam", "CreatePolicy"),
    ("iam", "CreateOpenIDConnectProvider"),
    ("iam", "CreateSAMLProvider"),
    ("logs", "CreateLogGroup"),
    ("cloudtrail", "CreateTrail"),
];

fn zone() -> Zone {
    Zone::of(&[
        ("organization.toml", ORGANIZATION),
        ("accounts/dev.toml", DEV),
        ("policies/keys.toml", "[keys.logs]\naccount = \"dev\"\n"),
        ("policies/iam/read-logs.json", READ_LOGS),
        ("policies/saml/okta.xml", SAML),
    ])
}

/// Somebody makes the same thing by hand.
fn make(sandbox: &Sandbox, operation: &str) {
    let behind = sandbox.behind();
    let iam = || behind.member("dev").iam();
    match operation {
        "CreatePolicy" => {
            drop(done(iam().create_policy().policy_name("read-logs").policy_document(READ_LOGS).send()));
        }
        "CreateOpenIDConnectProvider" => {
            drop(done(iam().create_open_id_connect_provider().url("https://gitlab.com").send()));
        }
        "CreateSAMLProvider" => {
            let call = iam().create_saml_provider().name("okta");
            drop(done(call.saml_metadata_document(SAML).send()));
        }
        "CreateLogGroup" => drop(done(behind.logs(HOME).create_log_group().log_group_name(GROUP).send())),
        "CreateTrail" => {
            let buckets = done(behind.member("dev").s3(HOME).list_buckets().send()).buckets.unwrap();
            let archive = buckets.iter().filter_map(|bucket| bucket.name()).find(|it| it.contains("archive"));
            let call = behind.cloudtrail(HOME).create_trail().name("acme");
            drop(done(call.s3_bucket_name(archive.unwrap()).send()));
        }
        other => panic!("nobody makes {other}"),
    }
}

/// An apply during which somebody makes the same things just before it does; what failed, by the last of its address.
fn overtaken(sandbox: &Sandbox, zone: &Zone, creates: &[(&str, &str)], adopt: &[&str]) -> BTreeSet<String> {
    let control = sandbox.control();
    control.forget_calls();
    for (service, operation) in creates {
        control.fault(&json!({"service": service, "operation": operation, "delay_ms": 6000, "times": 1}));
    }
    let child = spawn(sandbox.command(zone, &[&["apply", "--yes", "--json"], adopt].concat()));
    for (service, operation) in creates {
        let is_it = |call: &crate::support::Call| {
            (call.service.as_str(), call.operation.as_str()) == (service, operation)
        };
        until(operation, || control.calls().iter().any(is_it));
        make(sandbox, operation);
    }
    let outcome = ended(child).expect(1).json();
    control.no_faults();
    let failed = outcome["failed"].as_array().unwrap().iter();
    let told = failed.map(|step| {
        assert_eq!(step["error"]["class"], "stale", "{step:#}");
        assert!(step["error"]["message"].as_str().unwrap().contains("exists without our tags"), "{step:#}");
        step["address"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned()
    });
    told.collect()
}

#[test]
fn what_somebody_makes_before_its_create_is_left_alone_until_it_is_adopted() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    let failed = overtaken(&sandbox, &zone, &CREATES[..4], &[]);
    assert_eq!(failed, ["gitlab", "okta", "read-logs", "trail"].map(str::to_owned).into());
    let (iam, account) = (sandbox.behind().member("dev").iam(), sandbox.behind().accounts()["dev"].clone());
    let arn = |what: &str| format!("arn:aws:iam::{account}:{what}");
    let tags = done(iam.list_policy_tags().policy_arn(arn("policy/read-logs")).send()).tags;
    assert!(tags.is_empty(), "{tags:?}");
    let oidc = iam.get_open_id_connect_provider();
    let oidc = done(oidc.open_id_connect_provider_arn(arn("oidc-provider/gitlab.com")).send());
    assert!(oidc.client_id_list().is_empty() && oidc.tags().is_empty(), "{oidc:?}");
    let saml = done(iam.get_saml_provider().saml_provider_arn(arn("saml-provider/okta")).send());
    assert!(saml.tags().is_empty(), "{saml:?}");
    let groups = done(sandbox.behind().logs(HOME).describe_log_groups().log_group_name_prefix(GROUP).send());
    assert!(groups.log_groups()[0].retention_in_days().is_none(), "{groups:?}");

    // What the plan did not show is not taken over with leave to adopt either.
    let failed = overtaken(&sandbox, &zone, &CREATES[4..], &["--adopt"]);
    assert_eq!(failed, ["trail".to_owned()].into());
    let trail = done(sandbox.behind().cloudtrail(HOME).get_trail().name("acme").send()).trail.unwrap();
    assert!(trail.kms_key_id().is_none() && trail.is_multi_region_trail() != Some(true), "{trail:?}");
    sandbox.run(&zone, &["apply", "--yes", "--adopt"]).expect(0);
    sandbox.expect_settled(&zone);
}

#[test]
fn what_a_create_whose_answer_was_lost_has_made_is_ours() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    for (service, operation) in CREATES {
        let lost =
            json!({"service": service, "operation": operation, "after": true, "drop": true, "times": 1});
        sandbox.control().fault(&lost);
    }
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}
