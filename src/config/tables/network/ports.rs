use std::collections::BTreeMap;

use crate::config::complaint::Complaint;
use crate::config::decode::{Table, list, number};
use crate::model::Tier;
use crate::names::Located;

/// The ports on which each tier is reached: `{ application = [443, 8443], data = [5432] }`.
pub(super) fn read(table: Table<'_>) -> BTreeMap<Tier, Vec<Located<u32>>> {
    let ports = table.entries(|name, value| {
        let Some(tier) = Tier::named(name) else {
            let complaint = Complaint::new(&name.origin, format!("there is no tier `{name}`"));
            return value.complain(complaint.nearest(name, Tier::ALL.map(Tier::as_str)));
        };
        let ports = list(number(1..=65_535))(value)?;
        if ports.is_empty() {
            let complaint =
                Complaint::new(&value.origin(), format!("without ports the tier `{name}` can't be reached"));
            return value.complain(complaint.help("leave the tier out, and it is reached on its usual port"));
        }
        Some((tier, ports))
    });
    ports.into_values().collect()
}
