//! `iam/password-policy`: the rules for passwords of IAM users in an account.

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// The account's [password policy][policy]. Where none was ever set, AWS's default holds and nothing is found.
///
/// [policy]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
pub struct PasswordPolicy;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one of AWS's switches, and none depends on another"
)]
pub struct Spec {
    /// At least so many characters, 6 to 128.
    pub minimum_length: i32,
    /// Whether a symbol is required.
    pub symbols: bool,
    /// Whether a digit is required.
    pub numbers: bool,
    /// Whether an upper-case letter is required.
    pub uppercase: bool,
    /// Whether a lower-case letter is required.
    pub lowercase: bool,
    /// Whether users may change their own password.
    pub users_may_change: bool,
    /// After how many days a password expires, 1 to 1,095; never if nothing.
    pub max_age_days: Option<i32>,
    /// How many old passwords can't be used again, 1 to 24; any can if nothing.
    pub reuse_prevention: Option<i32>,
    /// Whether only an administrator can replace an expired password.
    pub hard_expiry: bool,
}

/// What stands for the only policy there is.
const ONLY: &str = "password-policy";

impl Kind for PasswordPolicy {
    const NAME: &'static str = "iam/password-policy";
    const ABOUT: &'static str = "The password policy of an account.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("without it, AWS's weaker default would hold");
    const LINGERS: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["iam:GetAccountPasswordPolicy"],
        create: &["iam:UpdateAccountPasswordPolicy"],
        update: &["iam:UpdateAccountPasswordPolicy"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Spec;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(ONLY.to_owned())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        rules(spec)
    }

    fn observed(live: &Spec) -> Doc {
        rules(live)
    }

    fn outputs(_: &Spec) {}

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Spec>>> {
        let request = at.iam().await?.get_account_password_policy();
        let answer = aws::call(at, "GetAccountPasswordPolicy", request.send()).await;
        let policy = aws::unless(answer, &["NoSuchEntity"])?.and_then(|answer| answer.password_policy);
        let found = |policy| Found {
            key: ONLY.to_owned(),
            label: "password policy".to_owned(),
            owner: Owner::Nobody,
            live: live(&policy),
        };
        Ok(policy.map(found).into_iter().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        set(at, it.spec).await
    }

    /// Sets all rules whatever differs: AWS resets to its default [what the call leaves out][partial].
    ///
    /// [partial]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Spec, _: &[Change]) -> Result<()> {
        set(at, it.spec).await
    }
}

fn rules(spec: &Spec) -> Doc {
    let Spec {
        minimum_length,
        symbols,
        numbers,
        uppercase,
        lowercase,
        users_may_change,
        max_age_days,
        reuse_prevention,
        hard_expiry,
    } = spec;
    Doc::new()
        .with("minimum_length", *minimum_length)
        .with("symbols", *symbols)
        .with("numbers", *numbers)
        .with("uppercase", *uppercase)
        .with("lowercase", *lowercase)
        .with("users_may_change", *users_may_change)
        .with_some("max_age_days", *max_age_days)
        .with_some("reuse_prevention", *reuse_prevention)
        .with("hard_expiry", *hard_expiry)
}

/// AWS says 0 where there is no limit.
fn live(policy: &aws_sdk_iam::types::PasswordPolicy) -> Spec {
    let limit = |days: Option<i32>| days.filter(|days| *days > 0);
    Spec {
        minimum_length: policy.minimum_password_length.unwrap_or_default(),
        symbols: policy.require_symbols,
        numbers: policy.require_numbers,
        uppercase: policy.require_uppercase_characters,
        lowercase: policy.require_lowercase_characters,
        users_may_change: policy.allow_users_to_change_password,
        max_age_days: limit(policy.max_password_age),
        reuse_prevention: limit(policy.password_reuse_prevention),
        hard_expiry: policy.hard_expiry.unwrap_or_default(),
    }
}

async fn set(at: &At<'_>, spec: &Spec) -> Result<()> {
    let request = at.iam().await?.update_account_password_policy();
    let request = request
        .minimum_password_length(spec.minimum_length)
        .require_symbols(spec.symbols)
        .require_numbers(spec.numbers)
        .require_uppercase_characters(spec.uppercase)
        .require_lowercase_characters(spec.lowercase)
        .allow_users_to_change_password(spec.users_may_change)
        .set_max_password_age(spec.max_age_days)
        .set_password_reuse_prevention(spec.reuse_prevention)
        .hard_expiry(spec.hard_expiry);
    aws::call(at, "UpdateAccountPasswordPolicy", request.send()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_means_no_limit() {
        let policy =
            aws_sdk_iam::types::PasswordPolicy::builder().minimum_password_length(14).max_password_age(0);
        let live = live(&policy.build());
        assert_eq!((live.minimum_length, live.max_age_days, live.reuse_prevention), (14, None, None));
        assert!(rules(&live).get("max_age_days").is_none());
    }
}
