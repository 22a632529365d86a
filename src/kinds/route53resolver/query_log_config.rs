//! `route53resolver/query-log-config`: where the questions of VPCs are written down.

use std::time::Duration;

use aws_sdk_route53resolver::types::{ResolverQueryLogConfig, ResolverQueryLogConfigStatus as Status};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::lists::{is_borrowed, is_idle, query_log_configs};
use super::tags::{retag, sdk_tags, settled, tags_of};
use super::{AT_ONCE, GONE, TWICE};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    kinds::token::{create_once, token},
};

/// A configuration of [query logs][logs]. AWS changes nothing in it: another destination is another configuration.
///
/// [logs]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html
pub struct QueryLogConfig;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it. AWS lets several be called the same; of ours no two are.
    pub name: String,
    /// The ARN of the bucket, the log group or the stream.
    pub destination: Text,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    arn: String,
    name: String,
    destination: String,
    state: State,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `rqlc-…`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
}

impl Kind for QueryLogConfig {
    const NAME: &'static str = "route53resolver/query-log-config";
    const ABOUT: &'static str = "Where it is written down what VPCs ask.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name", "destination"];
    /// [Logs are delivered][vended] in the name of the caller.
    ///
    /// [vended]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-choosing-target-resource.html
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "route53resolver:ListResolverQueryLogConfigs",
            "route53resolver:ListTagsForResource",
        ],
        create: &[
            // Resolver delivers by a [service-linked role][role], which the first configuration of an account makes.
            //
            // [role]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/using-service-linked-roles.html
            "iam:CreateServiceLinkedRole",
            "route53resolver:CreateResolverQueryLogConfig",
            "route53resolver:TagResource",
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:UpdateLogDelivery",
            "s3:GetBucketPolicy",
        ],
        update: &["route53resolver:TagResource", "route53resolver:UntagResource"],
        delete: &["route53resolver:DeleteResolverQueryLogConfig", "logs:DeleteLogDelivery"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(5),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverQueryLogConfig.html",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, destination } = spec;
        Doc::new().with("name", name.as_str()).with("destination", Field::text(destination, env))
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, arn: _, name, destination, state: _ } = live;
        Doc::new().with("name", name.as_str()).with("destination", destination.as_str())
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
        let all = query_log_configs(at).await?;
        let found =
            stream::iter(all.iter().filter_map(live).collect::<Vec<_>>()).map(|live| tagged(at, live));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let is_there = |token: String| async move {
            let pages = at.route53resolver().await?.list_resolver_query_log_configs();
            let pages = pages.into_paginator().items().send();
            let all: Vec<_> = aws::call(at, "ListResolverQueryLogConfigs", pages.try_collect()).await?;
            Ok(all
                .iter()
                .any(|one: &ResolverQueryLogConfig| one.creator_request_id() == Some(token.as_str())))
        };
        create_once(token(it.address, it.tags), TWICE, |token| create(at, it, token), is_there).await
    }

    /// AWS refuses while VPCs use it, and ends what is shared only with the share.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let gone = at.route53resolver().await?.delete_resolver_query_log_config();
        let gone = gone.resolver_query_log_config_id(&live.id).send();
        let gone = aws::unless(aws::call(at, "DeleteResolverQueryLogConfig", gone).await, GONE);
        // VPCs hold on to it until they are disassociated.
        settled(aws::later(gone, &["InvalidRequestException"])).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.arn, tags).await
    }
}

async fn create(at: &At<'_>, it: &Wanted<'_, QueryLogConfig>, token: String) -> Result<()> {
    let Spec { name, destination } = it.spec;
    let request = at.route53resolver().await?.create_resolver_query_log_config().creator_request_id(token);
    let request = request.name(name).destination_arn(destination.resolve(&it.env).now()?);
    let request = request.set_tags(Some(sdk_tags(it.tags)?));
    aws::call(at, "CreateResolverQueryLogConfig", request.send()).await.map(drop)
}

/// The configuration with its tags; nothing if it is gone meanwhile.
async fn tagged(at: &At<'_>, live: Live) -> Result<Option<Found<Live>>> {
    let Some(tags) = tags_of(at, &live.arn).await? else { return Ok(None) };
    let (key, label) = (live.name.clone(), live.id.clone());
    Ok(Some(Found { key, label, owner: Owner::Tags(tags), live }))
}

/// A configuration of the account's own.
fn live(config: &ResolverQueryLogConfig) -> Option<Live> {
    let state = match config.status() {
        Some(Status::Deleting) => return None,
        Some(Status::Creating) => State::Pending("AWS is still making it".to_owned()),
        Some(Status::Failed) => State::Failed("AWS could not make it".to_owned()),
        _ => State::Ready,
    };
    if is_borrowed(config.share_status()) {
        return None;
    }
    Some(Live {
        id: config.id()?.to_owned(),
        arn: config.arn()?.to_owned(),
        name: config.name().unwrap_or_default().to_owned(),
        destination: config.destination_arn().unwrap_or_default().to_owned(),
        state,
    })
}
