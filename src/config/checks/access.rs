//! How member accounts are reached.

use super::{Complaint, LandingZone, Sink, places};
use crate::model::IamQuotas;
use crate::names::{Located, RoleRef};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for hop in &landing_zone.access.via {
        if landing_zone.role(hop).is_none() {
            sink.push(undefined(landing_zone, hop));
        }
    }
    let role = &landing_zone.access.role;
    // AWS makes it by this name in each new account; a path is nothing that it takes there.
    let plain = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if role.len() > IamQuotas::ROLE_NAME || !role.chars().all(plain) {
        let message = format!(
            "this is not the name of a role: at most {} letters, digits and `_+=,.@-`",
            IamQuotas::ROLE_NAME
        );
        sink.push(Complaint::new(&role.origin, message));
    }
}

/// The complaint that nobody defined a role, with the nearest one that somebody did.
pub(super) fn undefined(landing_zone: &LandingZone, role: &Located<RoleRef>) -> Complaint {
    if let Some(complaint) = places::unknown_account(landing_zone, &role.account, &role.origin) {
        return complaint;
    }
    let complaint =
        Complaint::new(&role.origin, format!("there is no role `{}` in `{}`", role.role, role.account));
    let roles = landing_zone.accounts.get(&role.account).into_iter().flat_map(|account| account.roles.keys());
    let complaint = complaint.nearest(&role.role, roles.map(String::as_str));
    let elsewhere = landing_zone.accounts.values().find(|account| account.roles.contains_key(&*role.role));
    match (complaint.help.is_some(), elsewhere) {
        (false, Some(account)) => complaint.help(format!("did you mean `{}/{}`?", account.name, role.role)),
        _ => complaint,
    }
}
