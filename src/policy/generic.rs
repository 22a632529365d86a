//! Organizations policies that are not written in IAM's language: tag, backup, declarative and opt-out
//! policies.
//!
//! They are trees of objects whose leaves are set by [inheritance operators]. Settings with several values
//! are JSON arrays, and the operators treat those as sets: `@@append` adds values to the inherited ones,
//! `@@remove` takes away the ones it names, nothing refers to a position. So the order and repetition of
//! plain values in an array mean nothing. A value alone and an array of it are kept apart (single-valued and
//! multi-valued settings), and so is case.
//!
//! [inheritance operators]: https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html

use super::document::Substitute;
use serde_json::{Map, Value};

/// The document as a sorted list of fields such as `tags.costcenter.tag_key.@@assign`, equal exactly if the
/// documents are.
///
/// A field is a plain value, an array, or an empty object; a document that is one of these itself has a
/// single field with an empty path. Keys that would make a path ambiguous are quoted:
/// `tags["acme.example/cost"].tag_key`.
pub fn flatten_json(value: &Value) -> Vec<(String, Value)> {
    let mut fields = Vec::new();
    flatten(String::new(), value, &mut fields);
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    fields
}

/// The document in canonical form: keys sorted, and arrays of plain values sorted without repetition. Arrays
/// that hold objects or arrays keep their order, since nothing says that it is insignificant.
pub fn normalise(value: &Value) -> Value {
    match value {
        Value::Object(members) => normalise_object(members),
        Value::Array(items) => Value::Array(normalise_array(items)),
        scalar => scalar.clone(),
    }
}

/// The document with every string value replaced by what `f` makes of it. Several strings for one become
/// items of the array around it, or an array of their own. Keys stay.
pub fn map_json_strings(value: &Value, f: &mut Substitute<'_>) -> Value {
    match value {
        Value::String(text) => one_or_many(f(text)),
        Value::Array(items) => items.iter().flat_map(|item| map_item(item, f)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, member)| (key.clone(), map_json_strings(member, f))).collect()
        }
        scalar => scalar.clone(),
    }
}

/// A document as short as JSON can be.
pub fn json_text(value: &Value) -> String {
    // Unlike `to_string`, which writes by way of a formatter.
    serde_json::to_string(value).expect("a value is JSON already")
}

/// A path behind another: `policy` and `[A].effect`, `policy` and `tags.team`. Either may be empty.
pub fn join(parent: &str, path: &str) -> String {
    let dot = if parent.is_empty() || path.is_empty() || path.starts_with('[') { "" } else { "." };
    format!("{parent}{dot}{path}")
}

fn flatten(path: String, value: &Value, fields: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                flatten(join(&path, &step(key)), member, fields);
            }
        }
        leaf => fields.push((path, normalise(leaf))),
    }
}

fn step(key: &str) -> String {
    let is_plain = !key.is_empty() && !key.contains(['.', '[', ']', '"']);
    if is_plain { key.to_owned() } else { format!("[{}]", Value::from(key)) }
}

fn normalise_object(members: &Map<String, Value>) -> Value {
    let mut sorted: Vec<_> = members.iter().map(|(key, member)| (key.clone(), normalise(member))).collect();
    sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
    Value::Object(sorted.into_iter().collect())
}

fn normalise_array(items: &[Value]) -> Vec<Value> {
    let mut items: Vec<Value> = items.iter().map(normalise).collect();
    if !items.iter().any(|item| item.is_object() || item.is_array()) {
        items.sort_by_cached_key(Value::to_string);
        items.dedup();
    }
    items
}

fn map_item(item: &Value, f: &mut Substitute<'_>) -> Vec<Value> {
    match item {
        Value::String(text) => f(text).into_iter().map(Value::from).collect(),
        other => vec![map_json_strings(other, f)],
    }
}

fn one_or_many(mut texts: Vec<String>) -> Value {
    match texts.pop() {
        Some(only) if texts.is_empty() => Value::from(only),
        last => texts.into_iter().chain(last).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_of_a_tag_policy() {
        let policy = json!({"tags": {
            "costcenter": {
                "tag_value": {"@@assign": ["200", "100", "200"]},
                "tag_key": {"@@assign": "CostCenter"},
            },
            "acme.example/team": {"enforced_for": {}},
        }});
        let expected = [
            ("tags.costcenter.tag_key.@@assign", json!("CostCenter")),
            ("tags.costcenter.tag_value.@@assign", json!(["100", "200"])),
            ("tags[\"acme.example/team\"].enforced_for", json!({})),
        ];
        assert_eq!(flatten_json(&policy), expected.map(|(path, value)| (path.to_owned(), value)));
    }

    #[test]
    fn paths_are_not_ambiguous() {
        assert_ne!(flatten_json(&json!({"a.b": 1})), flatten_json(&json!({"a": {"b": 1}})));
        assert_ne!(flatten_json(&json!({"": 1})), flatten_json(&json!(1)));
        assert_eq!(flatten_json(&json!({"a]\"": 1}))[0].0, "[\"a]\\\"\"]");
        assert_eq!(flatten_json(&json!({})), [(String::new(), json!({}))]);
    }

    #[test]
    fn only_plain_arrays_are_sets() {
        assert_eq!(
            normalise(&json!({"b": [2, "x", 1, 1], "a": [[2, 1]]})).to_string(),
            r#"{"a":[[1,2]],"b":["x",1,2]}"#
        );
        assert_ne!(normalise(&json!([{"a": 1}, {"b": 2}])), normalise(&json!([{"b": 2}, {"a": 1}])));
        assert_ne!(normalise(&json!(["a"])), normalise(&json!("a")));
    }

    #[test]
    fn paths_join() {
        assert_eq!(join("policy", "[A].effect"), "policy[A].effect");
        assert_eq!(join("policy", "tags.team"), "policy.tags.team");
        assert_eq!((join("policy", ""), join("", "tags")), ("policy".to_owned(), "tags".to_owned()));
    }

    #[test]
    fn strings_are_replaced_and_spread() {
        let mut substitute = |text: &str| match text {
            "${regions}" => vec!["a".to_owned(), "b".to_owned()],
            "${none}" => vec![],
            other => vec![other.to_uppercase()],
        };
        let mapped = map_json_strings(
            &json!({"k": "v", "r": "${regions}", "l": ["x", "${regions}", 1], "n": "${none}"}),
            &mut substitute,
        );
        assert_eq!(mapped, json!({"k": "V", "r": ["a", "b"], "l": ["X", "a", "b", 1], "n": []}));
    }
}
