use crate::config::decode::{Table, list, parsed};
use crate::model::Pool;
use crate::names::Cidr;

/// Reads `[pool]`.
pub(super) fn read(mut table: Table<'_>) -> Option<Pool> {
    let origin = table.origin().clone();
    let cidr = table.required("cidr", parsed::<Cidr>);
    let retired = table.optional("retired", list(parsed::<Cidr>)).unwrap_or_default();
    let handed_out = table.optional("handed_out", list(parsed::<Cidr>)).unwrap_or_default();
    table.finish();
    Some(Pool { cidr: cidr?, retired, handed_out, origin })
}
