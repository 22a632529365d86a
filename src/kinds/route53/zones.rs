//! The private hosted zones of an account, asked for once.

use std::sync::Arc;

use aws_sdk_route53::types::{HostedZone, ResourceTagSet, TagResourceType, Vpc};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::Result,
        kind::{ORGANIZATION_TAG, Tags},
    },
    kinds::token,
};

/// A private hosted zone.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    /// Its id, without what stands before it in answers.
    pub id: String,
    /// Its domain, without the dot behind it.
    pub name: String,
    /// What is said about it.
    pub comment: Option<String>,
    /// The token that it was made with.
    pub reference: String,
    /// Its tags. AWS takes none when it makes a zone: one that carries our token is ours from the beginning.
    pub tags: Tags,
}

impl Zone {
    /// Whether it is of this landing zone.
    pub(super) fn is_ours(&self, organization: &str) -> bool {
        self.tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == organization)
    }
}

/// What AWS answers for a zone that is not there.
pub(super) const GONE: &[&str] = &["NoSuchHostedZone"];

/// How many zones are asked for their tags [in one call][tags].
///
/// [tags]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResources.html
const TAGS_AT_ONCE: usize = 10;
/// How many such calls there are at a time: Route 53 takes five a second of an account.
const CALLS_AT_ONCE: usize = 2;

/// All private zones of the account.
pub(super) async fn zones(at: &At<'_>) -> Result<Arc<Vec<Zone>>> {
    at.once("route53", "ListHostedZones", "", || async {
        let every = every(at).await?;
        let mut zones: Vec<_> =
            every.iter().cloned().filter_map(|listed| zone(at.organization, listed)).collect();
        let ids: Vec<_> = zones.iter().map(|zone| zone.id.clone()).collect();
        let chunks: Vec<_> = ids.chunks(TAGS_AT_ONCE).map(<[String]>::to_vec).collect();
        let sets = stream::iter(chunks).map(|ids| tag_sets(at, ids)).buffered(CALLS_AT_ONCE);
        let sets: Vec<Vec<ResourceTagSet>> = sets.try_collect().await?;
        for set in sets.into_iter().flatten() {
            if let Some(zone) = zones.iter_mut().find(|zone| set.resource_id() == Some(zone.id.as_str())) {
                zone.tags.extend(tags(&set));
            }
        }
        Ok(zones)
    })
    .await
}

/// All zones of the account, public ones too, asked for once.
pub(super) async fn every(at: &At<'_>) -> Result<Arc<Vec<HostedZone>>> {
    at.once("route53", "ListHostedZones", "every", || ask(at)).await
}

/// All private zones of the account as they are now, without their tags but that which their tokens stand for.
pub(super) async fn listed(at: &At<'_>) -> Result<Vec<Zone>> {
    Ok(ask(at).await?.into_iter().filter_map(|listed| zone(at.organization, listed)).collect())
}

async fn ask(at: &At<'_>) -> Result<Vec<HostedZone>> {
    let pages = at.route53().await?.list_hosted_zones().into_paginator().items().send();
    aws::call(at, "ListHostedZones", pages.try_collect()).await
}

/// The VPCs that ask a zone, those of other accounts included; none if the zone is gone.
pub(super) async fn vpcs_of(at: &At<'_>, zone: &str) -> Result<Arc<Vec<Vpc>>> {
    at.once("route53", "GetHostedZone", zone, || async {
        let answer = at.route53().await?.get_hosted_zone().id(zone).send();
        let answer = aws::unless(aws::call(at, "GetHostedZone", answer).await, GONE)?;
        Ok(answer.and_then(|answer| answer.vpcs).unwrap_or_default())
    })
    .await
}

async fn tag_sets(at: &At<'_>, ids: Vec<String>) -> Result<Vec<ResourceTagSet>> {
    let request = at.route53().await?.list_tags_for_resources();
    let request = request.resource_type(TagResourceType::Hostedzone).set_resource_ids(Some(ids));
    let answer = aws::unless(aws::call(at, "ListTagsForResources", request.send()).await, GONE)?;
    Ok(answer.map(|answer| answer.resource_tag_sets).unwrap_or_default())
}

fn tags(set: &ResourceTagSet) -> Tags {
    let pair = |tag: &aws_sdk_route53::types::Tag| {
        Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))
    };
    set.tags().iter().filter_map(pair).collect()
}

fn zone(organization: &str, listed: HostedZone) -> Option<Zone> {
    let HostedZone { id, name, caller_reference, config, .. } = listed;
    let config = config.filter(|config| config.private_zone)?;
    let mut tags = Tags::new();
    if token::is_ours(organization, Some(&caller_reference)) {
        tags.insert(ORGANIZATION_TAG.to_owned(), organization.to_owned());
    }
    Some(Zone {
        id: id.trim_start_matches("/hostedzone/").to_owned(),
        name: plain(&name),
        comment: config.comment.filter(|text| !text.is_empty()),
        reference: caller_reference,
        tags,
    })
}

/// A name as people write it: without the dot behind it, and with what AWS writes [as octal numbers][names].
///
/// [names]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
pub(super) fn plain(name: &str) -> String {
    name.trim_end_matches('.').replace("\\052", "*").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use aws_sdk_route53::types::HostedZoneConfig;

    use super::*;

    fn listed(reference: &str, private: bool) -> HostedZone {
        let config = HostedZoneConfig::builder().private_zone(private).comment("").build();
        let zone = HostedZone::builder().id("/hostedzone/Z1").name("A.internal.").config(config);
        zone.caller_reference(reference).build().expect("it is whole")
    }

    #[test]
    fn a_zone_that_has_our_token_is_ours_before_it_is_tagged() {
        let ours = zone("acme", listed("landfall/acme/00", true)).expect("it is private");
        assert!(ours.is_ours("acme"));
        assert_eq!((ours.id.as_str(), ours.name.as_str(), ours.comment), ("Z1", "a.internal", None));
        assert!(!zone("acme", listed("2026-11-28", true)).expect("it is private").is_ours("acme"));
        assert!(zone("acme", listed("landfall/acme/00", false)).is_none(), "public zones are not ours");
    }
}
