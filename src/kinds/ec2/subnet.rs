//! `ec2/subnet`: a part of a VPC's addresses in one Availability Zone.

use std::sync::Arc;

use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType, Subnet as SdkSubnet, SubnetState as SdkState};

use super::{Vpc, any_of_ours, freed, is_ours, retag, specification, tags};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    names::{Cidr, ZoneId},
};

/// A [subnet][subnet].
///
/// [subnet]: https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
pub struct Subnet;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its VPC.
    pub vpc: Need<Vpc>,
    /// Its addresses, some of the VPC's.
    pub cidr: Cidr,
    /// Where it lies.
    pub zone: ZoneId,
    /// Whether what is launched in it gets a public address unasked.
    pub public_addresses: bool,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    vpc: String,
    cidr: String,
    zone: String,
    public_addresses: bool,
    state: Option<SdkState>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `subnet-…`.
    pub id: String,
}

fn key(vpc: &str, cidr: &str) -> String {
    format!("{vpc} {cidr}")
}

impl Kind for Subnet {
    const NAME: &'static str = "ec2/subnet";
    const ABOUT: &'static str = "A subnet of a VPC in one zone.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const IMMUTABLE: &'static [&'static str] = &["vpc", "cidr", "zone"];
    const WAY_OUT: &'static str =
        "write the old value back; a tier that is to have larger subnets is another VPC's";
    const READ_AFTER: &'static [&'static str] = &[Vpc::NAME];
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeSubnets"],
        create: &["ec2:CreateSubnet", "ec2:CreateTags", "ec2:ModifySubnetAttribute"],
        update: &["ec2:ModifySubnetAttribute", "ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DeleteSubnet"],
    };
    const TIMING: Timing = super::FREED;

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let cidr = it.spec.cidr.to_string();
        it.env.get(&it.spec.vpc).map(|vpc| key(&vpc.id, &cidr))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { vpc, cidr, zone, public_addresses } = spec;
        Doc::new()
            .with("vpc", Field::of(env.get(vpc).map(|vpc| vpc.id), Some(vpc.address().into())))
            .with("cidr", cidr.to_string())
            .with("zone", zone.to_string())
            .with("public_addresses", *public_addresses)
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, vpc, cidr, zone, public_addresses, state: _ } = live;
        Doc::new()
            .with("vpc", vpc.as_str())
            .with("cidr", cidr.as_str())
            .with("zone", zone.as_str())
            .with("public_addresses", *public_addresses)
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    fn state(live: &Live) -> State {
        match live.state {
            Some(SdkState::Pending) => State::Pending("AWS is still making it".to_owned()),
            _ => State::Ready,
        }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let subnets = subnets(at).await?;
        let found = subnets.iter().filter_map(|subnet| {
            let live = Live {
                id: subnet.subnet_id()?.to_owned(),
                vpc: subnet.vpc_id()?.to_owned(),
                cidr: subnet.cidr_block()?.to_owned(),
                zone: subnet.availability_zone_id().unwrap_or_default().to_owned(),
                public_addresses: subnet.map_public_ip_on_launch().unwrap_or_default(),
                state: subnet.state().cloned(),
            };
            let key = key(&live.vpc, &live.cidr);
            let concerns = is_ours(at, subnet.tags()) || keys.contains(&key);
            let (label, owner) = (live.id.clone(), Owner::Tags(tags(subnet.tags())));
            concerns.then_some(Found { key, label, owner, live })
        });
        Ok(found.collect())
    }

    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let subnets = subnets(at).await?;
        let vpc = it.env.get(&it.spec.vpc).map(|vpc| vpc.id);
        Ok(vpc.among(subnets.iter().map(SdkSubnet::vpc_id), 0))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { vpc, cidr, zone, public_addresses } = it.spec;
        let request = at.ec2().await?.create_subnet().vpc_id(it.env.get(vpc).now()?.id);
        let request = request.cidr_block(cidr.to_string()).availability_zone_id(zone.to_string());
        let request = request.tag_specifications(specification(ResourceType::Subnet, it.tags));
        let made = aws::seen(aws::call(at, "CreateSubnet", request.send()).await)?;
        let id = made.subnet().and_then(SdkSubnet::subnet_id);
        if let Some(id) = id.filter(|_| *public_addresses) {
            // What is missing is seen and sent as an update.
            drop(set_public_addresses(at, id, true).await);
        }
        Ok(())
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        set_public_addresses(at, &live.id, it.spec.public_addresses).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_subnet().subnet_id(&live.id);
        let gone = freed(aws::call(at, "DeleteSubnet", request.send()).await);
        aws::unless(gone, &["InvalidSubnetID.NotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

/// All subnets of a place.
pub(super) async fn subnets(at: &At<'_>) -> Result<Arc<Vec<SdkSubnet>>> {
    const OPERATION: &str = "DescribeSubnets";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_subnets().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

async fn set_public_addresses(at: &At<'_>, id: &str, on: bool) -> Result<()> {
    let switch = AttributeBooleanValue::builder().value(on).build();
    let request = at.ec2().await?.modify_subnet_attribute().subnet_id(id).map_public_ip_on_launch(switch);
    aws::seen(aws::call(at, "ModifySubnetAttribute", request.send()).await).map(drop)
}
