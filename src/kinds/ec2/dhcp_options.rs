//! `ec2/dhcp-options`: what instances of a VPC learn when they start.

use std::{collections::BTreeMap, sync::Arc};

use aws_sdk_ec2::types::{DhcpOptions as SdkOptions, NewDhcpConfiguration, ResourceType};

use super::{Vpc, any_of_ours, freed, is_kept, is_ours, name, retag, specification, tags, vpcs};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Wanted},
    },
};

/// A [set of DHCP options][dhcp]. AWS changes none: what is to be otherwise is another set under another name, made before
/// the association leads to it, and the old one goes when nothing leads to it any more.
///
/// [dhcp]: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html
pub struct DhcpOptions;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What its tag `Name` says, by which it is found again if our tags are lost.
    pub name: String,
    /// The values of each option: `domain-name`, `domain-name-servers`, `ntp-servers`.
    pub options: BTreeMap<&'static str, Vec<String>>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    options: BTreeMap<String, Vec<String>>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `dopt-…`.
    pub id: String,
}

/// The path of an option.
fn path(option: &str) -> String {
    format!("options[{option}]")
}

impl Kind for DhcpOptions {
    const NAME: &'static str = "ec2/dhcp-options";
    const ABOUT: &'static str = "A set of DHCP options: name servers, domain name and time servers.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Follows;
    const IMMUTABLE: &'static [&'static str] = &["options"];
    const READ_BEFORE_RETRY: bool = true;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeDhcpOptions"],
        create: &["ec2:CreateDhcpOptions", "ec2:CreateTags"],
        update: &["ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DeleteDhcpOptions"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { name: _, options } = spec;
        options.iter().map(|(option, values)| (path(option), values.clone().into())).collect()
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, options } = live;
        options.iter().map(|(option, values)| (path(option), values.clone().into())).collect()
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let (sets, vpcs) = (dhcp_options(at).await?, vpcs(at).await?);
        // What a VPC still has that left the landing zone goes with it.
        let is_used =
            |id: &str| vpcs.iter().any(|vpc| vpc.dhcp_options_id() == Some(id) && !is_kept(at, vpc.tags()));
        let found = sets.iter().filter_map(|set| {
            let live = Live { id: set.dhcp_options_id()?.to_owned(), options: options(set) };
            let key = name(set.tags()).unwrap_or_default().to_owned();
            let is_wanted = wanted.iter().any(|it| it.spec.name == key);
            let concerns = is_wanted || (is_ours(at, set.tags()) && !is_used(&live.id));
            let (label, owner) = (live.id.clone(), Owner::Tags(tags(set.tags())));
            concerns.then_some(Found { key, label, owner, live })
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let option = |(option, values): (&&'static str, &Vec<String>)| {
            let builder = NewDhcpConfiguration::builder().key(*option);
            builder.set_values(Some(values.clone())).build()
        };
        let options = it.spec.options.iter().map(option).collect();
        let request = at.careful().ec2().await?.create_dhcp_options().set_dhcp_configurations(Some(options));
        let request = request.tag_specifications(specification(ResourceType::DhcpOptions, it.tags));
        aws::call(at, "CreateDhcpOptions", request.send()).await.map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_dhcp_options().dhcp_options_id(&live.id);
        let gone = freed(aws::call(at, "DeleteDhcpOptions", request.send()).await);
        aws::unless(gone, &["InvalidDhcpOptionsID.NotFound", "InvalidDhcpOptionID.NotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

/// All sets of a place, AWS's own included.
pub(super) async fn dhcp_options(at: &At<'_>) -> Result<Arc<Vec<SdkOptions>>> {
    const OPERATION: &str = "DescribeDhcpOptions";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_dhcp_options().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

/// The order of servers is that in which they are asked: it is kept.
fn options(set: &SdkOptions) -> BTreeMap<String, Vec<String>> {
    let option = |one: &aws_sdk_ec2::types::DhcpConfiguration| {
        let values = one.values().iter().filter_map(|value| value.value.clone()).collect();
        Some((one.key()?.to_owned(), values))
    };
    set.dhcp_configurations().iter().filter_map(option).collect()
}
