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
