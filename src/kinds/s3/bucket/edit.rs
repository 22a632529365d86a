//! The calls that change a bucket's settings, one for each.

use aws_sdk_s3::{
    Client,
    types::{
        BlockedEncryptionTypes, BucketLifecycleConfiguration, BucketLocationConstraint, BucketLoggingStatus,
        BucketVersioningStatus, CreateBucketConfiguration, DefaultRetention, LoggingEnabled,
        ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRetentionMode, ObjectLockRule,
        OwnershipControls, OwnershipControlsRule, PartitionedPrefix, ServerSideEncryptionByDefault,
        ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Tag, Tagging, TargetObjectKeyFormat,
        VersioningConfiguration,
    },
};

use super::{
    AccessLog, Bucket, Lock, LockMode, Rule, Spec, Sse,
    held::{BLOCKED, BY_EVENT, KMS, OWNERSHIP, S3},
};
use crate::{
    aws::{self, Aws as _},
    engine::{at::At, doc::Change, env::Env, error::Result, kind::Wanted},
    kinds::s3::{access::PublicAccess, inventory::owner},
    names::Region,
};

/// The Region that AWS takes for meant where none is named, and refuses to be [named][location].
///
/// [location]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
const UNNAMED: &str = "us-east-1";

/// A setting that one call changes as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    PublicAccess,
    Ownership,
    Versioning,
    Encryption,
    ObjectLock,
    Lifecycle,
    AccessLog,
}

impl Setting {
    /// All, in the order of the calls: first what keeps others out, last what deletes. A lock needs versioning.
    pub(super) const ALL: [Self; 7] = [
        Self::PublicAccess,
        Self::Ownership,
        Self::Versioning,
        Self::Encryption,
        Self::ObjectLock,
        Self::AccessLog,
        Self::Lifecycle,
    ];

    /// Whether some of these changes are of this setting.
    pub(super) fn is_in(self, changes: &[Change]) -> bool {
        let roots: &[&str] = match self {
            Self::PublicAccess => &["public_access"],
            Self::Ownership => &["ownership"],
            Self::Versioning => &["versioning"],
            Self::Encryption => &["encryption"],
            Self::ObjectLock => &["object_lock", "default_retention"],
            Self::Lifecycle => &["lifecycle"],
            Self::AccessLog => &["access_log"],
        };
        changes.iter().any(|change| roots.contains(&change.root()))
    }
}

/// What a new bucket does not have from its first call on. That call gives ownership, and versioning where it locks.
pub(super) fn everything(spec: &Spec) -> Vec<Setting> {
    let Spec { name: _, object_lock, versioning, encryption: _, lifecycle, access_log } = spec;
    let needed = |setting: &Setting| match setting {
        Setting::PublicAccess | Setting::Encryption => true,
        Setting::Ownership => false,
        Setting::Versioning => *versioning && object_lock.is_none(),
        Setting::ObjectLock => object_lock.is_some(),
        Setting::Lifecycle => !lifecycle.is_empty(),
        Setting::AccessLog => access_log.is_some(),
    };
    Setting::ALL.into_iter().filter(needed).collect()
}

/// Where a new bucket lies and what tags it has from the first moment on.
pub(super) fn configuration(region: Option<Region>, tags: Vec<Tag>) -> CreateBucketConfiguration {
    let named = region.filter(|region| region.as_str() != UNNAMED);
    CreateBucketConfiguration::builder()
        .set_location_constraint(named.map(|region| BucketLocationConstraint::from(region.as_str())))
        .set_tags(Some(tags))
        .build()
}

/// A mode as AWS writes it.
pub(super) fn mode(mode: LockMode) -> ObjectLockRetentionMode {
    match mode {
        LockMode::Governance => ObjectLockRetentionMode::Governance,
        LockMode::Compliance => ObjectLockRetentionMode::Compliance,
    }
}

/// Makes these settings as they are wanted, one after another.
pub(super) async fn apply(
    at: &At<'_>,
    it: &Wanted<'_, Bucket>,
    bucket: &str,
    settings: &[Setting],
) -> Result<()> {
    let call = Call { at, client: at.s3().await?, bucket, owner: owner(at)? };
    let Spec { name: _, object_lock, versioning, encryption, lifecycle, access_log } = it.spec;
    for setting in settings {
        match setting {
            Setting::PublicAccess => call.public_access().await?,
            Setting::Ownership => call.ownership().await?,
            Setting::Versioning => call.versioning(*versioning || object_lock.is_some()).await?,
            Setting::Encryption => call.encryption(encryption, &it.env).await?,
            Setting::ObjectLock => call.object_lock(*object_lock).await?,
            Setting::Lifecycle => call.lifecycle(lifecycle).await?,
            Setting::AccessLog => call.access_log(access_log.as_ref(), &it.env).await?,
        }
    }
    Ok(())
}

/// Replaces all tags.
pub(super) async fn put_tags(at: &At<'_>, bucket: &str, tags: Vec<Tag>) -> Result<()> {
    let tagging = aws::built(Tagging::builder().set_tag_set(Some(tags)).build())?;
    let request = at.s3().await?.put_bucket_tagging().bucket(bucket).tagging(tagging);
    let request = request.expected_bucket_owner(owner(at)?);
    aws::call(at, "PutBucketTagging", request.send()).await.map(drop)
}

/// What all calls for one bucket have in common.
struct Call<'a> {
    at: &'a At<'a>,
    client: Client,
    bucket: &'a str,
    owner: String,
}

impl Call<'_> {
    async fn public_access(&self) -> Result<()> {
        let request = self.client.put_public_access_block().bucket(self.bucket);
        let request = request
            .expected_bucket_owner(&self.owner)
            .public_access_block_configuration(PublicAccess::BLOCKED.into());
        aws::call(self.at, "PutPublicAccessBlock", request.send()).await.map(drop)
    }

    async fn ownership(&self) -> Result<()> {
        let rule = aws::built(OwnershipControlsRule::builder().object_ownership(OWNERSHIP).build())?;
        let controls = aws::built(OwnershipControls::builder().rules(rule).build())?;
        let request = self.client.put_bucket_ownership_controls().bucket(self.bucket);
        let request = request.expected_bucket_owner(&self.owner).ownership_controls(controls);
        aws::call(self.at, "PutBucketOwnershipControls", request.send()).await.map(drop)
    }

    async fn versioning(&self, on: bool) -> Result<()> {
        let status = if on { BucketVersioningStatus::Enabled } else { BucketVersioningStatus::Suspended };
        let request = self.client.put_bucket_versioning().bucket(self.bucket);
        let request = request
            .expected_bucket_owner(&self.owner)
            .versioning_configuration(VersioningConfiguration::builder().status(status).build());
        aws::call(self.at, "PutBucketVersioning", request.send()).await.map(drop)
    }

    async fn encryption(&self, encryption: &Sse, env: &Env<'_>) -> Result<()> {
        let default = ServerSideEncryptionByDefault::builder();
        let (default, by_key) = match encryption {
            Sse::S3 => (default.sse_algorithm(S3), false),
            Sse::Kms(key) => (default.sse_algorithm(KMS).kms_master_key_id(key.resolve(env).now()?), true),
        };
        let rule = ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(aws::built(default.build())?)
            .bucket_key_enabled(by_key)
            .blocked_encryption_types(BlockedEncryptionTypes::builder().encryption_type(BLOCKED).build());
        let configuration = ServerSideEncryptionConfiguration::builder().rules(rule.build()).build();
        let request = self.client.put_bucket_encryption().bucket(self.bucket);
        let request = request
            .expected_bucket_owner(&self.owner)
            .server_side_encryption_configuration(aws::built(configuration)?);
        aws::call(self.at, "PutBucketEncryption", request.send()).await.map(drop)
    }

    /// Without a lock, default retention goes; the lock itself stays for ever, which the plan says before.
    async fn object_lock(&self, lock: Option<Lock>) -> Result<()> {
        let rule = lock.map(|Lock { mode: of, days }| {
            let retention = DefaultRetention::builder().mode(mode(of)).days(days).build();
            ObjectLockRule::builder().default_retention(retention).build()
        });
        let configuration =
            ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).set_rule(rule);
        let request = self.client.put_object_lock_configuration().bucket(self.bucket);
        let request =
            request.expected_bucket_owner(&self.owner).object_lock_configuration(configuration.build());
        aws::call(self.at, "PutObjectLockConfiguration", request.send()).await.map(drop)
    }

    async fn lifecycle(&self, rules: &[Rule]) -> Result<()> {
        if rules.is_empty() {
            let request = self.client.delete_bucket_lifecycle().bucket(self.bucket);
            let request = request.expected_bucket_owner(&self.owner);
            return aws::call(self.at, "DeleteBucketLifecycle", request.send()).await.map(drop);
        }
        let rules = rules.iter().map(Rule::sdk).collect::<Result<Vec<_>>>()?;
        let configuration =
            aws::built(BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build())?;
        let request = self.client.put_bucket_lifecycle_configuration().bucket(self.bucket);
        let request = request.expected_bucket_owner(&self.owner).lifecycle_configuration(configuration);
        aws::call(self.at, "PutBucketLifecycleConfiguration", request.send()).await.map(drop)
    }

    async fn access_log(&self, log: Option<&AccessLog>, env: &Env<'_>) -> Result<()> {
        let enabled = log.map(|AccessLog { bucket, prefix }| {
            let partitioned = PartitionedPrefix::builder().partition_date_source(BY_EVENT).build();
            let format = TargetObjectKeyFormat::builder().partitioned_prefix(partitioned).build();
            let enabled = LoggingEnabled::builder().target_bucket(bucket.resolve(env).now()?);
            aws::built(enabled.target_prefix(prefix).target_object_key_format(format).build())
        });
        let status = BucketLoggingStatus::builder().set_logging_enabled(enabled.transpose()?).build();
        let request = self.client.put_bucket_logging().bucket(self.bucket);
        let request = request.expected_bucket_owner(&self.owner).bucket_logging_status(status);
        aws::call(self.at, "PutBucketLogging", request.send()).await.map(drop)
    }
}
