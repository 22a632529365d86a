//! The tables of `network/*.toml`. Which file a table stands in makes no difference; the same one in two files is a
//! mistake.

mod dhcp;
mod dns;
mod external;
mod pool;
mod records;
mod transit;
mod vpc;

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::config::complaint::{Complaint, Sink};
use crate::config::decode::{Table, Value};
use crate::config::folder::Document;
use crate::model::Network;
use crate::names::{Invalid, Located, Origin, Region};

/// What is read of every file: the whole of it so far, and what its defaults are.
struct Reader<'s> {
    network: Network,
    /// The Region of what names none.
    home: Region,
    sink: &'s Sink,
}

/// Reads the files of the network; `home` is the Region of what names none.
pub(super) fn read(documents: &[Document<'_>], home: Region, sink: &Sink) -> Network {
    let mut reader = Reader { network: Network::default(), home, sink };
    for document in documents {
        reader.file(document.table(sink));
    }
    reader.network
}

impl Reader<'_> {
    fn file(&mut self, mut table: Table<'_>) {
        let Self { network, home, sink } = self;
        let vpcs = table.map("vpc", |key, value| vpc::read(key, value, *home));
        let vpcs = vpcs.into_values().map(|vpc| (vpc.name.value.clone(), vpc));
        merge(&mut network.vpcs, vpcs, |vpc| &vpc.origin, sink);
        let pool = table.single("pool", pool::read);
        only(&mut network.pool, pool, ("`[pool]`", |pool| &pool.origin), sink);
        let transit = table.single("transit", transit::read);
        only(&mut network.transit, transit, ("`[transit]`", |transit| &transit.origin), sink);
        let externals = table.map("external", |key, value| external::read(key, value, *home));
        merge(&mut network.externals, externals.into_values(), |external| &external.origin, sink);
        let zones = table.map("zone", dns::zone).into_values().map(|zone| (zone.name.value.clone(), zone));
        merge(&mut network.zones, zones, |zone| &zone.origin, sink);
        let resolvers = table.map("resolver", dns::resolver).into_values();
        let resolvers = resolvers.map(|resolver| (resolver.name.value.clone(), resolver));
        merge(&mut network.resolvers, resolvers, |resolver| &resolver.origin, sink);
        let forwards = table.map("forward", dns::forward).into_values();
        let forwards = forwards.map(|forward| (forward.domain.value.clone(), forward));
        merge(&mut network.forwards, forwards, |forward| &forward.origin, sink);
        let firewalls = table.map("firewall", dns::firewall).into_values();
        let firewalls = firewalls.map(|firewall| (firewall.name.value.clone(), firewall));
        merge(&mut network.firewalls, firewalls, |firewall| &firewall.origin, sink);
        table.finish();
    }
}

/// Adds what one file states to what others did.
fn merge<K: Ord + std::fmt::Display, T>(
    into: &mut BTreeMap<K, T>,
    from: impl IntoIterator<Item = (K, T)>,
    origin: fn(&T) -> &Origin,
    sink: &Sink,
) {
    for (key, stated) in from {
        match into.get(&key) {
            Some(first) => sink.push(twice(&format!("`{key}`"), origin(&stated), origin(first))),
            None => drop(into.insert(key, stated)),
        }
    }
}

/// Takes what can be stated once in all files.
fn only<T>(into: &mut Option<T>, from: Option<T>, (name, origin): (&str, fn(&T) -> &Origin), sink: &Sink) {
    match (&into, from) {
        (_, None) => {}
        (Some(first), Some(stated)) => sink.push(twice(name, origin(&stated), origin(first))),
        (None, stated) => *into = stated,
    }
}

fn twice(what: &str, stated: &Origin, first: &Origin) -> Complaint {
    Complaint::new(stated, format!("{what} is stated twice")).note(first, "first here")
}

/// A table's key as the name it is.
fn named<T: FromStr<Err = Invalid>>(key: &Located<&str>, value: Value<'_>) -> Option<Located<T>> {
    match key.parse() {
        Ok(name) => Some(Located::new(name, key.origin.clone())),
        Err(invalid) => value.complain(Complaint::invalid(&key.origin, invalid)),
    }
}
