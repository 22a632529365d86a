use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, parsed, text};
use crate::model::{Frequency, Recording};
use crate::names::AccountName;

pub(super) fn read(mut table: Table<'_>) -> Recording {
    let recording = Recording {
        aggregator: table.optional("aggregator", parsed::<AccountName>),
        frequency: table.optional("frequency", frequency).unwrap_or(Frequency::Continuous),
        origin: table.origin().clone(),
    };
    table.finish();
    recording
}

fn frequency(value: Value<'_>) -> Option<Frequency> {
    let choice = text(value)?;
    match choice.as_str() {
        "continuous" => Some(Frequency::Continuous),
        "daily" => Some(Frequency::Daily),
        other => {
            let message = format!("configurations are recorded `continuous` or `daily`, not `{other}`");
            value.complain(Complaint::new(&choice.origin, message))
        }
    }
}
