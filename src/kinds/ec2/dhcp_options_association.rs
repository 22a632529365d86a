//! `ec2/dhcp-options-association`: which set of DHCP options the instances of a VPC learn.

use super::{DhcpOptions, Vpc, any_of_ours, dhcp_options::dhcp_options, is_kept, is_ours, tags::value, vpcs};
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

/// The [set of DHCP options][dhcp] of a VPC. Each VPC has one; where the landing zone states none, AWS's own.
///
/// [dhcp]: https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSet.html
pub struct DhcpOptionsAssociation;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The VPC.
    pub vpc: Need<Vpc>,
    /// Its options.
    pub options: Need<DhcpOptions>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    vpc: String,
    options: String,
}

/// What stands for the options that AWS has for a Region.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateDhcpOptions.html>
const DEFAULT: &str = "default";

impl Kind for DhcpOptionsAssociation {
    const NAME: &'static str = "ec2/dhcp-options-association";
    const ABOUT: &'static str = "Which set of DHCP options a VPC has.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &[Vpc::NAME, DhcpOptions::NAME];
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeDhcpOptions"],
        create: &["ec2:AssociateDhcpOptions"],
        update: &["ec2:AssociateDhcpOptions"],
        delete: &["ec2:AssociateDhcpOptions"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.vpc).map(|vpc| vpc.id)
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { vpc: _, options } = spec;
        let id = env.get(options).map(|options| options.id);
        Doc::new().with("options", Field::of(id, Some(options.address().into())))
    }

    fn observed(live: &Live) -> Doc {
        let Live { vpc: _, options } = live;
        Doc::new().with("options", options.as_str())
    }

    fn outputs(_: &Live) {}

    /// Of VPCs for which nothing is stated, only one of ours with options of ours tells that something was.
    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let sets = dhcp_options(at).await?;
        let own =
            |id: &str| sets.iter().any(|set| set.dhcp_options_id() == Some(id) && is_ours(at, set.tags()));
        let vpcs = vpcs(at).await?;
        let found = vpcs.iter().filter_map(|vpc| {
            let (id, options) = (vpc.vpc_id()?.to_owned(), vpc.dhcp_options_id()?.to_owned());
            let concerns =
                keys.contains(&id) || (is_ours(at, vpc.tags()) && is_kept(at, vpc.tags()) && own(&options));
            let address = value(vpc.tags(), ADDRESS_TAG).and_then(|address| address.split(Vpc::NAME).nth(1));
            let label = address.map_or(id.as_str(), |name| name.trim_start_matches('/')).to_owned();
            let owner = Owner::Ends { ours: true };
            let live = Live { vpc: id.clone(), options };
            concerns.then_some(Found { key: id, label, owner, live })
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { vpc, options } = it.spec;
        associate(at, &it.env.get(vpc).now()?.id, &it.env.get(options).now()?.id).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        Self::create(at, it).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let answer = associate(at, &live.vpc, DEFAULT).await;
        aws::unless(answer, &["InvalidVpcID.NotFound"]).map(drop)
    }
}

async fn associate(at: &At<'_>, vpc: &str, options: &str) -> Result<()> {
    let request = at.ec2().await?.associate_dhcp_options().vpc_id(vpc).dhcp_options_id(options);
    aws::seen(aws::call(at, "AssociateDhcpOptions", request.send()).await).map(drop)
}
