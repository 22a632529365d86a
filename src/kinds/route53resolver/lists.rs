//! What Resolver lists at a place, each asked for once: associations tell whose the other end is by it.

use std::sync::Arc;

use aws_sdk_route53resolver::types::{
    FirewallDomainListMetadata, FirewallRuleGroupAssociation, FirewallRuleGroupMetadata, ResolverEndpoint,
    ResolverQueryLogConfig, ResolverRule, ShareStatus,
};

use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result, kind::ORGANIZATION_TAG},
    kinds::ec2,
};

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident: $operation:literal $call:ident -> $item:ident;)*) => {$(
        $(#[$doc])*
        pub(super) async fn $name(at: &At<'_>) -> Result<Arc<Vec<$item>>> {
            at.once("route53resolver", $operation, "", || async {
                let pages = at.route53resolver().await?.$call().into_paginator().items().send();
                aws::call(at, $operation, pages.try_collect()).await
            })
            .await
        }
    )*};
}

lists! {
    /// The endpoints of the account.
    endpoints: "ListResolverEndpoints" list_resolver_endpoints -> ResolverEndpoint;
    /// The rules of the account, those that are shared with it, and AWS's own.
    rules: "ListResolverRules" list_resolver_rules -> ResolverRule;
    /// The configurations of query logs of the account and those that are shared with it.
    query_log_configs: "ListResolverQueryLogConfigs" list_resolver_query_log_configs -> ResolverQueryLogConfig;
    /// The lists of domains of the account, and AWS's own.
    domain_lists: "ListFirewallDomainLists" list_firewall_domain_lists -> FirewallDomainListMetadata;
    /// The associations of the account's VPCs with rule groups.
    firewall_associations: "ListFirewallRuleGroupAssociations" list_firewall_rule_group_associations -> FirewallRuleGroupAssociation;
    /// The rule groups of the account and those that are shared with it.
    rule_groups: "ListFirewallRuleGroups" list_firewall_rule_groups -> FirewallRuleGroupMetadata;
}

/// Whether something belongs to another account, which only lets this one use it.
pub(super) fn is_borrowed(sharing: Option<&ShareStatus>) -> bool {
    sharing == Some(&ShareStatus::SharedWithMe)
}

/// Whether there is nothing to look for at a place: nothing is wanted, and no VPC of ours lies there.
pub(super) async fn is_idle<T>(at: &At<'_>, wanted: &[T]) -> Result<bool> {
    Ok(wanted.is_empty() && !ec2::any_of_ours(at).await?)
}

/// Whether the VPC with this id is of this landing zone.
pub(super) async fn is_our_vpc(at: &At<'_>, id: &str) -> Result<bool> {
    let vpcs = ec2::vpcs(at).await?;
    let tags = vpcs.iter().find(|vpc| vpc.vpc_id() == Some(id)).map(|vpc| ec2::tags(vpc.tags()));
    Ok(tags.is_some_and(|tags| tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == at.organization)))
}
