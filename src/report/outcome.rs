//! What an apply came to, or a destroy.

use std::{collections::BTreeMap, time::Duration};

use super::{
    outlook::{self, Outlook},
    page::{Line, Page},
    progress::Times,
    style::Label,
    trouble,
    words::{count, number, plural, took},
};
use crate::engine::{
    apply::Outcome,
    error::{Class, Error},
    event::Verb,
    plan::{Action, Plan},
};

/// So many addresses of one cause are told before the rest is only counted.
const SKIPPED: usize = 8;

/// An apply that ended, or a destroy.
#[derive(Clone, Copy, Debug)]
pub struct Applied<'a> {
    /// What was to be done.
    pub plan: &'a Plan,
    /// What it came to.
    pub outcome: &'a Outcome,
    /// What was thought that it takes.
    pub outlook: &'a Outlook,
    /// From the first step to the last.
    pub elapsed: Duration,
    /// All calls, those that read before it included.
    pub calls: u64,
    /// How long each step took, the longest first.
    pub times: &'a Times,
}

/// An outcome as prose.
pub(super) fn page(applied: &Applied<'_>) -> Page {
    let Applied { plan, outcome, outlook, elapsed, calls: _, times } = *applied;
    let Outcome { done: _, failed, skipped, interrupted } = outcome;
    let mut page = Page::default();
    for (address, error) in failed.iter().filter(|(_, error)| !is_left(error)) {
        let title = if page.is_empty() { "failed" } else { "" };
        section(&mut page, title);
        page.push(Line::at(2).say(Label::Error, "x").plain(" ").plain(address));
        page.push(Line::at(6).plain(trouble::in_short(error)).hang(8));
    }
    left(&mut page, outcome);
    causes(&mut page, skipped);
    let is_long = elapsed >= LONG;
    if is_long {
        slowest(&mut page, times);
    }
    page.gap();
    let sentence = sentence(applied) + &outlook::estimated(outlook) + ".";
    page.push(Line::at(0).say(label(outcome), sentence).hang(2));
    if *interrupted > 0 {
        let told = format!("{} not started, because the run was interrupted.", plural(*interrupted, "step"));
        page.push(Line::at(0).plain(told));
    }
    let is_built = is_long && !plan.is_destruction;
    if let Some(hint) = next(plan, outcome).or(is_built.then_some(AFTER)) {
        page.push(Line::at(0).say(Label::Hint, "hint:").plain(" ").plain(hint).hang(6));
    }
    page
}

/// What to do once all is done.
const AFTER: &str = "`landfall drift` tells from now on whether anything moves: let it run every hour";

/// A run that takes longer is one that people come back to: it says what took long, and how to go on.
const LONG: Duration = Duration::from_secs(30);
/// So many of the slowest steps are told.
const SLOWEST: usize = 5;

/// The steps that took longest.
fn slowest(page: &mut Page, times: &Times) {
    let rows: Vec<_> =
        times.steps().iter().take(SLOWEST).map(|(address, time)| (took(*time), address)).collect();
    if rows.is_empty() {
        return;
    }
    section(page, "slowest");
    let wide = rows.iter().map(|(time, _)| time.len()).max().unwrap_or_default();
    for (time, address) in rows {
        page.push(Line::at(2).say(Label::Aside, format!("{time:>wide$}")).plain("  ").plain(address));
    }
}

/// Whether a step was given up while AWS was still at work on it.
fn is_left(error: &Error) -> bool {
    error.class == Class::Interrupted
}

/// What was given up: one reason for all.
fn left(page: &mut Page, outcome: &Outcome) {
    let mut left = outcome.failed.iter().filter(|(_, error)| is_left(error)).peekable();
    if left.peek().is_some() {
        section(page, "left while AWS was still at work");
    }
    left.for_each(|(address, _)| page.push(Line::at(2).say(Label::Pending, "…").plain(" ").plain(address)));
}

fn section(page: &mut Page, title: &str) {
    if !title.is_empty() {
        page.gap();
        page.push(Line::at(0).say(Label::Heading, title));
    }
}

/// What was skipped, by root cause.
fn causes(page: &mut Page, skipped: &[(std::sync::Arc<str>, std::sync::Arc<str>)]) {
    let mut causes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (address, because) in skipped {
        causes.entry(because).or_default().push(address);
    }
    if !causes.is_empty() {
        section(page, "skipped");
    }
    for (because, addresses) in causes {
        let others: Vec<_> = addresses.iter().copied().filter(|address| *address != because).collect();
        if others.len() < addresses.len() {
            page.push(Line::at(2).plain(because));
        }
        if others.is_empty() {
            continue;
        }
        page.push(Line::at(2).say(Label::Aside, "because of").plain(" ").plain(because).plain(":"));
        others.iter().take(SKIPPED).for_each(|address| page.push(Line::at(6).plain(address)));
        if others.len() > SKIPPED {
            page.push(Line::at(6).say(Label::Aside, format!("and {} more", others.len() - SKIPPED)));
        }
    }
}

fn label(outcome: &Outcome) -> Label {
    let Outcome { done: _, failed, skipped, interrupted } = outcome;
    match (failed.is_empty(), skipped.is_empty() && *interrupted == 0) {
        (true, true) => Label::Success,
        (true, false) => Label::Warning,
        (false, _) => Label::Error,
    }
}

/// `Applied: 40 created, 3 changed, 1 failed in 1m 12s, 214 calls`, or `Destroyed: …`
fn sentence(applied: &Applied<'_>) -> String {
    let Applied { plan, outcome, elapsed, calls, .. } = *applied;
    let Outcome { done, .. } = outcome;
    let left = outcome.failed.iter().filter(|(_, error)| is_left(error)).count();
    let of = |verb: Verb| done.iter().filter(|(_, done)| *done == verb).count();
    let counts = [
        (of(Verb::Create), "created"),
        (of(Verb::Update), "changed"),
        (of(Verb::Adopt), "adopted"),
        (of(Verb::Remove), "removed"),
        (of(Verb::Delete), "deleted"),
        (of(Verb::Wait), "waited for"),
        (outcome.failed.len() - left, "failed"),
        (left, "left"),
        (outcome.skipped.len(), "skipped"),
    ];
    let told = counts.iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<_> = told.map(|(count, what)| format!("{} {what}", number(*count))).collect();
    if parts.is_empty() {
        parts.push(if outcome.interrupted > 0 { "nothing" } else { "nothing to do" }.to_owned());
    }
    let what = if plan.is_destruction { "Destroyed" } else { "Applied" };
    format!("{what}: {} in {}, {}", parts.join(", "), took(elapsed), plural(count(calls), "call"))
}

/// What to do next.
fn next(plan: &Plan, outcome: &Outcome) -> Option<&'static str> {
    let Outcome { done: _, failed, skipped, interrupted } = outcome;
    let has_failed = failed.iter().any(|(_, error)| !is_left(error));
    let has_more = *interrupted > 0 || !failed.is_empty();
    match (plan.is_destruction, has_failed, has_more) {
        (false, true, _) => {
            return Some("put right what failed, then apply again: it goes on from where AWS stands");
        }
        (false, false, true) => return Some("apply again: it goes on from where AWS stands"),
        // An apply would make again what is gone already.
        (true, true, _) => {
            return Some("put right what failed, then destroy again: it goes on from where AWS stands");
        }
        (true, false, true) => return Some("destroy again: it goes on from where AWS stands"),
        (_, false, false) => {}
    }
    if skipped.is_empty() {
        return None;
    }
    if plan.is_destruction {
        return Some("`destroy --dry-run` shows what can't be read and holds back the skipped steps");
    }
    let adopts = plan.steps.iter().any(|step| {
        matches!(step.action, Action::Adopt) && skipped.iter().any(|(address, _)| *address == step.address)
    });
    Some(if adopts {
        "`apply --adopt` takes over what exists without our tags"
    } else {
        "`plan` shows what holds back the skipped steps, and what to do"
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::{
        page::Paper,
        samples::{denied, estimate, first, later, near},
    };

    fn told(plan: &Plan, outcome: &Outcome) -> String {
        let (outlook, times) = (Outlook::default(), Times::default());
        let elapsed = Duration::from_millis(7200);
        page(&Applied { plan, outcome, outlook: &outlook, elapsed, calls: 1214, times: &times })
            .print(Paper::default())
    }

    #[test]
    fn a_long_run_tells_what_was_slow_and_what_was_thought() {
        let outcome = Outcome { done: vec![("a".into(), Verb::Create)], ..Outcome::default() };
        let outlook = Outlook { estimate: Some(estimate()), quotas: near() };
        let step = |number: u64| (format!("step/{number}").into(), Duration::from_secs(100 / number));
        let times: Times = (1..=7).map(step).collect();
        let (plan, _) = first();
        let applied = Applied {
            plan: &plan,
            outcome: &outcome,
            outlook: &outlook,
            elapsed: Duration::from_secs(72),
            calls: 1214,
            times: &times,
        };
        assert_snapshot!(page(&applied).print(Paper::default()), @"
        slowest
          1m 40s  step/1
             50s  step/2
             33s  step/3
             25s  step/4
             20s  step/5

        Applied: 1 created in 1m 12s, 1,214 calls (estimated: 17 min, 2,153 calls).
        hint: `landfall drift` tells from now on whether anything moves: let it run every hour
        ");
    }

    #[test]
    fn what_is_done_takes_one_line() {
        let done = [("a", Verb::Create), ("b", Verb::Create), ("c", Verb::Update)];
        let done = done.map(|(address, verb)| (address.into(), verb)).into();
        let outcome = Outcome { done, ..Outcome::default() };
        assert_eq!(told(&first().0, &outcome), "Applied: 2 created, 1 changed in 7.2s, 1,214 calls.\n");
    }

    #[test]
    fn what_was_left_has_one_reason() {
        let left = || std::sync::Arc::new(Error::new(Class::Interrupted, "the run was interrupted"));
        let failed = ["a", "b"].map(|address| (address.into(), left())).into();
        let outcome = Outcome { failed, interrupted: 1, ..Outcome::default() };
        assert_snapshot!(told(&first().0, &outcome), @"
        left while AWS was still at work
          … a
          … b

        Applied: 2 left in 7.2s, 1,214 calls.
        1 step not started, because the run was interrupted.
        hint: apply again: it goes on from where AWS stands
        ");
    }

    #[test]
    fn a_destroy_speaks_of_what_it_took_away_and_never_of_an_apply() {
        let plan = Plan { is_destruction: true, ..first().0 };
        let done = vec![("a".into(), Verb::Delete), ("b".into(), Verb::Remove)];
        let whole = Outcome { done: done.clone(), ..Outcome::default() };
        assert_eq!(told(&plan, &whole), "Destroyed: 1 removed, 1 deleted in 7.2s, 1,214 calls.\n");
        assert_eq!(told(&plan, &Outcome::default()), "Destroyed: nothing to do in 7.2s, 1,214 calls.\n");
        let failed = vec![("c".into(), std::sync::Arc::new(denied()))];
        let stopped = Outcome { done: done.clone(), interrupted: 1, ..Outcome::default() };
        let skipped = Outcome { done, skipped: vec![("c".into(), "d".into())], ..Outcome::default() };
        let ends = [Outcome { failed, ..Outcome::default() }, stopped, skipped];
        let hints = ends.map(|outcome| told(&plan, &outcome).lines().last().map(str::to_owned));
        assert_snapshot!(hints.map(Option::unwrap).join("\n"), @"
        hint: put right what failed, then destroy again: it goes on from where AWS stands
        hint: destroy again: it goes on from where AWS stands
        hint: `destroy --dry-run` shows what can't be read and holds back the skipped steps
        ");
    }

    #[test]
    fn failures_name_what_they_held_back() {
        let cause = || "prod/global/iam/role/deployer".into();
        let skipped = |name: &str| (format!("prod/global/iam/policy/{name}").into(), cause());
        let outcome = Outcome {
            done: vec![("a".into(), Verb::Create)],
            failed: vec![(cause(), std::sync::Arc::new(denied()))],
            skipped: ('a'..='k').map(|name| skipped(&name.to_string())).collect(),
            interrupted: 4,
        };
        assert_snapshot!(told(&first().0, &outcome), @"
        failed
          x prod/global/iam/role/deployer
              failed to call ListRoles: AccessDenied: not authorized to perform iam:ListRoles

        skipped
          because of prod/global/iam/role/deployer:
              prod/global/iam/policy/a
              prod/global/iam/policy/b
              prod/global/iam/policy/c
              prod/global/iam/policy/d
              prod/global/iam/policy/e
              prod/global/iam/policy/f
              prod/global/iam/policy/g
              prod/global/iam/policy/h
              and 3 more

        Applied: 1 created, 1 failed, 11 skipped in 7.2s, 1,214 calls.
        4 steps not started, because the run was interrupted.
        hint: put right what failed, then apply again: it goes on from where AWS stands
        ");
    }

    #[test]
    fn what_was_not_adopted_says_how() {
        let reader = "prod/global/iam/role/reader";
        let outcome = Outcome { skipped: vec![(reader.into(), reader.into())], ..Outcome::default() };
        assert_snapshot!(told(&later().0, &outcome), @"
        skipped
          prod/global/iam/role/reader

        Applied: 1 skipped in 7.2s, 1,214 calls.
        hint: `apply --adopt` takes over what exists without our tags
        ");
    }
}
