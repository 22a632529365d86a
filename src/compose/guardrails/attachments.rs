//! What policies are attached to: AWS's full access early, everything else once what it may deny is there. Full access
//! goes last, where it is to go.

use std::collections::BTreeMap;

use super::Policies;
use crate::{
    compose::{Composer, Known, Problem},
    engine::graph::{Graph, Needs, NodeId, Ref},
    kinds::organizations::{
        Account as AccountKind, NoFullAccess, Policy, PolicyAttachment, Target, no_full_access,
        policy_attachment::{self, Attached},
    },
    model::{Account, PolicyId, PolicyType, Unit},
    names::{AccountName, Located, Origin, UnitPath},
};

/// What AWS calls the policy that lets everything pass.
const FULL_ACCESS: &str = "FullAWSAccess";

/// Attaches policies to the root, units and accounts.
pub(super) fn compose(composer: &mut Composer<'_>, policies: &Policies) {
    for bound in bounds(&composer.known) {
        full_access(composer, &bound);
    }
    let below = Below::of(&composer.graph, &composer.known);
    for bound in bounds(&composer.known) {
        attach_all(composer, policies, &bound, &below);
    }
    for policy in &composer.known.zone.management().policies {
        let problem = Problem::new(&policy.origin, "no policy binds the management account");
        composer.problems.push(problem.help("attach it to a unit or a member account"));
    }
}

/// A target as the landing zone states it.
struct Bound<'z> {
    end: End<'z>,
    policies: &'z [Located<PolicyId>],
    full_access: bool,
    origin: &'z Origin,
}

enum End<'z> {
    Unit(&'z UnitPath),
    Account(&'z AccountName, Ref<AccountKind>),
}

/// The root, all units and all member accounts, those that are not looked after included: what AWS attaches to them
/// is not to be taken for somebody else's doing.
fn bounds<'z>(known: &Known<'z>) -> Vec<Bound<'z>> {
    let units = known.zone.units.values().map(|unit| {
        let Unit { path, policies, full_access, origin, .. } = unit;
        Bound { end: End::Unit(path), policies, full_access: full_access.value, origin }
    });
    let accounts = known.zone.members().filter_map(|account| {
        let Account { name, policies, full_access, origin, .. } = account;
        let end = End::Account(name, *known.accounts.get(name)?);
        Some(Bound { end, policies, full_access: full_access.value, origin })
    });
    units.chain(accounts).collect()
}

impl Bound<'_> {
    fn target(&self, known: &Known<'_>, needs: &mut Needs<'_>) -> Target {
        match self.end {
            End::Unit(path) => Target::Parent(known.parent(needs, path)),
            End::Account(name, node) => Target::Account(needs.on(node), name.clone()),
        }
    }

    /// `Workloads/Prod`, `account:prod`.
    fn name(&self) -> String {
        match self.end {
            End::Unit(path) => path.to_string(),
            End::Account(name, _) => format!("account:{name}"),
        }
    }

    fn has_service_control(&self) -> bool {
        self.policies.iter().any(|policy| policy.kind == PolicyType::ServiceControl)
    }
}

fn full_access(composer: &mut Composer<'_>, bound: &Bound<'_>) {
    let Some(enabled) = composer.known.policy_types.get(&PolicyType::ServiceControl).copied() else { return };
    if !bound.full_access {
        if !bound.has_service_control() {
            composer.problem(
                Problem::new(
                    bound.origin,
                    "without `FullAWSAccess` nothing is attached, which AWS does not allow",
                )
                .help("name a service control policy in `policies`, or leave `full_access` out"),
            );
        }
        return;
    }
    let Composer { graph, known, management, .. } = composer;
    let name = format!("{}/{FULL_ACCESS}", bound.name());
    graph.add::<PolicyAttachment>(*management, &name, bound.origin, |needs| policy_attachment::Spec {
        policy: Attached::FullAccess(needs.on(enabled)),
        kind: PolicyType::ServiceControl.api_name(),
        name: FULL_ACCESS.to_owned(),
        target: bound.target(known, needs),
    });
}

/// Attaches all policies of a target. Where full access is to go, it goes once they stand in its place; it counts until
/// then, so that the last of as many as AWS allows comes behind that.
fn attach_all(composer: &mut Composer<'_>, policies: &Policies, bound: &Bound<'_>, below: &Below) {
    let most = PolicyType::ServiceControl.quota().per_target;
    let (mut stand, mut gone) = (Vec::new(), None);
    for policy in bound.policies {
        let Some(node) = policies.get(&policy.value).copied() else {
            composer.problem(
                Problem::new(&policy.origin, format!("there is no policy `{}`", policy.value)).help(format!(
                    "write it to `policies/{}/{}.json`",
                    policy.kind.folder(),
                    policy.name
                )),
            );
            continue;
        };
        let is_service_control = policy.kind == PolicyType::ServiceControl;
        if is_service_control && stand.len() + 1 == most {
            gone = let_full_access_go(composer, bound, &stand);
        }
        // Only these two types deny anything; the others need not wait.
        let denied = policy.kind.has_full_access().then(|| below.nodes(&composer.known, &bound.end));
        let gone = gone.filter(|_| is_service_control);
        let after = denied.into_iter().flatten().chain(gone).collect::<Vec<_>>();
        let attached = attach(composer, bound, (policy, node), &after);
        stand.extend(is_service_control.then_some(attached));
    }
    if gone.is_none() && !stand.is_empty() {
        let_full_access_go(composer, bound, &stand);
    }
}

/// The node by which full access goes from a target, if it is to go.
fn let_full_access_go(composer: &mut Composer<'_>, bound: &Bound<'_>, after: &[NodeId]) -> Option<NodeId> {
    let Composer { graph, known, management, .. } = composer;
    let add = || {
        graph.add::<NoFullAccess>(*management, &bound.name(), bound.origin, |needs| {
            for node in after {
                needs.after(*node);
            }
            no_full_access::Spec { target: bound.target(known, needs) }
        })
    };
    (!bound.full_access).then(add).map(Ref::id)
}

fn attach(
    composer: &mut Composer<'_>,
    bound: &Bound<'_>,
    (policy, node): (&Located<PolicyId>, Ref<Policy>),
    after: &[NodeId],
) -> NodeId {
    let Composer { graph, known, management, .. } = composer;
    let name = format!("{}/{}", bound.name(), policy.value);
    let attached = graph.add::<PolicyAttachment>(*management, &name, &policy.origin, |needs| {
        for node in after {
            needs.after(*node);
        }
        policy_attachment::Spec {
            policy: Attached::Policy(needs.on(node)),
            kind: policy.kind.api_name(),
            name: policy.value.to_string(),
            target: bound.target(known, needs),
        }
    });
    attached.id()
}

/// What there is to make in each member account, the account itself included.
struct Below {
    accounts: BTreeMap<AccountName, Vec<NodeId>>,
}

impl Below {
    fn of(graph: &Graph, known: &Known<'_>) -> Self {
        let mut accounts: BTreeMap<_, _> =
            known.accounts.iter().map(|(name, node)| (name.clone(), vec![node.id()])).collect();
        // What Account Management does takes up to hours (Regions) and is never denied: it is done as `access.role`,
        // which is exempt, so that no guardrail has to wait for it.
        let waited_for = graph.nodes().filter(|(_, node)| node.kind.service() != "account");
        for (id, node) in waited_for {
            if let Some(nodes) = accounts.get_mut(&node.address.place.account) {
                nodes.push(id);
            }
        }
        Self { accounts }
    }

    /// All that a policy on this target may deny.
    fn nodes<'a>(&'a self, known: &'a Known<'_>, end: &'a End<'_>) -> impl Iterator<Item = NodeId> + 'a {
        let is_below = move |name: &AccountName| match end {
            End::Account(account, _) => *account == name,
            End::Unit(unit) => known
                .zone
                .accounts
                .get(name)
                .and_then(|account| account.unit.as_ref())
                .map_or_else(|| unit.is_root(), |path| path.upwards().any(|above| above == **unit)),
        };
        let accounts = self.accounts.iter().filter(move |(name, _)| is_below(name));
        accounts.flat_map(|(_, nodes)| nodes.iter().copied())
    }
}
