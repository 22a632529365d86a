//! Taking away what the landing zone does not have.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, hash_map},
    sync::Arc,
    time::Instant,
};

use futures::{StreamExt as _, future::join_all, stream::FuturesUnordered};

use super::{
    apply::Ledger,
    at::Others,
    batches::ask,
    calling::on_behalf,
    env::Outputs,
    error::{Class, Error, Result},
    event::Event,
    graph::{Graph, NodeId},
    guard::guarded,
    plan::{Action, Plan, Step},
    poll::interrupted,
    snapshot::{Stray, Strays},
    world::World,
};

/// Steps on what the landing zone does not have, as indices of the plan's, by when they run.
pub(super) struct Removals<'a> {
    world: &'a World,
    graph: &'a Graph,
    outputs: &'a Outputs,
    strays: &'a [Strays],
    plan: &'a Plan,
    /// Relations that deny what other steps need.
    first: Vec<usize>,
    /// Other relations, once what replaces them stands: dependents before what they depend on.
    then: Vec<usize>,
    /// Orphans, in the same order.
    last: Vec<usize>,
    /// Relations that may be wanted ones.
    undecided: Vec<(usize, Arc<str>)>,
    /// Those of the first that AWS would not let go of, and what it answered.
    refused: BTreeMap<usize, Arc<Error>>,
}

impl<'a> Removals<'a> {
    pub(super) fn of(
        world: &'a World,
        graph: &'a Graph,
        outputs: &'a Outputs,
        strays: &'a [Strays],
        plan: &'a Plan,
    ) -> Self {
        let (first, then, last, undecided, refused) = Default::default();
        let mut removals =
            Self { world, graph, outputs, strays, plan, first, then, last, undecided, refused };
        for (index, step) in plan.steps.iter().enumerate().filter(|(_, step)| step.stray.is_some()) {
            match &step.action {
                Action::Remove => {
                    let early = removals.stray(index).0.kind.removed_first();
                    if early { &mut removals.first } else { &mut removals.then }.push(index);
                }
                Action::Delete => removals.last.push(index),
                Action::Undetermined(of) => removals.undecided.push((index, Arc::clone(of))),
                _ => {}
            }
        }
        removals
    }

    /// Takes back what denies. What AWS would not let go of may be needed until what replaces it stands.
    pub(super) async fn first(&mut self, ledger: &mut Ledger<'_>) {
        let mut refused = BTreeMap::new();
        self.wave(&self.first, |index, result| match result {
            Err(error) if error.class == Class::Final => {
                let error = Arc::new(error);
                self.tell_again(index, Arc::clone(&error));
                refused.insert(index, error);
            }
            result => ledger.settle(index, result),
        })
        .await;
        self.refused = refused;
    }

    /// Takes back the other relations and what was refused at first, then deletes orphans.
    pub(super) async fn rest(&self, ledger: &mut Ledger<'_>) {
        for (index, of) in &self.undecided {
            ledger.skip(*index, Arc::clone(of));
        }
        let then: Vec<_> = self.refused.keys().chain(&self.then).copied().collect();
        for wave in [&then, &self.last].into_iter().flat_map(|steps| self.waves(steps)) {
            let wave = self.unhindered(wave, ledger);
            self.wave(&wave, |index, result| ledger.settle(index, result)).await;
        }
        for (index, refusal) in &self.refused {
            if !ledger.has_ended(*index) {
                ledger.settle(*index, Err(interrupted().source(Arc::clone(refusal))));
            }
        }
    }

    /// Those of a wave that nothing keeps; what keeps the others was there before the wave.
    fn unhindered(&self, wave: Vec<usize>, ledger: &mut Ledger<'_>) -> Vec<usize> {
        let needed = self.needed(ledger);
        let kept = |index: &usize| {
            let step = &self.plan.steps[*index];
            match self.node(step) {
                Some(id) => needed.get(&id).cloned().or_else(|| self.guarded(step, id, ledger)),
                None => hindrance(step, ledger),
            }
        };
        let kept: Vec<_> = wave.iter().map(kept).collect();
        let mut free = Vec::with_capacity(wave.len());
        for (index, because) in wave.into_iter().zip(kept) {
            match (because, self.refused.get(&index)) {
                (None, _) => free.push(index),
                (Some(because), None) => ledger.skip(index, because),
                (Some(because), Some(refusal)) => {
                    let what = format!("AWS does not let go of it, and `{because}` has to be done before");
                    ledger.settle(index, Err(Arc::clone(refusal).within(what)));
                }
            }
        }
        free
    }

    /// What is needed by something that did not go, itself or by way of others, with the address of the root cause: where
    /// a landing zone is taken away, the graph still says so.
    fn needed(&self, ledger: &Ledger<'_>) -> HashMap<NodeId, Arc<str>> {
        let mut needed = HashMap::new();
        let staying = left(ledger).filter_map(|(step, because)| Some((self.node(step)?, because)));
        let mut open: Vec<_> = staying.collect();
        while let Some((id, because)) = open.pop() {
            let node = self.graph.node(id);
            for need in node.needs.iter().filter(|_| node.kind.holds_what_it_needs()) {
                if let hash_map::Entry::Vacant(free) = needed.entry(*need) {
                    free.insert(Arc::clone(because));
                    open.push((*need, because));
                }
            }
        }
        needed
    }

    /// What keeps a node of a landing zone that is taken away although it is not needed: what has no node and stays may
    /// need anything at its place, what it is to outlive is there still, or what stands in for its like is not there.
    fn guarded(&self, step: &Step, id: NodeId, ledger: &Ledger<'_>) -> Option<Arc<str>> {
        let node = self.graph.node(id);
        let keeps = |other: &Step| match self.node(other) {
            None => other.place == step.place,
            Some(of) if other.kind == step.kind => {
                other.action == Action::Create && shares(&node.needs, &self.graph.node(of).needs)
            }
            Some(of) => node.kind.outlives().contains(&other.kind) && node.needs.contains(&of),
        };
        left(ledger).find(|(other, _)| keeps(other)).map(|(_, because)| Arc::clone(because))
    }

    /// The node that a removal is about, which only one of a landing zone that is taken away has.
    fn node(&self, step: &Step) -> Option<NodeId> {
        self.graph.at_address(&step.address).filter(|_| self.plan.is_destruction)
    }

    /// Where a step's stray is: which batch, and which of it.
    fn place_of(&self, index: usize) -> (usize, usize) {
        **self.plan.steps[index].stray.as_ref().expect("only strays are removed")
    }

    fn stray(&self, index: usize) -> (&'a Strays, &'a Stray) {
        let (strays, at) = self.place_of(index);
        (&self.strays[strays], &self.strays[strays].list[at])
    }

    /// Later kinds of the registry depend on earlier ones, and within a kind what has the longer path is nested in
    /// what has the shorter: one wave for each kind and depth. What outlives another kind comes right behind that.
    fn waves(&self, steps: &[usize]) -> Vec<Vec<usize>> {
        let kinds = self.world.registry.iter().enumerate();
        let ranks: HashMap<_, _> = kinds.map(|(rank, kind)| (kind.name(), rank)).collect();
        let mut waves: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for index in steps {
            let step = &self.plan.steps[*index];
            let outlived =
                self.stray(*index).0.kind.outlives().iter().filter_map(|kind| ranks.get(kind)).min();
            let (own, depth) = (ranks.get(step.kind), step.address.matches('/').count());
            let rank = outlived.filter(|outlived| Some(*outlived) < own);
            let rank = rank.map_or((own, true), |outlived| (Some(outlived), false));
            waves.entry(Reverse((rank, own, depth))).or_default().push(*index);
        }
        waves.into_values().collect()
    }

    /// Removes all of these, side by side; what an interruption kept from starting is not settled.
    async fn wave(&self, steps: &[usize], mut settle: impl FnMut(usize, Result<()>)) {
        let mut batches: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in steps {
            batches.entry(self.place_of(*index).0).or_default().push(*index);
        }
        let mut batches: FuturesUnordered<_> =
            batches.into_iter().map(|(batch, steps)| self.batch(&self.strays[batch], steps)).collect();
        while let Some(results) = batches.next().await {
            for (index, result) in results {
                settle(index, result);
            }
        }
    }

    /// Deletes strays of one kind at one place, then asks until they are gone.
    async fn batch(&self, strays: &Strays, steps: Vec<usize>) -> Vec<(usize, Result<()>)> {
        let kind = strays.kind.name();
        let delete = |index: &usize| {
            let work = guarded(kind, self.delete(*index));
            on_behalf(&self.plan.steps[*index].address, &self.world.events, work)
        };
        let deleted = join_all(steps.iter().map(delete)).await;
        let (mut results, mut sent) = (Vec::new(), Vec::new());
        for (index, result) in steps.into_iter().zip(deleted) {
            match result {
                Ok(true) => sent.push(index),
                Ok(false) => {}
                Err(error) => results.push((index, Err(error))),
            }
        }
        let unread = match guarded(kind, self.gone(strays, sent.clone())).await {
            Ok(left) => {
                let result = |index| if left.contains(&index) { Err(self.stays(index)) } else { Ok(()) };
                results.extend(sent.into_iter().map(|index| (index, result(index))));
                return results;
            }
            Err(error) => Arc::new(error),
        };
        let result = || Arc::clone(&unread).within("failed to read what became of it");
        results.extend(sent.into_iter().map(|index| (index, Err(result()))));
        results
    }

    /// Sends the delete until its outcome is known; whether it was sent at all.
    async fn delete(&self, index: usize) -> Result<bool> {
        let (strays, stray) = self.stray(index);
        let (world, place) = (self.world, &strays.place);
        let at = world.at(place, self.graph.organization());
        let deadline = Instant::now() + strays.kind.timing().deadline;
        for taken in 0.. {
            let leave = world.leave().await;
            if taken == 0 {
                if world.stop.is_cancelled() {
                    return Ok(false);
                }
                self.tell_started(index);
            }
            world.not_abandoned()?;
            let sent = strays.kind.delete(&at, &stray.live).await;
            world.forget(place, strays.kind.service());
            drop(leave);
            let error = match sent {
                Err(error) if error.class != Class::NotFound => error,
                _ => return Ok(true),
            };
            if !error.class.is_transient() || Instant::now() > deadline {
                return Err(error);
            }
            self.tell_again(index, Arc::new(error));
            world.sleep(world.pace.pause(taken)).await?;
        }
        Ok(true)
    }

    /// Tells once that a step began, be it tried again in the end.
    fn tell_started(&self, index: usize) {
        if self.refused.contains_key(&index) {
            return;
        }
        let step = &self.plan.steps[index];
        let verb = step.action.verb().expect("only steps that do something are started");
        self.world.events.tell(Event::Started { address: Arc::clone(&step.address), verb });
    }

    fn tell_again(&self, index: usize, error: Arc<Error>) {
        let address = Arc::clone(&self.plan.steps[index].address);
        self.world.events.tell(Event::Again { address, error });
    }

    /// Asks until these are gone; gives those that do not go away.
    async fn gone(&self, strays: &Strays, mut left: Vec<usize>) -> Result<Vec<usize>> {
        let place = &strays.place;
        let deadline = Instant::now() + strays.kind.timing().deadline;
        let mut tick = self.world.pace.gather;
        loop {
            if left.is_empty() {
                return Ok(left);
            }
            self.world.forget(place, strays.kind.service());
            let (world, graph, outputs) = (self.world, self.graph, self.outputs);
            let what = (place, strays.kind);
            let asked = ask(world, graph, outputs, what, &strays.nodes, Others::Told).await;
            match asked {
                Ok(found) => left.retain(|index| {
                    let (_, stray) = self.stray(*index);
                    let is_it = |key: &str, label: &str| key == stray.key && label == stray.label;
                    let outputs = strays.kind.outputs(&stray.live);
                    found.iter().any(|found| {
                        is_it(&found.key, &found.label) && strays.kind.gives(&found.live, &outputs)
                    })
                }),
                Err(error) if error.class.is_transient() && Instant::now() <= deadline => {}
                Err(error) => return Err(error),
            }
            if Instant::now() > deadline {
                return Ok(left);
            }
            tick = self.world.pace.after(tick);
            self.world.sleep(tick).await?;
        }
    }

    fn stays(&self, index: usize) -> Error {
        let limit = self.stray(index).0.kind.timing().deadline.as_secs();
        Error::new(Class::Deadline, format!("it was deleted and did not go away within {limit} s"))
            .hint("run it again: it goes on where AWS stands")
    }
}

/// Why something that no node speaks of has to stay, if it has to. Nothing goes before what replaces it stands: which step
/// that is can't be told, so that any that failed holds back all that was to go, but for those that were about tags alone;
/// one that was not tried, which may stay so for long, holds back relations of its own kind and orphans at its own place;
/// and what did not go away keeps what it may depend on.
fn hindrance(step: &Step, ledger: &Ledger<'_>) -> Option<Arc<str>> {
    let is_of_tags = |failed: &Step| {
        failed.action == Action::Update && failed.changes.list().iter().all(|it| it.root() == "tags")
    };
    let may_replace = |failed: &Step| failed.node.is_some() && !is_of_tags(failed);
    let failed = ledger
        .failed()
        .find(|failed| may_replace(failed) || (failed.node.is_none() && failed.place == step.place));
    let skipped = || {
        let near = |other: &Step| {
            other.place == step.place && (step.action == Action::Delete || other.kind == step.kind)
        };
        ledger.skipped().find(|(other, _)| near(other)).map(|(_, because)| Arc::clone(because))
    };
    failed.map(|failed| Arc::clone(&failed.address)).or_else(skipped)
}

/// What is left as it was, failed or not tried, and the address of the root cause.
fn left<'l>(ledger: &'l Ledger<'_>) -> impl Iterator<Item = (&'l Step, &'l Arc<str>)> {
    ledger.failed().map(|step| (step, &step.address)).chain(ledger.skipped())
}

fn shares(some: &[NodeId], others: &[NodeId]) -> bool {
    some.iter().any(|id| others.contains(id))
}
