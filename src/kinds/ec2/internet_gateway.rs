//! `ec2/internet-gateway`: by which a VPC reaches the internet, and is reached.

use aws_sdk_ec2::types::{InternetGateway as SdkGateway, InternetGatewayAttachment, ResourceType};

use super::{Vpc, any_of_ours, freed, gateways::internet_gateways, is_ours, retag, specification, tags};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Timing, Wanted},
    },
};

/// An [internet gateway][gateway] with its attachment. A VPC has one at most, so that one whose tags are lost is found by
/// its VPC.
///
/// [gateway]: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
pub struct InternetGateway;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The VPC that it is attached to.
    pub vpc: Need<Vpc>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    /// The VPC that it is attached to, if it is.
    vpc: Option<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `igw-…`.
    pub id: String,
}

impl Kind for InternetGateway {
    const NAME: &'static str = "ec2/internet-gateway";
    const ABOUT: &'static str = "An internet gateway with its attachment to a VPC.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const READ_AFTER: &'static [&'static str] = &[Vpc::NAME];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeInternetGateways"],
        create: &["ec2:CreateInternetGateway", "ec2:AttachInternetGateway", "ec2:CreateTags"],
        update: &[
            "ec2:AttachInternetGateway",
            "ec2:DetachInternetGateway",
            "ec2:CreateTags",
            "ec2:DeleteTags",
        ],
        delete: &["ec2:DetachInternetGateway", "ec2:DeleteInternetGateway"],
    };
    const TIMING: Timing = super::FREED;
    // Made, and attached.
    const CALLS: Calls = Calls { create: 2, each: &[] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.vpc).map(|vpc| vpc.id)
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { vpc } = spec;
        Doc::new().with("vpc", Field::of(env.get(vpc).map(|vpc| vpc.id), Some(vpc.address().into())))
    }

    fn observed(live: &Live) -> Doc {
        Doc::new().with_some("vpc", live.vpc.as_deref())
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let gateways = internet_gateways(at).await?;
        let found = gateways.iter().filter_map(|gateway| {
            let vpc = gateway.attachments().iter().find_map(InternetGatewayAttachment::vpc_id);
            let live = Live { id: gateway.internet_gateway_id()?.to_owned(), vpc: vpc.map(str::to_owned) };
            let key = live.vpc.clone().unwrap_or_default();
            let concerns = is_ours(at, gateway.tags()) || keys.contains(&key);
            let (label, owner) = (live.id.clone(), Owner::Tags(tags(gateway.tags())));
            concerns.then_some(Found { key, label, owner, live })
        });
        Ok(found.collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(internet_gateways(at).await?.len()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let vpc = it.env.get(&it.spec.vpc).now()?.id;
        let request = at.careful().ec2().await?.create_internet_gateway();
        let request = request.tag_specifications(specification(ResourceType::InternetGateway, it.tags));
        let made = aws::call(at, "CreateInternetGateway", request.send()).await?;
        if let Some(id) = made.internet_gateway().and_then(SdkGateway::internet_gateway_id) {
            // The gateway is made: a failure here must not make another. What is missing is seen and sent as an update.
            drop(attach(at, id, &vpc).await);
        }
        Ok(())
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let vpc = it.env.get(&it.spec.vpc).now()?.id;
        if let Some(other) = &live.vpc {
            detach(at, &live.id, other).await?;
        }
        attach(at, &live.id, &vpc).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        if let Some(vpc) = &live.vpc {
            detach(at, &live.id, vpc).await?;
        }
        let request = at.ec2().await?.delete_internet_gateway().internet_gateway_id(&live.id);
        let gone = freed(aws::call(at, "DeleteInternetGateway", request.send()).await);
        aws::unless(gone, &["InvalidInternetGatewayID.NotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

async fn attach(at: &At<'_>, id: &str, vpc: &str) -> Result<()> {
    let request = at.ec2().await?.attach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
    let attached = aws::seen(aws::call(at, "AttachInternetGateway", request.send()).await);
    aws::unless(attached, &["Resource.AlreadyAssociated"]).map(drop)
}

pub(super) async fn detach(at: &At<'_>, id: &str, vpc: &str) -> Result<()> {
    let request = at.ec2().await?.detach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
    let gone = freed(aws::call(at, "DetachInternetGateway", request.send()).await);
    aws::unless(gone, &["Gateway.NotAttached", "InvalidInternetGatewayID.NotFound"]).map(drop)
}
