//! What guards VPCs.

use aws_sdk_ec2::types::{Filter, IpPermission, IpRange, RuleAction, Tag};

use super::{Case, Gone, NOTHING, done};
use crate::support::{Behind, Sandbox, Zone};

const HOME: &str = "ap-southeast-2";

const ARCHIVE: &str = r#"
[archive]
account   = "dev"
key       = "key:logs"
retention = "7y"
"#;

const KEYS: (&str, &str) = ("policies/keys.toml", "[keys.logs]\naccount = \"dev\"\n");

const TWO_TIERS: (&str, &str) = (
    "network/vpcs.toml",
    r#"
[vpc.lab]
account = "dev"
cidr    = "10.32.0.0/16"
zones   = 2
tiers   = { application = 20, data = 22 }
"#,
);

const ONE_TIER: (&str, &str) = (
    "network/vpcs.toml",
    r#"
[vpc.lab]
account = "dev"
cidr    = "10.32.0.0/16"
zones   = 2
tiers   = { application = 20 }
"#,
);

const ENDPOINTS: (&str, &str) = (
    "network/vpcs.toml",
    r#"
[vpc.lab]
account   = "dev"
cidr      = "10.32.0.0/16"
zones     = 2
tiers     = { application = 20, data = 22 }
endpoints = ["s3", "kms"]
"#,
);

const FLOW_LOGS: (&str, &str) = (
    "network/vpcs.toml",
    r#"
[vpc.lab]
account   = "dev"
cidr      = "10.32.0.0/16"
zones     = 2
tiers     = { application = 20 }
flow_logs = "dev/archive"
"#,
);

const DHCP: (&str, &str) = (
    "network/vpcs.toml",
    r#"
[vpc.lab]
account = "dev"
cidr    = "10.32.0.0/16"
zones   = 2
tiers   = { application = 20 }
dhcp    = { domain_name = "lab.kinds.internal" }
"#,
);

/// The digest of what [`DHCP`] says is part of the name.
const OPTIONS: &str = "dev/ap-southeast-2/ec2/dhcp-options/lab/debc71e78929";

const SEGMENT: (&str, &str) = (
    "network/vpcs.toml",
    r#"
[vpc.lab]
account = "dev"
cidr    = "10.32.0.0/16"
zones   = 1
segment = "lab"
tiers   = { application = 20 }

[vpc.other]
account = "dev"
cidr    = "10.33.0.0/16"
zones   = 1
segment = "lab"
tiers   = { application = 20 }

[transit]
account  = "dev"
asn      = 64512
segments = { lab = [] }
"#,
);

const ALONE: (&str, &str) = (
    "network/vpcs.toml",
    r#"
[vpc.lab]
account = "dev"
cidr    = "10.32.0.0/16"
zones   = 1
segment = "lab"
tiers   = { application = 20 }

[vpc.other]
account = "dev"
cidr    = "10.33.0.0/16"
zones   = 1
segment = "other"
tiers   = { application = 20 }

[transit]
account  = "dev"
asn      = 64512
segments = { lab = [], other = [] }
"#,
);

pub const CASES: &[Case] = &[
    Case {
        kind: "ec2/security-group",
        organization: "",
        dev: "",
        files: &[ENDPOINTS],
        address: "dev/ap-southeast-2/ec2/security-group/lab/endpoints",
        tamper: Some(|behind| {
            let everywhere = IpRange::builder().cidr_ip("0.0.0.0/0").build();
            let open =
                IpPermission::builder().ip_protocol("tcp").from_port(22).to_port(22).ip_ranges(everywhere);
            let call =
                ec2(behind).authorize_security_group_ingress().group_id(group(behind, "endpoints-lab"));
            done(call.ip_permissions(open.build()).send());
        }),
        names: "rules[tcp 22 <- 0.0.0.0/0]",
        without: ("", "", &[TWO_TIERS]),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/default-security-group",
        organization: "",
        dev: "",
        files: &[ONE_TIER],
        address: "dev/ap-southeast-2/ec2/default-security-group/lab",
        tamper: Some(|behind| {
            let everything = IpPermission::builder().ip_protocol("-1");
            let everything = everything.ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build()).build();
            let call = ec2(behind).authorize_security_group_egress().group_id(group(behind, "default"));
            done(call.ip_permissions(everything).send());
        }),
        names: "rules[all -> 0.0.0.0/0]",
        without: ("", "", NOTHING),
        gone: Gone::Silent,
    },
    Case {
        kind: "ec2/network-acl",
        organization: "",
        dev: "",
        files: &[TWO_TIERS],
        address: "dev/ap-southeast-2/ec2/network-acl/lab/data",
        tamper: Some(|behind| {
            let call = ec2(behind).create_network_acl_entry().network_acl_id(acl(behind, "lab/data"));
            let call = call.rule_number(1).egress(false).protocol("-1").rule_action(RuleAction::Allow);
            done(call.cidr_block("0.0.0.0/0").send());
        }),
        names: "entries[in 00001]",
        without: ("", "", &[ONE_TIER]),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/vpc-endpoint",
        organization: "",
        dev: "",
        files: &[ENDPOINTS],
        address: "dev/ap-southeast-2/ec2/vpc-endpoint/lab/s3",
        tamper: Some(|behind| {
            let service =
                Filter::builder().name("service-name").values("com.amazonaws.ap-southeast-2.s3").build();
            let found = done(ec2(behind).describe_vpc_endpoints().filters(service).send());
            let id = found.vpc_endpoints()[0].vpc_endpoint_id().unwrap();
            done(ec2(behind).modify_vpc_endpoint().vpc_endpoint_id(id).reset_policy(true).send());
        }),
        names: "policy[Organization]",
        without: ("", "", &[TWO_TIERS]),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/prefix-list",
        organization: "",
        dev: "",
        files: &[SEGMENT],
        address: "dev/ap-southeast-2/ec2/prefix-list/lab/peers",
        tamper: Some(|behind| {
            let name = Filter::builder().name("prefix-list-name").values("lab-peers").build();
            let found = done(ec2(behind).describe_managed_prefix_lists().filters(name).send());
            let list = &found.prefix_lists()[0];
            let (id, version) = (list.prefix_list_id().unwrap(), list.version().unwrap());
            let changed =
                aws_sdk_ec2::types::AddPrefixListEntry::builder().cidr("10.33.0.0/16").description("me");
            let call = ec2(behind).modify_managed_prefix_list().prefix_list_id(id).current_version(version);
            done(call.add_entries(changed.build()).send());
        }),
        names: "entries[10.33.0.0/16]",
        without: ("", "", &[ALONE]),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/flow-log",
        organization: ARCHIVE,
        dev: "",
        files: &[FLOW_LOGS, KEYS],
        address: "dev/ap-southeast-2/ec2/flow-log/lab/bucket",
        tamper: Some(|behind| {
            let found = done(ec2(behind).describe_flow_logs().send());
            let ids = found.flow_logs().iter().filter_map(|log| log.flow_log_id.clone());
            done(ec2(behind).delete_flow_logs().set_flow_log_ids(Some(ids.collect())).send());
        }),
        names: "create",
        without: (ARCHIVE, "", &[ONE_TIER, KEYS]),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/dhcp-options",
        organization: "",
        dev: "",
        files: &[DHCP],
        address: OPTIONS,
        tamper: Some(|behind| {
            let name = Filter::builder().name("tag-key").values("landfall:address").build();
            let found = done(ec2(behind).describe_dhcp_options().filters(name).send());
            let id = found.dhcp_options()[0].dhcp_options_id().unwrap();
            let tag = Tag::builder().key("Name").value("mine").build();
            done(ec2(behind).create_tags().resources(id).tags(tag).send());
        }),
        names: "tags[Name]",
        without: ("", "", &[ONE_TIER]),
        gone: Gone::Follows,
    },
    Case {
        kind: "ec2/dhcp-options-association",
        organization: "",
        dev: "",
        files: &[DHCP],
        address: "dev/ap-southeast-2/ec2/dhcp-options-association/lab",
        tamper: Some(|behind| {
            let call = ec2(behind).associate_dhcp_options().dhcp_options_id("default").vpc_id(lab(behind));
            done(call.send());
        }),
        names: "options",
        without: ("", "", &[ONE_TIER]),
        gone: Gone::Follows,
    },
];

fn ec2(behind: &Behind) -> aws_sdk_ec2::Client {
    behind.member("dev").ec2(HOME)
}

/// The id of the VPC.
fn lab(behind: &Behind) -> String {
    let range = Filter::builder().name("cidr").values("10.32.0.0/16").build();
    done(ec2(behind).describe_vpcs().filters(range).send()).vpcs()[0].vpc_id.clone().unwrap()
}

/// The id of a security group of the VPC.
fn group(behind: &Behind, name: &str) -> String {
    let filters = [("vpc-id", lab(behind)), ("group-name", name.to_owned())];
    let filters = filters.map(|(key, value)| Filter::builder().name(key).values(value).build()).into();
    let found = done(ec2(behind).describe_security_groups().set_filters(Some(filters)).send());
    found.security_groups()[0].group_id.clone().unwrap()
}

/// The id of the network ACL with this name.
fn acl(behind: &Behind, name: &str) -> String {
    let name = Filter::builder().name("tag:Name").values(name).build();
    let found = done(ec2(behind).describe_network_acls().filters(name).send());
    found.network_acls()[0].network_acl_id.clone().unwrap()
}

/// The calls that changed something in EC2 since they were last forgotten.
fn changes(sandbox: &Sandbox) -> Vec<String> {
    let calls = sandbox.control().calls().into_iter().filter(|call| call.mutating && call.service == "ec2");
    calls.map(|call| call.operation).collect()
}

#[test]
fn rules_and_entries_are_changed_one_by_one() {
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&zone_of(&[ENDPOINTS])));
    sandbox.apply(&zone);
    sandbox.control().forget_calls();
    zone.replace("network/vpcs.toml", "endpoints =", "ports     = { data = [5432, 6379] }\nendpoints =");
    sandbox.apply(&zone);
    let mut changed = changes(&sandbox);
    changed.sort_unstable();
    assert_eq!(
        changed,
        ["AuthorizeSecurityGroupIngress", "CreateNetworkAclEntry", "CreateNetworkAclEntry"],
        "a port is a rule of the data tier, and an entry on either side of it"
    );
    sandbox.expect_settled(&zone);
    sandbox.control().forget_calls();
    zone.replace("network/vpcs.toml", "[5432, 6379]", "[6379]");
    sandbox.apply(&zone);
    let revoked = changes(&sandbox).iter().filter(|call| call.starts_with("Revoke")).count();
    assert_eq!(revoked, 1);
    sandbox.expect_settled(&zone);
}

#[test]
fn a_group_that_nothing_guards_any_more_is_found_by_name() {
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&zone_of(&[TWO_TIERS])));
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let call = ec2(&behind).delete_tags().resources(group(&behind, "data-lab"));
    done(call.tags(Tag::builder().key("landfall:organization").build()).send());
    let drift = sandbox.drift(&zone, 2);
    let (action, _) = &drift["dev/ap-southeast-2/ec2/security-group/lab/data"];
    assert_eq!((action.as_str(), drift.len()), ("adopt", 1), "{drift:?}");
    sandbox.run(&zone, &["apply", "--yes", "--adopt"]).expect(0);
    sandbox.expect_settled(&zone);
}

#[test]
fn flow_logs_are_delivered_to_another_accounts_bucket_and_into_a_log_group() {
    let archive = ARCHIVE.replace("\"dev\"", "\"logging\"");
    let logs =
        FLOW_LOGS.1.replace("\"dev/archive\"", "{ bucket = \"logging/archive\", retention = \"30d\" }");
    let files = [("network/vpcs.toml", logs.as_str()), (KEYS.0, "[keys.logs]\naccount = \"logging\"\n")];
    let mut files: Vec<_> = zone_of(&files);
    let organization = format!("{}{archive}", super::ORGANIZATION);
    files[0].1 = organization.as_str();
    files.push(("accounts/logging.toml", "unit = \"Workloads\""));
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&files));
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    let found = done(ec2(&sandbox.behind()).describe_flow_logs().send());
    let mut kinds: Vec<_> =
        found.flow_logs().iter().filter_map(|log| log.log_destination_type.clone()).collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds.iter().map(aws_sdk_ec2::types::LogDestinationType::as_str).collect::<Vec<_>>(),
        ["cloud-watch-logs", "s3"]
    );
}

#[test]
fn a_tier_that_leaves_its_subnets_leaves_endpoints_standing() {
    let (sandbox, zone) = (Sandbox::start(), Zone::of(&zone_of(&[ENDPOINTS])));
    sandbox.apply(&zone);
    zone.replace("network/vpcs.toml", ", data = 22", "");
    sandbox.apply(&zone);
    sandbox.run(&zone, &["apply", "--yes", "--prune"]).expect(0);
    sandbox.expect_settled(&zone);
}

/// The files of a landing zone with the account `dev`.
fn zone_of<'f>(files: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let all = [("organization.toml", super::ORGANIZATION), ("accounts/dev.toml", super::DEV)];
    all.into_iter().chain(files.iter().copied()).collect()
}
