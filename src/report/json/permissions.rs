use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::report::Needed;

/// `landfall/policy@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Permissions<'n> {
    schema: &'static str,
    needed: Vec<Holder<'n>>,
}

#[derive(Serialize, JsonSchema)]
struct Holder<'n> {
    /// Who needs it, in words.
    holder: &'n str,
    /// IAM policy documents; together they are what is needed.
    policies: &'n [Value],
}

impl<'n> Permissions<'n> {
    pub(in crate::report) fn of(needed: &'n [Needed]) -> Self {
        let holder = |Needed { holder, policies, sizes: _ }: &'n Needed| Holder { holder, policies };
        Self { schema: "landfall/policy@1", needed: needed.iter().map(holder).collect() }
    }
}
