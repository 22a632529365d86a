//! Ctrl-C: once stops starting new steps, twice abandons waiting. A terminal that goes away is like the first.

#[cfg(unix)]
use std::{future::poll_fn, task::Poll};

#[cfg(unix)]
use tokio::signal::unix::{self, SignalKind};
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
        let mut signals = Signals::listen();
        tokio::spawn(async move {
            loop {
                let signal = signals.next().await;
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

/// Hears of signals from when it was made: what comes while nobody waits is told to whoever waits next.
pub(super) struct Signals {
    #[cfg(unix)]
    streams: Vec<(unix::Signal, Signal)>,
}

impl Signals {
    /// Listens from now on.
    pub(super) fn listen() -> Self {
        #[cfg(unix)]
        {
            let hang_up = hears_of_terminals().then_some((SignalKind::hangup(), Signal::HangUp));
            let kinds =
                [(SignalKind::interrupt(), Signal::Interrupt), (SignalKind::terminate(), Signal::Terminate)];
            let streams = kinds.into_iter().chain(hang_up);
            Self {
                streams: streams.filter_map(|(kind, told)| Some((unix::signal(kind).ok()?, told))).collect(),
            }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// Waits for the next one; for good if there is no listening to any.
    pub(super) async fn next(&mut self) -> Signal {
        #[cfg(unix)]
        return poll_fn(|context| {
            let mut heard = self.streams.iter_mut().filter_map(|(stream, signal)| {
                matches!(stream.poll_recv(context), Poll::Ready(Some(()))).then_some(*signal)
            });
            heard.next().map_or(Poll::Pending, Poll::Ready)
        })
        .await;
        #[cfg(not(unix))]
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}

/// Whether this is to be told that its terminal went away. Whoever started it with `nohup` wants it to go on, which shows
/// in the signals that it was told to ignore; where that can't be read, it is told.
#[cfg(unix)]
fn hears_of_terminals() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The lowest bit is the first signal, which is this one.
    ignored.is_none_or(|mask| mask & 1 == 0)
}
