//! The tables of `network/*.toml`. Which file a table stands in makes no difference; the same one in two files is a
//! mistake.

mod dns;
mod records;
mod dhcp;
mod flow_logs;
mod ports;

use std::collections::BTreeMap;

use crate::config::complaint::{Complaint, Sink};
use crate::config::decode::Table;
use crate::config::folder::Document;
use crate::model::Network;
use crate::names::{Origin, Region};

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
        self.dns(&mut table);
        table.finish();
    }

    /// Zones, resolvers, what is forwarded and what is blocked.
    fn dns(&mut self, table: &mut Table<'_>) {
        let zones = table.map("zone", dns::zone).into_values().map(|zone| (zone.name.value.clone(), zone));
        let mut into = std::mem::take(&mut self.network.zones);
        self.merge(&mut into, zones, |zone| &zone.origin);
        self.network.zones = into;
        let resolvers = table.map("resolver", dns::resolver).into_values();
        let resolvers = resolvers.map(|resolver| (resolver.name.value.clone(), resolver));
        let mut into = std::mem::take(&mut self.network.resolvers);
        self.merge(&mut into, resolvers, |resolver| &resolver.origin);
        self.network.resolvers = into;
        let forwards = table.map("forward", dns::forward).into_values();
        let forwards = forwards.map(|forward| (forward.domain.value.clone(), forward));
        let mut into = std::mem::take(&mut self.network.forwards);
        self.merge(&mut into, forwards, |forward| &forward.origin);
        self.network.forwards = into;
        let firewalls = table.map("firewall", dns::firewall).into_values();
        let firewalls = firewalls.map(|firewall| (firewall.name.value.clone(), firewall));
        let mut into = std::mem::take(&mut self.network.firewalls);
        self.merge(&mut into, firewalls, |firewall| &firewall.origin);
        self.network.firewalls = into;
    }

    /// Adds what one file states to what others did.
    fn merge<K: Ord + std::fmt::Display, T>(
        &self,
        into: &mut BTreeMap<K, T>,
        from: impl IntoIterator<Item = (K, T)>,
        origin: fn(&T) -> &Origin,
    ) {
        for (key, stated) in from {
            match into.get(&key) {
                Some(first) => {
                    let complaint = Complaint::new(origin(&stated), format!("`{key}` is stated twice"));
                    self.sink.push(complaint.note(origin(first), "first here"));
                }
                None => drop(into.insert(key, stated)),
            }
        }
    }
}
