//! The network: VPCs, what guards them, what joins them and what they are called.

mod default_vpcs;
mod guard;
mod transit;
mod vpc;

use super::Composer;

/// Adds the network.
pub(super) fn compose(composer: &mut Composer<'_>) {
    default_vpcs::compose(composer);
    vpc::compose(composer);
    guard::compose(composer);
    transit::compose(composer);
}
