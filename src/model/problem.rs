use crate::names::{Origin, Severity};

/// Something in the landing zone that can't become a resource, or likely becomes another one than was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Where it is written.
    pub origin: Origin,
    /// What is wrong: a lowercase phrase.
    pub message: String,
    /// How it comes about.
    pub details: Vec<Detail>,
    /// What to write instead.
    pub help: Option<String>,
}

/// Something that takes several lines to tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Detail {
    /// What it is.
    pub title: String,
    /// The lines.
    pub lines: Vec<String>,
}

impl Problem {
    /// Says what is wrong, and where.
    pub fn new(origin: &Origin, message: impl Into<String>) -> Self {
        let (origin, message) = (origin.clone(), message.into());
        Self { severity: Severity::Mistake, origin, message, details: Vec::new(), help: None }
    }

    /// Says what likely is not as it was meant, and where. It stops nothing.
    pub fn warning(origin: &Origin, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::new(origin, message) }
    }

    /// Adds how it comes about.
    #[must_use]
    pub fn details(mut self, details: Vec<Detail>) -> Self {
        self.details = details;
        self
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
