//! Recording of configurations: that there is an account to gather them.

use super::{Complaint, LandingZone, Sink, places};
use crate::names::{AccountName, Located};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let Some(aggregator) =
        landing_zone.recording.as_ref().and_then(|recording| recording.aggregator.as_ref())
    else {
        return;
    };
    if places::account(landing_zone, aggregator, "nothing can be gathered", sink).is_some() {
        check_delegation(landing_zone, aggregator, sink);
    }
}

/// Only the management account and AWS Config's delegated administrator see all others.
fn check_delegation(landing_zone: &LandingZone, aggregator: &Located<AccountName>, sink: &Sink) {
    let Some(delegate) = landing_zone.delegate("config") else { return };
    if delegate.value != aggregator.value && !aggregator.is_management() {
        let message = format!("AWS Config is delegated to `{delegate}`, but aggregated in `{aggregator}`");
        let complaint = Complaint::new(&aggregator.origin, message).note(&delegate.origin, "delegated here");
        sink.push(complaint.help("the aggregator's account is delegated to without a line in `[delegated]`"));
    }
}
