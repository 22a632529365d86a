//! One step, or several like steps in one.

use super::{
    changes::{is_own_tag, items},
    groups::{Group, shared},
    outline,
    page::View,
    text,
    values::Shown,
};
use crate::{
    engine::{
        graph::Graph,
        plan::{Action, Step},
    },
    names::Origin,
    report::{
        json,
        page::{Line, Page},
        style::Label,
        words::within,
    },
};

/// So many names are told before the rest is only counted.
const NAMES: usize = 24;

/// The lines of steps that are told together.
pub(in crate::report) fn page(told: &[&Step], group: &Group<'_>, graph: &Graph, view: View) -> Page {
    let mut page = Page::default();
    let Some(first) = told.first() else { return page };
    page.push(title(told, sign_of(json::word(&first.action)), group, view));
    notes(&mut page, first, view);
    details(&mut page, told, graph, view);
    page
}

/// The sign before a step and what it means, by the word for what is done.
pub(in crate::report) fn sign_of(action: &str) -> (Label, &'static str) {
    match action {
        "create" => (Label::Added, "+"),
        "update" => (Label::Changed, "~"),
        "adopt" => (Label::Adopted, ">"),
        "wait" => (Label::Pending, "…"),
        "blocked" => (Label::Blocked, "!"),
        "remove" | "delete" => (Label::Removed, "-"),
        "orphan" => (Label::Aside, "o"),
        _ => (Label::Unknown, "?"),
    }
}

/// The line that names them, behind a sign.
pub(in crate::report) fn title(
    told: &[&Step],
    (label, sign): (Label, &str),
    group: &Group<'_>,
    view: View,
) -> Line {
    let Some(first) = told.first() else { return Line::at(2) };
    let address = within(&first.address, group.account.as_str());
    let line = Line::at(2).say(label, sign).plain(" ").hang(6);
    let line = match told.len() {
        1 => line.plain(address),
        count => {
            line.say(Label::Heading, format!("{count} × {}", kind_of(first))).plain(": ").plain(names(told))
        }
    };
    let line = match first.after.as_deref().filter(|after| group.after != Some(after)) {
        Some(after) => line.say(Label::Aside, format!("  (after {after})")),
        None => line,
    };
    let line = if first.needed_by.is_some() { line.say(Label::Aside, "  (taken along)") } else { line };
    line.tail(shared(told.iter().map(|step| step.origin.as_ref())).map(|stated| origin(stated, view)))
}

/// `iam/role`, `ap-southeast-2/ec2/vpc`.
fn kind_of(step: &Step) -> String {
    match &step.place.region {
        Some(region) => format!("{region}/{}", step.kind),
        None => step.kind.to_owned(),
    }
}

/// The names of steps of one kind at one place.
fn names(told: &[&Step]) -> String {
    let name = |step: &&Step| {
        let before = format!("{}/{}/", step.place, step.kind);
        step.address.strip_prefix(before.as_str()).unwrap_or(&step.address).to_owned()
    };
    let mut names: Vec<_> = told.iter().take(NAMES).map(name).collect();
    let more = told.len() - names.len();
    if more > 0 {
        let last = names.pop().unwrap_or_default();
        names.push(format!("{last} and {more} more"));
    }
    names.join(", ")
}

/// `organization.toml:12`; with `-v` also the lines by way of which it is reached.
pub(in crate::report) fn origin(origin: &Origin, view: View) -> String {
    let place = |origin: &Origin| format!("{}:{}", origin.path(), origin.at.line);
    let way = origin.chain().skip(1).map(place).collect::<Vec<_>>();
    if view.verbose && !way.is_empty() {
        format!("{} (by way of {})", place(origin), way.join(", "))
    } else {
        place(origin)
    }
}

/// Why it is not simply done.
pub(in crate::report) fn notes(page: &mut Page, step: &Step, view: View) {
    let account = step.place.account.as_str();
    let mut note = |label: Label, word: &str, text: &str| {
        page.push(Line::at(6).say(label, word).plain(" ").plain(text).hang(8));
    };
    match &step.action {
        // Its cause comes first; what is to be done about that may be all.
        Action::Blocked(_) if step.held_by.is_some() => {}
        Action::Blocked(obstacle) => {
            note(Label::Blocked, "blocked:", &obstacle.why);
            note(Label::Hint, "to do:", &obstacle.way_out);
        }
        Action::Undetermined(of) if *of == step.address => {
            note(Label::Unknown, "unknown:", "it can't be read");
        }
        Action::Undetermined(of) => {
            note(Label::Unknown, "unknown:", &format!("{} can't be read", within(of, account)));
        }
        Action::Wait(why) => note(Label::Pending, "waiting:", why),
        Action::Adopt => note(Label::Adopted, "exists without our tags:", "`--adopt` takes it over"),
        Action::Create | Action::Update | Action::Remove | Action::Delete | Action::Orphan(_) => {}
    }
    if let Some(by) = step.needed_by.as_ref().filter(|_| view.verbose) {
        note(Label::Aside, "taken along:", &format!("{} needs it", within(by, account)));
    }
    if let Some(cut) = step.interrupts {
        note(Label::Pending, "interrupts:", cut);
    }
    if let Some(cause) = &step.held_by {
        note(Label::Blocked, "held back", &format!("by {}", within(cause, account)));
    }
}

/// What is made, or how it changes.
fn details(page: &mut Page, told: &[&Step], graph: &Graph, view: View) {
    let [first, others @ ..] = told else { return };
    let is_one = others.is_empty();
    match &first.action {
        Action::Create if view.verbose => every_field(page, first),
        Action::Create if is_one && first.held_by.is_none() => page.append(outline::page(first)),
        Action::Remove | Action::Delete if view.verbose => every_change(page, first, graph, view),
        Action::Update | Action::Adopt | Action::Blocked(_) | Action::Undetermined(_) | Action::Wait(_) => {
            every_change(page, first, graph, view);
        }
        Action::Create | Action::Remove | Action::Delete | Action::Orphan(_) => {}
    }
}

fn every_field(page: &mut Page, step: &Step) {
    let account = step.place.account.as_str();
    for change in &*step.changes.list() {
        let Some(after) = &change.after else { continue };
        let value = Shown::of(after, account).text();
        page.push(Line::at(6).say(Label::Aside, &change.path).plain(": ").plain(value).hang(8));
    }
}

fn every_change(page: &mut Page, step: &Step, graph: &Graph, view: View) {
    let node = step.node.map(|id| graph.node(id));
    let is_blocked = matches!(step.action, Action::Blocked(_) | Action::Undetermined(_));
    let hides_tags = matches!(step.action, Action::Adopt) || is_blocked;
    let was_absent = step.changes.list().iter().all(|change| change.before.is_none());
    if is_blocked && (was_absent || step.held_by.is_some()) && !view.verbose {
        return;
    }
    for item in items(step, view) {
        if hides_tags && !view.verbose && is_own_tag(item.path()) {
            continue;
        }
        let stated = node.and_then(|node| node.stated(item.path()));
        page.append(text::page(&item, stated.map(|stated| origin(&stated, view))));
    }
}
