//! Whole policy documents: equality and the flat form that differences are made of.

use super::generic::{join, json_text};
use super::statement::Statement;
use super::text::{Form, Text};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::fmt::Write as _;

/// What replaces a string of a document: one string, or several where a whole string stands for a list.
pub type Substitute<'a> = dyn FnMut(&str) -> Vec<String> + 'a;

/// The version of the policy language.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `2008-10-17`, also meant where no version is given. Variables such as `${aws:username}` are plain text
    /// in it.
    V2008,
    /// `2012-10-17`.
    V2012,
}

impl Version {
    /// As it is written in a policy.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

/// A policy document.
///
/// Equality is AWS's, see the [module](super): a document is equal to what AWS makes of it.
#[derive(Debug, Clone)]
pub struct Document {
    /// The version of the policy language.
    pub version: Version,
    /// A name that some services want in the policies of their resources.
    pub id: Option<String>,
    /// The statements, as they were written.
    pub statements: Vec<Statement>,
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.fields() == other.fields()
    }
}

impl Eq for Document {}

impl Document {
    /// A document of these statements, in the current version of the language.
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self { version: Version::V2012, id: None, statements: statements.into_iter().collect() }
    }

    /// The document as a sorted list of fields, equal exactly if the documents are.
    ///
    /// `[AllowDeploy].action` and the like for each statement; `id`; `version` unless it is the current one.
    /// Statements are keyed as in [`Self::keyed`]; where the key is not the `Sid`, `sid` is a field too.
    /// Values are in canonical form: a string, or a sorted array of strings, actions in lower case.
    pub fn fields(&self) -> Vec<(String, Value)> {
        self.ordered(&self.keyed(), Text::canonical)
    }

    /// The same fields, each value followed by itself as it was spelled: in the same shape and order, so that the
    /// elements and members of the two pair up by position.
    pub fn spelled_fields(&self) -> Vec<(String, Value, Value)> {
        let keyed = self.keyed();
        let canonical = self.ordered(&keyed, Text::canonical);
        let pairs = canonical.into_iter().zip(self.ordered(&keyed, Text::spelling));
        pairs.map(|((path, canonical), (_, spelled))| (path, canonical, spelled)).collect()
    }

    fn ordered(&self, keyed: &[(String, &Statement)], form: Form) -> Vec<(String, Value)> {
        let mut fields = Vec::new();
        if self.version != Version::V2012 {
            fields.push(("version".to_owned(), Value::from(self.version.as_str())));
        }
        if let Some(id) = &self.id {
            fields.push(("id".to_owned(), Value::from(id.as_str())));
        }
        for (key, statement) in keyed {
            fields.extend(statement_fields(key, statement, form));
        }
        fields.sort_by(|(one, _), (other, _)| one.cmp(other));
        fields
    }

    /// The distinct statements, each with a key that tells it from the others and that no equal spelling
    /// changes: the `Sid`, or `#` and a short hash of the statement's canonical form if it has no `Sid`,
    /// shares it with another statement, or has one that can't stand in a field's path.
    pub fn keyed(&self) -> Vec<(String, &Statement)> {
        let statements = self.distinct();
        let unique = |sid: &str| statements.iter().filter(|other| other.name() == Some(sid)).count() == 1;
        let key = |statement: &Statement| match statement.name() {
            Some(sid) if is_plain(sid) && unique(sid) => sid.to_owned(),
            _ => short_hash(&canonical_text(statement)),
        };
        statements.iter().map(|statement| (key(statement), *statement)).collect()
    }

    /// The document with every principal, action, resource and condition value replaced by what `f` makes of
    /// it; keys, operators and `Sid`s stay. The result is in canonical form again: values that became equal
    /// are one.
    #[must_use]
    pub fn map_strings(&self, f: &mut Substitute<'_>) -> Self {
        let statements = self.statements.iter().map(|statement| statement.map(f)).collect();
        Self { version: self.version, id: self.id.clone(), statements }
    }

    /// The statements without repetition, in their order. Only those of one name can be equal.
    pub(super) fn distinct(&self) -> Vec<&Statement> {
        let alike = |statement: &Statement| {
            self.statements.iter().filter(|other| other.name() == statement.name()).count() > 1
        };
        let mut seen = HashSet::new();
        let is_new = |statement: &&Statement| !alike(statement) || seen.insert(canonical_text(statement));
        self.statements.iter().filter(is_new).collect()
    }
}

fn statement_fields(key: &str, statement: &Statement, form: Form) -> Vec<(String, Value)> {
    let sid = statement.name().filter(|sid| *sid != key).map(|sid| ("sid", Value::from(sid)));
    let fields = statement.ordered(form).into_iter().chain(sid);
    fields.map(|(field, value)| (join(&format!("[{key}]"), field), value)).collect()
}

/// Whether a `Sid` can be a key: readable in a path, and not to be mistaken for a hash.
fn is_plain(sid: &str) -> bool {
    !sid.starts_with('#') && !sid.contains(['[', ']'])
}

fn canonical_text(statement: &Statement) -> String {
    json_text(&json!([statement.name(), statement.canonical()]))
}

fn short_hash(text: &str) -> String {
    Sha256::digest(text).iter().take(4).fold(String::from("#"), |mut hash, byte| {
        // Writing to a string can't fail.
        _ = write!(hash, "{byte:02x}");
        hash
    })
}

#[cfg(test)]
mod tests {
    use super::super::PrincipalType;
    use super::*;

    fn read(value: &Value) -> Document {
        Document::from_value(value).unwrap()
    }

    #[test]
    fn fields_of_a_trust() {
        let document = Document::new([Statement::allow("Pipeline")
            .principal_account("123456789012")
            .actions(["sts:TagSession", "sts:AssumeRole"])
            .condition("ArnEquals", "aws:PrincipalArn", ["arn:aws:iam::123456789012:role/pipeline"])
            .condition("StringEquals", "aws:PrincipalOrgID", ["o-1"])]);
        let expected = json!({
            "[Pipeline].action": ["sts:assumerole", "sts:tagsession"],
            "[Pipeline].condition": {
                "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/pipeline"},
                "StringEquals": {"aws:PrincipalOrgID": "o-1"},
            },
            "[Pipeline].effect": "Allow",
            "[Pipeline].principal": {"AWS": "123456789012"},
        });
        assert_eq!(Value::Object(document.fields().into_iter().collect()), expected);
    }

    #[test]
    fn spelled_fields_are_in_the_order_of_the_canonical_ones() {
        let document = read(&json!({"Version": "2012-10-17", "Statement": {
            "Sid": "A", "Effect": "Allow", "Principal": {"AWS": "*"},
            "Action": ["s3:PutObject", "S3:GetObject"],
            "Condition": {"stringlike": {"S3:Prefix": "x"}, "ArnLike": {"aws:sourceArn": "y"}},
        }}));
        let fields = document.spelled_fields().into_iter();
        let told: Vec<_> = fields.map(|(path, is, spelled)| format!("{path} {is} {spelled}")).collect();
        assert_eq!(
            told,
            [
                r#"[A].action ["s3:getobject","s3:putobject"] ["S3:GetObject","s3:PutObject"]"#,
                "[A].condition {\"ArnEquals\":{\"aws:SourceArn\":\"y\"},\"StringLike\":{\"s3:prefix\":\"x\"}} \
                 {\"ArnLike\":{\"aws:sourceArn\":\"y\"},\"stringlike\":{\"S3:Prefix\":\"x\"}}",
                r#"[A].effect "Allow" "Allow""#,
                r#"[A].principal "*" "*""#,
            ]
        );
    }

    #[test]
    fn what_iam_makes_of_a_trust_is_equal() {
        let document = Document::new([Statement::allow("")
            .principal_account("123456789012")
            .actions(["sts:AssumeRole"])]);
        let returned = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Sid%22%3A%22%22%2C%22Effect%22%3A\
            %22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22arn%3Aaws%3Aiam%3A%3A123456789012%3Aroot%22%7D%2C%22Action%22\
            %3A%22sts%3AAssumeRole%22%7D%5D%7D";
        assert_eq!(Document::from_iam(returned).unwrap(), document);
    }

    #[test]
    fn everyone_is_any_aws_principal_only_where_it_allows() {
        let equal = |effect: &str, element: &str| {
            let with =
                |who: Value| read(&json!({"Statement": {"Effect": effect, element: who, "Action": "s3:*"}}));
            with(json!("*")) == with(json!({"AWS": ["*"]}))
        };
        assert!(equal("Allow", "Principal"));
        assert!(!equal("Deny", "Principal"));
        assert!(!equal("Allow", "NotPrincipal"));
        let star = json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:*"});
        assert_eq!(read(&json!({"Statement": star.clone()})).to_value()["Statement"][0], star);
    }

    #[test]
    fn roles_sessions_and_dead_ids_differ() {
        let trust = |arn: &str| Document::new([Statement::allow("A").principal(PrincipalType::Aws, [arn])]);
        let role = trust("arn:aws:iam::123456789012:role/deployer");
        assert_ne!(role, trust("AROAEXAMPLEEXAMPLE123"));
        assert_ne!(role, trust("arn:aws:sts::123456789012:assumed-role/deployer/me"));
        assert_ne!(role, trust("arn:aws:iam::123456789012:root"));
    }

    #[test]
    fn keys_are_sids_while_they_tell_statements_apart() {
        let keys = |statements: Vec<Statement>| -> Vec<String> {
            Document::new(statements).keyed().into_iter().map(|(key, _)| key).collect()
        };
        let a = || Statement::allow("A").actions(["a:B"]);
        assert_eq!(keys(vec![a(), a(), Statement::deny("B")]), ["A", "B"]);
        assert!(
            keys(vec![a(), a().actions(["a:C"])]).iter().all(|key| key.starts_with('#') && key.len() == 9)
        );
        assert!(keys(vec![Statement::allow("x[1]")])[0].starts_with('#'));
        assert_eq!(
            keys(vec![Statement::allow("").actions(["a:B"])]),
            keys(vec![Statement::allow("").actions(["A:b"])])
        );
    }

    #[test]
    fn shared_sids_are_fields() {
        let document = Document::new([Statement::allow("A"), Statement::deny("A")]);
        let sids = document.fields().into_iter().filter(|(path, _)| path.ends_with("].sid"));
        assert_eq!(sids.count(), 2);
    }

    #[test]
    fn only_an_old_version_is_a_field() {
        let missing = read(&json!({"Statement": []}));
        assert_eq!(missing.fields(), [("version".to_owned(), json!("2008-10-17"))]);
        assert_eq!(missing, read(&json!({"Version": "2008-10-17", "Statement": []})));
        assert!(Document::new([]).fields().is_empty());
    }

    #[test]
    fn substitution_reaches_every_value_and_merges() {
        let mut substitute = |text: &str| match text {
            "${regions}" => vec!["eu-west-1".to_owned(), "eu-west-2".to_owned()],
            _ => vec![text.replace("${account.prod}", "123456789012")],
        };
        let document = Document::new([Statement::deny("Guard")
            .principal(PrincipalType::Aws, ["${account.prod}", "arn:aws:iam::${account.prod}:root"])
            .not_actions(["iam:*"])
            .not_resources(["arn:aws:s3:::b-${account.prod}/*"])
            .condition("StringNotEquals", "aws:RequestedRegion", ["${regions}", "eu-west-1"])]);
        assert_eq!(
            document.map_strings(&mut substitute).compact(),
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Guard\",\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\
             \"123456789012\"},\"NotAction\":\"iam:*\",\"NotResource\":\"arn:aws:s3:::b-123456789012/*\",\"Condition\":\
             {\"StringNotEquals\":{\"aws:RequestedRegion\":[\"eu-west-1\",\"eu-west-2\"]}}}]}"
        );
    }
}
