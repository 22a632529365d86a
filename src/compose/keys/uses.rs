//! The uses of keys that follow from other tables: whoever states a trail need not say that CloudTrail writes under its
//! key, nor grant the role that copies the archive what it needs of two keys in two Regions.
//!
//! A use is said once and comes out on both sides: in the key's policy, and in [`permissions`] for the role.

use std::collections::BTreeMap;

use super::services::{self, Caller, Clause, Test};
use crate::{
    compose::derived,
    kinds::s3::probe,
    model::{Archive, KeyService, LandingZone, Symbol},
    names::{AccountName, KeyRef, Located, Region},
    policy::{Document, Statement},
};

/// A use of a key, in one of its Regions.
#[derive(Clone, Debug)]
pub(in crate::compose) struct Use<'z> {
    /// Which key, and the line that asks for it.
    pub key: &'z Located<KeyRef>,
    /// Where.
    pub region: Region,
    /// Who does what.
    pub clause: Clause,
}

/// What uses keys: a function for each table.
const USERS: &[fn(&LandingZone) -> Vec<Use<'_>>] = &[trail, trail_logs, topics, archive, copies, probing];

/// All uses that follow from the landing zone.
pub(super) fn uses(zone: &LandingZone) -> Vec<Use<'_>> {
    USERS.iter().flat_map(|user| user(zone)).collect()
}

/// What a role that the landing zone makes for a service may do with keys, for its own policy; nothing if it uses none.
pub(in crate::compose) fn permissions(
    zone: &LandingZone,
    account: &AccountName,
    purpose: &str,
) -> Option<Document> {
    let is_it = |caller: &Caller| matches!(caller, Caller::Role { account: its, purpose: it } if its == account && *it == purpose);
    let uses = uses(zone).into_iter().filter(|used| is_it(&used.clause.caller));
    let mut statements: BTreeMap<&str, Statement> = BTreeMap::new();
    for used in uses {
        let arn = arn(zone, &used);
        let statement = statements.remove(used.clause.sid).unwrap_or_else(|| permitted(&used.clause));
        statements.insert(used.clause.sid, statement.resources([arn]));
    }
    (!statements.is_empty()).then(|| Document::new(statements.into_values()))
}

/// The ARN of the key where it is used, as a symbol.
fn arn(zone: &LandingZone, used: &Use<'_>) -> String {
    let primary = zone.key(used.key).map(|key| key.region.value);
    let elsewhere = Some(used.region).filter(|region| primary != Some(*region));
    Symbol::Key(used.key.value.clone(), elsewhere).to_string()
}

fn permitted(clause: &Clause) -> Statement {
    let statement = Statement::allow(clause.sid).actions(clause.actions.iter().copied());
    clause.conditions.iter().fold(statement, |statement, (operator, key, values)| {
        statement.condition(operator, key, values.iter().cloned())
    })
}

/// CloudTrail, for the files of the organization's trail. With the bucket's own data keys, the [bucket][key] stands in
/// the encryption context instead of the trail.
///
/// [key]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html#bucket-key-changes
fn trail(zone: &LandingZone) -> Vec<Use<'_>> {
    let (Some(trail), Some(archive)) = (&zone.trail, &zone.archive) else { return Vec::new() };
    let (key, region) = (&trail.key, zone.organization.home_region.value);
    let Some(stated) = zone.key(key) else { return Vec::new() };
    let mut clauses = services::clauses(zone, &stated.id.account, region, KeyService::CloudTrail);
    let bucket = derived::bucket_arn(zone, &archive.account, Archive::MAIN, region);
    clauses.push(Clause {
        sid: "CloudTrailBucket",
        caller: Caller::Service("cloudtrail.amazonaws.com".to_owned()),
        actions: &["kms:GenerateDataKey*"],
        conditions: vec![
            ("StringEquals", "aws:SourceArn", vec![derived::trail_arn(zone)]),
            ("StringEquals", BUCKET, vec![bucket]),
        ],
    });
    clauses.into_iter().map(|clause| Use { key, region, clause }).collect()
}

/// CloudWatch Logs, for the trail's log group.
fn trail_logs(zone: &LandingZone) -> Vec<Use<'_>> {
    let Some(trail) = zone.trail.as_ref().filter(|trail| trail.log_group.is_some()) else {
        return Vec::new();
    };
    let (key, region) = (&trail.key, zone.organization.home_region.value);
    let (account, group) = (&zone.trail_account().name, derived::trail_log_group(zone));
    vec![Use { key, region, clause: services::logs("TrailLogs", region, account, &group) }]
}

/// Who [publishes][publish] to the encrypted topics: alarms, and CloudTrail, which is tied to its topic by the encryption
/// context that SNS sets.
///
/// [publish]: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
fn topics(zone: &LandingZone) -> Vec<Use<'_>> {
    let Some(trail) = &zone.trail else { return Vec::new() };
    let (key, region) = (&trail.key, zone.organization.home_region.value);
    let account = &zone.trail_account().name;
    let publish = |sid, service: &str, conditions| {
        let caller = Caller::Service(service.to_owned());
        let clause = Clause { sid, caller, actions: services::WRITE_AND_READ, conditions };
        Use { key, region, clause }
    };
    let alarms = trail.alarms.as_ref().map(|_| {
        let alarms = ("ArnLike", "aws:SourceArn", vec![derived::alarm_arns(zone, account)]);
        let of_account = ("StringEquals", "aws:SourceAccount", vec![derived::id_of(account)]);
        publish("Alarms", "cloudwatch.amazonaws.com", vec![of_account, alarms])
    });
    let files = trail.sns.value.then(|| {
        let topic = derived::topic_arn(zone, account, &derived::trail_topic(zone));
        let of_topic = ("StringEquals", "kms:EncryptionContext:aws:sns:topicArn", vec![topic]);
        publish("TrailTopic", "cloudtrail.amazonaws.com", vec![of_topic])
    });
    alarms.into_iter().chain(files).collect()
}

/// What S3 puts into the encryption context: the object, or the bucket where that has data keys of its own.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context>
const BUCKET: &str = "kms:EncryptionContext:aws:s3:arn";

/// Whoever delivers into the archive: AWS for flow logs, Resolver query logs and configurations, and Firehose for what is
/// forwarded.
fn archive(zone: &LandingZone) -> Vec<Use<'_>> {
    let Some(archive) = &zone.archive else { return Vec::new() };
    let (key, region) = (&archive.key, zone.organization.home_region.value);
    let Some(stated) = zone.key(key) else { return Vec::new() };
    let service = |service| services::clauses(zone, &stated.id.account, region, service);
    let mut clauses = service(KeyService::LogDelivery);
    if zone.recording.is_some() {
        clauses.extend(service(KeyService::Config));
    }
    // <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3>
    clauses.push(Clause {
        sid: "Firehose",
        caller: Caller::Role { account: archive.account.value.clone(), purpose: derived::LOG_DELIVERY },
        actions: &["kms:Decrypt", "kms:GenerateDataKey*"],
        conditions: through_bucket(zone, &archive.account, region),
    });
    clauses.into_iter().map(|clause| Use { key, region, clause }).collect()
}

/// The role that copies the archive, as [documented][copy] for objects under KMS: it reads under the keys that objects
/// are written under, and writes under the copy's own, whose bucket's data keys it [decrypts][bucket] first.
///
/// [copy]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
/// [bucket]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html#bk-replication
fn copies(zone: &LandingZone) -> Vec<Use<'_>> {
    let Some(archive) = &zone.archive else { return Vec::new() };
    let Some(replica) = &archive.replica else { return Vec::new() };
    let caller = || Caller::Role { account: archive.account.value.clone(), purpose: derived::REPLICATION };
    let home = zone.organization.home_region.value;
    let trail = zone.trail.as_ref().map(|trail| &trail.key).filter(|key| key.value != archive.key.value);
    let read = |key| Use {
        key,
        region: home,
        clause: Clause {
            sid: "CopyFrom",
            caller: caller(),
            actions: &["kms:Decrypt"],
            conditions: through_bucket(zone, &archive.account, home),
        },
    };
    let Some(destination) = zone.key(&replica.key) else { return Vec::new() };
    let write = Use {
        key: &replica.key,
        region: replica.region.value,
        clause: Clause {
            sid: "CopyTo",
            caller: caller(),
            actions: &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"],
            conditions: through_bucket(zone, &destination.id.account, replica.region.value),
        },
    };
    [&archive.key].into_iter().chain(trail).map(read).chain([write]).collect()
}

/// Landfall itself, for the object that `landfall doctor --replication` looks for the copy of: it writes that one object
/// without the bucket's data key, and reads none.
fn probing(zone: &LandingZone) -> Vec<Use<'_>> {
    let Some(archive) = zone.archive.as_ref().filter(|archive| archive.replica.is_some()) else {
        return Vec::new();
    };
    let (region, account) = (zone.organization.home_region.value, &archive.account.value);
    let bucket = derived::bucket_arn(zone, account, Archive::MAIN, region);
    let clause = Clause {
        sid: "Probe",
        caller: Caller::Deployer { account: account.clone() },
        actions: &["kms:GenerateDataKey"],
        conditions: vec![
            ("StringEquals", "kms:ViaService", vec![via_s3(region)]),
            ("StringLike", BUCKET, vec![format!("{bucket}/{}*", probe::PREFIX)]),
        ],
    };
    vec![Use { key: &archive.key, region, clause }]
}

/// S3 of a Region, as `kms:ViaService` names it.
fn via_s3(region: Region) -> String {
    format!("s3.{region}.{}", region.partition().dns_suffix())
}

/// Only through S3, and only for the archive's bucket in a Region.
fn through_bucket(zone: &LandingZone, account: &AccountName, region: Region) -> Vec<Test> {
    let bucket = derived::bucket_arn(zone, account, Archive::MAIN, region);
    let objects = format!("{bucket}/*");
    vec![
        ("StringEquals", "kms:ViaService", vec![via_s3(region)]),
        ("StringLike", BUCKET, vec![bucket, objects]),
    ]
}
