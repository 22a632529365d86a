//! Topics as both kinds ask for them: listed once, each one's tags once.

use std::{collections::HashSet, sync::Arc};

use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        error::Result,
        kind::Tags,
    },
};

/// What AWS answers where a topic is gone.
pub(super) const GONE: &[&str] = &["NotFound", "NotFoundException", "ResourceNotFound"];

/// How many topics are asked for their tags at the same time.
const AT_ONCE: usize = 4;

/// A topic and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its tags.
    pub tags: Arc<Tags>,
}

/// The topics whose names begin as those that Landfall makes, `acme-`, and others that are named.
pub(super) async fn topics(at: &At<'_>, names: &HashSet<&str>) -> Result<Vec<Listed>> {
    let (arns, prefix) = (arns(at).await?, prefix(at));
    let may_be = |arn: &String| {
        let name = name_in(arn)?;
        let counts = names.contains(name) || (at.others == Others::Told && name.starts_with(&prefix));
        counts.then(|| (name.to_owned(), arn.clone()))
    };
    let may_be: Vec<_> = arns.iter().filter_map(may_be).collect();
    let found = stream::iter(may_be).map(|(name, arn)| tagged(at, name, arn)).buffered(AT_ONCE);
    Ok(found.try_collect::<Vec<_>>().await?.into_iter().flatten().collect())
}

/// Whether a topic is there whose name begins as those that Landfall makes.
pub(in crate::kinds) async fn any_like_ours(at: &At<'_>) -> Result<bool> {
    let prefix = prefix(at);
    Ok(arns(at).await?.iter().filter_map(|arn| name_in(arn)).any(|name| name.starts_with(&prefix)))
}

fn prefix(at: &At<'_>) -> String {
    format!("{}-", at.organization)
}

fn name_in(arn: &str) -> Option<&str> {
    arn.rsplit(':').next()
}

/// The ARNs of all topics.
async fn arns(at: &At<'_>) -> Result<Arc<Vec<String>>> {
    const OPERATION: &str = "ListTopics";
    at.once("sns", OPERATION, "", || async {
        let pages = at.sns().await?.list_topics().into_paginator().items().send();
        let topics: Vec<_> = aws::call(at, OPERATION, pages.try_collect()).await?;
        Ok(topics.into_iter().filter_map(|topic| topic.topic_arn).collect())
    })
    .await
}

/// A topic with its tags; nothing if it is gone meanwhile.
async fn tagged(at: &At<'_>, name: String, arn: String) -> Result<Option<Listed>> {
    const OPERATION: &str = "ListTagsForResource";
    let tags = at
        .once("sns", OPERATION, &arn, || async {
            let list = at.sns().await?.list_tags_for_resource().resource_arn(&arn).send();
            let tags = aws::call(at, OPERATION, list).await?.tags.unwrap_or_default();
            Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect::<Tags>())
        })
        .await;
    let tags = aws::unless(tags, GONE)?;
    Ok(tags.map(|tags| Listed { name, arn, tags }))
}
