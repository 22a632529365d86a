//! CloudWatch Logs: log groups, who may write into them, what is counted in them, and where they send it on.

mod groups;
mod subscription;
mod tags;

pub mod destination;
pub mod forwarding;
pub mod log_group;
pub mod log_stream;
pub mod metric_filter;
pub mod resource_policy;
pub mod subscription_filter;

pub use destination::Destination;
pub use forwarding::Forwarding;
pub use log_group::LogGroup;
pub use log_stream::LogStream;
pub use metric_filter::MetricFilter;
pub use resource_policy::ResourcePolicy;
pub use subscription::Subscription;
pub use subscription_filter::SubscriptionFilter;
