//! `route53resolver/firewall-association`: a VPC that can't ask for what a rule group blocks.

use std::time::Duration;

use aws_sdk_route53resolver::types::{
    FirewallRuleGroupAssociation, FirewallRuleGroupAssociationStatus as Status, MutationProtectionStatus,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::firewall_rule_group::FirewallRuleGroup;
use super::lists::{firewall_associations, is_idle};
use super::tags::{retag, sdk_tags, settled, tags_of};
use super::{AT_ONCE, GONE};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    kinds::token::token,
};

/// The [association][associate] of a VPC with a rule group of DNS Firewall, of its own account or shared with it.
///
/// [associate]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html
pub struct FirewallAssociation;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The VPC's id.
    pub vpc: Text,
    /// The rule group.
    pub group: Need<FirewallRuleGroup>,
    /// What AWS calls it.
    pub name: String,
    /// Which of a VPC's groups comes first: between 101 and 9,899, each once.
    pub priority: u32,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    arn: String,
    name: String,
    vpc: String,
    group: String,
    priority: Option<i32>,
    protection: Option<String>,
    state: State,
}

impl Kind for FirewallAssociation {
    const NAME: &'static str = "route53resolver/firewall-association";
    const ABOUT: &'static str = "That a VPC is guarded by a rule group of DNS Firewall.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Follows;
    const IMMUTABLE: &'static [&'static str] = &["vpc", "group"];
    const READ_AFTER: &'static [&'static str] = &["ec2/vpc", "route53resolver/firewall-rule-group"];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "route53resolver:ListFirewallRuleGroupAssociations",
            "route53resolver:ListTagsForResource",
        ],
        create: &[
            "route53resolver:AssociateFirewallRuleGroup",
            "route53resolver:TagResource",
            "ec2:DescribeVpcs",
        ],
        update: &[
            "route53resolver:UpdateFirewallRuleGroupAssociation",
            "route53resolver:TagResource",
            "route53resolver:UntagResource",
        ],
        delete: &[
            "route53resolver:UpdateFirewallRuleGroupAssociation",
            "route53resolver:DisassociateFirewallRuleGroup",
        ],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(30),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_FirewallRuleGroupAssociation.html",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let vpc = it.spec.vpc.resolve(&it.env);
        it.env.get(&it.spec.group).and_then(|group| vpc.map(|vpc| key(&vpc, &group.id)))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { vpc, group, name, priority } = spec;
        let id = Field::of(env.get(group).map(|group| group.id), Some(group.address().into()));
        Doc::new()
            .with("name", name.as_str())
            .with("vpc", Field::text(vpc, env))
            .with("group", id)
            .with("priority", *priority)
            .with("mutation_protection", MutationProtectionStatus::Disabled.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, arn: _, name, vpc, group, priority, protection, state: _ } = live;
        Doc::new()
            .with("name", name.as_str())
            .with("vpc", vpc.as_str())
            .with("group", group.as_str())
            .with_some("priority", *priority)
            .with_some("mutation_protection", protection.as_deref())
    }

    fn outputs(_: &Live) {}

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if is_idle(at, wanted).await? {
            return Ok(Vec::new());
        }
        let all = firewall_associations(at).await?;
        let found =
            stream::iter(all.iter().filter_map(live).collect::<Vec<_>>()).map(|live| tagged(at, live));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let all = firewall_associations(at).await?;
        Ok(it.spec.vpc.resolve(&it.env).among(all.iter().map(FirewallRuleGroupAssociation::vpc_id), 0))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { vpc, group, name, priority } = it.spec;
        let (vpc, group) = (vpc.resolve(&it.env).now()?, it.env.get(group).now()?.id);
        let request = at.route53resolver().await?.associate_firewall_rule_group();
        let request = request
            .creator_request_id(format!("{}/{vpc}/{group}", token(it.address, it.tags)))
            .vpc_id(vpc)
            .firewall_rule_group_id(group)
            .name(name)
            .priority(i32::try_from(*priority).unwrap_or(i32::MAX))
            .mutation_protection(MutationProtectionStatus::Disabled)
            .set_tags(Some(sdk_tags(it.tags)?));
        settled(aws::call(at, "AssociateFirewallRuleGroup", request.send()).await).map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let request = at.route53resolver().await?.update_firewall_rule_group_association();
        let request = request
            .firewall_rule_group_association_id(&live.id)
            .name(&it.spec.name)
            .priority(i32::try_from(it.spec.priority).unwrap_or(i32::MAX))
            .mutation_protection(MutationProtectionStatus::Disabled);
        settled(aws::call(at, "UpdateFirewallRuleGroupAssociation", request.send()).await).map(drop)
    }

    /// One that is protected has to be opened first, which takes AWS a while.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        if live.protection.as_deref() == Some(MutationProtectionStatus::Enabled.as_str()) {
            let request = at.route53resolver().await?.update_firewall_rule_group_association();
            let request = request.firewall_rule_group_association_id(&live.id);
            let open = request.mutation_protection(MutationProtectionStatus::Disabled).send();
            let open = aws::call(at, "UpdateFirewallRuleGroupAssociation", open).await;
            settled(aws::unless(open, GONE))?;
        }
        let request = at.route53resolver().await?.disassociate_firewall_rule_group();
        let gone = request.firewall_rule_group_association_id(&live.id).send();
        let gone = aws::call(at, "DisassociateFirewallRuleGroup", gone).await;
        settled(aws::unless(gone, GONE)).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.arn, tags).await
    }
}

fn key(vpc: &str, group: &str) -> String {
    format!("{vpc} {group}")
}

/// The association with its tags; nothing if it is gone meanwhile.
async fn tagged(at: &At<'_>, live: Live) -> Result<Option<Found<Live>>> {
    let Some(tags) = tags_of(at, &live.arn).await? else { return Ok(None) };
    let (key, label) = (key(&live.vpc, &live.group), live.id.clone());
    Ok(Some(Found { key, label, owner: Owner::Tags(tags), live }))
}

/// An association that is not on its way out, and not another service's: Firewall Manager makes some.
fn live(association: &FirewallRuleGroupAssociation) -> Option<Live> {
    let state = match association.status() {
        Some(Status::Deleting) => return None,
        Some(Status::Updating) => State::Changing("AWS is still at work on it".to_owned()),
        _ => State::Ready,
    };
    if association.managed_owner_name().is_some_and(|owner| !owner.is_empty()) {
        return None;
    }
    Some(Live {
        id: association.id()?.to_owned(),
        arn: association.arn()?.to_owned(),
        name: association.name().unwrap_or_default().to_owned(),
        vpc: association.vpc_id()?.to_owned(),
        group: association.firewall_rule_group_id()?.to_owned(),
        priority: association.priority(),
        protection: association.mutation_protection().map(|one| one.as_str().to_owned()),
        state,
    })
}
