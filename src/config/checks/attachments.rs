//! How many policies are attached to one unit or account.

use std::collections::BTreeMap;

use super::{Complaint, LandingZone, Sink};
use crate::model::{PolicyId, PolicyType};
use crate::names::Located;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for unit in landing_zone.units.values() {
        check_count(&unit.policies, unit.full_access.value, sink);
    }
    for account in landing_zone.accounts.values() {
        check_count(&account.policies, account.full_access.value, sink);
    }
    landing_zone.management().policies.iter().for_each(|policy| check_management(policy, sink));
}

fn check_count(policies: &[Located<PolicyId>], full_access: bool, sink: &Sink) {
    let mut counts: BTreeMap<PolicyType, usize> = BTreeMap::new();
    for policy in policies {
        // What AWS attaches of itself counts too; of resource control policies that can't be detached.
        let already = match policy.kind {
            PolicyType::ServiceControl => usize::from(full_access),
            PolicyType::ResourceControl => 1,
            _ => 0,
        };
        let count = counts.entry(policy.kind).or_insert(already);
        *count += 1;
        let most = policy.kind.quota().per_target;
        if *count == most + 1 {
            let message = format!("more than {most} policies of type `{}` on one target", policy.kind);
            let complaint = Complaint::new(&policy.origin, message).label("this is one too many");
            sink.push(if already > 0 {
                complaint.help("the policy that gives full access counts too")
            } else {
                complaint
            });
        }
    }
    check_emptied(policies, full_access, sink);
}

/// AWS refuses to detach the last policy of the two types that only ever take away.
fn check_emptied(policies: &[Located<PolicyId>], full_access: bool, sink: &Sink) {
    let Some(first) = policies.first().filter(|_| !full_access) else { return };
    if !policies.iter().any(|policy| policy.kind == PolicyType::ServiceControl) {
        let complaint =
            Complaint::new(&first.origin, "without full access, a service control policy is needed here");
        sink.push(complaint.help("AWS keeps at least one attached to everything"));
    }
}

fn check_management(policy: &Located<PolicyId>, sink: &Sink) {
    if policy.kind.has_full_access() {
        let message = format!("`{}` does not bind the management account", policy.value);
        sink.push(Complaint::new(&policy.origin, message).help("attach it to the root or to a unit"));
    }
}
