//! What joins VPCs: a Transit Gateway in each Region with VPCs to join, shared with the organization and peered with the
//! others; the attachments of VPCs, each made in the VPC's account; and the tables by which everything is routed.

mod attachments;
mod tables;
mod vpc_routes;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use attachments::Attachments;

use crate::{
    compose::{Composer, Known, organization::plain},
    engine::{
        env::Text,
        graph::{PlaceId, Ref},
    },
    kinds::{
        ec2::transit::{Segments, TransitGateway, gateway},
        ram::{ResourceShare, resource_share},
    },
    model::{self, Account, Gateway, LandingZone, Transit},
    names::{Region, SegmentName},
};

/// Adds the gateways and what is attached to them.
pub(in crate::compose) fn compose(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    let Some(transit) = &zone.network.transit else { return };
    let Some(account) = zone.accounts.get(&transit.account.value) else { return };
    let Some(home) = composer.known.homes.get(&account.name) else { return };
    let places = home.regions.clone();
    let segments = Arc::new(segments(zone, transit));
    let mut sites = Vec::new();
    for (region, gateway) in model::gateways(&zone.network) {
        let Some(at) = places.get(&region).copied() else { continue };
        let node = add(composer, &Owner { transit, account, at }, region);
        let share = share(composer, &Owner { transit, account, at }, &gateway, node);
        let segments = Arc::clone(&segments);
        sites.push(Site { transit, account, at, region, gateway, node, share, segments });
    }
    let attachments = Attachments::add(composer, &sites);
    for site in &sites {
        let associations = tables::add(composer, site, &attachments);
        vpc_routes::add(composer, site, &associations);
    }
}

/// Whose a gateway is, and where it lies.
struct Owner<'z> {
    transit: &'z Transit,
    account: &'z Account,
    at: PlaceId,
}

/// A gateway that was added, and all that belongs to it.
struct Site<'z> {
    transit: &'z Transit,
    /// The account that all gateways lie in.
    account: &'z Account,
    at: PlaceId,
    region: Region,
    gateway: Gateway<'z>,
    node: Ref<TransitGateway>,
    /// That other accounts may attach to it, if any does.
    share: Option<Ref<ResourceShare>>,
    segments: Arc<Segments>,
}

/// The number of a Region's gateway: the home Region has the stated one, every other's is larger by its place among the
/// Regions in use.
pub(in crate::compose) fn asn(zone: &LandingZone, transit: &Transit, region: Region) -> u32 {
    let organization = &zone.organization;
    let others = organization.regions.iter().map(|other| other.value);
    let mut others = others.filter(|other| *other != organization.home_region.value);
    let place = others.position(|other| other == region).map_or(0, |place| place + 1);
    transit.asn.saturating_add(u32::try_from(place).unwrap_or(u32::MAX))
}

/// Who may talk to whom, for those who look at what others have written into the tables.
fn segments(zone: &LandingZone, transit: &Transit) -> Segments {
    let talk = |one: &SegmentName| {
        let others = transit.segments.keys().filter(|other| transit.may_talk(one, other));
        (one.to_string(), others.map(ToString::to_string).collect())
    };
    let mut ranges = BTreeMap::new();
    for part in zone.network.ranges() {
        ranges.entry(part.segment.to_string()).or_insert_with(BTreeSet::new).insert(part.range);
    }
    Segments { peers: transit.segments.keys().map(talk).collect(), ranges }
}

fn add(composer: &mut Composer<'_>, owner: &Owner<'_>, region: Region) -> Ref<TransitGateway> {
    let Composer { graph, known, .. } = composer;
    let Owner { transit, account, at } = owner;
    let name = called(known);
    graph.add::<TransitGateway>(*at, "transit", &transit.origin, |needs| {
        needs.tags(plain(&account.tags));
        needs.tags([("Name".to_owned(), name.clone())]);
        needs.states("asn", &transit.asn.origin);
        let description = "Joins the VPCs of the organization".to_owned();
        gateway::Spec { name: name.clone(), description, asn: asn(known.zone, transit, region) }
    })
}

/// What the gateways and their shares are called.
fn called(known: &Known<'_>) -> String {
    format!("{}-transit", known.zone.organization.name)
}

/// Lets the accounts of the organization attach their VPCs, if there are any but the gateway's own to do so.
fn share(
    composer: &mut Composer<'_>,
    owner: &Owner<'_>,
    gateway: &Gateway<'_>,
    node: Ref<TransitGateway>,
) -> Option<Ref<ResourceShare>> {
    let Composer { graph, known, .. } = composer;
    let Owner { transit, account, at } = owner;
    gateway.vpcs.iter().find(|vpc| vpc.account.value != account.name)?;
    let share = graph.add::<ResourceShare>(*at, "transit", &transit.origin, |needs| {
        needs.tags(plain(&account.tags));
        if let Some(sharing) = known.sharing {
            needs.after(sharing.id());
        }
        let gateway = needs.on(node);
        let symbol = format!("${{{}}}", gateway.address());
        resource_share::Spec {
            name: called(known),
            principals: vec![known.organization_arn(needs)],
            resources: vec![Text::of(&gateway, symbol, |gateway| gateway.arn)],
        }
    });
    Some(share)
}
