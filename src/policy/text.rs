//! A word of a policy: spelled by a person, compared as AWS does.

use super::spelling;
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Values of which neither order nor repetition means anything.
pub type Values = BTreeSet<Text>;

/// A string that keeps its spelling but is equal to every other spelling that AWS treats alike.
#[derive(Clone)]
pub struct Text {
    spelling: String,
    /// The canonical form where it is not the spelling itself.
    canonical: Option<String>,
}

impl Text {
    /// Equal only to the same spelling: resources, and most condition values.
    pub fn exact(spelling: impl Into<String>) -> Self {
        Self { spelling: spelling.into(), canonical: None }
    }

    /// An action or a pattern of actions. [Case-insensitive][action], so the canonical form is lower case.
    ///
    /// [action]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    pub fn action(spelling: impl Into<String>) -> Self {
        Self::folded(spelling.into(), str::to_ascii_lowercase)
    }

    /// A value compared without regard to case.
    pub fn caseless(spelling: impl Into<String>) -> Self {
        Self::folded(spelling.into(), str::to_lowercase)
    }

    /// An AWS principal: an account's root ARN is canonically the account's id, because both
    /// [behave the same way][accounts] and services may turn the one into the other.
    ///
    /// [accounts]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
    pub fn aws_principal(spelling: impl Into<String>) -> Self {
        Self::folded(spelling.into(), spelling::aws_principal)
    }

    /// A condition operator such as `ForAnyValue:StringLikeIfExists`, canonically in AWS's spelling.
    pub fn operator(spelling: impl Into<String>) -> Self {
        Self::folded(spelling.into(), spelling::operator)
    }

    /// A condition key such as `aws:PrincipalTag/team`. [Case-insensitive][condition]; global keys are
    /// canonically in AWS's spelling, all others in lower case.
    ///
    /// [condition]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
    pub fn key(spelling: impl Into<String>) -> Self {
        Self::folded(spelling.into(), spelling::key)
    }

    /// As it was written.
    pub fn spelling(&self) -> &str {
        &self.spelling
    }

    /// As it is compared.
    pub fn canonical(&self) -> &str {
        self.canonical.as_deref().unwrap_or(&self.spelling)
    }

    fn folded(spelling: String, fold: impl FnOnce(&str) -> String) -> Self {
        let canonical = Some(fold(&spelling)).filter(|canonical| *canonical != spelling);
        Self { spelling, canonical }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

impl Eq for Text {}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.canonical().cmp(other.canonical())
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spelling.fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spelling.fmt(f)
    }
}

/// Which of a text's two forms to show.
pub(super) type Form = fn(&Text) -> &str;

/// The values as JSON: one alone as a string, any other number as an array.
pub(super) fn to_json(values: &Values, form: Form) -> Value {
    let mut strings: Vec<Value> = values.iter().map(|value| Value::from(form(value))).collect();
    match strings.pop() {
        Some(only) if strings.is_empty() => only,
        Some(last) => {
            strings.push(last);
            Value::Array(strings)
        }
        None => Value::Array(strings),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spelling_is_kept_and_case_is_set_aside() {
        let (one, other) = (Text::action("S3:GetObject"), Text::action("s3:getobject"));
        assert_eq!(one, other);
        assert_eq!((one.spelling(), one.canonical()), ("S3:GetObject", "s3:getobject"));
        assert_ne!(Text::exact("a"), Text::exact("A"));
    }

    #[test]
    fn one_value_is_a_string() {
        let values = |words: &[&str]| words.iter().copied().map(Text::exact).collect::<Values>();
        assert_eq!(to_json(&values(&["a", "a"]), Text::spelling), json!("a"));
        assert_eq!(to_json(&values(&["b", "a"]), Text::spelling), json!(["a", "b"]));
        assert_eq!(to_json(&values(&[]), Text::spelling), json!([]));
    }
}
