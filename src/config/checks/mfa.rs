//! Second factors: that whoever must bring one can.

use super::{Complaint, LandingZone, Sink};
use crate::model::{Role, Trust};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for role in landing_zone.accounts.values().flat_map(|account| account.roles.values()) {
        let Some(mfa) = role.require.mfa.as_ref().filter(|mfa| mfa.value) else { continue };
        if !role.trust.is_empty() && !can_bring(role) {
            let message = format!("nobody who may assume `{}` can bring a second factor", role.name);
            let complaint = Complaint::new(&mfa.origin, message);
            let first = &role.trust[0];
            let complaint = complaint
                .note(&first.origin, "sessions of a role, an identity provider or a service never carry it");
            sink.push(
                complaint.help(
                    "demand it where people come in: at the provider, or of the role they assume first",
                ),
            );
        }
    }
}

/// Whether some way to a role begins with a user of IAM's: only their sessions carry a second factor. Those that
/// `AssumeRole` gives do not, even where it was called with one.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html>
fn can_bring(role: &Role) -> bool {
    role.trust.iter().any(|trust| matches!(trust.value, Trust::Account(_) | Trust::External { .. }))
}
