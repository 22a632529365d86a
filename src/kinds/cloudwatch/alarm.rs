//! `cloudwatch/alarm`: tells somebody when a metric crosses a line.

use std::collections::{BTreeSet, HashSet};

use aws_sdk_cloudwatch::types::{
    AlarmType, ComparisonOperator, MetricAlarm, StandardUnit, Statistic as SdkStatistic, Tag,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Tags, Wanted},
    },
    kinds::sns::any_like_ours,
};

/// A [metric alarm][alarm] on one metric without dimensions.
///
/// [alarm]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
pub struct Alarm;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it. One that is not wanted any more is found if its name begins with `<organization>-`.
    pub name: String,
    /// What people read about it.
    pub description: String,
    /// The namespace of its metric.
    pub namespace: String,
    /// Its metric.
    pub metric: String,
    /// What is made of the values of a period.
    pub statistic: Statistic,
    /// How many seconds a period lasts: 10, 20, 30, or a multiple of 60.
    pub period: i32,
    /// How many periods are looked at.
    pub evaluation_periods: i32,
    /// How many of them have to cross the line; without, all.
    pub datapoints: Option<i32>,
    /// How the statistic is compared with the threshold.
    pub comparison: Comparison,
    /// The line.
    pub threshold: f64,
    /// What a period without values means.
    pub missing: Missing,
    /// The ARNs of what is told when it goes off, five at most.
    pub actions: Vec<Text>,
    /// The ARNs of what is told when all is well again.
    pub ok_actions: Vec<Text>,
    /// Whether anything is told at all.
    pub enabled: bool,
}

/// What is made of the values of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Their sum.
    Sum,
    /// Their average.
    Average,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
    /// How many there are.
    SampleCount,
}

impl Statistic {
    fn sdk(self) -> SdkStatistic {
        match self {
            Self::Sum => SdkStatistic::Sum,
            Self::Average => SdkStatistic::Average,
            Self::Minimum => SdkStatistic::Minimum,
            Self::Maximum => SdkStatistic::Maximum,
            Self::SampleCount => SdkStatistic::SampleCount,
        }
    }
}

/// When the line counts as crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// At the threshold or above.
    AtLeast,
    /// Above it.
    Above,
    /// At the threshold or below.
    AtMost,
    /// Below it.
    Below,
}

impl Comparison {
    fn sdk(self) -> ComparisonOperator {
        match self {
            Self::AtLeast => ComparisonOperator::GreaterThanOrEqualToThreshold,
            Self::Above => ComparisonOperator::GreaterThanThreshold,
            Self::AtMost => ComparisonOperator::LessThanOrEqualToThreshold,
            Self::Below => ComparisonOperator::LessThanThreshold,
        }
    }
}

/// What a period without values [means][missing].
///
/// [missing]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// All is well.
    NotBreaching,
    /// The line is crossed.
    Breaching,
    /// The alarm stays as it is.
    Ignore,
    /// The alarm has too little to go by.
    Missing,
}

impl Missing {
    const fn as_str(self) -> &'static str {
        match self {
            Self::NotBreaching => "notBreaching",
            Self::Breaching => "breaching",
            Self::Ignore => "ignore",
            Self::Missing => "missing",
        }
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    name: String,
    arn: String,
    alarm: MetricAlarm,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN.
    pub arn: String,
}

/// How many alarms are asked for their tags at the same time.
const AT_ONCE: usize = 4;

impl Kind for Alarm {
    const NAME: &'static str = "cloudwatch/alarm";
    const ABOUT: &'static str = "A metric alarm on one metric without dimensions.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const ACTIONS: Actions = Actions {
        read: &["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource", "sns:ListTopics"],
        create: &["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"],
        update: &["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"],
        delete: &["cloudwatch:DeleteAlarms"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec {
            name,
            description,
            namespace,
            metric,
            statistic,
            period,
            evaluation_periods,
            datapoints,
            comparison,
            threshold,
            missing,
            actions,
            ok_actions,
            enabled,
        } = spec;
        let list = |texts: &[Text]| (!texts.is_empty()).then(|| Field::texts(texts, env));
        Doc::new()
            .with("name", name.as_str())
            .with("description", description.as_str())
            .with("namespace", namespace.as_str())
            .with("metric", metric.as_str())
            .with("statistic", statistic.sdk().as_str())
            .with("period", *period)
            .with("evaluation_periods", *evaluation_periods)
            .with_some("datapoints", *datapoints)
            .with("comparison", comparison.sdk().as_str())
            .with("threshold", *threshold)
            .with("missing_data", missing.as_str())
            .with_some("actions", list(actions))
            .with_some("ok_actions", list(ok_actions))
            .with("enabled", *enabled)
    }

    fn observed(live: &Live) -> Doc {
        let Live { name, arn: _, alarm } = live;
        let list = |arns: &[String]| {
            let arns: BTreeSet<_> = arns.iter().cloned().collect();
            (!arns.is_empty()).then(|| arns.into_iter().collect::<Vec<_>>())
        };
        let mut doc = Doc::new()
            .with("name", name.as_str())
            .with("description", alarm.alarm_description().unwrap_or_default())
            .with_some("namespace", alarm.namespace())
            .with_some("metric", alarm.metric_name())
            .with_some("statistic", alarm.statistic().map(SdkStatistic::as_str))
            .with_some("extended_statistic", alarm.extended_statistic())
            .with_some("period", alarm.period())
            .with_some("evaluation_periods", alarm.evaluation_periods())
            .with_some("datapoints", alarm.datapoints_to_alarm())
            .with_some("comparison", alarm.comparison_operator().map(ComparisonOperator::as_str))
            .with_some("threshold", alarm.threshold())
            .with("missing_data", alarm.treat_missing_data().unwrap_or(Missing::Missing.as_str()))
            .with_some("unit", alarm.unit().map(StandardUnit::as_str))
            .with_some("actions", list(alarm.alarm_actions()))
            .with_some("ok_actions", list(alarm.ok_actions()))
            .with_some("insufficient_data_actions", list(alarm.insufficient_data_actions()))
            .with("enabled", alarm.actions_enabled().unwrap_or_default());
        for dimension in alarm.dimensions() {
            let name = dimension.name().unwrap_or_default();
            doc.set(format!("dimensions[{name}]"), dimension.value().unwrap_or_default());
        }
        doc
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    /// Alarms that Landfall makes speak to a topic of its own, made before and deleted after them: a place without such a
    /// topic, where none is wanted, costs no call.
    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_like_ours(at).await? {
            return Ok(Vec::new());
        }
        let prefix = format!("{}-", at.organization);
        let client = at.cloudwatch().await?;
        let pages = client.describe_alarms().alarm_types(AlarmType::MetricAlarm).alarm_name_prefix(&prefix);
        let pages = pages.into_paginator().send();
        let pages = aws::call(at, "DescribeAlarms", pages.try_collect()).await?;
        let mut alarms: Vec<_> =
            pages.into_iter().flat_map(|page| page.metric_alarms.unwrap_or_default()).collect();
        if at.others == Others::Passed {
            let names: HashSet<_> = wanted.iter().map(|it| it.spec.name.as_str()).collect();
            alarms.retain(|alarm| alarm.alarm_name().is_some_and(|name| names.contains(name)));
        }
        let others = wanted.iter().map(|it| &it.spec.name).filter(|name| !name.starts_with(&prefix));
        let others: BTreeSet<_> = others.cloned().collect();
        if !others.is_empty() {
            let named = client.describe_alarms().alarm_types(AlarmType::MetricAlarm);
            let named = named.set_alarm_names(Some(others.into_iter().collect())).send();
            let named = aws::call(at, "DescribeAlarms", named).await?;
            alarms.extend(named.metric_alarms.unwrap_or_default());
        }
        let found = stream::iter(alarms).map(|alarm| found(at, alarm)).buffered(AT_ONCE);
        Ok(found.try_collect::<Vec<_>>().await?.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        put(at, it, Some(sdk_tags(it.tags))).await
    }

    /// The call replaces all of it but its tags.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        put(at, it, None).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.cloudwatch().await?.delete_alarms().alarm_names(&live.name);
        let gone = aws::call(at, "DeleteAlarms", request.send()).await;
        aws::unless(gone, &["ResourceNotFound", "ResourceNotFoundException"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.cloudwatch().await?;
        if !tags.set.is_empty() {
            let request = client.tag_resource().resource_arn(&live.arn).set_tags(Some(sdk_tags(&tags.set)));
            aws::call(at, "TagResource", request.send()).await?;
        }
        if !tags.remove.is_empty() {
            let request = client.untag_resource().resource_arn(&live.arn);
            let request = request.set_tag_keys(Some(tags.remove.clone()));
            aws::call(at, "UntagResource", request.send()).await?;
        }
        Ok(())
    }
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// An alarm with its tags; nothing if it is gone meanwhile.
async fn found(at: &At<'_>, alarm: MetricAlarm) -> Result<Option<Found<Live>>> {
    let (Some(name), Some(arn)) = (alarm.alarm_name(), alarm.alarm_arn()) else { return Ok(None) };
    let (name, arn) = (name.to_owned(), arn.to_owned());
    let request = at.cloudwatch().await?.list_tags_for_resource().resource_arn(&arn).send();
    let tags = aws::call(at, "ListTagsForResource", request).await;
    let Some(tags) = aws::unless(tags, &["ResourceNotFound", "ResourceNotFoundException"])? else {
        return Ok(None);
    };
    let tags = tags.tags.unwrap_or_default().into_iter();
    let tags = tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect();
    let (key, label, owner) = (name.clone(), name.clone(), Owner::Tags(tags));
    Ok(Some(Found { key, label, owner, live: Live { name, arn, alarm } }))
}

/// Tags count only in the call that makes it.
async fn put(at: &At<'_>, it: &Wanted<'_, Alarm>, tags: Option<Vec<Tag>>) -> Result<()> {
    let spec = it.spec;
    let resolved =
        |texts: &[Text]| texts.iter().map(|text| text.resolve(&it.env).now()).collect::<Result<_>>();
    let request = at
        .cloudwatch()
        .await?
        .put_metric_alarm()
        .alarm_name(&spec.name)
        .alarm_description(&spec.description)
        .namespace(&spec.namespace)
        .metric_name(&spec.metric)
        .statistic(spec.statistic.sdk())
        .period(spec.period)
        .evaluation_periods(spec.evaluation_periods)
        .set_datapoints_to_alarm(spec.datapoints)
        .comparison_operator(spec.comparison.sdk())
        .threshold(spec.threshold)
        .treat_missing_data(spec.missing.as_str())
        .set_alarm_actions(Some(resolved(&spec.actions)?))
        .set_ok_actions(Some(resolved(&spec.ok_actions)?))
        .actions_enabled(spec.enabled)
        .set_tags(tags);
    aws::call(at, "PutMetricAlarm", request.send()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::Dimension;

    use super::*;
    use crate::engine::doc::diff;

    fn wanted() -> Spec {
        Spec {
            name: "acme-root-use".to_owned(),
            description: "Root was used".to_owned(),
            namespace: "acme".to_owned(),
            metric: "root-use".to_owned(),
            statistic: Statistic::Sum,
            period: 300,
            evaluation_periods: 1,
            datapoints: None,
            comparison: Comparison::AtLeast,
            threshold: 1.0,
            missing: Missing::NotBreaching,
            actions: vec!["arn:b".into(), "arn:a".into()],
            ok_actions: Vec::new(),
            enabled: true,
        }
    }

    fn live(alarm: aws_sdk_cloudwatch::types::builders::MetricAlarmBuilder) -> Live {
        Live { name: "acme-root-use".to_owned(), arn: "arn:alarm".to_owned(), alarm: alarm.build() }
    }

    fn as_wanted() -> aws_sdk_cloudwatch::types::builders::MetricAlarmBuilder {
        MetricAlarm::builder()
            .alarm_description("Root was used")
            .namespace("acme")
            .metric_name("root-use")
            .statistic(SdkStatistic::Sum)
            .period(300)
            .evaluation_periods(1)
            .comparison_operator(ComparisonOperator::GreaterThanOrEqualToThreshold)
            .threshold(1.0)
            .treat_missing_data("notBreaching")
            .set_alarm_actions(Some(vec!["arn:a".to_owned(), "arn:b".to_owned()]))
            .actions_enabled(true)
    }

    fn differences(live: &Live) -> Vec<String> {
        let desired = Alarm::desired(&wanted(), &Env::nothing_known());
        diff(&Alarm::observed(live), &desired).into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn the_order_of_actions_means_nothing() {
        assert_eq!(differences(&live(as_wanted())), Vec::<String>::new());
    }

    #[test]
    fn whatever_keeps_it_quiet_shows() {
        let dimension = Dimension::builder().name("Host").value("a").build();
        let other = as_wanted().dimensions(dimension).threshold(9.0).actions_enabled(false);
        assert_eq!(
            differences(&live(other.insufficient_data_actions("arn:c"))),
            ["dimensions[Host]", "enabled", "insufficient_data_actions", "threshold"]
        );
    }
}
