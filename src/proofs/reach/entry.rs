//! Entries of network ACLs.

use super::{fabric::Direction, traffic::Traffic};
use crate::names::Cidr;

/// An entry of a network ACL: the first that is about a packet [decides][order].
///
/// [order]: https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its place in the order.
    pub number: u32,
    /// Which way.
    pub direction: Direction,
    /// What it is about.
    pub traffic: Traffic,
    /// Whom packets come from, or go to.
    pub range: Cidr,
    /// Whether they pass.
    pub allows: bool,
}
