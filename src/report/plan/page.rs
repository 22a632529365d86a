//! The whole: account by account, then what belongs to none of them, then a line that sums it up.

use super::{
    ending,
    groups::{Group, groups},
    step,
    tally::Tally,
};
use crate::{
    engine::{
        graph::Graph,
        plan::{Action, Plan, Step},
    },
    report::{
        outlook::{self, Outlook},
        page::{Line, Page},
        style::Label,
    },
};

/// How much is told.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::report) struct View {
    /// Every field and every step by itself.
    pub verbose: bool,
}

/// A plan as prose.
pub(in crate::report) fn page(plan: &Plan, graph: &Graph, outlook: &Outlook, view: View) -> Page {
    let mut page = by_account(plan, view, |told, group| step::page(told, group, graph, view));
    page.section(ending::page(plan, view));
    page.section(outlook::quotas(outlook));
    page.gap();
    page.push(Line::at(0).say(Label::Heading, Tally::of(plan).sentence()));
    page.append(outlook::page(outlook));
    page
}

/// All steps but orphans account by account, as `tell` has them; where they are stated stands in a column.
pub(in crate::report) fn by_account(
    plan: &Plan,
    view: View,
    tell: impl Fn(&[&Step], &Group<'_>) -> Page,
) -> Page {
    let mut page = Page::default();
    let steps = plan.steps.iter().filter(|step| !matches!(step.action, Action::Orphan(_)));
    for group in groups(steps, view) {
        page.gap();
        let after = group.after.map(|after| format!("  (after {after})")).unwrap_or_default();
        page.push(Line::at(0).say(Label::Heading, group.account).say(Label::Aside, after));
        let from = page.len();
        group.told.iter().for_each(|told| page.append(tell(told, &group)));
        page.align(from);
    }
    page
}
