//! `logs/forwarding`: that the log groups of an account which match `[logs] forward` send their events on.

use std::collections::BTreeSet;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::subscription::{self, Subscription};
use crate::engine::{
    at::At,
    doc::{Change, Doc},
    env::{Env, Value},
    error::{Class, Error, Result},
    kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
};

mod search;

/// All log groups of an account and Region that match some patterns have our subscription filter: those that somebody
/// else makes, since those of the landing zone have [a node of their own](super::SubscriptionFilter).
///
/// **A filter for each group**, and not one policy for the account. CloudWatch Logs has account-level subscription filter
/// policies, but they select groups [only by exclusion][selection] (`LogGroupName NOT IN […]`): "those matching" would be
/// said as a list of all that do not, at most 25 KB of names, and a group made tomorrow would be sent to the archive
/// although it matches nothing. An account has one such policy in a Region, which then is nobody else's, and it
/// [catches][recursion] whatever takes part in the delivery itself. A filter for each group does what is written, at the
/// price of one call for each matching group when reading, and of one of the [two filters][limit] that a group may have.
/// A group that gets made later is drift until the next apply.
///
/// **No circles:** what never may be forwarded is [`Spec::except`]. Groups of another class than Standard
/// [can't][class] be subscribed to and are passed over.
///
/// **What matches no longer** is found by the metric that each filter writes under its name, [`ForwardedLogEvents`][metric]:
/// one call, where asking every group would take one for each. A group that has sent nothing for two weeks is not found
/// so, and its filter sends nothing either.
///
/// Only groups that are not as they should be are part of the document: what is wanted is that there are none.
///
/// [selection]: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
/// [recursion]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions-recursion-prevention.html
/// [limit]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html
/// [class]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
/// [metric]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
pub struct Forwarding;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Which groups: names in which `*` is any text.
    pub patterns: Vec<String>,
    /// Which of them never: the groups into which the delivery itself writes.
    pub except: Vec<String>,
    /// Groups that have a node of their own, and are not looked at here.
    pub own: BTreeSet<String>,
    /// What our filters are called, in each group and in no other use.
    pub filter: String,
    /// Where to, and how.
    pub subscription: Subscription,
}

impl Spec {
    fn covers(&self, group: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| search::matches(pattern, group));
        any(&self.patterns) && !any(&self.except)
    }
}

/// What AWS has: the groups that are not as they should be.
#[derive(Clone, Debug)]
pub struct Live {
    amiss: Vec<(String, Amiss)>,
}

/// What is wrong with a group.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Amiss {
    /// It has no filter of ours.
    Missing,
    /// Our filter is not as it should be, in these fields.
    Changed(Vec<String>),
    /// Others have taken both slots.
    Full(Vec<String>),
    /// It has our filter and should not.
    Left,
}

impl Amiss {
    fn text(&self) -> String {
        match self {
            Self::Missing => "a log group that is not forwarded".to_owned(),
            Self::Changed(fields) => format!("a log group whose filter was changed: {}", fields.join(", ")),
            Self::Full(names) => {
                format!("a log group that is not forwarded: its two filters are {}", names.join(" and "))
            }
            Self::Left => "a log group that is forwarded, though it matches no longer".to_owned(),
        }
    }
}

/// How many log groups are asked about, or changed, at a time.
const AT_ONCE: usize = 4;
/// What stands for the only node there is in an account and Region.
const ONLY: &str = "forwarding";

impl Kind for Forwarding {
    const NAME: &'static str = "logs/forwarding";
    const ABOUT: &'static str = "That all log groups of an account and Region which match send to the archive, those that others make included.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("nobody asks every log group of an account about its filters");
    const ACTIONS: Actions = Actions {
        read: &["logs:DescribeLogGroups", "logs:DescribeSubscriptionFilters", "cloudwatch:ListMetrics"],
        create: &[],
        update: &["logs:PutSubscriptionFilter", "logs:DeleteSubscriptionFilter", "iam:PassRole"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(ONLY.to_owned())
    }

    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new()
    }

    fn observed(live: &Live) -> Doc {
        let Live { amiss } = live;
        amiss.iter().map(|(group, amiss)| (format!("groups[{group}]"), amiss.text().into())).collect()
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let mut found = Vec::new();
        for it in wanted {
            let live = Live { amiss: amiss(at, it).await? };
            found.push(Found { key: ONLY.to_owned(), label: ONLY.to_owned(), owner: Owner::Nobody, live });
        }
        Ok(found)
    }

    /// Does what can be done for every group before it tells of those for which nothing can.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let done = stream::iter(live.amiss.clone()).map(|(group, amiss)| put_right(at, it, group, amiss));
        let done: Vec<_> = done.buffered(AT_ONCE).collect().await;
        done.into_iter().collect()
    }
}

async fn put_right(at: &At<'_>, it: &Wanted<'_, Forwarding>, group: String, amiss: Amiss) -> Result<()> {
    let Spec { filter, subscription, .. } = it.spec;
    match amiss {
        Amiss::Missing | Amiss::Changed(_) => subscription.put(at, &group, filter, it.env).await,
        Amiss::Left => subscription::delete(at, &group, filter).await,
        Amiss::Full(names) => {
            let what = format!("`{group}` can't be forwarded: its two filters are {}", names.join(" and "));
            Err(Error::new(Class::Final, what)
                .hint("remove one of them, or leave the group out of `[logs] forward`"))
        }
    }
}

/// The groups that are not as they should be, by name.
async fn amiss(at: &At<'_>, it: &Wanted<'_, Forwarding>) -> Result<Vec<(String, Amiss)>> {
    let mut groups = search::groups(at, &it.spec.patterns).await?;
    groups.retain(|group| it.spec.covers(group));
    groups.extend(search::sending(at, &it.spec.filter).await?);
    groups.retain(|group| !it.spec.own.contains(group));
    let found = stream::iter(groups).map(|group| amiss_of(at, it, group)).buffered(AT_ONCE);
    let found: Vec<_> = found.try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

async fn amiss_of(
    at: &At<'_>,
    it: &Wanted<'_, Forwarding>,
    group: String,
) -> Result<Option<(String, Amiss)>> {
    let Spec { filter, subscription, .. } = it.spec;
    let filters = subscription::filters_of(at, group.clone()).await?;
    let covered = it.spec.covers(&group);
    let ours = filters.iter().find(|one| one.name == *filter);
    let amiss = match ours {
        Some(_) if !covered => Amiss::Left,
        Some(ours) => match subscription.differences(ours, it.env) {
            fields if fields.is_empty() => return Ok(None),
            fields => Amiss::Changed(fields),
        },
        None if !covered => return Ok(None),
        None if filters.len() >= subscription::SLOTS => {
            Amiss::Full(filters.into_iter().map(|one| format!("`{}`", one.name)).collect())
        }
        None => Amiss::Missing,
    };
    Ok(Some((group, amiss)))
}
