//! A resource as a flat list of comparable fields: the common currency of plan, drift, JSON and report.

use std::{cmp::Ordering, collections::BTreeSet, fmt, sync::Arc};

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::env::{Env, Text, Value};

/// A value as it is compared, and as people read it: what was written in one way and comes back from AWS in another
/// is equal, and each side is shown as it is spelled there. Clones share it.
#[derive(Clone, Debug)]
pub struct Spelled(Arc<Forms>);

#[derive(Debug)]
struct Forms {
    compared: Json,
    /// The shown form where it is another. It has the shape of the compared one: parts pair up by position.
    shown: Option<Box<Json>>,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its key as it is compared.
    pub key: String,
    /// Its key as it is shown.
    pub name: String,
    /// Its value.
    pub value: Spelled,
}

impl Spelled {
    /// A value in two forms, which have the same shape and order.
    pub fn new(compared: Json, shown: Json) -> Self {
        let shown = (shown != compared).then(|| Box::new(shown));
        Self(Arc::new(Forms { compared, shown }))
    }

    /// As it is compared.
    pub fn compared(&self) -> &Json {
        &self.0.compared
    }

    /// As it is shown.
    pub fn shown(&self) -> &Json {
        self.0.shown.as_deref().unwrap_or(&self.0.compared)
    }

    /// The elements, if it is a list.
    pub fn elements(&self) -> Option<Vec<Self>> {
        let pairs = self.compared().as_array()?.iter().zip(self.shown().as_array()?);
        Some(pairs.map(|(compared, shown)| Self::new(compared.clone(), shown.clone())).collect())
    }

    /// The members, if it is an object.
    pub fn members(&self) -> Option<Vec<Member>> {
        let pairs = self.compared().as_object()?.iter().zip(self.shown().as_object()?);
        let member = |((key, compared), (name, shown)): ((&String, &Json), (&String, &Json))| Member {
            key: key.clone(),
            name: name.clone(),
            value: Self::new(compared.clone(), shown.clone()),
        };
        Some(pairs.map(member).collect())
    }
}

/// Equal if what is compared is.
impl PartialEq for Spelled {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.compared() == other.compared()
    }
}

impl Eq for Spelled {}

impl<T: Into<Json>> From<T> for Spelled {
    fn from(value: T) -> Self {
        Self(Arc::new(Forms { compared: value.into(), shown: None }))
    }
}

/// One comparable value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A value that is known now.
    Is(Spelled),
    /// A secret: only its fingerprint ever enters a document.
    Secret(Arc<str>),
    /// Known after the node at this address is applied; `shown` is the symbolic text, where there is one.
    After {
        /// The address of the node it waits for.
        address: Arc<str>,
        /// What can be said of it already, such as `arn:aws:iam::${account.prod}:root`.
        shown: Option<Spelled>,
    },
    /// Not to be known in this run, because the node at this address could not be read.
    Undetermined(Arc<str>),
}

impl Field {
    /// Whether the value itself is known (or is a secret, whose fingerprint is).
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Is(_) | Self::Secret(_))
    }

    /// A fingerprint of what is compared.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        hash_field(&mut hash, self);
        Digest(hash.finalize().into())
    }

    /// The field of a value that may be known later; `shown` is displayed until then.
    pub fn of<T: Into<Json>>(value: Value<T>, shown: Option<Spelled>) -> Self {
        match value {
            Value::Known(value) => Self::from(value),
            Value::After(address) => Self::After { address, shown },
            Value::Undetermined(address) => Self::Undetermined(address),
        }
    }

    /// The field of a text with holes: shown with its symbols until they are filled.
    pub fn text(text: &Text, env: &Env<'_>) -> Self {
        Self::of(text.resolve(env), Some(text.symbolic().into()))
    }

    /// The field of several texts, whose order and repetition mean nothing. Until all are known, those that are not are
    /// shown with their symbols.
    pub fn texts(texts: &[Text], env: &Env<'_>) -> Self {
        let (mut shown, mut unknown) = (BTreeSet::new(), None);
        for text in texts {
            shown.insert(match text.resolve(env) {
                Value::Known(value) => value,
                not => {
                    unknown.get_or_insert(not);
                    text.symbolic()
                }
            });
        }
        let shown: Vec<_> = shown.into_iter().collect();
        match unknown {
            None => Self::from(shown),
            Some(unknown) => Self::of(unknown, Some(shown.into())),
        }
    }
}

impl<T: Into<Json>> From<T> for Field {
    fn from(value: T) -> Self {
        Self::Is(Spelled::from(value))
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
        // Most are set in order.
        if self.0.last().is_none_or(|(last, _)| *last < path) {
            return self.0.push((path, field));
        }
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
            hash_field(&mut hash, field);
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

impl IntoIterator for Doc {
    type Item = (String, Field);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    /// All fields, sorted by path.
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Extend<(String, Field)> for Doc {
    /// Of several fields at one path the last stays.
    fn extend<I: IntoIterator<Item = (String, Field)>>(&mut self, fields: I) {
        for (path, field) in fields {
            self.set(path, field);
        }
    }
}

/// What is equal is hashed equally, whatever the version of any library: digests are kept in saved plans.
fn hash_field(hash: &mut Sha256, field: &Field) {
    let (sort, text) = match field {
        Field::Is(value) => return hash_json(hash, value.compared()),
        Field::Secret(fingerprint) => (b"*", fingerprint),
        Field::After { address, shown: _ } => (b">", address),
        Field::Undetermined(address) => (b"?", address),
    };
    hash.update(sort);
    hash.update(text.as_bytes());
    hash.update([0]);
}

/// Objects are equal whatever the order of their keys.
fn hash_json(hash: &mut Sha256, value: &Json) {
    match value {
        Json::Array(list) => {
            hash.update(format!("[{}", list.len()));
            for one in list {
                hash_json(hash, one);
            }
        }
        Json::Object(members) => {
            hash.update(format!("{{{}", members.len()));
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| *key);
            for (key, one) in members {
                hash.update(key.as_bytes());
                hash.update([0]);
                hash_json(hash, one);
            }
        }
        plain => {
            hash.update(plain.to_string());
            hash.update([0]);
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

/// What is wanted of something that AWS does not have: every field is a difference.
pub(super) fn made(desired: Doc) -> Vec<Change> {
    desired.into_iter().map(|(path, field)| Change { path, before: None, after: Some(field) }).collect()
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
    use serde_json::json;

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
        assert_ne!(doc("x").digest(|_, _| true), doc("y").digest(|_, _| true));
        assert_eq!(doc("x").digest(|path, _| path != "b"), doc("y").digest(|path, _| path != "b"));
    }

    #[test]
    fn documents_that_are_equal_have_equal_digests() {
        let doc = |text: &str| Doc::new().with("a", serde_json::from_str::<Json>(text).expect("it is JSON"));
        let (one, other) = (doc(r#"{"x": [1, 2], "y": "z"}"#), doc(r#"{"y": "z", "x": [1, 2]}"#));
        assert_eq!(one, other);
        assert_eq!(one.digest(|_, _| true), other.digest(|_, _| true));
        assert_ne!(one.digest(|_, _| true), doc(r#"{"y": "z", "x": [2, 1]}"#).digest(|_, _| true));
    }

    #[test]
    fn spelling_is_shown_and_not_compared() {
        let doc = |shown: &str| {
            let spelled = Spelled::new(json!(["s3:getobject", "s3:*"]), json!([shown, "s3:*"]));
            Doc::new().with("action", Field::Is(spelled))
        };
        let (one, other) = (doc("s3:GetObject"), doc("S3:getobject"));
        assert!(diff(&one, &other).is_empty());
        assert_eq!(one.digest(|_, _| true), other.digest(|_, _| true));
        let differing = diff(&one, &Doc::new().with("action", "s3:*"));
        assert!(matches!(&differing[0].before, Some(Field::Is(value)) if value.shown()[0] == "s3:GetObject"));
    }

    #[test]
    fn parts_keep_both_forms() {
        let spelled = Spelled::new(json!({"s3:prefix": ["a", "b"]}), json!({"s3:Prefix": ["A", "b"]}));
        let members = spelled.members().expect("it is an object");
        let [Member { key, name, value }] = members.as_slice() else { panic!("{members:?}") };
        assert_eq!((key.as_str(), name.as_str()), ("s3:prefix", "s3:Prefix"));
        let elements = value.elements().expect("it is a list");
        let shown: Vec<_> = elements.iter().map(|one| (one.compared(), one.shown())).collect();
        assert_eq!(shown, [(&json!("a"), &json!("A")), (&json!("b"), &json!("b"))]);
    }

    #[test]
    fn of_several_fields_at_one_path_the_last_stays() {
        let fields = [("b", 1), ("a", 2), ("b", 3)].map(|(path, value)| (path.to_owned(), value.into()));
        assert_eq!(Doc::from_iter(fields), Doc::new().with("a", 2).with("b", 3));
    }

    #[test]
    fn texts_are_a_set_and_known_once_all_of_them_are() {
        let env = Env::nothing_known();
        let texts = |texts: &[&str]| texts.iter().map(|text| Text::from(*text)).collect::<Vec<_>>();
        let field = Field::texts(&texts(&["b", "a", "b"]), &env);
        assert_eq!(field, Field::from(vec!["a", "b"]));
        assert_eq!(field, Field::texts(&texts(&["a", "b"]), &env));
    }

    #[test]
    fn the_root_of_a_path_ends_at_a_dot_or_a_bracket() {
        assert_eq!((root("policy[A].action"), root("cidr"), root("a.b")), ("policy", "cidr", "a"));
    }
}
