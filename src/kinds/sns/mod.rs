//! Amazon Simple Notification Service: topics, and who hears of what is said there.

mod topics;

pub mod subscription;
pub mod topic;

pub use subscription::Subscription;
pub use topic::Topic;
