//! Who may be asked about, as addresses: one for each way in which something decides about them.

use std::{collections::BTreeSet, net::Ipv4Addr};

use super::{
    fabric::{Fabric, Id, Subnet},
    names::short,
    walk::is_private,
};
use crate::{
    model::Endpoint,
    names::{Cidr, PartName, VpcName},
};

/// An address and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub address: Ipv4Addr,
    pub at: Whereabouts,
}

/// Where an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// In a subnet.
    Subnet(Id),
    /// A NAT gateway, and the subnet that it lies in.
    Translator(Id, Id),
    /// On the internet.
    Internet,
    /// Behind an attachment that is not ours.
    Beyond(Id, PartName),
    /// Nowhere that is known.
    Nowhere,
}

impl Place {
    /// Another machine of its subnet; nothing where it is in none, or there is room for none.
    pub(super) fn neighbour(&self, fabric: &Fabric) -> Option<Self> {
        let Whereabouts::Subnet(id) = &self.at else { return None };
        let range = fabric.subnets.get(id)?.range;
        let next = Ipv4Addr::from(u32::from(self.address).checked_add(1)?);
        let address = if next <= last_host(range) { next } else { first_host(range) };
        (address != self.address).then(|| Self { address, at: self.at.clone() })
    }
}

/// Places that people call by one name.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub name: String,
    pub places: Vec<Place>,
}

/// What an endpoint comes to. Nothing of a VPC or tier that is not there.
pub(super) fn sites(fabric: &Fabric, endpoint: &Endpoint) -> Vec<Site> {
    let cuts: BTreeSet<Cidr> = fabric.ranges().collect();
    let finder = Finder { fabric, cuts };
    match endpoint {
        Endpoint::Vpc(name, tier) => {
            let is_meant = |subnet: &Subnet| match tier {
                Some(tier) => subnet.tier == Some(*tier),
                None => subnet.tier.is_some(),
            };
            finder.in_vpc(name, is_meant)
        }
        Endpoint::External(name) => finder.beyond(Cidr::ALL, |external| external == name),
        Endpoint::Internet => finder.internet(Cidr::ALL).into_iter().collect(),
        Endpoint::Range(range) => finder.range(*range),
    }
}

struct Finder<'f> {
    fabric: &'f Fabric,
    cuts: BTreeSet<Cidr>,
}

impl Finder<'_> {
    fn in_vpc(&self, name: &VpcName, is_meant: impl Fn(&Subnet) -> bool) -> Vec<Site> {
        let subnets = self.fabric.subnets.iter();
        let meant = subnets.filter(|(_, subnet)| short(&subnet.vpc) == name.as_str() && is_meant(subnet));
        meant.map(|(id, subnet)| self.within(id, subnet, subnet.range)).collect()
    }

    /// A subnet, or the part of it that lies in a range.
    fn within(&self, id: &Id, subnet: &Subnet, range: Cidr) -> Site {
        let hosts = (first_host(subnet.range), last_host(subnet.range));
        let place = |address: Ipv4Addr| Place { address, at: Whereabouts::Subnet(id.clone()) };
        let places = self.samples(range).map(|address| address.clamp(hosts.0, hosts.1));
        let places: BTreeSet<_> =
            places.filter(|address| range.prefix() < 32 || range.holds(*address)).collect();
        Site { name: short(id).to_owned(), places: places.into_iter().map(place).collect() }
    }

    fn range(&self, range: Cidr) -> Vec<Site> {
        let overlapping = self.fabric.subnets.iter().filter(|(_, subnet)| subnet.range.overlaps(range));
        let mut sites: Vec<_> = overlapping
            .map(|(id, subnet)| self.within(id, subnet, smaller(subnet.range, range)))
            .filter(|site| !site.places.is_empty())
            .collect();
        sites.extend(self.beyond(range, |_| true));
        sites.extend(self.internet(range));
        if sites.is_empty() {
            let place = Place { address: range.first(), at: Whereabouts::Nowhere };
            sites.push(Site { name: range.to_string(), places: vec![place] });
        }
        sites
    }

    fn beyond(&self, range: Cidr, is_meant: impl Fn(&PartName) -> bool) -> Vec<Site> {
        let meant = self.fabric.externals.iter().filter(|(name, _)| is_meant(name));
        let sites = meant.map(|(name, external)| {
            let overlapping = external.ranges.iter().filter(|other| other.overlaps(range));
            let places = overlapping.flat_map(|other| {
                self.samples(smaller(*other, range)).map(|address| Place {
                    address,
                    at: Whereabouts::Beyond(external.attachment.clone(), name.clone()),
                })
            });
            Site { name: format!("external:{name}"), places: places.collect() }
        });
        sites.filter(|site| !site.places.is_empty()).collect()
    }

    /// The internet, as far as it lies in a range.
    fn internet(&self, range: Cidr) -> Option<Site> {
        let externals = self.fabric.externals.values().flat_map(|external| &external.ranges);
        let taken: Vec<_> =
            self.fabric.vpcs.values().map(|vpc| vpc.range).chain(externals.copied()).collect();
        let is_public = |address: &Ipv4Addr| {
            !is_private(*address)
                && !address.is_unspecified()
                && !taken.iter().any(|range| range.holds(*address))
        };
        // Some address of the internet that nothing is said about.
        let some = Some(Ipv4Addr::new(198, 51, 100, 1)).filter(|some| range.holds(*some));
        let addresses = some.into_iter().chain(self.samples(range)).filter(is_public);
        let place = |address| Place { address, at: Whereabouts::Internet };
        let places: Vec<_> = addresses.map(place).collect();
        let name = if range == Cidr::ALL { INTERNET.to_owned() } else { range.to_string() };
        (!places.is_empty()).then_some(Site { name, places })
    }

    /// The first address of a range, and the first inside and behind each range in it that something decides by: any other
    /// address fares like one of these.
    fn samples(&self, range: Cidr) -> impl Iterator<Item = Ipv4Addr> {
        let cuts = self.cuts.iter().filter(move |cut| range.contains(**cut));
        let edges = cuts.flat_map(|cut| std::iter::once(cut.first()).chain(after(*cut)));
        let mut samples: BTreeSet<_> = edges.filter(|address| range.holds(*address)).collect();
        samples.insert(range.first());
        samples.into_iter()
    }
}

const INTERNET: &str = "internet";

fn smaller(one: Cidr, other: Cidr) -> Cidr {
    if one.contains(other) { other } else { one }
}

fn after(range: Cidr) -> Option<Ipv4Addr> {
    u32::from(range.last()).checked_add(1).map(Ipv4Addr::from)
}

/// The first address of a subnet that a machine can have: AWS [keeps][sizing] the first four and the last.
///
/// [sizing]: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
pub(super) fn first_host(range: Cidr) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(range.first()).saturating_add(4)).min(range.last())
}

fn last_host(range: Cidr) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(range.last()).saturating_sub(1)).max(first_host(range))
}
