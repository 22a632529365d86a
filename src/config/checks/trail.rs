//! The organization's trail: that what it needs is there, and where it can be used.

use super::{Complaint, LandingZone, Sink};
use crate::model::{ContactType, Trail};
use crate::names::Located;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let Some(trail) = &landing_zone.trail else { return };
    check_account(landing_zone, trail, sink);
    check_contact(landing_zone, trail, sink);
    for events in &trail.data_events {
        events.resources.iter().for_each(|arn| check_partition(landing_zone, arn, sink));
    }
}

/// The account that makes the trail also holds its log group, so that it has to be looked after.
fn check_account(landing_zone: &LandingZone, trail: &Trail, sink: &Sink) {
    let account = landing_zone.trail_account();
    let delegate = landing_zone.delegate("cloudtrail").filter(|delegate| delegate.value == account.name);
    if let (false, Some(delegate)) = (account.managed.value, delegate) {
        let message = format!("`{delegate}` is not looked after, so that the trail can't be made there");
        let complaint = Complaint::new(&delegate.origin, message);
        let complaint = complaint.note(&trail.origin, "the trail is made by whom CloudTrail is delegated to");
        sink.push(complaint.help("name an account outside of units with `managed = false`"));
    }
}

/// Alarms that nobody is told of are none.
fn check_contact(landing_zone: &LandingZone, trail: &Trail, sink: &Sink) {
    let account = landing_zone.trail_account();
    if let Some(alarms) = &trail.alarms
        && !account.contacts.contains_key(&ContactType::Security)
    {
        let message =
            format!("the trail's alarms have nobody to tell: `{}` has no security contact", account.name);
        let help = "state `[contacts.security]`, or `alarms = false` in `[trail]`";
        sink.push(Complaint::new(alarms, message).help(help));
    }
}

fn check_partition(landing_zone: &LandingZone, arn: &Located<String>, sink: &Sink) {
    let partition = landing_zone.organization.home_region.partition();
    let stated = arn.split(':').nth(1).unwrap_or_default();
    if stated != partition.as_str() {
        let message = format!("the home Region lies in the partition `{partition}`, this in `{stated}`");
        sink.push(Complaint::new(&arn.origin, message).help(format!("it begins with `arn:{partition}:`")));
    }
}
