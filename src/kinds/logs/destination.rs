//! `logs/destination`: what log groups of other accounts send to.

use aws_sdk_cloudwatchlogs::types::Destination as SdkDestination;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::tags;
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Wanted},
    },
    kinds::template::{self, Language, Template},
};

/// A [destination][destination]: a name in its senders' Region for a stream, which may be in [another one][region], and
/// a policy that says whose log groups may send to it.
///
/// The policy for a whole organization is AWS's [own][organization]: everybody may `logs:PutSubscriptionFilter` on the
/// destination's ARN where `aws:PrincipalOrgID` is the organization. A sender that is let in so, and not by its account,
/// has to [show a role][role] of its own account in its subscription filter, which `logs.amazonaws.com` may assume and
/// which may `logs:PutLogEvents` on its log groups.
///
/// [destination]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions-Firehose.html
/// [region]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilterFirehose-Account.html
/// [organization]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Cross-Account-Log_Subscription-Update-policy-Account.html
/// [role]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-IAMrole.html
pub struct Destination;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it, unique in its account and Region; no `:` and no `*`.
    pub name: String,
    /// The Firehose stream, in this account and any Region.
    pub target_arn: Text,
    /// The role with which CloudWatch Logs writes into the stream. Its trust policy has to let `logs.amazonaws.com` in
    /// for senders [of all accounts][trust], since it is assumed in their name.
    ///
    /// [trust]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateFirehoseStreamDestination.html
    pub role_arn: Text,
    /// Who may subscribe; 5,120 bytes at most.
    pub policy: Template,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    arn: String,
    name: String,
    target: String,
    role: String,
    /// Nothing until somebody puts one: then nobody but the account itself may subscribe.
    policy: Option<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN, which subscription filters name.
    pub arn: String,
}

/// How many destinations are asked for their tags at a time.
const AT_ONCE: usize = 4;

impl Kind for Destination {
    const NAME: &'static str = "logs/destination";
    const ABOUT: &'static str =
        "A destination of log events: a name in their senders' Region for a stream, and who may send to it.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name"];
    const ACTIONS: Actions = Actions {
        read: &["logs:DescribeDestinations", "logs:ListTagsForResource"],
        create: &["logs:PutDestination", "logs:PutDestinationPolicy", "logs:TagResource", "iam:PassRole"],
        update: &[
            "logs:PutDestination",
            "logs:PutDestinationPolicy",
            "logs:TagResource",
            "logs:UntagResource",
            "iam:PassRole",
        ],
        delete: &["logs:DeleteDestination"],
    };
    // Itself, and its policy.
    const CALLS: Calls = Calls { create: 2, each: &[] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, target_arn, role_arn, policy } = spec;
        let mut doc = Doc::new()
            .with("name", name.as_str())
            .with("target", Field::text(target_arn, env))
            .with("role", Field::text(role_arn, env));
        doc.extend(policy.fields("policy", env));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { arn: _, name, target, role, policy } = live;
        let mut doc = Doc::new()
            .with("name", name.as_str())
            .with("target", target.as_str())
            .with("role", role.as_str());
        doc.extend(policy.iter().flat_map(|text| template::fields(Language::Iam, "policy", text)));
        doc
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let request = at.cloudwatchlogs().await?.describe_destinations();
        let pages = request.into_paginator().items().send().try_collect();
        let all: Vec<_> = aws::call(at, "DescribeDestinations", pages).await?;
        let found = stream::iter(all.into_iter().filter_map(live)).map(|live| tagged(at, live));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.cloudwatchlogs().await?.put_destination().destination_name(&it.spec.name);
        let request = request
            .target_arn(it.spec.target_arn.resolve(&it.env).now()?)
            .role_arn(it.spec.role_arn.resolve(&it.env).now()?)
            .set_tags(Some(it.tags.clone().into_iter().collect()));
        aws::call(at, "PutDestination", request.send()).await?;
        put_policy(at, it).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, changes: &[Change]) -> Result<()> {
        if changes.iter().any(|change| change.root() != "policy") {
            let request = at.cloudwatchlogs().await?.put_destination().destination_name(&it.spec.name);
            let request = request
                .target_arn(it.spec.target_arn.resolve(&it.env).now()?)
                .role_arn(it.spec.role_arn.resolve(&it.env).now()?);
            aws::call(at, "PutDestination", request.send()).await?;
        }
        if changes.iter().any(|change| change.root() == "policy") {
            put_policy(at, it).await?;
        }
        Ok(())
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.cloudwatchlogs().await?.delete_destination().destination_name(&live.name);
        let gone = aws::call(at, "DeleteDestination", request.send()).await;
        aws::unless(gone, &["ResourceNotFoundException"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        tags::retag(at, &live.arn, tags).await
    }
}

/// By `force_update` we say that filters which send to it [show a role][force] where the policy speaks of an
/// organization: ours do.
///
/// [force]: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDestinationPolicy.html
async fn put_policy(at: &At<'_>, it: &Wanted<'_, Destination>) -> Result<()> {
    let request = at.cloudwatchlogs().await?.put_destination_policy().destination_name(&it.spec.name);
    let request = request.access_policy(it.spec.policy.resolve(&it.env).now()?).force_update(true);
    aws::call(at, "PutDestinationPolicy", request.send()).await.map(drop)
}

/// The destination with its tags; nothing if it is gone meanwhile.
async fn tagged(at: &At<'_>, live: Live) -> Result<Option<Found<Live>>> {
    let Some(tags) = tags::tags_of(at, &live.arn).await? else { return Ok(None) };
    Ok(Some(Found { key: live.name.clone(), label: live.name.clone(), owner: Owner::Tags(tags), live }))
}

fn live(destination: SdkDestination) -> Option<Live> {
    let SdkDestination { destination_name, target_arn, role_arn, access_policy, arn, .. } = destination;
    Some(Live {
        arn: arn?,
        name: destination_name?,
        target: target_arn.unwrap_or_default(),
        role: role_arn.unwrap_or_default(),
        policy: access_policy.filter(|text| !text.is_empty()),
    })
}
