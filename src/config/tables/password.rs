use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, boolean, number, parsed};
use crate::names::{Located, Origin, Period};

/// A password policy as far as one file states it.
#[derive(Clone)]
pub(in crate::config) struct PasswordTable {
    pub(in crate::config) minimum_length: Option<Located<u32>>,
    pub(in crate::config) symbols: Option<Located<bool>>,
    pub(in crate::config) numbers: Option<Located<bool>>,
    pub(in crate::config) uppercase: Option<Located<bool>>,
    pub(in crate::config) lowercase: Option<Located<bool>>,
    pub(in crate::config) users_may_change: Option<Located<bool>>,
    pub(in crate::config) max_age: Option<Located<Period>>,
    pub(in crate::config) reuse_prevention: Option<Located<u32>>,
    pub(in crate::config) hard_expiry: Option<Located<bool>>,
    pub(in crate::config) origin: Origin,
}

impl PasswordTable {
    /// This policy, with what it leaves out taken from another.
    pub(in crate::config) fn over(self, base: Self) -> Self {
        Self {
            minimum_length: self.minimum_length.or(base.minimum_length),
            symbols: self.symbols.or(base.symbols),
            numbers: self.numbers.or(base.numbers),
            uppercase: self.uppercase.or(base.uppercase),
            lowercase: self.lowercase.or(base.lowercase),
            users_may_change: self.users_may_change.or(base.users_may_change),
            max_age: self.max_age.or(base.max_age),
            reuse_prevention: self.reuse_prevention.or(base.reuse_prevention),
            hard_expiry: self.hard_expiry.or(base.hard_expiry),
            origin: self.origin,
        }
    }
}

/// Bounds are those of `UpdateAccountPasswordPolicy`.
pub(super) fn read(mut table: Table<'_>) -> PasswordTable {
    let policy = PasswordTable {
        minimum_length: table.optional("minimum_length", number(6..=128)),
        symbols: table.optional("symbols", boolean),
        numbers: table.optional("numbers", boolean),
        uppercase: table.optional("uppercase", boolean),
        lowercase: table.optional("lowercase", boolean),
        users_may_change: table.optional("users_may_change", boolean),
        max_age: table.optional("max_age", max_age),
        reuse_prevention: table.optional("reuse_prevention", number(1..=24)),
        hard_expiry: table.optional("hard_expiry", boolean),
        origin: table.origin().clone(),
    };
    table.finish();
    policy
}

fn max_age(value: Value<'_>) -> Option<Located<Period>> {
    let age = parsed::<Period>(value)?;
    match age.as_days() {
        Some(1..=1095) => Some(age),
        _ => value
            .complain(Complaint::new(&age.origin, "a password lasts between 1d and 1095d, in whole days")),
    }
}
