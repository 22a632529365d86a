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
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    /// Says what is wrong, and where.
    pub fn new(origin: &Origin, message: impl Into<String>) -> Self {
        let (origin, message) = (origin.clone(), message.into());
        Self { severity: Severity::Mistake, origin, message, help: None }
    }

    /// Says what likely is not as it was meant, and where. It stops nothing.
    pub fn warning(origin: &Origin, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::new(origin, message) }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
