//! How many steps there are of each sort.

use crate::{
    engine::plan::{Action, Plan, Step},
    report::words::{number, plural},
};

/// Counts by what is to be done. A step that something else holds back is counted as held back alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Tally {
    pub create: usize,
    pub update: usize,
    pub adopt: usize,
    pub wait: usize,
    pub remove: usize,
    pub delete: usize,
    pub blocked: usize,
    pub undetermined: usize,
    pub held: usize,
    pub orphans: usize,
    pub unreadable: usize,
    pub foreign: usize,
    pub unchanged: usize,
}

impl Tally {
    /// Counts a plan.
    pub(in crate::report) fn of(plan: &Plan) -> Self {
        let mut tally = Self {
            unchanged: plan.kept,
            unreadable: plan.unreadable.len(),
            foreign: plan.foreign.len(),
            ..Self::default()
        };
        tally.add(&plan.steps);
        tally
    }

    /// Counts these steps alone.
    pub(super) fn over<'s>(steps: impl IntoIterator<Item = &'s Step>) -> Self {
        let mut tally = Self::default();
        tally.add(steps);
        tally
    }

    fn add<'s>(&mut self, steps: impl IntoIterator<Item = &'s Step>) {
        for step in steps {
            *self.slot(step) += 1;
        }
    }

    fn slot(&mut self, step: &Step) -> &mut usize {
        match &step.action {
            Action::Blocked(_) => &mut self.blocked,
            Action::Undetermined(_) => &mut self.undetermined,
            _ if step.held_by.is_some() => &mut self.held,
            Action::Create => &mut self.create,
            Action::Update => &mut self.update,
            Action::Adopt => &mut self.adopt,
            Action::Wait(_) => &mut self.wait,
            Action::Remove => &mut self.remove,
            Action::Delete => &mut self.delete,
            Action::Orphan(_) => &mut self.orphans,
        }
    }

    /// Whether nothing is left to say but how many resources are as they should be.
    pub(in crate::report) fn is_clean(&self) -> bool {
        let Self { foreign, unchanged, .. } = *self;
        *self == Self { foreign, unchanged, ..Self::default() }
    }

    /// `Plan: 42 to create, 3 to change, 118 unchanged.`
    pub(super) fn sentence(&self) -> String {
        if self.is_clean() {
            return format!("No changes. {}", as_they_should_be(self.unchanged));
        }
        let mut parts = self.parts();
        if parts.is_empty() {
            parts.push("nothing to do".to_owned());
        }
        if self.orphans > 0 {
            parts.push(plural(self.orphans, "orphan"));
        }
        if self.unreadable > 0 {
            parts.push(format!("{} unreadable", number(self.unreadable)));
        }
        if self.unchanged > 0 {
            parts.push(format!("{} unchanged", number(self.unchanged)));
        }
        format!("Plan: {}.", parts.join(", "))
    }

    /// `42 to create`, `3 to change`
    pub(in crate::report) fn parts(&self) -> Vec<String> {
        let counts = [
            (self.create, "to create"),
            (self.update, "to change"),
            (self.adopt, "to adopt"),
            (self.remove, "to remove"),
            (self.delete, "to delete"),
            (self.wait, "to wait for"),
            (self.blocked, "blocked"),
            (self.held, "held back"),
            (self.undetermined, "undetermined"),
        ];
        let told = counts.iter().filter(|(count, _)| *count > 0);
        told.map(|(count, what)| format!("{} {what}", number(*count))).collect()
    }
}

/// `160 resources are as they should be.`
pub(in crate::report) fn as_they_should_be(count: usize) -> String {
    let are = if count == 1 { "is as it should be" } else { "are as they should be" };
    format!("{} {are}.", plural(count, "resource"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_there_is_is_counted() {
        let tally = Tally { create: 42, update: 3, adopt: 1, blocked: 2, unchanged: 118, ..Tally::default() };
        assert_eq!(
            tally.sentence(),
            "Plan: 42 to create, 3 to change, 1 to adopt, 2 blocked, 118 unchanged."
        );
        let tally = Tally { orphans: 1, unreadable: 2, unchanged: 1204, ..Tally::default() };
        assert_eq!(tally.sentence(), "Plan: nothing to do, 1 orphan, 2 unreadable, 1,204 unchanged.");
    }

    #[test]
    fn no_changes_are_no_news() {
        let told = |unchanged| Tally { unchanged, ..Tally::default() }.sentence();
        assert_eq!(told(160), "No changes. 160 resources are as they should be.");
        assert_eq!(told(1), "No changes. 1 resource is as it should be.");
    }
}
