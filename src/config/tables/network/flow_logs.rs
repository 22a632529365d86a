use toml::de::DeValue;

use crate::config::complaint::Complaint;
use crate::config::decode::{Value, parsed};
use crate::config::tables::logs;
use crate::model::FlowLogs;
use crate::names::BucketRef;

/// Where flow logs go: `"logging/archive"`, or `{ bucket = "logging/archive", log_group = "30d" }`.
pub(super) fn read(value: Value<'_>) -> Option<FlowLogs> {
    let origin = value.origin();
    if let DeValue::String(_) = value.raw() {
        let bucket = parsed::<BucketRef>(value)?;
        return Some(FlowLogs { bucket: Some(bucket), retention: None, origin });
    }
    let mut table = value.table("`flow_logs`", &origin)?;
    let bucket = table.optional("bucket", parsed::<BucketRef>);
    let retention = table.optional("log_group", logs::retention);
    let is_somewhere = table.has("bucket") || table.has("log_group");
    table.finish();
    if !is_somewhere {
        let complaint = Complaint::new(&origin, "flow logs have to go somewhere");
        let help = "name a `bucket`, or say how long a `log_group` keeps them, or both";
        return value.complain(complaint.help(help));
    }
    Some(FlowLogs { bucket, retention, origin })
}
