//! Which of a Region's keys a kind has to look at: ours by their tags, and those that are wanted by their second
//! identity.

use std::sync::Arc;

use aws_sdk_kms::types::{KeyManagerType, KeyMetadata, MultiRegionKeyType};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    AT_ONCE,
    held::is_going,
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
    /// An alias that points to it: the one that is wanted, or else one that it had before.
    Aliases(Vec<String>),
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
    /// Whether a key is this one by its second identity.
    pub(super) fn is_called(&self, entry: &Entry) -> bool {
        match &self.second {
            Second::Aliases(aliases) => aliases.iter().any(|alias| entry.aliases.contains(alias)),
            Second::Id(id) => id.as_ref() == Some(&entry.id),
        }
    }

    /// Whether a key is this one, by its tags or its second identity.
    pub(super) fn is(&self, candidate: &Candidate) -> bool {
        candidate.address.as_ref() == Some(&self.address) || self.is_called(&candidate.entry)
    }

    /// Whether a key that keeps its tags from us may be this one. One that somebody else has named is somebody else's.
    fn may_be(&self, entry: &Entry) -> bool {
        let nameless = matches!(self.second, Second::Aliases(_)) && entry.aliases.is_empty();
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
    /// The address that its tags mean, if they are ours.
    pub address: Option<String>,
}

impl Candidate {
    /// What kind of key it is. By its address where it has one: [another Region can be made the primary][update], and
    /// must not turn our key into a replica that nobody wants.
    ///
    /// [update]: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-update.html
    fn sort(&self) -> Sort {
        match self.address.as_ref().and_then(|address| address.split('/').nth(3)) {
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

    fn is_going(&self) -> bool {
        is_going(&self.metadata)
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
    let candidates: Vec<_> = candidates.filter(|candidate| candidate.sort() == sort).collect();
    nothing_hidden(inventory, sought, &candidates)?;
    Ok(standing(sought, candidates))
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
    let address = entry.address(at.organization).map(|address| at.means(address).to_owned());
    Ok(metadata.map(|metadata| Candidate { entry, metadata, address }))
}

/// An error if a wanted key was not found while one that keeps its tags from us may be it: a second key would be made.
fn nothing_hidden(inventory: &Inventory, sought: &[Sought], candidates: &[Candidate]) -> Result<()> {
    let is_found = |sought: &&Sought| candidates.iter().any(|found| sought.is(found));
    for missing in sought.iter().filter(|sought| !is_found(sought)) {
        for entry in inventory.keys.iter().filter(|entry| missing.may_be(entry)) {
            let Err(why) = &entry.tags else { continue };
            let what = format!("tell whether key `{}` is `{}`", entry.id, missing.address);
            let mut error = Error::new(why.class, what).source(Arc::clone(why)).hint(
                "its policy keeps its tags from landfall: let whoever may change that policy allow \
                 kms:ListResourceTags, or give the key an alias if it is somebody else's",
            );
            error.facts.clone_from(&why.facts);
            return Err(error);
        }
    }
    Ok(())
}

fn standing(sought: &[Sought], candidates: Vec<Candidate>) -> Vec<Candidate> {
    let stands = |sought: &Sought| candidates.iter().any(|other| !other.is_going() && sought.is(other));
    let is_missed = |going: &Candidate| sought.iter().any(|sought| sought.is(going) && !stands(sought));
    let keeps: Vec<_> = candidates.iter().map(|one| !one.is_going() || is_missed(one)).collect();
    candidates.into_iter().zip(keeps).filter(|(_, keeps)| *keeps).map(|(one, _)| one).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::types::{KeyState, MultiRegionConfiguration};

    use super::*;
    use crate::engine::kind::{ADDRESS_TAG, ORGANIZATION_TAG, Tags};

    const LOGS: &str = "logging/ap-southeast-2/kms/key/logs";

    fn tags(address: &str) -> Tags {
        [(ORGANIZATION_TAG, "acme"), (ADDRESS_TAG, address)]
            .map(|(key, value)| (key.into(), value.into()))
            .into()
    }

    fn entry(id: &str, aliases: &[&str], tags: Tags) -> Entry {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        Entry { id: id.to_owned(), aliases, tags: Ok(tags) }
    }

    fn hidden(id: &str, aliases: &[&str]) -> Entry {
        let denied = Arc::new(Error::new(Class::Denied, "call ListResourceTags"));
        Entry { tags: Err(denied), ..entry(id, aliases, Tags::new()) }
    }

    fn candidate(entry: Entry, state: KeyState, kind: Option<MultiRegionKeyType>) -> Candidate {
        let regions = MultiRegionConfiguration::builder().set_multi_region_key_type(kind).build();
        let metadata =
            KeyMetadata::builder().key_id(&entry.id).key_state(state).multi_region_configuration(regions);
        let address = entry.address("acme").map(str::to_owned);
        Candidate { entry, metadata: Arc::new(metadata.build().expect("it has an id")), address }
    }

    fn sought() -> Sought {
        Sought { address: LOGS.to_owned(), second: Second::Aliases(vec!["alias/acme/logs".to_owned()]) }
    }

    fn left(candidates: Vec<Candidate>, sought: &[Sought]) -> Vec<String> {
        standing(sought, candidates).into_iter().map(|one| one.entry.id).collect()
    }

    #[test]
    fn what_is_going_is_gone_unless_it_is_missed() {
        let going = || candidate(entry("old", &[], tags(LOGS)), KeyState::PendingDeletion, None);
        let stands = candidate(entry("new", &[], tags(LOGS)), KeyState::Enabled, None);
        assert_eq!(left(vec![going(), stands], &[sought()]), ["new"]);
        assert_eq!(left(vec![going()], &[sought()]), ["old"]);
        assert!(left(vec![going()], &[]).is_empty());
        let named = entry("named", &["alias/acme/logs"], Tags::new());
        let named = candidate(named, KeyState::PendingReplicaDeletion, None);
        assert_eq!(left(vec![named], &[sought()]), ["named"]);
        let disabled = candidate(entry("off", &[], tags(LOGS)), KeyState::Disabled, None);
        assert_eq!(left(vec![disabled], &[]), ["off"]);
    }

    #[test]
    fn tags_say_what_kind_of_key_it_is_and_then_aws() {
        let sort = |tags: Tags, kind| candidate(entry("k", &[], tags), KeyState::Enabled, kind).sort();
        let replica = || Some(MultiRegionKeyType::Replica);
        assert_eq!(sort(tags(LOGS), replica()), Sort::Key);
        assert_eq!(sort(tags("logging/us-west-2/kms/replica-key/logs"), None), Sort::Replica);
        assert_eq!(sort(Tags::new(), replica()), Sort::Replica);
        assert_eq!(sort(Tags::new(), Some(MultiRegionKeyType::Primary)), Sort::Key);
    }

    #[test]
    fn a_key_that_may_be_ours_is_not_taken_for_none() {
        let search = |entries: Vec<Entry>, found: &[Candidate], sought: Sought| {
            let inventory = Inventory { keys: entries, ..Inventory::default() };
            nothing_hidden(&inventory, &[sought], found)
        };
        let (nameless, named) = (|| hidden("k", &[]), || hidden("k", &["alias/theirs"]));
        let denied = search(vec![nameless()], &[], sought()).expect_err("it may be ours");
        assert_eq!(denied.class, Class::Denied);
        assert!(search(vec![named()], &[], sought()).is_ok());
        assert!(search(vec![hidden("k", &["alias/acme/logs"])], &[], sought()).is_err());
        let found = candidate(entry("ours", &[], tags(LOGS)), KeyState::Enabled, None);
        assert!(search(vec![nameless()], &[found], sought()).is_ok());
        let replica = |id: &str| Sought { second: Second::Id(Some(id.to_owned())), ..sought() };
        assert!(search(vec![nameless()], &[], replica("mrk-1")).is_ok());
        assert!(search(vec![nameless()], &[], replica("k")).is_err());
    }
}
