//! AWS as one run sees it.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use super::{
    call::Scene,
    chain::{Caller, Chain, Member, Patience},
    ledger::Calls,
    network::{Network, Reach},
    settings::Settings,
    wire,
};
use crate::{
    engine::{error::Result, graph::Place},
    names::{AccountId, AccountName, Region},
};

/// AWS as one run sees it: credentials, clients, what is known of the accounts, and what was called. It is what
/// `At::cloud` holds for the kinds of AWS.
pub struct Cloud {
    chain: Arc<Chain>,
    notes: Mutex<HashMap<String, String>>,
}

impl Cloud {
    /// Resolves where credentials come from and how AWS is reached. Makes no call yet; [`Cloud::caller`] does.
    pub async fn connect(settings: Settings) -> Result<Self> {
        let network = Network::new(&settings, wire::http()).await?;
        Ok(Self::over(Chain::new(settings, network, Arc::new(SystemTime::now), Patience::default())))
    }

    /// A cloud that enters accounts by a chain.
    pub(super) fn over(chain: Chain) -> Self {
        Self { chain: Arc::new(chain), notes: Mutex::default() }
    }

    /// Who calls: account, ARN and user id. Asked once.
    pub async fn caller(&self) -> Result<Caller> {
        self.chain.caller().await
    }

    /// Remembers the id that AWS gave an account. Until then nothing can be asked there.
    pub fn learn(&self, name: &AccountName, id: &AccountId) {
        self.chain.directory.learn(name, id);
    }

    /// The id of an account, once it is known.
    pub fn account_id(&self, name: &AccountName) -> Option<AccountId> {
        self.chain.directory.id(name)
    }

    /// What the landing zone calls an account, or called it before it left, once that is known.
    pub fn account_name(&self, id: &AccountId) -> Option<AccountName> {
        self.chain.directory.name(id)
    }

    /// Remembers that an account is being made in this run: it may refuse us for a while, counted from the last time
    /// that this was said.
    pub fn newborn(&self, name: &AccountName) {
        self.chain.newborn(name);
    }

    /// The partition, as ARNs write it: `aws`.
    pub fn partition(&self) -> &'static str {
        self.home_region().partition().as_str()
    }

    /// The home Region.
    pub fn home_region(&self) -> Region {
        self.chain.settings.home_region
    }

    /// Where AWS is said to be, if not where the SDK knows it: an emulator, most likely.
    pub fn endpoint(&self) -> Option<&str> {
        self.chain.network.endpoint()
    }

    /// The calls so far; each attempt counts.
    pub fn calls(&self) -> Calls {
        self.chain.network.ledger.calls()
    }

    /// When the caller's own credentials end; nothing where they don't, or before they were first asked for.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.chain.network.expiry()
    }

    /// Whether hops of `[access] via` were refused, so that accounts are entered from the management account.
    pub fn is_direct(&self) -> bool {
        self.chain.is_direct()
    }

    /// What time it is where AWS is, by what its last answer said; nothing before any did. AWS's own clocks agree with
    /// each other, which this machine's need not do.
    pub fn time_there(&self) -> Option<SystemTime> {
        self.chain.network.ledger.time_there()
    }

    /// Keeps a value for the rest of the run, such as the id of a request that is still being worked on.
    pub fn remember(&self, key: String, value: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value);
    }

    /// A value that was kept.
    pub fn recall(&self, key: &str) -> Option<String> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// What a client needs to call `service` at a place. Opens the session already, so that a closed door is told
    /// as what it is and not as a failure of the first call.
    pub(super) async fn reach(&self, place: &Place, service: &'static str) -> Result<Reach> {
        let account = &place.account;
        let reach = self.chain.network.reach(account, place.region, service);
        if account.is_management() {
            return Ok(reach);
        }
        self.chain.member(account).await?;
        Ok(reach.with(Member { chain: Arc::clone(&self.chain), account: account.clone() }))
    }

    /// The same for calls that must not wait for others.
    pub(super) fn apart(&self, reach: Reach) -> Reach {
        self.chain.network.apart(reach)
    }

    /// What errors say about calls at a place.
    pub(super) fn scene<'a>(&'a self, place: &'a Place) -> Scene<'a> {
        Scene { region: place.region, ..self.chain.scene(&place.account) }
    }
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloud").field("chain", &self.chain).finish_non_exhaustive()
    }
}
