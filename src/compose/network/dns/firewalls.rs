//! What VPCs can't ask for: a rule group of DNS Firewall in each Region in which some of them lie, and an association for
//! each.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    sharing::{Resource, Shared, Shares},
    vpc_id,
};
use crate::{
    compose::{Composer, derived, known::VpcNodes, organization::plain},
    engine::graph::{PlaceId, Ref},
    kinds::route53resolver::{
        FirewallAssociation, FirewallDomainList, FirewallRuleGroup, firewall_association,
        firewall_domain_list,
        firewall_rule_group::{self, List, Rule},
    },
    model::DnsFirewall,
    names::{Region, VpcName},
};

/// The name of the rule about the landing zone's own domains.
const OWN: &str = "block";
/// Which of a group's rules comes first: the landing zone's own, then AWS's lists in the order in which they are stated.
const FIRST: u32 = 100;

/// A group that was added.
pub(super) struct Added<'z> {
    firewall: &'z DnsFirewall,
    region: Region,
    at: PlaceId,
    node: Ref<FirewallRuleGroup>,
}

/// Adds the groups with their lists, and shares them with who else has VPCs to guard.
pub(super) fn groups<'z>(composer: &mut Composer<'z>, shared: &mut Shared) -> Vec<Added<'z>> {
    let mut added = Vec::new();
    for firewall in composer.known.zone.network.firewalls.values() {
        let Some(home) = composer.known.homes.get(&firewall.account.value).cloned() else { continue };
        let members: Vec<_> = members(composer, firewall).map(|(_, nodes)| nodes.clone()).collect();
        let regions: BTreeSet<_> = members.iter().map(|nodes| nodes.region).collect();
        for region in regions {
            let Some(at) = home.regions.get(&region).copied() else { continue };
            let node = add(composer, firewall, at);
            let account = &firewall.account.value;
            if members.iter().any(|nodes| nodes.region == region && nodes.account != *account) {
                shared.add(at, account, &firewall.origin, Resource::Firewall(node));
            }
            added.push(Added { firewall, region, at, node });
        }
    }
    added
}

fn members<'c>(
    composer: &'c Composer<'_>,
    firewall: &'c DnsFirewall,
) -> impl Iterator<Item = (&'c VpcName, &'c VpcNodes)> {
    let known = &composer.known;
    let members = known.zone.network.members_of(&firewall.segments);
    members.filter_map(|vpc| known.vpcs.get_key_value(&vpc.name.value))
}

fn add(composer: &mut Composer<'_>, firewall: &DnsFirewall, at: PlaceId) -> Ref<FirewallRuleGroup> {
    let Composer { graph, known, .. } = composer;
    let account = known.zone.accounts.get(&firewall.account.value);
    if let Some(from) = &firewall.moved {
        graph.moved::<FirewallDomainList>(at, from.as_str(), firewall.name.as_str());
        graph.moved::<FirewallRuleGroup>(at, from.as_str(), firewall.name.as_str());
    }
    let name = derived::resolver_name(known.zone, firewall.aws_name.as_str());
    let list = (!firewall.block.is_empty()).then(|| {
        graph.add::<FirewallDomainList>(at, firewall.name.as_str(), &firewall.origin, |needs| {
            needs.tags(account.into_iter().flat_map(|account| plain(&account.tags)));
            if let Some(first) = firewall.block.first() {
                needs.states("domains", &first.origin);
            }
            let domains = firewall.block.iter().map(ToString::to_string).collect();
            firewall_domain_list::Spec { name: name.clone(), domains }
        })
    });
    graph.add::<FirewallRuleGroup>(at, firewall.name.as_str(), &firewall.origin, |needs| {
        needs.tags(account.into_iter().flat_map(|account| plain(&account.tags)));
        let own = list.map(|list| (OWN.to_owned(), List::Own(needs.on(list))));
        let managed = firewall.managed.iter().map(|name| (name.to_string(), List::Managed(name.to_string())));
        let rules = (FIRST..).zip(own.into_iter().chain(managed));
        let rules = rules.map(|(priority, (name, list))| (name, Rule { list, priority }));
        firewall_rule_group::Spec { name: name.clone(), rules: rules.collect::<BTreeMap<_, _>>() }
    })
}

/// Guards the VPCs.
pub(super) fn associate(composer: &mut Composer<'_>, groups: &[Added<'_>], shares: &Shares) {
    for Added { firewall, region, at, node } in groups {
        let members: Vec<_> = members(composer, firewall)
            .filter(|(_, nodes)| nodes.region == *region)
            .map(|(name, nodes)| (name.clone(), nodes.clone()))
            .collect();
        let Composer { graph, known, .. } = &mut *composer;
        for (name, nodes) in members {
            let address = format!("{name}/{}", firewall.name);
            let account = known.zone.accounts.get(&nodes.account);
            graph.add::<FirewallAssociation>(nodes.at, &address, &firewall.origin, |needs| {
                needs.tags(account.into_iter().flat_map(|account| plain(&account.tags)));
                shares.after(needs, *at);
                firewall_association::Spec {
                    vpc: vpc_id(needs, &nodes),
                    group: needs.on(*node),
                    name: derived::resolver_name(known.zone, firewall.aws_name.as_str()),
                    priority: firewall.priority(),
                }
            });
        }
    }
}
