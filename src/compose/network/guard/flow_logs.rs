//! The flow logs of VPCs: into the archive, into a log group of the VPC's own account, or both.

use std::collections::BTreeMap;

use super::Site;
use crate::{
    compose::{
        Composer, derived,
        organization::plain,
        service_role::{RoleOf, ServiceRole, trusting},
    },
    engine::graph::NodeId,
    kinds::{
        ec2::{
            FlowLog,
            flow_log::{self, Destination},
        },
        logs::{
            LogGroup,
            log_group::{self, Class},
        },
    },
    model::{FlowLogs, LandingZone, Retention},
    names::{AccountName, BucketRef, Located},
    policy::{Document, Statement},
};

/// Over how many seconds packets are added up: what AWS does unless told otherwise.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html#flow-logs-aggregration-interval>
const INTERVAL: i32 = 600;

/// All [fields][fields] up to version 5, by which a connection is told from its answer, and who is behind it from what it
/// came through.
///
/// [fields]: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html#flow-logs-fields
const FIELDS: [&str; 27] = [
    "version",
    "account-id",
    "region",
    "vpc-id",
    "subnet-id",
    "az-id",
    "instance-id",
    "interface-id",
    "type",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "protocol",
    "tcp-flags",
    "packets",
    "bytes",
    "start",
    "end",
    "flow-direction",
    "traffic-path",
    "action",
    "log-status",
];

/// The service that writes into log groups.
const SERVICE: &str = "vpc-flow-logs.amazonaws.com";

/// Adds the flow logs of all VPCs that have any.
pub(super) fn compose(composer: &mut Composer<'_>, sites: &[Site<'_>]) {
    let mut roles: BTreeMap<&AccountName, RoleOf> = BTreeMap::new();
    for site in sites {
        let Some(logs) = &site.vpc.flow_logs else { continue };
        if let Some(bucket) = &logs.bucket {
            site.add_to_bucket(composer, logs, bucket);
        }
        let Some(retention) = &logs.retention else { continue };
        let account = &site.vpc.account.value;
        if !roles.contains_key(account)
            && let Some(role) = role(composer, site, logs)
        {
            roles.insert(account, role);
        }
        if let Some(role) = roles.get(account) {
            let group = site.log_group(composer, retention);
            site.add_to_group(composer, logs, role, group);
        }
    }
}

/// What flow logs of a VPC are called in CloudWatch Logs: `/acme/flow-logs/prod`.
fn group_name(zone: &LandingZone, vpc: &str) -> String {
    derived::log_group(zone, &format!("flow-logs/{vpc}"))
}

/// What a line looks like.
fn format() -> String {
    FIELDS.map(|field| format!("${{{field}}}")).join(" ")
}

impl Site<'_> {
    fn add_to_bucket(&self, composer: &mut Composer<'_>, logs: &FlowLogs, bucket: &Located<BucketRef>) {
        let Composer { graph, known, .. } = composer;
        let name = self.name("bucket");
        graph.add::<FlowLog>(self.nodes.at, &name, &logs.origin, |needs| {
            self.tag(needs, &name);
            needs.states("destination", &bucket.origin);
            known.after_archive(needs, &bucket.bucket);
            let home = self.zone.organization.home_region.value;
            let arn = derived::bucket_arn(self.zone, &bucket.account, &bucket.bucket, home);
            flow_log::Spec {
                vpc: needs.on(self.nodes.vpc),
                destination: Destination::Bucket { arn: known.text(needs, &arn) },
                interval: INTERVAL,
                format: format(),
            }
        });
    }

    fn log_group(&self, composer: &mut Composer<'_>, retention: &Located<Retention>) -> NodeId {
        let key = format!("flow-logs/{}", self.vpc.name);
        let group = composer.graph.add::<LogGroup>(self.nodes.at, &key, &retention.origin, |needs| {
            needs.tags(plain(&self.tags));
            needs.states("retention", &retention.origin);
            log_group::Spec {
                name: group_name(self.zone, self.vpc.aws_name.as_str()),
                retention: Some(retention.days().into()),
                key: None,
                class: Class::Standard,
                deletion_protection: false,
            }
        });
        group.id()
    }

    fn add_to_group(&self, composer: &mut Composer<'_>, logs: &FlowLogs, role: &RoleOf, group: NodeId) {
        let Composer { graph, known, .. } = composer;
        let name = self.name("log-group");
        graph.add::<FlowLog>(self.nodes.at, &name, &logs.origin, |needs| {
            self.tag(needs, &name);
            needs.after(group);
            flow_log::Spec {
                vpc: needs.on(self.nodes.vpc),
                destination: Destination::LogGroup {
                    name: group_name(self.zone, self.vpc.aws_name.as_str()),
                    role: role.arn(known, needs),
                },
                interval: INTERVAL,
                format: format(),
            }
        });
    }
}

/// The [role][role] by which flow logs are written into log groups, once for an account.
///
/// [role]: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
fn role(composer: &mut Composer<'_>, site: &Site<'_>, logs: &FlowLogs) -> Option<RoleOf> {
    let zone = site.zone;
    let account = zone.accounts.get(&site.vpc.account.value)?;
    let global = composer.known.homes.get(&account.name)?.global;
    let (partition, id) = (zone.organization.home_region.partition(), derived::id_of(&account.name));
    let groups = format!("arn:{partition}:logs:*:{id}:log-group:{}", group_name(zone, "*"));
    let write = Statement::allow("WriteFlowLogs")
        .actions(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"])
        .resources([groups.clone(), format!("{groups}:*")]);
    let find = Statement::allow("FindLogGroups").actions(["logs:DescribeLogGroups"]).resources(["*"]);
    let trust = trusting("FlowLogs", SERVICE)
        .condition("StringEquals", "aws:SourceAccount", [id.as_str()])
        .condition("ArnLike", "aws:SourceArn", [format!("arn:{partition}:ec2:*:{id}:vpc-flow-log/*")]);
    let role = ServiceRole {
        purpose: derived::FLOW_LOGS,
        description: "Writes flow logs of VPCs into their log groups",
        trust,
        permissions: Some(Document::new([write, find])),
        policies: Vec::new(),
        account,
        origin: &logs.origin,
    };
    Some(role.add(composer, global))
}
