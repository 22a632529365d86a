//! `route53/hosted-zone`: a private domain.

use std::time::Duration;

use aws_sdk_route53::types::{HostedZoneConfig, Tag, TagResourceType, Vpc, VpcRegion};

use super::zones::{GONE, Zone, every, listed, zones};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Timing, Wanted},
    },
    kinds::token::{create_once, token},
    names::Region,
};

/// A [private hosted zone][zone]. It is made with a VPC of its own account; which other VPCs ask it, and whether that one
/// still does, is said by its associations.
///
/// [zone]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
pub struct HostedZone;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its domain, without the dot behind it.
    pub name: String,
    /// What people read about it; 256 characters at most.
    pub comment: String,
    /// The VPC of its own account that it is made with.
    pub vpc: Text,
    /// The Region of that VPC.
    pub vpc_region: Region,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    name: String,
    comment: Option<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `Z…`.
    pub id: String,
}

/// How many keys of tags AWS takes [in one call][tags].
///
/// [tags]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html
const TAGS_AT_ONCE: usize = 10;

impl Kind for HostedZone {
    const NAME: &'static str = "route53/hosted-zone";
    const ABOUT: &'static str = "A private hosted zone.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name"];
    const ACTIONS: Actions = Actions {
        read: &["route53:ListHostedZones", "route53:ListTagsForResources"],
        create: &["route53:CreateHostedZone", "route53:ChangeTagsForResource", "ec2:DescribeVpcs"],
        update: &["route53:UpdateHostedZoneComment", "route53:ChangeTagsForResource"],
        delete: &["route53:DeleteHostedZone"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(5),
        deadline: Duration::from_mins(5),
        source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html: changes reach all servers \
                 within 60 seconds",
    };
    const CALLS: Calls = Calls { create: 1, each: &["tags"] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    /// Its domain within the account.
    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { name, comment, vpc: _, vpc_region: _ } = spec;
        Doc::new().with("name", name.as_str()).with("comment", comment.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, name, comment } = live;
        Doc::new().with("name", name.as_str()).with_some("comment", comment.as_deref())
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        Ok(zones(at).await?.iter().map(found).collect())
    }

    /// Public ones count.
    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(every(at).await?.len()))
    }

    /// AWS takes no tags here. A zone that was left without them is known by its token.
    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let vpc = it.spec.vpc.resolve(&it.env).now()?;
        let send = |token: String| create(at, it, &vpc, token);
        let is_there = |token: String| async move { Ok(of_token(at, &token).await?.is_some()) };
        let token = token(it.address, it.tags);
        create_once(token.clone(), &["HostedZoneAlreadyExists"], send, is_there).await?;
        let Some(zone) = of_token(at, &token).await? else { return Ok(()) };
        retag(at, &zone.id, &TagChange { set: it.tags.clone(), remove: Vec::new() }).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        if changes.iter().any(|change| change.root() == "comment") {
            let request = at.route53().await?.update_hosted_zone_comment().id(&live.id);
            let request = request.comment(&it.spec.comment);
            aws::call(at, "UpdateHostedZoneComment", request.send()).await?;
        }
        Ok(())
    }

    /// AWS refuses while there are records besides its own two: those that somebody else made are for them to remove.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let gone = at.route53().await?.delete_hosted_zone().id(&live.id).send();
        let gone = aws::call(at, "DeleteHostedZone", gone).await;
        aws::unless(gone, GONE).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

async fn create(at: &At<'_>, it: &Wanted<'_, HostedZone>, vpc: &str, token: String) -> Result<()> {
    let Spec { name, comment, vpc: _, vpc_region } = it.spec;
    let vpc = Vpc::builder().vpc_id(vpc).vpc_region(VpcRegion::from(vpc_region.as_str())).build();
    let config = HostedZoneConfig::builder().private_zone(true).comment(comment).build();
    let request = at.route53().await?.create_hosted_zone().name(name).vpc(vpc);
    let request = request.hosted_zone_config(config).caller_reference(token);
    aws::call(at, "CreateHostedZone", request.send()).await.map(drop)
}

/// The zone that was made with a token, or with one that followed it.
async fn of_token(at: &At<'_>, token: &str) -> Result<Option<Zone>> {
    let made_with = |zone: &Zone| {
        let rest = zone.reference.strip_prefix(token);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    Ok(listed(at).await?.into_iter().find(made_with))
}

async fn retag(at: &At<'_>, id: &str, tags: &TagChange) -> Result<()> {
    let set: Vec<_> =
        tags.set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    for some in set.chunks(TAGS_AT_ONCE) {
        let request = at.route53().await?.change_tags_for_resource().resource_id(id);
        let request = request.resource_type(TagResourceType::Hostedzone).set_add_tags(Some(some.to_vec()));
        aws::call(at, "ChangeTagsForResource", request.send()).await?;
    }
    for some in tags.remove.chunks(TAGS_AT_ONCE) {
        let request = at.route53().await?.change_tags_for_resource().resource_id(id);
        let request = request.resource_type(TagResourceType::Hostedzone);
        let request = request.set_remove_tag_keys(Some(some.to_vec()));
        aws::call(at, "ChangeTagsForResource", request.send()).await?;
    }
    Ok(())
}

fn found(zone: &Zone) -> Found<Live> {
    let Zone { id, name, comment, reference: _, tags } = zone;
    Found {
        key: name.clone(),
        label: format!("{name} ({id})"),
        owner: Owner::Tags(tags.clone()),
        live: Live { id: id.clone(), name: name.clone(), comment: comment.clone() },
    }
}
