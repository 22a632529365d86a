//! The route tables of a gateway: what they learn, what is written into them, and what is routed by them.
//!
//! A table is filled before anything is routed by it, and what is routed by it can be reached before it is: so that what
//! moves to another table is cut off for the swap alone.

use std::{collections::BTreeMap, sync::Arc};

use super::{Site, attachments::Attachments};
use crate::{
    compose::{Composer, organization::plain},
    engine::graph::{NodeId, Ref},
    kinds::ec2::transit::{
        TransitGatewayAssociation, TransitGatewayPropagation, TransitGatewayRoute, TransitGatewayRouteTable,
        association, propagation, route, route_table,
    },
    model::{Attached, GatewayTable, Leads, Transit},
    names::{Cidr, Origin, VpcName},
};

/// The attachments of VPCs and what they are routed by, by the VPCs' names: from then on something comes through.
pub(super) type Associations = BTreeMap<VpcName, NodeId>;

/// A table that was added.
struct Added<'s> {
    name: &'s str,
    table: &'s GatewayTable<'s>,
    node: Ref<TransitGatewayRouteTable>,
    /// What is in it.
    filling: Vec<NodeId>,
}

/// Adds the tables of a gateway.
pub(super) fn add(composer: &mut Composer<'_>, site: &Site<'_>, attachments: &Attachments) -> Associations {
    let tables = site.gateway.tables.iter();
    let mut tables: Vec<_> = tables.map(|(name, table)| table_node(composer, site, name, table)).collect();
    let mut returns: BTreeMap<Attached<'_>, Vec<NodeId>> = BTreeMap::new();
    for added in &mut tables {
        for attached in added.table.propagated.iter().filter(|attached| attachments.has(site, **attached)) {
            let node = propagation_node(composer, site, attachments, (added, *attached));
            added.filling.push(node);
            returns.entry(*attached).or_default().push(node);
        }
        for (range, leads) in &added.table.routes {
            let node = route_node(composer, site, attachments, (added, *range, *leads));
            added.filling.extend(node);
        }
    }
    let mut associations = Associations::new();
    for added in &tables {
        for attached in added.table.associated.iter().filter(|attached| attachments.has(site, **attached)) {
            let before = returns.get(attached).into_iter().flatten().chain(&added.filling).copied();
            let before: Vec<_> = before.collect();
            let node = association_node(composer, site, attachments, (added, *attached, &before));
            if let Attached::Vpc(vpc) = attached {
                associations.insert((*vpc).clone(), node);
            }
        }
    }
    associations
}

fn table_node<'s>(
    composer: &mut Composer<'_>,
    site: &Site<'_>,
    name: &'s str,
    table: &'s GatewayTable<'s>,
) -> Added<'s> {
    let Transit { segments, moved, .. } = site.transit;
    let segment = segments.iter().find(|(segment, _)| segment.as_str() == name);
    if let Some((_, from)) = moved.iter().find(|(segment, _)| segment.as_str() == name) {
        composer.graph.moved::<TransitGatewayRouteTable>(site.at, from.as_str(), name);
    }
    let origin = segment.map_or(&site.transit.origin, |(_, segment)| &segment.origin);
    let node = composer.graph.add::<TransitGatewayRouteTable>(site.at, name, origin, |needs| {
        needs.tags(plain(&site.account.tags));
        needs.tags([("Name".to_owned(), name.to_owned())]);
        route_table::Spec { name: name.to_owned(), gateway: needs.on(site.node) }
    });
    Added { name, table, node, filling: Vec::new() }
}

/// Where what is attached is stated.
fn origin<'z>(composer: &Composer<'z>, site: &Site<'z>, attached: Attached<'_>) -> &'z Origin {
    let network = &composer.known.zone.network;
    let stated = match attached {
        Attached::Vpc(name) => {
            network.vpcs.get(name).map(|vpc| vpc.segment.as_ref().map_or(&vpc.origin, |of| &of.origin))
        }
        Attached::External(name) => network.externals.get(name).map(|external| &external.origin),
        Attached::Peering(_) => None,
    };
    stated.unwrap_or(&site.transit.origin)
}

/// What an attachment is called within the names of nodes.
fn called(attached: Attached<'_>) -> String {
    match attached {
        Attached::Vpc(name) => name.to_string(),
        Attached::External(name) => format!("external/{name}"),
        Attached::Peering(region) => format!("peering/{region}"),
    }
}

fn propagation_node(
    composer: &mut Composer<'_>,
    site: &Site<'_>,
    attachments: &Attachments,
    (added, attached): (&Added<'_>, Attached<'_>),
) -> NodeId {
    let origin = origin(composer, site, attached).clone();
    let name = format!("{}/{}", added.name, called(attached));
    let node = composer.graph.add::<TransitGatewayPropagation>(site.at, &name, &origin, |needs| {
        let attachment = attachments.refer(needs, site, attached).expect("only what is there propagates");
        propagation::Spec { attachment, table: needs.on(added.node), segments: Arc::clone(&site.segments) }
    });
    node.id()
}

/// A static route; nothing if what it leads to is not there.
fn route_node(
    composer: &mut Composer<'_>,
    site: &Site<'_>,
    attachments: &Attachments,
    (added, range, leads): (&Added<'_>, Cidr, Leads<'_>),
) -> Option<NodeId> {
    let origin = match leads {
        Leads::To(attached) if !attachments.has(site, attached) => return None,
        Leads::To(attached) => origin(composer, site, attached).clone(),
        Leads::Blackhole => {
            let pool = composer.known.zone.network.pool.as_ref();
            pool.map_or(&site.transit.origin, |pool| &pool.cidr.origin).clone()
        }
    };
    let name = format!("{}/{range}", added.name);
    let node = composer.graph.add::<TransitGatewayRoute>(site.at, &name, &origin, |needs| {
        let target = match leads {
            Leads::To(attached) => {
                let attachment = attachments.refer(needs, site, attached);
                route::Target::Attachment(attachment.expect("what is led to is there"))
            }
            Leads::Blackhole => route::Target::Blackhole,
        };
        route::Spec { table: needs.on(added.node), range, target, segments: Arc::clone(&site.segments) }
    });
    Some(node.id())
}

fn association_node(
    composer: &mut Composer<'_>,
    site: &Site<'_>,
    attachments: &Attachments,
    (added, attached, before): (&Added<'_>, Attached<'_>, &[NodeId]),
) -> NodeId {
    let origin = origin(composer, site, attached).clone();
    let node =
        composer.graph.add::<TransitGatewayAssociation>(site.at, &called(attached), &origin, |needs| {
            for node in before {
                needs.after(*node);
            }
            let attachment = attachments.refer(needs, site, attached).expect("only what is there is routed");
            association::Spec {
                attachment,
                table: needs.on(added.node),
                segments: Arc::clone(&site.segments),
            }
        });
    node.id()
}
