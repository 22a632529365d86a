//! How long the engine waits between two questions: the only durations in it that no kind states.

use std::time::Duration;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Before the first look after a change: whoever changes something meanwhile shares the look.
    pub gather: Duration,
    /// Between the first looks: most of AWS's control plane has settled by then.
    pub shortest: Duration,
    /// Between the last looks: what takes minutes need not be asked for more often.
    pub longest: Duration,
    /// Before a refused call is sent again, the first time; doubled from then on.
    pub again: Duration,
    /// How long what a call of unknown outcome made may stay out of sight.
    pub settle: Duration,
    /// How long an update may stay out of sight before it is sent again; doubled from then on.
    pub patience: Duration,
}

impl Pace {
    /// The tick after one of this length.
    pub(super) fn after(&self, tick: Duration) -> Duration {
        (tick * 8 / 5).min(self.longest).max(self.shortest)
    }

    /// How many looks there are until so much time has passed.
    pub(super) fn looks(&self, time: Duration) -> u64 {
        let (mut looks, mut passed, mut tick) = (0, Duration::ZERO, self.gather);
        while passed < time && tick < self.longest {
            (looks, passed) = (looks + 1, passed + tick);
            tick = self.after(tick);
        }
        let rest = time.saturating_sub(passed).as_millis().div_ceil(self.longest.as_millis().max(1));
        looks + u64::try_from(rest).unwrap_or(u64::MAX)
    }

    /// The pause before a call is sent for the so-manieth time again.
    pub(super) fn pause(&self, taken: u32) -> Duration {
        self.again * (1 << taken.min(5))
    }

    /// A pace for clouds that answer at once.
    #[cfg(test)]
    pub(super) fn hurried() -> Self {
        Self {
            gather: Duration::ZERO,
            shortest: Duration::ZERO,
            longest: Duration::ZERO,
            again: Duration::ZERO,
            settle: Duration::from_millis(2),
            patience: Duration::from_mins(1),
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            gather: Duration::from_millis(20),
            shortest: Duration::from_millis(60),
            longest: Duration::from_secs(5),
            again: Duration::from_millis(200),
            settle: Duration::from_secs(15),
            patience: Duration::from_secs(10),
        }
    }
}
