//! What a resource kind is: the only trait that a new AWS resource has to implement.

use std::{collections::BTreeMap, fmt, future::Future, time::Duration};

use super::{
    at::At,
    doc::{Change, Doc},
    env::{Env, Value},
    error::Result,
    graph::Address,
};

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// The tag that holds a resource's address. Only `access.role` may change it (see the policy `protect-landfall`).
pub const ADDRESS_TAG: &str = "landfall:address";
/// The tag that holds the landing zone's name.
pub const ORGANIZATION_TAG: &str = "landfall:organization";

/// Where resources of a kind live, which is also where orphans are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the management account alone, once for the organization.
    Organization,
    /// Once for an account.
    Global,
    /// Once for an account and Region.
    Regional,
}

/// How a resource is found again, and what makes it ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// By a name that AWS holds unique; ours if it carries our tags, else to be adopted.
    Named,
    /// By our tags; by its key, unique or not, where the tags are gone.
    Tagged,
    /// AWS allows one per key, and it has no tags: the filling is a mutable field.
    Slot,
    /// Joins two resources; ours if both ends are ours.
    Related,
    /// Always exists; only updated (or created, where its absence is AWS's default).
    Singleton,
    /// Read only.
    Lookup,
}

impl Identity {
    /// Whether resources of this identity carry tags.
    pub const fn is_tagged(self) -> bool {
        matches!(self, Self::Named | Self::Tagged)
    }
}

/// What becomes of a resource that left the landing zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// A relation or nested element: it follows the TOML, a plain apply takes it back.
    Follows,
    /// An orphan: deleted by `--prune`.
    Prune,
    /// Deleted only when `[removed]` lists it, and with `--prune`.
    Listed,
    /// Never deleted, for the reason given.
    Never(&'static str),
}

/// IAM actions that a kind's calls need.
#[derive(Clone, Copy, Debug, Default)]
pub struct Actions {
    /// For `read`.
    pub read: &'static [&'static str],
    /// For `create`.
    pub create: &'static [&'static str],
    /// For `update` and `retag`.
    pub update: &'static [&'static str],
    /// For `delete`.
    pub delete: &'static [&'static str],
}

/// How long creating or changing a resource takes.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// What is typical; for the estimate.
    pub typical: Duration,
    /// After this it counts as failed.
    pub deadline: Duration,
    /// Where the figures come from.
    pub source: &'static str,
}

impl Timing {
    /// Settled within seconds: eventual consistency alone.
    pub const INSTANT: Self = Self {
        typical: Duration::from_secs(1),
        deadline: Duration::from_mins(2),
        source: "control-plane calls that return the finished resource",
    };
}

/// How many calls it takes to make and change a resource, for the estimate: reading and waiting are not counted.
#[derive(Clone, Copy, Debug)]
pub struct Calls {
    /// To make it, without what takes calls of its own.
    pub create: u64,
    /// Fields that take a call of their own, when it is made as when they change: `logging`, or `entries[]` where each
    /// element does.
    pub each: &'static [&'static str],
}

impl Calls {
    /// One call makes it, with all its fields, and one changes them.
    pub const ONE: Self = Self { create: 1, each: &[] };
}

/// As what something counts, and in what, where AWS does not count all of its kind in one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountsAs {
    /// As what: an interface endpoint is not counted with gateway endpoints.
    pub what: &'static str,
    /// In what, where that is neither its place nor a node: a zone, what a policy is attached to.
    pub of: Option<String>,
}

/// How far a live resource is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Usable.
    Ready,
    /// AWS is still making it.
    Pending(String),
    /// AWS is still carrying out a change of it; what dependents read of it holds meanwhile.
    Changing(String),
    /// AWS gave up on it.
    Failed(String),
}

/// A change of tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagChange {
    /// To be set.
    pub set: Tags,
    /// To be removed.
    pub remove: Vec<String>,
}

/// A resource that the landing zone wants, as a kind sees it.
pub struct Wanted<'a, K: Kind> {
    /// Its address.
    pub address: &'a Address,
    /// What is wanted.
    pub spec: &'a K::Spec,
    /// What is known of the nodes it refers to.
    pub env: Env<'a>,
    /// All tags that a create call is to set, our own two included.
    pub tags: &'a Tags,
}

impl<K: Kind> Wanted<'_, K> {
    /// The name part of the address.
    pub fn name(&self) -> &str {
        &self.address.name
    }
}

/// By what the engine tells whether a live resource is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// By its tags (`Named`, `Tagged`).
    Tags(Tags),
    /// By its ends (`Related`, `Slot`): whether all of them are ours.
    Ends {
        /// Whether both ends are ours.
        ours: bool,
    },
    /// There is nothing to tell (`Singleton`, `Lookup`).
    Nobody,
}

/// A live resource that `read` came across: wanted, ours or foreign; the engine tells which.
pub struct Found<L> {
    /// What AWS holds unique, in the words of [`Kind::key`].
    pub key: String,
    /// What to call it where it has no address of its own.
    pub label: String,
    /// By what to tell whether it is ours.
    pub owner: Owner,
    /// What AWS has.
    pub live: L,
}

/// One AWS resource type. Implemented by a unit struct in `kinds/`.
///
/// `desired` and `observed` project the two sides into the same [`Doc`]; diffing, rendering, drift and JSON are
/// written once, over `Doc`. Tags are no part of either: the engine adds them to both.
pub trait Kind: Sized + Send + Sync + 'static {
    /// Stable name: in addresses, tags and JSON, such as `iam/role`. Its first part is the service.
    const NAME: &'static str;
    /// What it is, for people: a sentence.
    const ABOUT: &'static str;
    /// Where it lives.
    const SCOPE: Scope;
    /// How it is found again.
    const IDENTITY: Identity;
    /// What becomes of it when it leaves the landing zone.
    const REMOVAL: Removal;
    /// Roots of field paths that AWS can't change in place: a difference blocks.
    const IMMUTABLE: &'static [&'static str] = &[];
    /// What to do where such a difference blocks.
    const WAY_OUT: &'static str =
        "write the old value back, or give the new one another name and remove the old one later";
    /// What is good about keeping one that left the landing zone, until it is deleted on purpose.
    const KEPT: Option<&'static str> = None;
    /// The kind of what it is a part of, and by whose name its own begins: `main/data-az1` is of `main`. It is not deleted
    /// while that stays.
    const PART_OF: Option<&'static str> = None;
    /// Whether the landing zone can say of one, where it states it, that it was called otherwise before: `moved`.
    const MOVES: bool = false;
    /// Kinds that have to be gone before it is deleted, though it depends on them: what guards them for one.
    const OUTLIVES: &'static [&'static str] = &[];
    /// Whether each is an account, in which other resources have their places. None is ever unmade: so one that is
    /// wanted and not found by its key is looked for by its address tag, and none is made while one of ours that left
    /// the landing zone may be meant.
    const IS_ACCOUNT: bool = false;
    /// Whether it is looked for where nothing is wanted of it, and what is found is told: it has no tags to tell whose
    /// it is, somebody made it, and it stays when its lines leave the landing zone.
    const LINGERS: bool = false;
    /// Whether what it needs has to stay as long as it does, so that it goes on doing what it is for. What only names others,
    /// and outlasts them, does not hold them.
    const HOLDS_WHAT_IT_NEEDS: bool = true;
    /// Kinds that have to be read before, because `read` or `key` needs their outputs.
    const READ_AFTER: &'static [&'static str] = &[];
    /// Whether its removals run before everything else, because it denies what others need.
    const REMOVED_FIRST: bool = false;
    /// Whether AWS's create call has no client token (and no unique name), so that a call whose outcome is unknown
    /// must not be sent again before reading what became of it.
    const READ_BEFORE_RETRY: bool = false;
    /// IAM actions by what they are for.
    const ACTIONS: Actions;
    /// Durations.
    const TIMING: Timing = Timing::INSTANT;
    /// How many calls it takes.
    const CALLS: Calls = Calls::ONE;

    /// What is wanted. Holds [`super::env::Need`]s, never references.
    type Spec: fmt::Debug + Send + Sync;
    /// What AWS has, normalised; built by `read` only.
    type Live: fmt::Debug + Send + Sync;
    /// What dependents may read: only values that no update can change.
    type Outputs: Clone + PartialEq + Send + Sync;

    /// What AWS holds unique for it: its name, its second identity, its slot. Pure.
    fn key(it: &Wanted<'_, Self>) -> Value<String>;
    /// Projects what is wanted. Pure.
    fn desired(spec: &Self::Spec, env: &Env<'_>) -> Doc;
    /// Projects what AWS has into the same fields. Pure.
    fn observed(live: &Self::Live) -> Doc;
    /// The outputs. Pure.
    fn outputs(live: &Self::Live) -> Self::Outputs;
    /// How far it is. What AWS is deleting is not returned by `read`, but for what [`Kind::is_going`].
    fn state(_: &Self::Live) -> State {
        State::Ready
    }

    /// Whether AWS is deleting it, and `read` shows it to whoever wants it alone, who can have it back.
    fn is_going(_: &Self::Live) -> bool {
        false
    }

    /// Why AWS can't make this change, where that is so in one direction only: what is off can be switched on, and never
    /// off again. It blocks as a difference in [`Kind::IMMUTABLE`] does.
    fn forbids(_: &Change) -> Option<&'static str> {
        None
    }

    /// What this change cuts, and for how long, where AWS can't make it otherwise; what is taken back or deleted loses its
    /// fields. The plan says so.
    fn interrupts(_: &Change) -> Option<&'static str> {
        None
    }

    /// What this one opens that the landing zone forbids. Where it is somebody else's, and nothing may be taken back, it
    /// blocks.
    fn opens(_: &Self::Live) -> Option<&str> {
        None
    }

    /// Whether this relation goes with what it belongs to, and can't be taken back before that goes, or need not.
    fn goes_along(_: &Self::Live) -> bool {
        false
    }

    /// Whether AWS lets the last relation of this kind go from what it belongs to only once this one stands in its place.
    fn stands_in(_: &Self::Spec) -> bool {
        false
    }

    /// As what it counts against quotas. Pure.
    fn counts_as(_: &Self::Spec) -> CountsAs {
        CountsAs::default()
    }

    /// Everything that the bulk call shows. An error makes the whole (place, kind) unreadable.
    fn read(
        at: &At<'_>,
        wanted: &[Wanted<'_, Self>],
    ) -> impl Future<Output = Result<Vec<Found<Self::Live>>>> + Send;

    /// How many there are already where this one is to be made, as AWS counts them: whoever made them, in that of which
    /// there may be only so many. It is asked behind `read`, of what is not there, and answers from what that has asked
    /// for, without calls of its own; nothing where `read` does not see them all.
    fn there(_: &At<'_>, _: &Wanted<'_, Self>) -> impl Future<Output = Result<Option<usize>>> + Send {
        std::future::ready(Ok(None))
    }

    /// Sends the calls and does not wait. Tags go into the create call. Safe to repeat.
    fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        never_planned::<Self>("create", at, it)
    }

    /// Changes only what `changes` names; may stop between calls: the next plan sees the rest.
    fn update(
        at: &At<'_>,
        it: &Wanted<'_, Self>,
        _live: &Self::Live,
        _changes: &[Change],
    ) -> impl Future<Output = Result<()>> + Send {
        never_planned::<Self>("update", at, it)
    }

    /// Deletes it, from what AWS has alone: an orphan has no spec.
    fn delete(_at: &At<'_>, _live: &Self::Live) -> impl Future<Output = Result<()>> + Send {
        unreachable_delete::<Self>()
    }

    /// Changes tags.
    fn retag(_at: &At<'_>, _live: &Self::Live, _tags: &TagChange) -> impl Future<Output = Result<()>> + Send {
        unreachable_delete::<Self>()
    }
}

fn never_planned<K: Kind>(
    what: &'static str,
    _: &At<'_>,
    _: &Wanted<'_, K>,
) -> impl Future<Output = Result<()>> + Send {
    std::future::ready(Err(super::error::Error::never_planned(what, K::NAME)))
}

fn unreachable_delete<K: Kind>() -> impl Future<Output = Result<()>> + Send {
    std::future::ready(Err(super::error::Error::never_planned("delete or tag", K::NAME)))
}
