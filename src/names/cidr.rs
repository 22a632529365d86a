use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::Ipv4Net;

use super::Invalid;

/// A range of IPv4 addresses whose address is its first one: `10.32.0.0/16`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr(Ipv4Net);

impl Cidr {
    /// Every address.
    pub const ALL: Self = Self(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0));

    /// The range of `prefix` bits that holds an address; nothing if there are no such prefixes.
    pub fn around(address: Ipv4Addr, prefix: u8) -> Option<Self> {
        Ipv4Net::new(address, prefix).ok().map(|net| Self(net.trunc()))
    }

    /// The first address.
    pub fn first(self) -> Ipv4Addr {
        self.0.network()
    }

    /// The last address.
    pub fn last(self) -> Ipv4Addr {
        self.0.broadcast()
    }

    /// How many bits all its addresses share.
    pub fn prefix(self) -> u8 {
        self.0.prefix_len()
    }

    /// Whether every address of `other` is one of this range.
    pub fn contains(self, other: Self) -> bool {
        self.0.contains(&other.0)
    }

    /// Whether it holds an address.
    pub fn holds(self, address: Ipv4Addr) -> bool {
        self.0.contains(&address)
    }

    /// Whether both share an address.
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// Its `index`-th part of `prefix` bits, counted from 0; nothing if it has not so many.
    pub fn part(self, prefix: u8, index: u32) -> Option<Self> {
        let bits = prefix.checked_sub(self.prefix())?;
        if prefix > 32 || u64::from(index) >= 1_u64 << bits {
            return None;
        }
        let size = 1_u64 << (32 - prefix);
        let first = u64::from(u32::from(self.first())) + u64::from(index) * size;
        Self::around(Ipv4Addr::from(u32::try_from(first).ok()?), prefix)
    }
}

impl FromStr for Cidr {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let malformed = || Invalid::new("a range of addresses is written like `10.32.0.0/16`");
        let net: Ipv4Net = text.parse().map_err(|_| malformed())?;
        if net.addr() != net.network() {
            let reason = format!("`{text}` begins inside its range");
            return Err(Invalid::new(reason).help(format!("did you mean `{}`?", net.trunc())));
        }
        Ok(Self(net))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().expect("a range")
    }

    #[test]
    fn begins_where_its_range_begins() {
        assert_eq!(cidr("10.32.0.0/16").to_string(), "10.32.0.0/16");
        let inside = "10.32.1.0/16".parse::<Cidr>().expect_err("inside");
        assert_eq!(inside.help.as_deref(), Some("did you mean `10.32.0.0/16`?"));
        for bad in ["", "10.32.0.0", "10.32.0.0/33", "fd00::/8", "10.32.0/16"] {
            assert!(bad.parse::<Cidr>().is_err(), "{bad}");
        }
    }

    #[test]
    fn has_parts() {
        let whole = cidr("10.32.0.0/16");
        assert_eq!(whole.part(18, 3), Some(cidr("10.32.192.0/18")));
        assert_eq!(whole.part(18, 4), None);
        assert_eq!(whole.part(15, 0), None);
        assert_eq!(cidr("0.0.0.0/0").part(1, 1), Some(cidr("128.0.0.0/1")));
        assert!(whole.overlaps(cidr("10.0.0.0/8")) && !whole.overlaps(cidr("10.33.0.0/16")));
        assert_eq!(whole.last(), Ipv4Addr::new(10, 32, 255, 255));
    }
}
