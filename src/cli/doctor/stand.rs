//! How AWS stands, as far as a run depends on it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::{StreamExt as _, stream};

use crate::{
    aws::Aws as _,
    cli::home::Home,
    engine::{
        error::{Class, Error},
        graph::{Graph, NodeId, Place},
        kind::{Kind as _, State},
        snapshot::{Entry, Snapshot},
        world::World,
    },
    kinds::{account, organizations},
    names::AccountName,
    report::{Finding, Outlook, Verdict, plural},
};

/// The organization: that there is one, that the caller manages it, and that it can do everything.
pub(super) fn organization(graph: &Graph, snapshot: &Snapshot, home: Result<&Home, &Error>) -> Finding {
    let found = |verdict, text: &str| Finding::new("organization", verdict, text);
    let entry =
        nodes(graph, organizations::Organization::NAME).map(|id| &snapshot.entries[id.index()]).next();
    match (home, entry) {
        (Err(error), _) => Finding::failed("organization", Verdict::Wrong, "it can't be managed", error),
        (Ok(Home::None), _) => found(Verdict::Fine, "there is none yet: an apply makes one"),
        (Ok(Home::Organization(id)), Some(Entry::Found(resource))) => {
            match kind_of(graph, organizations::Organization::NAME, |kind| kind.state(&resource.live)) {
                Some(State::Failed(why)) => found(Verdict::Wrong, &format!("{id}: {why}"))
                    .hint("nothing of a landing zone can be applied before"),
                _ => found(Verdict::Fine, &format!("{id}, with all features, managed by this account")),
            }
        }
        (Ok(Home::Organization(id)), _) => found(Verdict::Fine, id),
        (Ok(Home::Unknown), Some(Entry::Unreadable(error))) => {
            Finding::failed("organization", Verdict::Unknown, "it could not be read", error)
        }
        (Ok(Home::Unknown), _) => found(Verdict::Unknown, "it could not be read"),
    }
}

/// What comes near what AWS allows.
pub(super) fn quotas(outlook: &Outlook) -> Vec<Finding> {
    let told = outlook.told();
    if told.is_empty() {
        return vec![Finding::new("quotas", Verdict::Fine, "an apply comes near none")];
    }
    let found = |(text, more, is_broken): (String, Option<String>, bool)| {
        let verdict = if is_broken { Verdict::Wrong } else { Verdict::Fine };
        let found = Finding::new("quotas", verdict, text);
        if let Some(more) = more { found.hint(more) } else { found }
    };
    told.into_iter().map(found).collect()
}

fn nodes(graph: &Graph, kind: &'static str) -> impl Iterator<Item = NodeId> {
    graph.nodes().filter(move |(_, node)| node.address.kind == kind).map(|(id, _)| id)
}

fn kind_of<T>(
    graph: &Graph,
    kind: &'static str,
    ask: impl FnOnce(&'static dyn crate::engine::erased::AnyKind) -> T,
) -> Option<T> {
    let id = nodes(graph, kind).next()?;
    Some(ask(graph.node(id).kind))
}

/// What was read, and who may be asked more.
pub(super) struct Stand<'a> {
    pub world: &'a Arc<World>,
    pub graph: &'a Graph,
    pub snapshot: &'a Snapshot,
}

/// How many accounts are entered at the same time.
const AT_ONCE: usize = 16;
/// So many names are told before the rest is only counted.
const NAMED: usize = 12;

impl Stand<'_> {
    fn entry(&self, id: NodeId) -> &Entry {
        &self.snapshot.entries[id.index()]
    }

    /// Whether there is no organization yet.
    fn is_first(&self) -> bool {
        let mut organization = nodes(self.graph, organizations::Organization::NAME);
        organization.any(|id| matches!(self.entry(id), Entry::Absent))
    }

    /// The way into every account of the landing zone.
    pub(super) async fn accounts(&self) -> Vec<Finding> {
        let (mut there, mut to_come, mut findings) = (Vec::new(), Vec::new(), Vec::new());
        for id in nodes(self.graph, organizations::Account::NAME) {
            let name = &self.graph.node(id).address.name;
            match self.entry(id) {
                Entry::Found(_) | Entry::Settled(_) => there.push(Arc::clone(name)),
                Entry::Absent | Entry::Unborn(_) => to_come.push(Arc::clone(name)),
                entry => findings.push(unclear("accounts", name, entry)),
            }
        }
        let entered = stream::iter(there).map(|name| async move { (self.enter(&name).await, name) });
        let entered: Vec<_> = entered.buffered(AT_ONCE).collect().await;
        let mut open = Vec::new();
        for (result, name) in entered {
            match result {
                Ok(()) => open.push(name),
                Err(error) => {
                    let what = format!("`{name}` can't be entered");
                    findings.push(Finding::failed("accounts", Verdict::Wrong, &what, &error));
                }
            }
        }
        let told = |names: &[Arc<str>], what: &str| {
            let text = format!("{what}: {}", listed(names.iter().map(|name| &**name)));
            (!names.is_empty()).then(|| Finding::new("accounts", Verdict::Fine, text))
        };
        let fine = [told(&open, "can be entered"), told(&to_come, "an apply makes them")];
        fine.into_iter().flatten().chain(findings).collect()
    }

    async fn enter(&self, name: &str) -> Result<(), Error> {
        let account: AccountName = name
            .parse()
            .map_err(|invalid| Error::new(Class::Final, format!("enter `{name}`")).source(invalid))?;
        let place = Place { account, region: None };
        self.world.at(&place, self.graph.organization()).sts().await.map(drop)
    }

    /// The services that act in all accounts.
    pub(super) fn trusted_access(&self) -> Option<Finding> {
        self.switches("trusted access", organizations::TrustedAccess::NAME, |id| {
            self.graph.node(id).address.name.to_string()
        })
    }

    /// Regions that accounts have to open.
    pub(super) fn regions(&self) -> Option<Finding> {
        self.switches("Regions", account::Region::NAME, |id| {
            let address = &self.graph.node(id).address;
            format!("{} in {}", address.name, address.place.account)
        })
    }

    /// What is on, or is not: an apply switches it on.
    fn switches(
        &self,
        check: &'static str,
        kind: &'static str,
        name: impl Fn(NodeId) -> String,
    ) -> Option<Finding> {
        let (mut on, mut to_come, mut off, mut unclear) = (0, 0, BTreeSet::new(), BTreeSet::new());
        for id in nodes(self.graph, kind) {
            match self.entry(id) {
                Entry::Found(found) => match self.graph.node(id).kind.state(&found.live) {
                    State::Ready | State::Changing(_) => on += 1,
                    State::Pending(why) | State::Failed(why) => {
                        unclear.insert(format!("{} ({why})", name(id)));
                    }
                },
                Entry::Settled(_) => on += 1,
                Entry::Unborn(_) => to_come += 1,
                // Before the first apply nothing is on.
                Entry::Absent if self.is_first() => to_come += 1,
                Entry::Absent => {
                    off.insert(name(id));
                }
                _ => {
                    unclear.insert(name(id));
                }
            }
        }
        let count = on + to_come + off.len() + unclear.len();
        if count == 0 {
            return None;
        }
        Some(if !off.is_empty() {
            let text = format!("{} of {count} not on: {}", off.len(), listed(off.iter().map(String::as_str)));
            Finding::new(check, Verdict::Wrong, text).hint("`landfall apply` switches it on")
        } else if !unclear.is_empty() {
            let text = format!("not known: {}", listed(unclear.iter().map(String::as_str)));
            Finding::new(check, Verdict::Unknown, text).hint("look again in a while")
        } else if to_come > 0 {
            let text = format!("an apply switches {to_come} of {count} on");
            Finding::new(check, Verdict::Fine, text)
        } else {
            Finding::new(check, Verdict::Fine, format!("all {count} are on"))
        })
    }

    /// What could not be read, by why.
    pub(super) fn unreadable(&self) -> Vec<Finding> {
        let mut causes: BTreeMap<String, (Vec<String>, Arc<Error>)> = BTreeMap::new();
        for unreadable in &self.snapshot.unreadable {
            let place = format!("{}/{}", unreadable.place, unreadable.kind);
            let cause = causes.entry(unreadable.error.chain().join(": "));
            cause.or_insert_with(|| (Vec::new(), Arc::clone(&unreadable.error))).0.push(place);
        }
        if causes.is_empty() {
            let text = format!("everything in {}", plural(self.snapshot.searched, "place"));
            return vec![Finding::new("reading", Verdict::Fine, text)];
        }
        let found = |(places, error): (Vec<String>, Arc<Error>)| {
            let first = places.first().map(String::as_str).unwrap_or_default();
            let what = match places.len() - 1 {
                0 => format!("{first} could not be read"),
                more => format!("{first} and {} could not be read", plural(more, "other")),
            };
            Finding::failed("reading", Verdict::Unknown, &what, &error)
        };
        causes.into_values().map(found).collect()
    }
}

fn unclear(check: &'static str, name: &str, entry: &Entry) -> Finding {
    match entry {
        Entry::Unreadable(error) => {
            Finding::failed(check, Verdict::Unknown, &format!("nothing is known of `{name}`"), error)
        }
        _ => Finding::new(check, Verdict::Unknown, format!("nothing is known of `{name}`")),
    }
}

/// The first of them, and how many more.
fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let first: Vec<_> = names.take(NAMED).collect();
    let first = first.join(", ");
    if more == 0 { first } else { format!("{first} and {more} more") }
}
