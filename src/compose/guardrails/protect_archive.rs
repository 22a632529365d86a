//! `protect-archive`: keeps what the archive's account holds, and what fills it, from everybody but the program.

use super::protect_landfall::CHANGES_TO_ROLES;
use crate::{
    compose::{
        archive::{CHANGES_TO_BUCKETS, CHANGES_TO_OBJECTS},
        derived,
    },
    model::{GENERATED_FOR_ARCHIVE, LandingZone},
    policy::{Document, Statement},
};

/// Its name in `policies` of units and accounts.
pub(super) const NAME: &str = GENERATED_FOR_ARCHIVE;

/// What the console says about it.
pub(super) const DESCRIPTION: &str =
    "Keeps the archive of logs, its keys and what delivers into it as they are";

/// What there is to protect, as patterns of ARNs.
pub(super) struct Archive {
    /// Its buckets, in whatever account and Region.
    pub buckets: String,
    /// The keys that they are encrypted under.
    pub keys: Vec<String>,
    /// The roles that deliver and copy.
    pub roles: Vec<String>,
    /// What forwards logs.
    pub forwarders: Vec<String>,
}

/// Ends the way of logs into the archive:
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisfirehose.html>,
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>, read 2026-11.
const CHANGES_TO_FORWARDING: &[&str] = &[
    "firehose:DeleteDeliveryStream",
    "firehose:StopDeliveryStreamEncryption",
    "firehose:UpdateDestination",
    "logs:DeleteDestination",
    "logs:PutDestination",
    "logs:PutDestinationPolicy",
];

/// Ends the use of a key, and with it that of whatever is encrypted under it.
const CHANGES_TO_KEYS: &[&str] = &["kms:DisableKey", "kms:ScheduleKeyDeletion"];

impl Archive {
    /// What a landing zone's archive is made of.
    pub(super) fn of(zone: &LandingZone) -> Option<Self> {
        let archive = zone.archive.as_ref()?;
        let home = zone.organization.home_region.value;
        let trail = zone.trail.as_ref().map(|trail| (&trail.key.value, home));
        let copy = archive.replica.as_ref().map(|copy| (&copy.key.value, copy.region.value));
        let keys = std::iter::once((&archive.key.value, home)).chain(trail).chain(copy);
        let partition = zone.organization.home_region.partition();
        let anywhere = |service: &str, region: &str, resource: String| {
            format!("arn:{partition}:{service}:{region}:*:{resource}")
        };
        let purposes = [derived::REPLICATION, derived::LOG_DELIVERY, derived::LOG_SUBSCRIPTION];
        let role = |purpose| anywhere("iam", "", format!("role/{}", derived::role_name(zone, purpose)));
        let forwarder = derived::forwarder(zone);
        Some(Self {
            buckets: format!("{}*", derived::archive_arns(zone)),
            keys: keys.map(|(key, region)| derived::key_arn(zone, key, region)).collect(),
            roles: purposes.map(role).into(),
            forwarders: vec![
                anywhere("firehose", "*", format!("deliverystream/{forwarder}")),
                anywhere("logs", "*", format!("destination:{forwarder}")),
            ],
        })
    }
}

/// Denies everybody but roles that fit `exempt` to shorten what the archive keeps. Roles that services made for
/// themselves are bound by no policy of an organization, so that delivery, copying and expiry go on.
pub(super) fn document(archive: Archive, exempt: &[String]) -> Document {
    let Archive { buckets, keys, roles, forwarders } = archive;
    let deny = |sid: &str, actions: &[&str], resources: Vec<String>| {
        Statement::deny(sid).actions(actions.iter().copied()).resources(resources).condition(
            "ArnNotLike",
            "aws:PrincipalArn",
            exempt.iter().map(String::as_str),
        )
    };
    Document::new([
        deny("Buckets", CHANGES_TO_BUCKETS, vec![buckets.clone()]),
        deny("Objects", CHANGES_TO_OBJECTS, vec![format!("{buckets}/*")]),
        deny("PublicAccess", &["s3:PutAccountPublicAccessBlock"], vec!["*".to_owned()]),
        deny("Keys", CHANGES_TO_KEYS, keys),
        deny("Roles", CHANGES_TO_ROLES, roles),
        deny("Forwarding", CHANGES_TO_FORWARDING, forwarders),
    ])
}
