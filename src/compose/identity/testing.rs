//! Roles and providers to compose in tests.

use std::sync::Arc;

use crate::{
    compose::testing::{account, here, zone},
    model::{Account, IdentityProvider, LandingZone, Provider, Require, Role, Tags, Trust},
    names::{Origin, Period, RoleRef},
};

/// The small landing zone with another account, `security`, that has these roles and the providers `gitlab` and `okta`.
pub(super) fn zone_with(roles: impl IntoIterator<Item = Role>) -> LandingZone {
    let mut zone = zone();
    let oidc =
        Provider::Oidc { url: here("https://gitlab.com".into()), audiences: vec![here("acme".into())] };
    let saml = Provider::Saml {
        aws_name: here("okta".into()),
        moved: None,
        metadata: here("<EntityDescriptor/>".into()),
    };
    let providers = [("gitlab", oidc), ("okta", saml)].map(|(name, provider)| {
        let (tags, origin) = (Tags::new(), Origin::file("accounts/security.toml"));
        (name.to_owned(), IdentityProvider { name: name.to_owned(), provider, tags, origin })
    });
    let security = Account { identity_providers: providers.into(), ..account("security", Some("Workloads")) };
    zone.accounts.insert(security.name.clone(), security);
    add(&mut zone, "security", roles);
    zone
}

/// Puts roles into an account.
pub(super) fn add(zone: &mut LandingZone, account: &str, roles: impl IntoIterator<Item = Role>) {
    let account = zone.accounts.get_mut(account).expect("an account");
    account.roles.extend(roles.into_iter().map(|role| (role.name.clone(), role)));
}

/// A role that trusts.
pub(in crate::compose) fn role(name: &str, trust: impl IntoIterator<Item = Trust>) -> Role {
    Role {
        name: name.to_owned(),
        aws_name: here(name.to_owned()),
        path: here("/".to_owned()),
        description: None,
        trust: trust.into_iter().map(here).collect(),
        allow: Box::default(),
        boundary: None,
        session: here(Period::hours(1)),
        require: Require::default(),
        tags: Arc::default(),
        break_glass: here(false),
        moved: None,
        origin: Origin::file("accounts/security.toml"),
    }
}

/// Trust in a role, `security/pipeline`.
pub(super) fn caller(name: &str) -> Trust {
    Trust::Role(role_ref(name))
}

/// The name of a role, `security/pipeline`.
pub(super) fn role_ref(name: &str) -> RoleRef {
    name.parse().expect("a role")
}
