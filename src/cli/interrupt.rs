//! Ctrl-C: once stops starting new steps, twice abandons waiting.

use tokio_util::sync::CancellationToken;

use crate::report::Output;

/// What Ctrl-C asks for.
#[derive(Clone, Default)]
pub(super) struct Interrupt {
    /// No new step is to start.
    pub stop: CancellationToken,
    /// Waiting is to end too.
    pub abandon: CancellationToken,
}

/// Listens until the program ends.
pub(super) fn listen(out: &Output) -> Interrupt {
    let interrupt = Interrupt::default();
    let (Interrupt { stop, abandon }, out) = (interrupt.clone(), out.clone());
    tokio::spawn(async move {
        while interrupted().await {
            if stop.is_cancelled() {
                out.warn("interrupted again: what AWS is still working on is not waited for");
                abandon.cancel();
            } else {
                out.warn(
                    "interrupted: no new step is started, those under way are finished (again: don't wait)",
                );
                stop.cancel();
            }
        }
    });
    interrupt
}

/// Waits for Ctrl-C, or for the signal that service managers and CI send.
pub(super) async fn interrupted() -> bool {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return tokio::signal::ctrl_c().await.is_ok();
        };
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.is_ok(),
            sent = terminate.recv() => sent.is_some(),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.is_ok()
}
