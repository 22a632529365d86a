//! Who asks for a key: that it is there, in the Region where it is used. KMS answers in its own Region only, and what S3
//! and CloudTrail encrypt is encrypted where the bucket is.

use super::keys::{absent, undefined};
use super::{Complaint, LandingZone, Sink};
use crate::names::{KeyRef, Located, Region};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for (reference, region) in references(landing_zone) {
        let Some(key) = landing_zone.key(reference) else {
            sink.push(undefined(landing_zone, reference));
            continue;
        };
        if let Some(complaint) = region.and_then(|region| absent(key, region, &reference.origin)) {
            sink.push(complaint);
        }
        let account = landing_zone.accounts.get(&key.id.account);
        if !key.shared && account.is_some_and(|account| !account.managed.value) {
            let message =
                format!("the key `{}` lies in an account that is not looked after", reference.value);
            let complaint = Complaint::new(&reference.origin, message).note(&key.origin, "it is stated here");
            sink.push(complaint.help("name a key of an account outside of units with `managed = false`"));
        }
    }
}

/// The lines that ask for a key, each with the Region where it is used.
fn references(landing_zone: &LandingZone) -> impl Iterator<Item = (&Located<KeyRef>, Option<Region>)> {
    let home = landing_zone.organization.home_region.value;
    let trail = landing_zone.trail.iter().map(move |trail| (&trail.key, Some(home)));
    let archive = landing_zone.archive.as_ref();
    let copies = archive.and_then(|archive| archive.replica.as_ref());
    let archive = archive.into_iter().map(move |archive| (&archive.key, Some(home)));
    // A Region that no copy can lie in is complained of by itself.
    let used = move |region: &Region| {
        *region != home && landing_zone.organization.regions.iter().any(|used| used.value == *region)
    };
    let copies = copies.into_iter().map(move |copy| (&copy.key, Some(copy.region.value).filter(used)));
    trail.chain(archive).chain(copies)
}
