//! The Regions in use.

use super::{Complaint, LandingZone, Sink};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let organization = &landing_zone.organization;
    let home = &organization.home_region;
    let stray = |partition| format!("it lies in the partition `{partition}`");
    for region in organization.regions.iter().filter(|region| region.partition() != home.partition()) {
        let message = format!("`{region}` and the home Region are not reached with the same credentials");
        let complaint = Complaint::new(&region.origin, message).label(stray(region.partition()));
        sink.push(complaint.note(&home.origin, stray(home.partition())));
    }
    if !organization.regions.iter().any(|region| region.value == home.value) {
        let complaint =
            Complaint::new(&home.origin, format!("the home Region `{home}` is not among the Regions in use"));
        let complaint = complaint.help(format!("add \"{home}\" to `regions`"));
        sink.push(
            organization
                .regions
                .iter()
                .take(1)
                .fold(complaint, |it, region| it.note(&region.origin, "the Regions in use begin here")),
        );
    }
}
