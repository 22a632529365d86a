//! Private zones: each is made with a VPC of its own account, associated with all that ask it, and filled.

use super::vpc_id;
use crate::{
    compose::{Composer, known::Home, organization::plain},
    engine::graph::Ref,
    kinds::route53::{
        HostedZone as ZoneKind, Record as RecordKind, ZoneAssociation, hosted_zone, record, zone_association,
    },
    model::HostedZone,
};

/// Adds the zones.
pub(super) fn compose(composer: &mut Composer<'_>) {
    for zone in composer.known.zone.network.zones.values() {
        let Some(home) = composer.known.homes.get(&zone.account.value).cloned() else { continue };
        let Some(node) = add(composer, zone, &home) else { continue };
        associate(composer, zone, &home, node);
        fill(composer, zone, &home, node);
    }
}

/// The zone itself; nothing if none of its VPCs lies in its account.
fn add(composer: &mut Composer<'_>, zone: &HostedZone, home: &Home) -> Option<Ref<ZoneKind>> {
    let Composer { graph, known, .. } = composer;
    let account = known.zone.accounts.get(&zone.account.value)?;
    let mut vpcs = zone.vpcs.iter().filter_map(|name| known.vpcs.get(&name.value));
    let first = vpcs.find(|vpc| vpc.account == account.name)?;
    Some(graph.add::<ZoneKind>(home.global, zone.name.as_str(), &zone.origin, |needs| {
        needs.tags(plain(&account.tags));
        needs.tags(plain(&zone.tags));
        hosted_zone::Spec {
            name: zone.name.to_string(),
            comment: format!("Made by Landfall for {}", known.zone.organization.name),
            vpc: vpc_id(needs, first),
            vpc_region: first.region,
        }
    }))
}

fn associate(composer: &mut Composer<'_>, zone: &HostedZone, home: &Home, node: Ref<ZoneKind>) {
    let Composer { graph, known, .. } = composer;
    for name in &zone.vpcs {
        let Some(nodes) = known.vpcs.get(&name.value) else { continue };
        let place = graph.place(nodes.at).place.clone();
        graph.add::<ZoneAssociation>(home.global, &format!("{}/{name}", zone.name), &name.origin, |needs| {
            needs.place(nodes.at);
            zone_association::Spec { zone: needs.on(node), vpc: vpc_id(needs, nodes), vpc_place: place }
        });
    }
}

fn fill(composer: &mut Composer<'_>, zone: &HostedZone, home: &Home, node: Ref<ZoneKind>) {
    for stated in &zone.records {
        let name = format!("{}/{}", stated.name, stated.kind);
        composer.graph.add::<RecordKind>(home.global, &name, &stated.origin, |needs| record::Spec {
            zone: needs.on(node),
            name: stated.name.to_string(),
            kind: stated.kind.clone(),
            ttl: stated.ttl,
            values: stated.values.iter().map(ToString::to_string).collect(),
        });
    }
}
