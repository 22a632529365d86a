use std::collections::BTreeMap;

use toml::de::DeTable;

use super::Value;
use crate::config::catalogue::Shape;
use crate::config::complaint::{Complaint, Sink};
use crate::config::source::Source;
use crate::names::{Located, Origin};

/// How many unknown keys of one table are shown: with more, it is not the table it was taken for.
const SHOWN: usize = 10;

/// A table in a file, read key by key. Whoever reads it may ask for any key; those that the catalogue does not have are
/// unknown nevertheless.
pub(in crate::config) struct Table<'a> {
    source: &'a Source<'a>,
    sink: &'a Sink,
    entries: &'a DeTable<'a>,
    shape: &'static Shape,
    origin: Origin,
    name: String,
    asked: Vec<&'static str>,
    /// What to say of keys that one may look for in vain.
    hints: Vec<(&'static str, &'static str)>,
}

impl<'a> Table<'a> {
    /// What a value is, if it is a table; its keys are those of the value's shape.
    pub(super) fn new(value: &Value<'a>, entries: &'a DeTable<'a>, origin: Origin, name: String) -> Self {
        let Value { source, sink, shape, spanned: _ } = *value;
        Self { source, sink, entries, shape, origin, name, asked: Vec::new(), hints: Vec::new() }
    }

    /// A whole file, whose keys are those of `shape`.
    pub(in crate::config) fn whole(
        source: &'a Source<'a>,
        sink: &'a Sink,
        entries: &'a DeTable<'a>,
        shape: &'static Shape,
    ) -> Self {
        let (origin, name) = (source.whole(), format!("`{}`", source.name()));
        Self { source, sink, entries, shape, origin, name, asked: Vec::new(), hints: Vec::new() }
    }

    /// Where it begins.
    pub(in crate::config) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The value of a key that may be left out.
    pub(in crate::config) fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(Value<'a>) -> Option<T>,
    ) -> Option<T> {
        self.asked.push(key);
        read(self.get(key)?.1)
    }

    /// The value of a key that can't be left out.
    pub(in crate::config) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(Value<'a>) -> Option<T>,
    ) -> Option<T> {
        if !self.entries.contains_key(key) {
            self.sink.push(self.missing(key));
        }
        self.optional(key, read)
    }

    /// The complaint that a key was left out.
    pub(in crate::config) fn missing(&self, key: &str) -> Complaint {
        let complaint = Complaint::new(&self.origin, format!("`{key}` is missing in {}", self.name));
        match self.shape.example(key) {
            Some(example) => complaint.help(format!("for example `{example}`")),
            None => complaint,
        }
    }

    /// The table under a key, read as such; its origin is the key.
    pub(in crate::config) fn table<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(Table<'a>) -> T,
    ) -> Option<T> {
        self.asked.push(key);
        let (origin, value) = self.get(key)?;
        Some(read(value.table(format!("`[{key}]`"), &origin)?))
    }

    /// The table under a key, of which there is one; where its reader dislikes it, it is left out, and whoever refers to it
    /// is not complained of.
    pub(in crate::config) fn single<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(Table<'a>) -> Option<T>,
    ) -> Option<T> {
        let table = self.table(key, read).flatten();
        if table.is_none() && self.has(key) {
            self.sink.leave_out_whole(key);
        }
        table
    }

    /// Whether a table of which there is one was left out for its mistakes.
    pub(in crate::config) fn is_left_out(&self, table: &'static str) -> bool {
        self.sink.has_left_out_whole(table)
    }

    /// The table under a key as a map whose keys are the user's; entries that their reader dislikes are left out, and
    /// whoever refers to them is not complained of.
    pub(in crate::config) fn map<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&Located<&'a str>, Value<'a>) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let sink = self.sink;
        let read_or_note = |name: &Located<&'a str>, value: Value<'a>| {
            let entry = read(name, value);
            if entry.is_none() {
                sink.leave_out(key, name.value);
            }
            entry
        };
        let table = self.table(key, |table| table);
        table.map(|table| table.entries(read_or_note)).unwrap_or_default()
    }

    /// All entries of a table whose keys are the user's.
    pub(in crate::config) fn entries<T>(
        self,
        read: impl Fn(&Located<&'a str>, Value<'a>) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let read_entry = |key: &'a str| {
            let (origin, value) = self.get(key)?;
            Some((key.to_owned(), read(&Located::new(key, origin), value)?))
        };
        self.entries.keys().filter_map(|key| read_entry(key.get_ref())).collect()
    }

    /// Whether a key is there at all.
    pub(in crate::config) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// What to do instead of writing a key that there is in other tables, and not in this one.
    pub(in crate::config) fn has_no(&mut self, key: &'static str, instead: &'static str) {
        self.hints.push((key, instead));
    }

    /// Takes a complaint about the table.
    pub(in crate::config) fn complain(&self, complaint: Complaint) {
        self.sink.push(complaint);
    }

    /// Complains of keys that nobody asked for, or that are not in the catalogue.
    pub(in crate::config) fn finish(mut self) {
        self.asked.retain(|key| self.shape.under(key).is_some());
        let unknown: Vec<_> =
            self.entries.keys().filter(|key| !self.asked.contains(&&**key.get_ref())).collect();
        for key in unknown.iter().take(SHOWN) {
            let origin = self.source.origin(key.span());
            let message = format!("unknown key `{}` in {}", key.get_ref(), self.name);
            let complaint = Complaint::new(&origin, message);
            let hint = self.hints.iter().find(|(hinted, _)| hinted == key.get_ref());
            self.sink.push(match hint {
                Some((_, instead)) => complaint.help(*instead),
                None => complaint.nearest(key.get_ref(), self.asked.iter().copied()),
            });
        }
        if let Some(next) = unknown.get(SHOWN) {
            let message = format!("and {} more unknown keys in {}", unknown.len() - SHOWN, self.name);
            self.sink.push(Complaint::new(&self.source.origin(next.span()), message));
        }
    }

    fn get(&self, key: &str) -> Option<(Origin, Value<'a>)> {
        let shape = self.shape.under(key).unwrap_or(&Shape::Unknown);
        let (key, spanned) = self.entries.get_key_value(key)?;
        let value = Value { source: self.source, sink: self.sink, shape, spanned };
        Some((self.source.origin(key.span()), value))
    }
}
