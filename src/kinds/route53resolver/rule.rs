//! `route53resolver/rule`: where questions about a domain go.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_route53resolver::types::{
    ResolverRule, ResolverRuleConfig, ResolverRuleStatus as Status, RuleTypeOption, TargetAddress,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::lists::{is_borrowed, is_idle, rules};
use super::tags::{retag, sdk_tags, settled, tags_of};
use super::{AT_ONCE, GONE, TWICE};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    kinds::token::{create_once, token},
};

/// A Resolver [rule][rule]: questions about a domain, and all below it, are forwarded, or answered by AWS although they
/// lie below one that is.
///
/// [rule]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html
pub struct Rule;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it. AWS lets several be called the same; of ours no two are.
    pub name: String,
    /// The domain, without the dot behind it.
    pub domain: String,
    /// Who is asked; nobody where AWS answers.
    pub forward: Option<Forward>,
}

/// Who is asked.
#[derive(Clone, Debug)]
pub struct Forward {
    /// The id of the outbound endpoint that asks.
    pub endpoint: Text,
    /// The name servers, each `192.0.2.1:53`.
    pub targets: BTreeSet<String>,
}

impl Spec {
    const fn sort(&self) -> RuleTypeOption {
        if self.forward.is_some() { RuleTypeOption::Forward } else { RuleTypeOption::System }
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    arn: String,
    name: String,
    domain: String,
    sort: String,
    endpoint: Option<String>,
    targets: BTreeSet<String>,
    state: State,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `rslvr-rr-…`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
}

impl Kind for Rule {
    const NAME: &'static str = "route53resolver/rule";
    const ABOUT: &'static str = "A Resolver rule: questions about a domain and all below it are forwarded, or answered by AWS all the same.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["domain", "type"];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "route53resolver:ListResolverRules",
            "route53resolver:ListTagsForResource",
        ],
        create: &["route53resolver:CreateResolverRule", "route53resolver:TagResource"],
        update: &[
            "route53resolver:UpdateResolverRule",
            "route53resolver:TagResource",
            "route53resolver:UntagResource",
        ],
        delete: &["route53resolver:DeleteResolverRule"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(5),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverRule.html: a rule \
                 is made at once, and updated within a minute",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, domain, forward } = spec;
        let doc = Doc::new()
            .with("name", name.as_str())
            .with("domain", domain.as_str())
            .with("type", spec.sort().as_str());
        let Some(Forward { endpoint, targets }) = forward else { return doc };
        doc.with("endpoint", Field::text(endpoint, env))
            .with("targets", targets.iter().cloned().collect::<Vec<_>>())
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, arn: _, name, domain, sort, endpoint, targets, state: _ } = live;
        let targets: Vec<_> = targets.iter().cloned().collect();
        Doc::new()
            .with("name", name.as_str())
            .with("domain", domain.as_str())
            .with("type", sort.as_str())
            .with_some("endpoint", endpoint.as_deref())
            .with_some("targets", Some(targets).filter(|targets| !targets.is_empty()))
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone(), arn: live.arn.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if is_idle(at, wanted).await? {
            return Ok(Vec::new());
        }
        let all = rules(at).await?;
        let lives: Vec<_> = all.iter().filter_map(live).collect();
        let found = stream::iter(lives).map(|live| tagged(at, live));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let all = rules(at).await?;
        Ok(Some(all.iter().filter_map(live).count()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let is_there = |token: String| async move {
            let pages = at.route53resolver().await?.list_resolver_rules().into_paginator().items().send();
            let all: Vec<_> = aws::call(at, "ListResolverRules", pages.try_collect()).await?;
            Ok(all.iter().any(|one: &ResolverRule| one.creator_request_id() == Some(token.as_str())))
        };
        create_once(token(it.address, it.tags), TWICE, |token| create(at, it, token), is_there).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let config = ResolverRuleConfig::builder().name(&it.spec.name);
        let config = match &it.spec.forward {
            Some(Forward { endpoint, targets }) => config
                .resolver_endpoint_id(endpoint.resolve(&it.env).now()?)
                .set_target_ips(Some(targets.iter().filter_map(|target| sdk(target)).collect())),
            None => config,
        };
        let request = at.route53resolver().await?.update_resolver_rule().resolver_rule_id(&live.id);
        let request = request.config(config.build());
        settled(aws::call(at, "UpdateResolverRule", request.send()).await).map(drop)
    }

    /// AWS refuses while it is shared, or VPCs use it.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let gone = at.route53resolver().await?.delete_resolver_rule().resolver_rule_id(&live.id).send();
        let gone = aws::unless(aws::call(at, "DeleteResolverRule", gone).await, GONE);
        settled(gone).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.arn, tags).await
    }
}

async fn create(at: &At<'_>, it: &Wanted<'_, Rule>, token: String) -> Result<()> {
    let Spec { name, domain, forward } = it.spec;
    let request = at.route53resolver().await?.create_resolver_rule().creator_request_id(token);
    let request = request.name(name).domain_name(domain).rule_type(it.spec.sort());
    let request = match forward {
        Some(Forward { endpoint, targets }) => request
            .resolver_endpoint_id(endpoint.resolve(&it.env).now()?)
            .set_target_ips(Some(targets.iter().filter_map(|target| sdk(target)).collect())),
        None => request,
    };
    let request = request.set_tags(Some(sdk_tags(it.tags)?));
    settled(aws::call(at, "CreateResolverRule", request.send()).await).map(drop)
}

fn sdk(target: &str) -> Option<TargetAddress> {
    let (ip, port) = target.rsplit_once(':')?;
    Some(TargetAddress::builder().ip(ip).port(port.parse().ok()?).build())
}

/// The rule with its tags; nothing if it is gone meanwhile.
async fn tagged(at: &At<'_>, live: Live) -> Result<Option<Found<Live>>> {
    let Some(tags) = tags_of(at, &live.arn).await? else { return Ok(None) };
    let (key, label) = (live.name.clone(), format!("{} ({})", live.domain, live.id));
    Ok(Some(Found { key, label, owner: Owner::Tags(tags), live }))
}

/// A rule of the account's own: neither one that is shared with it nor one that AWS makes for [every VPC][auto].
///
/// [auto]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html
fn live(rule: &ResolverRule) -> Option<Live> {
    let sort = rule.rule_type()?;
    let own = matches!(sort, RuleTypeOption::Forward | RuleTypeOption::System)
        && !is_borrowed(rule.share_status())
        && rule.status() != Some(&Status::Deleting);
    let id = rule.id().filter(|id| own && !id.starts_with(AUTOMATIC))?;
    let target = |target: &TargetAddress| Some(format!("{}:{}", target.ip()?, target.port().unwrap_or(53)));
    Some(Live {
        id: id.to_owned(),
        arn: rule.arn()?.to_owned(),
        name: rule.name().unwrap_or_default().to_owned(),
        domain: rule.domain_name()?.trim_end_matches('.').to_ascii_lowercase(),
        sort: sort.as_str().to_owned(),
        endpoint: rule.resolver_endpoint_id().filter(|id| !id.is_empty()).map(str::to_owned),
        targets: rule.target_ips().iter().filter_map(target).collect(),
        state: state(rule),
    })
}

/// What the ids of AWS's own rules and of their associations begin with.
pub(super) const AUTOMATIC: &str = "rslvr-autodefined-";

fn state(rule: &ResolverRule) -> State {
    let message = rule.status_message().unwrap_or("AWS does not say why").to_owned();
    match rule.status() {
        Some(Status::Updating) => State::Changing(message),
        Some(Status::Failed) => State::Failed(message),
        _ => State::Ready,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::doc::diff;
    use aws_sdk_route53resolver::types::ShareStatus;

    fn rule() -> aws_sdk_route53resolver::types::builders::ResolverRuleBuilder {
        let target = TargetAddress::builder().ip("192.168.10.10").port(53).build();
        let rule = ResolverRule::builder().id("rslvr-rr-1").arn("arn:rule").name("acme-corp");
        rule.domain_name("Corp.Acme.example.").rule_type(RuleTypeOption::Forward).target_ips(target)
    }

    #[test]
    fn domains_and_targets_are_compared_as_they_are_written() {
        let forward =
            Forward { endpoint: "rslvr-out-1".into(), targets: ["192.168.10.10:53".to_owned()].into() };
        let spec =
            Spec { name: "acme-corp".into(), domain: "corp.acme.example".into(), forward: Some(forward) };
        let live =
            live(&rule().resolver_endpoint_id("rslvr-out-2").build()).expect("it is the account's own");
        let changes = diff(&Rule::observed(&live), &Rule::desired(&spec, &Env::nothing_known()));
        assert_eq!(changes.iter().map(|change| change.path.as_str()).collect::<Vec<_>>(), ["endpoint"]);
    }

    #[test]
    fn rules_of_others_are_not_among_them() {
        assert!(live(&rule().share_status(ShareStatus::SharedWithMe).build()).is_none());
        assert!(live(&rule().rule_type(RuleTypeOption::Recursive).build()).is_none());
        assert!(live(&rule().id("rslvr-autodefined-rr-internet-resolver").build()).is_none());
        assert!(live(&rule().status(Status::Deleting).build()).is_none());
    }
}
