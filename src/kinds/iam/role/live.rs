//! Roles as AWS has them.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_iam::types::{Role as Summary, RoleDetail};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::Result,
        kind::{Found, Owner},
    },
    kinds::iam::{
        authorization::{Held, PAGE, details, tags_of},
        managed::key_of,
    },
};

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) path: String,
    pub(super) description: Option<String>,
    pub(super) trust: Held,
    pub(super) inline: BTreeMap<String, Held>,
    /// ARNs by key.
    pub(super) policies: BTreeMap<String, String>,
    pub(super) boundary: Option<String>,
    /// Unknown where no role was wanted, because then nobody asked.
    pub(super) session_seconds: Option<i32>,
    pub(super) instance_profiles: Vec<String>,
}

/// Roles under these paths are [services'][linked] and Identity Center's: nobody else can change them.
///
/// [linked]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
const RESERVED: [&str; 2] = ["/aws-service-role/", "/aws-reserved/"];

/// Every role but those that nobody can change; `compared` where some are wanted.
pub(super) async fn read(at: &At<'_>, compared: bool) -> Result<Vec<Found<Live>>> {
    let (details, summaries) = futures::future::try_join(details(at), summaries(at, compared)).await?;
    let found = details.roles.iter().filter_map(|detail| {
        let live = live(detail, summaries.get(detail.role_name()?))?;
        if RESERVED.iter().any(|path| live.path.starts_with(path)) {
            return None;
        }
        let (key, label) = (live.name.to_lowercase(), live.name.clone());
        Some(Found { key, label, owner: Owner::Tags(tags_of(detail.tags())), live })
    });
    Ok(found.collect())
}

/// What the bulk call does not show: descriptions and session durations, by name. Where no role is wanted nothing is
/// compared, and an orphan is deleted without them.
async fn summaries(at: &At<'_>, compared: bool) -> Result<HashMap<String, Summary>> {
    let mut summaries = HashMap::new();
    if !compared {
        return Ok(summaries);
    }
    let mut pages = at.iam().await?.list_roles().max_items(PAGE).into_paginator().send();
    while let Some(page) = aws::call(at, "ListRoles", pages.try_next()).await? {
        summaries.extend(page.roles.into_iter().map(|role| (role.role_name.clone(), role)));
    }
    Ok(summaries)
}

fn live(detail: &RoleDetail, summary: Option<&Summary>) -> Option<Live> {
    let inline = detail.role_policy_list().iter();
    let attached = detail.attached_managed_policies().iter().filter_map(|policy| policy.policy_arn());
    let boundary = detail.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
    let profiles = detail.instance_profile_list().iter();
    Some(Live {
        arn: detail.arn()?.to_owned(),
        name: detail.role_name()?.to_owned(),
        path: detail.path().unwrap_or("/").to_owned(),
        description: summary
            .and_then(Summary::description)
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        trust: Held::of(detail.assume_role_policy_document()),
        inline: inline
            .filter_map(|policy| Some((policy.policy_name()?.to_owned(), Held::of(policy.policy_document()))))
            .collect(),
        policies: attached.map(|arn| (key_of(arn), arn.to_owned())).collect(),
        boundary: boundary.map(str::to_owned),
        session_seconds: summary.and_then(Summary::max_session_duration),
        instance_profiles: profiles.map(|profile| profile.instance_profile_name.clone()).collect(),
    })
}
