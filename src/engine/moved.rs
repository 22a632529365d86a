//! What was called otherwise before: tags that still say so are read as if they said what it is called now.

use super::erased::AnyKind;

/// Something that was called otherwise before, with all whose addresses go on from its own.
pub(super) enum Moved {
    /// An account. Whatever lies in it has its name in front.
    Account {
        /// What it was called.
        from: String,
        /// What it is called.
        to: String,
    },
    /// A resource, and what is part of it, or lies below it.
    Resource {
        /// What its address begins with.
        place: String,
        /// Its kind.
        kind: &'static str,
        /// What it was called.
        from: String,
        /// What it is called.
        to: String,
    },
}

impl Moved {
    /// The address that something has now, which had this one before.
    pub(super) fn now(&self, before: &str) -> Option<String> {
        match self {
            Self::Account { from, to } => {
                let rest = before.strip_prefix(from.as_str())?.strip_prefix('/')?;
                Some(format!("{to}/{rest}"))
            }
            Self::Resource { place, kind: _, from, to } => {
                let rest = before.strip_prefix(place.as_str())?.strip_prefix('/')?;
                let mut parts = rest.splitn(3, '/');
                let (service, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
                let part = name.strip_prefix(from.as_str())?;
                let is_whole = part.is_empty() || part.starts_with('/');
                is_whole.then(|| format!("{place}/{service}/{kind}/{to}{part}"))
            }
        }
    }

    /// Whether something of a kind moves along.
    pub(super) fn takes_along(&self, other: &dyn AnyKind) -> bool {
        match self {
            Self::Account { .. } => true,
            Self::Resource { kind, .. } => other.name() == *kind || other.part_of() == Some(*kind),
        }
    }
}
