//! `organizations/policy`: policies of every type that can be attached to the root, units and accounts.

use aws_sdk_organizations::{
    operation::list_targets_for_policy::ListTargetsForPolicyOutput,
    types::{PolicySummary, PolicyTargetSummary, PolicyType as SdkPolicyType},
};
use futures::future::try_join_all;

use super::{PolicyType, answers};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::{Change, Doc},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, CountsAs, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Tags, Wanted},
    },
    kinds::template::{self, Language, Template},
};

/// A policy of the organization.
pub struct Policy;

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// Its type, enabled.
    pub enabled: Need<PolicyType>,
    /// Its type as the API writes it: `SERVICE_CONTROL_POLICY`.
    pub kind: &'static str,
    /// What AWS calls it.
    pub name: String,
    /// A sentence about it, shown by the console.
    pub description: String,
    /// What it says.
    pub content: Template,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    /// `p-…`.
    pub id: String,
    /// Its type as the API writes it.
    pub kind: String,
    /// A sentence about it.
    pub description: String,
    /// What it says, as AWS keeps it; empty for policies that are not ours.
    pub content: String,
}

/// What others refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs {
    /// `p-…`.
    pub id: String,
}

/// AWS holds names unique among the policies of one type.
fn key(kind: &str, name: &str) -> String {
    format!("{kind}/{name}")
}

/// Only control policies are written in IAM's language.
fn language(kind: &str) -> Language {
    if kind.ends_with("_CONTROL_POLICY") { Language::Iam } else { Language::Tree }
}

impl Kind for Policy {
    const NAME: &'static str = "organizations/policy";
    const ABOUT: &'static str = "A policy of the organization, of whichever type.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const ACTIONS: Actions = Actions {
        read: &[
            "organizations:DescribePolicy",
            "organizations:ListPolicies",
            "organizations:ListRoots",
            "organizations:ListTagsForResource",
        ],
        create: &["organizations:CreatePolicy", "organizations:TagResource"],
        update: &["organizations:TagResource", "organizations:UntagResource", "organizations:UpdatePolicy"],
        delete: &[
            "organizations:DeletePolicy",
            "organizations:DetachPolicy",
            "organizations:ListTargetsForPolicy",
        ],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(key(it.spec.kind, &it.spec.name))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { enabled: _, kind, name: _, description, content } = spec;
        let doc: Doc = content.fields("policy", env).into_iter().collect();
        doc.with("type", *kind).with("description", description.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, kind, description, content } = live;
        let doc: Doc = template::fields(language(kind), "policy", content).into_iter().collect();
        doc.with("type", kind.as_str()).with("description", description.as_str())
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    fn counts_as(spec: &Spec) -> CountsAs {
        CountsAs { what: spec.kind, of: None }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let keys: Vec<_> = wanted.iter().map(|it| key(it.spec.kind, &it.spec.name)).collect();
        let lists = answers::policies(at).await?;
        let is_asked = |policy: &&PolicySummary| {
            let wanted = || Some(key(policy.r#type()?.as_str(), policy.name()?));
            at.others == Others::Told || wanted().is_some_and(|key| keys.contains(&key))
        };
        let policies = lists.iter().flat_map(|list| list.iter()).filter(|policy| !policy.aws_managed());
        let policies = policies.filter(is_asked);
        let found = try_join_all(policies.map(|policy| one(at, policy, &keys))).await?;
        Ok(found)
    }

    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        if at.others == Others::Passed {
            return Ok(None);
        }
        let lists = answers::policies(at).await?;
        let own = lists.iter().flat_map(|list| list.iter()).filter(|policy| !policy.aws_managed());
        let alike = own.filter(|policy| policy.r#type().is_some_and(|kind| kind.as_str() == it.spec.kind));
        Ok(Some(alike.count()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { enabled: _, kind, name, description, content } = it.spec;
        let client = at.careful().organizations().await?;
        let create = client
            .create_policy()
            .r#type(SdkPolicyType::from(*kind))
            .name(name)
            .description(description)
            .content(content.resolve(&it.env).now()?)
            .set_tags(Some(answers::sdk_tags(it.tags)?));
        let made = aws::call(at, "CreatePolicy", create.send()).await;
        aws::untaken(made, &["DuplicatePolicyException"]).map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let differs = |root: &str| changes.iter().any(|change| change.root() == root);
        let client = at.organizations().await?;
        let mut update = client.update_policy().policy_id(&live.id);
        if differs("description") {
            update = update.description(&it.spec.description);
        }
        if differs("policy") {
            update = update.content(it.spec.content.resolve(&it.env).now()?);
        }
        aws::call(at, "UpdatePolicy", update.send()).await.map(drop)
    }

    /// AWS deletes only what is attached nowhere; an orphan's attachments go with it.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let client = at.organizations().await?;
        let targets = client.list_targets_for_policy().policy_id(&live.id).into_paginator().send();
        let targets = aws::call(at, "ListTargetsForPolicy", targets.try_collect()).await;
        let pages = aws::unless(targets, &["PolicyNotFoundException"])?.unwrap_or_default();
        let targets = pages.iter().flat_map(ListTargetsForPolicyOutput::targets);
        for target in targets.filter_map(PolicyTargetSummary::target_id) {
            let detach = client.detach_policy().policy_id(&live.id).target_id(target);
            let answer = aws::call(at, "DetachPolicy", detach.send()).await;
            aws::unless(answer, &["PolicyNotAttachedException", "TargetNotFoundException"])?;
        }
        let answer = aws::call(at, "DeletePolicy", client.delete_policy().policy_id(&live.id).send()).await;
        aws::unless(answer, &["PolicyNotFoundException"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        answers::retag(at, &live.id, tags).await
    }
}

/// A policy with its tags, and with its content if it is wanted or ours.
async fn one(at: &At<'_>, policy: &PolicySummary, wanted: &[String]) -> Result<Found<Live>> {
    let id = answers::present(policy.id(), "Id")?.to_owned();
    let name = answers::present(policy.name(), "Name")?.to_owned();
    let kind = policy.r#type().map_or_else(String::new, |kind| kind.as_str().to_owned());
    let key = key(&kind, &name);
    let tags = answers::tags(at, &id).await?;
    let is_ours = answers::is_ours(at, &tags);
    let content = if is_ours || wanted.contains(&key) { content(at, &id).await? } else { String::new() };
    let description = policy.description().unwrap_or_default().to_owned();
    Ok(Found {
        key,
        label: name,
        owner: Owner::Tags(Tags::clone(&tags)),
        live: Live { id, kind, description, content },
    })
}

async fn content(at: &At<'_>, id: &str) -> Result<String> {
    let client = at.organizations().await?;
    let answer = aws::call(at, "DescribePolicy", client.describe_policy().policy_id(id).send()).await?;
    Ok(answer.policy.and_then(|policy| policy.content).unwrap_or_default())
}
