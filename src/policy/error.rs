//! What is wrong with a document, and where.

use std::fmt;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Bytes before the place.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The place `offset` bytes into `text`.
    pub fn of(text: &str, offset: usize) -> Self {
        let offset = text.floor_char_boundary(offset);
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        Self { offset, line, column: before[line_start..].chars().count() + 1 }
    }
}

/// Why a text is not a policy document, and where it is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    /// The value at fault as a JSON pointer ([RFC 6901]); empty for the whole document.
    ///
    /// [RFC 6901]: https://www.rfc-editor.org/rfc/rfc6901
    pub pointer: String,
    /// The same place in the text, if the document was read from text.
    pub position: Option<Position>,
    /// What is wrong there.
    pub problem: Problem,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.problem)?;
        if let Some(Position { line, column, .. }) = self.position {
            write!(f, " at line {line}, column {column}")?;
        }
        if self.pointer.is_empty() { Ok(()) } else { write!(f, " ({})", self.pointer) }
    }
}

/// The kinds of mistakes in a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Syntax(String),
    /// The text is percent-encoded, but not as UTF-8.
    #[error("broken percent-encoding")]
    Encoding,
    /// An object holds the same key twice, which AWS refuses.
    #[error("`{0}` is given twice")]
    Duplicate(String),
    /// An object holds a key that the policy language does not know.
    #[error("unknown element `{name}`, expected one of {}", listed(.expected))]
    Unknown {
        /// The key as written.
        name: String,
        /// The keys that may stand there.
        expected: &'static [&'static str],
    },
    /// A required element is absent.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// Two elements exclude each other.
    #[error("`{0}` and `{1}` exclude each other")]
    Clash(&'static str, &'static str),
    /// A value has the wrong type.
    #[error("expected {expected}, found {found}")]
    Type {
        /// What may stand there.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A value is none of the few that are allowed; they are case-sensitive.
    #[error("unknown value `{found}`, expected {}", listed(.expected))]
    Value {
        /// The value as written.
        found: String,
        /// The values that may stand there.
        expected: &'static [&'static str],
    },
    /// A list that needs at least one value has none.
    #[error("at least one value is needed")]
    Empty,
}

impl Problem {
    /// Whether the mistake is the key rather than the value behind it.
    pub(super) fn is_about_key(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::Duplicate(_))
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        assert_eq!(Position::of("é\nöx", 5), Position { offset: 5, line: 2, column: 2 });
        assert_eq!(Position::of("", 9), Position { offset: 0, line: 1, column: 1 });
    }

    #[test]
    fn display_says_what_and_where() {
        let problem = Problem::Value { found: "allow".into(), expected: &["Allow", "Deny"] };
        let position = Some(Position { offset: 0, line: 3, column: 17 });
        let error = Error { pointer: "/Statement/0/Effect".into(), position, problem };
        assert_eq!(
            error.to_string(),
            "unknown value `allow`, expected `Allow`, `Deny` at line 3, column 17 (/Statement/0/Effect)"
        );
    }
}
