//! The way of packets: what they come by, whatever they carry; and what becomes of a conversation on it.

use std::net::Ipv4Addr;

use super::{
    Outcome,
    fabric::{Direction, Fabric, Id},
    filter::Filter,
    names::called,
    traffic::{Ends, Flow},
};

/// Something that packets come by.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// They are led on.
    Led {
        /// By what.
        by: Id,
        /// How: a phrase.
        how: String,
    },
    /// They are filtered.
    Filtered {
        /// By what.
        by: Filter,
        /// Which way they go.
        way: Direction,
        /// Where they come from and go to; a NAT gateway changes that.
        ends: Ends,
    },
}

/// How a way ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// In a subnet.
    Subnet(Id),
    /// On the internet.
    Internet,
    /// Beyond an attachment that is not ours.
    Beyond(Id),
    /// At a NAT gateway, which goes on in its own name.
    Translator(Id),
    /// Nowhere, for this reason.
    Stop(Id, String),
    /// In what is not known here.
    Open(Id, String),
}

/// A way in one direction, as long as nobody changes the addresses.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub steps: Vec<Step>,
    pub end: End,
}

/// The way there and the way back.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub there: Vec<Leg>,
    /// Nothing where there is nothing to answer to.
    pub back: Vec<Leg>,
}

/// Something that a conversation came by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The address of what it was, or what AWS calls it.
    pub address: String,
    /// What people call it.
    pub name: String,
    /// What happened: a phrase.
    pub text: String,
    /// Whether it went on.
    pub passes: bool,
}

/// What became of one conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// The address that began it.
    pub from: Ipv4Addr,
    /// The address that it was meant for.
    pub to: Ipv4Addr,
    /// What it carried: `tcp 443`.
    pub traffic: String,
    /// What it came by.
    pub there: Vec<Hop>,
    /// What the answer came by; nothing if there was none.
    pub back: Vec<Hop>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How far packets came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrived,
    Stopped,
    Lost,
}

impl Path {
    /// Whether it leads somewhere, if every filter lets it.
    pub(super) fn leads(&self) -> bool {
        self.there.last().is_some_and(|leg| !matches!(leg.end, End::Stop(..)))
    }

    /// How many steps a conversation comes by before it ends.
    pub(super) fn length(&self, fabric: &Fabric, flow: Flow) -> usize {
        let there = length(fabric, &self.there, flow);
        there
            + if self.outcome(fabric, flow) > Outcome::Stops {
                length(fabric, &self.back, flow.back())
            } else {
                0
            }
    }

    /// What becomes of a conversation.
    pub(super) fn outcome(&self, fabric: &Fabric, flow: Flow) -> Outcome {
        let back = || fate(fabric, &self.back, flow.back());
        match fate(fabric, &self.there, flow) {
            Fate::Stopped => Outcome::Stops,
            Fate::Lost => Outcome::Open,
            Fate::Arrived => match back() {
                Fate::Arrived => Outcome::Passes,
                Fate::Stopped => Outcome::Unanswered,
                Fate::Lost => Outcome::Open,
            },
        }
    }

    /// What becomes of a conversation, hop by hop.
    pub(super) fn journey(&self, fabric: &Fabric, (from, to): (Ipv4Addr, Ipv4Addr), flow: Flow) -> Journey {
        let outcome = self.outcome(fabric, flow);
        let there = hops(fabric, &self.there, flow);
        let arrives = there.iter().all(|hop| hop.passes);
        let back = if arrives { hops(fabric, &self.back, flow.back()) } else { Vec::new() };
        Journey { from, to, traffic: flow.to_string(), there, back, outcome }
    }
}

fn length(fabric: &Fabric, legs: &[Leg], flow: Flow) -> usize {
    legs.iter().flat_map(|leg| &leg.steps).take_while(|step| step.passes(fabric, flow)).count()
}

fn fate(fabric: &Fabric, legs: &[Leg], flow: Flow) -> Fate {
    if legs.iter().flat_map(|leg| &leg.steps).any(|step| !step.passes(fabric, flow)) {
        return Fate::Stopped;
    }
    match legs.last().map(|leg| &leg.end) {
        Some(End::Stop(..)) | None => Fate::Stopped,
        Some(End::Open(..)) => Fate::Lost,
        Some(_) => Fate::Arrived,
    }
}

/// What packets come by, up to what stops them.
fn hops(fabric: &Fabric, legs: &[Leg], flow: Flow) -> Vec<Hop> {
    let mut hops = Vec::new();
    for leg in legs {
        for step in &leg.steps {
            let hop = step.hop(fabric, flow);
            let passes = hop.passes;
            hops.push(hop);
            if !passes {
                return hops;
            }
        }
        if let End::Stop(by, why) | End::Open(by, why) = &leg.end {
            hops.push(Hop { address: by.to_string(), name: called(by), text: why.clone(), passes: false });
        }
    }
    hops
}

impl Step {
    fn passes(&self, fabric: &Fabric, flow: Flow) -> bool {
        match self {
            Self::Led { .. } => true,
            Self::Filtered { by, way, ends } => by.rule(fabric, (*way, *ends), flow).passes(),
        }
    }

    fn hop(&self, fabric: &Fabric, flow: Flow) -> Hop {
        match self {
            Self::Led { by, how } => {
                Hop { address: by.to_string(), name: called(by), text: how.clone(), passes: true }
            }
            Self::Filtered { by, way, ends } => Hop {
                address: by.id().to_string(),
                name: called(by.id()),
                text: by.why(fabric, (*way, *ends), flow),
                passes: self.passes(fabric, flow),
            },
        }
    }
}
