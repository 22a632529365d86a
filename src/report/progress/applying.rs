use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use crate::{
    engine::{
        error::{Class, Error},
        event::Verb,
    },
    report::{
        page::{Line, Page, width},
        style::Label,
        trouble,
        words::{account_of, number, plural, took, within},
    },
};

/// So many accounts are shown at once.
const ROWS: usize = 8;
/// Without a terminal, a step that takes longer than this says so once.
const LONG: Duration = Duration::from_secs(10);

/// The steps of an apply, or of a destroy.
#[derive(Debug)]
pub(super) struct Applying {
    /// What is being done.
    word: &'static str,
    since: Duration,
    /// What is to be done and was not skipped.
    ahead: HashSet<Arc<str>>,
    accounts: BTreeMap<String, Account>,
    /// How wide the column of accounts is.
    column: usize,
    told: HashSet<Arc<str>>,
}

#[derive(Debug, Default)]
struct Account {
    total: usize,
    done: usize,
    failed: usize,
    flying: BTreeMap<Arc<str>, Flight>,
}

#[derive(Debug)]
struct Flight {
    since: Duration,
    why: Option<String>,
}

impl Applying {
    pub(super) fn new(word: &'static str, steps: Vec<Arc<str>>, now: Duration) -> Self {
        let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
        for address in &steps {
            accounts.entry(account_of(address).to_owned()).or_default().total += 1;
        }
        let column = accounts.keys().map(|name| width(name)).max().unwrap_or_default();
        Self { word, since: now, ahead: steps.into_iter().collect(), accounts, column, told: HashSet::new() }
    }

    fn account(&mut self, address: &str) -> &mut Account {
        self.accounts.entry(account_of(address).to_owned()).or_default()
    }

    pub(super) fn started(&mut self, address: Arc<str>, now: Duration) {
        self.account(&address).flying.insert(address, Flight { since: now, why: None });
    }

    /// A step waits for AWS; where nobody sees the rows, a line says so if it takes long.
    pub(super) fn waiting(&mut self, address: &Arc<str>, why: &str, now: Duration) -> Option<Line> {
        let flight = self.account(address).flying.get_mut(address)?;
        let time = now.saturating_sub(flight.since);
        flight.why = Some(why.to_owned());
        let is_news = time >= LONG && self.told.insert(Arc::clone(address));
        let line = self.named((Label::Pending, "…"), address);
        is_news.then(|| line.say(Label::Aside, format!("  waiting {why}, {}", took(time))))
    }

    pub(super) fn done(&mut self, address: &str, verb: Verb, now: Duration) -> Line {
        let account = self.account(address);
        account.done += 1;
        let time = account.flying.remove(address).map(|flight| took(now.saturating_sub(flight.since)));
        self.named(sign(verb), address).say(Label::Aside, format!("  {}", time.unwrap_or_default()))
    }

    pub(super) fn failed(&mut self, address: &str, error: &Error, now: Duration) -> Page {
        let account = self.account(address);
        account.failed += 1;
        let time = account.flying.remove(address).map(|flight| took(now.saturating_sub(flight.since)));
        let mut page = Page::default();
        if error.class == Class::Interrupted {
            // Whoever interrupts a second time leaves many at once, all for the same reason.
            let line = self.named((Label::Pending, "…"), address);
            let after = format!("  left to AWS after {}", time.unwrap_or_default());
            page.push(line.say(Label::Aside, after));
            return page;
        }
        let line = self.named((Label::Error, "x"), address);
        page.push(
            line.say(Label::Error, "  failed")
                .say(Label::Aside, format!(" after {}", time.unwrap_or_default())),
        );
        let mut block = trouble::page(error);
        block.indent(2);
        page.append(block);
        page
    }

    pub(super) fn skipped(&mut self, address: &str, because: &str) -> Line {
        // What was held back from the start was never counted.
        if self.ahead.remove(address) {
            let account = self.account(address);
            account.total = account.total.saturating_sub(1);
        }
        self.named((Label::Aside, "/"), address).say(Label::Aside, format!("  skipped because of {because}"))
    }

    pub(super) fn again(&self, address: &str, error: &Error) -> Line {
        self.named((Label::Warning, "^"), address)
            .say(Label::Aside, format!("  sent again: {}", trouble::in_short(error)))
    }

    fn named(&self, (label, sign): (Label, &str), address: &str) -> Line {
        let account = account_of(address);
        let pad = " ".repeat(self.column.saturating_sub(width(account)) + 2);
        Line::at(0)
            .say(label, sign)
            .plain(" ")
            .say(Label::Heading, account)
            .plain(pad)
            .plain(within(address, account))
    }

    /// One row for each account at work, then one for all.
    pub(super) fn rows(&self, now: Duration) -> Vec<Line> {
        let busy: Vec<_> = self.accounts.iter().filter(|(_, account)| !account.flying.is_empty()).collect();
        let mut rows: Vec<_> =
            busy.iter().take(ROWS).map(|(name, account)| self.row(name, account, now)).collect();
        if busy.len() > ROWS {
            let more = plural(busy.len() - ROWS, "more account");
            rows.push(Line::at(2).say(Label::Aside, format!("and {more}")));
        }
        rows.push(self.total(now));
        rows
    }

    fn row(&self, name: &str, account: &Account, now: Duration) -> Line {
        let Account { total, done, failed, flying } = account;
        let pad = " ".repeat(self.column.saturating_sub(width(name)) + 2);
        let line = Line::at(2)
            .say(Label::Heading, name)
            .plain(pad)
            .plain(format!("{:>2}/{total:<2}", done + failed));
        let line = failures(line, *failed);
        let Some((address, flight)) = flying.iter().min_by_key(|(_, flight)| flight.since) else {
            return line.cut();
        };
        let line = line.plain("  ").plain(within(address, name));
        let time = took(now.saturating_sub(flight.since));
        let line = line.say(Label::Aside, format!("  {time}"));
        match &flight.why {
            Some(why) => line.say(Label::Aside, format!("  waiting {why}")).cut(),
            None => line.cut(),
        }
    }

    fn total(&self, now: Duration) -> Line {
        let sum = |count: fn(&Account) -> usize| self.accounts.values().map(count).sum::<usize>();
        let (total, failed) = (sum(|account| account.total), sum(|account| account.failed));
        let ended = sum(|account| account.done) + failed;
        let line = Line::at(0).plain(format!("{} {} of {}", self.word, number(ended), number(total)));
        failures(line, failed).say(Label::Aside, format!("  {}", took(now.saturating_sub(self.since)))).cut()
    }
}

fn failures(line: Line, failed: usize) -> Line {
    if failed > 0 { line.say(Label::Error, format!("  {failed} failed")) } else { line }
}

/// The sign of what is done, and what it means.
pub(in crate::report) fn sign(verb: Verb) -> (Label, &'static str) {
    match verb {
        Verb::Create => (Label::Added, "+"),
        Verb::Update => (Label::Changed, "~"),
        Verb::Adopt => (Label::Adopted, ">"),
        Verb::Wait => (Label::Pending, "…"),
        Verb::Remove | Verb::Delete => (Label::Removed, "-"),
    }
}
