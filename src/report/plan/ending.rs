//! What belongs to no step: orphans, what is somebody else's, what could not be read, and where orphans were searched.

use std::collections::BTreeMap;

use super::page::View;
use crate::{
    engine::{
        plan::{Action, Plan, Unstated},
        snapshot::Unsearched,
    },
    report::{
        page::{Line, Page},
        style::Label,
        trouble,
        words::plural,
    },
};

/// All of it.
pub(super) fn page(plan: &Plan, view: View) -> Page {
    let mut page = Page::default();
    for section in [orphans(plan), foreign(plan), unstated(plan), unreadable(plan), coverage(plan, view)] {
        page.section(section);
    }
    page
}

/// The addresses of what stays, by why.
pub(in crate::report) fn staying(plan: &Plan) -> BTreeMap<&str, Vec<&str>> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for step in &plan.steps {
        if let Action::Orphan(why) = &step.action {
            reasons.entry(why).or_default().push(&step.address);
        }
    }
    reasons
}

/// What is ours and no longer in the landing zone, by why it stays.
pub(in crate::report) fn orphans(plan: &Plan) -> Page {
    let (reasons, mut page) = (staying(plan), Page::default());
    if reasons.is_empty() {
        return page;
    }
    page.push(
        Line::at(0).say(Label::Heading, "orphans").say(Label::Aside, "  (ours, and no longer in the TOML)"),
    );
    for (why, addresses) in reasons {
        for address in addresses {
            page.push(Line::at(2).say(Label::Warning, "o").plain(" ").plain(address));
        }
        page.push(Line::at(6).say(Label::Aside, "stays:").plain(" ").plain(why).hang(8));
    }
    page
}

/// Relations of somebody else's with what is ours.
pub(super) fn foreign(plan: &Plan) -> Page {
    let mut places: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for foreign in &plan.foreign {
        places.entry(format!("{}/{}", foreign.place, foreign.kind)).or_default().push(&foreign.label);
    }
    let mut page = Page::default();
    if places.is_empty() {
        return page;
    }
    page.push(
        Line::at(0).say(Label::Heading, "foreign").say(Label::Aside, "  (not ours, reported and left alone)"),
    );
    for (place, labels) in places {
        page.push(Line::at(2).plain(place).plain(": ").plain(labels.join(", ")).hang(6));
    }
    page
}

/// What has no tags and is not in the TOML, by kind: each thing once, with the places that have it.
pub(in crate::report) fn unstated(plan: &Plan) -> Page {
    let mut kinds: BTreeMap<(&str, &str), BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    for Unstated { place, kind, label, why } in &plan.unstated {
        let name = match place.region {
            Some(region) => format!("{}/{region}", place.account),
            None => place.account.to_string(),
        };
        kinds.entry((kind, why)).or_default().entry(label).or_default().push(name);
    }
    let mut page = Page::default();
    if kinds.is_empty() {
        return page;
    }
    page.push(
        Line::at(0)
            .say(Label::Heading, "unstated")
            .say(Label::Aside, "  (not in the TOML, without tags that tell whose it is, and left alone)"),
    );
    for ((kind, why), labels) in kinds {
        let told = labels.into_iter().map(|(label, places)| format!("{label} ({})", places.join(", ")));
        let told: Vec<_> = told.collect();
        page.push(Line::at(2).plain(kind).plain(": ").plain(told.join(", ")).hang(6));
        page.push(Line::at(6).say(Label::Aside, "stays:").plain(" ").plain(why).hang(8));
    }
    page
}

/// What could not be read, by why.
pub(in crate::report) fn unreadable(plan: &Plan) -> Page {
    let mut page = Page::default();
    if plan.unreadable.is_empty() {
        return page;
    }
    page.push(
        Line::at(0)
            .say(Label::Heading, "unreadable")
            .say(Label::Aside, "  (what depends on it is left alone)"),
    );
    for unreadable in &plan.unreadable {
        let place = format!("{}/{}", unreadable.place, unreadable.kind);
        page.push(Line::at(2).say(Label::Unknown, "?").plain(" ").plain(place));
        let mut error = trouble::page(&unreadable.error);
        error.indent(6);
        page.append(error);
    }
    page
}

fn coverage(plan: &Plan, view: View) -> Page {
    let mut page = Page::default();
    let text = match plan.searched {
        Some(places) if !plan.unreadable.is_empty() => {
            format!("Orphans were searched for in {}, except where something is unreadable.", reach(places))
        }
        Some(places) if view.verbose || !plan.steps.is_empty() => {
            format!("Orphans were searched for in {}.", reach(places))
        }
        Some(_) => return page,
        None => "Orphans were not searched for, because the run is limited to a part of the landing zone."
            .to_owned(),
    };
    let along = plan.steps.iter().filter(|step| step.needed_by.is_some()).count();
    if along > 0 {
        let text = format!("Taken along, because what `--only` names needs them: {}.", plural(along, "step"));
        page.push(Line::at(0).say(Label::Aside, text));
    }
    page.push(Line::at(0).say(Label::Aside, text));
    for Unsearched { account, why } in &plan.unsearched {
        page.push(Line::at(2).say(Label::Aside, format!("not in {account}: {why}")).hang(4));
    }
    page
}

/// Where orphans were not searched for, as a section of its own.
pub(in crate::report) fn unsearched(plan: &Plan) -> Page {
    let mut page = Page::default();
    if plan.unsearched.is_empty() {
        return page;
    }
    page.push(Line::at(0).say(Label::Heading, "unsearched").say(Label::Aside, "  (where orphans may be)"));
    for Unsearched { account, why } in &plan.unsearched {
        page.push(Line::at(2).plain(account.as_str()).plain(": ").plain(why).hang(4));
    }
    page
}

/// Regions that the landing zone does not name may hold what is ours all the same.
fn reach(places: usize) -> String {
    format!("{} in the Regions that the TOML names", plural(places, "place"))
}
