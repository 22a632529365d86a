//! Whether what is put into the archive arrives in the other Region, under the other key, and locked.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use crate::{
    cli::{flow::Look, settings::Settings},
    engine::{
        doc::{Doc, Field},
        env::Env,
        error::Result,
        graph::Place,
        kind::Kind as _,
        snapshot::Entry,
        world::World,
    },
    kinds::s3::{
        Bucket, Replication,
        probe::{self, Copying, Seen},
    },
    model::{Archive, LandingZone},
    names::{AccountName, Region},
    report::{Finding, Verdict, plural, took},
};

/// How often S3 is asked how far the copying is.
const PAUSE: Duration = Duration::from_secs(5);

/// How many older objects are looked at.
const OLDER: usize = 20;

/// From where to where.
pub(in crate::cli) struct Route {
    from: (AccountName, Region),
    to: (AccountName, Region),
}

impl Route {
    /// The way that a landing zone's archive is copied; nothing if it is not.
    pub(in crate::cli) fn of(zone: &LandingZone) -> Option<Self> {
        let archive = zone.archive.as_ref()?;
        let replica = archive.replica.as_ref()?;
        let key = zone.key(&replica.key.value)?;
        Some(Self {
            from: (archive.account.value.clone(), zone.organization.home_region.value),
            to: (key.id.account.clone(), replica.region.value),
        })
    }

    /// The accounts of both buckets.
    pub(in crate::cli) fn accounts(&self) -> impl Iterator<Item = &AccountName> {
        [&self.from, &self.to].into_iter().map(|(account, _)| account)
    }

    /// The addresses of both buckets and of what copies.
    pub(super) fn addresses(&self) -> Vec<String> {
        vec![
            address(&self.from, Bucket::NAME),
            address(&self.to, Bucket::NAME),
            address(&self.from, Replication::NAME),
        ]
    }
}

fn address((account, region): &(AccountName, Region), kind: &str) -> String {
    format!("{account}/{region}/{kind}/{}", Archive::MAIN)
}

/// A bucket at an end of the way, as it is and should be.
struct End {
    place: Place,
    name: String,
    /// The ARN of the key that its objects are to be under.
    key: String,
}

impl End {
    /// The bucket, if AWS has it and all of that is known.
    fn of(look: &Look, end: &(AccountName, Region)) -> Option<Self> {
        let id = look.graph.at_address(&address(end, Bucket::NAME))?;
        let Entry::Found(_) = &look.snapshot.entries[id.index()] else { return None };
        let node = look.graph.node(id);
        let doc = node.kind.desired(&node.spec, &Env::over(&look.snapshot.outputs));
        let place = Place { account: end.0.clone(), region: Some(end.1) };
        Some(Self { place, name: text(&doc, "name")?, key: text(&doc, "encryption.key")? })
    }
}

fn text(doc: &Doc, path: &str) -> Option<String> {
    match doc.get(path)? {
        Field::Is(value) => value.shown().as_str().map(ToOwned::to_owned),
        _ => None,
    }
}

/// A try of the way.
pub(super) struct Trying<'a> {
    /// What holds for every command.
    pub settings: &'a Settings,
    /// What was read.
    pub look: &'a Look,
    /// From where to where.
    pub route: &'a Route,
    /// How long to wait for the copy.
    pub wait: Duration,
}

impl Trying<'_> {
    /// Tries it and tells what was found.
    ///
    /// # Errors
    /// A call failed.
    pub(super) async fn findings(&self) -> Result<Vec<Finding>> {
        let mut findings = vec![self.settled()];
        let ends = (End::of(self.look, &self.route.from), End::of(self.look, &self.route.to));
        let (Some(from), Some(to)) = ends else { return Ok(findings) };
        let work = async |world: &Arc<World>| Box::pin(self.probe(world, &from, &to)).await;
        findings.extend(self.look.within(self.settings, work).await?);
        Ok(findings)
    }

    /// Whether AWS has what the landing zone wants, as far as it is about copying.
    fn settled(&self) -> Finding {
        let wanted = self.route.addresses();
        let about = self.look.plan.steps.iter().filter(|step| wanted.iter().any(|it| **it == *step.address));
        match about.count() {
            0 if self.look.plan.unreadable.is_empty() => Finding::new(
                "settings",
                Verdict::Fine,
                "both buckets and what copies are as the landing zone has them",
            ),
            0 => Finding::new("settings", Verdict::Unknown, "not everything could be read")
                .hint("`landfall plan` says what"),
            steps => {
                let text = format!("{} to take before copying can be as it is wanted", plural(steps, "step"));
                Finding::new("settings", Verdict::Unknown, text).hint("`landfall apply` takes them")
            }
        }
    }

    async fn probe(&self, world: &Arc<World>, from: &End, to: &End) -> Result<Vec<Finding>> {
        let organization = self.look.graph.organization();
        let (here, there) = (world.at(&from.place, organization), world.at(&to.place, organization));
        let name = probe::name(SystemTime::now());
        probe::put(&here, &from.name, &name, &from.key).await?;
        let begun = Instant::now();
        self.settings
            .out
            .status(&format!("Put {name} into {}; waiting for its copy in {} …", from.name, self.route.to.1));
        let (original, copy) = loop {
            let original = probe::look(&here, &from.name, &name).await?;
            let copy = probe::look(&there, &to.name, &name).await?;
            let copying = original.as_ref().and_then(|seen| seen.copying);
            if copy.is_some() || copying != Some(Copying::Pending) || begun.elapsed() >= self.wait {
                break (original, copy);
            }
            tokio::time::sleep(PAUSE).await;
        };
        let mut findings = vec![self.copied(original.as_ref(), copy.as_ref(), begun.elapsed())];
        if let Some(copy) = &copy {
            findings.extend([under(copy, to), locked("lock", copy)]);
        }
        for (at, end, seen) in [(&here, from, &original), (&there, to, &copy)] {
            // What nothing locks need not stay; what is locked stays as long as any log.
            if let Some(Seen { locked_until: None, version: Some(version), .. }) = seen {
                probe::delete(at, &end.name, &name, version).await?;
            }
        }
        findings.extend(original.as_ref().map(|seen| left(seen, &name)));
        let mut older = (0, 0);
        for name in probe::some_names(&here, &from.name, OLDER).await? {
            let seen = probe::look(&here, &from.name, &name).await?;
            older.0 += 1;
            older.1 += usize::from(seen.is_some_and(|seen| seen.copying.is_none()));
        }
        findings.extend(before(older, self.look.cloud.endpoint()));
        Ok(findings)
    }

    fn copied(&self, original: Option<&Seen>, copy: Option<&Seen>, elapsed: Duration) -> Finding {
        let copying = original.and_then(|seen| seen.copying);
        let finding = |verdict, text: String| Finding::new("copy", verdict, text);
        match (copy, copying, self.look.cloud.endpoint()) {
            (Some(_), ..) => finding(Verdict::Fine, format!("the probe was copied within {}", took(elapsed))),
            (None, None, Some(endpoint)) => {
                let text =
                    format!("{endpoint} is not AWS: this emulator copies nothing, so that nothing is proven");
                finding(Verdict::Unknown, text).hint("run this with credentials of the organization itself")
            }
            (None, None, None) => {
                let text = "no rule copies the probe: S3 shows no state of copying for it";
                finding(Verdict::Wrong, text.to_owned())
                    .hint("`landfall plan` shows what the rule has become")
            }
            (None, Some(Copying::Failed), _) => {
                let text = "S3 tried to copy the probe and gave up: state FAILED";
                finding(Verdict::Wrong, text.to_owned()).hint(WHY)
            }
            (None, Some(_), _) => {
                let text = format!("the probe was not copied within {}: state PENDING", took(elapsed));
                finding(Verdict::Unknown, text)
                    .hint(format!("it may only be slow: try again, or with a longer `--wait`; {WHY}"))
            }
        }
    }
}

/// What usually stands in the way where the landing zone's own settings are in place.
const WHY: &str = "one of five may be denied: reading (role), decrypting (key), writing (role, the copy's bucket policy), \
                   encrypting (the copy's key); look for policies of the organization that bind the role, and for \
                   `OperationFailedReplication` among the bucket's events";

fn under(copy: &Seen, to: &End) -> Finding {
    match &copy.key {
        Some(key) if *key == to.key => Finding::new("key", Verdict::Fine, format!("the copy is under {key}")),
        other => {
            let other = other.as_deref().unwrap_or("no key");
            Finding::new("key", Verdict::Wrong, format!("the copy is under {other}, not {}", to.key))
                .hint("`landfall plan` shows what the rule has become")
        }
    }
}

fn locked(check: &'static str, copy: &Seen) -> Finding {
    match &copy.locked_until {
        Some(until) => Finding::new(check, Verdict::Fine, format!("the copy is locked until {until}")),
        None => Finding::new(check, Verdict::Wrong, "the copy is not locked")
            .hint("`landfall plan` shows what became of the lock of the other bucket"),
    }
}

/// What becomes of the probe.
fn left(seen: &Seen, name: &str) -> Finding {
    let text = match &seen.locked_until {
        Some(until) => {
            format!("{name} stays until its lock ends ({until}), a few bytes; nothing shortens a lock")
        }
        None => format!("{name} was not locked, and was deleted again"),
    };
    let verdict = if seen.locked_until.is_some() { Verdict::Fine } else { Verdict::Wrong };
    Finding::new("probe", verdict, text)
}

/// What was there before it was copied never is.
fn before((looked, without): (usize, usize), endpoint: Option<&str>) -> Option<Finding> {
    if without == 0 || endpoint.is_some() {
        return None;
    }
    let text = format!(
        "{without} of the {} looked at have no copy: they were there before copying began, and S3 copies none of those",
        plural(looked, "older object")
    );
    Some(Finding::new("before", Verdict::Unknown, text).hint(
        "S3 Batch Replication copies them: \
         https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html",
    ))
}
