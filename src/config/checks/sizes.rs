//! Policy documents: that each is within AWS's limit once `${…}` is filled in.

use super::{Complaint, LandingZone, Sink};
use crate::model::{IamQuotas, PolicyFile, filled};
use crate::policy::Size;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for (id, file) in &landing_zone.policies.organization {
        let size = size(landing_zone, file).characters;
        let most = id.kind.quota().characters;
        if size > most {
            sink.push(too_large(file, size, most));
        }
    }
    for file in landing_zone.policies.iam.values() {
        let size = size(landing_zone, file).without_space;
        if size > IamQuotas::MANAGED_POLICY {
            sink.push(too_large(file, size, IamQuotas::MANAGED_POLICY));
        }
    }
}

/// How large the document is without layout, with ids and names as long as AWS makes them.
fn size(landing_zone: &LandingZone, file: &PolicyFile) -> Size {
    Size::of(&filled(landing_zone, &file.document.to_string()))
}

fn too_large(file: &PolicyFile, size: usize, most: usize) -> Complaint {
    let message = format!("the policy has {size} characters without layout, and AWS takes {most}");
    Complaint::new(&file.origin, message).help("split it, or use wildcards for actions that belong together")
}
