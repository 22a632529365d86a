use std::net::Ipv4Addr;

use sha2::{Digest as _, Sha256};

use super::{Layout, Network, Tier, Vpc};
use crate::model::Tags;
use crate::names::{
    AccountName, BucketRef, Cidr, DomainName, Located, Origin, PartName, Region, SegmentName, VpcName,
};

/// A private hosted zone.
#[derive(Clone, Debug)]
pub struct HostedZone {
    /// Its domain.
    pub name: Located<DomainName>,
    /// The account it lies in.
    pub account: Located<AccountName>,
    /// The VPCs whose questions it answers; one at least is of its own account.
    pub vpcs: Vec<Located<VpcName>>,
    /// The records that the landing zone states.
    pub records: Vec<Record>,
    /// Its tags, without those of the account.
    pub tags: Tags,
    /// The table.
    pub origin: Origin,
}

/// A record of a hosted zone.
#[derive(Clone, Debug)]
pub struct Record {
    /// The whole name; `*` may be its first part.
    pub name: Located<String>,
    /// Its type: `A`, `CNAME` …
    pub kind: String,
    /// How many seconds it may be remembered.
    pub ttl: u32,
    /// Its values, as DNS writes them: texts in quotes.
    pub values: Vec<Located<String>>,
    /// Its line.
    pub origin: Origin,
}

/// Route 53 Resolver endpoints of a VPC.
#[derive(Clone, Debug)]
pub struct Resolver {
    /// What the landing zone calls it.
    pub name: Located<PartName>,
    /// What things are named after that AWS can't rename: the security groups of its endpoints.
    pub aws_name: Located<PartName>,
    /// What the landing zone called it before.
    pub moved: Option<Located<PartName>>,
    /// The VPC that its endpoints lie in.
    pub vpc: Located<VpcName>,
    /// Whether others may ask it.
    pub inbound: Located<bool>,
    /// Whether it may ask others.
    pub outbound: Located<bool>,
    /// Where the questions of all VPCs of its Region are written down.
    pub query_logs: Option<Located<BucketRef>>,
    /// Its tags, without those of the account.
    pub tags: Tags,
    /// The table.
    pub origin: Origin,
}

impl Resolver {
    /// Whether it has endpoints at all.
    pub const fn has_endpoints(&self) -> bool {
        self.inbound.value || self.outbound.value
    }

    /// The tier of its VPC in which its endpoints have an address in each zone: none is reached from the internet if
    /// there is another.
    pub fn tier(vpc: &Vpc) -> Option<Tier> {
        [Tier::Application, Tier::Data, Tier::Dmz].into_iter().find(|tier| vpc.tiers.contains_key(tier))
    }

    /// Where the addresses of its endpoints lie, as far as the landing zone says.
    pub fn ranges(vpc: &Vpc) -> Vec<Cidr> {
        let prefix =
            Self::tier(vpc).and_then(|tier| Some((tier, u8::try_from(vpc.tiers[&tier].value).ok()?)));
        let (Some((tier, prefix)), Some(cidr)) = (prefix, &vpc.cidr) else { return Vec::new() };
        let layout = Layout::new(cidr.value);
        vpc.zones.iter().filter_map(|zone| layout.subnet(tier, prefix, *zone)).collect()
    }
}

impl Network {
    /// The resolver of a Region that asks others.
    pub fn outbound(&self, region: Region) -> Option<&Resolver> {
        self.resolvers_in(region).find(|resolver| resolver.outbound.value)
    }

    /// The resolvers whose VPC lies in a Region.
    pub fn resolvers_in(&self, region: Region) -> impl Iterator<Item = &Resolver> {
        let lies_here = move |vpc: &Vpc| vpc.region.value == region;
        self.resolvers
            .values()
            .filter(move |resolver| self.vpcs.get(&resolver.vpc.value).is_some_and(lies_here))
    }

    /// The VPCs of any of these segments.
    pub fn members_of<'n>(&'n self, segments: &'n [Located<SegmentName>]) -> impl Iterator<Item = &'n Vpc> {
        let is_one = |vpc: &&Vpc| {
            let segment = vpc.segment.as_ref();
            segment.is_some_and(|of| segments.iter().any(|segment| segment.value == of.value))
        };
        self.vpcs.values().filter(is_one)
    }
}

/// Where questions about a domain go.
#[derive(Clone, Debug)]
pub struct Forward {
    /// The domain.
    pub domain: Located<DomainName>,
    /// Who is asked; nobody where AWS's own resolver is to answer, below a domain that is forwarded.
    pub to: Vec<Located<Target>>,
    /// The segments whose VPCs ask.
    pub segments: Vec<Located<SegmentName>>,
    /// The table.
    pub origin: Origin,
}

impl Forward {
    /// Whether a forwarded domain, and not AWS's own resolver, answers.
    pub fn is_sent_away(&self) -> bool {
        !self.to.is_empty()
    }
}

/// A name server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its port; 53 unless said otherwise.
    pub port: u16,
}

/// What the VPCs of segments can't ask for.
#[derive(Clone, Debug)]
pub struct DnsFirewall {
    /// What the landing zone calls it.
    pub name: Located<PartName>,
    /// What things are named after that AWS can't rename: its rule groups and lists of domains.
    pub aws_name: Located<PartName>,
    /// What the landing zone called it before.
    pub moved: Option<Located<PartName>>,
    /// The account that the rule group lies in.
    pub account: Located<AccountName>,
    /// Domains that are blocked, with all below them where they begin with `*.`.
    pub block: Vec<Located<String>>,
    /// AWS's own lists that are blocked, such as `AWSManagedDomainsMalwareDomainList`.
    pub managed: Vec<Located<String>>,
    /// The segments whose VPCs ask.
    pub segments: Vec<Located<SegmentName>>,
    /// The table.
    pub origin: Origin,
}

impl DnsFirewall {
    /// Which of a VPC's firewalls comes first. It depends on nothing but what AWS calls it, so that another firewall never
    /// changes it: AWS takes [each number once for a VPC][priority].
    ///
    /// [priority]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html
    pub fn priority(&self) -> u32 {
        let digest = Sha256::digest(self.aws_name.as_str());
        let number = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        FIRST_PRIORITY + number % (LAST_PRIORITY - FIRST_PRIORITY + 1)
    }
}

/// The numbers that AWS leaves to its customers; the others are its own, and Firewall Manager's.
const FIRST_PRIORITY: u32 = 101;
const LAST_PRIORITY: u32 = 9_899;
