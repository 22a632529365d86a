//! `ec2/transit-gateway-route`: where a table sends what goes to some addresses, and what it drops.

use std::{sync::Arc, time::Duration};

use aws_sdk_ec2::types::{TransitGatewayRoute as SdkRoute, TransitGatewayRouteState as RouteState};
use futures::future::try_join_all;

use super::{
    Attached, Segments, TransitGateway, TransitGatewayAttachment, TransitGatewayPeering,
    TransitGatewayRouteTable,
    attached::{called, named},
    ends::Ends,
    inventory::{TABLE_GONE, any_gateway_of_ours, routes, settled},
    segments::Entry,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, Timing, Wanted},
    },
    names::Cidr,
};

/// A [static route][route]. A table has one for each range; where it leads is its filling, so that traffic is led
/// elsewhere by one call.
///
/// [route]: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-create-static-route.html
pub struct TransitGatewayRoute;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The table.
    pub table: Need<TransitGatewayRouteTable>,
    /// What goes there.
    pub range: Cidr,
    /// Where it is sent.
    pub target: Target,
    /// Who may talk to whom.
    pub segments: Arc<Segments>,
}

/// Where a route leads.
#[derive(Clone, Debug)]
pub enum Target {
    /// To an attachment.
    Attachment(Attached),
    /// Nowhere: what no more specific route takes is dropped.
    Blackhole,
}

impl Target {
    const fn attached(&self) -> Option<&Attached> {
        match self {
            Self::Attachment(attached) => Some(attached),
            Self::Blackhole => None,
        }
    }

    fn now(&self, env: Env<'_>) -> Result<Option<String>> {
        self.attached().map(|attached| attached.id(env).now()).transpose()
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    table: String,
    range: String,
    /// The attachment's id; none if it leads nowhere.
    target: Option<String>,
    /// What the attachment is called, if something wanted is about it.
    address: Option<String>,
    state: State,
    opens: Option<String>,
}

/// What is shown of a route that leads nowhere.
const BLACKHOLE: &str = "blackhole";

impl Kind for TransitGatewayRoute {
    const NAME: &'static str = "ec2/transit-gateway-route";
    const ABOUT: &'static str =
        "A static route of a Transit Gateway: where one range leads, or that it is dropped.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &[
        TransitGateway::NAME,
        TransitGatewayRouteTable::NAME,
        TransitGatewayAttachment::NAME,
        TransitGatewayPeering::NAME,
    ];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeTransitGateways",
            "ec2:DescribeTransitGatewayRouteTables",
            "ec2:DescribeTransitGatewayAttachments",
            "ec2:DescribeTransitGatewayVpcAttachments",
            "ec2:DescribeTransitGatewayPeeringAttachments",
            "ec2:SearchTransitGatewayRoutes",
        ],
        create: &["ec2:CreateTransitGatewayRoute"],
        update: &["ec2:ReplaceTransitGatewayRoute"],
        delete: &["ec2:DeleteTransitGatewayRoute"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(2),
        deadline: Duration::from_mins(10),
        source: "seen in the field",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.table).map(|table| key(&table.id, &it.spec.range.to_string()))
    }

    /// Table and range are the key.
    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { table: _, range: _, target, segments: _ } = spec;
        let target = match target.attached() {
            Some(attached) => named(attached.id(*env), attached.shown()),
            None => BLACKHOLE.into(),
        };
        Doc::new().with("target", target)
    }

    fn observed(live: &Live) -> Doc {
        let Live { table: _, range: _, target, address, state: _, opens: _ } = live;
        let target = target.as_ref().map_or_else(|| BLACKHOLE.into(), |id| called(id, address.as_deref()));
        Doc::new().with("target", Field::Is(target))
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
        let wants = wanted.iter().map(|it| (it.spec.target.attached(), &it.spec.table, it.env));
        let ends = Ends::of(at, wants).await?;
        let reader = Reader { ends, wanted };
        let tables = reader.ends.tables.keys().map(|table| reader.of_table(at, table));
        Ok(try_join_all(tables).await?.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let target = it.spec.target.now(it.env)?;
        let request = at.ec2().await?.create_transit_gateway_route();
        let request = request.transit_gateway_route_table_id(it.env.get(&it.spec.table).now()?.id);
        let request = request.destination_cidr_block(it.spec.range.to_string());
        let request = match target {
            Some(attachment) => request.transit_gateway_attachment_id(attachment),
            None => request.blackhole(true),
        };
        let made = aws::call(at, "CreateTransitGatewayRoute", request.send()).await;
        settled(aws::unless(made, &["RouteAlreadyExists"])).map(drop)
    }

    /// Traffic goes the old way until it goes the new one.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let target = it.spec.target.now(it.env)?;
        let request = at.ec2().await?.replace_transit_gateway_route();
        let request = request.transit_gateway_route_table_id(&live.table);
        let request = request.destination_cidr_block(&live.range);
        let request = match target {
            Some(attachment) => request.transit_gateway_attachment_id(attachment),
            None => request.blackhole(true),
        };
        settled(aws::call(at, "ReplaceTransitGatewayRoute", request.send()).await).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_transit_gateway_route();
        let request = request.transit_gateway_route_table_id(&live.table);
        let request = request.destination_cidr_block(&live.range);
        let gone = aws::call(at, "DeleteTransitGatewayRoute", request.send()).await;
        aws::unless(gone, &["InvalidRoute.NotFound", TABLE_GONE]).map(drop)
    }
}

fn key(table: &str, range: &str) -> String {
    format!("{table} {range}")
}

struct Reader<'r, 'w> {
    ends: Ends,
    wanted: &'r [Wanted<'w, TransitGatewayRoute>],
}

impl Reader<'_, '_> {
    /// The static routes of a table of ours.
    async fn of_table(&self, at: &At<'_>, table: &str) -> Result<Vec<Found<Live>>> {
        let mut found = Vec::new();
        for route in routes(at, table).await?.iter() {
            if let Some(live) = self.live(table, route) {
                found.push(self.claimed(at, live).await?);
            }
        }
        Ok(found)
    }

    /// A route; nothing if it is of a prefix list, which somebody else refers to.
    fn live(&self, table: &str, route: &SdkRoute) -> Option<Live> {
        let range = route.destination_cidr_block().filter(|_| route.prefix_list_id().is_none())?.to_owned();
        let target =
            route.transit_gateway_attachments().iter().find_map(|one| one.transit_gateway_attachment_id());
        let address = target.and_then(|target| self.ends.called(target)).map(str::to_owned);
        let state = match route.state() {
            Some(RouteState::Pending) => State::Pending("for AWS to set it".to_owned()),
            _ => State::Ready,
        };
        Some(Live {
            table: table.to_owned(),
            range,
            target: target.map(str::to_owned),
            address,
            state,
            opens: None,
        })
    }

    /// What leads nowhere has one end, the table.
    async fn claimed(&self, at: &At<'_>, mut live: Live) -> Result<Found<Live>> {
        let ours = match &live.target {
            Some(target) => self.ends.has(at, target).await?,
            None => true,
        };
        if let (false, Some(target)) = (ours, &live.target) {
            live.opens = self.opened(at, target, &live).await?;
        }
        let name = self.ends.tables.get(&live.table).unwrap_or(&live.table);
        let (key, label) = (key(&live.table, &live.range), format!("{name}/{}", live.range));
        Ok(Found { key, label, owner: Owner::Ends { ours }, live })
    }

    async fn opened(&self, at: &At<'_>, attachment: &str, live: &Live) -> Result<Option<String>> {
        let Some(segments) = self.wanted.first().map(|it| &it.spec.segments) else { return Ok(None) };
        let Some(table) = self.ends.tables.get(&live.table) else { return Ok(None) };
        let opened = segments.opened_by_entry(at, &self.ends.tables, Entry { attachment, table }).await?;
        let by_range = |range| segments.opened_by_route(table, range, &self.kept(&live.table));
        Ok(opened.or_else(|| live.range.parse().ok().and_then(by_range)))
    }

    /// The ranges that wanted routes of a table take care of.
    fn kept(&self, table: &str) -> Vec<Cidr> {
        let is_of = |it: &&Wanted<'_, TransitGatewayRoute>| {
            it.env.get(&it.spec.table).known().is_some_and(|of| of.id == table)
        };
        self.wanted.iter().filter(is_of).map(|it| it.spec.range).collect()
    }
}
