//! Amazon S3: buckets with all that decides who reads them and how long they keep what, their policies, their copying
//! to another bucket, and what holds for all buckets of an account.
//!
//! Every call names the account that the bucket has to belong to, so that none ever reaches a stranger's bucket:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html>

mod access;
mod inventory;

pub mod bucket;
pub mod bucket_policy;
pub mod probe;
pub mod public_access_block;
pub mod replication;

pub use bucket::Bucket;
pub use bucket_policy::BucketPolicy;
pub use public_access_block::PublicAccessBlock;
pub use replication::Replication;

/// How many buckets are asked about at the same time.
const AT_ONCE: usize = 4;

/// What S3 answers where a bucket is gone meanwhile.
const GONE: &str = "NoSuchBucket";
