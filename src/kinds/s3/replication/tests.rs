use aws_sdk_s3::types::{
    ExistingObjectReplication, ExistingObjectReplicationStatus, ReplicationRuleFilter, ReplicationRuleStatus,
};

use super::*;
use crate::{
    engine::{doc::diff, graph::Graph},
    kinds::s3::bucket::{self, Sse},
    names::Origin,
};

/// A spec whose bucket is another node's.
fn spec(account: Option<&str>, time_control: bool) -> Spec {
    let mut graph = Graph::new("acme");
    let (place, origin) = (graph.management(None), Origin::file("organization.toml"));
    let made = graph.add::<Bucket>(place, "archive", &origin, |_| bucket::Spec {
        name: Text::from("acme-archive"),
        object_lock: None,
        versioning: true,
        encryption: Sse::S3,
        lifecycle: Vec::new(),
        access_log: None,
    });
    let mut need = None;
    graph.add::<Bucket>(place, "other", &origin, |needs| {
        need = Some(needs.on(made));
        bucket::Spec {
            name: Text::from("acme-other"),
            object_lock: None,
            versioning: true,
            encryption: Sse::S3,
            lifecycle: Vec::new(),
            access_log: None,
        }
    });
    Spec {
        bucket: need.expect("it was asked for"),
        role_arn: Text::from("arn:aws:iam::123456789012:role/acme-archive-replication"),
        destination_bucket_arn: Text::from("arn:aws:s3:::acme-archive-copy"),
        destination_account: account.map(Text::from),
        destination_key_arn: Text::from("arn:aws:kms:ap-southeast-4:123456789012:key/1"),
        delete_markers: true,
        time_control,
    }
}

fn paths(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|change| change.path.as_str()).collect()
}

#[test]
fn what_is_sent_is_what_is_compared() {
    let env = Env::nothing_known();
    for spec in [spec(None, true), spec(Some("111122223333"), false)] {
        let sent = rule::configuration(&spec, env).expect("nothing is open");
        assert_eq!(diff(&rule::held(&sent), &rule::desired(&spec, env)), []);
    }
}

#[test]
fn whatever_somebody_changes_is_named() {
    let (env, spec) = (Env::nothing_known(), spec(None, true));
    let mut held = rule::configuration(&spec, env).expect("nothing is open");
    let mut other = held.rules[0].clone();
    other.id = Some("other".to_owned());
    let rule = &mut held.rules[0];
    rule.status = ReplicationRuleStatus::Disabled;
    rule.filter = Some(ReplicationRuleFilter::builder().prefix("some/").build());
    rule.source_selection_criteria = None;
    let existing = ExistingObjectReplication::builder().status(ExistingObjectReplicationStatus::Enabled);
    rule.existing_object_replication = Some(existing.build().expect("complete"));
    let found = diff(&rule::held(&held), &rule::desired(&spec, env));
    let expected = ["encrypted_objects", "existing_objects", "prefix", "status"];
    assert_eq!(paths(&found), expected.map(|field| format!("rules[landfall].{field}")));

    held = rule::configuration(&spec, env).expect("nothing is open");
    held.rules.push(other);
    let found = diff(&rule::held(&held), &rule::desired(&spec, env));
    assert!(paths(&found).iter().all(|path| path.starts_with("rules[other].")) && !found.is_empty());
}
