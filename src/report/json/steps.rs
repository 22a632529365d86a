use serde::Serialize;
use serde_json::Value as Json;

use super::{
    estimate::Estimate,
    field,
    quota::Quota,
    shared::{Error, Origin, verb},
};
use crate::{
    engine::{
        doc,
        graph::{Graph, Node},
        plan::{self, Action, Plan},
        snapshot,
    },
    names::Region,
    report::{outlook::Outlook, plan::Tally},
};

/// `landfall/plan@1` and `landfall/drift@1`: the same data under two names.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are those of the JSON")]
pub(in crate::report) struct Steps<'p> {
    schema: &'static str,
    organization: &'p str,
    steps: Vec<Step<'p>>,
    kept: usize,
    foreign: Vec<Foreign<'p>>,
    unstated: Vec<Unstated<'p>>,
    unreadable: Vec<Unreadable<'p>>,
    unsearched: Vec<Unsearched<'p>>,
    searched_places: Option<usize>,
    summary: Summary,
    /// Of plans with something to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    estimate: Option<Estimate<'p>>,
    /// Of plans.
    #[serde(skip_serializing_if = "Option::is_none")]
    quotas: Option<Vec<Quota<'p>>>,
}

#[derive(Serialize)]
struct Step<'p> {
    address: &'p str,
    kind: &'static str,
    account: &'p str,
    region: Option<&'static str>,
    action: &'static str,
    changes: Vec<Change<'p>>,
    origin: Option<Origin<'p>>,
    after: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interrupts: Option<&'static str>,
    held_by: Option<&'p str>,
    reason: Option<String>,
    way_out: Option<&'p str>,
}

/// A side that is absent is left out: `null` is a value.
#[derive(Serialize)]
struct Change<'p> {
    path: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin<'p>>,
}

#[derive(Serialize)]
struct Foreign<'p> {
    place: String,
    kind: &'static str,
    label: &'p str,
}

#[derive(Serialize)]
struct Unstated<'p> {
    place: String,
    kind: &'static str,
    label: &'p str,
    reason: &'static str,
}

#[derive(Serialize)]
struct Unsearched<'p> {
    account: &'p str,
    reason: &'p str,
}

#[derive(Serialize)]
struct Unreadable<'p> {
    place: String,
    kind: &'static str,
    error: Error<'p>,
}

#[derive(Serialize)]
struct Summary {
    create: usize,
    update: usize,
    adopt: usize,
    wait: usize,
    remove: usize,
    delete: usize,
    blocked: usize,
    undetermined: usize,
    held: usize,
    orphans: usize,
    unreadable: usize,
    foreign: usize,
    unchanged: usize,
}

impl<'p> Steps<'p> {
    /// A plan.
    pub(in crate::report) fn plan(plan: &'p Plan, graph: &'p Graph, outlook: &'p Outlook) -> Self {
        let Outlook { estimate, quotas } = outlook;
        Self {
            estimate: estimate.as_ref().map(Estimate::of),
            quotas: Some(quotas.iter().map(Quota::of).collect()),
            ..Self::of("landfall/plan@1", plan, graph)
        }
    }

    /// Drift.
    pub(in crate::report) fn drift(plan: &'p Plan, graph: &'p Graph) -> Self {
        Self::of("landfall/drift@1", plan, graph)
    }

    fn of(schema: &'static str, plan: &'p Plan, graph: &'p Graph) -> Self {
        let Plan { organization, steps, kept, foreign, unstated, unreadable, unsearched, searched } = plan;
        Self {
            schema,
            organization,
            steps: steps.iter().map(|step| Step::of(step, graph)).collect(),
            kept: *kept,
            foreign: foreign.iter().map(Foreign::of).collect(),
            unstated: unstated.iter().map(Unstated::of).collect(),
            unreadable: unreadable.iter().map(Unreadable::of).collect(),
            unsearched: unsearched.iter().map(Unsearched::of).collect(),
            searched_places: *searched,
            summary: Summary::of(&Tally::of(plan)),
            estimate: None,
            quotas: None,
        }
    }
}

impl<'p> Step<'p> {
    fn of(step: &'p plan::Step, graph: &'p Graph) -> Self {
        // The promise and what else the engine keeps for itself are no part of what is public.
        let plan::Step {
            node,
            address,
            place,
            kind,
            action,
            changes,
            origin,
            after,
            interrupts,
            held_by,
            ..
        } = step;
        let node = node.map(|id| graph.node(id));
        let (name, reason, way_out) = told(action);
        Self {
            address,
            kind,
            account: place.account.as_str(),
            region: place.region.map(Region::as_str),
            action: name,
            changes: changes.iter().map(|change| Change::of(change, node)).collect(),
            origin: origin.as_ref().map(Origin::of),
            after: after.as_deref(),
            interrupts: *interrupts,
            held_by: held_by.as_deref(),
            reason,
            way_out,
        }
    }
}

fn told(action: &Action) -> (&'static str, Option<String>, Option<&str>) {
    match action {
        Action::Wait(why) => ("wait", Some(why.clone()), None),
        Action::Blocked { why, way_out } => ("blocked", Some(why.clone()), Some(way_out)),
        Action::Undetermined(of) => ("undetermined", Some(format!("{of} can't be read")), None),
        Action::Orphan(why) => ("orphan", Some(why.clone()), None),
        Action::Create | Action::Update | Action::Adopt | Action::Remove | Action::Delete => {
            (action.verb().map_or("", verb), None, None)
        }
    }
}

impl<'p> Change<'p> {
    fn of(change: &'p doc::Change, node: Option<&'p Node>) -> Self {
        let doc::Change { path, before, after } = change;
        let stated = node
            .map(|node| node.origin_of(path))
            .filter(|stated| node.is_some_and(|node| node.origin != **stated));
        Self {
            path,
            before: before.as_ref().map(field::view),
            after: after.as_ref().map(field::view),
            origin: stated.map(Origin::of),
        }
    }
}

impl<'p> Foreign<'p> {
    fn of(foreign: &'p plan::Foreign) -> Self {
        let plan::Foreign { place, kind, label } = foreign;
        Self { place: place.to_string(), kind, label }
    }
}

impl<'p> Unstated<'p> {
    fn of(unstated: &'p plan::Unstated) -> Self {
        let plan::Unstated { place, kind, label, why } = unstated;
        Self { place: place.to_string(), kind, label, reason: why }
    }
}

impl<'p> Unsearched<'p> {
    fn of(unsearched: &'p snapshot::Unsearched) -> Self {
        let snapshot::Unsearched { account, why } = unsearched;
        Self { account: account.as_str(), reason: why }
    }
}

impl<'p> Unreadable<'p> {
    fn of(unreadable: &'p snapshot::Unreadable) -> Self {
        let snapshot::Unreadable { place, kind, error } = unreadable;
        Self { place: place.to_string(), kind, error: Error::of(error) }
    }
}

impl Summary {
    fn of(tally: &Tally) -> Self {
        let Tally { create, update, adopt, wait, remove, delete, blocked, .. } = *tally;
        let Tally { undetermined, held, orphans, unreadable, foreign, unchanged, .. } = *tally;
        Self {
            create,
            update,
            adopt,
            wait,
            remove,
            delete,
            blocked,
            undetermined,
            held,
            orphans,
            unreadable,
            foreign,
            unchanged,
        }
    }
}
