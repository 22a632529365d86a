//! The security groups of a VPC: one for each tier, one for the interfaces of endpoints, and the default one without rules.

use std::collections::BTreeMap;

use super::{Site, peers};
use crate::{
    compose::{Composer, Problem},
    engine::graph::{Needs, Ref},
    kinds::ec2::{
        DefaultSecurityGroup, PrefixList, SecurityGroup, default_security_group,
        security_group::{self, Direction, Peer, Rule},
        traffic::{Ports, Traffic},
    },
    model::{EndpointKind, EndpointService, NetworkQuotas, Tier, Vpc},
    names::{Cidr, Origin},
};

const HTTPS: Traffic = Traffic::Tcp(Ports::one(443));

/// The groups of a VPC.
#[derive(Default)]
pub(super) struct Groups {
    tiers: BTreeMap<Tier, Ref<SecurityGroup>>,
    /// Of the interfaces of endpoints, if there are any.
    pub endpoints: Option<Ref<SecurityGroup>>,
}

/// Adds the groups, the outer tiers' first: each names the one that it is reached from.
pub(super) fn add(composer: &mut Composer<'_>, site: &Site<'_>) -> Groups {
    let (at, name) = (site.nodes.at, site.vpc.name.as_str());
    composer.graph.add::<DefaultSecurityGroup>(at, name, &site.vpc.origin, |needs| {
        default_security_group::Spec { vpc: needs.on(site.nodes.vpc) }
    });
    let list = peers::add(composer, site);
    let mut groups = Groups::default();
    if let Some(origin) = site.vpc.endpoints.iter().find(|name| is_interface(name)).map(|name| &name.origin) {
        let group = Group {
            part: "endpoints",
            description: "Interfaces of endpoints: HTTPS from within the VPC",
            origin,
        };
        groups.endpoints = Some(group.add(composer, site, |_| {
            vec![rule(Direction::In, HTTPS, Peer::Range(site.cidr), "Whoever is in the VPC")]
        }));
    }
    for (tier, prefix) in &site.vpc.tiers {
        composer.problems.extend(too_many(site, *tier));
        let origin = site
            .vpc
            .ports
            .get(tier)
            .and_then(|ports| ports.first())
            .map_or(&prefix.origin, |port| &port.origin);
        let group = Group { part: tier.as_str(), description: description(*tier), origin };
        let node = group.add(composer, site, |needs| groups.rules(needs, site, *tier, list));
        groups.tiers.insert(*tier, node);
    }
    groups
}

fn is_interface(service: &str) -> bool {
    EndpointService::named(service).is_some_and(|service| service.kind() == EndpointKind::Interface)
}

const fn description(tier: Tier) -> &'static str {
    match tier {
        Tier::Dmz => "DMZ: from everywhere on its ports",
        Tier::Application => {
            "Application tier: from the DMZ and from segments that may talk to it, on its ports"
        }
        Tier::Data => "Data tier: from the tier before it on its ports; to endpoints alone",
    }
}

/// What application tiers are reached by from other VPCs counts once for each of them.
fn too_many(site: &Site<'_>, tier: Tier) -> Option<Problem> {
    let peers = if tier == Tier::Application { site.peers().len() } else { 0 };
    let (rules, most) = (rules_in(site.vpc, tier, peers), NetworkQuotas::GROUP_RULES);
    let origin = site.vpc.ports.get(&tier).and_then(|ports| ports.first());
    let origin = origin.map_or(&site.vpc.origin, |port| &port.origin);
    let message = format!(
        "the security group of `{}` would have {rules} rules in one direction, and AWS takes {most}",
        site.name(tier.as_str())
    );
    let help =
        "state fewer ports, or divide segments: each VPC that may talk to this one counts for each port";
    (rules > most).then(|| Problem::new(origin, message).help(help))
}

/// How many rules let somebody into the application tier of a VPC that so many others may talk to.
pub(super) fn rules_of(vpc: &Vpc, peers: usize) -> usize {
    rules_in(vpc, Tier::Application, peers)
}

/// One for the tier itself, and one for each port and each who comes in by it.
fn rules_in(vpc: &Vpc, tier: Tier, peers: usize) -> usize {
    1 + vpc.ports_of(tier).len() * (1 + peers)
}

/// A group in the making.
struct Group<'a> {
    part: &'a str,
    description: &'a str,
    origin: &'a Origin,
}

impl Group<'_> {
    fn add(
        &self,
        composer: &mut Composer<'_>,
        site: &Site<'_>,
        rules: impl FnOnce(&mut Needs<'_>) -> Vec<Rule>,
    ) -> Ref<SecurityGroup> {
        let name = site.name(self.part);
        composer.graph.add::<SecurityGroup>(site.nodes.at, &name, self.origin, |needs| {
            site.tag(needs, &name);
            security_group::Spec {
                vpc: needs.on(site.nodes.vpc),
                // No name of a group begins with `sg-`, which that of a VPC may be.
                name: format!("{}-{}", self.part, site.vpc.aws_name),
                description: self.description.to_owned(),
                rules: rules(needs),
            }
        })
    }
}

fn rule(direction: Direction, traffic: Traffic, peer: Peer, description: &str) -> Rule {
    Rule { direction, traffic, peer, description: description.to_owned() }
}

impl Groups {
    fn rules(
        &self,
        needs: &mut Needs<'_>,
        site: &Site<'_>,
        tier: Tier,
        list: Option<Ref<PrefixList>>,
    ) -> Vec<Rule> {
        let mut rules = vec![rule(Direction::In, Traffic::All, Peer::Itself, "The tier itself")];
        let before = site.before(tier).and_then(|before| Some((before, *self.tiers.get(&before)?)));
        for port in site.vpc.ports_of(tier) {
            let mut serve = |peer: Peer, who: &str| {
                rules.push(rule(Direction::In, Traffic::Tcp(Ports::one(port)), peer, who));
            };
            match (tier, before) {
                (Tier::Dmz, _) => serve(Peer::Range(Cidr::ALL), "Everybody"),
                (_, Some((before, group))) => {
                    serve(Peer::Group(needs.on(group)), &format!("The tier before it: {}", before.as_str()));
                }
                (_, None) => {}
            }
            if let Some(list) = list.filter(|_| tier == Tier::Application) {
                serve(Peer::List(needs.on(list)), "Segments that may talk to that of this VPC");
            }
        }
        match tier {
            Tier::Data => rules.extend(self.inside(needs, site)),
            Tier::Dmz | Tier::Application => {
                let everywhere =
                    "Everywhere; routes, network ACLs and groups of the other side say where that is";
                rules.push(rule(Direction::Out, Traffic::All, Peer::Range(Cidr::ALL), everywhere));
            }
        }
        rules
    }

    /// What who does not get out may reach: its like, and endpoints.
    fn inside(&self, needs: &mut Needs<'_>, site: &Site<'_>) -> Vec<Rule> {
        let mut rules = vec![rule(Direction::Out, Traffic::All, Peer::Itself, "The tier itself")];
        if let Some(endpoints) = self.endpoints {
            rules.push(rule(
                Direction::Out,
                HTTPS,
                Peer::Group(needs.on(endpoints)),
                "Interfaces of endpoints",
            ));
        }
        let services = site.vpc.endpoints.iter().filter_map(|name| EndpointService::named(name));
        for service in services.filter(|service| service.kind() == EndpointKind::Gateway) {
            let peer = Peer::Service(service.aws_name(site.vpc.region.value));
            rules.push(rule(Direction::Out, HTTPS, peer, "A service with a gateway endpoint"));
        }
        rules
    }
}
