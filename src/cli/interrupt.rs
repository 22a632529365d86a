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

impl Interrupt {
    /// Listens until the program ends.
    pub(super) fn listen() -> Self {
        let interrupt = Self::default();
        let Self { stop, abandon } = interrupt.clone();
        tokio::spawn(async move {
            while signal().await.is_some() {
                if stop.is_cancelled() {
                    abandon.cancel();
                }
                stop.cancel();
            }
        });
        interrupt
    }

    /// The result of what changes nothing; nothing as soon as it is interrupted, for there is nothing to finish.
    pub(super) async fn unless<T>(&self, harmless: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            result = harmless => Some(result),
            () = self.stop.cancelled() => None,
        }
    }

    /// Tells what an interruption of an apply means, when it comes.
    pub(super) async fn tell(&self, out: &Output) {
        self.stop.cancelled().await;
        out.warn("interrupted: no new step is started, those under way are finished (again: don't wait)");
        self.abandon.cancelled().await;
        out.warn("interrupted again: what AWS is still working on is not waited for");
    }
}

/// What asks a program to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C: a terminal sends it to everything that runs in it.
    Interrupt,
    /// What service managers and CI send, to one process alone.
    Terminate,
}

/// Waits for either; nothing if there is no listening to them.
pub(super) async fn signal() -> Option<Signal> {
    let pressed = async { tokio::signal::ctrl_c().await.ok().map(|()| Signal::Interrupt) };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return pressed.await };
        tokio::select! {
            pressed = pressed => pressed,
            sent = terminate.recv() => sent.map(|()| Signal::Terminate),
        }
    }
    #[cfg(not(unix))]
    pressed.await
}
