//! The organization's skeleton: what is switched on in it, units, accounts with their Regions and contacts, and who
//! administers what.

use std::collections::{BTreeMap, BTreeSet};

use super::{Composer, Home, Known, Problem};
use crate::{
    engine::graph::{Graph, Needs, PlaceId, Ref},
    kinds::{
        account::{AlternateContact, Region as RegionKind, alternate_contact, region},
        cloudtrail::{
            DelegatedAdministrator as TrailAdministrator, delegated_administrator as trail_administrator,
        },
        iam::{RootCredentials as RootCredentialsKind, root_credentials},
        organizations::{
            Account as AccountKind, DelegatedAdministrator, PolicyType as PolicyTypeKind, TrustedAccess,
            Unit as UnitKind, account, delegated_administrator, policy_type, trusted_access, unit,
        },
        ram::{OrganizationSharing, organization_sharing},
    },
    model::{Account, Contact, Delegation, PolicyType, RootCredentials, Tags},
    names::{AccountName, Located, Origin, Region, Service, UnitPath},
};

/// Needed for the names of accounts: <https://docs.aws.amazon.com/accounts/latest/reference/using-orgs-trusted-access.html>.
const ACCOUNT_MANAGEMENT: &str = "account.amazonaws.com";

/// Needed for central root access: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html>.
const IAM: &str = "iam.amazonaws.com";

/// Needed for a trail of the organization, and delegated by a call of its own:
/// <https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-cloudtrail.html>.
pub(super) const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";

/// Needed to gather what AWS Config records in all accounts:
/// <https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-config.html>.
pub(super) const CONFIG: &str = "config.amazonaws.com";

/// Needed to share gateways, rules and firewalls within the organization:
/// <https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-ram.html>.
const RAM: &str = organization_sharing::SERVICE;

/// Adds the skeleton.
pub(super) fn compose(composer: &mut Composer<'_>) {
    policy_types(composer);
    trusted_access(composer);
    sharing(composer);
    units(composer);
    let root_credentials = root_credentials(composer);
    accounts(composer, root_credentials);
    delegation(composer);
}

/// Central management of root users, if the landing zone wants it. It comes before the accounts: those that are made
/// while it is on never have a root password.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management>
fn root_credentials(composer: &mut Composer<'_>) -> Option<Ref<RootCredentialsKind>> {
    let Composer { graph, known, management, .. } = composer;
    let organization = &known.zone.organization;
    if organization.root_credentials.value == RootCredentials::Kept {
        return None;
    }
    let node =
        graph.add::<RootCredentialsKind>(*management, "root-credentials", &organization.origin, |needs| {
            needs.after(known.organization.id());
            if let Some(trusted) = known.trusted.get(IAM) {
                needs.after(trusted.id());
            }
            root_credentials::Spec
        });
    Some(node)
}

/// Every type that a policy is of, whether it stands in a file or is generated.
fn policy_types(composer: &mut Composer<'_>) {
    let Composer { graph, known, management, .. } = composer;
    let zone = known.zone;
    let attached = zone.units.values().flat_map(|unit| &unit.policies);
    let attached = attached.chain(zone.accounts.values().flat_map(|account| &account.policies));
    let kinds = attached.map(|policy| policy.kind).chain(zone.policies.organization.keys().map(|id| id.kind));
    for kind in kinds.collect::<BTreeSet<PolicyType>>() {
        let node =
            graph.add::<PolicyTypeKind>(*management, kind.folder(), &zone.organization.origin, |needs| {
                policy_type::Spec { organization: needs.on(known.organization), name: kind.api_name() }
            });
        known.policy_types.insert(kind, node);
    }
}

fn trusted_access(composer: &mut Composer<'_>) {
    let Composer { graph, known, management, .. } = composer;
    let zone = known.zone;
    let mut services: BTreeMap<String, &Origin> = BTreeMap::new();
    services.insert(ACCOUNT_MANAGEMENT.to_owned(), &zone.organization.origin);
    if zone.organization.root_credentials.value == RootCredentials::Removed {
        services.insert(IAM.to_owned(), &zone.organization.origin);
    }
    if let Some(trail) = &zone.trail {
        services.insert(CLOUDTRAIL.to_owned(), &trail.origin);
    }
    if let Some(recording) = &zone.recording {
        services.insert(CONFIG.to_owned(), &recording.origin);
    }
    if zone.network.shares() {
        services.insert(RAM.to_owned(), &zone.organization.origin);
    }
    for delegation in &zone.delegated {
        services.insert(delegation.service.principal().to_owned(), &delegation.service.origin);
    }
    for (service, origin) in services {
        let node = graph.add::<TrustedAccess>(*management, &service, origin, |needs| trusted_access::Spec {
            organization: needs.on(known.organization),
            service: service.clone(),
        });
        known.trusted.insert(service, node);
    }
}

/// What accounts share they share without invitations. The service's own call makes what trusted access alone does not.
fn sharing(composer: &mut Composer<'_>) {
    let Composer { graph, known, management, .. } = composer;
    let Some(trusted) = known.trusted.get(RAM).copied() else { return };
    let origin = &known.zone.organization.origin;
    let node = graph.add::<OrganizationSharing>(*management, "organization", origin, |needs| {
        needs.after(trusted.id());
        organization_sharing::Spec
    });
    known.sharing = Some(node);
}

/// The tree of units. A parent's path is shorter than its children's, so that it is there before them.
fn units(composer: &mut Composer<'_>) {
    let Composer { graph, known, management, .. } = composer;
    for (path, unit) in known.zone.units.iter().filter(|(path, _)| !path.is_root()) {
        if let Some(from) = &unit.moved {
            graph.moved::<UnitKind>(*management, from.as_str(), path.as_str());
        }
        let node = graph.add::<UnitKind>(*management, path.as_str(), &unit.origin, |needs| {
            needs.tags(plain(&unit.tags));
            let parent = path.parent().unwrap_or_else(UnitPath::root);
            unit::Spec { name: path.name().to_owned(), parent: known.parent(needs, &parent) }
        });
        known.units.insert(path.clone(), node);
    }
}

fn accounts(composer: &mut Composer<'_>, root_credentials: Option<Ref<RootCredentialsKind>>) {
    let Composer { graph, known, management, .. } = composer;
    for account in known.zone.accounts.values() {
        if let Some(from) = &account.moved {
            graph.account_moved(&from.value, &account.name);
        }
        let global = if account.name.is_management() {
            *management
        } else {
            let node = member(graph, known, *management, account, root_credentials);
            known.accounts.insert(account.name.clone(), node);
            if !account.managed.value {
                continue;
            }
            graph.global(account.name.clone(), node)
        };
        let regions = regions(graph, known, global);
        contacts(graph, global, account);
        known.homes.insert(account.name.clone(), Home { global, regions });
    }
}

fn member(
    graph: &mut Graph,
    known: &Known<'_>,
    management: PlaceId,
    account: &Account,
    root_credentials: Option<Ref<RootCredentialsKind>>,
) -> Ref<AccountKind> {
    graph.add::<AccountKind>(management, account.name.as_str(), &account.origin, |needs| {
        needs.tags(plain(&account.tags));
        needs.states("name", &account.aws_name.origin);
        needs.states("email", &account.email.origin);
        if let Some(before) = root_credentials {
            needs.after(before.id());
        }
        // A new name is written by way of Account Management.
        if let Some(trusted) = known.trusted.get(ACCOUNT_MANAGEMENT) {
            needs.after(trusted.id());
        }
        let unit = match &account.unit {
            Some(path) => {
                needs.states("unit", &path.origin);
                known.parent(needs, path)
            }
            None => known.parent(needs, &UnitPath::root()),
        };
        account::Spec {
            key: account.name.clone(),
            name: account.aws_name.to_string(),
            email: account.email.value.clone(),
            unit,
            access_role: known.zone.access.role.to_string(),
        }
    })
}

/// The account's place in each Region in use; behind the Region's opt-in where it needs one.
fn regions(graph: &mut Graph, known: &Known<'_>, global: PlaceId) -> BTreeMap<Region, PlaceId> {
    let mut places = BTreeMap::new();
    for region in &known.zone.organization.regions {
        let (name, origin) = (region.value, &region.origin);
        let gate = name.opt_in().then(|| {
            graph.add::<RegionKind>(global, name.as_str(), origin, |_| region::Spec { region: name })
        });
        places.insert(name, graph.region(global, name, gate));
    }
    places
}

fn contacts(graph: &mut Graph, global: PlaceId, account: &Account) {
    for (kind, contact) in &account.contacts {
        let Contact { name, title, email, phone } = contact;
        graph.add::<AlternateContact>(global, kind.as_str(), &name.origin, |needs| {
            needs.states("name", &name.origin);
            needs.states("title", &title.origin);
            needs.states("email", &email.origin);
            needs.states("phone", &phone.origin);
            alternate_contact::Spec {
                kind: kind.as_str().to_uppercase(),
                contact: alternate_contact::Contact {
                    name: name.to_string(),
                    title: title.to_string(),
                    email: email.to_string(),
                    phone: phone.to_string(),
                },
            }
        });
    }
}

fn delegation(composer: &mut Composer<'_>) {
    let zone = composer.known.zone;
    for Delegation { service, account } in &zone.delegated {
        let principal = service.principal();
        // Of the services with a call of their own for it, this program makes CloudTrail's.
        if principal != CLOUDTRAIL && Service::has_a_call_of_its_own(principal) {
            composer.problem(not_yet(service, &service.origin));
            continue;
        }
        delegate(composer, service, account);
    }
    let aggregator = zone.recording.as_ref().and_then(|recording| recording.aggregator.as_ref());
    if let Some(account) = aggregator.filter(|account| !account.is_management())
        && zone.delegate("config").is_none()
        && let Ok(service) = Service::delegable("config")
    {
        delegate(composer, &Located::new(service, account.origin.clone()), account);
    }
}

fn delegate(composer: &mut Composer<'_>, service: &Located<Service>, account: &Located<AccountName>) {
    let Some(node) = composer.known.accounts.get(&account.value).copied() else {
        composer.problem(not_a_member(&account.value, &account.origin));
        return;
    };
    let Composer { graph, known, management, .. } = composer;
    let trusted = known.trusted.get(service.principal()).map(|trusted| trusted.id());
    let prepare = |needs: &mut Needs<'_>| {
        needs.states("account", &account.origin);
        if let Some(trusted) = trusted {
            needs.after(trusted);
        }
        (needs.on(node), account.value.clone())
    };
    let id = if service.principal() == CLOUDTRAIL {
        let add = |needs: &mut Needs<'_>| {
            let (account, name) = prepare(needs);
            trail_administrator::Spec { account, name }
        };
        graph.add::<TrailAdministrator>(*management, service.name(), &service.origin, add).id()
    } else {
        let add = |needs: &mut Needs<'_>| {
            let (account, name) = prepare(needs);
            delegated_administrator::Spec { service: service.principal().to_owned(), account, name }
        };
        graph.add::<DelegatedAdministrator>(*management, service.name(), &service.origin, add).id()
    };
    known.delegated.insert(service.principal().to_owned(), id);
}

fn not_yet(service: &Service, origin: &Origin) -> Problem {
    Problem::new(origin, format!("`{service}` can't be delegated yet"))
        .help("AWS wants this by a call of the service's own, which is not made yet: leave the line out")
}

fn not_a_member(account: &AccountName, origin: &Origin) -> Problem {
    Problem::new(origin, format!("`{account}` can't administer a service"))
        .help("only a member account of the landing zone can")
}

/// Tags without their origins.
pub(super) fn plain(tags: &Tags) -> impl Iterator<Item = (String, String)> {
    tags.iter().map(|(key, value)| (key.clone(), value.value.clone()))
}
