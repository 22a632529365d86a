//! What the landing zone's own parts are called. Names and ARNs are made of what the TOML says and of symbols such as
//! `${account.logging}`, so that capabilities can speak of each other's resources before they are composed, and in both
//! directions: a key's policy names the trail, the trail names the key.

use crate::{
    model::{LandingZone, Symbol},
    names::{AccountName, Partition, Region},
    policy::Arn,
};

/// The bucket of logs that is locked and copied.
pub(super) const ARCHIVE: &str = "archive";
/// The bucket of AWS Config, which can't deliver into a bucket with default retention.
/// <https://docs.aws.amazon.com/config/latest/developerguide/manage-delivery-channel.html>
pub(super) const ARCHIVE_CONFIG: &str = "archive-config";
/// The bucket of S3's own access logs, which can't be delivered into a locked or KMS-encrypted one.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html>
pub(super) const ARCHIVE_ACCESS: &str = "archive-access";

/// What AWS calls a bucket: `acme-archive-${account.logging}-ap-southeast-2`, unique in all the world.
pub(super) fn bucket_name(zone: &LandingZone, account: &AccountName, bucket: &str, region: Region) -> String {
    let organization = &zone.organization.name;
    format!("{organization}-{bucket}-{}-{region}", id_of(account))
}

/// The ARN of a bucket.
pub(super) fn bucket_arn(zone: &LandingZone, account: &AccountName, bucket: &str, region: Region) -> String {
    format!("arn:{}:s3:::{}", partition(zone), bucket_name(zone, account, bucket, region))
}

/// The organization's trail. It belongs to the management account, whoever made it.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html>
pub(super) fn trail_arn(zone: &LandingZone) -> String {
    let organization = &zone.organization;
    Arn {
        partition: partition(zone).to_string(),
        service: "cloudtrail".to_owned(),
        region: organization.home_region.to_string(),
        account: id_of(&AccountName::management()),
        resource: format!("trail/{}", organization.name),
    }
    .to_string()
}

/// The name of a role that Landfall makes for a service: `acme-archive-replication`.
pub(super) fn role_name(zone: &LandingZone, purpose: &str) -> String {
    format!("{}-{purpose}", zone.organization.name)
}

/// The ARN of a role that Landfall makes for a service.
pub(super) fn role_arn(zone: &LandingZone, account: &AccountName, purpose: &str) -> String {
    Arn::role(partition(zone).as_str(), &id_of(account), "/", &role_name(zone, purpose)).to_string()
}

/// Lets S3 copy the archive: [`role_name`]'s purpose, in the archive's account.
pub(super) const REPLICATION: &str = "archive-replication";
/// Lets CloudTrail write into its log group, in that group's account.
pub(super) const TRAIL_LOGS: &str = "trail-logs";
/// Lets Firehose write into the archive, in the archive's account.
pub(super) const LOG_DELIVERY: &str = "log-delivery";
/// Lets CloudWatch Logs write into Firehose, in the archive's account.
pub(super) const LOG_SUBSCRIPTION: &str = "log-subscription";

/// The partition that everything lies in.
fn partition(zone: &LandingZone) -> Partition {
    zone.organization.home_region.partition()
}

/// An account's id as a symbol.
pub(super) fn id_of(account: &AccountName) -> String {
    Symbol::Account(account.clone()).to_string()
}
