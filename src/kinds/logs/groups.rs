//! Log groups as several kinds ask for them: listed once, each one's tags once.

use std::{collections::HashSet, sync::Arc};

use aws_sdk_cloudwatchlogs::types::LogGroup;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        error::Result,
        kind::Tags,
    },
};

/// How many groups are asked for their tags at the same time.
const AT_ONCE: usize = 4;

/// A log group and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Its name.
    pub name: String,
    /// Its ARN, without `:*` behind it.
    pub arn: String,
    /// What the list says of it.
    pub listed: LogGroup,
    /// Its tags.
    pub tags: Arc<Tags>,
}

impl Group {
    /// Its name without what all names begin with that Landfall makes.
    pub(super) fn short(&self, at: &At<'_>) -> &str {
        let own = self.name.strip_prefix('/').and_then(|name| name.strip_prefix(at.organization));
        own.and_then(|name| name.strip_prefix('/')).unwrap_or(&self.name)
    }
}

/// The groups whose names begin as those that Landfall makes, `/acme/`, and others that are named.
pub(super) async fn groups(at: &At<'_>, names: &HashSet<&str>) -> Result<Vec<Group>> {
    let prefix = format!("/{}/", at.organization);
    let mut listed = list(at, &prefix).await?.to_vec();
    if at.others == Others::Passed {
        listed.retain(|group| group.log_group_name().is_some_and(|name| names.contains(name)));
    }
    for name in names.iter().filter(|name| !name.starts_with(&prefix)) {
        let found = list(at, name).await?;
        listed.extend(found.iter().filter(|group| group.log_group_name() == Some(*name)).cloned());
    }
    let found = stream::iter(listed).map(|listed| tagged(at, listed)).buffered(AT_ONCE);
    Ok(found.try_collect::<Vec<_>>().await?.into_iter().flatten().collect())
}

async fn list(at: &At<'_>, prefix: &str) -> Result<Arc<Vec<LogGroup>>> {
    const OPERATION: &str = "DescribeLogGroups";
    at.once("logs", OPERATION, prefix, || async {
        let pages = at.cloudwatchlogs().await?.describe_log_groups().log_group_name_prefix(prefix);
        let pages = pages.into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

/// A group with its tags; nothing if it is gone meanwhile.
async fn tagged(at: &At<'_>, listed: LogGroup) -> Result<Option<Group>> {
    const OPERATION: &str = "ListTagsForResource";
    let (Some(name), Some(arn)) = (listed.log_group_name(), listed.arn()) else { return Ok(None) };
    let (name, arn) = (name.to_owned(), arn.trim_end_matches(":*").to_owned());
    let tags = at
        .once("logs", OPERATION, &arn, || async {
            let list = at.cloudwatchlogs().await?.list_tags_for_resource().resource_arn(&arn).send();
            let tags = aws::call(at, OPERATION, list).await?.tags.unwrap_or_default();
            Ok(tags.into_iter().collect::<Tags>())
        })
        .await;
    let tags = aws::unless(tags, &["ResourceNotFoundException"])?;
    Ok(tags.map(|tags| Group { name, arn, listed, tags }))
}
