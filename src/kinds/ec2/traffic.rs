//! What a rule of a security group or an entry of a network ACL is about, said in one way for both: `tcp 443`,
//! `udp 1024-65535`, `icmp 3/4`, `all`.

use std::fmt;

/// Ports from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ports {
    /// The first.
    pub first: u16,
    /// The last, which is the first where there is one only.
    pub last: u16,
}

impl Ports {
    /// Those that answers come back to, whoever asked: clients of all systems, NAT gateways and load balancers take
    /// theirs out of [these][ephemeral].
    ///
    /// [ephemeral]: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
    pub const EPHEMERAL: Self = Self { first: 1024, last: 65_535 };

    /// One port.
    pub const fn one(port: u16) -> Self {
        Self { first: port, last: port }
    }
}

/// What passes, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Traffic {
    /// Everything.
    All,
    /// TCP to these ports.
    Tcp(Ports),
    /// UDP to these ports.
    Udp(Ports),
    /// That a packet was too large for the way: without, [the size of packets][mtu] can't be agreed upon.
    ///
    /// [mtu]: https://docs.aws.amazon.com/vpc/latest/userguide/path_mtu_discovery.html
    TooLarge,
}

/// The type and the code of ICMP by which a packet is said to be too large.
const TOO_LARGE: (i32, i32) = (3, 4);

impl Traffic {
    /// The protocol as security groups call it.
    pub(super) const fn protocol(self) -> &'static str {
        match self {
            Self::All => "-1",
            Self::Tcp(_) => "tcp",
            Self::Udp(_) => "udp",
            Self::TooLarge => "icmp",
        }
    }

    /// The number of the protocol, by which network ACLs go.
    /// <https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml>
    pub(super) const fn number(self) -> &'static str {
        match self {
            Self::All => "-1",
            Self::Tcp(_) => "6",
            Self::Udp(_) => "17",
            Self::TooLarge => "1",
        }
    }

    /// The first and the last port; of ICMP the type and the code.
    pub(super) fn range(self) -> Option<(i32, i32)> {
        match self {
            Self::All => None,
            Self::Tcp(ports) | Self::Udp(ports) => Some((ports.first.into(), ports.last.into())),
            Self::TooLarge => Some(TOO_LARGE),
        }
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self.protocol(), self.range()))
    }
}

/// What AWS has, in the same words; `range` is the ports, or type and code of ICMP.
pub(super) fn written(protocol: &str, range: Option<(i32, i32)>) -> String {
    let name = match protocol {
        "-1" | "all" => return "all".to_owned(),
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "58" | "icmpv6" => "icmpv6",
        "tcp" | "udp" | "icmp" => protocol,
        other => return format!("protocol {other}"),
    };
    let is_icmp = name.starts_with("icmp");
    match range {
        None | Some((-1, _)) => name.to_owned(),
        Some((0, 65_535)) if !is_icmp => name.to_owned(),
        Some((kind, -1)) if is_icmp => format!("{name} {kind}"),
        Some((kind, code)) if is_icmp => format!("{name} {kind}/{code}"),
        Some((first, last)) if first == last => format!("{name} {first}"),
        Some((first, last)) => format!("{name} {first}-{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_and_what_aws_has_are_said_alike() {
        let all = [
            (Traffic::All, "all", None),
            (Traffic::Tcp(Ports::one(443)), "tcp 443", Some((443, 443))),
            (Traffic::Udp(Ports::EPHEMERAL), "udp 1024-65535", Some((1024, 65_535))),
            (Traffic::TooLarge, "icmp 3/4", Some((3, 4))),
        ];
        for (traffic, text, range) in all {
            assert_eq!(traffic.to_string(), text);
            assert_eq!(written(traffic.number(), range), text);
            assert_eq!(written(traffic.protocol(), range), text);
        }
    }

    #[test]
    fn what_is_never_wanted_has_words_too() {
        assert_eq!(written("tcp", Some((0, 65_535))), "tcp");
        assert_eq!(written("1", Some((-1, -1))), "icmp");
        assert_eq!(written("icmp", Some((8, -1))), "icmp 8");
        assert_eq!(written("50", None), "protocol 50");
        assert_eq!(written("-1", Some((-1, -1))), "all");
    }
}
