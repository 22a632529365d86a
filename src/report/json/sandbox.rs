use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// `landfall/sandbox@1`: how to use a local AWS. Its credentials are no secret: they open nothing else.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Sandbox<'s> {
    schema: &'static str,
    /// The variables to set, by name.
    variables: BTreeMap<&'s str, &'s str>,
    /// The variables that would lead elsewhere: not to be set.
    astray: &'s [&'s str],
}

impl<'s> Sandbox<'s> {
    pub(in crate::report) fn of(variables: &'s [(&'static str, String)], astray: &'s [&'s str]) -> Self {
        let variables = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Self { schema: "landfall/sandbox@1", variables, astray }
    }
}
