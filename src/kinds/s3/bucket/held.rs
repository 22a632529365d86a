//! Buckets as AWS has them.

use std::collections::BTreeSet;

use aws_sdk_s3::{
    operation::{
        get_bucket_encryption::GetBucketEncryptionOutput,
        get_bucket_ownership_controls::GetBucketOwnershipControlsOutput,
    },
    types::{
        BlockedEncryptionTypes, BucketVersioningStatus, DefaultRetention, EncryptionType, LifecycleRule,
        LoggingEnabled, ObjectLockEnabled, ObjectLockRetentionMode, ObjectOwnership, PartitionDateSource,
        ServerSideEncryption, ServerSideEncryptionRule,
    },
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::lifecycle::held_fields;
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::Doc,
        error::Result,
        kind::{Found, Owner, State, Tags},
    },
    kinds::s3::{
        AT_ONCE, GONE,
        access::PublicAccess,
        inventory::{arn, buckets, ours, owner, tags},
    },
};

/// The ownership that every bucket of ours has.
pub(super) const OWNERSHIP: ObjectOwnership = ObjectOwnership::BucketOwnerEnforced;
/// The encryption that no bucket of ours takes.
pub(super) const BLOCKED: EncryptionType = EncryptionType::SseC;
/// How access logs are filed.
pub(super) const BY_EVENT: PartitionDateSource = PartitionDateSource::EventTime;
/// Encryption under S3's own keys.
pub(super) const S3: ServerSideEncryption = ServerSideEncryption::Aes256;
/// Encryption under a key of KMS.
pub(super) const KMS: ServerSideEncryption = ServerSideEncryption::AwsKms;
/// What new buckets are given: smaller objects stay where they are.
const USUAL_MINIMUM: &str = "all_storage_classes_128K";

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    pub(super) name: String,
    pub(super) arn: String,
    held: Held,
}

#[derive(Clone, Debug)]
enum Held {
    /// A bucket of this account in this Region.
    Here(Box<Settings>),
    /// The name is taken, for the reason given.
    Taken(String),
}

/// The settings of a bucket; nothing where none was ever made.
#[derive(Clone, Debug, Default)]
struct Settings {
    access: PublicAccess,
    ownership: Option<ObjectOwnership>,
    versioning: bool,
    encryption: Option<ServerSideEncryptionRule>,
    object_lock: bool,
    retention: Option<DefaultRetention>,
    lifecycle: Vec<LifecycleRule>,
    minimum: Option<String>,
    access_log: Option<LoggingEnabled>,
}

impl Live {
    pub(super) fn state(&self) -> State {
        match &self.held {
            Held::Here(_) => State::Ready,
            Held::Taken(why) => State::Failed(why.clone()),
        }
    }

    pub(super) fn fields(&self) -> Doc {
        let doc = Doc::new().with("name", self.name.as_str());
        let Held::Here(settings) = &self.held else { return doc };
        let Settings {
            access,
            ownership,
            versioning,
            encryption,
            object_lock,
            retention,
            lifecycle,
            minimum,
            access_log,
        } = &**settings;
        let mut doc = doc
            .with_some("ownership", ownership.as_ref().map(ObjectOwnership::as_str))
            .with("versioning", *versioning)
            .with("object_lock", *object_lock)
            .with_some("lifecycle.minimum_size", minimum.as_deref());
        for part in [
            access.fields(),
            encryption.as_ref().map(encrypted).unwrap_or_default(),
            retention.as_ref().map(retained).unwrap_or_default(),
            access_log.as_ref().map(logged).unwrap_or_default(),
        ] {
            doc.extend(part);
        }
        doc.extend(lifecycle.iter().flat_map(held_fields));
        doc
    }
}

fn encrypted(rule: &ServerSideEncryptionRule) -> Doc {
    let default = rule.apply_server_side_encryption_by_default();
    let blocked = rule.blocked_encryption_types().map(BlockedEncryptionTypes::encryption_type);
    let blocks: Vec<_> = blocked
        .unwrap_or_default()
        .iter()
        .filter(|kind| **kind != EncryptionType::None)
        .map(|kind| kind.as_str().to_owned())
        .collect();
    let under_key = default.is_some_and(|default| default.sse_algorithm != S3);
    Doc::new()
        .with("encryption.blocks", blocks)
        .with_some("encryption.algorithm", default.map(|default| default.sse_algorithm.as_str()))
        .with_some("encryption.key", default.and_then(|default| default.kms_master_key_id()))
        // Under S3's own keys there is nothing that a bucket key could save.
        .with_some("encryption.bucket_key", under_key.then(|| rule.bucket_key_enabled.unwrap_or_default()))
}

fn retained(retention: &DefaultRetention) -> Doc {
    Doc::new()
        .with_some("default_retention.mode", retention.mode().map(ObjectLockRetentionMode::as_str))
        .with_some("default_retention.days", retention.days.filter(|days| *days > 0))
        .with_some("default_retention.years", retention.years.filter(|years| *years > 0))
        .with_some(
            "default_retention.event_hold",
            retention.default_event_hold().map(|hold| format!("{hold:?}")),
        )
}

fn logged(log: &LoggingEnabled) -> Doc {
    let partitioned = log.target_object_key_format().and_then(|format| format.partitioned_prefix());
    let source = partitioned.and_then(|partitioned| partitioned.partition_date_source());
    let grants = Some(log.target_grants().len()).filter(|grants| *grants > 0);
    Doc::new()
        .with("access_log.bucket", log.target_bucket.as_str())
        .with("access_log.prefix", log.target_prefix.as_str())
        .with_some("access_log.partition", source.map(PartitionDateSource::as_str))
        .with_some("access_log.grants", grants)
}

/// Our buckets, wanted or not, and what stands in the way of wanted ones.
pub(super) async fn read(at: &At<'_>, wanted: Vec<String>) -> Result<Vec<Found<Live>>> {
    let listed = buckets(at).await?;
    let ours = match at.others {
        Others::Told => ours(at, &listed).await?,
        Others::Passed => Vec::new(),
    };
    let (here, others): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|name| listed.contains(name));
    let here: BTreeSet<_> = ours.into_iter().chain(here).collect();
    let here = stream::iter(here).map(|name| bucket(at, name)).buffered(AT_ONCE);
    let here: Vec<_> = here.try_collect().await?;
    let others = stream::iter(others).map(|name| unlisted(at, name)).buffered(AT_ONCE);
    let others: Vec<_> = others.try_collect().await?;
    Ok(here.into_iter().chain(others).flatten().collect())
}

/// A bucket of this account and Region; nothing if it is gone meanwhile.
async fn bucket(at: &At<'_>, name: String) -> Result<Option<Found<Live>>> {
    let Some(tags) = tags(at, &name).await? else { return Ok(None) };
    match settings(at, &name).await {
        Ok(settings) => Ok(Some(found(at, name, tags, Held::Here(Box::new(settings))))),
        Err(error) if aws::code(&error) == Some(GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

fn found(at: &At<'_>, name: String, tags: Tags, held: Held) -> Found<Live> {
    let live = Live { name: name.clone(), arn: arn(at, &name), held };
    Found { key: name.clone(), label: name, owner: Owner::Tags(tags), live }
}

/// A wanted bucket that the list does not show: it is not there, or was just made, or the name is taken. A [HEAD][head]
/// tells, by its status alone.
///
/// [head]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
async fn unlisted(at: &At<'_>, name: String) -> Result<Option<Found<Live>>> {
    let request = at.s3().await?.head_bucket().bucket(&name).expected_bucket_owner(owner(at)?);
    let error = match aws::call(at, "HeadBucket", request.send()).await {
        Ok(answer) => {
            let of = answer.bucket_region().map(str::to_owned);
            return match of.filter(|of| at.place.region.is_some_and(|here| here.as_str() != of)) {
                Some(region) => Ok(Some(elsewhere(at, name, &region))),
                None => bucket(at, name).await,
            };
        }
        Err(error) => error,
    };
    match aws::code(&error) {
        Some("NotFound" | "404" | GONE) => Ok(None),
        Some("301" | "400") => Ok(Some(elsewhere(at, name, "another Region"))),
        Some("403") => Ok(Some(strange(at, name))),
        _ => Err(error),
    }
}

fn elsewhere(at: &At<'_>, name: String, region: &str) -> Found<Live> {
    let why = format!("`{name}` exists in {region}: bucket names are unique in all of AWS");
    found(at, name, Tags::new(), Held::Taken(why))
}

fn strange(at: &At<'_>, name: String) -> Found<Live> {
    let why = format!(
        "the bucket name `{name}` is held by another AWS account (or this one's policies do not let us see it)"
    );
    found(at, name, Tags::new(), Held::Taken(why))
}

/// Asks for all settings of a bucket, side by side.
async fn settings(at: &At<'_>, name: &str) -> Result<Settings> {
    let (client, owner) = (at.s3().await?, owner(at)?);
    // What was never made is an answer of its own, which says so.
    macro_rules! ask {
        ($operation:literal, $method:ident $(, $unset:literal)?) => {
            async {
                let request = client.$method().bucket(name).expected_bucket_owner(&owner);
                aws::unless(aws::call(at, $operation, request.send()).await, &[$($unset)?])
            }
        };
    }
    let first = futures::future::try_join4(
        ask!("GetPublicAccessBlock", get_public_access_block, "NoSuchPublicAccessBlockConfiguration"),
        ask!("GetBucketOwnershipControls", get_bucket_ownership_controls, "OwnershipControlsNotFoundError"),
        ask!("GetBucketVersioning", get_bucket_versioning),
        ask!("GetBucketEncryption", get_bucket_encryption, "ServerSideEncryptionConfigurationNotFoundError"),
    );
    let second = futures::future::try_join3(
        ask!(
            "GetObjectLockConfiguration",
            get_object_lock_configuration,
            "ObjectLockConfigurationNotFoundError"
        ),
        ask!(
            "GetBucketLifecycleConfiguration",
            get_bucket_lifecycle_configuration,
            "NoSuchLifecycleConfiguration"
        ),
        ask!("GetBucketLogging", get_bucket_logging),
    );
    let ((access, ownership, versioning, encryption), (lock, lifecycle, log)) =
        Box::pin(futures::future::try_join(first, second)).await?;
    let access = access.and_then(|answer| answer.public_access_block_configuration);
    let lock = lock.and_then(|answer| answer.object_lock_configuration);
    let minimum = lifecycle.as_ref().and_then(|answer| answer.transition_default_minimum_object_size());
    Ok(Settings {
        access: access.as_ref().map(PublicAccess::from).unwrap_or_default(),
        ownership: ownership.and_then(owned),
        versioning: versioning.and_then(|answer| answer.status) == Some(BucketVersioningStatus::Enabled),
        encryption: encryption.and_then(encrypts),
        object_lock: lock
            .as_ref()
            .is_some_and(|lock| lock.object_lock_enabled() == Some(&ObjectLockEnabled::Enabled)),
        retention: lock.and_then(|lock| lock.rule).and_then(|rule| rule.default_retention),
        minimum: minimum
            .map(|minimum| minimum.as_str().to_owned())
            .filter(|minimum| minimum != USUAL_MINIMUM),
        lifecycle: lifecycle.and_then(|answer| answer.rules).unwrap_or_default(),
        access_log: log.and_then(|answer| answer.logging_enabled),
    })
}

/// AWS knows one rule of each alone.
fn owned(answer: GetBucketOwnershipControlsOutput) -> Option<ObjectOwnership> {
    let rule = answer.ownership_controls?.rules.into_iter().next()?;
    Some(rule.object_ownership)
}

fn encrypts(answer: GetBucketEncryptionOutput) -> Option<ServerSideEncryptionRule> {
    answer.server_side_encryption_configuration?.rules.into_iter().next()
}
