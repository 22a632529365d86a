//! Account aliases, of which there is each one once in all of AWS.

use std::collections::BTreeMap;

use super::{Complaint, LandingZone, Sink};
use crate::model::IamQuotas;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let mut seen = BTreeMap::new();
    for account in landing_zone.accounts.values() {
        let Some(alias) = &account.alias else { continue };
        if let Some(reason) = wrong(alias) {
            sink.push(
                Complaint::new(&alias.origin, reason).label(format!("`{alias}` for `{}`", account.name)),
            );
        }
        if let Some(first) = seen.insert(alias.as_str(), account) {
            let message = format!("the accounts `{}` and `{}` have the same alias", first.name, account.name);
            let complaint = Complaint::new(&alias.origin, message);
            sink.push(complaint.help("`{account}` in an alias becomes the name of the account"));
        }
    }
}

fn wrong(alias: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let longest = IamQuotas::ALIAS;
    if !(3..=longest).contains(&alias.len()) || !alias.chars().all(plain) {
        return Some(format!("an alias has 3 to {longest} lower-case letters, digits and hyphens"));
    }
    let odd = alias.starts_with('-') || alias.ends_with('-') || alias.contains("--");
    odd.then(|| "hyphens in an alias stand alone and inside".to_owned())
}
