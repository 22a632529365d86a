use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, parsed, text};
use crate::model::{Logs, Retention};
use crate::names::{Located, Period};

/// The most characters in the name of a log group.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
const LONGEST: usize = 512;

pub(super) fn read(mut table: Table<'_>) -> Logs {
    let logs = Logs {
        forward: table.optional("forward", list(pattern)).unwrap_or_default(),
        retention: table.optional("retention", retention),
        origin: table.origin().clone(),
    };
    table.finish();
    logs
}

/// How long a log group keeps events.
pub(super) fn retention(value: Value<'_>) -> Option<Located<Retention>> {
    let period = parsed::<Period>(value)?;
    if let Some(retention) = Retention::exactly(period.value) {
        return Some(Located::new(retention, period.origin));
    }
    let message = format!("CloudWatch Logs can't keep events for {period}");
    let around = Retention::around(period.value).into_iter().flatten().map(|near| format!("`{near}`"));
    let around: Vec<_> = around.collect();
    let help = format!("the nearest that it can: {}", around.join(" and "));
    value.complain(Complaint::new(&period.origin, message).help(help))
}

fn pattern(value: Value<'_>) -> Option<Located<String>> {
    let pattern = text(value)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-/.#*".contains(c);
    if pattern.len() > LONGEST || !pattern.chars().all(allowed) {
        let message = format!("the name of a log group has at most {LONGEST} letters, digits and `_-/.#`");
        return value.complain(Complaint::new(&pattern.origin, message).help("`*` stands for any text"));
    }
    Some(pattern)
}
