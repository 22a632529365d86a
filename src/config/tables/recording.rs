use crate::config::decode::{Table, parsed, word};
use crate::model::{Frequency, Recording};
use crate::names::{AccountName, Located};

pub(super) fn read(mut table: Table<'_>) -> Recording {
    let origin = table.origin().clone();
    let frequency = table.optional("frequency", word("configurations are recorded", &FREQUENCIES));
    let recording = Recording {
        aggregator: table.optional("aggregator", parsed::<AccountName>),
        frequency: frequency.unwrap_or_else(|| Located::new(Frequency::Continuous, origin.clone())),
        origin,
    };
    table.finish();
    recording
}

const FREQUENCIES: [(&str, Frequency); 2] =
    [("continuous", Frequency::Continuous), ("daily", Frequency::Daily)];
