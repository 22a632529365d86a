use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{AccountName, Invalid};

/// A KMS key by its names in the landing zone: `logs` of `policies/keys.toml`, or `prod/data`, which an account or its
/// baseline states. Where other things may stand in its place it is written with a prefix: `key:logs`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyRef {
    /// The account whose own key it is; nothing for the organization's keys, whose names are unique.
    pub account: Option<AccountName>,
    /// The name of the key.
    pub name: Arc<str>,
}

impl KeyRef {
    /// The organization's key of this name.
    pub fn shared(name: impl Into<Arc<str>>) -> Self {
        Self { account: None, name: name.into() }
    }

    /// The key that an account states for itself.
    pub fn own(account: AccountName, name: impl Into<Arc<str>>) -> Self {
        Self { account: Some(account), name: name.into() }
    }
}

impl FromStr for KeyRef {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let malformed =
            || Invalid::new("a key is written `name` or `account/name`").help("for example `logs`");
        let (account, name) = match text.split_once('/') {
            Some((account, name)) => (Some(account.parse()?), name),
            None => (None, text),
        };
        if name.is_empty() || name.contains(['/', ':']) {
            return Err(malformed());
        }
        Ok(Self { account, name: name.into() })
    }
}

impl fmt::Display for KeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.account {
            Some(account) => write!(f, "{account}/{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl fmt::Debug for KeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_organization_and_of_accounts() {
        let key = |text: &str| text.parse::<KeyRef>();
        assert_eq!(key("logs").expect("a key"), KeyRef::shared("logs"));
        let data = key("prod/data").expect("a key");
        assert_eq!((data.account.as_ref().map(AccountName::as_str), &*data.name), (Some("prod"), "data"));
        assert_eq!(data.to_string(), "prod/data");
        for bad in ["", "/", "prod/", "/data", "a/b/c", "key:logs"] {
            assert!(key(bad).is_err(), "{bad}");
        }
    }
}
