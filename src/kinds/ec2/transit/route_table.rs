//! `ec2/transit-gateway-route-table`: where a gateway sends what comes in from the attachments of a segment.

use std::time::Duration;

use aws_sdk_ec2::types::{
    ResourceType, TransitGatewayRouteTable as SdkTable, TransitGatewayRouteTableState as TableState,
};

use super::{
    TransitGateway,
    attached::{called, named},
    inventory::{TABLE_GONE, any_gateway_of_ours, settled, tables},
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    kinds::ec2::{freed, is_ours, name, retag, specification, tags},
};

/// A [route table][table] of a Transit Gateway. There are [20 at most][quotas] for each.
///
/// [table]: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-route-tables.html
/// [quotas]: https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-quotas.html
pub struct TransitGatewayRouteTable;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What its tag `Name` says, by which it is found where our own tags are gone.
    pub name: String,
    /// The gateway.
    pub gateway: Need<TransitGateway>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    gateway: String,
    state: State,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `tgw-rtb-…`.
    pub id: String,
}

impl Kind for TransitGatewayRouteTable {
    const NAME: &'static str = "ec2/transit-gateway-route-table";
    const ABOUT: &'static str = "A route table of a Transit Gateway.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["gateway"];
    const READ_AFTER: &'static [&'static str] = &[TransitGateway::NAME];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeTransitGateways", "ec2:DescribeTransitGatewayRouteTables"],
        create: &["ec2:CreateTransitGatewayRouteTable", "ec2:CreateTags"],
        update: &["ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DeleteTransitGatewayRouteTable"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(15),
        deadline: Duration::from_mins(10),
        source: "seen in the field",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.gateway).map(|gateway| key(&gateway.id, &it.spec.name))
    }

    /// The name is a tag.
    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name: _, gateway } = spec;
        Doc::new().with("gateway", named(env.get(gateway).map(|gateway| gateway.id), gateway.address()))
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, gateway, state: _ } = live;
        Doc::new().with("gateway", Field::Is(called(gateway, None)))
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_gateway_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let tables = tables(at).await?;
        let found = tables.iter().filter_map(|table| Some((is_ours(at, table.tags()), found(table)?)));
        let found = found.filter(|(ours, one)| *ours || keys.contains(&one.key)).map(|(_, one)| one);
        Ok(found.collect())
    }

    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let tables = tables(at).await?;
        let gateway = it.env.get(&it.spec.gateway).map(|gateway| gateway.id);
        Ok(gateway.among(tables.iter().map(SdkTable::transit_gateway_id), 0))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let gateway = it.env.get(&it.spec.gateway).now()?.id;
        let request = at.careful().ec2().await?.create_transit_gateway_route_table();
        let request = request.transit_gateway_id(gateway);
        let tags = specification(ResourceType::TransitGatewayRouteTable, it.tags);
        let made = aws::call(at, "CreateTransitGatewayRouteTable", request.tag_specifications(tags).send());
        settled(made.await).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_transit_gateway_route_table();
        let request = request.transit_gateway_route_table_id(&live.id);
        let gone = freed(aws::call(at, "DeleteTransitGatewayRouteTable", request.send()).await);
        aws::unless(gone, &[TABLE_GONE]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

fn key(gateway: &str, name: &str) -> String {
    format!("{gateway} {name}")
}

fn found(table: &SdkTable) -> Option<Found<Live>> {
    let (id, gateway) = (table.transit_gateway_route_table_id()?, table.transit_gateway_id()?);
    let state = match table.state() {
        Some(TableState::Available) => State::Ready,
        other => State::Pending(format!("while it is {}", other.map_or("unknown", TableState::as_str))),
    };
    Some(Found {
        key: key(gateway, name(table.tags()).unwrap_or(id)),
        label: id.to_owned(),
        owner: Owner::Tags(tags(table.tags())),
        live: Live { id: id.to_owned(), gateway: gateway.to_owned(), state },
    })
}
