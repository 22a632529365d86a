use super::{Shape, account, assertion, keys, network, organization};

/// A kind of TOML file of a landing zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum File {
    /// `organization.toml`.
    Organization,
    /// `accounts/NAME.toml`.
    Account,
    /// `accounts/management.toml`.
    Management,
    /// `baselines/NAME.toml`.
    Baseline,
    /// `network/NAME.toml`.
    Network,
    /// `policies/keys.toml`.
    Keys,
    /// `policies/assertions.toml`.
    Assertions,
}

impl File {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Organization,
        Self::Account,
        Self::Management,
        Self::Baseline,
        Self::Network,
        Self::Keys,
        Self::Assertions,
    ];

    /// What the file at a path relative to the landing zone is.
    pub fn of(path: &str) -> Option<Self> {
        let stem = path.strip_suffix(".toml")?;
        match stem.split('/').collect::<Vec<_>>().as_slice() {
            ["organization"] => Some(Self::Organization),
            ["accounts", "management"] => Some(Self::Management),
            ["accounts", _] => Some(Self::Account),
            ["baselines", _] => Some(Self::Baseline),
            ["network", _] => Some(Self::Network),
            ["policies", "keys"] => Some(Self::Keys),
            ["policies", "assertions"] => Some(Self::Assertions),
            _ => None,
        }
    }

    /// In one word: what its schema is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Account => "account",
            Self::Management => "management",
            Self::Baseline => "baseline",
            Self::Network => "network",
            Self::Keys => "keys",
            Self::Assertions => "assertions",
        }
    }

    /// Where such files lie.
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::Organization => "organization.toml",
            Self::Account => "accounts/NAME.toml",
            Self::Management => "accounts/management.toml",
            Self::Baseline => "baselines/NAME.toml",
            Self::Network => "network/NAME.toml",
            Self::Keys => "policies/keys.toml",
            Self::Assertions => "policies/assertions.toml",
        }
    }

    /// What it says.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Organization => {
                "The organization: its name, Regions and units, and what holds for all of it"
            }
            Self::Account => "An account, called as its file is",
            Self::Management => {
                "What the management account has; it needs no file, lies in no unit and is always looked after"
            }
            Self::Baseline => "What several accounts share",
            Self::Network => {
                "VPCs, what guards and joins them, private names; which file a table stands in makes no difference"
            }
            Self::Keys => "The organization's keys, whose names are unique in it",
            Self::Assertions => {
                "What has to hold of it all, proved by every `validate`, `plan`, `apply` and `drift`"
            }
        }
    }

    /// The keys of the whole file.
    pub fn shape(self) -> &'static Shape {
        static ORGANIZATION: Shape = Shape::Table(&organization::FILE);
        static ACCOUNT: Shape = Shape::Table(&account::FILE);
        static MANAGEMENT: Shape = Shape::Table(&account::MANAGEMENT);
        static BASELINE: Shape = Shape::Table(&account::BASELINE);
        static NETWORK: Shape = Shape::Table(&network::FILE);
        static KEYS: Shape = Shape::Table(&keys::FILE);
        static ASSERTIONS: Shape = Shape::Table(&assertion::FILE);
        match self {
            Self::Organization => &ORGANIZATION,
            Self::Account => &ACCOUNT,
            Self::Management => &MANAGEMENT,
            Self::Baseline => &BASELINE,
            Self::Network => &NETWORK,
            Self::Keys => &KEYS,
            Self::Assertions => &ASSERTIONS,
        }
    }
}
