use super::{Settings, moved, settings};
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, boolean, list, parsed, text};
use crate::names::{AccountName, Email, Located, Origin, UnitPath};

/// AWS's limit for the name of an account.
const LONGEST: usize = 50;

/// An account as its file states it.
pub(in crate::config) struct AccountTable {
    pub(in crate::config) unit: Option<Located<UnitPath>>,
    pub(in crate::config) baseline: Option<Located<String>>,
    pub(in crate::config) name: Option<Located<String>>,
    pub(in crate::config) email: Option<Located<Email>>,
    pub(in crate::config) policies: Vec<Located<String>>,
    pub(in crate::config) full_access: Located<bool>,
    pub(in crate::config) managed: Located<bool>,
    pub(in crate::config) moved: Option<Located<AccountName>>,
    pub(in crate::config) settings: Settings,
    pub(in crate::config) origin: Origin,
}

impl AccountTable {
    /// An account without a file of its own.
    pub(in crate::config) fn empty(origin: Origin) -> Self {
        Self {
            unit: None,
            baseline: None,
            name: None,
            email: None,
            policies: Vec::new(),
            full_access: Located::new(true, origin.clone()),
            managed: Located::new(true, origin.clone()),
            moved: None,
            settings: Settings::default(),
            origin,
        }
    }
}

/// The management account lies where AWS put it and is always looked after, so it lacks two keys.
pub(super) fn read(mut table: Table<'_>, management: bool) -> AccountTable {
    let (unit, managed) = if management { (None, None) } else { place(&mut table) };
    let usually = Located::new(true, table.origin().clone());
    let account = AccountTable {
        unit,
        baseline: table.optional("baseline", text),
        name: table.optional("name", name),
        email: table.optional("email", parsed::<Email>),
        policies: table.optional("policies", list(text)).unwrap_or_default(),
        full_access: table.optional("full_access", boolean).unwrap_or_else(|| usually.clone()),
        managed: managed.unwrap_or(usually),
        moved: table.table("moved", moved::read::<AccountName>).flatten(),
        settings: settings::read(&mut table),
        origin: table.origin().clone(),
    };
    table.finish();
    account
}

fn place(table: &mut Table<'_>) -> (Option<Located<UnitPath>>, Option<Located<bool>>) {
    (table.required("unit", parsed::<UnitPath>), table.optional("managed", boolean))
}

fn name(value: Value<'_>) -> Option<Located<String>> {
    let name = text(value)?;
    if name.len() > LONGEST || name.chars().any(|c| !(' '..='~').contains(&c)) {
        let message =
            format!("AWS takes at most {LONGEST} printable ASCII characters for the name of an account");
        return value.complain(Complaint::new(&name.origin, message));
    }
    Some(name)
}
