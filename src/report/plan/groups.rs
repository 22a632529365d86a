//! Steps by account, and like steps told together.

use std::collections::BTreeMap;

use super::{changes::is_own_tag, outline, page::View};
use crate::{
    engine::{
        doc::Change,
        plan::{Action, Step},
    },
    names::AccountName,
};

/// So many like steps that have little to tell become one line.
const DULL: usize = 3;
/// So many like steps become one line even if each has a tale.
const MANY: usize = 8;

/// The steps in one account.
pub(in crate::report) struct Group<'p> {
    /// The account.
    pub account: &'p AccountName,
    /// What has to be made before the account exists, if that is so for all its steps.
    pub after: Option<&'p str>,
    /// The steps, each by itself or with its like.
    pub told: Vec<Vec<&'p Step>>,
}

/// Groups steps by account, the management account first; within an account by kind, in the order of the plan.
pub(in crate::report) fn groups<'p>(steps: impl Iterator<Item = &'p Step>, view: View) -> Vec<Group<'p>> {
    let mut accounts: BTreeMap<(bool, &AccountName), Vec<&Step>> = BTreeMap::new();
    for step in steps {
        let account = &step.place.account;
        accounts.entry((!account.is_management(), account)).or_default().push(step);
    }
    let group = |((_, account), steps): ((bool, &'p AccountName), Vec<&'p Step>)| Group {
        account,
        after: shared(steps.iter().map(|step| step.after.as_deref())),
        told: by_kind(&steps).into_iter().flat_map(|alike| together(alike, view)).collect(),
    };
    accounts.into_iter().map(group).collect()
}

/// What all have, if all have the same.
pub(super) fn shared<T: PartialEq>(mut each: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = each.next()??;
    each.all(|next| next.as_ref() == Some(&first)).then_some(first)
}

fn by_kind<'p>(steps: &[&'p Step]) -> Vec<Vec<&'p Step>> {
    let mut kinds: Vec<Vec<&Step>> = Vec::new();
    for step in steps {
        let like = |others: &&mut Vec<&Step>| others[0].kind == step.kind && others[0].place == step.place;
        match kinds.iter_mut().find(like) {
            Some(others) => others.push(step),
            None => kinds.push(vec![step]),
        }
    }
    kinds
}

/// Puts like steps of one kind together where there are enough of them.
fn together(steps: Vec<&Step>, view: View) -> Vec<Vec<&Step>> {
    if view.verbose {
        return steps.into_iter().map(|step| vec![step]).collect();
    }
    let mut alike: Vec<(Likeness<'_>, Vec<&Step>)> = Vec::new();
    for step in steps {
        let likeness = Likeness::of(step);
        match alike.iter_mut().find(|(other, _)| *other == likeness) {
            Some((_, others)) => others.push(step),
            None => alike.push((likeness, vec![step])),
        }
    }
    let mut told = Vec::new();
    for (likeness, steps) in alike {
        let enough = if likeness.is_dull { DULL } else { MANY };
        if steps.len() >= enough {
            told.push(steps);
        } else {
            told.extend(steps.into_iter().map(|step| vec![step]));
        }
    }
    told
}

/// What steps of a kind have to share to be told together.
#[derive(PartialEq)]
struct Likeness<'p> {
    action: LikeAction<'p>,
    held_by: Option<&'p str>,
    after: Option<&'p str>,
    is_taken_along: bool,
    /// Where the changes themselves are told: they have to be the same.
    changes: Vec<Change>,
    is_dull: bool,
}

#[derive(PartialEq)]
enum LikeAction<'p> {
    Same(&'p Action),
    /// It can't be read itself.
    Unreadable,
}

impl<'p> Likeness<'p> {
    fn of(step: &'p Step) -> Self {
        let is_told = |change: &Change| match step.action {
            // What is held back anyway is told once its cause is out of the way.
            Action::Blocked(_) => step.held_by.is_none(),
            Action::Update => true,
            // Each gets an address of its own.
            Action::Adopt => !is_own_tag(&change.path),
            _ => false,
        };
        let action = match &step.action {
            Action::Undetermined(of) if *of == step.address => LikeAction::Unreadable,
            action => LikeAction::Same(action),
        };
        let changes = match step.action {
            Action::Blocked(_) | Action::Update | Action::Adopt => {
                step.changes.list().iter().filter(|change| is_told(change)).cloned().collect()
            }
            _ => Vec::new(),
        };
        let has_tale = matches!(step.action, Action::Create) && step.held_by.is_none();
        Self {
            action,
            held_by: step.held_by.as_deref(),
            after: step.after.as_deref(),
            is_taken_along: step.needed_by.is_some(),
            changes,
            is_dull: !has_tale || outline::is_dull(step),
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use crate::{
        engine::plan::Action,
        report::{
            Outlook, drift,
            page::Paper,
            plan::page,
            samples::{BRIEF, Has, Managed, Role, VERBOSE, Zone, doc},
        },
    };

    fn zone() -> Zone {
        let mut zone = Zone::new();
        let management = zone.management();
        for name in ["a", "b", "c"] {
            let (wants, has) =
                (doc([("tags[owner]", json!("platform"))]), doc([("tags[owner]", json!("me"))]));
            zone.add::<Role>(management, name, "organization.toml:9", wants, Has::This(has));
        }
        for name in ["d", "e"] {
            zone.add::<Managed>(management, name, "organization.toml:12", doc([]), Has::Nothing);
        }
        zone
    }

    #[test]
    fn like_changes_are_told_once() {
        let (plan, graph) = zone().plan();
        assert_snapshot!(page(&plan, &graph, &Outlook::default(), BRIEF).print(Paper::default()), @"
        management
          ~ 3 × iam/role: a, b, c  organization.toml:9
              tags[owner]: me -> platform
          + iam/policy/d           organization.toml:12
          + iam/policy/e           organization.toml:12

        Orphans were searched for in 1 place in the Regions that the TOML names.

        Plan: 2 to create, 3 to change.
        ");
    }

    #[test]
    fn verbose_tells_each() {
        let (plan, graph) = zone().plan();
        let told = page(&plan, &graph, &Outlook::default(), VERBOSE).print(Paper::default());
        assert_eq!(told.matches("tags[owner]: me -> platform").count(), 3);
    }

    #[test]
    fn what_is_held_back_says_by_what() {
        let (mut plan, graph) = zone().plan();
        for step in &mut plan.steps[3..] {
            step.held_by = Some("management/global/iam/role/a".into());
        }
        plan.steps.drain(..3);
        assert_snapshot!(page(&plan, &graph, &Outlook::default(), BRIEF).print(Paper::default()), @"
        management
          + iam/policy/d  organization.toml:12
              held back by iam/role/a
          + iam/policy/e  organization.toml:12
              held back by iam/role/a

        Orphans were searched for in 1 place in the Regions that the TOML names.

        Plan: 2 held back.
        ");
    }

    #[test]
    fn what_is_blocked_behind_its_cause_is_told_in_one_line() {
        let (mut plan, graph) = zone().plan();
        plan.steps.truncate(3);
        for (step, tag) in plan.steps.iter_mut().zip(["one", "two", "three"]) {
            step.action = Action::blocked("it can't be done", "leave it");
            let mut changes = step.changes.list().into_owned();
            changes[0].after = Some(tag.into());
            step.changes = changes.into();
            step.held_by = Some("management/global/iam/role/cause".into());
        }
        let told = |view| page(&plan, &graph, &Outlook::default(), view).print(Paper::default());
        assert_snapshot!(told(BRIEF), @"
        management
          ! 3 × iam/role: a, b, c  organization.toml:9
              held back by iam/role/cause

        Orphans were searched for in 1 place in the Regions that the TOML names.

        Plan: 3 blocked.
        ");
        assert!(told(VERBOSE).contains("tags[owner]: me -> three"));
        let drift = drift::page(&plan, &graph, BRIEF).print(Paper::default());
        assert!(drift.contains("held back by iam/role/cause") && !drift.contains("AWS has"), "{drift}");
    }
}
