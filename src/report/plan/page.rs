//! The whole: account by account, then what belongs to none of them, then a line that sums it up.

use super::{ending, groups::groups, step, tally::Tally};
use crate::{
    engine::{
        graph::Graph,
        plan::{Action, Plan},
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
    let mut page = Page::default();
    let steps = plan.steps.iter().filter(|step| !matches!(step.action, Action::Orphan(_)));
    for group in groups(steps, view) {
        page.gap();
        let after = group.after.map(|after| format!("  (after {after})")).unwrap_or_default();
        page.push(Line::at(0).say(Label::Heading, group.account).say(Label::Aside, after));
        let from = page.len();
        for told in &group.told {
            page.append(step::page(told, &group, graph, view));
        }
        page.align(from);
    }
    page.gap();
    page.append(ending::page(plan, view));
    page.gap();
    page.append(outlook::quotas(outlook));
    page.gap();
    page.push(Line::at(0).say(Label::Heading, Tally::of(plan).sentence()));
    page.append(outlook::page(outlook));
    page
}
