//! `ec2/route-table`: what routes and associations of subnets belong to.

use aws_sdk_ec2::types::{ResourceType, RouteTable as SdkTable, RouteTableAssociation};

use super::{
    Subnet, Vpc, any_of_ours, is_ours, name, retag, route_tables, specification, subnet::subnets, tags,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Wanted},
    },
};

/// A [route table][table]. The main one of a VPC is not among them: AWS makes it, and all subnets of ours have another.
///
/// [table]: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
pub struct RouteTable;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its VPC.
    pub vpc: Need<Vpc>,
    /// What its tag `Name` says, by which it is found again within its VPC if our tags are lost.
    pub name: String,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    vpc: String,
    /// The associations of subnets of ours with it.
    associations: Vec<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `rtb-…`.
    pub id: String,
}

fn key(vpc: &str, name: &str) -> String {
    format!("{vpc} {name}")
}

impl Kind for RouteTable {
    const NAME: &'static str = "ec2/route-table";
    const ABOUT: &'static str = "A route table of a VPC.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const OUTLIVES: &'static [&'static str] = &[Subnet::NAME];
    const IMMUTABLE: &'static [&'static str] = &["vpc"];
    const READ_AFTER: &'static [&'static str] = &[Vpc::NAME];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeRouteTables"],
        create: &["ec2:CreateRouteTable", "ec2:CreateTags"],
        update: &["ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DisassociateRouteTable", "ec2:DeleteRouteTable"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.vpc).map(|vpc| key(&vpc.id, &it.spec.name))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { vpc, name: _ } = spec;
        Doc::new().with("vpc", Field::of(env.get(vpc).map(|vpc| vpc.id), Some(vpc.address().into())))
    }

    fn observed(live: &Live) -> Doc {
        Doc::new().with("vpc", live.vpc.as_str())
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let (tables, subnets) = (route_tables(at).await?, subnets(at).await?);
        let ours = subnets.iter().filter(|subnet| is_ours(at, subnet.tags()));
        let ours: Vec<_> = ours.filter_map(|subnet| subnet.subnet_id()).collect();
        let found = tables.iter().filter_map(|table| {
            let associations = table.associations().iter();
            let associations = associations
                .filter(|association| association.subnet_id().is_some_and(|subnet| ours.contains(&subnet)));
            let associations = associations.filter_map(RouteTableAssociation::route_table_association_id);
            let live = Live {
                id: table.route_table_id()?.to_owned(),
                vpc: table.vpc_id()?.to_owned(),
                associations: associations.map(str::to_owned).collect(),
            };
            let key = key(&live.vpc, name(table.tags()).unwrap_or_default());
            let concerns = is_ours(at, table.tags()) || keys.contains(&key);
            let (label, owner) = (live.id.clone(), Owner::Tags(tags(table.tags())));
            concerns.then_some(Found { key, label, owner, live })
        });
        Ok(found.collect())
    }

    /// The main one of a VPC counts.
    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let tables = route_tables(at).await?;
        let vpc = it.env.get(&it.spec.vpc).map(|vpc| vpc.id);
        Ok(vpc.among(tables.iter().map(SdkTable::vpc_id), 1))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.ec2().await?.create_route_table().vpc_id(it.env.get(&it.spec.vpc).now()?.id);
        let request = request.tag_specifications(specification(ResourceType::RouteTable, it.tags));
        aws::seen(aws::call(at, "CreateRouteTable", request.send()).await).map(drop)
    }

    /// AWS keeps a table that a subnet goes by. Those of ours that do have left the landing zone too.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let client = at.ec2().await?;
        for association in &live.associations {
            let request = client.disassociate_route_table().association_id(association);
            let gone = aws::call(at, "DisassociateRouteTable", request.send()).await;
            aws::unless(gone, &["InvalidAssociationID.NotFound"])?;
        }
        let request = client.delete_route_table().route_table_id(&live.id);
        let gone = aws::call(at, "DeleteRouteTable", request.send()).await;
        aws::unless(gone, &["InvalidRouteTableID.NotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}
