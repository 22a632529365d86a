//! Amazon EC2: VPCs and what lies in them, Transit Gateways and what joins them.

mod answers;
mod gateways;
mod groups;
mod refusals;
mod route_tables;
mod tags;
mod vpcs;

pub mod default_security_group;
pub mod default_vpc;
pub mod dhcp_options;
pub mod dhcp_options_association;
pub mod elastic_ip;
pub mod flow_log;
pub mod internet_gateway;
pub mod nat_gateway;
pub mod network_acl;
pub mod prefix_list;
pub mod route;
pub mod route_table;
pub mod route_table_association;
pub mod security_group;
pub mod subnet;
pub mod traffic;
pub mod transit;
pub mod vpc;
pub mod vpc_endpoint;

pub use default_security_group::DefaultSecurityGroup;
pub use default_vpc::DefaultVpc;
pub use dhcp_options::DhcpOptions;
pub use dhcp_options_association::DhcpOptionsAssociation;
pub use elastic_ip::ElasticIp;
pub use flow_log::FlowLog;
pub use internet_gateway::InternetGateway;
pub use nat_gateway::NatGateway;
pub use network_acl::NetworkAcl;
pub use prefix_list::PrefixList;
pub use route::Route;
pub use route_table::RouteTable;
pub use route_table_association::RouteTableAssociation;
pub use security_group::SecurityGroup;
pub use subnet::Subnet;
pub use vpc::Vpc;
pub use vpc_endpoint::VpcEndpoint;

pub(in crate::kinds) use answers::{FREED, freed};
pub(in crate::kinds) use route_tables::route_tables;
pub(in crate::kinds) use tags::{is_kept, is_ours, name, retag, specification, tags};
pub(in crate::kinds) use vpcs::{any_of_ours, is_of_account, vpcs};
