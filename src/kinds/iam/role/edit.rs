//! The calls that turn one role into another, and their order.

use aws_sdk_iam::Client;

use crate::{
    aws::{self, Aws as _},
    engine::{at::At, doc::Change, error::Result, kind::Wanted},
};

use super::{Live, Role, Spec};

/// One call that changes a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// Detaches the managed policy with this ARN.
    Detach(String),
    /// Deletes the inline policy of this name.
    Delete(String),
    /// Bounds the role by the managed policy with this ARN.
    Bound(String),
    /// Takes the boundary away.
    Unbound,
    /// Replaces the trust policy.
    Trust(String),
    /// Sets description and session duration, which one call replaces together.
    Describe {
        /// The description, empty for none.
        description: String,
        /// How long a session lasts at most.
        session_seconds: i32,
    },
    /// Writes the inline policy of this name.
    Put(String, String),
    /// Attaches the managed policy with this ARN.
    Attach(String),
    /// Takes the role out of this instance profile.
    Leave(String),
}

/// What gives a role that has nothing yet its permissions.
pub(super) fn permissions(it: &Wanted<'_, Role>) -> Result<Vec<Edit>> {
    let inline = it.spec.inline.iter();
    let put = inline.map(|(name, policy)| Ok(Edit::Put(name.clone(), policy.resolve(&it.env).now()?)));
    let attach = it.spec.policies.iter().map(|policy| Ok(Edit::Attach(policy.arn(&it.env).now()?)));
    put.chain(attach).collect()
}

/// What leads from `live` to what is wanted, as far as `changes` go: first what takes away, last what gives, so that
/// no one holds in between what they hold neither before nor after. Where the trust changes too, a changed inline
/// policy is deleted first and written again last: neither do the old callers get the new policy, nor the other way
/// round.
pub(super) fn between(it: &Wanted<'_, Role>, live: &Live, changes: &[Change]) -> Result<Vec<Edit>> {
    let touched = Touched(changes);
    let Spec { name: _, path: _, description, trust, inline, policies, boundary, session_seconds } = it.spec;
    let trusts = touched.has("trust");
    let mut edits = Vec::new();
    for (key, arn) in &live.policies {
        if touched.has(&format!("policies[{key}]")) && policies.iter().all(|policy| policy.key() != *key) {
            edits.push(Edit::Detach(arn.clone()));
        }
    }
    for name in live.inline.keys() {
        if touched.has(&format!("inline[{name}]")) && (trusts || !inline.contains_key(name)) {
            edits.push(Edit::Delete(name.clone()));
        }
    }
    if let Some(boundary) = boundary
        && touched.has("boundary")
    {
        edits.push(Edit::Bound(boundary.arn(&it.env).now()?));
    }
    if trusts {
        edits.push(Edit::Trust(trust.resolve(&it.env).now()?));
    }
    if touched.has("description") || touched.has("session_seconds") {
        let description = description.clone().unwrap_or_default();
        let describe = Edit::Describe { description, session_seconds: *session_seconds };
        let shorter = live.session_seconds.is_some_and(|before| before > *session_seconds);
        edits.insert(if shorter { 0 } else { edits.len() }, describe);
    }
    for (name, policy) in inline {
        if touched.has(&format!("inline[{name}]")) {
            edits.push(Edit::Put(name.clone(), policy.resolve(&it.env).now()?));
        }
    }
    for policy in policies.iter().filter(|policy| touched.has(&format!("policies[{}]", policy.key()))) {
        edits.push(Edit::Attach(policy.arn(&it.env).now()?));
    }
    if boundary.is_none() && touched.has("boundary") {
        edits.push(Edit::Unbound);
    }
    Ok(edits)
}

/// What has to go before AWS lets a role be [deleted][delete].
///
/// [delete]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
pub(super) fn removal(live: &Live) -> Vec<Edit> {
    let leave = live.instance_profiles.iter().cloned().map(Edit::Leave);
    let detach = live.policies.values().cloned().map(Edit::Detach);
    let delete = live.inline.keys().cloned().map(Edit::Delete);
    leave.chain(detach).chain(delete).collect()
}

struct Touched<'a>(&'a [Change]);

impl Touched<'_> {
    /// Whether the field at `path` changes, or one below it.
    fn has(&self, path: &str) -> bool {
        let below = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
        self.0.iter().any(|change| change.path.strip_prefix(path).is_some_and(below))
    }
}

/// What AWS answers where that which is to be taken away is gone already.
const GONE: &[&str] = &["NoSuchEntity"];

/// Sends the calls, one after another.
pub(super) async fn apply(at: &At<'_>, role: &str, edits: &[Edit]) -> Result<()> {
    if edits.is_empty() {
        return Ok(());
    }
    let client = at.iam().await?;
    for edit in edits {
        send(at, &client, role, edit).await?;
    }
    Ok(())
}

async fn send(at: &At<'_>, client: &Client, role: &str, edit: &Edit) -> Result<()> {
    match edit {
        Edit::Detach(arn) => {
            let call = client.detach_role_policy().role_name(role).policy_arn(arn).send();
            aws::unless(aws::call(at, "DetachRolePolicy", call).await, GONE).map(drop)
        }
        Edit::Delete(name) => {
            let call = client.delete_role_policy().role_name(role).policy_name(name).send();
            aws::unless(aws::call(at, "DeleteRolePolicy", call).await, GONE).map(drop)
        }
        Edit::Bound(arn) => {
            let call =
                client.put_role_permissions_boundary().role_name(role).permissions_boundary(arn).send();
            aws::call(at, "PutRolePermissionsBoundary", call).await.map(drop)
        }
        Edit::Unbound => {
            let call = client.delete_role_permissions_boundary().role_name(role).send();
            aws::unless(aws::call(at, "DeleteRolePermissionsBoundary", call).await, GONE).map(drop)
        }
        Edit::Trust(policy) => {
            let call = client.update_assume_role_policy().role_name(role).policy_document(policy).send();
            aws::call(at, "UpdateAssumeRolePolicy", call).await.map(drop)
        }
        Edit::Describe { description, session_seconds } => {
            let call = client.update_role().role_name(role).description(description);
            let call = call.max_session_duration(*session_seconds).send();
            aws::call(at, "UpdateRole", call).await.map(drop)
        }
        Edit::Put(name, policy) => {
            let call = client.put_role_policy().role_name(role).policy_name(name).policy_document(policy);
            aws::call(at, "PutRolePolicy", call.send()).await.map(drop)
        }
        Edit::Attach(arn) => {
            let call = client.attach_role_policy().role_name(role).policy_arn(arn).send();
            aws::call(at, "AttachRolePolicy", call).await.map(drop)
        }
        Edit::Leave(profile) => {
            let call = client.remove_role_from_instance_profile().role_name(role);
            let call = call.instance_profile_name(profile).send();
            aws::unless(aws::call(at, "RemoveRoleFromInstanceProfile", call).await, GONE).map(drop)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use super::*;
    use crate::{
        engine::{
            doc::diff,
            env::Env,
            graph::{Address, Place},
            kind::{Kind as _, Tags},
        },
        kinds::{
            iam::{Managed, authorization::Held},
            template::{Language, Template},
        },
        names::AccountName,
        policy::Arn,
    };

    fn policy(sid: &str) -> String {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{sid}","Effect":"Allow","Action":"s3:*","Resource":"*"}}]}}"#
        )
    }

    fn template(sid: &str) -> Template {
        Template::new(Language::Iam, serde_json::from_str(&policy(sid)).expect("JSON"), [])
    }

    fn aws(name: &str) -> String {
        Arn::aws_managed_policy("aws", name).to_string()
    }

    fn wanted() -> Spec {
        Spec {
            name: "deployer".to_owned(),
            path: "/".to_owned(),
            description: None,
            trust: template("New"),
            inline: BTreeMap::from([
                ("kept".to_owned(), template("New")),
                ("new".to_owned(), template("New")),
            ]),
            policies: [Managed::Aws { arn: aws("ReadOnlyAccess") }].into(),
            boundary: None,
            session_seconds: 3_600,
        }
    }

    fn live() -> Live {
        let held = || Held::of(Some(&policy("Old")));
        Live {
            arn: "arn:aws:iam::123456789012:role/deployer".to_owned(),
            name: "deployer".to_owned(),
            path: "/".to_owned(),
            description: None,
            trust: held(),
            inline: BTreeMap::from([("kept".to_owned(), held()), ("old".to_owned(), held())]),
            policies: BTreeMap::from([("aws:AdministratorAccess".to_owned(), aws("AdministratorAccess"))]),
            boundary: Some(aws("PowerUserAccess")),
            session_seconds: Some(7_200),
            instance_profiles: vec!["servers".to_owned()],
        }
    }

    fn edits(spec: &Spec, live: &Live) -> Vec<Edit> {
        let place = Place { account: AccountName::management(), region: None };
        let address = Address { place, kind: Role::NAME, name: Arc::from("deployer") };
        let (env, tags) = (Env::nothing_known(), Tags::new());
        let changes = diff(&Role::observed(live), &Role::desired(spec, &env));
        let it = Wanted { address: &address, spec, env, tags: &tags };
        between(&it, live, &changes).expect("nothing is open")
    }

    #[test]
    fn what_takes_away_comes_before_what_gives() {
        let describe = Edit::Describe { description: String::new(), session_seconds: 3_600 };
        let expected = [
            describe,
            Edit::Detach(aws("AdministratorAccess")),
            Edit::Delete("kept".to_owned()),
            Edit::Delete("old".to_owned()),
            Edit::Trust(policy("New")),
            Edit::Put("kept".to_owned(), policy("New")),
            Edit::Put("new".to_owned(), policy("New")),
            Edit::Attach(aws("ReadOnlyAccess")),
            Edit::Unbound,
        ];
        assert_eq!(edits(&wanted(), &live()), expected);
    }

    #[test]
    fn a_policy_is_replaced_in_place_while_the_trust_stays() {
        let spec = Spec { trust: template("Old"), ..wanted() };
        let edits = edits(&spec, &live());
        assert!(!edits.contains(&Edit::Delete("kept".to_owned())));
        assert!(!edits.iter().any(|edit| matches!(edit, Edit::Trust(_))));
    }

    #[test]
    fn only_what_differs_is_touched() {
        let mut live = live();
        live.session_seconds = Some(3_600);
        let same = Spec {
            trust: template("Old"),
            inline: ["kept", "old"].map(|name| (name.to_owned(), template("Old"))).into(),
            policies: [Managed::Aws { arn: aws("AdministratorAccess") }].into(),
            boundary: Some(Managed::Aws { arn: aws("PowerUserAccess") }),
            ..wanted()
        };
        assert!(edits(&same, &live).is_empty());
        let renamed = Spec { description: Some("deploys".to_owned()), ..same };
        let describe = Edit::Describe { description: "deploys".to_owned(), session_seconds: 3_600 };
        assert_eq!(edits(&renamed, &live), [describe]);
    }

    #[test]
    fn everything_goes_before_the_role_does() {
        let expected = [
            Edit::Leave("servers".to_owned()),
            Edit::Detach(aws("AdministratorAccess")),
            Edit::Delete("kept".to_owned()),
            Edit::Delete("old".to_owned()),
        ];
        assert_eq!(removal(&live()), expected);
    }
}
