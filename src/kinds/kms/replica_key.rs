//! `kms/replica-key`: a multi-Region key's replica in another Region of the same account.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    AT_ONCE, Key, edit,
    held::Held,
    inventory::inventory,
    search::{Candidate, Second, Sort, Sought, search},
    strangers::there,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    kinds::template::Template,
    names::Region,
};

/// A [replica key][replica]: the same key material and id as its primary, with a policy, description and tags of its
/// own. Its rotation is the primary's.
///
/// [replica]: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html#mrk-sync-properties
pub struct ReplicaKey;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What it is a replica of.
    pub primary: Need<Key>,
    /// Where that is.
    pub primary_region: Region,
    /// What people read about it; 8,192 characters at most.
    pub description: String,
    /// Who may do what with it in this Region; 32 KB at most.
    pub policy: Template,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    held: Held,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id, `mrk-…`, which is the primary's.
    pub id: String,
    /// Its ARN.
    pub arn: String,
}

impl Kind for ReplicaKey {
    const NAME: &'static str = "kms/replica-key";
    const ABOUT: &'static str =
        "A replica of a key in another Region: the same key material, with a policy of its own.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Listed;
    /// Its policy names who uses it; it is there for what they have encrypted, also without them.
    const HOLDS_WHAT_IT_NEEDS: bool = false;
    const KEPT: Option<&'static str> = Some("until then what it has encrypted stays readable");
    const READ_AFTER: &'static [&'static str] = &["kms/key"];
    const ACTIONS: Actions = Actions {
        read: &[
            "kms:ListKeys",
            "kms:ListAliases",
            "kms:ListResourceTags",
            "kms:DescribeKey",
            "kms:GetKeyPolicy",
        ],
        // CreateKey is asked for in the replica's Region, ReplicateKey in the primary's.
        // <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-replicate.html#replica-region>
        create: &["kms:ReplicateKey", "kms:CreateKey", "kms:TagResource"],
        update: &[
            "kms:CancelKeyDeletion",
            "kms:PutKeyPolicy",
            "kms:EnableKey",
            "kms:UpdateKeyDescription",
            "kms:TagResource",
            "kms:UntagResource",
        ],
        delete: &["kms:ScheduleKeyDeletion"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(15),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html: a replica is `Creating` \
                 while key material is copied, usually for seconds",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    /// AWS allows one replica of a key in each Region, and it has the primary's id.
    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.primary).map(|primary| primary.id)
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { primary: _, primary_region, description, policy } = spec;
        let mut doc = Doc::new()
            .with("description", description.as_str())
            .with("enabled", true)
            .with("primary_region", primary_region.as_str());
        doc.extend(policy.fields("policy", env));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { held } = live;
        held.doc().with_some("primary_region", held.primary_region.as_deref())
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
            second: Second::Id(Self::key(it).known()),
        };
        let sought: Vec<_> = wanted.iter().map(sought).collect();
        let inventory = inventory(at).await?;
        let candidates = search(at, &inventory, Sort::Replica, &sought).await?;
        let found: Vec<_> = stream::iter(candidates)
            .map(|candidate| found(at, candidate))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Sent to the primary's Region. Tags and policy are the replica's own: [nothing is copied][replicate] but the key
    /// itself.
    ///
    /// [replicate]: https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { primary, primary_region, description, policy } = it.spec;
        let place = there(at, *primary_region);
        let there = at.elsewhere(&place);
        let request = there.kms().await?.replicate_key().key_id(it.env.get(primary).now()?.id);
        let request = request
            .set_replica_region(at.place.region.map(|region| region.to_string()))
            .description(description)
            .policy(policy.resolve(&it.env).now()?)
            .set_tags(Some(edit::sdk_tags(it.tags)?));
        let made = aws::call(&there, "ReplicateKey", request.send()).await;
        aws::seen(aws::unless(made, &["AlreadyExistsException"])).map(drop)
    }

    /// Which Region is the primary is put right by the primary's own step, which runs before.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let Spec { primary: _, primary_region: _, description, policy } = it.spec;
        edit::update(at, &live.held, (description, policy), &it.env, changes).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        edit::delete(at, &live.held.id).await
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        edit::retag(at, &live.held, tags).await
    }
}

async fn found(at: &At<'_>, candidate: Candidate) -> Result<Option<Found<Live>>> {
    let Some(held) = Held::read(at, &candidate).await? else { return Ok(None) };
    let (key, label) = (held.id.clone(), held.id.clone());
    let tags = candidate.entry.tags.unwrap_or_default();
    Ok(Some(Found { key, label, owner: Owner::Tags(tags), live: Live { held } }))
}
