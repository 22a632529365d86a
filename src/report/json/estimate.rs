use std::{sync::Arc, time::Duration};

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::estimate;

/// What an apply takes.
#[derive(Serialize, JsonSchema)]
pub(super) struct Estimate<'p> {
    /// All calls.
    calls: u64,
    /// Those that read what a plan reads: as many as it took.
    reads: u64,
    /// Those that change something, estimated.
    changes: u64,
    /// Those that see how far AWS is, estimated.
    looks: u64,
    seconds: f64,
    /// The steps that take longest among those of which each waits for the one before.
    longest: Vec<Timed<'p>>,
}

/// A step, and how long it takes.
#[derive(Serialize, JsonSchema)]
pub(super) struct Timed<'p> {
    address: &'p str,
    seconds: f64,
}

impl<'p> Estimate<'p> {
    pub(super) fn of(estimate: &'p estimate::Estimate) -> Self {
        let calls = estimate.calls();
        let estimate::Estimate { reads, changes, looks, time, longest } = estimate;
        Self {
            calls,
            reads: *reads,
            changes: *changes,
            looks: *looks,
            seconds: time.as_secs_f64(),
            longest: longest.iter().map(Timed::of).collect(),
        }
    }
}

impl<'p> Timed<'p> {
    pub(super) fn of((address, time): &'p (Arc<str>, Duration)) -> Self {
        Self { address, seconds: time.as_secs_f64() }
    }
}
