//! From the accounts' names in the landing zone to the ids AWS gave them.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use crate::names::{AccountId, AccountName};

/// What is known of the accounts so far.
#[derive(Debug, Default)]
pub(super) struct Directory {
    entries: Mutex<HashMap<AccountName, Entry>>,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    id: Option<AccountId>,
    born: Option<SystemTime>,
}

impl Directory {
    /// Remembers the id of an account.
    pub(super) fn learn(&self, name: &AccountName, id: &AccountId) {
        self.entries().entry(name.clone()).or_default().id = Some(id.clone());
    }

    /// The id of an account, once it is known.
    pub(super) fn id(&self, name: &AccountName) -> Option<AccountId> {
        self.entries().get(name).and_then(|entry| entry.id.clone())
    }

    /// The name of an account, once its id is known.
    pub(super) fn name(&self, id: &AccountId) -> Option<AccountName> {
        let entries = self.entries();
        let mut names = entries.iter().filter(|(_, entry)| entry.id.as_ref() == Some(id));
        names.next().map(|(name, _)| name.clone())
    }

    /// Remembers that an account is being made in this run. Told again, it is as new as then: AWS takes minutes.
    pub(super) fn newborn(&self, name: &AccountName, now: SystemTime) {
        self.entries().entry(name.clone()).or_default().born = Some(now);
    }

    /// When an account was made or last seen in the making, if it was in this run.
    pub(super) fn born(&self, name: &AccountName) -> Option<SystemTime> {
        self.entries().get(name).and_then(|entry| entry.born)
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<AccountName, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
