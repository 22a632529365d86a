//! Which log groups there are, and which send on already.

use std::collections::BTreeSet;

use aws_sdk_cloudwatch::types::{DimensionFilter, Metric};
use aws_sdk_cloudwatchlogs::types::{LogGroup, LogGroupClass};

use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result},
};

/// The names of all log groups that can have a filter and begin as some pattern does.
pub(super) async fn groups(at: &At<'_>, patterns: &[String]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for prefix in prefixes(patterns) {
        let request = at.cloudwatchlogs().await?.describe_log_groups();
        let request = request.set_log_group_name_prefix((!prefix.is_empty()).then(|| prefix.to_owned()));
        let pages = request.into_paginator().items().send().try_collect();
        let groups: Vec<LogGroup> = aws::call(at, "DescribeLogGroups", pages).await?;
        let standard =
            |group: &LogGroup| group.log_group_class().is_none_or(|class| *class == LogGroupClass::Standard);
        names.extend(groups.into_iter().filter(standard).filter_map(|group| group.log_group_name));
    }
    Ok(names)
}

/// The groups for which a filter of this name sent something in the last two weeks.
pub(super) async fn sending(at: &At<'_>, filter: &str) -> Result<BTreeSet<String>> {
    let dimension = DimensionFilter::builder().name("FilterName").value(filter).build();
    let request = at.cloudwatch().await?.list_metrics().namespace("AWS/Logs");
    let request = request.metric_name("ForwardedLogEvents").dimensions(dimension);
    let pages = request.into_paginator().send();
    let pages = aws::call(at, "ListMetrics", pages.try_collect()).await?;
    let metrics = pages.into_iter().flat_map(|page| page.metrics.unwrap_or_default());
    Ok(metrics.filter_map(|metric| group_of(&metric)).collect())
}

fn group_of(metric: &Metric) -> Option<String> {
    let mut dimensions = metric.dimensions().iter();
    dimensions.find(|one| one.name() == Some("LogGroupName"))?.value().map(str::to_owned)
}

/// What comes before the first `*` of each pattern, without those that lie within another.
fn prefixes(patterns: &[String]) -> Vec<&str> {
    let all: BTreeSet<_> = patterns.iter().filter_map(|pattern| pattern.split('*').next()).collect();
    let mut few: Vec<&str> = Vec::new();
    for prefix in all {
        // Sorted: whatever begins with `few`'s last comes right behind it.
        if few.last().is_none_or(|last| !prefix.starts_with(last)) {
            few.push(prefix);
        }
    }
    few
}

/// Whether a name is one of a pattern's, in which `*` is any text.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(head) else { return false };
    let (middle, tail) = rest.rsplit_once('*').map_or((None, rest), |(middle, tail)| (Some(middle), tail));
    for part in middle.into_iter().flat_map(|middle| middle.split('*')) {
        match name.find(part) {
            Some(at) => name = &name[at + part.len()..],
            None => return false,
        }
    }
    name.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, name) in [
            ("*", "anything"),
            ("/aws/lambda/*", "/aws/lambda/"),
            ("/aws/lambda/*", "/aws/lambda/orders"),
            ("*/flow-logs", "/acme/vpc/flow-logs"),
            ("/aws/*/prod*-x*", "/aws/eks/prod-1-x"),
            ("/a*b*b", "/abb"),
            ("app", "app"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("app", "app-2"),
            ("/aws/lambda/*", "/aws/lambd"),
            ("*/flow-logs", "/acme/flow-logs-2"),
            ("/a*b*b", "/ab"),
            ("ab*ba", "aba"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn nothing_is_listed_twice() {
        let patterns = ["/aws/lambda/*", "/aws/*", "/aws-x", "/app/*/a", "/app/b"].map(str::to_owned);
        assert_eq!(prefixes(&patterns), ["/app/", "/aws-x", "/aws/"]);
        assert_eq!(prefixes(&["*".to_owned(), "/aws/*".to_owned()]), [""]);
        assert!(prefixes(&[]).is_empty());
    }
}
