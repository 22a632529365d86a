use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    engine::{
        error::{self, Class},
        event::Verb,
    },
    names,
};

/// Where in the landing zone.
#[derive(Serialize)]
pub(super) struct Origin<'p> {
    file: &'p str,
    line: u32,
    column: u32,
}

impl<'p> Origin<'p> {
    pub(super) fn of(origin: &'p names::Origin) -> Self {
        let names::Origin { file, line, column, start: _, end: _, via: _ } = origin;
        Self { file, line: *line, column: *column }
    }
}

/// A failure.
#[derive(Serialize)]
pub(super) struct Error<'p> {
    message: String,
    class: &'static str,
    facts: BTreeMap<&'static str, &'p str>,
    hint: Option<&'p str>,
    causes: Vec<String>,
}

impl<'p> Error<'p> {
    pub(super) fn of(error: &'p error::Error) -> Self {
        Self {
            message: crate::report::trouble::headline(error),
            class: class(error.class),
            facts: error.facts.iter().map(|(label, value)| (*label, value.as_str())).collect(),
            hint: error.hint.as_deref(),
            causes: error.chain().into_iter().skip(1).collect(),
        }
    }
}

const fn class(class: Class) -> &'static str {
    match class {
        Class::Denied => "denied",
        Class::Throttled => "throttled",
        Class::Unknown => "unknown",
        Class::NotYet => "not-yet",
        Class::NotFound => "not-found",
        Class::Stale => "stale",
        Class::Deadline => "deadline",
        Class::Interrupted => "interrupted",
        Class::Final => "final",
    }
}

/// What is done.
pub(super) const fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Adopt => "adopt",
        Verb::Wait => "wait",
        Verb::Remove => "remove",
        Verb::Delete => "delete",
    }
}
