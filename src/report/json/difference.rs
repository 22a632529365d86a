use schemars::JsonSchema;
use serde::Serialize;

use super::saved::Step;
use crate::report::difference;

/// `landfall/difference@1`: what is not in a plan as it was saved.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Difference<'d> {
    schema: &'static str,
    organization: &'d str,
    /// Steps that were saved and are not planned any more.
    only_saved: &'d [Step],
    /// Steps that are planned and were not saved.
    only_now: &'d [Step],
    differing: Vec<Differing<'d>>,
}

#[derive(Serialize, JsonSchema)]
struct Differing<'d> {
    address: &'d str,
    /// Paths of fields, and what else of the step is another: `action`, `after`, `held_by`, `interrupts`, `reason`.
    fields: Vec<&'d str>,
    saved: &'d Step,
    now: &'d Step,
}

impl<'d> Difference<'d> {
    pub(in crate::report) fn of(difference: &'d difference::Difference) -> Self {
        let difference::Difference { organization, only_saved, only_now, differing } = difference;
        let differs = |pair: &'d difference::Pair| {
            let difference::Pair { saved, now } = pair;
            Differing { address: &saved.address, fields: pair.fields(), saved, now }
        };
        Self {
            schema: "landfall/difference@1",
            organization,
            only_saved,
            only_now,
            differing: differing.iter().map(differs).collect(),
        }
    }
}
