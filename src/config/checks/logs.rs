//! Forwarding of logs: that nothing is forwarded twice, or around in a circle.

use super::{Complaint, LandingZone, Sink};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let Some(logs) = &landing_zone.logs else { return };
    // A wider pattern, such as `*`, passes these over.
    let own = format!("/{}/", landing_zone.organization.name);
    for pattern in logs.forward.iter().filter(|pattern| pattern.as_str().starts_with(&own)) {
        let message = "the landing zone's own log groups are forwarded already";
        let complaint = Complaint::new(&pattern.origin, message);
        sink.push(
            complaint
                .help("leave it out; what the forwarding itself logs goes nowhere, lest it go in circles"),
        );
    }
}
