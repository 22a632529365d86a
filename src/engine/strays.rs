//! What is to be done about what no node wants. Pure: no I/O, no clock.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    doc::{Doc, diff},
    erased::AnyKind,
    graph::{Address, Graph, Place},
    kind::{Identity, Removal, State},
    plan::{Action, Foreign, Options, Plan, Step, Unstated},
    snapshot::{Left, Stray, Strayed, Strays},
};

/// Adds a step for each stray that is ours, and names the foreign relations.
pub(super) fn judge_strays(graph: &Graph, strays: &Strays, index: usize, options: &Options, plan: &mut Plan) {
    let place = &strays.place;
    for (at, stray) in strays.list.iter().enumerate() {
        let judge = Judge { graph, strays, stray, place, options };
        if stray.what == Strayed::Unstated {
            plan.unstated.extend(judge.unstated());
            continue;
        }
        let Some(action) = judge.action() else {
            // Whatever lives in the accounts is theirs; only foreign *relations* with what is ours are news.
            if is_relation(strays.kind) {
                let (place, kind) = (place.clone(), strays.kind.name());
                plan.foreign.push(Foreign { place, kind, label: stray.label.clone() });
            }
            continue;
        };
        let changes = diff(&strays.kind.observed(&stray.live), &Doc::new());
        let cut =
            action.verb().and_then(|_| changes.iter().find_map(|change| strays.kind.interrupts(change)));
        plan.steps.push(Step {
            node: None,
            address: judge.address().into(),
            place: place.clone(),
            kind: strays.kind.name(),
            changes: changes.into(),
            action,
            promise: None,
            origin: None,
            after: None,
            interrupts: cut,
            held_by: None,
            needed_by: None,
            stray: Some(Box::new((index, at))),
        });
    }
}

/// Keeps the parts of what stays: whatever runs in it goes on.
pub(super) fn keep_parts(strays: &[Strays], plan: &mut Plan) {
    let orphans = plan.steps.iter().filter(|step| matches!(step.action, Action::Orphan(_)));
    let kept: BTreeSet<_> = orphans.map(|step| Arc::clone(&step.address)).collect();
    for step in plan.steps.iter_mut().filter(|step| step.action == Action::Delete) {
        let part_of = step.stray.as_ref().and_then(|stray| strays[stray.0].kind.part_of());
        let name = Address::parts(&step.address).and_then(|(_, name)| name.split('/').next());
        let whole = part_of.zip(name).map(|(kind, name)| format!("{}/{kind}/{name}", step.place));
        if let Some(whole) = whole.filter(|whole| kept.contains(whole.as_str())) {
            step.action = Action::Orphan(format!("it is part of {whole}, which stays"));
            step.interrupts = None;
        }
    }
}

/// Tells how to keep an orphan that may be what is to be made beside it, under another name.
pub(super) fn ask_for_moves(strays: &[Strays], plan: &mut Plan) {
    let may_move = |step: &Step| {
        let moves = step.stray.as_ref().is_some_and(|stray| strays[stray.0].kind.moves());
        moves && matches!(step.action, Action::Orphan(_))
    };
    if !plan.steps.iter().any(may_move) {
        return;
    }
    let above = |address: &str| address.rsplit_once('/').map(|(above, _)| above.to_owned());
    let mut made: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.action == Action::Create) {
        let name = Address::parts(&step.address).map(|(_, name)| format!("`{name}`"));
        made.entry(above(&step.address)).or_default().extend(name);
    }
    for step in plan.steps.iter_mut().filter(|step| may_move(step)) {
        let Action::Orphan(why) = &mut step.action else { continue };
        let Some((_, from)) = Address::parts(&step.address) else { continue };
        let beside = made.get(&above(&step.address)).map_or(&[][..], Vec::as_slice);
        let now = match beside {
            [] => continue,
            few @ ([_] | [_, _] | [_, _, _]) => few.join(" or "),
            _ => "another one".to_owned(),
        };
        *why = format!("{why}; if it is {now} now, keep it by `moved = {{ from = \"{from}\" }}` there");
    }
}

/// Why something stays that only `[removed]` deletes.
pub(super) fn kept_unless_listed(kind: &dyn AnyKind) -> String {
    kept_until("it is deleted only when `[removed]` lists its address", kind)
}

/// What it takes to delete something, and what is good about its staying until then.
fn kept_until(deleted: &str, kind: &dyn AnyKind) -> String {
    kind.kept().map_or_else(|| deleted.to_owned(), |why| format!("{deleted}; {why}"))
}

/// Whether what there is of a kind belongs to other things: an entry in what is ours is news, whoever made it.
fn is_relation(kind: &dyn AnyKind) -> bool {
    matches!(kind.identity(), Identity::Related | Identity::Slot)
}

impl Stray {
    /// The account of ours that it is, if it is one whose address the landing zone no longer has.
    pub(super) fn left(&self, graph: &Graph, kind: &dyn AnyKind) -> Option<Left> {
        let address = self.address.clone().filter(|address| graph.at_address(address).is_none())?;
        let is_open = !matches!(kind.state(&self.live), State::Failed(_));
        let account = address.rsplit('/').next()?.parse().ok()?;
        let (kind, key, label) = (kind.name(), self.key.clone(), self.label.clone());
        Some(Left { kind, address, account, key, label, is_open })
    }
}

struct Judge<'a> {
    graph: &'a Graph,
    strays: &'a Strays,
    stray: &'a Stray,
    place: &'a Place,
    options: &'a Options,
}

impl Judge<'_> {
    /// What is to be done; nothing about what is somebody else's.
    fn action(&self) -> Option<Action> {
        let follows = self.strays.kind.removal() == Removal::Follows;
        match self.stray.what {
            Strayed::Unstated => None,
            Strayed::Foreign => {
                let leave = is_relation(self.strays.kind) && self.is_listed();
                if leave { Some(self.relation()) } else { self.opens() }
            }
            Strayed::Extra if follows => Some(self.relation()),
            Strayed::Orphan if follows && !self.is_copy() => Some(Action::Remove),
            Strayed::Extra | Strayed::Orphan => Some(self.orphan()),
        }
    }

    /// Somebody else's relation that opens what the landing zone forbids.
    fn opens(&self) -> Option<Action> {
        let why = self.strays.kind.opens(&self.stray.live)?.to_owned();
        let address = self.address();
        let way_out = format!("take it back, or list `{address}` in `[removed]` to have it taken back");
        Some(Action::blocked(why, way_out))
    }

    /// What to say of something without tags, unless it may be what a node that can't be told yet wants.
    fn unstated(&self) -> Option<Unstated> {
        let Removal::Never(why) = self.strays.kind.removal() else { return None };
        let (place, kind, label) = (self.place.clone(), self.strays.kind.name(), self.stray.label.clone());
        self.strays.unsure.is_none().then_some(Unstated { place, kind, label, why })
    }

    /// A relation carries no address: where some that are wanted could not be told, it may be one of them.
    fn relation(&self) -> Action {
        self.strays.unsure.clone().map_or(Action::Remove, Action::Undetermined)
    }

    fn orphan(&self) -> Action {
        if self.is_copy() {
            return Action::Orphan("its tags name a resource that lives elsewhere: correct them".to_owned());
        }
        match self.strays.kind.removal() {
            Removal::Never(why) => Action::Orphan(why.to_owned()),
            Removal::Listed if !self.is_listed() => Action::Orphan(kept_unless_listed(self.strays.kind)),
            _ if self.options.prune => match self.stray.what {
                Strayed::Extra => self.strays.unsure.clone().map_or(Action::Delete, Action::Undetermined),
                Strayed::Orphan | Strayed::Foreign | Strayed::Unstated => Action::Delete,
            },
            _ => Action::Orphan(kept_until("`apply --prune` deletes it", self.strays.kind)),
        }
    }

    fn is_listed(&self) -> bool {
        self.options.removed.contains(&self.address())
    }

    /// Whether its address is that of a wanted node of another place or kind: its tags were copied, by a person or by
    /// a service that hands tags on, and say nothing of who made it.
    fn is_copy(&self) -> bool {
        let named = self.stray.address.as_ref().and_then(|address| self.graph.meant_by(address));
        named.is_some_and(|id| {
            let node = self.graph.node(id);
            node.address.place != self.strays.place || node.address.kind != self.strays.kind.name()
        })
    }

    /// The address in its tags, unless a node has it, or had it; else one made of where it is and what it is called.
    fn address(&self) -> String {
        let free = |address: &&String| self.graph.meant_by(address).is_none();
        let made = || format!("{}/{}/{}", self.place, self.strays.kind.name(), self.stray.label);
        self.stray.address.as_ref().filter(free).cloned().unwrap_or_else(made)
    }
}
