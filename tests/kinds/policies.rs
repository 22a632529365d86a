//! Policies of every type.

use aws_sdk_organizations::types::PolicyType;

use crate::support::{Sandbox, Zone, behind::done};

/// A landing zone whose root has one policy of every type that has a folder.
const EVERY_TYPE: &[(&str, &str)] = &[
    (
        "organization.toml",
        r#"
[organization]
name = "types"
email = "aws+{account}@types.example"
home_region = "ap-southeast-2"
regions = ["ap-southeast-2"]
root_credentials = "kept"

[units]
Root = { policies = ["guard", "perimeter", "names", "daily", "defaults", "no-training"] }
"#,
    ),
    (
        "policies/scp/guard.json",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"Stay","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}"#,
    ),
    (
        "policies/rcp/perimeter.json",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"${organization}"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]}"#,
    ),
    ("policies/tag/names.json", r#"{"tags":{"owner":{"tag_key":{"@@assign":"owner"}}}}"#),
    (
        "policies/backup/daily.json",
        r#"{"plans":{"daily":{"regions":{"@@assign":["ap-southeast-2"]},"rules":{"nightly":{"schedule_expression":{"@@assign":"cron(0 5 ? * * *)"},"target_backup_vault_name":{"@@assign":"Default"}}},"selections":{"tags":{"all":{"iam_role_arn":{"@@assign":"arn:aws:iam::$account:role/service-role/AWSBackupDefaultServiceRole"},"tag_key":{"@@assign":"backup"},"tag_value":{"@@assign":["daily"]}}}}}}}"#,
    ),
    (
        "policies/declarative/defaults.json",
        r#"{"ec2_attributes":{"image_block_public_access":{"state":{"@@assign":"block_new_sharing"}}}}"#,
    ),
    (
        "policies/ai-opt-out/no-training.json",
        r#"{"services":{"default":{"opt_out_policy":{"@@assign":"optOut"}}}}"#,
    ),
];

#[test]
fn policies_of_every_type_are_enabled_made_and_attached() {
    let (sandbox, zone) = (Sandbox::start(), Zone::of(EVERY_TYPE));
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    let organizations = sandbox.behind().organizations();
    let root = sandbox.behind().unit("");
    for (kind, name) in [
        (PolicyType::ResourceControlPolicy, "perimeter"),
        (PolicyType::BackupPolicy, "daily"),
        (PolicyType::DeclarativePolicyEc2, "defaults"),
        (PolicyType::AiservicesOptOutPolicy, "no-training"),
    ] {
        let list = organizations.list_policies_for_target().target_id(&root).filter(kind);
        let attached = done(list.send()).policies.unwrap_or_default();
        assert!(attached.iter().any(|policy| policy.name() == Some(name)), "{name}: {attached:?}");
    }
}

/// What lets everything pass, as AWS's own policy does.
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The service control policies on a target.
fn attached(sandbox: &Sandbox, target: &str) -> Vec<String> {
    let list = sandbox.behind().organizations().list_policies_for_target().target_id(target);
    let answer = done(list.filter(PolicyType::ServiceControlPolicy).send());
    let mut names: Vec<_> = answer.policies().iter().filter_map(|policy| policy.name.clone()).collect();
    names.sort();
    names
}

/// A landing zone with a unit that has policies and perhaps full access, and an account without it.
fn closed(policies: &[String], full_access: bool) -> Zone {
    let organization = EVERY_TYPE[0].1.split("[units]").next().unwrap_or_default();
    let unit = format!("Lab = {{ policies = {policies:?}, full_access = {full_access} }}");
    let dev = "unit = \"Lab\"\npolicies = [\"everything0\"]\nfull_access = false\n";
    let zone = Zone::of(&[
        ("organization.toml", &format!("{organization}[units]\n{unit}\n")),
        ("accounts/dev.toml", dev),
    ]);
    for name in policies {
        zone.write(&format!("policies/scp/{name}.json"), EVERYTHING);
    }
    zone
}

#[test]
fn full_access_goes_with_the_apply_that_makes_a_target_and_comes_back_with_the_toml_alone() {
    // As many as AWS allows on one target, where full access counts until it is gone.
    let ten: Vec<_> = (0..10).map(|index| format!("everything{index}")).collect();
    let (sandbox, zone) = (Sandbox::start(), closed(&ten, false));
    let gone = |target: &str| format!("management/global/organizations/no-full-access/{target}");
    let (lab, dev) = (gone("Lab"), gone("account:dev"));
    let shown = sandbox.run(&zone, &["plan", "--json"]).expect(0).steps();
    assert!(["create"; 2] == [&lab, &dev].map(|address| &*shown[address].0), "{shown:?}");
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    let unit = sandbox.behind().unit("Lab");
    let account = sandbox.behind().accounts()["dev"].clone();
    assert_eq!((attached(&sandbox, &unit), attached(&sandbox, &account)), (ten, vec!["everything0".into()]));

    let attach = |target: &str| {
        let organizations = sandbox.behind().organizations();
        done(organizations.attach_policy().policy_id("p-FullAWSAccess").target_id(target).send());
    };
    attach(&account);
    let drift = sandbox.drift(&zone, 2);
    assert_eq!(drift, [(dev, ("update".to_owned(), vec!["attached".to_owned()]))].into());
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!(attached(&sandbox, &account), ["everything0"]);

    // With the same policies, but for two that make room.
    let eight: Vec<_> = (0..8).map(|index| format!("everything{index}")).collect();
    let zone = closed(&eight, true);
    sandbox.run(&zone, &["apply", "--yes", "--prune"]).expect(0);
    sandbox.expect_settled(&zone);
    assert_eq!(attached(&sandbox, &unit)[0], "FullAWSAccess");
    let zone = closed(&eight, false);
    let shown = sandbox.run(&zone, &["plan", "--json"]).expect(0).steps();
    assert_eq!(shown, [(lab, ("update".to_owned(), vec!["attached".to_owned()]))].into());
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!(attached(&sandbox, &unit), eight);
}
