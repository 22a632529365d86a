use std::collections::BTreeMap;
use std::str::FromStr;

use super::{moved, tags};
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, boolean, list, parsed, text};
use crate::model::{Intent, Party, Rotation, Tags, ViaService};
use crate::names::{AccountName, Invalid, Located, Origin, Period, Region};

/// A key as far as one file states it.
#[derive(Clone)]
pub(in crate::config) struct KeyTable {
    pub(in crate::config) name: Option<Located<String>>,
    pub(in crate::config) moved: Option<Located<String>>,
    /// Only the organization's keys say in which account they lie.
    pub(in crate::config) account: Option<Located<AccountName>>,
    pub(in crate::config) region: Option<Located<Region>>,
    pub(in crate::config) replicas: Option<Vec<Located<Region>>>,
    pub(in crate::config) multi_region: Option<Located<bool>>,
    pub(in crate::config) description: Option<Located<String>>,
    pub(in crate::config) rotate: Option<Located<Rotation>>,
    pub(in crate::config) parties: BTreeMap<Intent, Vec<Located<PartyTable>>>,
    pub(in crate::config) services: Option<Vec<Located<ViaService>>>,
    pub(in crate::config) statements: Option<Located<String>>,
    pub(in crate::config) tags: Tags,
    pub(in crate::config) origin: Origin,
}

/// Somebody whom an intent names.
#[derive(Clone, PartialEq)]
pub(in crate::config) enum PartyTable {
    /// A role of whichever account the key comes to lie in.
    Own(String),
    /// Somebody who is the same in every account.
    Party(Party),
}

impl KeyTable {
    /// This key, with what it leaves out taken from another.
    pub(in crate::config) fn over(self, base: Self) -> Self {
        Self {
            name: self.name.or(base.name),
            moved: self.moved.or(base.moved),
            account: self.account.or(base.account),
            region: self.region.or(base.region),
            replicas: self.replicas.or(base.replicas),
            multi_region: self.multi_region.or(base.multi_region),
            description: self.description.or(base.description),
            rotate: self.rotate.or(base.rotate),
            parties: base.parties.into_iter().chain(self.parties).collect(),
            services: self.services.or(base.services),
            statements: self.statements.or(base.statements),
            tags: tags::layered([&base.tags, &self.tags]),
            origin: self.origin,
        }
    }
}

/// Reads `policies/keys.toml`: the organization's keys.
pub(super) fn read_file(mut table: Table<'_>) -> BTreeMap<String, KeyTable> {
    let keys = table.map("keys", |key, value| {
        let (mut table, mut read) = begin(key, value, Whose::Organization)?;
        read.account = table.required("account", parsed::<AccountName>);
        table.finish();
        Some(read)
    });
    table.finish();
    keys
}

/// Reads a key of an account or a baseline.
pub(super) fn read(key: &Located<&str>, value: Value<'_>) -> Option<KeyTable> {
    let (table, read) = begin(key, value, Whose::Account)?;
    table.finish();
    Some(read)
}

/// Whose key a table states.
#[derive(Clone, Copy)]
enum Whose {
    /// The organization's, in the account that it names.
    Organization,
    /// An account's, so that its intents may name that account's roles without it.
    Account,
}

/// Reads what all keys have in common.
fn begin<'a>(key: &Located<&str>, value: Value<'a>, whose: Whose) -> Option<(Table<'a>, KeyTable)> {
    let mut table = value.table(format!("`[keys.{}]`", key.value), &key.origin)?;
    if let Err(invalid) = key.parse::<Name>() {
        table.complain(Complaint::invalid(&key.origin, invalid));
    }
    let parties = Intent::ALL.into_iter().filter_map(|intent| {
        let parties = table.optional(intent.as_str(), list(|value| party(value, intent, whose)))?;
        Some((intent, parties))
    });
    let parties = parties.collect();
    let read = KeyTable {
        name: table.optional("name", parsed::<Name>).map(named),
        moved: table.table("moved", moved::read::<Name>).flatten().map(named),
        account: None,
        region: table.optional("region", parsed::<Region>),
        replicas: table.optional("replicas", list(parsed::<Region>)),
        multi_region: table.optional("multi_region", boolean),
        description: table.optional("description", description),
        rotate: table.optional("rotate", rotation),
        parties,
        services: table.optional("services", list(parsed::<ViaService>)),
        statements: table.optional("statements", text),
        tags: table.table("tags", tags::read).unwrap_or_default(),
        origin: table.origin().clone(),
    };
    Some((table, read))
}

/// The most characters of a key's name. AWS takes 256 in an alias, and ours begins with the organization's name.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>
const LONGEST: usize = 200;

/// What a key is called: a part of an alias, and of an address.
struct Name(String);

impl FromStr for Name {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=LONGEST).contains(&text.len()) && text.chars().all(plain) {
            return Ok(Self(text.to_owned()));
        }
        let reason = format!("a key's name has at most {LONGEST} letters, digits, `-` and `_`");
        Err(Invalid::new(reason).help("it ends the alias of the key"))
    }
}

fn named(name: Located<Name>) -> Located<String> {
    name.map(|name| name.0)
}

/// What an intent may name, said when it is none of it.
const FORMS: &str = "an intent names `account/role`, `account:NAME` or `service:NAME`";

fn party(value: Value<'_>, intent: Intent, whose: Whose) -> Option<Located<PartyTable>> {
    let text = text(value)?;
    let complain = |complaint| value.complain(complaint);
    match parse(&text, whose) {
        Ok(PartyTable::Party(Party::Service(service))) if !takes_services(intent) => {
            let message = format!("a service can't stand in `{}`", intent.as_str());
            let help =
                format!("`encrypt = [\"service:{service}\"]` gives it what AWS documents that it needs");
            complain(Complaint::new(&text.origin, message).help(help))
        }
        Ok(party) => Some(text.map(|_| party)),
        Err(invalid) => complain(Complaint::invalid(&text.origin, invalid)),
    }
}

/// A service needs what it needs, be it called writing or using; it never administers, and makes its grants as its
/// caller.
fn takes_services(intent: Intent) -> bool {
    matches!(intent, Intent::Encrypt | Intent::Use)
}

fn parse(text: &str, whose: Whose) -> Result<PartyTable, Invalid> {
    let party = match (text.split_once(':'), whose) {
        (Some(("account", name)), _) => Party::Account(name.parse()?),
        (Some(("service", name)), _) => Party::Service(name.parse()?),
        (Some(_), _) => return Err(Invalid::new("nobody can be meant by this name").help(FORMS)),
        (None, _) if text.contains('/') => Party::Role(text.parse()?),
        (None, Whose::Account) => return Ok(PartyTable::Own(text.to_owned())),
        (None, Whose::Organization) => {
            return Err(Invalid::new("a role is written `account/role`").help(FORMS));
        }
    };
    Ok(PartyTable::Party(party))
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>
const LONGEST_DESCRIPTION: usize = 8192;

fn description(value: Value<'_>) -> Option<Located<String>> {
    let description = text(value)?;
    if description.chars().count() > LONGEST_DESCRIPTION {
        let message = format!("a description has at most {LONGEST_DESCRIPTION} characters");
        return value.complain(Complaint::new(&description.origin, message));
    }
    Some(description)
}

fn rotation(value: Value<'_>) -> Option<Located<Rotation>> {
    let period = parsed::<Period>(value)?;
    let Some(rotation) = Rotation::of(period.value) else {
        let complaint = Complaint::new(&period.origin, "KMS rotates a key every 90 to 2560 whole days");
        return value.complain(complaint.help("`365d` is the default"));
    };
    Some(period.map(|_| rotation))
}
