//! `ec2/default-vpc`: that a Region of an account has none.

use aws_sdk_ec2::types::{Filter, Vpc as SdkVpc};
use futures::future::try_join_all;

use super::{freed, internet_gateway::detach, vpcs};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::{Class, Error, Result},
        kind::{Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, Timing, Wanted},
    },
};

/// The [default VPC][default] that AWS makes in every Region of a new account: whatever is launched without a thought lies
/// in it, with a public address. Wanted is that there is none.
///
/// [default]: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
pub struct DefaultVpc;

/// What is wanted: none.
#[derive(Clone, Copy, Debug)]
pub struct Spec;

/// The default VPC's id, if there is one.
#[derive(Clone, Debug)]
pub struct Live {
    vpc: Option<String>,
}

/// What stands for the only default VPC that there can be.
const ONLY: &str = "default-vpc";

impl Kind for DefaultVpc {
    const NAME: &'static str = "ec2/default-vpc";
    const ABOUT: &'static str =
        "The default VPC that AWS makes in every Region of an account. Wanted is that there is none.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("`aws ec2 create-default-vpc` makes a default VPC again");
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs"],
        create: &[],
        update: &[
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeInternetGateways",
            "ec2:DescribeSubnets",
            "ec2:DetachInternetGateway",
            "ec2:DeleteInternetGateway",
            "ec2:DeleteSubnet",
            "ec2:DeleteVpc",
        ],
        delete: &[],
    };
    const TIMING: Timing = super::FREED;
    // Three subnets, its gateway that is detached, and itself, in a Region of three zones.
    const CALLS: Calls = Calls { create: 6, each: &[] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(ONLY.to_owned())
    }

    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new()
    }

    fn observed(live: &Live) -> Doc {
        Doc::new().with_some("vpc", live.vpc.as_deref())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let vpcs = vpcs(at).await?;
        let default = vpcs.iter().find(|vpc| vpc.is_default().unwrap_or_default());
        let live = Live { vpc: default.and_then(SdkVpc::vpc_id).map(str::to_owned) };
        Ok(vec![Found { key: ONLY.to_owned(), label: "default VPC".to_owned(), owner: Owner::Nobody, live }])
    }

    /// Takes it away with what AWS made in it, unless somebody has put something there.
    async fn update(at: &At<'_>, _: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let Some(vpc) = &live.vpc else { return Ok(()) };
        check_is_empty(at, vpc).await?;
        delete_gateways(at, vpc).await?;
        delete_subnets(at, vpc).await?;
        let request = at.ec2().await?.delete_vpc().vpc_id(vpc);
        let gone = freed(aws::call(at, "DeleteVpc", request.send()).await);
        aws::unless(gone, &["InvalidVpcID.NotFound"]).map(drop)
    }
}

fn of(filter: &str, vpc: &str) -> Filter {
    Filter::builder().name(filter).values(vpc).build()
}

/// Whatever runs in a VPC has a network interface there.
async fn check_is_empty(at: &At<'_>, vpc: &str) -> Result<()> {
    let request = at.ec2().await?.describe_network_interfaces().filters(of("vpc-id", vpc));
    let answer = aws::call(at, "DescribeNetworkInterfaces", request.send()).await?;
    let Some(first) = answer.network_interfaces().first() else { return Ok(()) };
    let what = format!("something runs in the default VPC `{vpc}`");
    let error =
        Error::new(Class::Final, what).hint("move it, or state `default_vpcs = \"kept\"` for this account");
    let interface = first.network_interface_id().unwrap_or_default();
    Err(error.fact("network interface", interface).fact("of", first.description().unwrap_or_default()))
}

async fn delete_gateways(at: &At<'_>, vpc: &str) -> Result<()> {
    let client = at.ec2().await?;
    let request = client.describe_internet_gateways().filters(of("attachment.vpc-id", vpc));
    let answer = aws::call(at, "DescribeInternetGateways", request.send()).await?;
    for id in answer.internet_gateways().iter().filter_map(|gateway| gateway.internet_gateway_id()) {
        detach(at, id, vpc).await?;
        let request = client.delete_internet_gateway().internet_gateway_id(id);
        let gone = freed(aws::call(at, "DeleteInternetGateway", request.send()).await);
        aws::unless(gone, &["InvalidInternetGatewayID.NotFound"])?;
    }
    Ok(())
}

async fn delete_subnets(at: &At<'_>, vpc: &str) -> Result<()> {
    let client = at.ec2().await?;
    let request = client.describe_subnets().filters(of("vpc-id", vpc));
    let answer = aws::call(at, "DescribeSubnets", request.send()).await?;
    let deleted = answer.subnets().iter().filter_map(|subnet| subnet.subnet_id()).map(async |id| {
        let request = client.delete_subnet().subnet_id(id);
        let gone = freed(aws::call(at, "DeleteSubnet", request.send()).await);
        aws::unless(gone, &["InvalidSubnetID.NotFound"])
    });
    try_join_all(deleted).await.map(drop)
}
