//! Delivery of services' own logs: in every account and Region they may write into the log groups that are meant for them.

use super::{Composer, derived};
use crate::{
    kinds::logs::{ResourcePolicy, resource_policy},
    model::LandingZone,
    names::{AccountName, Region},
    policy::{Document, Statement},
};

/// What AWS has names of such log groups begin with, lest the policies that let services in grow too large.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html>
const VENDED: &str = "/aws/vendedlogs/";

/// Adds the policies, where they are asked for.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let Composer { graph, known, .. } = composer;
    let zone = known.zone;
    let Some(origin) = zone.logs.as_ref().and_then(|logs| logs.delivery.as_ref()) else { return };
    for (account, home) in &known.homes {
        for (region, at) in &home.regions {
            graph.add::<ResourcePolicy>(*at, "log-delivery", origin, |needs| resource_policy::Spec {
                name: format!("{}-log-delivery", zone.organization.name),
                policy: known.filled(needs, &delivering(zone, account, *region)),
            });
        }
    }
}

/// What services write themselves, group by group, where somebody who switches their logs on may change policies. That
/// one is called `AWSLogDeliveryWrite20150319`, and is left to them.
fn delivering(zone: &LandingZone, account: &AccountName, region: Region) -> Document {
    let (partition, id) = (zone.organization.home_region.partition(), derived::id_of(account));
    let logs = format!("arn:{partition}:logs:{region}:{id}");
    Document::new([Statement::allow("DeliverLogs")
        .principal_service("delivery.logs.amazonaws.com")
        .actions(["logs:CreateLogStream", "logs:PutLogEvents"])
        .resources([format!("{logs}:log-group:{VENDED}*:log-stream:*")])
        .condition("StringEquals", "aws:SourceAccount", [id])
        .condition("ArnLike", "aws:SourceArn", [format!("{logs}:*")])])
}
