//! Who may assume a role, as a trust policy.

use std::collections::{BTreeMap, BTreeSet};

use super::super::derived::id_of;
use crate::{
    model::{Account, LandingZone, Provider, Require, Role, Symbol, Trust},
    names::{AccountName, Partition},
    policy::{Arn, Document, PrincipalType, Statement},
};

/// The action by which roles, accounts and services come in.
const ASSUME: &str = "sts:AssumeRole";

/// The trust policy of a role of `account`, ids shown as their symbols.
///
/// A role of the landing zone is named by its account as principal and its ARN as [`aws:PrincipalArn`][arn]. Were it
/// the principal itself, AWS would turn it into its unique id, which stays behind, dead, when the role is deleted and
/// made again; and two roles that trust each other could never be made, because a principal has to exist. That the
/// caller is still in the organization is asked too, for an account may leave it and keep its roles.
///
/// [arn]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
pub(super) fn trust(zone: &LandingZone, account: &Account, role: &Role) -> Document {
    let partition = zone.organization.home_region.partition();
    let parties = Parties::of(role);
    let mut statements = Vec::new();
    statements.extend(roles(zone, &parties, partition).map(|statement| require(statement, &role.require)));
    statements.extend(accounts(&parties, partition).map(|statement| require(statement, &role.require)));
    statements.extend(services(&parties, partition));
    for (number, (provider, subjects)) in parties.oidc.iter().enumerate() {
        let statement = oidc(account, provider, subjects, partition);
        statements
            .extend(statement.map(|statement| require(numbered(statement, "Oidc", number), &role.require)));
    }
    for (number, provider) in parties.saml.iter().enumerate() {
        let statement = saml(account, provider, partition);
        statements
            .extend(statement.map(|statement| require(numbered(statement, "Saml", number), &role.require)));
    }
    for (outsider, ids) in &parties.outsiders {
        statements.push(require(external(outsider, ids, partition), &role.require));
    }
    Document::new(statements)
}

/// The ARN of a role of `account`, the account's id shown as its symbol.
pub(super) fn arn_of(account: &AccountName, role: &Role, partition: Partition) -> String {
    Arn::role(partition.as_str(), &id_of(account), &role.path, &role.aws_name).to_string()
}

/// Those a role trusts, by how they come in; each group is one statement, which keeps the text short.
#[derive(Default)]
struct Parties<'a> {
    roles: Vec<&'a crate::names::RoleRef>,
    accounts: Vec<&'a AccountName>,
    services: Vec<&'a crate::names::Service>,
    oidc: BTreeMap<&'a str, BTreeSet<&'a str>>,
    saml: BTreeSet<&'a str>,
    outsiders: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Parties<'a> {
    fn of(role: &'a Role) -> Self {
        let mut parties = Self::default();
        for trust in &role.trust {
            match &trust.value {
                Trust::Role(role) => parties.roles.push(role),
                Trust::Account(account) => parties.accounts.push(account),
                Trust::Service(service) => parties.services.push(service),
                Trust::Oidc { provider, subjects } => {
                    parties.oidc.entry(provider).or_default().extend(subjects.iter().map(String::as_str));
                }
                Trust::Saml { provider } => drop(parties.saml.insert(provider)),
                Trust::External { account, external_id } => {
                    parties.outsiders.entry(account.as_str()).or_default().insert(external_id);
                }
            }
        }
        parties
    }
}

fn roles(zone: &LandingZone, parties: &Parties<'_>, partition: Partition) -> Option<Statement> {
    if parties.roles.is_empty() {
        return None;
    }
    let arns = parties
        .roles
        .iter()
        .filter_map(|caller| Some(arn_of(&caller.account, zone.role(caller)?, partition)));
    let arns: Vec<_> = arns.collect();
    let accounts = parties.roles.iter().map(|caller| &caller.account);
    let statement = of_organization("Roles", accounts, partition);
    Some(statement.condition("ArnEquals", "aws:PrincipalArn", arns))
}

fn accounts(parties: &Parties<'_>, partition: Partition) -> Option<Statement> {
    let named = || of_organization("Accounts", parties.accounts.iter().copied(), partition);
    (!parties.accounts.is_empty()).then(named)
}

fn of_organization<'a>(
    sid: &str,
    accounts: impl Iterator<Item = &'a AccountName>,
    partition: Partition,
) -> Statement {
    let roots = accounts.map(|account| Arn::account_root(partition.as_str(), &id_of(account)).to_string());
    Statement::allow(sid).principal(PrincipalType::Aws, roots).actions([ASSUME]).condition(
        "StringEquals",
        "aws:PrincipalOrgID",
        [Symbol::Organization.to_string()],
    )
}

fn services(parties: &Parties<'_>, partition: Partition) -> Option<Statement> {
    let names = parties.services.iter().map(|service| service_principal(service.principal(), partition));
    let statement =
        || Statement::allow("Services").principal(PrincipalType::Service, names).actions([ASSUME]);
    (!parties.services.is_empty()).then(statement)
}

/// In [China] the principals of two services end differently; everywhere else, and there for all others, they are the
/// same in every partition.
///
/// [China]: https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html
fn service_principal(name: &str, partition: Partition) -> String {
    let local = ["ec2.amazonaws.com", "elasticmapreduce.amazonaws.com"].contains(&name);
    if local && partition == Partition::China { format!("{name}.cn") } else { name.to_owned() }
}

/// Audience and subject are [both checked][oidc]: without a subject every user of a public issuer would be let in.
///
/// [oidc]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
fn oidc(account: &Account, name: &str, subjects: &BTreeSet<&str>, partition: Partition) -> Option<Statement> {
    let Provider::Oidc { url, audiences } = &account.identity_providers.get(name)?.provider else {
        return None;
    };
    let arn = Arn::oidc_provider(partition.as_str(), &id_of(&account.name), url);
    let issuer = arn.resource.trim_start_matches("oidc-provider/").to_owned();
    let compares = if subjects.iter().any(|subject| subject.contains(['*', '?'])) {
        "StringLike"
    } else {
        "StringEquals"
    };
    let audiences = audiences.iter().map(|audience| audience.value.clone());
    let statement = Statement::allow("Oidc")
        .principal_federated(arn.to_string())
        .actions(["sts:AssumeRoleWithWebIdentity"])
        .condition("StringEquals", &format!("{issuer}:aud"), audiences)
        .condition(compares, &format!("{issuer}:sub"), subjects.iter().copied());
    Some(statement)
}

/// The audience is [AWS's sign-in page][saml], whose host differs by partition.
///
/// [saml]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
fn saml(account: &Account, name: &str, partition: Partition) -> Option<Statement> {
    let Provider::Saml { aws_name: name, .. } = &account.identity_providers.get(name)?.provider else {
        return None;
    };
    let arn = Arn::saml_provider(partition.as_str(), &id_of(&account.name), name);
    let audience = match partition {
        Partition::Commercial => "https://signin.aws.amazon.com/saml",
        Partition::China => "https://signin.amazonaws.cn/saml",
        Partition::Government => "https://signin.amazonaws-us-gov.com/saml",
        Partition::Sovereign => "https://signin.amazonaws-eusc.eu/saml",
    };
    let statement = Statement::allow("Saml")
        .principal_federated(arn.to_string())
        .actions(["sts:AssumeRoleWithSAML"])
        .condition("StringEquals", "SAML:aud", [audience]);
    Some(statement)
}

/// The external id keeps the other side from being [talked into][deputy] using the role for a third party.
///
/// [deputy]: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
fn external(account: &str, ids: &BTreeSet<&str>, partition: Partition) -> Statement {
    Statement::allow(&format!("External{account}"))
        .principal(PrincipalType::Aws, [Arn::account_root(partition.as_str(), account).to_string()])
        .actions([ASSUME])
        .condition("StringEquals", "sts:ExternalId", ids.iter().copied())
}

/// `Oidc`, `Oidc2` and so on: the names of providers may hold what a `Sid` may not.
fn numbered(statement: Statement, sid: &str, number: usize) -> Statement {
    let number = if number == 0 { String::new() } else { (number + 1).to_string() };
    Statement { sid: Some(format!("{sid}{number}")), ..statement }
}

/// What a caller has to bring besides. Services are exempt: their calls carry none of it.
///
/// Through a VPC's endpoint a call has no public source: [`aws:VpcSourceIp`][vpc] takes its place.
///
/// [vpc]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpcsourceip
fn require(statement: Statement, require: &Require) -> Statement {
    let Require { mfa, source_ip, source_vpc } = require;
    let mut statement = statement;
    if mfa.as_ref().is_some_and(|mfa| mfa.value) {
        statement = statement.condition("Bool", "aws:MultiFactorAuthPresent", ["true"]);
    }
    if !source_ip.is_empty() {
        let key = if source_vpc.is_empty() { "aws:SourceIp" } else { "aws:VpcSourceIp" };
        statement = statement.condition("IpAddress", key, source_ip.iter().map(|net| net.value.to_string()));
    }
    if !source_vpc.is_empty() {
        let vpcs = source_vpc.iter().map(|vpc| vpc.value.clone());
        statement = statement.condition("StringEquals", "aws:SourceVpc", vpcs);
    }
    statement
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{add, caller, role, zone_with};
    use super::*;
    use crate::compose::testing::{account_name, here};

    /// The statements of the trust policy of a role in `security`.
    fn statements(zone: &LandingZone, role: &Role) -> Value {
        let security = &zone.accounts["security"];
        trust(zone, security, role).to_value()["Statement"].clone()
    }

    fn compiled(parties: impl IntoIterator<Item = Trust>) -> Value {
        statements(&zone_with([]), &role("target", parties))
    }

    #[test]
    fn roles_are_named_by_arn_and_let_in_by_account() {
        let nested = Role {
            path: here("/ci/".to_owned()),
            aws_name: here("acme-pipeline".to_owned()),
            ..role("pipeline", [])
        };
        let mut zone = zone_with([nested]);
        add(&mut zone, "prod", [role("auditor", [])]);
        let target = role("target", [caller("security/pipeline"), caller("prod/auditor")]);
        let expected = json!([{
            "Sid": "Roles",
            "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::${account.prod}:root", "arn:aws:iam::${account.security}:root"]},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:PrincipalOrgID": "${organization}"},
                "ArnEquals": {"aws:PrincipalArn": [
                    "arn:aws:iam::${account.prod}:role/auditor",
                    "arn:aws:iam::${account.security}:role/ci/acme-pipeline",
                ]},
            },
        }]);
        assert_eq!(statements(&zone, &target), expected);
    }

    #[test]
    fn accounts_services_and_outsiders() {
        let outsider =
            Trust::External { account: "123456789012".parse().expect("an id"), external_id: "x-1".into() };
        let service = |name: &str| Trust::Service(name.parse().expect("a service"));
        let parties = [Trust::Account(account_name("prod")), service("ec2"), service("lambda"), outsider];
        let expected = json!([
            {
                "Sid": "Accounts",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::${account.prod}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "${organization}"}},
            },
            {
                "Sid": "Services",
                "Effect": "Allow",
                "Principal": {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]},
                "Action": "sts:AssumeRole",
            },
            {
                "Sid": "External123456789012",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "x-1"}},
            },
        ]);
        assert_eq!(compiled(parties), expected);
    }

    #[test]
    fn identity_providers() {
        let branch = "project_path:acme/platform:ref_type:branch:ref:main";
        let oidc = Trust::Oidc { provider: "gitlab".into(), subjects: vec![branch.into()] };
        let saml = Trust::Saml { provider: "okta".into() };
        let expected = json!([
            {
                "Sid": "Oidc",
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::${account.security}:oidc-provider/gitlab.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {"gitlab.com:aud": "acme", "gitlab.com:sub": branch}},
            },
            {
                "Sid": "Saml",
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::${account.security}:saml-provider/okta"},
                "Action": "sts:AssumeRoleWithSAML",
                "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            },
        ]);
        assert_eq!(compiled([oidc, saml]), expected);
    }

    #[test]
    fn a_subject_with_a_wildcard_is_a_pattern() {
        let oidc = Trust::Oidc {
            provider: "gitlab".into(),
            subjects: vec!["project_path:acme/*".into(), "b".into()],
        };
        let expected = json!({
            "StringEquals": {"gitlab.com:aud": "acme"},
            "StringLike": {"gitlab.com:sub": ["b", "project_path:acme/*"]},
        });
        assert_eq!(compiled([oidc])[0]["Condition"], expected);
    }

    #[test]
    fn requirements_bind_everyone_but_services() {
        let mut target = role(
            "target",
            [Trust::Account(account_name("prod")), Trust::Service("ec2".parse().expect("a service"))],
        );
        target.require.mfa = Some(here(true));
        target.require.source_ip = vec![here("192.0.2.0/24".parse().expect("a network"))];
        let zone = zone_with([]);
        let conditions = |target: &Role| {
            let statements = statements(&zone, target);
            (statements[0]["Condition"].clone(), statements[1]["Condition"].clone())
        };
        let expected = json!({
            "StringEquals": {"aws:PrincipalOrgID": "${organization}"},
            "Bool": {"aws:MultiFactorAuthPresent": "true"},
            "IpAddress": {"aws:SourceIp": "192.0.2.0/24"},
        });
        assert_eq!(conditions(&target), (expected, Value::Null));
        target.require.source_vpc = vec![here("vpc-1".to_owned())];
        let (bound, _) = conditions(&target);
        assert_eq!(bound["IpAddress"], json!({"aws:VpcSourceIp": "192.0.2.0/24"}));
        assert_eq!(bound["StringEquals"]["aws:SourceVpc"], "vpc-1");
    }

    #[test]
    fn partitions_differ() {
        assert_eq!(service_principal("ec2.amazonaws.com", Partition::China), "ec2.amazonaws.com.cn");
        assert_eq!(service_principal("lambda.amazonaws.com", Partition::China), "lambda.amazonaws.com");
        assert_eq!(service_principal("ec2.amazonaws.com", Partition::Government), "ec2.amazonaws.com");
    }
}
