//! The `Principal` element: who a statement is about.

use super::text::{Form, Text, Values, to_json};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The kinds of principals.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalType {
    /// Accounts, roles, users and sessions.
    Aws,
    /// An S3 canonical user.
    CanonicalUser,
    /// Identity providers.
    Federated,
    /// AWS services.
    Service,
}

impl PrincipalType {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Aws, Self::CanonicalUser, Self::Federated, Self::Service];

    /// As it is written in a policy.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::CanonicalUser => "CanonicalUser",
            Self::Federated => "Federated",
            Self::Service => "Service",
        }
    }

    fn text(self, spelling: String) -> Text {
        if self == Self::Aws { Text::aws_principal(spelling) } else { Text::exact(spelling) }
    }
}

/// Who a statement is about.
///
/// Two principals are equal here if they name the same. Whether `"*"` and `{"AWS": "*"}` are the same depends
/// on the statement around them, see [`Statement`](super::Statement).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// `"*"`.
    Everyone,
    /// Everyone who is listed; `{"AWS": "*"}` is one of these.
    Listed(BTreeMap<PrincipalType, Values>),
}

impl Principal {
    /// Adds to the listed principals. Who is everyone already becomes a list.
    pub fn add(&mut self, kind: PrincipalType, names: impl IntoIterator<Item = String>) {
        let texts = names.into_iter().map(|name| kind.text(name));
        match self {
            Self::Everyone => *self = Self::Listed(BTreeMap::from([(kind, texts.collect())])),
            Self::Listed(listed) => listed.entry(kind).or_default().extend(texts),
        }
    }

    /// Replaces every listed name by what `f` makes of it.
    pub(super) fn map(&self, f: &mut dyn FnMut(&str) -> Vec<String>) -> Self {
        let Self::Listed(listed) = self else { return Self::Everyone };
        let mut mapped = Self::Listed(BTreeMap::new());
        for (&kind, names) in listed {
            mapped.add(kind, names.iter().flat_map(|name| f(name.spelling())));
        }
        mapped
    }

    /// Whether this is `{"AWS": "*"}` and nothing else.
    pub(super) fn is_any_aws(&self) -> bool {
        let any = |names: &Values| names.len() == 1 && names.contains(&Text::exact("*"));
        match self {
            Self::Everyone => false,
            Self::Listed(listed) => listed.len() == 1 && listed.get(&PrincipalType::Aws).is_some_and(any),
        }
    }

    pub(super) fn to_json(&self, form: Form) -> Value {
        let entry =
            |(kind, names): (&PrincipalType, &Values)| (kind.as_str().to_owned(), to_json(names, form));
        match self {
            Self::Everyone => Value::from("*"),
            Self::Listed(listed) => Value::Object(listed.iter().map(entry).collect::<Map<_, _>>()),
        }
    }
}
