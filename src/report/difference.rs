//! How a plan differs from one that was saved, step by step.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    json::{
        Saved, field,
        saved::{Change, Step},
    },
    page::{Line, Page},
    plan::{Item, Shown, lines, sign_of},
    style::Label,
    words::{account_of, plural},
};
use crate::engine::plan::Plan;

/// How a plan differs from one that was saved.
#[derive(Debug)]
pub struct Difference {
    pub(super) organization: String,
    /// Steps that were saved and are not planned any more.
    pub(super) only_saved: Vec<Step>,
    /// Steps that are planned and were not saved.
    pub(super) only_now: Vec<Step>,
    /// Steps that are in both and not equal.
    pub(super) differing: Vec<Pair>,
}

/// Reads one thing of a step.
type Side = fn(&Step) -> Option<&str>;

/// A step as it was saved and as it is planned.
#[derive(Debug)]
pub(super) struct Pair {
    pub saved: Step,
    pub now: Step,
}

impl Difference {
    /// What is in one of the two plans alone, or not equal.
    pub fn between(saved: &Saved, plan: &Plan) -> Self {
        let mut left: BTreeMap<&str, VecDeque<&Step>> = BTreeMap::new();
        for step in &saved.steps {
            left.entry(&step.address).or_default().push_back(step);
        }
        let (mut only_now, mut differing) = (Vec::new(), Vec::new());
        for now in plan.steps.iter().map(Step::of) {
            match left.get_mut(now.address.as_str()).and_then(VecDeque::pop_front) {
                Some(saved) if *saved == now => {}
                Some(saved) => differing.push(Pair { saved: saved.clone(), now }),
                None => only_now.push(now),
            }
        }
        let only_saved = left.into_values().flatten().cloned().collect();
        Self { organization: saved.organization.clone(), only_saved, only_now, differing }
    }

    /// Whether both plans are equal.
    pub fn is_none(&self) -> bool {
        let Self { organization: _, only_saved, only_now, differing } = self;
        only_saved.is_empty() && only_now.is_empty() && differing.is_empty()
    }

    /// `2 steps are only in the file, 1 step is only in the plan of now, 1 step differs`
    pub fn sentence(&self) -> String {
        let Self { organization: _, only_saved, only_now, differing } = self;
        let told = |count: usize, one: &str, many: &str| {
            let verb = if count == 1 { one } else { many };
            (count > 0).then(|| format!("{} {verb}", plural(count, "step")))
        };
        let parts = [
            told(only_saved.len(), "is only in the file", "are only in the file"),
            told(only_now.len(), "is only in the plan of now", "are only in the plan of now"),
            told(differing.len(), "differs", "differ"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Pair {
    /// What is not equal, by name: first what is not a field.
    pub(super) fn fields(&self) -> Vec<&str> {
        self.facts().into_iter().map(|(name, ..)| name).chain(self.paths()).collect()
    }

    /// What is not equal beside the fields.
    fn facts(&self) -> Vec<(&'static str, Option<&str>, Option<&str>)> {
        let facts: [(&str, Side); 6] = [
            ("action", |step| Some(&step.action)),
            ("after", |step| step.after.as_deref()),
            ("held_by", |step| step.held_by.as_deref()),
            ("interrupts", |step| step.interrupts.as_deref()),
            ("reason", |step| step.reason.as_deref()),
            ("way_out", |step| step.way_out.as_deref()),
        ];
        let told = facts.into_iter().map(|(name, side)| (name, side(&self.saved), side(&self.now)));
        told.filter(|(_, saved, now)| saved != now).collect()
    }

    /// The paths of fields that are not equal.
    fn paths(&self) -> BTreeSet<&str> {
        let Self { saved, now } = self;
        let of = |step: &'_ Step, path: &str| (step.change(path).cloned(), step.digests.get(path).cloned());
        let all = [saved, now].into_iter().flat_map(Step::paths);
        all.filter(|path| of(saved, path) != of(now, path)).collect()
    }
}

impl Step {
    fn change(&self, path: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.path == path)
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        let changed = self.changes.iter().map(|change| change.path.as_str());
        changed.chain(self.digests.keys().map(String::as_str))
    }
}

/// The difference as prose.
pub(super) fn page(difference: &Difference) -> Page {
    let Difference { organization: _, only_saved, only_now, differing } = difference;
    let mut page = Page::default();
    let sections = [
        ("only in the file", "  (planned then, and not any more)", only_saved),
        ("only now", "  (not planned then)", only_now),
    ];
    for (title, meaning, steps) in sections.into_iter().filter(|(.., steps)| !steps.is_empty()) {
        heading(&mut page, title, meaning);
        for step in steps {
            page.append(alone(step));
        }
    }
    if !differing.is_empty() {
        heading(&mut page, "differs", "  (planned otherwise then)");
        for pair in differing {
            page.append(both(pair));
        }
    }
    page
}

fn heading(page: &mut Page, title: &str, meaning: &str) {
    page.gap();
    page.push(Line::at(0).say(Label::Heading, title).say(Label::Aside, meaning));
}

fn title(step: &Step) -> Line {
    let (label, sign) = sign_of(&step.action);
    Line::at(2).say(label, sign).plain(" ").plain(&step.address).hang(6)
}

/// A step that one of the plans has: what it is, and where it changes what is there, how.
fn alone(step: &Step) -> Page {
    let mut page = Page::default();
    page.push(title(step).say(Label::Aside, format!("  {}", step.action)));
    if let Some(reason) = &step.reason {
        page.push(Line::at(6).plain(reason).hang(8));
    }
    if matches!(step.action.as_str(), "update" | "adopt") {
        let items = step.changes.iter().map(|change| {
            let [before, after] =
                [&change.before, &change.after].map(|side| side.as_ref().map(|json| shown(step, json)));
            Item::Field { path: change.path.clone(), before, after }
        });
        items.for_each(|item| page.append(lines(&item, None)));
    }
    page
}

/// A step that both plans have: what is not equal, as it was and as it is.
fn both(pair: &Pair) -> Page {
    let Pair { saved, now } = pair;
    let mut page = Page::default();
    page.push(title(now));
    for (name, saved, now) in pair.facts() {
        let told = |side: Option<&str>| side.unwrap_or("nothing").to_owned();
        sides(&mut page, name, &told(saved), &told(now));
    }
    for path in pair.paths() {
        let (then, now) = (change(saved, path), change(now, path));
        if then == now {
            // Known, unchanged and not shown in either: what it is can't be told, only that it is another.
            page.push(Line::at(6).plain(path).plain(": ").plain("stays, with another value than then"));
        } else {
            sides(&mut page, path, &then, &now);
        }
    }
    page
}

fn sides(page: &mut Page, name: &str, saved: &str, now: &str) {
    page.push(Line::at(6).plain(name));
    page.push(Line::at(8).say(Label::Aside, "in the file").plain("  ").say(Label::Removed, saved).hang(21));
    page.push(Line::at(8).say(Label::Aside, "now").plain("          ").say(Label::Added, now).hang(21));
}

/// What a step does to a field.
fn change(step: &Step, path: &str) -> String {
    let text = |json: &Option<serde_json::Value>| json.as_ref().map(|json| shown(step, json).text());
    match step.change(path) {
        Some(Change { before, after, .. }) => match (text(before), text(after)) {
            (Some(before), Some(after)) => format!("{before} -> {after}"),
            (None, Some(after)) => format!("+ {after}"),
            (Some(before), None) => format!("- {before}"),
            (None, None) => "nothing".to_owned(),
        },
        None if step.digests.contains_key(path) => "stays".to_owned(),
        None => "is not there".to_owned(),
    }
}

fn shown(step: &Step, json: &serde_json::Value) -> Shown {
    Shown::of(&field::read(json), account_of(&step.address))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;
    use crate::{
        engine::doc::{Change as Differs, Field},
        report::{
            json::Options,
            page::Paper,
            samples::{first, later},
        },
    };

    fn saved(plan: &Plan) -> Saved {
        let options = Options { adopt: false, prune: false, only: Vec::new() };
        let files = [("organization.toml".to_owned(), "[organization]\n".to_owned())].into();
        let saved = Saved::of(plan, "123456789012", options, files);
        let read = Saved::parse(&saved.text()).unwrap();
        assert_eq!(read, saved, "what is written is read back as it was");
        read
    }

    fn told(difference: &Difference) -> String {
        page(difference).print(Paper::default())
    }

    #[test]
    fn a_plan_is_no_different_from_itself() {
        for (plan, _) in [first(), later()] {
            let difference = Difference::between(&saved(&plan), &plan);
            assert!(difference.is_none(), "{}", told(&difference));
        }
    }

    /// A plan as it was, and what became of it.
    fn changed() -> Difference {
        let (mut plan, _) = later();
        let then = saved(&plan);
        let role = "prod/global/iam/role/deployer";
        let step = plan.steps.iter_mut().find(|step| &*step.address == role).unwrap();
        let mut changes = step.changes.list().into_owned();
        let session = changes.iter_mut().find(|change| change.path == "session_seconds").unwrap();
        session.before = Some(3600.into());
        session.after = Some(Field::After { address: "prod/global/iam/role/other".into(), shown: None });
        changes.retain(|change| change.path != "description");
        step.changes = changes.into();
        let held = &mut step.promise.as_mut().unwrap().held;
        let (_, digest) = held.iter_mut().find(|(path, _)| path == "name").unwrap();
        *digest = Field::from("another").digest();
        step.held_by = Some("prod/global/iam/role/other".into());
        let gone = plan.steps.iter().position(|step| step.address.ends_with("/tagging")).unwrap();
        plan.steps.remove(gone);
        let mut new = plan.steps[0].clone();
        new.address = "prod/global/iam/role/new".into();
        new.action = crate::engine::plan::Action::Update;
        new.changes =
            vec![Differs { path: "tags[a]".into(), before: None, after: Some(json!(null).into()) }].into();
        plan.steps.push(new);
        Difference::between(&then, &plan)
    }

    #[test]
    fn each_difference_is_told_by_step_and_field() {
        let difference = changed();
        assert_eq!(
            difference.sentence(),
            "1 step is only in the file, 1 step is only in the plan of now, 1 step differs"
        );
        assert_snapshot!(told(&difference), @r#"
        only in the file  (planned then, and not any more)
          ~ management/global/organizations/policy/tagging  update
              content:
                      "unit": {
                        "tag_key": {
                -         "@@assign": "CostCenter"
                +         "@@assign": "CostCentre"
                        }
                      },

        only now  (not planned then)
          ~ prod/global/iam/role/new  update
              + tags[a]: null

        differs  (planned otherwise then)
          ~ prod/global/iam/role/deployer
              held_by
                in the file  nothing
                now          prod/global/iam/role/other
              description
                in the file  - changed by hand
                now          is not there
              name: stays, with another value than then
              session_seconds
                in the file  7200 -> 3600
                now          3600 -> (known after iam/role/other)
        "#);
    }

    #[test]
    fn a_difference_is_difference_1() {
        let difference = changed();
        let document: serde_json::Value =
            serde_json::from_str(&super::super::json::text(&super::super::json::Difference::of(&difference)))
                .unwrap();
        assert_eq!(document["schema"], "landfall/difference@1");
        assert_snapshot!(document["differing"][0]["fields"].to_string(), @r#"["held_by","description","name","session_seconds"]"#);
        assert_snapshot!(document["only_saved"][0]["address"].to_string(), @r#""management/global/organizations/policy/tagging""#);
        assert_snapshot!(document["only_now"][0].to_string(), @r#"{"address":"prod/global/iam/role/new","action":"update","changes":[{"path":"tags[a]","after":null}],"digests":{"email":"7ada39cbc528","name":"b58d15212c2c","tags[landfall:address]":"183d8db7ce39","tags[landfall:organization]":"ba74205ee735"}}"#);
    }
}
