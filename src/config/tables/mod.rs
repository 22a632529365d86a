//! One reader for each table of the format. A reader is a list of the table's keys; what it can judge by itself
//! (types, lengths, characters) it judges, what needs the whole is left to the checks.

mod access;
mod account;
mod archive;
mod assertion;
mod baseline;
mod contacts;
mod delegated;
mod key;
mod key_ref;
mod logs;
mod moved;
mod network;
mod organization;
mod organization_file;
mod password;
mod policies;
mod provider;
mod recording;
mod removed;
mod role;
mod settings;
mod tags;
mod trail;
mod trust;
mod units;

use std::collections::BTreeMap;

pub(super) use account::AccountTable;
pub(super) use baseline::BaselineTable;
pub(super) use contacts::{ContactTable, ContactTables};
pub(super) use key::{KeyTable, PartyTable};
pub(super) use organization_file::OrganizationFile;
pub(super) use password::PasswordTable;
pub(super) use policies::origin as policy_origin;
pub(super) use provider::{ProviderKind, ProviderTable};
pub(super) use role::RoleTable;
pub(super) use settings::{Settings, merged};
pub(super) use tags::layered;
pub(super) use units::UnitTable;

use super::complaint::{Complaint, Sink};
use super::decode::Table;
use super::folder::{Document, Folder};
use crate::model::{Assertion, Network, Policies};
use crate::names::AccountName;

/// All tables of a landing zone, each read by itself.
pub(super) struct Pieces {
    pub(super) file: OrganizationFile,
    pub(super) baselines: BTreeMap<String, BaselineTable>,
    pub(super) accounts: BTreeMap<AccountName, AccountTable>,
    pub(super) keys: BTreeMap<String, KeyTable>,
    pub(super) policies: Policies,
    pub(super) network: Network,
    pub(super) assertions: Vec<Assertion>,
}

/// Reads every file; nothing if there is no organization to speak of.
pub(super) fn read(folder: &Folder<'_>, sink: &Sink) -> Option<Pieces> {
    let file = folder.organization.as_ref().map(|document| organization_file::read(document.table(sink)));
    let baselines = folder.baselines.iter().map(|(name, document)| (name.clone(), baseline(document, sink)));
    let baselines = baselines.collect();
    let accounts =
        folder.accounts.iter().filter_map(|(name, document)| account(name, document, sink)).collect();
    let policies = policies::read(&folder.policies, sink);
    let keys = folder.keys.as_ref().map(|document| key::read_file(document.table(sink))).unwrap_or_default();
    let assertions = folder
        .assertions
        .as_ref()
        .map(|document| assertion::read_file(document.table(sink)))
        .unwrap_or_default();
    let file = file?;
    let network = network::read(&folder.network, file.organization.home_region.value, sink);
    Some(Pieces { file, baselines, accounts, keys, policies, network, assertions })
}

/// Reads a baseline.
pub(super) fn baseline(document: &Document<'_>, sink: &Sink) -> BaselineTable {
    baseline::read(document.table(sink))
}

fn account(name: &str, document: &Document<'_>, sink: &Sink) -> Option<(AccountName, AccountTable)> {
    let table = account::read(document.table(sink), name == AccountName::MANAGEMENT);
    match name.parse() {
        Ok(name) => Some((name, table)),
        Err(invalid) => {
            let complaint = Complaint::invalid(&document.source.whole(), invalid);
            sink.push(Complaint { label: None, ..complaint });
            None
        }
    }
}

impl Document<'_> {
    /// The whole file as a table.
    fn table<'b>(&'b self, sink: &'b Sink) -> Table<'b> {
        Table::whole(&self.source, sink, &self.table, self.file.shape())
    }
}
