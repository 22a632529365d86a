//! Forwarding of logs: a stream into the archive, a destination for it in every Region in use, and in every account the
//! filters that send there.

use std::collections::BTreeMap;

use super::{
    Composer, Known, derived,
    organization::plain,
    service_role::{RoleOf, ServiceRole, trusting},
};
use crate::{
    engine::{
        env::Text,
        graph::{Needs, PlaceId, Ref},
    },
    kinds::{
        firehose::{
            DeliveryStream,
            delivery_stream::{self, ErrorLog, Key},
        },
        logs::{
            Destination, Forwarding, LogGroup, LogStream, Subscription, SubscriptionFilter, destination,
            forwarding,
            log_group::{self, Class},
            log_stream, subscription_filter,
        },
    },
    model::{Account, Archive, LandingZone, Logs, Retention},
    names::{AccountName, Region},
    policy::{Document, Statement},
};

/// Adds the way of logs into the archive, beginning at its end.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    let (Some(logs), Some(archive)) = (&zone.logs, &zone.archive) else { return };
    let Some(mouth) = Mouth::add(composer, logs, archive) else { return };
    let homes: Vec<_> =
        composer.known.homes.iter().map(|(name, home)| (name.clone(), home.clone())).collect();
    for (name, home) in homes {
        let Some(account) = zone.accounts.get(&name) else { continue };
        let places =
            home.regions.into_iter().filter(|(region, _)| mouth.takes_from(&composer.known, &name, *region));
        let places: Vec<_> = places.collect();
        if places.is_empty() {
            continue;
        }
        let sender = mouth.sender(composer, account, home.global);
        for (region, at) in places {
            mouth.forward(composer, &name, sender.as_ref(), region, at);
        }
    }
}

/// What can't be forwarded to itself: the log group that the stream tells of its errors in.
const ERRORS: &str = "log-delivery";
/// The log stream in it.
const ERROR_STREAM: &str = "archive";

/// The end of the way: the stream that puts logs into the archive, and what leads to it in each Region.
struct Mouth<'z> {
    logs: &'z Logs,
    account: &'z AccountName,
    stream: Ref<DeliveryStream>,
    /// Lets CloudWatch Logs write into the stream.
    role: RoleOf,
    destinations: BTreeMap<Region, Ref<Destination>>,
}

impl<'z> Mouth<'z> {
    fn add(composer: &mut Composer<'z>, logs: &'z Logs, archive: &'z Archive) -> Option<Self> {
        let zone = composer.known.zone;
        let account = zone.accounts.get(&archive.account.value)?;
        let home = composer.known.homes.get(&account.name)?.clone();
        let at = *home.regions.get(&zone.organization.home_region.value)?;
        let stream = add_stream(composer, logs, account, home.global, at);
        let role = ServiceRole {
            purpose: derived::LOG_SUBSCRIPTION,
            description: "Writes logs into the stream that leads to the archive",
            trust: subscribing(zone),
            permissions: Some(writing(zone, &account.name)),
            policies: Vec::new(),
            account,
            origin: &logs.origin,
        };
        let role = role.add(composer, home.global);
        let mut mouth = Self { logs, account: &account.name, stream, role, destinations: BTreeMap::new() };
        for (region, at) in home.regions {
            let destination = mouth.destination(composer, account, region, at);
            mouth.destinations.insert(region, destination);
        }
        Some(mouth)
    }

    /// The destination of a Region. CloudWatch Logs sends to one of its own Region only; the stream may be elsewhere.
    fn destination(
        &self,
        composer: &mut Composer<'_>,
        account: &Account,
        region: Region,
        at: PlaceId,
    ) -> Ref<Destination> {
        let Composer { graph, known, .. } = composer;
        let zone = known.zone;
        graph.add::<Destination>(at, "logs", &self.logs.origin, |needs| {
            needs.tags(plain(&account.tags));
            let arn = derived::destination_arn(zone, &account.name, region);
            destination::Spec {
                name: derived::forwarder(zone),
                target_arn: self.stream(known, needs),
                role_arn: self.role.arn(known, needs),
                policy: known.filled(needs, &organization_only(arn)),
            }
        })
    }

    fn stream(&self, known: &Known<'_>, needs: &mut Needs<'_>) -> Text {
        known.arn_after(needs, self.stream.id(), &derived::stream_arn(known.zone, self.account))
    }

    /// Whether anything of an account is to be forwarded from a Region.
    fn takes_from(&self, known: &Known<'_>, account: &AccountName, region: Region) -> bool {
        !self.logs.forward.is_empty() || known.own_groups(account, region).next().is_some()
    }

    /// The role that a subscription filter of an account shows.
    fn sender(&self, composer: &mut Composer<'_>, account: &Account, global: PlaceId) -> Option<RoleOf> {
        if account.name == *self.account {
            return None;
        }
        let role = ServiceRole {
            purpose: derived::LOG_FORWARDING,
            description: "Lets log groups send to the organization's archive",
            trust: trusting("Logs", LOGS).condition(
                "ArnLike",
                "aws:SourceArn",
                [derived::logs_of(composer.known.zone, &account.name)],
            ),
            permissions: Some(sending(composer.known.zone, &account.name)),
            policies: Vec::new(),
            account,
            origin: &self.logs.origin,
        };
        Some(role.add(composer, global))
    }

    /// The filters of an account in a Region.
    fn forward(
        &self,
        composer: &mut Composer<'_>,
        account: &AccountName,
        sender: Option<&RoleOf>,
        region: Region,
        at: PlaceId,
    ) {
        let Composer { graph, known, .. } = composer;
        let (zone, origin) = (known.zone, &self.logs.origin);
        for group in known.own_groups(account, region) {
            graph.add::<SubscriptionFilter>(at, group.key, origin, |needs| {
                needs.after(group.node);
                subscription_filter::Spec {
                    group: group.name.clone(),
                    name: derived::forwarder(zone),
                    subscription: self.subscription(known, needs, sender, region),
                }
            });
        }
        let Some(first) = self.logs.forward.first() else { return };
        graph.add::<Forwarding>(at, "forwarding", origin, |needs| {
            needs.states("groups", &first.origin);
            forwarding::Spec {
                patterns: self.logs.forward.iter().map(ToString::to_string).collect(),
                except: vec![derived::log_group(zone, ERRORS)],
                own: known.own_groups(account, region).map(|group| group.name.clone()).collect(),
                filter: derived::forwarder(zone),
                subscription: self.subscription(known, needs, sender, region),
            }
        });
    }

    /// Where a Region's log groups send to: its destination; in the stream's own account the stream itself, for a
    /// destination is for the groups of [other accounts][other].
    ///
    /// [other]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html
    fn subscription(
        &self,
        known: &Known<'_>,
        needs: &mut Needs<'_>,
        sender: Option<&RoleOf>,
        region: Region,
    ) -> Subscription {
        let Some((sender, destination)) = sender.zip(self.destinations.get(&region)) else {
            let (destination_arn, role_arn) = (self.stream(known, needs), self.role.arn(known, needs));
            return Subscription { destination_arn, role_arn: Some(role_arn) };
        };
        let arn = derived::destination_arn(known.zone, self.account, region);
        Subscription {
            destination_arn: known.arn_after(needs, destination.id(), &arn),
            role_arn: Some(sender.arn(known, needs)),
        }
    }
}

/// The stream that puts logs into the archive, and the log group that it tells of its errors in.
fn add_stream(
    composer: &mut Composer<'_>,
    logs: &Logs,
    account: &Account,
    global: PlaceId,
    at: PlaceId,
) -> Ref<DeliveryStream> {
    let (zone, origin) = (composer.known.zone, &logs.origin);
    let errors = add_errors(composer, logs, account, at);
    let role = ServiceRole {
        purpose: derived::LOG_DELIVERY,
        description: "Writes forwarded logs into the archive",
        trust: delivery(&account.name),
        permissions: Some(delivering(zone, &account.name)),
        policies: Vec::new(),
        account,
        origin,
    };
    let role = role.add(composer, global);
    let Composer { graph, known, .. } = composer;
    let home = zone.organization.home_region.value;
    let bucket = derived::bucket_arn(zone, &account.name, derived::ARCHIVE, home);
    graph.add::<DeliveryStream>(at, "logs", origin, |needs| {
        needs.tags(plain(&account.tags));
        needs.after(errors.id());
        known.after_archive(needs, derived::ARCHIVE);
        delivery_stream::Spec {
            name: derived::forwarder(zone),
            bucket_arn: known.text(needs, &bucket),
            prefix: format!("{}{DAY}", derived::LOGS_PREFIX),
            error_prefix: format!("{}!{{firehose:error-output-type}}/{DAY}", derived::LOGS_FAILED_PREFIX),
            role_arn: role.arn(known, needs),
            buffer_mib: 64,
            buffer_seconds: 300,
            key: Key::AwsOwned,
            errors: ErrorLog { group: derived::log_group(zone, ERRORS), stream: ERROR_STREAM.to_owned() },
        }
    })
}

/// Which day a log is of, in the keys of objects.
/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>
const DAY: &str = "!{timestamp:yyyy/MM/dd}/";

/// The log group for errors of the delivery, and the log stream in it, neither of which Firehose makes by itself.
fn add_errors(composer: &mut Composer<'_>, logs: &Logs, account: &Account, at: PlaceId) -> Ref<LogStream> {
    let Composer { graph, known, .. } = composer;
    let (name, origin) = (derived::log_group(known.zone, ERRORS), &logs.origin);
    let group = graph.add::<LogGroup>(at, ERRORS, origin, |needs| {
        needs.tags(plain(&account.tags));
        let retention = logs.retention.as_ref().map_or(Retention::YEAR, |retention| {
            needs.states("retention", &retention.origin);
            retention.value
        });
        log_group::Spec {
            name: name.clone(),
            retention: Some(retention.days().into()),
            // It tells of failures, not of what could not be delivered.
            key: None,
            class: Class::Standard,
            deletion_protection: false,
        }
    });
    graph.add::<LogStream>(at, &format!("{ERRORS}/{ERROR_STREAM}"), origin, |needs| log_stream::Spec {
        group: needs.on(group),
        group_name: name,
        name: ERROR_STREAM.to_owned(),
    })
}

/// Who may put logs into the archive: Firehose, which says for [which account][trust] it does.
///
/// [trust]: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role
fn delivery(account: &AccountName) -> Statement {
    let trust = trusting("Firehose", "firehose.amazonaws.com");
    trust.condition("StringEquals", "sts:ExternalId", [derived::id_of(account)])
}

/// CloudWatch Logs as it uses roles.
const LOGS: &str = "logs.amazonaws.com";

/// Who may write into the stream in the name of CloudWatch Logs: log groups and destinations. Whose, the destination's
/// policy says; this role serves only where somebody who may pass it has named it.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateFirehoseStreamDestination.html>
fn subscribing(zone: &LandingZone) -> Statement {
    let logs = format!("arn:{}:logs:*:*:*", zone.organization.home_region.partition());
    trusting("Logs", LOGS).condition("ArnLike", "aws:SourceArn", [logs])
}

/// What CloudWatch Logs needs of the stream.
fn writing(zone: &LandingZone, account: &AccountName) -> Document {
    Document::new([Statement::allow("Write")
        .actions(["firehose:PutRecord", "firehose:PutRecordBatch"])
        .resources([derived::stream_arn(zone, account)])])
}

/// What CloudWatch Logs wants of a log group's own account before it sends to another of the organization.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-IAMrole.html>
fn sending(zone: &LandingZone, account: &AccountName) -> Document {
    Document::new([Statement::allow("Send")
        .actions(["logs:PutLogEvents"])
        .resources([derived::logs_of(zone, account)])])
}

/// Lets all accounts of the organization subscribe to a destination, and nobody else.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Cross-Account-Log_Subscription-Update-policy-Account.html>
fn organization_only(destination: String) -> Document {
    Document::new([Statement::allow("Organization")
        .principal_everyone()
        .actions(["logs:PutSubscriptionFilter"])
        .resources([destination])
        .condition("StringEquals", "aws:PrincipalOrgID", [derived::organization_id()])])
}

/// What [Firehose needs][firehose] of the bucket, its key and the log of its errors.
///
/// [firehose]: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
fn delivering(zone: &LandingZone, account: &AccountName) -> Document {
    let home = zone.organization.home_region.value;
    let bucket = derived::bucket_arn(zone, account, derived::ARCHIVE, home);
    let objects =
        [derived::LOGS_PREFIX, derived::LOGS_FAILED_PREFIX].map(|prefix| format!("{bucket}/{prefix}*"));
    let errors = derived::log_group_arn(zone, account, &derived::log_group(zone, ERRORS));
    Document::new([
        Statement::allow("Bucket")
            .actions(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"])
            .resources([bucket]),
        Statement::allow("Objects")
            .actions(["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"])
            .resources(objects),
        Statement::allow("Errors")
            .actions(["logs:PutLogEvents"])
            .resources([format!("{errors}:log-stream:{ERROR_STREAM}")]),
    ])
}
