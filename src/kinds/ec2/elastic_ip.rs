//! `ec2/elastic-ip`: a public address that stays.

use std::sync::Arc;

use aws_sdk_ec2::types::{Address, DomainType, ResourceType};

use super::{Vpc, any_of_ours, freed, is_ours, name, retag, specification, tags};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Timing, Wanted},
    },
};

/// An [Elastic IP address][address].
///
/// [address]: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eips.html
pub struct ElasticIp;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What its tag `Name` says, by which it is found again if our tags are lost.
    pub name: String,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    allocation: String,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// The id of its allocation: `eipalloc-…`.
    pub allocation: String,
}

impl Kind for ElasticIp {
    const NAME: &'static str = "ec2/elastic-ip";
    const ABOUT: &'static str = "An Elastic IP address.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeAddresses"],
        create: &["ec2:AllocateAddress", "ec2:CreateTags"],
        update: &["ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:ReleaseAddress"],
    };
    const TIMING: Timing = super::FREED;

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    /// AWS picks the address; nothing about it is ours to choose.
    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new()
    }

    fn observed(_: &Live) -> Doc {
        Doc::new()
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { allocation: live.allocation.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let addresses = addresses(at).await?;
        let found = |address: &Address| {
            let key = name(address.tags()).unwrap_or_default().to_owned();
            let concerns = is_ours(at, address.tags()) || wanted.iter().any(|it| it.spec.name == key);
            let owner = Owner::Tags(tags(address.tags()));
            let allocation = address.allocation_id().filter(|_| concerns)?.to_owned();
            Some(Found { key, label: allocation.clone(), owner, live: Live { allocation } })
        };
        Ok(addresses.iter().filter_map(found).collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(addresses(at).await?.len()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.careful().ec2().await?.allocate_address().domain(DomainType::Vpc);
        let request = request.tag_specifications(specification(ResourceType::ElasticIp, it.tags));
        aws::call(at, "AllocateAddress", request.send()).await.map(drop)
    }

    /// The NAT gateway that had it lets go of it some time after it is deleted.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.release_address().allocation_id(&live.allocation);
        let gone = freed(aws::call(at, "ReleaseAddress", request.send()).await);
        aws::unless(gone, &["InvalidAllocationID.NotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.allocation, tags).await
    }
}

/// All addresses of a place, asked for once.
async fn addresses(at: &At<'_>) -> Result<Arc<Vec<Address>>> {
    const OPERATION: &str = "DescribeAddresses";
    at.once("ec2", OPERATION, "", || async {
        let request = at.ec2().await?.describe_addresses();
        Ok(aws::call(at, OPERATION, request.send()).await?.addresses.unwrap_or_default())
    })
    .await
}
