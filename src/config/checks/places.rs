//! The accounts and Regions that something is said to lie in.

use super::{Complaint, LandingZone, Sink};
use crate::model::Account;
use crate::names::{AccountName, Located, Origin, Region};

/// The account of this name. Complains if there is none, or if nothing can be made there: `hence` is what follows from
/// that (`no VPC can be made`).
pub(super) fn account<'z>(
    landing_zone: &'z LandingZone,
    name: &Located<AccountName>,
    hence: &str,
    sink: &Sink,
) -> Option<&'z Account> {
    if let Some(complaint) = unknown_account(landing_zone, name, &name.origin) {
        sink.push(complaint);
    }
    let account = landing_zone.accounts.get(&name.value)?;
    if !account.managed.value {
        sink.push(unmanaged(name, &name.origin, hence));
    }
    Some(account)
}

/// The complaint that nothing can be made in an account.
pub(super) fn unmanaged(name: &AccountName, origin: &Origin, hence: &str) -> Complaint {
    let message = format!("`{name}` is not looked after, so that {hence} there");
    Complaint::new(origin, message).help("name an account outside of units with `managed = false`")
}

/// The complaint that there is no account of this name, if there is none.
pub(super) fn unknown_account(
    landing_zone: &LandingZone,
    name: &AccountName,
    origin: &Origin,
) -> Option<Complaint> {
    if landing_zone.accounts.contains_key(name) {
        return None;
    }
    let complaint = Complaint::new(origin, format!("there is no account `{name}`"));
    let has_members = landing_zone.members().next().is_some();
    Some(if has_members {
        complaint.nearest(name.as_str(), landing_zone.accounts.keys().map(AccountName::as_str))
    } else {
        complaint.help(format!("a file `accounts/{name}.toml` makes it one"))
    })
}

/// Complains of a Region that is not in use: nothing can be made there, and `region-guard` would close it to whoever is
/// to use what is.
pub(super) fn region(landing_zone: &LandingZone, region: Region, origin: &Origin, sink: &Sink) {
    let used = &landing_zone.organization.regions;
    if used.iter().any(|used| used.value == region) {
        return;
    }
    let used: Vec<_> = used.iter().map(|used| format!("`{used}`")).collect();
    let help = format!("in use is {}; add it to `regions` of `[organization]`", used.join(", "));
    sink.push(Complaint::new(origin, format!("the Region `{region}` is not in use")).help(help));
}
