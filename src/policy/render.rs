//! From documents to JSON text.

use super::document::{Document, Version};
use super::generic::json_text;
use super::statement::Statement;
use serde_json::{Map, Value};

/// How large a text is, in the units in which AWS limits policies.
///
/// [IAM][iam] does not count white space. [Organizations][organizations] counts every character that it is
/// sent; its documentation has said both characters and bytes, so the safe number is bytes.
///
/// [iam]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
/// [organizations]: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html#min-max-values
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Bytes of UTF-8: counts for Organizations policies.
    pub bytes: usize,
    /// Characters, white space included.
    pub characters: usize,
    /// Characters that are not white space: counts for IAM policies and role trusts.
    pub without_space: usize,
}

impl Size {
    /// The size of a text.
    pub fn of(text: &str) -> Self {
        let space = |character: &char| character.is_whitespace();
        let spaces = if text.is_ascii() {
            text.bytes().filter(|byte| space(&char::from(*byte))).count()
        } else {
            text.chars().filter(space).count()
        };
        let characters = text.chars().count();
        Self { bytes: text.len(), characters, without_space: characters - spaces }
    }
}

impl Document {
    /// The document as JSON. Elements stand in the order of AWS's grammar, statements as they were written
    /// (equal ones once), values sorted. An array of one is a plain value, and the old version, being the
    /// default, is left out.
    pub fn to_value(&self) -> Value {
        let mut elements = Map::new();
        if self.version == Version::V2012 {
            elements.insert("Version".to_owned(), Value::from(self.version.as_str()));
        }
        if let Some(id) = &self.id {
            elements.insert("Id".to_owned(), Value::from(id.as_str()));
        }
        let statements = self.distinct().into_iter().map(Statement::to_json).collect();
        elements.insert("Statement".to_owned(), Value::Array(statements));
        Value::Object(elements)
    }

    /// The shortest JSON text, which is what is sent to AWS: Organizations counts white space, and keeps it.
    pub fn compact(&self) -> String {
        json_text(&self.to_value())
    }

    /// Indented JSON text, for people.
    pub fn pretty(&self) -> String {
        format!("{:#}", self.to_value())
    }

    /// How large the compact text is.
    pub fn size(&self) -> Size {
        Size::of(&self.compact())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"{"Statement":[{"Resource":["*"],"Action":["s3:b","S3:A"],"Effect":"Allow","Sid":"é e"}],
        "Version":"2012-10-17"}"#;

    #[test]
    fn compact_is_ordered_and_keeps_spelling() {
        let document: Document = POLICY.parse().unwrap();
        let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"é e","Effect":"Allow","Action":["S3:A","s3:b"],"Resource":"*"}]}"#;
        assert_eq!(document.compact(), text);
        let characters = text.chars().count();
        assert_eq!(document.size(), Size { bytes: text.len(), characters, without_space: characters - 1 });
    }

    #[test]
    fn pretty_is_the_same_document() {
        let document: Document = POLICY.parse().unwrap();
        assert!(document.pretty().starts_with("{\n  \"Version\": \"2012-10-17\",\n"));
        assert_eq!(document.pretty().parse::<Document>().unwrap(), document);
    }
}
