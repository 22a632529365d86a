//! Keys: each with its compiled policy, its replicas with theirs, and an alias in each of their Regions.
//!
//! Policies name roles by account and pattern, as trusts do, so that a key needs no role to exist, and a role that was
//! deleted and made again is let in again.

mod actions;
mod callers;
mod policy;
mod services;
#[cfg(test)]
mod tests;
mod uses;

use std::collections::BTreeMap;

use super::{Composer, Home, KeyNodes, Problem, organization::plain, size};
use crate::{
    engine::graph::{Needs, NodeId, Ref},
    kinds::{
        kms::{
            Alias, Key as KeyKind, ReplicaKey,
            alias::{self, KeyNeed},
            key, replica_key,
        },
        template::Language,
    },
    model::{Key, LandingZone},
    names::Region,
};

pub(super) use callers::{KEYS_POLICY, Keys};
pub(super) use uses::permissions;

/// Adds the keys of the accounts that are looked after.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    let uses = uses::uses(zone);
    for key in zone.keys.values() {
        let Some(home) = composer.known.homes.get(&key.id.account).cloned() else { continue };
        let compiled = key.regions().map(|region| {
            let policy = policy::compile(zone, key, region, &uses)?.compact();
            size::key(zone, key, region, &policy).map_or(Ok(policy), Err)
        });
        match compiled.collect::<Result<Vec<_>, Problem>>() {
            Ok(policies) => add(composer, key, &home, policies),
            Err(problem) => composer.problem(problem),
        }
    }
}

/// The name that a key is called by wherever it is: `alias/acme/logs`.
fn alias_name(zone: &LandingZone, name: &str) -> String {
    format!("alias/{}/{name}", zone.organization.name)
}

fn description(zone: &LandingZone, key: &Key) -> String {
    let default = || format!("The key `{}` of the landing zone `{}`", key.aws_name, zone.organization.name);
    key.description.as_ref().map_or_else(default, |text| text.value.clone())
}

/// A key, its replicas and its aliases; `policies` are those of its Regions, in their order, as texts.
fn add(composer: &mut Composer<'_>, key: &Key, home: &Home, policies: Vec<String>) {
    let mut places = key.regions().zip(policies).filter_map(|(region, policy)| {
        let place = home.regions.get(&region)?;
        Some((region, *place, policy))
    });
    let Some((region, place, policy)) = places.next() else { return };
    let (name, zone) = (&*key.id.name, composer.known.zone);
    let Composer { graph, known, .. } = composer;
    let alias = alias_name(zone, &key.aws_name);
    if let Some(from) = &key.moved {
        graph.moved::<KeyKind>(place, from, name);
    }
    let former = key.moved.as_ref().map(|from| alias_name(zone, from)).filter(|former| *former != alias);
    let primary = graph.add::<KeyKind>(place, name, &key.origin, |needs| {
        state_fields(key, needs);
        needs.states("rotation_days", &key.rotate.origin);
        needs.states("multi_region", &key.multi_region.origin);
        key::Spec {
            alias: alias.clone(),
            former,
            description: description(zone, key),
            policy: known.template_of(needs, Language::Iam, policy),
            rotation: key.rotate.days(),
            multi_region: key.multi_region.value,
            replicas: key.replicas.iter().map(|replica| replica.value).collect(),
        }
    });
    let replicas = places.map(|(there, place, policy)| {
        if let Some(from) = &key.moved {
            graph.moved::<ReplicaKey>(place, from, name);
        }
        let node = graph.add::<ReplicaKey>(place, name, &key.origin, |needs| {
            state_fields(key, needs);
            replica_key::Spec {
                primary: needs.on(primary),
                primary_region: region,
                description: description(zone, key),
                policy: known.template_of(needs, Language::Iam, policy),
            }
        });
        (there, node)
    });
    let replicas: BTreeMap<Region, Ref<ReplicaKey>> = replicas.collect();
    let aliases = key.regions().filter_map(|there| {
        let node = graph.add::<Alias>(*home.regions.get(&there)?, name, &key.origin, |needs| {
            let target = match replicas.get(&there) {
                Some(replica) => KeyNeed::Replica(needs.on(*replica)),
                None => KeyNeed::Primary(needs.on(primary)),
            };
            alias::Spec { name: alias.clone(), target }
        });
        Some((there, node.id()))
    });
    let aliases: BTreeMap<Region, NodeId> = aliases.collect();
    composer.known.keys.insert(key.id.clone(), KeyNodes { primary, replicas, aliases });
}

/// Tags, and the lines that drift of these fields points at.
fn state_fields(key: &Key, needs: &mut Needs<'_>) {
    needs.tags(plain(&key.tags));
    if let Some(description) = &key.description {
        needs.states("description", &description.origin);
    }
}
