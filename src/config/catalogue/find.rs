//! Finding a key by what somebody typed.

use super::{Entry, Fields, File, Key, Name, Step, entries};
use crate::names::nearest;

/// What was found.
#[derive(Debug)]
pub enum Found {
    /// A file: `organization.toml`, `accounts`.
    File(File),
    /// One key, or several that can't be told apart by what was typed.
    Keys(Vec<Entry>),
    /// Nothing; with what was likely meant.
    Nothing(Option<String>),
}

/// The keys that `text` means: `roles.NAME.trust`, `roles.deployer.trust`, `roles.trust`, `[roles]`, `trust`, `rol.tr`.
///
/// Names may be left out or be the user's own. The first of these that anything answers to: whole paths, ends of
/// paths, paths of which each part is abbreviated, ends of paths of which each part is.
pub fn find(text: &str) -> Found {
    if let Some(file) = file(text) {
        return Found::File(file);
    }
    let asked = parts(text);
    let asked: Vec<_> = asked.iter().map(String::as_str).collect();
    let all = entries();
    for is_meant in [EXACTLY, BEGINS] {
        for from_the_top in [true, false] {
            let starts = |entry: &Entry| if from_the_top { 0..1 } else { 0..entry.path.len() };
            let taken = |entry: &Entry| {
                starts(entry).filter_map(|start| names_in(&entry.path[start..], &asked, is_meant)).min()
            };
            let found: Vec<_> = all.iter().filter_map(|entry| Some((taken(entry)?, entry))).collect();
            // `vpc.cidr` is the key of every VPC rather than a VPC of that name.
            if let Some(fewest) = found.iter().map(|(names, _)| *names).min() {
                let found = found.into_iter().filter(|(names, _)| *names == fewest);
                return Found::Keys(found.map(|(_, entry)| entry.clone()).collect());
            }
        }
    }
    Found::Nothing(likely(&asked, &all))
}

/// Whether a part of what was typed means a key.
type IsMeant = fn(&str, &str) -> bool;

const EXACTLY: IsMeant = |part, key| part == key;
const BEGINS: IsMeant = |part, key| !part.is_empty() && key.starts_with(part);

/// How many of the parts are names of the user's, if a path is what they say to its end.
fn names_in(path: &[Step], asked: &[&str], is_meant: IsMeant) -> Option<usize> {
    let Some((step, path)) = path.split_first() else { return asked.is_empty().then_some(0) };
    let (part, rest) = asked.split_first().unzip();
    match (step, part) {
        (Step::Name(_), _) => {
            let taken = rest.and_then(|rest| names_in(path, rest, is_meant));
            names_in(path, asked, is_meant).into_iter().chain(taken.map(|names| names + 1)).min()
        }
        (Step::Key(key), Some(part)) if is_meant(part, key.name) => match (rest, key.shape.name()) {
            // A table of the user's keys is meant with and without one of them.
            (Some([name]), Some(own)) if path.is_empty() && is_name(name, own, key) => Some(1),
            (rest, _) => names_in(path, rest.unwrap_or_default(), is_meant),
        },
        _ => None,
    }
}

/// Whether what stands behind a key is a name of the user's, rather than a key of the table that was mistyped.
fn is_name(part: &str, own: &Name, key: &Key) -> bool {
    let keys = key.shape.tables().into_iter().flat_map(Fields::all);
    part == own.placeholder || nearest(part, keys.map(|key| key.name)).is_none()
}

/// A kind of file by its path, its folder or the name of its schema where no key is called so.
fn file(text: &str) -> Option<File> {
    let path = text.trim_start_matches("./");
    let named =
        |file: &File| path == file.pattern() || Some(path) == file.pattern().strip_suffix("/NAME.toml");
    File::ALL.into_iter().find(named).or_else(|| File::of(path))
}

/// The parts of a path: between dots, but for dots in quotation marks.
fn parts(text: &str) -> Vec<String> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let (mut parts, mut part, mut quote) = (Vec::new(), String::new(), None);
    for c in text.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('.', None) => parts.push(std::mem::take(&mut part)),
            (c, _) => part.push(c),
        }
    }
    parts.push(part);
    parts
}

/// The path that was likely meant: a key beside what would have been the last one, else one whose path is alike, else one
/// that is called alike.
fn likely(asked: &[&str], all: &[Entry]) -> Option<String> {
    let (last, above) = asked.split_last()?;
    let is_beside = |entry: &&Entry| {
        let table = entry.path.split_last().map_or(&[][..], |(_, table)| table);
        names_in(table, above, EXACTLY).is_some()
    };
    let called = |entries: &[&Entry]| {
        let name = nearest(last, entries.iter().map(|entry| entry.key.name))?;
        entries.iter().find(|entry| entry.key.name == name).map(|entry| entry.path())
    };
    let alike = || {
        let paths: Vec<_> = all.iter().map(|entry| entry.keys().join(".")).collect();
        let path = nearest(&asked.join("."), paths.iter().map(String::as_str))?;
        let at = paths.iter().position(|other| other == path)?;
        Some(all.get(at)?.path())
    };
    let beside: Vec<_> = all.iter().filter(is_beside).collect();
    called(&beside).or_else(alike).or_else(|| called(&all.iter().collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        match find(text) {
            Found::File(file) => file.pattern().to_owned(),
            Found::Keys(entries) => entries.iter().map(Entry::path).collect::<Vec<_>>().join(" "),
            Found::Nothing(likely) => format!("? {}", likely.unwrap_or_default()),
        }
    }

    #[test]
    fn keys_are_found_by_what_people_type() {
        let cases = [
            ("organization.home_region", "organization.home_region"),
            ("home_region", "organization.home_region"),
            ("org.home", "organization.home_region"),
            ("roles.NAME.trust", "roles.NAME.trust"),
            ("roles.deployer.trust", "roles.NAME.trust"),
            ("roles.trust", "roles.NAME.trust"),
            ("[roles]", "roles.NAME"),
            ("roles.deployer", "roles.NAME"),
            ("[vpc.prod]", "vpc.NAME"),
            ("vpc.prod.tiers", "vpc.NAME.tiers"),
            ("vpc.tiers.data", "vpc.NAME.tiers.data"),
            ("zone.\"prod.acme.internal\".records.www.ttl", "zone.DOMAIN.records.RECORD.ttl"),
            ("trust.oidc", "roles.NAME.trust.oidc"),
            ("[[assert]]", "assert"),
            ("assert.reach.port", "assert.reach.port"),
            ("trail.data.wr", "trail.data_events.write_only"),
            ("organization", "organization"),
            ("organization.toml", "organization.toml"),
            ("accounts/prod.toml", "accounts/NAME.toml"),
            ("accounts/management.toml", "accounts/management.toml"),
            ("network", "network/NAME.toml"),
            ("region", "archive.replicate.region keys.NAME.region vpc.NAME.region external.NAME.region"),
            ("roles.NAME.turst", "? roles.NAME.trust"),
            ("organisation.nmae", "? organization.name"),
            ("vpc.prod.teirs", "? vpc.NAME.tiers"),
            ("", "? "),
            ("vpc.cidr", "vpc.NAME.cidr"),
            ("vpc.teirs", "? vpc.NAME.tiers"),
            ("nothing.of.the.kind", "? "),
        ];
        for (typed, meant) in cases {
            assert_eq!(found(typed), meant, "{typed}");
        }
    }

    #[test]
    fn every_key_is_found_by_its_path() {
        for entry in entries() {
            let Found::Keys(found) = find(&entry.path()) else { panic!("{} is not found", entry.path()) };
            assert!(found.iter().any(|other| std::ptr::eq(other.key, entry.key)), "{}", entry.path());
        }
    }
}
