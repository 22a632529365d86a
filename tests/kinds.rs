//! Every kind's life, through the real binary in a sandbox: apply, plan again with nothing to do; change it behind our
//! back, drift names it; apply repairs it; take it out of the TOML, it goes as its kind says.

use std::collections::BTreeSet;

use crate::support::{Behind, Sandbox, Zone, behind::done, organization};

mod dns;
mod forwarding;
mod foundation;
mod guard;
mod kms;
mod network;
mod policies;
mod recording;
mod s3;
mod trail;
mod transit;
mod vpc;

const ORGANIZATION: &str = organization!("kinds" in "ap-southeast-2");

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

/// Cases by service.
const SERVICES: &[&[Case]] = &[
    foundation::CASES,
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
    no_full_access: "organizations/no-full-access";
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
