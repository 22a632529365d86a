use super::Invalid;

text! {
    /// The name of an account in the landing zone: the stem of its file in `accounts/`.
    AccountName, check
}

/// AWS's limit for an account's name, which is the key unless `name` says otherwise.
const LONGEST: usize = 50;

impl AccountName {
    /// The reserved name of the management account, reached with the caller's own credentials.
    pub const MANAGEMENT: &'static str = "management";

    /// The management account.
    pub fn management() -> Self {
        Self(Self::MANAGEMENT.into())
    }

    /// Whether this is the management account.
    pub fn is_management(&self) -> bool {
        &*self.0 == Self::MANAGEMENT
    }
}

/// Lower case only: the name becomes part of e-mail addresses, bucket names and aliases, where case is lost.
fn check(text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new("an account's name can't be empty"));
    }
    if text.chars().count() > LONGEST {
        return Err(Invalid::new(format!("an account's name has at most {LONGEST} characters")));
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !text.chars().all(plain) || text.starts_with('-') || text.ends_with('-') {
        return Err(Invalid::new(
            "an account's name holds lower-case letters, digits and inner hyphens only",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_lower_case_and_short() {
        assert!("prod-2".parse::<AccountName>().is_ok());
        for bad in ["", "Prod", "-a", "a-", "a b", "a/b", "prod\u{e9}", &"x".repeat(51)] {
            assert!(bad.parse::<AccountName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn knows_the_management_account() {
        assert!(AccountName::management().is_management());
        assert_eq!("management".parse::<AccountName>(), Ok(AccountName::management()));
    }
}
