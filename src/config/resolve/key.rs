use std::collections::BTreeMap;

use super::Context;
use crate::config::complaint::Complaint;
use crate::config::tables::{KeyTable, PartyTable, layered};
use crate::model::{Account, Key, KeyId, Party, Rotation, Tags};
use crate::names::{AccountName, Located, RoleRef};

/// The organization's keys and those that accounts and their baselines state.
pub(super) fn resolve(
    context: &Context<'_>,
    accounts: &BTreeMap<AccountName, Account>,
    own: BTreeMap<AccountName, BTreeMap<String, KeyTable>>,
) -> BTreeMap<KeyId, Key> {
    let mut keys = BTreeMap::new();
    for (name, table) in &context.pieces.keys {
        let Some(account) = &table.account else { continue };
        let id = KeyId { account: account.value.clone(), name: name.as_str().into() };
        let tags = accounts.get(&account.value).map(|account| &*account.tags);
        let key = key(context, id.clone(), table.clone(), tags);
        keys.insert(id, Key { account: account.origin.clone(), shared: true, ..key });
    }
    for (account, tables) in own {
        let tags = accounts.get(&account).map(|account| &*account.tags);
        for (name, table) in tables {
            let id = KeyId { account: account.clone(), name: name.as_str().into() };
            let key = key(context, id.clone(), table, tags);
            match keys.get(&id) {
                Some(first) => context.sink.push(twice(&key, first)),
                None => drop(keys.insert(id, key)),
            }
        }
    }
    keys
}

/// Both would have the same alias.
fn twice(key: &Key, first: &Key) -> Complaint {
    let KeyId { account, name } = &key.id;
    let complaint =
        Complaint::new(&key.origin, format!("two keys of the account `{account}` are called `{name}`"));
    complaint.note(&first.origin, "first here").help("give the one that is not made yet another name")
}

/// A key with its defaults filled in: the home Region, a rotation each year.
fn key(context: &Context<'_>, id: KeyId, table: KeyTable, account: Option<&Tags>) -> Key {
    let organization = &context.pieces.file.organization;
    let origin = table.origin;
    let replicas = table.replicas.unwrap_or_default();
    let because = replicas.first().map_or(&origin, |replica| &replica.origin);
    let multi_region =
        table.multi_region.unwrap_or_else(|| Located::new(!replicas.is_empty(), because.clone()));
    let parties = table.parties.into_iter();
    let parties = parties.map(|(intent, named)| {
        (intent, named.into_iter().map(|party| party.map(|party| of(&id.account, party))).collect())
    });
    let usual = || Located::new(id.name.to_string(), origin.clone());
    Key {
        aws_name: table.name.unwrap_or_else(usual),
        moved: table.moved,
        shared: false,
        account: origin.clone(),
        region: table.region.unwrap_or_else(|| Located::new(organization.home_region.value, origin.clone())),
        replicas,
        multi_region,
        description: table.description,
        rotate: table.rotate.unwrap_or_else(|| Located::new(Rotation::YEAR, origin.clone())),
        parties: parties.collect(),
        services: table.services.unwrap_or_default(),
        statements: table.statements.and_then(|path| statements(context, path)),
        tags: layered([account.unwrap_or(&organization.tags), &table.tags]),
        origin,
        id,
    }
}

fn of(account: &AccountName, party: PartyTable) -> Party {
    match party {
        PartyTable::Own(role) => Party::Role(RoleRef::new(account.clone(), role)),
        PartyTable::Party(party) => party,
    }
}

/// The name of the file that a path says.
fn statements(context: &Context<'_>, path: Located<String>) -> Option<Located<String>> {
    let files = &context.pieces.policies.kms;
    let name = path.strip_prefix("policies/kms/").and_then(|name| name.strip_suffix(".json"));
    if let Some(name) = name.filter(|name| files.contains_key(*name)) {
        let name = name.to_owned();
        return Some(path.map(|_| name));
    }
    let complaint = Complaint::new(&path.origin, format!("there is no file `{path}`"));
    let complaint = complaint.help("statements lie in `policies/kms/` and end in `.json`");
    let known: Vec<_> = files.keys().map(|name| format!("policies/kms/{name}.json")).collect();
    context.sink.push(if known.is_empty() {
        complaint
    } else {
        complaint.nearest(&path, known.iter().map(String::as_str))
    });
    None
}
