use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    engine::{
        error::{self, Class},
        event::Verb,
    },
    names,
};

/// Where in the landing zone.
#[derive(Serialize, JsonSchema)]
pub(super) struct Origin<'p> {
    /// Relative to the landing zone's folder.
    file: &'p str,
    /// From 1.
    line: u32,
    /// In characters, from 1.
    column: u32,
}

impl<'p> Origin<'p> {
    pub(super) fn of(origin: &'p names::Origin) -> Self {
        let names::Origin { file, line, column, start: _, end: _, via: _ } = origin;
        Self { file, line: *line, column: *column }
    }
}

/// A failure.
#[derive(Serialize, JsonSchema)]
pub(super) struct Error<'p> {
    message: String,
    /// What it means for what happens next.
    #[schemars(extend("enum" = CLASSES))]
    class: &'static str,
    /// Account, Region, operation, request id and the like, as far as they are known.
    facts: BTreeMap<&'static str, &'p str>,
    /// A way out.
    hint: Option<&'p str>,
    /// What caused it, the nearest first.
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

const CLASSES: [&str; 9] =
    ["denied", "throttled", "unknown", "not-yet", "not-found", "stale", "deadline", "interrupted", "final"];

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

/// All that may be done.
pub(super) const VERBS: [&str; 6] = ["create", "update", "adopt", "wait", "remove", "delete"];

/// What is done.
pub(super) const fn verb(verb: Verb) -> &'static str {
    verb.as_str()
}
