use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{KeyService, Tags, ViaService};
use crate::names::{AccountName, KeyRef, Located, Origin, Period, Region, RoleRef};

/// A KMS key for symmetric encryption, as an intent: who may do what with it, and where it has replicas.
#[derive(Clone, Debug)]
pub struct Key {
    /// Which key it is.
    pub id: KeyId,
    /// What its aliases end in: `alias/acme/logs`.
    pub aws_name: Located<String>,
    /// What the landing zone called it before.
    pub moved: Option<Located<String>>,
    /// Whether it is one of the organization's, whose names are unique: stated in `policies/keys.toml`.
    pub shared: bool,
    /// Where its account is stated.
    pub account: Origin,
    /// The Region of the key, or of the primary if it has replicas; the home Region unless said otherwise.
    pub region: Located<Region>,
    /// Where it has replicas, in the same account.
    pub replicas: Vec<Located<Region>>,
    /// Whether it is a multi-Region key, which it can't become later.
    pub multi_region: Located<bool>,
    /// A sentence about it, shown by KMS.
    pub description: Option<Located<String>>,
    /// After how many days AWS makes new key material each time.
    pub rotate: Located<Rotation>,
    /// Who may do what.
    pub parties: BTreeMap<Intent, Vec<Located<Party>>>,
    /// The services through which principals of its account may use it.
    pub services: Vec<Located<ViaService>>,
    /// The name of the file in `policies/kms/` whose statements are appended to the compiled policy.
    pub statements: Option<Located<String>>,
    /// Its tags, the account's included.
    pub tags: Tags,
    /// Its table.
    pub origin: Origin,
}

impl Key {
    /// How the landing zone refers to it: `logs`, `prod/data`.
    pub fn reference(&self) -> KeyRef {
        let KeyId { account, name } = &self.id;
        if self.shared { KeyRef::shared(name.clone()) } else { KeyRef::own(account.clone(), name.clone()) }
    }

    /// The Regions it can be used in: its own, then its replicas'.
    pub fn regions(&self) -> impl Iterator<Item = Region> + '_ {
        std::iter::once(self.region.value).chain(self.replicas.iter().map(|region| region.value))
    }

    /// Who is meant by an intent.
    pub fn parties(&self, intent: Intent) -> &[Located<Party>] {
        self.parties.get(&intent).map_or(&[], Vec::as_slice)
    }
}

/// A key by its account and name: AWS keeps one alias of a name in an account and Region.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId {
    /// The account it lies in.
    pub account: AccountName,
    /// Its key in the landing zone.
    pub name: Arc<str>,
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.name)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What somebody is to do with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Intent {
    /// Change it, its policy, aliases and replicas; never use it.
    Administer,
    /// Write what only others can read.
    Encrypt,
    /// Read.
    Decrypt,
    /// Write and read.
    Use,
    /// Let AWS services use it on somebody's behalf for as long as a resource lives: volumes, databases.
    Grant,
}

impl Intent {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Administer, Self::Encrypt, Self::Decrypt, Self::Use, Self::Grant];

    /// As the TOML writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administer => "admins",
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
            Self::Use => "use",
            Self::Grant => "grant",
        }
    }
}

/// Somebody whom an intent names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A role of the landing zone: `"security/auditor"`, or `"deployer"` for one of the key's own account.
    Role(RoleRef),
    /// Whoever an account of the landing zone lets: `"account:prod"`.
    Account(AccountName),
    /// An AWS service for itself: `"service:cloudtrail"`.
    Service(KeyService),
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => write!(f, "{role}"),
            Self::Account(account) => write!(f, "account:{account}"),
            Self::Service(service) => write!(f, "service:{service}"),
        }
    }
}

/// A rotation period that KMS takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rotation(u32);

impl Rotation {
    /// What KMS takes and what it does unless asked for something else, in days.
    /// <https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html>, read 2026-11.
    const BOUNDS: std::ops::RangeInclusive<u64> = 90..=2560;
    /// One year.
    pub const YEAR: Self = Self(365);

    /// The rotation of this length, if KMS takes it.
    pub fn of(period: Period) -> Option<Self> {
        let days = period.as_days().filter(|days| Self::BOUNDS.contains(days))?;
        u32::try_from(days).ok().map(Self)
    }

    /// Its length in days.
    pub const fn days(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_is_whole_days_within_bounds() {
        let days = |text: &str| Rotation::of(text.parse().expect("a period")).map(Rotation::days);
        assert_eq!(days("90d"), Some(90));
        assert_eq!(days("1y"), Some(365));
        assert_eq!(days("2560d"), Some(2560));
        for bad in ["89d", "2561d", "8y", "2161h"] {
            assert_eq!(days(bad), None, "{bad}");
        }
    }
}
