//! What is attached to gateways: VPCs, each by a node in the VPC's own account; the gateways of other Regions; and what
//! others have attached, which is no node at all.

use std::collections::BTreeMap;

use super::Site;
use crate::{
    compose::{Composer, organization::plain},
    engine::graph::{Needs, Ref},
    kinds::ec2::transit::{
        Attached as AttachedNode, TransitGatewayAttachment, TransitGatewayPeering, attachment, peering,
    },
    model::{Attached, Vpc},
    names::{Region, VpcName},
};

/// The nodes of what is attached.
pub(super) struct Attachments {
    vpcs: BTreeMap<VpcName, Ref<TransitGatewayAttachment>>,
    /// By both Regions, the one that asks first.
    peerings: BTreeMap<(Region, Region), Ref<TransitGatewayPeering>>,
}

impl Attachments {
    /// Attaches everything.
    pub(super) fn add(composer: &mut Composer<'_>, sites: &[Site<'_>]) -> Self {
        let mut attachments = Self { vpcs: BTreeMap::new(), peerings: BTreeMap::new() };
        for site in sites {
            for vpc in &site.gateway.vpcs {
                let node = attach(composer, site, vpc);
                attachments.vpcs.extend(node.map(|node| (vpc.name.value.clone(), node)));
            }
            for peer in sites.iter().filter(|peer| site.region < peer.region) {
                let node = peer_with(composer, site, peer);
                attachments.peerings.insert((site.region, peer.region), node);
            }
        }
        attachments
    }

    /// The node of a VPC's attachment.
    pub(super) fn vpc(&self, name: &VpcName) -> Option<Ref<TransitGatewayAttachment>> {
        self.vpcs.get(name).copied()
    }

    /// What a node at a site refers to; nothing of a VPC whose account is not looked after.
    pub(super) fn refer(
        &self,
        needs: &mut Needs<'_>,
        site: &Site<'_>,
        attached: Attached<'_>,
    ) -> Option<AttachedNode> {
        match attached {
            Attached::Vpc(name) => Some(AttachedNode::Vpc(needs.on(self.vpc(name)?))),
            Attached::Peering(region) => {
                let ends = (site.region.min(region), site.region.max(region));
                Some(AttachedNode::Peering(needs.on(*self.peerings.get(&ends)?)))
            }
            Attached::External(name) => {
                let mut externals = site.gateway.externals.iter();
                let external = externals.find(|external| external.name.value == *name)?;
                Some(AttachedNode::External(external.attachment.value.clone()))
            }
        }
    }

    /// Whether something attached is there to be referred to.
    pub(super) fn has(&self, site: &Site<'_>, attached: Attached<'_>) -> bool {
        match attached {
            Attached::Vpc(name) => self.vpcs.contains_key(name),
            Attached::Peering(region) => {
                self.peerings.contains_key(&(site.region.min(region), site.region.max(region)))
            }
            Attached::External(_) => true,
        }
    }
}

/// Attaches a VPC by its subnets of their own, one in each zone; nothing if its account is not looked after.
fn attach(composer: &mut Composer<'_>, site: &Site<'_>, vpc: &Vpc) -> Option<Ref<TransitGatewayAttachment>> {
    let Composer { graph, known, .. } = composer;
    let nodes = known.vpcs.get(&vpc.name.value)?;
    let account = known.zone.accounts.get(&vpc.account.value)?;
    let name = vpc.name.to_string();
    let node = graph.add::<TransitGatewayAttachment>(nodes.at, &name, &vpc.origin, |needs| {
        needs.tags(plain(&account.tags));
        needs.tags(plain(&vpc.tags));
        needs.tags([("Name".to_owned(), name.clone())]);
        needs.states("subnets", &vpc.zones.origin);
        if let Some(share) = site.share {
            needs.after(share.id());
        }
        attachment::Spec {
            gateway: needs.on(site.node),
            vpc: needs.on(nodes.vpc),
            subnets: nodes.gateway_subnets.values().map(|subnet| needs.on(*subnet)).collect(),
            appliance_mode: false,
        }
    });
    Some(node)
}

/// Joins two gateways; the one whose Region comes first asks.
fn peer_with(composer: &mut Composer<'_>, site: &Site<'_>, peer: &Site<'_>) -> Ref<TransitGatewayPeering> {
    let Composer { graph, known, .. } = composer;
    let name = peer.region.to_string();
    graph.add::<TransitGatewayPeering>(site.at, &name, &site.transit.origin, |needs| {
        needs.tags(plain(&site.account.tags));
        needs.tags([("Name".to_owned(), name.clone())]);
        needs.place(peer.at);
        peering::Spec {
            gateway: needs.on(site.node),
            peer: needs.on(peer.node),
            region: peer.region,
            account: known.account_id(needs, &site.account.name),
        }
    })
}
