//! How fast which service is asked: one lane for each (account, Region, service).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use aws_sdk_sts::config::retry::{ClientRateLimiter, RetryPartition, TokenBucket};
use tokio::sync::Semaphore;

use crate::names::{AccountName, Region};

/// How many calls may be in flight in one lane, where a service takes less than most. The rate itself is found by
/// the SDK's adaptive mode, which slows a lane down when it is throttled; the caps keep a run from finding out by
/// being throttled first.
const CAPS: [(&str, usize); 17] = [
    // No published rates; in practice 1 to 20 calls a second, and changes of one organization exclude each other
    // (`ConcurrentModificationException`).
    // <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>, read 2026-11.
    ("organizations", 4),
    // EnableRegion 1 a second, GetRegionOptStatus and ListRegions 5, Get/PutAlternateContact 10 and 5, each per account.
    // <https://docs.aws.amazon.com/accounts/latest/reference/quotas.html>, read 2026-11.
    ("account", 2),
    // No published rates; writes to one account exclude each other (`ConcurrentModification`).
    // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>, read 2026-11.
    ("iam", 10),
    // For each account and Region and second: CreateKey, ReplicateKey, CreateAlias, UpdateAlias, UpdateKeyDescription,
    // EnableKey and CancelKeyDeletion 5, TagResource 10, PutKeyPolicy, EnableKeyRotation, ScheduleKeyDeletion and
    // DeleteAlias 15; ListKeys and ListAliases 500, GetKeyPolicy and GetKeyRotationStatus 1,000, DescribeKey and
    // ListResourceTags 2,000. Use of keys has quotas of its own, so that reading takes nothing from anybody.
    // <https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html>, read 2026-11.
    ("kms", 10),
    // No published rates.
    // <https://docs.aws.amazon.com/config/latest/developerguide/configlimits.html>, read 2026-11.
    ("config", 4),
    // 5 a second for each of its control calls, in an account and Region.
    // <https://docs.aws.amazon.com/firehose/latest/dev/limits.html>, read 2026-11.
    ("firehose", 4),
    // For each account and Region and second: 10 of what gets, describes and lists, 1 of everything else.
    // <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>, read 2026-11.
    ("cloudtrail", 4),
    // For each account and Region and second: PutMetricAlarm and DeleteAlarms 3, DescribeAlarms 9; no published rate for
    // ListTagsForResource.
    // <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>, read 2026-11.
    ("cloudwatch", 4),
    // For each account and Region and second: DescribeLogGroups 10, DescribeMetricFilters, PutMetricFilter and most
    // others 5.
    // <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>, read 2026-11.
    ("cloudwatchlogs", 4),
    // For each account, Region and kind of call, a bucket that holds 50 or 100 calls and gets 10 or 20 a second of what
    // describes, 5 of most of what changes.
    // <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>, read 2026-11.
    ("ec2", 8),
    // No published rates.
    // <https://docs.aws.amazon.com/general/latest/gr/ram.html>, read 2026-11.
    ("ram", 4),
    // For each account and Region and second: ListTopics, GetTopicAttributes and ListSubscriptionsByTopic 30 and more,
    // ListTagsForResource, TagResource and UntagResource 10.
    // <https://docs.aws.amazon.com/general/latest/gr/sns.html>, read 2026-11.
    ("sns", 4),
    // 5 a second for an account, whatever the call, and one change of a zone at a time (`PriorRequestNotComplete`).
    // <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests>, read 2026-11.
    ("route53", 2),
    // 5 a second for an account and Region.
    // <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-route-53-resolver>,
    // read 2026-11.
    ("route53resolver", 4),
    // Calls about buckets and their settings have no published rates, and much lower ones than those about objects.
    // <https://docs.aws.amazon.com/general/latest/gr/s3.html#limits_s3>, read 2026-11.
    ("s3", 8),
    ("s3control", 2),
    // 600 a second in each account and Region for AssumeRole and GetCallerIdentity together: no reason to wait.
    // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>, read 2026-11.
    ("sts", 32),
];

/// For services that [`CAPS`] does not name.
const CAP: usize = 16;

/// The retry state and the free slots of one (account, Region, service). Shared by all clients made for it.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    /// The SDK's adaptive rate limiter.
    pub(super) retries: RetryPartition,
    /// Slots for calls in flight.
    pub(super) slots: Arc<Semaphore>,
}

impl Lane {
    fn new(name: String, cap: usize) -> Self {
        // A limiter that was never throttled lets everything pass.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let retries = RetryPartition::custom(name)
            .client_rate_limiter(ClientRateLimiter::new(now.as_secs_f64()))
            // The SDK's bucket of retry tokens would turn a slow run into a failed one: attempts and the deadline
            // bound each call, slots and limiter bound all of them.
            .token_bucket(TokenBucket::unlimited())
            .build();
        Self { retries, slots: Arc::new(Semaphore::new(cap)) }
    }
}

type Key = (AccountName, Region, &'static str);

/// All lanes of a run.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    lanes: Mutex<HashMap<Key, Lane>>,
}

impl Lanes {
    /// The lane of an account, Region and service; the service is named as its client is in `Aws`.
    pub(super) fn lane(&self, account: &AccountName, region: Region, service: &'static str) -> Lane {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = || Lane::new(format!("{account}/{region}/{service}"), cap(service));
        lanes.entry((account.clone(), region, service)).or_insert_with(lane).clone()
    }
}

fn cap(service: &str) -> usize {
    CAPS.iter().find(|(name, _)| *name == service).map_or(CAP, |(_, cap)| *cap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_of_one_account_region_and_service_share_a_lane() {
        let (lanes, sydney) = (Lanes::default(), "ap-southeast-2".parse().expect("a Region"));
        let prod = "prod".parse().expect("a name");
        let lane = |account: &AccountName, service| lanes.lane(account, sydney, service);
        let (first, again) = (lane(&prod, "iam"), lane(&prod, "iam"));
        assert!(Arc::ptr_eq(&first.slots, &again.slots));
        assert_eq!(first.retries.to_string(), "prod/ap-southeast-2/iam");
        assert!(!Arc::ptr_eq(&first.slots, &lane(&prod, "sts").slots));
        assert!(!Arc::ptr_eq(&first.slots, &lane(&AccountName::management(), "iam").slots));
        assert_eq!((cap("organizations"), cap("servicequotas")), (4, CAP));
    }
}
