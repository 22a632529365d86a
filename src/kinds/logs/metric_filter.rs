//! `logs/metric-filter`: counts what is written into a log group.

use std::collections::HashSet;

use aws_sdk_cloudwatchlogs::types::{MetricFilter as SdkFilter, MetricTransformation, StandardUnit};
use futures::future::try_join_all;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, ORGANIZATION_TAG, Owner, Removal, Scope, Wanted},
    },
};

use super::{
    LogGroup,
    groups::{Group, groups},
};

/// A [metric filter][filter]. All filters of a group of ours are ours.
///
/// [filter]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
pub struct MetricFilter;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The group whose events it counts.
    pub group: Need<LogGroup>,
    /// What AWS calls that group.
    pub group_name: String,
    /// What AWS calls it, unique in its group.
    pub name: String,
    /// Which events it counts; 1,024 characters at most.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
    pub pattern: String,
    /// The namespace of its metric, not beginning with `AWS/`.
    pub namespace: String,
    /// Its metric.
    pub metric: String,
    /// What an event counts: `1`, or a field of it such as `$.bytes`.
    pub value: String,
    /// What the metric holds where no event is counted.
    pub default: Option<f64>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    group: String,
    name: String,
    pattern: String,
    transformations: Vec<MetricTransformation>,
}

impl Kind for MetricFilter {
    const NAME: &'static str = "logs/metric-filter";
    const ABOUT: &'static str = "A metric filter of a log group: which events are counted as which metric.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Follows;
    const ACTIONS: Actions = Actions {
        read: &["logs:DescribeLogGroups", "logs:DescribeMetricFilters", "logs:ListTagsForResource"],
        create: &["logs:PutMetricFilter"],
        update: &["logs:PutMetricFilter"],
        delete: &["logs:DeleteMetricFilter"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(slot(&it.spec.group_name, &it.spec.name))
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { group: _, group_name, name, pattern, namespace, metric, value, default } = spec;
        let metric = format!("metrics[{namespace} {metric}]");
        Doc::new()
            .with("group", group_name.as_str())
            .with("name", name.as_str())
            .with("pattern", pattern.as_str())
            .with(format!("{metric}.value"), value.as_str())
            .with_some(format!("{metric}.default"), *default)
    }

    fn observed(live: &Live) -> Doc {
        let Live { group, name, pattern, transformations } = live;
        let mut doc = Doc::new()
            .with("group", group.as_str())
            .with("name", name.as_str())
            .with("pattern", pattern.as_str());
        for one in transformations {
            let metric = format!("metrics[{} {}]", one.metric_namespace(), one.metric_name());
            doc.set(format!("{metric}.value"), one.metric_value());
            doc = doc.with_some(format!("{metric}.default"), one.default_value());
            doc = doc.with_some(format!("{metric}.unit"), one.unit().map(StandardUnit::as_str));
            for (name, value) in one.dimensions().into_iter().flatten() {
                doc.set(format!("{metric}.dimensions[{name}]"), value.as_str());
            }
        }
        doc
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let names: HashSet<_> = wanted.iter().map(|it| it.spec.group_name.as_str()).collect();
        let groups = groups(at, &names).await?;
        let is_ours =
            |group: &&Group| group.tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == at.organization);
        // The count may lag behind what was just made, so it only tells of groups where nothing is wanted.
        let may_have = |group: &&Group| {
            names.contains(group.name.as_str())
                || (is_ours(group) && group.listed.metric_filter_count() != Some(0))
        };
        let asked = groups.iter().filter(may_have).map(|group| filters(at, group, is_ours(&group)));
        Ok(try_join_all(asked).await?.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { group: _, group_name, name, pattern, namespace, metric, value, default } = it.spec;
        let metric = MetricTransformation::builder()
            .metric_namespace(namespace)
            .metric_name(metric)
            .metric_value(value)
            .set_default_value(*default);
        let request = at.cloudwatchlogs().await?.put_metric_filter().log_group_name(group_name);
        let request = request
            .filter_name(name)
            .filter_pattern(pattern)
            .metric_transformations(aws::built(metric.build())?);
        aws::call(at, "PutMetricFilter", request.send()).await.map(drop)
    }

    /// The call replaces all of it.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        Self::create(at, it).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.cloudwatchlogs().await?.delete_metric_filter();
        let request = request.log_group_name(&live.group).filter_name(&live.name);
        let gone = aws::call(at, "DeleteMetricFilter", request.send()).await;
        aws::unless(gone, &["ResourceNotFoundException"]).map(drop)
    }
}

/// Names of groups hold no colon.
fn slot(group: &str, name: &str) -> String {
    format!("{group}:{name}")
}

async fn filters(at: &At<'_>, group: &Group, ours: bool) -> Result<Vec<Found<Live>>> {
    let pages = at.cloudwatchlogs().await?.describe_metric_filters().log_group_name(&group.name);
    let pages = pages.into_paginator().items().send();
    let filters = aws::call(at, "DescribeMetricFilters", pages.try_collect()).await;
    let filters: Option<Vec<SdkFilter>> = aws::unless(filters, &["ResourceNotFoundException"])?;
    let found = |filter: SdkFilter| {
        let name = filter.filter_name?;
        // As the landing zone calls those that it wants: `trail/root-use` of `/acme/trail`.
        let (key, label) = (slot(&group.name, &name), format!("{}/{name}", group.short(at)));
        let live = Live {
            group: group.name.clone(),
            name,
            pattern: filter.filter_pattern.unwrap_or_default(),
            transformations: filter.metric_transformations.unwrap_or_default(),
        };
        Some(Found { key, label, owner: Owner::Ends { ours }, live })
    };
    Ok(filters.into_iter().flatten().filter_map(found).collect())
}
