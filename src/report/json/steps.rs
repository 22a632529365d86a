use schemars::JsonSchema;
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

/// `landfall/plan@1`, `landfall/drift@1` and `landfall/destroy@1`: the same data under three names.
#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the names are those of the JSON")]
pub(in crate::report) struct Steps<'p> {
    schema: &'static str,
    /// The landing zone's name.
    organization: &'p str,
    /// Everything that is not as it should be, in order of dependency.
    steps: Vec<Step<'p>>,
    /// How many resources are as they should be.
    kept: usize,
    /// Somebody else's, reported and left alone.
    foreign: Vec<Foreign<'p>>,
    /// Without tags, and not in the landing zone: nothing tells whose it is.
    unstated: Vec<Unstated<'p>>,
    unreadable: Vec<Unreadable>,
    /// Accounts in which orphans were not searched for, or not to the end.
    unsearched: Vec<Unsearched<'p>>,
    /// At how many places orphans were searched for; null where the run is about a part of the landing zone.
    searched_places: Option<usize>,
    summary: Summary,
    /// Of plans with something to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    estimate: Option<Estimate<'p>>,
    /// Of plans.
    #[serde(skip_serializing_if = "Option::is_none")]
    quotas: Option<Vec<Quota<'p>>>,
}

#[derive(Serialize, JsonSchema)]
struct Step<'p> {
    /// `account/region-or-global/kind/name`.
    address: &'p str,
    kind: &'static str,
    account: &'p str,
    /// Null for what is global in its account.
    region: Option<&'static str>,
    #[schemars(extend("enum" = ACTIONS))]
    action: &'static str,
    /// Field by field, sorted by path.
    changes: Vec<Change<'p>>,
    /// Where the landing zone states it; null for what left it.
    origin: Option<Origin<'p>>,
    /// The address of what has to be made before its place exists.
    after: Option<&'p str>,
    /// What it cuts while it runs, and for how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    interrupts: Option<&'static str>,
    /// The address of the root cause for which an apply will skip it.
    held_by: Option<&'p str>,
    /// The address of what `--only` names and needs this, which it does not name.
    #[serde(skip_serializing_if = "Option::is_none")]
    needed_by: Option<&'p str>,
    /// Why it waits, is blocked, can't be known or stays.
    reason: Option<String>,
    /// What to do where it is blocked.
    way_out: Option<&'p str>,
}

/// A side that is absent is left out: `null` is a value. A value that is not known is an object: `after` is the address of
/// what it is known after, `undetermined` that of what can't be read, `secret` a fingerprint.
#[derive(Serialize, JsonSchema)]
struct Change<'p> {
    path: String,
    /// What AWS has.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Json>,
    /// What is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Json>,
    /// Where the field is stated, if that is not where the resource is.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin<'p>>,
}

#[derive(Serialize, JsonSchema)]
struct Foreign<'p> {
    place: String,
    kind: &'static str,
    label: &'p str,
}

#[derive(Serialize, JsonSchema)]
struct Unstated<'p> {
    place: String,
    kind: &'static str,
    label: &'p str,
    reason: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Unsearched<'p> {
    account: &'p str,
    reason: &'p str,
}

#[derive(Serialize, JsonSchema)]
struct Unreadable {
    place: String,
    kind: &'static str,
    error: Error,
}

#[derive(Serialize, JsonSchema)]
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

    /// What is to be destroyed.
    pub(in crate::report) fn destruction(plan: &'p Plan, graph: &'p Graph) -> Self {
        Self::of("landfall/destroy@1", plan, graph)
    }

    fn of(schema: &'static str, plan: &'p Plan, graph: &'p Graph) -> Self {
        let Plan {
            organization,
            is_destruction: _,
            steps,
            kept,
            foreign,
            unstated,
            unreadable,
            unsearched,
            searched,
        } = plan;
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
            needed_by,
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
            changes: changes.list().iter().map(|change| Change::of(change, node)).collect(),
            origin: origin.as_ref().map(Origin::of),
            after: after.as_deref(),
            interrupts: *interrupts,
            held_by: held_by.as_deref(),
            needed_by: needed_by.as_deref(),
            reason,
            way_out,
        }
    }
}

/// All that may be to be done.
pub(super) const ACTIONS: [&str; 9] =
    ["create", "update", "adopt", "wait", "blocked", "undetermined", "remove", "delete", "orphan"];

/// What is to be done, in one word.
pub(in crate::report) fn word(action: &Action) -> &'static str {
    told(action).0
}

/// What is to be done in one word, why, and a way out.
pub(super) fn told(action: &Action) -> (&'static str, Option<String>, Option<&str>) {
    match action {
        Action::Wait(why) => ("wait", Some(why.clone()), None),
        Action::Blocked(obstacle) => ("blocked", Some(obstacle.why.clone()), Some(&obstacle.way_out)),
        Action::Undetermined(of) => ("undetermined", Some(format!("{of} can't be read")), None),
        Action::Orphan(why) => ("orphan", Some(why.clone()), None),
        Action::Create | Action::Update | Action::Adopt | Action::Remove | Action::Delete => {
            (action.verb().map_or("", verb), None, None)
        }
    }
}

impl<'p> Change<'p> {
    fn of(change: &doc::Change, node: Option<&'p Node>) -> Self {
        let doc::Change { path, before, after } = change;
        let stated = node.and_then(|node| node.stated(path));
        Self {
            path: path.clone(),
            before: before.as_ref().map(field::view),
            after: after.as_ref().map(field::view),
            origin: stated.map(|stated| Origin::of(&stated).into_owned()),
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

impl Unreadable {
    fn of(unreadable: &snapshot::Unreadable) -> Self {
        let snapshot::Unreadable { place, kind, error } = unreadable;
        Self { place: place.to_string(), kind, error: Error::of(&**error) }
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
