use std::{
    fmt,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    str::FromStr,
};

use crate::names::{Invalid, Moment};

/// What a run is called: when it began and a few random digits, so that names sort by time and two that began together
/// differ. `20261129-104142-7f3a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

impl RunId {
    /// The name of a run that begins now.
    pub fn new(now: Moment) -> Self {
        // The keys of a hash map are random, which is all that is needed here.
        let random = RandomState::new().build_hasher().finish() & 0xffff;
        Self(format!("{}-{random:04x}", now.compact()))
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names come back from files and buckets that anybody may have written to, and name files themselves.
impl FromStr for RunId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let allowed = |c: u8| c.is_ascii_digit() || c.is_ascii_lowercase() || c == b'-';
        let fits = (1..=40).contains(&text.len()) && text.bytes().all(allowed);
        fits.then(|| Self(text.to_owned()))
            .ok_or_else(|| Invalid::new("a run is called like 20261129-104142-7f3a"))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_time_and_are_no_paths() {
        let early: Moment = "2026-11-29T10:41:42Z".parse().unwrap();
        let late: Moment = "2026-11-29T10:41:43Z".parse().unwrap();
        let (first, second) = (RunId::new(early), RunId::new(late));
        assert!(first < second && first.as_str().starts_with("20261129-104142-"), "{first} {second}");
        assert_eq!(first.as_str().parse(), Ok(first.clone()));
        for bad in ["", "../x", "a/b", "A", &"x".repeat(41)] {
            assert!(bad.parse::<RunId>().is_err(), "{bad}");
        }
    }
}
