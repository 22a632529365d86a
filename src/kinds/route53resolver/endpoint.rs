//! `route53resolver/endpoint`: where a VPC's resolver can be asked, or asks others.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_route53resolver::types::{
    IpAddressRequest, IpAddressResponse, IpAddressStatus, IpAddressUpdate, Protocol, ResolverEndpoint,
    ResolverEndpointDirection, ResolverEndpointStatus as Status,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::lists::{endpoints, is_idle};
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

/// A Resolver [endpoint][endpoint] with an address in each of its subnets, which AWS gives: it stays for as long as the
/// endpoint has an address in that subnet.
///
/// [endpoint]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-forward-vpc-to-network.html
pub struct Endpoint;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it. AWS lets several be called the same; of ours no two are.
    pub name: String,
    /// Who asks whom.
    pub direction: Direction,
    /// The ids of the subnets it has an address in: two at least, six at most.
    pub subnets: Vec<Text>,
    /// The ids of the security groups of its addresses. AWS changes them never.
    pub groups: Vec<Text>,
}

/// Who asks whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Others ask the VPC.
    Inbound,
    /// The VPC asks others.
    Outbound,
}

impl Direction {
    /// As AWS writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "INBOUND",
            Self::Outbound => "OUTBOUND",
        }
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    arn: String,
    name: String,
    direction: String,
    groups: BTreeSet<String>,
    protocols: BTreeSet<String>,
    state: State,
    /// The addresses that are not on their way out.
    addresses: Vec<Address>,
}

#[derive(Clone, Debug)]
struct Address {
    id: String,
    subnet: String,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `rslvr-out-…`.
    pub id: String,
}

impl Kind for Endpoint {
    const NAME: &'static str = "route53resolver/endpoint";
    const ABOUT: &'static str =
        "A Resolver endpoint, inbound or outbound, with an address in each of its subnets.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["direction", "groups"];
    const ACTIONS: Actions = Actions {
        read: &[
            "ec2:DescribeVpcs",
            "route53resolver:ListResolverEndpoints",
            "route53resolver:ListResolverEndpointIpAddresses",
            "route53resolver:ListTagsForResource",
        ],
        create: &[
            "route53resolver:CreateResolverEndpoint",
            "route53resolver:TagResource",
            "ec2:CreateNetworkInterface",
            "ec2:DescribeAvailabilityZones",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        update: &[
            "route53resolver:UpdateResolverEndpoint",
            "route53resolver:AssociateResolverEndpointIpAddress",
            "route53resolver:DisassociateResolverEndpointIpAddress",
            "route53resolver:TagResource",
            "route53resolver:UntagResource",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
        ],
        delete: &["route53resolver:DeleteResolverEndpoint", "ec2:DeleteNetworkInterface"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_mins(2),
        deadline: Duration::from_mins(15),
        source: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-forwarding-inbound-queries.html: a \
                 minute or two to create an endpoint",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, direction, subnets, groups } = spec;
        Doc::new()
            .with("name", name.as_str())
            .with("direction", direction.as_str())
            .with("subnets", Field::texts(subnets, env))
            .with("groups", Field::texts(groups, env))
            .with("protocols", vec![Protocol::Do53.as_str()])
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, arn: _, name, direction, groups, protocols, state: _, addresses } = live;
        let list = |set: &BTreeSet<String>| Field::from(set.iter().cloned().collect::<Vec<_>>());
        let mut subnets: Vec<_> = addresses.iter().map(|address| address.subnet.clone()).collect();
        // A subnet with two addresses is not one with one.
        subnets.sort_unstable();
        Doc::new()
            .with("name", name.as_str())
            .with("direction", direction.as_str())
            .with("subnets", subnets)
            .with("groups", list(groups))
            .with("protocols", list(protocols))
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
        let all = endpoints(at).await?;
        let here = all.iter().filter(|endpoint| endpoint.status() != Some(&Status::Deleting)).cloned();
        let here: Vec<_> = here.collect();
        let found = stream::iter(here).map(|endpoint| found(at, endpoint));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        let all = endpoints(at).await?;
        Ok(Some(all.iter().filter(|endpoint| endpoint.status() != Some(&Status::Deleting)).count()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let is_there = |token: String| async move {
            let pages = at.route53resolver().await?.list_resolver_endpoints().into_paginator().items().send();
            let all: Vec<_> = aws::call(at, "ListResolverEndpoints", pages.try_collect()).await?;
            Ok(all.iter().any(|one: &ResolverEndpoint| one.creator_request_id() == Some(token.as_str())))
        };
        create_once(token(it.address, it.tags), TWICE, |token| create(at, it, token), is_there).await
    }

    /// One change at a time, since AWS takes no other while it works on one: the rest follows when that is done. A new
    /// address comes before an old one goes.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let wanted = now(&it.spec.subnets, it.env)?;
        let touched = |root: &str| changes.iter().any(|change| change.root() == root);
        if touched("subnets") {
            let has = |subnet: &String| live.addresses.iter().any(|address| address.subnet == *subnet);
            if let Some(subnet) = wanted.iter().find(|subnet| !has(subnet)) {
                return add(at, live, subnet).await;
            }
            if let Some(address) = live.superfluous(&wanted) {
                return remove(at, live, address).await;
            }
        }
        if touched("name") || touched("protocols") {
            let request =
                at.route53resolver().await?.update_resolver_endpoint().resolver_endpoint_id(&live.id);
            let request = request.name(&it.spec.name).protocols(Protocol::Do53);
            settled(aws::call(at, "UpdateResolverEndpoint", request.send()).await)?;
        }
        Ok(())
    }

    /// AWS refuses while rules send through it.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let gone = at.route53resolver().await?.delete_resolver_endpoint().resolver_endpoint_id(&live.id);
        let gone = aws::call(at, "DeleteResolverEndpoint", gone.send()).await;
        let gone = aws::unless(gone, GONE);
        // Rules hold on to it until they are gone.
        settled(aws::later(gone, &["InvalidRequestException"])).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.arn, tags).await
    }
}

impl Live {
    /// An address in a subnet that has none to have, or another one already.
    fn superfluous(&self, wanted: &BTreeSet<String>) -> Option<&Address> {
        let mut seen = BTreeSet::new();
        self.addresses
            .iter()
            .find(|address| !wanted.contains(&address.subnet) || !seen.insert(&address.subnet))
    }
}

fn now(texts: &[Text], env: Env<'_>) -> Result<BTreeSet<String>> {
    texts.iter().map(|text| text.resolve(&env).now()).collect()
}

async fn create(at: &At<'_>, it: &Wanted<'_, Endpoint>, token: String) -> Result<()> {
    let Spec { name, direction, subnets, groups } = it.spec;
    let address = |subnet: String| aws::built(IpAddressRequest::builder().subnet_id(subnet).build());
    let addresses: Result<Vec<_>> = now(subnets, it.env)?.into_iter().map(address).collect();
    let request = at.route53resolver().await?.create_resolver_endpoint().creator_request_id(token);
    let request = request.name(name).direction(ResolverEndpointDirection::from(direction.as_str()));
    let request = request
        .set_ip_addresses(Some(addresses?))
        .set_security_group_ids(Some(now(groups, it.env)?.into_iter().collect()))
        .protocols(Protocol::Do53)
        .set_tags(Some(sdk_tags(it.tags)?));
    aws::call(at, "CreateResolverEndpoint", request.send()).await.map(drop)
}

async fn add(at: &At<'_>, live: &Live, subnet: &str) -> Result<()> {
    let request = at.route53resolver().await?.associate_resolver_endpoint_ip_address();
    let address = IpAddressUpdate::builder().subnet_id(subnet).build();
    let request = request.resolver_endpoint_id(&live.id).ip_address(address);
    settled(aws::call(at, "AssociateResolverEndpointIpAddress", request.send()).await).map(drop)
}

async fn remove(at: &At<'_>, live: &Live, address: &Address) -> Result<()> {
    let request = at.route53resolver().await?.disassociate_resolver_endpoint_ip_address();
    let address = IpAddressUpdate::builder().ip_id(&address.id).build();
    let request = request.resolver_endpoint_id(&live.id).ip_address(address);
    settled(aws::call(at, "DisassociateResolverEndpointIpAddress", request.send()).await).map(drop)
}

/// The endpoint with its addresses and tags; nothing if it is gone meanwhile.
async fn found(at: &At<'_>, endpoint: ResolverEndpoint) -> Result<Option<Found<Live>>> {
    let (Some(id), Some(arn)) = (endpoint.id(), endpoint.arn()) else { return Ok(None) };
    let pages = at.route53resolver().await?.list_resolver_endpoint_ip_addresses().resolver_endpoint_id(id);
    let pages = pages.into_paginator().items().send().try_collect();
    let addresses: Result<Vec<IpAddressResponse>> =
        aws::call(at, "ListResolverEndpointIpAddresses", pages).await;
    let Some(addresses) = aws::unless(addresses, GONE)? else { return Ok(None) };
    let Some(tags) = tags_of(at, arn).await? else { return Ok(None) };
    let name = endpoint.name().unwrap_or_default().to_owned();
    let live = Live {
        id: id.to_owned(),
        arn: arn.to_owned(),
        name: name.clone(),
        direction: endpoint.direction().map(|direction| direction.as_str().to_owned()).unwrap_or_default(),
        groups: endpoint.security_group_ids().iter().cloned().collect(),
        protocols: endpoint.protocols().iter().map(|protocol| protocol.as_str().to_owned()).collect(),
        state: state(&endpoint),
        addresses: addresses.into_iter().filter_map(address).collect(),
    };
    Ok(Some(Found { key: name, label: id.to_owned(), owner: Owner::Tags(tags), live }))
}

/// An address that is not on its way out.
fn address(address: IpAddressResponse) -> Option<Address> {
    let leaving = matches!(
        address.status,
        Some(IpAddressStatus::Detaching | IpAddressStatus::Deleting | IpAddressStatus::RemapDetaching)
    );
    let IpAddressResponse { ip_id, subnet_id, .. } = address;
    (!leaving).then_some(Address { id: ip_id?, subnet: subnet_id? })
}

fn state(endpoint: &ResolverEndpoint) -> State {
    let message = endpoint.status_message().unwrap_or("AWS does not say why").to_owned();
    match endpoint.status() {
        Some(Status::Creating) => State::Pending(message),
        Some(Status::Updating | Status::AutoRecovering) => State::Changing(message),
        Some(Status::ActionNeeded) => State::Failed(message),
        _ => State::Ready,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_has_one_address_and_others_none() {
        let address = |(id, subnet): &(&str, &str)| Address { id: (*id).into(), subnet: (*subnet).into() };
        let live = |addresses: &[(&str, &str)]| Live {
            id: "rslvr-in-1".into(),
            arn: String::new(),
            name: String::new(),
            direction: "INBOUND".into(),
            groups: BTreeSet::new(),
            protocols: BTreeSet::new(),
            state: State::Ready,
            addresses: addresses.iter().map(address).collect(),
        };
        let wanted = ["a".to_owned(), "b".to_owned()].into();
        let superfluous =
            |addresses: &[(&str, &str)]| live(addresses).superfluous(&wanted).map(|one| one.id.clone());
        assert_eq!(superfluous(&[("1", "a"), ("2", "b")]), None);
        assert_eq!(superfluous(&[("1", "a"), ("2", "b"), ("3", "c")]).as_deref(), Some("3"));
        assert_eq!(superfluous(&[("1", "a"), ("2", "a"), ("3", "b")]).as_deref(), Some("2"));
    }
}
