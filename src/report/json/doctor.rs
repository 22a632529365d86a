use schemars::JsonSchema;
use serde::Serialize;

use crate::report::doctor::Finding;

/// `landfall/doctor@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Doctor<'f> {
    schema: &'static str,
    findings: Vec<Found<'f>>,
}

#[derive(Serialize, JsonSchema)]
struct Found<'f> {
    /// What was looked at, in one word.
    check: &'f str,
    #[schemars(extend("enum" = ["ok", "wrong", "unknown"]))]
    verdict: &'static str,
    /// What was found.
    text: &'f str,
    /// What to do about it.
    hint: Option<&'f str>,
}

impl<'f> Doctor<'f> {
    pub(in crate::report) fn of(findings: &'f [Finding]) -> Self {
        let found = |finding: &'f Finding| {
            let Finding { check, verdict, text, hint } = finding;
            Found { check, verdict: verdict.as_str(), text, hint: hint.as_deref() }
        };
        Self { schema: "landfall/doctor@1", findings: findings.iter().map(found).collect() }
    }
}
