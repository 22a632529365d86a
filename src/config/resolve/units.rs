use std::collections::BTreeMap;

use super::{Context, attachments};
use crate::config::tables::{UnitTable, layered};
use crate::model::{Tags, Unit};
use crate::names::{Located, UnitPath};

/// All units, the root among them whether it has a table or not; each has the tags of those above it.
pub(super) fn resolve(context: &Context<'_>) -> BTreeMap<UnitPath, Unit> {
    let tables = &context.pieces.file.units;
    let mut units: BTreeMap<_, _> =
        tables.iter().map(|(path, table)| (path.clone(), unit(context, path, table))).collect();
    units.entry(UnitPath::root()).or_insert_with(|| root(context));
    units
}

fn unit(context: &Context<'_>, path: &UnitPath, table: &UnitTable) -> Unit {
    let file = &context.pieces.file;
    let mut above: Vec<_> = path.upwards().filter_map(|path| file.units.get(&path)).collect();
    above.reverse();
    let layers = std::iter::once(&file.organization.tags).chain(above.iter().map(|unit| &unit.tags));
    Unit {
        path: path.clone(),
        moved: table.moved.clone(),
        policies: attachments::resolve(context, &table.policies),
        tags: layered(layers),
        managed: above
            .iter()
            .find(|unit| !unit.managed.value)
            .map_or(&table.managed, |unit| &unit.managed)
            .clone(),
        full_access: table.full_access.clone(),
        origin: table.origin.clone(),
    }
}

fn root(context: &Context<'_>) -> Unit {
    let organization = &context.pieces.file.organization;
    Unit {
        path: UnitPath::root(),
        moved: None,
        policies: Vec::new(),
        tags: Tags::clone(&organization.tags),
        managed: Located::new(true, organization.origin.clone()),
        full_access: Located::new(true, organization.origin.clone()),
        origin: organization.origin.clone(),
    }
}
