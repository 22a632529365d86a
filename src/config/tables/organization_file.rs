use std::collections::BTreeMap;

use super::{ContactTables, UnitTable, access, contacts, delegated, organization, removed, units};
use crate::config::complaint::Complaint;
use crate::config::decode::Table;
use crate::model::{Access, Delegation, Organization};
use crate::names::{Located, UnitPath};

/// What `organization.toml` says.
pub(in crate::config) struct OrganizationFile {
    pub(in crate::config) organization: Organization,
    pub(in crate::config) access: Access,
    pub(in crate::config) contacts: ContactTables,
    pub(in crate::config) units: BTreeMap<UnitPath, UnitTable>,
    pub(in crate::config) delegated: Vec<Delegation>,
    pub(in crate::config) removed: Vec<Located<String>>,
}

pub(super) fn read(mut table: Table<'_>) -> OrganizationFile {
    if !table.has("organization") {
        let help = "it holds at least `name`, `email` and `home_region`";
        table.complain(Complaint::new(table.origin(), "the table `[organization]` is missing").help(help));
    }
    let origin = table.origin().clone();
    let organization = table.table("organization", organization::read);
    let file = OrganizationFile {
        organization: organization.unwrap_or_else(|| organization::unknown(&origin)),
        access: table.table("access", access::read).unwrap_or_else(|| access::default(&origin)),
        contacts: table.table("contacts", contacts::read).unwrap_or_default(),
        units: table.table("units", units::read).unwrap_or_default(),
        delegated: table.table("delegated", delegated::read).unwrap_or_default(),
        removed: table.table("removed", removed::read).flatten().unwrap_or_default(),
    };
    table.finish();
    file
}
