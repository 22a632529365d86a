//! `s3/replication`: what S3 copies from a bucket into another one.

use std::collections::BTreeSet;

use aws_sdk_s3::types::ReplicationConfiguration;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    AT_ONCE, Bucket, GONE,
    inventory::{buckets, ours, owner},
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::{Change, Doc},
        env::{Env, Need, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

mod rule;

/// The [replication][replication] of a bucket: one rule of ours for all objects, those under KMS keys included, and no
/// other. Objects that were there before the rule are not copied by it; [Batch Replication][batch] does that.
///
/// [replication]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
/// [batch]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html
pub struct Replication;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The bucket that is copied. It has versioning, and so does the other.
    pub bucket: Need<Bucket>,
    /// The ARN of the role that S3 assumes to read, decrypt, encrypt and write.
    pub role_arn: Text,
    /// The ARN of the bucket that copies go to.
    pub destination_bucket_arn: Text,
    /// The id of the account that bucket is in, if it is another one. It then owns the copies.
    pub destination_account: Option<Text>,
    /// The ARN of the key, in the other bucket's Region, that encrypts copies of objects that KMS encrypts.
    pub destination_key_arn: Text,
    /// Whether deletions are copied too, as delete markers.
    pub delete_markers: bool,
    /// Whether AWS [promises][time] to copy within 15 minutes. Metrics say how far it is in any case.
    ///
    /// [time]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
    pub time_control: bool,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    bucket: String,
    held: ReplicationConfiguration,
}

impl Kind for Replication {
    const NAME: &'static str = "s3/replication";
    const ABOUT: &'static str =
        "The replication of a bucket: one rule for all its objects, those under KMS keys included.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Listed;
    const READ_AFTER: &'static [&'static str] = &["s3/bucket"];
    const ACTIONS: Actions = Actions {
        read: &["s3:ListAllMyBuckets", "s3:GetBucketTagging", "s3:GetReplicationConfiguration"],
        create: &["s3:PutReplicationConfiguration", "iam:PassRole"],
        update: &["s3:PutReplicationConfiguration", "iam:PassRole"],
        delete: &["s3:PutReplicationConfiguration"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.bucket).map(|bucket| bucket.name)
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        rule::desired(spec, *env)
    }

    fn observed(live: &Live) -> Doc {
        let Live { bucket: _, held } = live;
        rule::held(held)
    }

    fn outputs(_: &Live) {}

    /// Those of all our buckets: a rule that nobody wants still copies.
    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let mut names: BTreeSet<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        if at.others == Others::Told {
            names.extend(ours(at, &buckets(at).await?).await?);
        }
        let found = stream::iter(names).map(|bucket| configuration(at, bucket));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        put(at, it).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        put(at, it).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.s3().await?.delete_bucket_replication().bucket(&live.bucket);
        let gone = request.expected_bucket_owner(owner(at)?).send();
        let gone = aws::call(at, "DeleteBucketReplication", gone).await;
        aws::unless(gone, &[GONE]).map(drop)
    }
}

async fn configuration(at: &At<'_>, bucket: String) -> Result<Option<Found<Live>>> {
    let request = at.s3().await?.get_bucket_replication().bucket(&bucket).expected_bucket_owner(owner(at)?);
    let answer = aws::call(at, "GetBucketReplication", request.send()).await;
    let answer = aws::unless(answer, &["ReplicationConfigurationNotFoundError", GONE])?;
    let Some(held) = answer.and_then(|answer| answer.replication_configuration) else { return Ok(None) };
    let (key, label) = (bucket.clone(), bucket.clone());
    Ok(Some(Found { key, label, owner: Owner::Ends { ours: true }, live: Live { bucket, held } }))
}

/// Replaces the whole configuration. What S3 checks at once: versioning on both sides, and that the caller may pass
/// the role; what the role may do shows only when something is copied.
async fn put(at: &At<'_>, it: &Wanted<'_, Replication>) -> Result<()> {
    let bucket = it.env.get(&it.spec.bucket).now()?.name;
    let configuration = rule::configuration(it.spec, it.env)?;
    let request = at.s3().await?.put_bucket_replication().bucket(bucket).expected_bucket_owner(owner(at)?);
    let request = request.replication_configuration(configuration);
    aws::call(at, "PutBucketReplication", request.send()).await.map(drop)
}

#[cfg(test)]
mod tests;
