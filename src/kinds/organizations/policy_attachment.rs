//! `organizations/policy-attachment`: a policy attached to the root, a unit or an account.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use aws_sdk_organizations::types::{PolicySummary, PolicyTargetSummary, PolicyType as SdkPolicyType};
use futures::future::try_join_all;

use super::{Policy, PolicyType, Target, answers};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::Doc,
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, CountsAs, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// A policy attached to a target.
pub struct PolicyAttachment;

/// The policy that lets everything pass; AWS attaches it to each target when service control policies are enabled, and
/// to each new target from then on. It may be detached where something else is attached.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
pub const FULL_ACCESS: &str = "p-FullAWSAccess";

/// Its counterpart among resource control policies, which AWS attaches everywhere and never takes off: it says
/// nothing about a landing zone and is passed over.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
const FULL_RESOURCE_ACCESS: &str = "p-RCPFullAWSAccess";

/// What is attached.
#[derive(Clone, Debug)]
pub enum Attached {
    /// A policy of the landing zone.
    Policy(Need<Policy>),
    /// AWS's `FullAWSAccess`; service control policies have to be enabled.
    FullAccess(Need<PolicyType>),
}

impl Attached {
    fn id(&self, env: Env<'_>) -> Value<String> {
        match self {
            Self::Policy(policy) => env.get(policy).map(|policy| policy.id),
            Self::FullAccess(_) => Value::Known(FULL_ACCESS.to_owned()),
        }
    }
}

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// The policy.
    pub policy: Attached,
    /// The policy's type as the API writes it: `SERVICE_CONTROL_POLICY`.
    pub kind: &'static str,
    /// What the landing zone calls it: `scp:region-guard`, `FullAWSAccess`.
    pub name: String,
    /// What it is attached to.
    pub target: Target,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    /// The policy's id.
    pub policy: String,
    /// The target's id.
    pub target: String,
}

fn key(policy: &str, target: &str) -> String {
    format!("{policy} -> {target}")
}

impl Kind for PolicyAttachment {
    const NAME: &'static str = "organizations/policy-attachment";
    const ABOUT: &'static str = "That a policy is attached to the root, a unit or an account.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Related;
    const REMOVAL: Removal = Removal::Follows;
    // What denies goes first, so that nothing else is in its way.
    const REMOVED_FIRST: bool = true;
    const READ_AFTER: &'static [&'static str] = &[
        "organizations/organization",
        "organizations/unit",
        "organizations/account",
        "organizations/policy",
    ];
    const ACTIONS: Actions = Actions {
        read: &[
            "organizations:ListPolicies",
            "organizations:ListRoots",
            "organizations:ListTagsForResource",
            "organizations:ListTargetsForPolicy",
        ],
        create: &["organizations:AttachPolicy"],
        update: &[],
        delete: &["organizations:DetachPolicy"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let Spec { policy, target, kind: _, name: _ } = it.spec;
        policy.id(it.env).and_then(|policy| target.id(&it.env).map(|target| key(&policy, &target)))
    }

    /// Ends are shown by name: their ids are the key, and the same in both documents whenever there are two.
    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new()
    }

    fn observed(_: &Live) -> Doc {
        Doc::new()
    }

    fn outputs(_: &Live) {}

    /// AWS keeps each target from having nothing attached.
    fn goes_along(live: &Live) -> bool {
        live.policy == FULL_ACCESS
    }

    /// Where the landing zone lets full access go, a destroy gives it back before it takes what stood in its place.
    fn stands_in(spec: &Spec) -> bool {
        matches!(spec.policy, Attached::FullAccess(_))
    }

    fn counts_as(spec: &Spec) -> CountsAs {
        CountsAs { what: spec.kind, of: Some(spec.target.name()) }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let ends = Ends::of(wanted);
        if at.others == Others::Passed {
            let policies = ends.policies.keys().map(|id| PolicySummary::builder().id(id).build());
            let policies: Vec<_> = policies.collect();
            let found = try_join_all(policies.iter().map(|policy| attachments(at, policy, &ends))).await?;
            return Ok(found.into_iter().flatten().collect());
        }
        let lists = answers::policies(at).await?;
        let policies = lists.iter().flat_map(|list| list.iter());
        let policies = policies.filter(|policy| policy.id() != Some(FULL_RESOURCE_ACCESS));
        let found = try_join_all(policies.map(|policy| attachments(at, policy, &ends))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        if at.others == Others::Passed {
            return Ok(None);
        }
        let lists = answers::policies(at).await?;
        let alike = lists.iter().flat_map(|list| list.iter());
        let alike = alike.filter(|policy| policy.r#type().is_some_and(|kind| kind.as_str() == it.spec.kind));
        let mut attached = Vec::new();
        for policy in alike.filter(|policy| policy.id() != Some(FULL_RESOURCE_ACCESS)) {
            attached.push(targets(at, answers::present(policy.id(), "Id")?).await?);
        }
        let ids = attached.iter().flat_map(|targets| targets.iter().map(PolicyTargetSummary::target_id));
        let there = it.spec.target.id(&it.env).among(ids, 0);
        // AWS's own is on everything.
        let full = usize::from(it.spec.kind == SdkPolicyType::ResourceControlPolicy.as_str());
        Ok(there.map(|there| there + full))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let client = at.organizations().await?;
        let attach = client
            .attach_policy()
            .policy_id(it.spec.policy.id(it.env).now()?)
            .target_id(it.spec.target.id(&it.env).now()?);
        let answer = aws::call(at, "AttachPolicy", attach.send()).await;
        aws::unless(answer, &["DuplicatePolicyAttachmentException"]).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let client = at.organizations().await?;
        let detach = client.detach_policy().policy_id(&live.policy).target_id(&live.target);
        let answer = aws::call(at, "DetachPolicy", detach.send()).await;
        aws::unless(answer, &["PolicyNotAttachedException", "TargetNotFoundException"]).map(drop)
    }
}

/// The ends of wanted attachments: what the landing zone calls them, by id. A target of the landing zone always has a
/// wanted attachment, because AWS demands one.
struct Ends {
    policies: HashMap<String, String>,
    targets: HashMap<String, String>,
    /// The targets to which full access is to be attached. Elsewhere it is not ours to speak of, or
    /// [`super::NoFullAccess`] does.
    open: HashSet<String>,
}

impl Ends {
    fn of(wanted: &[Wanted<'_, PolicyAttachment>]) -> Self {
        let policy = |it: &Wanted<'_, PolicyAttachment>| {
            Some((it.spec.policy.id(it.env).known()?, it.spec.name.clone()))
        };
        let target = |it: &Wanted<'_, PolicyAttachment>| {
            Some((it.spec.target.id(&it.env).known()?, it.spec.target.name()))
        };
        let open = wanted.iter().filter(|it| matches!(it.spec.policy, Attached::FullAccess(_)));
        Self {
            policies: wanted.iter().filter_map(policy).collect(),
            targets: wanted.iter().filter_map(target).collect(),
            open: open.filter_map(|it| it.spec.target.id(&it.env).known()).collect(),
        }
    }
}

/// What a policy is attached to, asked for once.
pub(super) async fn targets(at: &At<'_>, id: &str) -> Result<Arc<Vec<PolicyTargetSummary>>> {
    const OPERATION: &str = "ListTargetsForPolicy";
    at.once("organizations", OPERATION, id, || async {
        let client = at.organizations().await?;
        let pages = client.list_targets_for_policy().policy_id(id).into_paginator().send();
        let pages = aws::call(at, OPERATION, pages.try_collect()).await?;
        Ok(pages.into_iter().flat_map(|page| page.targets.unwrap_or_default()).collect::<Vec<_>>())
    })
    .await
}

/// What concerns the landing zone of a policy's attachments: everything on its targets, and its policies on what is
/// somebody else's. AWS's full access is ours where it is wanted. A policy of ours on something of ours that left the
/// landing zone is no news: no apply lifts a guardrail from what is still there, and it goes when its target does.
async fn attachments(at: &At<'_>, policy: &PolicySummary, ends: &Ends) -> Result<Vec<Found<Live>>> {
    let id = answers::present(policy.id(), "Id")?;
    let targets = targets(at, id).await?;
    let targets: Vec<_> = targets.iter().collect();
    let ours = |target: &PolicyTargetSummary| target.target_id().and_then(|id| ends.targets.get(id));
    let touches = targets.iter().any(|target| ours(target).is_some());
    let is_full = id == FULL_ACCESS;
    let is_ours = is_full || ends.policies.contains_key(id) || (touches && is_tagged(at, policy, id).await?);
    let left = if is_ours && !is_full { left(at, &targets, ends).await? } else { BTreeSet::new() };
    let name = ends.policies.get(id).cloned().unwrap_or_else(|| name_of(policy));
    let found = targets.into_iter().filter_map(|summary| {
        let target = summary.target_id()?;
        let place = ours(summary);
        if (is_full && !ends.open.contains(target))
            || (place.is_none() && (!is_ours || left.contains(target)))
        {
            return None;
        }
        let on = place.map(String::as_str).or(summary.name()).unwrap_or(target);
        Some(Found {
            key: key(id, target),
            label: format!("{on}/{name}"),
            owner: Owner::Ends { ours: is_ours && place.is_some() },
            live: Live { policy: id.to_owned(), target: target.to_owned() },
        })
    });
    Ok(found.collect())
}

/// The targets that are ours and that the landing zone no longer has.
async fn left<'a>(
    at: &At<'_>,
    targets: &[&'a PolicyTargetSummary],
    ends: &Ends,
) -> Result<BTreeSet<&'a str>> {
    if at.others == Others::Passed {
        return Ok(BTreeSet::new());
    }
    let strange = targets.iter().filter_map(|target| target.target_id());
    let strange = strange.filter(|id| !id.starts_with("r-") && !ends.targets.contains_key(*id));
    let tagged =
        strange.map(async |id| Ok(answers::is_ours(at, &*answers::tags(at, id).await?).then_some(id)));
    Ok(try_join_all(tagged).await?.into_iter().flatten().collect())
}

/// What the landing zone would call a policy: `scp:region-guard`.
fn name_of(policy: &PolicySummary) -> String {
    let name = policy.name().or(policy.id()).unwrap_or_default();
    let folder = match policy.r#type() {
        _ if policy.aws_managed() => return name.to_owned(),
        Some(SdkPolicyType::ServiceControlPolicy) => "scp",
        Some(SdkPolicyType::ResourceControlPolicy) => "rcp",
        Some(SdkPolicyType::TagPolicy) => "tag",
        Some(SdkPolicyType::BackupPolicy) => "backup",
        Some(SdkPolicyType::AiservicesOptOutPolicy) => "ai-opt-out",
        Some(SdkPolicyType::ChatbotPolicy) => "chatbot",
        Some(SdkPolicyType::DeclarativePolicyEc2) => "declarative",
        _ => return name.to_owned(),
    };
    format!("{folder}:{name}")
}

async fn is_tagged(at: &At<'_>, policy: &PolicySummary, id: &str) -> Result<bool> {
    if policy.aws_managed() {
        return Ok(false);
    }
    Ok(answers::is_ours(at, &*answers::tags(at, id).await?))
}
