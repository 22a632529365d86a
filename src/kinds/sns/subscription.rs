//! `sns/subscription`: who hears of what is said at a topic.

use std::collections::{HashMap, HashSet};

use aws_sdk_sns::types::Subscription as SdkSubscription;
use futures::future::try_join_all;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Doc, Field},
        env::{Env, Need, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, ORGANIZATION_TAG, Owner, Removal, Scope, Wanted},
    },
};

use super::{
    Topic,
    topics::{GONE, Listed, topics},
};

/// A [subscription][subscribe] of a topic. Who hears of what is said at a topic of ours is ours to say in full: one
/// that nobody wants is taken back.
///
/// An e-mail address [has to be confirmed][confirm] by its owner, who has three days; until then the subscription has
/// no ARN, can't be deleted, and is taken for one that is there. One that was never confirmed, or that its owner
/// ended, is gone, and is made again.
///
/// [subscribe]: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
/// [confirm]: https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
pub struct Subscription;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The topic.
    pub topic: Need<Topic>,
    /// What AWS calls it.
    pub topic_name: String,
    /// `email`, `https`, `lambda`, `sqs` …
    pub protocol: String,
    /// Who hears: an address, a URL, an ARN.
    pub endpoint: Text,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    topic: String,
    protocol: String,
    endpoint: String,
    /// Nothing until it is confirmed.
    arn: Option<String>,
}

/// What stands where an ARN does not.
const PENDING: &str = "PendingConfirmation";
const DELETED: &str = "Deleted";

impl Kind for Subscription {
    const NAME: &'static str = "sns/subscription";
    const ABOUT: &'static str =
        "A subscription of a topic; an e-mail address has to be confirmed by its owner.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &["organizations/account"];
    const ACTIONS: Actions = Actions {
        read: &["sns:ListSubscriptionsByTopic", "sns:ListTagsForResource", "sns:ListTopics"],
        create: &["sns:Subscribe"],
        update: &[],
        delete: &["sns:Unsubscribe"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let Spec { topic: _, topic_name, protocol, endpoint } = it.spec;
        endpoint.resolve(&it.env).map(|endpoint| slot(topic_name, protocol, &endpoint))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { topic: _, topic_name, protocol, endpoint } = spec;
        Doc::new()
            .with("topic", topic_name.as_str())
            .with("protocol", protocol.as_str())
            .with("endpoint", Field::text(endpoint, env))
    }

    fn observed(live: &Live) -> Doc {
        let Live { topic, protocol, endpoint, arn: _ } = live;
        Doc::new()
            .with("topic", topic.as_str())
            .with("protocol", protocol.as_str())
            .with("endpoint", endpoint.as_str())
    }

    fn outputs(_: &Live) {}

    /// What waits for confirmation can't be ended, and a topic [takes][delete] all of its subscriptions along.
    ///
    /// [delete]: https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html
    fn goes_along(_: &Live) -> bool {
        true
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let names: HashSet<_> = wanted.iter().map(|it| it.spec.topic_name.as_str()).collect();
        let topics = topics(at, &names).await?;
        let is_ours =
            |topic: &Listed| topic.tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == at.organization);
        let asked = topics.iter().filter(|topic| names.contains(topic.name.as_str()) || is_ours(topic));
        let found = try_join_all(asked.map(|topic| subscriptions(at, topic, is_ours(topic)))).await?;
        let keys: HashSet<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        // What waits for confirmation can't be deleted: AWS forgets it in three days.
        let counts = |one: &Found<Live>| one.live.arn.is_some() || keys.contains(&one.key);
        Ok(found.into_iter().flatten().filter(counts).collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { topic, topic_name: _, protocol, endpoint } = it.spec;
        let request = at.sns().await?.subscribe().topic_arn(it.env.get(topic).now()?.arn);
        let request = request.protocol(protocol).endpoint(endpoint.resolve(&it.env).now()?);
        aws::call(at, "Subscribe", request.send()).await.map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let Some(arn) = &live.arn else { return Ok(()) };
        let gone = at.sns().await?.unsubscribe().subscription_arn(arn).send();
        aws::unless(aws::call(at, "Unsubscribe", gone).await, GONE).map(drop)
    }
}

fn slot(topic: &str, protocol: &str, endpoint: &str) -> String {
    format!("{topic} {protocol} {endpoint}")
}

async fn subscriptions(at: &At<'_>, topic: &Listed, ours: bool) -> Result<Vec<Found<Live>>> {
    let pages = at.sns().await?.list_subscriptions_by_topic().topic_arn(&topic.arn);
    let pages = pages.into_paginator().items().send();
    let listed = aws::call(at, "ListSubscriptionsByTopic", pages.try_collect()).await;
    let listed: Vec<SdkSubscription> = aws::unless(listed, GONE)?.unwrap_or_default();
    let mut found: HashMap<String, Found<Live>> = HashMap::new();
    for one in listed {
        let (Some(protocol), Some(endpoint)) = (one.protocol, one.endpoint) else { continue };
        let arn = one.subscription_arn.unwrap_or_else(|| PENDING.to_owned());
        if arn == DELETED {
            continue;
        }
        let key = slot(&topic.name, &protocol, &endpoint);
        let arn = (arn != PENDING).then_some(arn);
        // One that was ended and made again is listed twice; the confirmed one counts.
        if arn.is_none() && found.contains_key(&key) {
            continue;
        }
        let live = Live { topic: topic.name.clone(), protocol, endpoint, arn };
        let (label, owner) = (key.clone(), Owner::Ends { ours });
        found.insert(key.clone(), Found { key, label, owner, live });
    }
    Ok(found.into_values().collect())
}
