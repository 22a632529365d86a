//! Who holds the lease.

use std::time::Duration;

use super::{
    page::{Line, Page},
    style::Label,
    words::took,
};
use crate::{journal::Holder, names::Moment};

/// A lease that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Who holds it.
    pub holder: Holder,
    /// How long ago it was renewed, by AWS's clocks.
    pub renewed: Option<Duration>,
    /// How long it lasts from a renewal on.
    pub lasts: Duration,
}

impl Lock {
    /// How much longer it lasts if it is not renewed.
    pub(super) fn left(&self) -> Option<Duration> {
        self.renewed.map(|renewed| self.lasts.saturating_sub(renewed))
    }
}

/// A lock as prose.
pub(super) fn page(lock: &Lock) -> Page {
    let Lock { holder, renewed, lasts: _ } = lock;
    let Holder { run, organization, arn, user, host, since, boot: _ } = holder;
    let mut page = Page::default();
    page.push(Line::at(0).say(Label::Heading, format!("Run {run} holds the lease")));
    let mut fact = |label: &str, text: &str| {
        page.push(Line::at(2).say(Label::Aside, format!("{label:14}")).plain(text).hang(16));
    };
    fact("landing zone", organization);
    fact("caller", arn);
    let names: Vec<_> = [user.as_deref(), host.as_deref()].into_iter().flatten().collect();
    if !names.is_empty() {
        fact("by", &names.join(" on "));
    }
    fact("since", &since.parse().map_or_else(|_| since.clone(), Moment::clock));
    if let (Some(renewed), Some(left)) = (renewed, lock.left()) {
        let ago = format!("{} ago", took(*renewed));
        let lapses = match left {
            Duration::ZERO => "; it has lapsed, and whoever applies next takes it".to_owned(),
            left => format!("; it lapses in {} unless it is renewed", took(left)),
        };
        fact("renewed", &(ago + &lapses));
    }
    page
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::page::Paper;

    fn lock(renewed: Option<Duration>) -> Lock {
        let holder = Holder {
            run: "20261129-104142-7f3a".into(),
            organization: "acme".into(),
            arn: "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jane@acme.example".into(),
            user: Some("jane".into()),
            host: Some("laptop".into()),
            since: "2026-11-29T10:41:42.123Z".into(),
            boot: None,
        };
        Lock { holder, renewed, lasts: Duration::from_mins(1) }
    }

    fn printed(renewed: Option<Duration>) -> String {
        page(&lock(renewed)).print(Paper { width: Some(80), color: false })
    }

    #[test]
    fn a_holder_is_shown_with_what_the_lease_does_next() {
        assert_snapshot!(printed(Some(Duration::from_secs(12))), @r"
        Run 20261129-104142-7f3a holds the lease
          landing zone  acme
          caller        arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jane@acme.example
          by            jane on laptop
          since         2026-11-29 10:41:42 UTC
          renewed       12s ago; it lapses in 48s unless it is renewed
        ");
        assert_snapshot!(printed(Some(Duration::from_mins(5))), @r"
        Run 20261129-104142-7f3a holds the lease
          landing zone  acme
          caller        arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jane@acme.example
          by            jane on laptop
          since         2026-11-29 10:41:42 UTC
          renewed       5m 00s ago; it has lapsed, and whoever applies next takes it
        ");
        assert!(!printed(None).contains("renewed"));
    }
}
