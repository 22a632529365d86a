//! Credentials of roles: each opened once however many ask for it, kept, and opened anew before they expire.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use aws_credential_types::Credentials;

use crate::{
    engine::error::{Class, Error, Result},
    names::AccountName,
};

/// Tells the time; tests bring their own.
pub(super) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// A session with less time left is opened anew, so that no batch of calls outlives its own.
const MARGIN: Duration = Duration::from_mins(5);

/// For so long a refusal is the answer to everybody who asks, so that a closed account costs one call and not one
/// for each kind.
const REFUSED_FOR: Duration = Duration::from_secs(15);

/// A role of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Role {
    /// The account.
    pub(super) account: AccountName,
    /// The role's name, with its path if it has one.
    pub(super) name: String,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.name)
    }
}

/// All sessions of a run.
pub(super) struct Sessions {
    slots: Mutex<HashMap<Role, Arc<tokio::sync::Mutex<Slot>>>>,
    clock: Clock,
}

#[derive(Default)]
enum Slot {
    #[default]
    Empty,
    Open(Credentials),
    Refused(Refusal, SystemTime),
}

impl Sessions {
    /// No session yet.
    pub(super) fn new(clock: Clock) -> Self {
        Self { slots: Mutex::default(), clock }
    }

    /// The time.
    pub(super) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// The session of a role, opened by whoever asks first; the others wait for what becomes of it.
    pub(super) async fn get<F>(&self, role: &Role, open: impl FnOnce() -> F) -> Result<Credentials>
    where
        F: Future<Output = Result<Credentials>>,
    {
        let slot = self.slot(role);
        let mut slot = slot.lock().await;
        match &*slot {
            Slot::Open(credentials) if self.lasts(credentials) => return Ok(credentials.clone()),
            Slot::Refused(refusal, until) if self.now() < *until => return Err(refusal.error()),
            _ => {}
        }
        let answer = open().await;
        *slot = match &answer {
            Ok(credentials) => Slot::Open(credentials.clone()),
            Err(error) => Slot::Refused(Refusal::of(error), self.now() + REFUSED_FOR),
        };
        answer
    }

    fn slot(&self, role: &Role) -> Arc<tokio::sync::Mutex<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(role.clone()).or_default())
    }

    fn lasts(&self, credentials: &Credentials) -> bool {
        credentials.expiry().is_none_or(|expiry| self.now() + MARGIN < expiry)
    }
}

/// Shows names and never credentials.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_set().entries(slots.keys()).finish()
    }
}

/// What is kept of an error, to tell it again: an [`Error`] has one owner.
struct Refusal {
    class: Class,
    what: String,
    facts: Vec<(&'static str, String)>,
    hint: Option<String>,
    causes: Vec<String>,
}

impl Refusal {
    fn of(error: &Error) -> Self {
        let mut chain = error.chain().into_iter();
        Self {
            class: error.class,
            what: chain.next().unwrap_or_default(),
            facts: error.facts.clone(),
            hint: error.hint.clone(),
            causes: chain.collect(),
        }
    }

    fn error(&self) -> Error {
        let mut error = Error::new(self.class, &self.what);
        error.facts.clone_from(&self.facts);
        error.hint.clone_from(&self.hint);
        if self.causes.is_empty() { error } else { error.source(self.causes.join(": ")) }
    }
}
