//! The model as TOML that is read again, with every default filled in: a writer for each table of the format, as `tables`
//! has a reader for each. Writers take models apart without `..`, so that what is added to a model does not compile until
//! somebody has said how it is written.

mod account;
mod assertion;
mod key;
mod logging;
mod names;
mod network;
mod organization;
mod role;
mod section;
mod stated;
mod text;

use std::{collections::BTreeMap, sync::Arc};

pub use section::{Entry, Section};

use super::files::{Files, ORGANIZATION};
use crate::{
    model::LandingZone,
    names::{Located, Origin},
};

/// A file of a landing zone as it would be written with every default filled in.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its path, relative to the landing zone's folder.
    pub path: Arc<str>,
    /// Its tables, in their order.
    pub sections: Vec<Section>,
}

/// All files of a landing zone, baselines merged into the accounts that have them. `files` is what it was read from.
pub fn written(zone: &LandingZone, files: &Files) -> Vec<Written> {
    let mut all = Pages::default();
    all.page(ORGANIZATION, organization::sections(zone));
    for account in zone.accounts.values() {
        let keys = zone.keys_in(&account.name).filter(|key| !key.shared);
        let sections = account::sections(account, keys, files);
        all.page(&format!("accounts/{}.toml", account.name), sections);
    }
    for (file, sections) in network::sections(&zone.network) {
        all.page(&file, sections);
    }
    let shared = zone.keys.values().filter(|key| key.shared);
    all.page("policies/keys.toml", shared.flat_map(key::sections).collect());
    let assertions = zone.assertions.iter().map(assertion::section);
    all.page("policies/assertions.toml", assertions.collect());
    let mut all: Vec<_> = all.0.into_iter().map(|(path, sections)| Written { path, sections }).collect();
    stated::find(&mut all, files);
    all
}

/// Files by their paths; one without tables is not written.
#[derive(Default)]
struct Pages(BTreeMap<Arc<str>, Vec<Section>>);

impl Pages {
    fn page(&mut self, path: &str, sections: Vec<Section>) {
        if !sections.is_empty() {
            self.0.entry(path.into()).or_default().extend(sections);
        }
    }
}

/// The places of values.
fn origins<T>(values: &[Located<T>]) -> impl Iterator<Item = &Origin> {
    values.iter().map(|value| &value.origin)
}
