use std::net::Ipv4Addr;

use crate::model::Tags;
use crate::names::{AccountName, BucketRef, DomainName, Located, Origin, PartName, SegmentName, VpcName};

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
    /// The whole name.
    pub name: Located<DomainName>,
    /// Its type: `A`, `CNAME` …
    pub kind: Located<String>,
    /// How many seconds it may be remembered.
    pub ttl: u32,
    /// Its values.
    pub values: Vec<Located<String>>,
    /// Its line.
    pub origin: Origin,
}

/// Route 53 Resolver endpoints of a VPC.
#[derive(Clone, Debug)]
pub struct Resolver {
    /// What the landing zone calls it.
    pub name: Located<PartName>,
    /// The VPC that its endpoints lie in.
    pub vpc: Located<VpcName>,
    /// Whether others may ask it.
    pub inbound: bool,
    /// Whether it may ask others.
    pub outbound: bool,
    /// Where the questions of all VPCs of its Region are written down.
    pub query_logs: Option<Located<BucketRef>>,
    /// Its tags, without those of the account.
    pub tags: Tags,
    /// The table.
    pub origin: Origin,
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
