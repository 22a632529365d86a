use std::collections::BTreeMap;

use crate::model::{Retention, Tags};
use crate::names::{AccountName, BucketRef, Cidr, Located, Origin, Region, SegmentName, VpcName, ZoneId};

/// A VPC.
#[derive(Clone, Debug)]
pub struct Vpc {
    /// What the landing zone calls it.
    pub name: Located<VpcName>,
    /// What things are named after that AWS can't rename: its security groups, its prefix list and its log group.
    pub aws_name: Located<VpcName>,
    /// What the landing zone called it before.
    pub moved: Option<Located<VpcName>>,
    /// The account it lies in.
    pub account: Located<AccountName>,
    /// The Region it lies in.
    pub region: Located<Region>,
    /// Its addresses; nothing until `landfall network allocate` has written them.
    pub cidr: Option<Located<Cidr>>,
    /// How large its range is to be: the bits of the prefix. It can stay when the range is written.
    pub size: Option<Located<u32>>,
    /// The Availability Zones it has subnets in, in the order of their numbers.
    pub zones: Located<Vec<ZoneId>>,
    /// The segment it belongs to.
    pub segment: Option<Located<SegmentName>>,
    /// Its tiers and the prefix of a subnet in each.
    pub tiers: BTreeMap<Tier, Located<u32>>,
    /// The TCP ports on which a tier can be reached from the one before it, the DMZ from everywhere.
    pub ports: BTreeMap<Tier, Vec<Located<u32>>>,
    /// The AWS services that are reached without leaving the VPC: `s3`, `dynamodb`, `kms` …
    pub endpoints: Vec<Located<String>>,
    /// Where its flow logs go.
    pub flow_logs: Option<FlowLogs>,
    /// What instances learn by DHCP, where it is not what AWS says.
    pub dhcp: Option<Dhcp>,
    /// Its tags, without those of the account.
    pub tags: Tags,
    /// The table.
    pub origin: Origin,
}

impl Vpc {
    /// The TCP ports on which a tier can be reached, in order.
    pub fn ports_of(&self, tier: Tier) -> Vec<u16> {
        let stated = self.ports.get(&tier).into_iter().flatten();
        let mut ports: Vec<_> = stated.filter_map(|port| u16::try_from(port.value).ok()).collect();
        ports.sort_unstable();
        ports
    }
}

/// A tier of subnets, by what it can be reached from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// From the internet, through the VPC's internet gateway.
    Dmz,
    /// From the DMZ; it gets out through NAT or the Transit Gateway.
    Application,
    /// From the application tier; it does not get out.
    Data,
}

impl Tier {
    /// All of them, from the outside in.
    pub const ALL: [Self; 3] = [Self::Dmz, Self::Application, Self::Data];

    /// As the TOML writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dmz => "dmz",
            Self::Application => "application",
            Self::Data => "data",
        }
    }

    /// The tier of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == name)
    }
}

/// Where the flow logs of a VPC go.
#[derive(Clone, Debug)]
pub struct FlowLogs {
    /// The bucket.
    pub bucket: Option<Located<BucketRef>>,
    /// How long a log group of the VPC's account keeps them, if one gets them.
    pub retention: Option<Located<Retention>>,
    /// Where they are asked for.
    pub origin: Origin,
}

/// [DHCP options][dhcp] of a VPC.
///
/// [dhcp]: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html
#[derive(Clone, Debug)]
pub struct Dhcp {
    /// The domain of instances.
    pub domain_name: Option<Located<String>>,
    /// The name servers: addresses, or `AmazonProvidedDNS`.
    pub domain_name_servers: Vec<Located<String>>,
    /// The time servers.
    pub ntp_servers: Vec<Located<String>>,
    /// The table.
    pub origin: Origin,
}

impl Dhcp {
    /// What stands for [AWS's own name server][resolver] of a VPC.
    ///
    /// [resolver]: https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
    pub const AMAZON: &str = "AmazonProvidedDNS";
}
