//! AWS CloudTrail: the organization's trail, and who administers it.

pub mod delegated_administrator;
pub mod trail;

pub use delegated_administrator::DelegatedAdministrator;
pub use trail::Trail;
