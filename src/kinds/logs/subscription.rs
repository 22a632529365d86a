//! Subscription filters as CloudWatch Logs takes and shows them, for the kinds that make some.

use aws_sdk_cloudwatchlogs::types::{Distribution, SubscriptionFilter as SdkFilter};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Doc, Field, diff},
        env::{Env, Text},
        error::Result,
    },
};

/// How many filters a log group [may have][limit].
///
/// [limit]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html
pub(super) const SLOTS: usize = 2;

/// Where log events are sent to, and how.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// The destination, in the log group's Region; or, in the account of the stream, the stream itself in
    /// [any Region][region].
    ///
    /// [region]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions-Firehose.html
    pub destination_arn: Text,
    /// A role in the log group's account: what lets it in where the destination's policy speaks of an
    /// [organization][role], and what writes into a stream that is subscribed directly.
    ///
    /// [role]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-IAMrole.html
    pub role_arn: Option<Text>,
}

/// A filter that a log group has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub group: String,
    pub name: String,
    pub destination: String,
    role: Option<String>,
    pattern: Option<String>,
    distribution: String,
    /// What only some events pass, and what is added to them: neither is ours.
    criteria: Option<String>,
    transformed: bool,
}

impl Subscription {
    /// What is wanted of a filter: everything is sent.
    pub(super) fn doc(&self, env: Env<'_>) -> Doc {
        let Self { destination_arn, role_arn } = self;
        Doc::new()
            .with("destination", Field::text(destination_arn, &env))
            .with_some("role", role_arn.as_ref().map(|arn| Field::text(arn, &env)))
            .with("distribution", Distribution::ByLogStream.as_str())
    }

    /// Makes the filter of a group, or changes it to what is wanted.
    pub(super) async fn put(&self, at: &At<'_>, group: &str, name: &str, env: Env<'_>) -> Result<()> {
        let request = at.cloudwatchlogs().await?.put_subscription_filter();
        let request = request
            .log_group_name(group)
            .filter_name(name)
            .filter_pattern("")
            .destination_arn(self.destination_arn.resolve(&env).now()?)
            .set_role_arn(self.role_arn.as_ref().map(|arn| arn.resolve(&env).now()).transpose()?)
            .distribution(Distribution::ByLogStream);
        aws::call(at, "PutSubscriptionFilter", request.send()).await.map(drop)
    }

    /// The fields in which a filter is not as wanted, or may not be, because that is not known yet.
    pub(super) fn differences(&self, filter: &Filter, env: Env<'_>) -> Vec<String> {
        diff(&filter.doc(), &self.doc(env)).into_iter().map(|change| change.path).collect()
    }
}

impl Filter {
    /// What a group has, in the fields of [`Subscription::doc`].
    pub(super) fn doc(&self) -> Doc {
        let Self { group: _, name: _, destination, role, pattern, distribution, criteria, transformed } =
            self;
        Doc::new()
            .with("destination", destination.as_str())
            .with_some("role", role.as_deref())
            .with_some("pattern", pattern.as_deref())
            .with("distribution", distribution.as_str())
            .with_some("criteria", criteria.as_deref())
            .with_some("transformed", transformed.then_some(true))
    }
}

/// All filters of a group, two at most; none if the group is not there.
pub(super) async fn filters_of(at: &At<'_>, group: String) -> Result<Vec<Filter>> {
    let request = at.cloudwatchlogs().await?.describe_subscription_filters().log_group_name(&group);
    let answer = aws::call(at, "DescribeSubscriptionFilters", request.send()).await;
    let answer = aws::unless(answer, &["ResourceNotFoundException"])?;
    let filters = answer.and_then(|answer| answer.subscription_filters).unwrap_or_default();
    Ok(filters.into_iter().filter_map(|filter| of(&group, filter)).collect())
}

/// Takes a filter away, if it is there.
pub(super) async fn delete(at: &At<'_>, group: &str, name: &str) -> Result<()> {
    let request = at.cloudwatchlogs().await?.delete_subscription_filter();
    let gone = request.log_group_name(group).filter_name(name).send();
    let gone = aws::call(at, "DeleteSubscriptionFilter", gone).await;
    aws::unless(gone, &["ResourceNotFoundException"]).map(drop)
}

fn of(group: &str, filter: SdkFilter) -> Option<Filter> {
    let stated = |text: Option<String>| text.filter(|text| !text.is_empty());
    Some(Filter {
        group: group.to_owned(),
        name: filter.filter_name?,
        destination: filter.destination_arn.unwrap_or_default(),
        role: stated(filter.role_arn),
        pattern: stated(filter.filter_pattern),
        distribution: filter.distribution.unwrap_or(Distribution::ByLogStream).as_str().to_owned(),
        criteria: stated(filter.field_selection_criteria),
        transformed: filter.apply_on_transformed_logs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter() -> aws_sdk_cloudwatchlogs::types::builders::SubscriptionFilterBuilder {
        SdkFilter::builder()
            .filter_name("landfall")
            .destination_arn("arn:d")
            .role_arn("arn:r")
            .filter_pattern("")
    }

    #[test]
    fn whatever_holds_events_back_is_not_what_is_wanted() {
        let wanted = Subscription { destination_arn: "arn:d".into(), role_arn: Some("arn:r".into()) };
        let differences = |filter: SdkFilter| {
            let filter = of("/aws/x", filter).expect("it has a name");
            wanted.differences(&filter, Env::nothing_known()).join(" ")
        };
        assert_eq!(differences(filter().build()), "");
        assert_eq!(differences(filter().distribution(Distribution::ByLogStream).build()), "");
        for (other, fields) in [
            (filter().destination_arn("arn:theirs"), "destination"),
            (filter().role_arn("arn:theirs"), "role"),
            (filter().set_role_arn(None), "role"),
            (filter().filter_pattern("ERROR"), "pattern"),
            (filter().distribution(Distribution::Random), "distribution"),
            (filter().field_selection_criteria("@aws.account = 1"), "criteria"),
            (filter().apply_on_transformed_logs(true), "transformed"),
        ] {
            assert_eq!(differences(other.build()), fields);
        }
    }
}
