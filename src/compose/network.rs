//! The network: VPCs, what guards them, what joins them and what they are called.

mod transit;

use super::Composer;

/// Adds the network.
pub(super) fn compose(composer: &mut Composer<'_>) {
    transit::compose(composer);
}
