//! The executor: first takes back what denies, then works through the graph, then removes what was replaced.

use std::sync::Arc;

use super::{
    env::Outputs,
    error::{Error, Result},
    event::{Event, Verb},
    graph::Graph,
    plan::{Options, Plan, Step},
    poll::Poller,
    remove::Removals,
    snapshot::Snapshot,
    walk::Walk,
    world::World,
};

/// What an apply came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Steps that are done, in the order in which they ended.
    pub done: Vec<(Arc<str>, Verb)>,
    /// Steps that failed, and why.
    pub failed: Vec<(Arc<str>, Arc<Error>)>,
    /// Steps that were not tried, and the address of the root cause.
    pub skipped: Vec<(Arc<str>, Arc<str>)>,
    /// Steps that were not started, because the run was interrupted.
    pub interrupted: usize,
}

/// Makes AWS equal to the landing zone, as the plan shows: first takes back what denies, then works through the graph,
/// then removes what was replaced, then deletes orphans in reverse order of the registry.
pub async fn apply(
    world: &Arc<World>,
    graph: &Arc<Graph>,
    snapshot: Snapshot,
    plan: &Arc<Plan>,
    options: &Options,
) -> Outcome {
    let steps = taken(plan, options.adopt);
    world.events.tell(Event::Applying { steps, is_destruction: plan.is_destruction });
    let Snapshot { entries, outputs, strays, .. } = snapshot;
    let outputs = Arc::new(Outputs::beyond(&outputs));
    let mut ledger = Ledger::new(world, plan);
    let mut removals = Removals::of(world, graph, &outputs, &strays, plan);
    removals.first(&mut ledger).await;
    let poller = Arc::new(Poller::new(world, graph, &outputs));
    Walk::new(poller, plan, options.adopt, entries).run(&mut ledger).await;
    removals.rest(&mut ledger).await;
    ledger.close()
}

/// The addresses of the steps to take, if none fails.
fn taken(plan: &Plan, adopt: bool) -> Vec<Arc<str>> {
    let is_taken = |step: &&Step| {
        step.action.verb().is_some() && step.held_by.is_none() && step.hindrance(adopt).is_none()
    };
    plan.steps.iter().filter(is_taken).map(|step| Arc::clone(&step.address)).collect()
}

/// Keeps account of each step, and tells whoever listens.
pub(super) struct Ledger<'a> {
    plan: &'a Plan,
    world: &'a World,
    outcome: Outcome,
    /// By step: whether it was started or given up.
    touched: Vec<bool>,
    failed: Vec<usize>,
    skipped: Vec<(usize, Arc<str>)>,
}

impl<'a> Ledger<'a> {
    fn new(world: &'a World, plan: &'a Plan) -> Self {
        let touched = vec![false; plan.steps.len()];
        Self { plan, world, outcome: Outcome::default(), touched, failed: Vec::new(), skipped: Vec::new() }
    }

    /// A step is about to send its calls.
    pub(super) fn start(&mut self, index: usize) {
        self.touched[index] = true;
        let step = &self.plan.steps[index];
        let verb = step.action.verb().expect("only steps that do something are started");
        self.world.events.tell(Event::Started { address: Arc::clone(&step.address), verb });
    }

    /// A step ended.
    pub(super) fn settle(&mut self, index: usize, result: Result<()>) {
        self.touched[index] = true;
        let step = &self.plan.steps[index];
        let address = Arc::clone(&step.address);
        let verb = step.action.verb().expect("only steps that do something end");
        match result {
            Ok(()) => {
                self.world.events.tell(Event::Done { address: Arc::clone(&address), verb });
                self.outcome.done.push((address, verb));
            }
            Err(error) => {
                let error = Arc::new(error);
                let told = Event::Failed { address: Arc::clone(&address), error: Arc::clone(&error) };
                self.world.events.tell(told);
                self.outcome.failed.push((address, error));
                self.failed.push(index);
            }
        }
    }

    /// A step is not tried.
    pub(super) fn skip(&mut self, index: usize, because: Arc<str>) {
        self.touched[index] = true;
        let address = Arc::clone(&self.plan.steps[index].address);
        let told = Event::Skipped { address: Arc::clone(&address), because: Arc::clone(&because) };
        self.world.events.tell(told);
        self.skipped.push((index, Arc::clone(&because)));
        self.outcome.skipped.push((address, because));
    }

    /// Whether a step has come to an end, one way or the other.
    pub(super) fn has_ended(&self, index: usize) -> bool {
        self.touched[index]
    }

    /// Steps that failed so far.
    pub(super) fn failed(&self) -> impl Iterator<Item = &'a Step> {
        self.failed.iter().map(|index| &self.plan.steps[*index])
    }

    /// Steps that were not tried so far, and the address of the root cause.
    pub(super) fn skipped(&self) -> impl Iterator<Item = (&'a Step, &Arc<str>)> {
        self.skipped.iter().map(|(index, because)| (&self.plan.steps[*index], because))
    }

    /// The outcome; steps that would do something and were not reached were interrupted.
    fn close(mut self) -> Outcome {
        let steps = self.plan.steps.iter().zip(&self.touched);
        self.outcome.interrupted =
            steps.filter(|(step, touched)| step.action.verb().is_some() && !**touched).count();
        self.outcome
    }
}
