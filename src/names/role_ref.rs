use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{AccountName, Invalid};

/// A role in an account, written `security/pipeline`: by its key in the landing zone, never by its ARN.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleRef {
    /// The account the role lies in.
    pub account: AccountName,
    /// The key of the role in that account.
    pub role: Arc<str>,
}

impl RoleRef {
    /// The role `role` of `account`.
    pub fn new(account: AccountName, role: impl Into<Arc<str>>) -> Self {
        Self { account, role: role.into() }
    }
}

impl FromStr for RoleRef {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let malformed =
            || Invalid::new("a role is written `account/role`").help("for example `security/auditor`");
        let (account, role) = text.split_once('/').ok_or_else(malformed)?;
        if role.is_empty() || role.contains('/') {
            return Err(malformed());
        }
        Ok(Self::new(account.parse()?, role))
    }
}

impl fmt::Display for RoleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.role)
    }
}

impl fmt::Debug for RoleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_account_and_role() {
        let role: RoleRef = "security/pipeline".parse().expect("a role");
        assert_eq!((role.account.as_str(), &*role.role), ("security", "pipeline"));
        assert_eq!(role.to_string(), "security/pipeline");
        for bad in ["", "pipeline", "security/", "/pipeline", "a/b/c", "arn:aws:iam::123456789012:role/x"] {
            assert!(bad.parse::<RoleRef>().is_err(), "{bad}");
        }
    }
}
