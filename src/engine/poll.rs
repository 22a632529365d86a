//! Waiting by asking: all nodes of a kind at a place that want to know how far they are share one bulk read per tick.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, oneshot};

use super::{
    at::Others,
    batches::{Key, ask},
    env::Outputs,
    erased::AnyKind,
    error::{Class, Error, Result},
    graph::{Graph, NodeId},
    guard::guarded,
    matching::Batch,
    snapshot::Entry,
    world::World,
};

type Answer = Result<Entry, Arc<Error>>;
type Waiting = Vec<(NodeId, oneshot::Sender<Answer>)>;

#[derive(Default)]
struct Queue {
    waiting: Waiting,
    working: bool,
    tick: Duration,
    hurry: Arc<Notify>,
}

/// Reads again what steps wait for.
pub(super) struct Poller {
    pub world: Arc<World>,
    pub graph: Arc<Graph>,
    pub outputs: Arc<Outputs>,
    queues: Mutex<HashMap<Key, Queue>>,
}

impl Poller {
    pub(super) fn new(world: &Arc<World>, graph: &Arc<Graph>, outputs: &Arc<Outputs>) -> Self {
        Self {
            world: Arc::clone(world),
            graph: Arc::clone(graph),
            outputs: Arc::clone(outputs),
            queues: Mutex::default(),
        }
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<Key, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What AWS has for a node at the next tick. `fresh` says that the node was just changed: ticks are short again.
    pub(super) async fn look(self: &Arc<Self>, id: NodeId, fresh: bool) -> Answer {
        let node = self.graph.node(id);
        let key = (node.place, node.address.kind);
        let (answer, answered) = oneshot::channel();
        let idle = {
            let mut queues = self.queues();
            let queue = queues.entry(key).or_default();
            queue.waiting.push((id, answer));
            if fresh {
                queue.tick = self.world.pace.gather;
                queue.hurry.notify_one();
            }
            !std::mem::replace(&mut queue.working, true)
        };
        if idle {
            tokio::spawn(Arc::clone(self).work(key, node.kind));
        }
        tokio::select! {
            answer = answered => answer.unwrap_or_else(|_| Err(Arc::new(unanswered()))),
            () = self.world.abandon.cancelled() => Err(Arc::new(interrupted())),
        }
    }

    /// Answers, tick by tick, until nobody waits.
    async fn work(self: Arc<Self>, key: Key, kind: &'static dyn AnyKind) {
        let _watch = Watch { poller: &self, key };
        while let Some((tick, hurry)) = self.next(key) {
            tokio::select! {
                () = tokio::time::sleep(tick) => {}
                () = hurry.notified() => tokio::time::sleep(self.world.pace.gather).await,
            }
            let waiting = self.take(key);
            self.answer(key, kind, waiting).await;
        }
    }

    fn next(&self, key: Key) -> Option<(Duration, Arc<Notify>)> {
        let mut queues = self.queues();
        let queue = queues.get_mut(&key)?;
        queue.working = !queue.waiting.is_empty();
        queue.working.then(|| (queue.tick, Arc::clone(&queue.hurry)))
    }

    fn take(&self, key: Key) -> Waiting {
        let mut queues = self.queues();
        let queue = queues.entry(key).or_default();
        queue.tick = self.world.pace.after(queue.tick);
        std::mem::take(&mut queue.waiting)
    }

    /// Tells all who wait what one bulk read shows.
    async fn answer(&self, key: Key, kind: &'static dyn AnyKind, waiting: Waiting) {
        let mut nodes: Vec<_> = waiting.iter().map(|(node, _)| *node).collect();
        nodes.sort_unstable();
        nodes.dedup();
        self.world.forget(&self.graph.place(key.0).place, kind.service());
        let mut answers: HashMap<NodeId, Answer> =
            match guarded(kind.name(), self.entries(key, kind, &nodes)).await {
                Ok(entries) => entries.into_iter().map(|(node, entry)| (node, Ok(entry))).collect(),
                Err(error) => {
                    let error = Arc::new(error);
                    nodes.iter().map(|node| (*node, Err(Arc::clone(&error)))).collect()
                }
            };
        for (node, answer) in waiting {
            let entry = answers.remove(&node).unwrap_or(Ok(Entry::Absent));
            // Whoever no longer waits was interrupted.
            drop(answer.send(entry));
        }
    }

    /// What one bulk read shows. It fills no outputs: a step does, once it has what it wants.
    async fn entries(
        &self,
        key: Key,
        kind: &'static dyn AnyKind,
        nodes: &[NodeId],
    ) -> Result<Vec<(NodeId, Entry)>> {
        let place = &self.graph.place(key.0).place;
        let (world, graph, outputs) = (&self.world, &self.graph, &self.outputs);
        let found = ask(world, graph, outputs, (place, kind), nodes, Others::Passed).await?;
        let batch = Batch { graph: &self.graph, place, kind, nodes, outputs: &self.outputs };
        Ok(batch.pair(found, |_, _| {}).entries)
    }
}

/// Sends away all who wait if their worker panics, so that nobody waits for ever.
struct Watch<'a> {
    poller: &'a Poller,
    key: Key,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.poller.queues().remove(&self.key);
        }
    }
}

fn unanswered() -> Error {
    Error::new(Class::Final, "nobody read what became of it")
        .hint("this is a defect of the program: please report it")
}

/// The run was interrupted while something was waited for.
pub(super) fn interrupted() -> Error {
    Error::new(Class::Interrupted, "the run was interrupted while AWS was still at work")
        .hint("run it again: it goes on where AWS stands")
}
