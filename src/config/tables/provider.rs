use super::tags;
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, text};
use crate::model::{IamQuotas, Tags};
use crate::names::{Located, Origin};

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
    Saml { metadata: Located<String> },
}

pub(super) fn read(key: &Located<&str>, value: Value<'_>) -> Option<ProviderTable> {
    let mut table = value.table(format!("`[identity_providers.{}]`", key.value), &key.origin)?;
    let wrong = |c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c);
    if key.is_empty() || key.len() > IamQuotas::PROVIDER_NAME || key.contains(wrong) {
        let message = format!(
            "a provider's name has at most {} letters, digits, dots, hyphens and underscores",
            IamQuotas::PROVIDER_NAME
        );
        table.complain(Complaint::new(&key.origin, message));
    }
    let kind = if table.has("metadata") { saml(&mut table) } else { oidc(&mut table) };
    let tags = table.table("tags", tags::read).unwrap_or_default();
    table.has_no(
        "moved",
        if table.has("metadata") {
            "AWS calls a SAML provider by its key, and can't rename it: state the new one beside it, then take this away"
        } else {
            "a provider is found by its `url`: its key can be another one just so"
        },
    );
    let origin = table.origin().clone();
    table.finish();
    Some(ProviderTable { kind: kind?, tags, origin })
}

fn saml(table: &mut Table<'_>) -> Option<ProviderKind> {
    Some(ProviderKind::Saml { metadata: table.required("metadata", text)? })
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
