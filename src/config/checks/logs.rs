//! Forwarding of logs: that it does not forward what it writes itself.

use super::{Complaint, LandingZone, Sink};

/// Where Firehose's console has a stream's own errors logged.
/// <https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html>
const FORWARDER: &str = "/aws/kinesisfirehose/";

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let Some(logs) = &landing_zone.logs else { return };
    let organization = &landing_zone.organization.name;
    for pattern in &logs.forward {
        let why = if pattern.matches(&format!("{FORWARDER}{organization}-logs")) {
            "this forwards what the forwarding itself logs, over and over"
        } else if pattern.matches(&format!("/{organization}/trail")) {
            "the landing zone's own log groups are forwarded already"
        } else {
            continue;
        };
        sink.push(
            Complaint::new(&pattern.origin, why)
                .help("name what is to be forwarded, such as `/aws/lambda/*`"),
        );
    }
}
