use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Context, attachments, baselines, role};
use crate::config::complaint::{Complaint, Sink};
use crate::config::tables::{
    AccountTable, ContactTable, ContactTables, KeyTable, PasswordTable, ProviderKind, ProviderTable, layered,
    merged,
};
use crate::model::{
    Account, Contact, Contacts, IdentityProvider, PasswordPolicy, PolicyRef, Provider, Role, Tags, Unit,
};
use crate::names::{AccountName, Email, Located, UnitPath};

/// An account with everything its baselines give it, and the keys that both state.
pub(super) fn resolve(
    context: &Context<'_>,
    units: &BTreeMap<UnitPath, Unit>,
    name: &AccountName,
    table: &AccountTable,
) -> (Account, BTreeMap<String, KeyTable>) {
    let file = &context.pieces.file;
    let settings = baselines::settings(context, table);
    let unit =
        table.unit.as_ref().and_then(|path| units.get(&path.value)).unwrap_or(&units[&UnitPath::root()]);
    let tags = Arc::new(layered([&unit.tags, &settings.tags]));
    let roles = keyed(settings.roles, |key, table| Some(role::resolve(key, table, &tags, context.sink)));
    let providers = keyed(settings.identity_providers, |key, table| {
        let provider = provider(context, key, table, &tags);
        if provider.is_none() {
            context.sink.leave_out("identity_providers", key);
        }
        provider
    });
    let contact_tables = merged(settings.contacts, file.contacts.clone(), ContactTable::over);
    let account = Account {
        name: name.clone(),
        aws_name: table.name.clone().unwrap_or_else(|| Located::new(name.to_string(), table.origin.clone())),
        unit: table.unit.clone(),
        email: table.email.clone().unwrap_or_else(|| email(context, name)),
        policies: attachments::resolve(context, &table.policies),
        full_access: table.full_access.clone(),
        managed: if unit.managed.value { table.managed.clone() } else { unit.managed.clone() },
        iam_policies: roles.values().flat_map(own_policies).cloned().collect(),
        roles,
        identity_providers: providers,
        contacts: contacts(&contact_tables, context.sink),
        alias: settings.alias.map(|alias| alias.map(|pattern| pattern.replace("{account}", name.as_str()))),
        password_policy: settings.password_policy.map(password_policy),
        block_public_access: settings.block_public_access,
        default_vpcs: settings.default_vpcs,
        moved: table.moved.clone(),
        tags,
        origin: table.origin.clone(),
    };
    (account, settings.keys)
}

fn keyed<T, U>(tables: BTreeMap<String, T>, resolve: impl Fn(&str, T) -> Option<U>) -> BTreeMap<String, U> {
    let entry = |(key, table): (String, T)| resolve(&key, table).map(|it| (key, it));
    tables.into_iter().filter_map(entry).collect()
}

/// The landing zone's own policies that a role speaks of.
fn own_policies(role: &Role) -> impl Iterator<Item = &String> {
    role.allow.iter().chain(&role.boundary).filter_map(|policy| match &policy.value {
        PolicyRef::Own(name) => Some(name),
        PolicyRef::Aws(_) => None,
    })
}

/// The organization's pattern, filled in; the complaint about a bad result points at the pattern.
fn email(context: &Context<'_>, name: &AccountName) -> Located<Email> {
    let pattern = &context.pieces.file.organization.email;
    let filled = pattern.replace("{account}", name.as_str());
    let email = filled.parse().unwrap_or_else(|invalid| {
        let complaint = Complaint::invalid(&pattern.origin, invalid);
        let complaint = complaint.label(format!("`{filled}` for the account `{name}`"));
        let help = format!("`email` in accounts/{name}.toml states another for this account alone");
        context.sink.push(complaint.help(help));
        Email::stand_in(name)
    });
    Located::new(email, pattern.origin.clone())
}

fn provider(context: &Context<'_>, key: &str, table: ProviderTable, tags: &Tags) -> Option<IdentityProvider> {
    let provider = match table.kind {
        ProviderKind::Oidc { url, audiences } => Provider::Oidc { url, audiences },
        ProviderKind::Saml { name, moved, metadata } => Provider::Saml {
            aws_name: name.unwrap_or_else(|| Located::new(key.to_owned(), table.origin.clone())),
            moved,
            metadata: document(context, metadata)?,
        },
    };
    let tags = layered([tags, &table.tags]);
    Some(IdentityProvider { name: key.to_owned(), provider, tags, origin: table.origin })
}

fn document(context: &Context<'_>, path: Located<String>) -> Option<Located<String>> {
    let files = &context.folder.metadata;
    if let Some(source) = files.get(&path.value) {
        return Some(path.map(|_| source.text().to_owned()));
    }
    let complaint = Complaint::new(&path.origin, format!("there is no file `{}`", path.value));
    let complaint = complaint.help("a metadata document lies in `policies/saml/` and ends in `.xml`");
    let complaint =
        if files.is_empty() { complaint } else { complaint.nearest(&path, files.keys().map(|key| &**key)) };
    context.sink.push(complaint);
    None
}

/// Contacts that are whole; AWS wants all four fields.
pub(super) fn contacts(tables: &ContactTables, sink: &Sink) -> Contacts {
    let whole = |table: &ContactTable| {
        let table = table.clone();
        Some(Contact { name: table.name?, title: table.title?, email: table.email?, phone: table.phone? })
    };
    let mut contacts = Contacts::new();
    for (kind, table) in tables {
        match whole(table) {
            Some(contact) => drop(contacts.insert(*kind, contact)),
            None => sink.extend(incomplete(table).as_slice()),
        }
    }
    contacts
}

/// What is left out; what is stated and wrong is complained of already.
fn incomplete(table: &ContactTable) -> Option<Complaint> {
    let lacking = table.missing().filter(|field| !table.wrong.contains(field));
    let lacking: Vec<_> = lacking.map(|field| format!("`{field}`")).collect();
    if lacking.is_empty() {
        return None;
    }
    let complaint = Complaint::new(&table.origin, format!("this contact lacks {}", lacking.join(", ")));
    Some(complaint.help("AWS takes a contact with `name`, `title`, `email` and `phone` only"))
}

/// What is left out follows the CIS AWS Foundations Benchmark: 14 characters, and none of the last 24 passwords.
fn password_policy(table: PasswordTable) -> PasswordPolicy {
    let origin = table.origin;
    let number =
        |value: Option<Located<u32>>, default| value.unwrap_or_else(|| Located::new(default, origin.clone()));
    let flag = |value: Option<Located<bool>>, default| {
        value.unwrap_or_else(|| Located::new(default, origin.clone()))
    };
    PasswordPolicy {
        minimum_length: number(table.minimum_length, 14),
        symbols: flag(table.symbols, true),
        numbers: flag(table.numbers, true),
        uppercase: flag(table.uppercase, true),
        lowercase: flag(table.lowercase, true),
        users_may_change: flag(table.users_may_change, true),
        max_age: table.max_age,
        reuse_prevention: number(table.reuse_prevention, 24),
        hard_expiry: flag(table.hard_expiry, false),
        origin,
    }
}
