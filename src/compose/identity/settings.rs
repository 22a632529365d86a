//! Settings of accounts that have no choice of name: alias, password policy, root users.

use crate::{
    compose::Composer,
    engine::graph::{Needs, PlaceId},
    kinds::iam::{
        AccountAlias, PasswordPolicy, RootCredentials, account_alias, password_policy, root_credentials,
    },
    model::{self, Account},
};

/// The service that manages root users in the whole organization; trusted by it as soon as the TOML asks for this.
const IAM: &str = "iam.amazonaws.com";

/// Central management of root users, if the landing zone wants it.
pub(super) fn root_credentials(composer: &mut Composer<'_>) {
    let Composer { graph, known, management, .. } = composer;
    let organization = &known.zone.organization;
    if organization.root_credentials == model::RootCredentials::Kept {
        return;
    }
    graph.add::<RootCredentials>(*management, "root-credentials", &organization.origin, |needs| {
        needs.after(known.organization.id());
        if let Some(trusted) = known.trusted.get(IAM) {
            needs.after(trusted.id());
        }
        root_credentials::Spec
    });
}

/// An account's alias and password policy.
pub(super) fn account(composer: &mut Composer<'_>, account: &Account, at: PlaceId) {
    if let Some(alias) = &account.alias {
        composer.graph.add::<AccountAlias>(at, "alias", &alias.origin, |_| account_alias::Spec {
            alias: alias.value.clone(),
        });
    }
    if let Some(policy) = &account.password_policy {
        composer.graph.add::<PasswordPolicy>(at, "password-policy", &policy.origin, |needs| {
            state_rules(policy, needs);
            rules(policy)
        });
    }
}

fn rules(policy: &model::PasswordPolicy) -> password_policy::Spec {
    let days = |days: u64| i32::try_from(days).unwrap_or(i32::MAX);
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    password_policy::Spec {
        minimum_length: number(policy.minimum_length.value),
        symbols: policy.symbols.value,
        numbers: policy.numbers.value,
        uppercase: policy.uppercase.value,
        lowercase: policy.lowercase.value,
        users_may_change: policy.users_may_change.value,
        max_age_days: policy.max_age.as_ref().and_then(|age| age.as_days()).map(days),
        reuse_prevention: Some(number(policy.reuse_prevention.value)),
        hard_expiry: policy.hard_expiry.value,
    }
}

/// Drift of a rule points at its own line.
fn state_rules(policy: &model::PasswordPolicy, needs: &mut Needs<'_>) {
    needs.states("minimum_length", &policy.minimum_length.origin);
    needs.states("symbols", &policy.symbols.origin);
    needs.states("numbers", &policy.numbers.origin);
    needs.states("uppercase", &policy.uppercase.origin);
    needs.states("lowercase", &policy.lowercase.origin);
    needs.states("users_may_change", &policy.users_may_change.origin);
    needs.states("reuse_prevention", &policy.reuse_prevention.origin);
    needs.states("hard_expiry", &policy.hard_expiry.origin);
    if let Some(age) = &policy.max_age {
        needs.states("max_age_days", &age.origin);
    }
}
