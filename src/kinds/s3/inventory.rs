//! Which buckets there are and whose they are, shared by their kinds.

use std::sync::Arc;

use aws_sdk_s3::types::Tag;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{AT_ONCE, GONE};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::{Class, Error, Result},
        kind::{ORGANIZATION_TAG, Tags},
    },
    names::runs_bucket,
};

/// What AWS sends in one page at most.
const PAGE: i32 = 1_000;

/// The account that a bucket at this place belongs to; see the module's documentation.
pub(super) fn owner(at: &At<'_>) -> Result<String> {
    let account = &at.place.account;
    let id = at.cloud().account_id(account);
    id.map(|id| id.to_string()).ok_or_else(|| {
        Error::new(Class::Final, format!("the id of account `{account}` is not known, nor whose buckets are"))
    })
}

/// The ARN of a bucket at this place.
pub(super) fn arn(at: &At<'_>, name: &str) -> String {
    format!("arn:{}:s3:::{name}", at.cloud().partition())
}

/// The names of this account's buckets in this Region that begin with our name, sorted. AWS [filters][list]; what is
/// of another Region all the same is left out here.
///
/// [list]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
pub(super) async fn buckets(at: &At<'_>) -> Result<Arc<Vec<String>>> {
    const OPERATION: &str = "ListBuckets";
    at.once("s3", OPERATION, "", || async {
        let prefix = format!("{}-", at.organization);
        let region = at.place.region.map(|region| region.to_string());
        let request = at.s3().await?.list_buckets().prefix(&prefix).set_bucket_region(region.clone());
        let mut pages = request.max_buckets(PAGE).into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = aws::call(at, OPERATION, pages.try_next()).await? {
            let here = page.buckets.unwrap_or_default().into_iter().filter(|bucket| {
                bucket.bucket_region().is_none_or(|of| region.as_deref().is_none_or(|here| here == of))
            });
            names.extend(here.filter_map(|bucket| bucket.name).filter(|name| name.starts_with(&prefix)));
        }
        names.retain(|name| !is_of_runs(at, name));
        names.sort_unstable();
        Ok(names)
    })
    .await
}

/// Whether a bucket is that of leases and journals, which a landing zone called `landfall` would take for its own. No
/// landing zone states it, and none takes it away.
fn is_of_runs(at: &At<'_>, name: &str) -> bool {
    let account = at.cloud().account_id(&at.place.account);
    at.place.account.is_management()
        && account.is_some_and(|account| name == runs_bucket(account, at.cloud().home_region()))
}

/// A bucket's tags; nothing if the bucket is gone. Asked once, whichever kind asks.
pub(super) async fn tags(at: &At<'_>, bucket: &str) -> Result<Option<Tags>> {
    let tags = at.once("s3", "GetBucketTagging", bucket, || tags_now(at, bucket)).await?;
    Ok((*tags).clone())
}

/// A bucket's tags, asked anew.
pub(super) async fn tags_now(at: &At<'_>, bucket: &str) -> Result<Option<Tags>> {
    let request = at.s3().await?.get_bucket_tagging().bucket(bucket).expected_bucket_owner(owner(at)?);
    let answer = aws::call(at, "GetBucketTagging", request.send()).await;
    match aws::unless(answer, &["NoSuchTagSet"]) {
        Ok(answer) => Ok(Some(answer.map(|answer| tags_of(&answer.tag_set)).unwrap_or_default())),
        Err(error) if aws::code(&error) == Some(GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a bucket with these tags is ours.
pub(super) fn is_ours(at: &At<'_>, tags: &Tags) -> bool {
    tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == at.organization)
}

/// Those of these buckets that are ours: anybody may call theirs as we do.
pub(super) async fn ours(at: &At<'_>, names: &[String]) -> Result<Vec<String>> {
    let names: Vec<_> = names.to_vec();
    let asked = stream::iter(names).map(|name| async move {
        let tags = tags(at, &name).await?.unwrap_or_default();
        Ok::<_, Error>(is_ours(at, &tags).then_some(name))
    });
    let ours: Vec<_> = asked.buffered(AT_ONCE).try_collect().await?;
    Ok(ours.into_iter().flatten().collect())
}

fn tags_of(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// Tags as S3 takes them.
pub(super) fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>> {
    tags.iter().map(|(key, value)| aws::built(Tag::builder().key(key).value(value).build())).collect()
}
