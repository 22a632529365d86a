//! `ec2/route`: where a route table sends what goes to some addresses.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Route as SdkRoute, RouteOrigin, RouteTable as SdkTable};

use super::{
    RouteTable, any_of_ours, gateways::gateways_of_ours, is_kept, is_ours, route_tables, tags::value,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field, Spelled},
        env::{Env, Need, Text, Value},
        error::Result,
        kind::{ADDRESS_TAG, Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
    names::Cidr,
};

/// A [route][route] of a route table of ours. A table has one for each destination; where it leads is its filling, so
/// that traffic is led elsewhere by one call. The local route, and those that belong to gateway endpoints or come from a
/// virtual private gateway, are not among them.
///
/// [route]: https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html
pub struct Route;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The table.
    pub table: Need<RouteTable>,
    /// What goes there.
    pub destination: Destination,
    /// Where it is sent.
    pub target: Target,
}

/// Addresses that something is sent to.
#[derive(Clone, Debug)]
pub enum Destination {
    /// A range.
    Range(Cidr),
    /// The ranges of the managed prefix list with this id.
    PrefixList(Text),
}

impl Destination {
    fn id(&self, env: Env<'_>) -> Value<String> {
        match self {
            Self::Range(cidr) => Value::Known(cidr.to_string()),
            Self::PrefixList(id) => id.resolve(&env),
        }
    }
}

/// What a route leads to, by its id. Until it is known, and beside it from then on, the text's symbol is shown: the
/// address of the node that it comes from.
#[derive(Clone, Debug)]
pub enum Target {
    /// An internet gateway.
    InternetGateway(Text),
    /// A NAT gateway.
    NatGateway(Text),
    /// A Transit Gateway. The VPC has to be attached to it.
    TransitGateway(Text),
}

impl Target {
    fn id(&self) -> &Text {
        match self {
            Self::InternetGateway(id) | Self::NatGateway(id) | Self::TransitGateway(id) => id,
        }
    }

    fn field(&self, env: Env<'_>) -> Field {
        let symbol = self.id().symbolic();
        match self.id().resolve(&env) {
            Value::Known(id) => Field::Is(called(&id, Some(&symbol))),
            unknown => Field::of(unknown, Some(symbol.into())),
        }
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    table: String,
    destination: String,
    /// The id of what it leads to.
    target: String,
    /// The address of that, where the landing zone leads something there.
    address: Option<String>,
}

fn key(table: &str, destination: &str) -> String {
    format!("{table} {destination}")
}

impl Kind for Route {
    const NAME: &'static str = "ec2/route";
    const ABOUT: &'static str = "A route of a route table: where one destination leads.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &[RouteTable::NAME];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "ec2:DescribeRouteTables",
            "ec2:DescribeInternetGateways",
            "ec2:DescribeNatGateways",
            "ec2:DescribeTransitGatewayVpcAttachments",
        ],
        create: &["ec2:CreateRoute"],
        update: &["ec2:ReplaceRoute"],
        delete: &["ec2:DeleteRoute"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let Spec { table, destination, target: _ } = it.spec;
        let table = it.env.get(table).map(|table| table.id);
        table.and_then(|table| destination.id(it.env).map(|destination| key(&table, &destination)))
    }

    /// Table and destination are the key, and the same in both documents whenever there are two.
    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        Doc::new().with("target", spec.target.field(*env))
    }

    fn observed(live: &Live) -> Doc {
        Doc::new().with("target", Field::Is(called(&live.target, live.address.as_deref())))
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let ends = Ends::of(wanted);
        let tables = route_tables(at).await?;
        let lives: Vec<_> = tables.iter().flat_map(|table| ends.routes(at, table)).collect();
        // Only what nobody wants is asked whether it leads to something of ours.
        let is_told = lives.iter().all(|(_, live)| live.address.is_some());
        let gateways = if is_told { BTreeSet::new() } else { gateways_of_ours(at).await? };
        let found = lives.into_iter().map(|(label, live)| Found {
            key: key(&live.table, &live.destination),
            label,
            owner: Owner::Ends { ours: live.address.is_some() || gateways.contains(&live.target) },
            live,
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { table, destination, target } = it.spec;
        let (id, destination) = (target.id().resolve(&it.env).now()?, destination.id(it.env).now()?);
        let request = at.ec2().await?.create_route().route_table_id(it.env.get(table).now()?.id);
        let request = match it.spec.destination {
            Destination::Range(_) => request.destination_cidr_block(destination),
            Destination::PrefixList(_) => request.destination_prefix_list_id(destination),
        };
        let request = match target {
            Target::InternetGateway(_) => request.gateway_id(id),
            Target::NatGateway(_) => request.nat_gateway_id(id),
            Target::TransitGateway(_) => request.transit_gateway_id(id),
        };
        aws::seen(aws::call(at, "CreateRoute", request.send()).await).map(drop)
    }

    /// Traffic goes the old way until it goes the new one.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let Spec { table: _, destination, target } = it.spec;
        let id = target.id().resolve(&it.env).now()?;
        let request = at.ec2().await?.replace_route().route_table_id(&live.table);
        let request = match destination {
            Destination::Range(_) => request.destination_cidr_block(&live.destination),
            Destination::PrefixList(_) => request.destination_prefix_list_id(&live.destination),
        };
        let request = match target {
            Target::InternetGateway(_) => request.gateway_id(id),
            Target::NatGateway(_) => request.nat_gateway_id(id),
            Target::TransitGateway(_) => request.transit_gateway_id(id),
        };
        aws::seen(aws::call(at, "ReplaceRoute", request.send()).await).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let Live { table, destination, .. } = live;
        let request = at.ec2().await?.delete_route().route_table_id(table);
        let request = match destination {
            list if list.starts_with("pl-") => request.destination_prefix_list_id(list),
            range if range.contains(':') => request.destination_ipv6_cidr_block(range),
            range => request.destination_cidr_block(range),
        };
        let gone = aws::call(at, "DeleteRoute", request.send()).await;
        aws::unless(gone, &["InvalidRoute.NotFound", "InvalidRouteTableID.NotFound"]).map(drop)
    }
}

/// Equal if the ids are; people read which one that is.
fn called(id: &str, address: Option<&str>) -> Spelled {
    match address {
        Some(address) => Spelled::new(id.into(), format!("{id} ({address})").into()),
        None => id.into(),
    }
}

/// What wanted routes lie in and lead to, as far as it is known.
struct Ends {
    tables: BTreeSet<String>,
    /// The addresses of targets by id.
    targets: BTreeMap<String, String>,
}

impl Ends {
    fn of(wanted: &[Wanted<'_, Route>]) -> Self {
        let table = |it: &Wanted<'_, Route>| it.env.get(&it.spec.table).known().map(|table| table.id);
        let target = |it: &Wanted<'_, Route>| {
            let id = it.spec.target.id();
            Some((id.resolve(&it.env).known()?, id.symbolic()))
        };
        Self {
            tables: wanted.iter().filter_map(table).collect(),
            targets: wanted.iter().filter_map(target).collect(),
        }
    }

    /// The routes of a table, each with what it is called, if the table is ours.
    fn routes(&self, at: &At<'_>, table: &SdkTable) -> Vec<(String, Live)> {
        let Some(id) = table.route_table_id() else { return Vec::new() };
        let is_kept = is_ours(at, table.tags()) && is_kept(at, table.tags());
        if !is_kept && !self.tables.contains(id) {
            return Vec::new();
        }
        let address =
            value(table.tags(), ADDRESS_TAG).and_then(|address| address.split(RouteTable::NAME).nth(1));
        let called = address.map_or(id, |name| name.trim_start_matches('/'));
        let route = |route: &SdkRoute| {
            let (destination, target) = (destination(route)?, target(route)?);
            let address = self.targets.get(target).cloned();
            let (table, destination, target) = (id.to_owned(), destination.to_owned(), target.to_owned());
            Some((format!("{called}/{destination}"), Live { table, destination, target, address }))
        };
        table.routes().iter().filter_map(route).collect()
    }
}

fn destination(route: &SdkRoute) -> Option<&str> {
    let range = route.destination_cidr_block().or(route.destination_ipv6_cidr_block());
    range.or(route.destination_prefix_list_id())
}

/// What a route leads to, if it is one that somebody made.
fn target(route: &SdkRoute) -> Option<&str> {
    if route.origin().is_some_and(|origin| *origin != RouteOrigin::CreateRoute) {
        return None;
    }
    let is_of_endpoint = |gateway: &str| {
        gateway == LOCAL || (gateway.starts_with("vpce-") && route.destination_prefix_list_id().is_some())
    };
    if route.gateway_id().is_some_and(is_of_endpoint) {
        return None;
    }
    let gateway = route.gateway_id().or(route.nat_gateway_id()).or(route.transit_gateway_id());
    let other = || route.vpc_peering_connection_id().or(route.network_interface_id()).or(route.instance_id());
    let rare = || {
        let gateway = route.egress_only_internet_gateway_id().or(route.local_gateway_id());
        gateway.or(route.carrier_gateway_id()).or(route.core_network_arn())
    };
    gateway.or_else(other).or_else(rare)
}

/// The target of the route that every table has for the VPC's own addresses.
const LOCAL: &str = "local";
