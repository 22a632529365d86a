use std::fmt;
use std::str::FromStr;

use super::{Invalid, Region};

/// An Availability Zone by its [AZ ID][ids], which is the same place in every account: `apse2-az1`.
///
/// [ids]: https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneId {
    region: Region,
    number: u8,
}

/// The numbers of a Region's zones where they are not 1, 2 and 3, as of 2026-11:
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html>. Zones that new
/// accounts can't use are left out.
const NUMBERS: [(&str, &[u8]); 6] = [
    ("ap-northeast-1", &[1, 2, 4]),
    ("ap-northeast-2", &[1, 2, 3, 4]),
    ("ca-central-1", &[1, 2, 4]),
    ("us-east-1", &[1, 2, 3, 4, 5, 6]),
    ("us-west-1", &[1, 3]),
    ("us-west-2", &[1, 2, 3, 4]),
];

impl ZoneId {
    /// The zones of a Region, in the order of their numbers.
    pub fn all(region: Region) -> impl Iterator<Item = Self> {
        let stated = NUMBERS.iter().find(|(name, _)| *name == region.as_str());
        let numbers = stated.map_or(&[1, 2, 3][..], |(_, numbers)| numbers);
        numbers.iter().map(move |number| Self { region, number: *number })
    }

    /// The Region it lies in.
    pub const fn region(self) -> Region {
        self.region
    }

    /// Its number within the Region, from 1. It never changes, so that addresses can be laid out by it.
    pub const fn number(self) -> u8 {
        self.number
    }

    /// Its number as text: `az1`.
    pub fn short(self) -> String {
        format!("az{}", self.number)
    }
}

/// What the AZ IDs of a Region begin with: `apse2` for `ap-southeast-2`.
fn code(region: Region) -> String {
    let short = |part: &str| match part {
        "northeast" => "ne".to_owned(),
        "northwest" => "nw".to_owned(),
        "southeast" => "se".to_owned(),
        "southwest" => "sw".to_owned(),
        "north" | "south" | "east" | "west" | "central" | "gov" => part[..1].to_owned(),
        other => other.to_owned(),
    };
    region.as_str().split('-').map(short).collect()
}

impl FromStr for ZoneId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut known = Region::all().flat_map(Self::all);
        let unknown = || {
            Invalid::new(format!("no Availability Zone has the AZ ID `{text}`")).help(
                "AZ IDs look like `apse2-az1`; the names such as `ap-southeast-2a` differ between accounts",
            )
        };
        known.find(|zone| zone.to_string() == text).ok_or_else(unknown)
    }
}

impl fmt::Display for ZoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-az{}", code(self.region), self.number))
    }
}

impl fmt::Debug for ZoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_called_as_aws_does() {
        let zones = |region: &str| {
            let zones = ZoneId::all(region.parse().expect("a Region"));
            zones.map(|zone| zone.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(zones("ap-southeast-2"), "apse2-az1 apse2-az2 apse2-az3");
        assert_eq!(zones("us-west-1"), "usw1-az1 usw1-az3");
        assert_eq!(zones("us-gov-west-1"), "usgw1-az1 usgw1-az2 usgw1-az3");
        assert_eq!(zones("cn-northwest-1"), "cnnw1-az1 cnnw1-az2 cnnw1-az3");
        assert_eq!("euc1-az2".parse::<ZoneId>().map(|zone| zone.region().as_str()), Ok("eu-central-1"));
        assert!("ap-southeast-2a".parse::<ZoneId>().is_err());
    }
}
