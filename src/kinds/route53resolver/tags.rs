//! Tags of what Route 53 Resolver has, by ARN, and how its calls end.

use aws_sdk_route53resolver::types::Tag;

use super::GONE;
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::Result,
        kind::{TagChange, Tags},
    },
};

/// The tags that go into a create call.
pub(super) fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>> {
    let tag = |(key, value): (&String, &String)| aws::built(Tag::builder().key(key).value(value).build());
    tags.iter().map(tag).collect()
}

/// The tags of the resource with this ARN; nothing if it is gone.
pub(super) async fn tags_of(at: &At<'_>, arn: &str) -> Result<Option<Tags>> {
    let pages = at.route53resolver().await?.list_tags_for_resource().resource_arn(arn);
    let pages = pages.into_paginator().items().send().try_collect();
    let tags: Result<Vec<Tag>> = aws::call(at, "ListTagsForResource", pages).await;
    let tags = aws::unless(tags, GONE)?;
    Ok(tags.map(|tags| tags.into_iter().map(|tag| (tag.key, tag.value)).collect()))
}

/// Changes the tags of the resource with this ARN.
pub(super) async fn retag(at: &At<'_>, arn: &str, tags: &TagChange) -> Result<()> {
    let client = at.route53resolver().await?;
    if !tags.set.is_empty() {
        let request = client.tag_resource().resource_arn(arn).set_tags(Some(sdk_tags(&tags.set)?));
        aws::call(at, "TagResource", request.send()).await?;
    }
    if !tags.remove.is_empty() {
        let request = client.untag_resource().resource_arn(arn).set_tag_keys(Some(tags.remove.clone()));
        aws::call(at, "UntagResource", request.send()).await?;
    }
    Ok(())
}

/// The answer of a call about something that others still hold, or that is about to change: AWS lets go of it after a
/// while. What is shared with an account is not seen by it at once either.
pub(super) fn settled<T>(answer: Result<T>) -> Result<T> {
    let busy = ["ResourceInUseException", "ResourceUnavailableException", "ConflictException"];
    aws::later(aws::later(answer, &busy), GONE)
}
