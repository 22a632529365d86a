//! What AWS services need of a key, each tied to what it is needed for, as its documentation says.

use super::actions::{FOR_RESOURCES, GRANT, USE};
use crate::{
    compose::derived::{id_of, trail_arn},
    model::{Key, KeyService, LandingZone, Symbol},
    names::{AccountName, Partition, Region},
    policy::{Arn, PrincipalType, Statement},
};

/// Something that somebody may do with a key besides what intents say.
#[derive(Clone, Debug)]
pub(in crate::compose) struct Clause {
    /// The name of the statement.
    pub sid: &'static str,
    /// Who.
    pub caller: Caller,
    /// What.
    pub actions: &'static [&'static str],
    /// When: operator, key, values.
    pub conditions: Vec<Test>,
}

/// Operator, condition key and values.
pub(in crate::compose) type Test = (&'static str, &'static str, Vec<String>);

/// Who uses a key without being named by an intent as a role or account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compose) enum Caller {
    /// A service, by its principal.
    Service(String),
    /// A role that the landing zone makes for a service.
    Role {
        /// Its account.
        account: AccountName,
        /// What it is for: what its name ends with.
        purpose: &'static str,
    },
    /// Landfall itself, in an account that it is led into by `access.role`.
    Deployer {
        /// The account.
        account: AccountName,
    },
    /// A role that a service has made for itself, with a policy that nobody can change.
    Linked {
        /// Its account.
        account: AccountName,
        /// Its ARN.
        arn: String,
    },
}

/// What services do for a resource's owner: a data key for what they write, and what they have written read again.
pub(super) const WRITE_AND_READ: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey*"];

/// What a service needs of a key that lies in `account`, in one Region.
pub(super) fn clauses(
    zone: &LandingZone,
    account: &AccountName,
    region: Region,
    service: KeyService,
) -> Vec<Clause> {
    let place = Place { zone, account, region };
    match service {
        KeyService::AutoScaling => place.auto_scaling(),
        KeyService::CloudTrail => place.cloud_trail(),
        KeyService::CloudWatch => place.cloud_watch(),
        KeyService::Config => vec![config()],
        KeyService::LogDelivery => place.log_delivery(),
        KeyService::Logs => vec![logs("Logs", region, account, "*")],
        KeyService::S3 => place.s3(),
        KeyService::Sns => place.sns(),
    }
}

/// CloudWatch Logs, for log groups of an account whose names fit a pattern. Its principal is the
/// [Region's own][logs], and the group's ARN stands in the encryption context (of what has one: AWS's own example allows
/// `kms:Describe*` under the same condition, which then never holds).
///
/// [logs]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
pub(super) fn logs(sid: &'static str, region: Region, account: &AccountName, group: &str) -> Clause {
    let partition = region.partition();
    let resource = if group == "*" { "*".to_owned() } else { format!("log-group:{group}") };
    let arn = Arn {
        partition: partition.to_string(),
        service: "logs".to_owned(),
        region: region.to_string(),
        account: id_of(account),
        resource,
    };
    // Outside of China, principals end alike, whatever endpoints end with.
    let suffix = if partition == Partition::China { partition.dns_suffix() } else { "amazonaws.com" };
    Clause {
        sid,
        caller: Caller::Service(format!("logs.{region}.{suffix}")),
        actions: &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        conditions: vec![("StringLike", "kms:EncryptionContext:aws:logs:arn", vec![arn.to_string()])],
    }
}

/// Where a key is.
struct Place<'z> {
    zone: &'z LandingZone,
    account: &'z AccountName,
    region: Region,
}

impl Place<'_> {
    /// For instances with encrypted volumes: [the service-linked role][role] uses the key and makes grants for EBS.
    ///
    /// [role]: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
    fn auto_scaling(&self) -> Vec<Clause> {
        const PATH: &str = "/aws-service-role/autoscaling.amazonaws.com/";
        let role = "AWSServiceRoleForAutoScaling";
        let arn = Arn::role(self.region.partition().as_str(), &id_of(self.account), PATH, role).to_string();
        let caller = Caller::Linked { account: self.account.clone(), arn };
        let (operator, key, values) = FOR_RESOURCES;
        let only = vec![(operator, key, values.map(str::to_owned).into())];
        let grants = Clause {
            sid: "AutoScalingGrants",
            caller: caller.clone(),
            actions: &["kms:CreateGrant"],
            conditions: only,
        };
        vec![Clause { sid: "AutoScaling", caller, actions: USE, conditions: Vec::new() }, grants]
    }

    /// For the organization's trail, which belongs to the management account: [data keys][policy] for its files, with the
    /// trail in their encryption context. Where the bucket has a key of its own, CloudTrail reads as well, with the bucket
    /// in the context instead.
    ///
    /// [policy]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    fn cloud_trail(&self) -> Vec<Clause> {
        let caller = || Caller::Service("cloudtrail.amazonaws.com".to_owned());
        let source = || ("StringEquals", "aws:SourceArn", vec![trail_arn(self.zone)]);
        let trails = self.arn("cloudtrail", "*", &AccountName::management(), "trail/*");
        let context = ("StringLike", "kms:EncryptionContext:aws:cloudtrail:arn", vec![trails]);
        vec![
            Clause {
                sid: "CloudTrail",
                caller: caller(),
                actions: &["kms:GenerateDataKey*"],
                conditions: vec![source(), context],
            },
            Clause {
                sid: "CloudTrailReads",
                caller: caller(),
                actions: &["kms:Decrypt", "kms:DescribeKey"],
                conditions: vec![source()],
            },
        ]
    }

    /// For alarms that publish to [encrypted topics][topics].
    ///
    /// [topics]: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    fn cloud_watch(&self) -> Vec<Clause> {
        let alarms = self.arn("cloudwatch", self.region.as_str(), self.account, "alarm:*");
        self.of_account("CloudWatch", "cloudwatch.amazonaws.com", alarms)
    }

    /// For [flow logs][flow] and [Resolver query logs][query] of every account of the organization.
    ///
    /// [flow]: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-cmk-policy.html
    /// [query]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-choosing-target-resource.html
    fn log_delivery(&self) -> Vec<Clause> {
        let deliveries = format!("arn:{}:logs:*:*:*", self.region.partition());
        vec![Clause {
            sid: "LogDelivery",
            caller: Caller::Service("delivery.logs.amazonaws.com".to_owned()),
            actions: USE,
            conditions: vec![in_organization(), ("ArnLike", "aws:SourceArn", vec![deliveries])],
        }]
    }

    /// For [events][events] to encrypted topics and queues, and for [inventories][inventory].
    ///
    /// [events]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    /// [inventory]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html#configure-inventory-kms-key-policy
    fn s3(&self) -> Vec<Clause> {
        let buckets = format!("arn:{}:s3:::*", self.region.partition());
        self.of_account("S3", "s3.amazonaws.com", buckets)
    }

    /// For topics that deliver to [encrypted queues][queues].
    ///
    /// [queues]: https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
    fn sns(&self) -> Vec<Clause> {
        let topics = self.arn("sns", self.region.as_str(), self.account, "*");
        self.of_account("Sns", "sns.amazonaws.com", topics)
    }

    /// A service on behalf of resources of the key's own account.
    fn of_account(&self, sid: &'static str, principal: &str, resources: String) -> Vec<Clause> {
        vec![Clause {
            sid,
            caller: Caller::Service(principal.to_owned()),
            actions: WRITE_AND_READ,
            conditions: vec![
                ("StringEquals", "aws:SourceAccount", vec![id_of(self.account)]),
                ("ArnLike", "aws:SourceArn", vec![resources]),
            ],
        }]
    }

    fn arn(&self, service: &str, region: &str, account: &AccountName, resource: &str) -> String {
        let arn = Arn {
            partition: self.region.partition().to_string(),
            service: service.to_owned(),
            region: region.to_owned(),
            account: id_of(account),
            resource: resource.to_owned(),
        };
        arn.to_string()
    }
}

/// AWS Config, for [deliveries][config] of every account of the organization, by service-linked roles.
///
/// [config]: https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html
fn config() -> Clause {
    Clause {
        sid: "Config",
        caller: Caller::Service("config.amazonaws.com".to_owned()),
        actions: WRITE_AND_READ,
        conditions: vec![in_organization()],
    }
}

/// On behalf of an account of the organization.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceorgid>
fn in_organization() -> Test {
    ("StringEquals", "aws:SourceOrgID", vec![Symbol::Organization.to_string()])
}

/// Principals of the key's account that its own policies let, but only [through these services][via], which may keep
/// grants for the resources that they look after.
///
/// [via]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
pub(super) fn through(key: &Key, region: Region) -> Vec<Statement> {
    if key.services.is_empty() {
        return Vec::new();
    }
    let suffix = region.partition().dns_suffix();
    let via = || key.services.iter().map(|service| format!("{}.{region}.{suffix}", service.label()));
    let statement = |sid: &str, actions: &[&'static str]| {
        let root = Arn::account_root(region.partition().as_str(), &id_of(&key.id.account)).to_string();
        Statement::allow(sid)
            .principal(PrincipalType::Aws, [root])
            .actions(actions.iter().copied())
            .condition("StringEquals", "kms:CallerAccount", [id_of(&key.id.account)])
            .condition("StringEquals", "kms:ViaService", via())
    };
    let (operator, name, values) = FOR_RESOURCES;
    vec![statement("Through", USE), statement("ThroughGrants", GRANT).condition(operator, name, values)]
}
