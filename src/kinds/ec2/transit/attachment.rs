//! `ec2/transit-gateway-attachment`: a VPC that a gateway joins to others, made in the VPC's account.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_ec2::types::{
    ApplianceModeSupportValue as ApplianceMode, CreateTransitGatewayVpcAttachmentRequestOptions,
    DnsSupportValue as DnsSupport, ModifyTransitGatewayVpcAttachmentRequestOptions, ResourceType,
    TransitGatewayVpcAttachment as SdkAttachment,
};

use super::{
    TransitGateway,
    attached::{called, named},
    inventory::{ATTACHMENT_GONE, attachment_state, settled, vpc_attachments},
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    kinds::ec2::{Subnet, Vpc, any_of_ours, is_ours, retag, specification, tags},
};

/// An [attachment of a VPC][attachment], with a subnet in each zone that is to be reached. Subnets come and go in place.
///
/// [attachment]: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
pub struct TransitGatewayAttachment;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The gateway; another account's has to be shared with this one.
    pub gateway: Need<TransitGateway>,
    /// The VPC.
    pub vpc: Need<Vpc>,
    /// Its subnets, one in each zone.
    pub subnets: Vec<Need<Subnet>>,
    /// Whether a flow keeps to the zone that it came in by, for what looks into it on its way.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html>
    pub appliance_mode: bool,
}

impl Spec {
    fn subnets(&self) -> Vec<Text> {
        let text = |subnet: &Need<Subnet>| Text::of(subnet, subnet.address(), |subnet| subnet.id);
        self.subnets.iter().map(text).collect()
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    gateway: String,
    vpc: String,
    subnets: BTreeSet<String>,
    appliance_mode: bool,
    dns: bool,
    state: State,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id, the same in both accounts: `tgw-attach-…`.
    pub id: String,
}

impl Kind for TransitGatewayAttachment {
    const NAME: &'static str = "ec2/transit-gateway-attachment";
    const ABOUT: &'static str =
        "An attachment of a VPC to a Transit Gateway, with a subnet in each zone that is to be reached.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const IMMUTABLE: &'static [&'static str] = &["gateway", "vpc"];
    const READ_AFTER: &'static [&'static str] = &[TransitGateway::NAME, Vpc::NAME];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeTransitGatewayVpcAttachments"],
        // The first attachment of an account makes the [service-linked role][role] by which AWS puts interfaces there.
        //
        // [role]: https://docs.aws.amazon.com/vpc/latest/tgw/service-linked-roles.html
        create: &["ec2:CreateTransitGatewayVpcAttachment", "ec2:CreateTags", "iam:CreateServiceLinkedRole"],
        update: &["ec2:ModifyTransitGatewayVpcAttachment", "ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DeleteTransitGatewayVpcAttachment"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_mins(1),
        deadline: Duration::from_mins(15),
        source: "seen in the field: about a minute",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let gateway = it.env.get(&it.spec.gateway).map(|gateway| gateway.id);
        gateway.and_then(|gateway| it.env.get(&it.spec.vpc).map(|vpc| key(&gateway, &vpc.id)))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { gateway, vpc, subnets: _, appliance_mode } = spec;
        Doc::new()
            .with("gateway", named(env.get(gateway).map(|gateway| gateway.id), gateway.address()))
            .with("vpc", named(env.get(vpc).map(|vpc| vpc.id), vpc.address()))
            .with("subnets", Field::texts(&spec.subnets(), env))
            .with("appliance_mode", *appliance_mode)
            .with("dns", true)
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, gateway, vpc, subnets, appliance_mode, dns, state: _ } = live;
        Doc::new()
            .with("gateway", Field::Is(called(gateway, None)))
            .with("vpc", Field::Is(called(vpc, None)))
            .with("subnets", subnets.iter().cloned().collect::<Vec<_>>())
            .with("appliance_mode", *appliance_mode)
            .with("dns", *dns)
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let attachments = vpc_attachments(at).await?;
        let found = attachments.iter().filter_map(|one| Some((is_ours(at, one.tags()), found(one)?)));
        let found = found.filter(|(ours, one)| *ours || keys.contains(&one.key)).map(|(_, one)| one);
        Ok(found.collect())
    }

    /// A gateway that was shared a moment ago is not found yet.
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let options = CreateTransitGatewayVpcAttachmentRequestOptions::builder()
            .dns_support(DnsSupport::Enable)
            .appliance_mode_support(appliance(it.spec.appliance_mode));
        let request = at.careful().ec2().await?.create_transit_gateway_vpc_attachment();
        let request = request.transit_gateway_id(it.env.get(&it.spec.gateway).now()?.id);
        let request = request.vpc_id(it.env.get(&it.spec.vpc).now()?.id);
        let request = request.set_subnet_ids(Some(subnets(it)?.into_iter().collect()));
        let request = request.options(options.build());
        let request =
            request.tag_specifications(specification(ResourceType::TransitGatewayAttachment, it.tags));
        settled(aws::call(at, "CreateTransitGatewayVpcAttachment", request.send()).await).map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let wanted = subnets(it)?;
        let more = |one: &BTreeSet<String>, than: &BTreeSet<String>| {
            Some(one.difference(than).cloned().collect::<Vec<_>>()).filter(|more| !more.is_empty())
        };
        let options = ModifyTransitGatewayVpcAttachmentRequestOptions::builder()
            .dns_support(DnsSupport::Enable)
            .appliance_mode_support(appliance(it.spec.appliance_mode));
        let request = at.ec2().await?.modify_transit_gateway_vpc_attachment();
        let request = request.transit_gateway_attachment_id(&live.id).options(options.build());
        let request = request.set_add_subnet_ids(more(&wanted, &live.subnets));
        let request = request.set_remove_subnet_ids(more(&live.subnets, &wanted));
        settled(aws::call(at, "ModifyTransitGatewayVpcAttachment", request.send()).await).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_transit_gateway_vpc_attachment();
        let request = request.transit_gateway_attachment_id(&live.id);
        let gone = aws::call(at, "DeleteTransitGatewayVpcAttachment", request.send()).await;
        aws::unless(gone, &[ATTACHMENT_GONE]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

fn key(gateway: &str, vpc: &str) -> String {
    format!("{gateway} {vpc}")
}

fn appliance(mode: bool) -> ApplianceMode {
    if mode { ApplianceMode::Enable } else { ApplianceMode::Disable }
}

fn subnets(it: &Wanted<'_, TransitGatewayAttachment>) -> Result<BTreeSet<String>> {
    it.spec.subnets.iter().map(|subnet| it.env.get(subnet).map(|subnet| subnet.id).now()).collect()
}

fn found(one: &SdkAttachment) -> Option<Found<Live>> {
    let (id, gateway) = (one.transit_gateway_attachment_id()?, one.transit_gateway_id()?);
    let (vpc, options) = (one.vpc_id()?, one.options());
    let appliance = options.and_then(|options| options.appliance_mode_support());
    let live = Live {
        id: id.to_owned(),
        gateway: gateway.to_owned(),
        vpc: vpc.to_owned(),
        subnets: one.subnet_ids().iter().cloned().collect(),
        appliance_mode: appliance == Some(&ApplianceMode::Enable),
        dns: options.and_then(|options| options.dns_support()) == Some(&DnsSupport::Enable),
        state: attachment_state(one.state()),
    };
    let owner = Owner::Tags(tags(one.tags()));
    Some(Found { key: key(gateway, vpc), label: id.to_owned(), owner, live })
}
