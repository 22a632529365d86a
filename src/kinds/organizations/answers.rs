//! What several kinds of Organizations ask for, asked once.

use std::{sync::Arc, time::Duration};

use aws_sdk_organizations::types::{
    OrganizationalUnit, PolicySummary, PolicyType, PolicyTypeSummary, Root as SdkRoot, Tag,
};
use futures::future::try_join_all;

use super::unit;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::{Class, Error, Result},
        graph::Address,
        kind::{ORGANIZATION_TAG, TagChange, Tags, Timing},
    },
    names::UnitPath,
};

/// The account is in no organization.
pub(super) const NOT_IN_USE: &str = "AWSOrganizationsNotInUseException";

/// What is made first in an organization may be refused with `FinalizingOrganizationException` until AWS has set it up.
pub(super) const FIRST: Timing = Timing {
    deadline: Duration::from_mins(15),
    source: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html: \
             FinalizingOrganizationException for up to an hour, in practice for minutes",
    ..Timing::INSTANT
};

/// The organization's root.
#[derive(Debug)]
pub(super) struct Root {
    /// `r-…`.
    pub id: String,
    /// The policy types that are enabled, or on their way there or back.
    pub policy_types: Vec<PolicyTypeSummary>,
}

/// The organization's root; nothing if there is no organization yet. AWS has exactly one.
pub(super) async fn root(at: &At<'_>) -> Result<Option<Arc<Root>>> {
    let ask = || async {
        let pages = at.organizations().await?.list_roots().into_paginator().send();
        let answer = aws::call(at, "ListRoots", pages.try_collect()).await;
        let pages = aws::unless(answer, &[NOT_IN_USE])?.unwrap_or_default();
        let mut roots = pages.into_iter().flat_map(|page| page.roots.unwrap_or_default());
        let root = roots.next().and_then(|SdkRoot { id, policy_types, .. }| {
            Some(Arc::new(Root { id: id?, policy_types: policy_types.unwrap_or_default() }))
        });
        Ok(root)
    };
    at.once("organizations", "ListRoots", "", ask).await.map(|root| Option::clone(&root))
}

/// All units below the root, level by level: there are five levels at most.
pub(super) async fn units(at: &At<'_>) -> Result<Arc<Vec<unit::Live>>> {
    let ask = || async {
        let (mut units, mut level) = (Vec::new(), Vec::new());
        level.extend(root(at).await?.map(|root| root.id.clone()));
        while !level.is_empty() {
            let children = try_join_all(level.iter().map(|parent| children(at, parent))).await?;
            let children: Vec<unit::Live> = children.into_iter().flatten().collect();
            level = children.iter().map(|unit| unit.id.clone()).collect();
            units.extend(children);
        }
        Ok(units)
    };
    at.once("organizations", "ListOrganizationalUnitsForParent", "", ask).await
}

pub(super) async fn children(at: &At<'_>, parent: &str) -> Result<Vec<unit::Live>> {
    let client = at.organizations().await?;
    let pages = client.list_organizational_units_for_parent().parent_id(parent).into_paginator().send();
    let pages = aws::call(at, "ListOrganizationalUnitsForParent", pages.try_collect()).await?;
    let units = pages.into_iter().flat_map(|page| page.organizational_units.unwrap_or_default());
    let live = |OrganizationalUnit { id, name, .. }| {
        Some(unit::Live { id: id?, name: name?, parent: parent.to_owned() })
    };
    Ok(units.filter_map(live).collect())
}

/// What AWS calls the root or a unit, in words: `Root`, `Workloads/Prod`; the id itself if there is no such unit.
pub(super) async fn path(at: &At<'_>, id: &str) -> Result<String> {
    if root(at).await?.is_some_and(|root| root.id == id) {
        return Ok(UnitPath::ROOT.to_owned());
    }
    let units = units(at).await?;
    let find = |id: &str| units.iter().find(|unit| unit.id == id);
    let mut names: Vec<_> =
        std::iter::successors(find(id), |unit| find(&unit.parent)).map(|unit| unit.name.as_str()).collect();
    names.reverse();
    Ok(if names.is_empty() { id.to_owned() } else { names.join("/") })
}

/// The policies of the types that are enabled. A type that is not enabled has none that count.
pub(super) async fn policies(at: &At<'_>) -> Result<Vec<Arc<Vec<PolicySummary>>>> {
    let Some(root) = root(at).await? else { return Ok(Vec::new()) };
    let types = root.policy_types.iter().filter_map(|summary| summary.r#type.clone());
    try_join_all(types.map(|kind| policies_of(at, kind))).await
}

async fn policies_of(at: &At<'_>, kind: PolicyType) -> Result<Arc<Vec<PolicySummary>>> {
    let input = kind.as_str().to_owned();
    let ask = || async move {
        let pages = at.organizations().await?.list_policies().filter(kind).into_paginator().send();
        let pages = aws::call(at, "ListPolicies", pages.try_collect()).await?;
        Ok(pages.into_iter().flat_map(|page| page.policies.unwrap_or_default()).collect::<Vec<_>>())
    };
    at.once("organizations", "ListPolicies", &input, ask).await
}

/// Whether this run has not looked for something by its tags yet. What has to be asked of everything, to find out that
/// one thing is not there, is asked once: from then on only this run can bring it about.
pub(super) fn is_new(at: &At<'_>, address: &Address) -> bool {
    let note = format!("looked for by tags: {address}");
    let is_new = at.cloud().recall(&note).is_none();
    at.cloud().remember(note, String::new());
    is_new
}

/// Whether tags say that something is of this landing zone.
pub(super) fn is_ours(at: &At<'_>, tags: &Tags) -> bool {
    tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == at.organization)
}

/// The tags of a unit, an account or a policy.
pub(super) async fn tags(at: &At<'_>, id: &str) -> Result<Arc<Tags>> {
    let ask = || async {
        let client = at.organizations().await?;
        let pages = client.list_tags_for_resource().resource_id(id).into_paginator().items().send();
        let tags = aws::call(at, "ListTagsForResource", pages.try_collect()).await?;
        Ok(tags.into_iter().map(|Tag { key, value, .. }| (key, value)).collect::<Tags>())
    };
    at.once("organizations", "ListTagsForResource", id, ask).await
}

/// Changes the tags of a unit, an account or a policy.
pub(super) async fn retag(at: &At<'_>, id: &str, tags: &TagChange) -> Result<()> {
    let client = at.organizations().await?;
    if !tags.set.is_empty() {
        let set = client.tag_resource().resource_id(id).set_tags(Some(sdk_tags(&tags.set)?));
        aws::call(at, "TagResource", set.send()).await?;
    }
    if !tags.remove.is_empty() {
        let remove = client.untag_resource().resource_id(id).set_tag_keys(Some(tags.remove.clone()));
        aws::call(at, "UntagResource", remove.send()).await?;
    }
    Ok(())
}

/// Tags as the SDK wants them.
pub(super) fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>> {
    let tag = |(key, value): (&String, &String)| {
        let tag = Tag::builder().key(key).value(value).build();
        tag.map_err(|error| Error::new(Class::Final, format!("the tag `{key}` is incomplete")).source(error))
    };
    tags.iter().map(tag).collect()
}

/// A part of an answer that AWS always sends, although its SDK makes it optional.
pub(super) fn present<'a>(part: Option<&'a str>, name: &str) -> Result<&'a str> {
    part.ok_or_else(|| Error::new(Class::Final, format!("AWS answered without `{name}`")))
}
