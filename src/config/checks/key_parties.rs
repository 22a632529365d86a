//! Whom the intents of keys name: that each of them is there.

use super::access::undefined;
use super::{Complaint, LandingZone, Sink, places};
use crate::model::Party;
use crate::names::Located;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for key in landing_zone.keys.values() {
        for party in key.parties.values().flatten() {
            if let Some(complaint) = wrong(landing_zone, party) {
                sink.push(complaint);
            }
        }
    }
}

fn wrong(landing_zone: &LandingZone, party: &Located<Party>) -> Option<Complaint> {
    match &party.value {
        Party::Role(role) => {
            let role = Located::new(role.clone(), party.origin.clone());
            landing_zone.role(&role).is_none().then(|| undefined(landing_zone, &role))
        }
        Party::Account(name) => places::unknown_account(landing_zone, name, &party.origin),
        Party::Service(_) => None,
    }
}
