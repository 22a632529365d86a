use std::collections::BTreeMap;

use crate::names::{AccountName, Cidr, Located, Origin, PartName, Region, SegmentName, VpcName};

/// What joins VPCs: a Transit Gateway in each Region with VPCs to join, peered with those of the others.
#[derive(Clone, Debug)]
pub struct Transit {
    /// The account that the gateways lie in.
    pub account: Located<AccountName>,
    /// The private autonomous system number of the home Region's gateway. Every other Region's is larger by its place
    /// among the Regions in use.
    pub asn: Located<u32>,
    /// By which VPC segments get out.
    pub egress: Egress,
    /// Who may talk to whom.
    pub segments: BTreeMap<SegmentName, Segment>,
    /// What segments were called before.
    pub moved: BTreeMap<SegmentName, Located<SegmentName>>,
    /// The table.
    pub origin: Origin,
}

impl Transit {
    /// The route table by which what egress VPCs send is routed: answers, to whoever asked.
    pub const EGRESS_TABLE: &'static str = "egress";

    /// The route table by which what comes from the gateways of other Regions is routed.
    pub const PEERING_TABLE: &'static str = "peering";

    /// The route tables that belong to no segment.
    pub const TABLES_OF_OUR_OWN: [&'static str; 2] = [Self::EGRESS_TABLE, Self::PEERING_TABLE];

    /// Whether a number is one of [those that a gateway may have][asn].
    ///
    /// [asn]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayRequestOptions.html
    pub fn is_asn(number: u32) -> bool {
        (64_512..=65_534).contains(&number) || (4_200_000_000..=4_294_967_294).contains(&number)
    }

    /// Whether VPCs of two segments may talk to each other: both are the same, or one of them names the other.
    pub fn may_talk(&self, one: &SegmentName, other: &SegmentName) -> bool {
        let names = |one: &SegmentName, other: &SegmentName| {
            let segment = self.segments.get(one);
            segment.is_some_and(|segment| segment.peers.iter().any(|peer| peer.value == *other))
        };
        one == other || names(one, other) || names(other, one)
    }
}

/// A segment: VPCs that are routed alike, and reach each other.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The other segments whose VPCs may talk to its own.
    pub peers: Vec<Located<SegmentName>>,
    /// Its line.
    pub origin: Origin,
}

/// By which VPC segments get out.
#[derive(Clone, Debug, Default)]
pub enum Egress {
    /// They don't.
    #[default]
    Nowhere,
    /// By this one, from whichever Region.
    One(Located<VpcName>),
    /// By one of their own Region, where it has one.
    PerRegion(BTreeMap<Region, Located<VpcName>>),
}

impl Egress {
    /// The VPCs that carry a way out.
    pub fn vpcs(&self) -> impl Iterator<Item = &Located<VpcName>> {
        let (one, many) = match self {
            Self::Nowhere => (None, None),
            Self::One(vpc) => (Some(vpc), None),
            Self::PerRegion(vpcs) => (None, Some(vpcs.values())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// The VPC that carries the way out of a Region.
    pub fn of(&self, region: Region) -> Option<&Located<VpcName>> {
        match self {
            Self::Nowhere => None,
            Self::One(vpc) => Some(vpc),
            Self::PerRegion(vpcs) => vpcs.get(&region),
        }
    }
}

/// The addresses that VPCs are given.
#[derive(Clone, Debug)]
pub struct Pool {
    /// All of them.
    pub cidr: Located<Cidr>,
    /// Ranges that nobody is given, and nobody has.
    pub retired: Vec<Located<Cidr>>,
    /// Ranges that VPCs were given, kept by `landfall network allocate`: that of a VPC which left is given to no other.
    pub handed_out: Vec<Located<Cidr>>,
    /// The table.
    pub origin: Origin,
}

/// What lies beyond an attachment that somebody else has made: a VPN, a Direct Connect gateway.
#[derive(Clone, Debug)]
pub struct External {
    /// What the landing zone calls it.
    pub name: Located<PartName>,
    /// The addresses there.
    pub cidrs: Vec<Located<Cidr>>,
    /// The attachment: `tgw-attach-…`.
    pub attachment: Located<String>,
    /// The Region of the Transit Gateway that it is attached to.
    pub region: Located<Region>,
    /// The segment it belongs to.
    pub segment: Located<SegmentName>,
    /// The table.
    pub origin: Origin,
}
