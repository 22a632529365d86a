use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, parsed, text};
use crate::model::{Frequency, Recording};
use crate::names::{AccountName, Located};

pub(super) fn read(mut table: Table<'_>) -> Recording {
    let origin = table.origin().clone();
    let frequency = table.optional("frequency", frequency);
    let recording = Recording {
        aggregator: table.optional("aggregator", parsed::<AccountName>),
        frequency: frequency.unwrap_or_else(|| Located::new(Frequency::Continuous, origin.clone())),
        origin,
    };
    table.finish();
    recording
}

fn frequency(value: Value<'_>) -> Option<Located<Frequency>> {
    let choice = text(value)?;
    match choice.as_str() {
        "continuous" => Some(choice.map(|_| Frequency::Continuous)),
        "daily" => Some(choice.map(|_| Frequency::Daily)),
        other => {
            let message = format!("configurations are recorded `continuous` or `daily`, not `{other}`");
            value.complain(Complaint::new(&choice.origin, message))
        }
    }
}
