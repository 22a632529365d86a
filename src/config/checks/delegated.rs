//! Who administers services for the organization.

use super::{Complaint, LandingZone, Sink};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for delegation in &landing_zone.delegated {
        let account = &delegation.account;
        if account.is_management() {
            let complaint =
                Complaint::new(&account.origin, "the management account administers every service already");
            sink.push(complaint.help("name a member account, or leave the line out"));
        } else if !landing_zone.accounts.contains_key(&account.value) {
            let complaint = Complaint::new(&account.origin, format!("there is no account `{account}`"));
            sink.push(
                complaint
                    .nearest(account.as_str(), landing_zone.members().map(|member| member.name.as_str())),
            );
        }
    }
}
