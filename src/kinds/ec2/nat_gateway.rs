//! `ec2/nat-gateway`: by which what has no public address reaches the internet.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_ec2::types::{
    NatGateway as SdkGateway, NatGatewayAddress, NatGatewayState, ResourceType, Subnet as SdkSubnet,
};

use super::{
    ElasticIp, Subnet, Vpc, any_of_ours, gateways::nat_gateways, is_ours, retag, specification,
    subnet::subnets, tags,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{
            Actions, CountsAs, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted,
        },
    },
    names::ZoneId,
};

/// A public [NAT gateway][gateway] in one zone. A subnet of ours has one at most, so that one whose tags are lost is found
/// by its subnet.
///
/// [gateway]: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
pub struct NatGateway;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The subnet it lies in, whose table leads to an internet gateway.
    pub subnet: Need<Subnet>,
    /// The zone of that subnet, in which AWS counts.
    pub zone: ZoneId,
    /// The address that others see.
    pub address: Need<ElasticIp>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    subnet: String,
    /// The id of its address's allocation.
    address: Option<String>,
    state: Option<NatGatewayState>,
    failure: Option<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `nat-…`.
    pub id: String,
}

impl Kind for NatGateway {
    const NAME: &'static str = "ec2/nat-gateway";
    const ABOUT: &'static str = "A public NAT gateway in one zone.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const IMMUTABLE: &'static [&'static str] = &["subnet", "address"];
    const READ_AFTER: &'static [&'static str] = &[Subnet::NAME];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeNatGateways"],
        create: &["ec2:CreateNatGateway", "ec2:CreateTags"],
        update: &["ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DeleteNatGateway"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(100),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html: minutes",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.subnet).map(|subnet| subnet.id)
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { subnet, zone: _, address } = spec;
        let allocation = env.get(address).map(|address| address.allocation);
        Doc::new()
            .with("subnet", Field::of(env.get(subnet).map(|subnet| subnet.id), Some(subnet.address().into())))
            .with("address", Field::of(allocation, Some(address.address().into())))
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, subnet, address, state: _, failure: _ } = live;
        Doc::new().with("subnet", subnet.as_str()).with_some("address", address.as_deref())
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    fn state(live: &Live) -> State {
        match live.state {
            Some(NatGatewayState::Pending) => State::Pending("AWS is still making it".to_owned()),
            Some(NatGatewayState::Failed) => {
                let why = live.failure.as_deref().unwrap_or("for no stated reason");
                State::Failed(format!("AWS could not make it: {why}; it takes it away within an hour"))
            }
            _ => State::Ready,
        }
    }

    fn counts_as(spec: &Spec) -> CountsAs {
        CountsAs { what: "", of: Some(spec.zone.to_string()) }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let gateways = nat_gateways(at).await?;
        let found = gateways.iter().filter_map(|gateway| {
            let key = gateway.subnet_id()?.to_owned();
            let address = gateway.nat_gateway_addresses().iter().find_map(NatGatewayAddress::allocation_id);
            let live = Live {
                id: gateway.nat_gateway_id()?.to_owned(),
                subnet: key.clone(),
                address: address.map(str::to_owned),
                state: gateway.state().cloned(),
                failure: gateway.failure_message().map(str::to_owned),
            };
            let concerns = is_ours(at, gateway.tags()) || keys.contains(&key);
            let (label, owner) = (live.id.clone(), Owner::Tags(tags(gateway.tags())));
            concerns.then_some(Found { key, label, owner, live })
        });
        Ok(found.collect())
    }

    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let (gateways, subnets) = (nat_gateways(at).await?, subnets(at).await?);
        let zone = it.spec.zone.to_string();
        let here = subnets.iter().filter(|subnet| subnet.availability_zone_id() == Some(zone.as_str()));
        let here: BTreeSet<_> = here.filter_map(SdkSubnet::subnet_id).collect();
        let of = |gateway: &&SdkGateway| gateway.subnet_id().is_some_and(|subnet| here.contains(subnet));
        Ok(Some(gateways.iter().filter(of).count()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { subnet, zone: _, address } = it.spec;
        let request = at.ec2().await?.create_nat_gateway().subnet_id(it.env.get(subnet).now()?.id);
        let request = request.allocation_id(it.env.get(address).now()?.allocation);
        let request = request.tag_specifications(specification(ResourceType::Natgateway, it.tags));
        aws::seen(aws::call(at, "CreateNatGateway", request.send()).await).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_nat_gateway().nat_gateway_id(&live.id);
        let gone = aws::call(at, "DeleteNatGateway", request.send()).await;
        aws::unless(gone, &["NatGatewayNotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}
