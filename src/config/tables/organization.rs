use super::tags;
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, boolean, list, parsed, text, word};
use crate::model::{Organization, RootCredentials, Tags};
use crate::names::{Located, Origin, Region};

/// Buckets are `<organization>-<bucket>-<account id>-<region>` with at most 63 characters; so much is left for it.
const LONGEST: usize = 20;

pub(super) fn read(mut table: Table<'_>) -> Organization {
    let unknown = unknown(table.origin());
    let name = table.required("name", name).unwrap_or(unknown.name);
    let email = table.required("email", pattern).unwrap_or(unknown.email);
    let home = table.required("home_region", parsed::<Region>);
    let regions = table.optional("regions", list(parsed::<Region>)).unwrap_or_default();
    let home_region = home.or_else(|| regions.first().cloned()).unwrap_or(unknown.home_region);
    let regions = if regions.is_empty() { vec![home_region.clone()] } else { regions };
    let tags = table.table("tags", tags::read).unwrap_or_default();
    let origin = table.origin().clone();
    let destroyable = table.optional("destroyable", boolean);
    let destroyable = destroyable.unwrap_or_else(|| Located::new(false, origin.clone()));
    let root_credentials =
        table.optional("root_credentials", word("root credentials are", &ROOT_CREDENTIALS));
    let root_credentials =
        root_credentials.unwrap_or_else(|| Located::new(RootCredentials::Removed, origin.clone()));
    table.finish();
    Organization { name, email, home_region, regions, tags, root_credentials, destroyable, origin }
}

/// Stands in for what could not be read, so that everything else can still be looked at.
pub(super) fn unknown(origin: &Origin) -> Organization {
    let text = |text: &str| Located::new(text.to_owned(), origin.clone());
    let home_region = Located::new(Region::STAND_IN, origin.clone());
    Organization {
        name: text("organization"),
        email: text("aws+{account}@organization.example"),
        regions: vec![home_region.clone()],
        home_region,
        tags: Tags::new(),
        root_credentials: Located::new(RootCredentials::Removed, origin.clone()),
        destroyable: Located::new(false, origin.clone()),
        origin: origin.clone(),
    }
}

fn name(value: Value<'_>) -> Option<Located<String>> {
    let name = text(value)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let (first, last) = (name.starts_with('-'), name.ends_with('-'));
    if name.len() > LONGEST || first || last || !name.chars().all(plain) {
        let message =
            format!("an organization's name has at most {LONGEST} lower-case letters, digits and hyphens");
        return value.complain(Complaint::new(&name.origin, message).help("it begins the names of buckets"));
    }
    Some(name)
}

fn pattern(value: Value<'_>) -> Option<Located<String>> {
    let pattern = text(value)?;
    if pattern.matches("{account}").count() != 1 {
        let complaint = Complaint::new(&pattern.origin, "the pattern must hold `{account}` once");
        let help = "each account needs an address of its own: `aws+{account}@acme.example`";
        return value.complain(complaint.help(help));
    }
    Some(pattern)
}

const ROOT_CREDENTIALS: [(&str, RootCredentials); 2] =
    [("removed", RootCredentials::Removed), ("kept", RootCredentials::Kept)];
