//! Answers that may stay open.

use std::ops::Not;

/// Whether something holds; ordered from no to yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Truth {
    /// Certainly not.
    No,
    /// It depends on what is not known here.
    Open,
    /// Certainly.
    Yes,
}

impl Truth {
    /// Whether all hold.
    pub(super) fn all(each: impl IntoIterator<Item = Self>) -> Self {
        each.into_iter().min().unwrap_or(Self::Yes)
    }

    /// Whether any holds.
    pub(super) fn any(each: impl IntoIterator<Item = Self>) -> Self {
        each.into_iter().max().unwrap_or(Self::No)
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Open => Self::Open,
            Self::Yes => Self::No,
        }
    }
}
