use super::{key_ref, logs};
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, boolean, list, parsed, text};
use crate::model::{DataEvents, Retention, Trail, data_event_types, is_data_event_type};
use crate::names::{BucketRef, Located, Origin};

/// Reads `[trail]`; its log group keeps events for `retention` if it says nothing else.
pub(super) fn read(mut table: Table<'_>, retention: Option<&Located<Retention>>) -> Option<Trail> {
    let origin = table.origin().clone();
    let (archive, key) =
        (table.required("archive", parsed::<BucketRef>), table.required("key", key_ref::read));
    let (log_group, alarms) = log_group(&mut table, retention);
    let usually = Located::new(false, origin.clone());
    let insights = table.optional("insights", boolean).unwrap_or_else(|| usually.clone());
    let sns = table.optional("sns", boolean).unwrap_or(usually);
    let data_events = table.optional("data_events", list(data_events)).unwrap_or_default();
    let data_events = data_events.into_iter().map(|events| events.value).collect();
    table.finish();
    Some(Trail { archive: archive?, key: key?, log_group, alarms, insights, data_events, sns, origin })
}

/// How long the log group keeps events, and where its alarms are asked for; neither if there is to be no log group.
fn log_group(
    table: &mut Table<'_>,
    default: Option<&Located<Retention>>,
) -> (Option<Located<Retention>>, Option<Origin>) {
    let cloudwatch = table.optional("cloudwatch", boolean);
    let retention = table.optional("retention", logs::retention);
    let alarms = table.optional("alarms", boolean);
    if let Some(off) = cloudwatch.filter(|cloudwatch| !cloudwatch.value) {
        let wanted = alarms.filter(|alarms| alarms.value).map(|alarms| alarms.origin);
        for origin in wanted.into_iter().chain(retention.map(|retention| retention.origin)) {
            let complaint = Complaint::new(&origin, "this needs the trail's log group");
            table.complain(complaint.note(&off.origin, "which is not wanted"));
        }
        return (None, None);
    }
    let year = || Located::new(Retention::YEAR, table.origin().clone());
    let retention = retention.or_else(|| default.cloned()).unwrap_or_else(year);
    let alarms = match alarms {
        Some(alarms) => alarms.value.then_some(alarms.origin),
        None => Some(table.origin().clone()),
    };
    (Some(retention), alarms)
}

fn data_events(value: Value<'_>) -> Option<Located<DataEvents>> {
    let origin = value.origin();
    let mut table = value.table("`data_events`", &origin)?;
    let resource_type = table.required("type", resource_type);
    let resources = table.optional("resources", list(arn)).unwrap_or_default();
    let write_only = table.optional("write_only", boolean).is_some_and(|only| only.value);
    table.finish();
    let events = DataEvents { resource_type: resource_type?, resources, write_only };
    Some(Located::new(events, origin))
}

fn resource_type(value: Value<'_>) -> Option<Located<String>> {
    let name = text(value)?;
    if is_data_event_type(&name) {
        return Some(name);
    }
    let message = format!("CloudTrail records no data events of `{name}`");
    let types: Vec<_> = data_event_types().collect();
    value.complain(Complaint::new(&name.origin, message).nearest(&name, types.iter().map(String::as_str)))
}

fn arn(value: Value<'_>) -> Option<Located<String>> {
    let arn = text(value)?;
    let complaint = |message| Complaint::new(&arn.origin, message);
    if !arn.starts_with("arn:") {
        let complaint = complaint("this is not the beginning of an ARN");
        return value.complain(complaint.help("for example `arn:aws:s3:::a-bucket/`"));
    }
    if arn.contains(['*', '?']) {
        let complaint = complaint("CloudTrail knows no wildcards here");
        return value.complain(complaint.help("whatever begins with this is recorded: leave the rest out"));
    }
    Some(arn)
}
