//! The policy of a key in one of its Regions: small statements, each with a name that stays.

use std::collections::BTreeSet;

use super::{
    actions::{self, FOR_RESOURCES},
    services::{self, Caller, Clause},
    uses::Use,
};
use crate::{
    compose::{
        Problem,
        derived::{id_of, role_arn},
    },
    model::{Account, Intent, Key, KeyService, LandingZone, Party, Symbol},
    names::{AccountName, Partition, Region, RoleRef},
    policy::{Arn, Document, PrincipalType, Statement},
};

/// What a key policy is about: the key that it belongs to.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html>
const THE_KEY: [&str; 1] = ["*"];

/// The policy of `key` in `region`: administration, intents, services, what the landing zone's own parts need, and the
/// user's statements.
///
/// # Errors
/// The user's statements can't be appended.
pub(super) fn compile(
    zone: &LandingZone,
    key: &Key,
    region: Region,
    uses: &[Use<'_>],
) -> Result<Document, Problem> {
    let mut statements = administration(zone, key);
    let intents = Intent::ALL.into_iter().filter(|intent| *intent != Intent::Administer);
    statements.extend(intents.flat_map(|intent| intended(zone, key, intent)));
    statements
        .extend(services::through(key, region).into_iter().map(|statement| statement.resources(THE_KEY)));
    let clauses = named_services(key).into_iter();
    let clauses = clauses.flat_map(|service| services::clauses(zone, &key.id.account, region, service));
    let derived = uses
        .iter()
        .filter(|used| used.region == region && zone.key(used.key).is_some_and(|it| it.id == key.id));
    let clauses = clauses.chain(derived.map(|used| used.clause.clone()));
    statements.extend(clauses.map(|clause| stated(zone, &clause)));
    appended(zone, key, Document::new(statements))
}

/// Who administers: whoever runs the program, in the key's account, as `access.role`; the roles for emergencies there;
/// and those whom the landing zone names.
///
/// The role that runs the program is named directly, so that KMS's own [lock-out check][lockout] holds, and by pattern,
/// so that it gets in again after it was deleted and made anew. In the management account the program runs as its
/// caller, whoever that is: there, the account says who.
///
/// [lockout]: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html#KMS-PutKeyPolicy-request-BypassPolicyLockoutSafetyCheck
fn administration(zone: &LandingZone, key: &Key) -> Vec<Statement> {
    let partition = key.region.partition();
    let account = &key.id.account;
    let deployer = if account.is_management() {
        Arn::account_root(partition.as_str(), &id_of(account))
    } else {
        Arn::role(partition.as_str(), &id_of(account), "/", &zone.access.role)
    };
    let caller = Statement::allow("Deployer")
        .principal(PrincipalType::Aws, [deployer.to_string()])
        .actions(actions::of(Intent::Administer).iter().copied())
        .resources(THE_KEY);
    let mut roles: Vec<_> = emergency(zone.accounts.get(account)).collect();
    roles.extend(roles_of(key, Intent::Administer).cloned());
    let mut arns: Vec<_> = roles.iter().filter_map(|role| arn_of(zone, role, partition)).collect();
    if !account.is_management() {
        arns.push(deployer.to_string());
    }
    let accounts = roles.iter().map(|role| &role.account).chain([account]);
    let others = (!arns.is_empty())
        .then(|| of_organization("Administer", accounts, partition, Intent::Administer))
        .map(|statement| statement.condition("ArnEquals", "aws:PrincipalArn", arns));
    [Some(caller), others, of_accounts(key, Intent::Administer)].into_iter().flatten().collect()
}

/// The roles for emergencies of an account.
fn emergency(account: Option<&Account>) -> impl Iterator<Item = RoleRef> + '_ {
    account.into_iter().flat_map(|account| {
        let roles = account.roles.values().filter(|role| role.break_glass.value);
        roles.map(|role| RoleRef::new(account.name.clone(), role.name.as_str()))
    })
}

/// The statements of an intent: one for roles, one for whole accounts.
fn intended(zone: &LandingZone, key: &Key, intent: Intent) -> Vec<Statement> {
    let partition = key.region.partition();
    let roles: Vec<_> = roles_of(key, intent).collect();
    let arns = roles.iter().filter_map(|role| arn_of(zone, role, partition));
    let named = (!roles.is_empty()).then(|| {
        of_organization(actions::sid(intent), roles.iter().map(|role| &role.account), partition, intent)
            .condition("ArnEquals", "aws:PrincipalArn", arns)
    });
    named.into_iter().chain(of_accounts(key, intent)).collect()
}

fn of_accounts(key: &Key, intent: Intent) -> Option<Statement> {
    let accounts: Vec<_> = key
        .parties(intent)
        .iter()
        .filter_map(|party| match &party.value {
            Party::Account(account) => Some(account),
            Party::Role(_) | Party::Service(_) => None,
        })
        .collect();
    let sid = format!("{}Accounts", actions::sid(intent));
    (!accounts.is_empty())
        .then(|| of_organization(&sid, accounts.into_iter(), key.region.partition(), intent))
}

/// A statement about accounts as long as they are in the organization: each then says which of its roles may.
fn of_organization<'a>(
    sid: &str,
    accounts: impl Iterator<Item = &'a AccountName>,
    partition: Partition,
    intent: Intent,
) -> Statement {
    let accounts: BTreeSet<_> = accounts.collect();
    let roots =
        accounts.into_iter().map(|name| Arn::account_root(partition.as_str(), &id_of(name)).to_string());
    let statement = Statement::allow(sid)
        .principal(PrincipalType::Aws, roots)
        .actions(actions::of(intent).iter().copied())
        .resources(THE_KEY)
        .condition("StringEquals", "aws:PrincipalOrgID", [Symbol::Organization.to_string()]);
    let (operator, name, values) = FOR_RESOURCES;
    if intent == Intent::Grant { statement.condition(operator, name, values) } else { statement }
}

fn roles_of(key: &Key, intent: Intent) -> impl Iterator<Item = &RoleRef> {
    key.parties(intent).iter().filter_map(|party| match &party.value {
        Party::Role(role) => Some(role),
        Party::Account(_) | Party::Service(_) => None,
    })
}

fn arn_of(zone: &LandingZone, role: &RoleRef, partition: Partition) -> Option<String> {
    let stated = zone.role(role)?;
    let arn = Arn::role(partition.as_str(), &id_of(&role.account), &stated.path, &stated.aws_name);
    Some(arn.to_string())
}

/// The services that intents name, each once: what a service needs does not depend on how it is called.
fn named_services(key: &Key) -> BTreeSet<KeyService> {
    let parties = key.parties.values().flatten();
    let service = |party: &Party| match party {
        Party::Service(service) => Some(*service),
        Party::Role(_) | Party::Account(_) => None,
    };
    parties.filter_map(|party| service(&party.value)).collect()
}

/// A clause as a statement of a key policy.
fn stated(zone: &LandingZone, clause: &Clause) -> Statement {
    let partition = zone.organization.home_region.partition();
    let Clause { sid, caller, actions, conditions } = clause;
    let statement = Statement::allow(sid).actions(actions.iter().copied()).resources(THE_KEY);
    let statement = match caller {
        Caller::Service(name) => statement.principal_service(name),
        Caller::Role { account, purpose } => {
            only_role(statement, account, role_arn(zone, account, purpose), partition)
        }
        Caller::Deployer { account } => {
            let arn = Arn::role(partition.as_str(), &id_of(account), "/", &zone.access.role);
            only_role(statement, account, arn.to_string(), partition)
        }
        // It has no policy of its own for keys, which a statement about its account would wait for.
        Caller::Linked { account, arn } => statement
            .principal(PrincipalType::Aws, ["*"])
            .condition("ArnEquals", "aws:PrincipalArn", [arn.clone()])
            .condition("StringEquals", "kms:CallerAccount", [id_of(account)]),
    };
    conditions.iter().fold(statement, |statement, (operator, key, values)| {
        statement.condition(operator, key, values.iter().cloned())
    })
}

/// About one role of an account, by pattern.
fn only_role(statement: Statement, account: &AccountName, arn: String, partition: Partition) -> Statement {
    let root = Arn::account_root(partition.as_str(), &id_of(account)).to_string();
    statement
        .principal(PrincipalType::Aws, [root])
        .condition("ArnEquals", "aws:PrincipalArn", [arn])
        .condition("StringEquals", "aws:PrincipalOrgID", [Symbol::Organization.to_string()])
}

/// The compiled statements followed by the user's.
fn appended(zone: &LandingZone, key: &Key, compiled: Document) -> Result<Document, Problem> {
    let Some(name) = &key.statements else { return Ok(compiled) };
    let Some(file) = zone.policies.kms.get(&name.value) else { return Ok(compiled) };
    let theirs = Document::from_value(&file.document)
        .map_err(|error| Problem::new(&file.origin, format!("this is no policy of KMS's: {error}")))?;
    let is_ours = |sid: &&str| compiled.statements.iter().any(|ours| ours.name() == Some(*sid));
    if let Some(sid) = theirs.statements.iter().filter_map(Statement::name).find(is_ours) {
        let message =
            format!("the statement `{sid}` of `policies/kms/{name}.json` is called like a compiled one");
        let help = "give it another `Sid`; `landfall plan --verbose` shows the compiled ones";
        return Err(Problem::new(&name.origin, message).help(help));
    }
    Ok(Document::new(compiled.statements.into_iter().chain(theirs.statements)))
}
