//! Items as lines: `path: before -> after`, lists by what they gained and lost, long text line by line.

use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

use super::{
    changes::Item,
    sets::{Listing, listing},
    values::Shown,
};
use crate::report::{
    page::{Line, Page, width},
    style::Label,
    words::plural,
};

/// Two values that take more than this are told on lines of their own.
const TOGETHER: usize = 80;
/// More elements than this share a line.
const APART: usize = 4;
/// Equal lines around a difference.
const CONTEXT: usize = 2;

/// One item; `origin` stands at the end of its first line.
pub(in crate::report) fn page(item: &Item, origin: Option<String>) -> Page {
    let mut page = Page::default();
    match item {
        Item::Statement { path, is_new, sentence } => {
            let (label, sign) = side(*is_new);
            page.push(
                Line::at(6)
                    .say(label, sign)
                    .plain(" ")
                    .plain(path)
                    .plain(": ")
                    .say(label, sentence)
                    .tail(origin),
            );
        }
        Item::Field { path, before: Some(before), after: Some(after) } => {
            changed(&mut page, path, (before, after), origin);
        }
        Item::Field { path, before, after } => {
            let (label, sign) = side(after.is_some());
            let line = Line::at(6).say(label, sign).plain(" ").plain(path);
            let value = after.as_ref().or(before.as_ref()).map(Shown::text).filter(|text| text != "true");
            let line = match value {
                Some(value) => line.plain(": ").say(label, value),
                None => line,
            };
            page.push(line.tail(origin));
        }
    }
    page
}

fn side(is_new: bool) -> (Label, &'static str) {
    if is_new { (Label::Added, "+") } else { (Label::Removed, "-") }
}

fn changed(page: &mut Page, path: &str, (before, after): (&Shown, &Shown), origin: Option<String>) {
    if let (Some(had), Some(wants)) = (before.value(), after.value()) {
        if let Some(listing) = listing(had, wants) {
            page.push(Line::at(6).plain(path).plain(":").tail(origin));
            return elements(page, &listing);
        }
        if let Some(lines) = texts(had.shown(), wants.shown()) {
            page.push(Line::at(6).plain(path).plain(":").tail(origin));
            return page.append(lines);
        }
    }
    let (had, wants) = apart(before, after);
    if width(&had) + width(&wants) <= TOGETHER {
        let line = Line::at(6).plain(path).plain(": ").say(Label::Removed, had);
        page.push(line.plain(" -> ").say(Label::Added, wants).tail(origin));
    } else {
        page.push(Line::at(6).plain(path).plain(":").tail(origin));
        page.push(Line::at(8).say(Label::Removed, format!("- {had}")).hang(10));
        page.push(Line::at(8).say(Label::Added, format!("+ {wants}")).hang(10));
    }
}

/// Both as text that differs: `"1"` and `1` keep what tells them apart.
fn apart(before: &Shown, after: &Shown) -> (String, String) {
    match (before, after) {
        (Shown::Value(had), Shown::Value(wants)) if before.text() == after.text() => {
            (had.shown().to_string(), wants.shown().to_string())
        }
        _ => (before.text(), after.text()),
    }
}

fn elements(page: &mut Page, listing: &Listing) {
    let Listing { removed, added, kept } = listing;
    for (label, sign, list) in [(Label::Removed, "-", removed), (Label::Added, "+", added)] {
        let rows = if list.len() > APART { vec![list.join(", ")] } else { list.clone() };
        for row in rows {
            page.push(Line::at(8).say(label, format!("{sign} {row}")).hang(10));
        }
    }
    if *kept > 0 {
        let stay = if *kept == 1 { "stays" } else { "stay" };
        page.push(Line::at(8).say(Label::Aside, format!("  {} {stay}", plural(*kept, "other"))));
    }
}

/// How text over several lines differs, if that is what the two are: documents within a string are laid out first.
pub(in crate::report) fn texts(before: &Json, after: &Json) -> Option<Page> {
    if before.is_array() && after.is_array() {
        return Some(difference(&laid_out(before), &laid_out(after)));
    }
    let (had, wants) = (before.as_str()?, after.as_str()?);
    match (document(had), document(wants)) {
        (Some(had), Some(wants)) if had != wants => Some(difference(&had, &wants)),
        _ if had.contains('\n') || wants.contains('\n') => Some(difference(had, wants)),
        _ => None,
    }
}

/// The document within a string.
fn document(text: &str) -> Option<String> {
    let value: Json = serde_json::from_str(text).ok()?;
    (value.is_object() || value.is_array()).then(|| laid_out(&value))
}

fn laid_out(value: &Json) -> String {
    format!("{value:#}")
}

fn difference(before: &str, after: &str) -> Page {
    let mut page = Page::default();
    let diff = TextDiff::from_lines(before, after);
    for (at, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if at > 0 {
            page.push(Line::at(8).say(Label::Aside, "…"));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (label, sign) = match change.tag() {
                ChangeTag::Delete => (Label::Removed, "-"),
                ChangeTag::Insert => (Label::Added, "+"),
                ChangeTag::Equal => (Label::Aside, " "),
            };
            let text = change.value().trim_end_matches(['\n', '\r']);
            page.push(Line::at(8).say(label, format!("{sign} {text}")).hang(12));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;
    use crate::{
        engine::doc::Doc,
        report::{
            page::Paper,
            plan::items,
            samples::{BRIEF, Has, Role, Zone, doc, with_policy},
        },
    };

    /// How a change from one value to another is told.
    fn told(before: Json, after: Json) -> String {
        told_of(doc([("field", before)]), doc([("field", after)]))
    }

    /// How the changes from one document to another are told.
    fn told_of(has: Doc, wants: Doc) -> String {
        let mut zone = Zone::new();
        let management = zone.management();
        zone.add::<Role>(management, "a", "a.toml:1", wants, Has::This(has));
        let (plan, _) = zone.plan();
        let mut all = Page::default();
        for item in plan.steps.iter().flat_map(|step| items(step, BRIEF)) {
            all.append(page(&item, None));
        }
        all.print(Paper { width: Some(80), color: false })
    }

    #[test]
    fn short_values_share_a_line() {
        assert_snapshot!(told(json!(3600), json!(7200)), @"
              field: 3600 -> 7200
        ");
        assert_snapshot!(told(json!("1"), json!(1)), @r#"
              field: "1" -> 1
        "#);
        assert_snapshot!(told(json!(""), json!(false)), @r#"
              field: "" -> false
        "#);
    }

    #[test]
    fn long_values_have_lines_of_their_own() {
        let arn = |name: &str| json!(format!("arn:aws:iam::123456789012:role/service-role/{name}"));
        assert_snapshot!(told(arn("before"), arn("after")), @"
        field:
          - arn:aws:iam::123456789012:role/service-role/before
          + arn:aws:iam::123456789012:role/service-role/after
        ");
    }

    #[test]
    fn many_elements_share_a_line() {
        let actions: Vec<_> = (0..12).map(|action| format!("ec2:action-{action}")).collect();
        assert_snapshot!(told(json!(["ec2:*", "s3:*"]), json!(actions)), @"
        field:
          - ec2:*
          - s3:*
          + ec2:action-0, ec2:action-1, ec2:action-2, ec2:action-3, ec2:action-4,
            ec2:action-5, ec2:action-6, ec2:action-7, ec2:action-8, ec2:action-9,
            ec2:action-10, ec2:action-11
        ");
    }

    #[test]
    fn objects_are_told_member_by_member() {
        let before = json!({"Bool": {"aws:Via": "true"}, "StringEquals": {"aws:PrincipalOrgID": "o-1"}});
        let after = json!({"StringEquals": {"aws:PrincipalOrgID": ["o-1", "o-2"]}, "Null": {"x": "true"}});
        assert_snapshot!(told(before, after), @"
        - field.Bool: {aws:Via: true}
        field.StringEquals.aws:PrincipalOrgID:
          + o-2
            1 other stays
        + field.Null: {x: true}
        ");
    }

    #[test]
    fn a_policy_is_told_as_it_is_spelled() {
        let policy = |actions: Json, condition: Json| {
            let statement = json!({
                "Sid": "A", "Effect": "Allow", "Action": actions, "Resource": "*", "Condition": condition,
            });
            with_policy(Doc::new(), "policy", &json!({"Version": "2012-10-17", "Statement": statement}))
        };
        let has = policy(
            json!(["S3:getobject", "S3:deleteObject"]),
            json!({"ArnEquals": {"aws:sourceARN": "a"}, "stringlike": {"S3:prefix": "b"}}),
        );
        let respelled = policy(
            json!(["s3:DeleteObject", "s3:GetObject"]),
            json!({"StringLike": {"s3:Prefix": "b"}, "ArnLike": {"aws:SourceArn": "a"}}),
        );
        assert_eq!(told_of(has.clone(), respelled), "");
        let wants = policy(
            json!(["s3:GetObject", "s3:PutObject"]),
            json!({"StringLike": {"s3:Prefix": ["b", "c"]}, "ArnLike": {"aws:SourceArn": "a"}}),
        );
        assert_snapshot!(told_of(has, wants), @"
        policy[A].action:
          - S3:deleteObject
          + s3:PutObject
            1 other stays
        policy[A].condition.StringLike.s3:Prefix:
          + c
            1 other stays
        ");
    }

    #[test]
    fn lists_of_objects_are_told_line_by_line() {
        assert_snapshot!(told(json!([{"days": 90}]), json!([{"days": 30}])), @r#"
        field:
            [
              {
          -     "days": 90
          +     "days": 30
              }
            ]
        "#);
    }
}
