//! Which of a Region's keys a kind has to look at: ours by their tags, and those that are wanted by their second
//! identity.

use std::sync::Arc;

use aws_sdk_kms::types::{KeyManagerType, KeyMetadata, KeyState, MultiRegionKeyType};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    AT_ONCE,
    inventory::{Entry, Inventory},
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::{Class, Error, Result},
    },
};

/// By what a key is found whose tags are gone.
#[derive(Clone, Debug)]
pub(super) enum Second {
    /// An alias that points to it.
    Alias(String),
    /// Its id, which it shares with its primary; unknown while that is not made.
    Id(Option<String>),
}

/// A key that is wanted.
#[derive(Clone, Debug)]
pub(super) struct Sought {
    /// Its address.
    pub address: String,
    /// Its second identity.
    pub second: Second,
}

impl Sought {
    fn is_called(&self, entry: &Entry) -> bool {
        match &self.second {
            Second::Alias(alias) => entry.aliases.contains(alias),
            Second::Id(id) => id.as_ref() == Some(&entry.id),
        }
    }

    fn is(&self, organization: &str, entry: &Entry) -> bool {
        entry.address(organization) == Some(&self.address) || self.is_called(entry)
    }

    /// Whether a key that keeps its tags from us may be this one. One that somebody else has named is somebody else's.
    fn may_be(&self, entry: &Entry) -> bool {
        let nameless = matches!(self.second, Second::Alias(_)) && entry.aliases.is_empty();
        self.is_called(entry) || nameless
    }
}

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// `kms/key`.
    Key,
    /// `kms/replica-key`.
    Replica,
}

/// A key that has to be looked at.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub entry: Entry,
    pub metadata: Arc<KeyMetadata>,
}

impl Candidate {
    /// What kind of key it is. By its address where it has one: [another Region can be made the primary][update], and
    /// must not turn our key into a replica that nobody wants.
    ///
    /// [update]: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-update.html
    fn sort(&self, organization: &str) -> Sort {
        match self.entry.address(organization).and_then(|address| address.split('/').nth(3)) {
            Some("key") => Sort::Key,
            Some("replica-key") => Sort::Replica,
            _ => {
                let regions = self.metadata.multi_region_configuration.as_ref();
                match regions.and_then(|regions| regions.multi_region_key_type.as_ref()) {
                    Some(MultiRegionKeyType::Replica) => Sort::Replica,
                    _ => Sort::Key,
                }
            }
        }
    }

    /// Whether it is going: AWS deletes it, at once or after its replicas, unless that is cancelled.
    fn is_going(&self) -> bool {
        let state = self.metadata.key_state.as_ref();
        matches!(state, Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion))
    }
}

/// Every key of a sort that is ours or wanted.
///
/// What is going is gone, unless it is wanted and nothing stands in its place: then it is shown, so that its deletion
/// is cancelled. A second key would leave what the first has encrypted unreadable.
pub(super) async fn search(
    at: &At<'_>,
    inventory: &Inventory,
    sort: Sort,
    sought: &[Sought],
) -> Result<Vec<Candidate>> {
    let organization = at.organization;
    let is_wanted =
        |entry: &&Entry| entry.is_ours(organization) || sought.iter().any(|sought| sought.is_called(entry));
    let readable = inventory.keys.iter().filter(|entry| entry.tags.is_ok());
    let wanted: Vec<_> = readable.filter(is_wanted).cloned().collect();
    let described = stream::iter(wanted).map(|entry| describe(at, entry)).buffered(AT_ONCE);
    let candidates: Vec<_> = described.try_collect().await?;
    let candidates = candidates.into_iter().flatten();
    let candidates: Vec<_> = candidates.filter(|candidate| candidate.sort(organization) == sort).collect();
    nothing_hidden(organization, inventory, sought, &candidates)?;
    Ok(standing(organization, sought, candidates))
}

/// A key with what `DescribeKey` says; nothing if it is gone meanwhile, or AWS's.
async fn describe(at: &At<'_>, entry: Entry) -> Result<Option<Candidate>> {
    const OPERATION: &str = "DescribeKey";
    let metadata = at.once("kms", OPERATION, &entry.id, || async {
        let answer =
            aws::call(at, OPERATION, at.kms().await?.describe_key().key_id(&entry.id).send()).await?;
        answer.key_metadata.ok_or_else(|| Error::new(Class::Unknown, "AWS describes no key"))
    });
    let metadata = aws::unless(metadata.await, &["NotFoundException"])?;
    let metadata = metadata.filter(|metadata| metadata.key_manager != Some(KeyManagerType::Aws));
    Ok(metadata.map(|metadata| Candidate { entry, metadata }))
}

/// An error if a wanted key was not found while one that keeps its tags from us may be it: a second key would be made.
fn nothing_hidden(
    organization: &str,
    inventory: &Inventory,
    sought: &[Sought],
    candidates: &[Candidate],
) -> Result<()> {
    let is_found = |sought: &&Sought| candidates.iter().any(|found| sought.is(organization, &found.entry));
    for missing in sought.iter().filter(|sought| !is_found(sought)) {
        for entry in inventory.keys.iter().filter(|entry| missing.may_be(entry)) {
            let Err(why) = &entry.tags else { continue };
            let what = format!("tell whether key `{}` is `{}`", entry.id, missing.address);
            return Err(Error::new(why.class, what).source(Arc::clone(why)).hint(
                "its policy keeps its tags from landfall: let whoever may change that policy allow \
                 kms:ListResourceTags, or give the key an alias if it is somebody else's",
            ));
        }
    }
    Ok(())
}

fn standing(organization: &str, sought: &[Sought], candidates: Vec<Candidate>) -> Vec<Candidate> {
    let stands = |sought: &Sought| {
        candidates.iter().any(|other| !other.is_going() && sought.is(organization, &other.entry))
    };
    let is_missed = |going: &Candidate| {
        let mut same = sought.iter().filter(|sought| sought.is(organization, &going.entry));
        same.any(|sought| !stands(sought))
    };
    let keeps: Vec<_> = candidates.iter().map(|one| !one.is_going() || is_missed(one)).collect();
    candidates.into_iter().zip(keeps).filter(|(_, keeps)| *keeps).map(|(one, _)| one).collect()
}
