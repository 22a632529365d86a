use std::time::Duration;

use crate::report::{
    page::Line,
    style::Label,
    words::{plural, took},
};

/// The reading of AWS.
#[derive(Debug)]
pub(super) struct Reading {
    since: Duration,
    batches: usize,
    read: usize,
    resources: usize,
    unreadable: usize,
    last: String,
}

impl Reading {
    pub(super) fn new(batches: usize, now: Duration) -> Self {
        Self { since: now, batches, read: 0, resources: 0, unreadable: 0, last: String::new() }
    }

    /// A batch was read.
    pub(super) fn read(&mut self, what: String, found: usize) {
        (self.read, self.resources, self.last) = (self.read + 1, self.resources + found, what);
    }

    /// A batch could not be read.
    pub(super) fn unreadable(&mut self, what: String) {
        (self.read, self.unreadable, self.last) = (self.read + 1, self.unreadable + 1, what);
    }

    /// Whether anything was read: an interrupted run may have nothing to tell.
    pub(super) fn has_begun(&self) -> bool {
        self.read > 0
    }

    /// While it goes on.
    pub(super) fn row(&self, now: Duration) -> Line {
        let Self { since, batches, read, resources, unreadable: _, last } = self;
        let line = Line::at(0).say(Label::Pending, spinner(now)).plain(" Reading ");
        // Accounts that left are found while reading.
        let batches = batches.max(read);
        let line = line.plain(format!("{read} of {batches}, {}", plural(*resources, "resource")));
        line.say(Label::Aside, format!(", {}  {last}", took(now.saturating_sub(*since)))).cut()
    }

    /// Once it is over.
    pub(super) fn end(&self, now: Duration) -> Line {
        let Self { since, batches: _, read, resources, unreadable, last: _ } = self;
        let line = Line::at(0).plain(format!(
            "Read {} in {}",
            plural(*resources, "resource"),
            plural(*read, "batch")
        ));
        let line = match unreadable {
            0 => line,
            some => line.plain(", ").say(Label::Warning, format!("{some} unreadable")),
        };
        line.say(Label::Aside, format!(", {}", took(now.saturating_sub(*since)))).plain(".")
    }
}

/// A sign that turns ten times a second.
fn spinner(now: Duration) -> &'static str {
    const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    let turn = usize::try_from(now.as_millis() / 100).unwrap_or_default();
    FRAMES[turn % FRAMES.len()]
}
