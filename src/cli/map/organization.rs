//! Units and accounts, as they are drawn.

use std::collections::BTreeSet;

use super::{at, listed};
use crate::{
    model::{self, LandingZone, Tags},
    names::{AccountName, Located, UnitPath},
    report::map::{Account, Thing, Unit},
};

/// The kind of thing a unit is.
pub(super) const UNIT: &str = "unit";
/// The kind of thing an account is.
pub(super) const ACCOUNT: &str = "account";

/// The id of an account.
pub(super) fn account_id(name: &AccountName) -> String {
    Thing::new(ACCOUNT, name.as_str(), String::new()).id
}

fn unit_id(path: &UnitPath) -> String {
    Thing::new(UNIT, path.as_str(), String::new()).id
}

/// The root and all below it.
pub(super) fn root(zone: &LandingZone) -> Unit {
    let root = UnitPath::root();
    zone.units.get(&root).map_or_else(Unit::default, |unit| self::unit(zone, unit))
}

fn unit(zone: &LandingZone, of: &model::Unit) -> Unit {
    let policies = listed(of.policies.iter().map(|policy| &policy.name));
    let mut thing = Thing::new(UNIT, of.path.as_str(), at(&of.origin));
    thing.parts = of.path.upwards().skip(1).map(|above| unit_id(&above)).collect();
    thing.whole = vec![thing.id.clone()];
    thing.say("policies", listed(of.policies.iter().map(|policy| &policy.value)));
    thing.say("tags", tags(&of.tags));
    if !of.managed.value {
        thing.say("managed", "no: what is inside is left alone");
    }
    let is_here = |account: &&model::Account| match &account.unit {
        Some(unit) => unit.value == of.path,
        None => of.path.is_root(),
    };
    let accounts = zone.accounts.values().filter(is_here).map(|account| self::account(zone, account));
    let children = zone.units.values().filter(|unit| unit.path.parent().as_ref() == Some(&of.path));
    let units = children.map(|child| unit(zone, child)).collect();
    Unit { thing, policies, accounts: accounts.collect(), units }
}

fn account(zone: &LandingZone, of: &model::Account) -> Account {
    let duties = duties(zone, &of.name);
    let mut thing = Thing::new(ACCOUNT, of.name.as_str(), at(&of.origin));
    let unit = of.unit.as_ref().map_or_else(UnitPath::root, |unit| unit.value.clone());
    thing.parts = unit.upwards().map(|unit| unit_id(&unit)).collect();
    thing.whole = vec![thing.id.clone()];
    if *of.aws_name != of.name.as_str() {
        thing.say("called", of.aws_name.value.clone());
    }
    thing.say("unit", unit.to_string());
    thing.say("duties", duties.join(", "));
    thing.say("root e-mail", of.email.to_string());
    thing.say("policies", listed(of.policies.iter().map(|policy| &policy.value)));
    thing.say("roles", listed(of.roles.keys()));
    thing.say("keys", listed(zone.keys_in(&of.name).map(|key| &key.id.name)));
    thing.say("tags", tags(&of.tags));
    if !of.managed.value {
        thing.say("managed", "no: it is left alone");
    }
    let vpcs = zone.network.vpcs.values().filter(|vpc| vpc.account.value == of.name);
    let segments: BTreeSet<_> =
        vpcs.filter_map(|vpc| super::network::color(zone, vpc.segment.as_ref())).collect();
    let segments = segments.into_iter().collect();
    Account { thing, duties: duties.join(" · "), segments, is_managed: of.managed.value }
}

/// What an account is there for, as far as others depend on it.
fn duties(zone: &LandingZone, name: &AccountName) -> Vec<String> {
    let is = |account: Option<&Located<AccountName>>| account.is_some_and(|account| account.value == *name);
    let network = &zone.network;
    let mut duties = Vec::new();
    let mut add = |holds: bool, duty: &str| duties.extend(holds.then(|| duty.to_owned()));
    add(is(zone.archive.as_ref().map(|archive| &archive.account)), "archive");
    add(zone.trail.is_some() && zone.trail_account().name == *name, "trail");
    add(is(zone.recording.as_ref().and_then(|recording| recording.aggregator.as_ref())), "Config");
    add(is(network.transit.as_ref().map(|transit| &transit.account)), "Transit Gateway");
    let resolves = network
        .resolvers
        .values()
        .any(|resolver| network.vpcs.get(&resolver.vpc.value).is_some_and(|vpc| vpc.account.value == *name));
    add(resolves, "resolver");
    for delegation in zone.delegated.iter().filter(|delegation| delegation.account.value == *name) {
        add(true, delegation.service.name());
    }
    let mut told = BTreeSet::new();
    duties.retain(|duty| told.insert(duty.to_lowercase()));
    duties
}

fn tags(tags: &Tags) -> String {
    listed(tags.iter().map(|(key, value)| format!("{key} = {value}")))
}
