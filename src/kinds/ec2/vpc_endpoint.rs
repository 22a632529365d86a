//! `ec2/vpc-endpoint`: the way to a service of AWS that does not leave the VPC.

mod edit;
mod reach;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use aws_sdk_ec2::types::{ResourceType, VpcEndpoint as SdkEndpoint, VpcEndpointType};

use reach::Ids;
pub use reach::Reach;

use super::{
    RouteTable, SecurityGroup, Subnet, Vpc, any_of_ours, freed, is_ours, retag, specification, tags,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Value},
        error::Result,
        kind::{
            Actions, CountsAs, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted,
        },
    },
    kinds::template::{self, Language, Template},
};

/// An [endpoint][endpoint] of a service of AWS. Those that services make for themselves are not among them.
///
/// [endpoint]: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
pub struct VpcEndpoint;

/// As what an endpoint counts that routes lead to.
pub const GATEWAY: &str = "gateway";
/// As what an endpoint counts that has network interfaces.
pub const INTERFACE: &str = "interface";

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its VPC.
    pub vpc: Need<Vpc>,
    /// What AWS calls the service: `com.amazonaws.ap-southeast-2.kms`.
    pub service: String,
    /// How it is reached.
    pub reach: Reach,
    /// Who may do what through it; without, where the service takes none, whatever IAM lets them.
    pub policy: Option<Template>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    vpc: String,
    service: String,
    kind: VpcEndpointType,
    ids: Ids,
    private_names: bool,
    policy: Option<String>,
    state: State,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `vpce-…`.
    pub id: String,
}

fn key(vpc: &str, service: &str, kind: &VpcEndpointType) -> String {
    format!("{vpc} {service} {}", kind.as_str().to_lowercase())
}

/// What AWS gives an endpoint whose policy nobody states: everything is allowed. It is no policy at all.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy>
fn is_default(policy: &str) -> bool {
    let everything = r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;
    let fields = |text: &str| -> BTreeSet<String> {
        let fields = template::fields(Language::Iam, "", text).into_iter();
        let of_statement = fields.filter(|(path, _)| !path.ends_with("version"));
        of_statement
            .map(|(path, field)| format!("{} {field:?}", path.rsplit('.').next().unwrap_or_default()))
            .collect()
    };
    fields(policy) == fields(everything)
}

impl Kind for VpcEndpoint {
    const NAME: &'static str = "ec2/vpc-endpoint";
    const ABOUT: &'static str =
        "An endpoint in a VPC of a service of AWS: its tables or subnets, its groups and its policy.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const IMMUTABLE: &'static [&'static str] = &["vpc", "service", "type"];
    const READ_AFTER: &'static [&'static str] =
        &[Vpc::NAME, Subnet::NAME, RouteTable::NAME, SecurityGroup::NAME];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeVpcEndpoints"],
        // Names within the VPC are a hidden zone.
        // <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
        create: &["ec2:CreateVpcEndpoint", "ec2:CreateTags", "route53:AssociateVPCWithHostedZone"],
        update: &[
            "ec2:ModifyVpcEndpoint",
            "route53:AssociateVPCWithHostedZone",
            "ec2:CreateTags",
            "ec2:DeleteTags",
        ],
        delete: &["ec2:DeleteVpcEndpoints"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_mins(1),
        deadline: Duration::from_mins(15),
        source: "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html: `pending` while network \
                 interfaces and names are made; a minute in practice",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let Spec { vpc, service, reach, policy: _ } = it.spec;
        it.env.get(vpc).map(|vpc| key(&vpc.id, service, &reach.kind()))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { vpc, service, reach, policy } = spec;
        let mut doc = Doc::new()
            .with("vpc", Field::of(env.get(vpc).map(|vpc| vpc.id), Some(vpc.address().into())))
            .with("service", service.as_str());
        doc.extend(reach.fields(*env));
        doc.extend(policy.iter().flat_map(|policy| policy.fields("policy", env)));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, vpc, service, kind, ids, private_names, policy, state: _ } = live;
        let mut doc = Doc::new().with("vpc", vpc.as_str()).with("service", service.as_str());
        doc.extend(ids.fields(kind, *private_names));
        let stated = policy.iter().filter(|text| !is_default(text));
        doc.extend(stated.flat_map(|text| template::fields(Language::Iam, "policy", text)));
        doc
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    fn counts_as(spec: &Spec) -> CountsAs {
        let what = match spec.reach {
            Reach::Gateway { .. } => GATEWAY,
            Reach::Interface { .. } => INTERFACE,
        };
        CountsAs { what, of: None }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let endpoints = endpoints(at).await?;
        let found = endpoints.iter().filter_map(|endpoint| {
            let live = live(endpoint)?;
            let key = key(&live.vpc, &live.service, &live.kind);
            let concerns = is_ours(at, endpoint.tags()) || keys.contains(&key);
            let (label, owner) = (live.id.clone(), Owner::Tags(tags(endpoint.tags())));
            concerns.then_some(Found { key, label, owner, live })
        });
        Ok(found.collect())
    }

    /// Gateway endpoints count in their Region, all others in their VPC, with those that services make for themselves.
    async fn there(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let endpoints = endpoints(at).await?;
        let alike = it.spec.reach.counted_with();
        let of = |one: &&SdkEndpoint| {
            let kind = one.vpc_endpoint_type().unwrap_or(&VpcEndpointType::Gateway);
            state(one).is_some() && alike.contains(kind)
        };
        let there = endpoints.iter().filter(of);
        Ok(match it.spec.reach {
            Reach::Gateway { .. } => Some(there.count()),
            Reach::Interface { .. } => {
                let vpc = it.env.get(&it.spec.vpc).map(|vpc| vpc.id);
                vpc.among(there.map(SdkEndpoint::vpc_id), 0)
            }
        })
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { vpc, service, reach, policy } = it.spec;
        let policy = policy.as_ref().map(|policy| policy.resolve(&it.env).now()).transpose()?;
        let request = at.careful().ec2().await?.create_vpc_endpoint().vpc_id(it.env.get(vpc).now()?.id);
        let request = request.service_name(service).vpc_endpoint_type(reach.kind());
        let request = request.set_policy_document(policy);
        let Ids { route_tables, subnets, groups } = reach.ids(it.env)?;
        let list = |ids: BTreeSet<String>| (!ids.is_empty()).then(|| ids.into_iter().collect());
        let request = request.set_route_table_ids(list(route_tables)).set_subnet_ids(list(subnets));
        let request = request.set_security_group_ids(list(groups));
        let request = request.set_private_dns_enabled(reach.private_names());
        let request = request.tag_specifications(specification(ResourceType::VpcEndpoint, it.tags));
        aws::seen(aws::call(at, "CreateVpcEndpoint", request.send()).await).map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        edit::update(at, it, live, changes).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        const GONE: &[&str] = &["InvalidVpcEndpoint.NotFound", "InvalidVpcEndpointId.NotFound"];
        let request = at.ec2().await?.delete_vpc_endpoints().vpc_endpoint_ids(&live.id);
        let gone = freed(aws::call(at, "DeleteVpcEndpoints", request.send()).await);
        let answer = aws::unless(gone, GONE)?;
        let refused = answer.map(|answer| answer.unsuccessful.unwrap_or_default()).unwrap_or_default();
        super::refusals::first("delete the endpoint", &refused, GONE)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

/// All endpoints of a place.
async fn endpoints(at: &At<'_>) -> Result<Arc<Vec<SdkEndpoint>>> {
    const OPERATION: &str = "DescribeVpcEndpoints";
    at.once("ec2", OPERATION, "", || async {
        let pages = at.ec2().await?.describe_vpc_endpoints().into_paginator().items().send();
        aws::call(at, OPERATION, pages.try_collect()).await
    })
    .await
}

/// What is to be known of an endpoint; nothing of one that is going, or that a service has made for itself.
fn live(endpoint: &SdkEndpoint) -> Option<Live> {
    let state = state(endpoint)?;
    if endpoint.requester_managed() == Some(true) {
        return None;
    }
    let set = |ids: &[String]| ids.iter().cloned().collect();
    Some(Live {
        id: endpoint.vpc_endpoint_id()?.to_owned(),
        vpc: endpoint.vpc_id()?.to_owned(),
        service: endpoint.service_name()?.to_owned(),
        kind: endpoint.vpc_endpoint_type().cloned().unwrap_or(VpcEndpointType::Gateway),
        ids: Ids {
            route_tables: set(endpoint.route_table_ids()),
            subnets: set(endpoint.subnet_ids()),
            groups: endpoint.groups().iter().filter_map(|group| group.group_id.clone()).collect(),
        },
        private_names: endpoint.private_dns_enabled().unwrap_or_default(),
        policy: endpoint.policy_document().map(str::to_owned),
        state,
    })
}

/// How far it is; nothing if it is going. EC2 writes its states in [lower case][states], whatever its model says.
///
/// [states]: https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-vpc-endpoint-states
fn state(endpoint: &SdkEndpoint) -> Option<State> {
    let state = endpoint.state().map(|state| state.as_str().to_lowercase()).unwrap_or_default();
    let why = || {
        let error = endpoint.last_error().and_then(|error| error.message());
        let why = endpoint.failure_reason().or(error).unwrap_or("AWS does not say why");
        format!("the endpoint is `{state}`: {why}")
    };
    match state.as_str() {
        "deleting" | "deleted" => None,
        "failed" | "rejected" | "expired" => Some(State::Failed(why())),
        "pending" | "pendingacceptance" | "partial" => {
            Some(State::Pending("AWS is still making or changing it".to_owned()))
        }
        _ => Some(State::Ready),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policy_is_none() {
        let default = r#"{"Statement":[{"Action":"*","Effect":"Allow","Resource":"*","Principal":"*"}]}"#;
        assert!(is_default(default));
        let dated = default.replacen('{', r#"{"Version":"2008-10-17","#, 1);
        assert!(is_default(&dated));
        assert!(!is_default(&default.replace("Allow", "Deny")));
        assert!(!is_default(&default.replace(r#""Action":"*""#, r#""Action":"s3:*""#)));
    }

    #[test]
    fn states_are_known_however_they_are_spelled() {
        let endpoint = |state: &str| SdkEndpoint::builder().state(state.into()).build();
        assert_eq!(state(&endpoint("available")), Some(State::Ready));
        assert!(matches!(state(&endpoint("pendingAcceptance")), Some(State::Pending(_))));
        assert!(matches!(state(&endpoint("Failed")), Some(State::Failed(_))));
        assert_eq!(state(&endpoint("deleting")), None);
    }
}
