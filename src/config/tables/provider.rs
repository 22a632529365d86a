use std::str::FromStr;

use super::{moved, tags};
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, parsed, text};
use crate::model::{IamQuotas, Tags};
use crate::names::{Invalid, Located, Origin};

/// An identity provider as its table states it.
#[derive(Clone)]
pub(in crate::config) struct ProviderTable {
    pub(in crate::config) kind: ProviderKind,
    pub(in crate::config) tags: Tags,
    pub(in crate::config) origin: Origin,
}

/// How it vouches for its users; a metadata document is still the path of its file.
#[derive(Clone)]
pub(in crate::config) enum ProviderKind {
    Oidc { url: Located<String>, audiences: Vec<Located<String>> },
    Saml { name: Option<Located<String>>, moved: Option<Located<String>>, metadata: Located<String> },
}

pub(super) fn read(key: &Located<&str>, value: Value<'_>) -> Option<ProviderTable> {
    let mut table = value.table(format!("`[identity_providers.{}]`", key.value), &key.origin)?;
    if let Err(invalid) = key.parse::<ProviderName>() {
        table.complain(Complaint::invalid(&key.origin, invalid));
    }
    let has_any = |keys: &[&str]| keys.iter().any(|key| table.has(key));
    let is_saml = table.has("metadata") || has_any(&["name", "moved"]) && !has_any(&["url", "audiences"]);
    let kind = if is_saml { saml(&mut table) } else { oidc(&mut table) };
    let tags = table.table("tags", tags::read).unwrap_or_default();
    let by_url = "a provider is found by its `url`: its key can be another one just so";
    table.has_no("moved", by_url);
    table.has_no("name", by_url);
    let origin = table.origin().clone();
    table.finish();
    Some(ProviderTable { kind: kind?, tags, origin })
}

/// What IAM calls a SAML provider, and what any provider is called by in the landing zone.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html>
struct ProviderName(String);

impl FromStr for ProviderName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = |c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c);
        if text.is_empty() || text.len() > IamQuotas::PROVIDER_NAME || text.contains(wrong) {
            return Err(Invalid::new(format!(
                "a provider's name has at most {} letters, digits, dots, hyphens and underscores",
                IamQuotas::PROVIDER_NAME
            )));
        }
        Ok(Self(text.to_owned()))
    }
}

fn saml(table: &mut Table<'_>) -> Option<ProviderKind> {
    let name = table.optional("name", parsed::<ProviderName>).map(|name| name.map(|name| name.0));
    let moved = table.table("moved", moved::read::<ProviderName>).flatten();
    let moved = moved.map(|from| from.map(|name| name.0));
    Some(ProviderKind::Saml { metadata: table.required("metadata", text)?, name, moved })
}

fn oidc(table: &mut Table<'_>) -> Option<ProviderKind> {
    let url = table.required("url", url);
    let audiences = table.required("audiences", audiences);
    Some(ProviderKind::Oidc { url: url?, audiences: audiences? })
}

fn url(value: Value<'_>) -> Option<Located<String>> {
    let url = text(value)?;
    let issuer = url.strip_prefix("https://").unwrap_or_default();
    let odd = |c: char| !c.is_ascii_graphic() || "?#@".contains(c);
    if issuer.is_empty()
        || issuer.contains(odd)
        || issuer.ends_with('/')
        || url.len() > IamQuotas::PROVIDER_URL
    {
        let complaint =
            Complaint::new(&url.origin, "an issuer is a plain `https://` address without a slash at its end");
        return value.complain(complaint.help("for example `https://gitlab.com`"));
    }
    Some(url)
}

fn audiences(value: Value<'_>) -> Option<Vec<Located<String>>> {
    let audiences = list(text)(value)?;
    if audiences.is_empty() {
        let complaint = Complaint::new(&value.origin(), "at least one audience is needed");
        return value.complain(complaint.help("it is what the provider's tokens say in `aud`"));
    }
    Some(audiences)
}
