//! What `organization.toml` says of logs: the archive, the trail, log groups, AWS Config.

use serde_json::Value as Json;

use super::{
    Section,
    section::{inline, texts},
};
use crate::model::{Archive, DataEvents, Frequency, LandingZone, Lock, Logs, Recording, Replica, Trail};

pub(super) fn sections(zone: &LandingZone) -> Vec<Section> {
    let trail = zone.trail.as_ref().map(trail);
    let archive = zone.archive.as_ref().map(archive);
    let logs = zone.logs.as_ref().map(logs);
    let recording = zone.recording.as_ref().map(recording);
    [trail, archive, logs, recording].into_iter().flatten().collect()
}

fn archive(archive: &Archive) -> Section {
    let Archive { account, key, retention, glacier_after, lock, replica, origin } = archive;
    let mut section = Section::new(["archive"], origin);
    section.text("account", account);
    section.put("key", format!("key:{key}"), [&key.origin]);
    section.put("retention", retention.period().to_string(), [&retention.origin]);
    if let Some(after) = glacier_after {
        section.put("glacier_after", after.period().to_string(), [&after.origin]);
    }
    let Lock { mode, days } = lock;
    let members = [("mode", Some(mode.as_str().into())), ("for", Some(days.period().to_string().into()))];
    section.put("lock", inline(members), [&mode.origin, &days.origin]);
    if let Some(Replica { region, key, origin: _ }) = replica {
        let members = [("region", Some(region.as_str().into())), ("key", Some(format!("key:{key}").into()))];
        section.put("replicate", inline(members), [&region.origin, &key.origin]);
    }
    section
}

fn trail(trail: &Trail) -> Section {
    let Trail { archive, key, log_group, alarms, insights, data_events, sns, origin } = trail;
    let mut section = Section::new(["trail"], origin);
    section.text("archive", archive);
    section.put("key", format!("key:{key}"), [&key.origin]);
    section.put("cloudwatch", log_group.is_some(), [origin]);
    section.text_if("retention", log_group.as_ref());
    if log_group.is_some() {
        section.put("alarms", alarms.is_some(), [alarms.as_ref().unwrap_or(origin)]);
    }
    section.plain("insights", insights);
    section.plain("sns", sns);
    let events: Vec<_> = data_events.iter().map(self::data_events).collect();
    section.put("data_events", events, data_events.iter().map(|events| &events.resource_type.origin));
    section
}

fn data_events(events: &DataEvents) -> Json {
    let DataEvents { resource_type, resources, write_only } = events;
    inline([
        ("type", Some(resource_type.as_str().into())),
        ("resources", Some(texts(resources))),
        ("write_only", Some((*write_only).into())),
    ])
}

fn logs(logs: &Logs) -> Section {
    let Logs { forward, delivery, retention, origin } = logs;
    let mut section = Section::new(["logs"], origin);
    section.texts("forward", forward);
    section.put("delivery", delivery.is_some(), delivery);
    section.text_if("retention", retention.as_ref());
    section
}

fn recording(recording: &Recording) -> Section {
    let Recording { aggregator, frequency, origin } = recording;
    let mut section = Section::new(["config"], origin);
    section.text_if("aggregator", aggregator.as_ref());
    let word = match frequency.value {
        Frequency::Continuous => "continuous",
        Frequency::Daily => "daily",
    };
    section.put("frequency", word, [&frequency.origin]);
    section
}
