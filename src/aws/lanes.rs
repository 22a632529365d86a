//! How fast which service is asked: one lane for each (account, Region, service).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sdk_sts::config::retry::{ClientRateLimiter, RetryPartition, TokenBucket};
use tokio::sync::Semaphore;

use crate::{
    engine::estimate::{Rate, Rates},
    names::{AccountName, Region},
};

/// How many calls may be in flight in one lane, where a service takes less than most, and how many of those that read,
/// and that change something, it takes a second, with how many that change something at once. The rate of a run is
/// found by the SDK's adaptive mode, which slows a lane down when it is throttled; the caps keep a run from finding out
/// by being throttled first, and the figures are for estimates alone. Where AWS publishes none they are cautious.
const LANES: [(&str, usize, Rate); 18] = [
    // No published rates; in practice 1 to 20 calls a second, and changes of one organization exclude each other
    // (`ConcurrentModificationException`).
    // <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>, read 2026-11.
    ("organizations", 4, rate(10, 2, 4)),
    // EnableRegion 1 a second, GetRegionOptStatus and ListRegions 5, Get/PutAlternateContact 10 and 5, each per account.
    // <https://docs.aws.amazon.com/accounts/latest/reference/quotas.html>, read 2026-11.
    ("account", 2, rate(5, 1, 2)),
    // No published rates; writes to one account exclude each other (`ConcurrentModification`).
    // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>, read 2026-11.
    ("iam", 10, rate(20, 10, 20)),
    // For each account and Region and second: CreateKey, ReplicateKey, CreateAlias, UpdateAlias, UpdateKeyDescription,
    // EnableKey and CancelKeyDeletion 5, TagResource 10, PutKeyPolicy, EnableKeyRotation, ScheduleKeyDeletion and
    // DeleteAlias 15; ListKeys and ListAliases 500, GetKeyPolicy and GetKeyRotationStatus 1,000, DescribeKey and
    // ListResourceTags 2,000. Use of keys has quotas of its own, so that reading takes nothing from anybody.
    // <https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html>, read 2026-11.
    ("kms", 10, rate(100, 5, 5)),
    // No published rates.
    // <https://docs.aws.amazon.com/config/latest/developerguide/configlimits.html>, read 2026-11.
    ("config", 4, rate(5, 5, 5)),
    // 5 a second for each of its control calls, in an account and Region.
    // <https://docs.aws.amazon.com/firehose/latest/dev/limits.html>, read 2026-11.
    ("firehose", 4, rate(5, 5, 5)),
    // For each account and Region and second: 10 of what gets, describes and lists, 1 of everything else.
    // <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>, read 2026-11.
    ("cloudtrail", 4, rate(10, 1, 1)),
    // For each account and Region and second: PutMetricAlarm and DeleteAlarms 3, DescribeAlarms 9; no published rate for
    // ListTagsForResource.
    // <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>, read 2026-11.
    ("cloudwatch", 4, rate(9, 3, 3)),
    // For each account and Region and second: DescribeLogGroups 10, DescribeMetricFilters, PutMetricFilter and most
    // others 5.
    // <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>, read 2026-11.
    ("cloudwatchlogs", 4, rate(10, 5, 5)),
    // For each account, Region and kind of call, a bucket that holds 50 or 100 calls and gets 10 or 20 a second of what
    // describes, 5 of most of what changes.
    // <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>, read 2026-11.
    ("ec2", 8, rate(20, 5, 50)),
    // No published rates.
    // <https://docs.aws.amazon.com/general/latest/gr/ram.html>, read 2026-11.
    ("ram", 4, rate(10, 5, 10)),
    // For each account and Region and second: ListTopics, GetTopicAttributes and ListSubscriptionsByTopic 30 and more,
    // ListTagsForResource, TagResource and UntagResource 10.
    // <https://docs.aws.amazon.com/general/latest/gr/sns.html>, read 2026-11.
    ("sns", 4, rate(30, 10, 10)),
    // 5 a second for an account, whatever the call, and one change of a zone at a time (`PriorRequestNotComplete`).
    // <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests>, read 2026-11.
    ("route53", 2, rate(5, 5, 5)),
    // 5 a second for an account and Region.
    // <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-route-53-resolver>,
    // read 2026-11.
    ("route53resolver", 4, rate(5, 5, 5)),
    // Calls about buckets and their settings have no published rates, and much lower ones than those about objects.
    // <https://docs.aws.amazon.com/general/latest/gr/s3.html#limits_s3>, read 2026-11.
    ("s3", 8, rate(20, 10, 20)),
    ("s3control", 2, rate(10, 5, 10)),
    // 5 a second in each account and Region.
    // <https://docs.aws.amazon.com/general/latest/gr/servicequotas.html>, read 2026-11.
    ("servicequotas", 2, rate(5, 2, 5)),
    // 600 a second in each account and Region for AssumeRole and GetCallerIdentity together: no reason to wait.
    // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>, read 2026-11.
    ("sts", 32, rate(600, 600, 600)),
];

/// For services that [`LANES`] does not name.
const CAP: usize = 16;
/// The same for their rates.
const RATE: Rate = rate(10, 5, 10);

const fn rate(reads: u16, changes: u16, burst: u16) -> Rate {
    Rate { reads, changes, burst }
}

/// How fast AWS answers, where so many steps send calls at the same time.
pub fn rates(parallel: usize) -> Rates {
    Rates { of: rate_of, latency: LATENCY, parallel, at_once: &AT_ONCE }
}

/// From a call to its answer, seen in the field: 50 ms within a Region, 300 ms from the other side of the world.
const LATENCY: Duration = Duration::from_millis(150);

/// Kinds of which AWS has only so many under way at the same time.
const AT_ONCE: [(&str, usize); 2] = [
    // <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>, read 2026-11.
    ("organizations/account", 5),
    // For an organization; for an account, 6.
    // <https://docs.aws.amazon.com/accounts/latest/reference/quotas.html>, read 2026-11.
    ("account/region", 50),
];

/// The rate of a service, as kinds call it.
fn rate_of(service: &str) -> Rate {
    let lane = if service == "logs" { "cloudwatchlogs" } else { service };
    LANES.iter().find(|(name, ..)| *name == lane).map_or(RATE, |(_, _, rate)| *rate)
}

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
    LANES.iter().find(|(name, ..)| *name == service).map_or(CAP, |(_, cap, _)| *cap)
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
        assert_eq!((cap("organizations"), cap("of no service")), (4, CAP));
    }
}
