//! `organizations/unit`: organizational units.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;

use super::{Parent, answers};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{
            ADDRESS_TAG, Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Tags, Timing,
            Wanted,
        },
    },
};

/// An organizational unit.
pub struct Unit;

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// What AWS calls it: the last part of its path.
    pub name: String,
    /// What it lies in. AWS can't move units.
    pub parent: Parent,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    /// `ou-…`.
    pub id: String,
    /// What AWS calls it.
    pub name: String,
    /// The id of what it lies in.
    pub parent: String,
}

/// What others refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs {
    /// `ou-…`.
    pub id: String,
}

/// AWS holds names unique among the units of one parent.
fn key(parent: &str, name: &str) -> String {
    format!("{parent}/{name}")
}

/// Under what the id of the unit with an address is remembered.
fn note(address: &str) -> String {
    format!("unit: {address}")
}

/// The units that are wanted, where nothing else is looked at and each can be told by its key, or by what its tags
/// were: units don't move, so that each lies where it is wanted.
async fn few(at: &At<'_>, wanted: &[Wanted<'_, Unit>]) -> Result<Option<Vec<Live>>> {
    // What is read first is read in full: what its tags tell comes before what its name tells.
    let unread = wanted.iter().filter(|it| answers::is_new(at, it.address)).count();
    if unread > 0 || at.others == Others::Told {
        return Ok(None);
    }
    let parents: BTreeSet<_> = wanted.iter().filter_map(|it| it.spec.parent.id(&it.env).known()).collect();
    let units = try_join_all(parents.iter().map(|parent| answers::children(at, parent))).await?;
    let units: Vec<Live> = units.into_iter().flatten().collect();
    let mut few: BTreeMap<String, Live> = BTreeMap::new();
    for it in wanted {
        let (known, wants) = (at.cloud().recall(&note(&it.address.to_string())), Unit::key(it).known());
        let is_it =
            |unit: &&Live| Some(&unit.id) == known.as_ref() || Some(key(&unit.parent, &unit.name)) == wants;
        let mine: Vec<_> = units.iter().filter(is_it).collect();
        few.extend(mine.into_iter().map(|unit| (unit.id.clone(), unit.clone())));
    }
    Ok(Some(few.into_values().collect()))
}

impl Kind for Unit {
    const NAME: &'static str = "organizations/unit";
    const ABOUT: &'static str = "An organizational unit.";
    const SCOPE: Scope = Scope::Organization;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const MOVES: bool = true;
    const IMMUTABLE: &'static [&'static str] = &["parent"];
    const READ_AFTER: &'static [&'static str] = &["organizations/organization"];
    const ACTIONS: Actions = Actions {
        read: &[
            "organizations:ListRoots",
            "organizations:ListOrganizationalUnitsForParent",
            "organizations:ListTagsForResource",
        ],
        create: &["organizations:CreateOrganizationalUnit", "organizations:TagResource"],
        update: &[
            "organizations:UpdateOrganizationalUnit",
            "organizations:TagResource",
            "organizations:UntagResource",
        ],
        delete: &["organizations:DeleteOrganizationalUnit"],
    };
    const TIMING: Timing = answers::FIRST;

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.spec.parent.id(&it.env).map(|parent| key(&parent, &it.spec.name))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, parent } = spec;
        Doc::new().with("name", name.as_str()).with("parent", parent.id_field(env))
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, name, parent } = live;
        Doc::new().with("name", name.as_str()).with("parent", parent.as_str())
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let units = match few(at, wanted).await? {
            Some(few) => few,
            None => Vec::clone(&*answers::units(at).await?),
        };
        let tags = try_join_all(units.iter().map(|unit| answers::tags(at, &unit.id))).await?;
        for (unit, tags) in units.iter().zip(&tags).filter(|(_, tags)| answers::is_ours(at, tags)) {
            if let Some(address) = tags.get(ADDRESS_TAG) {
                at.cloud().remember(note(at.means(address)), unit.id.clone());
            }
        }
        let found = units.into_iter().zip(tags).map(|(live, tags)| Found {
            key: key(&live.parent, &live.name),
            label: live.name.clone(),
            owner: Owner::Tags(Tags::clone(&tags)),
            live,
        });
        Ok(found.collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        if at.others == Others::Passed {
            return Ok(None);
        }
        Ok(Some(answers::units(at).await?.len()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let client = at.organizations().await?;
        let create = client
            .create_organizational_unit()
            .parent_id(it.spec.parent.id(&it.env).now()?)
            .name(&it.spec.name)
            .set_tags(Some(answers::sdk_tags(it.tags)?));
        aws::call(at, "CreateOrganizationalUnit", create.send()).await.map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let client = at.organizations().await?;
        let update = client.update_organizational_unit().organizational_unit_id(&live.id).name(&it.spec.name);
        aws::call(at, "UpdateOrganizationalUnit", update.send()).await.map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let client = at.organizations().await?;
        let delete = client.delete_organizational_unit().organizational_unit_id(&live.id);
        let answer = aws::call(at, "DeleteOrganizationalUnit", delete.send()).await;
        aws::unless(answer, &["OrganizationalUnitNotFoundException"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        answers::retag(at, &live.id, tags).await
    }
}
