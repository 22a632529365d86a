//! The lease in the hands of the run that has it.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{
    lease::Lease,
    store::{Condition, Store},
    timing::{Beat, Timing},
};
use crate::{
    engine::error::{Class, Error, Result},
    journal::Holder,
};

/// Why a run has its lease no longer.
#[derive(Clone, Debug)]
pub enum Loss {
    /// Somebody else has it, or took it away.
    Taken {
        /// Who has it now, or had it before it was broken.
        by: Box<Holder>,
        /// Who broke it, if that is how it went.
        broken_by: Option<String>,
    },
    /// It could not be renewed in time.
    Lapsed(Arc<Error>),
}

/// The lease, renewed until it is given back.
pub struct Held {
    keeper: Arc<Keeper>,
    renewing: JoinHandle<()>,
}

struct Keeper {
    store: Arc<Store>,
    timing: Timing,
    /// The last writing and its `ETag`.
    written: tokio::sync::Mutex<(Lease, String)>,
    loss: Mutex<Option<Loss>>,
    /// Cancelled when the lease is lost, and when the run is interrupted: no new step is to start.
    stop: CancellationToken,
    /// Cancelled when the lease is lost.
    lost: CancellationToken,
    /// Cancelled when the lease is to be given back.
    over: CancellationToken,
}

impl Held {
    pub(super) fn start(
        store: &Arc<Store>,
        lease: Lease,
        etag: String,
        sent: Beat,
        stop: &CancellationToken,
    ) -> Self {
        let keeper = Arc::new(Keeper {
            store: Arc::clone(store),
            timing: lease.timing(),
            written: tokio::sync::Mutex::new((lease, etag)),
            loss: Mutex::default(),
            stop: stop.child_token(),
            lost: CancellationToken::new(),
            over: CancellationToken::new(),
        });
        let renewing = tokio::spawn(Arc::clone(&keeper).keep(sent));
        Self { keeper, renewing }
    }

    /// Cancelled when no new step is to start: because the run was interrupted, or because the lease was lost.
    pub fn stop(&self) -> &CancellationToken {
        &self.keeper.stop
    }

    /// Waits until the lease is lost, for ever if it is not; tells why.
    pub fn lost(&self) -> impl Future<Output = Option<Loss>> + Send + 'static {
        let keeper = Arc::clone(&self.keeper);
        async move {
            keeper.lost.cancelled().await;
            keeper.loss()
        }
    }

    /// Why the lease was lost, if it was.
    pub fn loss(&self) -> Option<Loss> {
        self.keeper.loss()
    }

    /// Gives the lease back. One that was lost is somebody else's business.
    ///
    /// # Errors
    /// It could not be written: it lapses by itself.
    pub async fn release(self) -> Result<()> {
        self.keeper.over.cancel();
        // It ends at once, and panics are not expected of it.
        drop(self.renewing.await);
        if self.keeper.loss().is_some() {
            return Ok(());
        }
        let giving = self.keeper.write(Lease::freed);
        let given = tokio::time::timeout(self.keeper.timing.lasts, giving).await;
        given.map_err(|_| unanswered()).flatten().map(drop)
    }
}

impl Keeper {
    /// Renews the lease, until it is given back or lost. Wakes up often, so that after a machine slept it is known soon
    /// whether the lease is still its own.
    async fn keep(self: Arc<Self>, mut last: Beat) {
        loop {
            tokio::select! {
                () = self.over.cancelled() => return,
                () = tokio::time::sleep(self.timing.look() / 2) => {}
            }
            if last.age() < self.timing.renew() {
                continue;
            }
            let sent = Beat::now();
            let renewing = tokio::time::timeout(self.timing.patience(last.age()), self.write(Lease::renewed));
            let renewed = tokio::select! {
                () = self.over.cancelled() => return,
                renewed = renewing => renewed.map_err(|_| unanswered()).flatten(),
            };
            match renewed {
                Ok(None) => last = sent,
                Ok(Some(loss)) => return self.lose(loss),
                Err(error) if last.age() >= self.timing.lost() => {
                    return self.lose(Loss::Lapsed(Arc::new(error)));
                }
                Err(_) => {}
            }
        }
    }

    /// Writes the lease anew; tells whose it is where that is no longer the run's own.
    async fn write(&self, next: fn(&Lease) -> Lease) -> Result<Option<Loss>> {
        let mut written = self.written.lock().await;
        loop {
            let lease = next(&written.0);
            let condition = Condition::Seen(written.1.clone());
            if let Some(etag) = self.store.write(&lease, &condition).await? {
                *written = (lease, etag);
                return Ok(None);
            }
            let loss = self.look(&mut written).await?;
            if loss.is_some() {
                return Ok(loss);
            }
        }
    }

    /// Looks whose the lease is that was written since; nothing if it is still the run's own.
    async fn look(&self, written: &mut (Lease, String)) -> Result<Option<Loss>> {
        let Some(found) = self.store.read().await? else {
            // Somebody deleted it, and anybody may take it now.
            let by = Box::new(written.0.holder.clone());
            return Ok(Some(Loss::Taken { by, broken_by: Some("whoever deleted it".to_owned()) }));
        };
        if found.lease.holder == written.0.holder && !found.lease.free {
            // A writing that was given up for late was carried out all the same. It may be old by now: the next one, which
            // goes by it, counts.
            *written = (found.lease, found.etag);
            return Ok(None);
        }
        Ok(Some(Loss::Taken { by: Box::new(found.lease.holder), broken_by: found.lease.broken_by }))
    }

    fn loss(&self) -> Option<Loss> {
        self.loss.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn lose(&self, loss: Loss) {
        *self.loss.lock().unwrap_or_else(PoisonError::into_inner) = Some(loss);
        self.stop.cancel();
        self.lost.cancel();
    }
}

pub(super) fn unanswered() -> Error {
    Error::new(Class::Unknown, "AWS does not answer")
}
