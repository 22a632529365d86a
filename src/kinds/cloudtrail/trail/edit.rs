//! The calls that turn one trail into another, and their order: it goes on recording all the while, and starts when
//! everything else stands.

use aws_sdk_cloudtrail::{
    Client,
    operation::{
        create_trail::builders::CreateTrailInputBuilder, update_trail::builders::UpdateTrailInputBuilder,
    },
    types::{AdvancedEventSelector, InsightSelector},
};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Change,
        env::{Env, Text},
        error::Result,
        kind::Wanted,
    },
};

use super::{Logs, Spec, Trail};

/// One call that changes a trail.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edit {
    /// Changes where it is written, and which accounts and Regions it records.
    Settings(Box<UpdateTrailInputBuilder>),
    /// Replaces what it records.
    Selectors(Vec<AdvancedEventSelector>),
    /// Replaces the unusual activity that it tells of.
    Insights(Vec<InsightSelector>),
    /// Records from now on.
    Start,
    /// Records no longer.
    Stop,
}

/// The call that makes it, without its tags.
pub(super) fn creation(it: &Wanted<'_, Trail>) -> Result<CreateTrailInputBuilder> {
    let Spec {
        name,
        bucket,
        prefix,
        key,
        logs,
        topic,
        organization,
        multi_region,
        global_events,
        validation,
        ..
    } = it.spec;
    let (group, role) = delivery(logs.as_ref(), it.env)?;
    let input = CreateTrailInputBuilder::default()
        .name(name)
        .s3_bucket_name(bucket.resolve(&it.env).now()?)
        .set_s3_key_prefix(prefix.clone())
        .set_kms_key_id(resolved(key.as_ref(), it.env)?)
        .set_cloud_watch_logs_log_group_arn(group)
        .set_cloud_watch_logs_role_arn(role)
        .set_sns_topic_name(resolved(topic.as_ref(), it.env)?)
        .is_organization_trail(*organization)
        .is_multi_region_trail(*multi_region)
        .include_global_service_events(*global_events)
        .enable_log_file_validation(*validation);
    Ok(input)
}

/// What a trail that was just made lacks: it records management events, and does not record yet.
pub(super) fn completion(it: &Wanted<'_, Trail>) -> Result<Vec<Edit>> {
    let mut edits = vec![Edit::Selectors(selectors(it)?)];
    if !it.spec.insights.is_empty() {
        edits.push(Edit::Insights(insights(it.spec)));
    }
    edits.extend(it.spec.logging.then_some(Edit::Start));
    Ok(edits)
}

/// What leads to what is wanted, as far as `changes` go.
pub(super) fn between(it: &Wanted<'_, Trail>, changes: &[Change]) -> Result<Vec<Edit>> {
    let touched = |root: &str| changes.iter().any(|change| change.root() == root);
    let mut edits = Vec::new();
    let settings = settings(it, &touched)?;
    if settings != UpdateTrailInputBuilder::default() {
        edits.push(Edit::Settings(Box::new(settings)));
    }
    if touched("selectors") || touched("basic_selectors") {
        edits.push(Edit::Selectors(selectors(it)?));
    }
    if touched("insights") {
        edits.push(Edit::Insights(insights(it.spec)));
    }
    if touched("logging") {
        edits.push(if it.spec.logging { Edit::Start } else { Edit::Stop });
    }
    Ok(edits)
}

/// Only what changes. AWS takes an empty text for "none".
fn settings(it: &Wanted<'_, Trail>, touched: &impl Fn(&str) -> bool) -> Result<UpdateTrailInputBuilder> {
    let (spec, env) = (it.spec, it.env);
    let or_none = |text: Option<String>| Some(text.unwrap_or_default());
    let mut input = UpdateTrailInputBuilder::default();
    if touched("bucket") {
        input = input.s3_bucket_name(spec.bucket.resolve(&env).now()?);
    }
    if touched("prefix") {
        input = input.set_s3_key_prefix(or_none(spec.prefix.clone()));
    }
    if touched("key") {
        input = input.set_kms_key_id(or_none(resolved(spec.key.as_ref(), env)?));
    }
    if touched("log_group") || touched("log_role") {
        let (group, role) = delivery(spec.logs.as_ref(), env)?;
        input = input.set_cloud_watch_logs_log_group_arn(or_none(group));
        input = input.set_cloud_watch_logs_role_arn(or_none(role));
    }
    if touched("topic") {
        input = input.set_sns_topic_name(or_none(resolved(spec.topic.as_ref(), env)?));
    }
    if touched("organization") {
        input = input.is_organization_trail(spec.organization);
    }
    // AWS takes the two together: a trail of all Regions can't leave out what happens in none.
    if touched("multi_region") || touched("global_events") {
        input = input.is_multi_region_trail(spec.multi_region);
        input = input.include_global_service_events(spec.global_events);
    }
    if touched("validation") {
        input = input.enable_log_file_validation(spec.validation);
    }
    Ok(input)
}

fn resolved(text: Option<&Text>, env: Env<'_>) -> Result<Option<String>> {
    text.map(|text| text.resolve(&env).now()).transpose()
}

/// The log group, as CloudTrail writes its ARN, and the role.
fn delivery(logs: Option<&Logs>, env: Env<'_>) -> Result<(Option<String>, Option<String>)> {
    let Some(Logs { group, role }) = logs else { return Ok((None, None)) };
    Ok((Some(format!("{}:*", group.resolve(&env).now()?)), Some(role.resolve(&env).now()?)))
}

fn selectors(it: &Wanted<'_, Trail>) -> Result<Vec<AdvancedEventSelector>> {
    it.spec.selectors.iter().map(|selector| selector.sdk(it.env)).collect()
}

fn insights(spec: &Spec) -> Vec<InsightSelector> {
    spec.insights.iter().map(|insight| insight.sdk()).collect()
}

/// Sends the calls, one after another, to the Region of `at`.
pub(super) async fn apply(at: &At<'_>, arn: &str, edits: Vec<Edit>) -> Result<()> {
    let client = at.cloudtrail().await?;
    for edit in edits {
        send(at, &client, arn, edit).await?;
    }
    Ok(())
}

async fn send(at: &At<'_>, client: &Client, arn: &str, edit: Edit) -> Result<()> {
    match edit {
        Edit::Settings(settings) => {
            aws::call(at, "UpdateTrail", settings.name(arn).send_with(client)).await.map(drop)
        }
        Edit::Selectors(selectors) => {
            let put = client.put_event_selectors().trail_name(arn);
            let put = put.set_advanced_event_selectors(Some(selectors)).send();
            aws::call(at, "PutEventSelectors", put).await.map(drop)
        }
        Edit::Insights(insights) => {
            let put = client.put_insight_selectors().trail_name(arn).set_insight_selectors(Some(insights));
            aws::call(at, "PutInsightSelectors", put.send()).await.map(drop)
        }
        Edit::Start => aws::call(at, "StartLogging", client.start_logging().name(arn).send()).await.map(drop),
        Edit::Stop => aws::call(at, "StopLogging", client.stop_logging().name(arn).send()).await.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use super::*;
    use crate::{
        engine::{
            doc::{Doc, diff},
            graph::{Address, Place},
            kind::{Kind as _, Tags},
        },
        kinds::cloudtrail::trail::{Insight, Selector},
        names::AccountName,
    };

    fn wanted() -> Spec {
        Spec {
            name: "acme".to_owned(),
            bucket: "acme-archive".into(),
            prefix: None,
            key: Some("arn:aws:kms:x:1:key/a".into()),
            logs: Some(Logs {
                group: "arn:aws:logs:x:1:log-group:a".into(),
                role: "arn:aws:iam::1:role/a".into(),
            }),
            topic: None,
            organization: true,
            multi_region: true,
            global_events: true,
            validation: true,
            selectors: vec![Selector::equal("Management", &[("eventCategory", &["Management"])])],
            insights: BTreeSet::from([Insight::CallRate]),
            logging: true,
        }
    }

    /// What is sent where AWS has `before` of what `spec` wants.
    fn edits(spec: &Spec, before: impl FnOnce(Doc) -> Doc) -> Vec<Edit> {
        let place = Place { account: AccountName::management(), region: None };
        let address = Address { place, kind: Trail::NAME, name: Arc::from("acme") };
        let (env, tags) = (Env::nothing_known(), Tags::new());
        let desired = Trail::desired(spec, &env);
        let changes = diff(&before(desired.clone()), &desired);
        between(&Wanted { address: &address, spec, env, tags: &tags }, &changes).expect("nothing is open")
    }

    fn kinds(edits: &[Edit]) -> Vec<&'static str> {
        let kind = |edit: &Edit| match edit {
            Edit::Settings(_) => "settings",
            Edit::Selectors(_) => "selectors",
            Edit::Insights(_) => "insights",
            Edit::Start => "start",
            Edit::Stop => "stop",
        };
        edits.iter().map(kind).collect()
    }

    #[test]
    fn it_starts_when_everything_else_stands_and_is_never_stopped_on_the_way() {
        let edits = edits(&wanted(), |_| Doc::new().with("name", "acme").with("basic_selectors", "All"));
        assert_eq!(kinds(&edits), ["settings", "selectors", "insights", "start"]);
    }

    #[test]
    fn only_what_differs_is_sent() {
        assert!(edits(&wanted(), |doc| doc).is_empty());
        let expected = UpdateTrailInputBuilder::default().kms_key_id("arn:aws:kms:x:1:key/a");
        let sent = edits(&wanted(), |doc| doc.with("key", "arn:aws:kms:x:1:key/b"));
        assert_eq!(sent, [Edit::Settings(Box::new(expected))]);
        assert_eq!(kinds(&edits(&wanted(), |doc| doc.with("logging", false))), ["start"]);
        let quiet = Spec { logging: false, ..wanted() };
        assert_eq!(kinds(&edits(&quiet, |doc| doc.with("logging", true))), ["stop"]);
    }

    #[test]
    fn what_is_not_wanted_is_taken_away_by_an_empty_text() {
        let bare = Spec { key: None, logs: None, insights: BTreeSet::new(), ..wanted() };
        let sent = edits(&bare, |doc| {
            let doc = doc.with("key", "k").with("log_group", "g").with("log_role", "r").with("topic", "t");
            doc.with("insights[ApiCallRateInsight]", "Management")
        });
        let expected = UpdateTrailInputBuilder::default()
            .kms_key_id("")
            .cloud_watch_logs_log_group_arn("")
            .cloud_watch_logs_role_arn("")
            .sns_topic_name("");
        assert_eq!(sent, [Edit::Settings(Box::new(expected)), Edit::Insights(Vec::new())]);
    }
}
