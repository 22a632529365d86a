//! `ec2/transit-gateway-peering`: what joins the gateways of two Regions.

use std::time::Duration;

use aws_sdk_ec2::types::{
    PeeringTgwInfo, ResourceType, TransitGatewayAttachmentState as AttachmentState,
    TransitGatewayPeeringAttachment as SdkPeering,
};

use super::{
    TransitGateway,
    attached::{called, named},
    inventory::{ATTACHMENT_GONE, any_gateway_of_ours, attachment_state, peerings, settled},
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Text, Value},
        error::Result,
        graph::Place,
        kind::{
            Actions, Calls, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted,
        },
    },
    kinds::ec2::{is_ours, retag, specification, tags},
    names::Region,
};

/// A [peering attachment][peering] between two gateways of one account. It lies in the Region that asks for it; that the
/// other one accepts it is part of it. Its routes are static, in either Region.
///
/// [peering]: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering.html
pub struct TransitGatewayPeering;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The gateway of its own Region.
    pub gateway: Need<TransitGateway>,
    /// The gateway of the other Region.
    pub peer: Need<TransitGateway>,
    /// The other Region.
    pub region: Region,
    /// The id of the account that both lie in.
    pub account: Text,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    gateway: String,
    peer: String,
    region: String,
    accepted: bool,
    state: State,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id, the same in both Regions: `tgw-attach-…`.
    pub id: String,
}

impl Kind for TransitGatewayPeering {
    const NAME: &'static str = "ec2/transit-gateway-peering";
    const ABOUT: &'static str =
        "A peering between the Transit Gateways of two Regions, asked for and accepted.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["gateway", "peer", "region"];
    const READ_AFTER: &'static [&'static str] = &[TransitGateway::NAME];
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeTransitGateways", "ec2:DescribeTransitGatewayPeeringAttachments"],
        create: &[
            "ec2:CreateTransitGatewayPeeringAttachment",
            "ec2:CreateTags",
            "iam:CreateServiceLinkedRole",
        ],
        update: &["ec2:AcceptTransitGatewayPeeringAttachment", "ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DeleteTransitGatewayPeeringAttachment"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_mins(2),
        deadline: Duration::from_mins(15),
        source: "seen in the field",
    };
    // Asked for, and accepted at the other end.
    const CALLS: Calls = Calls { create: 2, each: &[] };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        let id = |of: &Need<TransitGateway>| it.env.get(of).map(|gateway| gateway.id);
        id(&it.spec.gateway).and_then(|gateway| id(&it.spec.peer).map(|peer| key(&gateway, &peer)))
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { gateway, peer, region, account: _ } = spec;
        let id = |of: &Need<TransitGateway>| named(env.get(of).map(|gateway| gateway.id), of.address());
        Doc::new()
            .with("gateway", id(gateway))
            .with("peer", id(peer))
            .with("region", region.as_str())
            .with("accepted", true)
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, gateway, peer, region, accepted, state: _ } = live;
        Doc::new()
            .with("gateway", Field::Is(called(gateway, None)))
            .with("peer", Field::Is(called(peer, None)))
            .with("region", region.as_str())
            .with("accepted", *accepted)
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_gateway_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = wanted.iter().filter_map(|it| Self::key(it).known()).collect();
        let peerings = peerings(at).await?;
        let here = peerings.iter().filter(|one| is_asked_from(at, one));
        let found = here.filter_map(|one| Some((is_ours(at, one.tags()), found(one)?)));
        let found = found.filter(|(ours, one)| *ours || keys.contains(&one.key)).map(|(_, one)| one);
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.careful().ec2().await?.create_transit_gateway_peering_attachment();
        let request = request.transit_gateway_id(it.env.get(&it.spec.gateway).now()?.id);
        let request = request.peer_transit_gateway_id(it.env.get(&it.spec.peer).now()?.id);
        let request = request.peer_account_id(it.spec.account.resolve(&it.env).now()?);
        let request = request.peer_region(it.spec.region.as_str());
        let request =
            request.tag_specifications(specification(ResourceType::TransitGatewayAttachment, it.tags));
        settled(aws::call(at, "CreateTransitGatewayPeeringAttachment", request.send()).await).map(drop)
    }

    /// The other Region accepts it; until it sees what it is asked, it does not find it.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let place = Place { account: at.place.account.clone(), region: Some(it.spec.region) };
        let there = at.elsewhere(&place);
        let request = there.ec2().await?.accept_transit_gateway_peering_attachment();
        let request = request.transit_gateway_attachment_id(&live.id);
        settled(aws::call(&there, "AcceptTransitGatewayPeeringAttachment", request.send()).await).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_transit_gateway_peering_attachment();
        let request = request.transit_gateway_attachment_id(&live.id);
        let gone = aws::call(at, "DeleteTransitGatewayPeeringAttachment", request.send()).await;
        aws::unless(gone, &[ATTACHMENT_GONE]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

fn key(gateway: &str, peer: &str) -> String {
    format!("{gateway} {peer}")
}

/// Whether a peering was asked for from this place: AWS shows it in both Regions.
fn is_asked_from(at: &At<'_>, one: &SdkPeering) -> bool {
    let region = one.requester_tgw_info().and_then(PeeringTgwInfo::region);
    region == at.place.region.map(Region::as_str)
}

fn found(one: &SdkPeering) -> Option<Found<Live>> {
    let (id, asks, accepts) =
        (one.transit_gateway_attachment_id()?, one.requester_tgw_info()?, one.accepter_tgw_info()?);
    let (gateway, peer) = (asks.transit_gateway_id()?, accepts.transit_gateway_id()?);
    // What waits to be accepted is made: accepting it is the rest of what is wanted.
    let waits = one.state() == Some(&AttachmentState::PendingAcceptance);
    let live = Live {
        id: id.to_owned(),
        gateway: gateway.to_owned(),
        peer: peer.to_owned(),
        region: accepts.region().unwrap_or_default().to_owned(),
        accepted: !waits,
        state: if waits { State::Ready } else { attachment_state(one.state()) },
    };
    let owner = Owner::Tags(tags(one.tags()));
    Some(Found { key: key(gateway, peer), label: id.to_owned(), owner, live })
}
