use serde::{Deserialize, Serialize};

use crate::{
    engine::{
        error::Error,
        event::{self, Event, Numbered},
    },
    names::Moment,
};

/// The form of what is written; it only ever grows.
pub const SCHEMA: &str = "landfall/journal@1";

/// One line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Line {
    /// The run began to change something.
    Begun(Begun),
    /// A step began.
    Started {
        /// When.
        at: String,
        /// The event's number.
        sequence: u64,
        /// The address.
        address: String,
        /// What is done: `create`.
        verb: String,
        /// The fields that it is about.
        fields: Vec<String>,
    },
    /// A step made a call.
    Called {
        /// When it was answered.
        at: String,
        /// The event's number.
        sequence: u64,
        /// The step.
        address: String,
        /// What was called.
        call: Call,
    },
    /// A step's call is sent again.
    Again {
        /// When.
        at: String,
        /// The event's number.
        sequence: u64,
        /// The step.
        address: String,
        /// Why.
        error: Failure,
    },
    /// A step is done.
    Done {
        /// When.
        at: String,
        /// The event's number.
        sequence: u64,
        /// The step.
        address: String,
    },
    /// A step failed.
    Failed {
        /// When.
        at: String,
        /// The event's number.
        sequence: u64,
        /// The step.
        address: String,
        /// Why.
        error: Failure,
    },
    /// A step was not tried.
    Skipped {
        /// When.
        at: String,
        /// The event's number.
        sequence: u64,
        /// The step.
        address: String,
        /// The address of the root cause.
        because: String,
    },
    /// The run ended.
    Ended(Ended),
    /// The journal was put into the bucket.
    Kept {
        /// When.
        at: String,
        /// By which run: another one, where the one that wrote it could not do so itself.
        by: String,
    },
}

/// Who began what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// [`SCHEMA`].
    pub schema: String,
    /// When.
    pub at: String,
    /// The run.
    pub run: String,
    /// The landing zone.
    pub organization: String,
    /// Of this program.
    pub version: String,
    /// As whom AWS knows the caller.
    pub arn: String,
    /// As whom their machine does.
    pub user: Option<String>,
    /// That machine.
    pub host: Option<String>,
    /// What was typed, without the program.
    pub command: Vec<String>,
    /// How many steps were to be taken.
    pub steps: u64,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The service, as the SDK calls it.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The account as which it was called, as the landing zone calls it.
    pub account: String,
    /// The Region that was asked.
    pub region: String,
    /// The HTTP status; 0 where no answer came.
    pub status: u16,
    /// AWS's id of the request, as it stands in `CloudTrail`.
    pub request: Option<String>,
}

/// Why something failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What failed and its causes, one phrase each.
    pub phrases: Vec<String>,
    /// Where: account, Region, operation, request id.
    pub facts: Vec<(String, String)>,
    /// A way out.
    pub hint: Option<String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// Something failed.
    Failed,
    /// Something was skipped.
    Incomplete,
    /// It was interrupted before it was through.
    Interrupted,
    /// It lost its lease.
    Lost,
}

/// What it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: String,
    /// How.
    pub outcome: Outcome,
    /// How many steps were not started.
    pub not_started: u64,
    /// How many calls were made, those that only read among them.
    pub calls: u64,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

impl Line {
    /// The line for an event; none for what only a person who watches wants to know. `fields` says what a step is about.
    pub fn of(numbered: Numbered, now: Moment, fields: impl FnOnce(&str) -> Vec<String>) -> Option<Self> {
        let Numbered { sequence, event } = numbered;
        let at = now.to_string();
        Some(match event {
            Event::Started { address, verb } => {
                let (fields, verb) = (fields(&address), verb.as_str().to_owned());
                Self::Started { at, sequence, address: address.to_string(), verb, fields }
            }
            Event::Called { address, call } => {
                Self::Called { at, sequence, address: address.to_string(), call: Call::of(call) }
            }
            Event::Again { address, error } => {
                Self::Again { at, sequence, address: address.to_string(), error: Failure::of(&error) }
            }
            Event::Done { address, verb: _ } => Self::Done { at, sequence, address: address.to_string() },
            Event::Failed { address, error } => {
                Self::Failed { at, sequence, address: address.to_string(), error: Failure::of(&error) }
            }
            Event::Skipped { address, because } => {
                let (address, because) = (address.to_string(), because.to_string());
                Self::Skipped { at, sequence, address, because }
            }
            Event::Reading { .. }
            | Event::Read { .. }
            | Event::Unreadable { .. }
            | Event::Applying { .. }
            | Event::Waiting { .. } => return None,
        })
    }

    /// The line as it is written, with its end.
    pub fn to_text(&self) -> String {
        // Text and numbers alone: nothing that could fail.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// A line that was written; nothing for what broke off, or what another version knows more of.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

impl Call {
    fn of(call: event::Call) -> Self {
        let event::Call { service, operation, account, region, status, request } = call;
        Self { service, operation, account, region, status, request }
    }
}

impl Failure {
    fn of(error: &Error) -> Self {
        let facts = error.facts.iter().map(|(label, value)| ((*label).to_owned(), value.clone()));
        let phrases = std::iter::once(error.headline()).chain(error.chain().into_iter().skip(1)).collect();
        Self { phrases, facts: facts.collect(), hint: error.hint.clone() }
    }
}
