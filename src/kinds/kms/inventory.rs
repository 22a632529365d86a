//! Which keys a Region has, what they are called and how they are tagged: calls that keys, replica keys and aliases
//! share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_kms::types::{AliasListEntry, Tag};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::AT_ONCE;
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::{Class, Error, Result},
        kind::{ADDRESS_TAG, ORGANIZATION_TAG, Tags},
    },
};

/// What [`ListKeys`][keys] and [`ListAliases`][aliases] send in one page at most.
///
/// [keys]: https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
/// [aliases]: https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
const PAGE: (i32, i32) = (1_000, 100);

/// The [aliases of AWS's own keys][managed], which nobody else can make or change.
///
/// [managed]: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
const OF_AWS: &str = "alias/aws/";

/// A Region's keys, without those that AWS manages.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    /// Each key.
    pub keys: Vec<Entry>,
    /// The ids of the keys that aliases point to, by the alias's name.
    pub aliases: BTreeMap<String, String>,
}

/// A key, as far as all of them are asked about.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its id, which the replicas of a multi-Region key share.
    pub id: String,
    /// The aliases that point to it, sorted.
    pub aliases: Vec<String>,
    /// Its tags, unless its policy keeps them from us.
    pub tags: Result<Tags, Arc<Error>>,
}

impl Entry {
    /// Its address, if it carries our tags.
    pub(super) fn address(&self, organization: &str) -> Option<&str> {
        let tags = self.tags.as_ref().ok()?;
        let is_ours = tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == organization);
        is_ours.then(|| tags.get(ADDRESS_TAG)).flatten().map(String::as_str)
    }

    /// Whether it carries our tag, with an address or without.
    pub(super) fn is_ours(&self, organization: &str) -> bool {
        let tags = self.tags.as_ref().ok();
        tags.and_then(|tags| tags.get(ORGANIZATION_TAG)).is_some_and(|whose| whose == organization)
    }
}

/// Lists a Region once, whoever of the kinds comes first.
pub(super) async fn inventory(at: &At<'_>) -> Result<Arc<Inventory>> {
    at.once("kms", "ListKeys, ListAliases, ListResourceTags", "", || look(at)).await
}

/// Where there are no keys there are no aliases; and whose a key is can only be asked one by one.
async fn look(at: &At<'_>) -> Result<Inventory> {
    let ids = keys(at).await?;
    if ids.is_empty() {
        return Ok(Inventory::default());
    }
    let (aliases, of_aws) = sorted(aliases(at).await?);
    let customers = ids.into_iter().filter(|id| !of_aws.contains(id));
    let entries = stream::iter(customers).map(|id| entry(at, id, &aliases));
    let keys: Vec<_> = entries.buffered(AT_ONCE).try_collect().await?;
    Ok(Inventory { keys: keys.into_iter().flatten().collect(), aliases })
}

async fn keys(at: &At<'_>) -> Result<Vec<String>> {
    let list = at.kms().await?.list_keys().limit(PAGE.0).into_paginator().items().send();
    let keys = aws::call(at, "ListKeys", list.try_collect()).await?;
    Ok(keys.into_iter().filter_map(|key| key.key_id).collect())
}

async fn aliases(at: &At<'_>) -> Result<Vec<AliasListEntry>> {
    let list = at.kms().await?.list_aliases().limit(PAGE.1).into_paginator().items().send();
    aws::call(at, "ListAliases", list.try_collect()).await
}

/// The keys by alias, and the keys that AWS manages.
fn sorted(aliases: Vec<AliasListEntry>) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let (mut by_name, mut of_aws) = (BTreeMap::new(), BTreeSet::new());
    for alias in aliases {
        // AWS lists names that it keeps for keys which it has not made yet, without a key.
        let (Some(name), Some(key)) = (alias.alias_name, alias.target_key_id) else { continue };
        if name.starts_with(OF_AWS) {
            of_aws.insert(key);
        } else {
            by_name.insert(name, key);
        }
    }
    (by_name, of_aws)
}

/// A key with its tags; nothing if it is gone meanwhile.
async fn entry(at: &At<'_>, id: String, aliases: &BTreeMap<String, String>) -> Result<Option<Entry>> {
    let tags = match aws::unless(tags(at, &id).await, &["NotFoundException"]) {
        Ok(None) => return Ok(None),
        Ok(Some(tags)) => Ok(tags),
        // The policy of somebody else's key may keep everybody out; that must not hide all others.
        Err(error) if error.class == Class::Denied => Err(Arc::new(error)),
        Err(error) => return Err(error),
    };
    let aliases = aliases.iter().filter(|(_, key)| **key == id).map(|(name, _)| name.clone()).collect();
    Ok(Some(Entry { id, aliases, tags }))
}

/// A key's tags. AWS allows [50][tags], which fit in one page.
///
/// [tags]: https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html
pub(super) async fn tags(at: &At<'_>, id: &str) -> Result<Tags> {
    let request = at.kms().await?.list_resource_tags().key_id(id);
    let answer = aws::call(at, "ListResourceTags", request.send()).await?;
    let tags = answer.tags.unwrap_or_default().into_iter();
    Ok(tags.map(|Tag { tag_key, tag_value, .. }| (tag_key, tag_value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alias(name: &str, key: Option<&str>) -> AliasListEntry {
        AliasListEntry::builder().alias_name(name).set_target_key_id(key.map(str::to_owned)).build()
    }

    #[test]
    fn keys_of_aws_are_told_by_their_aliases() {
        let listed =
            [alias("alias/aws/s3", Some("k-1")), alias("alias/aws/rds", None), alias("alias/x", Some("k-2"))];
        let (aliases, of_aws) = sorted(listed.into());
        assert_eq!(aliases, [("alias/x".to_owned(), "k-2".to_owned())].into());
        assert_eq!(of_aws, ["k-1".to_owned()].into());
    }
}
