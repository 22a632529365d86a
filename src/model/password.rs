use crate::names::{Located, Origin, Period};

/// The rules for passwords of IAM users in an account. What the TOML leaves out has the CIS benchmark's value.
#[derive(Clone, Debug)]
pub struct PasswordPolicy {
    /// At least so many characters (6 to 128; 14 by default).
    pub minimum_length: Located<u32>,
    /// Whether a symbol is required (by default it is).
    pub symbols: Located<bool>,
    /// Whether a digit is required (by default it is).
    pub numbers: Located<bool>,
    /// Whether an upper-case letter is required (by default it is).
    pub uppercase: Located<bool>,
    /// Whether a lower-case letter is required (by default it is).
    pub lowercase: Located<bool>,
    /// Whether users may change their own password (by default they may).
    pub users_may_change: Located<bool>,
    /// After how long a password expires, in whole days; never if nothing.
    pub max_age: Option<Located<Period>>,
    /// How many old passwords can't be used again (1 to 24; 24 by default).
    pub reuse_prevention: Located<u32>,
    /// Whether only an administrator can replace an expired password (by default not).
    pub hard_expiry: Located<bool>,
    /// The `[password_policy]` table.
    pub origin: Origin,
}
