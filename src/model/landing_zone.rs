use std::collections::BTreeMap;

use super::{
    Access, Account, Archive, Assertion, Contacts, Delegation, Key, KeyId, Logs, Network, Organization,
    Policies, Recording, Role, Trail, Unit,
};
use crate::names::{AccountName, KeyRef, Located, RoleRef, UnitPath};

/// All that a folder of TOML says, resolved and checked.
#[derive(Clone, Debug)]
pub struct LandingZone {
    /// What holds for the organization as a whole.
    pub organization: Organization,
    /// How member accounts are reached.
    pub access: Access,
    /// The alternate contacts of accounts that don't name their own; already merged into [`Account::contacts`].
    pub contacts: Contacts,
    /// The tree of units; always holds the root, and the parent of each unit.
    pub units: BTreeMap<UnitPath, Unit>,
    /// Who administers which service.
    pub delegated: Vec<Delegation>,
    /// The accounts; always holds the management account.
    pub accounts: BTreeMap<AccountName, Account>,
    /// The policy files.
    pub policies: Policies,
    /// The keys: the organization's, and those of accounts and their baselines.
    pub keys: BTreeMap<KeyId, Key>,
    /// Where logs are kept, if they are.
    pub archive: Option<Archive>,
    /// The organization's trail, if it has one.
    pub trail: Option<Trail>,
    /// What becomes of log groups, if anything is to.
    pub logs: Option<Logs>,
    /// Recording of configurations, if they are.
    pub recording: Option<Recording>,
    /// The network.
    pub network: Network,
    /// What has to hold of it all.
    pub assertions: Vec<Assertion>,
    /// Addresses of resources that may be deleted although they hold data.
    pub removed: Vec<Located<String>>,
}

impl LandingZone {
    /// The management account.
    pub fn management(&self) -> &Account {
        &self.accounts[&AccountName::management()]
    }

    /// All accounts but the management account.
    pub fn members(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().filter(|account| !account.name.is_management())
    }

    /// The account that a service is delegated to.
    pub fn delegate(&self, service: &str) -> Option<&Located<AccountName>> {
        let delegation = self.delegated.iter().find(|delegation| delegation.service.name() == service);
        delegation.map(|delegation| &delegation.account)
    }

    /// The account that makes the organization's trail, and that its log group and alarms lie in: the one that
    /// CloudTrail is delegated to, else the management account.
    pub fn trail_account(&self) -> &Account {
        let delegate = self.delegate("cloudtrail").and_then(|account| self.accounts.get(&account.value));
        delegate.unwrap_or_else(|| self.management())
    }

    /// The role that `reference` names, if the landing zone defines it.
    pub fn role(&self, reference: &RoleRef) -> Option<&Role> {
        self.accounts.get(&reference.account)?.roles.get(&*reference.role)
    }

    /// The keys that lie in an account.
    pub fn keys_in(&self, account: &AccountName) -> impl Iterator<Item = &Key> {
        let first = KeyId { account: account.clone(), name: "".into() };
        let keys = self.keys.range(first..).map(|(_, key)| key);
        keys.take_while(move |key| key.id.account == *account)
    }

    /// The key that `reference` names, if the landing zone states it. One of the organization's may be named with its
    /// account too.
    pub fn key(&self, reference: &KeyRef) -> Option<&Key> {
        let KeyRef { account, name } = reference;
        match account {
            Some(account) => self.keys.get(&KeyId { account: account.clone(), name: name.clone() }),
            None => self.keys.values().find(|key| key.shared && key.id.name == *name),
        }
    }
}
