//! Questions about reachability, and what they come to.

use std::collections::BTreeSet;

use super::{
    fabric::Fabric,
    path::{Journey, Path},
    places::{Place, Site, sites},
    traffic::{Flow, Protocol},
    walk::path,
};
use crate::model::{Endpoint, Expect};

/// What becomes of a conversation; ordered by how far it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It is stopped on its way there.
    Stops,
    /// It arrives, and not every answer comes back.
    Unanswered,
    /// It leads to what is not known here.
    Open,
    /// It arrives, and the answer comes back.
    Passes,
}

impl Outcome {
    /// In a word, as JSON has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stops => "stops",
            Self::Unanswered => "unanswered",
            Self::Open => "open",
            Self::Passes => "passes",
        }
    }
}

/// Two sites, such as two subnets, and what becomes of conversations between them.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Who begins.
    pub from: String,
    /// Who is meant.
    pub to: String,
    /// What arrives and is answered, from some address to some other: `tcp 443`, `all`.
    pub traffic: Vec<String>,
    /// The conversation that comes furthest.
    pub best: Journey,
    /// The one that comes least far, among addresses; of the ports that nobody named still the best.
    pub worst: Journey,
}

/// What a question comes to: every pair of sites that it is about. None if there is nobody to ask about.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Each of them.
    pub pairs: Vec<Pair>,
}

impl Answer {
    /// The pair that most speaks against an expectation, if any does.
    pub fn against(&self, expect: Expect) -> Option<&Pair> {
        match expect {
            Expect::Allow => {
                let missed = self.pairs.iter().filter(|pair| pair.worst.outcome != Outcome::Passes);
                missed.min_by_key(|pair| pair.worst.rank())
            }
            Expect::Deny => {
                let arrived = self.pairs.iter().filter(|pair| pair.best.outcome != Outcome::Stops);
                arrived.rev().max_by_key(|pair| pair.best.rank())
            }
        }
    }
}

/// Whether whoever is at one end reaches the other, by one TCP port, or by whatever there is.
pub fn ask(fabric: &Fabric, from: &Endpoint, to: &Endpoint, port: Option<u16>) -> Answer {
    let carried = Carried::of(fabric, port);
    let (from, to) = (sites(fabric, from), sites(fabric, to));
    let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
    Answer { pairs: pairs.filter_map(|(from, to)| pair(fabric, &carried, from, to)).collect() }
}

fn pair(fabric: &Fabric, carried: &Carried, from: &Site, to: &Site) -> Option<Pair> {
    let ways = from.places.iter().flat_map(|from| to.places.iter().map(move |to| (from, to)));
    // Nobody asks whether a machine reaches itself: it is another one of the same subnet that is meant.
    let ways = ways.filter_map(|(from, to)| {
        if from == to { Some((from, from.neighbour(fabric)?)) } else { Some((from, to.clone())) }
    });
    let tried: Vec<_> = ways.map(|(from, to)| carried.between(fabric, from, &to)).collect();
    let best = tried.iter().rev().max_by_key(|(journey, _)| journey.rank())?.0.clone();
    let worst = tried.iter().min_by_key(|(journey, _)| journey.rank())?.0.clone();
    let passing: BTreeSet<_> = tried.into_iter().flat_map(|(_, passing)| passing).collect();
    Some(Pair { from: from.name.clone(), to: to.name.clone(), traffic: carried.told(&passing), best, worst })
}

impl Journey {
    fn rank(&self) -> (Outcome, usize) {
        (self.outcome, self.there.len() + self.back.len())
    }
}

/// The ports that clients take for themselves begin here, on the systems that there are; NAT gateways take any of 1024 and
/// above. <https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports>
const CLIENTS: [u16; 4] = [1024, 32_768, 49_152, 65_535];

/// By which port a conversation is shown where nothing tells it from others: HTTPS, as people would try it.
const SHOWN: u16 = 443;

/// What conversations may carry: one of everything that something decides about.
struct Carried {
    /// Protocols and the ports that are gone to, in order; each stands for those up to the next.
    to: Vec<(Protocol, u16)>,
}

impl Carried {
    fn of(fabric: &Fabric, port: Option<u16>) -> Self {
        let traffic: Vec<_> = fabric.traffic().collect();
        let cuts: BTreeSet<u16> =
            traffic.iter().flat_map(|traffic| traffic.cuts()).chain([0, SHOWN]).collect();
        if let Some(port) = port {
            return Self { to: vec![(Protocol::Tcp, port)] };
        }
        let named = traffic.iter().filter_map(|traffic| traffic.protocol());
        // One that nobody names: it is reserved for experiments.
        let protocols: BTreeSet<_> =
            named.chain([Protocol::Tcp, Protocol::Udp, Protocol::Icmp, Protocol::Other(253)]).collect();
        let ports =
            |protocol: Protocol| if protocol.has_ports() { cuts.iter().copied().collect() } else { vec![0] };
        let to =
            protocols.iter().flat_map(|protocol| ports(*protocol).into_iter().map(|port| (*protocol, port)));
        Self { to: to.collect() }
    }

    /// The conversation between two addresses that comes furthest, and all that pass.
    fn between(&self, fabric: &Fabric, from: &Place, to: &Place) -> (Journey, Vec<(Protocol, u16)>) {
        let path = path(fabric, from, to);
        let ends = (from.address, to.address);
        let typical = |(protocol, port)| Flow::new(protocol, CLIENTS[2], port);
        if !path.leads() {
            let rank = |to: &(Protocol, u16)| (path.length(fabric, typical(*to)), to.1 == SHOWN);
            let furthest = self.to.iter().rev().max_by_key(|to| rank(to));
            let flow = typical(furthest.copied().unwrap_or((Protocol::Tcp, 0)));
            return (path.journey(fabric, ends, flow), Vec::new());
        }
        let tried: Vec<_> = self.to.iter().map(|to| (*to, Self::tried(fabric, &path, *to))).collect();
        let passing = tried.iter().filter(|(_, (outcome, _))| *outcome == Outcome::Passes).map(|(to, _)| *to);
        let rank =
            |(outcome, flow): &(Outcome, Flow)| (*outcome, path.length(fabric, *flow), flow.port == SHOWN);
        let best = tried.iter().rev().max_by_key(|(_, tried)| rank(tried)).map(|(_, (_, flow))| *flow);
        let flow = best.unwrap_or_else(|| typical((Protocol::Tcp, 0)));
        (path.journey(fabric, ends, flow), passing.collect())
    }

    /// What becomes of what goes to a port, and from which port of a client it fares worst.
    fn tried(fabric: &Fabric, path: &Path, (protocol, port): (Protocol, u16)) -> (Outcome, Flow) {
        let flow = |source: &u16| Flow::new(protocol, *source, port);
        let tried = CLIENTS.iter().map(flow).map(|flow| (path.outcome(fabric, flow), flow));
        tried.min().unwrap_or_else(|| (Outcome::Stops, flow(&CLIENTS[2])))
    }

    /// What passes, in words: ports that stand beside each other become one range.
    fn told(&self, passing: &BTreeSet<(Protocol, u16)>) -> Vec<String> {
        if self.to.len() > 1 && self.to.iter().all(|to| passing.contains(to)) {
            return vec!["all".to_owned()];
        }
        let mut told: Vec<(Protocol, u16, u16)> = Vec::new();
        for (at, (protocol, port)) in self.to.iter().enumerate() {
            if !passing.contains(&(*protocol, *port)) {
                continue;
            }
            let next = self.to.get(at + 1).filter(|(next, _)| next == protocol);
            let last = match next {
                Some((_, next)) => next - 1,
                None if self.to.len() == 1 => *port,
                None => u16::MAX,
            };
            match told.last_mut() {
                Some((same, _, end)) if same == protocol && end.checked_add(1) == Some(*port) => *end = last,
                _ => told.push((*protocol, *port, last)),
            }
        }
        told.into_iter().map(|(protocol, first, last)| words(protocol, first, last)).collect()
    }
}

fn words(protocol: Protocol, first: u16, last: u16) -> String {
    match (first, last) {
        _ if !protocol.has_ports() => protocol.to_string(),
        (0, u16::MAX) => protocol.to_string(),
        (first, last) if first == last => format!("{protocol} {first}"),
        (first, last) => format!("{protocol} {first}-{last}"),
    }
}
