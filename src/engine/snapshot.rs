//! Everything that was read: what AWS has for each node, and what it has besides. Unreadable is never absent.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    env::{Opaque, Outputs},
    erased::AnyKind,
    error::Error,
    graph::{NodeId, Place},
    kind::Tags,
    select::Selection,
};
use crate::names::AccountName;

pub use super::read::read;

/// Whether a live resource is ours to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It carries our tags, or needs none.
    Ours,
    /// Found by its name or second identity, and without an owner: to be adopted.
    Nobodys,
    /// It carries another landing zone's tags.
    Theirs(String),
}

/// A live resource that answers a node.
#[derive(Debug)]
pub struct Resource {
    /// What AWS has, of the kind's `Live`.
    pub live: Opaque,
    /// All its tags.
    pub tags: Tags,
    /// Whose it is.
    pub claim: Claim,
    /// What AWS holds unique for it.
    pub key: String,
    /// What AWS calls it.
    pub label: String,
}

/// How much of what is read is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All of it, for whoever shows what AWS has.
    Everything,
    /// What a plan is made of: of what is as it should be, only that it is. An organization is much larger than what
    /// differs.
    Differences,
}

/// What is known of one node.
#[derive(Debug)]
pub enum Entry {
    /// Not asked for in this run.
    Unselected,
    /// It can't be looked for before this node is there: a gate of its place, or what its key is made of.
    Unborn(NodeId),
    /// The read failed.
    Unreadable(Arc<Error>),
    /// Not to be known, because the node at this address is unreadable.
    Undetermined(Arc<str>),
    /// AWS does not have it.
    Absent,
    /// AWS has it.
    Found(Box<Resource>),
    /// AWS has it, called so, as it should be ([`Keep::Differences`]).
    Settled(Box<str>),
    /// AWS has several that could be it, by these labels.
    Ambiguous(Vec<String>),
}

/// Why something that is no node was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strayed {
    /// It has no tags to tell whose it is, somebody made it, and the landing zone does not state it.
    Unstated,
    /// It carries our tags, and the landing zone no longer has it.
    Orphan,
    /// A relation between two resources of ours that the landing zone does not have.
    Extra,
    /// Somebody else's.
    Foreign,
}

/// A live resource that no node wants.
pub struct Stray {
    /// What it is to us.
    pub what: Strayed,
    /// The address in its tags, if it has one.
    pub address: Option<String>,
    /// What AWS holds unique for it.
    pub key: String,
    /// What to call it.
    pub label: String,
    /// What AWS has.
    pub live: Opaque,
}

/// Strays of one kind at one place.
pub struct Strays {
    /// Where; not always a place of the graph.
    pub place: Place,
    /// Of which kind.
    pub kind: &'static dyn AnyKind,
    /// The nodes that were wanted there.
    pub nodes: Arc<[NodeId]>,
    /// The address of what is not known of a node that was wanted there: a stray without tags may be that node's.
    pub unsure: Option<Arc<str>>,
    /// Each of them.
    pub list: Vec<Stray>,
}

/// An account of ours that the landing zone no longer has.
#[derive(Clone, Debug)]
pub struct Left {
    /// The kind that accounts are of.
    pub kind: &'static str,
    /// Its address, as its tags have it.
    pub address: String,
    /// Its name in the landing zone, when it was there.
    pub account: AccountName,
    /// What AWS holds unique for it.
    pub key: String,
    /// What to call it.
    pub label: String,
    /// Whether it is open: a closed one is nobody's to enter, or to mean.
    pub is_open: bool,
}

/// An account in which orphans were not searched for, or not to the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsearched {
    /// Its name.
    pub account: AccountName,
    /// Why: a phrase.
    pub why: String,
}

/// A kind that could not be read at a place.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Where.
    pub place: Place,
    /// Of which kind.
    pub kind: &'static str,
    /// Why.
    pub error: Arc<Error>,
}

/// Everything that was read.
pub struct Snapshot {
    /// By node.
    pub entries: Vec<Entry>,
    /// What is known of each node's outputs.
    pub outputs: Arc<Outputs>,
    /// How many there are already, whoever made them, of what AWS allows only so many of, by the node that would be one
    /// more; of what is there, and of what nobody has counted, nothing.
    pub there: BTreeMap<NodeId, u64>,
    /// What no node wants; none where the run is about some nodes only, since the others' would be among them.
    pub strays: Vec<Strays>,
    /// Accounts of ours that the landing zone no longer has, in every run that looked at accounts.
    pub left: Vec<Left>,
    /// Accounts in which orphans were not searched for, or not to the end.
    pub unsearched: Vec<Unsearched>,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
    /// At how many places every batch was read.
    pub searched: usize,
    /// Which nodes are in this run.
    pub selection: Selection,
}

impl Snapshot {
    /// Before anything is read.
    pub fn unread(nodes: usize, selection: Selection) -> Self {
        Self {
            entries: std::iter::repeat_with(|| Entry::Unselected).take(nodes).collect(),
            outputs: Arc::new(Outputs::new(nodes)),
            there: BTreeMap::new(),
            strays: Vec::new(),
            left: Vec::new(),
            unsearched: Vec::new(),
            unreadable: Vec::new(),
            searched: 0,
            selection,
        }
    }
}
