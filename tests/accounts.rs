//! Accounts, which can't be unmade, and units: renamed, given another address, taken out of the landing zone.

use std::{thread, time::Duration};

use aws_sdk_organizations::types::PolicyType;
use serde_json::json;

use crate::support::{Ran, Sandbox, Zone, behind::done, organization};

const ORGANIZATION: &str = organization!("acme" in "ap-southeast-2");

/// An account with a role in it.
const DEV: &str = "unit = \"Workloads\"\n[roles.reader]\ntrust = [\"service:ec2\"]\n";

const ADDRESS: &str = "management/global/organizations/account/dev";

fn applied() -> (Sandbox, Zone) {
    let zone = Zone::of(&[("organization.toml", ORGANIZATION), ("accounts/dev.toml", DEV)]);
    let sandbox = Sandbox::start();
    sandbox.apply(&zone);
    (sandbox, zone)
}

/// The action, the reason and the way out of a step.
fn told(ran: &Ran, address: &str) -> [String; 3] {
    let plan = ran.json();
    let step = plan["steps"].as_array().unwrap().iter().find(|step| step["address"] == address);
    let step = step.unwrap_or_else(|| panic!("no step {address} in {plan}"));
    ["action", "reason", "way_out"].map(|field| step[field].as_str().unwrap_or_default().to_owned())
}

fn rename(zone: &Zone, from: &str, to: &str, text: &str) {
    std::fs::remove_file(zone.path().join(from)).unwrap();
    zone.write(to, text);
}

#[test]
fn an_account_with_another_address_is_not_another_account() {
    let (sandbox, zone) = applied();
    zone.write("accounts/dev.toml", &format!("email = \"aws+lab@acme.example\"\n{DEV}"));
    for only in [&[][..], &["--only", "dev"]] {
        let plan = sandbox.run(&zone, &[&["plan", "--json"], only].concat()).expect(3);
        let [action, reason, way_out] = told(&plan, ADDRESS);
        assert_eq!(action, "blocked", "{reason}");
        assert!(reason.contains("`email`") && way_out.contains("start-primary-email-update"), "{way_out}");
        assert_eq!(plan.steps().len(), 1, "what is in the account is still looked at: {:?}", plan.steps());
    }
    sandbox.run(&zone, &["apply", "--yes"]).expect(3);
    assert_eq!(sandbox.behind().accounts().len(), 2);
    zone.write("accounts/dev.toml", DEV);
    sandbox.expect_settled(&zone);
}

#[test]
fn a_renamed_file_makes_no_account_until_somebody_says_so() {
    let (sandbox, zone) = applied();
    rename(&zone, "accounts/dev.toml", "accounts/lab.toml", DEV);
    let lab = "management/global/organizations/account/lab";
    for only in [&[][..], &["--only", "lab"]] {
        let plan = sandbox.run(&zone, &[&["plan", "--json"], only].concat()).expect(3);
        let [action, reason, way_out] = told(&plan, lab);
        assert_eq!(action, "blocked", "{reason}");
        assert!(way_out.contains("moved = { from = \"dev\" }"), "{way_out}");
        assert!(
            way_out.contains("email = \"aws+dev@acme.example\"") && way_out.contains(ADDRESS),
            "{way_out}"
        );
    }
    sandbox.run(&zone, &["apply", "--yes"]).expect(3);
    assert_eq!(sandbox.behind().accounts().len(), 2);

    let moved = "email = \"aws+dev@acme.example\"\nmoved = { from = \"dev\" }\n";
    zone.write("accounts/lab.toml", &format!("{moved}{DEV}"));
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!(sandbox.behind().accounts().len(), 2);
}

#[test]
fn an_account_gets_its_name_back() {
    let (sandbox, zone) = applied();
    let put = sandbox.behind().account().put_account_name().account_name("theirs");
    done(put.account_id(&sandbox.behind().accounts()["dev"]).send());
    // Organizations, which landfall asks, hears of it later: within four hours on AWS.
    while sandbox.behind().accounts().contains_key("dev") {
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(sandbox.drift(&zone, 2)[ADDRESS], ("update".to_owned(), vec!["name".to_owned()]));
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}

#[test]
fn an_account_that_left_for_good_stands_in_nobodys_way() {
    let (sandbox, zone) = applied();
    rename(&zone, "accounts/dev.toml", "accounts/lab.toml", DEV);
    zone.replace(
        "organization.toml",
        "[units]",
        &format!("[removed]\naddresses = [\"{ADDRESS}\"]\n\n[units]"),
    );
    sandbox.run(&zone, &["apply", "--yes"]).expect(0);
    assert_eq!(sandbox.behind().accounts().keys().collect::<Vec<_>>(), ["dev", "lab", "master"]);
}

#[test]
fn what_is_ours_in_an_account_that_left_is_found_and_goes_when_asked() {
    let (sandbox, zone) = applied();
    std::fs::remove_file(zone.path().join("accounts/dev.toml")).unwrap();
    let reader = "dev/global/iam/role/reader";
    let plan = sandbox.run(&zone, &["plan", "--json"]).expect(0);
    assert_eq!(plan.steps()[reader].0, "orphan");
    assert_eq!((&plan.json()["searched_places"], &plan.json()["unsearched"]), (&json!(4), &json!([])));
    sandbox.run(&zone, &["apply", "--yes", "--prune"]).expect(0);
    assert_eq!(sandbox.drift(&zone, 2).into_keys().collect::<Vec<_>>(), [ADDRESS]);
}

#[test]
fn an_account_that_left_and_is_closed_or_out_of_reach_is_said_to_be_unsearched() {
    let (sandbox, zone) = applied();
    std::fs::remove_file(zone.path().join("accounts/dev.toml")).unwrap();
    let dev = sandbox.behind().accounts()["dev"].clone();
    sandbox.control().fault(&json!({"operation": "AssumeRole", "error": "AccessDenied", "status": 403}));
    let unsearched = || sandbox.run(&zone, &["plan", "--json"]).expect(0).json()["unsearched"].clone();
    let told = unsearched();
    assert_eq!(told[0]["account"], "dev");
    assert!(told[0]["reason"].as_str().unwrap().starts_with("it can't be read: "), "{told}");
    sandbox.control().no_faults();
    done(sandbox.behind().organizations().close_account().account_id(dev).send());
    assert_eq!(unsearched(), json!([{"account": "dev", "reason": "it is closed"}]));
}

#[test]
fn a_unit_that_left_keeps_its_guardrail_until_it_goes_itself() {
    let zone = Zone::of(&[("organization.toml", ORGANIZATION)]);
    let stay = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Stay","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}"#;
    zone.write("policies/scp/stay.json", stay);
    zone.replace(
        "organization.toml",
        "Workloads = {}",
        "Workloads = { policies = [\"stay\"] }\nLab = { policies = [\"stay\"] }",
    );
    let sandbox = Sandbox::start();
    sandbox.apply(&zone);
    zone.replace("organization.toml", "\nLab = { policies = [\"stay\"] }", "");
    let plan = sandbox.run(&zone, &["plan", "--json"]).expect(0);
    assert_eq!(plan.json()["foreign"], json!([]), "both ends are ours");
    assert_eq!(plan.steps().into_keys().collect::<Vec<_>>(), ["management/global/organizations/unit/Lab"]);
    sandbox.apply(&zone);
    let attached = || {
        let id = sandbox.behind().policy("stay", PolicyType::ServiceControlPolicy);
        let targets = done(sandbox.behind().organizations().list_targets_for_policy().policy_id(id).send());
        targets.targets.unwrap_or_default().len()
    };
    assert_eq!(attached(), 2, "a plain apply lifts no guardrail");
    sandbox.run(&zone, &["apply", "--yes", "--prune"]).expect(0);
    assert_eq!(attached(), 1);
    sandbox.expect_settled(&zone);
}
