//! What a run works with: the kinds, the cloud, and how far it may go.

use std::{any::Any, sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

use super::{
    at::{At, Memo, Others},
    erased::AnyKind,
    error::Result,
    event::Events,
    graph::Place,
    pace::Pace,
    poll::interrupted,
};

/// All resource kinds, in dependency order.
pub type Registry = &'static [&'static dyn AnyKind];

/// What a run works with.
pub struct World {
    /// All kinds; orphans are searched among them and deleted in their reverse order.
    pub registry: Registry,
    /// Whoever answers calls.
    pub cloud: Arc<dyn Any + Send + Sync>,
    /// Whoever listens.
    pub events: Events,
    /// Once cancelled, no new step starts; what runs is finished.
    pub stop: CancellationToken,
    /// Once cancelled, waiting ends too.
    pub abandon: CancellationToken,
    pub(super) pace: Pace,
    reads: Semaphore,
    steps: Arc<Semaphore>,
    memo: Memo,
}

impl World {
    /// A world in which so many reads, and as many steps, may be sending calls at the same time.
    pub fn new(
        registry: Registry,
        cloud: Arc<dyn Any + Send + Sync>,
        parallel: usize,
        events: Events,
    ) -> Self {
        Self {
            registry,
            cloud,
            events,
            stop: CancellationToken::new(),
            abandon: CancellationToken::new(),
            pace: Pace::default(),
            reads: Semaphore::new(parallel.max(1)),
            steps: Arc::new(Semaphore::new(parallel.max(1))),
            memo: Memo::default(),
        }
    }

    /// A place of this world, as kinds see it.
    pub fn at<'a>(&'a self, place: &'a Place, organization: &'a str) -> At<'a> {
        At { place, organization, cloud: &*self.cloud, others: Others::Told, graph: None, memo: &self.memo }
    }

    /// Leave to read. Reads do not queue behind steps: a step that waits for a look holds its dependents up.
    pub(super) async fn leave_to_read(&self) -> SemaphorePermit<'_> {
        self.reads.acquire().await.expect("the semaphore is never closed")
    }

    /// Leave to send the calls of a step; steps that wait hold none.
    pub(super) async fn leave(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.steps).acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Waits; an abandoned run does not.
    pub(super) async fn sleep(&self, pause: Duration) -> Result<()> {
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.abandon.cancelled() => Err(interrupted()),
        }
    }

    /// What has not been sent yet when the run is abandoned is not sent any more.
    pub(super) fn not_abandoned(&self) -> Result<()> {
        if self.abandon.is_cancelled() { Err(interrupted()) } else { Ok(()) }
    }

    /// Makes all shared answers old: they are worth their memory while everything is read, and no longer.
    pub(super) fn forget_all(&self) {
        self.memo.forget_all();
    }

    /// Makes shared answers of a place old.
    pub(super) fn forget_place(&self, place: &Place) {
        self.memo.forget_place(place);
    }

    /// Makes shared answers of a service old, because something there is about to change or has changed.
    pub(super) fn forget(&self, place: &Place, service: &'static str) {
        self.memo.forget(place, service);
    }
}
