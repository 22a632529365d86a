//! The object-safe face of [`Kind`]. Downcasts of specs and live values, and boxed futures, live here, nowhere else.

use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use super::{
    at::At,
    doc::{Change, Doc},
    env::{Env, Opaque, Value},
    error::Result,
    graph::Address,
    kind::{
        Actions, Calls, CountsAs, Found, Identity, Kind, Removal, Scope, State, TagChange, Tags, Timing,
        Wanted,
    },
};

/// A boxed future with the engine's result.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// [`Wanted`] without its type.
#[derive(Clone, Copy)]
pub struct Want<'a> {
    /// Its address.
    pub address: &'a Address,
    /// What is wanted, of the kind's `Spec`.
    pub spec: &'a Opaque,
    /// What is known of the nodes it refers to.
    pub env: Env<'a>,
    /// All tags that a create call is to set.
    pub tags: &'a Tags,
}

impl<'a> Want<'a> {
    fn typed<K: Kind>(self) -> Wanted<'a, K> {
        Wanted { address: self.address, spec: typed(self.spec), env: self.env, tags: self.tags }
    }
}

/// [`Kind`] without its types; see there for what each method means.
#[expect(missing_docs, reason = "each method is documented on `Kind`")]
pub trait AnyKind: Send + Sync {
    fn name(&self) -> &'static str;
    fn about(&self) -> &'static str;
    fn scope(&self) -> Scope;
    fn identity(&self) -> Identity;
    fn removal(&self) -> Removal;
    fn immutable(&self) -> &'static [&'static str];
    fn way_out(&self) -> &'static str;
    fn kept(&self) -> Option<&'static str>;
    fn part_of(&self) -> Option<&'static str>;
    fn moves(&self) -> bool;
    fn outlives(&self) -> &'static [&'static str];
    fn is_account(&self) -> bool;
    fn lingers(&self) -> bool;
    fn holds_what_it_needs(&self) -> bool;
    fn read_after(&self) -> &'static [&'static str];
    fn forbids(&self, change: &Change) -> Option<&'static str>;
    fn interrupts(&self, change: &Change) -> Option<&'static str>;
    fn opens<'l>(&self, live: &'l Opaque) -> Option<&'l str>;
    fn goes_along(&self, live: &Opaque) -> bool;
    fn stands_in(&self, spec: &Opaque) -> bool;
    fn removed_first(&self) -> bool;
    fn read_before_retry(&self) -> bool;
    fn actions(&self) -> Actions;
    fn timing(&self) -> Timing;
    fn calls(&self) -> Calls;
    fn counts_as(&self, spec: &Opaque) -> CountsAs;
    fn key(&self, want: Want<'_>) -> Value<String>;
    fn desired(&self, spec: &Opaque, env: &Env<'_>) -> Doc;
    fn observed(&self, live: &Opaque) -> Doc;
    fn outputs(&self, live: &Opaque) -> Opaque;
    fn state(&self, live: &Opaque) -> State;
    fn is_going(&self, live: &Opaque) -> bool;
    /// Whether these are the outputs of a live value.
    fn gives(&self, live: &Opaque, outputs: &Opaque) -> bool;
    fn read<'a>(&self, at: &'a At<'a>, wants: &'a [Want<'a>]) -> Boxed<'a, Vec<Found<Opaque>>>;
    fn there<'a>(&self, at: &'a At<'a>, want: Want<'a>) -> Boxed<'a, Option<usize>>;
    fn create<'a>(&self, at: &'a At<'a>, want: Want<'a>) -> Boxed<'a, ()>;
    fn update<'a>(
        &self,
        at: &'a At<'a>,
        want: Want<'a>,
        live: &'a Opaque,
        changes: &'a [Change],
    ) -> Boxed<'a, ()>;
    fn delete<'a>(&self, at: &'a At<'a>, live: &'a Opaque) -> Boxed<'a, ()>;
    fn retag<'a>(&self, at: &'a At<'a>, live: &'a Opaque, tags: &'a TagChange) -> Boxed<'a, ()>;

    /// The first part of the name: the service whose shared answers a change makes old.
    fn service(&self) -> &'static str {
        self.name().split('/').next().unwrap_or_default()
    }
}

/// Carries a [`Kind`] as a value, so that kinds can stand in a registry slice.
pub struct Of<K>(PhantomData<fn() -> K>);

impl<K: Kind> Of<K> {
    /// The kind as a value.
    pub const REF: &'static dyn AnyKind = &Self(PhantomData);
}

fn typed<T: Any>(opaque: &Opaque) -> &T {
    opaque.downcast_ref().expect("the engine pairs values with their own kind")
}

impl<K: Kind> AnyKind for Of<K> {
    fn name(&self) -> &'static str {
        K::NAME
    }
    fn about(&self) -> &'static str {
        K::ABOUT
    }
    fn scope(&self) -> Scope {
        K::SCOPE
    }
    fn identity(&self) -> Identity {
        K::IDENTITY
    }
    fn removal(&self) -> Removal {
        K::REMOVAL
    }
    fn immutable(&self) -> &'static [&'static str] {
        K::IMMUTABLE
    }
    fn way_out(&self) -> &'static str {
        K::WAY_OUT
    }
    fn kept(&self) -> Option<&'static str> {
        K::KEPT
    }
    fn part_of(&self) -> Option<&'static str> {
        K::PART_OF
    }
    fn moves(&self) -> bool {
        K::MOVES
    }
    fn outlives(&self) -> &'static [&'static str] {
        K::OUTLIVES
    }
    fn is_account(&self) -> bool {
        K::IS_ACCOUNT
    }
    fn lingers(&self) -> bool {
        K::LINGERS
    }
    fn holds_what_it_needs(&self) -> bool {
        K::HOLDS_WHAT_IT_NEEDS
    }
    fn read_after(&self) -> &'static [&'static str] {
        K::READ_AFTER
    }
    fn forbids(&self, change: &Change) -> Option<&'static str> {
        K::forbids(change)
    }
    fn interrupts(&self, change: &Change) -> Option<&'static str> {
        K::interrupts(change)
    }
    fn opens<'l>(&self, live: &'l Opaque) -> Option<&'l str> {
        K::opens(typed(live))
    }
    fn goes_along(&self, live: &Opaque) -> bool {
        K::goes_along(typed(live))
    }
    fn stands_in(&self, spec: &Opaque) -> bool {
        K::stands_in(typed(spec))
    }
    fn removed_first(&self) -> bool {
        K::REMOVED_FIRST
    }
    fn read_before_retry(&self) -> bool {
        K::READ_BEFORE_RETRY
    }
    fn actions(&self) -> Actions {
        K::ACTIONS
    }
    fn timing(&self) -> Timing {
        K::TIMING
    }
    fn calls(&self) -> Calls {
        K::CALLS
    }
    fn counts_as(&self, spec: &Opaque) -> CountsAs {
        K::counts_as(typed(spec))
    }
    fn key(&self, want: Want<'_>) -> Value<String> {
        K::key(&want.typed())
    }
    fn desired(&self, spec: &Opaque, env: &Env<'_>) -> Doc {
        K::desired(typed(spec), env)
    }
    fn observed(&self, live: &Opaque) -> Doc {
        K::observed(typed(live))
    }
    fn outputs(&self, live: &Opaque) -> Opaque {
        Arc::new(K::outputs(typed(live)))
    }
    fn state(&self, live: &Opaque) -> State {
        K::state(typed(live))
    }
    fn is_going(&self, live: &Opaque) -> bool {
        K::is_going(typed(live))
    }
    fn gives(&self, live: &Opaque, outputs: &Opaque) -> bool {
        K::outputs(typed(live)) == *typed(outputs)
    }
    fn read<'a>(&self, at: &'a At<'a>, wants: &'a [Want<'a>]) -> Boxed<'a, Vec<Found<Opaque>>> {
        Box::pin(async move {
            let wanted: Vec<_> = wants.iter().map(|want| want.typed::<K>()).collect();
            let found = K::read(at, &wanted).await?;
            let erase = |Found { key, label, owner, live }| Found {
                key,
                label,
                owner,
                live: Arc::new(live) as Opaque,
            };
            Ok(found.into_iter().map(erase).collect())
        })
    }
    fn there<'a>(&self, at: &'a At<'a>, want: Want<'a>) -> Boxed<'a, Option<usize>> {
        Box::pin(async move { K::there(at, &want.typed()).await })
    }
    fn create<'a>(&self, at: &'a At<'a>, want: Want<'a>) -> Boxed<'a, ()> {
        Box::pin(async move { K::create(at, &want.typed()).await })
    }
    fn update<'a>(
        &self,
        at: &'a At<'a>,
        want: Want<'a>,
        live: &'a Opaque,
        changes: &'a [Change],
    ) -> Boxed<'a, ()> {
        Box::pin(async move { K::update(at, &want.typed(), typed(live), changes).await })
    }
    fn delete<'a>(&self, at: &'a At<'a>, live: &'a Opaque) -> Boxed<'a, ()> {
        Box::pin(async move { K::delete(at, typed(live)).await })
    }
    fn retag<'a>(&self, at: &'a At<'a>, live: &'a Opaque, tags: &'a TagChange) -> Boxed<'a, ()> {
        Box::pin(async move { K::retag(at, typed(live), tags).await })
    }
}
