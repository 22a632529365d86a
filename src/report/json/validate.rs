use schemars::JsonSchema;
use serde::Serialize;

use super::shared::Origin;
use crate::names::Severity;

/// One complaint about a landing zone.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Complaint<'c> {
    /// How bad it is: by it, mistakes and warnings stand in lists of their own.
    #[serde(skip)]
    pub severity: Severity,
    /// The file, relative to the landing zone's folder.
    pub file: &'c str,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: &'c str,
    /// What is to say about the value at this place itself.
    pub label: Option<&'c str>,
    /// What to do about it.
    pub help: Option<&'c str>,
    /// The lines by way of which it came to matter, the nearest first: that of an account which names a baseline.
    pub via: Vec<Origin<'c>>,
    /// Other places that matter.
    pub notes: Vec<Note<'c>>,
    /// How it comes about: of an assertion that does not hold, the way there and the way back.
    pub details: Vec<Detail<'c>>,
}

/// Something that takes several lines to tell.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Detail<'c> {
    /// What it is.
    pub title: &'c str,
    /// The lines: of a way, one for each thing that it comes by.
    pub lines: &'c [String],
}

/// A second place that matters to a complaint.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Note<'c> {
    /// The place.
    pub origin: Origin<'c>,
    /// Why it matters: "first used here".
    pub label: &'c str,
}

/// `landfall/validate@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Validate<'c> {
    schema: &'static str,
    /// Mistakes; none in a valid landing zone.
    complaints: Vec<&'c Complaint<'c>>,
    /// What stops nothing.
    warnings: Vec<&'c Complaint<'c>>,
}

impl<'c> Validate<'c> {
    pub(in crate::report) fn of(complaints: &'c [Complaint<'c>]) -> Self {
        let of = |severity| complaints.iter().filter(|complaint| complaint.severity == severity).collect();
        let (complaints, warnings) = (of(Severity::Mistake), of(Severity::Warning));
        Self { schema: "landfall/validate@1", complaints, warnings }
    }
}
