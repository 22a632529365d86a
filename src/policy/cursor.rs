//! A value of a JSON document that knows where it stands.

use super::error::{Error, Problem};
use super::json::pointer;
use serde_json::{Map, Value};

/// A value and its JSON pointer.
pub(super) struct At<'a> {
    value: &'a Value,
    pointer: String,
}

impl<'a> At<'a> {
    /// The whole document.
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, pointer: String::new() }
    }

    /// An error about this value.
    pub(super) fn error(&self, problem: Problem) -> Error {
        Error { pointer: self.pointer.clone(), position: None, problem }
    }

    /// The value itself if it is a string.
    pub(super) fn as_str(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// The value, which has to be a string.
    pub(super) fn string(&self) -> Result<&'a str, Error> {
        self.as_str().ok_or_else(|| self.mismatch("a string"))
    }

    /// The value, which has to be a string; numbers and booleans may stand without their quotation marks.
    pub(super) fn scalar(&self) -> Result<String, Error> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            Value::Bool(_) | Value::Number(_) => Ok(self.value.to_string()),
            _ => Err(self.mismatch("a string, a number or a boolean")),
        }
    }

    /// The member `key` of an object.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| self.member(key, value))
    }

    /// The members of the value, which has to be an object.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Self)>, Error> {
        let member = |(key, value): (&'a String, &'a Value)| (key.as_str(), self.member(key, value));
        Ok(self.object()?.iter().map(member).collect())
    }

    /// Refuses an object with other members than these.
    pub(super) fn expect_members(&self, expected: &'static [&'static str]) -> Result<(), Error> {
        match self.object()?.keys().find(|key| !expected.contains(&key.as_str())) {
            Some(name) => Err(Error {
                pointer: pointer(&self.pointer, name),
                position: None,
                problem: Problem::Unknown { name: name.clone(), expected },
            }),
            None => Ok(()),
        }
    }

    /// The items of an array; a value that is no array is its own only item.
    pub(super) fn items(&self) -> Vec<Self> {
        match self.value {
            Value::Array(items) => (0..).zip(items).map(|(index, item)| self.item(index, item)).collect(),
            value => vec![Self { value, pointer: self.pointer.clone() }],
        }
    }

    /// Like [`Self::items`], but at least one.
    pub(super) fn some_items(&self) -> Result<Vec<Self>, Error> {
        let items = self.items();
        if items.is_empty() { Err(self.error(Problem::Empty)) } else { Ok(items) }
    }

    fn object(&self) -> Result<&'a Map<String, Value>, Error> {
        self.value.as_object().ok_or_else(|| self.mismatch("an object"))
    }

    fn member(&self, key: &str, value: &'a Value) -> Self {
        Self { value, pointer: pointer(&self.pointer, key) }
    }

    fn item(&self, index: usize, value: &'a Value) -> Self {
        Self { value, pointer: format!("{}/{index}", self.pointer) }
    }

    fn mismatch(&self, expected: &'static str) -> Error {
        self.error(Problem::Type { expected, found: type_name(self.value) })
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
