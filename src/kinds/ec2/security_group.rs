//! `ec2/security-group`: who may reach what is in it, and whom that may reach.

mod edit;
mod rule;

use std::time::Duration;

use aws_sdk_ec2::types::{ManagedPrefixList, ResourceType, SecurityGroup as SdkGroup};

pub use rule::{Direction, Peer, Rule};

pub(in crate::kinds::ec2) use edit::{is_changed, remove};
pub(in crate::kinds::ec2) use rule::Held;

use super::{
    Vpc, any_of_ours, freed,
    groups::{groups, rules, service_lists},
    is_of_account, is_ours, retag, specification, tags,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Timing, Wanted},
    },
};

/// A [security group][group] with all its rules: one that the landing zone does not state is taken away.
///
/// [group]: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
pub struct SecurityGroup;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its VPC.
    pub vpc: Need<Vpc>,
    /// What AWS calls it, unique in its VPC.
    pub name: String,
    /// What people read about it.
    pub description: String,
    /// Its rules, both ways.
    pub rules: Vec<Rule>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    vpc: String,
    name: String,
    description: String,
    rules: Vec<Held>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `sg-…`.
    pub id: String,
}

fn key(vpc: &str, name: &str) -> String {
    format!("{vpc} {name}")
}

impl Kind for SecurityGroup {
    const NAME: &'static str = "ec2/security-group";
    const ABOUT: &'static str =
        "A security group with all its rules: what the landing zone does not state is taken away.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const IMMUTABLE: &'static [&'static str] = &["vpc", "name", "description"];
    const READ_AFTER: &'static [&'static str] = &[Vpc::NAME];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSecurityGroupRules",
            "ec2:DescribeManagedPrefixLists",
        ],
        create: &[
            "ec2:CreateSecurityGroup",
            "ec2:CreateTags",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:AuthorizeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupEgress",
        ],
        update: &[
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:AuthorizeSecurityGroupEgress",
            "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
            "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
            "ec2:RevokeSecurityGroupIngress",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:CreateTags",
            "ec2:DeleteTags",
        ],
        delete: &[
            "ec2:RevokeSecurityGroupIngress",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:DeleteSecurityGroup",
        ],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(2),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html: it goes once no network \
                 interface has it; those of an endpoint stay for minutes after it",
    };
    // AWS lets a new group send anywhere, which is taken back.
    const CALLS: Calls = Calls { create: 2, each: &["rules[]"] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        it.env.get(&it.spec.vpc).map(|vpc| key(&vpc.id, &it.spec.name))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { vpc, name, description, rules } = spec;
        let mut doc = Doc::new()
            .with("vpc", Field::of(env.get(vpc).map(|vpc| vpc.id), Some(vpc.address().into())))
            .with("name", name.as_str())
            .with("description", description.as_str());
        doc.extend(rules.iter().map(|rule| rule.field(*env)));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, vpc, name, description, rules } = live;
        let mut doc = Doc::new()
            .with("vpc", vpc.as_str())
            .with("name", name.as_str())
            .with("description", description.as_str());
        doc.extend(rules.iter().map(|rule| (rule.path.clone(), rule.description.as_str().into())));
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
        let mut found = Vec::new();
        for group in groups(at).await?.iter() {
            let (Some(vpc), Some(name)) = (group.vpc_id(), group.group_name()) else { continue };
            let key = key(vpc, name);
            if is_ours(at, group.tags()) || keys.contains(&key) {
                found.extend(with_rules(at, group, key).await?);
            }
        }
        Ok(found)
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let groups = groups(at).await?;
        Ok(Some(groups.iter().filter(|group| is_of_account(at, group.owner_id())).count()))
    }

    /// A new group lets [everything out][default]; that goes before it is told what to let out.
    ///
    /// [default]: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { vpc, name, description, rules } = it.spec;
        let request = at.ec2().await?.create_security_group().vpc_id(it.env.get(vpc).now()?.id);
        let request = request.group_name(name).description(description);
        let request = request.tag_specifications(specification(ResourceType::SecurityGroup, it.tags));
        let made = aws::seen(aws::call(at, "CreateSecurityGroup", request.send()).await)?;
        let Some(id) = made.group_id() else { return Ok(()) };
        edit::remove_everything_out(at, id).await?;
        edit::add(at, id, rules, &it.env).await
    }

    /// What is to pass does before what is not to pass any more stops.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let (id, env) = (live.id.as_str(), &it.env);
        let held = |path: &str| live.rules.iter().find(|held| held.path == path);
        let touched = it.spec.rules.iter().filter(|rule| is_changed(changes, &rule.path(*env)));
        let (stay, new): (Vec<_>, Vec<_>) = touched.partition(|rule| held(&rule.path(*env)).is_some());
        edit::add(at, id, new, env).await?;
        let stay: Vec<_> =
            stay.into_iter().filter_map(|rule| Some((held(&rule.path(*env))?, rule))).collect();
        edit::describe(at, id, &stay, Direction::In).await?;
        edit::describe(at, id, &stay, Direction::Out).await?;
        let is_extra = |held: &&Held| {
            let is_wanted = it.spec.rules.iter().any(|rule| rule.path(*env) == held.path);
            is_changed(changes, &held.path) && !is_wanted
        };
        edit::remove(at, id, live.rules.iter().filter(is_extra)).await
    }

    /// Its rules go first, so that groups which name each other can go in any order.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        const GONE: &[&str] = &["InvalidGroup.NotFound", "InvalidGroupId.Malformed"];
        aws::unless(edit::remove(at, &live.id, &live.rules).await, GONE)?;
        let request = at.ec2().await?.delete_security_group().group_id(&live.id);
        let gone = freed(aws::call(at, "DeleteSecurityGroup", request.send()).await);
        aws::unless(gone, GONE).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

async fn with_rules(at: &At<'_>, group: &SdkGroup, key: String) -> Result<Option<Found<Live>>> {
    let Some(id) = group.group_id() else { return Ok(None) };
    let live = Live {
        id: id.to_owned(),
        vpc: group.vpc_id().unwrap_or_default().to_owned(),
        name: group.group_name().unwrap_or_default().to_owned(),
        description: group.description().unwrap_or_default().to_owned(),
        rules: rules_of(at, id).await?,
    };
    let (label, owner) = (live.id.clone(), Owner::Tags(tags(group.tags())));
    Ok(Some(Found { key, label, owner, live }))
}

/// The rules of the group with this id. The services' prefix lists are asked for only where a rule names a list.
pub(in crate::kinds::ec2) async fn rules_of(at: &At<'_>, group: &str) -> Result<Vec<Held>> {
    let all = rules(at).await?;
    let rules: Vec<_> = all.iter().filter(|rule| rule.group_id() == Some(group)).collect();
    let lists: Vec<ManagedPrefixList> = if rules.iter().any(|rule| rule.prefix_list_id().is_some()) {
        service_lists(at).await?
    } else {
        Vec::new()
    };
    Ok(rules.into_iter().filter_map(|rule| Held::of(rule, &lists)).collect())
}
