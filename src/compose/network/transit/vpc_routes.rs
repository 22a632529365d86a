//! What VPCs send to the gateway.

use std::collections::BTreeMap;

use super::{Site, tables::Associations};
use crate::{
    compose::Composer,
    engine::env::Text,
    kinds::ec2::{Route, route},
    model::{Tier, to_gateway},
};

/// Adds the routes of all VPCs that are attached to a gateway. One comes after the gateway routes what the VPC sends: so
/// that what went another way goes it until then.
pub(super) fn add(composer: &mut Composer<'_>, site: &Site<'_>, associations: &Associations) {
    let Composer { graph, known, .. } = composer;
    for vpc in &site.gateway.vpcs {
        let Some(nodes) = known.vpcs.get(&vpc.name.value) else { continue };
        let Some(before) = associations.get(&vpc.name.value) else { continue };
        for tier in Tier::ALL {
            let ranges = to_gateway(&known.zone.network, vpc, tier);
            let of_tier = nodes.tables.iter().filter(|((of, _), _)| *of == tier).map(|(_, table)| table);
            // Where a tier has one table for all its zones it stands there once for each.
            let tables: BTreeMap<_, _> = of_tier.map(|table| (table.name.as_str(), table.node)).collect();
            for ((table, node), range) in
                tables.iter().flat_map(|table| ranges.iter().map(move |range| (table, range)))
            {
                let name = format!("{table}/{range}");
                graph.add::<Route>(nodes.at, &name, &vpc.origin, |needs| {
                    needs.after(*before);
                    let gateway = needs.on(site.node);
                    let symbol = gateway.address().to_owned();
                    route::Spec {
                        table: needs.on(*node),
                        destination: route::Destination::Range(*range),
                        target: route::Target::TransitGateway(Text::of(&gateway, symbol, |gateway| {
                            gateway.id
                        })),
                    }
                });
            }
        }
    }
}
