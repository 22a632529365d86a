//! What is known of the run, without a clock and without a terminal: events and times in, lines out.

use std::time::Duration;

use super::{applying::Applying, reading::Reading};
use crate::{
    engine::event::Event,
    report::page::{Line, Page},
};

/// The state of a run as its events tell it.
#[derive(Debug)]
pub(super) struct Board {
    phase: Phase,
    /// Whether somebody sees the rows.
    is_live: bool,
    is_verbose: bool,
}

#[derive(Debug)]
enum Phase {
    Idle,
    Reading(Reading),
    Applying(Applying),
}

impl Board {
    pub(super) fn new(is_live: bool, is_verbose: bool) -> Self {
        Self { phase: Phase::Idle, is_live, is_verbose }
    }

    /// Takes an event, and gives what is to be told for good.
    pub(super) fn take(&mut self, event: Event, now: Duration) -> Page {
        let mut page = Page::default();
        match event {
            Event::Reading { batches } => {
                page.append(self.settle(now));
                self.phase = Phase::Reading(Reading::new(batches, now));
            }
            Event::Applying { steps, is_destruction } => {
                page.append(self.settle(now));
                let word = if is_destruction { "Destroying" } else { "Applying" };
                self.phase = Phase::Applying(Applying::new(word, steps, now));
            }
            Event::Read { .. } | Event::Unreadable { .. } => self.read(event),
            // What AWS was asked is for the journal.
            Event::Called { .. } => {}
            Event::Started { .. }
            | Event::Waiting { .. }
            | Event::Again { .. }
            | Event::Done { .. }
            | Event::Failed { .. }
            | Event::Skipped { .. } => page.append(self.step(event, now)),
        }
        page
    }

    fn read(&mut self, event: Event) {
        let Phase::Reading(reading) = &mut self.phase else { return };
        match event {
            Event::Read { place, kind, found } => reading.read(format!("{place}/{kind}"), found),
            Event::Unreadable { place, kind, error: _ } => reading.unreadable(format!("{place}/{kind}")),
            _ => {}
        }
    }

    fn step(&mut self, event: Event, now: Duration) -> Page {
        let mut page = Page::default();
        let Phase::Applying(applying) = &mut self.phase else { return page };
        match event {
            Event::Started { address, verb: _ } => applying.started(address, now),
            Event::Done { address, verb } => page.push(applying.done(&address, verb, now)),
            Event::Failed { address, error } => page.append(applying.failed(&address, &error, now)),
            Event::Waiting { address, why } => {
                let line = applying.waiting(&address, &why, now);
                line.filter(|_| !self.is_live).into_iter().for_each(|line| page.push(line));
            }
            Event::Again { address, error } if self.is_verbose => page.push(applying.again(&address, &error)),
            Event::Skipped { address, because } => {
                let line = applying.skipped(&address, &because);
                Some(line).filter(|_| self.is_verbose).into_iter().for_each(|line| page.push(line));
            }
            _ => {}
        }
        page
    }

    /// Ends the phase.
    pub(super) fn settle(&mut self, now: Duration) -> Page {
        let mut page = Page::default();
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Reading(reading) if reading.has_begun() => page.push(reading.end(now)),
            _ => {}
        }
        page
    }

    /// What is going on right now.
    pub(super) fn rows(&self, now: Duration) -> Vec<Line> {
        match &self.phase {
            Phase::Idle => Vec::new(),
            Phase::Reading(reading) => vec![reading.row(now)],
            Phase::Applying(applying) => applying.rows(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use insta::assert_snapshot;

    use super::*;
    use crate::{
        engine::{event::Verb, graph::Place},
        names::AccountName,
        report::{page::Paper, samples::denied},
    };

    fn deployer() -> Arc<str> {
        "prod/global/iam/role/deployer".into()
    }

    fn dev() -> Arc<str> {
        "management/global/organizations/account/dev".into()
    }

    /// What is to be done: two steps in the management account, and forty in `prod`.
    fn steps() -> Vec<Arc<str>> {
        let prod: Arc<str> = "management/global/organizations/account/prod".into();
        let others = (0..38).map(|number| format!("prod/global/iam/role/{number}").into());
        [dev(), prod, deployer(), "prod/global/iam/policy/a".into()].into_iter().chain(others).collect()
    }

    /// A run, each event so many milliseconds after its beginning.
    fn run() -> Vec<(u64, Event)> {
        let place = || Place { account: AccountName::management(), region: None };
        let started = |address| Event::Started { address, verb: Verb::Create };
        let waiting =
            || Event::Waiting { address: dev(), why: "for the account to become usable".to_owned() };
        vec![
            (0, Event::Reading { batches: 3 }),
            (200, Event::Read { place: place(), kind: "iam/role", found: 4 }),
            (400, Event::Unreadable { place: place(), kind: "iam/policy", error: Arc::new(denied()) }),
            (900, Event::Applying { steps: steps(), is_destruction: false }),
            (900, started(dev())),
            (950, started(deployer())),
            (1000, Event::Again { address: deployer(), error: Arc::new(denied()) }),
            (1100, waiting()),
            (11_500, waiting()),
            (12_000, waiting()),
            (12_100, Event::Failed { address: deployer(), error: Arc::new(denied()) }),
            (12_100, Event::Skipped { address: "prod/global/iam/policy/a".into(), because: deployer() }),
            (31_000, Event::Done { address: dev(), verb: Verb::Create }),
        ]
    }

    fn told(board: &mut Board, until: u64) -> String {
        let mut page = Page::default();
        for (millis, event) in run().into_iter().filter(|(millis, _)| *millis <= until) {
            page.append(board.take(event, Duration::from_millis(millis)));
        }
        page.print(Paper::default())
    }

    fn rows(until: u64) -> String {
        let mut board = Board::new(true, false);
        told(&mut board, until);
        let mut page = Page::default();
        for row in board.rows(Duration::from_millis(until)) {
            page.push(row);
        }
        page.print(Paper { width: Some(72), color: false })
    }

    #[test]
    fn without_a_terminal_there_are_plain_lines() {
        assert_snapshot!(told(&mut Board::new(false, false), u64::MAX), @"
        Read 4 resources in 2 batches, 1 unreadable, 0.9s.
        … management  organizations/account/dev  waiting for the account to become usable, 10s
        x prod        iam/role/deployer  failed after 11s
          error: failed to call ListRoles
            account     staging (210987654321)
            operation   ListRoles
            request id  6ba7b810-9dad
            caused by: AccessDenied: not authorized to perform iam:ListRoles
          hint: `access.role` of `staging` has to allow iam:ListRoles
        + management  organizations/account/dev  30s
        ");
    }

    #[test]
    fn verbose_lines_tell_what_was_sent_again_and_skipped() {
        assert_snapshot!(told(&mut Board::new(true, true), u64::MAX), @"
        Read 4 resources in 2 batches, 1 unreadable, 0.9s.
        ^ prod        iam/role/deployer  sent again: failed to call ListRoles: AccessDenied: not authorized to perform iam:ListRoles
        x prod        iam/role/deployer  failed after 11s
          error: failed to call ListRoles
            account     staging (210987654321)
            operation   ListRoles
            request id  6ba7b810-9dad
            caused by: AccessDenied: not authorized to perform iam:ListRoles
          hint: `access.role` of `staging` has to allow iam:ListRoles
        / prod        iam/policy/a  skipped because of prod/global/iam/role/deployer
        + management  organizations/account/dev  30s
        ");
    }

    #[test]
    fn rows_tell_what_goes_on() {
        assert_snapshot!(rows(400), @"
        ⠼ Reading 2 of 3, 4 resources, 0.4s  management/global/iam/policy
        ");
        assert_snapshot!(rows(11_500), @"
          management   0/2   organizations/account/dev  10s  waiting for the ac…
          prod         0/40  iam/role/deployer  10s
        Applying 0 of 42  10s
        ");
        assert_snapshot!(rows(12_100), @"
          management   0/2   organizations/account/dev  11s  waiting for the ac…
        Applying 1 of 41  1 failed  11s
        ");
    }

    #[test]
    fn what_was_never_to_be_done_is_not_counted_when_it_is_skipped() {
        let (mut board, now) = (Board::new(true, false), Duration::ZERO);
        let skipped = |address: &str| Event::Skipped { address: address.into(), because: deployer() };
        board.take(Event::Applying { steps: steps(), is_destruction: true }, now);
        for address in ["prod/global/iam/role/blocked", "prod/global/iam/role/1"] {
            board.take(skipped(address), now);
        }
        let mut page = Page::default();
        board.rows(now).into_iter().for_each(|row| page.push(row));
        assert_eq!(page.print(Paper::default()), "Destroying 0 of 41  0.0s\n");
    }
}
