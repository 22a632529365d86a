//! The network: what `network/*.toml` say.

mod allocate;
mod dns;
mod endpoint_service;
mod layout;
mod routing;
mod transit;
mod vpc;

use std::collections::BTreeMap;

pub use dns::{DnsFirewall, Forward, HostedZone, Record, Resolver, Target};
pub use endpoint_service::{EndpointKind, EndpointService};
pub use layout::Layout;
pub use routing::{Attached, Gateway, GatewayTable, Leads, Part, gateways, to_gateway};
pub use transit::{Egress, External, Pool, Segment, Transit};
pub use vpc::{Dhcp, FlowLogs, Tier, Vpc};

use crate::names::{DomainName, PartName, Region, SegmentName, VpcName};

/// The network of the organization.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// What joins VPCs, if anything does.
    pub transit: Option<Transit>,
    /// What addresses VPCs are given from.
    pub pool: Option<Pool>,
    /// The VPCs.
    pub vpcs: BTreeMap<VpcName, Vpc>,
    /// The private hosted zones.
    pub zones: BTreeMap<DomainName, HostedZone>,
    /// The resolvers of hub VPCs.
    pub resolvers: BTreeMap<PartName, Resolver>,
    /// Whom questions about a domain are forwarded to.
    pub forwards: BTreeMap<DomainName, Forward>,
    /// What VPCs can't ask for.
    pub firewalls: BTreeMap<PartName, DnsFirewall>,
    /// What lies beyond the organization.
    pub externals: BTreeMap<PartName, External>,
}

impl Network {
    /// The VPCs of a segment, in whichever Region.
    pub fn members<'n>(&'n self, segment: &'n SegmentName) -> impl Iterator<Item = &'n Vpc> {
        self.vpcs.values().filter(move |vpc| vpc.segment.as_ref().is_some_and(|of| of.value == *segment))
    }

    /// The Regions with a VPC that is in a segment, or that carries a way out: each has a Transit Gateway.
    pub fn transit_regions(&self) -> std::collections::BTreeSet<Region> {
        let joined = self.vpcs.values().filter(|vpc| self.is_joined(vpc));
        joined.map(|vpc| vpc.region.value).collect()
    }

    /// The VPCs that a VPC may talk to by its segment, and what lies beyond the organization in segments that it may talk to.
    pub fn peers<'n>(
        &'n self,
        vpc: &'n Vpc,
    ) -> (impl Iterator<Item = &'n Vpc>, impl Iterator<Item = &'n External>) {
        let may_talk = move |to: &SegmentName| {
            let (transit, own) = (self.transit.as_ref(), vpc.segment.as_ref());
            transit.zip(own).is_some_and(|(transit, own)| transit.may_talk(&own.value, to))
        };
        let vpcs = self.vpcs.values().filter(move |other| {
            other.name.value != vpc.name.value
                && other.segment.as_ref().is_some_and(|segment| may_talk(&segment.value))
        });
        let externals = self.externals.values().filter(move |external| may_talk(&external.segment.value));
        (vpcs, externals)
    }

    /// Whether accounts share anything with each other: gateways, rules, query logs, firewalls.
    pub fn shares(&self) -> bool {
        self.transit.is_some()
            || !self.forwards.is_empty()
            || !self.firewalls.is_empty()
            || self.resolvers.values().any(|resolver| resolver.query_logs.is_some())
    }

    /// Whether a VPC is attached to its Region's Transit Gateway.
    pub fn is_joined(&self, vpc: &Vpc) -> bool {
        self.transit.is_some() && (vpc.segment.is_some() || self.carries_egress(&vpc.name.value))
    }

    /// Whether a VPC has NAT gateways: it carries the way out of segments, or stands alone and has to find its own.
    pub fn has_nat(&self, vpc: &Vpc) -> bool {
        let stands_alone = vpc.segment.is_none() && vpc.tiers.contains_key(&Tier::Application);
        vpc.tiers.contains_key(&Tier::Dmz) && (stands_alone || self.carries_egress(&vpc.name.value))
    }

    /// Whether a VPC carries the way out of segments.
    pub fn carries_egress(&self, vpc: &VpcName) -> bool {
        self.transit.as_ref().is_some_and(|transit| transit.egress.vpcs().any(|egress| egress.value == *vpc))
    }
}
