//! Keys by themselves: that their account and their Regions are such that they can be made there, and what they are
//! called.

use super::names::{Move, Moves, taken};
use super::{Complaint, LandingZone, Sink, places};
use crate::model::{Key, KeyId};
use crate::names::{KeyRef, Located, Origin, Region, nearest};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for key in landing_zone.keys.values() {
        check_name(landing_zone, key, sink);
        check_account(landing_zone, key, sink);
        places::region(landing_zone, key.region.value, &key.region.origin, sink);
        check_replicas(landing_zone, key, sink);
        check_services(key, sink);
    }
    check_moves(landing_zone, sink);
}

/// That no other key has its aliases: AWS keeps one of a name in an account and Region.
fn check_name(landing_zone: &LandingZone, key: &Key, sink: &Sink) {
    let is_called_so = |other: &&Key| {
        let meets = || other.regions().any(|region| key.regions().any(|here| here == region));
        other.id != key.id && other.aws_name.value == key.aws_name.value && meets()
    };
    let says_so = *key.aws_name.value != *key.id.name;
    let first = says_so.then(|| landing_zone.keys_in(&key.id.account).find(is_called_so)).flatten();
    taken("a key", &key.aws_name, first.map(|first| &first.aws_name), sink);
}

/// AWS renames no alias, but a key may have several: the new one is made, and the old one is an orphan.
fn check_moves(landing_zone: &LandingZone, sink: &Sink) {
    let keys = &landing_zone.keys;
    for account in landing_zone.accounts.keys() {
        let moves = landing_zone.keys_in(account).filter_map(|key| {
            let from = key.moved.as_ref()?;
            Some(Move { from, to: key.id.name.to_string(), aws_name: key.aws_name.to_string() })
        });
        let there = |from: &String| {
            let id = KeyId { account: account.clone(), name: from.as_str().into() };
            Some(&keys.get(&id)?.origin)
        };
        Moves { what: "key", list: moves.collect(), still: None, keeps: None }.check(there, sink);
    }
}

/// A key of an account that is not looked after is passed over like its roles, unless it is named from outside.
fn check_account(landing_zone: &LandingZone, key: &Key, sink: &Sink) {
    let (name, origin) = (&key.id.account, &key.account);
    if let Some(complaint) = places::unknown_account(landing_zone, name, origin) {
        return sink.push(complaint);
    }
    let is_managed = landing_zone.accounts.get(name).is_some_and(|account| account.managed.value);
    if key.shared && !is_managed {
        sink.push(places::unmanaged(name, origin, "no key can be made"));
    }
}

fn check_replicas(landing_zone: &LandingZone, key: &Key, sink: &Sink) {
    let Key { region: primary, replicas, multi_region, .. } = key;
    for replica in replicas {
        let (here, there) = (primary.partition(), replica.partition());
        if replica.value == primary.value {
            let complaint =
                Complaint::new(&replica.origin, "a replica can't lie in the Region of its primary");
            sink.push(complaint.note(&primary.origin, format!("the primary lies in `{primary}`")));
        } else if here != there {
            let message = "key material does not leave its partition";
            let complaint = Complaint::new(&replica.origin, message).label(format!("it lies in `{there}`"));
            sink.push(complaint.note(&primary.origin, format!("the primary lies in `{here}`")));
        } else {
            places::region(landing_zone, replica.value, &replica.origin, sink);
        }
    }
    if let Some(replica) = replicas.first().filter(|_| !multi_region.value) {
        let complaint = Complaint::new(&multi_region.origin, "only a multi-Region key has replicas");
        sink.push(complaint.note(&replica.origin, "replicas begin here").help("leave this line out"));
    }
}

fn check_services(key: &Key, sink: &Sink) {
    for service in &key.services {
        for region in key.regions().filter(|region| service.is_missing_in(*region)) {
            let message = format!("there is no `{service}` in `{region}`, where the key is");
            let complaint =
                Complaint::new(&service.origin, message).note(&key.origin, "the key is stated here");
            sink.push(complaint.help("leave the service out: nobody can use the key by way of it there"));
        }
    }
}

/// The complaint that nobody states a key, with the nearest one that somebody does.
pub(super) fn undefined(landing_zone: &LandingZone, reference: &Located<KeyRef>) -> Complaint {
    let text = reference.to_string();
    let complaint = Complaint::new(&reference.origin, format!("there is no key `{text}`"));
    let made =
        |key: &&Key| landing_zone.accounts.get(&key.id.account).is_some_and(|account| account.managed.value);
    let keys: Vec<_> = landing_zone.keys.values().filter(made).collect();
    let meant = nearest(&reference.name, keys.iter().map(|key| &*key.id.name));
    let meant = keys.iter().find(|key| key.id.name == reference.name || Some(&*key.id.name) == meant);
    let known: Vec<_> = keys.iter().map(|key| key.reference().to_string()).collect();
    if let Some(moved) = keys.iter().find(|key| was_called(key, reference)) {
        return complaint.help(format!("it is called `{}` now", moved.reference()));
    }
    match meant {
        Some(meant) => complaint.help(format!("did you mean `{}`?", meant.reference())),
        None if known.is_empty() => {
            complaint.help(format!("`[keys.{}]` in `policies/keys.toml` would state it", reference.name))
        }
        None => complaint.nearest(&text, known.iter().map(String::as_str)),
    }
}

/// Whether a key was meant by a reference before it moved.
fn was_called(key: &Key, reference: &KeyRef) -> bool {
    let is_there = reference.account.as_ref().is_none_or(|account| *account == key.id.account);
    is_there && key.moved.as_ref().is_some_and(|from| **from == *reference.name)
}

/// The complaint that a key is not in a Region where it is asked for.
pub(super) fn absent(key: &Key, region: Region, asked: &Origin) -> Option<Complaint> {
    if key.regions().any(|there| there == region) {
        return None;
    }
    let reference = key.reference();
    let complaint = Complaint::new(asked, format!("the key `{reference}` is not in `{region}`"));
    let complaint = complaint.note(&key.origin, format!("it is in `{}`", key.region));
    Some(complaint.help(if key.multi_region.value {
        format!("add `{region}` to its `replicas`")
    } else {
        format!("state a key with `region = \"{region}\"`, or a new one with a replica there")
    }))
}
