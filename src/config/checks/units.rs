//! The tree of units.

use super::{Complaint, LandingZone, Sink};

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>, read 2026-11.
const DEEPEST: usize = 5;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for unit in landing_zone.units.values() {
        let depth = unit.path.depth();
        if depth > DEEPEST {
            let message = format!("units nest at most {DEEPEST} deep, and this is {depth}");
            sink.push(Complaint::new(&unit.origin, message));
        }
        // A parent could be made without being asked for, but then a misspelt one would be too.
        if let Some(parent) = unit.path.parent().filter(|parent| !landing_zone.units.contains_key(parent)) {
            let complaint =
                Complaint::new(&unit.origin, format!("there is no unit `{parent}` to hold this one"));
            let known = landing_zone.units.keys().filter(|path| **path != unit.path).map(AsRef::as_ref);
            let complaint = complaint.nearest(parent.as_str(), known);
            sink.push(complaint.label(format!("`{} = {{}}` would make it", key(parent.as_str()))));
        }
    }
    for account in landing_zone.accounts.values() {
        let Some(unit) = &account.unit else { continue };
        if !landing_zone.units.contains_key(&unit.value) {
            let complaint = Complaint::new(&unit.origin, format!("there is no unit `{unit}`"));
            sink.push(complaint.nearest(unit.as_str(), landing_zone.units.keys().map(AsRef::as_ref)));
        }
    }
}

/// A path as the key of a table in TOML.
fn key(path: &str) -> String {
    let bare = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if bare { path.to_owned() } else { format!("\"{path}\"") }
}
