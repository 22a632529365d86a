//! A cloud of the imagination: shelves of items by place and kind, in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard},
};

use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use crate::engine::{
    error::{Class, Error, Result},
    graph::Place,
    kind::{ADDRESS_TAG, ORGANIZATION_TAG, Tags},
};

/// What is done with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Do {
    Read,
    Create,
    Update,
    Delete,
    Retag,
}

/// One call: what was done, and with what. Reads are of `place/kind`, everything else is of an address.
pub(super) type Call = (Do, String);

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// It is refused.
    Refused(Class),
    /// Its answer is lost; it is carried out or not.
    Lost { carried: bool },
    /// The kind panics.
    Panics,
    /// The program is killed while it waits for the answer; the call is carried out or not.
    Killed { carried: bool },
    /// It stays unanswered until it is let go on.
    Held,
}

/// A thing in the cloud.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    pub id: String,
    pub key: String,
    pub tags: Tags,
    pub fields: BTreeMap<String, Json>,
    /// Ids of what it joins.
    pub ends: Vec<String>,
    /// The address it was made for, or what the test calls it.
    pub made_for: String,
    /// For how many more looks it is not ready.
    pub pending: u32,
    /// Whether it is of use meanwhile.
    pub changing: bool,
    /// Why it never will be.
    pub failed: Option<String>,
}

impl Item {
    /// Something that was there before.
    pub(super) fn old(key: &str) -> Self {
        Self { key: key.to_owned(), made_for: format!("old {key}"), ..Self::default() }
    }

    pub(super) fn with(mut self, field: &str, value: &str) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    pub(super) fn owned_by(mut self, organization: &str, address: &str) -> Self {
        self.tags.insert(ORGANIZATION_TAG.to_owned(), organization.to_owned());
        self.tags.insert(ADDRESS_TAG.to_owned(), address.to_owned());
        self
    }
}

/// An item, and what is still shown in its place for so many looks.
struct Shelved {
    now: Option<Item>,
    shown: Option<Item>,
    lag: u32,
}

type Shelf = (String, &'static str);

#[derive(Default)]
pub(super) struct State {
    shelves: BTreeMap<Shelf, Vec<Shelved>>,
    calls: Vec<Call>,
    faults: Vec<(Do, String, Fault, usize)>,
    ids: u32,
    /// For how many looks a change stays out of sight.
    pub lag: u32,
    /// For how many looks a new item is not ready.
    pub pending: u32,
    /// For how many looks a new item shows no tags.
    pub(super) slow_tags: u32,
    /// What AWS puts into each newborn account.
    pub born_with: Vec<(&'static str, Item)>,
    /// So many mutating calls from now the program is killed, having carried the call out or not.
    pub doom: Option<(usize, bool)>,
}

/// The cloud.
#[derive(Default)]
pub(super) struct Cloud {
    state: Mutex<State>,
    /// Cancelled when a call that kills the program arrives.
    pub killed: CancellationToken,
    /// Cancelled to let held calls go on.
    pub go_on: CancellationToken,
}

impl Cloud {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds the cloud")
    }

    /// The next `times` such calls go wrong. A read is named by `place/kind`, everything else by its address.
    pub(super) fn fault(&self, what: Do, of: &str, fault: Fault, times: usize) {
        self.state().faults.push((what, of.to_owned(), fault, times));
    }

    pub(super) fn no_faults(&self) {
        self.state().faults.clear();
    }

    /// All calls so far that change something.
    pub(super) fn changes(&self) -> Vec<Call> {
        self.state().calls.iter().filter(|(what, _)| *what != Do::Read).cloned().collect()
    }

    /// How many such calls there were.
    pub(super) fn count(&self, what: Do, of: &str) -> usize {
        self.state().calls.iter().filter(|(did, with)| *did == what && with == of).count()
    }

    /// Puts something on a shelf, as a person would by hand.
    pub(super) fn put(&self, place: &str, kind: &'static str, item: Item) -> String {
        self.state().put(place, kind, item)
    }

    /// Changes what is on a shelf by hand, and at once.
    pub(super) fn tamper(&self, place: &str, kind: &'static str, mut with: impl FnMut(&mut Vec<Item>)) {
        let mut state = self.state();
        let row = state.shelves.entry((place.to_owned(), kind)).or_default();
        let mut items: Vec<_> = row.drain(..).filter_map(|one| one.now).collect();
        with(&mut items);
        *row = items.into_iter().map(|item| Shelved { now: Some(item), shown: None, lag: 0 }).collect();
    }

    /// Everything there is, with ids told by what they are of: equal for clouds in the same state.
    pub(super) fn contents(&self) -> Vec<String> {
        let state = self.state();
        let all = || state.all();
        let names: BTreeMap<_, _> = all()
            .map(|((place, kind), item)| (item.id.clone(), format!("{place}/{kind}/{}", item.key)))
            .collect();
        let told = |text: String| names.iter().rev().fold(text, |text, (id, name)| text.replace(id, name));
        let mut lines: Vec<_> = all()
            .map(|((place, kind), Item { key, tags, fields, ends, .. })| {
                let fields: Vec<_> = fields.iter().map(|(path, value)| format!("{path}={value}")).collect();
                told(format!("{place}/{kind}/{key} {tags:?} {} {ends:?}", fields.join(" ")))
            })
            .collect();
        lines.sort();
        lines
    }

    /// What a bulk call shows; nothing that is being deleted.
    pub(super) async fn read(&self, place: &Place, kind: &'static str) -> Result<Vec<Item>> {
        self.enter(Do::Read, &format!("{place}/{kind}"), |_| {}).await?;
        let mut state = self.state();
        if !state.is_born(place) {
            return Err(Error::new(Class::Final, format!("there is no {place}")));
        }
        let row = state.shelves.entry((place.to_string(), kind)).or_default();
        let items = row.iter_mut().filter_map(Shelved::look).collect();
        row.retain(|one| one.now.is_some() || one.lag > 0);
        Ok(items)
    }

    /// A call that changes something.
    pub(super) async fn change(&self, what: Do, of: &str, carry_out: impl FnOnce(&mut State)) -> Result<()> {
        self.enter(what, of, carry_out).await
    }

    /// Notes a call and lets it go wrong where it should.
    async fn enter(&self, what: Do, of: &str, carry_out: impl FnOnce(&mut State)) -> Result<()> {
        tokio::task::yield_now().await;
        let fault = self.state().note(what, of);
        match fault {
            None => carry_out(&mut self.state()),
            Some(Fault::Refused(class)) => {
                return Err(Error::new(class, format!("{what:?} {of} is refused")));
            }
            Some(Fault::Panics) => panic!("a defect of the kind"),
            Some(Fault::Lost { carried }) => {
                if carried {
                    carry_out(&mut self.state());
                }
                return Err(Error::new(Class::Unknown, format!("the answer to {what:?} {of} is lost")));
            }
            Some(Fault::Killed { carried }) => {
                if carried {
                    carry_out(&mut self.state());
                }
                self.killed.cancel();
                std::future::pending::<()>().await;
            }
            Some(Fault::Held) => {
                self.go_on.cancelled().await;
                carry_out(&mut self.state());
            }
        }
        Ok(())
    }
}

impl Shelved {
    fn look(&mut self) -> Option<Item> {
        if self.lag > 0 {
            self.lag -= 1;
            return self.shown.clone();
        }
        let item = self.now.as_mut()?;
        let shown = item.clone();
        item.pending = item.pending.saturating_sub(1);
        Some(shown)
    }
}

impl State {
    fn note(&mut self, what: Do, of: &str) -> Option<Fault> {
        self.calls.push((what, of.to_owned()));
        if what != Do::Read
            && let Some((left, carried)) = self.doom
        {
            self.doom = left.checked_sub(1).map(|left| (left, carried));
            if left == 0 {
                return Some(Fault::Killed { carried });
            }
        }
        let at = self
            .faults
            .iter()
            .position(|(does, with, _, times)| *does == what && with == of && *times > 0)?;
        self.faults[at].3 -= 1;
        Some(self.faults[at].2)
    }

    fn all(&self) -> impl Iterator<Item = (&Shelf, &Item)> {
        let item = |one| -> Option<&Item> { Shelved::now(one) };
        self.shelves
            .iter()
            .flat_map(move |(shelf, items)| items.iter().filter_map(move |one| Some((shelf, item(one)?))))
    }

    /// What is there, whether it is shown already or not.
    pub(super) fn items<'s>(&'s self, place: &str, kind: &str) -> impl Iterator<Item = &'s Item> {
        let row = self.shelves.iter().find(|((at, of), _)| at == place && *of == kind);
        row.into_iter().flat_map(|(_, items)| items.iter().filter_map(Shelved::now))
    }

    /// The ids of all that carries a landing zone's tag, or can't carry any.
    pub(super) fn ours(&self, organization: &str) -> BTreeSet<&str> {
        let ours = self
            .all()
            .filter(|(_, item)| item.tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == organization));
        ours.map(|(_, item)| item.id.as_str()).collect()
    }

    pub(super) fn is_used(&self, id: &str) -> bool {
        self.all().any(|(_, item)| item.ends.iter().any(|end| end == id))
    }

    pub(super) fn put(&mut self, place: &str, kind: &'static str, mut item: Item) -> String {
        self.ids += 1;
        item.id = format!("<{:04}>", self.ids);
        let id = item.id.clone();
        let key = item.key.clone();
        let untagged = Some(Item { tags: Tags::new(), ..item.clone() }).filter(|_| self.slow_tags > 0);
        let lag = self.lag.max(self.slow_tags);
        self.shelves.entry((place.to_owned(), kind)).or_default().push(Shelved {
            now: Some(item),
            shown: untagged,
            lag,
        });
        if kind == super::toy::ACCOUNT {
            for (kind, item) in self.born_with.clone() {
                self.put(&format!("{key}/global"), kind, item);
            }
        }
        id
    }

    /// Changes an item, or removes it; for a while the old one is shown.
    pub(super) fn edit(
        &mut self,
        place: &str,
        kind: &'static str,
        id: &str,
        with: impl FnOnce(&mut Option<Item>),
    ) {
        let lag = self.lag;
        let row = self.shelves.entry((place.to_owned(), kind)).or_default();
        let one = row.iter_mut().find(|one| one.now.as_ref().is_some_and(|item| item.id == id));
        let Some(one) = one else { return };
        if one.lag == 0 {
            one.shown = one.now.clone();
        }
        one.lag = lag;
        with(&mut one.now);
    }

    fn is_born(&self, place: &Place) -> bool {
        let account = &place.account;
        let ready = |item: &Item, key: &str| item.key == key && item.pending == 0;
        let has_account = account.is_management()
            || self.items("management/global", super::toy::ACCOUNT).any(|item| ready(item, account.as_str()));
        let closed = place.region.filter(|region| region.opt_in()).is_some_and(|region| {
            !self
                .items(&format!("{account}/global"), super::toy::OPT_IN)
                .any(|item| ready(item, region.as_str()))
        });
        has_account && !closed
    }
}

impl Shelved {
    fn now(&self) -> Option<&Item> {
        self.now.as_ref()
    }
}
