//! What is to be done to take away all of a landing zone that may go. Pure: no I/O, no clock.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    changes::Basis,
    doc::{Doc, diff},
    graph::{Address, Graph, Node, NodeId, PlaceId},
    judge::judge,
    kind::{Identity, Removal},
    plan::{Action, Options, Plan, Step},
    snapshot::{Claim, Entry, Resource, Snapshot, Stray, Strayed, Strays},
    strays::{judge_strays, keep_parts, kept_unless_listed},
};

/// Plans to take away everything that is ours and may go, dependents before what they depend on: what the landing zone
/// states as well as orphans. What stays, stays with all that it needs to go on, and with its parts. What is to go moves
/// among the strays of the snapshot, from where an apply removes it. What AWS demands in the place of what goes is made.
///
/// `own` are the addresses of what Landfall itself goes through.
pub fn destroy(graph: &Arc<Graph>, snapshot: &mut Snapshot, own: &[String], options: &Options) -> Plan {
    let options = Options { prune: true, ..options.clone() };
    let mut plan = Plan { is_destruction: true, ..Plan::over(graph, snapshot) };
    for (index, strays) in snapshot.strays.iter().enumerate() {
        judge_strays(graph, strays, index, &options, &mut plan);
    }
    let own = own.iter().map(String::as_str).collect();
    let fates = Fates { graph, snapshot, own, options: &options }.all();
    let basis = Arc::new(Basis { graph: Arc::clone(graph), outputs: Arc::clone(&snapshot.outputs) });
    let mut batches = Batches::of(graph, &fates, snapshot.strays.len());
    for ((id, node), fate) in graph.nodes().zip(fates).rev() {
        match fate {
            Fate::Nothing | Fate::Along => {}
            Fate::Comes => plan.steps.extend(judge(&basis, snapshot, &options, id)),
            Fate::Stays(why) => plan.steps.push(Step::about(node, Action::Orphan(why))),
            Fate::Unknown(of) => {
                plan.steps.push(Step { node: Some(id), ..Step::about(node, Action::Undetermined(of)) });
            }
            Fate::Goes(action) => {
                let entry = std::mem::replace(&mut snapshot.entries[id.index()], Entry::Unselected);
                if let Entry::Found(found) = entry {
                    plan.steps.push(batches.take(node, action, *found));
                }
            }
        }
    }
    snapshot.strays.extend(batches.list);
    keep_parts(&snapshot.strays, &mut plan);
    plan
}

/// What becomes of a node.
#[derive(Clone, Debug, PartialEq)]
enum Fate {
    /// It is not there, or not ours.
    Nothing,
    /// It is taken away.
    Goes(Action),
    /// It goes with something that is taken away.
    Along,
    /// It is made, to stand in for what is taken away.
    Comes,
    /// It stays, for the reason given.
    Stays(String),
    /// What it is can't be known, because of the node at this address.
    Unknown(Arc<str>),
}

impl Fate {
    fn goes(&self) -> bool {
        matches!(self, Self::Goes(_))
    }

    /// Whether it stays, or may: what can't be known counts as staying.
    fn holds(&self) -> bool {
        matches!(self, Self::Stays(_) | Self::Unknown(_))
    }
}

struct Fates<'a> {
    graph: &'a Graph,
    snapshot: &'a Snapshot,
    own: HashSet<&'a str>,
    options: &'a Options,
}

impl Fates<'_> {
    /// By node.
    fn all(&self) -> Vec<Fate> {
        let mut fates: Vec<_> = self.graph.nodes().map(|(id, node)| self.own_fate(id, node)).collect();
        // What stays keeps what it needs, which may have parts, which may need more.
        while self.keep_what_is_needed(&mut fates) | self.keep_what_belongs(&mut fates) {}
        self.make_what_stands_in(&mut fates);
        fates
    }

    /// Makes what has to stand in for relations that go: beside them, at what they belong to.
    fn make_what_stands_in(&self, fates: &mut [Fate]) {
        let entry = |id: NodeId| &self.snapshot.entries[id.index()];
        let is_there = |id: &NodeId| matches!(entry(*id), Entry::Found(_));
        let is_missing = |(id, node): &(NodeId, &Node)| {
            node.kind.stands_in(&node.spec)
                && matches!(entry(*id), Entry::Absent)
                && node.needs.iter().all(is_there)
        };
        let missing: Vec<_> = self.graph.nodes().filter(is_missing).collect();
        let kinds: HashSet<_> = missing.iter().map(|(_, node)| node.kind.name()).collect();
        let going = self
            .graph
            .nodes()
            .filter(|(id, node)| fates[id.index()].goes() && kinds.contains(node.kind.name()));
        let left: HashSet<_> =
            going.flat_map(|(_, node)| node.needs.iter().map(|need| (node.kind.name(), *need))).collect();
        for (id, node) in missing {
            if node.needs.iter().any(|need| left.contains(&(node.kind.name(), *need))) {
                fates[id.index()] = Fate::Comes;
            }
        }
    }

    /// What becomes of a node by itself.
    fn own_fate(&self, id: NodeId, node: &Node) -> Fate {
        let found = match &self.snapshot.entries[id.index()] {
            Entry::Absent | Entry::Unborn(_) | Entry::Unselected => return Fate::Nothing,
            // Of what is settled too little was kept to take it away: `Keep::Everything` is what a destruction reads with.
            Entry::Unreadable(_) | Entry::Ambiguous(_) | Entry::Settled(_) => {
                return Fate::Unknown(Arc::clone(&node.label));
            }
            Entry::Undetermined(of) => return Fate::Unknown(Arc::clone(of)),
            Entry::Found(found) if found.claim != Claim::Ours => return Fate::Nothing,
            // What would have it back is not asked for.
            Entry::Found(found) if node.kind.is_going(&found.live) => return Fate::Nothing,
            Entry::Found(found) => found,
        };
        if self.own.contains(&*node.label) {
            return Fate::Stays("Landfall goes through it".to_owned());
        }
        match node.kind.removal() {
            // Nobody made it, so that nobody can take it away.
            Removal::Never(_) if node.kind.identity() == Identity::Lookup => Fate::Nothing,
            // What is never taken away for itself goes with what it is a part of, if that goes.
            Removal::Never(_) if whole(self.graph, node).is_some() => Fate::Along,
            Removal::Never(why) => Fate::Stays(why.to_owned()),
            Removal::Listed if !self.options.removed.contains(&*node.label) => {
                Fate::Stays(kept_unless_listed(node.kind))
            }
            Removal::Follows if node.kind.goes_along(&found.live) => Fate::Along,
            Removal::Follows => Fate::Goes(Action::Remove),
            Removal::Listed | Removal::Prune => Fate::Goes(Action::Delete),
        }
    }

    /// Keeps what something that stays needs; whether there was anything new.
    fn keep_what_is_needed(&self, fates: &mut [Fate]) -> bool {
        let mut is_new = false;
        for (id, node) in self.graph.nodes().rev() {
            if !fates[id.index()].holds() || !node.kind.holds_what_it_needs() {
                continue;
            }
            for need in
                node.needs.iter().filter(|need| fates[need.index()].goes()).copied().collect::<Vec<_>>()
            {
                fates[need.index()] = Fate::Stays(format!("{} needs it, and stays", node.label));
                is_new = true;
            }
        }
        is_new
    }

    /// Whether a node is a relation that joins only such nodes. What stands for itself and is never taken away, as accounts
    /// are, is where it is and not what it joins.
    fn joins_only(&self, node: &Node, such: impl Fn(NodeId) -> bool) -> bool {
        let is_joined = |need: &&NodeId| {
            let need = self.graph.node(**need);
            !matches!(need.kind.removal(), Removal::Never(_)) || whole(self.graph, need).is_some()
        };
        let mut joined = node.needs.iter().filter(is_joined).peekable();
        let is_relation = matches!(node.kind.identity(), Identity::Related | Identity::Slot);
        is_relation && joined.peek().is_some() && joined.all(|need| such(*need))
    }

    /// Keeps parts of what stays, and what joins only what stays; whether there was anything new.
    fn keep_what_belongs(&self, fates: &mut [Fate]) -> bool {
        let mut is_new = false;
        for (id, node) in self.graph.nodes() {
            if !fates[id.index()].goes() && fates[id.index()] != Fate::Along {
                continue;
            }
            let stays = |of: NodeId| fates[of.index()].holds();
            let why = if let Some(whole) = whole(self.graph, node).filter(|whole| stays(*whole)) {
                format!("it is part of {}, which stays", self.graph.node(whole).label)
            } else if self.joins_only(node, stays) {
                "all that it joins stays".to_owned()
            } else {
                continue;
            };
            fates[id.index()] = Fate::Stays(why);
            is_new = true;
        }
        is_new
    }
}

/// What a node is a part of, by whose name its own begins.
fn whole(graph: &Graph, node: &Node) -> Option<NodeId> {
    let kind = node.kind.part_of()?;
    let name = node.address.name.split('/').next()?;
    let place = node.address.place.clone();
    graph.find(&Address { place, kind, name: name.into() })
}

/// What is to go, by place and kind.
struct Batches {
    /// How many batches there are before these.
    first: usize,
    /// By place and kind, the nodes that do not go: what does is wanted no more when AWS is asked whether it went.
    nodes: HashMap<(PlaceId, &'static str), Vec<NodeId>>,
    by_group: HashMap<(PlaceId, &'static str), usize>,
    list: Vec<Strays>,
}

impl Batches {
    fn of(graph: &Graph, fates: &[Fate], first: usize) -> Self {
        let mut nodes: HashMap<_, Vec<_>> = HashMap::new();
        for ((id, node), _) in graph.nodes().zip(fates).filter(|(_, fate)| !fate.goes()) {
            nodes.entry((node.place, node.kind.name())).or_default().push(id);
        }
        Self { first, nodes, by_group: HashMap::new(), list: Vec::new() }
    }

    /// Takes in what is to go, and gives the step that takes it away.
    fn take(&mut self, node: &Node, action: Action, found: Resource) -> Step {
        let changes = diff(&node.kind.observed(&found.live), &Doc::new());
        let interrupts = changes.iter().find_map(|change| node.kind.interrupts(change));
        let Resource { key, label, live, .. } = found;
        let address = Some(node.label.to_string());
        let batch = self.batch(node);
        let list = &mut self.list[batch].list;
        list.push(Stray { what: Strayed::Orphan, address, key, label, live });
        let stray = Some(Box::new((self.first + batch, list.len() - 1)));
        Step { changes: changes.into(), interrupts, stray, ..Step::about(node, action) }
    }

    fn batch(&mut self, node: &Node) -> usize {
        let group = (node.place, node.kind.name());
        if let Some(batch) = self.by_group.get(&group) {
            return *batch;
        }
        let nodes = self.nodes.remove(&group).unwrap_or_default().into();
        let place = node.address.place.clone();
        self.list.push(Strays { place, kind: node.kind, nodes, unsure: None, list: Vec::new() });
        self.by_group.insert(group, self.list.len() - 1);
        self.list.len() - 1
    }
}
