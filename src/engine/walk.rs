//! The way through the graph: starts a step once everything it needs is done, goes on with independent branches after
//! a failure.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use tokio::{sync::OwnedSemaphorePermit, task::JoinSet};

use super::{
    apply::Ledger, calling::on_behalf, error::Result, graph::NodeId, guard::guarded, plan::Plan,
    poll::Poller, snapshot::Entry, step::Run,
};

/// The way through the graph.
pub(super) struct Walk<'a> {
    poller: Arc<Poller>,
    plan: &'a Arc<Plan>,
    adopt: bool,
    entries: Vec<Entry>,
    steps: HashMap<NodeId, usize>,
    dependents: Vec<Vec<NodeId>>,
    missing: Vec<usize>,
    /// For nodes that were not brought about, the address of the root cause.
    causes: Vec<Option<Arc<str>>>,
    /// Nodes whose needs are all done.
    ready: VecDeque<NodeId>,
    /// Steps that are next to send calls.
    due: VecDeque<(NodeId, usize)>,
    running: JoinSet<(NodeId, Result<()>)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        poller: Arc<Poller>,
        plan: &'a Arc<Plan>,
        adopt: bool,
        mut entries: Vec<Entry>,
    ) -> Self {
        let graph = &poller.graph;
        let steps = plan.steps.iter().enumerate().filter_map(|(index, step)| Some((step.node?, index)));
        let steps: HashMap<_, _> = steps.collect();
        // What AWS has is kept only for what is to be done.
        for (id, _) in graph.nodes().filter(|(id, _)| !steps.contains_key(id)) {
            entries[id.index()] = Entry::Unselected;
        }
        let mut dependents = vec![Vec::new(); graph.len()];
        let mut missing = vec![0; graph.len()];
        for (id, node) in graph.nodes() {
            missing[id.index()] = node.needs.len();
            for need in &node.needs {
                dependents[need.index()].push(id);
            }
        }
        let ready = graph.nodes().filter(|(_, node)| node.needs.is_empty()).map(|(id, _)| id).collect();
        let causes = vec![None; graph.len()];
        let (due, running) = (VecDeque::new(), JoinSet::new());
        Self { poller, plan, adopt, entries, steps, dependents, missing, causes, ready, due, running }
    }

    /// Goes on until nothing is left to start and nothing runs. A step is started only when it may send calls at once,
    /// so that an interruption finds few that have begun.
    pub(super) async fn run(mut self, ledger: &mut Ledger<'_>) {
        let world = Arc::clone(&self.poller.world);
        loop {
            while let Some(id) = self.ready.pop_front() {
                self.pass(id, ledger);
            }
            if world.stop.is_cancelled() {
                self.due.clear();
            }
            let (some_due, some_running) = (!self.due.is_empty(), !self.running.is_empty());
            if !some_due && !some_running {
                return;
            }
            tokio::select! {
                biased;
                () = world.stop.cancelled(), if some_due => {}
                Some(finished) = self.running.join_next(), if some_running => {
                    let (id, result) = finished.expect("panics are caught within the task, and nothing aborts it");
                    self.end(id, result, ledger);
                }
                leave = world.leave(), if some_due => self.start(leave, ledger),
            }
        }
    }

    /// Takes note of a node whose needs are all done: as it should be, not to be brought about, or due.
    fn pass(&mut self, id: NodeId, ledger: &mut Ledger<'_>) {
        let needs = &self.poller.graph.node(id).needs;
        let inherited = needs.iter().find_map(|need| self.causes[need.index()].clone());
        let Some(index) = self.steps.get(&id).copied() else {
            self.causes[id.index()] = inherited;
            return self.finish(id);
        };
        match inherited.or_else(|| self.plan.steps[index].hindrance(self.adopt)) {
            Some(because) => {
                self.causes[id.index()] = Some(Arc::clone(&because));
                ledger.skip(index, because);
                self.finish(id);
            }
            None => self.due.push_back((id, index)),
        }
    }

    fn start(&mut self, leave: OwnedSemaphorePermit, ledger: &mut Ledger<'_>) {
        let Some((id, index)) = self.due.pop_front() else { return };
        ledger.start(index);
        let entry = std::mem::replace(&mut self.entries[id.index()], Entry::Unselected);
        let (poller, plan, adopt) = (Arc::clone(&self.poller), Arc::clone(self.plan), self.adopt);
        self.running.spawn(async move {
            let step = &plan.steps[index];
            let run = Run { poller: &poller, step, id, adopt };
            let work = guarded(step.kind, run.take(entry, leave));
            (id, on_behalf(&step.address, &poller.world.events, work).await)
        });
    }

    fn end(&mut self, id: NodeId, result: Result<()>, ledger: &mut Ledger<'_>) {
        let index = self.steps[&id];
        if result.is_err() {
            self.causes[id.index()] = Some(Arc::clone(&self.plan.steps[index].address));
        }
        ledger.settle(index, result);
        self.finish(id);
    }

    fn finish(&mut self, id: NodeId) {
        for next in std::mem::take(&mut self.dependents[id.index()]) {
            self.missing[next.index()] -= 1;
            if self.missing[next.index()] == 0 {
                self.ready.push_back(next);
            }
        }
    }
}
