//! `ec2/vpc`: a network of its own.

use aws_sdk_ec2::types::{
    AttributeBooleanValue, ResourceType, Vpc as SdkVpc, VpcAttributeName, VpcState as SdkState,
};
use futures::future::try_join_all;

use super::{freed, is_of_account, is_ours, retag, specification, tags, vpcs};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{
            Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted,
        },
    },
    names::Cidr,
};

/// A [VPC][vpc]. The default one of a Region is not among them.
///
/// [vpc]: https://docs.aws.amazon.com/vpc/latest/userguide/configure-your-vpc.html
pub struct Vpc;

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Its addresses. AWS changes them never, and no two VPCs of a landing zone share any, so that one whose tags are
    /// lost is found by them.
    pub cidr: Cidr,
    /// Whether AWS's resolver answers in it.
    pub dns_support: bool,
    /// Whether instances with public addresses have names. Private zones and private names of endpoints need both.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
    pub dns_hostnames: bool,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    cidr: String,
    state: Option<SdkState>,
    dns_support: bool,
    dns_hostnames: bool,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `vpc-…`.
    pub id: String,
}

impl Kind for Vpc {
    const NAME: &'static str = "ec2/vpc";
    const ABOUT: &'static str = "A VPC with its range.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Listed;
    const KEPT: Option<&'static str> = Some("until then all that lies in it stays too");
    const MOVES: bool = true;
    const IMMUTABLE: &'static [&'static str] = &["cidr"];
    const WAY_OUT: &'static str = "write the old range back; or state a new VPC under another name, move what runs in the old one, and \
                                   remove the old one later";
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeVpcAttribute"],
        create: &["ec2:CreateVpc", "ec2:CreateTags", "ec2:ModifyVpcAttribute"],
        update: &["ec2:ModifyVpcAttribute", "ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DeleteVpc"],
    };
    const TIMING: Timing = super::FREED;
    const CALLS: Calls = Calls { create: 1, each: &["dns_hostnames"] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.cidr.to_string())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { cidr, dns_support, dns_hostnames } = spec;
        Doc::new()
            .with("cidr", cidr.to_string())
            .with("dns_support", *dns_support)
            .with("dns_hostnames", *dns_hostnames)
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, cidr, state: _, dns_support, dns_hostnames } = live;
        Doc::new()
            .with("cidr", cidr.as_str())
            .with("dns_support", *dns_support)
            .with("dns_hostnames", *dns_hostnames)
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
        let ranges: Vec<_> = wanted.iter().map(|it| it.spec.cidr.to_string()).collect();
        let vpcs = vpcs(at).await?;
        let concerns = |vpc: &&SdkVpc| {
            let is_wanted = vpc.cidr_block().is_some_and(|cidr| ranges.iter().any(|range| range == cidr));
            !vpc.is_default().unwrap_or_default() && (is_wanted || is_ours(at, vpc.tags()))
        };
        let found = try_join_all(vpcs.iter().filter(concerns).map(|vpc| found(at, vpc))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The default one counts.
    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let vpcs = vpcs(at).await?;
        Ok(Some(vpcs.iter().filter(|vpc| is_of_account(at, vpc.owner_id())).count()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.careful().ec2().await?.create_vpc().cidr_block(it.spec.cidr.to_string());
        let request = request.tag_specifications(specification(ResourceType::Vpc, it.tags));
        let made = aws::call(at, "CreateVpc", request.send()).await?;
        if let Some(id) = made.vpc().and_then(SdkVpc::vpc_id) {
            // The VPC is made: a failure here must not make another. What is missing is seen and sent as an update.
            drop(set_hostnames(at, id, it.spec.dns_hostnames).await);
        }
        Ok(())
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let touched = |root: &str| changes.iter().any(|change| change.root() == root);
        let Spec { cidr: _, dns_support, dns_hostnames } = *it.spec;
        if touched("dns_support") {
            set_support(at, &live.id, dns_support).await?;
        }
        if touched("dns_hostnames") {
            set_hostnames(at, &live.id, dns_hostnames).await?;
        }
        Ok(())
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_vpc().vpc_id(&live.id);
        let gone = freed(aws::call(at, "DeleteVpc", request.send()).await);
        aws::unless(gone, &["InvalidVpcID.NotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

/// A VPC with its attributes, which AWS tells one by one; nothing if it is gone meanwhile.
async fn found(at: &At<'_>, vpc: &SdkVpc) -> Result<Option<Found<Live>>> {
    let (Some(id), Some(cidr)) = (vpc.vpc_id(), vpc.cidr_block()) else { return Ok(None) };
    let support = attribute(at, id, VpcAttributeName::EnableDnsSupport).await?;
    let hostnames = attribute(at, id, VpcAttributeName::EnableDnsHostnames).await?;
    let (Some(dns_support), Some(dns_hostnames)) = (support, hostnames) else { return Ok(None) };
    let (id, cidr, state) = (id.to_owned(), cidr.to_owned(), vpc.state().cloned());
    Ok(Some(Found {
        key: cidr.clone(),
        label: id.clone(),
        owner: Owner::Tags(tags(vpc.tags())),
        live: Live { id, cidr, state, dns_support, dns_hostnames },
    }))
}

/// Whether an attribute is on; nothing if the VPC is gone.
async fn attribute(at: &At<'_>, id: &str, name: VpcAttributeName) -> Result<Option<bool>> {
    let request = at.ec2().await?.describe_vpc_attribute().vpc_id(id).attribute(name);
    let answer = aws::call(at, "DescribeVpcAttribute", request.send()).await;
    let answer = aws::unless(answer, &["InvalidVpcID.NotFound"])?;
    Ok(answer.map(|answer| {
        let one = answer.enable_dns_support().or(answer.enable_dns_hostnames());
        one.and_then(AttributeBooleanValue::value).unwrap_or_default()
    }))
}

/// One attribute a call: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html>.
async fn set_support(at: &At<'_>, id: &str, on: bool) -> Result<()> {
    let request = at.ec2().await?.modify_vpc_attribute().vpc_id(id).enable_dns_support(switch(on));
    aws::seen(aws::call(at, "ModifyVpcAttribute", request.send()).await).map(drop)
}

async fn set_hostnames(at: &At<'_>, id: &str, on: bool) -> Result<()> {
    let request = at.ec2().await?.modify_vpc_attribute().vpc_id(id).enable_dns_hostnames(switch(on));
    aws::seen(aws::call(at, "ModifyVpcAttribute", request.send()).await).map(drop)
}

fn switch(on: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(on).build()
}
