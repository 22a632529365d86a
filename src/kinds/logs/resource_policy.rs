//! `logs/resource-policy`: which services may write into an account's log groups.

use std::sync::Arc;

use aws_sdk_cloudwatchlogs::types::ResourcePolicy as SdkPolicy;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
    kinds::template::{self, Language, Template},
};

/// A [resource policy][policy] of CloudWatch Logs, which speaks of log groups by their ARNs. AWS allows ten in each
/// account and Region, and 5,120 characters in each.
///
/// [policy]: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
pub struct ResourcePolicy;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it, unique in its account and Region. It has no tags: one whose name begins with `<organization>-`
    /// is ours.
    pub name: String,
    /// Who may do what.
    pub policy: Template,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    name: String,
    policy: String,
}

impl Kind for ResourcePolicy {
    const NAME: &'static str = "logs/resource-policy";
    const ABOUT: &'static str =
        "A resource policy of CloudWatch Logs: which services may deliver into which log groups.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Prune;
    const ACTIONS: Actions = Actions {
        read: &["logs:DescribeResourcePolicies"],
        create: &["logs:PutResourcePolicy"],
        update: &["logs:PutResourcePolicy"],
        delete: &["logs:DeleteResourcePolicy"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, policy } = spec;
        let mut doc = Doc::new().with("name", name.as_str());
        doc.extend(policy.fields("policy", env));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { name, policy } = live;
        let mut doc = Doc::new().with("name", name.as_str());
        doc.extend(template::fields(Language::Iam, "policy", policy));
        doc
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let prefix = format!("{}-", at.organization);
        let policies = policies(at).await?;
        let found = policies.iter().filter_map(|policy| {
            let (name, policy) = (policy.policy_name()?.to_owned(), policy.policy_document()?.to_owned());
            let owner = Owner::Ends { ours: name.starts_with(&prefix) };
            let label = name.strip_prefix(&prefix).unwrap_or(&name).to_owned();
            Some(Found { key: name.clone(), label, owner, live: Live { name, policy } })
        });
        Ok(found.collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(policies(at).await?.len()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let policy = it.spec.policy.resolve(&it.env).now()?;
        let request = at.cloudwatchlogs().await?.put_resource_policy().policy_name(&it.spec.name);
        let request = request.policy_document(policy);
        aws::call(at, "PutResourcePolicy", request.send()).await.map(drop)
    }

    /// The call replaces all of it.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        Self::create(at, it).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.cloudwatchlogs().await?.delete_resource_policy().policy_name(&live.name);
        let gone = aws::call(at, "DeleteResourcePolicy", request.send()).await;
        aws::unless(gone, &["ResourceNotFoundException"]).map(drop)
    }
}

/// All policies of a place, asked for once.
async fn policies(at: &At<'_>) -> Result<Arc<Vec<SdkPolicy>>> {
    const OPERATION: &str = "DescribeResourcePolicies";
    at.once("logs", OPERATION, "", || async {
        let client = at.cloudwatchlogs().await?;
        let (mut all, mut token) = (Vec::new(), None);
        loop {
            let page = client.describe_resource_policies().set_next_token(token).send();
            let page = aws::call(at, OPERATION, page).await?;
            all.extend(page.resource_policies.unwrap_or_default());
            token = page.next_token;
            if token.is_none() {
                return Ok(all);
            }
        }
    })
    .await
}
