//! JSON Schemas of the files, for editors: <https://json-schema.org/draft/2020-12>.

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value as Json, json};

use super::{Fields, File, Form, Key, Map, Need, Shape, Words};

/// What a schema is written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Words beyond this number are listed once, and referred to.
const MANY: usize = 12;

/// The JSON Schema of a kind of file.
pub fn schema(file: File) -> Json {
    let mut schemas = Schemas::default();
    let mut schema = object(json!({
        "$schema": DIALECT,
        "title": file.pattern(),
        "description": file.meaning(),
    }));
    schema.append(&mut schemas.of(file.shape()));
    if !schemas.words.is_empty() {
        schema.insert("$defs".to_owned(), schemas.words.into_iter().collect::<Object<_, _>>().into());
    }
    schema.into()
}

/// What is put together, and the long lists of words that it refers to.
#[derive(Default)]
struct Schemas {
    words: BTreeMap<String, Json>,
}

impl Schemas {
    fn of(&mut self, shape: &'static Shape) -> Object<String, Json> {
        object(match shape {
            Shape::Unknown => json!({}),
            Shape::Text(form) => text(form),
            Shape::Word(words) => self.word(words),
            Shape::Number(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Shape::Boolean => json!({ "type": "boolean" }),
            Shape::List(element) => {
                json!({ "type": "array", "items": self.of(element), "uniqueItems": true })
            }
            Shape::Some(element) => {
                json!({ "type": "array", "items": self.of(element), "minItems": 1, "uniqueItems": true })
            }
            Shape::Table(fields) => self.table(fields),
            Shape::Map(map) => self.map(map),
            Shape::Either(choices) => {
                json!({ "anyOf": choices.iter().map(|choice| self.of(choice)).collect::<Vec<_>>() })
            }
        })
    }

    fn word(&mut self, words: &'static Words) -> Json {
        let list = (words.list)();
        if list.len() <= MANY {
            return json!({ "enum": list });
        }
        let name: String = words.noun.0.chars().map(|c| if c == ' ' { '-' } else { c }).collect();
        let reference = format!("#/$defs/{name}");
        self.words.entry(name).or_insert_with(|| json!({ "enum": list }));
        json!({ "$ref": reference })
    }

    fn table(&mut self, fields: &'static Fields) -> Json {
        let properties: Object<_, _> =
            fields.all().map(|key| (key.name.to_owned(), self.key(key).into())).collect();
        let mut table = object(json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        }));
        let required: Vec<_> =
            fields.all().filter(|key| key.need == Need::Required).map(|key| key.name).collect();
        if !required.is_empty() {
            table.insert("required".to_owned(), json!(required));
        }
        if !fields.any.is_empty() {
            let any: Vec<_> = fields.any.iter().map(|key| json!({ "required": [key] })).collect();
            table.insert("anyOf".to_owned(), json!(any));
        }
        table.into()
    }

    fn map(&mut self, map: &'static Map) -> Json {
        let names = self.of(&map.name.shape);
        json!({ "type": "object", "propertyNames": names, "additionalProperties": self.of(&map.value) })
    }

    /// What a key takes, and what editors show of it.
    fn key(&mut self, key: &'static Key) -> Object<String, Json> {
        let mut schema = Object::new();
        let mut told = format!("{}.", key.meaning);
        match key.need {
            Need::Required | Need::Optional => {}
            Need::Default(value) => drop(schema.insert("default".to_owned(), json(value))),
            Need::Otherwise(words) => told.extend([" Left out: ", words, "."]),
        }
        if let Some(link) = key.see() {
            told.extend(["\n\n", &link]);
        }
        schema.insert("description".to_owned(), told.into());
        if !key.example.is_empty() {
            schema.insert("examples".to_owned(), json!([json(key.example)]));
        }
        schema.append(&mut self.of(&key.shape));
        schema
    }
}

fn text(form: &Form) -> Json {
    let mut text = object(json!({ "type": "string", "pattern": form.pattern }));
    if let Some(longest) = form.longest {
        text.insert("maxLength".to_owned(), longest.into());
    }
    text.into()
}

/// A value of the catalogue, written in TOML.
fn json(toml: &str) -> Json {
    let table: Option<toml::Table> = format!("value = {toml}").parse().ok();
    let value = table.and_then(|mut table| table.remove("value"));
    value.and_then(|value| serde_json::to_value(value).ok()).unwrap_or_default()
}

fn object(json: Json) -> Object<String, Json> {
    match json {
        Json::Object(object) => object,
        _ => Object::new(),
    }
}
