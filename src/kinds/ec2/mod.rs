//! Amazon EC2: VPCs and what lies in them, Transit Gateways and what joins them.

mod gateways;
mod route_tables;
mod tags;
mod vpcs;

pub mod route;
pub mod route_table;
pub mod subnet;
pub mod transit;
pub mod vpc;

pub use route::Route;
pub use route_table::RouteTable;
pub use subnet::Subnet;
pub use vpc::Vpc;

pub(in crate::kinds) use route_tables::route_tables;
pub(in crate::kinds) use tags::{is_ours, name, retag, seen, specification, tags};
pub(in crate::kinds) use vpcs::{any_of_ours, vpcs};
