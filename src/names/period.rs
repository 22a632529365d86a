use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// A length of time as the TOML writes it: `90s`, `30m`, `1h`, `365d`, `2w`, `7y`. A year is 365 days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    seconds: u64,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
const YEAR: u64 = 365 * DAY;

impl Period {
    /// So many hours.
    pub const fn hours(hours: u64) -> Self {
        Self { seconds: hours * HOUR }
    }

    /// So many days.
    pub const fn days(days: u64) -> Self {
        Self { seconds: days * DAY }
    }

    /// Its length in seconds.
    pub const fn as_seconds(self) -> u64 {
        self.seconds
    }

    /// Its length in days, if it is whole days.
    pub const fn as_days(self) -> Option<u64> {
        if self.seconds.is_multiple_of(DAY) { Some(self.seconds / DAY) } else { None }
    }
}

impl FromStr for Period {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        let seconds = match unit {
            "s" => 1,
            "m" => MINUTE,
            "h" => HOUR,
            "d" => DAY,
            "w" => WEEK,
            "y" => YEAR,
            _ => return Err(malformed()),
        };
        let count: u64 = count.parse().map_err(|_| malformed())?;
        let seconds = count.checked_mul(seconds).filter(|total| (1..=1000 * YEAR).contains(total));
        seconds.map(|seconds| Self { seconds }).ok_or_else(malformed)
    }
}

fn malformed() -> Invalid {
    Invalid::new("a period is a whole number and a unit").help("write it like `1h`, `365d` or `7y`")
}

impl fmt::Display for Period {
    /// The largest unit that divides it evenly; years only from the second, so that `365d` stays `365d`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(YEAR, 2, 'y'), (DAY, 1, 'd'), (HOUR, 1, 'h'), (MINUTE, 1, 'm')];
        let fits = |&&(length, least, _): &&(u64, u64, char)| {
            self.seconds.is_multiple_of(length) && self.seconds / length >= least
        };
        let (length, _, unit) = units.iter().find(fits).unwrap_or(&(1, 1, 's'));
        write!(f, "{}{unit}", self.seconds / length)
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_itself() {
        for text in ["90s", "30m", "1h", "12h", "365d", "7y"] {
            assert_eq!(text.parse::<Period>().expect("a period").to_string(), text);
        }
        assert_eq!("2w".parse(), Ok(Period::days(14)));
        assert_eq!(Period::days(90).as_days(), Some(90));
        assert_eq!(Period::hours(1).as_days(), None);
    }

    #[test]
    fn refuses_what_is_not_a_period() {
        for bad in ["", "1", "h", "0h", "-1h", "1.5h", "1 h", "1H", "99999999999999999999y", "9999999999999y"]
        {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }
}
