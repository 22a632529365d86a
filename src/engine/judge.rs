//! Compares what is wanted with what was read. Pure: no I/O, no clock.

use std::sync::Arc;

use super::{
    changes::{Basis, Changes},
    doc::{Change, Doc, Field, diff},
    env::{Env, Outputs},
    graph::{Graph, Node, NodeId},
    kind::{Identity, State},
    matching::each_tag,
    plan::{Action, Options, Plan, Step},
    promise::Promise,
    snapshot::{Claim, Entry, Left, Resource, Snapshot},
    strays::{ask_for_moves, judge_strays, keep_parts},
    values::Values,
};

/// Compares the desired graph with the snapshot.
pub fn plan(graph: &Arc<Graph>, snapshot: &Snapshot, options: &Options) -> Plan {
    let mut plan = Plan::over(graph, snapshot);
    let mut causes: Vec<Option<Arc<str>>> = vec![None; graph.len()];
    let basis = Arc::new(Basis { graph: Arc::clone(graph), outputs: Arc::clone(&snapshot.outputs) });
    let mut values = Values::default();
    // What AWS does not have is a step for certain: room for these needs not grow.
    let is_certain = |entry: &&Entry| matches!(entry, Entry::Absent | Entry::Unborn(_));
    plan.steps.reserve_exact(snapshot.entries.iter().filter(is_certain).count());
    for (id, node) in graph.nodes().filter(|(id, _)| snapshot.selection.has(*id)) {
        let inherited = node.needs.iter().find_map(|need| causes[need.index()].clone());
        let step = judge(&basis, snapshot, options, id);
        causes[id.index()] =
            inherited.clone().or_else(|| step.as_ref().and_then(|step| step.hindrance(options.adopt)));
        match step {
            Some(mut step) => {
                step.changes.share(&mut values);
                let needed_by = snapshot.selection.needed_by(id).map(|by| Arc::clone(&graph.node(by).label));
                plan.steps.push(Step { held_by: inherited, needed_by, ..step });
            }
            None => plan.kept += 1,
        }
    }
    for (index, strays) in snapshot.strays.iter().enumerate() {
        judge_strays(graph, strays, index, options, &mut plan);
    }
    keep_parts(&snapshot.strays, &mut plan);
    ask_for_moves(&snapshot.strays, &mut plan);
    plan.steps.shrink_to_fit();
    plan
}

/// What is to be done to have one node as the landing zone wants it, if anything.
pub(super) fn judge(basis: &Arc<Basis>, snapshot: &Snapshot, options: &Options, id: NodeId) -> Option<Step> {
    let graph = &*basis.graph;
    Judge { basis, graph, snapshot, options, id, node: graph.node(id) }.step()
}

impl Step {
    /// The address to blame where this step, in itself, is not to be taken and holds back what depends on it.
    pub(super) fn hindrance(&self, adopt: bool) -> Option<Arc<str>> {
        match &self.action {
            Action::Undetermined(of) => Some(Arc::clone(of)),
            Action::Blocked(_) => Some(Arc::clone(&self.address)),
            Action::Adopt if !adopt => Some(Arc::clone(&self.address)),
            _ => None,
        }
    }
}

/// The desired document with its tags.
pub(super) fn desired(graph: &Graph, node: &Node, env: Env<'_>) -> Doc {
    let mut doc = node.kind.desired(&node.spec, &env);
    doc.extend(each_tag(graph, node).map(|(key, value)| (format!("tags[{key}]"), value.into())));
    doc
}

/// How a live resource differs from what is wanted.
pub(super) fn differences(node: &Node, found: &Resource, wanted: &Doc) -> Vec<Change> {
    diff(&observed(node, found, wanted), wanted)
}

/// The live document; of tags only those that are ours to set.
pub(super) fn observed(node: &Node, found: &Resource, wanted: &Doc) -> Doc {
    let mut observed = node.kind.observed(&found.live);
    for (key, value) in &found.tags {
        let path = format!("tags[{key}]");
        if wanted.get(&path).is_some() {
            observed.set(path, value.clone());
        }
    }
    observed
}

/// Whether a node is what was found: ours, ready, and without any difference.
pub(super) fn is_as_wanted(graph: &Graph, outputs: &Outputs, id: NodeId, found: &Resource) -> bool {
    let node = graph.node(id);
    let is_settled = || found.claim == Claim::Ours && node.kind.state(&found.live) == State::Ready;
    is_settled() && differences(node, found, &desired(graph, node, Env::over(outputs))).is_empty()
}

/// Looks at one node.
struct Judge<'a> {
    basis: &'a Arc<Basis>,
    graph: &'a Graph,
    snapshot: &'a Snapshot,
    options: &'a Options,
    id: NodeId,
    node: &'a Node,
}

impl Judge<'_> {
    /// What is to be done about the node, if anything.
    fn step(&self) -> Option<Step> {
        let of = |of: &Arc<str>| Some(self.undecided(Action::Undetermined(Arc::clone(of))));
        match &self.snapshot.entries[self.id.index()] {
            Entry::Unreadable(_) | Entry::Unselected => of(&self.node.label),
            Entry::Undetermined(root) => of(root),
            Entry::Ambiguous(labels) => Some(self.undecided(ambiguous(labels))),
            Entry::Unborn(gate) => {
                let after = Some(Arc::clone(&self.graph.node(*gate).label));
                Some(Step { after, ..self.made(|| self.unborn(*gate)) })
            }
            Entry::Absent => Some(self.made(|| self.absent())),
            Entry::Settled(_) => None,
            Entry::Found(found) => {
                let desired = self.desired();
                let changes = differences(self.node, found, &desired);
                let action = self.compare(found, &changes)?;
                let promise = action.verb().map(|_| Box::new(Promise::of(&desired, &changes)));
                let cut =
                    |change: &Change| change.before.as_ref().and_then(|_| self.node.kind.interrupts(change));
                let interrupts = changes.iter().find_map(cut).filter(|_| promise.is_some());
                let changes = changes.into();
                Some(Step { changes, promise, interrupts, ..self.undecided(action) })
            }
        }
    }

    fn desired(&self) -> Doc {
        desired(self.graph, self.node, Env::over(&self.snapshot.outputs))
    }

    /// What AWS does not have: all of it is a change.
    fn made(&self, action: impl FnOnce() -> Action) -> Step {
        let action = self.unknown().unwrap_or_else(action);
        Step { changes: Changes::all_of(self.id, self.basis), ..self.undecided(action) }
    }

    /// Whether something that is wanted can't be known. Only what the node needs can be the cause: unless one of that is
    /// not known, the document is not even put together.
    fn unknown(&self) -> Option<Action> {
        let outputs = &self.snapshot.outputs;
        let is_dim = self.node.needs.iter().any(|need| outputs.is_undetermined(*need));
        is_dim.then(|| self.desired())?.into_iter().find_map(|(_, field)| undetermined(&field))
    }

    fn undecided(&self, action: Action) -> Step {
        Step { node: Some(self.id), ..Step::about(self.node, action) }
    }

    fn unborn(&self, gate: NodeId) -> Action {
        match self.node.kind.identity() {
            Identity::Lookup => {
                Action::Wait(format!("`{}` has to be there first", self.graph.node(gate).label))
            }
            _ => Action::Create,
        }
    }

    fn absent(&self) -> Action {
        match self.node.kind.identity() {
            Identity::Lookup => {
                Action::blocked(nothing_called_so(self.node), "correct the name, or create it first")
            }
            _ => self.renamed().unwrap_or(Action::Create),
        }
    }

    /// An account can't be unmade: while one of ours left the landing zone, a new one may well be that one under
    /// another name and address, and a person has to say that it is not.
    fn renamed(&self) -> Option<Action> {
        let may_be = |left: &&Left| {
            left.is_open
                && left.kind == self.node.address.kind
                && !self.options.removed.contains(&left.address)
        };
        let Left { label, key, account, address, .. } = self.snapshot.left.iter().find(may_be)?;
        let why = format!("`{label}` left the landing zone, and may be this account under another name");
        let way_out = format!(
            "if it is, write `email = \"{key}\"` and `moved = {{ from = \"{account}\" }}` here; if it left for good, \
             list `{address}` in `[removed]`"
        );
        Some(Action::blocked(why, way_out))
    }

    /// What is to be done about a node that AWS has; nothing if it is as it should be.
    fn compare(&self, found: &Resource, changes: &[Change]) -> Option<Action> {
        if let Claim::Theirs(whose) = &found.claim {
            return Some(theirs(&found.label, whose));
        }
        match self.node.kind.state(&found.live) {
            State::Failed(why) => {
                return Some(Action::blocked(why, "put right what AWS complains of, then plan again"));
            }
            State::Pending(why) | State::Changing(why) => return Some(Action::Wait(why)),
            State::Ready => {}
        }
        if changes.is_empty() {
            return None;
        }
        let owned = if found.claim == Claim::Nobodys { Action::Adopt } else { Action::Update };
        let immovable = || changes.iter().find_map(|change| self.immovable(change));
        let unknown = changes.iter().filter_map(|change| change.after.as_ref()).find_map(undetermined);
        Some(unknown.or_else(immovable).unwrap_or(owned))
    }

    /// Whether a change is one that AWS can't make. A value that is known later differs for certain only where it is
    /// that of something that is still to be made.
    fn is_immutable(&self, change: &Change) -> bool {
        let may_be_equal = match &change.after {
            Some(Field::After { address, .. }) => {
                let of = self.graph.at_address(address).map(|of| &self.snapshot.entries[of.index()]);
                !matches!(of, Some(Entry::Absent))
            }
            _ => false,
        };
        self.node.kind.immutable().contains(&change.root()) && !may_be_equal
    }

    /// What is to be said of a change that AWS can't make.
    fn immovable(&self, change: &Change) -> Option<Action> {
        let kind = self.node.kind;
        let why = match kind.forbids(change) {
            Some(why) => why.to_owned(),
            None if self.is_immutable(change) => {
                format!("AWS can't change `{}` of a {} in place", change.path, kind.name())
            }
            None => return None,
        };
        Some(Action::blocked(why, kind.way_out()))
    }
}

/// A lookup that finds nothing.
pub(super) fn nothing_called_so(node: &Node) -> String {
    format!("AWS has no {} called `{}`", node.address.kind, node.address.name)
}

fn ambiguous(labels: &[String]) -> Action {
    Action::blocked(
        format!("{} resources could be it: {}", labels.len(), labels.join(", ")),
        "give the right one its `landfall:address` and `landfall:organization` tags, or delete the others",
    )
}

fn theirs(label: &str, whose: &str) -> Action {
    Action::blocked(
        format!("`{label}` belongs to the landing zone `{whose}`"),
        "choose another name, or remove its `landfall:organization` tag if that landing zone is gone",
    )
}

fn undetermined(field: &Field) -> Option<Action> {
    match field {
        Field::Undetermined(of) => Some(Action::Undetermined(Arc::clone(of))),
        _ => None,
    }
}
