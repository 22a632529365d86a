//! What only the whole landing zone can show to be wrong. A check is a function in a file of its own and a line in
//! [`CHECKS`]; it looks at the model and puts what it dislikes into the sink.

mod access;
mod accounts;
mod aliases;
mod archive;
mod assertions;
mod attachments;
mod chains;
mod delegated;
mod dns;
mod endpoints;
mod externals;
mod flow_logs;
mod guards;
mod key_parties;
mod key_references;
mod key_statements;
mod keys;
mod logs;
mod mfa;
mod names;
mod places;
mod pool;
mod providers;
mod recording;
mod regions;
mod roles;
mod sizes;
mod structure;
mod symbols;
mod tags;
mod trail;
mod transit;
mod trust;
mod units;
mod vpcs;

use super::complaint::{Complaint, Sink};
use crate::model::LandingZone;

/// A check of one topic.
type Check = fn(&LandingZone, &Sink);

/// All checks, in no particular order: complaints are sorted by place.
const CHECKS: &[Check] = &[
    access::check,
    accounts::check,
    aliases::check,
    archive::check,
    assertions::check,
    attachments::check,
    chains::check,
    delegated::check,
    dns::check_zones,
    dns::check_resolvers,
    dns::check_forwards,
    dns::check_firewalls,
    externals::check,
    endpoints::check,
    flow_logs::check,
    guards::check,
    key_parties::check,
    key_references::check,
    key_statements::check,
    keys::check,
    logs::check,
    mfa::check,
    pool::check,
    providers::check,
    recording::check,
    regions::check,
    roles::check,
    sizes::check,
    structure::check,
    symbols::check,
    tags::check,
    trail::check,
    transit::check,
    trust::check,
    units::check,
    vpcs::check,
];

/// Runs all checks.
pub(super) fn run(landing_zone: &LandingZone, sink: &Sink) {
    for check in CHECKS {
        check(landing_zone, sink);
    }
}
