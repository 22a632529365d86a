//! Taking a landing zone away, and making it again.

use std::collections::BTreeMap;

use aws_sdk_organizations::types::PolicyType;
use serde_json::{Value as Json, json};

use crate::support::{Ran, Sandbox, Zone, behind::done};

/// A landing zone that may be destroyed.
fn destroyable(zone: Zone) -> Zone {
    zone.replace("organization.toml", "[organization]\n", "[organization]\ndestroyable = true\n");
    zone
}

/// Steps of a printed plan: address to (action, reason).
fn steps(ran: &Ran) -> BTreeMap<String, (String, String)> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let plan = ran.json();
    let steps = plan["steps"].as_array().unwrap().iter();
    steps.map(|step| (text(&step["address"]), (text(&step["action"]), text(&step["reason"])))).collect()
}

/// Destroys, demands that all that was shown was done and that nothing is left to do, and gives what stayed.
fn destroy(sandbox: &Sandbox, zone: &Zone) -> BTreeMap<String, String> {
    let shown = sandbox.run(zone, &["destroy", "--dry-run", "--json"]).expect(0);
    assert_eq!(shown.json()["schema"], "landfall/destroy@1");
    let (stay, go): (BTreeMap<_, _>, BTreeMap<_, _>) =
        steps(&shown).into_iter().partition(|(_, (action, _))| action == "orphan");
    assert!(go.values().all(|(action, _)| ["delete", "remove"].contains(&action.as_str())), "{go:?}");
    let destroyed = sandbox.run(zone, &["destroy", "--confirm", "acme", "--json"]).expect(0).json();
    assert_eq!(destroyed["command"], "destroy");
    let done: BTreeMap<_, _> = destroyed["done"]
        .as_array()
        .unwrap()
        .iter()
        .map(|done| (done["address"].as_str().unwrap().to_owned(), done["verb"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(done, go.into_iter().map(|(address, (action, _))| (address, action)).collect());
    sandbox.control().forget_calls();
    let again = sandbox.run(zone, &["destroy", "--dry-run", "--json"]).expect(0);
    let stay: BTreeMap<_, _> = stay.into_iter().map(|(address, (_, reason))| (address, reason)).collect();
    let left: BTreeMap<_, _> =
        steps(&again).into_iter().map(|(address, (_, reason))| (address, reason)).collect();
    assert_eq!(left, stay, "whatever is left stays, and nothing else");
    let nothing = sandbox.run(zone, &["destroy", "--confirm", "acme"]).expect(0);
    assert!(nothing.stdout.contains("Destroyed: nothing to do"), "{}", nothing.stdout);
    assert!(sandbox.control().calls().iter().all(|call| !call.mutating));
    stay
}

#[test]
fn a_foundation_is_destroyed_but_for_what_never_goes_and_made_again() {
    let (sandbox, zone) = (Sandbox::start(), destroyable(Zone::foundation()));
    let organization = zone.read("organization.toml");
    zone.write("organization.toml", &format!("{organization}\n[logs]\ndelivery = true\n"));
    sandbox.apply(&zone);
    let stranger = sandbox.behind().member("prod").iam();
    done(stranger.create_role().role_name("theirs").assume_role_policy_document(TRUST).send());
    let stay = destroy(&sandbox, &zone);
    let accounts = sandbox.behind().accounts();
    assert_eq!(
        accounts.keys().collect::<Vec<_>>(),
        ["dev", "logging", "master", "prod", "security", "staging"]
    );
    for (account, left) in [("prod", &["theirs"][..]), ("security", &[])] {
        let roles = done(sandbox.behind().member(account).iam().list_roles().send()).roles;
        let names: Vec<_> = roles
            .iter()
            .map(aws_sdk_iam::types::Role::role_name)
            .filter(|name| is_ours_or_theirs(name))
            .collect();
        assert_eq!(names, left, "{account}");
    }
    for kind in ["organizations/account", "organizations/organization", "kms/key"] {
        assert!(stay.keys().any(|address| address.contains(&format!("/{kind}/"))), "{kind}: {stay:?}");
    }
    let unit = &stay["management/global/organizations/unit/Workloads/Prod"];
    assert!(unit.ends_with("needs it, and stays"), "{unit}");
    assert!(!stay.contains_key("management/global/organizations/unit/Suspended"));
    assert!(!stay.keys().any(|address| address.contains("/logs/resource-policy/")), "{stay:?}");
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}

/// What a role of somebody else's trusts.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// Whether a role is neither AWS's nor the way in.
fn is_ours_or_theirs(name: &str) -> bool {
    !name.starts_with("AWSServiceRole") && name != "OrganizationAccountAccessRole"
}

#[test]
fn the_sample_is_destroyed_but_for_what_keeps_logs_and_networks_and_made_again() {
    let (sandbox, zone) = (Sandbox::start(), destroyable(Zone::sample()));
    sandbox.apply(&zone);
    let stay = destroy(&sandbox, &zone);
    for kind in ["s3/bucket", "s3/replication", "cloudtrail/trail", "ec2/vpc", "logs/log-group"] {
        assert!(stay.keys().any(|address| address.contains(&format!("/{kind}/"))), "{kind}: {stay:?}");
    }
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}

#[test]
fn what_removed_lists_goes_with_its_parts_and_is_made_again() {
    let (sandbox, zone) = (Sandbox::start(), destroyable(Zone::sample()));
    sandbox.apply(&zone);
    let shown = steps(&sandbox.run(&zone, &["destroy", "--dry-run", "--json"]).expect(0));
    let is_listed = |why: &str| why.contains("only when `[removed]` lists");
    // Buckets that logs were written into are not empty.
    let listed: Vec<_> = shown
        .iter()
        .filter(|(address, (_, why))| is_listed(why) && !address.contains("/s3/"))
        .map(|(address, _)| address)
        .collect();
    let organization = zone.read("organization.toml");
    zone.write("organization.toml", &format!("{organization}\n[removed]\naddresses = {listed:?}\n"));
    let stay = destroy(&sandbox, &zone);
    for kind in ["ec2/vpc", "kms/replica-key", "cloudtrail/trail", "logs/log-group"] {
        assert!(!stay.keys().any(|address| address.contains(&format!("/{kind}/"))), "{kind}: {stay:?}");
    }
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}

#[test]
fn nothing_is_destroyed_that_does_not_say_so_and_without_its_name() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let refused = sandbox.run(&zone, &["destroy", "--confirm", "acme"]).expect(1).stderr;
    assert!(refused.contains("the landing zone `acme` is not to be destroyed"), "{refused}");
    assert!(
        refused.contains("`destroyable = true` below `[organization]` allows it (organization.toml:3)"),
        "{refused}"
    );
    let zone = destroyable(zone);
    let refused = sandbox.run(&zone, &["destroy", "--only", "prod", "--confirm", "acme"]).expect(1).stderr;
    assert!(refused.contains("leave `--only` out"), "{refused}");
    let refused = sandbox.run(&zone, &["destroy", "--confirm", "acme2"]).expect(1).stderr;
    assert!(refused.contains("`acme2` is not the name of this landing zone"), "{refused}");
    assert!(sandbox.control().calls().is_empty());
    sandbox.apply(&zone);
    sandbox.control().forget_calls();
    let refused = sandbox.run(&zone, &["destroy"]).expect(1).stderr;
    assert!(refused.contains("there is nobody to ask") && refused.contains("--confirm acme"), "{refused}");
    assert!(sandbox.control().calls().iter().all(|call| !call.mutating));
}

#[test]
fn a_destroy_that_failed_goes_on_with_the_next() {
    let (sandbox, zone) = (Sandbox::start(), destroyable(Zone::foundation()));
    sandbox.apply(&zone);
    let denied = json!({"operation": "DeleteRole", "error": "AccessDenied", "status": 403});
    sandbox.control().fault(&denied);
    let failed = sandbox.run(&zone, &["destroy", "--confirm", "acme"]).expect(1).stdout;
    assert!(failed.contains("then destroy again"), "{failed}");
    sandbox.control().no_faults();
    destroy(&sandbox, &zone);
}

/// What lets everything pass, as AWS's own policy does.
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The service control policies on a unit.
fn attached(sandbox: &Sandbox, unit: &str) -> Vec<String> {
    let (behind, kind) = (sandbox.behind(), PolicyType::ServiceControlPolicy);
    let list = behind.organizations().list_policies_for_target().target_id(behind.unit(unit)).filter(kind);
    let mut names: Vec<_> = done(list.send()).policies().iter().filter_map(|it| it.name.clone()).collect();
    names.sort();
    names
}

#[test]
fn a_target_without_full_access_gets_it_back_before_its_last_policy_goes() {
    let (sandbox, zone) = (Sandbox::start(), destroyable(Zone::foundation()));
    zone.write("policies/scp/everything.json", EVERYTHING);
    let own = r#"{ policies = ["deny-data-deletion", "everything"], full_access = false }"#;
    zone.replace("organization.toml", "Security            = {}", &format!("Security = {own}"));
    zone.replace("organization.toml", "managed = false }", "managed = false, full_access = false }");
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!(attached(&sandbox, "Security"), ["deny-data-deletion", "everything"]);
    let shown = steps(&sandbox.run(&zone, &["destroy", "--dry-run", "--json"]).expect(0));
    let made: Vec<_> = shown.iter().filter(|(_, (action, _))| action == "create").collect();
    let made: Vec<_> = made.into_iter().map(|(address, _)| address.as_str()).collect();
    let full = |unit: &str| format!("management/global/organizations/policy-attachment/{unit}/FullAWSAccess");
    assert_eq!(made, [full("Security"), full("Suspended")]);
    let destroyed = sandbox.run(&zone, &["destroy", "--confirm", "acme"]).expect(0).stdout;
    assert!(destroyed.contains("Destroyed: 2 created, "), "{destroyed}");
    assert_eq!(attached(&sandbox, "Security"), ["FullAWSAccess"]);
    let nothing = sandbox.run(&zone, &["destroy", "--confirm", "acme"]).expect(0).stdout;
    assert!(nothing.contains("Destroyed: nothing to do"), "{nothing}");
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!(attached(&sandbox, "Security"), ["deny-data-deletion", "everything"]);
}
