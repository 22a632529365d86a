//! Transit Gateways, what they join, and what is shared for it.

use aws_sdk_ec2::types::{
    AutoAcceptSharedAttachmentsValue, Filter, ModifyTransitGatewayOptions, Tag, TransitGatewayAttachment,
};

use super::{Case, Gone};
use crate::support::{Behind, Sandbox, behind::done, vpc};

const HOME: &str = "ap-southeast-2";
const TWO_REGIONS: &str = "regions = [\"ap-southeast-2\", \"ap-southeast-4\"]";
const HUB: (&str, &str) = ("accounts/hub.toml", "unit = \"Workloads\"\n");

/// A gateway in one account, and VPCs of two that it joins.
const JOINED: &[(&str, &str)] = &[HUB, ("network/main.toml", MAIN)];

const MAIN: &str = concat!(
    r#"
[transit]
account  = "hub"
segments = { dev = ["shared"], shared = [], lab = [] }

[pool]
cidr = "10.0.0.0/8"
"#,
    vpc!("hub" of "hub", "10.0.0.0/16", 1, "shared"),
    vpc!("dev" of "dev", "10.64.0.0/16", 2, "dev"),
    vpc!("lab" of "hub", "10.65.0.0/16", 1, "lab")
);

/// The same without what the other account has attached.
const APART: &[(&str, &str)] = &[
    HUB,
    (
        "network/main.toml",
        concat!(
            r#"
[transit]
account  = "hub"
segments = { shared = [], lab = [] }

[pool]
cidr = "10.0.0.0/8"
"#,
            vpc!("hub" of "hub", "10.0.0.0/16", 1, "shared"),
            vpc!("dev" of "dev", "10.64.0.0/16", 2),
            vpc!("lab" of "hub", "10.65.0.0/16", 1, "lab")
        ),
    ),
];

/// VPCs that nothing joins.
const ALONE: &[(&str, &str)] = &[
    HUB,
    (
        "network/main.toml",
        concat!(
            vpc!("hub" of "hub", "10.0.0.0/16", 1),
            vpc!("dev" of "dev", "10.64.0.0/16", 2),
            vpc!("lab" of "hub", "10.65.0.0/16", 1)
        ),
    ),
];

/// Segments that may not talk any more, and no pool to keep them apart in.
const STRANGERS: &[(&str, &str)] = &[
    HUB,
    (
        "network/main.toml",
        concat!(
            r#"
[transit]
account  = "hub"
segments = { dev = [], shared = [], lab = [] }
"#,
            vpc!("hub" of "hub", "10.0.0.0/16", 1, "shared"),
            vpc!("dev" of "dev", "10.64.0.0/16", 2, "dev"),
            vpc!("lab" of "hub", "10.65.0.0/16", 1, "lab")
        ),
    ),
];

/// VPCs of one account in two Regions.
const FAR: &[(&str, &str)] = &[(
    "network/main.toml",
    concat!(
        r#"
[transit]
account  = "dev"
segments = { dev = [] }
"#,
        vpc!("dev" of "dev", "10.64.0.0/16", 1, "dev"),
        r#"
[vpc.far]
account = "dev"
region  = "ap-southeast-4"
cidr    = "10.66.0.0/16"
zones   = 1
segment = "dev"
tiers   = { application = 20 }
"#
    ),
)];

/// The same with one of them on its own.
const NEAR: &[(&str, &str)] = &[(
    "network/main.toml",
    concat!(
        r#"
[transit]
account  = "dev"
segments = { dev = [] }
"#,
        vpc!("dev" of "dev", "10.64.0.0/16", 1, "dev"),
        r#"
[vpc.far]
account = "dev"
region  = "ap-southeast-4"
cidr    = "10.66.0.0/16"
zones   = 1
tiers   = { application = 20 }
"#
    ),
)];

pub const CASES: &[Case] = &[
    Case {
        kind: "ram/organization-sharing",
        organization: "",
        dev: "",
        files: JOINED,
        address: "management/global/ram/organization-sharing/organization",
        tamper: Some(|behind| {
            let role = "AWSServiceRoleForResourceAccessManager";
            done(behind.iam().delete_service_linked_role().role_name(role).send());
        }),
        names: "create",
        without: ("", "", ALONE),
        gone: Gone::Silent,
    },
    Case {
        kind: "ram/resource-share",
        organization: "",
        dev: "",
        files: JOINED,
        address: "hub/ap-southeast-2/ram/resource-share/transit",
        tamper: Some(|behind| {
            let ram = behind.member("hub").ram(HOME);
            let owner = aws_sdk_ram::types::ResourceOwner::SelfValue;
            let shares = done(ram.get_resource_shares().resource_owner(owner).send());
            let share = shares.resource_shares()[0].resource_share_arn().unwrap();
            let own = behind.organizations().describe_organization();
            let arn = done(own.send()).organization.unwrap().arn.unwrap();
            done(ram.disassociate_resource_share().resource_share_arn(share).principals(arn).send());
            done(
                ram.update_resource_share().resource_share_arn(share).allow_external_principals(true).send(),
            );
        }),
        names: "principals",
        without: ("", "", APART),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/transit-gateway",
        organization: "",
        dev: "",
        files: JOINED,
        address: "hub/ap-southeast-2/ec2/transit-gateway/transit",
        tamper: Some(|behind| {
            let open = AutoAcceptSharedAttachmentsValue::Disable;
            let options = ModifyTransitGatewayOptions::builder().auto_accept_shared_attachments(open).build();
            let call = hub(behind).modify_transit_gateway().transit_gateway_id(gateway(behind));
            done(call.options(options).send());
        }),
        names: "auto_accept",
        without: ("", "", ALONE),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/transit-gateway-route-table",
        organization: "",
        dev: "",
        files: JOINED,
        address: "hub/ap-southeast-2/ec2/transit-gateway-route-table/dev",
        tamper: Some(|behind| {
            let tag = Tag::builder().key("Name").value("mine").build();
            done(hub(behind).create_tags().resources(table(behind, "dev")).tags(tag).send());
        }),
        names: "tags[Name]",
        without: ("", "", APART),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/transit-gateway-attachment",
        organization: "",
        dev: "",
        files: JOINED,
        address: "dev/ap-southeast-2/ec2/transit-gateway-attachment/dev",
        tamper: Some(|behind| {
            let ec2 = behind.member("dev").ec2(HOME);
            let attachments = done(ec2.describe_transit_gateway_vpc_attachments().send());
            let attachment = &attachments.transit_gateway_vpc_attachments()[0];
            let call = ec2.modify_transit_gateway_vpc_attachment();
            let call =
                call.transit_gateway_attachment_id(attachment.transit_gateway_attachment_id().unwrap());
            done(call.remove_subnet_ids(&attachment.subnet_ids()[0]).send());
        }),
        names: "subnets",
        without: ("", "", APART),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/transit-gateway-peering",
        organization: TWO_REGIONS,
        dev: "",
        files: FAR,
        address: "dev/ap-southeast-2/ec2/transit-gateway-peering/ap-southeast-4",
        tamper: Some(|behind| {
            let ec2 = behind.member("dev").ec2(HOME);
            let peerings = done(ec2.describe_transit_gateway_peering_attachments().send());
            let peering = &peerings.transit_gateway_peering_attachments()[0];
            let tag = Tag::builder().key("Name").value("mine").build();
            let id = peering.transit_gateway_attachment_id().unwrap();
            done(ec2.create_tags().resources(id).tags(tag).send());
        }),
        names: "tags[Name]",
        without: (TWO_REGIONS, "", NEAR),
        gone: Gone::Pruned,
    },
    Case {
        kind: "ec2/transit-gateway-propagation",
        organization: "",
        dev: "",
        files: JOINED,
        address: "hub/ap-southeast-2/ec2/transit-gateway-propagation/shared/dev",
        tamper: Some(|behind| {
            let call = hub(behind).disable_transit_gateway_route_table_propagation();
            let call = call.transit_gateway_route_table_id(table(behind, "shared"));
            done(call.transit_gateway_attachment_id(attachment(behind, "dev")).send());
        }),
        names: "create",
        without: ("", "", STRANGERS),
        gone: Gone::Leaves,
    },
    Case {
        kind: "ec2/transit-gateway-route",
        organization: "",
        dev: "",
        files: JOINED,
        address: "hub/ap-southeast-2/ec2/transit-gateway-route/lab/10.0.0.0/8",
        tamper: Some(|behind| {
            let call = hub(behind).replace_transit_gateway_route().destination_cidr_block("10.0.0.0/8");
            let call = call.transit_gateway_route_table_id(table(behind, "lab"));
            done(call.transit_gateway_attachment_id(attachment(behind, "dev")).send());
        }),
        names: "target",
        without: ("", "", STRANGERS),
        gone: Gone::Follows,
    },
    Case {
        kind: "ec2/transit-gateway-association",
        organization: "",
        dev: "",
        files: JOINED,
        address: "hub/ap-southeast-2/ec2/transit-gateway-association/dev",
        tamper: Some(|behind| {
            let call = hub(behind).disassociate_transit_gateway_route_table();
            let call = call.transit_gateway_route_table_id(table(behind, "dev"));
            done(call.transit_gateway_attachment_id(attachment(behind, "dev")).send());
        }),
        names: "create",
        without: ("", "", APART),
        gone: Gone::Leaves,
    },
];

/// Clients in the gateway's account.
fn hub(behind: &Behind) -> aws_sdk_ec2::Client {
    behind.member("hub").ec2(HOME)
}

fn gateway(behind: &Behind) -> String {
    let gateways = done(hub(behind).describe_transit_gateways().send());
    gateways.transit_gateways()[0].transit_gateway_id().unwrap().to_owned()
}

/// The id of a gateway's table by its name.
fn table(behind: &Behind, name: &str) -> String {
    let call = hub(behind).describe_transit_gateway_route_tables();
    let tables = done(call.filters(Filter::builder().name("tag:Name").values(name).build()).send());
    tables.transit_gateway_route_tables()[0].transit_gateway_route_table_id().unwrap().to_owned()
}

/// All attachments to the gateway.
fn attachments(behind: &Behind) -> Vec<TransitGatewayAttachment> {
    let all = done(hub(behind).describe_transit_gateway_attachments().send());
    all.transit_gateway_attachments.unwrap_or_default()
}

/// The id of the attachment that is the only one of an account.
fn attachment(behind: &Behind, account: &str) -> String {
    let owner = behind.accounts()[account].clone();
    let of = |one: &TransitGatewayAttachment| one.resource_owner_id() == Some(owner.as_str());
    let one = attachments(behind).into_iter().find(of).unwrap();
    one.transit_gateway_attachment_id.unwrap()
}

/// The name of the table that an attachment is associated with.
fn associated(behind: &Behind, attachment: &str) -> String {
    let is_it = |one: &TransitGatewayAttachment| one.transit_gateway_attachment_id() == Some(attachment);
    let one = attachments(behind).into_iter().find(is_it).unwrap();
    one.association.and_then(|association| association.transit_gateway_route_table_id).unwrap()
}

fn joined() -> &'static Case {
    CASES.iter().find(|case| case.kind == "ec2/transit-gateway-association").unwrap()
}

#[test]
fn a_vpc_moves_to_another_segment_and_is_cut_for_the_swap_alone() {
    let (sandbox, zone) = (Sandbox::start(), joined().with());
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let dev = attachment(&behind, "dev");
    assert_eq!(associated(&behind, &dev), table(&behind, "dev"));
    zone.write("network/main.toml", &MAIN.replacen("segment = \"dev\"", "segment = \"lab\"", 1));
    let plan = sandbox.run(&zone, &["plan", "--json"]).expect(0);
    let steps = plan.json()["steps"].as_array().unwrap().clone();
    let cut: Vec<_> = steps.iter().filter(|step| step.get("interrupts").is_some()).collect();
    let address = "hub/ap-southeast-2/ec2/transit-gateway-association/dev";
    assert_eq!(cut.len(), 1, "{}", plan.stdout);
    assert_eq!((&cut[0]["address"], &cut[0]["action"]), (&address.into(), &"update".into()));
    sandbox.apply(&zone);
    assert_eq!(associated(&behind, &dev), table(&behind, "lab"));
    sandbox.run(&zone, &["apply", "--yes", "--prune"]).expect(0);
    sandbox.expect_settled(&zone);
}

/// Attaches a VPC of somebody's in the other account, and gives the attachment's id.
fn attach_another(behind: &Behind) -> String {
    let ec2 = behind.member("dev").ec2(HOME);
    let vpc = done(ec2.create_vpc().cidr_block("172.16.0.0/16").send()).vpc.unwrap().vpc_id.unwrap();
    let subnet = done(ec2.create_subnet().vpc_id(&vpc).cidr_block("172.16.0.0/24").send());
    let call = ec2.create_transit_gateway_vpc_attachment().transit_gateway_id(gateway(behind));
    let call = call.vpc_id(&vpc).subnet_ids(subnet.subnet.unwrap().subnet_id.unwrap());
    let made = done(call.send()).transit_gateway_vpc_attachment.unwrap();
    let id = made.transit_gateway_attachment_id.unwrap();
    loop {
        let call = ec2.describe_transit_gateway_vpc_attachments().transit_gateway_attachment_ids(&id);
        let shown = done(call.send());
        if shown.transit_gateway_vpc_attachments()[0].state().unwrap().as_str() == "available" {
            return id;
        }
    }
}

#[test]
fn what_others_attach_is_told_and_left_alone_unless_it_opens_what_is_forbidden() {
    let (sandbox, zone) = (Sandbox::start(), joined().with());
    sandbox.apply(&zone);
    let behind = sandbox.behind();
    let (theirs, ec2) = (attach_another(&behind), hub(&behind));
    let propagate = |name: &str| {
        let call = ec2.enable_transit_gateway_route_table_propagation();
        let call = call.transit_gateway_route_table_id(table(&behind, name));
        done(call.transit_gateway_attachment_id(&theirs).send());
    };
    let associate = ec2.associate_transit_gateway_route_table();
    let associate = associate.transit_gateway_route_table_id(table(&behind, "dev"));
    done(associate.transit_gateway_attachment_id(&theirs).send());
    propagate("shared");
    let route = ec2.create_transit_gateway_route().destination_cidr_block("172.20.0.0/16");
    let route = route.transit_gateway_route_table_id(table(&behind, "shared"));
    done(route.transit_gateway_attachment_id(&theirs).send());
    let plan = sandbox.run(&zone, &["plan", "--json"]).expect(0).json();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 0, "{plan:#}");
    let mut foreign: Vec<_> =
        plan["foreign"].as_array().unwrap().iter().map(|one| one["label"].as_str().unwrap()).collect();
    foreign.sort_unstable();
    let (entry, propagated) = (format!("dev/{theirs}"), format!("shared/{theirs}"));
    assert_eq!(foreign, [entry.as_str(), "shared/172.20.0.0/16", &propagated]);
    // What is routed as `dev` is not to be reached from `lab`.
    propagate("lab");
    let blocked = sandbox.run(&zone, &["plan", "--json"]).expect(3).steps();
    let address = format!("hub/ap-southeast-2/ec2/transit-gateway-propagation/lab/{theirs}");
    assert_eq!(blocked[&address].0, "blocked", "{blocked:?}");
    let association = format!("hub/ap-southeast-2/ec2/transit-gateway-association/dev/{theirs}");
    assert_eq!((blocked[&association].0.as_str(), blocked.len()), ("blocked", 2), "{blocked:?}");
    let listed = format!("\n[removed]\naddresses = [\"{address}\"]\n");
    zone.write("organization.toml", &(zone.read("organization.toml") + &listed));
    // The association is blocked as long as the propagation was there when it was read.
    sandbox.run(&zone, &["apply", "--yes"]).expect(3);
    sandbox.expect_settled(&zone);
}
