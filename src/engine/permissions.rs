//! Which IAM actions a landing zone takes, account by account. Pure: the graph and the registry say it.

use std::collections::{BTreeMap, BTreeSet};

use super::{batches::searched, erased::AnyKind, graph::Graph, kind::Removal};
use crate::names::AccountName;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Everything is read: a plan, drift.
    Read,
    /// What is wanted is made and changed, relations that are not wanted are taken back.
    Apply {
        /// Whether orphans are deleted, too.
        prune: bool,
    },
}

/// The actions that calls of kinds need, by the account in which they are made.
pub fn permissions(
    registry: &[&'static dyn AnyKind],
    graph: &Graph,
    work: Work,
) -> BTreeMap<AccountName, BTreeSet<&'static str>> {
    let mut needed: BTreeMap<AccountName, BTreeSet<&'static str>> = BTreeMap::new();
    let mut need = |account: &AccountName, actions: &[&'static str]| {
        needed.entry(account.clone()).or_default().extend(actions);
    };
    for (_, node) in graph.nodes() {
        let (account, actions) = (&node.address.place.account, node.kind.actions());
        need(account, actions.read);
        if work != Work::Read {
            need(account, actions.create);
            need(account, actions.update);
        }
    }
    for ((place, _), kind) in searched(registry, graph) {
        let (account, actions) = (&graph.place(place).place.account, kind.actions());
        need(account, actions.read);
        let goes = match work {
            Work::Read => false,
            Work::Apply { prune } => prune || kind.removal() == Removal::Follows,
        };
        if goes {
            need(account, actions.delete);
        }
    }
    needed
}
