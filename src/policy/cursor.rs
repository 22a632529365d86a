//! A value of a JSON document that knows where it stands.

use super::error::{Error, Problem};
use super::json::pointer;
use serde_json::{Map, Value};
use std::rc::Rc;

/// A value and the way to it.
pub(super) struct At<'a> {
    value: &'a Value,
    way: Option<Rc<Way<'a>>>,
}

/// The last step to a value, and how its parent is reached; the document itself has none. Only errors spell it out.
struct Way<'a> {
    parent: Option<Rc<Way<'a>>>,
    step: Step<'a>,
}

enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

impl<'a> At<'a> {
    /// The whole document.
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, way: None }
    }

    /// An error about this value.
    pub(super) fn error(&self, problem: Problem) -> Error {
        Error { pointer: self.pointer(), position: None, problem }
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
        let (key, value) = self.value.as_object()?.get_key_value(key)?;
        Some(self.member(key, value))
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
                pointer: pointer(&self.pointer(), name),
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
            value => vec![Self { value, way: self.way.clone() }],
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

    fn member(&self, key: &'a str, value: &'a Value) -> Self {
        self.below(Step::Member(key), value)
    }

    fn item(&self, index: usize, value: &'a Value) -> Self {
        self.below(Step::Item(index), value)
    }

    fn below(&self, step: Step<'a>, value: &'a Value) -> Self {
        Self { value, way: Some(Rc::new(Way { parent: self.way.clone(), step })) }
    }

    /// The JSON pointer of the value.
    fn pointer(&self) -> String {
        let steps: Vec<_> = std::iter::successors(self.way.as_deref(), |way| way.parent.as_deref()).collect();
        steps.iter().rev().fold(String::new(), |before, way| match way.step {
            Step::Member(key) => pointer(&before, key),
            Step::Item(index) => format!("{before}/{index}"),
        })
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
