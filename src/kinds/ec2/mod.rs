//! Amazon EC2: VPCs and what lies in them, Transit Gateways and what joins them.

mod answers;
mod gateways;
mod route_tables;
mod tags;
mod vpcs;

pub mod default_vpc;
pub mod elastic_ip;
pub mod internet_gateway;
pub mod nat_gateway;
pub mod route;
pub mod route_table;
pub mod route_table_association;
pub mod subnet;
pub mod transit;
pub mod vpc;

pub use default_vpc::DefaultVpc;
pub use elastic_ip::ElasticIp;
pub use internet_gateway::InternetGateway;
pub use nat_gateway::NatGateway;
pub use route::Route;
pub use route_table::RouteTable;
pub use route_table_association::RouteTableAssociation;
pub use subnet::Subnet;
pub use vpc::Vpc;

pub(in crate::kinds) use answers::{FREED, freed, seen};
pub(in crate::kinds) use route_tables::route_tables;
pub(in crate::kinds) use tags::{is_kept, is_ours, name, retag, specification, tags};
pub(in crate::kinds) use vpcs::{any_of_ours, vpcs};
