//! Newtypes open to every part of the program: what a name is, where it came from, and whether it is well formed.

#[macro_use]
mod text;

mod account_id;
mod account_name;
mod bucket_ref;
mod cidr;
mod email;
mod invalid;
mod key_ref;
mod located;
mod log_pattern;
mod moment;
mod nearest;
mod network;
mod origin;
mod period;
mod region;
mod role_ref;
mod runs_bucket;
mod service;
mod severity;
mod took;
mod unit_path;
mod zone_id;

pub use account_id::AccountId;
pub use account_name::AccountName;
pub use bucket_ref::BucketRef;
pub use cidr::Cidr;
pub use email::Email;
pub use invalid::Invalid;
pub use key_ref::KeyRef;
pub use located::Located;
pub use log_pattern::LogPattern;
pub use moment::Moment;
pub use nearest::{NEAR, likeness, nearest};
pub use network::{DomainName, PartName, SegmentName, VpcName};
pub use origin::{Origin, Reached, Spot};
pub use period::Period;
pub use region::{Partition, Region};
pub use role_ref::RoleRef;
pub use runs_bucket::runs_bucket;
pub use service::Service;
pub use severity::Severity;
pub use took::took;
pub use unit_path::UnitPath;
pub use zone_id::ZoneId;
