//! The caller's side of intents: what roles that they name may do with keys.

use std::collections::BTreeMap;

use super::actions::{self, FOR_RESOURCES};
use crate::{
    model::{Intent, Key, LandingZone, Party, Symbol},
    names::{Origin, RoleRef},
    policy::{Document, Statement},
};

/// The inline policy that holds it.
pub(in crate::compose) const KEYS_POLICY: &str = "landfall-keys";

/// For each role that intents name, what it may do with which keys.
pub(in crate::compose) struct Keys<'z> {
    by_role: BTreeMap<&'z RoleRef, Permitted<'z>>,
}

struct Permitted<'z> {
    /// The ARNs of keys by intent, as symbols.
    arns: BTreeMap<Intent, Vec<String>>,
    /// A line that asks for it.
    origin: &'z Origin,
}

impl<'z> Keys<'z> {
    /// Looks at the intents of every key in the accounts that are looked after.
    pub(in crate::compose) fn of(zone: &'z LandingZone) -> Self {
        let mut by_role: BTreeMap<&RoleRef, Permitted<'_>> = BTreeMap::new();
        let is_made =
            |key: &&Key| zone.accounts.get(&key.id.account).is_some_and(|account| account.managed.value);
        for key in zone.keys.values().filter(is_made) {
            for (intent, parties) in &key.parties {
                for party in parties {
                    let Party::Role(role) = &party.value else { continue };
                    let new = || Permitted { arns: BTreeMap::new(), origin: &party.origin };
                    let permitted = by_role.entry(role).or_insert_with(new);
                    permitted.arns.entry(*intent).or_default().extend(symbols(key));
                }
            }
        }
        Self { by_role }
    }

    /// What `role` has to be allowed for the intents that name it to be of use, and a line that asks for it; nothing if
    /// none does.
    pub(in crate::compose) fn by(&self, role: &RoleRef) -> Option<(Document, &'z Origin)> {
        let Permitted { arns, origin } = self.by_role.get(role)?;
        let statement = |(intent, arns): (&Intent, &Vec<String>)| {
            // To change an alias one needs leave for the alias too, which is Landfall's to point to keys.
            // <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>
            let actions = actions::of(*intent).iter().filter(|action| !action.ends_with("Alias"));
            let statement = Statement::allow(actions::sid(*intent))
                .actions(actions.copied())
                .resources(arns.iter().cloned());
            let (operator, key, values) = FOR_RESOURCES;
            if *intent == Intent::Grant { statement.condition(operator, key, values) } else { statement }
        };
        Some((Document::new(arns.iter().map(statement)), origin))
    }
}

/// The ARNs of a key in all its Regions.
fn symbols(key: &Key) -> impl Iterator<Item = String> + '_ {
    let replicas = key.replicas.iter().map(|replica| Some(replica.value));
    let regions = std::iter::once(None).chain(replicas);
    regions.map(|region| Symbol::Key(key.reference(), region).to_string())
}
