//! Recording of configurations by AWS Config: in every account that is looked after and every Region in use, delivered
//! into the archive's own bucket for it, and gathered in one account.

use super::{
    Composer, Known, derived,
    organization::{CONFIG, plain},
    service_role::{ServiceRole, trusting},
};
use crate::{
    engine::{
        env::Text,
        graph::{Needs, PlaceId, Ref},
    },
    kinds::{
        config::{
            Aggregator, DeliveryChannel, Recorder, Recording as RecordingKind, aggregator,
            delivery_channel::{self, Snapshots},
            recorder::{self, Frequency as RecorderFrequency},
            recording,
        },
        iam::{Managed, ServiceLinkedRole, service_linked_role},
    },
    model::{Frequency, Recording},
    names::{AccountName, Located},
    policy::Arn,
};

/// Adds the recorders of all accounts, then what gathers them.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    let Some(recording) = &zone.recording else { return };
    let homes: Vec<_> =
        composer.known.homes.iter().map(|(name, home)| (name.clone(), home.clone())).collect();
    for (account, home) in homes {
        let role = service_role(composer, home.global, recording);
        for (region, at) in home.regions {
            let is_home = region == zone.organization.home_region.value;
            Recorded { recording, account: &account, role, at, is_home }.add(composer);
        }
    }
    if let Some(account) = &recording.aggregator {
        aggregate(composer, account);
    }
}

/// The role that AWS Config reads an account with, which is its own.
fn service_role(
    composer: &mut Composer<'_>,
    global: PlaceId,
    recording: &Recording,
) -> Ref<ServiceLinkedRole> {
    composer.graph.add::<ServiceLinkedRole>(global, "config", &recording.origin, |_| {
        service_linked_role::Spec { service: CONFIG.to_owned() }
    })
}

/// What is recorded of an account in a Region.
struct Recorded<'a> {
    recording: &'a Recording,
    account: &'a AccountName,
    role: Ref<ServiceLinkedRole>,
    at: PlaceId,
    /// Whether it is the home Region. What is global is recorded there alone, lest it be recorded and paid for twice.
    is_home: bool,
}

impl Recorded<'_> {
    fn add(&self, composer: &mut Composer<'_>) {
        let Composer { graph, known, .. } = composer;
        let origin = &self.recording.origin;
        let recorder = graph.add::<Recorder>(self.at, "recorder", origin, |needs| recorder::Spec {
            role_arn: known.arn_after(
                needs,
                self.role.id(),
                &derived::config_role_arn(known.zone, self.account),
            ),
            global_types: self.is_home,
            frequency: match self.recording.frequency.value {
                Frequency::Continuous => RecorderFrequency::Continuous,
                Frequency::Daily => RecorderFrequency::Daily,
            },
        });
        let channel = graph.add::<DeliveryChannel>(self.at, "channel", origin, |needs| {
            delivery_channel::Spec {
                recorder: needs.on(recorder),
                bucket: bucket(known, needs),
                prefix: None,
                // The bucket's own default encryption holds.
                key_arn: None,
                snapshots: Snapshots::Daily,
            }
        });
        graph.add::<RecordingKind>(self.at, "recording", origin, |needs| recording::Spec {
            recorder: needs.on(recorder),
            channel: needs.on(channel),
        });
    }
}

/// The bucket that Config delivers into.
fn bucket(known: &Known<'_>, needs: &mut Needs<'_>) -> Text {
    let zone = known.zone;
    let Some(archive) = &zone.archive else { return Text::from(String::new()) };
    let home = zone.organization.home_region.value;
    known.after_archive(needs, derived::ARCHIVE_CONFIG);
    known.text(needs, &derived::bucket_name(zone, &archive.account, derived::ARCHIVE_CONFIG, home))
}

/// What shows the recordings of all accounts and Regions in one, and the role that it asks for the accounts with.
fn aggregate(composer: &mut Composer<'_>, account: &Located<AccountName>) {
    let known = &composer.known;
    let zone = known.zone;
    let (Some(home), Some(owner)) = (known.homes.get(&account.value), zone.accounts.get(&account.value))
    else {
        return;
    };
    let global = home.global;
    let Some(at) = home.regions.get(&zone.organization.home_region.value).copied() else { return };
    let arn = Arn::aws_managed_policy(known.partition().as_str(), FOR_ORGANIZATIONS);
    let role = ServiceRole {
        purpose: derived::CONFIG_AGGREGATOR,
        description: "Asks Organizations whose recordings to gather",
        trust: trusting("Config", CONFIG),
        permissions: None,
        policies: vec![Managed::Aws { arn: arn.to_string() }],
        account: owner,
        origin: &account.origin,
    };
    let role = role.add(composer, global);
    let Composer { graph, known, .. } = composer;
    graph.add::<Aggregator>(at, "aggregator", &account.origin, |needs| {
        needs.tags(plain(&owner.tags));
        known.after_service(needs, CONFIG);
        aggregator::Spec { name: zone.organization.name.to_string(), role_arn: role.arn(known, needs) }
    });
}

/// What the role [needs][role].
///
/// [role]: https://docs.aws.amazon.com/config/latest/developerguide/aggregated-create.html
const FOR_ORGANIZATIONS: &str = "service-role/AWSConfigRoleForOrganizations";
