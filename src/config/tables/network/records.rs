//! The records of a private zone: a name, and what it answers by type.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, number, text};
use crate::model::Record;
use crate::names::{DomainName, Located, Origin};

/// The types that a landing zone states, as AWS writes them and as the TOML does, with what their values are.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html>
const TYPES: [(&str, &str, Sort); 8] = [
    ("A", "a", Sort::Address),
    ("AAAA", "aaaa", Sort::Address6),
    ("CAA", "caa", Sort::Other),
    ("CNAME", "cname", Sort::Name),
    ("MX", "mx", Sort::Other),
    ("PTR", "ptr", Sort::Name),
    ("SRV", "srv", Sort::Other),
    ("TXT", "txt", Sort::Text),
];

/// How long an answer may be remembered unless the landing zone says otherwise, in seconds.
const TTL: u32 = 300;
/// The longest: [what DNS allows][ttl].
///
/// [ttl]: https://datatracker.ietf.org/doc/html/rfc2181#section-8
const LONGEST_TTL: u32 = 2_147_483_647;
/// How many characters [a string of a text][txt] has at most; longer texts are several strings.
///
/// [txt]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat
const STRING: usize = 255;
/// The zone's own name.
const APEX: &str = "@";

/// What the values of a record are.
#[derive(Clone, Copy)]
enum Sort {
    Address,
    Address6,
    Name,
    Text,
    Other,
}

/// Reads `[zone."DOMAIN".records]`.
pub(super) fn read(table: Table<'_>, zone: &str) -> Vec<Record> {
    table.entries(|key, value| name(key, value, zone)).into_values().flatten().collect()
}

fn name(key: &Located<&str>, value: Value<'_>, zone: &str) -> Option<Vec<Record>> {
    let whole = whole(key, value, zone);
    let mut table = value.table(format!("`records.{}`", key.value), &key.origin)?;
    let ttl = table.optional("ttl", number(0..=LONGEST_TTL)).map_or(TTL, |ttl| ttl.value);
    let mut records = Vec::new();
    for (kind, word, sort) in TYPES {
        let values =
            table.optional(word, |value| Some((value.origin(), list(|one| read_value(one, sort))(value)?)));
        let Some((origin, values)) = values else { continue };
        if let Some(complaint) = wrong(key, word, &origin, values.len()) {
            table.complain(complaint);
            continue;
        }
        let Some(name) = &whole else { continue };
        let (name, kind) = (name.clone(), kind.to_owned());
        records.push(Record { name, kind, ttl, values, origin });
    }
    if !TYPES.iter().any(|(_, word, _)| table.has(word)) {
        let complaint = Complaint::new(&key.origin, "this name answers nothing");
        table.complain(complaint.help("for example `www = { a = [\"10.0.0.10\"] }`"));
    }
    table.finish();
    Some(records)
}

/// The whole name: `www` of the zone `acme.internal` is `www.acme.internal`.
fn whole(key: &Located<&str>, value: Value<'_>, zone: &str) -> Option<Located<String>> {
    let whole = if key.value == APEX { zone.to_owned() } else { format!("{}.{zone}", key.value) };
    let plain = if key.value == "*" { zone } else { whole.strip_prefix("*.").unwrap_or(&whole) };
    match plain.parse::<DomainName>() {
        Ok(_) => Some(Located::new(whole, key.origin.clone())),
        Err(invalid) => value.complain(Complaint::invalid(&key.origin, invalid)),
    }
}

/// What no record of a type can be, whatever its values.
fn wrong(key: &Located<&str>, word: &str, origin: &Origin, values: usize) -> Option<Complaint> {
    let (message, help) = match (word, values) {
        (_, 0) => ("there are no values here", "leave the type out, or list what is answered"),
        ("cname", _) if key.value == APEX => (
            "the zone's own name can't be another's: it has records already",
            "answer with addresses, by `a` or `aaaa`",
        ),
        ("cname" | "ptr", 2..) => ("a name is another's once", "leave one of them"),
        _ => return None,
    };
    Some(Complaint::new(origin, message).help(help))
}

/// A value in AWS's spelling.
fn read_value(value: Value<'_>, sort: Sort) -> Option<Located<String>> {
    let stated = text(value)?;
    let (is_right, expected) = match sort {
        Sort::Address => (stated.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
        Sort::Address6 => (stated.parse::<Ipv6Addr>().is_ok(), "an IPv6 address"),
        Sort::Name => (stated.trim_end_matches('.').parse::<DomainName>().is_ok(), "a domain"),
        Sort::Text => return Some(stated.map(|text| quoted(&text))),
        Sort::Other => return Some(stated),
    };
    if is_right {
        return Some(stated);
    }
    value.complain(Complaint::new(&stated.origin, format!("this is not {expected}")))
}

/// A text as DNS has it: strings in quotes.
fn quoted(text: &str) -> String {
    let chars: Vec<_> = text.chars().collect();
    let string = |part: &[char]| {
        let part: String = part.iter().collect();
        format!("\"{}\"", part.replace('\\', "\\\\").replace('"', "\\\""))
    };
    chars.chunks(STRING).map(string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_parted() {
        assert_eq!(quoted("v=spf1 -all"), "\"v=spf1 -all\"");
        assert_eq!(quoted("a\"b"), "\"a\\\"b\"");
        assert_eq!(quoted(&"x".repeat(256)), format!("\"{}\" \"x\"", "x".repeat(255)));
    }
}
