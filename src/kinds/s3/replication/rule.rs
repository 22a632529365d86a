//! Our one rule, as fields and as AWS takes it, and rules as AWS has them.

use aws_sdk_s3::types::{
    AccessControlTranslation, DeleteMarkerReplication, DeleteMarkerReplicationStatus, Destination,
    EncryptionConfiguration, Metrics, MetricsStatus, OwnerOverride, ReplicaModificationsStatus,
    ReplicationConfiguration, ReplicationRule, ReplicationRuleAndOperator, ReplicationRuleFilter,
    ReplicationRuleStatus, ReplicationTime, ReplicationTimeStatus, ReplicationTimeValue,
    SourceSelectionCriteria, SseKmsEncryptedObjects, SseKmsEncryptedObjectsStatus, StorageClass,
};

use super::Spec;
use crate::{
    aws,
    engine::{
        doc::{Doc, Field},
        env::Env,
        error::Result,
    },
};

/// What our rule is called, unique in its bucket.
const NAME: &str = "landfall";

/// The only time that AWS [promises][time], in minutes.
///
/// [time]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html
const MINUTES: i32 = 15;

/// A path of a rule's field.
fn path(rule: &str, field: &str) -> String {
    format!("rules[{rule}].{field}")
}

/// What is wanted.
pub(super) fn desired(spec: &Spec, env: Env<'_>) -> Doc {
    let Spec {
        bucket: _,
        role_arn,
        destination_bucket_arn,
        destination_account,
        destination_key_arn,
        delete_markers,
        time_control,
    } = spec;
    let account = destination_account.as_ref();
    Doc::new()
        .with("role", Field::text(role_arn, &env))
        .with(path(NAME, "status"), ReplicationRuleStatus::Enabled.as_str())
        .with(path(NAME, "prefix"), "")
        .with(path(NAME, "destination"), Field::text(destination_bucket_arn, &env))
        .with_some(path(NAME, "account"), account.map(|account| Field::text(account, &env)))
        .with_some(path(NAME, "copies_belong_to"), account.map(|_| OwnerOverride::Destination.as_str()))
        .with(path(NAME, "key"), Field::text(destination_key_arn, &env))
        .with(path(NAME, "encrypted_objects"), true)
        .with(path(NAME, "delete_markers"), *delete_markers)
        .with_some(path(NAME, "time_control_minutes"), time_control.then_some(MINUTES))
        .with(path(NAME, "metrics"), true)
        .with_some(path(NAME, "metrics_threshold_minutes"), time_control.then_some(MINUTES))
}

/// What AWS has. What our rule can't say is a field of its own, and so differs from it.
pub(super) fn held(configuration: &ReplicationConfiguration) -> Doc {
    let rules = configuration.rules().iter();
    rules.fold(Doc::new().with("role", configuration.role()), held_rule)
}

fn held_rule(doc: Doc, rule: &ReplicationRule) -> Doc {
    let name = rule.id().unwrap_or_default();
    let path = |field: &str| path(name, field);
    let selected = rule.source_selection_criteria();
    let encrypted = selected.and_then(|selected| selected.sse_kms_encrypted_objects());
    let modified = selected.and_then(|selected| selected.replica_modifications());
    let markers = rule.delete_marker_replication().and_then(|markers| markers.status());
    let existing = rule.existing_object_replication().map(|existing| existing.status.as_str());
    let doc = doc
        .with(path("status"), rule.status.as_str())
        .with(path("prefix"), prefix(rule))
        .with_some(path("only"), narrower(rule))
        .with(
            path("encrypted_objects"),
            encrypted.is_some_and(|encrypted| encrypted.status == SseKmsEncryptedObjectsStatus::Enabled),
        )
        .with_some(
            path("changes_of_copies"),
            modified.filter(|modified| modified.status == ReplicaModificationsStatus::Enabled).map(|_| true),
        )
        .with(path("delete_markers"), markers == Some(&DeleteMarkerReplicationStatus::Enabled))
        .with_some(path("existing_objects"), existing);
    match rule.destination() {
        Some(destination) => held_destination(doc, &path, destination),
        None => doc,
    }
}

fn held_destination(doc: Doc, path: &impl Fn(&str) -> String, destination: &Destination) -> Doc {
    let time = destination.replication_time().filter(|time| time.status == ReplicationTimeStatus::Enabled);
    let metrics = destination.metrics().filter(|metrics| metrics.status == MetricsStatus::Enabled);
    let minutes = |value: Option<&ReplicationTimeValue>| value.and_then(ReplicationTimeValue::minutes);
    let threshold = metrics.and_then(|metrics| minutes(metrics.event_threshold()));
    let owner = destination.access_control_translation().map(|translation| translation.owner.as_str());
    let key = destination.encryption_configuration().and_then(|key| key.replica_kms_key_id());
    doc.with(path("destination"), destination.bucket.as_str())
        .with_some(path("account"), destination.account())
        .with_some(path("copies_belong_to"), owner)
        .with_some(path("key"), key)
        .with_some(path("storage_class"), destination.storage_class().map(StorageClass::as_str))
        .with_some(path("time_control_minutes"), time.and_then(|time| minutes(time.time())))
        .with(path("metrics"), metrics.is_some())
        .with_some(path("metrics_threshold_minutes"), threshold)
}

/// The objects a rule is for; an absent filter and an empty prefix are all objects.
fn prefix(rule: &ReplicationRule) -> &str {
    #[expect(deprecated, reason = "rules of old have their prefix outside the filter")]
    let old = rule.prefix();
    let filter = rule.filter();
    let new = filter.and_then(|filter| filter.prefix().or_else(|| filter.and()?.prefix()));
    new.or(old).unwrap_or_default()
}

/// The tags that objects must have for the rule to copy them.
fn narrower(rule: &ReplicationRule) -> Option<Vec<String>> {
    let filter = rule.filter()?;
    let several = filter.and().map(ReplicationRuleAndOperator::tags).unwrap_or_default();
    let tags = filter.tag().into_iter().chain(several);
    Some(tags.map(|tag| format!("tag {} = {}", tag.key, tag.value)).collect())
        .filter(|tags: &Vec<_>| !tags.is_empty())
}

/// The configuration as AWS takes it, [second edition][v2]: with a filter, a priority and a word on delete markers.
///
/// [v2]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
pub(super) fn configuration(spec: &Spec, env: Env<'_>) -> Result<ReplicationConfiguration> {
    let markers = if spec.delete_markers {
        DeleteMarkerReplicationStatus::Enabled
    } else {
        DeleteMarkerReplicationStatus::Disabled
    };
    let encrypted = SseKmsEncryptedObjects::builder().status(SseKmsEncryptedObjectsStatus::Enabled);
    let selected =
        SourceSelectionCriteria::builder().sse_kms_encrypted_objects(aws::built(encrypted.build())?);
    let rule = ReplicationRule::builder()
        .id(NAME)
        .priority(1)
        .status(ReplicationRuleStatus::Enabled)
        .filter(ReplicationRuleFilter::builder().prefix("").build())
        .delete_marker_replication(DeleteMarkerReplication::builder().status(markers).build())
        .source_selection_criteria(selected.build())
        .destination(destination(spec, env)?);
    let configuration = ReplicationConfiguration::builder().role(spec.role_arn.resolve(&env).now()?);
    aws::built(configuration.rules(aws::built(rule.build())?).build())
}

fn destination(spec: &Spec, env: Env<'_>) -> Result<Destination> {
    let key = spec.destination_key_arn.resolve(&env).now()?;
    let minutes = || ReplicationTimeValue::builder().minutes(MINUTES).build();
    let metrics = Metrics::builder().status(MetricsStatus::Enabled);
    let metrics = metrics.set_event_threshold(spec.time_control.then(minutes));
    let mut destination = Destination::builder()
        .bucket(spec.destination_bucket_arn.resolve(&env).now()?)
        .encryption_configuration(EncryptionConfiguration::builder().replica_kms_key_id(key).build())
        .metrics(aws::built(metrics.build())?);
    if spec.time_control {
        let time = ReplicationTime::builder().status(ReplicationTimeStatus::Enabled).time(minutes());
        destination = destination.replication_time(aws::built(time.build())?);
    }
    if let Some(account) = &spec.destination_account {
        let translation = AccessControlTranslation::builder().owner(OwnerOverride::Destination);
        destination = destination
            .account(account.resolve(&env).now()?)
            .access_control_translation(aws::built(translation.build())?);
    }
    aws::built(destination.build())
}
