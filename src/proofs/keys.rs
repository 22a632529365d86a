//! Keys: that whoever looks after them still can, and that whom an intent names is not kept out by what stands above.

use std::collections::BTreeMap;

use super::{
    request::{Caller, Request},
    rule::{Rule, rules},
    truth::Truth,
};
use crate::{
    engine::graph::{Graph, Node},
    model::{Account, Intent, Key, LandingZone, Party, PolicyId, PolicyType, Problem, Symbol},
    names::{AccountName, Located, Region, RoleRef},
    policy::Arn,
};

/// Where the policies of keys, and those of the organization, stand in the documents of their nodes.
const POLICY: &str = "policy";

/// The role by which the program reaches the key's account, and the roles for emergencies there, keep the right to change
/// the key's policy: a key that nobody can administer is [lost][lost] but for AWS's support.
///
/// What can't be decided here counts as denied: a condition that only a call can show may just as well lock out.
///
/// [lost]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#allow-access-to-root
pub(super) fn stay_administrable(zone: &LandingZone, graph: &Graph) -> Vec<Problem> {
    let keys = zone.keys.values().filter(|key| key.statements.is_some());
    keys.filter_map(|key| {
        let nodes = key.regions().filter_map(|region| node(graph, key, region));
        nodes.flat_map(|node| rules(node, POLICY)).find_map(|rule| locks_out(zone, key, &rule))
    })
    .collect()
}

fn locks_out(zone: &LandingZone, key: &Key, rule: &Rule) -> Option<Problem> {
    let account = zone.accounts.get(&key.id.account)?;
    let statements = key.statements.as_ref()?;
    let guard = guards(zone, account).into_iter().find(|(_, caller)| {
        let enough = if caller.role.is_some() { Truth::Open } else { Truth::Yes };
        let call = call(zone, key, "kms:PutKeyPolicy", key.region.value, caller.clone());
        rule.denies() && rule.covers(&call) >= enough
    });
    let (who, _) = guard?;
    let message = format!(
        "the statement `{}` of `policies/kms/{statements}.json` may keep {who} from changing the policy of `{}`",
        rule.name,
        key.reference()
    );
    let help = "let it pass: `\"ArnNotLike\": {\"aws:PrincipalArn\": [\"${landfall}\", …]}` in the condition, with the roles \
                for emergencies; or leave `kms:PutKeyPolicy` out";
    Some(Problem::new(&statements.origin, message).help(help))
}

/// Who has to stay able to change the policies of an account's keys, with what people call them. In the management
/// account that is whoever runs the program: somebody whom the account lets.
fn guards(zone: &LandingZone, account: &Account) -> Vec<(String, Caller)> {
    let partition = zone.organization.home_region.partition();
    let id = id_of(&account.name);
    let landfall = if account.name.is_management() {
        ("everybody in its account".to_owned(), Caller { account: id, role: None })
    } else {
        let role = Arn::role(partition.as_str(), &id, "/", &zone.access.role).to_string();
        (format!("`{}`", zone.access.role), Caller { account: id, role: Some(role) })
    };
    let emergencies = account.roles.values().filter(|role| role.break_glass.value).map(|role| {
        let reference = RoleRef::new(account.name.clone(), role.name.as_str());
        (format!("`{reference}`"), caller(zone, &reference))
    });
    std::iter::once(landfall).chain(emergencies).collect()
}

/// No service control policy above a role denies it what an intent lets it do with a key.
///
/// Only what is certain is refused: a statement with a condition that depends on the call may be meant.
pub(super) fn readers_are_let(zone: &LandingZone, graph: &Graph) -> Vec<Problem> {
    let policies = zone.units.values().flat_map(|unit| &unit.policies);
    let policies = policies.chain(zone.members().flat_map(|account| &account.policies));
    let denials: Denials<'_> =
        policies.filter_map(|policy| Some((&policy.value, denials(graph, policy)?))).collect();
    let mut problems = Vec::new();
    for key in zone.keys.values().filter(|key| node(graph, key, key.region.value).is_some()) {
        for (intent, parties) in &key.parties {
            let Some(action) = needed(*intent) else { continue };
            problems.extend(
                parties.iter().filter_map(|party| forbidden(zone, &denials, key, (*intent, action), party)),
            );
        }
    }
    problems
}

/// What an intent is void without.
const fn needed(intent: Intent) -> Option<&'static str> {
    match intent {
        Intent::Encrypt => Some("kms:GenerateDataKey"),
        Intent::Decrypt | Intent::Use => Some("kms:Decrypt"),
        // Guardrails are meant to keep administration and grants apart from those who run the program.
        Intent::Administer | Intent::Grant => None,
    }
}

fn forbidden(
    zone: &LandingZone,
    denials: &Denials<'_>,
    key: &Key,
    (intent, action): (Intent, &str),
    party: &Located<Party>,
) -> Option<Problem> {
    let Party::Role(role) = &party.value else { return None };
    let account = zone.accounts.get(&role.account)?;
    let calls: Vec<_> =
        key.regions().map(|region| call(zone, key, action, region, caller(zone, role))).collect();
    let denies = |rule: &&Rule| calls.iter().any(|call| rule.covers(call) == Truth::Yes);
    let mut above = above(zone, account).into_iter();
    let (policy, denial) =
        above.find_map(|policy| Some((policy, denials.get(policy)?.iter().find(denies)?)))?;
    let message = format!(
        "`{role}` can't do `{action}` with the key `{}`: the statement `{}` of `{policy}` denies it",
        key.reference(),
        denial.name
    );
    let help = format!(
        "exempt the role in the policy by `aws:PrincipalArn`, or take it out of `{}`",
        intent.as_str()
    );
    Some(Problem::new(&party.origin, message).help(help))
}

/// The denying statements of service control policies.
type Denials<'z> = BTreeMap<&'z PolicyId, Vec<Rule>>;

fn denials(graph: &Graph, policy: &PolicyId) -> Option<Vec<Rule>> {
    let node = graph.node(graph.at_address(&address(policy))?);
    let is_control = policy.kind == PolicyType::ServiceControl;
    is_control.then(|| rules(node, POLICY).into_iter().filter(Rule::denies).collect())
}

/// The policies that bind an account: those of the root, of its units and its own. Nothing binds the
/// management account.
fn above<'z>(zone: &'z LandingZone, account: &'z Account) -> Vec<&'z PolicyId> {
    if account.name.is_management() {
        return Vec::new();
    }
    let path = account.unit.as_ref().map(|path| path.upwards().collect::<Vec<_>>()).unwrap_or_default();
    let units = zone.units.values().filter(|unit| unit.path.is_root() || path.contains(&unit.path));
    let policies = units.flat_map(|unit| &unit.policies).chain(&account.policies);
    policies.map(|policy| &policy.value).collect()
}

fn address(policy: &PolicyId) -> String {
    format!("management/global/organizations/policy/{}/{}", policy.kind.folder(), policy.name)
}

/// The node of a key in one of its Regions.
fn node<'g>(graph: &'g Graph, key: &Key, region: Region) -> Option<&'g Node> {
    let kind = if region == key.region.value { "kms/key" } else { "kms/replica-key" };
    let address = format!("{}/{region}/{kind}/{}", key.id.account, key.id.name);
    Some(graph.node(graph.at_address(&address)?))
}

fn caller(zone: &LandingZone, role: &RoleRef) -> Caller {
    let account = id_of(&role.account);
    let partition = zone.organization.home_region.partition();
    let stated = zone.role(role);
    let arn =
        stated.map(|role| Arn::role(partition.as_str(), &account, &role.path, &role.aws_name).to_string());
    Caller { account, role: arn }
}

/// What KMS is asked. The id of the key stands as a symbol: only a pattern for any key fits it.
fn call(zone: &LandingZone, key: &Key, action: &str, region: Region, caller: Caller) -> Request {
    let partition = zone.organization.home_region.partition();
    let owner = id_of(&key.id.account);
    let in_policies = Symbol::Key(key.reference(), Some(region).filter(|region| *region != key.region.value));
    let resource = format!("arn:{partition}:kms:{region}:{owner}:key/{in_policies}");
    Request::new(action, vec![resource, in_policies.to_string()], caller)
        .with("aws:RequestedRegion", region.as_str())
        .with("aws:ResourceAccount", owner)
}

fn id_of(account: &AccountName) -> String {
    Symbol::Account(account.clone()).to_string()
}
