//! The lease as it is written.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{run::RunId, timing::Timing};
use crate::{journal::Holder, names::Moment};

/// The form of what is written.
const SCHEMA: &str = "landfall/lease@1";

/// A lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    schema: String,
    /// Who has it, or had it last.
    pub holder: Holder,
    /// Until when, unless it is renewed, by the holder's clock. For people: nobody decides by it.
    pub until: String,
    /// How long it lasts from a renewal on.
    pub seconds: u64,
    /// How often it was renewed; so that no two writings are alike, nor their `ETag`s.
    pub renewed: u64,
    /// Whether it was given back.
    pub free: bool,
    /// Who took it away from its holder.
    pub broken_by: Option<String>,
}

impl Lease {
    /// A lease of this holder's from now on.
    pub fn new(holder: Holder, timing: Timing) -> Self {
        let until = until(timing);
        let seconds = timing.lasts.as_secs();
        Self { schema: SCHEMA.into(), holder, until, seconds, renewed: 0, free: false, broken_by: None }
    }

    /// The same, held on to.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self { until: until(self.timing()), renewed: self.renewed + 1, ..self.clone() }
    }

    /// The same, given back.
    #[must_use]
    pub fn freed(&self) -> Self {
        Self { until: Moment::now().to_string(), renewed: self.renewed + 1, free: true, ..self.clone() }
    }

    /// The same, taken away.
    #[must_use]
    pub fn broken(&self, by: &str) -> Self {
        Self { broken_by: Some(by.to_owned()), ..self.freed() }
    }

    /// How long it lasts.
    pub fn timing(&self) -> Timing {
        Timing::of(self.seconds)
    }

    /// Whose run it is, if its name is one.
    pub fn run(&self) -> Option<RunId> {
        self.holder.run.parse().ok()
    }

    /// For how long its holder had it when this was written, by the holder's own clock.
    pub fn held_for(&self) -> Option<Duration> {
        let (since, until): (Moment, Moment) = (self.holder.since.parse().ok()?, self.until.parse().ok()?);
        Some(until.since(since).saturating_sub(if self.free { Duration::ZERO } else { self.timing().lasts }))
    }

    pub(super) fn to_text(&self) -> String {
        // Text and numbers alone: nothing that could fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// What somebody wrote. What can't be understood is held by somebody for a minute: another version may know more.
    pub(super) fn of(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| {
            let unknown = || "unknown".to_owned();
            let holder = Holder {
                run: unknown(),
                organization: unknown(),
                arn: "somebody who writes leases that this version can't read".to_owned(),
                user: None,
                host: None,
                since: unknown(),
                boot: None,
            };
            Self { until: unknown(), ..Self::new(holder, Timing::USUAL) }
        })
    }
}

fn until(timing: Timing) -> String {
    Moment::now().after(timing.lasts).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder() -> Holder {
        Holder {
            run: "20261129-104142-7f3a".into(),
            organization: "acme".into(),
            arn: "arn:aws:iam::111122223333:user/jane".into(),
            user: Some("jane".into()),
            host: Some("laptop".into()),
            since: "2026-11-29T10:41:42Z".into(),
            boot: None,
        }
    }

    #[test]
    fn is_read_as_it_is_written_and_never_written_twice_alike() {
        let lease = Lease::new(holder(), Timing::USUAL);
        for lease in [lease.clone(), lease.renewed(), lease.freed(), lease.broken("joe")] {
            assert_eq!(Lease::of(&lease.to_text()), lease);
        }
        let frozen = |lease: Lease| Lease { until: String::new(), ..lease }.to_text();
        assert_ne!(frozen(lease.clone()), frozen(lease.renewed()));
        assert!(!lease.renewed().free && lease.freed().free);
        assert_eq!(lease.broken("joe").broken_by.as_deref(), Some("joe"));
    }

    #[test]
    fn what_can_not_be_read_is_held() {
        let lease = Lease::of("<xml/>");
        assert!(!lease.free && lease.run().is_some_and(|run| run.as_str() == "unknown"));
        assert_eq!(lease.timing(), Timing::USUAL);
    }
}
