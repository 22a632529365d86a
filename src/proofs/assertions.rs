//! What the landing zone asserts of itself.

use super::reach::{Fabric, Hop, Journey, Outcome, Pair, ask};
use crate::{
    engine::graph::Graph,
    model::{Assertion, Claim, Detail, Expect, LandingZone, Problem, Reach},
};

/// Every assertion holds. An expectation to allow is of all that both ends come to, one to deny of each part of them: what
/// arrives without being answered has arrived.
pub(super) fn hold(zone: &LandingZone, graph: &Graph) -> Vec<Problem> {
    if zone.assertions.is_empty() {
        return Vec::new();
    }
    let fabric = Fabric::desired(&zone.network, graph);
    zone.assertions.iter().filter_map(|assertion| refute(&fabric, assertion)).collect()
}

fn refute(fabric: &Fabric, assertion: &Assertion) -> Option<Problem> {
    let Claim::Reach(reach) = &assertion.claim;
    let port = reach.port.as_ref().and_then(|port| u16::try_from(port.value).ok());
    let answer = ask(fabric, &reach.from, &reach.to, port);
    let name = &assertion.name;
    let Some(pair) = answer.against(assertion.expect.value) else {
        return answer.pairs.is_empty().then(|| {
            let message = format!("`{name}` asks about nobody");
            Problem::new(&reach.origin, message).help(nobody(reach))
        });
    };
    let (journey, what) = match assertion.expect.value {
        Expect::Allow => (&pair.worst, missed(pair, reach)),
        Expect::Deny => (&pair.best, arrived(pair)),
    };
    let message = format!("`{name}` does not hold: {what}");
    Some(Problem::new(&reach.origin, message).details(told(journey)))
}

fn nobody(reach: &Reach) -> String {
    format!("nothing of `{}` or nothing of `{}` is made by the landing zone", *reach.from, *reach.to)
}

fn missed(pair: &Pair, reach: &Reach) -> String {
    let Pair { from, to, worst, .. } = pair;
    let what = match &reach.port {
        Some(port) => format!("tcp {port}"),
        None => "anything".to_owned(),
    };
    match worst.outcome {
        Outcome::Unanswered => format!("{from} is not answered by {to}, to {what}"),
        Outcome::Open | Outcome::Stops | Outcome::Passes => format!("{from} does not reach {to} by {what}"),
    }
}

fn arrived(pair: &Pair) -> String {
    let Pair { from, to, best, .. } = pair;
    match best.outcome {
        Outcome::Open => format!("{from} may reach {to} by {}", best.traffic),
        Outcome::Unanswered => {
            format!("{from} reaches {to} by {}, although not every answer comes back", best.traffic)
        }
        Outcome::Passes | Outcome::Stops => format!("{from} reaches {to} by {}", best.traffic),
    }
}

/// A journey there and back, a line a hop.
fn told(journey: &Journey) -> Vec<Detail> {
    let Journey { from, to, there, back, .. } = journey;
    let hop = |hop: &Hop| format!("{} {}", hop.name, hop.text);
    let way = |(title, hops): (String, &Vec<Hop>)| {
        (!hops.is_empty()).then(|| Detail { title, lines: hops.iter().map(hop).collect() })
    };
    let ways = [(format!("from {from} to {to}"), there), (format!("from {to} back to {from}"), back)];
    ways.into_iter().filter_map(way).collect()
}
