//! What travels, and what rules say of it.

use std::{fmt, net::Ipv4Addr, str::FromStr};

/// What carries a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP, by an echo request and its reply: errors are no conversation.
    Icmp,
    /// Another one, by its [number][numbers].
    ///
    /// [numbers]: https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml
    Other(u8),
}

impl Protocol {
    /// Whether it has ports.
    pub(super) const fn has_ports(self) -> bool {
        matches!(self, Self::Tcp | Self::Udp)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp => f.write_str("tcp"),
            Self::Udp => f.write_str("udp"),
            Self::Icmp => f.write_str("icmp"),
            Self::Other(number) => write!(f, "protocol {number}"),
        }
    }
}

/// A conversation, seen from whoever begins it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Flow {
    /// What carries it.
    pub protocol: Protocol,
    /// The port it comes from.
    pub source: u16,
    /// The port it goes to.
    pub port: u16,
}

/// The types of an echo request and its reply.
/// <https://www.iana.org/assignments/icmp-parameters/icmp-parameters.xhtml>
const ECHO: (u16, u16) = (8, 0);

impl Flow {
    /// A conversation over one protocol.
    pub(super) const fn new(protocol: Protocol, source: u16, port: u16) -> Self {
        match protocol {
            Protocol::Tcp | Protocol::Udp => Self { protocol, source, port },
            Protocol::Icmp => Self { protocol, source: ECHO.1, port: ECHO.0 },
            Protocol::Other(_) => Self { protocol, source: 0, port: 0 },
        }
    }

    /// Its answers.
    pub(super) const fn back(self) -> Self {
        Self { protocol: self.protocol, source: self.port, port: self.source }
    }
}

/// Without the port that it comes from.
impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.protocol {
            Protocol::Tcp | Protocol::Udp => write!(f, "{} {}", self.protocol, self.port),
            Protocol::Icmp | Protocol::Other(_) => self.protocol.fmt(f),
        }
    }
}

/// Where a packet comes from and goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ends {
    /// Whoever sends it.
    pub from: Ipv4Addr,
    /// Whoever it is for.
    pub to: Ipv4Addr,
}

/// What a rule is about, as documents write it: `all`, `tcp`, `tcp 443`, `udp 1024-65535`, `icmp 8`, `icmp 3/4`,
/// `protocol 50`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traffic {
    /// The protocol; nothing for all of them.
    protocol: Option<Protocol>,
    /// The ports; of ICMP the types.
    range: (u16, u16),
    /// Whether it is about no packet of a conversation at all: an error, IPv6.
    is_aside: bool,
}

impl Traffic {
    /// Everything.
    pub(super) const ALL: Self = Self { protocol: None, range: (0, u16::MAX), is_aside: false };

    /// Whether a packet is meant.
    pub(super) fn includes(self, flow: Flow) -> bool {
        let Self { protocol, range: (first, last), is_aside } = self;
        let is_of = protocol.is_none_or(|protocol| protocol == flow.protocol);
        is_of && !is_aside && (first..=last).contains(&flow.port)
    }

    /// The protocol it is about, if it is about one.
    pub(super) const fn protocol(self) -> Option<Protocol> {
        self.protocol
    }

    /// The first port that is meant, and the first that is not meant any more.
    pub(super) fn cuts(self) -> impl Iterator<Item = u16> {
        let (first, last) = self.range;
        std::iter::once(first).chain(last.checked_add(1))
    }
}

impl FromStr for Traffic {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, range) = text.split_once(' ').map_or((text, None), |(name, range)| (name, Some(range)));
        let protocol = match name {
            "all" => return Ok(Self::ALL),
            "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            "icmp" => Protocol::Icmp,
            "icmpv6" => return Ok(Self { is_aside: true, ..Self::ALL }),
            "protocol" => {
                let number = range.and_then(|number| number.parse().ok()).ok_or(())?;
                return Ok(Self { protocol: Some(Protocol::Other(number)), ..Self::ALL });
            }
            _ => return Err(()),
        };
        let whole = Self { protocol: Some(protocol), ..Self::ALL };
        let Some(range) = range else { return Ok(whole) };
        if let Some((kind, code)) = range.split_once('/') {
            let kind = kind.parse().map_err(|_| ())?;
            return Ok(Self { range: (kind, kind), is_aside: code != "0", ..whole });
        }
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let range = (first.parse().map_err(|_| ())?, last.parse().map_err(|_| ())?);
        Ok(Self { range, ..whole })
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(protocol) = self.protocol else { return f.write_str("all") };
        match self.range {
            (0, u16::MAX) => protocol.fmt(f),
            (first, last) if first == last => write!(f, "{protocol} {first}"),
            (first, last) => write!(f, "{protocol} {first}-{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_documents_write_them() {
        let tcp = |port| Flow::new(Protocol::Tcp, 50_000, port);
        let ping = Flow::new(Protocol::Icmp, 0, 0);
        let cases = [
            ("all", tcp(1), true),
            ("tcp", tcp(1), true),
            ("tcp 443", tcp(443), true),
            ("tcp 443", tcp(444), false),
            ("tcp 443", Flow::new(Protocol::Udp, 1, 443), false),
            ("tcp 1024-65535", tcp(443).back(), true),
            ("icmp 3/4", ping, false),
            ("icmp 8", ping, true),
            ("icmp 8/0", ping, true),
            ("icmp 8", ping.back(), false),
            ("icmpv6", ping, false),
            ("protocol 50", Flow::new(Protocol::Other(50), 1, 2), true),
            ("protocol 50", tcp(50), false),
        ];
        for (text, flow, meant) in cases {
            let traffic: Traffic = text.parse().expect(text);
            assert_eq!(traffic.includes(flow), meant, "{text} {flow}");
        }
        for bad in ["", "tcp x", "protocol", "protocol 300", "sctp 1", "tcp 1-99999"] {
            assert!(bad.parse::<Traffic>().is_err(), "{bad}");
        }
    }
}
