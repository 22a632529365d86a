//! Transit Gateways, what is attached to them, and where they send what comes in.

mod attached;
mod ends;
mod inventory;
mod segments;

pub mod association;
pub mod attachment;
pub mod gateway;
pub mod peering;
pub mod propagation;
pub mod route;
pub mod route_table;

pub use association::TransitGatewayAssociation;
pub use attached::Attached;
pub use attachment::TransitGatewayAttachment;
pub use gateway::TransitGateway;
pub use peering::TransitGatewayPeering;
pub use propagation::TransitGatewayPropagation;
pub use route::TransitGatewayRoute;
pub use route_table::TransitGatewayRouteTable;
pub use segments::Segments;

pub(in crate::kinds) use inventory::any_gateway_of_ours;
pub(super) use inventory::vpc_attachments;
