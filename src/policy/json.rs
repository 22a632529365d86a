//! JSON text: strict about repeated keys, and able to tell where in the text a value stands.

use super::error::{Error, Position, Problem};
use serde_json::Value;
use std::collections::HashMap;

/// Reads JSON text, refusing keys that are given twice.
///
/// A parser that keeps only the last of two equal keys would silently drop half of a policy; AWS refuses such
/// [documents](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes).
pub fn parse(text: &str) -> Result<Value, Error> {
    let value = serde_json::from_str(text).map_err(|error| syntax(text, &error))?;
    index(text)?;
    Ok(value)
}

/// Adds to an error about the document in `text` where in the text its place is.
pub(super) fn locate(text: &str, error: Error) -> Error {
    let Ok(places) = index(text) else { return error };
    let position = places.get(&error.pointer).map(|place| {
        let offset = if error.problem.is_about_key() { place.key } else { place.value };
        Position::of(text, offset)
    });
    Error { position: position.or(error.position), ..error }
}

/// Undoes the percent-encoding ([RFC 3986]) in which IAM returns documents. Text that is not encoded is
/// returned as it is: an encoded document can't start with a brace.
///
/// [RFC 3986]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
pub(super) fn percent_decode(text: &str) -> Result<String, Error> {
    if text.trim_start().starts_with('{') {
        return Ok(text.to_owned());
    }
    let decoded = decode_bytes(text.as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.ok_or_else(|| Error { pointer: String::new(), position: None, problem: Problem::Encoding })
}

fn decode_bytes(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(rest.len());
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first == b'%' {
            let (digits, after) = rest.split_first_chunk::<2>()?;
            decoded.push(hex(digits[0])? << 4 | hex(digits[1])?);
            rest = after;
        } else {
            decoded.push(first);
        }
    }
    Some(decoded)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// A key as a step of a JSON pointer.
pub(super) fn pointer(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn syntax(text: &str, error: &serde_json::Error) -> Error {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let offset = before + error.column().saturating_sub(1);
    let said = error.to_string();
    let reason = said.split(" at line ").next().unwrap_or(&said).to_owned();
    let position = Some(Position::of(text, offset.min(text.len())));
    Error { pointer: String::new(), position, problem: Problem::Syntax(reason) }
}

/// Where a value starts, and where the key in front of it does.
#[derive(Clone, Copy)]
struct Place {
    key: usize,
    value: usize,
}

/// Where every value of `text`, which must be JSON, stands.
fn index(text: &str) -> Result<HashMap<String, Place>, Error> {
    let mut walk = Walk { text, at: 0, places: HashMap::new() };
    walk.space();
    walk.value("", walk.at)?;
    Ok(walk.places)
}

/// A walk over text that is known to be JSON.
struct Walk<'a> {
    text: &'a str,
    at: usize,
    places: HashMap<String, Place>,
}

impl Walk<'_> {
    fn value(&mut self, path: &str, key: usize) -> Result<(), Error> {
        self.places.insert(path.to_owned(), Place { key, value: self.at });
        match self.peek() {
            Some(b'{') => self.object(path),
            Some(b'[') => self.array(path),
            Some(b'"') => {
                self.string();
                Ok(())
            }
            _ => {
                self.skip(|byte| !matches!(byte, b',' | b']' | b'}') && !byte.is_ascii_whitespace());
                Ok(())
            }
        }
    }

    fn object(&mut self, path: &str) -> Result<(), Error> {
        self.open();
        while self.peek() == Some(b'"') {
            let start = self.at;
            let key = self.string();
            let inner = pointer(path, &key);
            if self.places.contains_key(&inner) {
                return Err(self.duplicate(inner, key, start));
            }
            self.separator();
            self.value(&inner, start)?;
            self.separator();
        }
        self.at += 1;
        Ok(())
    }

    fn array(&mut self, path: &str) -> Result<(), Error> {
        self.open();
        let mut count = 0_usize;
        while self.peek().is_some_and(|byte| byte != b']') {
            self.value(&format!("{path}/{count}"), self.at)?;
            self.separator();
            count += 1;
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while self.peek().is_some_and(|byte| byte != b'"') {
            self.at += if self.peek() == Some(b'\\') { 2 } else { 1 };
        }
        self.at += 1;
        self.text.get(start..self.at).and_then(|token| serde_json::from_str(token).ok()).unwrap_or_default()
    }

    fn duplicate(&self, pointer: String, key: String, at: usize) -> Error {
        Error { pointer, position: Some(Position::of(self.text, at)), problem: Problem::Duplicate(key) }
    }

    fn open(&mut self) {
        self.at += 1;
        self.space();
    }

    fn separator(&mut self) {
        self.skip(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b':'));
    }

    fn space(&mut self) {
        self.skip(|byte| byte.is_ascii_whitespace());
    }

    fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_values_and_keys() {
        let text = "{ \"a\": [1,\n  {\"b/c\\u0041\": \"x\\\"]\"}, true], \"d\" : {} , \"e\":null}";
        let places = index(text).unwrap();
        let at = |path: &str| (places[path].key, places[path].value);
        assert_eq!(&text[at("/a").1..=at("/a").1], "[");
        assert!(text[at("/a/1/b~1cA").0..].starts_with("\"b/c"));
        assert!(text[at("/a/1/b~1cA").1..].starts_with("\"x"));
        assert!(text[at("/a/2").1..].starts_with("true"));
        assert!(text[at("/d").1..].starts_with("{}"));
        assert!(text[at("/e").1..].starts_with("null"));
    }

    #[test]
    fn refuses_repeated_keys_where_they_stand() {
        let error = parse("{\"a\": 1,\n \"b\": {}, \"\\u0061\": 2}").unwrap_err();
        assert_eq!(error.to_string(), "`a` is given twice at line 2, column 11 (/a)");
    }

    #[test]
    fn syntax_errors_have_a_place() {
        let error = parse("{\n  \"a\": é}").unwrap_err();
        assert_eq!(error.to_string(), "not JSON: expected value at line 2, column 8");
        assert!(parse("").is_err());
        assert!(parse(&"[".repeat(10_000)).is_err());
    }

    #[test]
    fn percent_encoding() {
        assert_eq!(percent_decode("%7B%22a%22%3A%22%C3%A9+%22%7D").unwrap(), "{\"a\":\"é+\"}");
        assert_eq!(percent_decode(" {\"a\":\"100%\"}").unwrap(), " {\"a\":\"100%\"}");
        for broken in ["%7", "%zz", "%FF", "%+1"] {
            assert_eq!(percent_decode(broken).unwrap_err().problem, Problem::Encoding, "{broken}");
        }
    }
}
