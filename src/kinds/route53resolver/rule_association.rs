//! `route53resolver/rule-association`: a VPC that goes by a rule.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use aws_sdk_route53resolver::types::{ResolverRuleAssociation, ResolverRuleAssociationStatus as Status};

use super::lists::{is_idle, is_our_vpc, rules};
use super::rule::{AUTOMATIC, Rule};
use super::tags::settled;
use super::{GONE, TWICE};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        env::{Env, Need, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, Timing, Wanted},
    },
    kinds::token,
};

/// The [association][associate] of a VPC with a rule, of its own account or shared with it. It is ours if the VPC is and
/// the rule was made by us.
///
/// [associate]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateResolverRule.html
pub struct RuleAssociation;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The VPC's id.
    pub vpc: Text,
    /// The rule.
    pub rule: Need<Rule>,
    /// What AWS calls it.
    pub name: String,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    vpc: String,
    rule: String,
    state: State,
}

impl Kind for RuleAssociation {
    const NAME: &'static str = "route53resolver/rule-association";
    const ABOUT: &'static str = "That a Resolver rule holds for a VPC.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Related;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &["ec2/vpc", "route53resolver/rule"];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "route53resolver:ListResolverRuleAssociations",
            "route53resolver:ListResolverRules",
        ],
        create: &["route53resolver:AssociateResolverRule", "ec2:DescribeVpcs"],
        update: &[],
        delete: &["route53resolver:DisassociateResolverRule"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(30),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverRuleAssociation.html: \
                 `CREATING` for up to a minute",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let vpc = it.spec.vpc.resolve(&it.env);
        it.env.get(&it.spec.rule).and_then(|rule| vpc.map(|vpc| key(&vpc, &rule.id)))
    }

    fn desired(_: &Spec, _: &Env<'_>) -> Doc {
        Doc::new()
    }

    fn observed(_: &Live) -> Doc {
        Doc::new()
    }

    fn outputs(_: &Live) {}

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if is_idle(at, wanted).await? {
            return Ok(Vec::new());
        }
        let keys: BTreeSet<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let mut found = Vec::new();
        for one in associations(at).await?.iter() {
            let (Some(vpc), Some(rule)) = (one.vpc_id(), one.resolver_rule_id()) else { continue };
            if is_automatic(one) || one.status() == Some(&Status::Deleting) {
                continue;
            }
            let key = key(vpc, rule);
            let ends = [is_our_vpc(at, vpc).await?, is_our_rule(at, rule).await?];
            let is_wanted = keys.contains(&key);
            if !is_wanted && ends == [false, false] {
                continue;
            }
            let ours = is_wanted || ends == [true, true];
            let label = format!("{vpc}/{}", one.name().unwrap_or(rule));
            let live = Live { vpc: vpc.to_owned(), rule: rule.to_owned(), state: state(one) };
            found.push(Found { key, label, owner: Owner::Ends { ours }, live });
        }
        Ok(found)
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let all = associations(at).await?;
        Ok(Some(all.iter().filter(|one| !is_automatic(one)).count()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { vpc, rule, name } = it.spec;
        let request = at.route53resolver().await?.associate_resolver_rule();
        let request = request.vpc_id(vpc.resolve(&it.env).now()?);
        let request = request.resolver_rule_id(it.env.get(rule).now()?.id).name(name);
        let made = aws::call(at, "AssociateResolverRule", request.send()).await;
        settled(aws::unless(made, TWICE)).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.route53resolver().await?.disassociate_resolver_rule();
        let gone = request.vpc_id(&live.vpc).resolver_rule_id(&live.rule).send();
        let gone = aws::call(at, "DisassociateResolverRule", gone).await;
        settled(aws::unless(gone, GONE)).map(drop)
    }
}

fn key(vpc: &str, rule: &str) -> String {
    format!("{vpc} {rule}")
}

async fn associations(at: &At<'_>) -> Result<Arc<Vec<ResolverRuleAssociation>>> {
    const OPERATION: &str = "ListResolverRuleAssociations";
    at.once("route53resolver", OPERATION, "", || async {
        let pages = at.route53resolver().await?.list_resolver_rule_associations();
        aws::call(at, OPERATION, pages.into_paginator().items().send().try_collect()).await
    })
    .await
}

/// Whether AWS made it itself.
fn is_automatic(association: &ResolverRuleAssociation) -> bool {
    association.id().is_some_and(|id| id.starts_with(AUTOMATIC))
}

/// Whether a rule was made by this landing zone, in whichever account.
async fn is_our_rule(at: &At<'_>, id: &str) -> Result<bool> {
    let rules = rules(at).await?;
    let rule = rules.iter().find(|rule| rule.id() == Some(id));
    Ok(rule.is_some_and(|rule| token::is_ours(at.organization, rule.creator_request_id())))
}

fn state(association: &ResolverRuleAssociation) -> State {
    let message = association.status_message().unwrap_or("AWS does not say why").to_owned();
    match association.status() {
        Some(Status::Creating) => State::Pending(message),
        Some(Status::Failed) => State::Failed(message),
        _ => State::Ready,
    }
}
