use std::fmt::Display;

use serde_json::{Map, Value as Json};

use crate::{
    model::Tags,
    names::{Located, Origin},
};

/// A table of a file.
#[derive(Clone, Debug)]
pub struct Section {
    /// The keys of its header; none for the top of the file.
    pub header: Vec<String>,
    /// Whether it is one of a list of tables.
    pub is_element: bool,
    /// What it says.
    pub entries: Vec<Entry>,
    /// Where it begins in what was read: the place of whatever it leaves out.
    origin: Origin,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value: what TOML has as well as JSON.
    pub value: Json,
    /// Where it is stated, line by line; nowhere if it is a default.
    pub stated: Vec<Origin>,
}

impl Section {
    /// A table that begins at a place.
    pub(super) fn new<'k>(header: impl IntoIterator<Item = &'k str>, origin: &Origin) -> Self {
        let header = header.into_iter().map(str::to_owned).collect();
        Self { header, is_element: false, entries: Vec::new(), origin: origin.clone() }
    }

    /// A table of a list of them.
    pub(super) fn element(self) -> Self {
        Self { is_element: true, ..self }
    }

    /// A table below this one, which begins where this one does.
    pub(super) fn below(&self, key: &str) -> Self {
        Self::new(self.header.iter().map(String::as_str).chain([key]), &self.origin)
    }

    /// A value whose parts are stated at these places. What stands where the table begins has none of its own.
    pub(super) fn put<'o>(
        &mut self,
        key: &str,
        value: impl Into<Json>,
        origins: impl IntoIterator<Item = &'o Origin>,
    ) {
        let mut stated: Vec<Origin> = Vec::new();
        for origin in origins.into_iter().filter(|origin| **origin != self.origin) {
            let is_told = |told: &Origin| (told.path(), told.at.line) == (origin.path(), origin.at.line);
            if !stated.iter().any(is_told) {
                stated.push(origin.clone());
            }
        }
        self.entries.push(Entry { key: key.to_owned(), value: value.into(), stated });
    }

    /// A value that TOML has as it is.
    pub(super) fn plain<T: Clone + Into<Json>>(&mut self, key: &str, value: &Located<T>) {
        self.put(key, value.value.clone(), [&value.origin]);
    }

    /// A value that is written as text.
    pub(super) fn text<T: Display>(&mut self, key: &str, value: &Located<T>) {
        self.put(key, value.to_string(), [&value.origin]);
    }

    /// The same, if there is one.
    pub(super) fn text_if<T: Display>(&mut self, key: &str, value: Option<&Located<T>>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// A value that TOML has as it is, if there is one.
    pub(super) fn plain_if<T: Clone + Into<Json>>(&mut self, key: &str, value: Option<&Located<T>>) {
        if let Some(value) = value {
            self.plain(key, value);
        }
    }

    /// Values that are written as texts.
    pub(super) fn texts<T: Display>(&mut self, key: &str, values: &[Located<T>]) {
        self.put(key, texts(values), super::origins(values));
    }

    /// What it was called before, if it was called otherwise.
    pub(super) fn moved<T: Display>(&mut self, from: Option<&Located<T>>) {
        if let Some(from) = from {
            self.put("moved", inline([("from", Some(from.to_string().into()))]), [&from.origin]);
        }
    }

    /// This table, and one of its tags if it has any.
    pub(super) fn with_tags(self, tags: &Tags) -> Vec<Self> {
        let mut below = self.below("tags");
        for (key, value) in tags {
            below.plain(key, value);
        }
        if below.entries.is_empty() { vec![self] } else { vec![self, below] }
    }
}

/// Values as a list of texts.
pub(super) fn texts<T: Display>(values: &[Located<T>]) -> Json {
    values.iter().map(ToString::to_string).collect()
}

/// A table within a value. Members without a value are left out.
pub(super) fn inline<const N: usize>(members: [(&str, Option<Json>); N]) -> Json {
    let members = members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Json::Object(members.collect::<Map<_, _>>())
}
