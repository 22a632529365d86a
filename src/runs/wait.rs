//! The turn of a run: waiting while another one has the lease, and taking it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use super::{
    folder::Folder,
    held::Held,
    lease::Lease,
    store::{Condition, NO_BUCKET, Store},
    timing::{Beat, Timing},
};
use crate::{aws, engine::error::Result, journal::Holder};

/// AWS's times are whole seconds, one of which may have just begun and the other be about to end.
const GRAIN: Duration = Duration::from_secs(2);

/// For how long S3 may not know a bucket that was just made, and how often it is asked.
const NEW: (Duration, Duration) = (Duration::from_secs(30), Duration::from_millis(500));

/// What nobody else has written since.
#[derive(Clone, Debug)]
pub struct Basis(Condition);

/// What happens to whoever waits.
#[derive(Clone, Copy, Debug)]
pub enum Told<'l> {
    /// Another run has the lease, for so much longer if it does not renew it.
    Waiting(&'l Lease, Duration),
    /// It was not renewed: whoever had it is taken for dead.
    Lapsed(&'l Lease),
    /// Whoever had it died on this machine; in so much time all that it asked of AWS shows.
    Dead(&'l Lease, Duration),
}

/// Waits until nobody has the lease.
///
/// Whoever died on this machine is replaced as soon as all that it asked of AWS shows. When it died nobody knows, but it
/// wrote down each step before it asked for anything.
///
/// No clock of this machine or of the holder's takes part in that. A lease has lapsed if AWS says so, by when it was
/// written and when it answered, both by AWS's clocks; or if it stayed the same for as long as it lasts while somebody
/// looked, by this machine's steady clock, which only ever makes waiting longer.
pub async fn free(store: &Store, folder: Option<&Folder>, tell: &(dyn Fn(Told<'_>) + Sync)) -> Result<Basis> {
    let mut watched: Option<(String, Instant)> = None;
    let (mut told, mut is_mourned) = (None, false);
    loop {
        let Some(found) = store.read().await? else { return Ok(Basis(Condition::Absent)) };
        let (lease, lasts) = (&found.lease, found.lease.timing().lasts);
        let basis = Basis(Condition::Seen(found.etag.clone()));
        if lease.free {
            return Ok(basis);
        }
        if let Some(quiet) = folder.and_then(|folder| folder.dead_for(lease)) {
            let left = lease.timing().settles().saturating_sub(quiet);
            if !is_mourned {
                tell(Told::Dead(lease, left));
            }
            if left.is_zero() {
                return Ok(basis);
            }
            (told, is_mourned) = (Some(lease.holder.clone()), true);
        }
        let since = match &watched {
            Some((etag, since)) if *etag == found.etag => since.elapsed(),
            _ => {
                watched = Some((found.etag.clone(), Instant::now()));
                Duration::ZERO
            }
        };
        let age = found.age.unwrap_or_default();
        if since > lasts || age > lasts + GRAIN {
            tell(Told::Lapsed(lease));
            return Ok(basis);
        }
        if told.as_ref() != Some(&lease.holder) {
            tell(Told::Waiting(lease, lasts.saturating_sub(since.max(age))));
            told = Some(lease.holder.clone());
        }
        tokio::time::sleep(lease.timing().look()).await;
    }
}

/// Takes the lease, unless somebody else has written it since: then it may be another's turn, and what was read of AWS
/// may be old. Makes the bucket where there is none.
pub async fn take(
    store: &Arc<Store>,
    holder: Holder,
    basis: &Basis,
    stop: &CancellationToken,
) -> Result<Option<Held>> {
    store.make().await?;
    let begun = Instant::now();
    loop {
        let lease = Lease::new(holder.clone(), Timing::of_this_run());
        let sent = Beat::now();
        match store.write(&lease, &basis.0).await {
            Ok(etag) => return Ok(etag.map(|etag| Held::start(store, lease, etag, sent, stop))),
            Err(error) if aws::code(&error) == Some(NO_BUCKET) && begun.elapsed() < NEW.0 => {
                tokio::time::sleep(NEW.1).await;
            }
            Err(error) => return Err(error),
        }
    }
}
