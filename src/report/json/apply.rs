use std::{sync::Arc, time::Duration};

use serde::Serialize;

use super::shared::{Error, verb};
use crate::engine::{apply::Outcome, error, event::Verb, plan::Plan};

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
}

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
    pub(in crate::report) fn of(plan: &'p Plan, outcome: &'p Outcome, elapsed: Duration, calls: u64) -> Self {
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
        }
    }
}
