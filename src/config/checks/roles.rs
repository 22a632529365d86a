//! Roles by themselves: names, and the policies that say what they may do.

use std::collections::BTreeMap;

use super::names::{Move, Moves};
use super::{Complaint, LandingZone, Sink};
use crate::model::{Account, IamQuotas, PolicyRef, Role};
use crate::names::Located;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for account in landing_zone.accounts.values() {
        check_names(account, sink);
        check_moves(account, sink);
        for role in account.roles.values() {
            check_role(landing_zone, role, sink);
        }
    }
}

/// IAM compares names without regard to case.
fn check_names(account: &Account, sink: &Sink) {
    let mut seen: BTreeMap<String, &Role> = BTreeMap::new();
    for role in account.roles.values() {
        if let Some(first) = seen.get(&role.aws_name.to_lowercase()) {
            let message = format!("two roles of the account `{}` have the same name", account.name);
            sink.push(
                Complaint::new(&role.aws_name.origin, message)
                    .note(&first.aws_name.origin, "first used here"),
            );
        }
        seen.insert(role.aws_name.to_lowercase(), role);
        if role.aws_name.len() > IamQuotas::ROLE_NAME {
            let message = format!("the name of a role has at most {} characters", IamQuotas::ROLE_NAME);
            sink.push(Complaint::new(&role.aws_name.origin, message).help("`name` says what AWS calls it"));
        }
    }
}

/// AWS can't rename a role: one that moved keeps the name it has.
fn check_moves(account: &Account, sink: &Sink) {
    let moves = account.roles.values().filter_map(|role| {
        let from = role.moved.as_ref()?;
        Some(Move { from, to: role.name.clone(), aws_name: role.aws_name.to_string() })
    });
    let keeps = Some("AWS can't rename a role, so one that moved keeps its name");
    let moves = Moves { what: "role", list: moves.collect(), still: None, keeps };
    moves.check(|from| Some(&account.roles.get(from)?.origin), sink);
}

fn check_role(landing_zone: &LandingZone, role: &Role, sink: &Sink) {
    for policy in role.allow.iter().chain(&role.boundary) {
        check_policy(landing_zone, policy, sink);
    }
    let most = IamQuotas::POLICIES_PER_ROLE;
    if let Some(policy) = role.allow.get(most) {
        let message = format!("a role takes at most {most} managed policies");
        sink.push(Complaint::new(&policy.origin, message).label("this is one too many"));
    }
}

fn check_policy(landing_zone: &LandingZone, policy: &Located<PolicyRef>, sink: &Sink) {
    let PolicyRef::Own(name) = &policy.value else { return };
    let known = &landing_zone.policies.iam;
    if known.contains_key(name) {
        return;
    }
    let complaint = Complaint::new(&policy.origin, format!("there is no policy `policies/iam/{name}.json`"));
    let elsewhere = landing_zone.policies.organization.keys().find(|id| *id.name == *name.as_str());
    sink.push(match elsewhere {
        Some(id) => complaint.help(format!("`{id}` is for units and accounts, not for roles")),
        None => complaint.nearest(name, known.keys().map(String::as_str)),
    });
}
