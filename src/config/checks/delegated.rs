//! Who administers services for the organization.

use super::{Complaint, LandingZone, Sink, places};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for delegation in &landing_zone.delegated {
        let account = &delegation.account;
        if account.is_management() {
            let complaint =
                Complaint::new(&account.origin, "the management account administers every service already");
            sink.push(complaint.help("name a member account, or leave the line out"));
        } else if let Some(complaint) = places::unknown_account(landing_zone, account, &account.origin) {
            sink.push(complaint);
        }
    }
}
