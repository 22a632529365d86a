//! Trails as AWS has them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use aws_sdk_cloudtrail::types::{
    AdvancedEventSelector, EventSelector, InsightSelector, Tag, Trail as Described,
};
use futures::future::{try_join, try_join_all, try_join3};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::Doc,
        error::Result,
        graph::Place,
        kind::{Found, Owner, Tags, Timing, Wanted},
    },
    names::Region,
    policy::Arn,
};

use super::{Trail, selector};

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    pub(super) arn: String,
    name: String,
    /// The Region it was made in, which alone takes changes.
    home: Region,
    described: Described,
    /// Not asked for where the trail is not wanted: nothing is compared.
    recording: Option<Recording>,
}

/// What a trail records, and whether it does.
#[derive(Clone, Debug)]
struct Recording {
    logging: bool,
    selectors: Vec<AdvancedEventSelector>,
    /// The older form, which a trail has until it is given the newer one.
    basic: Vec<EventSelector>,
    insights: Vec<InsightSelector>,
}

/// Bucket policies, key policies and roles take up to a minute to be seen by CloudTrail, which refuses a trail until
/// then.
pub(super) const TIMING: Timing = Timing {
    typical: Duration::from_secs(5),
    deadline: Duration::from_mins(4),
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency",
};

impl Live {
    /// The place that takes its changes.
    pub(super) fn place(&self, at: &At<'_>) -> Place {
        Place { region: Some(self.home), ..at.place.clone() }
    }

    pub(super) fn doc(&self) -> Doc {
        let Self { arn: _, name, home: _, described, recording } = self;
        let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let group = text(described.cloud_watch_logs_log_group_arn());
        let mut doc = Doc::new()
            .with("name", name.as_str())
            .with_some("bucket", text(described.s3_bucket_name()))
            .with_some("prefix", text(described.s3_key_prefix()))
            .with_some("key", text(described.kms_key_id()))
            .with_some("log_group", group.map(|arn| arn.trim_end_matches(":*").to_owned()))
            .with_some("log_role", text(described.cloud_watch_logs_role_arn()))
            .with_some("topic", text(described.sns_topic_arn()))
            .with("organization", described.is_organization_trail().unwrap_or_default())
            .with("multi_region", described.is_multi_region_trail().unwrap_or_default())
            .with("global_events", described.include_global_service_events().unwrap_or_default())
            .with("validation", described.log_file_validation_enabled().unwrap_or_default());
        if let Some(Recording { logging, selectors, basic, insights }) = recording {
            doc.set("logging", *logging);
            doc.extend(selector::observed(selectors));
            doc.extend(selector::observed_insights(insights));
            if selectors.is_empty() && !basic.is_empty() {
                doc.set("basic_selectors", basic.iter().map(spelled).collect::<Vec<_>>());
            }
        }
        doc
    }
}

/// A selector of the older form in words: it is never wanted, only shown and replaced.
fn spelled(selector: &EventSelector) -> String {
    let events = selector.read_write_type().map_or("All", |events| events.as_str());
    let management = if selector.include_management_events() == Some(false) { "no " } else { "" };
    let data = selector.data_resources().iter().filter_map(|data| data.r#type());
    let data: BTreeSet<_> = data.collect();
    let data: Vec<_> = data.into_iter().collect();
    format!("{events}, {management}management events, data of [{}]", data.join(", "))
}

/// All trails that a place shows, those of other Regions and of the organization included; asked for once.
pub(super) async fn trails(at: &At<'_>) -> Result<Arc<Vec<Described>>> {
    const OPERATION: &str = "DescribeTrails";
    at.once("cloudtrail", OPERATION, "", || async {
        let described = at.cloudtrail().await?.describe_trails().include_shadow_trails(true).send();
        Ok(aws::call(at, OPERATION, described).await?.trail_list.unwrap_or_default())
    })
    .await
}

/// The trails that may be ours at a place. Those that nobody wants are searched from the home Region, which shows
/// those of all Regions that record all Regions, as Landfall's do.
///
/// An organization's trail is shown in every account; only where it belongs, and where it is wanted, is it ours to
/// look after.
pub(super) async fn read(at: &At<'_>, wanted: &[Wanted<'_, Trail>]) -> Result<Vec<Found<Live>>> {
    let search = at.others == Others::Told && at.place.region == Some(at.cloud().home_region());
    if wanted.is_empty() && !search {
        return Ok(Vec::new());
    }
    let own = at.cloud().account_id(&at.place.account).map(|id| id.to_string());
    let mut candidates = Vec::new();
    for trail in trails(at).await?.iter() {
        let Some(arn) = trail.trail_arn().and_then(|arn| arn.parse::<Arn>().ok()) else { continue };
        let here = trail.home_region().and_then(|home| home.parse().ok()).or(at.place.region);
        let (Some(home), Some(name)) = (here, arn.resource.strip_prefix("trail/")) else { continue };
        let is_wanted = at.place.region == Some(home) && wanted.iter().any(|it| it.spec.name == name);
        if is_wanted || (search && own.as_ref() == Some(&arn.account)) {
            let (arn, name) = (arn.to_string(), name.to_owned());
            let live = Live { arn, name, home, described: trail.clone(), recording: None };
            candidates.push((live, is_wanted));
        }
    }
    let tagged =
        try_join_all(candidates.into_iter().map(|(live, is_wanted)| found(at, live, is_wanted))).await?;
    Ok(tagged.into_iter().flatten().collect())
}

/// A trail with its tags and, where it is wanted, what it records; nothing if it is gone meanwhile.
async fn found(at: &At<'_>, live: Live, is_wanted: bool) -> Result<Option<Found<Live>>> {
    let place = live.place(at);
    let at = &at.elsewhere(&place);
    let recording =
        async { if is_wanted { Box::pin(recording(at, &live)).await.map(Some) } else { Ok(None) } };
    let asked = Box::pin(try_join(tags(at, &live.arn), recording)).await;
    let gone = ["TrailNotFoundException", "ResourceNotFoundException"];
    let Some((tags, recording)) = aws::unless(asked, &gone)? else { return Ok(None) };
    // One of another Region can't be taken for a wanted one of the same name.
    let key = if is_wanted { live.name.clone() } else { live.arn.clone() };
    let label = live.name.clone();
    Ok(Some(Found { key, label, owner: Owner::Tags(tags), live: Live { recording, ..live } }))
}

/// AWS allows 50 tags, hence one page.
async fn tags(at: &At<'_>, arn: &str) -> Result<Tags> {
    let list = at.cloudtrail().await?.list_tags().resource_id_list(arn).send();
    let listed = aws::call(at, "ListTags", list).await?.resource_tag_list.unwrap_or_default();
    let tags = listed.into_iter().flat_map(|one| one.tags_list.unwrap_or_default());
    Ok(tags.map(|Tag { key, value, .. }| (key, value.unwrap_or_default())).collect())
}

async fn recording(at: &At<'_>, live: &Live) -> Result<Recording> {
    let (client, arn) = (at.cloudtrail().await?, live.arn.as_str());
    let status = aws::call(at, "GetTrailStatus", client.get_trail_status().name(arn).send());
    let selectors = client.get_event_selectors().trail_name(arn).send();
    let selectors = aws::call(at, "GetEventSelectors", selectors);
    let insights = async {
        if live.described.has_insight_selectors() == Some(false) {
            return Ok(Vec::new());
        }
        let insights = client.get_insight_selectors().trail_name(arn).send();
        let insights = aws::call(at, "GetInsightSelectors", insights).await;
        let insights = aws::unless(insights, &["InsightNotEnabledException"])?;
        Ok(insights.and_then(|answer| answer.insight_selectors).unwrap_or_default())
    };
    let (status, selectors, insights) = Box::pin(try_join3(status, selectors, insights)).await?;
    Ok(Recording {
        logging: status.is_logging().unwrap_or_default(),
        selectors: selectors.advanced_event_selectors.unwrap_or_default(),
        basic: selectors.event_selectors.unwrap_or_default(),
        insights,
    })
}
