//! The walk against another that knows nothing of it: packets are passed on one by one, over every pair of subnets.

use std::{collections::BTreeMap, net::Ipv4Addr};

use proptest::{collection::vec, prelude::*};

use super::super::{
    Outcome, ask,
    entry::Entry,
    fabric::{
        Attachment, Direction, Fabric, Far, Group, Id, Peer, Route, Rule, Subnet, TransitRoute, Via, Vpc,
    },
    traffic::{Protocol, Traffic},
};
use crate::{
    model::{Endpoint, Tier},
    names::Cidr,
};

fn id(kind: &str, name: impl std::fmt::Display) -> Id {
    format!("a/r/ec2/{kind}/{name}").into()
}

fn cidr(text: &str) -> Cidr {
    text.parse().expect(text)
}

/// What a fabric is drawn from: VPCs 10.0, 10.1 and 10.2, each with a DMZ, a data tier and the gateway's subnet.
#[derive(Clone, Debug)]
struct Draw {
    routes: Vec<(usize, usize, usize, usize)>,
    entries: Vec<(usize, bool, usize, usize, bool)>,
    rules: Vec<(usize, bool, usize, usize)>,
    transit: Vec<(usize, usize, usize, bool)>,
    associations: Vec<Option<usize>>,
}

const RANGES: [&str; 9] = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.1.0.0/16",
    "10.2.0.0/16",
    "10.1.2.0/24",
    "10.1.1.128/25",
    "10.0.1.16/28",
    "10.2.2.0/25",
];
const TRAFFIC: [&str; 5] = ["all", "tcp", "tcp 443", "tcp 1024-65535", "udp"];
const TIERS: [(&str, u8, Option<Tier>); 3] =
    [("dmz", 1, Some(Tier::Dmz)), ("data", 2, Some(Tier::Data)), ("gateway", 3, None)];

fn draw() -> impl Strategy<Value = Draw> {
    (
        vec((0..9usize, 0..RANGES.len(), 0..4usize, 0..1usize), 0..16),
        vec((0..6usize, any::<bool>(), 0..TRAFFIC.len(), 0..RANGES.len(), prop::bool::weighted(0.8)), 0..16),
        vec((0..6usize, any::<bool>(), 0..TRAFFIC.len(), 0..RANGES.len() + 2), 4..24),
        vec((0..2usize, 0..RANGES.len(), 0..4usize, any::<bool>()), 2..10),
        vec(prop::option::weighted(0.9, 0..2usize), 3),
    )
        .prop_map(|(routes, entries, rules, transit, associations)| Draw {
            routes,
            entries,
            rules,
            transit,
            associations,
        })
}

fn name(vpc: usize, tier: usize) -> String {
    format!("v{vpc}/{}", TIERS[tier].0)
}

fn fabric(draw: &Draw) -> Fabric {
    let mut fabric = Fabric::default();
    for vpc in 0..3 {
        let range = cidr(&format!("10.{vpc}.0.0/16"));
        let internet = (vpc < 2).then(|| id("internet-gateway", vpc));
        fabric.vpcs.insert(id("vpc", format!("v{vpc}")), Vpc { range, internet });
        let door = id("subnet", name(vpc, 2));
        let attachment = Attachment {
            gateways: vec![id("transit-gateway", 0)],
            far: Far::Vpc(id("vpc", format!("v{vpc}")), vec![door]),
        };
        fabric.attachments.insert(id("attachment", vpc), attachment);
        for (tier, (_, third, of)) in TIERS.iter().enumerate() {
            let named = name(vpc, tier);
            let subnet = Subnet {
                vpc: id("vpc", format!("v{vpc}")),
                range: cidr(&format!("10.{vpc}.{third}.0/24")),
                tier: *of,
                zone: "az1".to_owned(),
                table: Some(id("table", &named)),
                acl: (tier < 2).then(|| id("acl", &named)),
            };
            fabric.subnets.insert(id("subnet", &named), subnet);
            fabric.tables.insert(id("table", &named), Vec::new());
            if of.is_some() {
                fabric.acls.insert(id("acl", &named), Vec::new());
                let group = Group { vpc: id("vpc", format!("v{vpc}")), tier: *of, rules: Vec::new() };
                fabric.groups.insert(id("group", &named), group);
            }
        }
        fabric.translators.insert(id("nat-gateway", vpc), id("subnet", name(vpc, 0)));
    }
    fill(&mut fabric, draw);
    join(&mut fabric, draw);
    fabric
}

/// Routes, entries and rules of the VPCs.
fn fill(fabric: &mut Fabric, draw: &Draw) {
    for (table, range, via, _) in &draw.routes {
        let (vpc, tier) = (table / 3, table % 3);
        let via = match via {
            0 => Via::Internet(id("internet-gateway", vpc)),
            1 => Via::Translator(id("nat-gateway", vpc)),
            _ => Via::Transit(id("transit-gateway", 0)),
        };
        let routes = fabric.tables.get_mut(&id("table", name(vpc, tier))).expect("a table");
        let range = cidr(RANGES[*range]);
        // AWS takes no second route to one destination, and none within the VPC's own addresses but to an appliance.
        if routes.iter().all(|route| route.range != range)
            && !cidr(&format!("10.{vpc}.0.0/16")).contains(range)
        {
            routes.push(Route { range, via });
        }
    }
    for (at, (acl, out, traffic, range, allows)) in draw.entries.iter().enumerate() {
        let entries = fabric.acls.get_mut(&id("acl", name(acl / 2, acl % 2))).expect("an ACL");
        let direction = if *out { Direction::Out } else { Direction::In };
        let (traffic, range) = (TRAFFIC[*traffic].parse().expect("traffic"), cidr(RANGES[*range]));
        entries.push(Entry {
            number: u32::try_from(at).expect("few"),
            direction,
            traffic,
            range,
            allows: *allows,
        });
    }
    for entries in fabric.acls.values_mut() {
        for direction in [Direction::In, Direction::Out] {
            entries.push(Entry {
                number: 99,
                direction,
                traffic: Traffic::ALL,
                range: Cidr::ALL,
                allows: true,
            });
        }
    }
    for (group, out, traffic, peer) in &draw.rules {
        let vpc = group / 2;
        let peer = match RANGES.get(*peer) {
            Some(range) => Peer::Ranges(vec![cidr(range)]),
            None => Peer::Group(id("group", name(vpc, peer - RANGES.len()))),
        };
        let direction = if *out { Direction::Out } else { Direction::In };
        let traffic = TRAFFIC[*traffic].parse().expect("traffic");
        let rules = &mut fabric.groups.get_mut(&id("group", name(vpc, group % 2))).expect("a group").rules;
        rules.push(Rule { direction, traffic, peer, text: String::new() });
    }
}

/// What lies between the VPCs.
fn join(fabric: &mut Fabric, draw: &Draw) {
    for table in 0..2 {
        fabric.transit.insert(id("transit-table", table), Vec::new());
    }
    for (table, range, to, is_static) in &draw.transit {
        let (range, to) = (cidr(RANGES[*range]), (*to < 3).then(|| id("attachment", to)));
        let routes = fabric.transit.get_mut(&id("transit-table", table)).expect("a table");
        let is_static = *is_static || to.is_none();
        if routes.iter().all(|route| (route.range, route.is_static) != (range, is_static)) {
            routes.push(TransitRoute { range, to, is_static });
        }
    }
    for (vpc, table) in draw.associations.iter().enumerate() {
        if let Some(table) = table {
            let slot = (id("transit-gateway", 0), id("attachment", vpc));
            fabric.associations.insert(slot, id("transit-table", table));
        }
    }
}

/// A packet.
#[derive(Clone, Copy, Debug)]
struct Packet {
    from: (Ipv4Addr, u16),
    to: (Ipv4Addr, u16),
    asks: bool,
}

/// Where a packet is: in a subnet, about to be routed there; or out on the internet.
#[derive(Clone, Debug, PartialEq)]
enum Where {
    Subnet(Id),
    Internet,
}

/// What became of a packet.
enum Then {
    Dropped,
    Arrived(Where),
    /// A gateway sends it on as its own.
    Masked(Id),
}

/// Passes packets on, one decision after the other, over lists that it searches from end to end.
struct Brute<'f>(&'f Fabric);

impl Brute<'_> {
    fn subnet(&self, at: &Id) -> &Subnet {
        &self.0.subnets[at]
    }

    fn acl(&self, subnet: &Id, way: Direction, packet: Packet) -> bool {
        let Some(acl) = &self.subnet(subnet).acl else { return true };
        let other = if way == Direction::In { packet.from.0 } else { packet.to.0 };
        let mut entries: Vec<_> = self.0.acls[acl].iter().filter(|entry| entry.direction == way).collect();
        entries.sort_by_key(|entry| entry.number);
        for entry in entries {
            if entry.range.holds(other) && matches(entry.traffic, packet.to.1) {
                return entry.allows;
            }
        }
        false
    }

    fn group(&self, own: &Id, other: Option<&Id>, way: Direction, packet: Packet) -> bool {
        let subnet = self.subnet(own);
        let group = |of: &Subnet| {
            self.0.groups.iter().find(|(_, group)| group.vpc == of.vpc && group.tier == of.tier)
        };
        let Some((_, mine)) = group(subnet) else { return true };
        let address = if way == Direction::In { packet.from.0 } else { packet.to.0 };
        let theirs = other.map(|other| self.subnet(other)).filter(|other| other.vpc == subnet.vpc);
        let theirs = theirs.and_then(group).map(|(id, _)| id);
        mine.rules.iter().any(|rule| {
            let is_peer = match &rule.peer {
                Peer::Ranges(ranges) => ranges.iter().any(|range| range.holds(address)),
                Peer::Group(id) => theirs == Some(id),
                Peer::Service => false,
            };
            rule.direction == way && is_peer && matches(rule.traffic, packet.to.1)
        })
    }

    /// From a subnet on, until it is somewhere.
    fn send(&self, start: &Id, packet: Packet) -> Then {
        let mut at = start.clone();
        for _ in 0..20 {
            let subnet = self.subnet(&at);
            if subnet.range.holds(packet.to.0) {
                return Then::Arrived(Where::Subnet(at));
            }
            if self.0.vpcs[&subnet.vpc].range.holds(packet.to.0) {
                let next = self
                    .0
                    .subnets
                    .iter()
                    .find(|(_, next)| next.vpc == subnet.vpc && next.range.holds(packet.to.0));
                let Some((next, _)) = next else { return Then::Dropped };
                let passes = self.acl(&at, Direction::Out, packet) && self.acl(next, Direction::In, packet);
                return if passes { Then::Arrived(Where::Subnet(next.clone())) } else { Then::Dropped };
            }
            let routes = &self.0.tables[subnet.table.as_ref().expect("a table")];
            let Some(route) = best(routes, |route| (route.range, true), packet.to.0) else {
                return Then::Dropped;
            };
            match &route.via {
                Via::Internet(_) => {
                    let has_gateway = self.0.vpcs[&subnet.vpc].internet.is_some();
                    let is_public =
                        !cidr("10.0.0.0/8").holds(packet.to.0) && subnet.range.holds(packet.from.0);
                    let passes = has_gateway && is_public && self.acl(&at, Direction::Out, packet);
                    return if passes { Then::Arrived(Where::Internet) } else { Then::Dropped };
                }
                Via::Translator(nat) => {
                    let home = &self.0.translators[nat];
                    let passes = *home == at
                        || (self.acl(&at, Direction::Out, packet) && self.acl(home, Direction::In, packet));
                    return if passes && packet.asks { Then::Masked(nat.clone()) } else { Then::Dropped };
                }
                _ => match self.transit(&at, packet) {
                    Some(next) => at = next,
                    None => return Then::Dropped,
                },
            }
        }
        Then::Dropped
    }

    fn transit(&self, at: &Id, packet: Packet) -> Option<Id> {
        let vpc: usize = self.subnet(at).vpc.rsplit('v').next()?.parse().ok()?;
        let door = id("subnet", name(vpc, 2));
        if *at != door && !(self.acl(at, Direction::Out, packet) && self.acl(&door, Direction::In, packet)) {
            return None;
        }
        let table = self.0.associations.get(&(id("transit-gateway", 0), id("attachment", vpc)))?;
        let route = best(&self.0.transit[table], |route| (route.range, route.is_static), packet.to.0)?;
        let next: usize = route.to.as_ref()?.rsplit('/').next()?.parse().ok()?;
        Some(id("subnet", name(next, 2)))
    }

    /// A conversation, from the first packet to the answer.
    fn talk(&self, from: (&Id, Ipv4Addr), to: (&Where, Ipv4Addr), ports: (u16, u16)) -> Outcome {
        let (source, port) = ports;
        let other = match to.0 {
            Where::Subnet(subnet) => Some(subnet),
            Where::Internet => None,
        };
        let mut packet = Packet { from: (from.1, source), to: (to.1, port), asks: true };
        if !self.group(from.0, other, Direction::Out, packet) {
            return Outcome::Stops;
        }
        let (mut at, mut speakers) = (from.0.clone(), vec![(from.0.clone(), from.1)]);
        let arrived = loop {
            match self.send(&at, packet) {
                Then::Dropped => return Outcome::Stops,
                Then::Masked(_) if speakers.len() > 4 => return Outcome::Stops,
                Then::Masked(nat) => {
                    let home = &self.0.translators[&nat];
                    let address = Ipv4Addr::from(u32::from(self.subnet(home).range.first()) + 4);
                    packet.from.0 = address;
                    speakers.push((home.clone(), address));
                    at = home.clone();
                }
                Then::Arrived(place) => break place,
            }
        };
        if arrived != *to.0 {
            return Outcome::Stops;
        }
        if let Where::Subnet(subnet) = &arrived {
            let direct = (speakers.len() == 1).then_some(from.0);
            if !self.group(subnet, direct, Direction::In, packet) {
                return Outcome::Stops;
            }
        }
        self.answer(arrived, to.1, &speakers, (port, source))
    }

    fn answer(
        &self,
        mut at: Where,
        from: Ipv4Addr,
        speakers: &[(Id, Ipv4Addr)],
        ports: (u16, u16),
    ) -> Outcome {
        for (home, address) in speakers.iter().rev() {
            let packet = Packet { from: (from, ports.0), to: (*address, ports.1), asks: false };
            let arrived = match &at {
                Where::Subnet(subnet) => match self.send(subnet, packet) {
                    Then::Arrived(Where::Subnet(end)) => end == *home,
                    _ => false,
                },
                Where::Internet => {
                    let subnet = self.subnet(home);
                    let routes = &self.0.tables[subnet.table.as_ref().expect("a table")];
                    let route = best(routes, |route| (route.range, true), from);
                    let is_public = route.is_some_and(|route| matches!(route.via, Via::Internet(_)));
                    self.0.vpcs[&subnet.vpc].internet.is_some()
                        && is_public
                        && self.acl(home, Direction::In, packet)
                }
            };
            if !arrived {
                return Outcome::Unanswered;
            }
            at = Where::Subnet(home.clone());
        }
        Outcome::Passes
    }
}

fn matches(traffic: Traffic, port: u16) -> bool {
    traffic.protocol().is_none_or(|protocol| protocol == Protocol::Tcp)
        && match traffic.to_string().strip_prefix("tcp ") {
            None => true,
            Some(range) => {
                let (first, last) = range.split_once('-').unwrap_or((range, range));
                (first.parse().expect("a port")..=last.parse().expect("a port")).contains(&port)
            }
        }
}

/// How a conversation from whichever port of a client ends: as it fares worst.
fn brute(fabric: &Fabric, from: (&Id, Ipv4Addr), to: (&Where, Ipv4Addr), port: u16) -> Outcome {
    let outcomes = [1024, 32_768, 49_152, 65_535].map(|source| Brute(fabric).talk(from, to, (source, port)));
    outcomes.into_iter().min().expect("four of them")
}

fn one(address: Ipv4Addr) -> Endpoint {
    Endpoint::Range(Cidr::around(address, 32).expect("an address"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_walk_agrees_with_packets_passed_on_one_by_one(draw in draw(), host in 4u8..250, port in prop::sample::select(vec![22u16, 443, 8080])) {
        let fabric = fabric(&draw);
        let subnets: BTreeMap<_, _> = fabric.subnets.iter().filter(|(_, subnet)| subnet.tier.is_some()).collect();
        let address = |subnet: &Subnet, host: u8| Ipv4Addr::from(u32::from(subnet.range.first()) + u32::from(host));
        for (from, subnet) in &subnets {
            let source = address(subnet, host);
            for (to, other) in &subnets {
                let target = address(other, if from == to { host + 1 } else { host });
                let answer = ask(&fabric, &one(source), &one(target), Some(port));
                let expected = brute(&fabric, (from, source), (&Where::Subnet((*to).clone()), target), port);
                prop_assert_eq!(answer.pairs[0].best.outcome, expected, "{} {} {:?}", source, target, answer);
            }
            let web = Ipv4Addr::new(198, 51, 100, 7);
            let answer = ask(&fabric, &one(source), &one(web), Some(port));
            let expected = brute(&fabric, (from, source), (&Where::Internet, web), port);
            prop_assert_eq!(answer.pairs[0].best.outcome, expected, "{} internet {:?}", source, answer);
        }
    }

    #[test]
    fn no_address_fares_otherwise_than_those_that_are_asked_about(draw in draw(), hosts in vec(4u8..255, 6)) {
        let fabric = fabric(&draw);
        for from in ["v0", "v1"] {
            for to in ["v1", "v2"] {
                let vpc = |name: &str| Endpoint::Vpc(name.parse().expect("a name"), None);
                let answer = ask(&fabric, &vpc(from), &vpc(to), Some(443));
                for pair in &answer.pairs {
                    let (from, to) = (id("subnet", &pair.from), id("subnet", &pair.to));
                    for (one, other) in hosts.iter().zip(hosts.iter().rev()) {
                        let host = |subnet: &Id, host: u8| {
                            Ipv4Addr::from(u32::from(fabric.subnets[subnet].range.first()) + u32::from(host))
                        };
                        let (source, target) = (host(&from, *one), host(&to, *other));
                        if source == target {
                            continue;
                        }
                        let outcome = brute(&fabric, (&from, source), (&Where::Subnet(to.clone()), target), 443);
                        let bounds = pair.worst.outcome..=pair.best.outcome;
                        prop_assert!(bounds.contains(&outcome), "{} {} {:?} {:?}", source, target, outcome, pair);
                    }
                }
            }
        }
    }
}

/// The route that packets to an address take: the longest prefix, and of those a static one.
fn best<T>(routes: &[T], range: impl Fn(&T) -> (Cidr, bool), to: Ipv4Addr) -> Option<&T> {
    let mut best: Option<&T> = None;
    for route in routes {
        let (this, is_static) = range(route);
        let better = best.is_none_or(|best| {
            let (that, was_static) = range(best);
            this.prefix() > that.prefix() || (this.prefix() == that.prefix() && is_static && !was_static)
        });
        if this.holds(to) && better {
            best = Some(route);
        }
    }
    best
}
