//! The tables of `organization.toml`.

use super::{Section, logging};
use crate::{
    model::{
        Access, Contact, ContactType, Contacts, Delegation, LandingZone, Organization, RootCredentials, Unit,
    },
    names::Origin,
};

pub(super) fn sections(zone: &LandingZone) -> Vec<Section> {
    let mut sections = organization(&zone.organization);
    sections.push(access(&zone.access));
    sections.extend(contacts(&zone.contacts));
    sections.extend(zone.units.values().flat_map(unit));
    sections.extend(delegated(zone));
    sections.extend(logging::sections(zone));
    if !zone.removed.is_empty() {
        let mut section = Section::new(["removed"], &nowhere());
        section.texts("addresses", &zone.removed);
        sections.push(section);
    }
    sections
}

fn organization(organization: &Organization) -> Vec<Section> {
    let Organization { name, email, home_region, regions, tags, root_credentials, destroyable, origin } =
        organization;
    let mut section = Section::new(["organization"], origin);
    section.text("name", name);
    section.text("email", email);
    section.text("home_region", home_region);
    section.texts("regions", regions);
    let choice = match root_credentials.value {
        RootCredentials::Removed => "removed",
        RootCredentials::Kept => "kept",
    };
    section.put("root_credentials", choice, [&root_credentials.origin]);
    section.plain("destroyable", destroyable);
    section.with_tags(tags)
}

fn access(access: &Access) -> Section {
    let Access { role, via, session, origin } = access;
    let mut section = Section::new(["access"], origin);
    section.text("role", role);
    section.texts("via", via);
    section.text("session", session);
    section
}

/// A table for each contact.
pub(super) fn contacts(contacts: &Contacts) -> Vec<Section> {
    let table = |(kind, contact): (&ContactType, &Contact)| {
        let Contact { name, title, email, phone } = contact;
        // Contacts are made of lines of several tables, and have no defaults.
        let mut section = Section::new(["contacts", kind.as_str()], &nowhere());
        section.text("name", name);
        section.text("title", title);
        section.text("email", email);
        section.text("phone", phone);
        section
    };
    contacts.iter().map(table).collect()
}

/// Where tables begin in which nothing is a default.
pub(super) fn nowhere() -> Origin {
    Origin::file("")
}

fn unit(unit: &Unit) -> Vec<Section> {
    let Unit { path, moved, policies, tags, managed, full_access, origin } = unit;
    let mut section = Section::new(["units", path.as_ref()], origin);
    section.moved(moved.as_ref());
    section.texts("policies", policies);
    section.plain("managed", managed);
    section.plain("full_access", full_access);
    section.with_tags(tags)
}

fn delegated(zone: &LandingZone) -> Option<Section> {
    let mut section = Section::new(["delegated"], &nowhere());
    for Delegation { service, account } in &zone.delegated {
        section.put(service.name(), account.to_string(), [&account.origin]);
    }
    (!section.entries.is_empty()).then_some(section)
}
