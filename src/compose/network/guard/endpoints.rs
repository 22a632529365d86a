//! The endpoints of a VPC: the ways to services of AWS that do not leave it.

use super::{Site, endpoint_policy, groups::Groups};
use crate::{
    compose::Composer,
    engine::graph::{Needs, Ref},
    kinds::ec2::{
        RouteTable, Subnet, VpcEndpoint,
        vpc_endpoint::{self, Reach},
    },
    model::{EndpointKind, EndpointService, Tier},
};

/// Adds an endpoint for each service that is stated.
pub(super) fn add(composer: &mut Composer<'_>, site: &Site<'_>, groups: &Groups) {
    let Composer { graph, known, .. } = composer;
    for stated in &site.vpc.endpoints {
        let Some(service) = EndpointService::named(stated) else { continue };
        let name = site.name(service.name());
        graph.add::<VpcEndpoint>(site.nodes.at, &name, &stated.origin, |needs| {
            site.tag(needs, &name);
            let policy =
                service.has_policy().then(|| endpoint_policy::of(site.zone, service, site.vpc.region.value));
            vpc_endpoint::Spec {
                vpc: needs.on(site.nodes.vpc),
                service: service.aws_name(site.vpc.region.value),
                reach: site.reach(needs, service, groups),
                policy: policy.map(|policy| known.filled(needs, &policy)),
            }
        });
    }
}

impl Site<'_> {
    fn reach(&self, needs: &mut Needs<'_>, service: EndpointService, groups: &Groups) -> Reach {
        match service.kind() {
            EndpointKind::Gateway => Reach::Gateway {
                route_tables: self.inner_tables().into_iter().map(|table| needs.on(table)).collect(),
            },
            EndpointKind::Interface => Reach::Interface {
                subnets: self.endpoint_subnets().map(|subnet| needs.on(subnet)).collect(),
                groups: groups.endpoints.iter().map(|group| needs.on(*group)).collect(),
                private_names: true,
            },
        }
    }

    /// The tables of the application and data tiers, each once; of a VPC with neither, those that it has.
    fn inner_tables(&self) -> Vec<Ref<RouteTable>> {
        let is_outer = |tier: Tier| tier == Tier::Dmz && self.innermost() != Some(Tier::Dmz);
        let tables = self.nodes.tables.iter().filter(|((tier, _), _)| !is_outer(*tier));
        let mut found: Vec<Ref<RouteTable>> = Vec::new();
        for (_, table) in tables {
            if !found.iter().any(|known| known.id() == table.node.id()) {
                found.push(table.node);
            }
        }
        found
    }

    /// The subnets of the innermost tier, one in each zone.
    fn endpoint_subnets(&self) -> impl Iterator<Item = Ref<Subnet>> {
        let innermost = self.innermost();
        let subnets = self.nodes.subnets.iter().filter(move |((tier, _), _)| Some(*tier) == innermost);
        subnets.map(|(_, subnet)| *subnet)
    }
}
