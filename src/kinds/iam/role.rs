//! `iam/role`: a role, who may assume it and what it may do.

use std::collections::BTreeMap;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Value},
        error::{Error, Result},
        kind::{
            ADDRESS_TAG, Actions, Calls, Found, Identity, Kind, ORGANIZATION_TAG, Removal, Scope, TagChange,
            Wanted,
        },
    },
    kinds::template::Template,
};

use super::{
    Managed,
    authorization::{self, iam_tags, tags_of},
    managed::key_of,
};

mod edit;
mod live;

pub use live::Live;

/// An [IAM role][role] with everything that decides what it may do: its inline policies and the managed policies
/// attached to it are ours in full, so what somebody adds is drift.
///
/// [role]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
pub struct Role;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it: 64 characters at most, unique in its account whatever the path and the case.
    pub name: String,
    /// Its path, `/` or like `/ci/`.
    pub path: String,
    /// What people read about it.
    pub description: Option<String>,
    /// Who may assume it; 2,048 characters at most, white space not counted.
    pub trust: Template,
    /// Policies of its own, by name; 10,240 characters in all, white space not counted.
    pub inline: BTreeMap<String, Template>,
    /// Managed policies attached to it, 10 at most.
    pub policies: Box<[Managed]>,
    /// What it may do at most.
    pub boundary: Option<Managed>,
    /// How many seconds a session lasts at most, 3,600 to 43,200.
    pub session_seconds: i32,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN, path included.
    pub arn: String,
}

impl Kind for Role {
    const NAME: &'static str = "iam/role";
    const ABOUT: &'static str = "A role: whom it trusts, its inline policies and the managed ones attached to it, all of them ours in full.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name", "path"];
    const ACTIONS: Actions = Actions {
        read: &["iam:GetAccountAuthorizationDetails", "iam:ListRoles"],
        create: &[
            "iam:CreateRole",
            "iam:TagRole",
            "iam:GetRole",
            "iam:PutRolePolicy",
            "iam:AttachRolePolicy",
            "iam:PutRolePermissionsBoundary",
        ],
        update: &[
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:PutRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:AttachRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePermissionsBoundary",
            "iam:DeleteRolePermissionsBoundary",
            "iam:TagRole",
            "iam:UntagRole",
        ],
        delete: &[
            "iam:RemoveRoleFromInstanceProfile",
            "iam:DetachRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:DeleteRole",
        ],
    };
    const CALLS: Calls = Calls { create: 1, each: &["policies[]", "inline[]"] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.to_lowercase())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, path, description, trust, inline, policies, boundary, session_seconds } = spec;
        let mut doc = Doc::new()
            .with("name", name.as_str())
            .with("path", path.as_str())
            .with_some("description", description.as_deref())
            .with_some("boundary", boundary.as_ref().map(Managed::key))
            .with("session_seconds", *session_seconds);
        doc.extend(trust.fields("trust", env));
        doc.extend(inline.iter().flat_map(|(name, policy)| policy.fields(&format!("inline[{name}]"), env)));
        doc.extend(policies.iter().map(|policy| attached(&policy.key())));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { name, path, description, trust, inline, policies, boundary, session_seconds, .. } = live;
        let mut doc = Doc::new()
            .with("name", name.as_str())
            .with("path", path.as_str())
            .with_some("description", description.as_deref())
            .with_some("boundary", boundary.as_deref().map(key_of))
            .with_some("session_seconds", *session_seconds);
        doc.extend(trust.fields("trust"));
        doc.extend(inline.iter().flat_map(|(name, policy)| policy.fields(&format!("inline[{name}]"))));
        doc.extend(policies.keys().map(|key| attached(key)));
        doc
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        live::read(at, !wanted.is_empty()).await
    }

    /// Those of services count.
    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(authorization::details(at).await?.roles.len()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { name, path, description, trust, boundary, session_seconds, inline: _, policies: _ } =
            it.spec;
        let boundary = boundary.as_ref().map(|boundary| boundary.arn(&it.env).now()).transpose()?;
        let client = at.iam().await?;
        let request = client.create_role().role_name(name).path(path).set_description(description.clone());
        let request = request
            .assume_role_policy_document(trust.resolve(&it.env).now()?)
            .set_permissions_boundary(boundary)
            .max_session_duration(*session_seconds)
            .set_tags(Some(iam_tags(it.tags)?));
        let made = aws::call(at, "CreateRole", request.send()).await;
        if aws::unless(made, &["EntityAlreadyExists"])?.is_none() {
            expect_own(at, it).await?;
        }
        edit::apply(at, name, &edit::permissions(it)?).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        edit::apply(at, &live.name, &edit::between(it, live, changes)?).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        edit::apply(at, &live.name, &edit::removal(live)).await?;
        let request = at.iam().await?.delete_role().role_name(&live.name);
        let gone = aws::call(at, "DeleteRole", request.send()).await;
        aws::unless(gone, &["NoSuchEntity"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.iam().await?;
        if !tags.set.is_empty() {
            let request = client.tag_role().role_name(&live.name).set_tags(Some(iam_tags(&tags.set)?));
            aws::call(at, "TagRole", request.send()).await?;
        }
        if !tags.remove.is_empty() {
            let request = client.untag_role().role_name(&live.name).set_tag_keys(Some(tags.remove.clone()));
            aws::call(at, "UntagRole", request.send()).await?;
        }
        Ok(())
    }
}

fn attached(key: &str) -> (String, Field) {
    (format!("policies[{key}]"), true.into())
}

/// After a create call that found the name taken: goes on only if it was our own call, sent before, that took it.
async fn expect_own(at: &At<'_>, it: &Wanted<'_, Role>) -> Result<()> {
    let request = at.iam().await?.get_role().role_name(&it.spec.name);
    let role = aws::call(at, "GetRole", request.send()).await?.role;
    let tags = role.map(|role| tags_of(role.tags())).unwrap_or_default();
    let is_own = [ADDRESS_TAG, ORGANIZATION_TAG].iter().all(|key| tags.get(*key) == it.tags.get(*key));
    if is_own { Ok(()) } else { Err(Error::stale("name")) }
}
