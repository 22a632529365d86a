//! One call that shows every role and customer managed policy of an account, shared by their kinds.

use std::sync::Arc;

use aws_sdk_iam::types::{EntityType, ManagedPolicyDetail, RoleDetail, SummaryKeyType, Tag};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Field,
        error::{Class, Error, Result},
        kind::Tags,
    },
    kinds::template,
    policy::{Document, join},
};

/// What AWS sends in one page at most.
pub(super) const PAGE: i32 = 1_000;

/// The roles and customer managed policies of an account, as IAM shows them in bulk.
///
/// Of a role, [`RoleDetail`][role] lacks description and session duration; of a policy, [`ManagedPolicyDetail`][policy]
/// lacks tags.
///
/// [role]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html
/// [policy]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ManagedPolicyDetail.html
pub(super) struct Details {
    /// All roles, those of services included.
    pub roles: Vec<RoleDetail>,
    /// All customer managed policies, each with its versions.
    pub policies: Vec<ManagedPolicyDetail>,
}

/// Asks for both at once, whoever of the two kinds comes first.
pub(super) async fn details(at: &At<'_>) -> Result<Arc<Details>> {
    const OPERATION: &str = "GetAccountAuthorizationDetails";
    at.once("iam", OPERATION, "", || async {
        let request = at.iam().await?.get_account_authorization_details().max_items(PAGE);
        let request = request.filter(EntityType::Role).filter(EntityType::LocalManagedPolicy);
        let mut pages = request.into_paginator().send();
        let mut details = Details { roles: Vec::new(), policies: Vec::new() };
        while let Some(page) = aws::call(at, OPERATION, pages.try_next()).await? {
            details.roles.extend(page.role_detail_list.unwrap_or_default());
            details.policies.extend(page.policies.unwrap_or_default());
        }
        Ok(details)
    })
    .await
}

/// Whether an account may have identity providers: one [count][summary] of both kinds saves two lists where there are
/// none, which is nearly everywhere.
///
/// [summary]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
pub(super) async fn may_have_providers(at: &At<'_>) -> Result<bool> {
    const OPERATION: &str = "GetAccountSummary";
    let count = at.once("iam", OPERATION, "", || async {
        let summary = aws::call(at, OPERATION, at.iam().await?.get_account_summary().send()).await?;
        Ok(summary.summary_map.and_then(|counts| counts.get(&SummaryKeyType::Providers).copied()))
    });
    Ok(count.await?.is_none_or(|count| count > 0))
}

/// Tags as IAM's create calls take them.
pub(super) fn iam_tags(tags: &Tags) -> Result<Vec<Tag>> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    let built: Result<_, _> = tags.iter().map(tag).collect();
    built.map_err(|source| Error::new(Class::Final, "a tag has no key or no value").source(source))
}

/// Tags as IAM shows them.
pub(super) fn tags_of(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// A policy document as IAM holds it.
#[derive(Clone, Debug)]
pub(super) enum Held {
    /// Written in the policy language as we know it.
    Policy(Document),
    /// Anything else, as it is: only somebody else can have put it there.
    Other(String),
}

impl Held {
    /// Reads what IAM returned; nothing is an empty text.
    pub(super) fn of(text: Option<&str>) -> Self {
        let text = text.unwrap_or_default();
        Document::from_iam(text).map_or_else(|_| Self::Other(text.to_owned()), Self::Policy)
    }

    /// Its fields below `root`.
    pub(super) fn fields(&self, root: &str) -> Vec<(String, Field)> {
        match self {
            Self::Policy(document) => {
                let fields = template::spelled(document).into_iter();
                fields.map(|(path, value)| (join(root, &path), Field::Is(value))).collect()
            }
            Self::Other(text) => vec![(root.to_owned(), text.as_str().into())],
        }
    }
}
