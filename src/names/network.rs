//! What parts of the network are called.

use super::Invalid;

text! {
    /// The name of a VPC in the landing zone: `prod` of `[vpc.prod]`.
    VpcName, check
}

text! {
    /// The name of a segment: VPCs that are routed alike.
    SegmentName, check
}

text! {
    /// The name of a resolver, of a DNS firewall, or of what lies beyond the organization.
    PartName, check
}

text! {
    /// A domain: `prod.acme.internal`, without the dot behind it.
    DomainName, domain
}

/// Names become part of tags and of names of security groups, with something behind them.
const LONGEST: usize = 40;

fn check(text: &str) -> Result<(), Invalid> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let framed = text.starts_with('-') || text.ends_with('-');
    if text.is_empty() || text.len() > LONGEST || !text.chars().all(plain) || framed {
        return Err(Invalid::new(format!(
            "such a name holds 1 to {LONGEST} lower-case letters, digits and inner hyphens only"
        )));
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html>, with what private zones of use hold.
fn domain(text: &str) -> Result<(), Invalid> {
    if let Some(plain) = text.strip_suffix('.') {
        return Err(Invalid::new("a domain is written without the dot at its end").help(format!("`{plain}`")));
    }
    let label = |label: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        (1..=63).contains(&label.len())
            && label.chars().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() > 253 || !text.split('.').all(label) {
        let reason = "a domain is lower-case letters, digits, hyphens and underscores, in parts of at most 63 with dots between";
        return Err(Invalid::new(reason));
    }
    Ok(())
}

impl DomainName {
    /// Whether it is `other` or lies below it.
    pub fn is_within(&self, other: &Self) -> bool {
        let rest = self.as_str().strip_suffix(other.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        assert!("prod-2".parse::<VpcName>().is_ok());
        for bad in ["", "Prod", "-a", "a-", "a.b", &"x".repeat(41)] {
            assert!(bad.parse::<SegmentName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn domains_lie_within_each_other() {
        let domain = |text: &str| text.parse::<DomainName>().expect("a domain");
        assert!(domain("a.acme.internal").is_within(&domain("acme.internal")));
        assert!(domain("acme.internal").is_within(&domain("acme.internal")));
        assert!(!domain("xacme.internal").is_within(&domain("acme.internal")));
        for bad in ["", "acme.internal.", "Acme.internal", "a..b", "-a.b"] {
            assert!(bad.parse::<DomainName>().is_err(), "{bad}");
        }
    }
}
