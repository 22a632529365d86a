//! The plan: a pure function of the desired graph and the snapshot. No I/O, no clock.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    doc::{Change, Digest, Doc, Field, diff, root},
    env::Env,
    event::Verb,
    graph::{Graph, Node, NodeId, Place},
    kind::{Identity, Removal, State},
    matching::all_tags,
    snapshot::{Claim, Entry, Resource, Snapshot, Stray, Strayed, Strays, Unreadable},
};
use crate::names::Origin;

/// What is to be done about one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It exists without our tags: with `--adopt` it gets them, and is changed where it differs.
    Adopt,
    /// AWS is still working on it, for the reason given.
    Wait(String),
    /// It can't be done; a person has to decide.
    Blocked {
        /// Why.
        why: String,
        /// What to do.
        way_out: String,
    },
    /// What it should be, or what it is, can't be known, because the node at this address is unreadable.
    Undetermined(Arc<str>),
    /// A relation that the landing zone does not have is taken back.
    Remove,
    /// An orphan is deleted.
    Delete,
    /// An orphan stays, for the reason given.
    Orphan(String),
}

impl Action {
    /// What an apply does, if it does anything.
    pub fn verb(&self) -> Option<Verb> {
        match self {
            Self::Create => Some(Verb::Create),
            Self::Update => Some(Verb::Update),
            Self::Adopt => Some(Verb::Adopt),
            Self::Wait(_) => Some(Verb::Wait),
            Self::Remove => Some(Verb::Remove),
            Self::Delete => Some(Verb::Delete),
            Self::Blocked { .. } | Self::Undetermined(_) | Self::Orphan(_) => None,
        }
    }
}

/// What a step shows and has to keep to: the changes, and a digest of all other known fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Over the fields that were known and are not changed.
    pub digest: Digest,
    /// The paths that the digest covers.
    held: BTreeSet<String>,
    /// Roots of the paths that were not known: what becomes known under them may take any shape.
    loose: BTreeSet<String>,
}

impl Promise {
    fn of(desired: &Doc, changes: &[Change]) -> Self {
        let is_held = |path: &str, field: &Field| field.is_known() && shown(changes, path).is_none();
        let held = desired.iter().filter(|(path, field)| is_held(path, field));
        let loose = desired.iter().filter(|(_, field)| !field.is_known());
        Self {
            digest: desired.digest(is_held),
            held: held.map(|(path, _)| path.to_owned()).collect(),
            loose: loose.map(|(path, _)| root(path).to_owned()).collect(),
        }
    }

    /// The first path at which `desired` breaks what was shown. What was shown as "known after" may take any value;
    /// everything else must hold.
    pub(super) fn broken(&self, changes: &[Change], desired: &Doc) -> Option<String> {
        let holds = |change: &Change| match &change.after {
            Some(Field::After { .. }) => true,
            after => desired.get(&change.path) == after.as_ref(),
        };
        if let Some(change) = changes.iter().find(|change| !holds(change)) {
            return Some(change.path.clone());
        }
        if desired.digest(|path, _| self.held.contains(path)) != self.digest {
            return self.held.iter().find(|path| desired.get(path).is_none()).or(self.held.first()).cloned();
        }
        let is_new = |path: &str| {
            !self.held.contains(path) && shown(changes, path).is_none() && !self.loose.contains(root(path))
        };
        desired.iter().map(|(path, _)| path).find(|path| is_new(path)).map(str::to_owned)
    }
}

fn shown<'c>(changes: &'c [Change], path: &str) -> Option<&'c Change> {
    let at = changes.binary_search_by(|change| change.path.as_str().cmp(path)).ok()?;
    Some(&changes[at])
}

/// One thing to do, or to know.
#[derive(Clone, Debug)]
pub struct Step {
    /// The node; none for what left the landing zone.
    pub node: Option<NodeId>,
    /// Its address.
    pub address: Arc<str>,
    /// Where.
    pub place: Place,
    /// Of which kind.
    pub kind: &'static str,
    /// What.
    pub action: Action,
    /// Field by field, sorted by path.
    pub changes: Vec<Change>,
    /// What has to hold when the step starts; steps on nodes only.
    pub promise: Option<Promise>,
    /// Where in the TOML it is stated.
    pub origin: Option<Origin>,
    /// The address of what has to be made before its place exists.
    pub after: Option<Arc<str>>,
    /// The root cause for which an apply will skip it.
    pub held_by: Option<Arc<str>>,
    /// Which stray it is about, as an index into [`Snapshot::strays`] and its list.
    pub(super) stray: Option<(usize, usize)>,
}

/// A relation or resource of somebody else's, reported and left alone.
#[derive(Clone, Debug)]
pub struct Foreign {
    /// Where.
    pub place: Place,
    /// Of which kind.
    pub kind: &'static str,
    /// What to call it.
    pub label: String,
}

/// The difference between what is wanted and what AWS has.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The landing zone's name.
    pub organization: Arc<str>,
    /// Everything that is not as it should be, nodes in dependency order, then what left the landing zone.
    pub steps: Vec<Step>,
    /// How many nodes are as they should be.
    pub kept: usize,
    /// Somebody else's relations with what is ours.
    pub foreign: Vec<Foreign>,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
    /// How many places were searched for orphans; none where the run was limited to some nodes.
    pub searched: Option<usize>,
}

impl Plan {
    /// Whether an apply would do anything.
    pub fn has_changes(&self) -> bool {
        self.steps.iter().any(|step| step.action.verb().is_some())
    }

    /// Whether anything is not as it should be: something to do, or an orphan.
    pub fn is_drift(&self) -> bool {
        self.has_changes() || self.steps.iter().any(|step| matches!(step.action, Action::Orphan(_)))
    }

    /// Whether something could not be read or can't be done.
    pub fn is_incomplete(&self) -> bool {
        let stuck = |step: &Step| {
            matches!(step.action, Action::Blocked { .. } | Action::Undetermined(_)) || step.held_by.is_some()
        };
        !self.unreadable.is_empty() || self.steps.iter().any(stuck)
    }
}

/// How far a plan may go.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Take what is found by name and has no owner.
    pub adopt: bool,
    /// Delete orphans.
    pub prune: bool,
    /// Addresses that `[removed]` lists.
    pub removed: BTreeSet<String>,
}

/// Compares the desired graph with the snapshot.
pub fn plan(graph: &Graph, snapshot: &Snapshot, options: &Options) -> Plan {
    let mut plan = Plan {
        organization: Arc::clone(graph.organization()),
        steps: Vec::new(),
        kept: 0,
        foreign: Vec::new(),
        unreadable: snapshot.unreadable.clone(),
        searched: snapshot.selection.is_everything().then(|| graph.places().len()),
    };
    let mut causes: Vec<Option<Arc<str>>> = vec![None; graph.len()];
    for (id, node) in graph.nodes().filter(|(id, _)| snapshot.selection.has(*id)) {
        let inherited = node.needs.iter().find_map(|need| causes[need.index()].clone());
        let step = judge(graph, snapshot, id);
        causes[id.index()] =
            inherited.clone().or_else(|| step.as_ref().and_then(|step| stuck(step, options)));
        match step {
            Some(step) => plan.steps.push(Step { held_by: inherited, ..step }),
            None => plan.kept += 1,
        }
    }
    for (index, strays) in snapshot.strays.iter().enumerate() {
        judge_strays(graph, strays, index, options, &mut plan);
    }
    plan
}

/// The address to blame where this step holds back what depends on it.
fn stuck(step: &Step, options: &Options) -> Option<Arc<str>> {
    match &step.action {
        Action::Blocked { .. } => Some(Arc::clone(&step.address)),
        Action::Undetermined(of) => Some(Arc::clone(of)),
        Action::Adopt if !options.adopt => Some(Arc::clone(&step.address)),
        _ => None,
    }
}

/// What is to be done about one node, if anything.
fn judge(graph: &Graph, snapshot: &Snapshot, id: NodeId) -> Option<Step> {
    let node = graph.node(id);
    let env = Env::over(&snapshot.outputs);
    let (action, changes, after) = match &snapshot.entries[id.index()] {
        Entry::Unselected => return None,
        Entry::Unborn(gate) => {
            let desired = desired(graph, node, env);
            let changes = diff(&Doc::new(), &desired);
            (Action::Create, changes, Some(Arc::clone(&graph.node(*gate).label)))
        }
        Entry::Unreadable(_) => (Action::Undetermined(Arc::clone(&node.label)), Vec::new(), None),
        Entry::Undetermined(of) => (Action::Undetermined(Arc::clone(of)), Vec::new(), None),
        Entry::Ambiguous(labels) => (ambiguous(labels), Vec::new(), None),
        Entry::Absent => {
            let changes = diff(&Doc::new(), &desired(graph, node, env));
            (absent(node, &changes), changes, None)
        }
        Entry::Found(found) => {
            let changes = differences(graph, node, found, env);
            (compare(node, found, &changes)?, changes, None)
        }
    };
    Some(step(graph, id, env, action, changes, after))
}

fn step(
    graph: &Graph,
    id: NodeId,
    env: Env<'_>,
    action: Action,
    changes: Vec<Change>,
    after: Option<Arc<str>>,
) -> Step {
    let node = graph.node(id);
    Step {
        node: Some(id),
        address: Arc::clone(&node.label),
        place: node.address.place.clone(),
        kind: node.address.kind,
        promise: Some(Promise::of(&desired(graph, node, env), &changes)),
        action,
        changes,
        origin: Some(node.origin.clone()),
        after,
        held_by: None,
        stray: None,
    }
}

/// The desired document with its tags.
pub(super) fn desired(graph: &Graph, node: &Node, env: Env<'_>) -> Doc {
    let mut doc = node.kind.desired(&node.spec, &env);
    for (key, value) in all_tags(graph, node) {
        doc.set(format!("tags[{key}]"), value);
    }
    doc
}

/// How a live resource differs from what is wanted; of tags only those that are ours to set.
pub(super) fn differences(graph: &Graph, node: &Node, found: &Resource, env: Env<'_>) -> Vec<Change> {
    let mut observed = node.kind.observed(&found.live);
    let wanted = desired(graph, node, env);
    for (key, value) in &found.tags {
        let path = format!("tags[{key}]");
        if wanted.get(&path).is_some() {
            observed.set(path, value.clone());
        }
    }
    diff(&observed, &wanted)
}

fn absent(node: &Node, changes: &[Change]) -> Action {
    if let Some(of) = undetermined(changes) {
        return Action::Undetermined(of);
    }
    match node.kind.identity() {
        Identity::Lookup => Action::Blocked {
            why: format!("AWS has no {} called `{}`", node.address.kind, node.address.name),
            way_out: "correct the name, or create it first".to_owned(),
        },
        _ => Action::Create,
    }
}

fn ambiguous(labels: &[String]) -> Action {
    Action::Blocked {
        why: format!("{} resources could be it: {}", labels.len(), labels.join(", ")),
        way_out:
            "give the right one its `landfall:address` and `landfall:organization` tags, or delete the others"
                .to_owned(),
    }
}

/// What is to be done about a node that AWS has; nothing if it is as it should be.
pub(super) fn compare(node: &Node, found: &Resource, changes: &[Change]) -> Option<Action> {
    match node.kind.state(&found.live) {
        State::Failed(why) => {
            let way_out = "put right what AWS complains of, then plan again".to_owned();
            return Some(Action::Blocked { why, way_out });
        }
        State::Pending(why) => return Some(Action::Wait(why)),
        State::Ready => {}
    }
    if let Claim::Theirs(whose) = &found.claim {
        return Some(Action::Blocked {
            why: format!("`{}` belongs to the landing zone `{whose}`", found.label),
            way_out:
                "choose another name, or remove its `landfall:organization` tag if that landing zone is gone"
                    .to_owned(),
        });
    }
    if changes.is_empty() {
        return None;
    }
    if let Some(of) = undetermined(changes) {
        return Some(Action::Undetermined(of));
    }
    let immutable = |change: &&Change| node.kind.immutable().contains(&change.root());
    if let Some(change) = changes.iter().find(immutable) {
        return Some(Action::Blocked {
            why: format!("AWS can't change `{}` of a {} in place", change.path, node.address.kind),
            way_out:
                "write the old value back, or give the new one another name and remove the old one later"
                    .to_owned(),
        });
    }
    Some(if found.claim == Claim::Nobodys { Action::Adopt } else { Action::Update })
}

fn undetermined(changes: &[Change]) -> Option<Arc<str>> {
    changes.iter().find_map(|change| match &change.after {
        Some(Field::Undetermined(of)) => Some(Arc::clone(of)),
        _ => None,
    })
}

fn judge_strays(graph: &Graph, strays: &Strays, index: usize, options: &Options, plan: &mut Plan) {
    let place = &graph.place(strays.place).place;
    for (at, stray) in strays.list.iter().enumerate() {
        let action = match stray.what {
            Strayed::Foreign => {
                // Whatever lives in the accounts is theirs; only foreign *relations* with what is ours are news.
                if strays.kind.identity() == Identity::Related {
                    let (place, kind) = (place.clone(), strays.kind.name());
                    plan.foreign.push(Foreign { place, kind, label: stray.label.clone() });
                }
                continue;
            }
            Strayed::Extra => Action::Remove,
            Strayed::Orphan => orphan(strays, stray, place, options),
        };
        let observed = strays.kind.observed(&stray.live);
        plan.steps.push(Step {
            node: None,
            address: address_of(stray, strays, place).into(),
            place: place.clone(),
            kind: strays.kind.name(),
            changes: diff(&observed, &Doc::new()),
            action,
            promise: None,
            origin: None,
            after: None,
            held_by: None,
            stray: Some((index, at)),
        });
    }
}

fn orphan(strays: &Strays, stray: &Stray, place: &Place, options: &Options) -> Action {
    let listed = || options.removed.contains(&address_of(stray, strays, place));
    match strays.kind.removal() {
        Removal::Never(why) => Action::Orphan(why.to_owned()),
        Removal::Listed if !listed() => {
            Action::Orphan("it is deleted only when `[removed]` lists its address".to_owned())
        }
        _ if options.prune => Action::Delete,
        _ => Action::Orphan("`apply --prune` deletes it".to_owned()),
    }
}

/// The address in its tags, else one made of where it is and what it is called.
fn address_of(stray: &Stray, strays: &Strays, place: &Place) -> String {
    stray.address.clone().unwrap_or_else(|| format!("{place}/{}/{}", strays.kind.name(), stray.label))
}
