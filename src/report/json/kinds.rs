use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::{
    erased::AnyKind,
    kind::{self, Identity, Removal, Scope},
};

/// `landfall/kinds@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Kinds {
    schema: &'static str,
    kinds: Vec<Kind>,
}

#[derive(Serialize, JsonSchema)]
struct Kind {
    /// As it stands in addresses.
    name: &'static str,
    /// What it is, in a sentence.
    about: &'static str,
    /// `organization`, `global` or `regional`.
    scope: &'static str,
    /// `named`, `tagged`, `slot`, `related`, `singleton` or `lookup`.
    identity: &'static str,
    /// `follows`, `prune`, `listed` or `never`.
    removal: &'static str,
    /// Why it is never deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    removal_reason: Option<&'static str>,
    /// Roots of the fields that AWS can't change in place.
    immutable: &'static [&'static str],
    /// The kind of what it is a part of.
    part_of: Option<&'static str>,
    /// The kinds that are read before.
    read_after: &'static [&'static str],
    /// IAM actions by what they are for.
    actions: Actions,
    timing: Timing,
}

#[derive(Serialize, JsonSchema)]
struct Actions {
    read: &'static [&'static str],
    create: &'static [&'static str],
    update: &'static [&'static str],
    delete: &'static [&'static str],
}

#[derive(Serialize, JsonSchema)]
struct Timing {
    typical_seconds: u64,
    deadline_seconds: u64,
    /// Where the figures come from.
    source: &'static str,
}

impl Kinds {
    pub(in crate::report) fn of(kinds: &[&dyn AnyKind]) -> Self {
        Self { schema: "landfall/kinds@1", kinds: kinds.iter().map(|kind| Kind::of(*kind)).collect() }
    }
}

impl Kind {
    fn of(kind: &dyn AnyKind) -> Self {
        let kind::Actions { read, create, update, delete } = kind.actions();
        let kind::Timing { typical, deadline, source } = kind.timing();
        let (removal, removal_reason) = removal(kind.removal());
        Self {
            name: kind.name(),
            about: kind.about(),
            scope: scope(kind.scope()),
            identity: identity(kind.identity()),
            removal,
            removal_reason,
            immutable: kind.immutable(),
            part_of: kind.part_of(),
            read_after: kind.read_after(),
            actions: Actions { read, create, update, delete },
            timing: Timing {
                typical_seconds: typical.as_secs(),
                deadline_seconds: deadline.as_secs(),
                source,
            },
        }
    }
}

const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Organization => "organization",
        Scope::Global => "global",
        Scope::Regional => "regional",
    }
}

const fn identity(identity: Identity) -> &'static str {
    match identity {
        Identity::Named => "named",
        Identity::Tagged => "tagged",
        Identity::Slot => "slot",
        Identity::Related => "related",
        Identity::Singleton => "singleton",
        Identity::Lookup => "lookup",
    }
}

const fn removal(removal: Removal) -> (&'static str, Option<&'static str>) {
    match removal {
        Removal::Follows => ("follows", None),
        Removal::Prune => ("prune", None),
        Removal::Listed => ("listed", None),
        Removal::Never(why) => ("never", Some(why)),
    }
}
