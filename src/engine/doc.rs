//! A resource as a flat list of comparable fields: the common currency of plan, drift, JSON and report.

use std::{cmp::Ordering, fmt, sync::Arc};

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::env::Value;

/// One comparable value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A value that is known now.
    Is(Json),
    /// A secret: only its fingerprint ever enters a document.
    Secret(Arc<str>),
    /// Known after the node at this address is applied; `shown` is the symbolic text, where there is one.
    After {
        /// The address of the node it waits for.
        address: Arc<str>,
        /// What can be said of it already, such as `arn:aws:iam::${account.prod}:root`.
        shown: Option<Json>,
    },
    /// Not to be known in this run, because the node at this address could not be read.
    Undetermined(Arc<str>),
}

impl Field {
    /// Whether the value itself is known (or is a secret, whose fingerprint is).
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Is(_) | Self::Secret(_))
    }

    /// The field of a value that may be known later; `shown` is displayed until then.
    pub fn of<T: Into<Json>>(value: Value<T>, shown: Option<Json>) -> Self {
        match value {
            Value::Known(value) => Self::Is(value.into()),
            Value::After(address) => Self::After { address, shown },
            Value::Undetermined(address) => Self::Undetermined(address),
        }
    }
}

impl<T: Into<Json>> From<T> for Field {
    fn from(value: T) -> Self {
        Self::Is(value.into())
    }
}

/// A sorted list of (path, field). Elements of lists are keyed by what AWS holds unique, never indexed:
/// `rules[tcp 443 <- sg-1]`, `tags[owner]`, `policy[AllowDeploy].action`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doc(Vec<(String, Field)>);

impl Doc {
    /// An empty document.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field; a path that was set before is replaced.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, field: impl Into<Field>) -> Self {
        self.set(path, field);
        self
    }

    /// Adds a field if there is one.
    #[must_use]
    pub fn with_some(self, path: impl Into<String>, field: Option<impl Into<Field>>) -> Self {
        match field {
            Some(field) => self.with(path, field),
            None => self,
        }
    }

    /// Adds a field; a path that was set before is replaced.
    pub fn set(&mut self, path: impl Into<String>, field: impl Into<Field>) {
        let (path, field) = (path.into(), field.into());
        match self.0.binary_search_by(|(have, _)| have.as_str().cmp(&path)) {
            Ok(at) => self.0[at].1 = field,
            Err(at) => self.0.insert(at, (path, field)),
        }
    }

    /// The field at a path.
    pub fn get(&self, path: &str) -> Option<&Field> {
        let at = self.0.binary_search_by(|(have, _)| have.as_str().cmp(path)).ok()?;
        Some(&self.0[at].1)
    }

    /// All fields, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.0.iter().map(|(path, field)| (path.as_str(), field))
    }

    /// A fingerprint of the fields for which `counts` holds.
    pub fn digest(&self, mut counts: impl FnMut(&str, &Field) -> bool) -> Digest {
        let mut hash = Sha256::new();
        for (path, field) in self.iter().filter(|(path, field)| counts(path, field)) {
            hash.update(path.as_bytes());
            hash.update([0]);
            hash.update(format!("{field:?}").as_bytes());
            hash.update([0]);
        }
        Digest(hash.finalize().into())
    }
}

impl FromIterator<(String, Field)> for Doc {
    fn from_iter<I: IntoIterator<Item = (String, Field)>>(fields: I) -> Self {
        let mut doc = Self::new();
        doc.extend(fields);
        doc
    }
}

impl Extend<(String, Field)> for Doc {
    fn extend<I: IntoIterator<Item = (String, Field)>>(&mut self, fields: I) {
        for (path, field) in fields {
            self.set(path, field);
        }
    }
}

/// SHA-256 of a part of a document; printed as 12 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..6].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One difference between what AWS has and what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field's path in the document.
    pub path: String,
    /// What AWS has; nothing where the field is absent.
    pub before: Option<Field>,
    /// What is wanted; nothing where the field is to go.
    pub after: Option<Field>,
}

impl Change {
    /// The first part of the path: `policy` of `policy[AllowDeploy].action`.
    pub fn root(&self) -> &str {
        root(&self.path)
    }
}

/// The first part of a path, up to the first `.` or `[`.
pub fn root(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or(path)
}

/// Compares two documents by one merge join.
pub fn diff(observed: &Doc, desired: &Doc) -> Vec<Change> {
    let (mut before, mut after) = (observed.0.iter().peekable(), desired.0.iter().peekable());
    let mut changes = Vec::new();
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return changes,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((left, _)), Some((right, _))) => left.cmp(right),
        };
        let left = order.is_le().then(|| before.next()).flatten();
        let right = order.is_ge().then(|| after.next()).flatten();
        let (had, wants) = (left.map(|(_, field)| field), right.map(|(_, field)| field));
        if had != wants {
            let path = left.or(right).map(|(path, _)| path.clone()).unwrap_or_default();
            changes.push(Change { path, before: had.cloned(), after: wants.cloned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_names_each_changed_path_once() {
        let before = Doc::new().with("a", 1).with("b", "x").with("tags[owner]", "me");
        let after = Doc::new().with("b", "y").with("c", true).with("tags[owner]", "me");
        let paths: Vec<_> = diff(&before, &after).into_iter().map(|change| change.path).collect();
        assert_eq!(paths, ["a", "b", "c"]);
        assert!(diff(&after, &after).is_empty());
    }

    #[test]
    fn a_digest_counts_only_what_it_is_told_to() {
        let doc = |b: &str| Doc::new().with("a", 1).with("b", b);
        assert_ne!(doc("x").digest(|..| true), doc("y").digest(|..| true));
        assert_eq!(doc("x").digest(|path, _| path != "b"), doc("y").digest(|path, _| path != "b"));
    }

    #[test]
    fn the_root_of_a_path_ends_at_a_dot_or_a_bracket() {
        assert_eq!((root("policy[A].action"), root("cidr"), root("a.b")), ("policy", "cidr", "a"));
    }
}
