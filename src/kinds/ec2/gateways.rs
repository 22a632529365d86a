//! What routes lead to: the gateways of a place, each sort asked for once.

use std::{collections::BTreeSet, sync::Arc};

use aws_sdk_ec2::types::{InternetGateway, NatGateway, NatGatewayState, TransitGatewayVpcAttachment};

use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result},
};

use super::{is_ours, transit::vpc_attachments};

/// All internet gateways of a place.
pub(super) async fn internet_gateways(at: &At<'_>) -> Result<Arc<Vec<InternetGateway>>> {
    const OPERATION: &str = "DescribeInternetGateways";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_internet_gateways().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

/// All NAT gateways of a place that are not gone or going. AWS shows those that are for about an hour.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>
pub(super) async fn nat_gateways(at: &At<'_>) -> Result<Arc<Vec<NatGateway>>> {
    const OPERATION: &str = "DescribeNatGateways";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_nat_gateways().into_paginator().items().send();
        let mut gateways: Vec<NatGateway> = aws::call(at, OPERATION, pages.try_collect()).await?;
        let going = [NatGatewayState::Deleted, NatGatewayState::Deleting];
        gateways.retain(|gateway| gateway.state().is_none_or(|state| !going.contains(state)));
        Ok(gateways)
    })
    .await
}

/// The ids of the gateways of a place that are ours. Those of Transit Gateways that are shared with its account carry no
/// tags there: ours is what we have attached a VPC to.
pub(super) async fn gateways_of_ours(at: &At<'_>) -> Result<BTreeSet<String>> {
    let (internet, nat, attachments) =
        futures::future::try_join3(internet_gateways(at), nat_gateways(at), vpc_attachments(at)).await?;
    let internet = internet
        .iter()
        .filter(|one| is_ours(at, one.tags()))
        .filter_map(InternetGateway::internet_gateway_id);
    let nat = nat.iter().filter(|one| is_ours(at, one.tags())).filter_map(NatGateway::nat_gateway_id);
    let transit = attachments.iter().filter(|one| is_ours(at, one.tags()));
    let transit = transit.filter_map(TransitGatewayVpcAttachment::transit_gateway_id);
    Ok(internet.chain(nat).chain(transit).map(str::to_owned).collect())
}
