//! `ec2/transit-gateway-propagation`: that a table leads what goes to an attached VPC there.

use std::{sync::Arc, time::Duration};

use aws_sdk_ec2::types::TransitGatewayPropagationState as PropagationState;
use futures::future::try_join_all;

use super::{
    Attached, Segments, TransitGateway, TransitGatewayAttachment, TransitGatewayRouteTable,
    ends::Ends,
    inventory::{ATTACHMENT_GONE, TABLE_GONE, any_gateway_of_ours, propagations, settled},
    segments::Entry,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, Timing, Wanted},
    },
};

/// A [propagation][propagation] of the ranges of an attachment into a table.
///
/// [propagation]: https://docs.aws.amazon.com/vpc/latest/tgw/enable-tgw-route-propagation.html
pub struct TransitGatewayPropagation;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The attachment.
    pub attachment: Attached,
    /// The table.
    pub table: Need<TransitGatewayRouteTable>,
    /// Who may talk to whom.
    pub segments: Arc<Segments>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    attachment: String,
    table: String,
    state: State,
    opens: Option<String>,
}

impl Kind for TransitGatewayPropagation {
    const NAME: &'static str = "ec2/transit-gateway-propagation";
    const ABOUT: &'static str =
        "A propagation of the ranges of an attachment into a route table of a Transit Gateway.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Related;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] =
        &[TransitGateway::NAME, TransitGatewayRouteTable::NAME, TransitGatewayAttachment::NAME];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeTransitGateways",
            "ec2:DescribeTransitGatewayRouteTables",
            "ec2:DescribeTransitGatewayAttachments",
            "ec2:DescribeTransitGatewayVpcAttachments",
            "ec2:GetTransitGatewayRouteTablePropagations",
        ],
        create: &["ec2:EnableTransitGatewayRouteTablePropagation"],
        update: &[],
        delete: &["ec2:DisableTransitGatewayRouteTablePropagation"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(10),
        deadline: Duration::from_mins(10),
        source: "seen in the field",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let Spec { attachment, table, segments: _ } = it.spec;
        let table = it.env.get(table).map(|table| table.id);
        table.and_then(|table| attachment.id(it.env).map(|attachment| key(&table, &attachment)))
    }

    /// Both ends are the key.
    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new()
    }

    fn observed(_: &Live) -> Doc {
        Doc::new()
    }

    fn outputs(_: &Live) {}

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    fn opens(live: &Live) -> Option<&str> {
        live.opens.as_deref()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_gateway_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let wants = wanted.iter().map(|it| (Some(&it.spec.attachment), &it.spec.table, it.env));
        let ends = Ends::of(at, wants).await?;
        let segments = wanted.first().map(|it| Arc::clone(&it.spec.segments)).unwrap_or_default();
        let tables = ends.tables.iter().map(|(id, name)| of_table(at, &ends, &segments, (id, name)));
        Ok(try_join_all(tables).await?.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.ec2().await?.enable_transit_gateway_route_table_propagation();
        let request = request.transit_gateway_attachment_id(it.spec.attachment.id(it.env).now()?);
        let request = request.transit_gateway_route_table_id(it.env.get(&it.spec.table).now()?.id);
        let made = aws::call(at, "EnableTransitGatewayRouteTablePropagation", request.send()).await;
        settled(aws::unless(made, &["TransitGatewayRouteTablePropagation.Duplicate"])).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.disable_transit_gateway_route_table_propagation();
        let request = request.transit_gateway_attachment_id(&live.attachment);
        let request = request.transit_gateway_route_table_id(&live.table);
        let gone = aws::call(at, "DisableTransitGatewayRouteTablePropagation", request.send()).await;
        let codes = ["TransitGatewayRouteTablePropagation.NotFound", TABLE_GONE, ATTACHMENT_GONE];
        aws::unless(gone, &codes).map(drop)
    }
}

fn key(table: &str, attachment: &str) -> String {
    format!("{attachment} -> {table}")
}

/// What propagates into a table of ours.
async fn of_table(
    at: &At<'_>,
    ends: &Ends,
    segments: &Segments,
    (table, name): (&String, &String),
) -> Result<Vec<Found<Live>>> {
    let mut found = Vec::new();
    for one in propagations(at, table).await?.iter() {
        let Some(attachment) = one.transit_gateway_attachment_id() else { continue };
        let ours = ends.has(at, attachment).await?;
        let entry = Entry { attachment, table: name };
        let opens = if ours { None } else { segments.opened_by_entry(at, &ends.tables, entry).await? };
        let state = match one.state() {
            Some(PropagationState::Enabled) => State::Ready,
            _ => State::Pending("for AWS to enable it".to_owned()),
        };
        let live = Live { attachment: attachment.to_owned(), table: table.clone(), state, opens };
        let (key, label) = (key(table, attachment), format!("{name}/{}", ends.name(attachment)));
        found.push(Found { key, label, owner: Owner::Ends { ours }, live });
    }
    Ok(found)
}
