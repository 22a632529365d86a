//! Replicas that somebody else has made of a key of ours: the same key material in another Region, under a policy that
//! the landing zone knows nothing of.

use std::collections::BTreeSet;

use super::{held::Held, inventory};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::{Class, Result},
        graph::Place,
        kind::ORGANIZATION_TAG,
    },
    names::Region,
};

/// The Regions with replicas in use that are neither wanted nor ours. Costs nothing where there are none.
pub(super) async fn strangers(at: &At<'_>, held: &Held, wanted: &BTreeSet<Region>) -> Result<Vec<Region>> {
    let mut strangers = Vec::new();
    let regions = held.replicas.iter().filter_map(|region| region.parse().ok());
    for region in regions.filter(|region| !wanted.contains(region)) {
        if is_stranger(at, &held.id, region).await? {
            strangers.push(region);
        }
    }
    Ok(strangers)
}

/// Whether a replica is in use and does not carry our tag: one that has left the landing zone does, and stays. Of one
/// that lets us see nothing the worst is assumed.
async fn is_stranger(at: &At<'_>, id: &str, region: Region) -> Result<bool> {
    let place = there(at, region);
    let at = at.elsewhere(&place);
    match inventory::tags(&at, id).await {
        Ok(tags) if tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == at.organization) => {
            return Ok(false);
        }
        Err(error) if error.class == Class::NotFound => return Ok(false),
        Err(error) if error.class != Class::Denied => return Err(error),
        _ => {}
    }
    match aws::call(&at, "DescribeKey", at.kms().await?.describe_key().key_id(id).send()).await {
        Ok(answer) => Ok(answer.key_metadata.is_some_and(|metadata| metadata.enabled)),
        Err(error) if error.class == Class::Denied => Ok(true),
        Err(error) => Err(error),
    }
}

/// Takes it out of use. Deleting it is left to people: what it is used for is not known.
pub(super) async fn disable(at: &At<'_>, id: &str, region: Region) -> Result<()> {
    let place = there(at, region);
    let at = at.elsewhere(&place);
    aws::call(&at, "DisableKey", at.kms().await?.disable_key().key_id(id).send()).await.map(drop)
}

/// The same account in another Region.
pub(super) fn there(at: &At<'_>, region: Region) -> Place {
    Place { account: at.place.account.clone(), region: Some(region) }
}
