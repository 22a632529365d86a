use toml::Spanned;
use toml::de::DeValue;

use super::Table;
use crate::config::catalogue::Shape;
use crate::config::complaint::{Complaint, Sink};
use crate::config::source::Source;
use crate::names::Origin;

/// A value in a file.
#[derive(Clone, Copy)]
pub(in crate::config) struct Value<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) sink: &'a Sink,
    pub(super) shape: &'static Shape,
    pub(super) spanned: &'a Spanned<DeValue<'a>>,
}

impl<'a> Value<'a> {
    /// Where it is written.
    pub(in crate::config) fn origin(&self) -> Origin {
        self.source.origin(self.spanned.span())
    }

    /// What it is, untyped.
    pub(in crate::config) fn raw(&self) -> &'a DeValue<'a> {
        self.spanned.get_ref()
    }

    /// The table it is, called `name` in complaints.
    pub(in crate::config) fn table(&self, name: impl Into<String>, origin: &Origin) -> Option<Table<'a>> {
        match self.raw() {
            DeValue::Table(entries) => Some(Table::new(self, entries, origin.clone(), name.into())),
            _ => self.wrong("a table"),
        }
    }

    /// Complains that it is not of the type it should be.
    pub(in crate::config) fn wrong<T>(&self, expected: &str) -> Option<T> {
        let message = format!("expected {expected}, found {}", describe(self.raw()));
        self.complain(Complaint::new(&self.origin(), message).label(format!("this should be {expected}")))
    }

    /// Complains, and gives nothing.
    pub(in crate::config) fn complain<T>(&self, complaint: Complaint) -> Option<T> {
        self.sink.push(complaint);
        None
    }
}

fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
