//! Guardrails: the policies of the organization, those that are generated, and what they are attached to.

mod attachments;
mod protect_archive;
mod protect_landfall;
mod region_guard;

use std::collections::BTreeMap;

use super::{Composer, Known, organization::plain};
use crate::{
    engine::graph::{Needs, Ref},
    kinds::{
        organizations::{Policy, policy},
        template::{Language, Template},
    },
    model::{PolicyFile, PolicyId},
    names::{Located, Origin},
    policy::{Arn, Document},
};

/// The policies of the organization by the names that units and accounts attach them by.
type Policies = BTreeMap<PolicyId, Ref<Policy>>;

/// Adds the policies and attaches them. Must come last: what a policy denies has to be there before it is attached.
pub(super) fn compose(composer: &mut Composer<'_>) {
    let policies = policies(composer);
    attachments::compose(composer, &policies);
}

/// A node for each policy file, and for each generated policy that is attached to something and has no file.
fn policies(composer: &mut Composer<'_>) -> Policies {
    let zone = composer.known.zone;
    let mut nodes = Policies::new();
    for (id, file) in &zone.policies.organization {
        let description = format!("policies/{}/{}.json", id.kind.folder(), id.name);
        add(composer, &mut nodes, id, &file.origin, |known, needs| {
            (description, template(known, needs, id, file))
        });
    }
    let attached = zone.units.values().flat_map(|unit| &unit.policies);
    for Located { value: id, origin } in attached.chain(zone.members().flat_map(|account| &account.policies))
    {
        if !nodes.contains_key(id)
            && let Some((description, document)) = generated(&composer.known, id)
        {
            add(composer, &mut nodes, id, origin, |known, needs| {
                (description.to_owned(), known.filled(needs, &document))
            });
        }
    }
    nodes
}

fn add(
    composer: &mut Composer<'_>,
    nodes: &mut Policies,
    id: &PolicyId,
    origin: &Origin,
    make: impl FnOnce(&Known<'_>, &mut Needs<'_>) -> (String, Template),
) {
    let Composer { graph, known, management, .. } = composer;
    let Some(enabled) = known.policy_types.get(&id.kind).copied() else { return };
    let node = graph.add::<Policy>(*management, &name(id), origin, |needs| {
        needs.tags(plain(&known.zone.organization.tags));
        let (description, content) = make(known, needs);
        let (enabled, kind, name) = (needs.on(enabled), id.kind.api_name(), id.name.to_string());
        policy::Spec { enabled, kind, name, description, content }
    });
    nodes.insert(id.clone(), node);
}

fn template(known: &Known<'_>, needs: &mut Needs<'_>, id: &PolicyId, file: &PolicyFile) -> Template {
    let language = if id.kind.has_full_access() { Language::Iam } else { Language::Tree };
    known.template(needs, language, file)
}

/// As addresses write it: `scp/region-guard`.
fn name(id: &PolicyId) -> String {
    format!("{}/{}", id.kind.folder(), id.name)
}

/// A generated policy: what it is for, and what it says.
fn generated(known: &Known<'_>, id: &PolicyId) -> Option<(&'static str, Document)> {
    if !id.can_be_generated() {
        return None;
    }
    let exempt = exempt(known);
    match &*id.name {
        region_guard::NAME => {
            let regions = known.zone.organization.regions.iter().map(|region| region.value);
            Some((region_guard::DESCRIPTION, region_guard::document(regions, &exempt)))
        }
        protect_landfall::NAME => {
            Some((protect_landfall::DESCRIPTION, protect_landfall::document(&exempt, &hops(known))))
        }
        protect_archive::NAME => {
            let archive = protect_archive::Archive::of(known.zone)?;
            Some((protect_archive::DESCRIPTION, protect_archive::document(archive, &exempt)))
        }
        _ => None,
    }
}

/// The roles on the way to the one by which member accounts are reached: whoever can change one of them gets as far,
/// although none of them is exempt itself.
fn hops(known: &Known<'_>) -> Vec<String> {
    let roles = known.zone.access.via.iter().filter_map(|hop| known.zone.role(hop));
    roles
        .map(|role| Arn::role(known.partition().as_str(), "*", &role.path, &role.aws_name).to_string())
        .collect()
}

/// Whom generated policies let pass, as patterns of ARNs: the role by which member accounts are reached, and the roles
/// for emergencies. Patterns, because a list of all accounts would be too long; `protect-landfall` keeps everybody
/// else from making roles that fit them.
fn exempt(known: &Known<'_>) -> Vec<String> {
    let partition = known.partition();
    let roles = known.zone.members().flat_map(|account| account.roles.values());
    let emergency = roles.filter(|role| role.break_glass.value);
    let mut patterns: Vec<_> = emergency
        .map(|role| Arn::role(partition.as_str(), "*", &role.path, &role.aws_name).to_string())
        .collect();
    patterns.push(known.landfall());
    patterns.sort_unstable();
    patterns.dedup();
    patterns
}
