use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use super::{Files, render};
use crate::model::Detail;
use crate::names::{Invalid, Origin, Severity};

/// Something that is wrong with a landing zone, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// How bad it is.
    pub severity: Severity,
    /// The place it is about.
    pub origin: Origin,
    /// What is wrong: one lowercase phrase.
    pub message: String,
    /// What stands under the underlined value.
    pub label: Option<String>,
    /// Other places that matter: "first used here".
    pub notes: Vec<Note>,
    /// How it comes about.
    pub details: Vec<Detail>,
    /// What to do about it.
    pub help: Option<String>,
}

/// A second place that matters to a complaint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The place.
    pub origin: Origin,
    /// What stands under it.
    pub label: String,
}

impl Complaint {
    /// Says what is wrong at a place.
    pub fn new(origin: &Origin, message: impl Into<String>) -> Self {
        let message = printable(message.into());
        let (origin, severity) = (origin.clone(), Severity::Mistake);
        Self { severity, origin, message, label: None, notes: Vec::new(), details: Vec::new(), help: None }
    }

    /// Says what likely is not as it was meant, at a place. It stops nothing.
    pub fn warning(origin: &Origin, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::new(origin, message) }
    }

    /// Whether it stops nothing.
    pub fn is_warning(&self) -> bool {
        self.severity == Severity::Warning
    }

    /// The complaint of a name about itself.
    pub fn invalid(origin: &Origin, invalid: Invalid) -> Self {
        let complaint = Self::new(origin, invalid.reason);
        Self { help: invalid.help.map(printable), ..complaint }
    }

    /// Says what stands under the underlined value.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(printable(label.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(help.into()));
        self
    }

    /// Says how it comes about.
    #[must_use]
    pub fn details(mut self, details: Vec<Detail>) -> Self {
        let printable = |Detail { title, lines }| Detail {
            title: printable(title),
            lines: lines.into_iter().map(printable).collect(),
        };
        self.details = details.into_iter().map(printable).collect();
        self
    }

    /// Offers the name that was likely meant, else what there is to choose from.
    #[must_use]
    pub fn nearest<'a>(self, text: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: BTreeSet<&str> = known.into_iter().collect();
        if let Some(near) = crate::names::nearest(text, known.iter().copied()) {
            return self.help(format!("did you mean `{near}`?"));
        }
        let shown: Vec<_> = known.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
        match (shown.len(), known.len() - shown.len()) {
            (0, _) => self,
            (_, 0) => self.help(format!("there is {}", shown.join(", "))),
            (_, more) => self.help(format!("there is {} and {more} more", shown.join(", "))),
        }
    }

    /// Points at a second place.
    #[must_use]
    pub fn note(mut self, origin: &Origin, label: impl Into<String>) -> Self {
        self.notes.push(Note { origin: origin.clone(), label: printable(label.into()) });
        self
    }
}

/// How many names a help lists before it only counts them.
const SHOWN: usize = 16;

/// Values are quoted in messages, and a broken file may hold anything: nothing in it steers the terminal.
fn printable(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let show = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(show).collect()
}

/// All that is wrong with a landing zone: mistakes, then warnings, each by file and line.
#[derive(Clone, Debug)]
pub struct Complaints {
    list: Vec<Complaint>,
    files: Files,
}

impl Complaints {
    /// The complaints about these files.
    pub fn new(list: Vec<Complaint>, files: Files) -> Self {
        Self { list, files }
    }

    /// Each complaint: mistakes, then warnings, by file and line.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Complaint> {
        self.list.iter()
    }

    /// How many there are, warnings included.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// How many of them stop nothing.
    pub fn warnings(&self) -> usize {
        self.list.iter().filter(|complaint| complaint.is_warning()).count()
    }

    /// How many of them have to be put right.
    pub fn mistakes(&self) -> usize {
        self.count() - self.warnings()
    }

    /// Adds what was found later, each in its place.
    pub fn extend(&mut self, complaints: impl IntoIterator<Item = Complaint>) {
        self.list.extend(complaints);
        self.list.sort();
    }

    /// The complaints as a person reads them, with or without colours.
    pub fn render(&self, colored: bool) -> String {
        render(&self.list, &self.files, colored)
    }
}

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.mistakes(), self.list.first()) {
            (1, Some(only)) => write!(f, "the landing zone has a mistake at {}", only.origin),
            (mistakes, _) => write!(f, "the landing zone has {mistakes} mistakes"),
        }
    }
}

impl std::error::Error for Complaints {}

/// Where readers and checks put what they dislike.
#[derive(Debug, Default)]
pub(super) struct Sink {
    list: RefCell<Vec<Complaint>>,
    left_out: RefCell<BTreeSet<(&'static str, String)>>,
}

impl Sink {
    /// Takes one complaint.
    pub(super) fn push(&self, complaint: Complaint) {
        self.list.borrow_mut().push(complaint);
    }

    /// Takes several.
    pub(super) fn extend(&self, complaints: &[Complaint]) {
        self.list.borrow_mut().extend_from_slice(complaints);
    }

    /// Notes that what a table states under a name was left out for its mistakes.
    pub(super) fn leave_out(&self, table: &'static str, name: &str) {
        self.left_out.borrow_mut().insert((table, name.to_owned()));
    }

    /// Notes that a whole table, of which there is one, was left out for its mistakes.
    pub(super) fn leave_out_whole(&self, table: &'static str) {
        self.leave_out(table, "");
    }

    /// Whether a whole table, of which there is one, was left out: it is there, and its mistakes are complained of.
    pub(super) fn has_left_out_whole(&self, table: &'static str) -> bool {
        self.has_left_out(table, "")
    }

    /// Whether what a table states under a name was left out: it is there, and its mistakes are complained of.
    pub(super) fn has_left_out(&self, table: &'static str, name: &str) -> bool {
        self.left_out.borrow().contains(&(table, name.to_owned()))
    }

    /// Mistakes, then warnings, by file and place; one of those that differ only in the way by which they were reached.
    pub(super) fn sorted(self) -> Vec<Complaint> {
        let mut list = self.list.into_inner();
        list.sort();
        let place = |origin: &Origin| (origin.path().clone(), origin.at.start, origin.at.end);
        list.dedup_by(|a, b| place(&a.origin) == place(&b.origin) && a.message == b.message);
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_complains_once() {
        let sink = Sink::default();
        let place = Origin::file("baselines/foundation.toml");
        sink.push(Complaint::new(&place.through(&Origin::file("accounts/prod.toml")), "no such role"));
        sink.push(Complaint::new(&place, "no such role"));
        sink.push(Complaint::new(&place, "another thing"));
        let messages: Vec<_> = sink.sorted().into_iter().map(|complaint| complaint.message).collect();
        assert_eq!(messages, ["another thing", "no such role"]);
    }

    #[test]
    fn quoted_values_do_not_steer_the_terminal() {
        let complaint = Complaint::new(&Origin::file("x"), "bad `\u{1b}[2J`").help("a\nb");
        assert_eq!(complaint.message, "bad `\\u{1b}[2J`");
        assert_eq!(complaint.help.as_deref(), Some("a\\nb"));
    }
}
