//! `s3/bucket`: a bucket and all its settings.

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::{Class, Error, Result},
        kind::{
            ADDRESS_TAG, Actions, Calls, Found, Identity, Kind, ORGANIZATION_TAG, Removal, Scope, State,
            TagChange, Wanted,
        },
    },
};

use super::{
    access::PublicAccess,
    inventory::{owner, sdk_tags, tags_now},
};

mod edit;
mod held;
mod lifecycle;

pub use held::Live;
pub use lifecycle::{Expiry, Rule, Tier};

use edit::Setting;

/// A general purpose [bucket][bucket]. It is never open to the public, knows no ACLs ([its owner owns all objects][acl])
/// and takes no object under a [key that only its writer has][ssec]. Nothing here ever empties one.
///
/// [bucket]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingBucket.html
/// [acl]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
/// [ssec]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
pub struct Bucket;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it, unique in all the world; 63 characters at most. One that is not wanted any more is found if
    /// its name begins with `<organization>-`.
    pub name: Text,
    /// What keeps objects from being deleted. It brings versioning with it.
    pub object_lock: Option<Lock>,
    /// Whether what is overwritten or deleted is kept as a version.
    pub versioning: bool,
    /// What encrypts objects, unless their writer says otherwise.
    pub encryption: Sse,
    /// What becomes of objects with time.
    pub lifecycle: Vec<Rule>,
    /// Where S3 writes down who asked for what.
    pub access_log: Option<AccessLog>,
}

/// The [retention][lock] of objects whose writer says nothing of it.
///
/// [lock]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Whom it binds.
    pub mode: LockMode,
    /// For how many days, 36,500 at most. Another number holds for the objects that come after it.
    pub days: i32,
}

/// Whom a lock binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// All but those who may `s3:BypassGovernanceRetention`.
    Governance,
    /// Everybody, the root user and AWS Support included.
    Compliance,
}

/// [Default encryption][sse].
///
/// [sse]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
#[derive(Clone, Debug)]
pub enum Sse {
    /// Under S3's own keys.
    S3,
    /// Under the key with this ARN, by way of a [bucket key][key].
    ///
    /// [key]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
    Kms(Text),
}

/// [Server access logging][log], into objects that are filed by account, Region, bucket and the day of the events.
///
/// [log]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
#[derive(Clone, Debug)]
pub struct AccessLog {
    /// The name of a bucket of the same account and Region, which lets `logging.s3.amazonaws.com` write, and has
    /// neither default retention nor a KMS key.
    pub bucket: Text,
    /// What the objects' names begin with.
    pub prefix: String,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

impl Kind for Bucket {
    const NAME: &'static str = "s3/bucket";
    const ABOUT: &'static str =
        "A bucket: its encryption, versions, lifecycle, lock, access logs and block of public access.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Listed;
    const IMMUTABLE: &'static [&'static str] = &["name"];
    const WAY_OUT: &'static str = "write the old value back, or give the bucket another name and keep the old one \
                                   until nobody needs what is in it";
    const ACTIONS: Actions = Actions {
        read: &[
            "s3:ListAllMyBuckets",
            "s3:ListBucket",
            "s3:GetBucketLogging",
            "s3:GetBucketObjectLockConfiguration",
            "s3:GetBucketOwnershipControls",
            "s3:GetBucketPublicAccessBlock",
            "s3:GetBucketTagging",
            "s3:GetBucketVersioning",
            "s3:GetEncryptionConfiguration",
            "s3:GetLifecycleConfiguration",
        ],
        create: &[
            "s3:CreateBucket",
            "s3:PutBucketLogging",
            "s3:PutBucketObjectLockConfiguration",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
            "s3:TagResource",
        ],
        update: &[
            "s3:GetBucketTagging",
            "s3:PutBucketLogging",
            "s3:PutBucketObjectLockConfiguration",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketTagging",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
        ],
        delete: &["s3:DeleteBucket"],
    };
    const CALLS: Calls = Calls {
        create: 1,
        each: &["access_log", "default_retention", "encryption", "lifecycle", "public_access", "versioning"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.spec.name.resolve(&it.env)
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, object_lock, versioning, encryption, lifecycle, access_log } = spec;
        let mut doc = PublicAccess::BLOCKED
            .fields()
            .with("name", Field::text(name, env))
            .with("ownership", held::OWNERSHIP.as_str())
            .with("versioning", *versioning || object_lock.is_some())
            .with("object_lock", object_lock.is_some());
        if let Some(Lock { mode, days }) = object_lock {
            doc = doc
                .with("default_retention.mode", edit::mode(*mode).as_str())
                .with("default_retention.days", *days);
        }
        doc = doc.with("encryption.blocks", vec![held::BLOCKED.as_str()]);
        doc = match encryption {
            Sse::S3 => doc.with("encryption.algorithm", held::S3.as_str()),
            Sse::Kms(key) => doc
                .with("encryption.algorithm", held::KMS.as_str())
                .with("encryption.key", Field::text(key, env))
                .with("encryption.bucket_key", true),
        };
        doc.extend(lifecycle.iter().flat_map(Rule::fields));
        if let Some(AccessLog { bucket, prefix }) = access_log {
            doc = doc
                .with("access_log.bucket", Field::text(bucket, env))
                .with("access_log.prefix", prefix.as_str())
                .with("access_log.partition", held::BY_EVENT.as_str());
        }
        doc
    }

    fn observed(live: &Live) -> Doc {
        live.fields()
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { name: live.name.clone(), arn: live.arn.clone() }
    }

    fn state(live: &Live) -> State {
        live.state()
    }

    fn forbids(change: &Change) -> Option<&'static str> {
        let was_on = change.before == Some(true.into());
        (change.path == "object_lock" && was_on).then_some("AWS never turns Object Lock off again")
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let names = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        held::read(at, names).await
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let name = it.spec.name.resolve(&it.env).now()?;
        let request = at.s3().await?.create_bucket().bucket(&name);
        let request = request
            .create_bucket_configuration(edit::configuration(at.place.region, sdk_tags(it.tags)?))
            .object_ownership(held::OWNERSHIP)
            .object_lock_enabled_for_bucket(it.spec.object_lock.is_some());
        let made = aws::call(at, "CreateBucket", request.send()).await;
        if aws::unless(made, &["BucketAlreadyOwnedByYou"])?.is_none() {
            expect_own(at, it, &name).await?;
        }
        edit::apply(at, it, &name, &edit::everything(it.spec)).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let settings: Vec<_> = Setting::ALL.into_iter().filter(|setting| setting.is_in(changes)).collect();
        edit::apply(at, it, &live.name, &settings).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.s3().await?.delete_bucket().bucket(&live.name).expected_bucket_owner(owner(at)?);
        let gone = aws::call(at, "DeleteBucket", request.send()).await;
        aws::unless(gone, &[super::GONE]).map(drop)
    }

    /// The call replaces all tags: other people's are written back.
    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let mut all = tags_now(at, &live.name).await?.unwrap_or_default();
        // AWS's own, which nobody else may set, stay whatever is sent.
        all.retain(|key, _| !key.starts_with("aws:") && !tags.remove.contains(key));
        all.extend(tags.set.clone());
        edit::put_tags(at, &live.name, sdk_tags(&all)?).await
    }
}

/// After a create call that found the bucket there: goes on only if it was our own call, sent before, that made it.
async fn expect_own(at: &At<'_>, it: &Wanted<'_, Bucket>, name: &str) -> Result<()> {
    let tags = tags_now(at, name).await?.unwrap_or_default();
    let is_own = [ADDRESS_TAG, ORGANIZATION_TAG].iter().all(|key| tags.get(*key) == it.tags.get(*key));
    let stale =
        || Error::new(Class::Stale, format!("`{name}` came to be since, and not by us")).hint("plan again");
    if is_own { Ok(()) } else { Err(stale()) }
}

#[cfg(test)]
mod tests;
