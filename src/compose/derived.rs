//! What the landing zone's own parts are called. Names and ARNs are made of what the TOML says and of symbols such as
//! `${account.logging}`, so that capabilities can speak of each other's resources before they are composed, and in both
//! directions: a key's policy names the trail, the trail names the key.

use sha2::{Digest as _, Sha256};

use crate::{
    model::{Archive, LandingZone, Symbol},
    names::{AccountName, KeyRef, Partition, Region},
    policy::Arn,
};

/// The bucket of logs that is locked and copied.
pub(super) const ARCHIVE: &str = Archive::MAIN;
/// The bucket of AWS Config.
pub(super) const ARCHIVE_CONFIG: &str = Archive::CONFIG;

/// What AWS calls a bucket: `acme-archive-${account.logging}-ap-southeast-2`, unique in all the world.
pub(super) fn bucket_name(zone: &LandingZone, account: &AccountName, bucket: &str, region: Region) -> String {
    let organization = &zone.organization.name;
    format!("{organization}-{bucket}-{}-{region}", id_of(account))
}

/// The ARN of a bucket.
pub(super) fn bucket_arn(zone: &LandingZone, account: &AccountName, bucket: &str, region: Region) -> String {
    format!("arn:{}:s3:::{}", partition(zone), bucket_name(zone, account, bucket, region))
}

/// What the ARNs of all buckets of the archive begin with, wherever they lie.
pub(super) fn archive_arns(zone: &LandingZone) -> String {
    format!("arn:{}:s3:::{}-{ARCHIVE}-", partition(zone), zone.organization.name)
}

/// The ARN of a key, or of its replica in another Region.
pub(super) fn key_arn(zone: &LandingZone, key: &KeyRef, region: Region) -> String {
    let primary = zone.key(key).map(|key| key.region.value);
    Symbol::Key(key.clone(), Some(region).filter(|region| primary != Some(*region))).to_string()
}

/// The organization's trail. It belongs to the management account, whoever made it.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html>
pub(super) fn trail_arn(zone: &LandingZone) -> String {
    home_arn(zone, "cloudtrail", &AccountName::management(), format!("trail/{}", trail_name(zone)))
}

/// The name of a role that Landfall makes for a service: `acme-archive-replication`.
pub(super) fn role_name(zone: &LandingZone, purpose: &str) -> String {
    format!("{}-{purpose}", zone.organization.name)
}

/// The ARN of a role that Landfall makes for a service.
pub(super) fn role_arn(zone: &LandingZone, account: &AccountName, purpose: &str) -> String {
    Arn::role(partition(zone).as_str(), &id_of(account), "/", &role_name(zone, purpose)).to_string()
}

/// What the organization's trail is called.
pub(super) fn trail_name(zone: &LandingZone) -> String {
    zone.organization.name.to_string()
}

/// A log group that Landfall makes: `/acme/trail`.
pub(super) fn log_group(zone: &LandingZone, name: &str) -> String {
    format!("/{}/{name}", zone.organization.name)
}

/// The trail's log group.
pub(super) fn trail_log_group(zone: &LandingZone) -> String {
    log_group(zone, "trail")
}

/// The ARN of a log group in the home Region, without `:*` behind it.
pub(super) fn log_group_arn(zone: &LandingZone, account: &AccountName, name: &str) -> String {
    home_arn(zone, "logs", account, format!("log-group:{name}"))
}

/// The topic that is told of alarms: `acme-alarms`.
pub(super) fn alarms_topic(zone: &LandingZone) -> String {
    format!("{}-alarms", zone.organization.name)
}

/// The topic that is told of each file of the trail: `acme-trail`.
pub(super) fn trail_topic(zone: &LandingZone) -> String {
    format!("{}-trail", zone.organization.name)
}

/// The ARN of a topic in the home Region.
pub(super) fn topic_arn(zone: &LandingZone, account: &AccountName, topic: &str) -> String {
    home_arn(zone, "sns", account, topic.to_owned())
}

/// The namespace of the metrics that are made of the trail: `acme/trail`.
pub(super) fn trail_metrics(zone: &LandingZone) -> String {
    format!("{}/trail", zone.organization.name)
}

/// What begins the names of alarms, so that one policy speaks of them all.
pub(super) fn alarm_prefix(zone: &LandingZone) -> String {
    format!("{}-", zone.organization.name)
}

/// The pattern of ARNs of all alarms that Landfall makes in the home Region of an account.
pub(super) fn alarm_arns(zone: &LandingZone, account: &AccountName) -> String {
    home_arn(zone, "cloudwatch", account, format!("alarm:{}*", alarm_prefix(zone)))
}

/// What forwards logs, in every Region: the stream of Firehose, the destination of CloudWatch Logs and the filters that
/// lead there have this name.
pub(super) fn forwarder(zone: &LandingZone) -> String {
    format!("{}-logs", zone.organization.name)
}

/// The ARN of the stream that puts logs into the archive.
pub(super) fn stream_arn(zone: &LandingZone, account: &AccountName) -> String {
    home_arn(zone, "firehose", account, format!("deliverystream/{}", forwarder(zone)))
}

/// The ARN of the destination that log groups of a Region send to.
pub(super) fn destination_arn(zone: &LandingZone, account: &AccountName, region: Region) -> String {
    arn_in(zone, "logs", region, account, format!("destination:{}", forwarder(zone)))
}

/// The ARN of the role that AWS Config has in an account by itself.
/// <https://docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html>
pub(super) fn config_role_arn(zone: &LandingZone, account: &AccountName) -> String {
    let path = "/aws-service-role/config.amazonaws.com/";
    Arn::role(partition(zone).as_str(), &id_of(account), path, "AWSServiceRoleForConfig").to_string()
}

/// How long what Resolver has may be called.
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverRule.html>
const RESOLVER_NAME: usize = 64;

/// What Resolver calls something of ours: `acme-corp-acme-example`. It takes letters, digits, `-` and `_`; what is too
/// long is cut, with a digest behind it that keeps it apart.
pub(super) fn resolver_name(zone: &LandingZone, part: &str) -> String {
    let name = format!("{}-{part}", zone.organization.name).replace('.', "-");
    if name.len() <= RESOLVER_NAME && !part.contains('.') {
        return name;
    }
    // `a.b` and `a-b` are two domains.
    let digest = Sha256::digest(part.as_bytes());
    let digest = format!("{:08x}", u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]));
    let cut = name.chars().take(RESOLVER_NAME - digest.len() - 1).collect::<String>();
    format!("{cut}-{digest}")
}

/// What the keys of forwarded logs begin with in the archive.
pub(super) const LOGS_PREFIX: &str = "logs/";
/// What the keys of forwarded logs begin with that could not be processed.
pub(super) const LOGS_FAILED_PREFIX: &str = "logs-failed/";

/// The pattern of ARNs of everything in CloudWatch Logs of an account.
pub(super) fn logs_of(zone: &LandingZone, account: &AccountName) -> String {
    format!("arn:{}:logs:*:{}:*", partition(zone), id_of(account))
}

fn home_arn(zone: &LandingZone, service: &str, account: &AccountName, resource: String) -> String {
    arn_in(zone, service, zone.organization.home_region.value, account, resource)
}

/// The ARN of something in a Region of an account.
fn arn_in(
    zone: &LandingZone,
    service: &str,
    region: Region,
    account: &AccountName,
    resource: String,
) -> String {
    Arn {
        partition: partition(zone).to_string(),
        service: service.to_owned(),
        region: region.to_string(),
        account: id_of(account),
        resource,
    }
    .to_string()
}

/// Lets S3 copy the archive: [`role_name`]'s purpose, in the archive's account.
pub(super) const REPLICATION: &str = "archive-replication";
/// Lets CloudTrail write into its log group, in that group's account.
pub(super) const TRAIL_LOGS: &str = "trail-logs";
/// Lets Firehose write into the archive, in the archive's account.
pub(super) const LOG_DELIVERY: &str = "log-delivery";
/// Lets CloudWatch Logs write into Firehose, in the archive's account.
pub(super) const LOG_SUBSCRIPTION: &str = "log-subscription";
/// Lets log groups send to another account of the organization, in their own.
pub(super) const LOG_FORWARDING: &str = "log-forwarding";
/// Lets AWS Config ask Organizations for the accounts, in the aggregator's account.
pub(super) const CONFIG_AGGREGATOR: &str = "config-aggregator";
/// Lets VPC flow logs be written into log groups, in each account with such VPCs.
pub(super) const FLOW_LOGS: &str = "flow-logs";

/// The partition that everything lies in.
fn partition(zone: &LandingZone) -> Partition {
    zone.organization.home_region.partition()
}

/// An account's id as a symbol.
pub(super) fn id_of(account: &AccountName) -> String {
    Symbol::Account(account.clone()).to_string()
}

/// The organization's id as a symbol.
pub(super) fn organization_id() -> String {
    Symbol::Organization.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::testing::{here, zone};

    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
    const LONGEST_BUCKET: usize = 63;

    #[test]
    fn names_in_resolver_are_short_and_apart() {
        let zone = zone();
        assert_eq!(resolver_name(&zone, "main-inbound"), "acme-main-inbound");
        assert_ne!(resolver_name(&zone, "a.b"), resolver_name(&zone, "a-b"));
        let long = resolver_name(&zone, &"x".repeat(200));
        assert!(long.len() <= RESOLVER_NAME && long != resolver_name(&zone, &"x".repeat(201)), "{long}");
    }

    #[test]
    fn an_organization_with_a_long_name_has_buckets_everywhere() {
        let mut zone = zone();
        zone.organization.name = here("a".repeat(20));
        let account = AccountName::management();
        for (region, bucket) in
            Region::all().flat_map(|region| Archive::BUCKETS.map(|bucket| (region, bucket)))
        {
            let name = bucket_name(&zone, &account, bucket, region);
            let name = name.replace(&id_of(&account), "123456789012");
            assert!(name.len() <= LONGEST_BUCKET, "{name}");
        }
    }
}
