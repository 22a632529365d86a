//! Second factors: that whoever must bring one can.

use std::collections::BTreeSet;

use super::{Complaint, LandingZone, Sink};
use crate::model::{Role, Trust};
use crate::names::RoleRef;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for role in landing_zone.accounts.values().flat_map(|account| account.roles.values()) {
        let Some(mfa) = role.require.mfa.as_ref().filter(|mfa| mfa.value) else { continue };
        if !role.trust.is_empty() && !can_bring(landing_zone, role, &mut BTreeSet::new()) {
            let message = format!("nobody who may assume `{}` can bring a second factor", role.name);
            let complaint = Complaint::new(&mfa.origin, message);
            let first = &role.trust[0];
            let complaint =
                complaint.note(&first.origin, "sessions of an identity provider or a service never carry it");
            sink.push(complaint.help("demand it at the provider, or trust an account: `account:management`"));
        }
    }
}

/// Whether some way to a role begins with a user of IAM's, whose session alone carries a second factor.
fn can_bring(landing_zone: &LandingZone, role: &Role, seen: &mut BTreeSet<RoleRef>) -> bool {
    role.trust.iter().any(|trust| match &trust.value {
        Trust::Account(_) | Trust::External { .. } => true,
        // A role that nobody defined is another check's business.
        Trust::Role(caller) if seen.insert(caller.clone()) => {
            landing_zone.role(caller).is_none_or(|caller| can_bring(landing_zone, caller, seen))
        }
        Trust::Role(_) | Trust::Service(_) | Trust::Oidc { .. } | Trust::Saml { .. } => false,
    })
}
