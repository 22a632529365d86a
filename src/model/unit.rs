use super::{PolicyId, Tags};
use crate::names::{Located, Origin, UnitPath};

/// An organizational unit, or the organization's root.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Where in the tree it lies.
    pub path: UnitPath,
    /// Where the landing zone had it before.
    pub moved: Option<Located<UnitPath>>,
    /// What is attached to it, apart from the policies that give full access.
    pub policies: Vec<Located<PolicyId>>,
    /// Its tags, the organization's included.
    pub tags: Tags,
    /// Whether the accounts inside are looked after; `false` is inherited.
    pub managed: Located<bool>,
    /// Whether `FullAWSAccess` stays attached to it; `RCPFullAWSAccess` always does.
    pub full_access: Located<bool>,
    /// Its key in `[units]`.
    pub origin: Origin,
}
