//! The network ACL of each tier. It keeps no record of connections: what is asked for and what is answered are entries of
//! their own, and answers come to ephemeral ports. So it is the coarse guard, whoever is in the subnets; the fine one are
//! security groups.

use std::net::Ipv4Addr;

use super::Site;
use crate::{
    compose::{Composer, Problem},
    kinds::ec2::{
        NetworkAcl,
        network_acl::{self, Entry},
        traffic::{Ports, Traffic},
    },
    model::{Dhcp, EndpointKind, EndpointService, NetworkQuotas, Tier},
    names::Cidr,
};

/// Ranges that are [not on the internet][private], nor [between providers and their customers][shared].
///
/// [private]: https://www.rfc-editor.org/rfc/rfc1918
/// [shared]: https://www.rfc-editor.org/rfc/rfc6598
const PRIVATE: [(Ipv4Addr, u8); 4] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
];

const HTTPS: Traffic = Traffic::Tcp(Ports::one(443));
const ANSWERS: Traffic = Traffic::Tcp(Ports::EPHEMERAL);
const ANSWERS_BY_UDP: Traffic = Traffic::Udp(Ports::EPHEMERAL);
const NAMES: [Traffic; 2] = [Traffic::Tcp(Ports::one(53)), Traffic::Udp(Ports::one(53))];

/// Adds the ACL of each tier. The subnets of a Transit Gateway's attachment keep the VPC's default one, which lets all
/// through: [what passes there is guarded where it goes][practice].
///
/// [practice]: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
pub(super) fn add(composer: &mut Composer<'_>, site: &Site<'_>) {
    for (tier, prefix) in &site.vpc.tiers {
        let Some(entries) = site.entries(*tier) else { continue };
        composer.problems.extend(too_many(site, *tier, &entries));
        let name = site.name(tier.as_str());
        composer.graph.add::<NetworkAcl>(site.nodes.at, &name, &prefix.origin, |needs| {
            site.tag(needs, &name);
            if let Some(ports) = site.vpc.ports.get(tier).and_then(|ports| ports.first()) {
                needs.states("entries", &ports.origin);
            }
            let subnets = site.nodes.subnets.iter().filter(|((of, _), _)| of == tier);
            let subnets = subnets.map(|(_, subnet)| needs.on(*subnet)).collect();
            network_acl::Spec { vpc: needs.on(site.nodes.vpc), name: name.clone(), entries, subnets }
        });
    }
}

fn too_many(site: &Site<'_>, tier: Tier, entries: &[Entry]) -> Option<Problem> {
    let count = |egress| 1 + entries.iter().filter(|entry| entry.egress == egress).count();
    let (wanted, most) = (count(true).max(count(false)), NetworkQuotas::ACL_ENTRIES);
    let most_ports = site.vpc.ports.values().max_by_key(|ports| ports.len());
    let origin = most_ports.and_then(|ports| ports.first()).map_or(&site.vpc.origin, |port| &port.origin);
    let message = format!(
        "the network ACL of `{}` would have {wanted} entries in one direction, and AWS takes {most}",
        site.name(tier.as_str())
    );
    let help = "state fewer ports, or take the ranges of VPCs from one `[pool]`, which counts as one";
    (wanted > most).then(|| Problem::new(origin, message).help(help))
}

/// What entries are for, which is where their numbers begin: what is added for one purpose moves no other.
#[derive(Clone, Copy)]
enum Purpose {
    /// The ports of the tier.
    Served = 1,
    /// The tier's other zones.
    Own = 2,
    /// What the next tier asks for, or what comes back from it.
    Inner = 3,
    /// Endpoints of services.
    Endpoints = 4,
    /// Name servers in the VPC.
    Names = 5,
    /// All else within the VPC.
    Rest = 6,
    /// Other VPCs, and what lies beyond the organization.
    Beyond = 7,
    /// All else.
    Everywhere = 9,
}

/// The entries of one direction, in the making.
struct List {
    egress: bool,
    entries: Vec<Entry>,
}

impl List {
    const fn new(egress: bool) -> Self {
        Self { egress, entries: Vec::new() }
    }

    fn add(&mut self, purpose: Purpose, allow: bool, traffic: Traffic, range: Cidr) {
        let first = purpose as u16 * 1_000;
        let of_purpose = self.entries.iter().filter(|entry| entry.number / 1_000 * 1_000 == first).count();
        let number = first + u16::try_from(of_purpose).unwrap_or_default() * 10;
        self.entries.push(Entry { number, egress: self.egress, allow, traffic, range });
    }

    fn allow(&mut self, purpose: Purpose, traffic: Traffic, range: impl IntoIterator<Item = Cidr>) {
        range.into_iter().for_each(|range| self.add(purpose, true, traffic, range));
    }

    fn deny(&mut self, purpose: Purpose, range: impl IntoIterator<Item = Cidr>) {
        range.into_iter().for_each(|range| self.add(purpose, false, Traffic::All, range));
    }
}

impl Site<'_> {
    /// The entries of a tier's ACL, both ways; nothing if the VPC has no such tier.
    pub(super) fn entries(&self, tier: Tier) -> Option<Vec<Entry>> {
        let own = self.part(tier)?;
        let (mut enters, mut leaves) = (List::new(false), List::new(true));
        enters.allow(Purpose::Own, Traffic::All, [own]);
        match tier {
            Tier::Dmz => self.dmz(&mut enters, &mut leaves),
            Tier::Application => self.application(&mut enters, &mut leaves),
            Tier::Data => self.data(own, &mut enters, &mut leaves),
        }
        if self.innermost() == Some(tier) && self.interfaces() {
            enters.allow(Purpose::Endpoints, HTTPS, [self.cidr]);
        }
        if self.resolves(tier) {
            let from = std::iter::once(self.cidr).chain(self.peers_in_short());
            let from: Vec<_> = from.collect();
            for names in NAMES {
                enters.allow(Purpose::Names, names, from.iter().copied());
            }
        }
        let mut entries: Vec<_> = enters.entries.into_iter().chain(leaves.entries).collect();
        entries.sort_by_key(|entry| (entry.egress, entry.number));
        Some(entries)
    }

    /// From everywhere on its ports. What the application tier sends out passes here on its way to a NAT gateway, and what
    /// other VPCs send out where this one carries it.
    fn dmz(&self, enters: &mut List, leaves: &mut List) {
        for port in self.vpc.ports_of(Tier::Dmz) {
            enters.allow(Purpose::Served, Traffic::Tcp(Ports::one(port)), [Cidr::ALL]);
        }
        enters.allow(Purpose::Inner, Traffic::All, self.part(Tier::Application));
        if self.interfaces() || self.before(Tier::Data) == Some(Tier::Dmz) {
            enters.allow(Purpose::Inner, ANSWERS, self.part(Tier::Data));
        }
        enters.deny(Purpose::Rest, [self.cidr]);
        enters.allow(Purpose::Beyond, Traffic::All, self.carried());
        self.gets_out(Tier::Dmz, enters, leaves);
    }

    /// From the DMZ, and from VPCs that may talk to this one, on its ports.
    fn application(&self, enters: &mut List, leaves: &mut List) {
        let (dmz, beyond) =
            (self.before(Tier::Application).and_then(|tier| self.part(tier)), self.peers_in_short());
        for port in self.vpc.ports_of(Tier::Application) {
            let traffic = Traffic::Tcp(Ports::one(port));
            enters.allow(Purpose::Served, traffic, dmz);
            enters.allow(Purpose::Beyond, traffic, beyond.iter().copied());
        }
        enters.allow(Purpose::Inner, ANSWERS, self.part(Tier::Data));
        enters.deny(Purpose::Rest, [self.cidr]);
        self.gets_out(Tier::Application, enters, leaves);
    }

    /// Everywhere but into the data tier, and answers come back.
    fn gets_out(&self, tier: Tier, enters: &mut List, leaves: &mut List) {
        if let Some(data) = self.part(Tier::Data) {
            if self.before(Tier::Data) == Some(tier) {
                for port in self.vpc.ports_of(Tier::Data) {
                    leaves.allow(Purpose::Served, Traffic::Tcp(Ports::one(port)), [data]);
                }
            }
            if self.interfaces() {
                leaves.allow(Purpose::Endpoints, HTTPS, [data]);
            }
            leaves.deny(Purpose::Rest, [data]);
        }
        leaves.allow(Purpose::Everywhere, Traffic::All, [Cidr::ALL]);
        for answers in [ANSWERS, ANSWERS_BY_UDP, Traffic::TooLarge] {
            enters.allow(Purpose::Everywhere, answers, [Cidr::ALL]);
        }
    }

    /// From the tier before it on its ports. It asks nobody but name servers of the VPC and, by routes that lead to services
    /// alone, those with gateway endpoints.
    fn data(&self, own: Cidr, enters: &mut List, leaves: &mut List) {
        let before = self.before(Tier::Data).and_then(|tier| self.part(tier));
        for port in self.vpc.ports_of(Tier::Data) {
            enters.allow(Purpose::Served, Traffic::Tcp(Ports::one(port)), before);
        }
        let asks = if self.interfaces() { Some(self.cidr) } else { before };
        leaves.allow(Purpose::Served, ANSWERS, asks);
        leaves.allow(Purpose::Own, Traffic::All, [own]);
        for server in self.name_servers().filter(|server| !own.contains(*server)) {
            for names in NAMES {
                leaves.allow(Purpose::Names, names, [server]);
            }
            for answers in [ANSWERS, ANSWERS_BY_UDP] {
                enters.allow(Purpose::Names, answers, [server]);
            }
        }
        if self.gateways() {
            for list in [&mut *enters, &mut *leaves] {
                list.deny(Purpose::Rest, self.private());
            }
            enters.allow(Purpose::Everywhere, ANSWERS, [Cidr::ALL]);
            enters.allow(Purpose::Everywhere, Traffic::TooLarge, [Cidr::ALL]);
            leaves.allow(Purpose::Everywhere, HTTPS, [Cidr::ALL]);
        }
    }

    fn has_endpoints(&self, kind: EndpointKind) -> bool {
        let services = self.vpc.endpoints.iter().filter_map(|name| EndpointService::named(name));
        services.into_iter().any(|service| service.kind() == kind)
    }

    /// Whether there are interfaces of endpoints in the innermost tier.
    fn interfaces(&self) -> bool {
        self.has_endpoints(EndpointKind::Interface)
    }

    fn gateways(&self) -> bool {
        self.has_endpoints(EndpointKind::Gateway)
    }

    /// Whether name servers of a tier are asked: an inbound resolver, or what DHCP tells instances of.
    fn resolves(&self, tier: Tier) -> bool {
        let Some(part) = self.part(tier) else { return false };
        let mut resolvers = self.zone.network.resolvers.values();
        let is_inbound =
            resolvers.any(|resolver| resolver.inbound.value && resolver.vpc.value == self.vpc.name.value);
        let inner = Some(Tier::Application).filter(|tier| self.vpc.tiers.contains_key(tier));
        let resolver_tier = inner.or_else(|| self.innermost());
        (is_inbound && resolver_tier == Some(tier)) || self.name_servers().any(|server| part.contains(server))
    }

    /// The name servers in this VPC that DHCP tells instances of.
    fn name_servers(&self) -> impl Iterator<Item = Cidr> {
        let servers = self.vpc.dhcp.iter().flat_map(|dhcp| &dhcp.domain_name_servers);
        let servers = servers.filter(|server| server.value != Dhcp::AMAZON);
        let addresses = servers.filter_map(|server| server.parse().ok());
        addresses.filter_map(|address| Cidr::around(address, 32)).filter(|server| self.cidr.contains(*server))
    }

    /// All ranges that no service of AWS is reached at.
    fn private(&self) -> Vec<Cidr> {
        let ranges = PRIVATE.iter().filter_map(|(first, prefix)| Cidr::around(*first, *prefix));
        let mut ranges: Vec<_> = ranges.collect();
        if !ranges.iter().any(|range| range.contains(self.cidr)) {
            ranges.push(self.cidr);
        }
        ranges
    }
}
