//! Statements of policies, read from the documents that plans are made of.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    pattern::{equals, fits},
    request::{Caller, Request},
    truth::Truth,
};
use crate::{
    engine::{doc::Field, env::Env, graph::Node},
    policy::Arn,
};

/// A statement, in canonical form, ids of AWS's as symbols.
pub(super) struct Rule {
    /// Its name.
    pub name: String,
    elements: BTreeMap<String, Value>,
}

/// The statements below `root` of what a node wants.
pub(super) fn rules(node: &Node, root: &str) -> Vec<Rule> {
    let mut rules: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for (path, field) in node.kind.desired(&node.spec, &Env::nothing_known()).iter() {
        let statement = path.strip_prefix(root).and_then(|rest| rest.strip_prefix('['));
        let Some((name, element)) = statement.and_then(|rest| rest.rsplit_once("].")) else { continue };
        if let Field::Is(value) | Field::After { shown: Some(value), .. } = field {
            rules.entry(name.to_owned()).or_default().insert(element.to_owned(), value.compared().clone());
        }
    }
    rules.into_iter().map(|(name, elements)| Rule { name, elements }).collect()
}

impl Rule {
    /// Whether it denies.
    pub(super) fn denies(&self) -> bool {
        self.elements.get("effect").is_some_and(|effect| effect == "Deny")
    }

    /// Whether it is about a call.
    pub(super) fn covers(&self, request: &Request) -> Truth {
        let action = |pattern: &str| fits(&pattern.to_lowercase(), &request.action);
        let resource = |pattern: &str| Truth::any(request.resource.iter().map(|name| fits(pattern, name)));
        Truth::all([
            self.pick("action", "not_action", |value| Truth::any(strings(value).into_iter().map(action))),
            self.pick("resource", "not_resource", |value| {
                Truth::any(strings(value).into_iter().map(resource))
            }),
            self.pick("principal", "not_principal", |value| includes(value, &request.caller)),
            self.holds(request),
        ])
    }

    /// Whether an element, or the opposite of its negation, is met; a statement without either is about all.
    fn pick(&self, these: &str, all_but: &str, met: impl Fn(&Value) -> Truth) -> Truth {
        match (self.elements.get(these), self.elements.get(all_but)) {
            (Some(value), _) => met(value),
            (None, Some(value)) => !met(value),
            (None, None) => Truth::Yes,
        }
    }

    fn holds(&self, request: &Request) -> Truth {
        let Some(Value::Object(operators)) = self.elements.get("condition") else { return Truth::Yes };
        let tests = operators.iter().flat_map(|(operator, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            keys.map(move |(key, values)| request.passes(operator, key, &strings(values)))
        });
        Truth::all(tests)
    }
}

/// Whether a caller is among principals.
fn includes(principals: &Value, caller: &Caller) -> Truth {
    let Value::Object(kinds) = principals else { return (principals == "*").into() };
    let of_aws = kinds.get("AWS").map(strings).unwrap_or_default();
    Truth::any(of_aws.into_iter().map(|name| is(name, caller)))
}

fn is(name: &str, caller: &Caller) -> Truth {
    let account = name.parse::<Arn>().ok().filter(|arn| arn.resource == "root").map(|arn| arn.account);
    let account = account.unwrap_or_else(|| name.to_owned());
    let of_account = Truth::any([equals(&account, &caller.account), (name == "*").into()]);
    // Of somebody of an account it is not known whether they are a certain role.
    let by_name = caller.role.as_ref().map_or(Truth::Open, |role| equals(name, role));
    Truth::any([of_account, by_name])
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}
