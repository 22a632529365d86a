//! The plan: a pure function of the desired graph and the snapshot. No I/O, no clock.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    changes::Changes,
    event::Verb,
    graph::{Graph, Node, NodeId, Place},
    snapshot::{Snapshot, Unreadable, Unsearched},
};
use crate::names::Origin;

pub use super::{judge::plan, promise::Promise};

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
    Blocked(Box<Obstacle>),
    /// What it should be, or what it is, can't be known, because the node at this address is unreadable.
    Undetermined(Arc<str>),
    /// A relation that the landing zone does not have is taken back.
    Remove,
    /// An orphan is deleted.
    Delete,
    /// An orphan stays, for the reason given.
    Orphan(String),
}

/// Why something can't be done, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Why.
    pub why: String,
    /// What to do.
    pub way_out: String,
}

impl Action {
    /// A person has to decide.
    pub(crate) fn blocked(why: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self::Blocked(Box::new(Obstacle { why: why.into(), way_out: way_out.into() }))
    }

    /// What an apply does, if it does anything.
    pub fn verb(&self) -> Option<Verb> {
        match self {
            Self::Create => Some(Verb::Create),
            Self::Update => Some(Verb::Update),
            Self::Adopt => Some(Verb::Adopt),
            Self::Wait(_) => Some(Verb::Wait),
            Self::Remove => Some(Verb::Remove),
            Self::Delete => Some(Verb::Delete),
            Self::Blocked(_) | Self::Undetermined(_) | Self::Orphan(_) => None,
        }
    }
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
    pub changes: Changes,
    /// What has to hold beside the changes when the step starts, for steps that change a node: what is made is all change.
    pub promise: Option<Box<Promise>>,
    /// Where in the TOML it is stated.
    pub origin: Option<Origin>,
    /// The address of what has to be made before its place exists.
    pub after: Option<Arc<str>>,
    /// What it cuts while it runs, and for how long.
    pub interrupts: Option<&'static str>,
    /// The root cause for which an apply will skip it.
    pub held_by: Option<Arc<str>>,
    /// The address of what was asked for by name and needs this, which was not.
    pub needed_by: Option<Arc<str>>,
    /// Which stray it is about, as an index into [`super::snapshot::Snapshot::strays`] and its list.
    pub(super) stray: Option<Box<(usize, usize)>>,
}

impl Step {
    /// A step of which nothing is known but what it is about.
    pub(super) fn about(node: &Node, action: Action) -> Self {
        Self {
            node: None,
            address: Arc::clone(&node.label),
            place: node.address.place.clone(),
            kind: node.address.kind,
            action,
            changes: Changes::none(),
            promise: None,
            origin: Some(node.origin.clone()),
            after: None,
            interrupts: None,
            held_by: None,
            needed_by: None,
            stray: None,
        }
    }
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

/// What somebody made and the landing zone does not state; without tags nothing tells whose it is. It stays.
#[derive(Clone, Debug)]
pub struct Unstated {
    /// Where.
    pub place: Place,
    /// Of which kind.
    pub kind: &'static str,
    /// What to call it.
    pub label: String,
    /// Why it is not taken back.
    pub why: &'static str,
}

/// The difference between what is wanted and what AWS has.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The landing zone's name.
    pub organization: Arc<str>,
    /// Whether it takes the landing zone away, instead of making AWS equal to it.
    pub is_destruction: bool,
    /// Everything that is not as it should be, nodes in dependency order, then what left the landing zone.
    pub steps: Vec<Step>,
    /// How many nodes are as they should be.
    pub kept: usize,
    /// Somebody else's relations with what is ours.
    pub foreign: Vec<Foreign>,
    /// What has no tags, and is there although the landing zone does not state it. No drift: it may be somebody else's.
    pub unstated: Vec<Unstated>,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Accounts in which orphans were not searched for, or not to the end.
    pub unsearched: Vec<Unsearched>,
    /// At how many places all was read that may be an orphan; none where the run was limited to some nodes.
    pub searched: Option<usize>,
}

impl Plan {
    /// A plan that does nothing yet about what was read.
    pub(super) fn over(graph: &Graph, snapshot: &Snapshot) -> Self {
        Self {
            organization: Arc::clone(graph.organization()),
            is_destruction: false,
            steps: Vec::new(),
            kept: 0,
            foreign: Vec::new(),
            unstated: Vec::new(),
            unreadable: snapshot.unreadable.clone(),
            unsearched: snapshot.unsearched.clone(),
            searched: snapshot.selection.is_everything().then_some(snapshot.searched),
        }
    }

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
            matches!(step.action, Action::Blocked(_) | Action::Undetermined(_)) || step.held_by.is_some()
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
