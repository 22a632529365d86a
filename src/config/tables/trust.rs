use toml::de::DeValue;

use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list as elements, parsed, text};
use crate::model::Trust;
use crate::names::{AccountId, Invalid, Located};

/// What trust may be, said when it is none of it.
const FORMS: &str = "trust is `account/role`, `account:NAME`, `service:NAME`, `{ oidc = …, subject = […] }`, \
                     `{ saml = … }` or `{ account = …, external_id = … }`";

/// All who may assume a role; at least one.
pub(super) fn list(value: Value<'_>) -> Option<Vec<Located<Trust>>> {
    if value.raw().as_array().is_some_and(|list| list.is_empty()) {
        return value.complain(Complaint::new(&value.origin(), "nobody is trusted by this").help(FORMS));
    }
    elements(trust)(value)
}

fn trust(value: Value<'_>) -> Option<Located<Trust>> {
    let trust = match value.raw() {
        DeValue::String(_) => named(value)?,
        DeValue::Table(_) => federated(value.table("this trust", &value.origin())?)?,
        _ => return value.wrong("a string or a table"),
    };
    Some(Located::new(trust, value.origin()))
}

fn named(value: Value<'_>) -> Option<Trust> {
    let text = text(value)?;
    match parse(&text) {
        Ok(trust) => Some(trust),
        Err(invalid) => value.complain(Complaint::invalid(&text.origin, invalid)),
    }
}

fn parse(text: &str) -> Result<Trust, Invalid> {
    match text.split_once(':') {
        Some(("account", name)) => Ok(Trust::Account(name.parse()?)),
        Some(("service", name)) => Ok(Trust::Service(name.parse()?)),
        Some(("oidc", name)) => {
            let table = format!("{{ oidc = \"{name}\", subject = [\"…\"] }}");
            Err(Invalid::new("a subject is required").help(format!("write `{table}`")))
        }
        Some(("saml", name)) => Ok(Trust::Saml { provider: name.into() }),
        Some(_) => Err(Invalid::new("nobody can be trusted by this name").help(FORMS)),
        None if text.contains('/') => Ok(Trust::Role(text.parse()?)),
        None => Err(Invalid::new("a role is written `account/role`").help(FORMS)),
    }
}

fn federated(mut table: Table<'_>) -> Option<Trust> {
    let trust = if table.has("oidc") {
        oidc(&mut table)
    } else if table.has("saml") {
        table.required("saml", text).map(|provider| Trust::Saml { provider: provider.value })
    } else if table.has("account") {
        external(&mut table)
    } else {
        table.complain(Complaint::new(table.origin(), "nobody is trusted by this").help(FORMS));
        return None;
    };
    table.finish();
    trust
}

fn oidc(table: &mut Table<'_>) -> Option<Trust> {
    let provider = table.required("oidc", text);
    let subjects = table.required("subject", subjects);
    Some(Trust::Oidc { provider: provider?.value, subjects: subjects? })
}

/// Without a subject, everybody with an account at the provider could come in.
fn subjects(value: Value<'_>) -> Option<Vec<String>> {
    let subjects = elements(text)(value)?;
    let help = "name the project and the branch: `project_path:acme/platform:ref_type:branch:ref:main`";
    if subjects.is_empty() {
        return value.complain(Complaint::new(&value.origin(), "a subject is required").help(help));
    }
    if let Some(open) = subjects.iter().find(|subject| subject.chars().all(|c| "*?".contains(c))) {
        let complaint = Complaint::new(&open.origin, "this lets in every user of the provider");
        return value.complain(complaint.help(help));
    }
    Some(subjects.into_iter().map(|subject| subject.value).collect())
}

fn external(table: &mut Table<'_>) -> Option<Trust> {
    let account = table.required("account", parsed::<AccountId>);
    let external_id = table.required("external_id", external_id);
    Some(Trust::External { account: account?.value, external_id: external_id? })
}

fn external_id(value: Value<'_>) -> Option<String> {
    let id = text(value)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    if !(2..=1224).contains(&id.len()) || !id.chars().all(plain) {
        let message = "an external id has 2 to 1224 letters, digits and `_+=,.@:/-`";
        return value.complain(Complaint::new(&id.origin, message));
    }
    Some(id.value)
}
