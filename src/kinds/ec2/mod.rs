//! Amazon EC2: VPCs and what lies in them, Transit Gateways and what joins them.

mod vpcs;

pub(in crate::kinds) use vpcs::{any_of_ours, tags, vpcs};
