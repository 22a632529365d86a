use super::{AccountName, Invalid};

text! {
    /// An e-mail address; for an account the natural key by which AWS keeps it apart from all others.
    Email, check
}

impl Email {
    /// Stands in for the address of an account that could not be made out, so that the rest can be looked at.
    pub fn stand_in(account: &AccountName) -> Self {
        Self(format!("{account}@organization.example").into())
    }
}

/// AWS's limit for the e-mail address of an account.
const LONGEST: usize = 64;

/// The pattern of Organizations' `CreateAccount`: one `@`, a dot in the domain, no spaces and few signs.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html>, read 2026-11.
fn check(text: &str) -> Result<(), Invalid> {
    if text.len() < 6 || text.len() > LONGEST {
        return Err(Invalid::new(format!("an e-mail address has 6 to {LONGEST} characters")));
    }
    let Some((user, domain)) = text.split_once('@') else {
        return Err(Invalid::new("an e-mail address has one `@`"));
    };
    if let Some(odd) = text.chars().find(|c| !c.is_ascii_graphic() || "\"'()<>[]:;,\\|%&`".contains(*c)) {
        return Err(Invalid::new(format!("an e-mail address of an AWS account can't hold `{odd}`")));
    }
    if user.is_empty() || user.starts_with('.') || user.ends_with('.') || text.contains("..") {
        return Err(Invalid::new("the part before the `@` is not well formed"));
    }
    if !well_formed_domain(domain) {
        return Err(Invalid::new("the part after the `@` is not a domain name"));
    }
    Ok(())
}

fn well_formed_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_create_account_takes() {
        for good in ["aws+prod@acme.example", "a.b@c.de", "x_y@sub.acme.example"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in
            ["", "acme.example", "a@b", "@acme.example", "a b@acme.example", "a@@acme.example", "a..b@c.de"]
        {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }

    #[test]
    fn is_at_most_64_characters() {
        let long = format!("{}@acme.example", "a".repeat(60));
        assert_eq!(long.parse::<Email>(), Err(Invalid::new("an e-mail address has 6 to 64 characters")));
    }
}
