//! Policy statements as sentences: `Allow s3:GetObject on arn:aws:s3:::logs/*`.

use serde_json::Value as Json;

use super::values::{Shown, brief};
use crate::engine::doc::Spelled;

/// How many values of one element are told before the rest is only counted.
const TOLD: usize = 3;

/// A path's element and the field in it: `trust[Pipeline].action` is field `action` of `Pipeline` in `trust`.
pub(super) struct Part<'p> {
    /// What stands before the element's key.
    pub of: &'p str,
    /// The element's key.
    pub key: &'p str,
    /// The field of the element; empty if the element has a value itself.
    pub field: &'p str,
}

impl<'p> Part<'p> {
    /// Takes a path apart at its last key.
    pub(super) fn of(path: &'p str) -> Option<Self> {
        let close = path.rfind(']')?;
        let open = path[..close].rfind('[')?;
        let field = &path[close + 1..];
        let field = field.strip_prefix('.').or(field.is_empty().then_some(""))?;
        Some(Self { of: &path[..open], key: &path[open + 1..close], field })
    }

    /// The path of the element.
    pub(super) fn element(&self) -> String {
        format!("{}[{}]", self.of, self.key)
    }
}

/// A statement as one sentence, from its fields; nothing if it has no effect and so is none.
pub(super) fn sentence<'f>(fields: impl Iterator<Item = (&'f str, Shown)>) -> Option<String> {
    let fields: Vec<_> = fields.collect();
    let get = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, shown)| shown);
    let mut words = get("effect")?.text();
    let clauses = [
        ("action", " "),
        ("not_action", " all but "),
        ("resource", " on "),
        ("not_resource", " on all but "),
        ("principal", " to "),
        ("not_principal", " to all but "),
    ];
    for (field, word) in clauses {
        if let Some(shown) = get(field) {
            words.push_str(word);
            words.push_str(&told(field, shown));
        }
    }
    if let Some(condition) = get("condition") {
        words.push_str(" if ");
        words.push_str(&conditions(condition));
    }
    Some(words)
}

fn told(field: &str, shown: &Shown) -> String {
    match shown {
        Shown::Value(value) if field.ends_with("principal") => principals(value.shown()),
        Shown::Value(value) => few(value.shown()),
        Shown::Remark(remark) => remark.clone(),
    }
}

fn principals(value: &Json) -> String {
    match value {
        Json::String(all) if all == "*" => "everyone".to_owned(),
        Json::Object(by_type) => by_type.values().map(few).collect::<Vec<_>>().join(" and "),
        other => few(other),
    }
}

fn conditions(shown: &Shown) -> String {
    let Some(Json::Object(operators)) = shown.value().map(Spelled::shown) else { return shown.text() };
    let tests = operators.iter().flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, values)| format!("{key} {operator} {}", few(values)))
    });
    tests.collect::<Vec<_>>().join(" and ")
}

/// The first few values.
fn few(value: &Json) -> String {
    match value {
        Json::Array(items) if items.len() > TOLD + 1 => {
            let first: Vec<_> = items[..TOLD].iter().map(brief).collect();
            format!("{} and {} more", first.join(", "), items.len() - TOLD)
        }
        other => brief(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(fields: &[(&'static str, Json)]) -> Option<String> {
        sentence(fields.iter().map(|(field, value)| (*field, Shown::Value(value.clone().into()))))
    }

    #[test]
    fn a_statement_is_a_sentence() {
        let condition =
            json!({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::1:role/ci"}, "Bool": {"aws:Via": "true"}});
        let fields = [
            ("effect", json!("Allow")),
            ("action", json!("sts:AssumeRole")),
            ("principal", json!({"AWS": "123456789012"})),
            ("condition", condition),
        ];
        assert_eq!(
            told(&fields).unwrap(),
            "Allow sts:AssumeRole to 123456789012 if aws:PrincipalArn ArnEquals arn:aws:iam::1:role/ci and \
             aws:Via Bool true"
        );
    }

    #[test]
    fn many_values_are_counted() {
        let fields = [
            ("effect", json!("Deny")),
            ("not_action", json!(["a:a", "b:b", "c:c", "d:d", "e:e"])),
            ("resource", json!("*")),
        ];
        assert_eq!(told(&fields).unwrap(), "Deny all but a:a, b:b, c:c and 2 more on *");
        assert_eq!(told(&[("action", json!("a:a"))]), None);
    }

    #[test]
    fn a_path_is_taken_apart_at_its_last_key() {
        let part = Part::of("inline[trust][Assume].action").unwrap();
        assert_eq!((part.of, part.key, part.field), ("inline[trust]", "Assume", "action"));
        let part = Part::of("policies[aws:ReadOnlyAccess]").unwrap();
        assert_eq!((part.of, part.key, part.field), ("policies", "aws:ReadOnlyAccess", ""));
        assert!(Part::of("session_seconds").is_none());
    }
}
