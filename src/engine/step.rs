//! One step: send what the plan shows, then ask until AWS has it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    doc::Change,
    env::Env,
    erased::Want,
    error::{Class, Error, Result},
    event::Event,
    graph::{Node, NodeId},
    kind::{State, TagChange},
    matching::all_tags,
    plan::{self, Step},
    poll::{Poller, interrupted},
    snapshot::{Claim, Entry, Resource},
};

/// How often one difference is sent before the step only waits.
const SENDS: u32 = 5;
/// How many looks a change gets to show before it is sent again.
const PATIENCE: u32 = 4;
/// How many looks an absent resource gets before a create of unknown outcome is sent again.
const SETTLED: u32 = 3;

/// Runs one step of a node.
pub(super) struct Run<'a> {
    pub poller: &'a Arc<Poller>,
    pub step: &'a Step,
    pub id: NodeId,
    pub adopt: bool,
}

/// What the loop knows from one turn to the next.
struct Course {
    known: Option<Resource>,
    created: bool,
    sent: Vec<Change>,
    sends: u32,
    looks: u32,
    deadline: Instant,
    why: String,
}

impl Run<'_> {
    fn node(&self) -> &Node {
        self.poller.graph.node(self.id)
    }

    fn env(&self) -> Env<'_> {
        Env::over(&self.poller.outputs)
    }

    /// Takes the step from what the snapshot has of the node.
    pub async fn take(&self, entry: Entry) -> Result<()> {
        let graph = &self.poller.graph;
        let desired = plan::desired(graph, self.node(), self.env());
        let promise = self.step.promise.as_ref();
        if let Some(path) = promise.and_then(|promise| promise.broken(&self.step.changes, &desired)) {
            return Err(Error::stale(&path));
        }
        let known = match entry {
            Entry::Found(found) => Some(found),
            // AWS puts things into a newborn place; what is there is kept or updated, not made twice.
            _ if self.step.after.is_some() => self.look(true).await?,
            _ => None,
        };
        self.converge(known).await
    }

    async fn converge(&self, known: Option<Resource>) -> Result<()> {
        let deadline = Instant::now() + self.node().kind.timing().deadline;
        let mut course = Course {
            known,
            created: false,
            sent: Vec::new(),
            sends: 0,
            looks: 0,
            deadline,
            why: String::new(),
        };
        while !self.turn(&mut course).await? {}
        Ok(())
    }

    /// One turn: whether AWS has what is wanted.
    async fn turn(&self, course: &mut Course) -> Result<bool> {
        let Some(found) = course.known.take() else {
            if course.created {
                return self.wait(course, "to become visible").await;
            }
            course.known = self.create(course.deadline).await?;
            course.created = true;
            course.deadline = Instant::now() + self.node().kind.timing().deadline;
            return Ok(false);
        };
        match self.node().kind.state(&found.live) {
            State::Failed(why) => return Err(Error::new(Class::Final, why)),
            State::Pending(why) => return self.wait(course, &why).await,
            State::Ready => {}
        }
        let changes = plan::differences(&self.poller.graph, self.node(), &found, self.env());
        self.owned(&found, course.created)?;
        if changes.is_empty() {
            self.poller.outputs.fill(self.id, self.node().kind.outputs(&found.live));
            return Ok(true);
        }
        if let Some(change) = changes.iter().find(|change| self.is_immutable(change)) {
            return Err(Error::stale(&change.path));
        }
        let again = changes == course.sent || (course.created && course.sends == 0);
        if (again && course.looks < PATIENCE) || course.sends >= SENDS {
            return self.wait(course, &format!("to show `{}`", changes[0].path)).await;
        }
        self.update(&found, &changes, course.deadline).await?;
        (course.sent, course.sends, course.looks) = (changes, course.sends + 1, 0);
        course.known = self.look(true).await?;
        Ok(false)
    }

    /// Whether this resource may be changed: ours, to be adopted with leave, or what this very step made.
    fn owned(&self, found: &Resource, created: bool) -> Result<()> {
        match &found.claim {
            Claim::Ours => Ok(()),
            Claim::Nobodys if created || self.adopt => Ok(()),
            Claim::Nobodys => {
                Err(Error::new(Class::Stale, format!("`{}` exists without our tags", found.label))
                    .hint("plan again; `--adopt` takes it over"))
            }
            Claim::Theirs(whose) => Err(Error::new(
                Class::Stale,
                format!("`{}` belongs to the landing zone `{whose}`", found.label),
            )),
        }
    }

    fn is_immutable(&self, change: &Change) -> bool {
        self.node().kind.immutable().contains(&change.root())
    }

    async fn wait(&self, course: &mut Course, why: &str) -> Result<bool> {
        if course.why != why {
            why.clone_into(&mut course.why);
            let address = Arc::clone(&self.step.address);
            self.poller.world.events.tell(Event::Waiting { address, why: why.to_owned() });
        }
        if Instant::now() > course.deadline {
            let limit = self.node().kind.timing().deadline.as_secs();
            return Err(Error::new(Class::Deadline, format!("waited {limit} s for it {why}"))
                .hint("run it again: it goes on where AWS stands"));
        }
        course.looks += 1;
        course.known = self.look(false).await?;
        Ok(false)
    }

    /// What AWS has for the node now.
    async fn look(&self, fresh: bool) -> Result<Option<Resource>> {
        match self.poller.look(self.id, fresh).await {
            Ok(Entry::Found(found)) => Ok(Some(found)),
            Ok(Entry::Ambiguous(labels)) => {
                Err(Error::new(Class::Final, format!("several could be it: {}", labels.join(", "))))
            }
            Ok(_) => Ok(None),
            Err(error) => Err(Error::new(error.class, "failed to read what became of it").source(error)),
        }
    }

    /// Sends the create until its outcome is known; gives what it led to, if that shows already.
    async fn create(&self, deadline: Instant) -> Result<Option<Resource>> {
        let mut pause = Pause::default();
        loop {
            let error = match self.send_create().await {
                Ok(()) => return self.look(true).await,
                Err(error) => error,
            };
            let found = if error.class == Class::Throttled { None } else { self.outcome(&error).await? };
            if found.is_some() {
                return Ok(found);
            }
            let transient = matches!(error.class, Class::Throttled | Class::NotYet | Class::Unknown);
            if !transient || Instant::now() > deadline {
                return Err(error);
            }
            self.tell_again(error);
            pause.next(self.poller).await?;
        }
    }

    /// What became of a create that failed: it may have been carried out all the same.
    async fn outcome(&self, error: &Error) -> Result<Option<Resource>> {
        let unsure = error.class == Class::Unknown && self.node().kind.read_before_retry();
        for _ in 0..if unsure { SETTLED } else { 1 } {
            let found = self.look(true).await?;
            // A create is refused where somebody else has the name: that is no success of ours.
            if let Some(found) = found.filter(|found| found.claim == Claim::Ours) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn send_create(&self) -> Result<()> {
        let (world, graph, node) = (&self.poller.world, &self.poller.graph, self.node());
        let tags = all_tags(graph, node);
        let want = Want { address: &node.address, spec: &node.spec, env: self.env(), tags: &tags };
        let at = world.at(&node.address.place, graph.organization());
        let _leave = world.leave().await;
        let sent = node.kind.create(&at, want).await;
        world.forget(&node.address.place, node.kind.service());
        sent
    }

    async fn update(&self, found: &Resource, changes: &[Change], deadline: Instant) -> Result<()> {
        let mut pause = Pause::default();
        loop {
            let error = match self.send_update(found, changes).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let transient = matches!(error.class, Class::Throttled | Class::NotYet | Class::Unknown);
            if !transient || Instant::now() > deadline {
                return Err(error);
            }
            self.tell_again(error);
            pause.next(self.poller).await?;
        }
    }

    async fn send_update(&self, found: &Resource, changes: &[Change]) -> Result<()> {
        let (world, graph, node) = (&self.poller.world, &self.poller.graph, self.node());
        let tags = all_tags(graph, node);
        let want = Want { address: &node.address, spec: &node.spec, env: self.env(), tags: &tags };
        let at = world.at(&node.address.place, graph.organization());
        let (of_tags, of_fields): (Vec<_>, Vec<_>) =
            changes.iter().cloned().partition(|change| change.root() == "tags");
        let _leave = world.leave().await;
        if !of_tags.is_empty() {
            let set = tags.iter().filter(|(key, _)| {
                let path = format!("tags[{key}]");
                of_tags.iter().any(|change| change.path == path)
            });
            let set = set.map(|(key, value)| (key.clone(), value.clone())).collect();
            node.kind.retag(&at, &found.live, &TagChange { set, remove: Vec::new() }).await?;
        }
        if !of_fields.is_empty() {
            node.kind.update(&at, want, &found.live, &of_fields).await?;
        }
        world.forget(&node.address.place, node.kind.service());
        Ok(())
    }

    fn tell_again(&self, error: Error) {
        let (address, error) = (Arc::clone(&self.step.address), Arc::new(error));
        self.poller.world.events.tell(Event::Again { address, error });
    }
}

/// Growing pauses between calls that are sent again.
#[derive(Default)]
struct Pause {
    taken: u32,
}

impl Pause {
    async fn next(&mut self, poller: &Poller) -> Result<()> {
        let pause = Duration::from_millis(200 << self.taken.min(5));
        self.taken += 1;
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = poller.world.abandon.cancelled() => Err(interrupted()),
        }
    }
}
