use std::collections::BTreeMap;

use crate::names::{Located, Origin, Region};

/// Tags by key.
pub type Tags = BTreeMap<String, Located<String>>;

/// What holds for the organization as a whole.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Its name, which marks what is ours and begins the names of buckets.
    pub name: Located<String>,
    /// The pattern of root e-mail addresses, with `{account}` in it.
    pub email: Located<String>,
    /// Where regional things go unless they say otherwise; one of `regions`.
    pub home_region: Located<Region>,
    /// The Regions in use; all others are closed.
    pub regions: Vec<Located<Region>>,
    /// Tags of everything, unless overridden.
    pub tags: Tags,
    /// What becomes of the root users of member accounts.
    pub root_credentials: Located<RootCredentials>,
    /// Whether `landfall destroy` may take it away; not unless it says so.
    pub destroyable: Located<bool>,
    /// The `[organization]` table.
    pub origin: Origin,
}

/// What becomes of the root users of member accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootCredentials {
    /// Root access is managed centrally and member accounts keep no root password or keys.
    Removed,
    /// Root users are left as they are.
    Kept,
}
