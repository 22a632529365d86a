//! What guards VPCs: groups and network ACLs of their tiers, endpoints of services, flow logs, and what instances learn
//! when they start.

mod acls;
mod dhcp;
mod endpoint_policy;
mod endpoints;
mod flow_logs;
mod groups;
mod peers;

use crate::{
    compose::{Composer, known::VpcNodes, organization::plain},
    engine::graph::Needs,
    model::{LandingZone, Layout, Tags, Tier, Vpc},
    names::{Cidr, VpcName},
};

/// Guards all VPCs that are composed.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    let sites: Vec<_> =
        composer.known.vpcs.iter().filter_map(|(name, nodes)| Site::new(zone, name, nodes)).collect();
    for site in &sites {
        let groups = groups::add(composer, site);
        acls::add(composer, site);
        endpoints::add(composer, site, &groups);
        dhcp::add(composer, site);
    }
    flow_logs::compose(composer, &sites);
}

/// A VPC that is to be guarded.
struct Site<'z> {
    zone: &'z LandingZone,
    vpc: &'z Vpc,
    cidr: Cidr,
    nodes: VpcNodes,
    /// Of all its parts.
    tags: Tags,
}

impl<'z> Site<'z> {
    fn new(zone: &'z LandingZone, name: &VpcName, nodes: &VpcNodes) -> Option<Self> {
        let vpc = zone.network.vpcs.get(name)?;
        let account = zone.accounts.get(&vpc.account.value).map(|account| &*account.tags);
        let tags = account.into_iter().chain([&vpc.tags]).flat_map(Tags::clone).collect();
        Some(Self { zone, vpc, cidr: vpc.cidr.as_ref()?.value, nodes: nodes.clone(), tags })
    }

    /// What a part of it is called: `prod/application`.
    fn name(&self, part: &str) -> String {
        format!("{}/{part}", self.vpc.name)
    }

    /// Its tags, and `Name`.
    fn tag(&self, needs: &mut Needs<'_>, name: &str) {
        needs.tags(plain(&self.tags));
        needs.tags([("Name".to_owned(), name.to_owned())]);
    }

    /// The addresses of a tier, if the VPC has it.
    fn part(&self, tier: Tier) -> Option<Cidr> {
        self.vpc.tiers.contains_key(&tier).then(|| Layout::new(self.cidr).tier(tier)).flatten()
    }

    /// The tier that a tier is reached from: the next one further out that the VPC has.
    fn before(&self, tier: Tier) -> Option<Tier> {
        let mut outer = Tier::ALL.into_iter().rev().skip_while(|other| *other != tier).skip(1);
        outer.find(|other| self.vpc.tiers.contains_key(other))
    }

    /// The innermost tier, in which interfaces of endpoints lie: what is let in there comes from the VPC alone.
    fn innermost(&self) -> Option<Tier> {
        Tier::ALL.into_iter().rev().find(|tier| self.vpc.tiers.contains_key(tier))
    }
}
