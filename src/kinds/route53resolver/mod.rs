//! Amazon Route 53 Resolver: endpoints, what is forwarded, what is written down, and DNS Firewall.

mod lists;
mod tags;

pub mod endpoint;
pub mod firewall_association;
pub mod firewall_domain_list;
pub mod firewall_rule_group;
pub mod query_log_association;
pub mod query_log_config;
pub mod rule;
pub mod rule_association;

pub use endpoint::Endpoint;
pub use firewall_association::FirewallAssociation;
pub use firewall_domain_list::FirewallDomainList;
pub use firewall_rule_group::FirewallRuleGroup;
pub use query_log_association::QueryLogAssociation;
pub use query_log_config::QueryLogConfig;
pub use rule::Rule;
pub use rule_association::RuleAssociation;

/// What Resolver answers about what is not there.
const GONE: &[&str] = &["ResourceNotFoundException"];
/// What Resolver answers to a token that is used up.
const TWICE: &[&str] = &["ResourceExistsException"];
/// How many resources are asked for their tags, or their parts, at a time: Resolver takes five calls a second.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>
const AT_ONCE: usize = 4;
