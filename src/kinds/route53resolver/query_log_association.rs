//! `route53resolver/query-log-association`: a VPC whose questions are written down.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_route53resolver::types::{
    ResolverQueryLogConfigAssociation, ResolverQueryLogConfigAssociationStatus as Status,
};

use super::lists::{is_idle, is_our_vpc, query_log_configs};
use super::query_log_config::QueryLogConfig;
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

/// The [association][associate] of a VPC with a configuration of query logs, of its own account or shared with it. It is
/// ours if the VPC is and the configuration was made by us.
///
/// [associate]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateResolverQueryLogConfig.html
pub struct QueryLogAssociation;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The VPC's id.
    pub vpc: Text,
    /// The configuration.
    pub config: Need<QueryLogConfig>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    vpc: String,
    config: String,
    state: State,
}

impl Kind for QueryLogAssociation {
    const NAME: &'static str = "route53resolver/query-log-association";
    const ABOUT: &'static str = "That what a VPC asks is written down.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Related;
    const REMOVAL: Removal = Removal::Follows;
    const READ_AFTER: &'static [&'static str] = &["ec2/vpc", "route53resolver/query-log-config"];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "route53resolver:ListResolverQueryLogConfigAssociations",
            "route53resolver:ListResolverQueryLogConfigs",
        ],
        create: &[
            "route53resolver:AssociateResolverQueryLogConfig",
            "ec2:DescribeVpcs",
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:UpdateLogDelivery",
        ],
        update: &[],
        delete: &["route53resolver:DisassociateResolverQueryLogConfig", "logs:DeleteLogDelivery"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(30),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverQueryLogConfigAssociation.html",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let vpc = it.spec.vpc.resolve(&it.env);
        it.env.get(&it.spec.config).and_then(|config| vpc.map(|vpc| key(&vpc, &config.id)))
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
        let pages = at.route53resolver().await?.list_resolver_query_log_config_associations();
        let pages = pages.into_paginator().items().send().try_collect();
        let all: Vec<ResolverQueryLogConfigAssociation> =
            aws::call(at, "ListResolverQueryLogConfigAssociations", pages).await?;
        let mut found = Vec::new();
        for one in &all {
            let (Some(vpc), Some(config)) = (one.resource_id(), one.resolver_query_log_config_id()) else {
                continue;
            };
            if one.status() == Some(&Status::Deleting) {
                continue;
            }
            let key = key(vpc, config);
            let ends = [is_our_vpc(at, vpc).await?, is_our_config(at, config).await?];
            let is_wanted = keys.contains(&key);
            if !is_wanted && ends == [false, false] {
                continue;
            }
            let ours = is_wanted || ends == [true, true];
            let live = Live { vpc: vpc.to_owned(), config: config.to_owned(), state: state(one) };
            found.push(Found { key, label: format!("{vpc}/{config}"), owner: Owner::Ends { ours }, live });
        }
        Ok(found)
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { vpc, config } = it.spec;
        let request = at.route53resolver().await?.associate_resolver_query_log_config();
        let request = request.resource_id(vpc.resolve(&it.env).now()?);
        let request = request.resolver_query_log_config_id(it.env.get(config).now()?.id);
        let made = aws::call(at, "AssociateResolverQueryLogConfig", request.send()).await;
        settled(aws::unless(made, TWICE)).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.route53resolver().await?.disassociate_resolver_query_log_config();
        let gone = request.resource_id(&live.vpc).resolver_query_log_config_id(&live.config).send();
        let gone = aws::call(at, "DisassociateResolverQueryLogConfig", gone).await;
        settled(aws::unless(gone, GONE)).map(drop)
    }
}

fn key(vpc: &str, config: &str) -> String {
    format!("{vpc} {config}")
}

/// Whether a configuration was made by this landing zone, in whichever account.
async fn is_our_config(at: &At<'_>, id: &str) -> Result<bool> {
    let configs = query_log_configs(at).await?;
    let config = configs.iter().find(|config| config.id() == Some(id));
    Ok(config.is_some_and(|config| token::is_ours(at.organization, config.creator_request_id())))
}

fn state(association: &ResolverQueryLogConfigAssociation) -> State {
    let message = association.error_message().filter(|text| !text.is_empty());
    let message = message.unwrap_or("AWS does not say why").to_owned();
    match association.status() {
        Some(Status::Creating) => State::Pending("AWS is still making it".to_owned()),
        Some(Status::Failed | Status::ActionNeeded) => State::Failed(message),
        _ => State::Ready,
    }
}
