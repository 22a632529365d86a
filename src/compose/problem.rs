//! Why a landing zone that reads well can't be composed.

use crate::names::Origin;

/// Something in the landing zone that can't become a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is written.
    pub origin: Origin,
    /// What is wrong: a lowercase phrase.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    /// Says what is wrong, and where.
    pub fn new(origin: &Origin, message: impl Into<String>) -> Self {
        Self { origin: origin.clone(), message: message.into(), help: None }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
