//! `ec2/route-table-association`: which table a subnet's traffic goes by.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::RouteTableAssociation as SdkAssociation;

use super::{RouteTable, Subnet, any_of_ours, is_kept, is_ours, route_tables, subnet::subnets, tags::value};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{ADDRESS_TAG, Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// The [table of a subnet][association]. A subnet has one at most, and goes by the VPC's main one without; which it is,
/// is its filling, so that a subnet goes from one table to another without a moment between.
///
/// [association]: https://docs.aws.amazon.com/vpc/latest/userguide/WorkWithRouteTables.html
pub struct RouteTableAssociation;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The subnet.
    pub subnet: Need<Subnet>,
    /// Its table.
    pub table: Need<RouteTable>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    table: String,
}

impl Kind for RouteTableAssociation {
    const NAME: &'static str = "ec2/route-table-association";
    const ABOUT: &'static str = "Which route table a subnet goes by.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &[Subnet::NAME, RouteTable::NAME];
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeRouteTables"],
        create: &["ec2:AssociateRouteTable"],
        update: &["ec2:ReplaceRouteTableAssociation"],
        delete: &["ec2:DisassociateRouteTable"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.subnet).map(|subnet| subnet.id)
    }

    /// The subnet is the key, and the same in both documents whenever there are two.
    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { subnet: _, table } = spec;
        Doc::new()
            .with("table", Field::of(env.get(table).map(|table| table.id), Some(table.address().into())))
    }

    fn observed(live: &Live) -> Doc {
        Doc::new().with("table", live.table.as_str())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: BTreeSet<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let (subnets, tables) = (own_subnets(at).await?, route_tables(at).await?);
        let found = tables.iter().flat_map(|table| {
            let is_table_ours = is_ours(at, table.tags());
            let concerns = |subnet: &str| match subnets.get(subnet) {
                // What left the landing zone keeps its table until it goes itself.
                Some(address) => keys.contains(subnet) || at.has(address),
                None => keys.contains(subnet) || (is_table_ours && is_kept(at, table.tags())),
            };
            let found = |association: &SdkAssociation| {
                let subnet = association.subnet_id().filter(|subnet| concerns(subnet))?;
                let (id, table) = (association.route_table_association_id()?, table.route_table_id()?);
                let label = subnets.get(subnet).and_then(|address| address.split(Subnet::NAME).nth(1));
                let ours = subnets.contains_key(subnet) && is_table_ours;
                Some(Found {
                    key: subnet.to_owned(),
                    label: label.map_or(subnet, |name| name.trim_start_matches('/')).to_owned(),
                    owner: Owner::Ends { ours },
                    live: Live { id: id.to_owned(), table: table.to_owned() },
                })
            };
            table.associations().iter().filter_map(found).collect::<Vec<_>>()
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { subnet, table } = it.spec;
        let request = at.ec2().await?.associate_route_table().subnet_id(it.env.get(subnet).now()?.id);
        let request = request.route_table_id(it.env.get(table).now()?.id);
        aws::seen(aws::call(at, "AssociateRouteTable", request.send()).await).map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let request = at.ec2().await?.replace_route_table_association().association_id(&live.id);
        let request = request.route_table_id(it.env.get(&it.spec.table).now()?.id);
        aws::seen(aws::call(at, "ReplaceRouteTableAssociation", request.send()).await).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.disassociate_route_table().association_id(&live.id);
        let gone = aws::call(at, "DisassociateRouteTable", request.send()).await;
        aws::unless(gone, &["InvalidAssociationID.NotFound"]).map(drop)
    }
}

/// The addresses of the subnets that are ours, by id.
async fn own_subnets(at: &At<'_>) -> Result<BTreeMap<String, String>> {
    let subnets = subnets(at).await?;
    let ours = subnets.iter().filter(|subnet| is_ours(at, subnet.tags()));
    let entry = |subnet: &aws_sdk_ec2::types::Subnet| {
        let address = value(subnet.tags(), ADDRESS_TAG).unwrap_or_default();
        Some((subnet.subnet_id()?.to_owned(), address.to_owned()))
    };
    Ok(ours.filter_map(entry).collect())
}
