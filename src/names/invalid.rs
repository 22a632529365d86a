use std::fmt;

/// Why a text is not the name it should be: a lowercase phrase, and what to do about it where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong, as a phrase that can follow the value ("holds a space").
    pub reason: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Invalid {
    /// Says what is wrong.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: None }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Invalid {}
