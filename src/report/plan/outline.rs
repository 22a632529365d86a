//! What is most telling of a resource that is to be made: a line of fields, and its policies as sentences.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{
    statements::{Part, sentence},
    values::{Shown, brief},
};
use crate::{
    engine::{
        doc::{Change, Spelled, root},
        plan::Step,
    },
    report::{
        page::{Line, Page, cut, width},
        style::Label,
        words::plural,
    },
};

/// A resource with no more facts than this is told by its name.
const FEW_FACTS: usize = 3;
/// So many facts are told before the rest is only counted.
const FACTS: usize = 6;
/// A value is cut after so many columns.
const VALUE: usize = 56;
/// A policy with more statements than this is told by their names.
const STATEMENTS: usize = 3;

/// The outline of a resource.
struct Outline<'s> {
    /// Names and values of fields.
    facts: Vec<(&'s str, String)>,
    /// Each policy's path and its statements, by key.
    policies: Vec<(&'s str, Vec<(&'s str, String)>)>,
}

/// Whether there is so little to tell that several of a kind can share a line.
pub(super) fn is_dull(step: &Step) -> bool {
    let changes = step.changes.list();
    let Outline { facts, policies } = Outline::of(step, &changes);
    policies.is_empty() && facts.len() <= FEW_FACTS
}

/// The outline as lines.
pub(super) fn page(step: &Step) -> Page {
    let changes = step.changes.list();
    let Outline { facts, policies } = Outline::of(step, &changes);
    let mut page = Page::default();
    if !facts.is_empty() {
        page.push(told(&facts));
    }
    for (path, statements) in &policies {
        if statements.len() > STATEMENTS {
            let names: Vec<_> = statements.iter().map(|(name, _)| *name).collect();
            let text = format!("{}: {}", plural(names.len(), "statement"), names.join(", "));
            page.push(Line::at(6).say(Label::Aside, path).plain(": ").plain(text));
            continue;
        }
        for (_, sentence) in statements {
            page.push(Line::at(6).say(Label::Aside, path).plain(": ").plain(sentence));
        }
    }
    page
}

fn told(facts: &[(&str, String)]) -> Line {
    let mut line = Line::at(6);
    for (at, (name, value)) in facts.iter().take(FACTS).enumerate() {
        let between = if at > 0 { " · " } else { "" };
        line = line.plain(between).say(Label::Aside, name).plain(": ").plain(value);
    }
    match facts.len().saturating_sub(FACTS) {
        0 => line,
        more => line.say(Label::Aside, format!(" · and {more} more")),
    }
}

impl<'s> Outline<'s> {
    fn of(step: &Step, changes: &'s [Change]) -> Self {
        let mut outline = Self { facts: Vec::new(), policies: Vec::new() };
        let mut seen = BTreeSet::new();
        for change in changes {
            let root = root(&change.path);
            if root != "tags" && seen.insert(root) {
                let fields = changes.iter().filter(|other| self::root(&other.path) == root);
                outline.add(root, &fields.collect::<Vec<_>>(), step);
            }
        }
        outline
    }

    /// Adds all fields under one root.
    fn add(&mut self, root: &'s str, fields: &[&'s Change], step: &Step) {
        let account = step.place.account.as_str();
        let shown = |change: &Change| change.after.as_ref().map(|after| Shown::of(after, account));
        let (statements, rest): (Vec<_>, Vec<_>) = fields.iter().copied().partition(|change| {
            let part = Part::of(&change.path);
            part.is_some_and(|part| {
                fields.iter().any(|other| other.path == format!("{}.effect", part.element()))
            })
        });
        self.add_policies(&statements, shown);
        let keys: BTreeSet<_> =
            rest.iter().filter_map(|change| Part::of(&change.path)).map(|part| part.key).collect();
        match rest.as_slice() {
            [] => {}
            _ if !keys.is_empty() => {
                self.facts.push((root, shorten(&keys.into_iter().collect::<Vec<_>>().join(", "))));
            }
            [one] => self.facts.extend(
                shown(one)
                    .filter(|shown| is_telling(shown, step))
                    .map(|shown| (one.path.as_str(), shorten(&shown.text()))),
            ),
            several => self.facts.push((root, plural(several.len(), "setting"))),
        }
    }

    fn add_policies(&mut self, fields: &[&'s Change], shown: impl Fn(&Change) -> Option<Shown>) {
        let parts = fields.iter().filter_map(|change| Some((Part::of(&change.path)?, *change)));
        let parts: Vec<_> = parts.collect();
        let mut seen = BTreeSet::new();
        for (part, _) in &parts {
            if !seen.insert((part.of, part.key)) {
                continue;
            }
            let same = parts.iter().filter(|(other, _)| (other.of, other.key) == (part.of, part.key));
            let fields = same.filter_map(|(part, change)| Some((part.field, shown(change)?)));
            let Some(sentence) = sentence(fields) else { continue };
            match self.policies.iter_mut().find(|(of, _)| *of == part.of) {
                Some((_, statements)) => statements.push((part.key, sentence)),
                None => self.policies.push((part.of, vec![(part.key, sentence)])),
            }
        }
    }
}

/// Whether a value says something that its absence, or the address, would not.
fn is_telling(shown: &Shown, step: &Step) -> bool {
    let Some(value) = shown.value().map(Spelled::shown) else { return true };
    let is_name = |text: &str| step.address.rsplit('/').next() == Some(text);
    match value {
        Json::Null | Json::Bool(false) => false,
        Json::String(text) => !text.is_empty() && text != "/" && !is_name(text),
        Json::Array(items) => !items.is_empty(),
        Json::Object(members) => !members.is_empty(),
        Json::Bool(true) | Json::Number(_) => brief(value) != "0",
    }
}

fn shorten(text: &str) -> String {
    if width(text) <= VALUE { text.to_owned() } else { format!("{}…", cut(text, VALUE - 1)) }
}
