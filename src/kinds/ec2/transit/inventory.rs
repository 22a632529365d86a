//! What there is of Transit Gateways in a place, each sort asked for once.

use std::sync::Arc;

use aws_sdk_ec2::types::{
    Filter, TransitGateway, TransitGatewayAttachment, TransitGatewayAttachmentState as AttachmentState,
    TransitGatewayPeeringAttachment, TransitGatewayPropagationState, TransitGatewayRoute,
    TransitGatewayRouteState, TransitGatewayRouteTable, TransitGatewayRouteTablePropagation,
    TransitGatewayRouteTableState, TransitGatewayState, TransitGatewayVpcAttachment,
};

use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result, kind::State},
    kinds::ec2::is_ours,
};

/// The gateways that the account of a place sees, those that others share with it included.
pub(super) async fn gateways(at: &At<'_>) -> Result<Arc<Vec<TransitGateway>>> {
    const OPERATION: &str = "DescribeTransitGateways";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_transit_gateways().into_paginator().items().send();
        let mut gateways: Vec<TransitGateway> = aws::call(at, OPERATION, pages.try_collect()).await?;
        let going = [TransitGatewayState::Deleted, TransitGatewayState::Deleting];
        gateways.retain(|one| one.state().is_none_or(|state| !going.contains(state)));
        Ok(gateways)
    })
    .await
}

/// Whether a gateway of this landing zone lies in a place. Those that are shared with it show no tags there.
pub(in crate::kinds) async fn any_gateway_of_ours(at: &At<'_>) -> Result<bool> {
    Ok(gateways(at).await?.iter().any(|gateway| is_ours(at, gateway.tags())))
}

/// The route tables of the gateways of a place.
pub(super) async fn tables(at: &At<'_>) -> Result<Arc<Vec<TransitGatewayRouteTable>>> {
    const OPERATION: &str = "DescribeTransitGatewayRouteTables";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_transit_gateway_route_tables().into_paginator().items().send();
        let mut tables: Vec<TransitGatewayRouteTable> = aws::call(at, OPERATION, pages.try_collect()).await?;
        let going = [TransitGatewayRouteTableState::Deleted, TransitGatewayRouteTableState::Deleting];
        tables.retain(|one| one.state().is_none_or(|state| !going.contains(state)));
        Ok(tables)
    })
    .await
}

/// Attachments of every type: those to the gateways of a place and those of its VPCs. Only to the gateway's account
/// they show the table that each is associated with.
pub(super) async fn attachments(at: &At<'_>) -> Result<Arc<Vec<TransitGatewayAttachment>>> {
    const OPERATION: &str = "DescribeTransitGatewayAttachments";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_transit_gateway_attachments().into_paginator().items().send();
        let mut attachments: Vec<TransitGatewayAttachment> =
            aws::call(at, OPERATION, pages.try_collect()).await?;
        attachments.retain(|one| is_there(one.state()));
        Ok(attachments)
    })
    .await
}

/// Attachments of VPCs, with their subnets.
pub(in crate::kinds::ec2) async fn vpc_attachments(
    at: &At<'_>,
) -> Result<Arc<Vec<TransitGatewayVpcAttachment>>> {
    const OPERATION: &str = "DescribeTransitGatewayVpcAttachments";
    at.once("ec2", OPERATION, "", || async {
        let pages =
            at.ec2().await?.describe_transit_gateway_vpc_attachments().into_paginator().items().send();
        let mut attachments: Vec<TransitGatewayVpcAttachment> =
            aws::call(at, OPERATION, pages.try_collect()).await?;
        attachments.retain(|one| is_there(one.state()));
        Ok(attachments)
    })
    .await
}

/// Attachments of other gateways, seen from either side.
pub(super) async fn peerings(at: &At<'_>) -> Result<Arc<Vec<TransitGatewayPeeringAttachment>>> {
    const OPERATION: &str = "DescribeTransitGatewayPeeringAttachments";
    at.once("ec2", OPERATION, "", || async {
        let pages =
            at.ec2().await?.describe_transit_gateway_peering_attachments().into_paginator().items().send();
        let mut peerings: Vec<TransitGatewayPeeringAttachment> =
            aws::call(at, OPERATION, pages.try_collect()).await?;
        peerings.retain(|one| is_there(one.state()));
        Ok(peerings)
    })
    .await
}

/// What propagates into a table.
pub(super) async fn propagations(
    at: &At<'_>,
    table: &str,
) -> Result<Arc<Vec<TransitGatewayRouteTablePropagation>>> {
    const OPERATION: &str = "GetTransitGatewayRouteTablePropagations";
    at.once("ec2", OPERATION, table, || async {
        let request = at
            .ec2()
            .await?
            .get_transit_gateway_route_table_propagations()
            .transit_gateway_route_table_id(table);
        let pages = request.into_paginator().items().send();
        let found = aws::call(at, OPERATION, pages.try_collect()).await;
        let mut found: Vec<TransitGatewayRouteTablePropagation> =
            aws::unless(found, &[TABLE_GONE])?.unwrap_or_default();
        let going = [TransitGatewayPropagationState::Disabled, TransitGatewayPropagationState::Disabling];
        found.retain(|one| one.state().is_none_or(|state| !going.contains(state)));
        Ok(found)
    })
    .await
}

/// The static routes of a table, black holes included.
pub(super) async fn routes(at: &At<'_>, table: &str) -> Result<Arc<Vec<TransitGatewayRoute>>> {
    const OPERATION: &str = "SearchTransitGatewayRoutes";
    at.once("ec2", OPERATION, table, || async {
        let fixed = Filter::builder().name("type").values("static").build();
        let request = at.ec2().await?.search_transit_gateway_routes().transit_gateway_route_table_id(table);
        let pages = request.filters(fixed).into_paginator().items().send();
        let found = aws::call(at, OPERATION, pages.try_collect()).await;
        let mut found: Vec<TransitGatewayRoute> = aws::unless(found, &[TABLE_GONE])?.unwrap_or_default();
        let going = [TransitGatewayRouteState::Deleted, TransitGatewayRouteState::Deleting];
        found.retain(|one| one.state().is_none_or(|state| !going.contains(state)));
        Ok(found)
    })
    .await
}

/// What AWS answers about a route table that is gone.
pub(super) const TABLE_GONE: &str = "InvalidRouteTableID.NotFound";

/// What AWS answers about an attachment that is gone.
pub(super) const ATTACHMENT_GONE: &str = "InvalidTransitGatewayAttachmentID.NotFound";

fn is_there(state: Option<&AttachmentState>) -> bool {
    !matches!(state, Some(AttachmentState::Deleted | AttachmentState::Deleting))
}

/// How far an attachment is.
pub(super) fn attachment_state(state: Option<&AttachmentState>) -> State {
    match state {
        Some(AttachmentState::Available) => State::Ready,
        Some(AttachmentState::Failed | AttachmentState::Failing) => {
            State::Failed("AWS could not attach it".to_owned())
        }
        Some(AttachmentState::Rejected | AttachmentState::Rejecting) => {
            State::Failed("the gateway's account rejected it".to_owned())
        }
        Some(AttachmentState::PendingAcceptance) => {
            State::Pending("for the gateway's account to accept it".to_owned())
        }
        Some(AttachmentState::Modifying) => State::Changing("while it is modifying".to_owned()),
        other => State::Pending(format!("while it is {}", other.map_or("unknown", AttachmentState::as_str))),
    }
}

/// The answer of a call about what is [still being worked on][state], or was made a moment ago.
///
/// [state]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
pub(super) fn settled<T>(answer: Result<T>) -> Result<T> {
    aws::seen(aws::later(answer, &["IncorrectState"]))
}
