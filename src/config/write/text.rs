use std::fmt::Write as _;

use serde_json::Value as Json;

use super::{Entry, Section, Written};
use crate::names::Origin;

/// A list that is longer stands on lines of its own.
const LONGEST: usize = 100;
/// Further out no comment is put: it follows its value at once.
const FURTHEST: usize = 64;

impl Written {
    /// As TOML, with comments that say where each value is stated.
    pub fn text(&self) -> String {
        self.lines(|entry| Some(comment(entry)))
    }

    /// As TOML alone.
    pub fn bare(&self) -> String {
        self.lines(|_| None)
    }

    fn lines(&self, comment: impl Fn(&Entry) -> Option<String>) -> String {
        let mut out = String::new();
        for section in &self.sections {
            // Writing to a string can't fail.
            if !out.is_empty() {
                out.push('\n');
            }
            if let Some(header) = header(section) {
                _ = writeln!(out, "{header}");
            }
            entries(section, &comment, &mut out);
        }
        out
    }
}

fn header(section: &Section) -> Option<String> {
    let keys: Vec<_> = section.header.iter().map(|part| key(part)).collect();
    let keys = keys.join(".");
    match (keys.is_empty(), section.is_element) {
        (true, _) => None,
        (false, true) => Some(format!("[[{keys}]]")),
        (false, false) => Some(format!("[{keys}]")),
    }
}

fn entries(section: &Section, comment: impl Fn(&Entry) -> Option<String>, out: &mut String) {
    let width = |text: &str| text.chars().count();
    let column = section.entries.iter().map(|entry| width(&key(&entry.key))).max().unwrap_or_default();
    let line = |entry: &Entry| format!("{:column$} = {}", key(&entry.key), value(&entry.value, column));
    let lines: Vec<_> = section.entries.iter().map(line).collect();
    let ends = lines.iter().map(|line| width(line.lines().last().unwrap_or_default()));
    let comments = ends.filter(|end| *end <= FURTHEST).max().unwrap_or_default();
    for (entry, line) in section.entries.iter().zip(&lines) {
        let end = width(line.lines().last().unwrap_or_default());
        // Writing to a string can't fail.
        _ = match comment(entry) {
            Some(comment) => {
                let pad = " ".repeat(comments.saturating_sub(end) + 2);
                writeln!(out, "{line}{pad}# {comment}")
            }
            None => writeln!(out, "{line}"),
        };
    }
}

/// A key without quotes where it needs none.
fn key(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { quoted(key) }
}

/// JSON's escapes are TOML's too; only the last of the control characters needs one that JSON does without.
fn quoted(text: &str) -> String {
    Json::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// A value behind a key that takes so many columns.
fn value(of: &Json, column: usize) -> String {
    let whole = inline(of);
    match of {
        Json::Array(items) if column + 3 + whole.chars().count() > LONGEST && !items.is_empty() => {
            let items: Vec<_> = items.iter().map(inline).collect();
            format!("[\n    {},\n]", items.join(",\n    "))
        }
        _ => whole,
    }
}

fn inline(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Json::Object(members) if members.is_empty() => "{}".to_owned(),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value.to_string(),
    }
}

/// Where a value is stated.
fn comment(entry: &Entry) -> String {
    if entry.stated.is_empty() {
        return "default".to_owned();
    }
    let told: Vec<_> = entry.stated.iter().map(way).collect();
    // The name of a file is nobody's to end a comment with.
    told.join("; ").chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// The line, and those by way of which it is reached.
fn way(origin: &Origin) -> String {
    let place = |origin: &Origin| format!("{}:{}", origin.path(), origin.at.line);
    let by: Vec<_> = origin.chain().skip(1).map(place).collect();
    if by.is_empty() { place(origin) } else { format!("{} by way of {}", place(origin), by.join(", ")) }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn entry(key: &str, value: Json, stated: &[Origin]) -> Entry {
        Entry { key: key.to_owned(), value, stated: stated.to_vec() }
    }

    #[test]
    fn tables_are_written_with_the_places_of_their_values() {
        let file = Origin::file("accounts/prod.toml");
        let mut inherited = Origin::file("baselines/workload.toml").through(&file);
        inherited.at.line = 7;
        let mut section = Section::new(["roles", "de ployer"], &file);
        let long: Vec<_> = (0..9).map(|number| format!("security/a-rather-long-name-{number}")).collect();
        section.entries = vec![
            entry("session", json!("1h"), &[]),
            entry("trust", json!([{"oidc": "gitlab", "subject": ["a\"b"]}]), &[inherited]),
            entry("allow", json!(long), &[file.clone(), Origin::file("od\nd.toml")]),
        ];
        let written = Written { path: "accounts/prod.toml".into(), sections: vec![section] };
        assert_snapshot!(written.text());
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_it_was_written(name in any::<String>(), text in any::<String>()) {
            let written = format!("{} = {}", key(&name), inline(&json!([text, {"a": text}])));
            let read: toml::Table = written.parse().expect("TOML");
            prop_assert_eq!(read[&name][0].as_str(), Some(&*text));
            prop_assert_eq!(read[&name][1]["a"].as_str(), Some(&*text));
        }
    }
}
