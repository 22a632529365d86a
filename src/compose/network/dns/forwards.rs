//! What is forwarded: a rule beside the outbound endpoint of each Region in which VPCs go by it, and an association for
//! each of these.

use std::collections::BTreeSet;

use super::{
    resolvers::Endpoints,
    sharing::{Resource, Shared, Shares},
    vpc_id,
};
use crate::{
    compose::{Composer, derived, known::VpcNodes, organization::plain},
    engine::{
        env::Text,
        graph::{PlaceId, Ref},
    },
    kinds::route53resolver::{Endpoint, Rule, RuleAssociation, rule, rule_association},
    model::Forward,
    names::{Region, VpcName},
};

/// A rule that was added.
pub(super) struct Added<'z> {
    forward: &'z Forward,
    region: Region,
    at: PlaceId,
    node: Ref<Rule>,
}

/// Adds the rules, and shares them with who else has VPCs that go by them.
pub(super) fn rules<'z>(
    composer: &mut Composer<'z>,
    endpoints: &Endpoints,
    shared: &mut Shared,
) -> Vec<Added<'z>> {
    let mut added = Vec::new();
    for forward in composer.known.zone.network.forwards.values() {
        let members: Vec<_> = members(composer, forward).map(|(_, nodes)| nodes.clone()).collect();
        let regions: BTreeSet<_> = members.iter().map(|nodes| nodes.region).collect();
        for region in regions {
            let Some((at, endpoint)) = endpoints.get(&region).copied() else { continue };
            let node = add(composer, forward, at, endpoint);
            let account = composer.graph.place(at).place.account.clone();
            if members.iter().any(|nodes| nodes.region == region && nodes.account != account) {
                shared.add(at, &account, &forward.origin, Resource::Rule(node));
            }
            added.push(Added { forward, region, at, node });
        }
    }
    added
}

/// The VPCs that go by a rule.
fn members<'c>(
    composer: &'c Composer<'_>,
    forward: &'c Forward,
) -> impl Iterator<Item = (&'c VpcName, &'c VpcNodes)> {
    let known = &composer.known;
    let members = known.zone.network.members_of(&forward.segments);
    members.filter_map(|vpc| known.vpcs.get_key_value(&vpc.name.value))
}

fn add(composer: &mut Composer<'_>, forward: &Forward, at: PlaceId, endpoint: Ref<Endpoint>) -> Ref<Rule> {
    let Composer { graph, known, .. } = composer;
    let account = known.zone.accounts.get(&graph.place(at).place.account);
    graph.add::<Rule>(at, forward.domain.as_str(), &forward.origin, |needs| {
        needs.tags(account.into_iter().flat_map(|account| plain(&account.tags)));
        let sent = forward.is_sent_away().then(|| {
            let endpoint = needs.on(endpoint);
            let symbol = format!("${{{}}}", endpoint.address());
            rule::Forward {
                endpoint: Text::of(&endpoint, symbol, |endpoint| endpoint.id),
                targets: forward.to.iter().map(|to| format!("{}:{}", to.address, to.port)).collect(),
            }
        });
        if let Some(first) = forward.to.first() {
            needs.states("targets", &first.origin);
        }
        let name = derived::resolver_name(known.zone, forward.domain.as_str());
        rule::Spec { name, domain: forward.domain.to_string(), forward: sent }
    })
}

/// Has the VPCs go by the rules.
pub(super) fn associate(composer: &mut Composer<'_>, rules: &[Added<'_>], shares: &Shares) {
    for Added { forward, region, at, node } in rules {
        let members: Vec<_> = members(composer, forward)
            .filter(|(_, nodes)| nodes.region == *region)
            .map(|(name, nodes)| (name.clone(), nodes.clone()))
            .collect();
        let Composer { graph, known, .. } = &mut *composer;
        for (name, nodes) in members {
            let address = format!("{name}/{}", forward.domain);
            graph.add::<RuleAssociation>(nodes.at, &address, &forward.origin, |needs| {
                shares.after(needs, *at);
                rule_association::Spec {
                    vpc: vpc_id(needs, &nodes),
                    rule: needs.on(*node),
                    name: derived::resolver_name(known.zone, forward.domain.as_str()),
                }
            });
        }
    }
}
