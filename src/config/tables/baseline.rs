use super::{Settings, settings};
use crate::config::decode::{Table, text};
use crate::names::Located;

/// A baseline as its file states it.
pub(in crate::config) struct BaselineTable {
    pub(in crate::config) extends: Option<Located<String>>,
    pub(in crate::config) settings: Settings,
}

pub(super) fn read(mut table: Table<'_>) -> BaselineTable {
    let extends = table.optional("extends", text);
    let settings = settings::read(&mut table);
    table.finish();
    BaselineTable { extends, settings }
}
