//! `route53resolver/firewall-domain-list`: domains that a rule of DNS Firewall speaks of.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_route53resolver::types::{
    FirewallDomainListMetadata, FirewallDomainListStatus as Status,
    FirewallDomainUpdateOperation as Operation,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::lists::{domain_lists, is_idle};
use super::tags::{retag, sdk_tags, settled, tags_of};
use super::{AT_ONCE, GONE};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    kinds::token::token,
};

/// A [list of domains][list] of the account's own.
///
/// [list]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-user-managed-domain-lists.html
pub struct FirewallDomainList;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it. AWS lets several be called the same; of ours no two are.
    pub name: String,
    /// Its domains, without the dot behind them; `*.` before one stands for all below it.
    pub domains: BTreeSet<String>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    arn: String,
    name: String,
    domains: BTreeSet<String>,
    state: State,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `rslvr-fdl-…`.
    pub id: String,
}

/// How many domains AWS takes [in one call][update].
///
/// [update]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateFirewallDomains.html
const DOMAINS_AT_ONCE: usize = 1_000;

impl Kind for FirewallDomainList {
    const NAME: &'static str = "route53resolver/firewall-domain-list";
    const ABOUT: &'static str = "A list of domains for DNS Firewall.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name"];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "route53resolver:ListFirewallDomainLists",
            "route53resolver:GetFirewallDomainList",
            "route53resolver:ListFirewallDomains",
            "route53resolver:ListTagsForResource",
        ],
        create: &[
            "route53resolver:CreateFirewallDomainList",
            "route53resolver:UpdateFirewallDomains",
            "route53resolver:TagResource",
        ],
        update: &[
            "route53resolver:UpdateFirewallDomains",
            "route53resolver:TagResource",
            "route53resolver:UntagResource",
        ],
        delete: &["route53resolver:DeleteFirewallDomainList"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(10),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_FirewallDomainList.html",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { name, domains } = spec;
        doc(name, domains)
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, arn: _, name, domains, state: _ } = live;
        doc(name, domains)
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if is_idle(at, wanted).await? {
            return Ok(Vec::new());
        }
        let all = domain_lists(at).await?;
        let own = all.iter().filter(|list| list.managed_owner_name().is_none_or(str::is_empty));
        let own: Vec<_> = own.cloned().collect();
        let found = stream::iter(own).map(|list| found(at, list));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// What it is to hold follows: AWS takes no domains here.
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.route53resolver().await?.create_firewall_domain_list().name(&it.spec.name);
        let request = request.creator_request_id(token(it.address, it.tags));
        let request = request.set_tags(Some(sdk_tags(it.tags)?));
        let made = aws::call(at, "CreateFirewallDomainList", request.send()).await?;
        let Some(id) = made.firewall_domain_list.and_then(|list| list.id) else { return Ok(()) };
        change(at, &id, Operation::Add, it.spec.domains.iter()).await
    }

    /// So many domains as AWS takes at once; the rest follows when those are in. New ones come before old ones go.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let mut missing = it.spec.domains.difference(&live.domains).peekable();
        if missing.peek().is_some() {
            return change(at, &live.id, Operation::Add, missing).await;
        }
        change(at, &live.id, Operation::Remove, live.domains.difference(&it.spec.domains)).await
    }

    /// AWS refuses while a rule speaks of it.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let gone =
            at.route53resolver().await?.delete_firewall_domain_list().firewall_domain_list_id(&live.id);
        let gone = aws::call(at, "DeleteFirewallDomainList", gone.send()).await;
        settled(aws::unless(gone, GONE)).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.arn, tags).await
    }
}

fn doc(name: &str, domains: &BTreeSet<String>) -> Doc {
    let mut doc = Doc::new().with("name", name);
    doc.extend(domains.iter().map(|domain| (format!("domains[{domain}]"), true.into())));
    doc
}

async fn change<'d>(
    at: &At<'_>,
    id: &str,
    operation: Operation,
    domains: impl Iterator<Item = &'d String>,
) -> Result<()> {
    let domains: Vec<_> = domains.take(DOMAINS_AT_ONCE).cloned().collect();
    let request = at.route53resolver().await?.update_firewall_domains().firewall_domain_list_id(id);
    let request = request.operation(operation).set_domains(Some(domains));
    settled(aws::call(at, "UpdateFirewallDomains", request.send()).await).map(drop)
}

/// The list with its domains and tags; nothing if it is gone meanwhile, or on its way.
async fn found(at: &At<'_>, list: FirewallDomainListMetadata) -> Result<Option<Found<Live>>> {
    let (Some(id), Some(arn)) = (list.id(), list.arn()) else { return Ok(None) };
    let client = at.route53resolver().await?;
    let whole = client.get_firewall_domain_list().firewall_domain_list_id(id).send();
    let whole = aws::unless(aws::call(at, "GetFirewallDomainList", whole).await, GONE)?;
    let Some(whole) = whole.and_then(|answer| answer.firewall_domain_list) else { return Ok(None) };
    let state = match whole.status() {
        Some(Status::Deleting) => return Ok(None),
        Some(Status::Updating | Status::Importing) => {
            State::Changing("AWS is still taking its domains".to_owned())
        }
        _ => State::Ready,
    };
    let pages = client.list_firewall_domains().firewall_domain_list_id(id).into_paginator().items().send();
    let domains: Result<Vec<String>> = aws::call(at, "ListFirewallDomains", pages.try_collect()).await;
    let Some(domains) = aws::unless(domains, GONE)? else { return Ok(None) };
    let Some(tags) = tags_of(at, arn).await? else { return Ok(None) };
    let name = list.name().unwrap_or_default().to_owned();
    let live = Live {
        id: id.to_owned(),
        arn: arn.to_owned(),
        name: name.clone(),
        domains: domains.iter().map(|domain| domain.trim_end_matches('.').to_ascii_lowercase()).collect(),
        state,
    };
    Ok(Some(Found { key: name, label: id.to_owned(), owner: Owner::Tags(tags), live }))
}
