//! `organizations/no-full-access`: that AWS's `FullAWSAccess` is attached to a target no more.

use aws_sdk_organizations::types::{PolicyType as SdkPolicyType, PolicyTypeStatus};

use super::{
    Target, answers,
    policy_attachment::{FULL_ACCESS, targets},
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// That `FullAWSAccess`, which AWS attaches to each new unit and account by itself, is not attached to one. It goes once
/// policies of the landing zone stand in its place, for AWS keeps each target from having nothing attached.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
pub struct NoFullAccess;

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// To what it is not attached.
    pub target: Target,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    target: String,
    is_attached: bool,
}

impl Kind for NoFullAccess {
    const NAME: &'static str = "organizations/no-full-access";
    const ABOUT: &'static str =
        "That AWS's FullAWSAccess, which comes with each new unit and account, is not attached.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("`full_access = true` attaches it again");
    const READ_AFTER: &'static [&'static str] =
        &["organizations/organization", "organizations/unit", "organizations/account"];
    const ACTIONS: Actions = Actions {
        read: &["organizations:ListRoots", "organizations:ListTargetsForPolicy"],
        create: &["organizations:DetachPolicy"],
        update: &["organizations:DetachPolicy"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.spec.target.id(&it.env)
    }

    /// The target is shown by name: its id is the key.
    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new().with("attached", false)
    }

    fn observed(live: &Live) -> Doc {
        let Live { target: _, is_attached } = live;
        Doc::new().with("attached", *is_attached)
    }

    fn outputs(_: &Live) {}

    /// Nothing can be said of it until service control policies are enabled: then AWS attaches it to everything.
    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() || !has_service_control(at).await? {
            return Ok(Vec::new());
        }
        let attached = targets(at, FULL_ACCESS).await?;
        let found = wanted.iter().filter_map(|it| {
            let target = it.spec.target.id(&it.env).known()?;
            let is_attached = attached.iter().any(|summary| summary.target_id() == Some(&target));
            let (key, label) = (target.clone(), it.spec.target.name());
            Some(Found { key, label, owner: Owner::Nobody, live: Live { target, is_attached } })
        });
        Ok(found.collect())
    }

    /// AWS has attached it to what was made in this run.
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        detach(at, &it.spec.target.id(&it.env).now()?).await
    }

    async fn update(at: &At<'_>, _: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        detach(at, &live.target).await
    }
}

async fn has_service_control(at: &At<'_>) -> Result<bool> {
    let root = answers::root(at).await?;
    Ok(root.is_some_and(|root| {
        root.policy_types.iter().any(|summary| {
            summary.r#type() == Some(&SdkPolicyType::ServiceControlPolicy)
                && summary.status() == Some(&PolicyTypeStatus::Enabled)
        })
    }))
}

async fn detach(at: &At<'_>, target: &str) -> Result<()> {
    let detach = at.organizations().await?.detach_policy().policy_id(FULL_ACCESS).target_id(target);
    let answer = aws::call(at, "DetachPolicy", detach.send()).await;
    aws::unless(answer, &["PolicyNotAttachedException"]).map(drop)
}
