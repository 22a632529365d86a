//! The organization's trail: its log group and the role that writes there, its topic, its alarms and, when everything
//! that it needs is there, the trail.

use std::collections::BTreeSet;

use super::{
    Composer, Known, alarms, derived,
    known::OwnGroup,
    organization::{CLOUDTRAIL, plain},
    service_role::{RoleOf, ServiceRole, trusting},
};
use crate::{
    engine::{
        env::Text,
        graph::{Needs, PlaceId, Ref},
    },
    kinds::{
        cloudtrail::{
            Trail as TrailKind,
            trail::{self, Condition, Insight, Operator, Selector},
        },
        logs::{
            LogGroup,
            log_group::{self, Class},
        },
        sns::{Topic, topic},
    },
    model::{Account, DataEvents, LandingZone, Retention, Trail},
    names::{AccountName, Located},
    policy::{Document, Statement},
};

/// Adds the trail and what belongs to it.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    let Some(trail) = &zone.trail else { return };
    let account = zone.trail_account();
    let Some(home) = composer.known.homes.get(&account.name) else { return };
    let Some(at) = home.regions.get(&zone.organization.home_region.value) else { return };
    let site = Site { trail, account, global: home.global, at: *at };
    let logs = trail.log_group.as_ref().map(|retention| Logs::add(composer, &site, retention));
    if let (Some(logs), Some(origin)) = (&logs, &trail.alarms) {
        alarms::compose(composer, &site, logs.group, origin);
    }
    let topic = trail.sns.value.then(|| topic(composer, &site));
    site.add_trail(composer, logs, topic);
}

/// Where the trail is made, and thus its log group: the management account, or the one that CloudTrail is delegated to.
/// CloudTrail writes into log groups [of that account][same] only, although the trail always belongs to the management
/// account.
///
/// [same]: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
pub(super) struct Site<'z> {
    trail: &'z Trail,
    /// The account.
    pub account: &'z Account,
    global: PlaceId,
    /// Its place in the home Region.
    pub at: PlaceId,
}

impl Site<'_> {
    /// The ARN of the trail's key.
    pub(super) fn key(&self, known: &Known<'_>, needs: &mut Needs<'_>) -> Text {
        known.key_arn(needs, &self.trail.key, Some(known.zone.organization.home_region.value))
    }

    fn add_trail(&self, composer: &mut Composer<'_>, logs: Option<Logs>, topic: Option<Ref<Topic>>) {
        let Composer { graph, known, .. } = composer;
        let (zone, trail) = (known.zone, self.trail);
        graph.add::<TrailKind>(self.at, "trail", &trail.origin, |needs| {
            needs.tags(plain(&self.account.tags));
            needs.states("bucket", &trail.archive.origin);
            needs.states("key", &trail.key.origin);
            known.after_service(needs, CLOUDTRAIL);
            known.after_archive(needs, derived::ARCHIVE);
            let home = zone.organization.home_region.value;
            let bucket = derived::bucket_name(zone, &trail.archive.account, derived::ARCHIVE, home);
            let insights =
                [Insight::CallRate, Insight::ErrorRate].into_iter().filter(|_| trail.insights.value);
            trail::Spec {
                name: derived::trail_name(zone),
                bucket: known.text(needs, &bucket),
                prefix: None,
                key: Some(self.key(known, needs)),
                logs: logs.map(|logs| logs.target(known, needs)),
                topic: topic.map(|topic| {
                    let arn = derived::topic_arn(zone, &self.account.name, &derived::trail_topic(zone));
                    known.arn_after(needs, topic.id(), &arn)
                }),
                organization: true,
                multi_region: true,
                global_events: true,
                validation: true,
                selectors: selectors(zone, trail),
                insights: insights.collect::<BTreeSet<_>>(),
                logging: true,
            }
        });
    }
}

/// The trail's log group and the role that CloudTrail writes into it with.
struct Logs {
    group: Ref<LogGroup>,
    role: RoleOf,
    /// The group's ARN.
    arn: String,
}

impl Logs {
    fn add(composer: &mut Composer<'_>, site: &Site<'_>, retention: &Located<Retention>) -> Self {
        let Composer { graph, known, .. } = composer;
        let (zone, origin) = (known.zone, &site.trail.origin);
        let name = derived::trail_log_group(zone);
        let group = graph.add::<LogGroup>(site.at, "trail", origin, |needs| {
            needs.tags(plain(&site.account.tags));
            needs.states("retention", &retention.origin);
            log_group::Spec {
                name: name.clone(),
                retention: Some(retention.days().into()),
                key: Some(site.key(known, needs)),
                class: Class::Standard,
                deletion_protection: false,
            }
        });
        known.log_groups.push(OwnGroup {
            account: site.account.name.clone(),
            region: zone.organization.home_region.value,
            key: "trail",
            name: name.clone(),
            node: group.id(),
        });
        let role = ServiceRole {
            purpose: derived::TRAIL_LOGS,
            description: "Writes the organization's trail into its log group",
            trust: trusting("CloudTrail", CLOUDTRAIL),
            permissions: Some(permissions(zone, &site.account.name)),
            policies: Vec::new(),
            account: site.account,
            origin,
        };
        let arn = derived::log_group_arn(zone, &site.account.name, &name);
        Self { group, role: role.add(composer, site.global), arn }
    }

    fn target(self, known: &Known<'_>, needs: &mut Needs<'_>) -> trail::Logs {
        let Self { group, role, arn } = self;
        trail::Logs { group: known.arn_after(needs, group.id(), &arn), role: role.arn(known, needs) }
    }
}

/// What [CloudTrail needs][policy] of a log group that an organization's trail is written into. The events of the
/// account that made the trail and of the one that owns it stand in streams that begin with their ids, those of all
/// others in streams that begin with the organization's.
///
/// [policy]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
fn permissions(zone: &LandingZone, account: &AccountName) -> Document {
    let home = zone.organization.home_region.value;
    let owners = BTreeSet::from([account.clone(), AccountName::management()]);
    let mut streams: Vec<_> =
        owners.iter().map(|owner| format!("{}_CloudTrail_{home}*", derived::id_of(owner))).collect();
    streams.push(format!("{}_*", derived::organization_id()));
    let group = derived::log_group_arn(zone, account, &derived::trail_log_group(zone));
    let streams = streams.iter().map(|stream| format!("{group}:log-stream:{stream}"));
    Document::new([Statement::allow("WriteStreams")
        .actions(["logs:CreateLogStream", "logs:PutLogEvents"])
        .resources(streams)])
}

/// The topic that is told of each file of the trail.
fn topic(composer: &mut Composer<'_>, site: &Site<'_>) -> Ref<Topic> {
    let Composer { graph, known, .. } = composer;
    let zone = known.zone;
    graph.add::<Topic>(site.at, "trail", &site.trail.origin, |needs| {
        needs.tags(plain(&site.account.tags));
        topic::Spec {
            name: derived::trail_topic(zone),
            display_name: None,
            key: Some(site.key(known, needs)),
            policy: known.filled(needs, &topic_policy(zone, &site.account.name)),
            signature: 2,
        }
    })
}

/// Lets this trail speak, and nobody else.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html>
fn topic_policy(zone: &LandingZone, account: &AccountName) -> Document {
    Document::new([Statement::allow("Trail")
        .principal_service("cloudtrail.amazonaws.com")
        .actions(["sns:Publish"])
        .resources([derived::topic_arn(zone, account, &derived::trail_topic(zone))])
        .condition("StringEquals", "aws:SourceArn", [derived::trail_arn(zone)])])
}

/// What the trail records: all calls that manage something, and the asked for calls on data.
fn selectors(zone: &LandingZone, trail: &Trail) -> Vec<Selector> {
    let management = Selector::equal("Management events", &[("eventCategory", &["Management"])]);
    let data = trail.data_events.iter().enumerate().map(|(index, events)| {
        let earlier = &trail.data_events[..index];
        let number = 1 + earlier.iter().filter(|other| *other.resource_type == *events.resource_type).count();
        selector(zone, events, number)
    });
    std::iter::once(management).chain(data).collect()
}

/// The selector of data events; `number` tells those of the same type apart.
fn selector(zone: &LandingZone, events: &DataEvents, number: usize) -> Selector {
    let DataEvents { resource_type, resources, write_only } = events;
    let name = if number == 1 { resource_type.to_string() } else { format!("{resource_type} {number}") };
    let mut selector =
        Selector::equal(&name, &[("eventCategory", &["Data"]), ("resources.type", &[resource_type])]);
    let mut condition = |field: &str, operator, values: Vec<Text>| {
        selector.conditions.push(Condition { field: field.to_owned(), operator, values });
    };
    if *write_only {
        condition("readOnly", Operator::Equals, vec!["false".into()]);
    }
    if !resources.is_empty() {
        let arns = resources.iter().map(|arn| arn.as_str().into()).collect();
        condition("resources.ARN", Operator::StartsWith, arns);
    }
    // The trail's own files are objects too: each would be told of in the next.
    if resource_type.as_str() == "AWS::S3::Object" {
        condition("resources.ARN", Operator::NotStartsWith, vec![derived::archive_arns(zone).into()]);
    }
    selector
}
