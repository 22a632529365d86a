//! Ctrl-C: once stops starting new steps, twice abandons waiting. A terminal that goes away is like the first.

#[cfg(unix)]
use std::sync::LazyLock;

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
            while let Some(signal) = signal().await {
                // Shells and systems may tell of the same terminal one after another: that is nobody's impatience.
                if stop.is_cancelled() && signal != Signal::HangUp {
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
    /// The terminal went away.
    HangUp,
}

/// Waits for any of them; nothing if there is no listening to them.
pub(super) async fn signal() -> Option<Signal> {
    let pressed = async { tokio::signal::ctrl_c().await.ok().map(|()| Signal::Interrupt) };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return pressed.await };
        let hang_up = async {
            match hears_of_terminals().then(|| signal(SignalKind::hangup())) {
                Some(Ok(mut hang_up)) => hang_up.recv().await.map(|()| Signal::HangUp),
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            pressed = pressed => pressed,
            sent = terminate.recv() => sent.map(|()| Signal::Terminate),
            gone = hang_up => gone,
        }
    }
    #[cfg(not(unix))]
    pressed.await
}

/// Whether this is to be told that its terminal went away. Whoever started it with `nohup` wants it to go on, which shows
/// in the signals that it was told to ignore; where that can't be read, it is told.
#[cfg(unix)]
fn hears_of_terminals() -> bool {
    static HEARS: LazyLock<bool> = LazyLock::new(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        // The lowest bit is the first signal, which is this one.
        ignored.is_none_or(|mask| mask & 1 == 0)
    });
    *HEARS
}
