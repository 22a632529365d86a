//! Every kind's life, through the real binary in a sandbox: apply, plan again with nothing to do; change it behind our
//! back, drift names it; apply repairs it; take it out of the TOML, it goes as its kind says.

use std::{collections::BTreeSet, thread};

use aws_sdk_account::types::AlternateContactType;
use aws_sdk_iam::types::Tag as IamTag;
use aws_sdk_organizations::types::{PolicyType, Tag};

use crate::support::{Behind, Sandbox, Zone, behind::done};

mod dns;
mod forwarding;
mod guard;
mod kms;
mod network;
mod recording;
mod s3;
mod trail;
mod transit;
mod vpc;

const ORGANIZATION: &str = r#"
[organization]
name        = "kinds"
email       = "aws+{account}@kinds.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2"]
root_credentials = "kept"

[units]
Workloads = {}
"#;

const DEV: &str = r#"unit = "Workloads""#;

/// What becomes of a resource whose lines are taken out of the TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gone {
    /// An orphan: shown by plan, deleted by `--prune`.
    Pruned,
    /// A relation: taken back by a plain apply.
    Follows,
    /// A relation that leaves together with what is deleted by `--prune` alone.
    Leaves,
    /// An orphan that no command deletes.
    Kept,
    /// It has no tags and stays as it is: no drift, and the plan says so.
    Stays,
    /// The same, and nothing is said of it.
    Silent,
    /// The landing zone can't be without it.
    Never,
}

/// One kind's case.
struct Case {
    kind: &'static str,
    /// Added to `organization.toml`.
    organization: &'static str,
    /// Added to `accounts/dev.toml`.
    dev: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// The resource that is looked at.
    address: &'static str,
    /// Makes one change by hand; nothing where AWS allows none.
    tamper: Option<fn(&Behind)>,
    /// The beginning of the path that drift names; `create` where the change was a deletion.
    names: &'static str,
    /// The second landing zone: without the resource.
    without: (&'static str, &'static str, &'static [(&'static str, &'static str)]),
    gone: Gone,
}

const NOTHING: &[(&str, &str)] = &[];
const SCP: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"StayIn","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}"#;
const READ_LOGS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["logs:GetLogEvents","logs:FilterLogEvents"],"Resource":"*"}]}"#;
const WIDE: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// Cases by service.
const SERVICES: &[&[Case]] = &[
    CASES,
    kms::CASES,
    s3::CASES,
    forwarding::CASES,
    recording::CASES,
    trail::CASES,
    vpc::CASES,
    guard::CASES,
    dns::CASES,
    transit::CASES,
];

const CASES: &[Case] = &[
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

const SAML: &str = include_str!("support/saml.xml");

impl Case {
    fn zone(&self, organization: &str, dev: &str, files: &[(&str, &str)]) -> Zone {
        let mut base = ORGANIZATION.to_owned();
        if organization.starts_with("regions") {
            base = base.replace("regions     = [\"ap-southeast-2\"]", organization);
        } else if self.kind == "iam/root-credentials" && !organization.is_empty() {
            base = base.replace("\"kept\"", organization);
        } else {
            base.push_str(organization);
        }
        let zone =
            Zone::of(&[("organization.toml", &base), ("accounts/dev.toml", &format!("{DEV}\n{dev}\n"))]);
        for (path, text) in files {
            zone.write(path, text);
        }
        zone
    }

    fn with(&self) -> Zone {
        let organization = match self.kind {
            "account/region" => "regions = [\"ap-southeast-2\", \"ap-southeast-4\"]",
            "iam/root-credentials" => "\"removed\"",
            "kms/replica-key" => kms::TWO_REGIONS,
            _ => self.organization,
        };
        self.zone(organization, self.dev, self.files)
    }

    fn live(&self) {
        let (sandbox, zone) = (Sandbox::start(), self.with());
        let planned = sandbox.run(&zone, &["plan", "--json"]).expect(0).steps();
        assert!(planned.contains_key(self.address), "{} is not among {:?}", self.address, planned.keys());
        sandbox.apply(&zone);
        sandbox.expect_settled(&zone);
        if let Some(tamper) = self.tamper {
            tamper(&sandbox.behind());
            self.expect_found(&sandbox, &zone);
            sandbox.apply(&zone);
            sandbox.expect_settled(&zone);
        }
        let (organization, dev, files) = self.without;
        self.leave(&sandbox, &self.zone(organization, dev, files));
    }

    fn expect_found(&self, sandbox: &Sandbox, zone: &Zone) {
        let drift = sandbox.drift(zone, 2);
        let (action, paths) = drift.get(self.address).unwrap_or_else(|| panic!("not in {drift:?}"));
        let named = action == self.names || paths.iter().any(|path| path.starts_with(self.names));
        assert!(named, "{action} {paths:?} does not name {}", self.names);
        // A policy type that is off takes its policies' attachments with it; nothing else has company.
        let alone = self.kind == "organizations/policy-type" || drift.len() == 1;
        assert!(alone, "more than was changed: {drift:?}");
    }

    fn leave(&self, sandbox: &Sandbox, zone: &Zone) {
        match self.gone {
            Gone::Never => {}
            Gone::Silent => {
                assert!(!sandbox.run(zone, &["plan", "--json"]).steps().contains_key(self.address));
            }
            Gone::Stays => {
                let plan = sandbox.run(zone, &["plan", "--json"]).expect(0);
                assert!(!plan.steps().contains_key(self.address));
                let told =
                    plan.json()["unstated"].as_array().unwrap().iter().any(|it| it["kind"] == self.kind);
                assert!(told, "{}", plan.stdout);
            }
            Gone::Follows => {
                assert_eq!(sandbox.drift(zone, 2)[self.address].0, "remove");
                sandbox.apply(zone);
                // What came with it may be ours to prune.
                let left = sandbox.run(zone, &["plan", "--json"]).expect(0).steps();
                assert!(left.values().all(|(action, _)| action == "orphan"), "{left:?}");
            }
            Gone::Leaves => {
                // What nobody wants any more is called by the ids of its ends.
                let kind = format!("/{}/", self.kind);
                let leaving = || {
                    let plan = sandbox.run(zone, &["plan", "--json"]).expect(0).steps();
                    plan.iter().any(|(address, (action, _))| address.contains(&kind) && action == "remove")
                };
                assert!(leaving());
                sandbox.apply(zone);
                assert!(!leaving());
            }
            Gone::Pruned => {
                assert_eq!(sandbox.drift(zone, 2)[self.address].0, "orphan");
                sandbox.apply(zone);
                assert_eq!(sandbox.drift(zone, 2)[self.address].0, "orphan", "a plain apply deletes nothing");
                sandbox.run(zone, &["apply", "--yes", "--prune"]).expect(0);
                sandbox.expect_settled(zone);
            }
            Gone::Kept => {
                assert_eq!(sandbox.drift(zone, 2)[self.address].0, "orphan");
                sandbox.run(zone, &["apply", "--yes", "--prune"]).expect(0);
                assert_eq!(sandbox.drift(zone, 2)[self.address].0, "orphan");
            }
        }
    }
}

#[test]
fn every_kind_has_a_case() {
    let cases: BTreeSet<_> = SERVICES.iter().copied().flatten().map(|case| case.kind).collect();
    let kinds: BTreeSet<_> = landfall::kinds::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(cases, kinds);
}

macro_rules! lives {
    ($($test:ident: $kind:literal;)*) => {
        $(
            #[test]
            fn $test() {
                SERVICES.iter().copied().flatten().find(|case| case.kind == $kind).expect("a case").live();
            }
        )*
        #[test]
        fn every_case_is_run() {
            assert_eq!([$($kind),*].len(), SERVICES.iter().copied().flatten().count());
        }
    };
}

lives! {
    organization: "organizations/organization";
    trusted_access: "organizations/trusted-access";
    policy_type: "organizations/policy-type";
    unit: "organizations/unit";
    account: "organizations/account";
    policy: "organizations/policy";
    policy_attachment: "organizations/policy-attachment";
    delegated_administrator: "organizations/delegated-administrator";
    trail_administrator: "cloudtrail/delegated-administrator";
    log_resource_policy: "logs/resource-policy";
    trail: "cloudtrail/trail";
    log_group: "logs/log-group";
    metric_filter: "logs/metric-filter";
    alarm: "cloudwatch/alarm";
    topic: "sns/topic";
    subscription: "sns/subscription";
    region: "account/region";
    alternate_contact: "account/alternate-contact";
    root_credentials: "iam/root-credentials";
    account_alias: "iam/account-alias";
    password_policy: "iam/password-policy";
    oidc_provider: "iam/oidc-provider";
    saml_provider: "iam/saml-provider";
    customer_managed_policy: "iam/policy";
    role: "iam/role";
    key: "kms/key";
    replica_key: "kms/replica-key";
    key_alias: "kms/alias";
    public_access_block: "s3/public-access-block";
    bucket: "s3/bucket";
    bucket_policy: "s3/bucket-policy";
    replication: "s3/replication";
    log_stream: "logs/log-stream";
    delivery_stream: "firehose/delivery-stream";
    log_destination: "logs/destination";
    forwarding: "logs/forwarding";
    subscription_filter: "logs/subscription-filter";
    service_linked_role: "iam/service-linked-role";
    recorder: "config/recorder";
    delivery_channel: "config/delivery-channel";
    recording: "config/recording";
    aggregator: "config/aggregator";
    hosted_zone: "route53/hosted-zone";
    zone_association: "route53/zone-association";
    record: "route53/record";
    resolver_endpoint: "route53resolver/endpoint";
    resolver_rule: "route53resolver/rule";
    resolver_rule_association: "route53resolver/rule-association";
    query_log_config: "route53resolver/query-log-config";
    query_log_association: "route53resolver/query-log-association";
    firewall_domain_list: "route53resolver/firewall-domain-list";
    firewall_rule_group: "route53resolver/firewall-rule-group";
    firewall_association: "route53resolver/firewall-association";
    organization_sharing: "ram/organization-sharing";
    resource_share: "ram/resource-share";
    transit_gateway: "ec2/transit-gateway";
    transit_gateway_route_table: "ec2/transit-gateway-route-table";
    transit_gateway_attachment: "ec2/transit-gateway-attachment";
    transit_gateway_peering: "ec2/transit-gateway-peering";
    transit_gateway_propagation: "ec2/transit-gateway-propagation";
    transit_gateway_route: "ec2/transit-gateway-route";
    transit_gateway_association: "ec2/transit-gateway-association";
    default_vpc: "ec2/default-vpc";
    vpc: "ec2/vpc";
    subnet: "ec2/subnet";
    internet_gateway: "ec2/internet-gateway";
    elastic_ip: "ec2/elastic-ip";
    nat_gateway: "ec2/nat-gateway";
    route_table: "ec2/route-table";
    route_table_association: "ec2/route-table-association";
    route: "ec2/route";
    security_group: "ec2/security-group";
    default_security_group: "ec2/default-security-group";
    network_acl: "ec2/network-acl";
    vpc_endpoint: "ec2/vpc-endpoint";
    prefix_list: "ec2/prefix-list";
    flow_log: "ec2/flow-log";
    dhcp_options: "ec2/dhcp-options";
    dhcp_options_association: "ec2/dhcp-options-association";
}
