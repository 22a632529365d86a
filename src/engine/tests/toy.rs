//! Kinds of every identity, told apart by a number, since constants are all in which they differ.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::Value as Json;

use super::cloud::{Cloud, Do, Item};
use crate::engine::{
    at::At,
    doc::{Change, Doc, Field},
    env::{Env, Text, Value},
    erased::Of,
    error::{Class, Error, Result},
    graph::{Needs, Ref},
    kind::{
        Actions, Calls, CountsAs, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing,
        Wanted,
    },
    world::Registry,
};

/// What a toy kind is like.
struct Traits {
    name: &'static str,
    scope: Scope,
    identity: Identity,
    removal: Removal,
    removed_first: bool,
    /// What is typical, in seconds; a toy takes no time.
    typical: u64,
    deadline: Duration,
}

const fn traits(name: &'static str, scope: Scope, identity: Identity, removal: Removal) -> Traits {
    let deadline = Duration::from_secs(20);
    Traits { name, scope, identity, removal, removed_first: false, typical: 1, deadline }
}

pub(super) const ACCOUNT: &str = "org/account";
pub(super) const OPT_IN: &str = "org/opt-in";
pub(super) const NAMED: &str = "toy/named";
pub(super) const TAGGED: &str = "toy/tagged";
pub(super) const SLOT: &str = "toy/slot";
pub(super) const RELATED: &str = "toy/related";
pub(super) const DENIAL: &str = "toy/denial";
pub(super) const SINGLETON: &str = "toy/singleton";
pub(super) const LOOKUP: &str = "toy/lookup";
pub(super) const HASTY: &str = "toy/hasty";
pub(super) const LISTED: &str = "toy/listed";
pub(super) const GUARD: &str = "toy/guard";

const TRAITS: [Traits; 12] = [
    Traits {
        typical: 180,
        ..traits(ACCOUNT, Scope::Organization, Identity::Named, Removal::Never("accounts stay"))
    },
    Traits { typical: 600, ..traits(OPT_IN, Scope::Global, Identity::Slot, Removal::Never("Regions stay")) },
    traits(NAMED, Scope::Global, Identity::Named, Removal::Prune),
    traits(TAGGED, Scope::Regional, Identity::Tagged, Removal::Prune),
    traits(SLOT, Scope::Global, Identity::Slot, Removal::Follows),
    traits(RELATED, Scope::Global, Identity::Related, Removal::Follows),
    Traits { removed_first: true, ..traits(DENIAL, Scope::Global, Identity::Related, Removal::Follows) },
    traits(SINGLETON, Scope::Regional, Identity::Singleton, Removal::Never("it always exists")),
    traits(LOOKUP, Scope::Global, Identity::Lookup, Removal::Never("it is only read")),
    Traits {
        deadline: Duration::from_millis(60),
        ..traits(HASTY, Scope::Global, Identity::Named, Removal::Prune)
    },
    traits(LISTED, Scope::Global, Identity::Named, Removal::Listed),
    traits(GUARD, Scope::Global, Identity::Named, Removal::Prune),
];

/// The field of what AWS keeps for a while after it was deleted, and the one that then says so.
pub(super) const RECOVERABLE: &str = "recoverable";
const GOING: &str = "going";

/// A toy kind.
pub(super) struct Toy<const N: usize>;

pub(super) type Account = Toy<0>;
pub(super) type OptIn = Toy<1>;
pub(super) type Named = Toy<2>;
pub(super) type Tagged = Toy<3>;
pub(super) type Slot = Toy<4>;
pub(super) type Related = Toy<5>;
pub(super) type Denial = Toy<6>;
pub(super) type Singleton = Toy<7>;
pub(super) type Lookup = Toy<8>;
pub(super) type Hasty = Toy<9>;
pub(super) type Listed = Toy<10>;
pub(super) type Guard = Toy<11>;

/// All toy kinds, in dependency order.
pub(super) const REGISTRY: Registry = &[
    Of::<Account>::REF,
    Of::<OptIn>::REF,
    Of::<Lookup>::REF,
    Of::<Singleton>::REF,
    Of::<Named>::REF,
    Of::<Listed>::REF,
    Of::<Hasty>::REF,
    Of::<Tagged>::REF,
    Of::<Guard>::REF,
    Of::<Slot>::REF,
    Of::<Related>::REF,
    Of::<Denial>::REF,
];

/// What is wanted of any toy.
#[derive(Debug, Default)]
pub(super) struct Spec {
    key: String,
    fields: BTreeMap<String, Text>,
    ends: Vec<Text>,
}

impl Spec {
    pub(super) fn new(key: &str) -> Self {
        Self { key: key.to_owned(), ..Self::default() }
    }

    pub(super) fn with(self, field: &str, value: &str) -> Self {
        self.with_text(field, value.into())
    }

    /// A field that holds the id of another node.
    pub(super) fn refers<const N: usize>(self, field: &str, needs: &mut Needs<'_>, to: Ref<Toy<N>>) -> Self {
        self.with_text(field, id_of(needs, to))
    }

    /// What it joins; part of the key.
    pub(super) fn end<const N: usize>(self, needs: &mut Needs<'_>, to: Ref<Toy<N>>) -> Self {
        self.end_text(id_of(needs, to))
    }

    pub(super) fn with_text(mut self, field: &str, text: Text) -> Self {
        self.fields.insert(field.to_owned(), text);
        self
    }

    pub(super) fn end_text(mut self, text: Text) -> Self {
        self.ends.push(text);
        self
    }

    fn ends(&self, env: Env<'_>) -> Value<Vec<String>> {
        self.ends.iter().fold(Value::Known(Vec::new()), |ends, end| {
            ends.and_then(|mut ends| {
                end.resolve(&env).map(|end| {
                    ends.push(end);
                    ends
                })
            })
        })
    }
}

/// The id of another node, as text.
pub(super) fn id_of<const N: usize>(needs: &mut Needs<'_>, to: Ref<Toy<N>>) -> Text {
    let need = needs.on(to);
    let shown = format!("${{{}}}", need.address());
    Text::of(&need, shown, |id| id)
}

fn cloud<'a>(at: &At<'a>) -> &'a Cloud {
    at.cloud.downcast_ref().expect("toys live in the toy cloud")
}

impl<const N: usize> Toy<N> {
    fn owner(item: &Item, at: &At<'_>) -> Owner {
        match TRAITS[N].identity {
            Identity::Named | Identity::Tagged => Owner::Tags(item.tags.clone()),
            Identity::Slot | Identity::Related if N != 1 => {
                let state = cloud(at).state();
                let ours = state.ours(at.organization);
                Owner::Ends { ours: item.ends.iter().all(|end| ours.contains(end.as_str())) }
            }
            _ => Owner::Nobody,
        }
    }

    async fn items(at: &At<'_>) -> Result<Arc<Vec<Item>>> {
        let service = Self::NAME.split('/').next().expect("a name has a first part");
        at.once(service, "list", Self::NAME, || cloud(at).read(at.place, Self::NAME)).await
    }

    fn is_unique() -> bool {
        TRAITS[N].identity != Identity::Tagged
    }
}

impl<const N: usize> Kind for Toy<N> {
    const NAME: &'static str = TRAITS[N].name;
    const ABOUT: &'static str = "A toy.";
    const SCOPE: Scope = TRAITS[N].scope;
    const IDENTITY: Identity = TRAITS[N].identity;
    const REMOVAL: Removal = TRAITS[N].removal;
    const IMMUTABLE: &'static [&'static str] = &["fixed"];

    const READ_AFTER: &'static [&'static str] = match TRAITS[N].identity {
        Identity::Slot | Identity::Related => &[NAMED, TAGGED],
        _ => &[],
    };
    const IS_ACCOUNT: bool = N == 0;
    /// Things with names are parts of what is deleted only when it is listed; what always exists, of what has tags.
    const PART_OF: Option<&'static str> = match N {
        2 => Some(LISTED),
        7 => Some(TAGGED),
        _ => None,
    };
    const LINGERS: bool = N == 7;
    /// Guards what has tags, and needs it.
    const OUTLIVES: &'static [&'static str] = if N == 11 { &[TAGGED] } else { &[] };
    const REMOVED_FIRST: bool = TRAITS[N].removed_first;
    const READ_BEFORE_RETRY: bool = matches!(TRAITS[N].identity, Identity::Tagged);
    const ACTIONS: Actions = Actions { read: &[], create: &[], update: &[], delete: &[] };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(TRAITS[N].typical),
        deadline: TRAITS[N].deadline,
        source: "a toy",
    };
    const CALLS: Calls = Calls { create: 1, each: &["parts[]", "switch"] };

    type Spec = Spec;
    type Live = Item;
    type Outputs = String;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let Spec { key, fields: _, ends: _ } = it.spec;
        it.spec.ends(it.env).map(|ends| format!("{key}{}", ends.concat()))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let field = |text: &Text| Field::of(text.resolve(env), Some(text.symbolic().into()));
        spec.fields.iter().map(|(path, text)| (path.clone(), field(text))).collect()
    }

    fn observed(live: &Item) -> Doc {
        live.fields.iter().map(|(path, value)| (path.clone(), value.clone().into())).collect()
    }

    fn outputs(live: &Item) -> String {
        live.id.clone()
    }

    /// `forever` is switched on and never off again.
    fn forbids(change: &Change) -> Option<&'static str> {
        let was_on = change.before == Some("on".into());
        (change.path == "forever" && was_on).then_some("what is on stays on")
    }

    fn interrupts(change: &Change) -> Option<&'static str> {
        (change.path == "cut").then_some("nothing passes meanwhile")
    }

    fn opens(live: &Item) -> Option<&str> {
        live.fields.get("opens").and_then(Json::as_str)
    }

    fn stands_in(spec: &Spec) -> bool {
        spec.fields.contains_key("stands in")
    }

    fn state(live: &Item) -> State {
        match &live.failed {
            Some(why) => State::Failed(why.clone()),
            None if live.pending > 0 && live.changing => State::Changing("to be rebuilt".to_owned()),
            None if live.pending > 0 => State::Pending("to be built".to_owned()),
            None => State::Ready,
        }
    }

    fn is_going(live: &Item) -> bool {
        live.fields.contains_key(GOING)
    }

    fn counts_as(spec: &Spec) -> CountsAs {
        let what = if spec.fields.contains_key("special") { "special" } else { "" };
        CountsAs { what, of: spec.fields.get("zone").map(Text::symbolic) }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Item>>> {
        let items = Self::items(at).await?;
        let is_wanted =
            |item: &Item| wanted.iter().any(|it| Self::key(it).known().as_ref() == Some(&item.key));
        let found = items.iter().filter(|item| !Self::is_going(item) || is_wanted(item)).map(|item| Found {
            key: item.key.clone(),
            label: item.key.clone(),
            owner: Self::owner(item, at),
            live: item.clone(),
        });
        Ok(found.collect())
    }

    /// Of what has a name, not all is seen.
    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        if Self::is_unique() {
            return Ok(None);
        }
        let zone = Self::counts_as(it.spec).of;
        let is_in = |item: &&Item| item.fields.get("zone").and_then(Json::as_str) == zone.as_deref();
        Ok(Some(Self::items(at).await?.iter().filter(is_in).count()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let key = Self::key(it).now()?;
        let place = at.place.to_string();
        let is_taken = cloud(at).state().items(&place, Self::NAME).any(|item| item.key == key);
        let mut fields = BTreeMap::new();
        for (path, text) in &it.spec.fields {
            fields.insert(path.clone(), Json::from(text.resolve(&it.env).now()?));
        }
        let (ends, made_for) = (it.spec.ends(it.env).now()?, it.address.to_string());
        let item =
            Item { key, tags: it.tags.clone(), fields, ends, made_for: made_for.clone(), ..Item::default() };
        cloud(at)
            .change(Do::Create, &made_for, |state| {
                if !(is_taken && Self::is_unique()) {
                    let pending = state.pending;
                    state.put(&place, Self::NAME, Item { pending, ..item });
                }
            })
            .await?;
        if is_taken && Self::is_unique() {
            Err(Error::new(Class::Stale, "the name is taken"))
        } else {
            Ok(())
        }
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Item, changes: &[Change]) -> Result<()> {
        let (place, of) = (at.place.to_string(), it.address.to_string());
        cloud(at)
            .change(Do::Update, &of, |state| {
                state.edit(&place, Self::NAME, &live.id, |item| {
                    let fields = item.as_mut().map(|item| &mut item.fields).expect("it is there");
                    for change in changes {
                        match &change.after {
                            Some(Field::Is(value)) => {
                                drop(fields.insert(change.path.clone(), value.compared().clone()));
                            }
                            None => drop(fields.remove(&change.path)),
                            other => panic!("{other:?} is not known when it is to be sent"),
                        }
                    }
                });
            })
            .await
    }

    async fn delete(at: &At<'_>, live: &Item) -> Result<()> {
        let place = at.place.to_string();
        let nested = format!("{}/", live.key);
        let is_used = {
            let state = cloud(at).state();
            state.is_used(&live.id)
                || state.items(&place, Self::NAME).any(|item| item.key.starts_with(&nested))
        };
        if is_used {
            return Err(Error::new(Class::Final, "it is in use"));
        }
        let edit = |state: &mut super::cloud::State| {
            state.edit(&place, Self::NAME, &live.id, |item| match item {
                Some(item) if item.fields.contains_key(RECOVERABLE) => {
                    item.fields.insert(GOING.to_owned(), "soon".into());
                }
                item => *item = None,
            });
        };
        cloud(at).change(Do::Delete, &live.made_for, edit).await
    }

    async fn retag(at: &At<'_>, live: &Item, tags: &TagChange) -> Result<()> {
        let place = at.place.to_string();
        let edit = |state: &mut super::cloud::State| {
            state.edit(&place, Self::NAME, &live.id, |item| {
                item.as_mut().expect("it is there").tags.extend(tags.set.clone());
            });
        };
        cloud(at).change(Do::Retag, &live.made_for, edit).await
    }
}
