//! Plans in files: whatever changes before they are applied is noticed and named, and nothing is done; else they are done
//! exactly.

use std::{collections::BTreeMap, fs, path::Path};

use aws_sdk_iam::types::Tag;
use aws_sdk_organizations::types::PolicyType;
use insta::assert_snapshot;
use serde_json::Value as Json;

use crate::support::{Behind, Ran, Sandbox, Zone, behind::done, binary, ran};

/// What a later version of the foundation says: a role more, another description, a role less.
fn later() -> Zone {
    let zone = Zone::foundation();
    zone.replace("accounts/prod.toml", "[roles.deployer]\n", "[roles.deployer]\ndescription = \"Deploys\"\n");
    let visitor = "\n[roles.visitor]\ntrust = [\"account:security\"]\nallow = [\"aws:ReadOnlyAccess\"]\n";
    zone.write("accounts/security.toml", &(zone.read("accounts/security.toml") + visitor));
    let dev = zone.read("accounts/dev.toml");
    zone.write("accounts/dev.toml", dev.split_once("\n[roles.developer]").unwrap().0);
    zone
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Where a difference is told, and the fields that it names.
fn differences(told: &Json) -> BTreeMap<String, (&'static str, Vec<String>)> {
    let texts = |value: &Json| -> Vec<String> {
        let texts = value.as_array().into_iter().flatten().filter_map(Json::as_str);
        texts.map(str::to_owned).collect()
    };
    ["only_saved", "only_now", "differing"]
        .into_iter()
        .flat_map(|list| told[list].as_array().unwrap().iter().map(move |step| (list, step)))
        .map(|(list, step)| (step["address"].as_str().unwrap().to_owned(), (list, texts(&step["fields"]))))
        .collect()
}

type Change = fn(&Behind);
/// What somebody does, and which difference it makes: the address, the list it is in, and a field that it names.
type Case = (&'static str, Change, &'static str, &'static str, &'static str);

/// What a role of somebody else's trusts.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Machines","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

const DEPLOYER: &str = "prod/global/iam/role/deployer";

const CHANGES: &[Case] = &[
    (
        "a tag of what is to be changed is gone",
        |behind| {
            let iam = behind.member("prod").iam();
            done(iam.untag_role().role_name("deployer").tag_keys("environment").send());
        },
        DEPLOYER,
        "differing",
        "tags[environment]",
    ),
    (
        "what is to be changed lasts longer",
        |behind| {
            let iam = behind.member("prod").iam();
            done(iam.update_role().role_name("deployer").max_session_duration(7200).send());
        },
        DEPLOYER,
        "differing",
        "session_seconds",
    ),
    (
        "what is to be changed is changed already",
        |behind| {
            let iam = behind.member("prod").iam();
            done(iam.update_role().role_name("deployer").description("Deploys").send());
        },
        DEPLOYER,
        "only_saved",
        "",
    ),
    (
        "what is to be changed has another value by now",
        |behind| {
            let iam = behind.member("prod").iam();
            done(iam.update_role().role_name("deployer").description("by hand").send());
        },
        DEPLOYER,
        "differing",
        "description",
    ),
    (
        "what is to be made is there, and nobody's",
        |behind| {
            let iam = behind.member("security").iam();
            done(iam.create_role().role_name("visitor").assume_role_policy_document(TRUST).send());
        },
        "security/global/iam/role/visitor",
        "differing",
        "action",
    ),
    (
        "what is to be deleted is gone",
        |behind| {
            let iam = behind.member("dev").iam();
            let policy = "arn:aws:iam::aws:policy/PowerUserAccess";
            done(iam.detach_role_policy().role_name("developer").policy_arn(policy).send());
            done(iam.delete_role().role_name("developer").send());
        },
        "dev/global/iam/role/developer",
        "only_saved",
        "",
    ),
    (
        "what is to be deleted lasts longer",
        |behind| {
            let iam = behind.member("dev").iam();
            done(iam.update_role().role_name("developer").max_session_duration(7200).send());
        },
        "dev/global/iam/role/developer",
        "differing",
        "session_seconds",
    ),
    (
        "something else is ours and not in the TOML",
        |behind| {
            let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build().unwrap();
            let iam = behind.member("dev").iam();
            let make = iam.create_role().role_name("ghost").assume_role_policy_document(TRUST);
            let make = make.tags(tag("landfall:address", "dev/global/iam/role/ghost"));
            done(make.tags(tag("landfall:organization", "acme")).send());
        },
        "dev/global/iam/role/ghost",
        "only_now",
        "",
    ),
    (
        "a guardrail is detached",
        |behind| {
            let id = behind.policy("deny-data-deletion", PolicyType::ServiceControlPolicy);
            let target = behind.unit("Workloads/Prod");
            done(behind.organizations().detach_policy().policy_id(id).target_id(target).send());
        },
        "management/global/organizations/policy-attachment/Workloads/Prod/scp:deny-data-deletion",
        "only_now",
        "",
    ),
    (
        "an account is in another unit",
        |behind| {
            let call = behind.organizations().move_account().account_id(&behind.accounts()["prod"]);
            let call = call.source_parent_id(behind.unit("Workloads/Prod"));
            done(call.destination_parent_id(behind.unit("Security")).send());
        },
        "management/global/organizations/account/prod",
        "only_now",
        "",
    ),
];

#[test]
fn whatever_changed_in_aws_is_named_and_else_the_steps_of_the_file_are_done() {
    let (sandbox, zone, later) = (Sandbox::start(), Zone::foundation(), later());
    sandbox.apply(&zone);
    let file = later.path().join("reviewed.plan");
    let planned = sandbox.run(&later, &["plan", "--prune", "--json", "--out", text(&file)]).expect(0);
    let refused = |json: &[&str]| {
        sandbox.control().forget_calls();
        let told = sandbox.run(&later, &[&["apply", text(&file), "--yes"][..], json].concat()).expect(1);
        let mutating: Vec<_> = sandbox.control().calls().into_iter().filter(|call| call.mutating).collect();
        assert!(mutating.is_empty(), "{mutating:?}");
        told
    };
    for (what, change, address, list, field) in CHANGES {
        change(&sandbox.behind());
        let told = differences(&refused(&["--json"]).json());
        assert_eq!(told.keys().collect::<Vec<_>>(), [address], "{what}: {told:?}");
        let (told_in, fields) = &told[*address];
        assert_eq!(told_in, list, "{what}");
        assert!(field.is_empty() || fields.iter().any(|named| named == field), "{what}: {fields:?}");
        let Ran { stdout, stderr, .. } = refused(&[]);
        assert!(stdout.contains(address) && stdout.contains(field), "{what}: {stdout}");
        assert!(stderr.contains("AWS is not as it was when"), "{what}: {stderr}");
        undo(&sandbox, &zone);
    }
    let applied = sandbox.run(&later, &["apply", text(&file), "--yes", "--json"]).expect(0).json();
    let (applied, planned) = (pairs(&applied["done"], "verb"), pairs(&planned.json()["steps"], "action"));
    assert_eq!(applied, planned);
    assert!(planned.len() >= 3, "{planned:?}");
    sandbox.expect_settled(&later);
    // Once it is done there is nothing to do again.
    let again = differences(&refused(&["--json"]).json());
    assert!(
        again.len() == planned.len() && again.values().all(|(list, _)| *list == "only_saved"),
        "{again:?}"
    );
}

/// What is told of each address of a list.
fn pairs(list: &Json, key: &str) -> BTreeMap<String, String> {
    let text = |one: &Json, key: &str| one[key].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|one| (text(one, "address"), text(one, key))).collect()
}

/// Everything as it was when the plan was made.
fn undo(sandbox: &Sandbox, zone: &Zone) {
    for (account, role) in [("security", "visitor"), ("dev", "ghost")] {
        let iam = sandbox.behind().member(account).iam();
        drop(crate::support::RUNTIME.block_on(iam.delete_role().role_name(role).send()));
    }
    sandbox.apply(zone);
    sandbox.expect_settled(zone);
}

type Edit = fn(&Zone);

/// What somebody edits after the plan was made, and where that is told.
const EDITS: &[(&str, Edit, &str)] = &[
    (
        "a value",
        |zone| zone.replace("accounts/prod.toml", "Workloads/Prod", "Workloads/NonProd"),
        "accounts/prod.toml:2:",
    ),
    ("a comment", |zone| zone.replace("accounts/dev.toml", "unit ", "# ours\nunit "), "accounts/dev.toml:2:"),
    (
        "ends of lines",
        |zone| zone.write("accounts/dev.toml", &zone.read("accounts/dev.toml").replace('\n', "\r\n")),
        "accounts/dev.toml:1:",
    ),
    (
        "a line less",
        |zone| zone.replace("baselines/workload.toml", "boundary    = \"policy:workload-boundary\"\n", ""),
        "baselines/workload.toml:",
    ),
    (
        "a policy",
        |zone| zone.replace("policies/iam/deploy.json", "\"Allow\"", "\"Deny\""),
        "policies/iam/deploy.json:",
    ),
    (
        "an account more",
        |zone| zone.write("accounts/lab.toml", "unit = \"Security\"\n"),
        "accounts/lab.toml:1:",
    ),
    (
        "an account less",
        |zone| fs::remove_file(zone.path().join("accounts/staging.toml")).unwrap(),
        "accounts/staging.toml:1:",
    ),
    (
        "no `organization.toml`",
        |zone| fs::remove_file(zone.path().join("organization.toml")).unwrap(),
        "organization.toml:1:",
    ),
];

#[test]
fn whatever_changed_in_the_toml_is_named_with_its_line() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("reviewed.plan");
    sandbox.run(&zone, &["plan", "--out", text(&file)]).expect(0);
    sandbox.control().forget_calls();
    for (what, edit, place) in EDITS {
        let zone = Zone::foundation();
        edit(&zone);
        let Ran { stdout, stderr, .. } = sandbox.run(&zone, &["apply", text(&file), "--yes"]).expect(1);
        assert!(stderr.contains(&format!("--> {place}")), "{what}: {stderr}");
        assert!(stderr.contains("is not the one that"), "{what}: {stderr}");
        assert_eq!(stdout, "", "{what}");
        let complaints = sandbox.run(&zone, &["apply", text(&file), "--yes", "--json"]).expect(1).json();
        let named = complaints["complaints"][0]["file"].as_str().unwrap();
        assert!(place.starts_with(named), "{what}: {complaints}");
    }
    assert!(sandbox.control().calls().is_empty());
    // Beside no landing zone at all, the text in the file is what counts.
    let nowhere = Zone::of(&[]);
    let applied = sandbox.run(&nowhere, &["apply", text(&file), "--yes"]).expect(0);
    assert!(applied.stderr.contains("There is no landing zone in"), "{}", applied.stderr);
    sandbox.expect_settled(&zone);
}

#[test]
fn a_plan_of_a_part_is_applied_to_that_part() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let file = zone.path().join("dev.plan");
    sandbox.run(&zone, &["plan", "--only", "dev", "--out", text(&file)]).expect(0);
    let refused = sandbox.run(&zone, &["apply", text(&file), "--only", "prod", "--yes"]).expect(1);
    assert!(refused.stderr.contains("leave `--only` out"), "{}", refused.stderr);
    sandbox.run(&zone, &["apply", text(&file), "--yes"]).expect(0);
    sandbox.run(&zone, &["plan", "--detailed-exitcode", "--only", "dev"]).expect(0);
    assert!(!sandbox.behind().accounts().contains_key("prod"));
}

#[test]
fn what_is_no_plan_of_ours_is_refused() {
    let zone = Zone::of(&[]);
    let file = zone.path().join("some.plan");
    let refused = |content: &str| {
        fs::write(&file, content).unwrap();
        let mut command = binary();
        command.arg("-C").arg(zone.path()).arg("apply").arg(&file).arg("--yes");
        ran(command)
            .expect(1)
            .stderr
            .replace(text(&file), "some.plan")
            .replace(env!("CARGO_PKG_VERSION"), "VERSION")
    };
    assert_snapshot!(refused("[organization]\nname = \"acme\"\n"), @"
    error: the file is damaged, or not one that Landfall wrote
      file  some.plan
      caused by: expected value at line 1 column 2
    hint: `landfall plan --out FILE` writes a plan that can be applied
    ");
    assert_snapshot!(refused("{\"schema\": \"landfall/saved-plan@1\", \"landfall\""), @"
    error: the file is damaged, or not one that Landfall wrote
      file  some.plan
      caused by: EOF while parsing an object at line 1 column 46
    hint: `landfall plan --out FILE` writes a plan that can be applied
    ");
    assert_snapshot!(refused("[1, 2]"), @"
    error: this is no saved plan
      file  some.plan
    hint: `landfall plan --out FILE` writes a plan that can be applied
    ");
    assert_snapshot!(refused(r#"{"schema": "landfall/plan@1", "steps": []}"#), @"
    error: this is a plan to read, and none to apply
      file  some.plan
    hint: `landfall plan --out FILE` writes a plan that can be applied
    ");
    assert_snapshot!(refused(r#"{"schema": "landfall/saved-plan@2", "landfall": "9.1.0"}"#), @"
    error: the plan is in format 2, and Landfall VERSION reads format 1
      file  some.plan
    hint: use Landfall 9.1.0, which wrote it, or plan again
    ");
    assert_snapshot!(refused(r#"{"schema": "landfall/saved-plan@1", "landfall": "0.0.1"}"#), @"
    error: the plan was made by Landfall 0.0.1, and this is VERSION: what it makes of the same text may differ
      file  some.plan
    hint: use Landfall 0.0.1, or plan again
    ");
    let ours =
        format!(r#"{{"schema": "landfall/saved-plan@1", "landfall": "{}"}}"#, env!("CARGO_PKG_VERSION"));
    assert_snapshot!(refused(&ours), @"
    error: the file is damaged, or not one that Landfall wrote
      file  some.plan
      caused by: missing field `organization` at line 1 column 56
    hint: `landfall plan --out FILE` writes a plan that can be applied
    ");
}

#[test]
fn a_folder_is_no_plan() {
    let zone = Zone::of(&[]);
    let file = zone.path().join("some.plan");
    fs::create_dir(&file).unwrap();
    let mut command = binary();
    command.arg("-C").arg(zone.path()).arg("apply").arg(&file);
    assert_snapshot!(ran(command).expect(1).stderr.replace(text(&file), "some.plan"), @"
    error: failed to read some.plan
      caused by: Is a directory (os error 21)
    hint: `landfall plan --out FILE` writes a plan that can be applied
    ");
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is_read() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let nowhere = zone.path().join("nowhere/x.plan");
    for file in [zone.path(), &nowhere, Path::new("/dev/full")] {
        let refused = sandbox.run(&zone, &["plan", "--out", text(file)]).expect(1);
        assert!(
            refused.stderr.contains(&format!("failed to write {}", file.display())),
            "{}",
            refused.stderr
        );
    }
    assert!(sandbox.control().calls().is_empty());
}
