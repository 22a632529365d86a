//! Properties that hold for every document: any spelling that AWS treats alike has the same fields, and any
//! real change has other fields.

use super::{Document, flatten_json, map_json_strings, normalise, parse_json};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Where the choices of a respelling come from.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn flip(&mut self) -> bool {
        self.roll(2) == 0
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.roll(index + 1));
        }
    }

    fn case(&mut self, text: &str) -> String {
        text.chars()
            .map(|c| if self.flip() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect()
    }

    fn members(&mut self, members: Vec<(String, Value)>) -> Value {
        let mut members = members;
        self.shuffle(&mut members);
        Value::Object(members.into_iter().collect())
    }

    /// Another order, some values twice, one value with or without its array; each value respelled by `f`.
    fn list(&mut self, value: &Value, mut f: impl FnMut(&mut Self, &Value) -> Value) -> Value {
        let items = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        let mut spelled: Vec<Value> = items.iter().map(|item| f(self, item)).collect();
        let again = self.roll(items.len() + 1);
        spelled.extend(items.iter().take(again).map(|item| f(self, item)));
        self.shuffle(&mut spelled);
        if spelled.len() == 1 && self.flip() { spelled.remove(0) } else { Value::Array(spelled) }
    }
}

fn respell(document: &Value, dice: &mut Dice) -> Value {
    let mut members = vec![("Statement".to_owned(), dice.list(&document["Statement"], statement))];
    let is_old = document["Version"] == "2008-10-17";
    if !is_old || dice.flip() {
        members.push(("Version".to_owned(), document["Version"].clone()));
    }
    dice.members(members)
}

fn statement(dice: &mut Dice, statement: &Value) -> Value {
    let mut members: Vec<(String, Value)> = Vec::new();
    for (name, value) in statement.as_object().unwrap() {
        members.push((name.clone(), element(dice, name, value, statement)));
    }
    if statement.get("Sid").is_none() && dice.flip() {
        members.push(("Sid".to_owned(), json!("")));
    }
    if statement.get("Condition").is_none() && dice.flip() {
        members.push(("Condition".to_owned(), json!({})));
    }
    dice.members(members)
}

fn element(dice: &mut Dice, name: &str, value: &Value, statement: &Value) -> Value {
    match name {
        "Action" | "NotAction" => dice.list(value, |dice, action| json!(dice.case(action.as_str().unwrap()))),
        "Resource" | "NotResource" => dice.list(value, |_, resource| resource.clone()),
        "Principal" if value == "*" && statement["Effect"] == "Allow" && dice.flip() => json!({"AWS": "*"}),
        "Principal" | "NotPrincipal" if value.is_object() => principal(dice, value),
        "Condition" => condition(dice, value),
        _ => value.clone(),
    }
}

fn principal(dice: &mut Dice, principal: &Value) -> Value {
    let spell = |dice: &mut Dice, name: &Value| match name.as_str().unwrap() {
        id if id.len() == 12 && dice.flip() => json!(format!("arn:aws:iam::{id}:root")),
        other => json!(other),
    };
    let lists = principal.as_object().unwrap().iter();
    let members = lists.map(|(kind, names)| (kind.clone(), dice.list(names, spell))).collect();
    dice.members(members)
}

fn condition(dice: &mut Dice, condition: &Value) -> Value {
    let mut members = Vec::new();
    for (operator, keys) in condition.as_object().unwrap() {
        let tests = keys.as_object().unwrap().iter();
        let tests =
            tests.map(|(key, values)| (dice.case(key), condition_values(dice, operator, values))).collect();
        let synonym = if dice.flip() { operator.replace("ArnEquals", "ArnLike") } else { operator.clone() };
        members.push((dice.case(&synonym), dice.members(tests)));
    }
    dice.members(members)
}

fn condition_values(dice: &mut Dice, operator: &str, values: &Value) -> Value {
    dice.list(values, |dice, value| match value.as_str().unwrap() {
        text if operator.contains("IgnoreCase") => json!(dice.case(text)),
        "true" if dice.flip() => json!(true),
        "3600" if dice.flip() => json!(3600),
        text => json!(text),
    })
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(words).prop_map(str::to_owned)
}

fn some_of(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    proptest::sample::subsequence(words, 1..=words.len()).prop_map(|words| json!(words))
}

fn principals() -> impl Strategy<Value = Value> {
    let aws = some_of(&["123456789012", "210987654321", "arn:aws:iam::123456789012:role/a", "AROAEXAMPLE"]);
    let services = some_of(&["ec2.amazonaws.com", "logs.amazonaws.com"]);
    let listed = (aws, option::of(services)).prop_map(|(aws, services)| match services {
        Some(services) => json!({"AWS": aws, "Service": services}),
        None => json!({"AWS": aws}),
    });
    prop_oneof![Just(json!("*")), listed]
}

fn conditions() -> impl Strategy<Value = Value> {
    let keys =
        one_of(&["aws:PrincipalArn", "aws:PrincipalTag/Team", "s3:prefix", "aws:MultiFactorAuthPresent"]);
    let operators = one_of(&[
        "ArnEquals",
        "StringEqualsIgnoreCase",
        "ForAnyValue:StringLike",
        "BoolIfExists",
        "NumericLessThan",
    ]);
    let tests = btree_map(keys, some_of(&["true", "3600", "Value", "o-1"]), 1..3);
    btree_map(operators, tests, 1..3).prop_map(|condition| json!(condition))
}

prop_compose! {
    fn statements()(
        sid in option::of(one_of(&["A", "B", "Allow Deploy", "#1", "x[1]"])),
        effect in one_of(&["Allow", "Deny"]),
        principal in option::of((one_of(&["Principal", "NotPrincipal"]), principals())),
        action in (one_of(&["Action", "NotAction"]), some_of(&["s3:GetObject", "s3:Get*", "*", "a:B"])),
        resource in option::of(one_of(&["Resource", "NotResource"])),
        condition in option::of(conditions()),
    ) -> Map<String, Value> {
        let mut statement = Map::from_iter([("Effect".to_owned(), json!(effect)), action]);
        statement.extend(sid.map(|sid| ("Sid".to_owned(), json!(sid))));
        statement.extend(principal);
        statement.extend(resource.map(|name| (name, json!(["arn:aws:s3:::a", "arn:aws:s3:::A"]))));
        statement.extend(condition.map(|condition| ("Condition".to_owned(), condition)));
        statement
    }
}

/// Documents of which no statement is a changed copy of another: each has an action of its own.
fn documents() -> impl Strategy<Value = Value> {
    (one_of(&["2008-10-17", "2012-10-17"]), vec(statements(), 1..5)).prop_map(|(version, mut statements)| {
        for (index, statement) in statements.iter_mut().enumerate() {
            named(statement, "Action", "NotAction").push(json!(format!("own:Action{index}")));
        }
        json!({"Version": version, "Statement": statements})
    })
}

fn named<'a>(statement: &'a mut Map<String, Value>, these: &str, all_but: &str) -> &'a mut Vec<Value> {
    let name = if statement.contains_key(these) { these } else { all_but };
    statement.entry(name).or_insert_with(|| json!([])).as_array_mut().unwrap()
}

/// Changes what the statement says, in one of several ways.
fn change(statement: &mut Map<String, Value>, way: usize) {
    match way {
        0 => named(statement, "Action", "NotAction").push(json!("new:Action")),
        1 => drop(named(statement, "Action", "NotAction").pop()),
        2 => named(statement, "Resource", "NotResource").push(json!("arn:aws:s3:::new")),
        3 => statement["Effect"] = json!(if statement["Effect"] == "Allow" { "Deny" } else { "Allow" }),
        4 => drop(statement.insert("Sid".into(), json!("New"))),
        5 => swap_names(statement, "Action", "NotAction"),
        6 => swap_names(statement, "Principal", "NotPrincipal"),
        7 => drop(statement.insert("Condition".into(), json!({"Bool": {"aws:SecureTransport": "false"}}))),
        _ => *named(statement, "Action", "NotAction") = vec![json!("only:This")],
    }
}

/// How many ways `change` knows.
const WAYS: usize = 9;

fn swap_names(statement: &mut Map<String, Value>, one: &str, other: &str) {
    let (before, after) = if statement.contains_key(one) { (one, other) } else { (other, one) };
    let value = statement.shift_remove(before).unwrap_or_else(|| json!({"AWS": "AROANEW"}));
    statement.insert(after.to_owned(), value);
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"))
}

fn read(value: &Value) -> Document {
    Document::from_value(value).unwrap()
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (0..3).prop_map(Value::from),
        "[ab]".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = one_of(&["a", "b", "a.b", "", "a[\"b\"]", "@@assign"]);
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(key, inner, 0..4).prop_map(|members| json!(members)),
        ]
    })
}

fn is_one_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_one_shape(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.values().zip(other.values()).all(|(one, other)| is_one_shape(one, other))
        }
        (one, other) => one.is_string() && other.is_string(),
    }
}

proptest! {
    #[test]
    fn spelling_means_nothing(document in documents(), seed: u64) {
        let respelled = read(&respell(&document, &mut Dice(seed)));
        let document = read(&document);
        prop_assert_eq!(respelled.fields(), document.fields());
        prop_assert_eq!(respelled, document);
    }

    #[test]
    fn change_means_something(document in documents(), seed: u64, way in 0..WAYS) {
        let mut dice = Dice(seed);
        let mut changed = document.clone();
        let statements = changed["Statement"].as_array_mut().unwrap();
        let index = dice.roll(statements.len());
        change(statements[index].as_object_mut().unwrap(), way);
        prop_assert_ne!(read(&respell(&changed, &mut dice)).fields(), read(&document).fields());
    }

    #[test]
    fn a_missing_statement_means_something(document in documents()) {
        let mut changed = document.clone();
        drop(changed["Statement"].as_array_mut().unwrap().pop());
        prop_assert_ne!(read(&changed), read(&document));
    }

    #[test]
    fn text_is_the_document(document in documents(), seed: u64) {
        let document = read(&respell(&document, &mut Dice(seed)));
        let text = document.compact();
        prop_assert_eq!(&text.parse::<Document>().unwrap(), &document);
        prop_assert_eq!(&document.pretty().parse::<Document>().unwrap(), &document);
        prop_assert_eq!(&Document::from_iam(&percent_encoded(&text)).unwrap(), &document);
        prop_assert_eq!(text.parse::<Document>().unwrap().compact(), text);
    }

    #[test]
    fn substituting_nothing_changes_nothing(document in documents()) {
        let document = read(&document);
        let mapped = document.map_strings(&mut |text| vec![text.to_owned()]);
        prop_assert_eq!(mapped.compact(), document.compact());
    }

    #[test]
    fn paths_are_sorted_and_unique(document in documents()) {
        let paths: Vec<String> = read(&document).fields().into_iter().map(|(path, _)| path).collect();
        prop_assert!(paths.is_sorted_by(|one, other| one < other), "{:?}", paths);
    }

    #[test]
    fn spelled_and_canonical_fields_have_one_shape(document in documents(), seed: u64) {
        let document = read(&respell(&document, &mut Dice(seed)));
        let (fields, spelled_fields) = (document.fields(), document.spelled_fields());
        prop_assert_eq!(fields.len(), spelled_fields.len());
        for ((path, value), (spelled_path, canonical, spelled)) in fields.iter().zip(&spelled_fields) {
            prop_assert_eq!((path, value), (spelled_path, canonical));
            prop_assert!(is_one_shape(canonical, spelled), "{} {} {}", path, canonical, spelled);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}:,\"\\\\u0aé\n %-]{0,40}") {
        drop(text.parse::<Document>());
        drop(Document::from_iam(&text));
    }

    #[test]
    fn any_json_is_read_or_refused(mut document in documents(), value in any_json(), seed: u64) {
        let text = value.to_string();
        prop_assert_eq!(parse_json(&text).unwrap(), value.clone());
        let statement = document["Statement"][0].as_object_mut().unwrap();
        let name = statement.keys().nth(Dice(seed).roll(statement.len())).unwrap().clone();
        statement.insert(name, value);
        if let Err(error) = format!("{document:#}").parse::<Document>() {
            prop_assert!(error.position.is_some() && error.pointer.starts_with("/Statement/0"), "{error}");
        }
    }

    #[test]
    fn flat_and_normal_form_agree(one in any_json(), other in any_json()) {
        prop_assert_eq!(flatten_json(&one) == flatten_json(&other), normalise(&one) == normalise(&other));
        prop_assert_eq!(flatten_json(&normalise(&one)), flatten_json(&one));
        prop_assert_eq!(normalise(&normalise(&one)), normalise(&one));
        prop_assert_eq!(map_json_strings(&one, &mut |text| vec![text.to_owned()]), one);
    }
}
