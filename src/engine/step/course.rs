//! What a step knows from one turn to the next.

use std::time::{Duration, Instant};

use tokio::sync::OwnedSemaphorePermit;

use crate::engine::{
    doc::{Change, Doc, Field},
    error::{Class, Error},
    snapshot::Resource,
};

/// How often one difference is sent before the step only waits.
const SENDS: u32 = 4;
/// How many looks a create gets to show all it made before what is missing is sent as an update.
const PATIENCE: u32 = 4;
/// How many differences an error names.
const NAMED: usize = 3;

/// What a step knows from one turn to the next.
pub(super) struct Course {
    /// What AWS has to show in the end.
    pub wanted: Doc,
    /// What the last look showed.
    pub known: Option<Resource>,
    /// Whether any look has shown it.
    pub seen: bool,
    /// Whether this step has made it.
    pub created: bool,
    /// How many looks there were since the last call.
    pub looks: u32,
    /// What it waits for.
    pub why: String,
    /// What the last look showed to be different still.
    pub open: Vec<Change>,
    /// Leave to send calls, until it is used or given back.
    pub leave: Option<OwnedSemaphorePermit>,
    sent: Option<Sent>,
    limit: Duration,
    deadline: Instant,
}

/// An update that was sent.
struct Sent {
    changes: Vec<Change>,
    at: Instant,
    times: u32,
    /// Whether AWS was seen to work on it: what differs after that is not on its way any more.
    worked: bool,
}

impl Sent {
    fn covers(&self, change: &Change) -> bool {
        self.changes.iter().any(|sent| sent.path == change.path && sent.after == change.after)
    }
}

impl Course {
    pub(super) fn new(wanted: Doc, leave: OwnedSemaphorePermit, limit: Duration) -> Self {
        Self {
            wanted,
            known: None,
            seen: false,
            created: false,
            looks: 0,
            why: String::new(),
            open: Vec::new(),
            leave: Some(leave),
            sent: None,
            limit,
            deadline: Instant::now() + limit,
        }
    }

    /// Whether to send these changes now. What was sent just now, or went out with the create, is on its way and gets
    /// time to show.
    pub(super) fn may_send(&self, changes: &[Change], patience: Duration) -> bool {
        match &self.sent {
            None => !self.created || self.looks >= PATIENCE,
            Some(sent) if sent.times >= SENDS => false,
            Some(sent) => {
                let is_new = changes.iter().any(|change| !sent.covers(change));
                is_new || sent.worked || sent.at.elapsed() >= patience * (1 << (sent.times - 1))
            }
        }
    }

    pub(super) fn has_created(&mut self) {
        (self.created, self.looks, self.deadline) = (true, 0, Instant::now() + self.limit);
    }

    pub(super) fn has_sent(&mut self, changes: Vec<Change>) {
        let times = self.sent.as_ref().map_or(1, |sent| sent.times + 1);
        if times == 1 {
            self.deadline = Instant::now() + self.limit;
        }
        self.looks = 0;
        self.sent = Some(Sent { changes, at: Instant::now(), times, worked: false });
    }

    /// AWS was seen to work on it.
    pub(super) fn has_worked(&mut self) {
        if let Some(sent) = &mut self.sent {
            sent.worked = true;
        }
    }

    pub(super) fn is_late(&self) -> bool {
        Instant::now() > self.deadline
    }

    /// The deadline has passed: what was waited for, and what does not come to be.
    pub(super) fn too_late(&self) -> Error {
        let what = format!("waited {} s for it {}", self.limit.as_secs(), self.why);
        let error = Error::new(Class::Deadline, what).hint("run it again: it goes on where AWS stands");
        self.open.iter().take(NAMED).fold(error, |error, change| {
            let Change { path, before, after } = change;
            let (seen, wanted) = (shown(before.as_ref()), shown(after.as_ref()));
            error.fact("field", path.as_str()).fact("wanted", wanted).fact("seen", seen)
        })
    }
}

fn shown(field: Option<&Field>) -> String {
    match field {
        None => "nothing".to_owned(),
        Some(Field::Is(value)) => value.shown().to_string(),
        Some(Field::Secret(fingerprint)) => format!("a secret with the fingerprint {fingerprint}"),
        Some(Field::After { address, .. } | Field::Undetermined(address)) => {
            format!("known after `{address}`")
        }
    }
}
