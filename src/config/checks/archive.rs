//! The archive: that its account, its periods and its copy are such that AWS takes them and that they keep what they
//! are meant to keep; and that whoever delivers into it means it.

use super::{Complaint, LandingZone, Sink, places};
use crate::model::{Archive, Replica};
use crate::names::{BucketRef, Located, Origin, Period, Region};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let archive = landing_zone.archive.as_ref();
    if let Some(archive) = archive {
        check_account(landing_zone, archive, sink);
        check_periods(archive, sink);
        if let Some(replica) = &archive.replica {
            check_replica(landing_zone, replica, sink);
            check_copy_key(landing_zone, archive, replica, sink);
        }
    }
    if let Some(trail) = &landing_zone.trail {
        check_trail(archive, &trail.archive, sink);
    }
    let forward = landing_zone.logs.as_ref().filter(|logs| !logs.forward.is_empty());
    let forward = forward.map(|logs| ("logs are forwarded to", &logs.origin));
    let recording = landing_zone.recording.as_ref();
    let recording = recording.map(|recording| ("configurations are delivered to", &recording.origin));
    for (what, origin) in forward.into_iter().chain(recording).filter(|_| archive.is_none()) {
        complain_missing(origin, &format!("{what} the archive, and there is none"), sink);
    }
}

fn check_account(landing_zone: &LandingZone, archive: &Archive, sink: &Sink) {
    let name = &archive.account;
    places::account(landing_zone, name, "no archive can be made", sink);
    if name.is_management() {
        let complaint = Complaint::new(&name.origin, "the management account can't hold the archive");
        sink.push(complaint.help("no policy of the organization binds it: name an account for logs alone"));
    }
}

fn check_periods(archive: &Archive, sink: &Sink) {
    let Archive { retention, lock, .. } = archive;
    let kept = format!("logs are kept for `{}`", retention.period());
    if lock.days.value > retention.value {
        let complaint = Complaint::new(&lock.days.origin, "the lock outlasts what it locks");
        sink.push(complaint.note(&retention.origin, &kept).help("nothing can expire before its lock ends"));
    } else if lock.days.value < retention.value {
        let message = format!("the lock ends `{}` before the logs do", remaining(archive));
        let complaint = Complaint::warning(&lock.days.origin, message).note(&retention.origin, &kept);
        let help =
            "from then on only policies keep them: leave `for` out, and the lock lasts as long as the logs";
        sink.push(complaint.help(help));
    }
    if let Some(glacier) = archive.glacier_after.as_ref().filter(|glacier| glacier.value >= retention.value) {
        let complaint = Complaint::new(&glacier.origin, "nothing is left to move to Glacier by then");
        let complaint = complaint.note(&retention.origin, format!("{kept} only"));
        sink.push(complaint.help("move them earlier, or leave `glacier_after` out"));
    }
}

/// How long a log is kept after its lock has ended.
fn remaining(archive: &Archive) -> Period {
    Period::days(u64::from(archive.retention.get() - archive.lock.days.get()))
}

fn check_replica(landing_zone: &LandingZone, replica: &Replica, sink: &Sink) {
    let (organization, region) = (&landing_zone.organization, &replica.region);
    if region.value == organization.home_region.value {
        let complaint = Complaint::new(&region.origin, "the copy lies in the Region of what it copies");
        let home = (&organization.home_region.origin, "the archive lies in the home Region");
        sink.push(others(complaint.note(home.0, home.1), landing_zone));
    } else if !organization.regions.iter().any(|used| used.value == region.value) {
        let complaint = Complaint::new(&region.origin, format!("`{region}` is not in use"));
        sink.push(others(complaint, landing_zone));
    }
}

/// The copy lies in the account of its key, which has to be one where a bucket can be made.
fn check_copy_key(landing_zone: &LandingZone, archive: &Archive, replica: &Replica, sink: &Sink) {
    let Some(key) = landing_zone.key(&replica.key.value) else { return };
    if key.id.account.is_management() {
        let message = "the copy can't lie in the management account, which that of its key is";
        let help = format!(
            "no policy of the organization binds it: name a key of `{}`, or of another account for logs",
            archive.account
        );
        sink.push(Complaint::new(&replica.key.origin, message).help(help));
    }
}

/// Offers the Regions that a copy may lie in.
fn others(complaint: Complaint, landing_zone: &LandingZone) -> Complaint {
    let organization = &landing_zone.organization;
    let regions = organization.regions.iter().map(|region| region.value);
    let others: Vec<Region> = regions.filter(|region| *region != organization.home_region.value).collect();
    if others.is_empty() {
        return complaint.help("add a second Region to `regions`");
    }
    let others: Vec<_> = others.iter().map(|region| format!("`{region}`")).collect();
    complaint.help(format!("there is {}", others.join(", ")))
}

/// The trail's files are what the locked bucket is for; no other lets CloudTrail in.
fn check_trail(archive: Option<&Archive>, wanted: &Located<BucketRef>, sink: &Sink) {
    let Some(archive) = archive else {
        return complain_missing(&wanted.origin, &no_bucket(wanted), sink);
    };
    let main = BucketRef::new(archive.account.value.clone(), Archive::MAIN);
    if wanted.value == main {
        return;
    }
    let known = archive.buckets().any(|bucket| bucket == wanted.value);
    let message = if known {
        format!("the trail can't deliver into `{wanted}`")
    } else {
        format!("there is no bucket `{wanted}`")
    };
    sink.push(Complaint::new(&wanted.origin, message).help(format!("it delivers into `{main}`")));
}

/// That there is no bucket, because there is no archive.
pub(super) fn no_bucket(bucket: &BucketRef) -> String {
    format!("there is no bucket `{bucket}`: there is no archive")
}

/// Complains that there is no archive, unless there is one whose own mistakes are complained of.
pub(super) fn complain_missing(origin: &Origin, message: &str, sink: &Sink) {
    if sink.has_left_out_whole("archive") {
        return;
    }
    let help = "`[archive]` says where it is: `account = \"logging\"`, `retention = \"7y\"`";
    sink.push(Complaint::new(origin, message).help(help));
}
