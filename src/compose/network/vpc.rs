//! VPCs: their subnets by tier and zone, the gateways by which they reach the internet, and the tables by which their
//! subnets find them. What leads to a Transit Gateway is added by whoever attaches it.

use std::collections::BTreeMap;

use crate::{
    compose::{
        Composer, Problem,
        known::{TableNode, VpcNodes},
        organization::plain,
    },
    engine::{
        env::Text,
        graph::{Graph, Needs, PlaceId, Ref},
    },
    kinds::ec2::{
        self, ElasticIp, InternetGateway, NatGateway, Route, RouteTable, RouteTableAssociation, Subnet,
        elastic_ip, internet_gateway, nat_gateway,
        route::{self, Destination, Target},
        route_table, route_table_association, subnet,
    },
    model::{Layout, Network, Tags, Tier, Vpc},
    names::{Cidr, Origin, ZoneId},
};

/// Adds all VPCs of accounts that are looked after.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    for vpc in zone.network.vpcs.values() {
        let home = composer.known.homes.get(&vpc.account.value);
        let Some(at) = home.and_then(|home| home.regions.get(&vpc.region.value)).copied() else { continue };
        let Some(cidr) = &vpc.cidr else {
            composer.problem(unallocated(vpc));
            continue;
        };
        let account = zone.accounts.get(&vpc.account.value).map(|account| &*account.tags);
        let tags = account.into_iter().chain([&vpc.tags]).flat_map(Tags::clone).collect();
        let plan = Plan { vpc, cidr: cidr.value, network: &zone.network, at, tags };
        if let Some(from) = &vpc.moved {
            composer.graph.moved::<ec2::Vpc>(at, from.as_str(), vpc.name.as_str());
        }
        let nodes = plan.add(&mut composer.graph);
        composer.known.vpcs.insert(vpc.name.value.clone(), nodes);
    }
}

fn unallocated(vpc: &Vpc) -> Problem {
    let origin = vpc.size.as_ref().map_or(&vpc.origin, |size| &size.origin);
    Problem::new(origin, format!("the VPC `{}` has no range of addresses yet", vpc.name))
        .help("`landfall network allocate` takes one from the pool and writes it here, once")
}

/// What a VPC is made of.
struct Plan<'z> {
    vpc: &'z Vpc,
    cidr: Cidr,
    network: &'z Network,
    at: PlaceId,
    /// Of all its parts.
    tags: Tags,
}

/// The NAT gateways of a VPC by zone, with the names of their nodes.
type NatGateways = BTreeMap<ZoneId, Ref<NatGateway>>;

impl Plan<'_> {
    fn add(&self, graph: &mut Graph) -> VpcNodes {
        let name = self.vpc.name.as_str();
        let vpc = graph.add::<ec2::Vpc>(self.at, name, &self.vpc.origin, |needs| {
            self.tag(needs, name);
            if let Some(cidr) = &self.vpc.cidr {
                needs.states("cidr", &cidr.origin);
            }
            // Private zones and private names of endpoints need both.
            ec2::vpc::Spec { cidr: self.cidr, dns_support: true, dns_hostnames: true }
        });
        let mut nodes = VpcNodes {
            vpc,
            at: self.at,
            account: self.vpc.account.value.clone(),
            region: self.vpc.region.value,
            subnets: BTreeMap::new(),
            gateway_subnets: BTreeMap::new(),
            tables: BTreeMap::new(),
            gateway_tables: BTreeMap::new(),
        };
        self.add_tiers(graph, &mut nodes);
        if self.network.is_joined(self.vpc) {
            self.add_gateway_subnets(graph, &mut nodes);
        }
        self.lead_out(graph, &nodes);
        nodes
    }

    /// A subnet for each tier and zone, and its table.
    fn add_tiers(&self, graph: &mut Graph, nodes: &mut VpcNodes) {
        let layout = Layout::new(self.cidr);
        for (tier, prefix) in &self.vpc.tiers {
            let bits = u8::try_from(prefix.value).unwrap_or(u8::MAX);
            for zone in self.vpc.zones.iter().copied() {
                let Some(cidr) = layout.subnet(*tier, bits, zone) else { continue };
                let part = format!("{}-{}", tier.as_str(), zone.short());
                let subnet = self.add_subnet(graph, nodes, (&part, &prefix.origin), (cidr, zone));
                let table = if *tier == Tier::Application { part.as_str() } else { tier.as_str() };
                let shared = self.vpc.zones.iter().find_map(|zone| nodes.tables.get(&(*tier, *zone)));
                let shared = shared.filter(|_| *tier != Tier::Application).cloned();
                let table = shared.unwrap_or_else(|| self.add_table(graph, nodes, (table, &prefix.origin)));
                self.associate(graph, (&part, &prefix.origin), subnet, table.node);
                nodes.subnets.insert((*tier, zone), subnet);
                nodes.tables.insert((*tier, zone), table);
            }
        }
    }

    /// The subnets that the Transit Gateway is attached to, each with a table of its own, so that what comes in from
    /// there is led by other routes than what goes out.
    fn add_gateway_subnets(&self, graph: &mut Graph, nodes: &mut VpcNodes) {
        let origin = self.vpc.segment.as_ref().map_or(&self.vpc.origin, |segment| &segment.origin);
        for zone in self.vpc.zones.iter().copied() {
            let Some(cidr) = Layout::new(self.cidr).gateway(zone) else { continue };
            let part = format!("gateway-{}", zone.short());
            let subnet = self.add_subnet(graph, nodes, (&part, origin), (cidr, zone));
            let table = self.add_table(graph, nodes, (&part, origin));
            self.associate(graph, (&part, origin), subnet, table.node);
            nodes.gateway_subnets.insert(zone, subnet);
            nodes.gateway_tables.insert(zone, table);
        }
    }

    fn add_subnet(
        &self,
        graph: &mut Graph,
        nodes: &VpcNodes,
        (part, origin): (&str, &Origin),
        (cidr, zone): (Cidr, ZoneId),
    ) -> Ref<Subnet> {
        let name = self.name(part);
        graph.add::<Subnet>(self.at, &name, origin, |needs| {
            self.tag(needs, &name);
            needs.states("zone", &self.vpc.zones.origin);
            // Nothing gets a public address unasked: what is to be reached from outside says so.
            subnet::Spec { vpc: needs.on(nodes.vpc), cidr, zone, public_addresses: false }
        })
    }

    fn add_table(&self, graph: &mut Graph, nodes: &VpcNodes, (part, origin): (&str, &Origin)) -> TableNode {
        let name = self.name(part);
        let node = graph.add::<RouteTable>(self.at, &name, origin, |needs| {
            self.tag(needs, &name);
            route_table::Spec { vpc: needs.on(nodes.vpc), name: name.clone() }
        });
        TableNode { name, node }
    }

    fn associate(
        &self,
        graph: &mut Graph,
        (part, origin): (&str, &Origin),
        subnet: Ref<Subnet>,
        table: Ref<RouteTable>,
    ) {
        graph.add::<RouteTableAssociation>(self.at, &self.name(part), origin, |needs| {
            route_table_association::Spec { subnet: needs.on(subnet), table: needs.on(table) }
        });
    }

    /// The ways to the internet: of the DMZ through the internet gateway; of the application tier, and of what comes in
    /// from the Transit Gateway, through the NAT gateway of its zone where the VPC has one.
    fn lead_out(&self, graph: &mut Graph, nodes: &VpcNodes) {
        let Some(dmz) = self.vpc.tiers.get(&Tier::Dmz) else { return };
        let name = self.vpc.name.as_str();
        let gateway = graph.add::<InternetGateway>(self.at, name, &dmz.origin, |needs| {
            self.tag(needs, name);
            internet_gateway::Spec { vpc: needs.on(nodes.vpc) }
        });
        let dmz_table = self.vpc.zones.iter().find_map(|zone| nodes.tables.get(&(Tier::Dmz, *zone)));
        if let Some(table) = dmz_table {
            self.route_all(graph, (table, &dmz.origin), |needs| {
                let gateway = needs.on(gateway);
                Target::InternetGateway(Text::of(&gateway, gateway.address(), |gateway| gateway.id))
            });
        }
        let nat = if self.network.has_nat(self.vpc) {
            self.add_nat(graph, nodes, gateway)
        } else {
            NatGateways::new()
        };
        for (zone, nat) in nat {
            let application = nodes.tables.get(&(Tier::Application, zone));
            for table in
                application.into_iter().chain(nodes.gateway_tables.get(&zone).filter(|_| self.is_egress()))
            {
                self.route_all(graph, (table, &dmz.origin), |needs| {
                    let nat = needs.on(nat);
                    Target::NatGateway(Text::of(&nat, nat.address(), |nat| nat.id))
                });
            }
        }
    }

    fn is_egress(&self) -> bool {
        self.network.carries_egress(&self.vpc.name.value)
    }

    /// A NAT gateway for each zone, so that none depends on another, with an address of its own.
    fn add_nat(&self, graph: &mut Graph, nodes: &VpcNodes, internet: Ref<InternetGateway>) -> NatGateways {
        let dmz = nodes.subnets.iter().filter(|((tier, _), _)| *tier == Tier::Dmz);
        let nat = dmz.map(|((_, zone), subnet)| {
            let (name, origin) = (self.name(&zone.short()), &self.vpc.zones.origin);
            let address = graph.add::<ElasticIp>(self.at, &name, origin, |needs| {
                self.tag(needs, &name);
                elastic_ip::Spec { name: name.clone() }
            });
            let nat = graph.add::<NatGateway>(self.at, &name, origin, |needs| {
                self.tag(needs, &name);
                // AWS makes none in a VPC that no internet gateway is attached to.
                needs.after(internet.id());
                nat_gateway::Spec { subnet: needs.on(*subnet), zone: *zone, address: needs.on(address) }
            });
            (*zone, nat)
        });
        nat.collect()
    }

    /// A route of everything that no other route is for.
    fn route_all(
        &self,
        graph: &mut Graph,
        (table, origin): (&TableNode, &Origin),
        target: impl FnOnce(&mut Needs<'_>) -> Target,
    ) {
        graph.add::<Route>(self.at, &format!("{}/{}", table.name, Cidr::ALL), origin, |needs| route::Spec {
            table: needs.on(table.node),
            destination: Destination::Range(Cidr::ALL),
            target: target(needs),
        });
    }

    /// What a part of it is called: `prod/application-az1`.
    fn name(&self, part: &str) -> String {
        format!("{}/{part}", self.vpc.name)
    }

    fn tag(&self, needs: &mut Needs<'_>, name: &str) {
        needs.tags(plain(&self.tags));
        needs.tags([("Name".to_owned(), name.to_owned())]);
    }
}

#[cfg(test)]
mod tests;
