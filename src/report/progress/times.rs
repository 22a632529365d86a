//! How long each step took.

use std::{cmp::Reverse, collections::HashMap, sync::Arc, time::Duration};

use crate::engine::event::Event;

/// How long each step took that was begun and ended, the longest first.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<(Arc<str>, Duration)>);

impl Times {
    /// Each step and its time, the longest first.
    pub(in crate::report) fn steps(&self) -> &[(Arc<str>, Duration)] {
        &self.0
    }
}

impl FromIterator<(Arc<str>, Duration)> for Times {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Duration)>>(times: I) -> Self {
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort_by(|(one, first), (other, second)| (Reverse(first), one).cmp(&(Reverse(second), other)));
        Self(times)
    }
}

/// Takes the time of steps.
#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    begun: HashMap<Arc<str>, Duration>,
    ended: Vec<(Arc<str>, Duration)>,
}

impl Stopwatch {
    pub(super) fn take(&mut self, event: &Event, now: Duration) {
        match event {
            Event::Started { address, verb: _ } => drop(self.begun.insert(Arc::clone(address), now)),
            Event::Done { address, .. } | Event::Failed { address, .. } => {
                let begun = self.begun.remove(address);
                self.ended.extend(begun.map(|begun| (Arc::clone(address), now.saturating_sub(begun))));
            }
            _ => {}
        }
    }

    pub(super) fn times(self) -> Times {
        self.ended.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{engine::event::Verb, report::samples::denied};

    #[test]
    fn steps_that_ended_are_told_the_longest_first() {
        let mut watch = Stopwatch::default();
        let started = |address: &str| Event::Started { address: address.into(), verb: Verb::Create };
        let run = [
            (100, started("quick")),
            (100, started("slow")),
            (150, started("never ends")),
            (300, Event::Done { address: "quick".into(), verb: Verb::Create }),
            (900, Event::Failed { address: "slow".into(), error: Arc::new(denied()) }),
        ];
        for (millis, event) in run {
            watch.take(&event, Duration::from_millis(millis));
        }
        let times = watch.times();
        let told: Vec<_> =
            times.steps().iter().map(|(address, time)| (&**address, time.as_millis())).collect();
        assert_eq!(told, [("slow", 800), ("quick", 200)]);
    }
}
