//! What machines read. Views alone derive serde: names and forms here are public, and only ever grow within a version.

mod apply;
mod difference;
mod doctor;
mod estimate;
mod explain;
mod failures;
pub(super) mod field;
#[cfg(test)]
mod golden;
mod history;
mod kinds;
mod lock;
mod permissions;
mod quota;
mod reach;
mod relations;
mod rendered;
mod sandbox;
pub(super) mod saved;
pub mod schema;
mod shared;
mod show;
mod steps;
mod validate;

use serde::Serialize;

pub(super) use apply::Apply;
pub(super) use difference::Difference;
pub(super) use doctor::Doctor;
pub(super) use explain::Explain;
pub(super) use failures::Failures;
pub(super) use history::History;
pub(super) use kinds::Kinds;
pub(super) use lock::Unlock;
pub(super) use permissions::Permissions;
pub(super) use reach::Reach;
pub(super) use relations::Relations;
pub(super) use rendered::Rendered;
pub use rendered::{RenderedFile, RenderedTable, RenderedValue};
pub(super) use sandbox::Sandbox;
pub use saved::{Options, Saved};
pub(super) use shared::Error;
pub use shared::Origin;
pub(super) use show::Show;
pub(super) use steps::{Steps, word};
pub(super) use validate::Validate;
pub use validate::{Complaint, Detail, Note};

/// A document as text.
pub(super) fn text(document: &impl Serialize) -> String {
    // Views hold text keys and plain values only, so there is nothing that could fail.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    text + "\n"
}
