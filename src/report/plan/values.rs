//! Fields as text.

use serde_json::Value as Json;

use crate::{
    engine::doc::{Field, Spelled},
    report::words::within,
};

/// A field as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) enum Shown {
    /// A value, or the symbolic text of one; it can be compared part by part.
    Value(Spelled),
    /// A remark in place of a value.
    Remark(String),
}

impl Shown {
    /// How a field is shown to somebody who reads about this account.
    pub(in crate::report) fn of(field: &Field, account: &str) -> Self {
        match field {
            Field::Is(value) | Field::After { shown: Some(value), address: _ } => Self::Value(value.clone()),
            Field::Secret(fingerprint) => Self::Remark(format!("(secret {fingerprint})")),
            Field::After { address, shown: None } => {
                Self::Remark(format!("(known after {})", within(address, account)))
            }
            Field::Undetermined(address) => {
                Self::Remark(format!("(unknown: {} can't be read)", within(address, account)))
            }
        }
    }

    /// In one line.
    pub(in crate::report) fn text(&self) -> String {
        match self {
            Self::Value(value) => brief(value.shown()),
            Self::Remark(remark) => remark.clone(),
        }
    }

    /// The value, if it is one.
    pub(in crate::report) fn value(&self) -> Option<&Spelled> {
        match self {
            Self::Value(value) => Some(value),
            Self::Remark(_) => None,
        }
    }
}

/// A value in one line: text without quotes where that leaves no doubt, lists with commas.
pub(super) fn brief(value: &Json) -> String {
    match value {
        Json::String(text) if is_plain(text) => text.clone(),
        Json::Array(items) if !items.is_empty() => items.iter().map(brief).collect::<Vec<_>>().join(", "),
        Json::Object(members) if !members.is_empty() => {
            let members = members.iter().map(|(key, value)| match value {
                Json::Array(_) => format!("{key}: [{}]", brief(value)),
                _ => format!("{key}: {}", brief(value)),
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether a text can stand without quotes.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(['\n', '\t', '"'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_brief() {
        let told = |value| brief(&value);
        assert_eq!(told(json!("a b")), "a b");
        assert_eq!([told(json!("")), told(json!(" a"))], ["\"\"", "\" a\""]);
        assert_eq!(told(json!(["a", 1, true])), "a, 1, true");
        assert_eq!(told(json!({"AWS": ["a", "b"], "Service": "ec2"})), "{AWS: [a, b], Service: ec2}");
        assert_eq!([told(json!([])), told(json!({})), told(json!(null))], ["[]", "{}", "null"]);
    }

    #[test]
    fn what_is_not_known_says_why() {
        let told = |field| Shown::of(&field, "prod").text();
        assert_eq!(told(Field::Secret("a1b2".into())), "(secret a1b2)");
        let address = "prod/global/kms/key/data".into();
        assert_eq!(told(Field::After { address, shown: None }), "(known after kms/key/data)");
        let shown = Some("arn:aws:iam::${account.dev}:root".into());
        assert_eq!(told(Field::After { address: "x".into(), shown }), "arn:aws:iam::${account.dev}:root");
        let address = "dev/global/kms/key/data".into();
        assert_eq!(told(Field::Undetermined(address)), "(unknown: dev/global/kms/key/data can't be read)");
    }
}
