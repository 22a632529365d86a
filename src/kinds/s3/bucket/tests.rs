use aws_sdk_s3::types::BucketLocationConstraint;

use super::*;
use crate::engine::doc::diff;

fn spec() -> Spec {
    Spec {
        name: Text::from("acme-archive-123456789012-ap-southeast-2"),
        object_lock: Some(Lock { mode: LockMode::Compliance, days: 365 }),
        versioning: true,
        encryption: Sse::Kms(Text::from("arn:aws:kms:ap-southeast-2:123456789012:key/1")),
        lifecycle: vec![Rule { name: "end".to_owned(), expiry: Some(Expiry::After(90)), ..Rule::default() }],
        access_log: Some(AccessLog {
            bucket: Text::from("acme-archive-access"),
            prefix: "archive/".to_owned(),
        }),
    }
}

fn doc(spec: &Spec) -> Doc {
    Bucket::desired(spec, &Env::nothing_known())
}

/// The calls that lead from one to the other.
fn settings(from: &Spec, to: &Spec) -> Vec<Setting> {
    let changes = diff(&doc(from), &doc(to));
    Setting::ALL.into_iter().filter(|setting| setting.is_in(&changes)).collect()
}

#[test]
fn each_change_takes_the_one_call_for_its_setting() {
    let other = Spec { object_lock: Some(Lock { mode: LockMode::Compliance, days: 30 }), ..spec() };
    assert_eq!(settings(&other, &spec()), [Setting::ObjectLock]);
    assert_eq!(settings(&Spec { encryption: Sse::S3, ..spec() }, &spec()), [Setting::Encryption]);
    assert_eq!(settings(&Spec { lifecycle: Vec::new(), ..spec() }, &spec()), [Setting::Lifecycle]);
    assert_eq!(settings(&Spec { access_log: None, ..spec() }, &spec()), [Setting::AccessLog]);
    assert!(settings(&spec(), &spec()).is_empty());
}

#[test]
fn every_field_but_the_name_has_its_call() {
    let changes = diff(&Doc::new(), &doc(&spec()));
    for change in changes.iter().filter(|change| change.path != "name") {
        let calls = Setting::ALL.into_iter().filter(|setting| setting.is_in(std::slice::from_ref(change)));
        assert_eq!(calls.count(), 1, "{}", change.path);
    }
}

#[test]
fn a_lock_brings_versions_and_is_never_taken_off() {
    let open = Spec { object_lock: None, versioning: false, ..spec() };
    let locked = Spec { versioning: false, ..spec() };
    let forbidden = |from: &Spec, to: &Spec| {
        let changes = diff(&doc(from), &doc(to));
        changes
            .into_iter()
            .filter(|change| Bucket::forbids(change).is_some())
            .map(|change| change.path)
            .collect()
    };
    let off: Vec<String> = forbidden(&locked, &open);
    assert_eq!(off, ["object_lock"]);
    let on: Vec<String> = forbidden(&open, &locked);
    assert!(on.is_empty());
    assert_eq!(doc(&locked), doc(&spec()));
}

#[test]
fn a_new_bucket_is_asked_for_what_its_first_call_does_not_give() {
    let plain = Spec { object_lock: None, lifecycle: Vec::new(), access_log: None, ..spec() };
    let expected = [Setting::PublicAccess, Setting::Versioning, Setting::Encryption];
    assert_eq!(edit::everything(&plain), expected);
    let locked = [
        Setting::PublicAccess,
        Setting::Encryption,
        Setting::ObjectLock,
        Setting::AccessLog,
        Setting::Lifecycle,
    ];
    assert_eq!(edit::everything(&spec()), locked);
}

#[test]
fn only_one_region_is_not_named() {
    let named = |region: &str| {
        let region = region.parse().expect("a Region");
        edit::configuration(Some(region), Vec::new()).location_constraint().cloned()
    };
    assert_eq!(named("us-east-1"), None);
    assert_eq!(named("ap-southeast-2"), Some(BucketLocationConstraint::ApSoutheast2));
}
