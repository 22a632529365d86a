use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::shared::Origin;
use crate::names;

/// `landfall/render@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Rendered<'w> {
    schema: &'static str,
    files: &'w [RenderedFile<'w>],
}

/// A file of a landing zone with every default filled in.
#[derive(Serialize, JsonSchema)]
pub struct RenderedFile<'w> {
    /// Relative to the landing zone's folder.
    path: &'w str,
    tables: Vec<RenderedTable<'w>>,
}

/// A table of a file.
#[derive(Serialize, JsonSchema)]
pub struct RenderedTable<'w> {
    /// The keys that lead to it; none for the top of the file.
    path: &'w [String],
    /// Whether it is one of a list of tables.
    is_element: bool,
    values: Vec<RenderedValue<'w>>,
}

/// A key with its value.
#[derive(Serialize, JsonSchema)]
pub struct RenderedValue<'w> {
    key: &'w str,
    value: &'w Json,
    /// Where it is stated, line by line; nowhere if it is a default.
    stated: Vec<Origin<'w>>,
}

impl<'w> RenderedFile<'w> {
    /// The file at a path.
    pub fn new(path: &'w str, tables: Vec<RenderedTable<'w>>) -> Self {
        Self { path, tables }
    }
}

impl<'w> RenderedTable<'w> {
    /// The table below these keys.
    pub fn new(path: &'w [String], is_element: bool, values: Vec<RenderedValue<'w>>) -> Self {
        Self { path, is_element, values }
    }
}

impl<'w> RenderedValue<'w> {
    /// A value, and where it is stated.
    pub fn new(key: &'w str, value: &'w Json, stated: &'w [names::Origin]) -> Self {
        Self { key, value, stated: stated.iter().map(Origin::of).collect() }
    }
}

impl<'w> Rendered<'w> {
    pub(in crate::report) fn of(files: &'w [RenderedFile<'w>]) -> Self {
        Self { schema: "landfall/render@1", files }
    }
}
