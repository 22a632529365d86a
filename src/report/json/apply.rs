use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    estimate::{Estimate, Timed},
    shared::{Error, VERBS, verb},
};
use crate::{
    engine::{apply::Outcome, error, event::Verb},
    report::outcome::Applied,
};

/// `landfall/apply@1`: what an apply came to, or a destroy.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Apply<'p> {
    schema: &'static str,
    /// The landing zone's name.
    organization: &'p str,
    /// What was done to it.
    #[schemars(extend("enum" = COMMANDS))]
    command: &'static str,
    /// Steps that are done, in the order in which they ended.
    done: Vec<Done<'p>>,
    failed: Vec<Failed<'p>>,
    /// Steps that were not tried, because of others.
    skipped: Vec<Skipped<'p>>,
    /// How many steps were not started, because the run was interrupted.
    interrupted: usize,
    /// How many calls were sent to AWS, reading included.
    calls: u64,
    /// How long it took, without planning.
    seconds: f64,
    /// What was thought that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    estimate: Option<Estimate<'p>>,
    /// The steps that took longest.
    slowest: Vec<Timed<'p>>,
}

/// All that may be done to a landing zone.
const COMMANDS: [&str; 2] = ["apply", "destroy"];

/// So many of the slowest steps are told.
const SLOWEST: usize = 10;

#[derive(Serialize, JsonSchema)]
struct Done<'p> {
    address: &'p str,
    #[schemars(extend("enum" = VERBS))]
    verb: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Failed<'p> {
    address: &'p str,
    error: Error,
}

#[derive(Serialize, JsonSchema)]
struct Skipped<'p> {
    address: &'p str,
    /// The address of the root cause.
    because: &'p str,
}

impl<'p> Apply<'p> {
    pub(in crate::report) fn of(applied: &Applied<'p>) -> Self {
        let Applied { plan, outcome, outlook, elapsed, calls, times } = *applied;
        let Outcome { done, failed, skipped, interrupted } = outcome;
        let is_done = |(address, done): &'p (Arc<str>, Verb)| Done { address, verb: verb(*done) };
        let has_failed = |(address, error): &'p (Arc<str>, Arc<error::Error>)| Failed {
            address,
            error: Error::of(&**error),
        };
        let was_skipped = |(address, because): &'p (Arc<str>, Arc<str>)| Skipped { address, because };
        Self {
            schema: "landfall/apply@1",
            organization: &plan.organization,
            command: if plan.is_destruction { "destroy" } else { "apply" },
            done: done.iter().map(is_done).collect(),
            failed: failed.iter().map(has_failed).collect(),
            skipped: skipped.iter().map(was_skipped).collect(),
            interrupted: *interrupted,
            calls,
            seconds: elapsed.as_secs_f64(),
            estimate: outlook.estimate.as_ref().map(Estimate::of),
            slowest: times.steps().iter().take(SLOWEST).map(Timed::of).collect(),
        }
    }
}
