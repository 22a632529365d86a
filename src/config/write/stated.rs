//! Where the text states what the model keeps no place of: a list of nothing, what is switched off.

use toml::de::{DeTable, DeValue};

use super::Written;
use crate::{
    config::{
        complaint::Sink,
        files::Files,
        folder::{Document, Folder},
    },
    names::Origin,
};

/// Gives each value that has no place that of its key, if a file that its own is made of has it: the rest are defaults.
pub(super) fn find(all: &mut [Written], files: &Files) {
    // They were complained of when they were read.
    let silent = Sink::default();
    let folder = Folder::open(files, &silent);
    for written in all {
        let documents = documents(&folder, &written.path);
        for section in written.sections.iter_mut().filter(|section| !section.is_element) {
            for entry in section.entries.iter_mut().filter(|entry| entry.stated.is_empty()) {
                let place = |document: &Document<'_>| place(document, &section.header, &entry.key);
                entry.stated.extend(documents.iter().find_map(place));
            }
        }
    }
}

/// The file of this path, then the baselines that it builds on, each by way of the line that asks for it.
fn documents<'a>(folder: &Folder<'a>, path: &str) -> Vec<Document<'a>> {
    let mut documents: Vec<Document<'a>> =
        folder.documents().find(|document| document.source.name() == path).cloned().into_iter().collect();
    while let Some((name, line)) = documents.last().and_then(asked) {
        let Some(baseline) = folder.baselines.get(&name) else { break };
        documents.push(baseline.through(&line));
    }
    documents
}

/// The baseline that a file builds on, and the line that says so.
fn asked(document: &Document<'_>) -> Option<(String, Origin)> {
    let value = document.table.get("baseline").or_else(|| document.table.get("extends"))?;
    let DeValue::String(name) = value.get_ref() else { return None };
    Some((name.to_string(), document.source.origin(value.span())))
}

/// Where a file states a key of a table.
fn place(document: &Document<'_>, header: &[String], key: &str) -> Option<Origin> {
    let mut table: &DeTable<'_> = &document.table;
    for part in header {
        let DeValue::Table(below) = table.get(part.as_str())?.get_ref() else { return None };
        table = below;
    }
    Some(document.source.origin(table.get(key)?.span()))
}
