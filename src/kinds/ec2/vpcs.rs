//! The VPCs of a place, asked for once: nearly everything of the network lies in one, and a place without a VPC of ours
//! is not searched for what would lie there.

use std::sync::Arc;

use aws_sdk_ec2::types::Vpc;

use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result},
};

use super::is_ours;

/// All VPCs of a place, the default one included.
pub(in crate::kinds) async fn vpcs(at: &At<'_>) -> Result<Arc<Vec<Vpc>>> {
    const OPERATION: &str = "DescribeVpcs";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_vpcs().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

/// Whether a VPC of this landing zone lies in a place.
pub(in crate::kinds) async fn any_of_ours(at: &At<'_>) -> Result<bool> {
    Ok(vpcs(at).await?.iter().any(|vpc| is_ours(at, vpc.tags())))
}

/// Whether something belongs to the account of a place: what others share with it does not count against its quotas.
pub(in crate::kinds) fn is_of_account(at: &At<'_>, owner: Option<&str>) -> bool {
    let account = at.cloud().account_id(&at.place.account);
    owner.zip(account).is_none_or(|(owner, account)| owner == account.as_str())
}
