//! Calls that change the rules of a security group, one by one: what stays is not touched.

use aws_sdk_ec2::types::{IpPermission, IpRange, SecurityGroupRuleDescription};

use super::rule::{Direction, Held, Peer, Rule};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Change,
        env::Env,
        error::{Class, Error, Result},
    },
    kinds::ec2::{groups::service_lists, traffic::Traffic},
    names::Cidr,
};

/// Adds rules to the group with this id.
pub(super) async fn add<'r>(
    at: &At<'_>,
    group: &str,
    rules: impl IntoIterator<Item = &'r Rule>,
    env: &Env<'_>,
) -> Result<()> {
    for rule in rules {
        let lists = match &rule.peer {
            Peer::Service(_) => service_lists(at).await?,
            _ => Vec::new(),
        };
        let permission = rule.permission(*env, group, &lists).ok_or_else(|| unknown(rule, *env))?;
        authorize(at, group, rule.direction, permission).await?;
    }
    Ok(())
}

fn unknown(rule: &Rule, env: Env<'_>) -> Error {
    let what = format!("AWS has no prefix list for `{}`", rule.path(env));
    Error::new(Class::Final, what).hint("leave the endpoint out where the Region has no such service")
}

/// What is there already was added by this very call, sent before.
async fn authorize(at: &At<'_>, group: &str, way: Direction, permission: IpPermission) -> Result<()> {
    const THERE: &[&str] = &["InvalidPermission.Duplicate"];
    let client = at.ec2().await?;
    match way {
        Direction::In => {
            let request = client.authorize_security_group_ingress().group_id(group);
            let sent = request.ip_permissions(permission).send();
            let answer = aws::seen(aws::call(at, "AuthorizeSecurityGroupIngress", sent).await);
            aws::unless(answer, THERE).map(drop)
        }
        Direction::Out => {
            let request = client.authorize_security_group_egress().group_id(group);
            let sent = request.ip_permissions(permission).send();
            let answer = aws::seen(aws::call(at, "AuthorizeSecurityGroupEgress", sent).await);
            aws::unless(answer, THERE).map(drop)
        }
    }
}

/// Changes what people read about rules that stay.
pub(super) async fn describe(
    at: &At<'_>,
    group: &str,
    rules: &[(&Held, &Rule)],
    way: Direction,
) -> Result<()> {
    let of_way = rules.iter().filter(|(held, _)| held.direction == way);
    let description = |(held, rule): &(&Held, &Rule)| {
        let builder = SecurityGroupRuleDescription::builder().security_group_rule_id(&held.id);
        builder.description(&rule.description).build()
    };
    let changed: Vec<_> = of_way.map(description).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let client = at.ec2().await?;
    match way {
        Direction::In => {
            let request = client.update_security_group_rule_descriptions_ingress().group_id(group);
            let request = request.set_security_group_rule_descriptions(Some(changed));
            aws::call(at, "UpdateSecurityGroupRuleDescriptionsIngress", request.send()).await.map(drop)
        }
        Direction::Out => {
            let request = client.update_security_group_rule_descriptions_egress().group_id(group);
            let request = request.set_security_group_rule_descriptions(Some(changed));
            aws::call(at, "UpdateSecurityGroupRuleDescriptionsEgress", request.send()).await.map(drop)
        }
    }
}

/// Takes rules away.
pub(in crate::kinds::ec2) async fn remove<'h>(
    at: &At<'_>,
    group: &str,
    rules: impl IntoIterator<Item = &'h Held>,
) -> Result<()> {
    const GONE: &[&str] = &["InvalidSecurityGroupRuleId.NotFound", "InvalidPermission.NotFound"];
    for rule in rules {
        let client = at.ec2().await?;
        let answer = match rule.direction {
            Direction::In => {
                let request = client.revoke_security_group_ingress().group_id(group);
                let sent = request.security_group_rule_ids(&rule.id).send();
                aws::call(at, "RevokeSecurityGroupIngress", sent).await.map(drop)
            }
            Direction::Out => {
                let request = client.revoke_security_group_egress().group_id(group);
                let sent = request.security_group_rule_ids(&rule.id).send();
                aws::call(at, "RevokeSecurityGroupEgress", sent).await.map(drop)
            }
        };
        aws::unless(answer, GONE)?;
    }
    Ok(())
}

/// Takes away the rule with which each new group is born.
pub(super) async fn remove_everything_out(at: &At<'_>, group: &str) -> Result<()> {
    let everywhere = IpRange::builder().cidr_ip(Cidr::ALL.to_string()).build();
    let all = IpPermission::builder().ip_protocol(Traffic::All.protocol()).ip_ranges(everywhere).build();
    let request = at.ec2().await?.revoke_security_group_egress().group_id(group).ip_permissions(all);
    let answer = aws::seen(aws::call(at, "RevokeSecurityGroupEgress", request.send()).await);
    aws::unless(answer, &["InvalidPermission.NotFound"]).map(drop)
}

/// Whether a change is about this path.
pub(in crate::kinds::ec2) fn is_changed(changes: &[Change], path: &str) -> bool {
    changes.iter().any(|change| change.path == path)
}
