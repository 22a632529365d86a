//! `route53/record`: what a private zone answers.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_route53::types::{
    Change as SdkChange, ChangeAction, ChangeBatch, ResourceRecord, ResourceRecordSet, RrType,
};
use futures::future::try_join_all;

use super::zones::{GONE, plain, zones};
use super::{HostedZone, hosted_zone};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::{Change, Doc},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Timing, Wanted},
    },
};

/// A [record][record] with values of its own. AWS allows one for each name and type.
///
/// A zone is open to all who work in its account, and records have no tags: beside each of ours stands a marker, a TXT
/// record that is made, changed and removed in the same call. What has none is somebody else's and passed over.
///
/// [record]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-basic.html
pub struct Record;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The zone.
    pub zone: Need<HostedZone>,
    /// The whole name, without the dot behind it.
    pub name: String,
    /// `A`, `CNAME` …
    pub kind: String,
    /// How many seconds it may be remembered.
    pub ttl: u32,
    /// Its values, in AWS's spelling: texts in quotes.
    pub values: BTreeSet<String>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    zone: String,
    set: ResourceRecordSet,
    marker: Option<ResourceRecordSet>,
}

/// How long a marker may be remembered: nobody asks for it.
const MARKER_TTL: i64 = 3600;

impl Kind for Record {
    const NAME: &'static str = "route53/record";
    const ABOUT: &'static str = "A record of a private zone: what one name answers to one type of question.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &["route53/hosted-zone"];
    const ACTIONS: Actions = Actions {
        read: &["route53:ListHostedZones", "route53:ListTagsForResources", "route53:ListResourceRecordSets"],
        create: &["route53:ChangeResourceRecordSets"],
        update: &["route53:ChangeResourceRecordSets"],
        delete: &["route53:ChangeResourceRecordSets"],
    };
    const TIMING: Timing = hosted_zone::HostedZone::TIMING;

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.zone).map(|zone| slot(&zone.id, &it.spec.name, &it.spec.kind))
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { zone: _, name: _, kind: _, ttl, values } = spec;
        Doc::new()
            .with("ttl", *ttl)
            .with("values", values.iter().cloned().collect::<Vec<_>>())
            .with("marked", true)
    }

    fn observed(live: &Live) -> Doc {
        let Live { zone: _, set, marker } = live;
        let values: BTreeSet<_> = set.resource_records().iter().map(|record| record.value.clone()).collect();
        Doc::new()
            .with_some("ttl", set.ttl())
            .with("values", values.into_iter().collect::<Vec<_>>())
            .with_some("alias", set.alias_target().map(|target| plain(target.dns_name())))
            .with_some("routing", set.set_identifier())
            .with("marked", marker.is_some())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let ours = zones(at).await?;
        let told = at.others == Others::Told;
        let ours = ours.iter().filter(|zone| told && zone.is_ours(at.organization));
        let ours = ours.map(|zone| zone.id.clone());
        let stated = wanted.iter().filter_map(|it| Some(it.env.get(&it.spec.zone).known()?.id));
        let ids: BTreeSet<_> = ours.chain(stated).collect();
        let keys: BTreeSet<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let sets = try_join_all(ids.iter().map(|id| record_sets(at, id))).await?;
        Ok(ids.iter().zip(sets).flat_map(|(id, sets)| found(at.organization, id, sets, &keys)).collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let zone = it.env.get(&it.spec.zone).now()?.id;
        change(at, &zone, upserts(at.organization, it.spec)?).await
    }

    /// A record that is answered in another way (by an alias, by weights) has to go in the same call.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let replaced = changes.iter().any(|change| matches!(change.root(), "alias" | "routing"));
        let mut calls = Vec::new();
        if replaced {
            calls.push((ChangeAction::Delete, live.set.clone()));
        }
        calls.extend(upserts(at.organization, it.spec)?);
        change(at, &live.zone, calls).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let sets = std::iter::once(&live.set).chain(&live.marker);
        let gone = change(at, &live.zone, sets.map(|set| (ChangeAction::Delete, set.clone())).collect());
        aws::unless(gone.await, GONE).map(drop)
    }
}

fn slot(zone: &str, name: &str, kind: &str) -> String {
    format!("{zone} {name} {kind}")
}

/// The name of the marker of a record: `_landfall-a.www.acme.internal`.
fn marker_name(name: &str, kind: &str) -> String {
    // A wildcard has no names below it.
    let name = name.strip_prefix("*.").map_or_else(|| name.to_owned(), |rest| format!("_wildcard.{rest}"));
    format!("_landfall-{}.{name}", kind.to_ascii_lowercase())
}

/// What a marker says.
fn marker_text(organization: &str) -> String {
    format!("\"landfall:organization={organization}\"")
}

fn set(
    name: &str,
    kind: &str,
    ttl: i64,
    values: impl IntoIterator<Item = String>,
) -> Result<ResourceRecordSet> {
    let record = |value: String| aws::built(ResourceRecord::builder().value(value).build());
    let records: Result<Vec<_>> = values.into_iter().map(record).collect();
    let set = ResourceRecordSet::builder().name(name).r#type(RrType::from(kind)).ttl(ttl);
    aws::built(set.set_resource_records(Some(records?)).build())
}

fn upserts(organization: &str, spec: &Spec) -> Result<Vec<(ChangeAction, ResourceRecordSet)>> {
    let Spec { zone: _, name, kind, ttl, values } = spec;
    let record = set(name, kind, i64::from(*ttl), values.iter().cloned())?;
    let marker = set(&marker_name(name, kind), "TXT", MARKER_TTL, [marker_text(organization)])?;
    Ok([record, marker].map(|set| (ChangeAction::Upsert, set)).into())
}

/// Makes all of these changes or none.
async fn change(at: &At<'_>, zone: &str, changes: Vec<(ChangeAction, ResourceRecordSet)>) -> Result<()> {
    let one =
        |(action, set)| aws::built(SdkChange::builder().action(action).resource_record_set(set).build());
    let changes: Result<Vec<_>> = changes.into_iter().map(one).collect();
    let batch = aws::built(ChangeBatch::builder().set_changes(Some(changes?)).build())?;
    let request = at.route53().await?.change_resource_record_sets().hosted_zone_id(zone);
    aws::call(at, "ChangeResourceRecordSets", request.change_batch(batch).send()).await.map(drop)
}

/// All records of a zone; none if it is gone.
async fn record_sets(at: &At<'_>, zone: &str) -> Result<Vec<ResourceRecordSet>> {
    let mut found = Vec::new();
    let (mut name, mut kind, mut identifier) = (None, None, None);
    loop {
        let request = at.route53().await?.list_resource_record_sets().hosted_zone_id(zone);
        let request = request.set_start_record_name(name).set_start_record_type(kind);
        let answer = request.set_start_record_identifier(identifier).send();
        let answer = aws::call(at, "ListResourceRecordSets", answer).await;
        let Some(answer) = aws::unless(answer, GONE)? else { return Ok(found) };
        found.extend(answer.resource_record_sets);
        if !answer.is_truncated {
            return Ok(found);
        }
        (name, kind) = (answer.next_record_name, answer.next_record_type);
        identifier = answer.next_record_identifier;
    }
}

/// The wanted records of a zone, and those that have our marker.
fn found(
    organization: &str,
    zone: &str,
    sets: Vec<ResourceRecordSet>,
    wanted: &BTreeSet<String>,
) -> Vec<Found<Live>> {
    let text = marker_text(organization);
    let is_marker =
        |set: &ResourceRecordSet| set.resource_records().iter().any(|record| record.value == text);
    let (markers, sets): (Vec<_>, Vec<_>) = sets.into_iter().partition(is_marker);
    let mut markers: BTreeMap<_, _> = markers.into_iter().map(|set| (plain(&set.name), set)).collect();
    let mut found = Vec::new();
    for set in sets {
        let (name, kind) = (plain(&set.name), set.r#type.as_str().to_owned());
        let key = slot(zone, &name, &kind);
        let marker = markers.remove(&marker_name(&name, &kind));
        if marker.is_none() && !wanted.contains(&key) {
            continue;
        }
        let owner = Owner::Ends { ours: marker.is_some() };
        let live = Live { zone: zone.to_owned(), set, marker };
        found.push(Found { key, label: format!("{name}/{kind}"), owner, live });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, kind: &str, values: &[&str]) -> ResourceRecordSet {
        set(name, kind, 60, values.iter().map(|value| (*value).to_owned())).expect("it is whole")
    }

    #[test]
    fn records_with_a_marker_are_ours_and_others_are_passed_over() {
        let marker = marker_text("acme");
        let sets = vec![
            record("www.a.internal.", "A", &["10.0.0.1"]),
            record("_landfall-a.www.a.internal.", "TXT", &[&marker]),
            record("\\052.a.internal.", "A", &["10.0.0.2"]),
            record("_landfall-a._wildcard.a.internal.", "TXT", &[&marker]),
            record("app.a.internal.", "A", &["10.0.0.3"]),
            record("wanted.a.internal.", "A", &["10.0.0.4"]),
        ];
        let wanted = [slot("Z1", "wanted.a.internal", "A")].into();
        let found = found("acme", "Z1", sets, &wanted);
        let found: Vec<_> =
            found.iter().map(|one| (one.label.as_str(), one.owner == Owner::Ends { ours: true })).collect();
        assert_eq!(
            found,
            [("www.a.internal/A", true), ("*.a.internal/A", true), ("wanted.a.internal/A", false)]
        );
    }

    #[test]
    fn a_record_and_its_marker_are_changed_together() {
        let doc = |values: &[&str], marked: bool| {
            let set = record("www.a.internal.", "A", values);
            let marker = marked.then(|| record("_landfall-a.www.a.internal.", "TXT", &[]));
            Record::observed(&Live { zone: "Z1".into(), set, marker })
        };
        assert_eq!(doc(&["b", "a"], true), doc(&["a", "b"], true));
        assert_ne!(doc(&["a"], true), doc(&["a"], false));
    }
}
