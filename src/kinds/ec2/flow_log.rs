//! `ec2/flow-log`: that what enters and leaves a VPC is written down.

use std::{sync::Arc, time::Duration};

use aws_sdk_ec2::types::{
    FlowLog as SdkFlowLog, FlowLogsResourceType, LogDestinationType, ResourceType, TrafficType,
};

use super::{Vpc, any_of_ours, is_ours, refusals, retag, specification, tags};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Timing, Wanted},
    },
};

/// A [flow log][flow] of a VPC: all traffic, what is let through and what is not. AWS changes none in place: one that is to
/// be otherwise is deleted and made anew at once, and what passes in between is not written down.
///
/// [flow]: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
pub struct FlowLog;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The VPC.
    pub vpc: Need<Vpc>,
    /// Where it is written.
    pub destination: Destination,
    /// Over how many seconds packets are added up: 60 or 600.
    pub interval: i32,
    /// The fields of a line.
    pub format: String,
}

/// Where it is written.
#[derive(Clone, Debug)]
pub enum Destination {
    /// Into a bucket, of whichever account.
    Bucket {
        /// Its ARN.
        arn: Text,
    },
    /// Into a log group of the VPC's account.
    LogGroup {
        /// Its name.
        name: String,
        /// The ARN of the role by which it is written.
        role: Text,
    },
}

impl Destination {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Bucket { .. } => BUCKET,
            Self::LogGroup { .. } => LOG_GROUP,
        }
    }
}

const BUCKET: &str = "s3";
const LOG_GROUP: &str = "cloud-watch-logs";

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    vpc: String,
    kind: String,
    destination: String,
    role: Option<String>,
    traffic: String,
    interval: i32,
    format: String,
}

/// A VPC has one of ours for each kind of destination.
fn key(vpc: &str, kind: &str) -> String {
    format!("{vpc} {kind}")
}

impl Kind for FlowLog {
    const NAME: &'static str = "ec2/flow-log";
    const ABOUT: &'static str = "A flow log of a VPC: all traffic, what is let through and what is not.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const READ_AFTER: &'static [&'static str] = &[Vpc::NAME];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeFlowLogs"],
        // Delivery to another account's bucket is a subscription of the service's.
        // <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html>
        create: &["ec2:CreateFlowLogs", "ec2:CreateTags", "logs:CreateLogDelivery", "iam:PassRole"],
        update: &[
            "ec2:DeleteFlowLogs",
            "ec2:CreateFlowLogs",
            "logs:DeleteLogDelivery",
            "logs:CreateLogDelivery",
            "iam:PassRole",
            "ec2:CreateTags",
            "ec2:DeleteTags",
        ],
        delete: &["ec2:DeleteFlowLogs", "logs:DeleteLogDelivery"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(2),
        deadline: Duration::from_mins(5),
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html: a bucket's policy or a role \
                 that was changed a moment ago may not let the service in yet",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.vpc).map(|vpc| key(&vpc.id, it.spec.destination.kind()))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { vpc, destination, interval, format } = spec;
        let doc = Doc::new()
            .with("vpc", Field::of(env.get(vpc).map(|vpc| vpc.id), Some(vpc.address().into())))
            .with("destination_type", destination.kind())
            .with("traffic", TrafficType::All.as_str())
            .with("interval", *interval)
            .with("format", format.as_str());
        match destination {
            Destination::Bucket { arn } => doc.with("destination", Field::text(arn, env)),
            Destination::LogGroup { name, role } => {
                doc.with("destination", name.as_str()).with("role", Field::text(role, env))
            }
        }
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, vpc, kind, destination, role, traffic, interval, format } = live;
        Doc::new()
            .with("vpc", vpc.as_str())
            .with("destination_type", kind.as_str())
            .with("destination", destination.as_str())
            .with_some("role", role.as_deref())
            .with("traffic", traffic.as_str())
            .with("interval", *interval)
            .with("format", format.as_str())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let logs = flow_logs(at).await?;
        let found = logs.iter().filter_map(|log| {
            let live = live(log)?;
            let (is_ours, key) = (is_ours(at, log.tags()), key(&live.vpc, &live.kind));
            // A VPC may have others, of whoever wants them: only what is ours by its destination is taken for it.
            let is_wanted = keys.contains(&key) && wanted.iter().any(|it| leads(it, &live));
            let key = if is_ours || is_wanted { key } else { return None };
            let (label, owner) = (live.id.clone(), Owner::Tags(tags(log.tags())));
            Some(Found { key, label, owner, live })
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { vpc, destination, interval, format } = it.spec;
        let request = at.careful().ec2().await?.create_flow_logs();
        let request =
            request.resource_ids(it.env.get(vpc).now()?.id).resource_type(FlowLogsResourceType::Vpc);
        let request = request.traffic_type(TrafficType::All);
        let request = match destination {
            Destination::Bucket { arn } => request
                .log_destination_type(LogDestinationType::S3)
                .log_destination(arn.resolve(&it.env).now()?),
            Destination::LogGroup { name, role } => request
                .log_destination_type(LogDestinationType::CloudWatchLogs)
                .log_group_name(name)
                .deliver_logs_permission_arn(role.resolve(&it.env).now()?),
        };
        let request = request.max_aggregation_interval(*interval).log_format(format);
        let request = request.tag_specifications(specification(ResourceType::VpcFlowLog, it.tags));
        let made = aws::seen(aws::call(at, "CreateFlowLogs", request.send()).await)?;
        refusals::first("make the flow log", made.unsuccessful(), &[])
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        Self::delete(at, live).await?;
        Self::create(at, it).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        const GONE: &[&str] = &["InvalidFlowLogId.NotFound"];
        let request = at.ec2().await?.delete_flow_logs().flow_log_ids(&live.id);
        let answer = aws::call(at, "DeleteFlowLogs", request.send()).await;
        let answer = aws::unless(answer, GONE)?;
        let refused = answer.map(|answer| answer.unsuccessful.unwrap_or_default()).unwrap_or_default();
        refusals::first("delete the flow log", &refused, GONE)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

/// Whether a flow log without our tags goes where this one is to go.
fn leads(it: &Wanted<'_, FlowLog>, live: &Live) -> bool {
    match &it.spec.destination {
        Destination::Bucket { arn } => {
            arn.resolve(&it.env).known().is_some_and(|arn| arn == live.destination)
        }
        Destination::LogGroup { name, .. } => *name == live.destination,
    }
}

/// All flow logs of a place.
async fn flow_logs(at: &At<'_>) -> Result<Arc<Vec<SdkFlowLog>>> {
    const OPERATION: &str = "DescribeFlowLogs";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_flow_logs().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

/// What is to be known of the flow log of a VPC; nothing of one of something else.
fn live(log: &SdkFlowLog) -> Option<Live> {
    let vpc = log.resource_id().filter(|id| id.starts_with("vpc-"))?;
    let kind = log.log_destination_type().map_or(LOG_GROUP, LogDestinationType::as_str);
    let destination = if kind == LOG_GROUP { log.log_group_name() } else { log.log_destination() };
    Some(Live {
        id: log.flow_log_id()?.to_owned(),
        vpc: vpc.to_owned(),
        kind: kind.to_owned(),
        destination: destination.unwrap_or_default().to_owned(),
        role: log.deliver_logs_permission_arn().map(str::to_owned),
        traffic: log.traffic_type().map(TrafficType::as_str).unwrap_or_default().to_owned(),
        interval: log.max_aggregation_interval().unwrap_or_default(),
        format: log.log_format().unwrap_or_default().to_owned(),
    })
}
