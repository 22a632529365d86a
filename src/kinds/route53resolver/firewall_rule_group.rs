//! `route53resolver/firewall-rule-group`: what VPCs can't ask for.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aws_sdk_route53resolver::types::{
    Action, BlockResponse, FirewallDomainListMetadata, FirewallRule, FirewallRuleGroupMetadata,
    FirewallRuleGroupStatus as Status,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::firewall_domain_list::FirewallDomainList;
use super::lists::{domain_lists, is_borrowed, is_idle, rule_groups};
use super::tags::{retag, sdk_tags, settled, tags_of};
use super::{AT_ONCE, GONE};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::{Class, Error, Result},
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    kinds::token::token,
};

/// A [rule group][group] of DNS Firewall with its rules, each of which blocks the domains of a list. The group's rules are
/// ours to say in full.
///
/// [group]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-groups.html
pub struct FirewallRuleGroup;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it. AWS lets several be called the same; of ours no two are.
    pub name: String,
    /// Its rules by name.
    pub rules: BTreeMap<String, Rule>,
}

/// A rule: questions about these domains are answered with nothing.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The domains.
    pub list: List,
    /// Which rule comes first.
    pub priority: u32,
}

/// A list of domains.
#[derive(Clone, Debug)]
pub enum List {
    /// One of ours.
    Own(Need<FirewallDomainList>),
    /// One that AWS keeps, by its name: [it has another id in each Region][managed].
    ///
    /// [managed]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-managed-domain-lists.html
    Managed(String),
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    arn: String,
    name: String,
    rules: Vec<LiveRule>,
    state: State,
}

#[derive(Clone, Debug)]
struct LiveRule {
    /// What it is called in the document: its name, with the list's id behind it where another has the same.
    key: String,
    /// The list's id, and its name if AWS keeps it.
    list: String,
    managed: Option<String>,
    priority: Option<i32>,
    action: String,
    response: Option<String>,
    kind: Option<String>,
    /// Another list's domains, or what AWS makes out to be threats.
    threat: Option<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `rslvr-frg-…`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
}

impl Kind for FirewallRuleGroup {
    const NAME: &'static str = "route53resolver/firewall-rule-group";
    const ABOUT: &'static str =
        "A rule group of DNS Firewall with its rules, each of which blocks the domains of a list.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name"];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "route53resolver:ListFirewallRuleGroups",
            "route53resolver:GetFirewallRuleGroup",
            "route53resolver:ListFirewallRules",
            "route53resolver:ListFirewallDomainLists",
            "route53resolver:ListTagsForResource",
        ],
        create: &[
            "route53resolver:CreateFirewallRuleGroup",
            "route53resolver:CreateFirewallRule",
            "route53resolver:TagResource",
        ],
        update: &[
            "route53resolver:CreateFirewallRule",
            "route53resolver:UpdateFirewallRule",
            "route53resolver:DeleteFirewallRule",
            "route53resolver:TagResource",
            "route53resolver:UntagResource",
        ],
        delete: &["route53resolver:DeleteFirewallRule", "route53resolver:DeleteFirewallRuleGroup"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(10),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_FirewallRuleGroup.html",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, rules } = spec;
        let mut doc = Doc::new().with("name", name.as_str());
        for (key, Rule { list, priority }) in rules {
            let list = match list {
                List::Own(list) => Field::of(env.get(list).map(|list| list.id), Some(list.address().into())),
                List::Managed(name) => name.as_str().into(),
            };
            doc.set(format!("rules[{key}].list"), list);
            doc.set(format!("rules[{key}].priority"), *priority);
            doc.set(format!("rules[{key}].action"), Action::Block.as_str());
            doc.set(format!("rules[{key}].response"), BlockResponse::Nodata.as_str());
        }
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, arn: _, name, rules, state: _ } = live;
        let mut doc = Doc::new().with("name", name.as_str());
        for LiveRule { key, list, managed, priority, action, response, kind, threat } in rules {
            let field = |name: &str| format!("rules[{key}].{name}");
            doc = doc
                .with(field("list"), managed.as_ref().unwrap_or(list).as_str())
                .with(field("action"), action.as_str())
                .with_some(field("priority"), *priority)
                .with_some(field("response"), response.as_deref())
                .with_some(field("type"), kind.as_deref())
                .with_some(field("threat"), threat.as_deref());
        }
        doc
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
        let all = rule_groups(at).await?;
        let own: Vec<_> = all.iter().filter(|group| !is_borrowed(group.share_status())).cloned().collect();
        let found = stream::iter(own).map(|group| found(at, group));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.route53resolver().await?.create_firewall_rule_group().name(&it.spec.name);
        let request = request.creator_request_id(token(it.address, it.tags));
        let request = request.set_tags(Some(sdk_tags(it.tags)?));
        let made = aws::call(at, "CreateFirewallRuleGroup", request.send()).await?;
        let Some(id) = made.firewall_rule_group.and_then(|group| group.id) else { return Ok(()) };
        for key in it.spec.rules.keys() {
            add(at, it, &id, key).await?;
        }
        Ok(())
    }

    /// A rule is its list: with another one it is another rule.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let touched = |key: &str| {
            let path = format!("rules[{key}].");
            changes.iter().any(|change| change.path.starts_with(&path))
        };
        for rule in live.rules.iter().filter(|rule| touched(&rule.key)) {
            let replaced = changes.iter().any(|change| change.path == format!("rules[{}].list", rule.key));
            if replaced || rule.threat.is_some() || rule.kind.is_some() {
                remove(at, &live.id, rule).await?;
            }
        }
        for (key, wanted) in it.spec.rules.iter().filter(|(key, _)| touched(key)) {
            let stays = |rule: &&LiveRule| {
                let replaced = changes.iter().any(|change| change.path == format!("rules[{key}].list"));
                rule.key == *key && !replaced && rule.threat.is_none() && rule.kind.is_none()
            };
            match live.rules.iter().find(stays) {
                Some(rule) => put(at, &live.id, rule, wanted.priority).await?,
                None => add(at, it, &live.id, key).await?,
            }
        }
        Ok(())
    }

    /// With its rules, which have to go first. AWS refuses while it is shared, or VPCs use it.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        for rule in &live.rules {
            remove(at, &live.id, rule).await?;
        }
        let gone = at.route53resolver().await?.delete_firewall_rule_group().firewall_rule_group_id(&live.id);
        let gone = aws::call(at, "DeleteFirewallRuleGroup", gone.send()).await;
        settled(aws::unless(gone, GONE)).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.arn, tags).await
    }
}

async fn add(at: &At<'_>, it: &Wanted<'_, FirewallRuleGroup>, group: &str, key: &str) -> Result<()> {
    let Some(Rule { list, priority }) = it.spec.rules.get(key) else { return Ok(()) };
    let list = match list {
        List::Own(list) => it.env.get(list).now()?.id,
        List::Managed(name) => managed(at, name).await?,
    };
    let request = at.route53resolver().await?.create_firewall_rule().firewall_rule_group_id(group);
    let request = request
        .creator_request_id(format!("{}/{key}/{list}", token(it.address, it.tags)))
        .firewall_domain_list_id(list)
        .name(key)
        .priority(i32::try_from(*priority).unwrap_or(i32::MAX))
        .action(Action::Block)
        .block_response(BlockResponse::Nodata);
    settled(aws::call(at, "CreateFirewallRule", request.send()).await).map(drop)
}

async fn put(at: &At<'_>, group: &str, rule: &LiveRule, priority: u32) -> Result<()> {
    let request = at.route53resolver().await?.update_firewall_rule().firewall_rule_group_id(group);
    let request = request
        .firewall_domain_list_id(&rule.list)
        .priority(i32::try_from(priority).unwrap_or(i32::MAX))
        .action(Action::Block)
        .block_response(BlockResponse::Nodata);
    settled(aws::call(at, "UpdateFirewallRule", request.send()).await).map(drop)
}

async fn remove(at: &At<'_>, group: &str, rule: &LiveRule) -> Result<()> {
    let request = at.route53resolver().await?.delete_firewall_rule().firewall_rule_group_id(group);
    let request = match &rule.threat {
        Some(threat) => request.firewall_threat_protection_id(threat),
        None => request.firewall_domain_list_id(&rule.list),
    };
    let gone = aws::call(at, "DeleteFirewallRule", request.set_qtype(rule.kind.clone()).send()).await;
    aws::unless(gone, GONE).map(drop)
}

/// The id of a list that AWS keeps.
async fn managed(at: &At<'_>, name: &str) -> Result<String> {
    let lists = domain_lists(at).await?;
    let list = lists.iter().find(|list| is_managed(list) && list.name() == Some(name));
    let missing = || Error::new(Class::Final, format!("AWS keeps no list of domains `{name}` here"));
    list.and_then(|list| list.id()).map(str::to_owned).ok_or_else(missing)
}

fn is_managed(list: &FirewallDomainListMetadata) -> bool {
    list.managed_owner_name().is_some_and(|owner| !owner.is_empty())
}

/// The group with its rules and tags; nothing if it is gone meanwhile, or on its way.
async fn found(at: &At<'_>, group: FirewallRuleGroupMetadata) -> Result<Option<Found<Live>>> {
    let (Some(id), Some(arn)) = (group.id(), group.arn()) else { return Ok(None) };
    let client = at.route53resolver().await?;
    let whole = client.get_firewall_rule_group().firewall_rule_group_id(id).send();
    let whole = aws::unless(aws::call(at, "GetFirewallRuleGroup", whole).await, GONE)?;
    let Some(whole) = whole.and_then(|answer| answer.firewall_rule_group) else { return Ok(None) };
    let state = match whole.status() {
        Some(Status::Deleting) => return Ok(None),
        Some(Status::Updating) => State::Changing("AWS is still taking its rules".to_owned()),
        _ => State::Ready,
    };
    let pages = client.list_firewall_rules().firewall_rule_group_id(id).into_paginator().items().send();
    let rules: Result<Vec<FirewallRule>> = aws::call(at, "ListFirewallRules", pages.try_collect()).await;
    let Some(rules) = aws::unless(rules, GONE)? else { return Ok(None) };
    let Some(tags) = tags_of(at, arn).await? else { return Ok(None) };
    let lists = if rules.is_empty() { Arc::default() } else { domain_lists(at).await? };
    let name = group.name().unwrap_or_default().to_owned();
    let rules = keyed(&rules, &lists);
    let live = Live { id: id.to_owned(), arn: arn.to_owned(), name: name.clone(), rules, state };
    Ok(Some(Found { key: name, label: id.to_owned(), owner: Owner::Tags(tags), live }))
}

/// The rules of a group, each under a key of its own.
fn keyed(rules: &[FirewallRule], lists: &[FirewallDomainListMetadata]) -> Vec<LiveRule> {
    let mut keyed: Vec<LiveRule> = Vec::with_capacity(rules.len());
    for rule in rules {
        let list = rule.firewall_domain_list_id().unwrap_or_default().to_owned();
        let name = rule.name().unwrap_or_default().to_owned();
        let taken = keyed.iter().any(|other| other.key == name);
        let kept = lists.iter().find(|one| one.id() == Some(&list) && is_managed(one));
        let threat = rule.firewall_threat_protection_id().filter(|id| !id.is_empty());
        keyed.push(LiveRule {
            key: if taken { format!("{name} {}", threat.unwrap_or(&list)) } else { name },
            managed: kept.and_then(|one| one.name()).map(str::to_owned),
            list,
            priority: rule.priority(),
            action: rule.action().map(|action| action.as_str().to_owned()).unwrap_or_default(),
            response: rule.block_response().map(|response| response.as_str().to_owned()),
            kind: rule.qtype().filter(|kind| !kind.is_empty()).map(str::to_owned),
            threat: threat.map(str::to_owned),
        });
    }
    keyed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::doc::diff;

    fn group(rules: &[FirewallRule]) -> Doc {
        let kept = FirewallDomainListMetadata::builder()
            .id("rslvr-fdl-aws")
            .name("AWSManagedDomainsMalwareDomainList");
        let lists = [kept.managed_owner_name("Route 53 Resolver DNS Firewall").build()];
        let rules = keyed(rules, &lists);
        let (id, arn, name) = ("rslvr-frg-1".to_owned(), "arn:group".to_owned(), "acme".to_owned());
        FirewallRuleGroup::observed(&Live { id, arn, name, rules, state: State::Ready })
    }

    fn rule(name: &str, list: &str, action: Action) -> FirewallRule {
        let rule =
            FirewallRule::builder().name(name).firewall_domain_list_id(list).priority(100).action(action);
        rule.set_block_response(Some(BlockResponse::Nodata)).build()
    }

    #[test]
    fn lists_of_aws_are_compared_by_name() {
        let name = "AWSManagedDomainsMalwareDomainList";
        let rules = [(name.to_owned(), Rule { list: List::Managed(name.to_owned()), priority: 100 })];
        let spec = Spec { name: "acme".to_owned(), rules: rules.into() };
        let wanted = FirewallRuleGroup::desired(&spec, &Env::nothing_known());
        assert!(diff(&group(&[rule(name, "rslvr-fdl-aws", Action::Block)]), &wanted).is_empty());
        let changes = diff(&group(&[rule(name, "rslvr-fdl-aws", Action::Allow)]), &wanted);
        assert_eq!(changes[0].path, format!("rules[{name}].action"));
    }

    #[test]
    fn rules_of_one_name_are_told_apart() {
        let doc = group(&[rule("x", "rslvr-fdl-1", Action::Block), rule("x", "rslvr-fdl-2", Action::Allow)]);
        assert!(doc.get("rules[x].list").is_some() && doc.get("rules[x rslvr-fdl-2].action").is_some());
    }
}
