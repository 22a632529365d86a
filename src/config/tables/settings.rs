use std::collections::BTreeMap;

use super::{
    ContactTables, KeyTable, PasswordTable, ProviderTable, RoleTable, contacts, key, password, provider,
    role, tags,
};
use crate::config::decode::{Table, boolean, text, word};
use crate::model::{DefaultVpcs, Tags};
use crate::names::Located;

/// What an account and a baseline alike may say.
#[derive(Clone, Default)]
pub(in crate::config) struct Settings {
    pub(in crate::config) tags: Tags,
    pub(in crate::config) alias: Option<Located<String>>,
    pub(in crate::config) contacts: ContactTables,
    pub(in crate::config) password_policy: Option<PasswordTable>,
    pub(in crate::config) block_public_access: Option<Located<bool>>,
    pub(in crate::config) default_vpcs: Option<Located<DefaultVpcs>>,
    pub(in crate::config) roles: BTreeMap<String, RoleTable>,
    pub(in crate::config) identity_providers: BTreeMap<String, ProviderTable>,
    pub(in crate::config) keys: BTreeMap<String, KeyTable>,
}

impl Settings {
    /// These settings, with what they leave out taken from others: field by field, but for providers.
    pub(in crate::config) fn over(self, base: Self) -> Self {
        Self {
            tags: tags::layered([&base.tags, &self.tags]),
            alias: self.alias.or(base.alias),
            contacts: merged(self.contacts, base.contacts, super::ContactTable::over),
            password_policy: match (self.password_policy, base.password_policy) {
                (Some(own), Some(base)) => Some(own.over(base)),
                (own, base) => own.or(base),
            },
            block_public_access: self.block_public_access.or(base.block_public_access),
            default_vpcs: self.default_vpcs.or(base.default_vpcs),
            roles: merged(self.roles, base.roles, RoleTable::over),
            identity_providers: merged(self.identity_providers, base.identity_providers, |own, _| own),
            keys: merged(self.keys, base.keys, KeyTable::over),
        }
    }
}

/// Both maps in one; where both have a key, `over` says how the first goes over the second.
pub(in crate::config) fn merged<K: Ord, V>(
    own: BTreeMap<K, V>,
    mut base: BTreeMap<K, V>,
    over: impl Fn(V, V) -> V,
) -> BTreeMap<K, V> {
    for (key, value) in own {
        let value = match base.remove(&key) {
            Some(below) => over(value, below),
            None => value,
        };
        base.insert(key, value);
    }
    base
}

/// Reads the keys that an account and a baseline share; the caller reads its own and finishes the table.
pub(super) fn read(table: &mut Table<'_>) -> Settings {
    Settings {
        tags: table.table("tags", tags::read).unwrap_or_default(),
        alias: table.optional("alias", text),
        contacts: table.table("contacts", contacts::read).unwrap_or_default(),
        password_policy: table.table("password_policy", password::read),
        block_public_access: table.optional("block_public_access", boolean),
        default_vpcs: table.optional("default_vpcs", word("default VPCs are", &DEFAULT_VPCS)),
        roles: table.map("roles", role::read),
        identity_providers: table.map("identity_providers", provider::read),
        keys: table.map("keys", key::read),
    }
}

const DEFAULT_VPCS: [(&str, DefaultVpcs); 2] =
    [("removed", DefaultVpcs::Removed), ("kept", DefaultVpcs::Kept)];
