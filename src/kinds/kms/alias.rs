//! `kms/alias`: a name for a key, in one Region.

use super::{
    Key, ReplicaKey,
    inventory::{Inventory, inventory},
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field, Spelled},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// An [alias][alias]. What it points to is its filling: re-pointing is an update, so that the name never resolves to
/// nothing.
///
/// [alias]: https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html
pub struct Alias;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The whole name: `alias/acme/logs`.
    pub name: String,
    /// What it points to, in its own Region.
    pub target: KeyNeed,
}

/// A key of either kind.
#[derive(Clone, Debug)]
pub enum KeyNeed {
    /// A key, or the primary of a multi-Region key.
    Primary(Need<Key>),
    /// A replica.
    Replica(Need<ReplicaKey>),
}

impl KeyNeed {
    /// The key's id.
    pub fn id(&self, env: &Env<'_>) -> Value<String> {
        match self {
            Self::Primary(key) => env.get(key).map(|key| key.id),
            Self::Replica(key) => env.get(key).map(|key| key.id),
        }
    }

    fn address(&self) -> &str {
        match self {
            Self::Primary(key) => key.address(),
            Self::Replica(key) => key.address(),
        }
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    name: String,
    /// The key's id.
    target: String,
    /// The key's address, if it is ours.
    address: Option<String>,
}

impl Kind for Alias {
    const NAME: &'static str = "kms/alias";
    const ABOUT: &'static str = "An alias: the name of a key in one Region.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Prune;
    const KEPT: Option<&'static str> = Some("until then whoever calls its key so goes on");
    const ACTIONS: Actions = Actions {
        read: &["kms:ListKeys", "kms:ListAliases", "kms:ListResourceTags"],
        create: &["kms:CreateAlias"],
        update: &["kms:UpdateAlias"],
        delete: &["kms:DeleteAlias"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name: _, target } = spec;
        let address = target.address();
        let field = match target.id(env) {
            Value::Known(id) => Field::Is(called(&id, Some(address))),
            unknown => Field::of(unknown, Some(address.into())),
        };
        Doc::new().with("target", field)
    }

    fn observed(live: &Live) -> Doc {
        let Live { name: _, target, address } = live;
        Doc::new().with("target", Field::Is(called(target, address.as_deref())))
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let inventory = inventory(at).await?;
        let wanted: Vec<_> = wanted.iter().map(|it| it.spec.name.as_str()).collect();
        Ok(found(&inventory, at.organization, &wanted))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let target = it.spec.target.id(&it.env).now()?;
        let request = at.kms().await?.create_alias().alias_name(&it.spec.name).target_key_id(target);
        let made = aws::call(at, "CreateAlias", request.send()).await;
        aws::seen(aws::unless(made, &["AlreadyExistsException"])).map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let target = it.spec.target.id(&it.env).now()?;
        let request = at.kms().await?.update_alias().alias_name(&live.name).target_key_id(target);
        aws::seen(aws::call(at, "UpdateAlias", request.send()).await).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.kms().await?.delete_alias().alias_name(&live.name);
        let gone = aws::call(at, "DeleteAlias", request.send()).await;
        aws::unless(gone, &["NotFoundException"]).map(drop)
    }
}

/// Equal if the ids are; people read which key that is.
fn called(id: &str, address: Option<&str>) -> Spelled {
    match address {
        Some(address) => Spelled::new(id.into(), format!("{id} ({address})").into()),
        None => id.into(),
    }
}

/// The wanted aliases, and those under our name: an alias of ours has our name in it and points to a key of ours.
fn found(inventory: &Inventory, organization: &str, wanted: &[&str]) -> Vec<Found<Live>> {
    let ours = format!("alias/{organization}/");
    let found = |(name, target): (&String, &String)| {
        let short = name.strip_prefix(&ours);
        if short.is_none() && !wanted.contains(&name.as_str()) {
            return None;
        }
        let key = inventory.keys.iter().find(|key| key.id == *target);
        let is_ours = short.is_some() && key.is_some_and(|key| key.is_ours(organization));
        let address = key.and_then(|key| key.address(organization)).map(str::to_owned);
        Some(Found {
            key: name.clone(),
            label: short.unwrap_or(name).to_owned(),
            owner: Owner::Ends { ours: is_ours },
            live: Live { name: name.clone(), target: target.clone(), address },
        })
    };
    inventory.aliases.iter().filter_map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::kind::{ADDRESS_TAG, ORGANIZATION_TAG},
        kinds::kms::inventory::Entry,
    };

    const DATA: &str = "prod/ap-southeast-2/kms/key/data";

    fn inventory(aliases: &[(&str, &str)]) -> Inventory {
        let tags = [(ORGANIZATION_TAG, "acme"), (ADDRESS_TAG, DATA)];
        let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let ours = Entry { id: "k-1".into(), aliases: Vec::new(), tags: Ok(tags) };
        let theirs = Entry { id: "k-2".into(), tags: Ok([].into()), ..ours.clone() };
        let aliases = aliases.iter().map(|(name, key)| ((*name).to_owned(), (*key).to_owned()));
        Inventory { keys: vec![ours, theirs], aliases: aliases.collect() }
    }

    #[test]
    fn ours_are_under_our_name_and_point_to_our_keys() {
        let aliases =
            [("alias/acme/a", "k-1"), ("alias/acme/b", "k-2"), ("alias/c", "k-1"), ("alias/d", "k-1")];
        let found = found(&inventory(&aliases), "acme", &["alias/d"]);
        let found: Vec<_> =
            found.iter().map(|one| (one.label.as_str(), one.owner == Owner::Ends { ours: true })).collect();
        assert_eq!(found, [("a", true), ("b", false), ("alias/d", false)]);
    }

    #[test]
    fn targets_are_compared_by_id_and_shown_with_what_they_are() {
        let target = |key: &str| {
            let mut found = found(&inventory(&[("alias/acme/a", key)]), "acme", &[]);
            let doc = Alias::observed(&found.remove(0).live);
            match doc.get("target") {
                Some(Field::Is(value)) => (value.compared().clone(), value.shown().clone()),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(target("k-1"), ("k-1".into(), format!("k-1 ({DATA})").into()));
        assert_eq!(target("k-2"), ("k-2".into(), "k-2".into()));
    }
}
