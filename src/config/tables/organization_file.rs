use std::collections::BTreeMap;

use super::{
    ContactTables, UnitTable, access, archive, contacts, delegated, logs, organization, recording, removed,
    trail, units,
};
use crate::config::complaint::Complaint;
use crate::config::decode::Table;
use crate::model::{Access, Archive, Delegation, Logs, Organization, Recording, Trail};
use crate::names::{Located, UnitPath};

/// What `organization.toml` says.
pub(in crate::config) struct OrganizationFile {
    pub(in crate::config) organization: Organization,
    pub(in crate::config) access: Access,
    pub(in crate::config) contacts: ContactTables,
    pub(in crate::config) units: BTreeMap<UnitPath, UnitTable>,
    pub(in crate::config) delegated: Vec<Delegation>,
    pub(in crate::config) archive: Option<Archive>,
    pub(in crate::config) trail: Option<Trail>,
    pub(in crate::config) logs: Option<Logs>,
    pub(in crate::config) recording: Option<Recording>,
    pub(in crate::config) removed: Vec<Located<String>>,
}

pub(super) fn read(mut table: Table<'_>) -> OrganizationFile {
    if !table.has("organization") {
        let help = "it holds at least `name`, `email` and `home_region`";
        table.complain(Complaint::new(table.origin(), "the table `[organization]` is missing").help(help));
    }
    let origin = table.origin().clone();
    let organization = table.table("organization", organization::read);
    let logs = table.table("logs", logs::read);
    let retention = logs.as_ref().and_then(|logs| logs.retention.as_ref());
    let trail = table.single("trail", |table| trail::read(table, retention));
    let key = trail.as_ref().map(|trail| &trail.key);
    let archive = table.single("archive", |table| archive::read(table, key));
    let file = OrganizationFile {
        organization: organization.unwrap_or_else(|| organization::unknown(&origin)),
        access: table.table("access", access::read).unwrap_or_else(|| access::default(&origin)),
        contacts: table.table("contacts", contacts::read).unwrap_or_default(),
        units: table.table("units", units::read).unwrap_or_default(),
        delegated: table.table("delegated", delegated::read).unwrap_or_default(),
        archive,
        trail,
        recording: table.table("config", recording::read),
        logs,
        removed: table.table("removed", removed::read).flatten().unwrap_or_default(),
    };
    table.finish();
    file
}
