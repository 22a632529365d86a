//! Chains of roles: that they end, and that a session at their end lasts as long as asked.

use std::collections::BTreeSet;

use super::{Complaint, LandingZone, Sink};
use crate::model::{Role, Trust};
use crate::names::{Located, Period, RoleRef};

/// What AWS gives a session that another role's session opened, whatever the role allows:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining>.
const CHAINED: Period = Period::hours(1);

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let mut told = BTreeSet::new();
    for account in landing_zone.accounts.values() {
        for role in account.roles.values() {
            check_session(role, sink);
            let start = RoleRef::new(account.name.clone(), role.name.as_str());
            check_loop(landing_zone, &start, &mut told, sink);
        }
    }
}

fn check_session(role: &Role, sink: &Sink) {
    let chained =
        !role.trust.is_empty() && role.trust.iter().all(|trust| matches!(trust.value, Trust::Role(_)));
    if !chained || role.session.value <= CHAINED {
        return;
    }
    let message = format!("a session of `{}` can't last {}", role.name, role.session);
    let complaint =
        Complaint::new(&role.session.origin, message).label("at most 1h when reached through a role");
    let complaint =
        role.trust.iter().fold(complaint, |it, trust| it.note(&trust.origin, "only a role may assume it"));
    sink.push(complaint.help("let an account or an identity provider assume it directly, or ask for `1h`"));
}

/// The callers of a role that are roles themselves, each with the line that lets it in.
fn callers(landing_zone: &LandingZone, role: &RoleRef) -> Vec<Located<RoleRef>> {
    let trust = landing_zone.role(role).map(|role| &role.trust[..]).unwrap_or_default();
    let caller = |trust: &Located<Trust>| match &trust.value {
        Trust::Role(caller) => Some(Located::new(caller.clone(), trust.origin.clone())),
        _ => None,
    };
    trust.iter().filter_map(caller).collect()
}

/// Looks for the shortest way from a role through its callers back to itself; each loop is told once.
fn check_loop(landing_zone: &LandingZone, start: &RoleRef, told: &mut BTreeSet<RoleRef>, sink: &Sink) {
    let mut ways: Vec<Vec<Located<RoleRef>>> =
        callers(landing_zone, start).into_iter().map(|it| vec![it]).collect();
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        if let Some(way) = ways.iter().find(|way| way.last().is_some_and(|last| last.value == *start)) {
            if !way.iter().any(|step| told.contains(&step.value)) {
                sink.push(complaint(start, way));
            }
            told.extend(way.iter().map(|step| step.value.clone()));
            return;
        }
        ways = ways.iter().flat_map(|way| longer(landing_zone, way, &mut seen)).collect();
    }
}

fn longer(
    landing_zone: &LandingZone,
    way: &[Located<RoleRef>],
    seen: &mut BTreeSet<RoleRef>,
) -> Vec<Vec<Located<RoleRef>>> {
    let Some(last) = way.last() else { return Vec::new() };
    let fresh = callers(landing_zone, last).into_iter().filter(|caller| seen.insert(caller.value.clone()));
    fresh.map(|caller| [way, &[caller]].concat()).collect()
}

fn complaint(start: &RoleRef, way: &[Located<RoleRef>]) -> Complaint {
    let names: Vec<_> = way.iter().map(|step| format!("`{step}`")).collect();
    let message = match way {
        [_] => format!("the role `{start}` trusts itself"),
        _ => format!(
            "the role `{start}` can be reached from itself, by way of {}",
            names[..names.len() - 1].join(", ")
        ),
    };
    let complaint = Complaint::new(&way[0].origin, message);
    let complaint = way[1..].iter().fold(complaint, |it, step| it.note(&step.origin, "and back from here"));
    complaint.help("a session that renews itself never ends: take this caller out of `trust`")
}
