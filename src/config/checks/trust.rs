//! Who is trusted: that each of them is there.

use super::access::undefined;
use super::{Complaint, LandingZone, Sink, places};
use crate::model::{Account, IdentityProvider, Provider, Trust};
use crate::names::Located;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for account in landing_zone.accounts.values() {
        for trust in account.roles.values().flat_map(|role| &role.trust) {
            let is_left_out = |provider: &str| sink.has_left_out("identity_providers", provider);
            match (&trust.value, wrong(landing_zone, account, trust)) {
                (Trust::Oidc { provider, .. } | Trust::Saml { provider }, _) if is_left_out(provider) => {}
                (_, Some(complaint)) => sink.push(complaint),
                (_, None) => {}
            }
        }
    }
}

fn wrong(landing_zone: &LandingZone, account: &Account, trust: &Located<Trust>) -> Option<Complaint> {
    match &trust.value {
        Trust::Role(role) => {
            let role = Located::new(role.clone(), trust.origin.clone());
            landing_zone.role(&role).is_none().then(|| undefined(landing_zone, &role))
        }
        Trust::Account(name) => places::unknown_account(landing_zone, name, &trust.origin),
        Trust::Oidc { provider, .. } => {
            unknown_provider(account, trust, provider, |it| matches!(it, Provider::Oidc { .. }))
        }
        Trust::Saml { provider } => {
            unknown_provider(account, trust, provider, |it| matches!(it, Provider::Saml { .. }))
        }
        Trust::Service(_) | Trust::External { .. } => None,
    }
}

/// Whether a provider was meant by a name before it moved.
fn was_called(provider: &IdentityProvider, name: &str) -> bool {
    match &provider.provider {
        Provider::Saml { moved, .. } => moved.as_ref().is_some_and(|from| from.value == name),
        Provider::Oidc { .. } => false,
    }
}

fn unknown_provider(
    account: &Account,
    trust: &Located<Trust>,
    name: &str,
    fits: impl Fn(&Provider) -> bool,
) -> Option<Complaint> {
    let providers = &account.identity_providers;
    let complaint = match providers.get(name) {
        Some(provider) if fits(&provider.provider) => return None,
        Some(provider) => {
            let help = "`oidc` takes one with `url` and `audiences`, `saml` one with `metadata`";
            Complaint::new(&trust.origin, format!("the provider `{name}` is of the other kind"))
                .note(&provider.origin, "defined here")
                .help(help)
        }
        None => {
            let message = format!("there is no identity provider `{name}` in `{}`", account.name);
            let help = format!("add `[identity_providers.{name}]` to the account or its baseline");
            let complaint = Complaint::new(&trust.origin, message).help(help);
            if let Some(now) = providers.values().find(|it| was_called(it, name)) {
                complaint.help(format!("it is called `{}` now", now.name))
            } else if providers.is_empty() {
                complaint
            } else {
                complaint.nearest(name, providers.keys().map(|key| &**key))
            }
        }
    };
    Some(complaint)
}
