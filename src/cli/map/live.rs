//! Marks what is drawn with what AWS has of it: with the worst of the resources it is made of.

use std::collections::HashMap;

use super::{
    names::{FIREWALL, FORWARD, RESOLVER, ZONE},
    network::{GATEWAY, VPC},
    organization::{ACCOUNT, UNIT},
};
use crate::{
    cli::flow::Look,
    engine::{
        graph::Place,
        plan::{Action, Foreign, Step},
    },
    model::{HostedZone, LandingZone, Network},
    names::{AccountName, Region},
    report::map::{Drawing, Mark, State, Thing},
};

/// How many lines are told of a thing at most.
const LINES: usize = 12;

/// A resource, and how it stands with it.
struct Known<'k> {
    place: &'k Place,
    kind: &'static str,
    /// Its name within place and kind; nothing for what is somebody else's, whose labels are no names of ours.
    name: Option<&'k str>,
    state: State,
    /// What is not as it should be.
    line: Option<String>,
}

/// Marks all things that are made of resources.
pub(super) fn mark(drawing: &mut Drawing, zone: &LandingZone, look: &Look) {
    let known = known(look);
    drawing.is_live = true;
    drawing.each(&mut |thing| {
        let Some(is_part) = parts(zone, thing) else { return };
        let own: Vec<_> = known.iter().filter(|known| is_part(known)).collect();
        let Some(state) = own.iter().map(|known| known.state).max() else { return };
        let mut lines: Vec<_> = own.iter().filter_map(|known| known.line.clone()).collect();
        if lines.len() > LINES {
            let more = lines.len() - LINES;
            lines.truncate(LINES);
            lines.push(format!("and {more} more"));
        }
        thing.mark = Some(Mark { state, lines });
    });
}

/// All that was looked at.
fn known(look: &Look) -> Vec<Known<'_>> {
    let steps: HashMap<_, _> = look.plan.steps.iter().filter_map(|step| Some((step.node?, step))).collect();
    let nodes = look.graph.nodes().filter(|(id, _)| look.snapshot.selection.has(*id));
    let nodes = nodes.map(|(id, node)| {
        let (state, line) = steps.get(&id).map_or((State::Fine, None), |step| judged(step));
        let (place, kind, name) = (&node.address.place, node.address.kind, Some(&*node.address.name));
        Known { place, kind, name, state, line }
    });
    let strays = look.plan.steps.iter().filter(|step| step.node.is_none()).map(|step| {
        let (state, line) = judged(step);
        Known { place: &step.place, kind: step.kind, name: Some(inner(step)), state, line }
    });
    let foreign = look.plan.foreign.iter().map(|Foreign { place, kind, label }| {
        let line = Some(format!("foreign {kind} {label}"));
        Known { place, kind, name: None, state: State::Foreign, line }
    });
    nodes.chain(strays).chain(foreign).collect()
}

/// The name in an address.
fn inner(step: &Step) -> &str {
    let rest = step.address.strip_prefix(&*format!("{}/{}/", step.place, step.kind));
    rest.unwrap_or(&step.address)
}

fn judged(step: &Step) -> (State, Option<String>) {
    let (state, word) = match &step.action {
        Action::Create => (State::Missing, "missing"),
        Action::Update => (State::Differs, "differs"),
        Action::Adopt => (State::Differs, "not ours yet"),
        Action::Wait(_) => (State::Differs, "pending"),
        Action::Remove | Action::Delete | Action::Orphan(_) => (State::Differs, "too many"),
        Action::Blocked(_) => (State::Unknown, "blocked"),
        Action::Undetermined(_) => (State::Unknown, "not known"),
    };
    (state, Some(format!("{word}: {}", step.address)))
}

type IsPart<'z> = Box<dyn Fn(&Known<'_>) -> bool + 'z>;

/// Which resources a thing is made of; nothing if it is only a word for others.
fn parts<'z>(zone: &'z LandingZone, thing: &Thing) -> Option<IsPart<'z>> {
    let (network, name) = (&zone.network, thing.name.clone());
    Some(match thing.kind {
        UNIT => Box::new(move |known| known.kind == "organizations/unit" && known.name == Some(&name)),
        ACCOUNT => Box::new(move |known| {
            let is_itself = known.kind == "organizations/account" && known.name == Some(&name);
            is_itself || known.place.account.as_str() == name
        }),
        VPC => vpc(network, name)?,
        GATEWAY => gateway(network, &name)?,
        ZONE => hosted(network.zones.get(&*name)?),
        RESOLVER => resolver(network, &name)?,
        FORWARD => Box::new(move |known| {
            let rule = known.kind == "route53resolver/rule" && known.name == Some(&name);
            rule || known.kind == "route53resolver/rule-association" && known.ends_with(&name)
        }),
        FIREWALL => Box::new(move |known| {
            let own = ["route53resolver/firewall-domain-list", "route53resolver/firewall-rule-group"];
            let itself = own.contains(&known.kind) && known.name == Some(&name);
            itself || known.kind == "route53resolver/firewall-association" && known.ends_with(&name)
        }),
        _ => return None,
    })
}

impl Known<'_> {
    fn is_at(&self, account: &AccountName, region: Region) -> bool {
        self.place.account == *account && self.place.region == Some(region)
    }

    /// Whether its name is this one, or lies below it.
    fn is_below(&self, name: &str) -> bool {
        let rest = self.name.and_then(|own| own.strip_prefix(name));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether its name is that of something below something else: `prod/corp.example`.
    fn ends_with(&self, name: &str) -> bool {
        self.name.is_some_and(|own| own.split_once('/').is_some_and(|(_, last)| last == name))
    }
}

/// Whether a kind is one of those that make up a Transit Gateway, and not of what is attached to it.
fn is_of_gateway(kind: &str) -> bool {
    kind.starts_with("ec2/transit-gateway") && kind != "ec2/transit-gateway-attachment"
}

fn vpc(network: &Network, name: String) -> Option<IsPart<'_>> {
    let vpc = network.vpcs.get(&*name)?;
    Some(Box::new(move |known| {
        let kind = known.kind;
        let is_of_vpc = kind.starts_with("ec2/") && !is_of_gateway(kind)
            || kind.starts_with("route53resolver/") && kind.ends_with("-association");
        is_of_vpc && known.is_at(&vpc.account.value, vpc.region.value) && known.is_below(&name)
    }))
}

fn gateway<'z>(network: &'z Network, name: &str) -> Option<IsPart<'z>> {
    let (transit, region): (_, Region) = (network.transit.as_ref()?, name.parse().ok()?);
    Some(Box::new(move |known| is_of_gateway(known.kind) && known.is_at(&transit.account.value, region)))
}

fn hosted(zone: &HostedZone) -> IsPart<'_> {
    Box::new(move |known| {
        let records = || zone.records.iter().map(|record| format!("{}/{}", record.name, record.kind));
        let is_of_zone = match known.kind {
            "route53/hosted-zone" | "route53/zone-association" => known.is_below(zone.name.as_str()),
            "route53/record" => records().any(|record| known.name == Some(&record)),
            _ => false,
        };
        is_of_zone && known.place.account == zone.account.value
    })
}

fn resolver<'z>(network: &'z Network, name: &str) -> Option<IsPart<'z>> {
    let resolver = network.resolvers.get(name)?;
    let vpc = network.vpcs.get(&resolver.vpc.value)?;
    let names = ["inbound", "outbound"].map(|direction| format!("{name}-{direction}"));
    let groups = names.clone().map(|name| format!("{}/resolver-{name}", vpc.name));
    Some(Box::new(move |known| {
        let is_one = |names: &[String]| names.iter().any(|name| known.name == Some(name));
        let is_of_resolver = match known.kind {
            "route53resolver/endpoint" => is_one(&names),
            "ec2/security-group" => is_one(&groups),
            "route53resolver/query-log-config" => resolver.query_logs.is_some(),
            _ => false,
        };
        is_of_resolver && known.is_at(&vpc.account.value, vpc.region.value)
    }))
}
