//! Waiting by asking: all nodes of a kind at a place that want to know how far they are share one bulk read per tick.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use super::{
    env::Outputs,
    erased::AnyKind,
    error::{Class, Error},
    graph::{Graph, NodeId, PlaceId},
    matching::Batch,
    snapshot::{Entry, ask},
    world::World,
};

/// The first tick after something changed; most of AWS's control plane has settled by then.
const SHORTEST: Duration = Duration::from_millis(60);
/// The longest tick; what takes minutes need not be asked for more often.
const LONGEST: Duration = Duration::from_secs(5);

type Key = (PlaceId, &'static str);
type Answer = Result<Entry, Arc<Error>>;

#[derive(Default)]
struct Queue {
    waiting: Vec<(NodeId, oneshot::Sender<Answer>)>,
    working: bool,
    tick: Duration,
}

/// Reads again what steps wait for.
pub(super) struct Poller {
    pub world: Arc<World>,
    pub graph: Arc<Graph>,
    pub outputs: Arc<Outputs>,
    queues: Mutex<HashMap<Key, Queue>>,
}

impl Poller {
    pub fn new(world: &Arc<World>, graph: &Arc<Graph>, outputs: &Arc<Outputs>) -> Self {
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
    pub async fn look(self: &Arc<Self>, id: NodeId, fresh: bool) -> Answer {
        let node = self.graph.node(id);
        let key = (node.place, node.address.kind);
        let (answer, answered) = oneshot::channel();
        let idle = {
            let mut queues = self.queues();
            let queue = queues.entry(key).or_default();
            queue.waiting.push((id, answer));
            if fresh {
                queue.tick = Duration::ZERO;
            }
            !std::mem::replace(&mut queue.working, true)
        };
        if idle {
            tokio::spawn(Arc::clone(self).work(key, node.kind));
        }
        tokio::select! {
            answer = answered => answer.unwrap_or_else(|_| Err(Arc::new(interrupted()))),
            () = self.world.abandon.cancelled() => Err(Arc::new(interrupted())),
        }
    }

    async fn work(self: Arc<Self>, key: Key, kind: &'static dyn AnyKind) {
        loop {
            let tick = self.queues().get(&key).map_or(Duration::ZERO, |queue| queue.tick);
            tokio::time::sleep(tick).await;
            let waiting = {
                let mut queues = self.queues();
                let queue = queues.entry(key).or_default();
                queue.tick = (queue.tick * 8 / 5).clamp(SHORTEST, LONGEST);
                if queue.waiting.is_empty() {
                    queue.working = false;
                    queue.tick = Duration::ZERO;
                    return;
                }
                std::mem::take(&mut queue.waiting)
            };
            self.answer(key.0, kind, waiting).await;
        }
    }

    async fn answer(
        &self,
        place: PlaceId,
        kind: &'static dyn AnyKind,
        waiting: Vec<(NodeId, oneshot::Sender<Answer>)>,
    ) {
        let mut nodes: Vec<_> = waiting.iter().map(|(node, _)| *node).collect();
        nodes.sort_unstable();
        nodes.dedup();
        self.world.forget(&self.graph.place(place).place, kind.service());
        let found = ask(&self.world, &self.graph, &self.outputs, (place, kind), &nodes).await;
        let mut answers: HashMap<NodeId, Answer> = match found {
            Ok(found) => {
                let batch = Batch { graph: &self.graph, kind, nodes: &nodes, outputs: &self.outputs };
                batch.pair(found).entries.into_iter().map(|(node, entry)| (node, Ok(entry))).collect()
            }
            Err(error) => {
                let error = Arc::new(error);
                nodes.iter().map(|node| (*node, Err(Arc::clone(&error)))).collect()
            }
        };
        for (node, answer) in waiting {
            let entry = answers.remove(&node).unwrap_or(Ok(Entry::Absent));
            // Whoever no longer waits was interrupted.
            _ = answer.send(entry);
        }
    }
}

/// The run was interrupted while something was waited for.
pub(super) fn interrupted() -> Error {
    Error::new(Class::Interrupted, "the run was interrupted while AWS was still at work")
        .hint("run it again: it goes on where AWS stands")
}
