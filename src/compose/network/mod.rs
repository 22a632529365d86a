//! The network: one file for each part of it.

pub(super) mod transit;
