//! How Transit Gateways route: derived of who may talk to whom, and of where everything lies.

use std::collections::{BTreeMap, BTreeSet};

use super::{External, Network, Tier, Transit, Vpc};
use crate::names::{Cidr, PartName, Region, SegmentName, VpcName};

/// What is attached to a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attached<'n> {
    /// A VPC of the gateway's Region.
    Vpc(&'n VpcName),
    /// What lies beyond an attachment of somebody else's.
    External(&'n PartName),
    /// The gateway of another Region.
    Peering(Region),
}

/// Where a route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads<'n> {
    /// To an attachment.
    To(Attached<'n>),
    /// Nowhere.
    Blackhole,
}

/// A route table of a gateway.
#[derive(Clone, Debug, Default)]
pub struct GatewayTable<'n> {
    /// What is routed by it.
    pub associated: BTreeSet<Attached<'n>>,
    /// The VPCs whose ranges it learns.
    pub propagated: BTreeSet<Attached<'n>>,
    /// What is written into it.
    pub routes: BTreeMap<Cidr, Leads<'n>>,
}

/// The gateway of a Region.
#[derive(Clone, Debug, Default)]
pub struct Gateway<'n> {
    /// The VPCs that are attached to it.
    pub vpcs: Vec<&'n Vpc>,
    /// What somebody else has attached to it.
    pub externals: Vec<&'n External>,
    /// The Regions whose gateways it is joined to: all the others.
    pub peers: BTreeSet<Region>,
    /// Its tables by name: one for each segment with members there, and those of [`Transit::TABLES_OF_OUR_OWN`] that it
    /// needs.
    pub tables: BTreeMap<String, GatewayTable<'n>>,
}

/// The gateways of a network. Pure: of a VPC whose range is not written yet nothing is said but that it is attached.
pub fn gateways(network: &Network) -> BTreeMap<Region, Gateway<'_>> {
    let Some(transit) = &network.transit else { return BTreeMap::new() };
    let regions = network.transit_regions();
    let gateway =
        |region: &Region| (*region, Derivation { network, transit, region: *region }.gateway(&regions));
    regions.iter().map(gateway).collect()
}

/// The ranges that a tier of a VPC sends to the Transit Gateway. The application tier sends what is beyond the VPC; the
/// DMZ of a VPC that carries the way out sends answers back; the data tier sends nothing.
pub fn to_gateway(network: &Network, vpc: &Vpc, tier: Tier) -> BTreeSet<Cidr> {
    let Some(transit) = network.transit.as_ref().filter(|_| network.is_joined(vpc)) else {
        return BTreeSet::new();
    };
    let carries = network.carries_egress(&vpc.name.value);
    match tier {
        Tier::Data => BTreeSet::new(),
        Tier::Dmz if !carries => BTreeSet::new(),
        Tier::Application if !carries && transit.egress.of(vpc.region.value).is_some() => [Cidr::ALL].into(),
        Tier::Application | Tier::Dmz => {
            let reaches = |segment: &SegmentName| {
                carries || vpc.segment.as_ref().is_some_and(|own| transit.may_talk(&own.value, segment))
            };
            let own = vpc.cidr.as_ref().map(|cidr| cidr.value);
            let pool = network.pool.as_ref().map(|pool| pool.cidr.value);
            let is_beyond =
                |range: &Cidr| pool.is_none_or(|pool| !pool.contains(*range)) && own != Some(*range);
            let ranges = network.ranges().filter(|part| reaches(part.segment)).map(|part| part.range);
            ranges.filter(is_beyond).chain(pool).collect()
        }
    }
}

/// Addresses of a segment.
#[derive(Clone, Copy, Debug)]
pub struct Part<'n> {
    /// The segment.
    pub segment: &'n SegmentName,
    /// The addresses.
    pub range: Cidr,
    /// By which Region's gateway they are reached.
    pub region: Region,
    /// What of that gateway they lie behind.
    pub behind: Attached<'n>,
}

impl Network {
    /// The addresses of all segments, as far as they are known.
    pub fn ranges<'n>(&'n self) -> impl Iterator<Item = Part<'n>> {
        let external = |external: &'n External| {
            external.cidrs.iter().map(|range| Part {
                segment: &external.segment.value,
                range: range.value,
                region: external.region.value,
                behind: Attached::External(&external.name.value),
            })
        };
        self.vpcs.values().filter_map(of_vpc).chain(self.externals.values().flat_map(external))
    }
}

fn of_vpc(vpc: &Vpc) -> Option<Part<'_>> {
    Some(Part {
        segment: &vpc.segment.as_ref()?.value,
        range: vpc.cidr.as_ref()?.value,
        region: vpc.region.value,
        behind: Attached::Vpc(&vpc.name.value),
    })
}

/// The derivation of one gateway.
struct Derivation<'n> {
    network: &'n Network,
    transit: &'n Transit,
    region: Region,
}

impl<'n> Derivation<'n> {
    fn gateway(&self, regions: &BTreeSet<Region>) -> Gateway<'n> {
        let network = self.network;
        let is_here = |vpc: &&Vpc| vpc.region.value == self.region && network.is_joined(vpc);
        let vpcs: Vec<_> = network.vpcs.values().filter(is_here).collect();
        let externals = network.externals.values().filter(|one| one.region.value == self.region);
        let externals: Vec<_> = externals.collect();
        let peers: BTreeSet<_> = regions.iter().copied().filter(|region| *region != self.region).collect();
        let mut tables = BTreeMap::new();
        for vpc in &vpcs {
            let attached = Attached::Vpc(&vpc.name.value);
            match &vpc.segment {
                _ if network.carries_egress(&vpc.name.value) => {
                    self.table(&mut tables, Transit::EGRESS_TABLE, attached, |own| own.egress(vpc));
                }
                Some(segment) => self.segment(&mut tables, &segment.value, attached),
                None => {}
            }
        }
        for external in &externals {
            self.segment(&mut tables, &external.segment.value, Attached::External(&external.name.value));
        }
        for peer in &peers {
            self.table(&mut tables, Transit::PEERING_TABLE, Attached::Peering(*peer), Self::peering);
        }
        Gateway { vpcs, externals, peers, tables }
    }

    /// Associates something with a table, which is derived when it is first used.
    fn table(
        &self,
        tables: &mut BTreeMap<String, GatewayTable<'n>>,
        name: &str,
        attached: Attached<'n>,
        derive: impl FnOnce(&Self) -> GatewayTable<'n>,
    ) {
        tables.entry(name.to_owned()).or_insert_with(|| derive(self)).associated.insert(attached);
    }

    fn segment(
        &self,
        tables: &mut BTreeMap<String, GatewayTable<'n>>,
        segment: &SegmentName,
        attached: Attached<'n>,
    ) {
        self.table(tables, segment.as_str(), attached, |own| own.of_segment(segment));
    }

    /// The table of a segment: what it may talk to, a way out, and nothing of what else there is.
    fn of_segment(&self, segment: &SegmentName) -> GatewayTable<'n> {
        let mut table = GatewayTable::default();
        for part in self.network.ranges() {
            if self.transit.may_talk(segment, part.segment) {
                self.lead(&mut table, part);
            } else if !self.is_pooled(part.range) {
                table.routes.insert(part.range, Leads::Blackhole);
            }
        }
        if let Some(way) = self.way_out() {
            table.routes.insert(Cidr::ALL, Leads::To(way));
        }
        self.close(&mut table);
        table
    }

    /// The table of what a VPC that carries the way out sends: it gets back to whoever gets out by it, and to what its
    /// own segment may talk to.
    fn egress(&self, vpc: &Vpc) -> GatewayTable<'n> {
        let mut table = GatewayTable::default();
        let uses = |region| self.transit.egress.of(region).is_some_and(|by| by.value == vpc.name.value);
        let talks = |segment: &SegmentName| {
            vpc.segment.as_ref().is_some_and(|own| self.transit.may_talk(&own.value, segment))
        };
        let own = Attached::Vpc(&vpc.name.value);
        for part in self.network.ranges().filter(|part| part.behind != own) {
            if uses(part.region) || talks(part.segment) {
                self.lead(&mut table, part);
            }
        }
        self.close(&mut table);
        table
    }

    /// The table of what comes from other Regions, whose own tables have let it go.
    fn peering(&self) -> GatewayTable<'n> {
        let mut table = GatewayTable::default();
        for part in self.network.ranges().filter(|part| part.region == self.region) {
            self.lead(&mut table, part);
        }
        let others = self.network.transit_regions().into_iter().filter(|region| *region != self.region);
        let mut ways = others.filter_map(|region| self.transit.egress.of(region));
        let is_here =
            |vpc: &VpcName| self.network.vpcs.get(vpc).is_some_and(|vpc| vpc.region.value == self.region);
        if let Some(vpc) = ways.find(|vpc| is_here(&vpc.value)) {
            table.routes.insert(Cidr::ALL, Leads::To(Attached::Vpc(&vpc.value)));
        }
        self.close(&mut table);
        table
    }

    /// Leads to addresses: what is attached here propagates or is written in, the rest lies behind another gateway.
    fn lead(&self, table: &mut GatewayTable<'n>, part: Part<'n>) {
        let is_here = part.region == self.region;
        if is_here && matches!(part.behind, Attached::Vpc(_)) {
            table.propagated.insert(part.behind);
        } else {
            let behind = if is_here { part.behind } else { Attached::Peering(part.region) };
            table.routes.insert(part.range, Leads::To(behind));
        }
    }

    /// By what the segments of this Region get out.
    fn way_out(&self) -> Option<Attached<'n>> {
        let vpc = self.network.vpcs.get(&self.transit.egress.of(self.region)?.value)?;
        let region = vpc.region.value;
        Some(if region == self.region { Attached::Vpc(&vpc.name.value) } else { Attached::Peering(region) })
    }

    /// Drops what goes to addresses of the pool that nothing more specific leads to: else a default would.
    fn close(&self, table: &mut GatewayTable<'n>) {
        if let Some(pool) = &self.network.pool {
            table.routes.entry(pool.cidr.value).or_insert(Leads::Blackhole);
        }
    }

    fn is_pooled(&self, range: Cidr) -> bool {
        self.network.pool.as_ref().is_some_and(|pool| pool.cidr.contains(range))
    }
}

#[cfg(test)]
mod tests;
