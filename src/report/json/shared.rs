use std::{borrow::Cow, collections::BTreeMap, error::Error as StdError};

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
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Origin<'p> {
    /// Relative to the landing zone's folder.
    file: Cow<'p, str>,
    /// From 1.
    line: u32,
    /// In characters, from 1.
    column: u32,
}

impl<'p> Origin<'p> {
    /// The place as it is told.
    pub fn of(origin: &'p names::Origin) -> Self {
        let names::Origin { file, at: names::Spot { line, column, start: _, end: _ } } = origin;
        Self { file: Cow::Borrowed(file.path()), line: *line, column: *column }
    }

    /// The same, for as long as one likes.
    pub(super) fn into_owned(self) -> Origin<'static> {
        Origin { file: Cow::Owned(self.file.into_owned()), ..self }
    }
}

/// A failure.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Error {
    message: String,
    /// What it means for what happens next.
    #[schemars(extend("enum" = CLASSES))]
    class: &'static str,
    /// Account, Region, operation, request id and the like, as far as they are known.
    facts: BTreeMap<&'static str, String>,
    /// A way out.
    hint: Option<String>,
    /// What caused it, the nearest first.
    causes: Vec<String>,
}

impl Error {
    /// A failure; of one that is not the engine's, what it tells.
    pub(in crate::report) fn of(error: &(dyn StdError + 'static)) -> Self {
        let causes = std::iter::successors(error.source(), |&cause| cause.source());
        let causes = causes.map(ToString::to_string).collect();
        let Some(error) = error.downcast_ref::<error::Error>() else {
            let (message, class) = (error.to_string(), class(Class::Final));
            return Self { message, class, facts: BTreeMap::new(), hint: None, causes };
        };
        Self {
            message: crate::report::trouble::headline(error),
            class: class(error.class),
            facts: error.facts.iter().map(|(label, value)| (*label, value.clone())).collect(),
            hint: error.hint.clone(),
            causes,
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
