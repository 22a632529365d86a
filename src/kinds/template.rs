//! Policies whose text speaks of what exists only after other nodes: `arn:aws:iam::${account.prod}:root`.

use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

use crate::{
    engine::{
        doc::{Field, Spelled},
        env::{Env, Text, Value},
    },
    policy::{self, Document, flatten_json, join, json_text, map_json_strings},
};

/// What a policy is written in, which decides when two spellings are the same policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// IAM's policy language: statements.
    Iam,
    /// A tree of settings: tag, backup, declarative and opt-out policies.
    Tree,
}

/// A policy with holes. A hole's symbol, such as `${account.prod}`, stands for its value until that is known. Clones
/// share what it says.
#[derive(Clone, Debug)]
pub struct Template(Arc<Whole>);

#[derive(Debug)]
struct Whole {
    language: Language,
    /// As short as JSON can be.
    text: Box<str>,
    holes: Box<[Hole]>,
    /// The fields of a policy without holes, which never change, once they have been asked for.
    fields: OnceLock<Vec<(String, Spelled)>>,
}

#[derive(Debug)]
struct Hole {
    symbol: String,
    text: Text,
}

impl Template {
    /// A policy in which each of these symbols stands for the text beside it.
    ///
    /// A statement that holds a symbol and has no `Sid` is given one: statements without a name are told apart by a
    /// fingerprint of what they say, and that must not change between plan and apply.
    pub fn new(language: Language, mut json: Json, holes: impl IntoIterator<Item = (String, Text)>) -> Self {
        let holes: Box<[_]> = holes.into_iter().map(|(symbol, text)| Hole { symbol, text }).collect();
        if language == Language::Iam {
            name_statements(&mut json, &holes);
        }
        Self(Arc::new(Whole { language, text: json_text(&json).into(), holes, fields: OnceLock::new() }))
    }

    /// A policy without holes.
    pub fn of(document: &Document) -> Self {
        Self::new(Language::Iam, document.to_value(), [])
    }

    /// Whether nothing in it has to be filled.
    pub fn is_whole(&self) -> bool {
        self.0.holes.is_empty()
    }

    /// The text that is sent to AWS, as short as JSON can be: Organizations counts white space.
    pub fn resolve(&self, env: &Env<'_>) -> Value<String> {
        let Filled { json, open } = self.fill(*env);
        match open.into_iter().next() {
            None => Value::Known(json_text(&json)),
            Some((_, unknown)) => unknown,
        }
    }

    /// The fields below `root`, as [`fields`] gives them for what AWS has. A field with a hole that can't be filled
    /// yet is known later, and shown with the symbol.
    pub fn fields(&self, root: &str, env: &Env<'_>) -> Vec<(String, Field)> {
        let language = self.0.language;
        if self.is_whole() {
            let fields = self.0.fields.get_or_init(|| plain(language, &self.json()));
            let below = |(path, value): &(String, Spelled)| (join(root, path), Field::Is(value.clone()));
            return fields.iter().map(below).collect();
        }
        let Filled { json, open } = self.fill(*env);
        let field = |value: Spelled| match open.iter().find(|(symbol, _)| speaks_of(value.shown(), symbol)) {
            Some((_, unknown)) => Field::of(unknown.clone(), Some(value)),
            None => Field::Is(value),
        };
        plain(language, &json).into_iter().map(|(path, value)| (join(root, &path), field(value))).collect()
    }

    fn json(&self) -> Json {
        serde_json::from_str(&self.0.text).expect("it was written as JSON")
    }

    fn fill(&self, env: Env<'_>) -> Filled {
        let values: Vec<_> = self.0.holes.iter().map(|hole| (hole, hole.text.resolve(&env))).collect();
        let filling = values.iter().map(|(hole, value)| match value {
            Value::Known(known) => (hole.symbol.as_str(), known.clone()),
            Value::After(_) | Value::Undetermined(_) => (hole.symbol.as_str(), hole.text.symbolic()),
        });
        let filling: Vec<_> = filling.filter(|(symbol, text)| symbol != text).collect();
        let mut replace = |text: &str| {
            let held = filling.iter().filter(|(symbol, _)| text.contains(symbol));
            vec![held.fold(text.to_owned(), |text, (symbol, filled)| text.replace(symbol, filled))]
        };
        let mut json = self.json();
        if !filling.is_empty() {
            json = map_json_strings(&json, &mut replace);
        }
        let open = values.iter().filter(|(_, value)| !matches!(value, Value::Known(_)));
        Filled { json, open: open.map(|(hole, value)| (hole.text.symbolic(), value.clone())).collect() }
    }
}

fn name_statements(json: &mut Json, holes: &[Hole]) {
    let Some(statements) = json.get_mut("Statement") else { return };
    let statements = match statements {
        Json::Array(list) => list.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    for (index, statement) in statements.iter_mut().enumerate() {
        let has_hole = holes.iter().any(|hole| speaks_of(statement, &hole.symbol));
        if let Json::Object(elements) = statement
            && has_hole
            && elements.get("Sid").is_none_or(|sid| sid == "")
        {
            elements.insert("Sid".to_owned(), format!("Landfall{index}").into());
        }
    }
}

/// Whether a symbol stands anywhere in a value.
fn speaks_of(value: &Json, symbol: &str) -> bool {
    match value {
        Json::String(text) => text.contains(symbol),
        Json::Array(items) => items.iter().any(|item| speaks_of(item, symbol)),
        Json::Object(members) => {
            members.iter().any(|(key, member)| key.contains(symbol) || speaks_of(member, symbol))
        }
        _ => false,
    }
}

/// A policy with every hole filled that can be, and the symbols of those that can't.
struct Filled {
    json: Json,
    open: Vec<(String, Value<String>)>,
}

/// The fields of a policy as AWS returns it, below `root`. Text that is no policy is one field, so that it differs.
pub fn fields(language: Language, root: &str, text: &str) -> Vec<(String, Field)> {
    match policy::parse_json(text) {
        Ok(json) => plain(language, &json)
            .into_iter()
            .map(|(path, value)| (join(root, &path), Field::Is(value)))
            .collect(),
        Err(_) => vec![(root.to_owned(), text.into())],
    }
}

/// The fields of a document: compared as AWS does, shown as they are spelled.
pub fn spelled(document: &Document) -> Vec<(String, Spelled)> {
    let fields = document.spelled_fields().into_iter();
    fields.map(|(path, compared, shown)| (path, Spelled::new(compared, shown))).collect()
}

fn plain(language: Language, json: &Json) -> Vec<(String, Spelled)> {
    match (language, Document::from_value(json)) {
        (Language::Iam, Ok(document)) => spelled(&document),
        _ => flatten_json(json).into_iter().map(|(path, value)| (path, value.into())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::doc::{Doc, diff};

    fn statement(sid: Option<&str>) -> Json {
        let mut statement =
            json!({"Effect": "Deny", "Action": "*", "Resource": "arn:aws:iam::${account.prod}:*"});
        if let Some(sid) = sid {
            statement["Sid"] = sid.into();
        }
        json!({"Version": "2012-10-17", "Statement": [statement]})
    }

    fn known(sid: Option<&str>) -> Template {
        let hole = ("${account.prod}".to_owned(), Text::from("123456789012"));
        Template::new(Language::Iam, statement(sid), [hole])
    }

    #[test]
    fn what_is_sent_is_what_is_compared() {
        let (template, env) = (known(Some("A")), Env::nothing_known());
        let sent = template.resolve(&env).known().expect("nothing is open");
        assert!(sent.contains("arn:aws:iam::123456789012:*") && !sent.contains(": "));
        assert_eq!(template.fields("policy", &env), fields(Language::Iam, "policy", &sent));
    }

    #[test]
    fn a_statement_with_a_hole_always_has_a_name() {
        let paths: Vec<_> =
            known(None).fields("policy", &Env::nothing_known()).into_iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            ["policy[Landfall0].action", "policy[Landfall0].effect", "policy[Landfall0].resource"]
        );
        let plain = Template::new(Language::Iam, statement(None), []);
        let sent = plain.resolve(&Env::nothing_known()).known().expect("nothing is open");
        assert!(!sent.contains("Sid"));
    }

    #[test]
    fn spelling_is_kept_with_holes_and_without() {
        let hole = || ("${account.prod}".to_owned(), Text::from("123456789012"));
        let policy = json!({"Version": "2012-10-17", "Statement": {
            "Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
            "Condition": {"ArnLike": {"S3:AccessPointArn": "arn:aws:s3:*:${account.prod}:*"}},
        }});
        let template = Template::new(Language::Iam, policy, [hole()]);
        let env = Env::nothing_known();
        let desired: Doc = template.fields("policy", &env).into_iter().collect();
        let returned = r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["S3:getobject"],"Resource":"*",
            "Condition":{"ArnEquals":{"s3:accesspointarn":"arn:aws:s3:*:123456789012:*"}}}]}"#;
        let observed: Doc = fields(Language::Iam, "policy", returned).into_iter().collect();
        assert!(diff(&observed, &desired).is_empty());
        let shown = |doc: &Doc, path: &str| match doc.get(path) {
            Some(Field::Is(value) | Field::After { shown: Some(value), .. }) => value.shown().to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(shown(&desired, "policy[A].action"), r#""s3:GetObject""#);
        assert_eq!(shown(&observed, "policy[A].action"), r#""S3:getobject""#);
        assert!(shown(&desired, "policy[A].condition").contains(r#"{"ArnLike":{"S3:AccessPointArn":"#));
        assert!(shown(&observed, "policy[A].condition").contains(r#"{"ArnEquals":{"s3:accesspointarn":"#));
    }

    #[test]
    fn trees_and_broken_texts_are_compared_too() {
        let tree = r#"{"tags":{"owner":{"tag_key":{"@@assign":"owner"}}}}"#;
        let path = "policy.tags.owner.tag_key.@@assign".to_owned();
        assert_eq!(fields(Language::Tree, "policy", tree), [(path, "owner".into())]);
        assert_eq!(fields(Language::Iam, "policy", "{"), [("policy".to_owned(), "{".into())]);
    }
}
