//! The `Condition` element: tests that must all hold.

use super::text::{Form, Text, Values, to_json};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// When a statement applies: when all of its tests hold. Without tests, always.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
#[derive(Debug, Clone, Default)]
pub struct Condition {
    tests: Vec<Test>,
}

/// One test of a condition: the operator holds between the request's value for the key and any of the values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Test {
    operator: Text,
    key: Text,
    values: Values,
}

impl Test {
    /// The operator, prefix and suffix included: `ForAnyValue:StringLikeIfExists`.
    pub fn operator(&self) -> &Text {
        &self.operator
    }

    /// The condition key, such as `aws:PrincipalOrgID`.
    pub fn key(&self) -> &Text {
        &self.key
    }

    /// The values, one of which has to fit (none, for the operators that negate).
    pub fn values(&self) -> &Values {
        &self.values
    }

    fn new(operator: &str, key: &str, values: impl IntoIterator<Item = String>) -> Self {
        let (operator, key) = (Text::operator(operator), Text::key(key));
        let values = values.into_iter().map(|value| value_of(&operator, value)).collect();
        Self { operator, key, values }
    }

    fn is_spelled(&self, operator: &str, key: &str) -> bool {
        self.operator.spelling() == operator && self.key.spelling() == key
    }
}

/// Two conditions are equal if the sets of their tests are.
impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.distinct() == other.distinct()
    }
}

impl Eq for Condition {}

impl Condition {
    /// The tests, in the order in which they were written.
    pub fn tests(&self) -> &[Test] {
        &self.tests
    }

    /// Whether the condition always holds.
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// Adds a test, or more values to a test with the same operator and key.
    pub fn add(&mut self, operator: &str, key: &str, values: impl IntoIterator<Item = String>) {
        let new = Test::new(operator, key, values);
        match self.tests.iter_mut().find(|test| test.is_spelled(operator, key)) {
            Some(test) => test.values.extend(new.values),
            None => self.tests.push(new),
        }
    }

    /// Replaces every value by what `f` makes of it.
    pub(super) fn map(&self, f: &mut dyn FnMut(&str) -> Vec<String>) -> Self {
        let map = |test: &Test| {
            let values = test.values.iter().flat_map(|value| f(value.spelling()));
            Test::new(test.operator.spelling(), test.key.spelling(), values)
        };
        Self { tests: self.tests.iter().map(map).collect() }
    }

    /// The element as it was spelled.
    pub(super) fn to_json(&self) -> Value {
        let mut operators = Map::new();
        for test in &self.tests {
            let keys = operators.entry(test.operator.spelling()).or_insert_with(|| Map::new().into());
            if let Value::Object(keys) = keys {
                keys.insert(test.key.spelling().to_owned(), to_json(&test.values, Text::spelling));
            }
        }
        Value::Object(operators)
    }

    /// The element in canonical order and shape, with its words in either form. With canonical words it is equal
    /// exactly if the conditions are.
    ///
    /// Tests that differ in case alone are one key here; they hold together, not instead of each other, so
    /// their values are kept apart as an array of arrays.
    pub(super) fn ordered(&self, form: Form) -> Value {
        let mut operators: BTreeMap<&Text, BTreeMap<&Text, Vec<&Test>>> = BTreeMap::new();
        for test in self.distinct() {
            operators.entry(&test.operator).or_default().entry(&test.key).or_default().push(test);
        }
        let key = |(key, tests): (&&Text, &Vec<&Test>)| (form(key).to_owned(), ordered_values(tests, form));
        let operator = |(operator, keys): (&&Text, &BTreeMap<_, _>)| {
            (form(operator).to_owned(), keys.iter().map(key).collect::<Value>())
        };
        operators.iter().map(operator).collect()
    }

    fn distinct(&self) -> BTreeSet<&Test> {
        self.tests.iter().collect()
    }
}

fn ordered_values(tests: &[&Test], form: Form) -> Value {
    match tests {
        [only] => to_json(&only.values, form),
        several => several.iter().map(|test| test.values.iter().map(form).collect::<Value>()).collect(),
    }
}

/// Values are case-sensitive except to `StringEqualsIgnoreCase` and its [negation][strings].
///
/// [strings]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
fn value_of(operator: &Text, value: String) -> Text {
    if operator.canonical().contains("IgnoreCase") { Text::caseless(value) } else { Text::exact(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn condition(tests: &[(&str, &str, &[&str])]) -> Condition {
        let mut condition = Condition::default();
        for (operator, key, values) in tests {
            condition.add(operator, key, values.iter().map(ToString::to_string));
        }
        condition
    }

    #[test]
    fn order_and_case_mean_nothing() {
        let one = condition(&[
            ("StringEquals", "aws:SourceVpc", &["b", "a"]),
            ("Bool", "aws:ViaAWSService", &["true"]),
        ]);
        let other = condition(&[
            ("bool", "AWS:viaawsservice", &["true"]),
            ("stringequals", "aws:sourcevpc", &["a", "b"]),
        ]);
        assert_eq!(one, other);
        let canonical = |condition: &Condition| condition.ordered(Text::canonical).to_string();
        assert_eq!(canonical(&one), canonical(&other));
        assert_ne!(one.to_json(), other.to_json());
    }

    #[test]
    fn values_ignore_case_only_where_the_operator_does() {
        let pair =
            |operator: &str| (condition(&[(operator, "k", &["A"])]), condition(&[(operator, "k", &["a"])]));
        let (upper, lower) = pair("ForAnyValue:StringNotEqualsIgnoreCaseIfExists");
        assert_eq!(upper, lower);
        let (upper, lower) = pair("StringEquals");
        assert_ne!(upper, lower);
    }

    #[test]
    fn tests_of_one_name_hold_together() {
        let both = condition(&[
            ("ArnLike", "aws:PrincipalArn", &["a", "b"]),
            ("ArnEquals", "aws:PrincipalArn", &["b"]),
        ]);
        let either = condition(&[("ArnEquals", "aws:PrincipalArn", &["a", "b"])]);
        assert_ne!(both, either);
        let canonical = both.ordered(Text::canonical);
        assert_ne!(canonical, either.ordered(Text::canonical));
        assert_eq!(canonical, json!({"ArnEquals": {"aws:PrincipalArn": [["a", "b"], ["b"]]}}));
    }

    #[test]
    fn spelled_words_stand_in_canonical_order() {
        let spelled = condition(&[
            ("stringequals", "s3:Prefix", &["b", "a"]),
            ("ArnLike", "aws:PrincipalArn", &["a"]),
            ("StringEquals", "EC2:Region", &["c"]),
        ]);
        assert_eq!(
            spelled.ordered(Text::canonical).to_string(),
            r#"{"ArnEquals":{"aws:PrincipalArn":"a"},"StringEquals":{"ec2:region":"c","s3:prefix":["a","b"]}}"#
        );
        assert_eq!(
            spelled.ordered(Text::spelling).to_string(),
            r#"{"ArnLike":{"aws:PrincipalArn":"a"},"StringEquals":{"EC2:Region":"c","s3:Prefix":["a","b"]}}"#
        );
    }

    #[test]
    fn adding_to_a_test_adds_values() {
        let added = condition(&[("StringLike", "k", &["a"]), ("StringLike", "k", &["b"])]);
        assert_eq!(added.to_json(), json!({"StringLike": {"k": ["a", "b"]}}));
    }
}
