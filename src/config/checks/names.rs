//! What things were called before, and what AWS calls them: that nothing is called so any more, that only one thing was,
//! that what AWS can't rename keeps its name, and that no two have the same.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::{Complaint, Sink};
use crate::names::{Located, Origin};

/// Things of one sort that were called otherwise.
pub(in crate::config::checks) struct Moves<'m, T> {
    /// What they are: `VPC`.
    pub what: &'static str,
    /// Each of them.
    pub list: Vec<Move<'m, T>>,
    /// What to do where what was moved is still there.
    pub still: Option<&'static str>,
    /// Why `name` has to say what AWS calls them, if it has to.
    pub keeps: Option<&'static str>,
}

/// One that was called otherwise.
pub(in crate::config::checks) struct Move<'m, T> {
    /// What it was called.
    pub from: &'m Located<T>,
    /// What it is called.
    pub to: String,
    /// What AWS calls it.
    pub aws_name: String,
}

/// Things of one sort that AWS knows by names that it can't change.
pub(in crate::config::checks) struct Names<'n, T, P> {
    /// What they are: `VPC`.
    pub what: &'static str,
    /// Why `name` has to say what AWS calls those that moved.
    pub keeps: &'static str,
    /// Each of them, by key.
    pub list: Vec<Named<'n, T, P>>,
}

/// One that AWS knows by a name.
pub(in crate::config::checks) struct Named<'n, T, P> {
    /// What it is called in the landing zone.
    pub key: &'n T,
    /// What AWS calls it.
    pub name: &'n Located<T>,
    /// What it was called in the landing zone.
    pub moved: Option<&'n Located<T>>,
    /// Within what AWS has one of a name; none where that is not known.
    pub place: Option<P>,
    /// Where it is stated.
    pub origin: &'n Origin,
}

impl<T: Display + Ord, P: PartialEq> Names<'_, T, P> {
    /// Complains of names that two have in one place, and of those that can't have been called so before.
    pub(in crate::config::checks) fn check(&self, sink: &Sink) {
        let Self { what, keeps, list } = self;
        for (at, it) in list.iter().enumerate().filter(|(_, it)| it.name.value != *it.key) {
            // Of two that say so themselves, the second is told.
            let comes_first = |(there, other): &(usize, &Named<'_, T, P>)| {
                *there < at || (*there > at && other.name.value == *other.key)
            };
            let is_called_so =
                |other: &&Named<'_, T, P>| other.place == it.place && other.name.value == it.name.value;
            let others = list.iter().enumerate().filter(comes_first).map(|(_, other)| other);
            let first = others.filter(|_| it.place.is_some()).find(is_called_so);
            taken(&format!("a {what}"), it.name, first.map(|first| first.name), sink);
        }
        let moves = list.iter().filter_map(|it| {
            let from = it.moved?;
            Some(Move { from, to: it.key.to_string(), aws_name: it.name.to_string() })
        });
        let moves = Moves { what, list: moves.collect(), still: None, keeps: Some(keeps) };
        moves.check(|from| Some(list.iter().find(|it| it.key == from)?.origin), sink);
    }
}

impl<T: Display + Ord> Moves<'_, T> {
    /// Complains of those that can't have been; `there` tells where something is that is called so now.
    pub(in crate::config::checks) fn check<'o>(&self, there: impl Fn(&T) -> Option<&'o Origin>, sink: &Sink) {
        let mut seen: BTreeMap<&T, &Move<'_, T>> = BTreeMap::new();
        for it in &self.list {
            let Move { from, to, aws_name } = it;
            if let Some(there) = there(&from.value) {
                sink.push(self.still_there(it, there));
                continue;
            }
            if let Some(first) = seen.insert(&from.value, it) {
                let message =
                    format!("`{}` and `{to}` can't both have been the {} `{from}`", first.to, self.what);
                sink.push(Complaint::new(&from.origin, message).note(&first.from.origin, "first here"));
            }
            if let Some(why) = self.keeps.filter(|_| aws_name == to) {
                sink.push(Complaint::new(&from.origin, why).help(format!("add `name = \"{from}\"`")));
            }
        }
    }

    fn still_there(&self, Move { from, to, .. }: &Move<'_, T>, there: &Origin) -> Complaint {
        if from.to_string() == *to {
            let message = format!("`{to}` is what it is called now, not what it was called before");
            return Complaint::new(&from.origin, message).help("leave `moved` out, or write the old name");
        }
        let message = format!("the {} `{from}` is still there, so `{to}` can't have been it", self.what);
        let complaint = Complaint::new(&from.origin, message).note(there, "it is stated here");
        complaint.help(self.still.unwrap_or("rename it, not copy it"))
    }
}

/// Complains of a `name` that another thing beside it has, stated or not.
pub(in crate::config::checks) fn taken<T: Display>(
    what: &str,
    name: &Located<T>,
    first: Option<&Located<T>>,
    sink: &Sink,
) {
    if let Some(first) = first {
        let complaint = Complaint::new(&name.origin, format!("`{name}` is what {what} beside it is called"));
        sink.push(complaint.note(&first.origin, "first used here"));
    }
}
