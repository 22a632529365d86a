//! Tables to model: baselines merged into accounts, defaults filled in, names of policies looked up.

mod account;
mod attachments;
mod baselines;
mod guards;
mod key;
mod role;
mod units;

use std::collections::BTreeMap;

use super::complaint::Sink;
use super::folder::Folder;
use super::tables::{AccountTable, Pieces};
use crate::model::LandingZone;
use crate::names::AccountName;

/// What all of a landing zone's parts are resolved against.
struct Context<'a> {
    pieces: &'a Pieces,
    folder: &'a Folder<'a>,
    sink: &'a Sink,
}

/// Makes a landing zone of its pieces. What can't be resolved is left out, with a complaint.
pub(super) fn resolve(mut pieces: Pieces, folder: &Folder<'_>, sink: &Sink) -> LandingZone {
    let management = || AccountTable::empty(pieces.file.organization.origin.clone());
    pieces.accounts.entry(AccountName::management()).or_insert_with(management);
    let context = Context { pieces: &pieces, folder, sink };
    baselines::check(&context);
    let units = units::resolve(&context);
    let (mut accounts, mut own_keys) = (BTreeMap::new(), BTreeMap::new());
    for (name, table) in &pieces.accounts {
        let (account, keys) = account::resolve(&context, &units, name, table);
        accounts.insert(name.clone(), account);
        own_keys.insert(name.clone(), keys);
    }
    let keys = key::resolve(&context, &accounts, own_keys);
    let contacts = account::contacts(&pieces.file.contacts, sink);
    let file = pieces.file;
    let mut landing_zone = LandingZone {
        organization: file.organization,
        access: file.access,
        contacts,
        units,
        delegated: file.delegated,
        accounts,
        policies: pieces.policies,
        keys,
        archive: file.archive,
        trail: file.trail,
        logs: file.logs,
        recording: file.recording,
        network: pieces.network,
        assertions: pieces.assertions,
        removed: file.removed,
    };
    guards::attach(&mut landing_zone);
    landing_zone
}
