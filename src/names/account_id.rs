use super::Invalid;

text! {
    /// The twelve digits by which AWS knows an account.
    AccountId, check
}

fn check(text: &str) -> Result<(), Invalid> {
    let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Ok(()) } else { Err(Invalid::new("an AWS account id has twelve digits")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_twelve_digits() {
        assert!("012345678901".parse::<AccountId>().is_ok());
        for bad in ["", "12345678901", "1234567890123", "12345678901x", "１２３４"] {
            assert!(bad.parse::<AccountId>().is_err(), "{bad}");
        }
    }
}
