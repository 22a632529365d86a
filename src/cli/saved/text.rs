//! How the text of a landing zone differs from the one that a plan was made of, place by place.

use std::{collections::BTreeSet, sync::Arc};

use similar::{DiffOp, TextDiff};

use crate::{
    config::{Complaint, Complaints, Files},
    names::{Origin, Spot},
    report::plural,
};

/// So many differences of one file are shown before the rest is only counted.
const SHOWN: usize = 5;
/// So many characters of a line are shown.
const LONG: usize = 72;

/// Everything in which these files are not those that were planned.
pub(super) fn differences(planned: &Files, now: Files) -> Complaints {
    let mut list = now.complaints().to_vec();
    let unread: BTreeSet<_> = list.iter().map(|complaint| Arc::clone(complaint.origin.path())).collect();
    for (path, text) in now.iter() {
        let text = String::from_utf8_lossy(text);
        if let Some(before) = planned.get(path).map(String::from_utf8_lossy) {
            list.extend(within(path, &before, &text));
        } else {
            let what = format!("`{path}` is not in the plan");
            list.push(Complaint::new(&Origin::file(Arc::clone(path)), what));
        }
    }
    let gone = planned.iter().filter(|(path, _)| now.get(path).is_none() && !unread.contains(*path));
    list.extend(gone.map(|(path, _)| {
        let what = format!("`{path}` is in the plan, and no longer here");
        Complaint::new(&Origin::file(Arc::clone(path)), what)
    }));
    let mut sorted = Complaints::new(Vec::new(), now);
    sorted.extend(list);
    sorted
}

/// In which places a file is not what it was.
fn within(path: &Arc<str>, before: &str, now: &str) -> Vec<Complaint> {
    if before == now {
        return Vec::new();
    }
    let (had, has): (Vec<_>, Vec<_>) = (lines(before), lines(now));
    let diff = TextDiff::from_slices(&had, &has);
    let places: Vec<_> = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. })).collect();
    let mut complaints: Vec<_> = places
        .iter()
        .take(SHOWN)
        .map(|op| place(path, &had[op.old_range()], &has, op.new_range().start, op))
        .collect();
    if let Some(next) = places.get(SHOWN) {
        let origin = line(path, &has, next.new_range().start);
        let what = format!("and {} from here", plural(places.len() - SHOWN, "difference"));
        complaints.push(Complaint::new(&origin, what));
    }
    complaints
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn place(path: &Arc<str>, had: &[&str], has: &[&str], at: usize, op: &DiffOp) -> Complaint {
    let origin = line(path, has, at);
    match (had, op) {
        ([], _) => {
            let count = plural(op.new_range().len(), "line");
            Complaint::new(&origin, format!("the plan was made without {count} from here"))
        }
        (_, DiffOp::Delete { .. }) => {
            let telling = had.iter().find(|line| !line.trim().is_empty()).unwrap_or(&had[0]);
            Complaint::new(&origin, format!("before this, the plan has {}", quoted(telling, had.len() - 1)))
        }
        ([first, rest @ ..], _) => {
            let complaint = Complaint::new(&origin, "this is not what the plan was made of");
            let is_space = has.get(at).is_some_and(|line| line.trim_end() == first.trim_end());
            complaint.label(if is_space {
                "the plan has another end of this line".to_owned()
            } else {
                format!("the plan has {}", quoted(first, rest.len()))
            })
        }
    }
}

fn quoted(line: &str, more: usize) -> String {
    let line = line.trim();
    let shown: String = line.chars().take(LONG).collect();
    let dots = if shown.len() < line.len() { "…" } else { "" };
    let more = if more > 0 { format!(" and {}", plural(more, "more line")) } else { String::new() };
    format!("`{shown}{dots}`{more}")
}

/// A line of the file as it is now; its end, where it has no such line.
fn line(path: &Arc<str>, lines: &[&str], at: usize) -> Origin {
    let size = |text: usize| u32::try_from(text).unwrap_or(u32::MAX);
    let before: usize = lines.iter().take(at).map(|line| line.len()).sum();
    let text = lines.get(at).copied().unwrap_or_default();
    let indent = text.len() - text.trim_start().len();
    let start = if text.trim().is_empty() { before } else { before + indent };
    let at = Spot {
        line: size(at.min(lines.len()) + 1),
        column: size(start - before + 1),
        start: size(start),
        end: size(start.max(before + text.trim_end().len())),
    };
    Origin { at, ..Origin::file(Arc::clone(path)) }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn files(files: &[(&str, &str)]) -> Files {
        let mut all = Files::default();
        for (path, text) in files {
            all.insert(*path, text.as_bytes().to_vec());
        }
        all
    }

    fn told(planned: &[(&str, &str)], now: &[(&str, &str)]) -> String {
        differences(&files(planned), files(now)).render(false)
    }

    const PROD: &str = "unit     = \"Workloads/Prod\"\nbaseline = \"workload\"\n\n[tags]\nowner = \"me\"\n";

    #[test]
    fn the_same_text_has_no_differences() {
        let zone = [("accounts/prod.toml", PROD), ("organization.toml", "")];
        assert_eq!(told(&zone, &zone), "");
    }

    #[test]
    fn a_line_that_changed_shows_what_was_planned() {
        let now = PROD.replace("Prod", "Dev");
        assert_snapshot!(told(&[("accounts/prod.toml", PROD)], &[("accounts/prod.toml", &now)]), @r#"
        error: this is not what the plan was made of
         --> accounts/prod.toml:1:1
          |
        1 | unit     = "Workloads/Dev"
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^ the plan has `unit     = "Workloads/Prod"`
        "#);
    }

    #[test]
    fn lines_that_came_and_went_are_told_where_they_are() {
        let now = "# Ours.\nunit     = \"Workloads/Prod\"\nbaseline = \"workload\"\n";
        assert_snapshot!(told(&[("accounts/prod.toml", PROD)], &[("accounts/prod.toml", now)]), @"
        error: the plan was made without 1 line from here
         --> accounts/prod.toml:1:1
          |
        1 | # Ours.
          | ^^^^^^^

        error: before this, the plan has `[tags]` and 2 more lines
         --> accounts/prod.toml:4:1
          |
        4 |
          | ^
        ");
    }

    #[test]
    fn files_that_came_and_went_are_named() {
        let planned = [("accounts/dev.toml", PROD), ("accounts/prod.toml", PROD)];
        let now = [("accounts/lab.toml", PROD), ("accounts/prod.toml", PROD)];
        assert_snapshot!(told(&planned, &now), @r#"
        error: `accounts/dev.toml` is in the plan, and no longer here
        --> accounts/dev.toml:1:1

        error: `accounts/lab.toml` is not in the plan
         --> accounts/lab.toml:1:1
          |
        1 | unit     = "Workloads/Prod"
          | ^
        "#);
    }

    #[test]
    fn other_ends_of_lines_are_differences() {
        let now = PROD.replace('\n', "\r\n");
        let told = told(&[("accounts/prod.toml", PROD)], &[("accounts/prod.toml", &now)]);
        assert!(told.contains("the plan has another end of this line"), "{told}");
        let now = PROD.trim_end();
        assert_ne!(super::within(&"a.toml".into(), PROD, now).len(), 0);
        // Such as no line of TOML ends in, but for those who do not know.
        let now = PROD.replace('\n', "\r");
        assert_eq!(super::within(&"a.toml".into(), PROD, &now).len(), 1);
        assert_eq!(super::within(&"a.toml".into(), &now, PROD).len(), 1);
    }

    #[test]
    fn a_file_that_is_all_different_does_not_fill_the_screen() {
        let text = |word: &str| {
            let lines = (0..40).flat_map(|at| [format!("same{at}\n"), format!("{word}{at}\n")]);
            lines.collect::<String>()
        };
        let complaints = super::within(&"a.toml".into(), &text("x"), &text("y"));
        assert_eq!(complaints.len(), 6);
        assert_eq!(complaints[5].message, "and 35 differences from here");
    }
}
