//! A plan nobody asked for, told as what became of AWS since.

use super::{
    page::{Line, Page},
    plan::{
        Group, Item, Listing, Shown, Tally, View, as_they_should_be, by_account, items, listing, notes,
        origin, orphans, texts, title, unreadable, unstated,
    },
    style::Label,
    words::{number, plural},
};
use crate::engine::{
    graph::Graph,
    plan::{Action, Plan, Step},
};

/// Drift as prose; one line if there is none.
pub(super) fn page(plan: &Plan, graph: &Graph, view: View) -> Page {
    let mut page = by_account(plan, view, |told, group| resource(told, group, graph, view));
    let unstated = if view.verbose { unstated(plan) } else { Page::default() };
    for section in [orphans(plan), unstated, unreadable(plan)] {
        page.section(section);
    }
    page.gap();
    page.push(Line::at(0).say(Label::Heading, sentence(&Tally::of(plan))));
    page
}

fn resource(told: &[&Step], group: &Group<'_>, graph: &Graph, view: View) -> Page {
    let mut page = Page::default();
    let Some(first) = told.first() else { return page };
    let (label, sign, word) = what_happened(&first.action);
    page.push(title(told, (label, sign), group, view).say(label, word));
    if !matches!(first.action, Action::Adopt) {
        notes(&mut page, first, view);
    }
    let is_told = match first.action {
        Action::Update | Action::Adopt => true,
        // What is held back anyway is told once its cause is out of the way.
        Action::Blocked(_) => first.held_by.is_none() || view.verbose,
        _ => false,
    };
    if is_told {
        fields(&mut page, first, graph, view);
    }
    page
}

fn what_happened(action: &Action) -> (Label, &'static str, &'static str) {
    match action {
        Action::Create => (Label::Removed, "-", " is missing"),
        Action::Update => (Label::Changed, "~", " differs"),
        Action::Adopt => (Label::Adopted, ">", " exists without our tags"),
        Action::Wait(_) => (Label::Pending, "…", ""),
        Action::Blocked(_) => (Label::Blocked, "!", ""),
        Action::Undetermined(_) => (Label::Unknown, "?", ""),
        Action::Remove | Action::Delete | Action::Orphan(_) => (Label::Added, "+", " is not in the TOML"),
    }
}

/// What AWS has, and what the TOML says.
fn fields(page: &mut Page, step: &Step, graph: &Graph, view: View) {
    let node = step.node.map(|id| graph.node(id));
    for item in items(step, view) {
        let stated = node.and_then(|node| node.stated(item.path()));
        page.push(Line::at(6).plain(item.path()).tail(stated.map(|stated| origin(&stated, view))));
        match &item {
            Item::Statement { is_new: true, sentence, .. } => wants(page, LACKS, sentence),
            Item::Statement { is_new: false, sentence, .. } => has(page, ALSO, sentence),
            Item::Field { before, after, .. } => sides(page, before.as_ref(), after.as_ref()),
        }
    }
}

const HAS: &str = "AWS has     ";
const ALSO: &str = "AWS also has";
const LACKS: &str = "AWS lacks   ";
const SAYS: &str = "TOML says   ";

fn sides(page: &mut Page, before: Option<&Shown>, after: Option<&Shown>) {
    match (before, after) {
        (Some(before), None) => has(page, ALSO, &before.text()),
        (None, Some(after)) => wants(page, LACKS, &after.text()),
        (Some(before), Some(after)) => both(page, before, after),
        (None, None) => {}
    }
}

fn both(page: &mut Page, before: &Shown, after: &Shown) {
    if let (Some(had), Some(says)) = (before.value(), after.value()) {
        if let Some(Listing { removed, added, kept: _ }) = listing(had, says) {
            // "Removed" and "added" are what an apply would do: what it removes is what AWS has besides.
            for element in &removed {
                has(page, ALSO, element);
            }
            for element in &added {
                wants(page, LACKS, element);
            }
            return;
        }
        if let Some(lines) = texts(had.shown(), says.shown()) {
            page.push(
                Line::at(8).say(Label::Removed, "- AWS has").plain(", ").say(Label::Added, "+ TOML says"),
            );
            return page.append(lines);
        }
    }
    has(page, HAS, &before.text());
    wants(page, SAYS, &after.text());
}

fn has(page: &mut Page, word: &str, text: &str) {
    page.push(Line::at(8).say(Label::Aside, word).plain("  ").say(Label::Removed, text).hang(22));
}

fn wants(page: &mut Page, word: &str, text: &str) {
    page.push(Line::at(8).say(Label::Aside, word).plain("  ").say(Label::Added, text).hang(22));
}

/// `Drift: 1 missing, 2 different. 157 resources are as they should be.`
fn sentence(tally: &Tally) -> String {
    let Tally { create, update, adopt, wait, remove, delete, .. } = *tally;
    let Tally { blocked, undetermined, held, orphans, unreadable, foreign: _, unchanged, .. } = *tally;
    if tally.is_clean() {
        return format!("No drift. {}", as_they_should_be(unchanged));
    }
    let counts = [
        (create, "missing"),
        (update, "different"),
        (remove + delete, "not in the TOML"),
        (adopt, "without our tags"),
        (wait, "not ready"),
        (blocked, "blocked"),
        (held, "held back"),
        (undetermined, "unknown"),
        (unreadable, "unreadable"),
    ];
    let told = counts.iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<_> = told.map(|(count, what)| format!("{} {what}", number(*count))).collect();
    if orphans > 0 {
        parts.push(plural(orphans, "orphan"));
    }
    let rest = if unchanged > 0 { format!(" {}", as_they_should_be(unchanged)) } else { String::new() };
    format!("Drift: {}.{rest}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;
    use crate::report::{
        page::Paper,
        samples::{Account, BRIEF, Has, Role, Zone, doc, later},
    };

    #[test]
    fn drift_names_what_aws_has_and_what_the_toml_says() {
        let (plan, graph) = later();
        assert_snapshot!(page(&plan, &graph, BRIEF).print(Paper::default()));
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut zone = Zone::new();
        let management = zone.management();
        let described = doc([("description", json!("reads"))]);
        zone.add::<Role>(management, "reader", "accounts/prod.toml:8", described, Has::Nothing);
        let (wants, has) = (doc([("unit", json!("ou-prod"))]), doc([("unit", json!("ou-dev"))]));
        zone.add::<Account>(management, "prod", "accounts/prod.toml:1", wants, Has::This(has));
        let (plan, graph) = zone.plan();
        assert_snapshot!(page(&plan, &graph, BRIEF).print(Paper::default()), @"
        management
          - iam/role/reader is missing          accounts/prod.toml:8
          ~ organizations/account/prod differs  accounts/prod.toml:1
              unit
                AWS has       ou-dev
                TOML says     ou-prod

        Drift: 1 missing, 1 different.
        ");
    }

    #[test]
    fn no_drift_takes_one_line() {
        let mut zone = Zone::new();
        zone.account("prod", doc([]), Has::Same);
        let (plan, graph) = zone.plan();
        assert_eq!(
            page(&plan, &graph, BRIEF).print(Paper::default()),
            "No drift. 1 resource is as it should be.\n"
        );
    }
}
