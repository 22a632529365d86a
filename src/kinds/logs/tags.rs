//! Tags of what CloudWatch Logs has, by ARN.

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::Result,
        kind::{TagChange, Tags},
    },
};

/// The tags of the resource with this ARN; nothing if it is gone.
pub(super) async fn tags_of(at: &At<'_>, arn: &str) -> Result<Option<Tags>> {
    let request = at.cloudwatchlogs().await?.list_tags_for_resource().resource_arn(arn);
    let answer = aws::call(at, "ListTagsForResource", request.send()).await;
    let answer = aws::unless(answer, &["ResourceNotFoundException"])?;
    Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
}

/// Changes the tags of the resource with this ARN.
pub(super) async fn retag(at: &At<'_>, arn: &str, tags: &TagChange) -> Result<()> {
    let client = at.cloudwatchlogs().await?;
    if !tags.set.is_empty() {
        let set = tags.set.clone().into_iter().collect();
        let request = client.tag_resource().resource_arn(arn).set_tags(Some(set));
        aws::call(at, "TagResource", request.send()).await?;
    }
    if !tags.remove.is_empty() {
        let request = client.untag_resource().resource_arn(arn).set_tag_keys(Some(tags.remove.clone()));
        aws::call(at, "UntagResource", request.send()).await?;
    }
    Ok(())
}
