//! `logs/subscription-filter`: that a log group of the landing zone's own sends its events on.

use std::collections::BTreeSet;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    LogGroup,
    subscription::{self, Filter, Subscription},
};
use crate::engine::{
    at::At,
    doc::{Change, Doc},
    env::{Env, Value},
    error::Result,
    kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
};

/// A [subscription filter][filter] of one log group that the landing zone makes itself; it comes after that group.
///
/// What else the group sends its events to is left alone: there are two slots, and the other one is anybody's.
///
/// [filter]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
pub struct SubscriptionFilter;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The log group's name.
    pub group: String,
    /// What AWS calls the filter, unique in its group.
    pub name: String,
    /// Where to, and how.
    pub subscription: Subscription,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    filter: Filter,
}

/// How many log groups are asked about at a time.
const AT_ONCE: usize = 4;

impl Kind for SubscriptionFilter {
    const NAME: &'static str = "logs/subscription-filter";
    const ABOUT: &'static str = "A subscription filter of a log group that the landing zone makes itself: where its events go besides.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal =
        Removal::Never("log groups are asked about their filters one by one, and only wanted ones are");
    const PART_OF: Option<&'static str> = Some(LogGroup::NAME);
    const ACTIONS: Actions = Actions {
        read: &["logs:DescribeSubscriptionFilters"],
        create: &["logs:PutSubscriptionFilter", "iam:PassRole"],
        update: &["logs:PutSubscriptionFilter", "iam:PassRole"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(slot(&it.spec.group, &it.spec.name))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { group, name, subscription } = spec;
        subscription.doc(*env).with("group", group.as_str()).with("name", name.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { filter } = live;
        filter.doc().with("group", filter.group.as_str()).with("name", filter.name.as_str())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let groups: BTreeSet<_> = wanted.iter().map(|it| it.spec.group.clone()).collect();
        let found = stream::iter(groups).map(|group| subscription::filters_of(at, group));
        let filters: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        let found = filters.into_iter().flatten().map(|filter| Found {
            key: slot(&filter.group, &filter.name),
            label: slot(&filter.group, &filter.name),
            owner: Owner::Nobody,
            live: Live { filter },
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { group, name, subscription } = it.spec;
        subscription.put(at, group, name, it.env).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        Self::create(at, it).await
    }
}

fn slot(group: &str, name: &str) -> String {
    format!("{group} {name}")
}
