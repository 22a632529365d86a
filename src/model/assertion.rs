use super::Endpoint;
use crate::names::{Located, Origin};

/// Something that has to hold of a landing zone, in the words of `policies/assertions.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// What people call it.
    pub name: Located<String>,
    /// What is asked.
    pub claim: Claim,
    /// What the answer has to be.
    pub expect: Located<Expect>,
    /// The entry.
    pub origin: Origin,
}

/// What an assertion asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Whether somebody reaches somebody.
    Reach(Reach),
}

/// Whether whoever is at one end reaches the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Who begins.
    pub from: Located<Endpoint>,
    /// Who is meant.
    pub to: Located<Endpoint>,
    /// By which TCP port; by whatever there is if none is named.
    pub port: Option<Located<u32>>,
    /// The question.
    pub origin: Origin,
}

/// What the answer to an assertion has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// All of it is let through, and answered.
    Allow,
    /// Nothing of it arrives.
    Deny,
}

impl Expect {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Allow, Self::Deny];

    /// As the TOML writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}
