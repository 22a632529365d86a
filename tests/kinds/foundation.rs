//! The organization, its accounts, and who may do what in them.

use std::thread;

use aws_sdk_account::types::AlternateContactType;
use aws_sdk_iam::types::Tag as IamTag;
use aws_sdk_organizations::types::{PolicyType, Tag};

use super::{Case, Gone, NOTHING, done};

const SCP: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"StayIn","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}"#;
const READ_LOGS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["logs:GetLogEvents","logs:FilterLogEvents"],"Resource":"*"}]}"#;
const WIDE: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const SAML: &str = include_str!("../support/saml.xml");

pub const CASES: &[Case] = &[
    Case {
        kind: "organizations/organization",
        organization: "",
        dev: "",
        files: NOTHING,
        address: "management/global/organizations/organization/organization",
        tamper: None,
        names: "",
        without: ("", "", NOTHING),
        gone: Gone::Never,
    },
    Case {
        kind: "organizations/trusted-access",
        organization: "",
        dev: "",
        files: NOTHING,
        address: "management/global/organizations/trusted-access/account.amazonaws.com",
        tamper: Some(|behind| {
            let call = behind.organizations().disable_aws_service_access();
            done(call.service_principal("account.amazonaws.com").send());
        }),
        names: "create",
        without: ("", "", NOTHING),
        gone: Gone::Never,
    },
    Case {
        kind: "organizations/policy-type",
        organization: "",
        dev: "policies = [\"stay\"]",
        files: &[("policies/tag/stay.json", r#"{"tags":{"owner":{"tag_key":{"@@assign":"owner"}}}}"#)],
        address: "management/global/organizations/policy-type/tag",
        tamper: Some(|behind| {
            let (id, root) = (behind.policy("stay", PolicyType::TagPolicy), behind.unit(""));
            let target = behind.accounts()["dev"].clone();
            done(behind.organizations().detach_policy().policy_id(id).target_id(target).send());
            let off = behind.organizations().disable_policy_type().root_id(root);
            done(off.policy_type(PolicyType::TagPolicy).send());
        }),
        names: "create",
        without: ("", "", NOTHING),
        gone: Gone::Stays,
    },
    Case {
        kind: "organizations/unit",
        organization: "\"Workloads/Lab\" = { tags = { owner = \"lab\" } }",
        dev: "",
        files: NOTHING,
        address: "management/global/organizations/unit/Workloads/Lab",
        tamper: Some(|behind| {
            let tag = Tag::builder().key("owner").value("me").build().unwrap();
            let id = behind.unit("Workloads/Lab");
            done(behind.organizations().tag_resource().resource_id(id).tags(tag).send());
        }),
        names: "tags[owner]",
        without: ("", "", NOTHING),
        gone: Gone::Pruned,
    },
    Case {
        kind: "organizations/account",
        organization: "",
        dev: "",
        files: &[("accounts/lab.toml", "unit = \"Workloads\"")],
        address: "management/global/organizations/account/lab",
        tamper: Some(|behind| {
            let (unit, root) = (behind.unit("Workloads"), behind.unit(""));
            let call = behind.organizations().move_account().account_id(&behind.accounts()["lab"]);
            done(call.source_parent_id(unit).destination_parent_id(root).send());
        }),
        names: "unit",
        without: ("", "", NOTHING),
        gone: Gone::Kept,
    },
    Case {
        kind: "organizations/policy",
        organization: "",
        dev: "policies = [\"stay\"]",
        files: &[("policies/scp/stay.json", SCP)],
        address: "management/global/organizations/policy/scp/stay",
        tamper: Some(|behind| {
            let id = behind.policy("stay", PolicyType::ServiceControlPolicy);
            let content = SCP.replace("organizations:LeaveOrganization", "s3:PutObject");
            done(behind.organizations().update_policy().policy_id(id).content(content).send());
        }),
        names: "policy[StayIn].action",
        without: ("", "", NOTHING),
        gone: Gone::Pruned,
    },
    Case {
        kind: "organizations/policy-attachment",
        organization: "",
        dev: "policies = [\"stay\"]",
        files: &[("policies/scp/stay.json", SCP)],
        address: "management/global/organizations/policy-attachment/account:dev/scp:stay",
        tamper: Some(|behind| {
            let id = behind.policy("stay", PolicyType::ServiceControlPolicy);
            let target = behind.accounts()["dev"].clone();
            done(behind.organizations().detach_policy().policy_id(id).target_id(target).send());
        }),
        names: "create",
        without: ("", "", &[("policies/scp/stay.json", SCP)]),
        gone: Gone::Follows,
    },
    Case {
        kind: "organizations/no-full-access",
        organization: "",
        dev: "policies = [\"stay\"]\nfull_access = false",
        files: &[("policies/scp/stay.json", SCP)],
        address: "management/global/organizations/no-full-access/account:dev",
        tamper: Some(|behind| {
            let target = behind.accounts()["dev"].clone();
            let attach = behind.organizations().attach_policy().policy_id("p-FullAWSAccess");
            done(attach.target_id(target).send());
        }),
        names: "attached",
        without: ("", "policies = [\"stay\"]", &[("policies/scp/stay.json", SCP)]),
        gone: Gone::Silent,
    },
    Case {
        kind: "organizations/delegated-administrator",
        organization: "[delegated]\nconfig = \"dev\"",
        dev: "",
        files: NOTHING,
        address: "management/global/organizations/delegated-administrator/config",
        tamper: Some(|behind| {
            let call = behind.organizations().deregister_delegated_administrator();
            let call = call.account_id(&behind.accounts()["dev"]);
            done(call.service_principal("config.amazonaws.com").send());
        }),
        names: "create",
        without: ("", "", NOTHING),
        gone: Gone::Kept,
    },
    Case {
        kind: "cloudtrail/delegated-administrator",
        organization: "[delegated]\ncloudtrail = \"dev\"",
        dev: "",
        files: NOTHING,
        address: "management/global/cloudtrail/delegated-administrator/cloudtrail",
        tamper: Some(|behind| {
            let call = behind.cloudtrail("us-east-1").deregister_organization_delegated_admin();
            done(call.delegated_admin_account_id(&behind.accounts()["dev"]).send());
        }),
        names: "create",
        without: ("", "", NOTHING),
        gone: Gone::Kept,
    },
    Case {
        kind: "account/region",
        organization: "",
        dev: "",
        files: &[],
        address: "dev/global/account/region/ap-southeast-4",
        tamper: Some(|behind| {
            let call = behind.member("dev").account().disable_region();
            done(call.region_name("ap-southeast-4").send());
            thread::sleep(std::time::Duration::from_millis(500));
        }),
        names: "create",
        without: ("", "", NOTHING),
        gone: Gone::Stays,
    },
    Case {
        kind: "account/alternate-contact",
        organization: "",
        dev: "contacts = { security = { name = \"Desk\", title = \"Lead\", email = \"s@kinds.example\", phone = \"+61 2 5550 0100\" } }",
        files: NOTHING,
        address: "dev/global/account/alternate-contact/security",
        tamper: Some(|behind| {
            let call = behind.account().put_alternate_contact().account_id(&behind.accounts()["dev"]);
            let call = call.alternate_contact_type(AlternateContactType::Security).name("Me").title("Lead");
            done(call.email_address("me@elsewhere.example").phone_number("+61 2 5550 0100").send());
        }),
        names: "email",
        without: ("", "", NOTHING),
        gone: Gone::Stays,
    },
    Case {
        kind: "iam/root-credentials",
        organization: "",
        dev: "",
        files: NOTHING,
        address: "management/global/iam/root-credentials/root-credentials",
        tamper: Some(|behind| {
            done(behind.iam().disable_organizations_root_credentials_management().send());
        }),
        names: "features",
        without: ("", "", NOTHING),
        gone: Gone::Stays,
    },
    Case {
        kind: "iam/account-alias",
        organization: "",
        dev: "alias = \"kinds-dev\"",
        files: NOTHING,
        address: "dev/global/iam/account-alias/alias",
        tamper: Some(|behind| {
            done(behind.member("dev").iam().create_account_alias().account_alias("somebody-elses").send());
        }),
        names: "alias",
        without: ("", "", NOTHING),
        gone: Gone::Silent,
    },
    Case {
        kind: "iam/password-policy",
        organization: "",
        dev: "[password_policy]\nminimum_length = 20",
        files: NOTHING,
        address: "dev/global/iam/password-policy/password-policy",
        tamper: Some(|behind| {
            let call = behind.member("dev").iam().update_account_password_policy();
            done(call.minimum_password_length(8).send());
        }),
        names: "minimum_length",
        without: ("", "", NOTHING),
        gone: Gone::Stays,
    },
    Case {
        kind: "iam/oidc-provider",
        organization: "",
        dev: "[identity_providers.gitlab]\nurl = \"https://gitlab.com\"\naudiences = [\"https://gitlab.com\"]",
        files: NOTHING,
        address: "dev/global/iam/oidc-provider/gitlab",
        tamper: Some(|behind| {
            let (iam, id) = (behind.member("dev").iam(), behind.accounts()["dev"].clone());
            let arn = format!("arn:aws:iam::{id}:oidc-provider/gitlab.com");
            let add = iam.add_client_id_to_open_id_connect_provider().open_id_connect_provider_arn(arn);
            done(add.client_id("somebody-else").send());
        }),
        names: "audiences[somebody-else]",
        without: ("", "", NOTHING),
        gone: Gone::Pruned,
    },
    Case {
        kind: "iam/saml-provider",
        organization: "",
        dev: "[identity_providers.okta]\nmetadata = \"policies/saml/okta.xml\"",
        files: &[("policies/saml/okta.xml", SAML)],
        address: "dev/global/iam/saml-provider/okta",
        tamper: Some(|behind| {
            let (iam, id) = (behind.member("dev").iam(), behind.accounts()["dev"].clone());
            let update = iam.update_saml_provider();
            let arn = format!("arn:aws:iam::{id}:saml-provider/okta");
            let other = SAML.replace("idp.kinds.example", "idp.elsewhere.example");
            done(update.saml_provider_arn(arn).saml_metadata_document(other).send());
        }),
        names: "metadata",
        without: ("", "", NOTHING),
        gone: Gone::Pruned,
    },
    Case {
        kind: "iam/policy",
        organization: "",
        dev: "[roles.reader]\ntrust = [\"service:ec2\"]\nallow = [\"policy:read-logs\"]",
        files: &[("policies/iam/read-logs.json", READ_LOGS)],
        address: "dev/global/iam/policy/read-logs",
        tamper: Some(|behind| {
            let (iam, id) = (behind.member("dev").iam(), behind.accounts()["dev"].clone());
            let arn = format!("arn:aws:iam::{id}:policy/read-logs");
            let version = iam.create_policy_version().policy_arn(arn).policy_document(WIDE);
            done(version.set_as_default(true).send());
        }),
        names: "document[Read].action",
        without: ("", "", &[("policies/iam/read-logs.json", READ_LOGS)]),
        gone: Gone::Pruned,
    },
    Case {
        kind: "iam/role",
        organization: "",
        dev: "[roles.reader]\ntrust = [\"service:ec2\"]\nallow = [\"aws:ReadOnlyAccess\"]",
        files: NOTHING,
        address: "dev/global/iam/role/reader",
        tamper: Some(|behind| {
            let tag = IamTag::builder().key("landfall:address").value("elsewhere").build().unwrap();
            let iam = behind.member("dev").iam();
            let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
            done(iam.attach_role_policy().role_name("reader").policy_arn(policy).send());
            done(iam.tag_role().role_name("reader").tags(tag).send());
        }),
        names: "policies[aws:AdministratorAccess]",
        without: ("", "", NOTHING),
        gone: Gone::Pruned,
    },
];
