//! The route tables of a place, asked for once: tables, their routes and their associations are one answer.

use std::sync::Arc;

use aws_sdk_ec2::types::RouteTable;

use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result},
};

/// All route tables of a place, with routes and associations.
pub(in crate::kinds) async fn route_tables(at: &At<'_>) -> Result<Arc<Vec<RouteTable>>> {
    const OPERATION: &str = "DescribeRouteTables";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_route_tables().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}
