//! What a run works with: the kinds, the cloud, and how far it may go.

use std::{any::Any, sync::Arc};

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

use super::{
    at::{At, Memo},
    erased::AnyKind,
    event::Events,
    graph::Place,
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
    calls: Semaphore,
    memo: Memo,
}

impl World {
    /// A world in which so many reads and steps may be sending calls at the same time.
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
            calls: Semaphore::new(parallel.max(1)),
            memo: Memo::default(),
        }
    }

    /// A place of this world, as kinds see it.
    pub fn at<'a>(&'a self, place: &'a Place, organization: &'a str) -> At<'a> {
        At { place, organization, cloud: &*self.cloud, memo: &self.memo }
    }

    /// Leave to send calls; steps that wait hold none.
    pub(super) async fn leave(&self) -> SemaphorePermit<'_> {
        self.calls.acquire().await.expect("the semaphore is never closed")
    }

    /// Makes shared answers of a service old, because something there is about to change or has changed.
    pub(super) fn forget(&self, place: &Place, service: &'static str) {
        self.memo.forget(place, service);
    }
}
