//! CloudWatch Logs: log groups, who may write into them, and what is counted in them.

mod groups;

pub mod log_group;
pub mod metric_filter;
pub mod resource_policy;

pub use log_group::LogGroup;
pub use metric_filter::MetricFilter;
pub use resource_policy::ResourcePolicy;
