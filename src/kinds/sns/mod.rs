//! Amazon Simple Notification Service: topics, and who hears of what is said there.

mod topics;

pub mod subscription;
pub mod topic;

pub(in crate::kinds) use topics::any_like_ours;

pub use subscription::Subscription;
pub use topic::Topic;
