//! Rules of security groups, as they are wanted and as AWS has them.

use aws_sdk_ec2::types::{
    IpPermission, IpRange, ManagedPrefixList, PrefixListId, SecurityGroupRule, UserIdGroupPair,
};

use super::SecurityGroup;
use crate::{
    engine::{
        doc::Field,
        env::{Env, Need, Value},
    },
    kinds::ec2::{
        PrefixList,
        traffic::{Traffic, written},
    },
    names::Cidr,
};

/// Which way traffic goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To who is in the group.
    In,
    /// From who is in the group.
    Out,
}

impl Direction {
    const fn arrow(self) -> &'static str {
        match self {
            Self::In => "<-",
            Self::Out => "->",
        }
    }
}

/// A rule: whoever is in the group may be reached by, or may reach, whom it names.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Which way.
    pub direction: Direction,
    /// What passes.
    pub traffic: Traffic,
    /// From whom or to whom.
    pub peer: Peer,
    /// What people read about it; 255 characters at most.
    pub description: String,
}

/// The other side of a rule.
#[derive(Clone, Debug)]
pub enum Peer {
    /// Addresses.
    Range(Cidr),
    /// Who is in the group itself.
    Itself,
    /// Who is in another group.
    Group(Need<SecurityGroup>),
    /// The addresses of a prefix list.
    List(Need<PrefixList>),
    /// The addresses of a service of AWS, by the name of its own prefix list: `com.amazonaws.ap-southeast-2.s3`.
    Service(String),
}

impl Peer {
    /// What AWS calls it, with its address standing for it until that is known.
    fn name(&self, env: Env<'_>) -> Value<String> {
        match self {
            Self::Range(cidr) => Value::Known(cidr.to_string()),
            Self::Itself => Value::Known(ITSELF.to_owned()),
            Self::Group(group) => env.get(group).map(|group| group.id),
            Self::List(list) => env.get(list).map(|list| list.id),
            Self::Service(name) => Value::Known(name.clone()),
        }
    }

    fn symbol(&self) -> &str {
        match self {
            Self::Group(group) => group.address(),
            Self::List(list) => list.address(),
            Self::Range(_) | Self::Itself | Self::Service(_) => "",
        }
    }
}

/// What a group is called in its own rules.
const ITSELF: &str = "self";

fn path(traffic: &str, direction: Direction, peer: &str) -> String {
    format!("rules[{traffic} {} {peer}]", direction.arrow())
}

impl Rule {
    /// The path of its field.
    pub(super) fn path(&self, env: Env<'_>) -> String {
        let Self { direction, traffic, peer, description: _ } = self;
        let name = peer.name(env).known().unwrap_or_else(|| peer.symbol().to_owned());
        path(&traffic.to_string(), *direction, &name)
    }

    /// Its path and field.
    pub(super) fn field(&self, env: Env<'_>) -> (String, Field) {
        let description = self.description.clone();
        let value = self.peer.name(env).map(|_| description.clone());
        (self.path(env), Field::of(value, Some(description.into())))
    }

    /// As it is asked for; `own` is the id of its group, `lists` are the services' prefix lists. Nothing where AWS has no
    /// such list.
    pub(super) fn permission(
        &self,
        env: Env<'_>,
        own: &str,
        lists: &[ManagedPrefixList],
    ) -> Option<IpPermission> {
        let name = self.peer.name(env).known()?;
        let description = self.description.as_str();
        let group = |id: &str| UserIdGroupPair::builder().group_id(id).description(description).build();
        let list = |id: &str| PrefixListId::builder().prefix_list_id(id).description(description).build();
        let permission = IpPermission::builder().ip_protocol(self.traffic.protocol());
        let range = self.traffic.range();
        let permission = permission.set_from_port(range.map(|(from, _)| from));
        let permission = permission.set_to_port(range.map(|(_, to)| to));
        let permission = match &self.peer {
            Peer::Range(_) => {
                permission.ip_ranges(IpRange::builder().cidr_ip(name).description(description).build())
            }
            Peer::Itself => permission.user_id_group_pairs(group(own)),
            Peer::Group(_) => permission.user_id_group_pairs(group(&name)),
            Peer::List(_) => permission.prefix_list_ids(list(&name)),
            Peer::Service(_) => {
                let known = lists.iter().find(|known| known.prefix_list_name() == Some(name.as_str()))?;
                permission.prefix_list_ids(list(known.prefix_list_id()?))
            }
        };
        Some(permission.build())
    }
}

/// A rule that AWS has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::kinds::ec2) struct Held {
    /// Its id: `sgr-…`.
    pub id: String,
    /// Which way.
    pub direction: Direction,
    /// The path of its field.
    pub path: String,
    /// What people read about it.
    pub description: String,
}

impl Held {
    /// A rule as AWS lists it; prefix lists of services are called by their names.
    pub(in crate::kinds::ec2) fn of(rule: &SecurityGroupRule, lists: &[ManagedPrefixList]) -> Option<Self> {
        let direction = if rule.is_egress()? { Direction::Out } else { Direction::In };
        let traffic = written(rule.ip_protocol()?, rule.from_port().zip(rule.to_port()));
        let peer = peer(rule, lists)?;
        let description = rule.description().unwrap_or_default().to_owned();
        let id = rule.security_group_rule_id()?.to_owned();
        Some(Self { id, direction, path: path(&traffic, direction, &peer), description })
    }
}

fn peer(rule: &SecurityGroupRule, lists: &[ManagedPrefixList]) -> Option<String> {
    if let Some(cidr) = rule.cidr_ipv4().or(rule.cidr_ipv6()) {
        return Some(cidr.to_owned());
    }
    if let Some(id) = rule.prefix_list_id() {
        let named = lists.iter().find(|list| list.prefix_list_id() == Some(id));
        return Some(named.and_then(ManagedPrefixList::prefix_list_name).unwrap_or(id).to_owned());
    }
    let referred = rule.referenced_group_info()?.group_id()?;
    Some(if rule.group_id() == Some(referred) { ITSELF } else { referred }.to_owned())
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::ReferencedSecurityGroup;

    use super::*;
    use crate::kinds::ec2::traffic::Ports;

    fn rule(peer: Peer) -> Rule {
        let traffic = Traffic::Tcp(Ports::one(443));
        Rule { direction: Direction::In, traffic, peer, description: "why".to_owned() }
    }

    fn held() -> aws_sdk_ec2::types::builders::SecurityGroupRuleBuilder {
        let rule = SecurityGroupRule::builder().security_group_rule_id("sgr-1").group_id("sg-1");
        rule.is_egress(false).ip_protocol("tcp").from_port(443).to_port(443)
    }

    #[test]
    fn rules_that_are_alike_have_one_path() {
        let env = Env::nothing_known();
        let name = "com.amazonaws.ap-southeast-2.s3";
        let lists = [ManagedPrefixList::builder().prefix_list_id("pl-1").prefix_list_name(name).build()];
        let own = ReferencedSecurityGroup::builder().group_id("sg-1").build();
        let pairs = [
            (
                rule(Peer::Range("10.0.0.0/8".parse().expect("a range"))),
                held().cidr_ipv4("10.0.0.0/8"),
                "10.0.0.0/8",
            ),
            (rule(Peer::Itself), held().referenced_group_info(own), "self"),
            (rule(Peer::Service(name.to_owned())), held().prefix_list_id("pl-1"), name),
        ];
        for (wanted, held, peer) in pairs {
            let held = Held::of(&held.description("why").build(), &lists).expect("a rule");
            assert_eq!(held.path, format!("rules[tcp 443 <- {peer}]"));
            assert_eq!((held.path, Field::from(held.description)), wanted.field(env));
            assert!(wanted.permission(env, "sg-1", &lists).is_some());
        }
    }

    #[test]
    fn a_service_without_a_list_can_not_be_let_through() {
        let peer = Peer::Service("com.amazonaws.ap-southeast-2.s3".to_owned());
        assert!(rule(peer).permission(Env::nothing_known(), "sg-1", &[]).is_none());
    }
}
