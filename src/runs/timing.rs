//! How long a lease lasts.

use std::{
    env,
    time::{Duration, Instant, SystemTime},
};

/// How long a lease lasts, and how often whoever holds it says so again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From one renewal on.
    pub lasts: Duration,
}

/// Shorter, where tests want to see one lapse. It is no setting: all who apply to an organization have to agree on it.
const SECONDS: &str = "LANDFALL_TEST_LEASE_SECONDS";

impl Timing {
    /// A minute.
    pub const USUAL: Self = Self { lasts: Duration::from_mins(1) };

    /// A minute, unless a test says otherwise.
    pub fn of_this_run() -> Self {
        let seconds = env::var(SECONDS).ok().and_then(|seconds| seconds.parse().ok());
        seconds.filter(|seconds| *seconds > 0).map_or(Self::USUAL, Self::of)
    }

    /// So many seconds.
    pub fn of(seconds: u64) -> Self {
        // Whatever a lease says that somebody else wrote, nobody waits for it longer than an hour.
        Self { lasts: Duration::from_secs(seconds.min(3_600)) }
    }

    /// How often it is renewed: two renewals may fail before it is lost.
    pub fn renew(self) -> Duration {
        self.lasts / 3
    }

    /// When whoever holds it gives it up for lost: before anybody else may take it, so that a step that starts at the
    /// last moment has sent its call.
    pub fn lost(self) -> Duration {
        self.lasts * 11 / 12
    }

    /// How long an answer to a renewal is waited for: not beyond the moment at which the lease is given up for lost, unless
    /// that has passed while the machine slept, after which nothing but an answer tells whose the lease is.
    pub(super) fn patience(self, age: Duration) -> Duration {
        let most = self.renew() / 2;
        let left = self.lost().saturating_sub(age);
        if left.is_zero() { most } else { most.min(left) }
    }

    /// How long what a run that died has asked of AWS may stay out of sight: whoever goes on where AWS stands has to see
    /// it, or makes it a second time.
    pub fn settles(self) -> Duration {
        self.lasts / 4
    }

    /// How often one that is held is looked at by whoever waits for it.
    pub fn look(self) -> Duration {
        (self.lasts / 12).min(Duration::from_secs(2))
    }
}

/// When something happened here. The longer of two measures tells how long ago that is: the steady clock stands still
/// while a machine sleeps (on Linux), the other one may be set back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beat {
    steady: Instant,
    wall: SystemTime,
}

impl Beat {
    pub(super) fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    pub(super) fn age(self) -> Duration {
        self.steady.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_holds_it_gives_up_before_anybody_takes_it() {
        for timing in [Timing::USUAL, Timing::of(3)] {
            assert!(timing.renew() * 2 < timing.lost() && timing.lost() < timing.lasts);
            for age in (0..).map(|steps| timing.renew() + timing.look() * steps) {
                if age >= timing.lost() {
                    break;
                }
                assert!(age + timing.patience(age) <= timing.lost(), "an answer comes too late to count");
            }
            assert!(timing.patience(timing.lasts) > Duration::ZERO);
        }
        assert_eq!(Timing::USUAL.renew(), Duration::from_secs(20));
        assert_eq!(Timing::USUAL.settles(), Duration::from_secs(15));
        assert_eq!(Timing::of(u64::MAX).lasts, Duration::from_hours(1));
    }

    #[test]
    fn a_clock_that_is_set_back_makes_nothing_younger() {
        let steady = Instant::now().checked_sub(Duration::from_secs(5)).unwrap();
        let beat = Beat { steady, wall: SystemTime::now() + Duration::from_hours(1) };
        assert!(beat.age() >= Duration::from_secs(5));
        let slept = Beat { steady: Instant::now(), wall: SystemTime::now() - Duration::from_hours(1) };
        assert!(slept.age() >= Duration::from_mins(59));
    }
}
