//! What users meet: the sample's whole life, each change behind our back, runs that die, reads that are denied.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::types::Tag as IamTag;
use aws_sdk_organizations::types::PolicyType;
use aws_sdk_s3::types::CreateBucketConfiguration;
use serde_json::json;

use crate::support::{Behind, Call, Ran, Sandbox, Zone, behind::done};

/// The ids and names of everything that must not exist twice, by what it is.
pub fn census(sandbox: &Sandbox) -> BTreeMap<String, Vec<String>> {
    let behind = sandbox.behind();
    let organizations = behind.organizations();
    let accounts = behind.accounts();
    let mut census = BTreeMap::from([("accounts".to_owned(), accounts.keys().cloned().collect::<Vec<_>>())]);
    for kind in [PolicyType::ServiceControlPolicy, PolicyType::TagPolicy] {
        let list = organizations.list_policies().filter(kind.clone());
        for policy in done(list.send()).policies.unwrap_or_default() {
            let id = policy.id.unwrap();
            let targets = done(organizations.list_targets_for_policy().policy_id(&id).send());
            let names = targets.targets.unwrap_or_default().into_iter().filter_map(|target| target.name);
            let mut names: Vec<_> = names.collect();
            names.sort();
            census.insert(format!("{kind} {}", policy.name.unwrap()), names);
        }
    }
    for name in accounts.keys() {
        let member = if name == "master" { sandbox.behind() } else { behind.member(name) };
        let roles = done(member.iam().list_roles().send()).roles;
        let mut roles: Vec<_> = roles.into_iter().map(|role| role.role_name).collect();
        roles.sort();
        census.insert(format!("roles of {name}"), roles);
    }
    census
}

/// Organization, identity and keys of the sample, applied.
pub fn settled() -> (Sandbox, Zone) {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    sandbox.apply(&zone);
    (sandbox, zone)
}

#[test]
fn the_sample_is_applied_once_and_stays() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    let few = |most: usize, services: &[&str]| {
        let asked = asked(&sandbox, &zone, services);
        assert!(asked.len() < most, "a plan with nothing to do took {} calls: {asked:?}", asked.len());
    };
    few(150, &["kms", "s3", "s3-control"]);
    few(200, &["ec2", "ram", "route53", "route53resolver"]);
    let again = sandbox.run(&zone, &["apply", "--yes"]).expect(0);
    assert!(sandbox.control().calls().iter().all(|call| !call.mutating), "{}", again.stdout);
}

#[test]
fn what_an_apply_takes_is_told_before() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    let estimate = sandbox.run(&zone, &["plan", "--json"]).expect(0).json()["estimate"].clone();
    let number = |of: &serde_json::Value, key: &str| of[key].as_f64().unwrap();
    let longest: Vec<_> = estimate["longest"].as_array().unwrap().iter().collect();
    assert!(number(&estimate, "seconds") >= longest.iter().map(|step| number(step, "seconds")).sum::<f64>());
    sandbox.control().forget_calls();
    let applied = sandbox.run(&zone, &["apply", "--yes", "--json"]).expect(0).json();
    let calls = sandbox.control().calls();
    let changed = f64::from(u32::try_from(calls.iter().filter(|call| call.mutating).count()).unwrap());
    let off = number(&estimate, "changes") / changed;
    assert!((0.9..1.1).contains(&off), "{changed} calls changed something: {estimate}");
    // The local AWS is never waited for: it is looked at less often.
    let off = number(&estimate, "calls") / number(&applied, "calls");
    assert!((0.8..2.5).contains(&off), "{} calls: {estimate}", applied["calls"]);
    // An apply looks at the lease besides.
    for key in ["changes", "looks", "seconds", "longest"] {
        assert_eq!(applied["estimate"][key], estimate[key], "{key}");
    }
    let slowest = applied["slowest"].as_array().unwrap();
    assert!(slowest.windows(2).all(|two| number(&two[0], "seconds") >= number(&two[1], "seconds")));
    assert_eq!(slowest.len(), 10);
    let settled = sandbox.run(&zone, &["plan", "--json"]).expect(0).json();
    assert_eq!(settled.get("estimate"), None);
}

/// The calls to some services that a plan makes.
fn asked(sandbox: &Sandbox, zone: &Zone, services: &[&str]) -> Vec<Call> {
    sandbox.control().forget_calls();
    sandbox.run(zone, &["plan"]).expect(0);
    let calls = sandbox.control().calls().into_iter();
    calls.filter(|call| services.contains(&call.service.as_str())).collect()
}

#[test]
fn organization_and_roles_of_the_sample_are_asked_for_in_few_calls() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    let asked = asked(&sandbox, &zone, &["account", "iam", "organizations", "sts"]);
    assert!(asked.len() < 100, "a plan with nothing to do took {} calls: {asked:?}", asked.len());
}

#[test]
fn roles_by_intent_let_in_whom_they_name_and_nobody_else() {
    let (sandbox, _zone) = settled();
    let behind = sandbox.behind();
    let attempt = |from: &Behind, account: &str, role: &str| from.try_assume(account, role);
    let pipeline = behind.web_identity("security", "pipeline");
    for account in ["dev", "staging", "prod"] {
        attempt(&pipeline, account, "deployer").unwrap();
        assert!(attempt(&pipeline, account, "break-glass").is_err());
        assert!(attempt(&behind.member("dev"), account, "deployer").is_err());
    }
}

type Tamper = fn(&Behind);

/// Every change that has to be found, alone, by address and field, and repaired by a plain apply.
const CHANGES: &[(&str, Tamper, &str, &str)] = &[
    (
        "a detached guardrail",
        |behind| {
            let id = behind.policy("deny-data-deletion", PolicyType::ServiceControlPolicy);
            let target = behind.unit("Workloads/Prod");
            done(behind.organizations().detach_policy().policy_id(id).target_id(target).send());
        },
        "management/global/organizations/policy-attachment/Workloads/Prod/scp:deny-data-deletion",
        "create",
    ),
    (
        "an edited trust policy",
        |behind| {
            let trust = json!({"Version": "2012-10-17", "Statement": [{
                "Sid": "Roles", "Effect": "Allow", "Action": "sts:AssumeRole",
                "Principal": {"AWS": format!("arn:aws:iam::{}:root", behind.accounts()["dev"])}}]});
            let call = behind.member("prod").iam().update_assume_role_policy().role_name("deployer");
            done(call.policy_document(trust.to_string()).send());
        },
        "prod/global/iam/role/deployer",
        "trust[Roles].principal",
    ),
    (
        "an account moved to another unit",
        |behind| {
            let call = behind.organizations().move_account().account_id(&behind.accounts()["prod"]);
            let call = call.source_parent_id(behind.unit("Workloads/Prod"));
            done(call.destination_parent_id(behind.unit("Security")).send());
        },
        "management/global/organizations/account/prod",
        "unit",
    ),
    (
        "a deleted role",
        |behind| {
            let iam = behind.member("staging").iam();
            let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
            done(iam.detach_role_policy().role_name("read-only").policy_arn(policy).send());
            done(iam.delete_role().role_name("read-only").send());
        },
        "staging/global/iam/role/read-only",
        "create",
    ),
    (
        "a changed policy document",
        |behind| {
            let id = behind.policy("protect-security-services", PolicyType::ServiceControlPolicy);
            let content =
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#;
            done(behind.organizations().update_policy().policy_id(id).content(content).send());
        },
        "management/global/organizations/policy/scp/protect-security-services",
        "policy",
    ),
    (
        "a removed tag",
        |behind| {
            let iam = behind.member("prod").iam();
            done(iam.untag_role().role_name("deployer").tag_keys("environment").send());
        },
        "prod/global/iam/role/deployer",
        "tags[environment]",
    ),
];

#[test]
fn each_change_behind_our_back_is_found_by_name_and_repaired_alone() {
    let (sandbox, zone) = settled();
    let before = census(&sandbox);
    for (what, tamper, address, names) in CHANGES {
        tamper(&sandbox.behind());
        let drift = sandbox.drift(&zone, 2);
        assert_eq!(drift.keys().collect::<Vec<_>>(), [address], "{what}: {drift:?}");
        let (action, paths) = &drift[*address];
        let named = action == names || paths.iter().any(|path| path.starts_with(names));
        assert!(named, "{what}: {action} {paths:?}");
        let said = sandbox.run(&zone, &["drift"]).expect(2).stdout;
        let name = address.rsplit('/').next().unwrap();
        assert!(said.contains(name), "{what} is not named to people:\n{said}");
        sandbox.apply(&zone);
        sandbox.expect_settled(&zone);
    }
    assert_eq!(census(&sandbox), before);
}

#[test]
fn a_lost_ownership_tag_comes_back_with_adopt() {
    let (sandbox, zone) = settled();
    let iam = sandbox.behind().member("prod").iam();
    done(iam.untag_role().role_name("deployer").tag_keys("landfall:organization").send());
    let drift = sandbox.drift(&zone, 2);
    let (action, paths) = &drift["prod/global/iam/role/deployer"];
    assert_eq!(
        (action.as_str(), paths.as_slice()),
        ("adopt", &["tags[landfall:organization]".to_owned()][..])
    );
    sandbox.run(&zone, &["apply", "--yes"]).expect(3);
    sandbox.drift(&zone, 2);
    sandbox.run(&zone, &["apply", "--yes", "--adopt"]).expect(0);
    sandbox.expect_settled(&zone);
}

#[test]
fn what_exists_already_is_adopted_only_when_asked_to() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let behind = sandbox.behind();
    let iam = behind.iam();
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]});
    let role = iam.create_role().role_name("break-glass").assume_role_policy_document(trust.to_string());
    done(role.send());
    let plan = sandbox.run(&zone, &["plan", "--json"]).expect(0).steps();
    assert_eq!(plan["management/global/iam/role/break-glass"].0, "adopt");
    sandbox.run(&zone, &["apply", "--yes"]).expect(3);
    let kept = done(iam.get_role().role_name("break-glass").send()).role.unwrap();
    assert!(kept.tags.unwrap_or_default().is_empty(), "it was touched without leave");
    sandbox.run(&zone, &["apply", "--yes", "--adopt"]).expect(0);
    sandbox.expect_settled(&zone);
}

#[test]
fn a_role_of_another_landing_zone_blocks() {
    let (sandbox, zone) = settled();
    let tag = IamTag::builder().key("landfall:organization").value("globex").build().unwrap();
    done(sandbox.behind().member("dev").iam().tag_role().role_name("deployer").tags(tag).send());
    let drift = sandbox.drift(&zone, 3);
    assert_eq!(drift["dev/global/iam/role/deployer"].0, "blocked");
}

#[test]
fn what_is_denied_is_unreadable_and_changes_nothing() {
    let (sandbox, zone) = settled();
    let prod = sandbox.behind().accounts()["prod"].clone();
    // Something is missing where nobody may look, and something else where everybody may.
    done(
        sandbox
            .behind()
            .member("dev")
            .iam()
            .untag_role()
            .role_name("deployer")
            .tag_keys("environment")
            .send(),
    );
    sandbox
        .control()
        .fault(&json!({"service": "iam", "account": prod, "error": "AccessDenied", "status": 403}));
    sandbox.control().forget_calls();
    let drift = sandbox.run(&zone, &["drift", "--json"]).expect(3);
    let unreadable = drift.json()["unreadable"].as_array().unwrap().len();
    assert!(unreadable > 0, "{}", drift.stdout);
    let applied = sandbox.run(&zone, &["apply", "--yes"]).expect(3);
    let touched: BTreeSet<_> =
        sandbox.control().calls().into_iter().filter(|call| call.mutating).collect_accounts();
    assert!(!touched.contains(&prod), "{}\n{}", applied.stdout, applied.stderr);
    sandbox.control().no_faults();
    sandbox.expect_settled(&zone);
}

trait Accounts {
    fn collect_accounts(self) -> BTreeSet<String>;
}

impl<I: Iterator<Item = crate::support::Call>> Accounts for I {
    fn collect_accounts(self) -> BTreeSet<String> {
        self.filter_map(|call| call.account).collect()
    }
}

#[test]
fn throttles_and_dropped_connections_are_lived_through() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let control = sandbox.control();
    control.fault(&json!({"error": "ThrottlingException", "status": 400, "probability": 0.05, "seed": 7}));
    control.fault(&json!({"drop": true, "probability": 0.03, "seed": 8}));
    sandbox.apply(&zone);
    control.no_faults();
    sandbox.expect_settled(&zone);
    assert_eq!(census(&sandbox), census(&settled().0));
}

#[test]
fn an_account_whose_creation_answered_nothing_is_not_made_twice() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    sandbox.control().fault(&json!({
        "operation": "CreateAccount", "error": "InternalFailure", "status": 500, "after": true, "times": 3}));
    sandbox.apply(&zone);
    let names: Vec<_> = census(&sandbox).remove("accounts").unwrap();
    assert_eq!(names, ["dev", "logging", "master", "prod", "security", "staging"]);
}

#[test]
fn only_takes_what_it_needs_along_and_nothing_else() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let run = sandbox.run(&zone, &["plan", "--json", "--only", "dev"]).expect(0);
    let along = |address: &str| {
        let plan = run.json();
        let step = plan["steps"].as_array().unwrap().iter().find(|step| step["address"] == address).cloned();
        step.unwrap_or_else(|| panic!("no {address} in {plan}"))["needed_by"].as_str().map(str::to_owned)
    };
    let by = along("management/global/organizations/unit/Workloads").unwrap();
    assert!(by.contains("dev"), "{by}");
    assert_eq!(along("management/global/organizations/account/dev"), None);
    let told = sandbox.run(&zone, &["plan", "--only", "dev"]).expect(0).stdout;
    assert!(told.contains("Taken along, because what `--only` names needs them:"), "{told}");
    let plan = run.steps();
    assert!(plan.contains_key("management/global/organizations/unit/Workloads"));
    assert!(plan.keys().all(|address| !address.starts_with("prod/")), "{:?}", plan.keys());
    sandbox.run(&zone, &["apply", "--yes", "--only", "dev"]).expect(0);
    sandbox.run(&zone, &["plan", "--detailed-exitcode", "--only", "dev"]).expect(0);
    sandbox.run(&zone, &["plan", "--only", "nowhere"]).expect(1);
}

#[test]
fn a_landing_zone_of_the_home_region_lives_on_plain_moto() {
    let (sandbox, zone) = (Sandbox::plain(), Zone::of(PLAIN));
    make_bucket_of_runs(&sandbox);
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    let iam = sandbox.behind().member("prod").iam();
    done(iam.untag_role().role_name("reader").tag_keys("owner").send());
    assert!(sandbox.drift(&zone, 2).contains_key("prod/global/iam/role/reader"));
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}

/// Moto applies what a bucket's policy denies whatever its conditions are, so that nobody could write into a bucket that is
/// for TLS only: this one looks as if that was seen to.
fn make_bucket_of_runs(sandbox: &Sandbox) {
    let (home, name) = ("ap-southeast-2", "landfall-123456789012-ap-southeast-2");
    let s3 = sandbox.behind().s3(home);
    let place = CreateBucketConfiguration::builder().location_constraint(home.into()).build();
    done(s3.create_bucket().bucket(name).create_bucket_configuration(place).send());
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Sid":"TlsOnly","Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"arn:aws:s3:::landfall-123456789012-ap-southeast-2"}]}"#;
    done(s3.put_bucket_policy().bucket(name).policy(policy).send());
}

/// Units, accounts, SCPs, tag policies and roles: what moto knows without us.
const PLAIN: &[(&str, &str)] = &[
    (
        "organization.toml",
        r#"
[organization]
name = "plain"
email = "aws+{account}@plain.example"
home_region = "ap-southeast-2"
regions = ["ap-southeast-2"]
tags = { owner = "platform" }
root_credentials = "kept"

[units]
Root = { policies = ["region-guard", "names"] }
Workloads = { policies = ["stay"] }
"Workloads/Prod" = {}
"#,
    ),
    ("accounts/prod.toml", "unit = \"Workloads/Prod\"\nbaseline = \"all\"\n"),
    ("accounts/security.toml", "unit = \"Workloads\"\n[roles.auditor]\ntrust = [\"account:security\"]\n"),
    (
        "baselines/all.toml",
        "[roles.reader]\ntrust = [\"security/auditor\"]\nallow = [\"policy:logs\", \"policy:metrics\"]\n",
    ),
    (
        "policies/iam/metrics.json",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"cloudwatch:GetMetricData","Resource":"*"}]}"#,
    ),
    (
        "policies/scp/stay.json",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"Stay","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}"#,
    ),
    ("policies/tag/names.json", r#"{"tags":{"owner":{"tag_key":{"@@assign":"owner"}}}}"#),
    (
        "policies/iam/logs.json",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"logs:GetLogEvents","Resource":"*"}]}"#,
    ),
];

#[test]
fn nothing_of_the_caller_is_needed_to_be_told_what_is_wrong() {
    let zone = Zone::sample();
    let mut command = crate::support::binary();
    command.arg("-C").arg(zone.path()).arg("plan").env("HOME", zone.path());
    let Ran { code, stderr, .. } = crate::support::ran(command);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("credentials"), "{stderr}");
}

#[test]
fn garbage_is_told_where_it_is_and_nothing_is_asked() {
    let sandbox = Sandbox::start();
    let garbage: Vec<u8> = (0..=255).collect();
    for (file, content) in [
        ("organization.toml", garbage.as_slice()),
        ("accounts/prod.toml", b""),
        ("baselines/workload.toml", &b"[".repeat(20_000)),
        ("policies/scp/deny-everything.json", b"{\"Version\":"),
    ] {
        let zone = Zone::sample();
        std::fs::write(zone.path().join(file), content).unwrap();
        let Ran { code, stderr, .. } = sandbox.run(&zone, &["plan"]);
        assert_eq!(code, 1, "{stderr}");
        assert!(stderr.contains(&format!("--> {file}:")), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
    assert!(sandbox.control().calls().is_empty());
}
