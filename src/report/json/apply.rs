use std::sync::Arc;

use serde::Serialize;

use super::{
    estimate::{Estimate, Timed},
    shared::{Error, verb},
};
use crate::{
    engine::{apply::Outcome, error, event::Verb},
    report::outcome::Applied,
};

/// `landfall/apply@1`.
#[derive(Serialize)]
pub(in crate::report) struct Apply<'p> {
    schema: &'static str,
    organization: &'p str,
    done: Vec<Done<'p>>,
    failed: Vec<Failed<'p>>,
    skipped: Vec<Skipped<'p>>,
    interrupted: usize,
    calls: u64,
    seconds: f64,
    /// What was thought that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    estimate: Option<Estimate<'p>>,
    /// The steps that took longest.
    slowest: Vec<Timed<'p>>,
}

/// So many of the slowest steps are told.
const SLOWEST: usize = 10;

#[derive(Serialize)]
struct Done<'p> {
    address: &'p str,
    verb: &'static str,
}

#[derive(Serialize)]
struct Failed<'p> {
    address: &'p str,
    error: Error<'p>,
}

#[derive(Serialize)]
struct Skipped<'p> {
    address: &'p str,
    because: &'p str,
}

impl<'p> Apply<'p> {
    pub(in crate::report) fn of(applied: &Applied<'p>) -> Self {
        let Applied { plan, outcome, outlook, elapsed, calls, times } = *applied;
        let Outcome { done, failed, skipped, interrupted } = outcome;
        let is_done = |(address, done): &'p (Arc<str>, Verb)| Done { address, verb: verb(*done) };
        let has_failed =
            |(address, error): &'p (Arc<str>, Arc<error::Error>)| Failed { address, error: Error::of(error) };
        let was_skipped = |(address, because): &'p (Arc<str>, Arc<str>)| Skipped { address, because };
        Self {
            schema: "landfall/apply@1",
            organization: &plan.organization,
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
