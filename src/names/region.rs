use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::{Invalid, nearest};

/// An AWS Region that exists.
#[derive(Clone, Copy)]
pub struct Region(&'static Row);

/// A group of Regions with accounts, names and endpoints of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    /// The commercial Regions: `aws`.
    Commercial,
    /// The Regions in China: `aws-cn`.
    China,
    /// The Regions for the government of the United States: `aws-us-gov`.
    Government,
    /// The European Sovereign Cloud: `aws-eusc`.
    Sovereign,
}

impl Partition {
    /// As ARNs write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commercial => "aws",
            Self::China => "aws-cn",
            Self::Government => "aws-us-gov",
            Self::Sovereign => "aws-eusc",
        }
    }

    /// What the names of its endpoints end with.
    pub const fn dns_suffix(self) -> &'static str {
        match self {
            Self::Commercial | Self::Government => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
            Self::Sovereign => "amazonaws.eu",
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Region {
    /// The Region that is taken for one that could not be read.
    pub const STAND_IN: Self = Self(&row("us-east-1", Partition::Commercial, false));

    /// All Regions of the table below.
    pub fn all() -> impl Iterator<Item = Self> {
        REGIONS.iter().map(Self)
    }

    /// As AWS writes it: `ap-southeast-2`.
    pub const fn as_str(self) -> &'static str {
        self.0.name
    }

    /// The partition it lies in.
    pub const fn partition(self) -> Partition {
        self.0.partition
    }

    /// Whether an account has to enable it before anything can be placed there.
    pub const fn opt_in(self) -> bool {
        self.0.opt_in
    }
}

impl FromStr for Region {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Some(row) = REGIONS.iter().find(|row| row.name == text) {
            return Ok(Self(row));
        }
        let unknown = Invalid::new(format!("no AWS Region is called `{text}`"));
        Err(match nearest(text, REGIONS.iter().map(|row| row.name)) {
            Some(near) => unknown.help(format!("did you mean `{near}`?")),
            None => unknown,
        })
    }
}

impl PartialEq for Region {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Region {}

impl PartialOrd for Region {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Region {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Region {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

struct Row {
    name: &'static str,
    partition: Partition,
    opt_in: bool,
}

const fn row(name: &'static str, partition: Partition, opt_in: bool) -> Row {
    Row { name, partition, opt_in }
}

const fn default(name: &'static str) -> Row {
    row(name, Partition::Commercial, false)
}

const fn opt_in(name: &'static str) -> Row {
    row(name, Partition::Commercial, true)
}

/// As of 2026-11: <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>. The isolated
/// partitions are left out: they can't be reached from where this program runs.
static REGIONS: [Row; 39] = [
    opt_in("af-south-1"),
    opt_in("ap-east-1"),
    opt_in("ap-east-2"),
    default("ap-northeast-1"),
    default("ap-northeast-2"),
    default("ap-northeast-3"),
    default("ap-south-1"),
    opt_in("ap-south-2"),
    default("ap-southeast-1"),
    default("ap-southeast-2"),
    opt_in("ap-southeast-3"),
    opt_in("ap-southeast-4"),
    opt_in("ap-southeast-5"),
    opt_in("ap-southeast-6"),
    opt_in("ap-southeast-7"),
    default("ca-central-1"),
    opt_in("ca-west-1"),
    default("eu-central-1"),
    opt_in("eu-central-2"),
    default("eu-north-1"),
    opt_in("eu-south-1"),
    opt_in("eu-south-2"),
    default("eu-west-1"),
    default("eu-west-2"),
    default("eu-west-3"),
    opt_in("il-central-1"),
    opt_in("me-central-1"),
    opt_in("me-south-1"),
    opt_in("mx-central-1"),
    default("sa-east-1"),
    default("us-east-1"),
    default("us-east-2"),
    default("us-west-1"),
    default("us-west-2"),
    row("cn-north-1", Partition::China, false),
    row("cn-northwest-1", Partition::China, false),
    row("us-gov-east-1", Partition::Government, false),
    row("us-gov-west-1", Partition::Government, false),
    row("eusc-de-east-1", Partition::Sovereign, false),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_regions_need_opting_in() {
        let region = |name: &str| name.parse::<Region>().expect("a Region");
        assert!(!region("ap-southeast-2").opt_in());
        assert!(region("ap-southeast-4").opt_in());
        assert_eq!(region("cn-north-1").partition(), Partition::China);
    }

    #[test]
    fn offers_the_region_that_was_meant() {
        let error = "ap-southest-2".parse::<Region>().expect_err("no Region");
        assert_eq!(error.help.as_deref(), Some("did you mean `ap-southeast-2`?"));
    }

    #[test]
    fn no_region_is_listed_twice() {
        let names: std::collections::BTreeSet<_> = Region::all().collect();
        assert_eq!(names.len(), REGIONS.len());
    }
}
