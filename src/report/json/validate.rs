use serde::Serialize;

/// One complaint about a landing zone.
#[derive(Clone, Debug, Serialize)]
pub struct Complaint<'c> {
    /// The file, relative to the landing zone's folder.
    pub file: &'c str,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: &'c str,
    /// What to do about it.
    pub help: Option<&'c str>,
}

/// `landfall/validate@1`.
#[derive(Serialize)]
pub(in crate::report) struct Validate<'c> {
    schema: &'static str,
    complaints: &'c [Complaint<'c>],
}

impl<'c> Validate<'c> {
    pub(in crate::report) fn of(complaints: &'c [Complaint<'c>]) -> Self {
        Self { schema: "landfall/validate@1", complaints }
    }
}
