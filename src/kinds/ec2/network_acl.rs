//! `ec2/network-acl`: what may enter and leave the subnets of a tier, whoever is in them.

mod edit;
mod entry;

use std::sync::Arc;

use aws_sdk_ec2::types::{NetworkAcl as SdkAcl, ResourceType};

pub use entry::Entry;
use entry::Held;

use super::{Subnet, Vpc, any_of_ours, freed, is_ours, name, retag, specification, tags};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Wanted},
    },
};

/// A [network ACL][acl] with all its entries and subnets: an entry or a subnet that the landing zone does not state is taken
/// away. The default one of a VPC is not among them; a subnet that is taken away goes back to it.
///
/// [acl]: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
pub struct NetworkAcl;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its VPC.
    pub vpc: Need<Vpc>,
    /// What its tag `Name` says, by which it is found again within its VPC if our tags are lost.
    pub name: String,
    /// Its entries, both ways.
    pub entries: Vec<Entry>,
    /// The subnets that it guards.
    pub subnets: Vec<Need<Subnet>>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    vpc: String,
    entries: Vec<Held>,
    subnets: Vec<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `acl-…`.
    pub id: String,
}

fn key(vpc: &str, name: &str) -> String {
    format!("{vpc} {name}")
}

/// The path of the field that says that a subnet is guarded.
fn subnet_path(subnet: &str) -> String {
    format!("subnets[{subnet}]")
}

/// That it is, which is all there is to say.
const GUARDED: bool = true;

impl Kind for NetworkAcl {
    const NAME: &'static str = "ec2/network-acl";
    const ABOUT: &'static str =
        "A network ACL with all its entries and subnets: what the landing zone does not state is taken away.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const OUTLIVES: &'static [&'static str] = &[Subnet::NAME];
    const IMMUTABLE: &'static [&'static str] = &["vpc"];
    const READ_AFTER: &'static [&'static str] = &[Vpc::NAME, Subnet::NAME];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeNetworkAcls"],
        create: &[
            "ec2:CreateNetworkAcl",
            "ec2:CreateTags",
            "ec2:CreateNetworkAclEntry",
            "ec2:ReplaceNetworkAclAssociation",
        ],
        update: &[
            "ec2:CreateNetworkAclEntry",
            "ec2:ReplaceNetworkAclEntry",
            "ec2:DeleteNetworkAclEntry",
            "ec2:ReplaceNetworkAclAssociation",
            "ec2:CreateTags",
            "ec2:DeleteTags",
        ],
        delete: &["ec2:ReplaceNetworkAclAssociation", "ec2:DeleteNetworkAcl"],
    };
    const CALLS: Calls = Calls { create: 1, each: &["entries[]", "subnets[]"] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.vpc).map(|vpc| key(&vpc.id, &it.spec.name))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { vpc, name: _, entries, subnets } = spec;
        let vpc = Field::of(env.get(vpc).map(|vpc| vpc.id), Some(vpc.address().into()));
        let mut doc = Doc::new().with("vpc", vpc);
        doc.extend(entries.iter().map(Entry::field));
        for subnet in subnets {
            let id = env.get(subnet).map(|subnet| subnet.id);
            let shown = id.clone().known().unwrap_or_else(|| subnet.address().to_owned());
            doc.set(subnet_path(&shown), Field::of(id.map(|_| GUARDED), Some(GUARDED.into())));
        }
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, vpc, entries, subnets } = live;
        let mut doc = Doc::new().with("vpc", vpc.as_str());
        doc.extend(entries.iter().map(|entry| (entry.path.clone(), entry.says.as_str().into())));
        doc.extend(subnets.iter().map(|subnet| (subnet_path(subnet), GUARDED.into())));
        doc
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let acls = acls(at).await?;
        let made = acls.iter().filter(|acl| !acl.is_default().unwrap_or_default());
        let found = made.filter_map(|acl| {
            let live = Live {
                id: acl.network_acl_id()?.to_owned(),
                vpc: acl.vpc_id()?.to_owned(),
                entries: acl.entries().iter().filter_map(Held::of).collect(),
                subnets: acl.associations().iter().filter_map(|it| it.subnet_id.clone()).collect(),
            };
            let key = key(&live.vpc, name(acl.tags()).unwrap_or_default());
            let concerns = is_ours(at, acl.tags()) || keys.contains(&key);
            let (label, owner) = (live.id.clone(), Owner::Tags(tags(acl.tags())));
            concerns.then_some(Found { key, label, owner, live })
        });
        Ok(found.collect())
    }

    /// The default one of a VPC counts.
    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let acls = acls(at).await?;
        let vpc = it.env.get(&it.spec.vpc).map(|vpc| vpc.id);
        Ok(vpc.among(acls.iter().map(SdkAcl::vpc_id), 1))
    }

    /// A new one denies everything: its entries come before its subnets.
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let vpc = it.env.get(&it.spec.vpc).now()?.id;
        let request = at.careful().ec2().await?.create_network_acl().vpc_id(vpc);
        let request = request.tag_specifications(specification(ResourceType::NetworkAcl, it.tags));
        let made = aws::seen(aws::call(at, "CreateNetworkAcl", request.send()).await)?;
        let Some(id) = made.network_acl().and_then(SdkAcl::network_acl_id) else { return Ok(()) };
        for entry in &it.spec.entries {
            edit::create(at, id, entry).await?;
        }
        for subnet in &it.spec.subnets {
            edit::guard(at, id, &it.env.get(subnet).now()?.id).await?;
        }
        Ok(())
    }

    /// What is to pass does before what is not to pass any more stops; subnets come once all of it is said.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let touched = |path: &str| changes.iter().any(|change| change.path == path);
        let held = |path: &str| live.entries.iter().any(|entry| entry.path == path);
        let entries = it.spec.entries.iter().filter(|entry| touched(&entry.path()));
        let (stay, new): (Vec<_>, Vec<_>) = entries.partition(|entry| held(&entry.path()));
        for entry in new {
            edit::create(at, &live.id, entry).await?;
        }
        for entry in stay {
            edit::replace(at, &live.id, entry).await?;
        }
        let wanted = |path: &str| it.spec.entries.iter().any(|entry| entry.path() == path);
        for entry in live.entries.iter().filter(|entry| touched(&entry.path) && !wanted(&entry.path)) {
            edit::delete(at, &live.id, entry).await?;
        }
        let mut subnets = Vec::new();
        for subnet in &it.spec.subnets {
            subnets.push(it.env.get(subnet).now()?.id);
        }
        for subnet in subnets.iter().filter(|id| touched(&subnet_path(id)) && !live.subnets.contains(id)) {
            edit::guard(at, &live.id, subnet).await?;
        }
        for subnet in live.subnets.iter().filter(|id| touched(&subnet_path(id)) && !subnets.contains(id)) {
            edit::unguard(at, &live.vpc, subnet).await?;
        }
        Ok(())
    }

    /// Its subnets go back to the VPC's default one first.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        for subnet in &live.subnets {
            edit::unguard(at, &live.vpc, subnet).await?;
        }
        let request = at.ec2().await?.delete_network_acl().network_acl_id(&live.id);
        let gone = freed(aws::call(at, "DeleteNetworkAcl", request.send()).await);
        aws::unless(gone, &["InvalidNetworkAclID.NotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

/// All network ACLs of a place, with entries and associations, the default ones included.
async fn acls(at: &At<'_>) -> Result<Arc<Vec<SdkAcl>>> {
    at.once("ec2", OPERATION, "", || ask(at)).await
}

const OPERATION: &str = "DescribeNetworkAcls";

/// The same as AWS has it now.
async fn ask(at: &At<'_>) -> Result<Vec<SdkAcl>> {
    let pages = at.ec2().await?.describe_network_acls().into_paginator().items().send();
    aws::call(at, OPERATION, pages.try_collect()).await
}
