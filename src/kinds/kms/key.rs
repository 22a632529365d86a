//! `kms/key`: a key, or the primary of a multi-Region key.

use std::collections::BTreeSet;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    AT_ONCE, edit,
    held::{Held, is_going},
    inventory::inventory,
    search::{Candidate, Second, Sort, Sought, search},
    strangers::{disable, strangers, there},
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Value},
        error::{Class, Error, Result},
        kind::{Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Wanted},
    },
    kinds::template::Template,
    names::Region,
};

/// A [customer managed key][key] for symmetric encryption: its policy, its rotation, and whether it may have
/// [replicas][multi] in other Regions.
///
/// Scheduling its deletion, by whomever, is drift as long as it is wanted: deletion is cancelled, never answered with
/// a second key, for only the first can read what it has encrypted.
///
/// [key]: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#customer-cmk
/// [multi]: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
pub struct Key;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The alias that points to it, by which it is found if its tags are lost: `alias/acme/logs`.
    pub alias: String,
    /// The alias that it had under the name that it moved from, if that is another: as good as the wanted one.
    pub former: Option<String>,
    /// What people read about it; 8,192 characters at most.
    pub description: String,
    /// Who may do what with it; 32 KB at most.
    pub policy: Template,
    /// After how many days AWS makes new key material each time, 90 to 2,560. What older material has encrypted stays
    /// readable.
    pub rotation: u32,
    /// Whether it may have replicas. AWS can't change that later.
    pub multi_region: bool,
    /// The Regions in which it is to have replicas, which are nodes of their own. One that somebody else has made
    /// elsewhere is drift, and taken out of use.
    pub replicas: BTreeSet<Region>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    held: Held,
    /// Where it is.
    region: Option<Region>,
    /// Its rotation period in days, if it is rotated.
    rotation: Option<i32>,
    /// Regions with replicas of somebody else's making.
    strangers: Vec<Region>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id, such as `1234abcd-12ab-34cd-56ef-1234567890ab`, or `mrk-…` if it is multi-Region.
    pub id: String,
    /// Its ARN.
    pub arn: String,
}

impl Kind for Key {
    const NAME: &'static str = "kms/key";
    const ABOUT: &'static str = "A customer managed key for symmetric encryption: its policy, its rotation, and whether it may have replicas.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Listed;
    /// Its policy names who uses it; it is there for what they have encrypted, also without them.
    const HOLDS_WHAT_IT_NEEDS: bool = false;
    const KEPT: Option<&'static str> = Some("until then what it has encrypted stays readable");
    const MOVES: bool = true;
    const IMMUTABLE: &'static [&'static str] = &["multi_region", "spec"];
    const WAY_OUT: &'static str = "write the old value back; or state a new key under another name, move what uses the \
                                   old one to it, and keep the old one: only it can read what it has encrypted";
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &[
            "kms:ListKeys",
            "kms:ListAliases",
            "kms:ListResourceTags",
            "kms:DescribeKey",
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
        ],
        // A multi-Region key needs the service-linked role that keeps its replicas alike.
        // <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-auth-slr.html>
        create: &["kms:CreateKey", "kms:TagResource", "kms:EnableKeyRotation", "iam:CreateServiceLinkedRole"],
        update: &[
            "kms:CancelKeyDeletion",
            "kms:PutKeyPolicy",
            "kms:EnableKey",
            "kms:UpdateKeyDescription",
            "kms:EnableKeyRotation",
            "kms:UpdatePrimaryRegion",
            "kms:DisableKey",
            "kms:TagResource",
            "kms:UntagResource",
        ],
        delete: &["kms:DescribeKey", "kms:ScheduleKeyDeletion"],
    };
    const CALLS: Calls = Calls { create: 1, each: &["rotation_days"] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.alias.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { alias: _, former: _, description, policy, rotation, multi_region, replicas: _ } = spec;
        let mut doc = Doc::new()
            .with("description", description.as_str())
            .with("enabled", true)
            .with("multi_region", *multi_region)
            .with("rotation_days", *rotation);
        doc.extend(policy.fields("policy", env));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { held, region: _, rotation, strangers } = live;
        let rotation = rotation.map_or_else(|| "off".into(), Field::from);
        let mut doc = held.doc().with("multi_region", held.multi_region).with("rotation_days", rotation);
        doc.extend(
            strangers
                .iter()
                .map(|region| (format!("replicas[{region}]"), "of somebody else's making".into())),
        );
        doc.with_some("primary_region", live.primary_elsewhere().map(Region::as_str))
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.held.id.clone(), arn: live.held.arn.clone() }
    }

    fn state(live: &Live) -> State {
        live.held.state.clone()
    }

    fn is_going(live: &Live) -> bool {
        live.held.deletion.is_some()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let sought = |it: &Wanted<'_, Self>| Sought {
            address: it.address.to_string(),
            second: Second::Aliases([&it.spec.alias].into_iter().chain(&it.spec.former).cloned().collect()),
        };
        let sought: Vec<_> = wanted.iter().map(sought).collect();
        let inventory = inventory(at).await?;
        let candidates = search(at, &inventory, Sort::Key, &sought).await?.into_iter();
        let candidates = candidates.map(|candidate| {
            let mut same = sought.iter().zip(wanted).filter(|(one, _)| one.is(&candidate));
            let replicas = same.next().map(|(_, it)| it.spec.replicas.clone());
            (second(&candidate, &sought), candidate, replicas)
        });
        let candidates: Vec<_> = candidates.collect();
        let found =
            stream::iter(candidates).map(|(key, candidate, replicas)| found(at, key, candidate, replicas));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(inventory(at).await?.keys.len()))
    }

    /// AWS knows [no token][create] by which it would know the same call again; `BypassPolicyLockoutSafetyCheck` is
    /// never set.
    ///
    /// [create]: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { alias: _, former: _, description, policy, rotation, multi_region, replicas: _ } = it.spec;
        let request =
            at.careful().kms().await?.create_key().description(description).multi_region(*multi_region);
        let request = request.policy(policy.resolve(&it.env).now()?).set_tags(Some(edit::sdk_tags(it.tags)?));
        let made = aws::call(at, "CreateKey", request.send()).await?;
        if let Some(key) = made.key_metadata {
            // The key is made: a failure here must not make another. What is missing is seen and sent as an update.
            drop(rotate(at, &key.key_id, *rotation).await);
        }
        Ok(())
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let Spec { alias: _, former: _, description, policy, rotation, multi_region: _, replicas: _ } =
            it.spec;
        if let Some(elsewhere) = live.primary_elsewhere() {
            return bring_home(at, &live.held.id, elsewhere).await;
        }
        edit::update(at, &live.held, (description, policy), &it.env, changes).await?;
        if edit::differs(changes, "rotation_days") {
            rotate(at, &live.held.id, *rotation).await?;
        }
        for region in &live.strangers {
            disable(at, &live.held.id, *region).await?;
        }
        Ok(())
    }

    /// Not before its replicas: as long as one is used, AWS would keep the primary out of use and never delete it.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        for region in live.held.replicas.iter().filter_map(|region| region.parse().ok()) {
            replica_is_going(at, &live.held.id, region).await?;
        }
        edit::delete(at, &live.held.id).await
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        edit::retag(at, &live.held, tags).await
    }
}

impl Live {
    /// The Region of its primary where that is another: somebody has made this one a replica.
    fn primary_elsewhere(&self) -> Option<Region> {
        let primary = self.held.primary_region.as_ref()?.parse().ok()?;
        (self.region != Some(primary)).then_some(primary)
    }
}

/// A key as it is found by `key`; `replicas` are those that are wanted, if it is.
async fn found(
    at: &At<'_>,
    key: String,
    candidate: Candidate,
    replicas: Option<BTreeSet<Region>>,
) -> Result<Option<Found<Live>>> {
    let Some(held) = Held::read(at, &candidate).await? else { return Ok(None) };
    let rotation = rotation(at, &held.id).await?;
    let strangers = match replicas {
        Some(replicas) => strangers(at, &held, &replicas).await?,
        None => Vec::new(),
    };
    let live = Live { held, region: at.place.region, rotation, strangers };
    let tags = candidate.entry.tags.unwrap_or_default();
    Ok(Some(Found { key, label: live.held.id.clone(), owner: Owner::Tags(tags), live }))
}

/// Its alias: of several the one that is wanted, which also stands for the one before. A key without any is found by
/// nothing but its tags.
fn second(candidate: &Candidate, sought: &[Sought]) -> String {
    let entry = &candidate.entry;
    let wanted = sought.iter().filter(|one| one.is_called(entry)).find_map(|one| match &one.second {
        Second::Aliases(aliases) => aliases.first(),
        Second::Id(_) => None,
    });
    wanted.or(entry.aliases.first()).unwrap_or(&entry.id).clone()
}

/// The period that AWS takes where none was asked for.
const YEAR: i32 = 365;

/// The rotation period; nothing where AWS does not rotate, be it that it [can't][rotation].
///
/// [rotation]: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
async fn rotation(at: &At<'_>, id: &str) -> Result<Option<i32>> {
    let request = at.kms().await?.get_key_rotation_status().key_id(id);
    let status = aws::call(at, "GetKeyRotationStatus", request.send()).await;
    let none = ["NotFoundException", "UnsupportedOperationException", "KMSInvalidStateException"];
    let status = aws::unless(status, &none)?;
    let status = status.filter(|status| status.key_rotation_enabled);
    Ok(status.map(|status| status.rotation_period_in_days.unwrap_or(YEAR)))
}

/// Switches rotation on, or changes its period: [one call][enable] does both.
///
/// [enable]: https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
async fn rotate(at: &At<'_>, id: &str, days: u32) -> Result<()> {
    let days =
        i32::try_from(days).map_err(|error| Error::new(Class::Final, "read a period").source(error))?;
    let request = at.kms().await?.enable_key_rotation().key_id(id).rotation_period_in_days(days);
    aws::seen(aws::call(at, "EnableKeyRotation", request.send()).await).map(drop)
}

/// An error if a replica is there and nobody has scheduled its deletion.
async fn replica_is_going(at: &At<'_>, id: &str, region: Region) -> Result<()> {
    let place = there(at, region);
    let there = at.elsewhere(&place);
    let answer = aws::call(&there, "DescribeKey", there.kms().await?.describe_key().key_id(id).send()).await;
    let metadata = aws::unless(answer, &["NotFoundException"])?.and_then(|answer| answer.key_metadata);
    match metadata {
        Some(metadata) if !is_going(&metadata) => {
            let what = format!("its replica in {region} is still there");
            Err(Error::new(Class::Final, what).hint("list the replica in `[removed]` too"))
        }
        _ => Ok(()),
    }
}

/// Makes this Region the primary again; asked [where the primary is][update]. All else follows once AWS is done.
///
/// [update]: https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdatePrimaryRegion.html
async fn bring_home(at: &At<'_>, id: &str, elsewhere: Region) -> Result<()> {
    let Some(home) = at.place.region else { return Ok(()) };
    let place = there(at, elsewhere);
    let there = at.elsewhere(&place);
    let request = there.kms().await?.update_primary_region().key_id(id).primary_region(home.as_str());
    aws::call(&there, "UpdatePrimaryRegion", request.send()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws_sdk_kms::types::KeyMetadata;

    use super::*;
    use crate::kinds::kms::inventory::Entry;

    fn alias(name: &str) -> Sought {
        Sought {
            address: String::new(),
            second: Second::Aliases(vec![name.to_owned(), "alias/before".into()]),
        }
    }

    #[test]
    fn of_several_aliases_the_wanted_one_counts() {
        let named = |aliases: &[&str]| {
            let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
            let metadata = KeyMetadata::builder().key_id("k").build().expect("it has an id");
            let entry = Entry { id: "k".into(), aliases, tags: Ok([].into()) };
            let candidate = Candidate { entry, metadata: Arc::new(metadata), address: None };
            second(&candidate, &[alias("alias/acme/data")])
        };
        assert_eq!(named(&["alias/a", "alias/acme/data"]), "alias/acme/data");
        assert_eq!(named(&["alias/a", "alias/b"]), "alias/a");
        assert_eq!(named(&["alias/a", "alias/before"]), "alias/acme/data");
        assert_eq!(named(&[]), "k");
    }

    #[test]
    fn a_primary_elsewhere_is_a_difference() {
        let live = |primary: Option<&str>| {
            let metadata = KeyMetadata::builder().key_id("k").build().expect("it has an id");
            let mut held = Held::of(&metadata, String::new());
            held.primary_region = primary.map(str::to_owned);
            Live { held, region: "ap-southeast-2".parse().ok(), rotation: Some(365), strangers: Vec::new() }
        };
        assert!(Key::observed(&live(None)).get("primary_region").is_none());
        assert!(Key::observed(&live(Some("ap-southeast-2"))).get("primary_region").is_none());
        assert_eq!(Key::observed(&live(Some("us-west-2"))).get("primary_region"), Some(&"us-west-2".into()));
    }
}
