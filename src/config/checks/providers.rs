//! Identity providers, of which IAM keeps one for each issuer in an account.

use std::collections::BTreeMap;

use super::names::{Named, Names};
use super::{Complaint, LandingZone, Sink};
use crate::model::{Account, Provider};
use crate::names::Located;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for account in landing_zone.accounts.values() {
        let mut seen = BTreeMap::new();
        check_names(account, sink);
        for provider in account.identity_providers.values() {
            let url = match &provider.provider {
                Provider::Oidc { url, .. } => url,
                Provider::Saml { metadata, .. } => {
                    check_metadata(metadata, sink);
                    continue;
                }
            };
            if let Some(first) = seen.insert(url.value.to_lowercase(), url) {
                let message = format!("two providers of the account `{}` have the same issuer", account.name);
                sink.push(Complaint::new(&url.origin, message).note(&first.origin, "first used here"));
            }
        }
    }
}

/// What AWS calls the SAML providers of an account.
fn check_names(account: &Account, sink: &Sink) {
    let named = account.identity_providers.values().filter_map(|it| match &it.provider {
        Provider::Oidc { .. } => None,
        Provider::Saml { aws_name, moved, .. } => Some(Named {
            key: &it.name,
            name: aws_name,
            moved: moved.as_ref(),
            place: Some(()),
            origin: &it.origin,
        }),
    });
    let keeps = "AWS can't rename a SAML provider, so one that moved keeps its name";
    Names { what: "SAML provider", keeps, list: named.collect() }.check(sink);
}

/// Whether it is a metadata document at all; the rest AWS judges.
fn check_metadata(metadata: &Located<String>, sink: &Sink) {
    if !metadata.contains("EntityDescriptor") {
        let complaint = Complaint::new(&metadata.origin, "this is not the metadata of a SAML provider");
        sink.push(complaint.help("export it from the provider: it holds an `EntityDescriptor`"));
    }
}
