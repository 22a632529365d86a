//! One step: send what the plan shows, then ask until AWS has it.

use std::{sync::Arc, time::Instant};

use tokio::sync::OwnedSemaphorePermit;

use super::{
    doc::Change,
    env::Env,
    erased::Want,
    error::{Class, Error, Result},
    event::{Event, Verb},
    graph::{Node, NodeId},
    judge::{desired, differences, nothing_called_so},
    kind::{Identity, State, TagChange},
    matching::all_tags,
    plan::Step,
    poll::{Poller, interrupted},
    snapshot::{Claim, Entry, Resource},
};

use course::Course;

mod course;

/// How many looks at least a create gets that was refused for good, or whose outcome is unknown: an earlier attempt
/// may have been carried out, and somebody else's may have come before it.
const LOOKS: u32 = 3;

/// Runs one step of a node.
pub(super) struct Run<'a> {
    pub poller: &'a Arc<Poller>,
    pub step: &'a Step,
    pub id: NodeId,
    pub adopt: bool,
}

impl Run<'_> {
    fn node(&self) -> &Node {
        self.poller.graph.node(self.id)
    }

    fn env(&self) -> Env<'_> {
        Env::over(&self.poller.outputs)
    }

    /// Takes the step from what the snapshot has of the node.
    pub(super) async fn take(&self, entry: Entry, leave: OwnedSemaphorePermit) -> Result<()> {
        let wanted = desired(&self.poller.graph, self.node(), self.env());
        if let Some(path) = self.step.broken(&wanted) {
            return Err(Error::stale(&path));
        }
        let mut course = Course::new(wanted, leave, self.node().kind.timing().deadline);
        course.known = match entry {
            Entry::Found(found) => Some(*found),
            // AWS puts things into a newborn place; what is there is kept or updated, not made twice.
            _ if self.step.after.is_some() => self.look(&mut course, true).await?,
            _ => None,
        };
        while !self.turn(&mut course).await? {}
        Ok(())
    }

    /// One turn: whether AWS has what is wanted.
    async fn turn(&self, course: &mut Course) -> Result<bool> {
        let Some(found) = course.known.take() else {
            return self.absent(course).await.map(|()| false);
        };
        course.seen = true;
        match self.node().kind.state(&found.live) {
            State::Failed(why) => return Err(Error::new(Class::Final, why)),
            State::Pending(why) | State::Changing(why) => {
                course.has_worked();
                return self.wait(course, &why).await.map(|()| false);
            }
            State::Ready => {}
        }
        self.owned(&found, course.created)?;
        let changes = differences(self.node(), &found, &course.wanted);
        if changes.is_empty() {
            self.poller.outputs.fill(self.id, self.node().kind.outputs(&found.live));
            return Ok(true);
        }
        let immutable = changes.iter().find(|change| self.is_immutable(change));
        if let Some(change) = immutable.filter(|_| !course.created) {
            return Err(Error::stale(&change.path));
        }
        if immutable.is_none() && course.may_send(&changes, self.poller.world.pace.patience) {
            self.update(course, &found, &changes).await?;
            course.has_sent(changes);
            course.known = self.look(course, true).await?;
        } else {
            let why = format!("to show `{}`", changes[0].path);
            course.open = changes;
            self.wait(course, &why).await?;
        }
        Ok(false)
    }

    /// What is not there is made, once; what was there, or was made, is waited for.
    async fn absent(&self, course: &mut Course) -> Result<()> {
        if course.seen || course.created {
            return self.wait(course, "to become visible").await;
        }
        if self.node().kind.identity() == Identity::Lookup {
            return Err(Error::new(Class::Final, nothing_called_so(self.node())));
        }
        if self.step.action.verb() != Some(Verb::Create) {
            return self.wait(course, "to become visible").await;
        }
        course.known = self.create(course).await?;
        course.has_created();
        Ok(())
    }

    /// Whether this resource may be changed: ours, to be adopted with leave, or what this very step made.
    fn owned(&self, found: &Resource, created: bool) -> Result<()> {
        match &found.claim {
            Claim::Ours => Ok(()),
            Claim::Nobodys if created || self.adopt => Ok(()),
            Claim::Nobodys | Claim::Theirs(_) => Err(not_ours(found)),
        }
    }

    fn is_immutable(&self, change: &Change) -> bool {
        let kind = self.node().kind;
        kind.immutable().contains(&change.root()) || kind.forbids(change).is_some()
    }

    async fn wait(&self, course: &mut Course, why: &str) -> Result<()> {
        if course.why != why {
            why.clone_into(&mut course.why);
            let address = Arc::clone(&self.step.address);
            self.poller.world.events.tell(Event::Waiting { address, why: why.to_owned() });
        }
        if course.is_late() {
            return Err(course.too_late());
        }
        course.looks += 1;
        course.known = self.look(course, false).await?;
        Ok(())
    }

    /// What AWS has for the node now. A look that fails for the moment says nothing, least of all that there is
    /// nothing.
    async fn look(&self, course: &mut Course, fresh: bool) -> Result<Option<Resource>> {
        // The look needs leave of its own.
        course.leave = None;
        let mut fresh = fresh;
        loop {
            match self.poller.look(self.id, fresh).await {
                Ok(Entry::Found(found)) => return Ok(Some(*found)),
                Ok(Entry::Ambiguous(labels)) => {
                    let what = format!("several could be it: {}", labels.join(", "));
                    return Err(Error::new(Class::Final, what));
                }
                Ok(_) => return Ok(None),
                Err(error) if error.class.is_transient() && !course.is_late() => {
                    self.tell_again(error);
                    fresh = false;
                }
                Err(error) if error.class == Class::Interrupted => return Err(interrupted()),
                Err(error) => return Err(error.within("failed to read what became of it")),
            }
        }
    }

    /// Sends the create until its outcome is known; gives what it led to, if that shows already.
    async fn create(&self, course: &mut Course) -> Result<Option<Resource>> {
        let (mut unsure, mut taken) = (false, 0);
        loop {
            let error = match self.send_create(course).await {
                Ok(()) => return self.look(course, true).await,
                Err(error) => error,
            };
            unsure |= error.class == Class::Unknown;
            if !matches!(error.class, Class::Throttled | Class::Interrupted)
                && let Ok(Some(found)) = self.outcome(course, &error, unsure).await
            {
                if self.is_own(&found, unsure) {
                    return Ok(Some(found));
                }
                if error.class == Class::Stale {
                    return Err(not_ours(&found).source(error));
                }
            }
            if !error.class.is_transient() || course.is_late() {
                return Err(error);
            }
            self.pause(error, &mut taken).await?;
        }
    }

    /// What AWS has after a create that failed: it, or an attempt before it, may have been carried out all the same.
    /// Where another create would make a twin, or be refused for good, a call of unknown outcome gets time to show, with
    /// the tags that it carried; so does what is there for certain.
    async fn outcome(&self, course: &mut Course, error: &Error, unsure: bool) -> Result<Option<Resource>> {
        let is_refused = !error.class.is_transient();
        let settles = unsure && (self.node().kind.read_before_retry() || is_refused);
        let until = Instant::now() + self.poller.world.pace.settle;
        let least = if settles || is_refused { LOOKS } else { 1 };
        let mut looks = 0;
        loop {
            looks += 1;
            let found = self.look(course, looks == 1).await?;
            let is_open = settles || (error.class == Class::Stale && found.is_none());
            if found.as_ref().is_some_and(|found| self.is_own(found, unsure))
                || (looks >= least && !(is_open && Instant::now() < until))
            {
                return Ok(found);
            }
        }
    }

    /// Whether a create that failed has made this all the same. What it makes carries our tags: whatever has none under
    /// its name is somebody else's. But what has come up under the second identity after a call of unknown outcome is
    /// ours, and its tags are on their way.
    fn is_own(&self, found: &Resource, unsure: bool) -> bool {
        match found.claim {
            Claim::Ours => true,
            Claim::Nobodys => unsure && self.node().kind.read_before_retry(),
            Claim::Theirs(_) => false,
        }
    }

    async fn send_create(&self, course: &mut Course) -> Result<()> {
        let (world, graph, node) = (&self.poller.world, &self.poller.graph, self.node());
        let tags = all_tags(graph, node);
        let want = Want { address: &node.address, spec: &node.spec, env: self.env(), tags: &tags };
        let at = world.at(&node.address.place, graph.organization());
        let _leave = self.leave(course).await?;
        let sent = node.kind.create(&at, want).await;
        world.forget(&node.address.place, node.kind.service());
        sent
    }

    async fn update(&self, course: &mut Course, found: &Resource, changes: &[Change]) -> Result<()> {
        let mut taken = 0;
        loop {
            let error = match self.send_update(course, found, changes).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if !error.class.is_transient() || course.is_late() {
                return Err(error);
            }
            self.pause(error, &mut taken).await?;
        }
    }

    async fn send_update(&self, course: &mut Course, found: &Resource, changes: &[Change]) -> Result<()> {
        let _leave = self.leave(course).await?;
        let sent = self.retag_and_update(found, changes).await;
        let node = self.node();
        self.poller.world.forget(&node.address.place, node.kind.service());
        sent
    }

    async fn retag_and_update(&self, found: &Resource, changes: &[Change]) -> Result<()> {
        let (world, graph, node) = (&self.poller.world, &self.poller.graph, self.node());
        let tags = all_tags(graph, node);
        let at = world.at(&node.address.place, graph.organization());
        let (of_tags, of_fields): (Vec<_>, Vec<_>) =
            changes.iter().cloned().partition(|change| change.root() == "tags");
        if !of_tags.is_empty() {
            let differs = |key: &str| of_tags.iter().any(|change| change.path == format!("tags[{key}]"));
            let set = tags.iter().filter(|(key, _)| differs(key));
            let set = set.map(|(key, value)| (key.clone(), value.clone())).collect();
            node.kind.retag(&at, &found.live, &TagChange { set, remove: Vec::new() }).await?;
        }
        if !of_fields.is_empty() {
            let want = Want { address: &node.address, spec: &node.spec, env: self.env(), tags: &tags };
            node.kind.update(&at, want, &found.live, &of_fields).await?;
        }
        Ok(())
    }

    /// Leave to send calls: that with which the step was started, or another.
    async fn leave(&self, course: &mut Course) -> Result<OwnedSemaphorePermit> {
        let leave = match course.leave.take() {
            Some(leave) => leave,
            None => self.poller.world.leave().await,
        };
        self.poller.world.not_abandoned()?;
        Ok(leave)
    }

    /// Tells that a call is sent again, and waits a growing while.
    async fn pause(&self, error: Error, taken: &mut u32) -> Result<()> {
        self.tell_again(Arc::new(error));
        *taken += 1;
        let world = &self.poller.world;
        world.sleep(world.pace.pause(*taken - 1)).await
    }

    fn tell_again(&self, error: Arc<Error>) {
        let address = Arc::clone(&self.step.address);
        self.poller.world.events.tell(Event::Again { address, error });
    }
}

/// The plan did not show that this is there, and it is not ours.
fn not_ours(found: &Resource) -> Error {
    let label = &found.label;
    match &found.claim {
        Claim::Theirs(whose) => {
            Error::new(Class::Stale, format!("`{label}` belongs to the landing zone `{whose}`"))
        }
        Claim::Nobodys | Claim::Ours => {
            Error::new(Class::Stale, format!("`{label}` exists without our tags"))
                .hint("plan again; `--adopt` takes it over")
        }
    }
}
