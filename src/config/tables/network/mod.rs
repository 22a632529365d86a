//! The tables of `network/*.toml`. Which file a table stands in makes no difference; the same one in two files is a
//! mistake.

mod external;
mod pool;
mod transit;
mod vpc;

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
        self.vpcs(&mut table);
        self.transit(&mut table);
        table.finish();
    }

    /// The VPCs, and what they are given.
    fn vpcs(&mut self, table: &mut Table<'_>) {
        let home = self.home;
        let vpcs = table.map("vpc", |key, value| vpc::read(key, value, home));
        let mut into = std::mem::take(&mut self.network.vpcs);
        self.merge(&mut into, vpcs.into_values().map(|vpc| (vpc.name.value.clone(), vpc)), |vpc| &vpc.origin);
        self.network.vpcs = into;
        if let Some(pool) = table.table("pool", pool::read).flatten() {
            match &self.network.pool {
                Some(first) => {
                    let complaint = Complaint::new(&pool.origin, "`[pool]` is stated twice");
                    self.sink.push(complaint.note(&first.origin, "first here"));
                }
                None => self.network.pool = Some(pool),
            }
        }
    }

    /// What joins VPCs, and what lies beyond.
    fn transit(&mut self, table: &mut Table<'_>) {
        if let Some(transit) = table.table("transit", transit::read).flatten() {
            match &self.network.transit {
                Some(first) => {
                    let complaint = Complaint::new(&transit.origin, "`[transit]` is stated twice");
                    self.sink.push(complaint.note(&first.origin, "first here"));
                }
                None => self.network.transit = Some(transit),
            }
        }
        let home = self.home;
        let externals = table.map("external", |key, value| external::read(key, value, home));
        let mut into = std::mem::take(&mut self.network.externals);
        self.merge(&mut into, externals.into_values(), |external| &external.origin);
        self.network.externals = into;
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
