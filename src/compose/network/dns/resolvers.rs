//! Resolvers of hub VPCs: endpoints with their security groups, and where the questions of all VPCs of a Region are
//! written down.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    sharing::{Resource, Shared, Shares},
    vpc_id,
};
use crate::{
    compose::{Composer, Known, derived, known::VpcNodes, organization::plain},
    engine::{
        env::Text,
        graph::{Needs, PlaceId, Ref},
    },
    kinds::{
        ec2::{
            SecurityGroup, Subnet,
            security_group::{self, Direction as Way, Peer, Rule},
            traffic::{Ports, Traffic},
        },
        route53resolver::{
            Endpoint, QueryLogAssociation, QueryLogConfig,
            endpoint::{self, Direction},
            query_log_association, query_log_config,
        },
    },
    model::{Forward, LandingZone, Network, Resolver, Vpc},
    names::{Cidr, PartName, Region},
};

/// The outbound endpoints by Region, each with the place it lies in.
pub(super) type Endpoints = BTreeMap<Region, (PlaceId, Ref<Endpoint>)>;
/// Where questions are written down, by Region.
pub(super) type Logs<'z> = BTreeMap<Region, (&'z Resolver, PlaceId, Ref<QueryLogConfig>)>;

/// The port of name servers.
const DNS: u16 = 53;
/// The bits of an address.
const WHOLE: u8 = 32;

/// Adds the endpoints of all resolvers.
pub(super) fn endpoints(composer: &mut Composer<'_>) -> Endpoints {
    let mut outbound = Endpoints::new();
    let network = &composer.known.zone.network;
    for resolver in network.resolvers.values() {
        let Some(vpc) = network.vpcs.get(&resolver.vpc.value) else { continue };
        let Some(nodes) = composer.known.vpcs.get(&resolver.vpc.value).cloned() else { continue };
        let site = Site { resolver, vpc, nodes };
        if resolver.inbound.value {
            site.add(composer, Direction::Inbound);
        }
        if resolver.outbound.value {
            let node = site.add(composer, Direction::Outbound);
            outbound.entry(site.nodes.region).or_insert((site.nodes.at, node));
        }
    }
    outbound
}

/// A resolver and where it lies.
struct Site<'z> {
    resolver: &'z Resolver,
    vpc: &'z Vpc,
    nodes: VpcNodes,
}

impl Site<'_> {
    fn add(&self, composer: &mut Composer<'_>, direction: Direction) -> Ref<Endpoint> {
        let Self { resolver, vpc: _, nodes } = self;
        let name = endpoint_name(&resolver.name, direction);
        let group = self.group(composer, direction, &name);
        let Composer { graph, known, .. } = composer;
        if let Some(from) = &resolver.moved {
            graph.moved::<Endpoint>(nodes.at, &endpoint_name(from, direction), &name);
        }
        graph.add::<Endpoint>(nodes.at, &name, &resolver.origin, |needs| {
            self.tags(known, needs);
            let group = needs.on(group);
            endpoint::Spec {
                name: derived::resolver_name(known.zone, &endpoint_name(&resolver.aws_name, direction)),
                direction,
                subnets: self.subnets().map(|subnet| subnet_id(needs, subnet)).collect(),
                groups: vec![Text::of(&group, format!("${{{}}}", group.address()), |group| group.id)],
            }
        })
    }

    /// The subnets of the endpoints: one in each zone.
    fn subnets(&self) -> impl Iterator<Item = Ref<Subnet>> {
        let tier = Resolver::tier(self.vpc);
        let here = move |((of, _), _): &(&(_, _), &Ref<Subnet>)| Some(*of) == tier;
        self.nodes.subnets.iter().filter(here).map(|(_, subnet)| *subnet)
    }

    /// Who asks the endpoint, or whom it asks; nothing else passes.
    fn group(&self, composer: &mut Composer<'_>, direction: Direction, name: &str) -> Ref<SecurityGroup> {
        let Composer { graph, known, .. } = composer;
        let Self { resolver, vpc: _, nodes } = self;
        let rules = match direction {
            Direction::Inbound => asked(&known.zone.network),
            Direction::Outbound => asking(&known.zone.network, nodes.region),
        };
        let of_vpc = |name: &str| format!("{}/resolver-{name}", resolver.vpc);
        let address = of_vpc(name);
        if let Some(from) = &resolver.moved {
            graph.moved::<SecurityGroup>(nodes.at, &of_vpc(&endpoint_name(from, direction)), &address);
        }
        graph.add::<SecurityGroup>(nodes.at, &address, &resolver.origin, |needs| {
            self.tags(known, needs);
            needs.tags([("Name".to_owned(), address.clone())]);
            security_group::Spec {
                vpc: needs.on(nodes.vpc),
                name: format!(
                    "{}-resolver-{}",
                    known.zone.organization.name,
                    endpoint_name(&resolver.aws_name, direction)
                ),
                description: format!(
                    "The {} endpoint of the resolver {}",
                    direction.as_str().to_lowercase(),
                    resolver.aws_name
                ),
                rules,
            }
        })
    }

    fn tags(&self, known: &Known<'_>, needs: &mut Needs<'_>) {
        needs.tags(
            known.zone.accounts.get(&self.nodes.account).into_iter().flat_map(|account| plain(&account.tags)),
        );
        needs.tags(plain(&self.resolver.tags));
    }
}

/// What an endpoint of a resolver is called: `main-inbound`.
fn endpoint_name(resolver: &PartName, direction: Direction) -> String {
    format!("{resolver}-{}", direction.as_str().to_lowercase())
}

fn subnet_id(needs: &mut Needs<'_>, subnet: Ref<Subnet>) -> Text {
    let subnet = needs.on(subnet);
    let symbol = format!("${{{}}}", subnet.address());
    Text::of(&subnet, symbol, |subnet| subnet.id)
}

/// Everybody in the organization's network, and beyond, may ask.
fn asked(network: &Network) -> Vec<Rule> {
    let pool = network.pool.iter().map(|pool| pool.cidr.value);
    let outside = |cidr: &Cidr| !network.pool.iter().any(|pool| pool.cidr.contains(*cidr));
    let vpcs = network.vpcs.values().filter_map(|vpc| Some(vpc.cidr.as_ref()?.value));
    let externals =
        network.externals.values().flat_map(|external| external.cidrs.iter().map(|cidr| cidr.value));
    let ranges: BTreeSet<_> = pool.chain(vpcs.chain(externals).filter(outside)).collect();
    let peers = ranges.into_iter().map(|range| (range, DNS));
    rules(Way::In, peers, "Asks about private names")
}

/// The name servers to which questions of a Region's VPCs are forwarded.
fn asking(network: &Network, region: Region) -> Vec<Rule> {
    let concerns =
        |forward: &&Forward| network.members_of(&forward.segments).any(|vpc| vpc.region.value == region);
    let targets = network.forwards.values().filter(concerns).flat_map(|forward| &forward.to);
    let peers: BTreeSet<_> =
        targets.filter_map(|target| Some((Cidr::around(target.address, WHOLE)?, target.port))).collect();
    rules(Way::Out, peers, "Answers what is forwarded")
}

fn rules(direction: Way, peers: impl IntoIterator<Item = (Cidr, u16)>, description: &str) -> Vec<Rule> {
    let rule = |(range, port)| {
        let ports = Ports::one(port);
        [Traffic::Tcp(ports), Traffic::Udp(ports)].map(|traffic| Rule {
            direction,
            traffic,
            peer: Peer::Range(range),
            description: description.to_owned(),
        })
    };
    peers.into_iter().flat_map(rule).collect()
}

/// Adds the configurations of query logs, and shares them with who else has VPCs in their Region.
pub(super) fn query_logs<'z>(composer: &mut Composer<'z>, shared: &mut Shared) -> Logs<'z> {
    let mut logs = Logs::new();
    let zone = composer.known.zone;
    for resolver in zone.network.resolvers.values() {
        let Some(bucket) = &resolver.query_logs else { continue };
        let Some(nodes) = composer.known.vpcs.get(&resolver.vpc.value).cloned() else { continue };
        let Composer { graph, known, .. } = composer;
        let node = graph.add::<QueryLogConfig>(nodes.at, "queries", &resolver.origin, |needs| {
            needs
                .tags(zone.accounts.get(&nodes.account).into_iter().flat_map(|account| plain(&account.tags)));
            needs.tags(plain(&resolver.tags));
            needs.states("destination", &bucket.origin);
            known.after_archive(needs, derived::ARCHIVE);
            query_log_config::Spec {
                name: derived::resolver_name(zone, "queries"),
                destination: known.text(needs, &destination(zone, resolver)),
            }
        });
        let is_foreign = |other: &VpcNodes| other.region == nodes.region && other.account != nodes.account;
        if known.vpcs.values().any(is_foreign) {
            shared.add(nodes.at, &nodes.account, &resolver.origin, Resource::Logs(node));
        }
        logs.entry(nodes.region).or_insert((resolver, nodes.at, node));
    }
    logs
}

/// The archive, which lies in the home Region; [logs of other Regions][region] are delivered there too.
///
/// [region]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-choosing-target-resource.html
fn destination(zone: &LandingZone, resolver: &Resolver) -> String {
    let home = zone.organization.home_region.value;
    let account = resolver.query_logs.as_ref().map_or(&zone.management().name, |bucket| &bucket.account);
    derived::bucket_arn(zone, account, derived::ARCHIVE, home)
}

/// Writes down what every VPC of these Regions asks.
pub(super) fn associate(composer: &mut Composer<'_>, logs: &Logs<'_>, shares: &Shares) {
    let Composer { graph, known, .. } = composer;
    for (name, nodes) in &known.vpcs {
        let Some((resolver, at, config)) = logs.get(&nodes.region) else { continue };
        graph.add::<QueryLogAssociation>(nodes.at, &format!("{name}/queries"), &resolver.origin, |needs| {
            shares.after(needs, *at);
            query_log_association::Spec { vpc: vpc_id(needs, nodes), config: needs.on(*config) }
        });
    }
}
