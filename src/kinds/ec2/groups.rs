//! The security groups of a place, their rules, and the prefix lists that rules may name: each asked for once.

use std::sync::Arc;

use aws_sdk_ec2::types::{ManagedPrefixList, SecurityGroup, SecurityGroupRule};

use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result},
};

/// All security groups of a place.
pub(super) async fn groups(at: &At<'_>) -> Result<Arc<Vec<SecurityGroup>>> {
    const OPERATION: &str = "DescribeSecurityGroups";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_security_groups().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

/// The rules of all of them, one by one and with ids.
pub(super) async fn rules(at: &At<'_>) -> Result<Arc<Vec<SecurityGroupRule>>> {
    const OPERATION: &str = "DescribeSecurityGroupRules";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_security_group_rules().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

/// All managed [prefix lists][lists] that a place sees: its account's own, those of others, and those of AWS's services.
///
/// [lists]: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
pub(super) async fn prefix_lists(at: &At<'_>) -> Result<Arc<Vec<ManagedPrefixList>>> {
    const OPERATION: &str = "DescribeManagedPrefixLists";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_managed_prefix_lists().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

/// The lists of the services that have gateway endpoints. Nobody else's may be called so.
pub(super) async fn service_lists(at: &At<'_>) -> Result<Vec<ManagedPrefixList>> {
    let is_service = |list: &&ManagedPrefixList| {
        list.prefix_list_name().is_some_and(|name| name.starts_with("com.amazonaws."))
    };
    Ok(prefix_lists(at).await?.iter().filter(is_service).cloned().collect())
}
