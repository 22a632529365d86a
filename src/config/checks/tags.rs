//! How many tags there are once those of the organization, the units and the account are added up.

use super::{Complaint, LandingZone, Sink};
use crate::model::{IamQuotas, Key, Tags};
use crate::names::Origin;

/// Those by which we know what is ours: organization and address.
const OURS: usize = 2;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for unit in landing_zone.units.values() {
        check_count(&unit.tags, &unit.origin, sink);
    }
    for account in landing_zone.accounts.values() {
        check_count(&account.tags, &account.origin, sink);
        // A role has the account's tags too: only what it adds itself can be one too many of its own.
        let roles = account.roles.values().filter(|role| role.tags.len() > account.tags.len());
        roles.for_each(|role| check_count(&role.tags, &role.origin, sink));
    }
    for key in landing_zone.keys.values().filter(|key| adds_tags(landing_zone, key)) {
        check_count(&key.tags, &key.origin, sink);
    }
}

/// Like a role, a key has its account's tags too.
fn adds_tags(landing_zone: &LandingZone, key: &Key) -> bool {
    landing_zone.accounts.get(&key.id.account).is_some_and(|account| key.tags.len() > account.tags.len())
}

fn check_count(tags: &Tags, origin: &Origin, sink: &Sink) {
    let most = IamQuotas::TAGS - OURS;
    if tags.len() > most {
        let message =
            format!("there are {} tags with those from above, and AWS leaves room for {most}", tags.len());
        let help = format!("it takes {} for each thing, and {OURS} are Landfall's own", IamQuotas::TAGS);
        sink.push(Complaint::new(origin, message).help(help));
    }
}
