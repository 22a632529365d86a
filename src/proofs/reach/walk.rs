//! The walk: from a place to an address, by whatever leads there.

use std::{collections::BTreeSet, net::Ipv4Addr};

use super::{
    fabric::{Direction, Fabric, Id, Subnet, Via},
    filter::Filter,
    names::{called, short},
    path::{End, Leg, Path, Step},
    places::{Place, Whereabouts},
    traffic::Ends,
};
use crate::names::Cidr;

/// Ranges that no packet on the internet comes from or goes to.
/// <https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml>
pub(super) const PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/// Whether an address means nothing on the internet.
pub(super) fn is_private(address: Ipv4Addr) -> bool {
    let mut ranges = PRIVATE.iter().filter_map(|range| range.parse::<Cidr>().ok());
    ranges.any(|range| range.holds(address))
}

/// How often addresses may be translated on one way: more is a circle.
const TRANSLATIONS: usize = 4;

/// The way from one place to another and back.
pub(super) fn path(fabric: &Fabric, from: &Place, to: &Place) -> Path {
    let mut legs = Vec::new();
    let mut begins = vec![from.clone()];
    loop {
        let start = begins.last().unwrap_or(from);
        let leg = Walk::new(fabric, Ends { from: start.address, to: to.address }, Talk::Asks).go(start, to);
        let next = match &leg.end {
            End::Translator(gateway) if begins.len() <= TRANSLATIONS => translator(fabric, gateway),
            _ => None,
        };
        legs.push(leg);
        match next {
            Some(place) => begins.push(place),
            None => break,
        }
    }
    if let Some(leg) = legs.last_mut() {
        arrive(leg, to);
    }
    let back = if legs.last().is_some_and(|leg| is_there(&leg.end)) {
        answers(fabric, &begins, to)
    } else {
        Vec::new()
    };
    Path { there: legs, back }
}

/// The answers, from where the question went to where it came from, by each gateway that spoke in its own name.
fn answers(fabric: &Fabric, begins: &[Place], to: &Place) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::new();
    let mut speaker = to.clone();
    for (at, listener) in begins.iter().enumerate().rev() {
        // What is inside sees whom it asked, not the gateway in between.
        let ends = Ends { from: to.address, to: listener.address };
        let mut leg = Walk::new(fabric, ends, Talk::Answers).go(&speaker, listener);
        arrive(&mut leg, listener);
        let arrived = is_there(&leg.end);
        legs.push(leg);
        if !arrived || at == 0 {
            break;
        }
        speaker = listener.clone();
    }
    legs
}

fn is_there(end: &End) -> bool {
    matches!(end, End::Subnet(_) | End::Internet | End::Beyond(_))
}

/// A NAT gateway as whoever speaks: it has an address in its subnet.
fn translator(fabric: &Fabric, gateway: &Id) -> Option<Place> {
    let subnet = fabric.translators.get(gateway)?;
    let address = super::places::first_host(fabric.subnets.get(subnet)?.range);
    Some(Place { address, at: Whereabouts::Translator(gateway.clone(), subnet.clone()) })
}

/// Turns an end somewhere else than where the way was to lead into a stop: two VPCs may have the same addresses.
fn arrive(leg: &mut Leg, to: &Place) {
    let elsewhere = |by: &Id| stop(by, "is where this ends, which is not what was meant");
    let corrected = match (&leg.end, &to.at) {
        (End::Subnet(end), Whereabouts::Subnet(wanted) | Whereabouts::Translator(_, wanted))
            if end == wanted =>
        {
            None
        }
        (End::Beyond(end), Whereabouts::Beyond(wanted, _)) if end == wanted => None,
        (End::Internet, Whereabouts::Internet) | (End::Stop(..) | End::Open(..), _) => None,
        (End::Subnet(end) | End::Beyond(end), _) => Some(elsewhere(end)),
        (End::Internet, _) => Some(elsewhere(&Id::from(INTERNET))),
        (End::Translator(gateway), _) => Some(stop(gateway, "is asked again and again: this is a circle")),
    };
    if let Some(end) = corrected {
        leg.end = end;
    }
}

/// What stands for the internet where an address is asked for.
const INTERNET: &str = "internet";

/// Whether packets begin a conversation or go on with it: security groups know which do, and let answers pass.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Talk {
    Asks,
    Answers,
}

/// One way, while it is walked.
pub(super) struct Walk<'f> {
    pub(super) fabric: &'f Fabric,
    pub(super) ends: Ends,
    talk: Talk,
    /// Who sends, if it is a machine in a subnet; then whom it is meant for, likewise.
    parties: (Option<&'f Id>, Option<&'f Id>),
    pub(super) steps: Vec<Step>,
    /// Where a Transit Gateway was entered, and by what.
    pub(super) seen: BTreeSet<(Id, Id)>,
    /// The zone it was in last.
    pub(super) zone: String,
}

impl<'f> Walk<'f> {
    fn new(fabric: &'f Fabric, ends: Ends, talk: Talk) -> Self {
        Self {
            fabric,
            ends,
            talk,
            parties: (None, None),
            steps: Vec::new(),
            seen: BTreeSet::new(),
            zone: String::new(),
        }
    }

    fn go(mut self, from: &Place, to: &Place) -> Leg {
        let fabric = self.fabric;
        let subnet = |place: &Place| match &place.at {
            Whereabouts::Subnet(id) => fabric.subnets.get_key_value(id).map(|(id, _)| id),
            _ => None,
        };
        self.parties = (subnet(from), subnet(to));
        let end = match &from.at {
            Whereabouts::Subnet(id) => {
                self.group(id, Direction::Out);
                self.leave(id)
            }
            Whereabouts::Translator(_, id) => self.leave(id),
            Whereabouts::Internet => self.begin_at_internet(to),
            Whereabouts::Beyond(attachment, _) => self.begin_beyond(attachment),
            Whereabouts::Nowhere => {
                stop(&Id::from(from.address.to_string()), "is nowhere in the landing zone")
            }
        };
        Leg { steps: self.steps, end }
    }

    pub(super) fn led(&mut self, by: &Id, how: impl Into<String>) {
        self.steps.push(Step::Led { by: by.clone(), how: how.into() });
    }

    /// Comes by the group of the machines of a subnet, unless this is an answer.
    fn group(&mut self, subnet: &Id, way: Direction) {
        if self.talk == Talk::Answers {
            return;
        }
        let Some(own) = self.fabric.subnets.get(subnet) else { return };
        let Some(group) = self.fabric.group_of(own) else { return };
        let other = match way {
            Direction::In => self.parties.0,
            Direction::Out => self.parties.1,
        };
        let other = other.and_then(|id| self.fabric.subnets.get(id)).filter(|other| other.vpc == own.vpc);
        let peer = other.and_then(|other| self.fabric.group_of(other)).cloned();
        self.steps.push(Step::Filtered { by: Filter::Group(group.clone(), peer), way, ends: self.ends });
    }

    /// Comes by the network ACL of a subnet.
    fn acl(&mut self, subnet: &Id, way: Direction) {
        let acl = self.fabric.subnets.get(subnet).and_then(|subnet| subnet.acl.clone());
        match acl {
            Some(acl) => {
                self.steps.push(Step::Filtered { by: Filter::Acl(acl), way, ends: self.ends });
            }
            None => self.led(subnet, "has the default network ACL, which lets everything pass"),
        }
    }

    /// Out of a subnet.
    pub(super) fn leave(&mut self, id: &Id) -> End {
        let Some(subnet) = self.fabric.subnets.get(id) else { return stop(id, "is not known") };
        self.zone.clone_from(&subnet.zone);
        if subnet.range.holds(self.ends.to) {
            return self.arrive(id);
        }
        let table = subnet.table.clone().unwrap_or_else(|| id.clone());
        let Some((range, via)) = self.fabric.route(subnet, self.ends.to) else {
            return stop(&table, format!("has no route to {}", self.ends.to));
        };
        match via {
            Via::Local => {
                self.led(&table, format!("{range} is local"));
                self.acl(id, Direction::Out);
                self.enter(&subnet.vpc)
            }
            Via::Internet(gateway) => self.onto_internet((id, subnet), &table, &gateway, range),
            Via::Translator(gateway) => self.onto_translator(id, &table, &gateway, range),
            Via::Transit(gateway) => self.onto_transit((id, subnet), &table, &gateway, range),
            Via::Other(target) => {
                End::Open(table, format!("{range} leads to {target}, beyond what is known here"))
            }
        }
    }

    /// Into the subnet of a VPC that the address lies in.
    fn enter(&mut self, vpc: &Id) -> End {
        let Some((id, _)) = self.fabric.subnet_of(vpc, self.ends.to) else {
            return stop(vpc, format!("has no subnet with {}", self.ends.to));
        };
        self.acl(id, Direction::In);
        self.arrive(id)
    }

    fn arrive(&mut self, id: &Id) -> End {
        let is_machine = self.parties.1.is_some();
        if is_machine {
            self.group(id, Direction::In);
        }
        End::Subnet(id.clone())
    }

    fn onto_internet(&mut self, (id, subnet): (&Id, &Subnet), table: &Id, gateway: &Id, range: Cidr) -> End {
        self.led(table, format!("{range} leads to the {}", called(gateway)));
        let attached = self.fabric.vpcs.get(&subnet.vpc).and_then(|vpc| vpc.internet.as_ref());
        if attached != Some(gateway) {
            return stop(gateway, format!("is not attached to {}", called(&subnet.vpc)));
        }
        self.acl(id, Direction::Out);
        if is_private(self.ends.to) {
            return stop(
                gateway,
                format!("drops what is meant for {}: the internet has no such address", self.ends.to),
            );
        }
        if !subnet.range.holds(self.ends.from) {
            return stop(gateway, format!("has no public address for {}", self.ends.from));
        }
        self.led(gateway, "gives it its public address");
        End::Internet
    }

    fn onto_translator(&mut self, id: &Id, table: &Id, gateway: &Id, range: Cidr) -> End {
        self.led(table, format!("{range} leads to the {}", called(gateway)));
        let Some(subnet) = self.fabric.translators.get(gateway).cloned() else {
            return stop(gateway, "is not there");
        };
        if self.talk == Talk::Answers {
            // A gateway passes on answers to what it asked itself, and knows of no other conversation.
            return stop(gateway, "drops answers to what it has not asked");
        }
        if subnet != *id {
            self.acl(id, Direction::Out);
            self.acl(&subnet, Direction::In);
        }
        self.led(gateway, "goes on in its own name");
        End::Translator(gateway.clone())
    }

    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html>
    fn onto_transit(&mut self, (id, subnet): (&Id, &Subnet), table: &Id, gateway: &Id, range: Cidr) -> End {
        self.led(table, format!("{range} leads to the {}", called(gateway)));
        let Some((attachment, subnets)) = self.fabric.attachment_of(&subnet.vpc, gateway) else {
            return stop(gateway, format!("has no attachment of {}", called(&subnet.vpc)));
        };
        let door = subnets
            .iter()
            .find(|door| self.fabric.subnets.get(*door).is_some_and(|door| door.zone == subnet.zone));
        let Some(door) = door else {
            return stop(attachment, format!("has no subnet in {}, where {} lies", subnet.zone, short(id)));
        };
        if door != id {
            self.acl(id, Direction::Out);
            self.acl(door, Direction::In);
        }
        self.transit(gateway, attachment)
    }

    /// From the internet: to what has a public address, which is what gets out by the internet gateway in its own name.
    fn begin_at_internet(&mut self, to: &Place) -> End {
        let (Whereabouts::Subnet(id) | Whereabouts::Translator(_, id)) = &to.at else {
            return stop(&Id::from(INTERNET), "does not lead there");
        };
        let Some(subnet) = self.fabric.subnets.get(id) else { return stop(id, "is not known") };
        let gateway = self.fabric.vpcs.get(&subnet.vpc).and_then(|vpc| vpc.internet.clone());
        let Some(gateway) = gateway else {
            return stop(&subnet.vpc, "has no internet gateway");
        };
        let route = self.fabric.route(subnet, self.ends.from);
        if route.is_none_or(|(_, via)| via != Via::Internet(gateway.clone())) {
            let table = subnet.table.clone().unwrap_or_else(|| id.clone());
            let why = format!(
                "does not lead back to the internet gateway: nothing in {} has a public address",
                short(id)
            );
            return stop(&table, why);
        }
        self.led(&gateway, format!("leads to what has a public address in {}", short(id)));
        self.acl(id, Direction::In);
        self.arrive(id)
    }
}

/// The end of a way.
pub(super) fn stop(by: &Id, why: impl Into<String>) -> End {
    End::Stop(by.clone(), why.into())
}
