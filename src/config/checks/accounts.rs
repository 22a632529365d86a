//! Accounts: what may be there once only.

use std::collections::BTreeMap;

use super::names::{Move, Moves};
use super::{Complaint, LandingZone, Sink};
use crate::model::Account;
use crate::names::Located;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    twice(landing_zone, sink, "e-mail address", |account| {
        account.email.clone().map(|email| email.to_string())
    });
    twice(landing_zone, sink, "name", |account| account.aws_name.clone());
    let accounts = &landing_zone.accounts;
    let moves = accounts.values().filter_map(|account| {
        let (to, aws_name) = (account.name.to_string(), account.aws_name.to_string());
        Some(Move { from: account.moved.as_ref()?, to, aws_name })
    });
    let still = Some("rename the file, not copy it");
    let moves = Moves { what: "account", list: moves.collect(), still, keeps: None };
    moves.check(|from| Some(&accounts.get(from)?.origin), sink);
    for account in accounts.values() {
        check_address(landing_zone, account, sink);
    }
}

/// AWS tells accounts apart by their address whatever the case; people do the same with names.
fn twice(landing_zone: &LandingZone, sink: &Sink, what: &str, value: impl Fn(&Account) -> Located<String>) {
    let mut seen: BTreeMap<String, (&Account, Located<String>)> = BTreeMap::new();
    for account in landing_zone.accounts.values() {
        let value = value(account);
        if let Some((first, earlier)) = seen.get(&value.to_lowercase()) {
            let message =
                format!("the accounts `{}` and `{}` have the same {what}", first.name, account.name);
            sink.push(Complaint::new(&value.origin, message).note(&earlier.origin, "first used here"));
            continue;
        }
        seen.insert(value.to_lowercase(), (account, value));
    }
}

/// An address that the pattern gave was made of the old name: under the new one it would be another account's.
fn check_address(landing_zone: &LandingZone, account: &Account, sink: &Sink) {
    let Some(from) = account.moved.as_ref().filter(|from| !landing_zone.accounts.contains_key(&from.value))
    else {
        return;
    };
    let pattern = &landing_zone.organization.email;
    if account.email.origin == pattern.origin {
        let message = "an account is found by its e-mail address, so one that moved keeps it";
        let kept = pattern.replace("{account}", from.as_str());
        sink.push(Complaint::new(&from.origin, message).help(format!("add `email = \"{kept}\"`")));
    }
}
