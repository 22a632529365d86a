//! What filters say of packets.

use std::net::Ipv4Addr;

use super::{
    entry::Entry,
    fabric::{Direction, Fabric, Id, Peer, Rule},
    traffic::{Ends, Flow},
};

/// A filter that packets come by.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    /// A network ACL, which looks at each packet by itself.
    Acl(Id),
    /// A security group, which lets answers pass; with the group that the other side is in, where it is one of the same VPC.
    Group(Id, Option<Id>),
}

/// The line of a filter that decides about a packet.
pub(super) enum Ruling<'f> {
    /// An entry of a network ACL.
    Entry(&'f Entry),
    /// A rule of a security group.
    Rule(&'f Rule),
    /// None: it does not pass.
    Nothing,
}

impl Ruling<'_> {
    /// Whether packets pass.
    pub(super) const fn passes(&self) -> bool {
        match self {
            Self::Entry(entry) => entry.allows,
            Self::Rule(_) => true,
            Self::Nothing => false,
        }
    }
}

impl Filter {
    /// Its resource.
    pub(super) const fn id(&self) -> &Id {
        match self {
            Self::Acl(id) | Self::Group(id, _) => id,
        }
    }

    /// What it says of a packet.
    pub(super) fn rule<'f>(
        &self,
        fabric: &'f Fabric,
        (way, ends): (Direction, Ends),
        flow: Flow,
    ) -> Ruling<'f> {
        let other = other(way, ends);
        match self {
            Self::Acl(id) => {
                let mut entries = fabric.acls.get(id).into_iter().flatten();
                let is_it = |entry: &&Entry| {
                    entry.direction == way && entry.traffic.includes(flow) && entry.range.holds(other)
                };
                entries.find(is_it).map_or(Ruling::Nothing, Ruling::Entry)
            }
            Self::Group(id, peer) => {
                let mut rules = fabric.groups.get(id).into_iter().flat_map(|group| &group.rules);
                let is_it = |rule: &&Rule| {
                    let is_peer = match &rule.peer {
                        Peer::Ranges(ranges) => ranges.iter().any(|range| range.holds(other)),
                        Peer::Group(group) => peer.as_ref() == Some(group),
                        Peer::Service => false,
                    };
                    rule.direction == way && rule.traffic.includes(flow) && is_peer
                };
                rules.find(is_it).map_or(Ruling::Nothing, Ruling::Rule)
            }
        }
    }

    /// The same in words.
    pub(super) fn why(&self, fabric: &Fabric, (way, ends): (Direction, Ends), flow: Flow) -> String {
        let other = other(way, ends);
        let towards = match way {
            Direction::In => format!("in from {other}"),
            Direction::Out => format!("out to {other}"),
        };
        match self.rule(fabric, (way, ends), flow) {
            Ruling::Entry(entry) => {
                let verb = if entry.allows { "lets" } else { "denies" };
                format!(
                    "{verb} {flow} {towards}: entry {} is {} {}",
                    entry.number, entry.traffic, entry.range
                )
            }
            Ruling::Rule(rule) => format!("lets {flow} {towards}: `{}`", rule.text),
            Ruling::Nothing => format!("has nothing that lets {flow} {towards}"),
        }
    }
}

const fn other(way: Direction, ends: Ends) -> Ipv4Addr {
    match way {
        Direction::In => ends.from,
        Direction::Out => ends.to,
    }
}
