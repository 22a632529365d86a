use std::fmt;

use crate::names::{Located, LogPattern, Origin, Period};

/// What becomes of log groups.
#[derive(Clone, Debug)]
pub struct Logs {
    /// Which log groups of all accounts are forwarded to the archive, besides those that the landing zone makes itself.
    pub forward: Vec<Located<LogPattern>>,
    /// Where it is said that services may deliver their logs into log groups of all accounts.
    pub delivery: Option<Origin>,
    /// How long the landing zone's own log groups keep events, unless said where they are asked for.
    pub retention: Option<Located<Retention>>,
    /// The table.
    pub origin: Origin,
}

/// How long CloudWatch Logs keeps events: one of a few numbers of days.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>, read 2026-11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Retention(u16);

impl Retention {
    /// One year.
    pub const YEAR: Self = Self(365);

    /// The numbers of days that there are.
    const DAYS: [u16; 22] = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
        3653,
    ];

    /// Its length in days.
    pub const fn days(self) -> u16 {
        self.0
    }

    /// The retention of exactly this length, if there is one.
    pub fn exactly(period: Period) -> Option<Self> {
        let days = period.as_days()?;
        Self::DAYS.into_iter().find(|allowed| u64::from(*allowed) == days).map(Self)
    }

    /// The retentions next to a length that is none: the next shorter and the next longer one.
    pub fn around(period: Period) -> [Option<Self>; 2] {
        let longer = |days: &u16| Period::days(u64::from(*days)) > period;
        let shorter = Self::DAYS.into_iter().rev().find(|days| !longer(days));
        [shorter, Self::DAYS.into_iter().find(longer)].map(|days| days.map(Self))
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_only_some_and_the_nearest_are_known() {
        let period = |text: &str| text.parse::<Period>().expect("a period");
        assert_eq!(Retention::exactly(period("1y")), Some(Retention::YEAR));
        assert_eq!(Retention::exactly(period("36h")), None);
        assert_eq!(Retention::exactly(period("2y")), None);
        let around = |text| Retention::around(period(text)).map(|found| found.map(Retention::days));
        assert_eq!(around("2y"), [Some(545), Some(731)]);
        assert_eq!(around("1h"), [None, Some(1)]);
        assert_eq!(around("20y"), [Some(3653), None]);
    }
}
