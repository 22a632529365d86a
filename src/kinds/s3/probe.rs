//! A small object that shows whether copying works.

use std::{process, time::SystemTime};

use aws_sdk_s3::{
    primitives::{ByteStream, DateTime, DateTimeFormat},
    types::{ReplicationStatus, ServerSideEncryption},
};

use super::inventory::owner;
use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result},
};

/// What the names of probes begin with, apart from everything that is delivered.
pub const PREFIX: &str = "landfall/probe/";

/// What whoever looks whether copying works has to be allowed with probes.
pub const WRITES: &[&str] = &["s3:DeleteObjectVersion", "s3:PutObject"];

/// What it has to be allowed with every object: whether older ones were copied is asked too.
pub const READS: &[&str] = &["s3:GetObject"];

/// What it has to be allowed with both buckets: only who may list one is told that an object in it is not there.
pub const LISTS: &[&str] = &["s3:ListBucket"];

/// What it has to be allowed with the key that probes are encrypted under.
pub const KEYS: &[&str] = &["kms:GenerateDataKey"];

/// What a probe holds.
const BODY: &[u8] = b"landfall looks whether this is copied\n";

/// A version of an object as S3 shows it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// How far its copying is; nothing where no rule copies it.
    pub copying: Option<Copying>,
    /// The ARN of the key that it is encrypted under.
    pub key: Option<String>,
    /// Until when it can't be deleted.
    pub locked_until: Option<String>,
    /// The version.
    pub version: Option<String>,
}

/// How far [copying][status] is.
///
/// [status]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copying {
    /// It will be tried, or tried again.
    Pending,
    /// It failed for good.
    Failed,
    /// It is done.
    Done,
    /// This is a copy.
    Copy,
}

/// The name of a probe that is made now.
pub fn name(now: SystemTime) -> String {
    format!("{PREFIX}{}-{}", written(&now.into()), process::id())
}

/// As ISO 8601 writes it.
fn written(time: &DateTime) -> String {
    time.fmt(DateTimeFormat::DateTime).unwrap_or_else(|_| time.secs().to_string())
}

/// Puts a probe into a bucket. It does without the [bucket key][key], so that whoever puts it
/// needs no more than a key of its own for it, and none to read the others by.
///
/// [key]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-bucket-key-object.html
pub async fn put(at: &At<'_>, bucket: &str, name: &str, key: &str) -> Result<()> {
    let request = at.s3().await?.put_object().bucket(bucket).expected_bucket_owner(owner(at)?).key(name);
    let request = request
        .server_side_encryption(ServerSideEncryption::AwsKms)
        .ssekms_key_id(key)
        .bucket_key_enabled(false)
        .body(ByteStream::from_static(BODY));
    aws::call(at, "PutObject", Box::pin(request.send())).await.map(drop)
}

/// Looks at the current version of an object; nothing if there is none.
pub async fn look(at: &At<'_>, bucket: &str, name: &str) -> Result<Option<Seen>> {
    let request = at.s3().await?.head_object().bucket(bucket).expected_bucket_owner(owner(at)?).key(name);
    let answer = aws::call(at, "HeadObject", request.send()).await;
    let found = aws::unless(answer, &["NotFound", "NoSuchKey"])?;
    Ok(found.map(|found| Seen {
        copying: found.replication_status.as_ref().and_then(copying),
        key: found.ssekms_key_id,
        locked_until: found.object_lock_retain_until_date.as_ref().map(written),
        version: found.version_id,
    }))
}

/// Deletes a version of an object, which fails while it is locked.
pub async fn delete(at: &At<'_>, bucket: &str, name: &str, version: &str) -> Result<()> {
    let request = at.s3().await?.delete_object().bucket(bucket).expected_bucket_owner(owner(at)?);
    let answer = aws::call(at, "DeleteObject", request.key(name).version_id(version).send()).await;
    aws::unless(answer, &["NoSuchVersion"]).map(drop)
}

/// The names of some objects that are not probes, as many as a page of S3's holds at most.
pub async fn some_names(at: &At<'_>, bucket: &str, most: usize) -> Result<Vec<String>> {
    let request = at.s3().await?.list_objects_v2().bucket(bucket).expected_bucket_owner(owner(at)?);
    let page = aws::call(at, "ListObjectsV2", request.send()).await?;
    let mut objects = page.contents.unwrap_or_default();
    objects.sort_by_key(|object| object.last_modified.as_ref().map(DateTime::secs));
    let names = objects.into_iter().filter_map(|object| object.key);
    Ok(names.filter(|name| !name.starts_with(PREFIX)).take(most).collect())
}

fn copying(status: &ReplicationStatus) -> Option<Copying> {
    match status {
        ReplicationStatus::Pending => Some(Copying::Pending),
        ReplicationStatus::Failed => Some(Copying::Failed),
        ReplicationStatus::Complete | ReplicationStatus::Completed => Some(Copying::Done),
        ReplicationStatus::Replica => Some(Copying::Copy),
        _ => None,
    }
}
