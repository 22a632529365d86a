//! `ec2/transit-gateway-association`: the table by which what comes in from an attachment is sent on.

use std::{sync::Arc, time::Duration};

use aws_sdk_ec2::types::{TransitGatewayAssociationState as AssociationState, TransitGatewayAttachment};

use super::{
    Attached, Segments, TransitGateway, TransitGatewayPeering, TransitGatewayRouteTable,
    attached::{called, named},
    ends::Ends,
    inventory::{ATTACHMENT_GONE, TABLE_GONE, any_gateway_of_ours, attachments, settled},
    segments::Entry,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::{Class, Error, Result},
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, Timing, Wanted},
    },
};

/// An [association][association]. An attachment has one: which table it is to is the filling, and to change it is to
/// leave the one for the other, in which time nothing gets in from there.
///
/// [association]: https://docs.aws.amazon.com/vpc/latest/tgw/associate-tgw-route-table.html
pub struct TransitGatewayAssociation;

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
    /// The table's name, if it is ours.
    name: Option<String>,
    state: State,
    opens: Option<String>,
}

impl Kind for TransitGatewayAssociation {
    const NAME: &'static str = "ec2/transit-gateway-association";
    const ABOUT: &'static str = "Which route table an attachment to a Transit Gateway goes by.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &[
        TransitGateway::NAME,
        TransitGatewayRouteTable::NAME,
        super::TransitGatewayAttachment::NAME,
        TransitGatewayPeering::NAME,
    ];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeTransitGateways",
            "ec2:DescribeTransitGatewayRouteTables",
            "ec2:DescribeTransitGatewayAttachments",
            "ec2:DescribeTransitGatewayVpcAttachments",
            "ec2:DescribeTransitGatewayPeeringAttachments",
            "ec2:GetTransitGatewayRouteTablePropagations",
            "ec2:SearchTransitGatewayRoutes",
        ],
        create: &["ec2:AssociateTransitGatewayRouteTable", "ec2:DescribeTransitGatewayAttachments"],
        update: &["ec2:DisassociateTransitGatewayRouteTable", "ec2:AssociateTransitGatewayRouteTable"],
        delete: &["ec2:DisassociateTransitGatewayRouteTable"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(20),
        deadline: Duration::from_mins(10),
        source: "seen in the field: seconds to a minute",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.spec.attachment.id(it.env)
    }

    /// The attachment is the key.
    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { attachment: _, table, segments: _ } = spec;
        Doc::new().with("table", named(env.get(table).map(|table| table.id), table.address()))
    }

    fn observed(live: &Live) -> Doc {
        let Live { attachment: _, table, name, state: _, opens: _ } = live;
        Doc::new().with("table", Field::Is(called(table, name.as_deref())))
    }

    fn outputs(_: &Live) {}

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    fn opens(live: &Live) -> Option<&str> {
        live.opens.as_deref()
    }

    fn interrupts(change: &Change) -> Option<&'static str> {
        Some(match change.after {
            Some(_) => {
                "nothing passes between this and the Transit Gateway until AWS has swapped the tables: seconds, a minute at most"
            }
            None => "nothing passes between this and the Transit Gateway any more",
        })
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_gateway_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let wants = wanted.iter().map(|it| (Some(&it.spec.attachment), &it.spec.table, it.env));
        let ends = Ends::of(at, wants).await?;
        let segments = wanted.first().map(|it| Arc::clone(&it.spec.segments)).unwrap_or_default();
        let (all, mut found) = (attachments(at).await?, Vec::new());
        for live in all.iter().filter_map(|one| live(one, &ends)) {
            found.push(claimed(at, &ends, &segments, live).await?);
        }
        Ok(found)
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let table = it.env.get(&it.spec.table).now()?.id;
        associate(at, &it.spec.attachment.id(it.env).now()?, &table).await
    }

    /// The engine sends both again until AWS has carried the first one out: neither does anything twice.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let table = it.env.get(&it.spec.table).now()?.id;
        disassociate(at, live).await?;
        associate(at, &live.attachment, &table).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        disassociate(at, live).await
    }
}

/// What concerns the landing zone of an attachment's association: a wanted attachment's, and any to a table of ours.
fn live(one: &TransitGatewayAttachment, ends: &Ends) -> Option<Live> {
    let (attachment, association) = (one.transit_gateway_attachment_id()?, one.association()?);
    let table = association.transit_gateway_route_table_id()?;
    let name = ends.tables.get(table);
    if name.is_none() && ends.called(attachment).is_none() {
        return None;
    }
    let state = match association.state() {
        Some(AssociationState::Associated) => State::Ready,
        Some(AssociationState::Associating) => State::Pending("for AWS to associate it".to_owned()),
        _ => return None,
    };
    let (attachment, table) = (attachment.to_owned(), table.to_owned());
    Some(Live { attachment, table, name: name.cloned(), state, opens: None })
}

async fn claimed(at: &At<'_>, ends: &Ends, segments: &Segments, mut live: Live) -> Result<Found<Live>> {
    let ours = ends.has(at, &live.attachment).await?;
    if let (false, Some(name)) = (ours, &live.name) {
        let entry = Entry { attachment: &live.attachment, table: name };
        live.opens = segments.opened_by_association(at, &ends.tables, entry).await?;
    }
    let label = format!("{}/{}", live.name.as_ref().unwrap_or(&live.table), live.attachment);
    Ok(Found { key: live.attachment.clone(), label, owner: Owner::Ends { ours }, live })
}

/// Associates an attachment. While it is still leaving another table AWS refuses, and is to be asked again.
async fn associate(at: &At<'_>, attachment: &str, table: &str) -> Result<()> {
    let request = at.ec2().await?.associate_transit_gateway_route_table();
    let request = request.transit_gateway_attachment_id(attachment).transit_gateway_route_table_id(table);
    let answer = aws::call(at, "AssociateTransitGatewayRouteTable", request.send()).await;
    match settled(answer) {
        Err(error) if aws::code(&error) == Some(ASSOCIATED) => {
            unless_done(at, attachment, table, error).await
        }
        answer => answer.map(drop),
    }
}

/// What AWS answers where an attachment has a table.
const ASSOCIATED: &str = "Resource.AlreadyAssociated";

/// An attachment that has a table has the right one if an earlier call of unknown outcome was carried out.
async fn unless_done(at: &At<'_>, attachment: &str, table: &str, mut refusal: Error) -> Result<()> {
    let request = at.ec2().await?.describe_transit_gateway_attachments();
    let request = request.transit_gateway_attachment_ids(attachment);
    let answer = aws::call(at, "DescribeTransitGatewayAttachments", request.send()).await?;
    let mut associations = answer.transit_gateway_attachments().iter().filter_map(|one| one.association());
    if associations.any(|one| one.transit_gateway_route_table_id() == Some(table)) {
        return Ok(());
    }
    refusal.class = Class::NotYet;
    Err(refusal)
}

/// Has an attachment leave its table, unless it has left or is about to.
async fn disassociate(at: &At<'_>, live: &Live) -> Result<()> {
    let request = at.ec2().await?.disassociate_transit_gateway_route_table();
    let request = request.transit_gateway_attachment_id(&live.attachment);
    let request = request.transit_gateway_route_table_id(&live.table);
    let left = aws::call(at, "DisassociateTransitGatewayRouteTable", request.send()).await;
    aws::unless(left, &["InvalidAssociation.NotFound", "IncorrectState", TABLE_GONE, ATTACHMENT_GONE])
        .map(drop)
}
