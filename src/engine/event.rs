//! What happens, for whoever listens. The engine never prints; events are owned data without a clock.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use super::{error::Error, graph::Place};

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It gets our tags, and is changed where it differs.
    Adopt,
    /// AWS is still working on it.
    Wait,
    /// A relation that the landing zone does not have is taken back.
    Remove,
    /// An orphan is deleted.
    Delete,
}

impl Verb {
    /// As machines read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Adopt => "adopt",
            Self::Wait => "wait",
            Self::Remove => "remove",
            Self::Delete => "delete",
        }
    }

    /// What [`Self::as_str`] says.
    pub fn of(text: &str) -> Option<Self> {
        let all = [Self::Create, Self::Update, Self::Adopt, Self::Wait, Self::Remove, Self::Delete];
        all.into_iter().find(|verb| verb.as_str() == text)
    }
}

/// A call, as whoever made it knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// As which account.
    pub account: String,
    /// In which Region.
    pub region: String,
    /// How it was answered, as HTTP says it; 0 where it was not.
    pub status: u16,
    /// The id that the service gave the request.
    pub request: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// So many batches will be read, as far as is known now.
    Reading {
        /// How many.
        batches: usize,
    },
    /// One kind of resource was read at one place.
    Read {
        /// Where.
        place: Place,
        /// Of which kind.
        kind: &'static str,
        /// How many resources AWS showed.
        found: usize,
    },
    /// One kind of resource could not be read at one place.
    Unreadable {
        /// Where.
        place: Place,
        /// Of which kind.
        kind: &'static str,
        /// Why.
        error: Arc<Error>,
    },
    /// These steps will be taken, if none fails; what is held back already is not among them.
    Applying {
        /// Their addresses.
        steps: Vec<Arc<str>>,
        /// Whether they take the landing zone away, instead of making AWS equal to it.
        is_destruction: bool,
    },
    /// A step began.
    Started {
        /// The address.
        address: Arc<str>,
        /// What is done.
        verb: Verb,
    },
    /// A step's calls are sent; AWS is not there yet.
    Waiting {
        /// The address.
        address: Arc<str>,
        /// What for.
        why: String,
    },
    /// A step made a call.
    Called {
        /// The address.
        address: Arc<str>,
        /// The call.
        call: Call,
    },
    /// A call is sent again after an answer that calls for it.
    Again {
        /// The address.
        address: Arc<str>,
        /// The answer.
        error: Arc<Error>,
    },
    /// A step is done: AWS has what the landing zone wants.
    Done {
        /// The address.
        address: Arc<str>,
        /// What was done.
        verb: Verb,
    },
    /// A step failed.
    Failed {
        /// The address.
        address: Arc<str>,
        /// Why.
        error: Arc<Error>,
    },
    /// A step was not tried.
    Skipped {
        /// The address.
        address: Arc<str>,
        /// The address of the root cause, which may be the step itself.
        because: Arc<str>,
    },
}

/// An event and its place in the order of all events.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// Counts from one.
    pub sequence: u64,
    /// What happened.
    pub event: Event,
}

/// Where events are sent. Nobody has to listen, and several may.
#[derive(Clone, Default)]
pub struct Events {
    to: Vec<mpsc::UnboundedSender<Numbered>>,
    last: Arc<Mutex<u64>>,
}

impl Events {
    /// A sender and the end at which events arrive in order.
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<Numbered>) {
        let mut events = Self::default();
        let from = events.listen();
        (events, from)
    }

    /// Another end, at which the events of this sender and its later clones arrive too.
    pub fn listen(&mut self) -> mpsc::UnboundedReceiver<Numbered> {
        let (to, from) = mpsc::unbounded_channel();
        self.to.push(to);
        from
    }

    pub(super) fn tell(&self, event: Event) {
        // Held while sending, so that events arrive in the order of their numbers.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last += 1;
        let numbered = Numbered { sequence: *last, event };
        for to in &self.to {
            // A listener that went away is its own business: the work goes on.
            drop(to.send(numbered.clone()));
        }
    }
}
