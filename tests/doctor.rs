//! Whether everything that a run needs is there: each thing is found, whatever is wrong with the others.

use std::collections::BTreeMap;

use aws_sdk_organizations::types::OrganizationFeatureSet;
use serde_json::{Value, json};

use crate::support::{Ran, Sandbox, Zone, behind::done, ran};

const ORGANIZATION: &str = r#"[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2", "ap-southeast-4"]

[units]
Workloads = {}
"#;

fn zone() -> Zone {
    let unit = "unit = \"Workloads\"\n";
    Zone::of(&[
        ("organization.toml", ORGANIZATION),
        ("accounts/dev.toml", unit),
        ("accounts/prod.toml", unit),
    ])
}

/// Verdicts and texts by check.
fn found(ran: &Ran) -> BTreeMap<String, Vec<(String, String)>> {
    let told = ran.json();
    assert_eq!(told["schema"], "landfall/doctor@1");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for finding in told["findings"].as_array().unwrap() {
        let is_wrong = finding["verdict"] != "ok";
        assert!(!is_wrong || finding["hint"].is_string() || finding["check"] == "reading", "{finding}");
        let told = (text(&finding["verdict"]), text(&finding["text"]));
        found.entry(text(&finding["check"])).or_default().push(told);
    }
    found
}

fn verdict<'f>(found: &'f BTreeMap<String, Vec<(String, String)>>, check: &str) -> &'f str {
    &found.get(check).unwrap_or_else(|| panic!("{check} is not among {found:?}"))[0].0
}

const ALL: [&str; 10] = [
    "Regions",
    "accounts",
    "clock",
    "credentials",
    "landing zone",
    "lease",
    "organization",
    "quotas",
    "reading",
    "version",
];

#[test]
fn where_all_is_well_it_is_said_of_each_thing() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    let early = found(&sandbox.run(&zone, &["doctor", "--json"]).expect(0));
    assert_eq!(early["organization"][0].1, "there is none yet: an apply makes one");
    assert_eq!(early["accounts"], [("ok".to_owned(), "an apply makes them: dev, prod".to_owned())]);
    sandbox.apply(&zone);
    sandbox.control().forget_calls();
    let settled = found(&sandbox.run(&zone, &["doctor", "--json"]).expect(0));
    assert!(sandbox.control().calls().iter().all(|call| !call.mutating));
    for check in ALL {
        assert_eq!(verdict(&settled, check), "ok", "{settled:?}");
    }
    assert_eq!(settled["accounts"][0].1, "can be entered: dev, prod");
    let prose = sandbox.run(&zone, &["doctor"]).expect(0);
    assert_eq!(
        prose.stdout.lines().count(),
        settled.values().map(Vec::len).sum::<usize>(),
        "{}",
        prose.stdout
    );
}

#[test]
fn one_finding_stops_no_other() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    done(behind.member("prod").account().disable_region().region_name("ap-southeast-4").send());
    let dev = behind.accounts()["dev"].clone();
    let denied = |operation: &str| json!({"operation": operation, "error": "AccessDenied", "status": 403});
    // Any other refusal by an account that was made a moment ago is waited out.
    let mut into_dev = denied("AssumeRole");
    into_dev["contains"] = json!(dev);
    into_dev["message"] = json!("Roles may not be assumed by root accounts.");
    sandbox.control().fault(&into_dev);
    sandbox.control().fault(&denied("GetAccountPasswordPolicy"));
    sandbox.control().fault(&denied("ListRoles"));
    sandbox.control().fault(&denied("GetAccountAuthorizationDetails"));
    // What is being closed is closed a moment later.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let ran = sandbox.run(&zone, &["doctor", "--json"]).expect(1);
    let broken = found(&ran);
    for (check, expected) in [
        ("accounts", "ok"),
        ("clock", "ok"),
        ("credentials", "ok"),
        ("organization", "ok"),
        ("Regions", "wrong"),
    ] {
        assert_eq!(verdict(&broken, check), expected, "{broken:?}");
    }
    let (verdict, text) = &broken["accounts"][1];
    assert!(verdict == "wrong" && text.starts_with("`dev` can't be entered: "), "{text}");
    let (_, regions) = &broken["Regions"][0];
    assert!(regions.contains("ap-southeast-4 in prod"), "{regions}");
    assert!(broken["reading"].iter().all(|(verdict, _)| verdict == "unknown"), "{broken:?}");
    assert!(broken.contains_key("quotas"));
}

#[test]
fn without_credentials_the_rest_is_not_known() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    let mut command = sandbox.command(&zone, &["doctor", "--json"]);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        command.env_remove(name);
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", zone.path());
    let nobody = found(&ran(command).expect(1));
    assert_eq!((verdict(&nobody, "credentials"), verdict(&nobody, "rest")), ("wrong", "unknown"));
    assert_eq!(verdict(&nobody, "landing zone"), "ok");
}

#[test]
fn a_landing_zone_with_mistakes_is_one_finding() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    zone.write("accounts/dev.toml", "unit = \"Nowhere\"\n");
    let mut command = sandbox.command(&zone, &["doctor"]);
    let told = ran({
        command.env("COLUMNS", "100");
        command
    })
    .expect(1);
    let mistake = "wrong    landing zone  there is no unit `Nowhere` (accounts/dev.toml:1:8)\n";
    assert!(told.stdout.contains(mistake), "{}", told.stdout);
    assert!(
        told.stdout.contains("ok       credentials   arn:aws:iam::123456789012:user/moto"),
        "{}",
        told.stdout
    );
}

#[test]
fn somebody_in_a_member_account_is_told_where_to_go() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    sandbox.apply(&zone);
    let mut command = sandbox.command(&zone, &["doctor", "--json"]);
    command.envs(sandbox.behind().member("dev").variables());
    let astray = found(&ran(command).expect(1));
    let (verdict, text) = &astray["organization"][0];
    assert!(verdict == "wrong" && text.contains("does not manage"), "{text}");
}

#[test]
fn how_long_credentials_last_is_told() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    let keys = r#"{"Version":1,"AccessKeyId":"sandbox","SecretAccessKey":"sandbox","Expiration":"2099-01-01T00:00:00Z"}"#;
    zone.write("keys.json", keys);
    let process = format!("credential_process = cat {}/keys.json\n", zone.path().display());
    zone.write("aws-config", &format!("[profile boss]\n{process}"));
    let mut command = sandbox.command(&zone, &["doctor", "--json", "--profile=boss"]);
    command.env("AWS_CONFIG_FILE", zone.path().join("aws-config"));
    let (verdict, text) = found(&ran(command))["credentials"][0].clone();
    assert!(verdict == "ok" && text.contains("; they last "), "{text}");
}

#[test]
fn an_organization_without_all_features_is_wrong() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    let create = sandbox.behind().organizations().create_organization();
    done(create.feature_set(OrganizationFeatureSet::ConsolidatedBilling).send());
    let told = found(&sandbox.run(&zone, &["doctor", "--json"]).expect(1));
    let (verdict, text) = &told["organization"][0];
    assert!(verdict == "wrong" && text.contains("consolidated billing only"), "{text}");
}

#[test]
fn what_was_switched_off_and_what_aws_will_refuse_is_wrong() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    sandbox.apply(&zone);
    let organizations = sandbox.behind().organizations();
    done(organizations.disable_aws_service_access().service_principal("account.amazonaws.com").send());
    let vpc = |number: usize| {
        format!(
            "[vpc.v{number}]\naccount = \"prod\"\ncidr = \"10.{number}.0.0/16\"\nzones = 1\ntiers = {{ data = 22 }}\n"
        )
    };
    zone.write("network/vpcs.toml", &(1..=6).map(vpc).collect::<String>());
    let told = found(&sandbox.run(&zone, &["doctor", "--json"]).expect(1));
    let off = "1 of 2 not on: account.amazonaws.com".to_owned();
    assert_eq!(told["trusted access"], [("wrong".to_owned(), off)]);
    let beyond = "7 VPCs in prod/ap-southeast-2 (1 there, 6 to be made), and AWS allows 5".to_owned();
    assert_eq!(told["quotas"], [("wrong".to_owned(), beyond)]);
}

#[test]
fn hops_that_can_not_be_gone_through_are_told() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    zone.write("organization.toml", &format!("{ORGANIZATION}\n[access]\nvia = [\"dev/pipeline\"]\n"));
    zone.write(
        "accounts/dev.toml",
        "unit = \"Workloads\"\n\n[roles.pipeline]\nname = \"acme-pipeline\"\npath = \"/ci/\"\n\
         trust = [\"account:management\"]\n",
    );
    let early = found(&sandbox.run(&zone, &["doctor", "--json"]).expect(0));
    assert_eq!(early["chain"][0].1, "an apply makes the accounts of `dev/pipeline`");
    sandbox.apply(&zone);
    let settled = found(&sandbox.run(&zone, &["doctor", "--json"]).expect(0));
    assert_eq!(settled["chain"][0].1, "`dev/pipeline` can be gone through");
    let iam = sandbox.behind().member("dev").iam();
    let nobody = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]});
    done(
        iam.update_assume_role_policy().role_name("acme-pipeline").policy_document(nobody.to_string()).send(),
    );
    let told = found(&sandbox.run(&zone, &["doctor", "--json"]).expect(1));
    let (verdict, text) = &told["chain"][0];
    assert!(verdict == "wrong" && text.starts_with("`dev/pipeline` can't be gone through"), "{text}");
    assert_eq!(told["accounts"][0].1, "can be entered: dev, prod", "directly");
}
