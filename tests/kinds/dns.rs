//! Private zones, resolvers, what is forwarded, written down and blocked.

use std::{thread, time::Duration};

use aws_sdk_route53::types::{
    Change, ChangeAction, ChangeBatch, ResourceRecord, ResourceRecordSet, RrType, Vpc,
};
use aws_sdk_route53resolver::types::{
    Action, FirewallDomainUpdateOperation, IpAddressUpdate, ResolverRuleConfig, Tag, TargetAddress,
};

use super::{Case, Gone};
use crate::support::{Behind, behind::done, vpc};

const HOME: &str = "ap-southeast-2";
const HUB: (&str, &str) = ("accounts/hub.toml", "unit = \"Workloads\"\n");

/// Two VPCs of two accounts, which nothing joins.
macro_rules! apart {
    ($more:literal) => {
        concat!(
vpc!("hub" of "hub", "10.0.0.0/16", 2),
vpc!("dev" of "dev", "10.64.0.0/16", 2),
$more
        )
    };
}

/// The same in segments.
macro_rules! joined {
    ($more:literal) => {
        concat!(
r#"
[transit]
account  = "hub"
segments = { shared = ["dev"], dev = [] }

[pool]
cidr = "10.0.0.0/8"
"#,
vpc!("hub" of "hub", "10.0.0.0/16", 2, "shared"),
vpc!("dev" of "dev", "10.64.0.0/16", 2, "dev"),
r#"
[resolver.main]
vpc      = "hub"
inbound  = true
outbound = true
"#,
$more
        )
    };
}

const MAIN: &str = "network/main.toml";

const ALONE: &[(&str, &str)] = &[HUB, (MAIN, apart!(""))];
const ZONE: &[(&str, &str)] =
    &[HUB, (MAIN, apart!("\n[zone.\"dev.kinds.internal\"]\naccount = \"dev\"\nvpcs = [\"dev\", \"hub\"]\n"))];
const LONELY_ZONE: &[(&str, &str)] =
    &[HUB, (MAIN, apart!("\n[zone.\"dev.kinds.internal\"]\naccount = \"dev\"\nvpcs = [\"dev\"]\n"))];
const RECORDS: &[(&str, &str)] = &[
    HUB,
    (
        MAIN,
        apart!(
            "\n[zone.\"dev.kinds.internal\"]\naccount = \"dev\"\nvpcs = [\"dev\"]\nrecords = { www = { a = [\"10.64.0.10\"] } }\n"
        ),
    ),
];

const RESOLVER: &[(&str, &str)] =
    &[HUB, (MAIN, apart!("\n[resolver.main]\nvpc = \"hub\"\ninbound = true\n"))];
const LOGS: &[(&str, &str)] =
    &[HUB, KEYS, (MAIN, apart!("\n[resolver.main]\nvpc = \"hub\"\nquery_logs = \"dev/archive\"\n"))];
const NO_LOGS: &[(&str, &str)] = &[HUB, KEYS, (MAIN, apart!(""))];
const KEYS: (&str, &str) = ("policies/keys.toml", "[keys.logs]\naccount = \"dev\"\n");
const ARCHIVE: &str = "\n[archive]\naccount = \"dev\"\nkey = \"key:logs\"\nretention = \"7y\"\n";

const JOINED: &[(&str, &str)] = &[HUB, (MAIN, joined!(""))];
const FORWARD: &[(&str, &str)] = &[
    HUB,
    (
        MAIN,
        joined!(
            "\n[forward.\"corp.kinds.example\"]\nto = [\"192.168.10.10\"]\nsegments = [\"shared\", \"dev\"]\n"
        ),
    ),
];
const NEAR_FORWARD: &[(&str, &str)] = &[
    HUB,
    (
        MAIN,
        joined!("\n[forward.\"corp.kinds.example\"]\nto = [\"192.168.10.10\"]\nsegments = [\"shared\"]\n"),
    ),
];
const FIREWALL: &[(&str, &str)] = &[
    HUB,
    (
        MAIN,
        joined!(
            "\n[firewall.bad]\naccount = \"hub\"\nblock = [\"*.bad.example\"]\nmanaged = [\"AWSManagedDomainsMalwareDomainList\"]\nsegments = [\"shared\", \"dev\"]\n"
        ),
    ),
];
const NEAR_FIREWALL: &[(&str, &str)] = &[
    HUB,
    (
        MAIN,
        joined!(
            "\n[firewall.bad]\naccount = \"hub\"\nblock = [\"*.bad.example\"]\nmanaged = [\"AWSManagedDomainsMalwareDomainList\"]\nsegments = [\"shared\"]\n"
        ),
    ),
];

pub const CASES: &[Case] = &[
    Case {
        kind: "route53/hosted-zone",
        organization: "",
        dev: "",
        files: ZONE,
        address: "dev/global/route53/hosted-zone/dev.kinds.internal",
        tamper: Some(|behind| {
            let dev = behind.member("dev");
            let call = dev.route53().update_hosted_zone_comment().id(zone(&dev));
            done(call.comment("somebody else's").send());
        }),
        names: "comment",
        without: ("", "", ALONE),
        gone: Gone::Pruned,
    },
    Case {
        kind: "route53/zone-association",
        organization: "",
        dev: "",
        files: ZONE,
        address: "dev/global/route53/zone-association/dev.kinds.internal/hub",
        tamper: Some(|behind| {
            let (dev, hub) = (behind.member("dev"), vpc(&behind.member("hub"), "10.0.0.0/16"));
            let hub = Vpc::builder().vpc_id(hub).vpc_region(HOME.into()).build();
            let call = dev.route53().disassociate_vpc_from_hosted_zone().hosted_zone_id(zone(&dev));
            done(call.vpc(hub).send());
        }),
        names: "create",
        without: ("", "", LONELY_ZONE),
        gone: Gone::Leaves,
    },
    Case {
        kind: "route53/record",
        organization: "",
        dev: "",
        files: RECORDS,
        address: "dev/global/route53/record/www.dev.kinds.internal/A",
        tamper: Some(|behind| {
            let dev = behind.member("dev");
            let value = ResourceRecord::builder().value("10.64.0.66").build().unwrap();
            let set = ResourceRecordSet::builder().name("www.dev.kinds.internal").r#type(RrType::A);
            let set = set.ttl(300).resource_records(value).build().unwrap();
            let change = Change::builder().action(ChangeAction::Upsert).resource_record_set(set);
            let batch = ChangeBatch::builder().changes(change.build().unwrap()).build().unwrap();
            let call = dev.route53().change_resource_record_sets().hosted_zone_id(zone(&dev));
            done(call.change_batch(batch).send());
        }),
        names: "values",
        without: ("", "", LONELY_ZONE),
        gone: Gone::Follows,
    },
    Case {
        kind: "route53resolver/endpoint",
        organization: "",
        dev: "",
        files: RESOLVER,
        address: "hub/ap-southeast-2/route53resolver/endpoint/main-inbound",
        tamper: Some(|behind| {
            let hub = behind.member("hub");
            let endpoints = done(hub.resolver(HOME).list_resolver_endpoints().send());
            let id = endpoints.resolver_endpoints()[0].id().unwrap().to_owned();
            let addresses =
                hub.resolver(HOME).list_resolver_endpoint_ip_addresses().resolver_endpoint_id(&id);
            let subnet = done(addresses.send()).ip_addresses()[0].subnet_id().unwrap().to_owned();
            let more = IpAddressUpdate::builder().subnet_id(subnet).build();
            let call = hub.resolver(HOME).associate_resolver_endpoint_ip_address();
            done(call.resolver_endpoint_id(id).ip_address(more).send());
            settle();
        }),
        names: "subnets",
        without: ("", "", ALONE),
        gone: Gone::Pruned,
    },
    Case {
        kind: "route53resolver/rule",
        organization: "",
        dev: "",
        files: FORWARD,
        address: "hub/ap-southeast-2/route53resolver/rule/corp.kinds.example",
        tamper: Some(|behind| {
            let hub = behind.member("hub");
            let target = TargetAddress::builder().ip("192.168.66.66").port(53).build();
            let config = ResolverRuleConfig::builder().target_ips(target).build();
            let call = hub.resolver(HOME).update_resolver_rule().resolver_rule_id(rule(&hub));
            done(call.config(config).send());
            settle();
        }),
        names: "targets",
        without: ("", "", JOINED),
        gone: Gone::Pruned,
    },
    Case {
        kind: "route53resolver/rule-association",
        organization: "",
        dev: "",
        files: FORWARD,
        address: "dev/ap-southeast-2/route53resolver/rule-association/dev/corp.kinds.example",
        tamper: Some(|behind| {
            let (dev, rule) = (behind.member("dev"), rule(&behind.member("hub")));
            let call = dev.resolver(HOME).disassociate_resolver_rule().resolver_rule_id(rule);
            done(call.vpc_id(vpc(&dev, "10.64.0.0/16")).send());
            settle();
        }),
        names: "create",
        without: ("", "", NEAR_FORWARD),
        gone: Gone::Leaves,
    },
    Case {
        kind: "route53resolver/query-log-config",
        organization: ARCHIVE,
        dev: "",
        files: LOGS,
        address: "hub/ap-southeast-2/route53resolver/query-log-config/queries",
        tamper: Some(|behind| {
            let hub = behind.member("hub").resolver(HOME);
            let configs = done(hub.list_resolver_query_log_configs().send());
            let arn = configs.resolver_query_log_configs()[0].arn().unwrap().to_owned();
            let tag = Tag::builder().key("landfall:address").value("elsewhere").build().unwrap();
            done(hub.tag_resource().resource_arn(arn).tags(tag).send());
        }),
        names: "tags[landfall:address]",
        without: (ARCHIVE, "", NO_LOGS),
        gone: Gone::Pruned,
    },
    Case {
        kind: "route53resolver/query-log-association",
        organization: ARCHIVE,
        dev: "",
        files: LOGS,
        address: "dev/ap-southeast-2/route53resolver/query-log-association/dev/queries",
        tamper: Some(|behind| {
            let dev = behind.member("dev").resolver(HOME);
            let all = done(dev.list_resolver_query_log_config_associations().send());
            let one = &all.resolver_query_log_config_associations()[0];
            let call = dev.disassociate_resolver_query_log_config().set_resource_id(one.resource_id.clone());
            let config = one.resolver_query_log_config_id.clone();
            done(call.set_resolver_query_log_config_id(config).send());
            settle();
        }),
        names: "create",
        without: (ARCHIVE, "", NO_LOGS),
        gone: Gone::Leaves,
    },
    Case {
        kind: "route53resolver/firewall-domain-list",
        organization: "",
        dev: "",
        files: FIREWALL,
        address: "hub/ap-southeast-2/route53resolver/firewall-domain-list/bad",
        tamper: Some(|behind| {
            let hub = behind.member("hub").resolver(HOME);
            let call = hub.update_firewall_domains().firewall_domain_list_id(list(&hub));
            let call = call.operation(FirewallDomainUpdateOperation::Add).domains("good.example");
            done(call.send());
            settle();
        }),
        names: "domains[good.example]",
        without: ("", "", JOINED),
        gone: Gone::Pruned,
    },
    Case {
        kind: "route53resolver/firewall-rule-group",
        organization: "",
        dev: "",
        files: FIREWALL,
        address: "hub/ap-southeast-2/route53resolver/firewall-rule-group/bad",
        tamper: Some(|behind| {
            let hub = behind.member("hub").resolver(HOME);
            let groups = done(hub.list_firewall_rule_groups().send());
            let group = groups.firewall_rule_groups()[0].id().unwrap();
            let call = hub.update_firewall_rule().firewall_rule_group_id(group).action(Action::Alert);
            done(call.firewall_domain_list_id(list(&hub)).send());
            settle();
        }),
        names: "rules[block].action",
        without: ("", "", JOINED),
        gone: Gone::Pruned,
    },
    Case {
        kind: "route53resolver/firewall-association",
        organization: "",
        dev: "",
        files: FIREWALL,
        address: "dev/ap-southeast-2/route53resolver/firewall-association/dev/bad",
        tamper: Some(|behind| {
            let dev = behind.member("dev").resolver(HOME);
            let all = done(dev.list_firewall_rule_group_associations().send());
            let id = all.firewall_rule_group_associations()[0].id().unwrap();
            let call = dev.update_firewall_rule_group_association().firewall_rule_group_association_id(id);
            done(call.priority(666).send());
            settle();
        }),
        names: "priority",
        without: ("", "", NEAR_FIREWALL),
        gone: Gone::Leaves,
    },
];

/// Resolver works on what it is told for a while.
fn settle() {
    thread::sleep(Duration::from_secs(1));
}

/// The id of the only private zone of an account.
fn zone(account: &Behind) -> String {
    let zones = done(account.route53().list_hosted_zones().send());
    zones.hosted_zones()[0].id().to_owned()
}

/// The id of the VPC with this range.
fn vpc(account: &Behind, cidr: &str) -> String {
    let vpcs = done(account.ec2(HOME).describe_vpcs().send());
    let vpc = vpcs.vpcs().iter().find(|vpc| vpc.cidr_block() == Some(cidr));
    vpc.and_then(|vpc| vpc.vpc_id()).expect("the VPC").to_owned()
}

/// The id of the only rule that an account made.
fn rule(account: &Behind) -> String {
    let rules = done(account.resolver(HOME).list_resolver_rules().send());
    let rule = rules.resolver_rules().iter().find(|rule| rule.domain_name() == Some("corp.kinds.example."));
    rule.and_then(|rule| rule.id()).expect("the rule").to_owned()
}

/// The id of the only list of domains that an account made.
fn list(resolver: &aws_sdk_route53resolver::Client) -> String {
    let lists = done(resolver.list_firewall_domain_lists().send());
    let own = lists.firewall_domain_lists().iter().find(|list| list.name() == Some("kinds-bad"));
    own.and_then(|list| list.id()).expect("the list").to_owned()
}
