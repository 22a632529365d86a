//! Alarms on what the trail records: metric filters of its log group, an alarm for each, and a topic that tells the
//! security contact.

mod watched;

use std::collections::BTreeSet;

use super::{Composer, Problem, derived, organization::plain, trail::Site};
use crate::{
    engine::graph::Ref,
    kinds::{
        cloudwatch::{
            Alarm,
            alarm::{self, Comparison, Missing, Statistic},
        },
        logs::{LogGroup, MetricFilter, metric_filter},
        sns::{Subscription, Topic, subscription, topic},
    },
    model::{ContactType, LandingZone},
    names::{AccountName, Origin},
    policy::{Document, Statement},
};

use watched::{WATCHED, Watched, use_of_roles};

/// The most characters in the pattern of a metric filter.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html>
const LONGEST_PATTERN: usize = 1_024;

/// How many seconds of events are looked at together, as the benchmark has it.
const PERIOD: i32 = 300;

/// Adds the alarms on a log group. The trail needs none of them, so that it starts without whatever of them fails.
pub(super) fn compose(composer: &mut Composer<'_>, site: &Site<'_>, group: Ref<LogGroup>, origin: &Origin) {
    let zone = composer.known.zone;
    let alarms = Alarms { site, group, topic: topic(composer, site, origin), origin };
    for watched in WATCHED {
        alarms.watch(composer, watched);
    }
    let roles = emergency_roles(zone);
    let Some(pattern) = use_of_roles(roles.iter().map(String::as_str)) else { return };
    if pattern.len() > LONGEST_PATTERN {
        let problem =
            Problem::new(origin, "the roles for emergencies have too many names to watch for their use");
        composer.problem(problem.help("give them the same name in every account"));
        return;
    }
    let description = "A role for emergencies was used";
    alarms.watch(composer, &Watched { name: "break-glass-use", description, pattern: &pattern });
}

/// The names of roles for emergencies, paths included.
fn emergency_roles(zone: &LandingZone) -> BTreeSet<String> {
    let roles = zone.accounts.values().flat_map(|account| account.roles.values());
    roles
        .filter(|role| role.break_glass.value)
        .map(|role| format!("{}{}", role.path, role.aws_name))
        .collect()
}

/// The topic that alarms speak to, and who hears them.
fn topic(composer: &mut Composer<'_>, site: &Site<'_>, origin: &Origin) -> Ref<Topic> {
    let Composer { graph, known, .. } = composer;
    let (zone, account) = (known.zone, &site.account.name);
    let name = derived::alarms_topic(zone);
    let topic = graph.add::<Topic>(site.at, "alarms", origin, |needs| {
        needs.tags(plain(&site.account.tags));
        topic::Spec {
            name: name.clone(),
            display_name: Some(format!("{} alarms", zone.organization.name)),
            key: Some(site.key(known, needs)),
            policy: known.filled(needs, &topic_policy(zone, account)),
            signature: SHA256,
        }
    });
    if let Some(contact) = site.account.contacts.get(&ContactType::Security) {
        graph.add::<Subscription>(site.at, "alarms/security", &contact.email.origin, |needs| {
            subscription::Spec {
                topic: needs.on(topic),
                topic_name: name,
                protocol: "email".to_owned(),
                endpoint: contact.email.to_string().into(),
            }
        });
    }
    topic
}

/// Messages are signed with SHA-256.
const SHA256: u8 = 2;

/// Lets alarms of ours speak, and nobody else.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html>
fn topic_policy(zone: &LandingZone, account: &AccountName) -> Document {
    Document::new([Statement::allow("Alarms")
        .principal_service("cloudwatch.amazonaws.com")
        .actions(["sns:Publish"])
        .resources([derived::topic_arn(zone, account, &derived::alarms_topic(zone))])
        .condition("StringEquals", "aws:SourceAccount", [derived::id_of(account)])
        .condition("ArnLike", "aws:SourceArn", [derived::alarm_arns(zone, account)])])
}

/// What all alarms of a log group share.
struct Alarms<'a> {
    site: &'a Site<'a>,
    group: Ref<LogGroup>,
    topic: Ref<Topic>,
    origin: &'a Origin,
}

impl Alarms<'_> {
    /// A filter that counts events, and the alarm that goes off at the first.
    fn watch(&self, composer: &mut Composer<'_>, watched: &Watched<'_>) {
        let Composer { graph, known, .. } = composer;
        let (zone, Watched { name, description, pattern }) = (known.zone, *watched);
        let namespace = derived::trail_metrics(zone);
        let filter =
            graph.add::<MetricFilter>(self.site.at, &format!("trail/{name}"), self.origin, |needs| {
                metric_filter::Spec {
                    group: needs.on(self.group),
                    group_name: derived::trail_log_group(zone),
                    name: name.to_owned(),
                    pattern: pattern.to_owned(),
                    namespace: namespace.clone(),
                    metric: name.to_owned(),
                    value: "1".to_owned(),
                    default: None,
                }
            });
        graph.add::<Alarm>(self.site.at, name, self.origin, |needs| {
            needs.tags(plain(&self.site.account.tags));
            needs.after(filter.id());
            let topic = derived::topic_arn(zone, &self.site.account.name, &derived::alarms_topic(zone));
            alarm::Spec {
                name: format!("{}{name}", derived::alarm_prefix(zone)),
                description: description.to_owned(),
                namespace,
                metric: name.to_owned(),
                statistic: Statistic::Sum,
                period: PERIOD,
                evaluation_periods: 1,
                datapoints: None,
                comparison: Comparison::AtLeast,
                threshold: 1.0,
                missing: Missing::NotBreaching,
                actions: vec![known.arn_after(needs, self.topic.id(), &topic)],
                ok_actions: Vec::new(),
                enabled: true,
            }
        });
    }
}
