//! The archive of logs: its buckets with their policies, and the copy of the locked one in another Region.

mod lifecycle;
mod policy;
mod replication;

use std::collections::BTreeMap;

pub(super) use policy::{CHANGES_TO_BUCKETS, CHANGES_TO_OBJECTS};

use super::{Composer, Known, derived, organization::plain};
use crate::{
    engine::graph::{Needs, NodeId, PlaceId, Ref},
    kinds::s3::{Bucket as BucketKind, BucketPolicy, bucket, bucket_policy},
    model::{Account, Archive, Intent, LandingZone, LockMode, Party, Replica},
    names::{AccountName, KeyRef, Origin, Region, RoleRef},
    policy::{Arn, Document},
};

use policy::Bucket;

/// A role that may read the archive.
struct Role {
    /// Its account.
    account: AccountName,
    /// Its ARN, the account's id shown as its symbol.
    arn: String,
}

/// What others wait for before they deliver into a bucket of the archive, by the bucket's name: its policy, and for the
/// locked one that it is copied, since nothing that was there before ever is.
pub(super) type Ready = BTreeMap<&'static str, Vec<NodeId>>;

/// A bucket that was added, and its policy.
#[derive(Clone, Copy)]
struct Added {
    bucket: Ref<BucketKind>,
    policy: NodeId,
}

/// Adds the archive, its copy first: what is to be copied has to have somewhere to go.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    let Some(archive) = &zone.archive else { return };
    let home =
        Site::new(&composer.known, &archive.account, zone.organization.home_region.value, &archive.key);
    let Some(home) = home else { return };
    let copy =
        archive.replica.as_ref().and_then(|replica| Some((replica, Site::of(&composer.known, replica)?)));
    let copy = copy.map(|(replica, site)| (replica, site, site.copy(composer, archive, replica, home)));
    let (main, config) = home.originals(composer, archive);
    let mut ready = vec![main.policy];
    if let Some((replica, site, to)) = copy {
        let between = replication::Between { home, main: main.bucket, site };
        ready.extend([to.policy, replication::add(composer, &between, replica, &[main.policy, to.policy])]);
    }
    let known = &mut composer.known;
    known.archive.insert(Archive::MAIN, ready);
    known.archive.insert(Archive::CONFIG, vec![config.policy]);
}

/// Where a part of the archive lies, and the key that holds there.
#[derive(Clone, Copy)]
struct Site<'z> {
    zone: &'z LandingZone,
    account: &'z Account,
    /// The account's global place.
    global: PlaceId,
    at: PlaceId,
    region: Region,
    key: &'z KeyRef,
}

impl<'z> Site<'z> {
    fn new(known: &Known<'z>, account: &AccountName, region: Region, key: &'z KeyRef) -> Option<Self> {
        let (zone, home) = (known.zone, known.homes.get(account)?);
        let (account, at) = (zone.accounts.get(account)?, *home.regions.get(&region)?);
        Some(Self { zone, account, global: home.global, at, region, key })
    }

    /// The copy's: the account is that of its key.
    fn of(known: &Known<'z>, replica: &'z Replica) -> Option<Self> {
        let key = known.zone.key(&replica.key)?;
        Self::new(known, &key.id.account, replica.region.value, &replica.key)
    }

    fn bucket(self, name: &'static str) -> Bucket<'z> {
        Bucket { zone: self.zone, account: &self.account.name, name, region: self.region }
    }

    /// The buckets in the home Region: what is delivered into, and what tells who asked for it.
    fn originals(self, composer: &mut Composer<'_>, archive: &Archive) -> (Added, Added) {
        let (main, config) = (self.bucket(Archive::MAIN), self.bucket(Archive::CONFIG));
        let access = self.access(composer, archive, &archive.origin, &[main, config]);
        let (keys, readers) = (self.keys(), self.readers());
        let main = self.add(
            composer,
            archive,
            &archive.origin,
            &Wanted { bucket: main, locked: true, policy: main.main(&keys, &readers), access: Some(access) },
        );
        let config = self.add(
            composer,
            archive,
            &archive.origin,
            &Wanted {
                bucket: config,
                locked: false,
                policy: config.config(&keys, &readers),
                access: Some(access),
            },
        );
        (main, config)
    }

    /// The buckets in the other Region.
    fn copy(
        self,
        composer: &mut Composer<'_>,
        archive: &Archive,
        replica: &Replica,
        home: Site<'_>,
    ) -> Added {
        let copy = self.bucket(Archive::MAIN);
        let access = self.access(composer, archive, &replica.origin, &[copy]);
        self.add(
            composer,
            archive,
            &replica.origin,
            &Wanted {
                bucket: copy,
                locked: true,
                policy: copy.copy(home.bucket(Archive::MAIN), &self.readers()),
                access: Some(access),
            },
        )
    }

    /// The bucket that S3 logs access to the others in.
    fn access(
        self,
        composer: &mut Composer<'_>,
        archive: &Archive,
        origin: &Origin,
        sources: &[Bucket<'_>],
    ) -> Added {
        let bucket = self.bucket(Archive::ACCESS);
        let policy = bucket.access(sources);
        self.add(composer, archive, origin, &Wanted { bucket, locked: false, policy, access: None })
    }

    fn add(
        self,
        composer: &mut Composer<'_>,
        archive: &Archive,
        origin: &Origin,
        wanted: &Wanted<'_>,
    ) -> Added {
        let Composer { graph, known, .. } = composer;
        let Wanted { bucket, locked, policy, access: _ } = wanted;
        let node = graph.add::<BucketKind>(self.at, bucket.name, origin, |needs| {
            needs.tags(plain(&self.account.tags));
            needs.states("lifecycle", &archive.retention.origin);
            if *locked {
                needs.states("object_lock", &archive.lock.mode.origin);
                needs.states("default_retention", &archive.lock.days.origin);
            }
            self.spec(known, needs, archive, wanted)
        });
        let policy = graph.add::<BucketPolicy>(self.at, bucket.name, origin, |needs| bucket_policy::Spec {
            bucket: needs.on(node),
            policy: known.filled(needs, policy),
        });
        Added { bucket: node, policy: policy.id() }
    }

    fn spec(
        self,
        known: &Known<'_>,
        needs: &mut Needs<'_>,
        archive: &Archive,
        wanted: &Wanted<'_>,
    ) -> bucket::Spec {
        let Wanted { bucket, locked, policy: _, access } = wanted;
        let name = |needs: &mut Needs<'_>, bucket: &Bucket<'_>| known.text(needs, &bucket.aws_name());
        bucket::Spec {
            name: name(needs, bucket),
            object_lock: locked.then(|| bucket::Lock {
                mode: match archive.lock.mode.value {
                    LockMode::Governance => bucket::LockMode::Governance,
                    LockMode::Compliance => bucket::LockMode::Compliance,
                },
                days: lifecycle::number(archive.lock.days.value),
            }),
            versioning: true,
            encryption: match access {
                Some(_) => bucket::Sse::Kms(known.key_arn(needs, self.key, Some(self.region))),
                None => bucket::Sse::S3,
            },
            lifecycle: match access {
                Some(_) => lifecycle::logs(archive),
                None => lifecycle::access_logs(archive),
            },
            access_log: access.map(|added| {
                // S3 looks at that bucket's policy when it is told to log there.
                needs.after(added.policy);
                let to = self.bucket(Archive::ACCESS);
                bucket::AccessLog { bucket: name(needs, &to), prefix: bucket.access_prefix() }
            }),
        }
    }

    /// The keys that objects may be encrypted under: the archive's, and the trail's if it has another.
    fn keys(self) -> Vec<String> {
        let trail = self.zone.trail.as_ref().map(|trail| &trail.key.value);
        let others = trail.filter(|key| *key != self.key);
        let keys = std::iter::once(self.key).chain(others);
        keys.map(|key| derived::key_arn(self.zone, key, self.region)).collect()
    }

    /// The roles that may decrypt what lies here.
    fn readers(self) -> Vec<Role> {
        let key = self.zone.key(self.key);
        let parties = key.into_iter().flat_map(|key| {
            key.parties(Intent::Decrypt).iter().chain(key.parties(Intent::Use)).map(|party| &party.value)
        });
        let role = |party: &Party| match party {
            Party::Role(role) => reader(self.zone, role),
            Party::Account(_) | Party::Service(_) => None,
        };
        parties.filter_map(role).collect()
    }
}

/// A bucket as it is to be.
struct Wanted<'z> {
    bucket: Bucket<'z>,
    /// Whether new objects are locked.
    locked: bool,
    policy: Document,
    /// Where access to it is logged; the bucket of such logs has none, and S3's own encryption.
    access: Option<Added>,
}

fn reader(zone: &LandingZone, role: &RoleRef) -> Option<Role> {
    let model = zone.role(role)?;
    let partition = zone.organization.home_region.partition().as_str();
    let arn = Arn::role(partition, &derived::id_of(&role.account), &model.path, &model.aws_name);
    Some(Role { account: role.account.clone(), arn: arn.to_string() })
}
