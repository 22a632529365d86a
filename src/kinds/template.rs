//! Policies whose text speaks of what exists only after other nodes: `arn:aws:iam::${account.prod}:root`.

use serde_json::Value as Json;

use crate::{
    engine::{
        doc::{Field, Spelled},
        env::{Env, Text, Value},
    },
    policy::{self, Document, flatten_json, join, map_json_strings},
};

/// What a policy is written in, which decides when two spellings are the same policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// IAM's policy language: statements.
    Iam,
    /// A tree of settings: tag, backup, declarative and opt-out policies.
    Tree,
}

/// A policy with holes. A hole's symbol, such as `${account.prod}`, stands for its value until that is known.
#[derive(Clone, Debug)]
pub struct Template {
    language: Language,
    json: Json,
    holes: Vec<Hole>,
}

#[derive(Clone, Debug)]
struct Hole {
    symbol: String,
    text: Text,
}

impl Template {
    /// A policy in which each of these symbols stands for the text beside it.
    ///
    /// A statement that holds a symbol and has no `Sid` is given one: statements without a name are told apart by a
    /// fingerprint of what they say, and that must not change between plan and apply.
    pub fn new(language: Language, json: Json, holes: impl IntoIterator<Item = (String, Text)>) -> Self {
        let holes = holes.into_iter().map(|(symbol, text)| Hole { symbol, text }).collect();
        let mut template = Self { language, json, holes };
        if language == Language::Iam {
            template.name_statements();
        }
        template
    }

    /// A policy without holes.
    pub fn of(document: &Document) -> Self {
        Self::new(Language::Iam, document.to_value(), [])
    }

    /// The policy with every hole shown as its symbol.
    pub fn symbolic(&self) -> &Json {
        &self.json
    }

    /// The text that is sent to AWS, as short as JSON can be: Organizations counts white space.
    pub fn resolve(&self, env: &Env<'_>) -> Value<String> {
        let Filled { json, open } = self.fill(*env);
        match open.into_iter().next() {
            None => Value::Known(json.to_string()),
            Some((_, unknown)) => unknown,
        }
    }

    /// The fields below `root`, as [`fields`] gives them for what AWS has. A field with a hole that can't be filled
    /// yet is known later, and shown with the symbol.
    pub fn fields(&self, root: &str, env: &Env<'_>) -> Vec<(String, Field)> {
        let Filled { json, open } = self.fill(*env);
        let field = |value: Spelled| {
            let text = value.shown().to_string();
            match open.iter().find(|(symbol, _)| text.contains(symbol.as_str())) {
                Some((_, unknown)) => Field::of(unknown.clone(), Some(value)),
                None => Field::Is(value),
            }
        };
        plain(self.language, &json)
            .into_iter()
            .map(|(path, value)| (join(root, &path), field(value)))
            .collect()
    }

    fn fill(&self, env: Env<'_>) -> Filled {
        let values: Vec<_> = self.holes.iter().map(|hole| (hole, hole.text.resolve(&env))).collect();
        let mut replace = |text: &str| {
            let filled = values.iter().fold(text.to_owned(), |text, (hole, value)| match value {
                Value::Known(known) => text.replace(&hole.symbol, known),
                Value::After(_) | Value::Undetermined(_) => text.replace(&hole.symbol, &hole.text.symbolic()),
            });
            vec![filled]
        };
        let json = map_json_strings(&self.json, &mut replace);
        let open = values.iter().filter(|(_, value)| !matches!(value, Value::Known(_)));
        Filled { json, open: open.map(|(hole, value)| (hole.text.symbolic(), value.clone())).collect() }
    }

    fn name_statements(&mut self) {
        let Some(statements) = self.json.get_mut("Statement") else { return };
        let statements = match statements {
            Json::Array(list) => list.as_mut_slice(),
            one => std::slice::from_mut(one),
        };
        for (index, statement) in statements.iter_mut().enumerate() {
            let text = statement.to_string();
            let has_hole = self.holes.iter().any(|hole| text.contains(&hole.symbol));
            if let Json::Object(elements) = statement
                && has_hole
                && elements.get("Sid").is_none_or(|sid| sid == "")
            {
                elements.insert("Sid".to_owned(), format!("Landfall{index}").into());
            }
        }
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
        assert!(plain.symbolic()["Statement"][0].get("Sid").is_none());
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
