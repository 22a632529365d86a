//! VPCs, what lies in them, and how they reach the internet.

use aws_sdk_ec2::types::{AttributeBooleanValue, Filter, ResourceType, Tag, TagSpecification};

use super::network::{HOME, id};
use super::{Case, DEV, Gone, NOTHING, ORGANIZATION, done};
use crate::support::{Behind, Sandbox, Zone};

/// A VPC in three tiers that stands alone.
const LAB: &[(&str, &str)] = &[(
    "network/lab.toml",
    "[vpc.lab]\naccount = \"dev\"\ncidr = \"10.32.0.0/16\"\nzones = 1\n\
     tiers = { dmz = 24, application = 20, data = 22 }\n",
)];

/// The same without data.
const NO_DATA: &[(&str, &str)] = &[(
    "network/lab.toml",
    "[vpc.lab]\naccount = \"dev\"\ncidr = \"10.32.0.0/16\"\nzones = 1\ntiers = { dmz = 24, application = 20 }\n",
)];

/// The same without a way out.
const NO_DMZ: &[(&str, &str)] = &[(
    "network/lab.toml",
    "[vpc.lab]\naccount = \"dev\"\ncidr = \"10.32.0.0/16\"\nzones = 1\ntiers = { application = 20, data = 22 }\n",
)];

fn rename(behind: &Behind, address: &str) {
    let tag = Tag::builder().key("Name").value("somebody-elses").build();
    done(behind.member("dev").ec2(HOME).create_tags().resources(id(behind, address)).tags(tag).send());
}

pub const CASES: &[Case] = &[
    Case {
        kind: "ec2/default-vpc",
        organization: "",
        dev: "default_vpcs = \"removed\"",
        files: NOTHING,
        address: "dev/ap-southeast-2/ec2/default-vpc/default-vpc",
        tamper: Some(|behind| {
            drop(done(behind.member("dev").ec2(HOME).create_default_vpc().send()));
        }),
        names: "vpc",
        without: ("", "", NOTHING),
        gone: Gone::Silent,
    },
    Case {
        kind: "ec2/vpc",
        organization: "",
        dev: "",
        files: LAB,
        address: "dev/ap-southeast-2/ec2/vpc/lab",
        tamper: Some(|behind| {
            let off = AttributeBooleanValue::builder().value(false).build();
            let call = behind.member("dev").ec2(HOME).modify_vpc_attribute();
            done(call.vpc_id(id(behind, "ec2/vpc/lab")).enable_dns_hostnames(off).send());
        }),
        names: "dns_hostnames",
        without: ("", "", NOTHING),
        gone: Gone::Kept,
    },
    Case {
        kind: "ec2/subnet",
        organization: "",
        dev: "",
        files: LAB,
        address: "dev/ap-southeast-2/ec2/subnet/lab/data-az1",
        tamper: Some(|behind| {
            let on = AttributeBooleanValue::builder().value(true).build();
            let call = behind.member("dev").ec2(HOME).modify_subnet_attribute();
            done(call.subnet_id(id(behind, "ec2/subnet/lab/data-az1")).map_public_ip_on_launch(on).send());
        }),
        names: "public_addresses",
        without: ("", "", NO_DATA),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/internet-gateway",
        organization: "",
        dev: "",
        files: LAB,
        address: "dev/ap-southeast-2/ec2/internet-gateway/lab",
        tamper: Some(|behind| {
            rename(behind, "ec2/internet-gateway/lab");
        }),
        names: "tags[Name]",
        without: ("", "", NO_DMZ),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/elastic-ip",
        organization: "",
        dev: "",
        files: LAB,
        address: "dev/ap-southeast-2/ec2/elastic-ip/lab/az1",
        tamper: Some(|behind| rename(behind, "ec2/elastic-ip/lab/az1")),
        names: "tags[Name]",
        without: ("", "", NO_DMZ),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/nat-gateway",
        organization: "",
        dev: "",
        files: LAB,
        address: "dev/ap-southeast-2/ec2/nat-gateway/lab/az1",
        tamper: Some(|behind| rename(behind, "ec2/nat-gateway/lab/az1")),
        names: "tags[Name]",
        without: ("", "", NO_DMZ),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/route-table",
        organization: "",
        dev: "",
        files: LAB,
        address: "dev/ap-southeast-2/ec2/route-table/lab/data",
        tamper: Some(|behind| rename(behind, "ec2/route-table/lab/data")),
        names: "tags[Name]",
        without: ("", "", NO_DATA),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/route-table-association",
        organization: "",
        dev: "",
        files: LAB,
        address: "dev/ap-southeast-2/ec2/route-table-association/lab/data-az1",
        tamper: Some(|behind| {
            let (ec2, dmz) = (behind.member("dev").ec2(HOME), id(behind, "ec2/route-table/lab/dmz"));
            let association = association(behind, "ec2/route-table/lab/data");
            let call = ec2.replace_route_table_association().association_id(association);
            done(call.route_table_id(dmz).send());
        }),
        names: "table",
        without: ("", "", NO_DATA),
        gone: Gone::Silent,
    },
    Case {
        kind: "ec2/route",
        organization: "",
        dev: "",
        files: LAB,
        address: "dev/ap-southeast-2/ec2/route/lab/application-az1/0.0.0.0/0",
        tamper: Some(|behind| {
            let (table, gateway) =
                (id(behind, "ec2/route-table/lab/application-az1"), id(behind, "ec2/internet-gateway/lab"));
            let call = behind.member("dev").ec2(HOME).replace_route().route_table_id(table);
            done(call.destination_cidr_block("0.0.0.0/0").gateway_id(gateway).send());
        }),
        names: "target",
        without: ("", "", NO_DMZ),
        gone: Gone::Leaves,
    },
];

/// The first association of a table.
fn association(behind: &Behind, table: &str) -> String {
    let call = behind.member("dev").ec2(HOME).describe_route_tables().route_table_ids(id(behind, table));
    let tables = done(call.send()).route_tables.unwrap_or_default();
    let association = tables.iter().flat_map(aws_sdk_ec2::types::RouteTable::associations).next();
    association.and_then(|one| one.route_table_association_id()).expect("an association").to_owned()
}

fn lab() -> Zone {
    Zone::of(&[("organization.toml", ORGANIZATION), ("accounts/dev.toml", DEV), LAB[0]])
}

#[test]
fn a_way_out_of_the_data_tier_is_taken_back() {
    let (sandbox, zone) = (Sandbox::start(), lab());
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let call = behind.member("dev").ec2(HOME).create_route();
    let call =
        call.route_table_id(id(&behind, "ec2/route-table/lab/data")).destination_cidr_block("0.0.0.0/0");
    done(call.gateway_id(id(&behind, "ec2/internet-gateway/lab")).send());
    let drift = sandbox.drift(&zone, 2);
    assert_eq!(drift.len(), 1, "{drift:?}");
    assert_eq!(drift["dev/ap-southeast-2/ec2/route/lab/data/0.0.0.0/0"].0, "remove");
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}

#[test]
fn a_route_to_what_landfall_did_not_make_is_told_and_left() {
    let (sandbox, zone) = (Sandbox::start(), lab());
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let ec2 = behind.member("dev").ec2(HOME);
    let call = ec2.create_network_interface().subnet_id(id(&behind, "ec2/subnet/lab/application-az1"));
    let interface =
        done(call.send()).network_interface.and_then(|it| it.network_interface_id).expect("an id");
    let call = ec2.create_route().route_table_id(id(&behind, "ec2/route-table/lab/data"));
    done(call.destination_cidr_block("192.168.0.0/16").network_interface_id(interface).send());
    let plan = sandbox.run(&zone, &["plan", "--json"]).expect(0);
    let foreign = plan.json()["foreign"].to_string();
    assert!(foreign.contains("lab/data/192.168.0.0/16"), "{foreign}");
    assert!(plan.steps().is_empty());
}

#[test]
fn a_vpc_that_lost_its_tags_is_found_by_its_range() {
    let (sandbox, zone) = (Sandbox::start(), lab());
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let ec2 = behind.member("dev").ec2(HOME);
    for key in ["landfall:address", "landfall:organization"] {
        let vpc = vpc_of_range(&behind);
        done(ec2.delete_tags().resources(vpc).tags(Tag::builder().key(key).build()).send());
    }
    assert_eq!(sandbox.drift(&zone, 2)["dev/ap-southeast-2/ec2/vpc/lab"].0, "adopt");
    sandbox.run(&zone, &["apply", "--yes", "--adopt"]).expect(0);
    sandbox.expect_settled(&zone);
}

fn vpc_of_range(behind: &Behind) -> String {
    let range = Filter::builder().name("cidr").values("10.32.0.0/16").build();
    let call = behind.member("dev").ec2(HOME).describe_vpcs().filters(range);
    let vpcs = done(call.send()).vpcs.unwrap_or_default();
    vpcs.first().and_then(|vpc| vpc.vpc_id()).expect("a VPC").to_owned()
}

#[test]
fn a_default_vpc_in_use_stays() {
    let (sandbox, zone) =
        (Sandbox::start(), Zone::of(&[("organization.toml", ORGANIZATION), ("accounts/dev.toml", DEV)]));
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let ec2 = behind.member("dev").ec2(HOME);
    let subnets = done(ec2.describe_subnets().send()).subnets.unwrap_or_default();
    let subnet = subnets.first().and_then(|subnet| subnet.subnet_id()).expect("a subnet");
    let tag = TagSpecification::builder().resource_type(ResourceType::NetworkInterface);
    let tag = tag.tags(Tag::builder().key("Name").value("in use").build()).build();
    done(ec2.create_network_interface().subnet_id(subnet).tag_specifications(tag).send());
    zone.write("accounts/dev.toml", &format!("{DEV}\ndefault_vpcs = \"removed\"\n"));
    let failed = sandbox.run(&zone, &["apply", "--yes"]).expect(1);
    assert!(failed.stderr.contains("something runs in the default VPC"), "{}", failed.stderr);
    assert_eq!(done(ec2.describe_subnets().send()).subnets.unwrap_or_default().len(), subnets.len());
}

#[test]
fn a_vpc_that_moved_keeps_all_it_has() {
    let guarded = |name: &str, stated: &str| {
        format!(
            "[vpc.{name}]\naccount = \"dev\"\ncidr = \"10.32.0.0/16\"\nzones = 1\nendpoints = [\"s3\"]\n\
             flow_logs = {{ retention = \"30d\" }}\ndhcp = {{ domain_name = \"lab.acme.internal\" }}\n{stated}\
             tiers = {{ dmz = 24, application = 20, data = 22 }}\n"
        )
    };
    let (sandbox, zone) = (Sandbox::start(), lab());
    zone.write("network/lab.toml", &guarded("lab", ""));
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let (vpc, group) = (id(&behind, "ec2/vpc/lab"), id(&behind, "ec2/security-group/lab/data"));
    zone.write("network/lab.toml", &guarded("bench", "name = \"lab\"\nmoved = { from = \"lab\" }\n"));
    let steps = sandbox.run(&zone, &["plan", "--json"]).expect(0).steps();
    assert!(steps.len() > 10, "{steps:?}");
    for (address, (action, paths)) in steps {
        assert_eq!(action, "update", "{address}");
        assert!(paths.iter().all(|path| path.starts_with("tags[")), "{address} {paths:?}");
    }
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    assert_eq!(id(&behind, "ec2/vpc/bench"), vpc);
    assert_eq!(id(&behind, "ec2/security-group/bench/data"), group);
    zone.write("network/lab.toml", &guarded("bench", "name = \"lab\"\n"));
    sandbox.expect_settled(&zone);
}
