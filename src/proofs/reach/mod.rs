//! Reachability: what a packet of one place meets on its way to another, and what its answer meets on the way back.
//!
//! A [`Fabric`] is the network as documents tell it, those that are wanted or those that AWS has: the same walk works
//! over both. What is not known is said to be open, and counts as neither let through nor stopped.

mod answer;
mod documents;
mod entry;
mod fabric;
mod filter;
mod names;
mod path;
mod places;
mod traffic;
mod transit;
mod walk;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Outcome, Pair, ask};
pub use fabric::Fabric;
pub use path::{Hop, Journey};
