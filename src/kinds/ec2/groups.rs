//! The security groups of a place, their rules, and AWS's own prefix lists that rules may name: each asked for once.

use std::sync::Arc;

use aws_sdk_ec2::types::{PrefixList, SecurityGroup, SecurityGroupRule};

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

/// The [lists of addresses][lists] of the services that have gateway endpoints.
///
/// [lists]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html
pub(super) async fn service_lists(at: &At<'_>) -> Result<Arc<Vec<PrefixList>>> {
    const OPERATION: &str = "DescribePrefixLists";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_prefix_lists().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}
