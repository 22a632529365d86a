//! From JSON to documents.

use super::condition::Condition;
use super::cursor::At;
use super::document::{Document, Version};
use super::error::{Error, Problem};
use super::json;
use super::principal::{Principal, PrincipalType};
use super::statement::{Effect, Pick, Statement};
use super::text::{Text, Values};
use serde_json::Value;
use std::collections::BTreeMap;
use std::str::FromStr;

const DOCUMENT: &[&str] = &["Version", "Id", "Statement"];
const STATEMENT: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];
const PRINCIPALS: &[&str] = &["AWS", "CanonicalUser", "Federated", "Service"];

impl FromStr for Document {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let value = json::parse(text)?;
        Self::from_value(&value).map_err(|error| json::locate(text, error))
    }
}

impl Document {
    /// Reads a document from text as IAM returns it: percent-encoded, see [`PolicyVersion`][encoded]. Plain
    /// text is read as well.
    ///
    /// [encoded]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
    pub fn from_iam(text: &str) -> Result<Self, Error> {
        json::percent_decode(text)?.parse()
    }

    /// Reads a document from JSON. The grammar's element names and the values of `Version` and `Effect` are
    /// case-sensitive; a single value may stand for an array of one everywhere.
    pub fn from_value(value: &Value) -> Result<Self, Error> {
        let at = At::root(value);
        at.expect_members(DOCUMENT)?;
        let statements = required(&at, "Statement")?;
        Ok(Self {
            version: at.get("Version").map_or(Ok(Version::V2008), |at| version(&at))?,
            id: at.get("Id").map(|at| at.string().map(str::to_owned)).transpose()?,
            statements: statements.items().iter().map(statement).collect::<Result<_, _>>()?,
        })
    }
}

fn version(at: &At<'_>) -> Result<Version, Error> {
    let versions = [Version::V2012, Version::V2008].map(|version| (version.as_str(), version));
    one_of(at, versions, &["2012-10-17", "2008-10-17"])
}

fn effect(at: &At<'_>) -> Result<Effect, Error> {
    one_of(at, [Effect::Allow, Effect::Deny].map(|effect| (effect.as_str(), effect)), &["Allow", "Deny"])
}

fn statement(at: &At<'_>) -> Result<Statement, Error> {
    at.expect_members(STATEMENT)?;
    let action = pick(at, "Action", "NotAction", |at| values(at, Text::action))?;
    Ok(Statement {
        sid: at
            .get("Sid")
            .map(|at| at.string().map(str::to_owned))
            .transpose()?
            .filter(|sid| !sid.is_empty()),
        effect: effect(&required(at, "Effect")?)?,
        principal: pick(at, "Principal", "NotPrincipal", principal)?,
        action: action.ok_or_else(|| at.error(Problem::Missing("Action")))?,
        resource: pick(at, "Resource", "NotResource", |at| values(at, Text::exact))?,
        condition: at.get("Condition").map_or(Ok(Condition::default()), |at| condition(&at))?,
    })
}

fn principal(at: &At<'_>) -> Result<Principal, Error> {
    if at.as_str() == Some("*") {
        return Ok(Principal::Everyone);
    }
    at.expect_members(PRINCIPALS)?;
    let mut principal = Principal::Listed(BTreeMap::new());
    for (kind, names) in
        PrincipalType::ALL.into_iter().filter_map(|kind| Some((kind, at.get(kind.as_str())?)))
    {
        principal.add(kind, strings(&names)?);
    }
    if at.members()?.is_empty() { Err(at.error(Problem::Empty)) } else { Ok(principal) }
}

fn condition(at: &At<'_>) -> Result<Condition, Error> {
    let mut condition = Condition::default();
    for (operator, keys) in at.members()? {
        for (key, values) in keys.members()? {
            let values = values.items().iter().map(At::scalar).collect::<Result<Vec<_>, _>>()?;
            condition.add(operator, key, values);
        }
    }
    Ok(condition)
}

fn pick<T>(
    at: &At<'_>,
    these: &'static str,
    all_but: &'static str,
    read: impl Fn(&At<'_>) -> Result<T, Error>,
) -> Result<Option<Pick<T>>, Error> {
    match (at.get(these), at.get(all_but)) {
        (Some(_), Some(_)) => Err(at.error(Problem::Clash(these, all_but))),
        (Some(named), None) => Ok(Some(Pick::These(read(&named)?))),
        (None, Some(named)) => Ok(Some(Pick::AllBut(read(&named)?))),
        (None, None) => Ok(None),
    }
}

fn values(at: &At<'_>, text: fn(String) -> Text) -> Result<Values, Error> {
    Ok(strings(at)?.into_iter().map(text).collect())
}

fn strings(at: &At<'_>) -> Result<Vec<String>, Error> {
    at.some_items()?.iter().map(|item| item.string().map(str::to_owned)).collect()
}

fn required<'a>(at: &At<'a>, name: &'static str) -> Result<At<'a>, Error> {
    at.get(name).ok_or_else(|| at.error(Problem::Missing(name)))
}

fn one_of<T>(at: &At<'_>, choices: [(&str, T); 2], expected: &'static [&'static str]) -> Result<T, Error> {
    let found = at.string()?;
    let chosen = choices.into_iter().find(|(name, _)| *name == found).map(|(_, choice)| choice);
    chosen.ok_or_else(|| at.error(Problem::Value { found: found.to_owned(), expected }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn error(text: &str) -> String {
        text.parse::<Document>().unwrap_err().to_string()
    }

    fn statement_error(elements: &str) -> String {
        error(&format!("{{\"Statement\": [\n{{{elements}}}]}}"))
    }

    #[test]
    fn errors_of_documents() {
        assert_eq!(error("[]"), "expected an object, found an array at line 1, column 1");
        assert_eq!(error("{}"), "`Statement` is missing at line 1, column 1");
        assert_eq!(
            error(r#"{"version": "2012-10-17"}"#),
            "unknown element `version`, expected one of `Version`, `Id`, `Statement` at line 1, column 2 (/version)"
        );
        assert_eq!(
            error(r#"{"Version": "2012-10-18", "Statement": []}"#),
            "unknown value `2012-10-18`, expected `2012-10-17`, `2008-10-17` at line 1, column 13 (/Version)"
        );
    }

    #[test]
    fn errors_of_statements() {
        let at = |elements: &str| statement_error(elements);
        assert_eq!(at(""), "`Effect` is missing at line 2, column 1 (/Statement/0)");
        assert_eq!(at(r#""Effect": "Deny""#), "`Action` is missing at line 2, column 1 (/Statement/0)");
        assert_eq!(
            at(r#""Action": []"#),
            "at least one value is needed at line 2, column 12 (/Statement/0/Action)"
        );
        assert_eq!(
            at(r#""Effect": "Allow", "Action": ["a:b", 1]"#),
            "expected a string, found a number at line 2, column 39 (/Statement/0/Action/1)"
        );
        assert_eq!(
            at(r#""Action": "*", "NotAction": "*""#),
            "`Action` and `NotAction` exclude each other at line 2, column 1 (/Statement/0)"
        );
    }

    #[test]
    fn errors_of_principals_and_conditions() {
        let at = |elements: &str| statement_error(&format!(r#""Effect": "Deny", "Action": "*", {elements}"#));
        assert!(at(r#""Principal": "me""#).starts_with("expected an object, found a string"));
        assert!(at(r#""Principal": {}"#).starts_with("at least one value is needed"));
        assert!(at(r#""Principal": {"Aws": "*"}"#).contains("(/Statement/0/Principal/Aws)"));
        assert!(at(r#""Condition": {"Bool": "x"}"#).ends_with("(/Statement/0/Condition/Bool)"));
        assert!(at(r#""Condition": {"Bool": {"a/b": {}}}"#).ends_with("(/Statement/0/Condition/Bool/a~1b)"));
    }

    #[test]
    fn values_without_text_have_pointers_alone() {
        let error = Document::from_value(&json!({"Statement": {"Effect": 1, "Action": "*"}})).unwrap_err();
        assert_eq!(error.to_string(), "expected a string, found a number (/Statement/Effect)");
    }
}
