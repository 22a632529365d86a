use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, parsed};
use crate::model::Delegation;
use crate::names::{AccountName, Located, Service};

pub(super) fn read(table: Table<'_>) -> Vec<Delegation> {
    table.entries(delegation).into_values().collect()
}

fn delegation(key: &Located<&str>, value: Value<'_>) -> Option<Delegation> {
    let account = parsed::<AccountName>(value);
    match Service::delegable(key.value) {
        Ok(service) => {
            Some(Delegation { service: Located::new(service, key.origin.clone()), account: account? })
        }
        Err(invalid) => value.complain(Complaint::invalid(&key.origin, invalid)),
    }
}
