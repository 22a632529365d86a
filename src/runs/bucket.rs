//! The bucket of the lease, made by the very first call of a first apply that changes anything.

use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, ObjectOwnership, PublicAccessBlockConfiguration,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule, Tag,
};

use super::store::{NO_BUCKET, Store, explained};
use crate::{
    aws::{self, Aws as _},
    engine::{error::Result, kind::ORGANIZATION_TAG},
    policy::{Document, Statement},
};

/// What whoever applies has to be allowed besides what kinds need. A conditional write [takes the right to read][rights],
/// and only who may list a bucket is told that an object in it is not there.
///
/// [rights]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
pub const ACTIONS: &[&str] = &[
    "s3:CreateBucket",
    "s3:GetBucketPolicy",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutEncryptionConfiguration",
    "s3:PutObject",
    "s3:TagResource",
];

/// What whoever tells of the lease and of journals has to be allowed with what lies in the bucket.
pub const READS: &[&str] = &["s3:GetObject", "s3:ListBucket"];

/// Where a new bucket lies that says nothing of it; AWS refuses to be told.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html>
const UNNAMED: &str = "us-east-1";

/// By which statement its policy is known.
const SID: &str = "TlsOnly";

impl Store {
    /// Makes the bucket, or what is missing of it. Its policy comes last, so that a bucket that has one is whole, and
    /// asking for that is all that it takes from the second apply on. It has no versions: the lease is written every
    /// few seconds, and nobody wants to see it as it was.
    pub(super) async fn make(&self) -> Result<()> {
        let request = self.client().await?.get_bucket_policy().bucket(self.bucket());
        let answer = request.expected_bucket_owner(self.owner().as_str()).send();
        let answer = aws::call(&self.at(), "GetBucketPolicy", answer).await;
        match aws::unless(answer, &["NoSuchBucketPolicy"]) {
            Ok(Some(policy)) if policy.policy().is_some_and(|policy| policy.contains(SID)) => return Ok(()),
            Ok(_) => {}
            Err(error) if aws::code(&error) == Some(NO_BUCKET) => self.create().await.map_err(explained)?,
            Err(error) => return Err(explained(error)),
        }
        self.close().await.map_err(explained)
    }

    async fn create(&self) -> Result<()> {
        let home = self.at().cloud().home_region();
        let place =
            Some(home.as_str()).filter(|region| *region != UNNAMED).map(BucketLocationConstraint::from);
        let tag = aws::built(Tag::builder().key(ORGANIZATION_TAG).value(self.organization()).build())?;
        let configuration =
            CreateBucketConfiguration::builder().set_location_constraint(place).tags(tag).build();
        let request = self.client().await?.create_bucket().bucket(self.bucket());
        let request = request
            .create_bucket_configuration(configuration)
            .object_ownership(ObjectOwnership::BucketOwnerEnforced);
        let made = aws::call(&self.at(), "CreateBucket", request.send()).await;
        match aws::unless(made, &["BucketAlreadyOwnedByYou"]) {
            Err(error) if aws::code(&error) == Some("BucketAlreadyExists") => Err(error.hint(format!(
                "bucket names are unique in all of AWS, and another account holds `{}`, which is made of your \
                 account's id: write nothing there, and ask AWS Support for the name",
                self.bucket()
            ))),
            answer => answer.map(drop),
        }
    }

    /// Keeps the public and plain HTTP out, and encrypts what is written.
    async fn close(&self) -> Result<()> {
        let (client, owner) = (self.client().await?, self.owner().as_str());
        let block = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true);
        let request = client.put_public_access_block().bucket(self.bucket()).expected_bucket_owner(owner);
        let request = request.public_access_block_configuration(block.build());
        aws::call(&self.at(), "PutPublicAccessBlock", request.send()).await?;

        let default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::Aes256);
        let rule = ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(aws::built(default.build())?);
        let encryption = ServerSideEncryptionConfiguration::builder().rules(rule.build());
        let request = client.put_bucket_encryption().bucket(self.bucket()).expected_bucket_owner(owner);
        let request = request.server_side_encryption_configuration(aws::built(encryption.build())?);
        aws::call(&self.at(), "PutBucketEncryption", request.send()).await?;

        let request = client.put_bucket_policy().bucket(self.bucket()).expected_bucket_owner(owner);
        let request = request.policy(self.policy());
        aws::call(&self.at(), "PutBucketPolicy", request.send()).await.map(drop)
    }

    fn policy(&self) -> String {
        let arn = format!("arn:{}:s3:::{}", self.at().cloud().partition(), self.bucket());
        let deny = Statement::deny(SID)
            .principal_everyone()
            .actions(["s3:*"])
            .resources([arn.clone(), format!("{arn}/*")])
            .condition("Bool", "aws:SecureTransport", ["false"]);
        Document::new([deny]).to_value().to_string()
    }
}
