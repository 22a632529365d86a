//! The tree of units.

use super::names::{Move, Moves};
use super::{Complaint, LandingZone, Sink};
use crate::model::Unit;

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
    check_moves(landing_zone, sink);
    for account in landing_zone.accounts.values() {
        let Some(unit) = &account.unit else { continue };
        if !landing_zone.units.contains_key(&unit.value) {
            let complaint = Complaint::new(&unit.origin, format!("there is no unit `{unit}`"));
            sink.push(complaint.nearest(unit.as_str(), landing_zone.units.keys().map(AsRef::as_ref)));
        }
    }
}

fn check_moves(landing_zone: &LandingZone, sink: &Sink) {
    let units = &landing_zone.units;
    let moves = units.values().filter_map(|unit| {
        let (to, aws_name) = (unit.path.to_string(), unit.path.name().to_owned());
        Some(Move { from: unit.moved.as_ref()?, to, aws_name })
    });
    let moves = Moves { what: "unit", list: moves.collect(), still: None, keeps: None };
    moves.check(|from| Some(&units.get(from)?.origin), sink);
    let gone = units
        .values()
        .filter(|unit| unit.moved.as_ref().is_some_and(|from| !units.contains_key(&from.value)));
    gone.for_each(|unit| check_above(unit, sink));
}

/// AWS renames units, and moves none from one into another.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html>
fn check_above(unit: &Unit, sink: &Sink) {
    let Some(from) = &unit.moved else { return };
    let Some(above) = unit.path.parent() else {
        return sink.push(Complaint::new(&from.origin, "the root was never called otherwise"));
    };
    if from.parent().as_ref() == Some(&above) {
        return;
    }
    let message = "AWS can't move a unit into another, so it can only have had another name in the same one";
    let name = if above.is_root() { from.name().to_owned() } else { format!("{above}/{}", from.name()) };
    let along = if name == unit.path.as_str() {
        "it goes along with a unit above that moved: leave `moved` out".to_owned()
    } else {
        format!("write `{name}` if a unit above moved")
    };
    let help = format!("{along}; if it lay elsewhere, a new one has to be made, and its accounts move there");
    sink.push(Complaint::new(&from.origin, message).help(help));
}

/// A path as the key of a table in TOML.
fn key(path: &str) -> String {
    let bare = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if bare { path.to_owned() } else { format!("\"{path}\"") }
}
