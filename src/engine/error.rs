//! The engine's one error type: what failed, where, why, and a way out. Sources are chained, never printed inside
//! `Display`.

use std::{error, fmt, sync::Arc};

/// A result with the engine's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an error means for what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The caller may not do this.
    Denied,
    /// The service asked for less; the call was not carried out.
    Throttled,
    /// Nobody knows whether the call was carried out: a time-out, a dropped connection, an internal error.
    Unknown,
    /// Something that was just made is not visible yet to the service asked.
    NotYet,
    /// The resource asked for is not there.
    NotFound,
    /// What would be done is not what the plan showed.
    Stale,
    /// It did not become ready in time.
    Deadline,
    /// The run was interrupted.
    Interrupted,
    /// Everything else: asking again gives the same answer.
    Final,
}

impl Class {
    /// Whether asking again may give another answer.
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::NotYet | Self::Unknown)
    }
}

/// A failure.
#[derive(Debug)]
pub struct Error {
    /// Completes "failed to …" for calls; a full phrase otherwise.
    what: String,
    /// What it means.
    pub class: Class,
    /// Labelled facts in the order in which they are shown: account, Region, operation, request id.
    pub facts: Vec<(&'static str, String)>,
    /// A way out.
    pub hint: Option<String>,
    source: Option<Box<dyn error::Error + Send + Sync>>,
}

impl Error {
    /// An error of a class. `what` is a lowercase phrase that does not contain its source's text.
    pub fn new(class: Class, what: impl Into<String>) -> Self {
        Self { what: what.into(), class, facts: Vec::new(), hint: None, source: None }
    }

    /// A kind asked for a value that exists only after another node.
    pub fn not_yet(of: &str) -> Self {
        Self::new(Class::Final, format!("`{of}` is not applied yet"))
    }

    /// A kind was told to do what its identity rules out.
    pub fn never_planned(what: &str, kind: &str) -> Self {
        Self::new(Class::Final, format!("`{kind}` is never planned to {what}"))
    }

    /// Applying would do something other than what the plan showed.
    pub fn stale(path: &str) -> Self {
        Self::new(Class::Stale, format!("`{path}` is no longer what the plan showed"))
            .hint("plan again and look at the difference")
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn source(mut self, source: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same failure as seen from further away: what it means and the way out stay.
    #[must_use]
    pub fn within(self: Arc<Self>, what: impl Into<String>) -> Self {
        let (class, hint) = (self.class, self.hint.clone());
        Self { hint, ..Self::new(class, what).source(self) }
    }

    /// Adds a labelled fact.
    #[must_use]
    pub fn fact(mut self, label: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((label, value.into()));
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What failed, as a phrase that stands alone. An error of a call completes "failed to".
    pub fn headline(&self) -> String {
        let is_call = self.facts.iter().any(|(label, _)| *label == "operation");
        if is_call { format!("failed to {self}") } else { self.to_string() }
    }

    /// The error and all its sources in one line.
    pub fn in_short(&self) -> String {
        let mut phrases = vec![self.headline()];
        phrases.extend(self.chain().into_iter().skip(1));
        phrases.join(": ")
    }

    /// The error and all its sources, one phrase each.
    pub fn chain(&self) -> Vec<String> {
        let mut phrases = vec![self.to_string()];
        let mut next = error::Error::source(self);
        while let Some(cause) = next {
            phrases.push(cause.to_string());
            next = cause.source();
        }
        phrases
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
