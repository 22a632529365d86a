use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime},
};

use aws_smithy_types::{DateTime, date_time::Format};

use super::Invalid;

/// A point in time, to the millisecond, in UTC: `2026-11-29T10:41:42.123Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(SystemTime);

impl Moment {
    /// Now, by this machine's clock.
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// So much later.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        (self.0 + time).into()
    }

    /// How much later this is than another; nothing if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.duration_since(earlier.0).unwrap_or_default()
    }

    /// As people read it: `2026-11-29 10:41:42 UTC`.
    pub fn clock(self) -> String {
        let (date, time) = self.halves();
        format!("{date} {} UTC", time.get(..8).unwrap_or(&time))
    }

    /// As names of files hold it: `20261129-104142`.
    pub fn compact(self) -> String {
        let (date, time) = self.halves();
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        format!("{}-{}", digits(&date), digits(time.get(..8).unwrap_or(&time)))
    }

    fn halves(self) -> (String, String) {
        let text = self.to_string();
        text.split_once('T').map_or((text.clone(), String::new()), |(date, time)| (date.into(), time.into()))
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        let beyond = DateTime::from(time).subsec_nanos() % 1_000_000;
        Self(time.checked_sub(Duration::from_nanos(beyond.into())).unwrap_or(time))
    }
}

impl FromStr for Moment {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let time = DateTime::from_str(text, Format::DateTime).ok().and_then(|time| time.try_into().ok());
        time.map(|time: SystemTime| time.into())
            .ok_or_else(|| Invalid::new("a time is written as 2026-11-29T10:41:42Z"))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = DateTime::from(self.0);
        let text = time.fmt(Format::DateTime).unwrap_or_else(|_| time.secs().to_string());
        f.pad(&text)
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_is_written() {
        let text = "2026-11-29T10:41:42.123Z";
        let moment: Moment = text.parse().unwrap();
        assert_eq!(moment.to_string(), text);
        assert_eq!((&*moment.clock(), &*moment.compact()), ("2026-11-29 10:41:42 UTC", "20261129-104142"));
        let later = moment.after(Duration::from_millis(877));
        assert_eq!(later.to_string(), "2026-11-29T10:41:43Z");
        assert_eq!((later.since(moment).as_millis(), moment.since(later).as_millis()), (877, 0));
        assert!("yesterday".parse::<Moment>().is_err());
    }

    #[test]
    fn now_has_whole_milliseconds() {
        let now = Moment::now();
        assert_eq!(now.to_string().parse::<Moment>().unwrap(), now);
    }
}
