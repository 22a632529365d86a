use schemars::JsonSchema;
use serde::Serialize;

use super::shared::Error;

/// `landfall/error@1`: why there is nothing of what was asked for.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Failures<'e> {
    schema: &'static str,
    errors: &'e [Error],
}

impl<'e> Failures<'e> {
    pub(in crate::report) fn of(errors: &'e [Error]) -> Self {
        Self { schema: "landfall/error@1", errors }
    }
}
