//! AWS Resource Access Manager: what accounts of the organization share with each other.

pub mod organization_sharing;
pub mod resource_share;

pub use organization_sharing::OrganizationSharing;
pub use resource_share::ResourceShare;
