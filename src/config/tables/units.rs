use std::collections::BTreeMap;

use super::{moved, tags};
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, boolean, list, text};
use crate::model::Tags;
use crate::names::{Located, Origin, UnitPath};

/// A unit as its table states it.
#[derive(Clone)]
pub(in crate::config) struct UnitTable {
    pub(in crate::config) moved: Option<Located<UnitPath>>,
    pub(in crate::config) policies: Vec<Located<String>>,
    pub(in crate::config) tags: Tags,
    pub(in crate::config) managed: Located<bool>,
    pub(in crate::config) full_access: Located<bool>,
    pub(in crate::config) origin: Origin,
}

pub(super) fn read(table: Table<'_>) -> BTreeMap<UnitPath, UnitTable> {
    table.entries(named).into_values().collect()
}

fn named(key: &Located<&str>, value: Value<'_>) -> Option<(UnitPath, UnitTable)> {
    let unit = value.table(format!("the unit `{}`", key.value), &key.origin).map(unit);
    match key.parse() {
        Ok(path) => Some((path, unit?)),
        Err(invalid) => value.complain(Complaint::invalid(&key.origin, invalid)),
    }
}

fn unit(mut table: Table<'_>) -> UnitTable {
    let usually = Located::new(true, table.origin().clone());
    let unit = UnitTable {
        moved: table.table("moved", moved::read::<UnitPath>).flatten(),
        policies: table.optional("policies", list(text)).unwrap_or_default(),
        tags: table.table("tags", tags::read).unwrap_or_default(),
        managed: table.optional("managed", boolean).unwrap_or_else(|| usually.clone()),
        full_access: table.optional("full_access", boolean).unwrap_or(usually),
        origin: table.origin().clone(),
    };
    table.finish();
    unit
}
