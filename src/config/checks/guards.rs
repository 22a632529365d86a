//! Generated guardrails: that whom one lets pass is kept by another.

use super::{Complaint, LandingZone, Sink};
use crate::model::{PolicyId, PolicyType};
use crate::names::{Located, UnitPath};

/// The guardrail that lets roles pass by their names.
const GUARD: &str = "region-guard";
/// The guardrail that keeps everybody from making roles of these names.
const KEEPER: &str = "protect-landfall";

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    // What a file of this name lets pass is whatever its author meant.
    if landing_zone.policies.organization.contains_key(&guardrail(GUARD)) {
        return;
    }
    for unit in landing_zone.units.values() {
        check_target(landing_zone, &unit.policies, &unit.path, sink);
    }
    for account in landing_zone.members() {
        let unit = account.unit.as_ref().map_or_else(UnitPath::root, |unit| unit.value.clone());
        check_target(landing_zone, &account.policies, &unit, sink);
    }
}

/// What is attached to a unit, or to an account in it.
fn check_target(landing_zone: &LandingZone, policies: &[Located<PolicyId>], unit: &UnitPath, sink: &Sink) {
    let Some(guard) = attached(policies, GUARD) else { return };
    let mut above = unit.upwards().filter_map(|path| landing_zone.units.get(&path));
    if attached(policies, KEEPER).is_none() && above.all(|unit| attached(&unit.policies, KEEPER).is_none()) {
        let names: Vec<_> = exempt(landing_zone).iter().map(|name| format!("`{name}`")).collect();
        let complaint =
            Complaint::warning(&guard.origin, format!("members can get past `{GUARD}` without `{KEEPER}`"));
        let label = format!("lets every role called {} pass, whoever made it", names.join(" or "));
        let help =
            format!("name `{KEEPER}` beside it or above: it lets nobody else make or change such roles");
        sink.push(complaint.label(label).help(help));
    }
}

fn attached<'a>(policies: &'a [Located<PolicyId>], name: &str) -> Option<&'a Located<PolicyId>> {
    policies.iter().find(|policy| policy.value == guardrail(name))
}

fn guardrail(name: &str) -> PolicyId {
    PolicyId::new(PolicyType::ServiceControl, name)
}

/// The names of the roles that it lets pass, in any member account.
fn exempt(landing_zone: &LandingZone) -> Vec<&str> {
    let roles = landing_zone.members().flat_map(|account| account.roles.values());
    let emergency = roles.filter(|role| role.break_glass.value).map(|role| &**role.aws_name);
    let mut names: Vec<_> = emergency.chain([&**landing_zone.access.role]).collect();
    names.sort_unstable();
    names.dedup();
    names
}
