//! `ec2/default-security-group`: that nothing passes for who is in no other group.

use aws_sdk_ec2::types::SecurityGroup as SdkGroup;

use super::{
    Vpc,
    groups::groups,
    security_group::{Held, remove, rules_of},
};
use crate::{
    aws,
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// The [default group][default] of a VPC, without rules. AWS makes it with the VPC and deletes it with the VPC; whatever is
/// launched without a group is in it.
///
/// [default]: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
pub struct DefaultSecurityGroup;

/// What is wanted: no rules.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its VPC.
    pub vpc: Need<Vpc>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    rules: Vec<Held>,
}

/// What AWS calls it, in every VPC.
const NAME: &str = "default";

impl Kind for DefaultSecurityGroup {
    const NAME: &'static str = "ec2/default-security-group";
    const ABOUT: &'static str = "The default security group of a VPC, without rules.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("a VPC's default group goes with its VPC");
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const READ_AFTER: &'static [&'static str] = &[Vpc::NAME];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSecurityGroupRules",
            "ec2:DescribeManagedPrefixLists",
        ],
        create: &["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"],
        update: &["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.vpc).map(|vpc| vpc.id)
    }

    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new()
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, rules } = live;
        rules.iter().map(|rule| (rule.path.clone(), rule.description.as_str().into())).collect()
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let mut found = Vec::new();
        for vpc in wanted.iter().filter_map(|it| Self::key(it).known()) {
            if let Some(live) = held(at, &vpc).await? {
                let label = live.id.clone();
                found.push(Found { key: vpc, label, owner: Owner::Nobody, live });
            }
        }
        Ok(found)
    }

    /// It comes with its VPC, a moment later.
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        match held(at, &it.env.get(&it.spec.vpc).now()?.id).await? {
            Some(live) => empty(at, &live).await,
            None => Ok(()),
        }
    }

    async fn update(at: &At<'_>, _: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        empty(at, live).await
    }
}

/// The default group of the VPC with this id; nothing where it does not show yet.
async fn held(at: &At<'_>, vpc: &str) -> Result<Option<Live>> {
    let groups = groups(at).await?;
    let is_default = |group: &&SdkGroup| group.vpc_id() == Some(vpc) && group.group_name() == Some(NAME);
    let Some(id) = groups.iter().find(is_default).and_then(SdkGroup::group_id) else { return Ok(None) };
    Ok(Some(Live { id: id.to_owned(), rules: rules_of(at, id).await? }))
}

async fn empty(at: &At<'_>, live: &Live) -> Result<()> {
    aws::unless(remove(at, &live.id, &live.rules).await, &["InvalidGroup.NotFound"]).map(drop)
}
