use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, boolean, list, parsed};
use crate::model::{Logs, Retention};
use crate::names::{Located, LogPattern, Period};

pub(super) fn read(mut table: Table<'_>) -> Logs {
    let logs = Logs {
        forward: table.optional("forward", list(parsed::<LogPattern>)).unwrap_or_default(),
        delivery: table.optional("delivery", boolean).filter(|asked| asked.value).map(|asked| asked.origin),
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
