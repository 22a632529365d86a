//! Entries of network ACLs, as they are wanted and as AWS has them.

use aws_sdk_ec2::types::{IcmpTypeCode, NetworkAclEntry, PortRange, RuleAction};

use crate::{
    engine::doc::Field,
    kinds::ec2::traffic::{Traffic, written},
    names::Cidr,
};

/// An entry: what it says holds for all it matches, unless an entry with a lower number matches it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1 to 32766, unique for its direction.
    pub number: u16,
    /// Whether it is about what leaves the subnets, or about what enters them.
    pub egress: bool,
    /// Whether what it matches passes.
    pub allow: bool,
    /// What it matches.
    pub traffic: Traffic,
    /// From whom, or to whom.
    pub range: Cidr,
}

/// The number of the entry behind all others, which denies; AWS [makes it][default] and takes no other.
///
/// [default]: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
const LAST: i32 = 32_767;

fn path(egress: bool, number: i32) -> String {
    format!("entries[{} {number:05}]", if egress { "out" } else { "in" })
}

fn says(allow: bool, traffic: &str, egress: bool, range: &str) -> String {
    let (verb, arrow) = (if allow { "allow" } else { "deny" }, if egress { "->" } else { "<-" });
    format!("{verb} {traffic} {arrow} {range}")
}

impl Entry {
    /// The path of its field.
    pub(super) fn path(&self) -> String {
        path(self.egress, self.number.into())
    }

    /// Its path and field.
    pub(super) fn field(&self) -> (String, Field) {
        let Self { number: _, egress, allow, traffic, range } = self;
        (self.path(), says(*allow, &traffic.to_string(), *egress, &range.to_string()).into())
    }

    pub(super) fn action(&self) -> RuleAction {
        if self.allow { RuleAction::Allow } else { RuleAction::Deny }
    }

    pub(super) fn ports(&self) -> Option<PortRange> {
        let (from, to) = self.traffic.range().filter(|_| self.traffic != Traffic::TooLarge)?;
        Some(PortRange::builder().from(from).to(to).build())
    }

    pub(super) fn icmp(&self) -> Option<IcmpTypeCode> {
        let (kind, code) = self.traffic.range().filter(|_| self.traffic == Traffic::TooLarge)?;
        Some(IcmpTypeCode::builder().r#type(kind).code(code).build())
    }
}

/// An entry that AWS has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// Its number.
    pub number: i32,
    /// Whether it is about what leaves.
    pub egress: bool,
    /// The path of its field.
    pub path: String,
    /// What it says.
    pub says: String,
}

impl Held {
    /// An entry as AWS lists it; nothing for the last one, which is always there.
    pub(super) fn of(entry: &NetworkAclEntry) -> Option<Self> {
        let (number, egress) = (entry.rule_number()?, entry.egress()?);
        if number == LAST {
            return None;
        }
        let ports = entry.port_range().and_then(|range| range.from().zip(range.to()));
        let icmp = entry.icmp_type_code().and_then(|icmp| icmp.r#type().zip(icmp.code()));
        let traffic = written(entry.protocol()?, ports.or(icmp));
        let range = entry.cidr_block().or(entry.ipv6_cidr_block()).unwrap_or_default();
        let says = says(entry.rule_action() == Some(&RuleAction::Allow), &traffic, egress, range);
        Some(Self { number, egress, path: path(egress, number), says })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::ec2::traffic::Ports;

    fn sent(entry: &Entry) -> NetworkAclEntry {
        let builder = NetworkAclEntry::builder().rule_number(entry.number.into()).egress(entry.egress);
        let builder = builder.protocol(entry.traffic.number()).rule_action(entry.action());
        let builder = builder.set_port_range(entry.ports()).set_icmp_type_code(entry.icmp());
        builder.cidr_block(entry.range.to_string()).build()
    }

    #[test]
    fn what_is_sent_is_what_is_compared() {
        let traffics =
            [Traffic::All, Traffic::Tcp(Ports::one(443)), Traffic::Udp(Ports::EPHEMERAL), Traffic::TooLarge];
        for (number, traffic) in (100..).zip(traffics) {
            let entry = Entry { number, egress: true, allow: true, traffic, range: Cidr::ALL };
            let held = Held::of(&sent(&entry)).expect("an entry");
            assert_eq!((held.path, Field::from(held.says)), entry.field());
        }
    }

    #[test]
    fn entries_read_like_a_list() {
        let range = "10.32.0.0/17".parse().expect("a range");
        let traffic = Traffic::Tcp(Ports::one(5432));
        let entry = Entry { number: 100, egress: false, allow: true, traffic, range };
        let (path, says) = entry.field();
        assert_eq!((path.as_str(), says), ("entries[in 00100]", "allow tcp 5432 <- 10.32.0.0/17".into()));
        let last = Entry { number: 32_767, ..entry };
        assert!(Held::of(&sent(&last)).is_none());
    }
}
