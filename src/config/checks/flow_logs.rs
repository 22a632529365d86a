//! Flow logs of VPCs: that the bucket they go to is there, and lets them in.

use super::archive::{complain_missing, no_bucket};
use super::{Complaint, LandingZone, Sink};
use crate::model::Archive;
use crate::names::{BucketRef, Located};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let logs = landing_zone.network.vpcs.values().filter_map(|vpc| vpc.flow_logs.as_ref());
    for bucket in logs.filter_map(|logs| logs.bucket.as_ref()) {
        check_bucket(landing_zone.archive.as_ref(), bucket, sink);
    }
}

/// The locked bucket of the archive takes them from all accounts and Regions; no other lets them in.
fn check_bucket(archive: Option<&Archive>, wanted: &Located<BucketRef>, sink: &Sink) {
    let Some(archive) = archive else {
        return complain_missing(&wanted.origin, &no_bucket(wanted), sink);
    };
    let main = BucketRef::new(archive.account.value.clone(), Archive::MAIN);
    if wanted.value == main {
        return;
    }
    let message = if archive.buckets().any(|bucket| bucket == wanted.value) {
        format!("flow logs can't be delivered into `{wanted}`")
    } else {
        format!("there is no bucket `{wanted}`")
    };
    sink.push(Complaint::new(&wanted.origin, message).help(format!("they are delivered into `{main}`")));
}
