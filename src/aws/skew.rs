use std::{
    fmt,
    time::{Duration, SystemTime},
};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::{DateTime, date_time::Format};

use crate::names::took;

/// So far a clock may be off: AWS takes calls that are off by five minutes at most.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html>
const OFF: Duration = Duration::from_mins(2);

/// How far this machine's clock is off AWS's: `6m 40s behind AWS's`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// By how much.
    pub off: Duration,
    is_ahead: bool,
}

impl Skew {
    /// What two clocks that were looked at together say.
    pub fn of(there: SystemTime, here: SystemTime) -> Self {
        match there.duration_since(here) {
            Ok(off) => Self { off, is_ahead: false },
            Err(ahead) => Self { off: ahead.duration(), is_ahead: true },
        }
    }

    /// What an answer that has just come says; nothing where it does not tell the time.
    pub(super) fn told(answer: &HttpResponse) -> Option<Self> {
        Some(Self::of(time(answer)?, SystemTime::now()))
    }

    /// Whether it is so much that AWS takes, or soon will take, no calls.
    pub fn matters(self) -> bool {
        self.off >= OFF
    }
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.is_ahead { "ahead of" } else { "behind" };
        write!(f, "{} {side} AWS's", took(self.off))
    }
}

/// What time it was for whoever answered.
pub(super) fn time(answer: &HttpResponse) -> Option<SystemTime> {
    let date = answer.headers().get("date")?;
    DateTime::from_str(date, Format::HttpDate).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn an_answer_tells_how_far_the_clock_is_off() {
        let answer = |date: &str| {
            let mut answer = HttpResponse::new(403.try_into().unwrap(), SdkBody::empty());
            answer.headers_mut().insert("date", date.to_owned());
            answer
        };
        let dated = |time: SystemTime| answer(&DateTime::from(time).fmt(Format::HttpDate).unwrap());
        let now = SystemTime::now();
        let ahead = Skew::told(&dated(now - Duration::from_secs(1000))).unwrap();
        // The answer's time is a whole second.
        assert!(ahead.matters() && ahead.to_string().starts_with("16m 4"), "{ahead}");
        assert!(ahead.to_string().ends_with("s ahead of AWS's"), "{ahead}");
        let behind = Skew::told(&dated(now + Duration::from_hours(2))).unwrap();
        assert!(behind.matters() && behind.to_string().ends_with("m behind AWS's"), "{behind}");
        assert!(!Skew::told(&dated(now)).unwrap().matters());
        assert_eq!(Skew::told(&answer("no date")), None);
    }
}
