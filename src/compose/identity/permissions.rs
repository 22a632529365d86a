//! The caller's side of trust: what a role may assume.

use std::collections::BTreeMap;

use super::trust::arn_of;
use crate::{
    model::{LandingZone, Trust},
    names::{Origin, RoleRef},
    policy::{Document, Statement},
};

/// The inline policy that holds it.
pub(super) const ASSUME_POLICY: &str = "landfall-assume";

/// For each role that others trust, those others.
pub(super) struct Assumable<'z> {
    by_caller: BTreeMap<&'z RoleRef, Vec<Target<'z>>>,
}

/// A role that trusts a caller.
struct Target<'z> {
    /// Its ARN, the account's id shown as its symbol.
    arn: String,
    /// Where it says so.
    origin: &'z Origin,
}

impl<'z> Assumable<'z> {
    /// Looks at the trust of every role in the accounts that are looked after.
    pub(super) fn of(zone: &'z LandingZone) -> Self {
        let partition = zone.organization.home_region.partition();
        let mut by_caller: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for account in zone.accounts.values().filter(|account| account.managed.value) {
            for role in account.roles.values() {
                for trust in &role.trust {
                    if let Trust::Role(caller) = &trust.value {
                        let arn = arn_of(&account.name, role, partition);
                        by_caller.entry(caller).or_default().push(Target { arn, origin: &trust.origin });
                    }
                }
            }
        }
        Self { by_caller }
    }

    /// What `caller` has to be allowed for the trust in it to be of use, and a line that asks for it; nothing if no
    /// role trusts it.
    ///
    /// Every role is named. Both sides have to agree, so that a pattern would let in no one else, but it would say less
    /// to whoever reads it.
    pub(super) fn by(&self, caller: &RoleRef) -> Option<(Document, &'z Origin)> {
        let targets = self.by_caller.get(caller)?;
        let arns = targets.iter().map(|target| target.arn.as_str());
        let statement = Statement::allow("Assume").actions(["sts:AssumeRole"]).resources(arns);
        Some((Document::new([statement]), targets.first()?.origin))
    }
}
