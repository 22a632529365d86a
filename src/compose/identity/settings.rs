//! Settings of accounts that have no choice of name: alias, password policy, the block of public access.

use crate::{
    compose::Composer,
    engine::graph::{Needs, PlaceId},
    kinds::{
        iam::{AccountAlias, PasswordPolicy, account_alias, password_policy},
        s3::{PublicAccessBlock, public_access_block},
    },
    model::{self, Account},
};

/// An account's alias, password policy and block of public access.
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
    if let Some(block) = account.block_public_access.as_ref().filter(|block| block.value) {
        composer.graph.add::<PublicAccessBlock>(at, "public-access-block", &block.origin, |_| {
            public_access_block::Spec
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
