use std::{fmt, net::Ipv4Addr, str::FromStr};

use super::{Network, Tier, Vpc};
use crate::names::{Cidr, Invalid, PartName, VpcName};

/// Whom a question about reachability is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// The machines of a VPC, or of one tier of it: `vpc:prod`, `vpc:prod/data`.
    Vpc(VpcName, Option<Tier>),
    /// Whoever has one of these addresses: `10.32.0.0/20`, `10.32.0.7`.
    Range(Cidr),
    /// What lies beyond the organization: `external:office`.
    External(PartName),
    /// Everybody else: `internet`.
    Internet,
}

/// The forms there are, said where something is none of them.
const FORMS: &str = "it is `vpc:NAME`, `vpc:NAME/TIER`, `external:NAME`, `internet`, a range such as `10.32.0.0/20` or an address";

impl FromStr for Endpoint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.split_once(':') {
            Some(("vpc", rest)) => vpc(rest),
            Some(("external", name)) => Ok(Self::External(name.parse()?)),
            Some(_) => Err(Invalid::new("nobody can be meant by this").help(FORMS)),
            None if text == "internet" => Ok(Self::Internet),
            None => range(text).map(Self::Range),
        }
    }
}

fn vpc(text: &str) -> Result<Endpoint, Invalid> {
    let (name, tier) = text.split_once('/').map_or((text, None), |(name, tier)| (name, Some(tier)));
    let unknown = |tier: &str| {
        let tiers = Tier::ALL.map(|tier| format!("`{}`", tier.as_str()));
        Invalid::new(format!("no tier is called `{tier}`")).help(format!("there is {}", tiers.join(", ")))
    };
    let tier = tier.map(|tier| Tier::named(tier).ok_or_else(|| unknown(tier))).transpose()?;
    Ok(Endpoint::Vpc(name.parse()?, tier))
}

fn range(text: &str) -> Result<Cidr, Invalid> {
    if let Some(address) = text.parse().ok().and_then(|address: Ipv4Addr| Cidr::around(address, 32)) {
        return Ok(address);
    }
    if text.contains('/') && text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.parse();
    }
    Err(Invalid::new("nobody can be meant by this").help(FORMS))
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vpc(name, None) => write!(f, "vpc:{name}"),
            Self::Vpc(name, Some(tier)) => write!(f, "vpc:{name}/{}", tier.as_str()),
            Self::Range(range) if range.prefix() == 32 => write!(f, "{}", range.first()),
            Self::Range(range) => range.fmt(f),
            Self::External(name) => write!(f, "external:{name}"),
            Self::Internet => f.write_str("internet"),
        }
    }
}

/// Somebody who was named and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown<'n> {
    /// What is not there: a phrase.
    pub message: String,
    /// What was named.
    pub name: &'n str,
    /// What there is instead.
    pub known: Vec<&'n str>,
}

impl Network {
    /// What of an endpoint is not there; nothing if it is.
    pub fn unknown<'n>(&'n self, endpoint: &'n Endpoint) -> Option<Unknown<'n>> {
        match endpoint {
            Endpoint::Vpc(name, tier) => {
                if let Some(vpc) = self.vpcs.get(name) {
                    return unknown_tier(vpc, *tier);
                }
                let message = format!("no VPC is called `{name}`");
                let known = self.vpcs.keys().map(VpcName::as_str).collect();
                Some(Unknown { message, name: name.as_str(), known })
            }
            Endpoint::External(name) if !self.externals.contains_key(name) => {
                let message = format!("nothing external is called `{name}`");
                let known = self.externals.keys().map(PartName::as_str).collect();
                Some(Unknown { message, name: name.as_str(), known })
            }
            Endpoint::External(_) | Endpoint::Range(_) | Endpoint::Internet => None,
        }
    }
}

fn unknown_tier(vpc: &Vpc, tier: Option<Tier>) -> Option<Unknown<'_>> {
    let tier = tier.filter(|tier| !vpc.tiers.contains_key(tier))?;
    let message = format!("the VPC `{}` has no tier `{}`", *vpc.name, tier.as_str());
    Some(Unknown {
        message,
        name: tier.as_str(),
        known: vpc.tiers.keys().map(|tier| tier.as_str()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_read_as_they_are_written() {
        for text in ["vpc:prod", "vpc:prod/data", "10.32.0.0/20", "10.32.0.7", "external:office", "internet"]
        {
            let endpoint: Endpoint = text.parse().expect(text);
            assert_eq!(endpoint.to_string(), text);
        }
        for bad in
            ["", "prod", "vpc:", "vpc:prod/web", "vpc:prod/data/x", "subnet:a", "10.32.0.1/20", "external:"]
        {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }
}
