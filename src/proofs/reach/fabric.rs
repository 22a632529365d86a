//! The network as far as packets go.

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc};

use super::{entry::Entry, traffic::Traffic};
use crate::{
    model::Tier,
    names::{Cidr, PartName},
};

/// Stands for a resource: its address, or what AWS calls it where it has none.
pub(super) type Id = Arc<str>;

/// What lies where, and what leads to what.
#[derive(Clone, Debug, Default)]
pub struct Fabric {
    pub(super) vpcs: BTreeMap<Id, Vpc>,
    pub(super) subnets: BTreeMap<Id, Subnet>,
    /// The routes of route tables, without the local ones.
    pub(super) tables: BTreeMap<Id, Vec<Route>>,
    /// The entries of network ACLs, in the order of their numbers.
    pub(super) acls: BTreeMap<Id, Vec<Entry>>,
    pub(super) groups: BTreeMap<Id, Group>,
    /// The subnets of NAT gateways.
    pub(super) translators: BTreeMap<Id, Id>,
    pub(super) attachments: BTreeMap<Id, Attachment>,
    /// The tables of Transit Gateways.
    pub(super) transit: BTreeMap<Id, Vec<TransitRoute>>,
    /// The table by which a gateway leads what comes out of an attachment.
    pub(super) associations: BTreeMap<(Id, Id), Id>,
    /// The addresses beyond the organization, and the attachments that they lie behind.
    pub(super) externals: BTreeMap<PartName, External>,
}

/// A VPC.
#[derive(Clone, Debug)]
pub(super) struct Vpc {
    /// Its addresses.
    pub range: Cidr,
    /// Its internet gateway, if it has one.
    pub internet: Option<Id>,
}

/// A subnet.
#[derive(Clone, Debug)]
pub(super) struct Subnet {
    /// Its VPC.
    pub vpc: Id,
    /// Its addresses.
    pub range: Cidr,
    /// The tier it belongs to; nothing for those of the Transit Gateway's attachment.
    pub tier: Option<Tier>,
    /// The AZ ID of where it lies.
    pub zone: String,
    /// Its route table; nothing where it has none but the VPC's main one.
    pub table: Option<Id>,
    /// Its network ACL; nothing where it has the VPC's default one.
    pub acl: Option<Id>,
}

/// A route of a VPC.
#[derive(Clone, Debug)]
pub(super) struct Route {
    /// What goes this way.
    pub range: Cidr,
    /// Where that is.
    pub via: Via,
}

/// What a route leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Via {
    /// Whatever is in the VPC.
    Local,
    /// An internet gateway.
    Internet(Id),
    /// A NAT gateway.
    Translator(Id),
    /// A Transit Gateway.
    Transit(Id),
    /// Something that is not known here.
    Other(Id),
}

/// A security group.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Its VPC.
    pub vpc: Id,
    /// The tier whose machines are in it.
    pub tier: Option<Tier>,
    /// What it lets through.
    pub rules: Vec<Rule>,
}

/// Which way traffic goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Direction {
    /// To what is filtered for.
    In,
    /// From it.
    Out,
}

/// A rule of a security group.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Which way.
    pub direction: Direction,
    /// What passes.
    pub traffic: Traffic,
    /// From whom or to whom.
    pub peer: Peer,
    /// As the document writes it.
    pub text: String,
}

/// The other side of a rule.
#[derive(Clone, Debug)]
pub(super) enum Peer {
    /// These addresses.
    Ranges(Vec<Cidr>),
    /// Whoever is in a group of the same VPC.
    Group(Id),
    /// A service of AWS, whose addresses only AWS knows: nobody who is asked about here.
    Service,
}

/// What is attached to Transit Gateways.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    /// The gateway; of a peering both.
    pub gateways: Vec<Id>,
    /// What lies behind it.
    pub far: Far,
}

/// What lies behind an attachment.
#[derive(Clone, Debug)]
pub(super) enum Far {
    /// A VPC, by these subnets of it.
    Vpc(Id, Vec<Id>),
    /// The other gateway.
    Peering,
    /// What is not ours.
    External,
}

/// A route of a Transit Gateway's table.
#[derive(Clone, Debug)]
pub(super) struct TransitRoute {
    /// What goes this way.
    pub range: Cidr,
    /// The attachment it goes to; nothing for a blackhole.
    pub to: Option<Id>,
    /// Whether somebody stated it: it then comes before one that an attachment made known.
    pub is_static: bool,
}

/// What lies beyond the organization.
#[derive(Clone, Debug)]
pub(super) struct External {
    /// Its addresses.
    pub ranges: Vec<Cidr>,
    /// The attachment that it lies behind.
    pub attachment: Id,
}

impl Fabric {
    /// The route that a subnet's packets take: the [most specific][priority] one, the local one first among equals.
    ///
    /// [priority]: https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html#route-tables-priority
    pub(super) fn route(&self, subnet: &Subnet, to: Ipv4Addr) -> Option<(Cidr, Via)> {
        let local = self.vpcs.get(&subnet.vpc).map(|vpc| Route { range: vpc.range, via: Via::Local });
        let stated = subnet.table.as_ref().and_then(|table| self.tables.get(table));
        let routes = stated.into_iter().flatten().chain(&local);
        let best = routes.filter(|route| route.range.holds(to)).max_by_key(|route| route.range.prefix())?;
        Some((best.range, best.via.clone()))
    }

    /// The route that a table of a Transit Gateway has for an address: the most specific one, and of equals the
    /// [static][order] one.
    ///
    /// [order]: https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-route-evaluation-overview
    pub(super) fn transit_route(&self, table: &Id, to: Ipv4Addr) -> Option<&TransitRoute> {
        let routes = self.transit.get(table)?.iter().filter(|route| route.range.holds(to));
        routes.max_by_key(|route| (route.range.prefix(), route.is_static))
    }

    /// The subnet of a VPC that an address lies in.
    pub(super) fn subnet_of(&self, vpc: &Id, address: Ipv4Addr) -> Option<(&Id, &Subnet)> {
        self.subnets.iter().find(|(_, subnet)| subnet.vpc == *vpc && subnet.range.holds(address))
    }

    /// The group that machines of a subnet are in: that of their tier.
    pub(super) fn group_of(&self, subnet: &Subnet) -> Option<&Id> {
        let tier = subnet.tier?;
        let mut groups = self.groups.iter();
        groups.find(|(_, group)| group.vpc == subnet.vpc && group.tier == Some(tier)).map(|(id, _)| id)
    }

    /// The attachment of a VPC to a gateway, with its subnets.
    pub(super) fn attachment_of(&self, vpc: &Id, gateway: &Id) -> Option<(&Id, &[Id])> {
        self.attachments.iter().find_map(|(id, attachment)| match &attachment.far {
            Far::Vpc(of, subnets) if of == vpc && attachment.gateways.contains(gateway) => {
                Some((id, subnets.as_slice()))
            }
            _ => None,
        })
    }

    /// What lies behind an attachment that is not ours, at an address.
    pub(super) fn external_at(&self, attachment: &Id, address: Ipv4Addr) -> Option<&PartName> {
        let holds = |external: &External| {
            external.attachment == *attachment && external.ranges.iter().any(|range| range.holds(address))
        };
        self.externals.iter().find(|(_, external)| holds(external)).map(|(name, _)| name)
    }

    /// Every range that something is decided by.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Cidr> {
        let routes = self.tables.values().flatten().map(|route| route.range);
        let entries = self.acls.values().flatten().map(|entry| entry.range);
        let rules = self.groups.values().flat_map(|group| &group.rules);
        let peers = rules.flat_map(|rule| match &rule.peer {
            Peer::Ranges(ranges) => ranges.as_slice(),
            Peer::Group(_) | Peer::Service => &[],
        });
        let transit = self.transit.values().flatten().map(|route| route.range);
        let subnets = self.subnets.values().map(|subnet| subnet.range);
        let externals = self.externals.values().flat_map(|external| &external.ranges);
        routes.chain(entries).chain(peers.copied()).chain(transit).chain(subnets).chain(externals.copied())
    }

    /// Everything that a filter lets through or stops.
    pub(super) fn traffic(&self) -> impl Iterator<Item = Traffic> {
        let entries = self.acls.values().flatten().map(|entry| entry.traffic);
        let rules = self.groups.values().flat_map(|group| &group.rules).map(|rule| rule.traffic);
        entries.chain(rules)
    }
}
