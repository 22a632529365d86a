//! Changes field by field, with whole statements as sentences.

use super::{
    page::View,
    statements::{Part, sentence},
    values::Shown,
};
use crate::engine::{
    doc::{Change, Field, Member},
    kind::{ADDRESS_TAG, ORGANIZATION_TAG},
    plan::Step,
};

/// What is told as one.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) enum Item {
    /// A statement came or went as a whole.
    Statement {
        /// Its path.
        path: String,
        /// Whether it came.
        is_new: bool,
        /// What it says.
        sentence: String,
    },
    /// A field changed, came or went.
    Field {
        /// Its path.
        path: String,
        /// What AWS has.
        before: Option<Shown>,
        /// What is wanted.
        after: Option<Shown>,
    },
}

impl Item {
    /// The path it is about.
    pub(in crate::report) fn path(&self) -> &str {
        match self {
            Self::Statement { path, .. } | Self::Field { path, .. } => path,
        }
    }
}

/// The changes of a step, as they are told.
pub(in crate::report) fn items(step: &Step, view: View) -> Vec<Item> {
    let account = step.place.account.as_str();
    let shown = |field: &Option<Field>| field.as_ref().map(|field| Shown::of(field, account));
    let mut items: Vec<Item> = Vec::new();
    let changes = step.changes.list();
    for change in &*changes {
        if let Some((path, is_new, fields)) = whole_statement(&changes, change).filter(|_| !view.verbose) {
            if items.last().is_some_and(|last| last.path() == path) {
                continue;
            }
            let told = |change: &&Change| {
                let shown = shown(if is_new { &change.after } else { &change.before })?;
                Some((Part::of(&change.path)?.field.to_owned(), shown))
            };
            let fields: Vec<_> = fields.iter().filter_map(told).collect();
            let sentence = sentence(fields.iter().map(|(field, shown)| (field.as_str(), shown.clone())));
            items.push(Item::Statement { path, is_new, sentence: sentence.unwrap_or_default() });
            continue;
        }
        let Change { path, before, after } = change;
        items.extend(opened(path, shown(before), shown(after)));
    }
    items
}

/// Whether a path is one of the two tags that are ours alone.
pub(super) fn is_own_tag(path: &str) -> bool {
    let key = path.strip_prefix("tags[").and_then(|rest| rest.strip_suffix(']'));
    key.is_some_and(|key| key == ADDRESS_TAG || key == ORGANIZATION_TAG)
}

/// The statement that this change is a part of, if the statement came or went as a whole.
fn whole_statement<'c>(changes: &'c [Change], change: &Change) -> Option<(String, bool, Vec<&'c Change>)> {
    let element = Part::of(&change.path)?.element();
    let effect = format!("{element}.effect");
    let fields: Vec<_> = changes
        .iter()
        .filter(|other| Part::of(&other.path).is_some_and(|part| part.element() == element))
        .collect();
    if !fields.iter().any(|other| other.path == effect) {
        return None;
    }
    let is_new = fields.iter().all(|other| other.before.is_none());
    let is_gone = fields.iter().all(|other| other.after.is_none());
    (is_new || is_gone).then_some((element, is_new, fields))
}

/// An object member by member; anything else as it is.
fn opened(path: &str, before: Option<Shown>, after: Option<Shown>) -> Vec<Item> {
    let members = |side: &Option<Shown>| side.as_ref()?.value()?.members();
    let (Some(had), Some(wants)) = (members(&before), members(&after)) else {
        return vec![Item::Field { path: path.to_owned(), before, after }];
    };
    let new = wants.iter().filter(|member| with_key(&had, &member.key).is_none());
    let told = |member: &Member| {
        let (before, after) = (with_key(&had, &member.key), with_key(&wants, &member.key));
        if before.map(|had| &had.value) == after.map(|wants| &wants.value) {
            return Vec::new();
        }
        let path = format!("{path}.{}", after.unwrap_or(member).name);
        let value = |member: &Member| Shown::Value(member.value.clone());
        opened(&path, before.map(value), after.map(value))
    };
    had.iter().chain(new).flat_map(told).collect()
}

fn with_key<'m>(members: &'m [Member], key: &str) -> Option<&'m Member> {
    members.iter().find(|member| member.key == key)
}
