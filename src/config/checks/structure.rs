//! Policy documents: that each is of the shape its type has.

use serde_json::Value;

use super::{Complaint, LandingZone, Sink};
use crate::config::tables::policy_origin;
use crate::model::{PolicyFile, PolicyType};
use crate::names::Origin;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for (id, file) in &landing_zone.policies.organization {
        match top(id.kind) {
            Some(key) => check_management(file, key, sink),
            None => check_statements(file, Attached::ToPrincipals, sink),
        }
    }
    for file in landing_zone.policies.iam.values() {
        check_statements(file, Attached::ToPrincipals, sink);
    }
    for file in landing_zone.policies.kms.values() {
        check_statements(file, Attached::ToResource, sink);
    }
}

/// What a policy that manages settings holds at its top; nothing for those made of statements.
fn top(kind: PolicyType) -> Option<&'static str> {
    match kind {
        PolicyType::ServiceControl | PolicyType::ResourceControl => None,
        PolicyType::Tag => Some("tags"),
        PolicyType::Backup => Some("plans"),
        PolicyType::Declarative => Some("ec2_attributes"),
        PolicyType::AiOptOut => Some("services"),
        PolicyType::Chatbot => Some("chatbots"),
    }
}

fn check_management(file: &PolicyFile, key: &str, sink: &Sink) {
    if !file.document.is_null() && !file.document.get(key).is_some_and(Value::is_object) {
        let message = format!("a policy of this type holds an object `{key}`");
        sink.push(Complaint::new(&file.origin, message));
    }
}

/// What the statements of a policy are attached to.
#[derive(Clone, Copy, PartialEq)]
enum Attached {
    /// To those whom they are about, or to an account of theirs.
    ToPrincipals,
    /// To what they are about.
    ToResource,
}

fn check_statements(file: &PolicyFile, attached: Attached, sink: &Sink) {
    if file.document.is_null() {
        return;
    }
    if file.document.get("Version").and_then(Value::as_str) != Some("2012-10-17") {
        let complaint = Complaint::new(&file.origin, "a policy says `\"Version\": \"2012-10-17\"`");
        sink.push(
            complaint.help("without it AWS reads variables such as `${aws:PrincipalAccount}` as plain text"),
        );
    }
    let statements = match file.document.get("Statement") {
        Some(Value::Array(statements)) if !statements.is_empty() => statements.iter().collect(),
        Some(statement @ Value::Object(_)) => vec![statement],
        _ => {
            sink.push(Complaint::new(
                &file.origin,
                "a policy holds at least one statement, under `Statement`",
            ));
            return;
        }
    };
    for (index, statement) in statements.into_iter().enumerate() {
        if let Some(reason) = wrong_statement(statement, attached) {
            let sid = statement.get("Sid").and_then(Value::as_str);
            let name =
                sid.map_or_else(|| format!("statement {}", index + 1), |sid| format!("statement `{sid}`"));
            sink.push(Complaint::new(&origin(file, sid), format!("{name} {reason}")));
        }
    }
}

/// Where the statement of this name is, as far as its name tells.
fn origin(file: &PolicyFile, sid: Option<&str>) -> Origin {
    let found = sid.map(|sid| format!("\"{sid}\"")).and_then(|sid| Some((file.text.find(&sid)?, sid.len())));
    found.map_or_else(|| file.origin.clone(), |(at, length)| policy_origin(file, at..at + length))
}

fn wrong_statement(statement: &Value, attached: Attached) -> Option<&'static str> {
    let has = |key: &str| statement.get(key).is_some();
    if !statement.is_object() {
        Some("is not an object")
    } else if !matches!(statement.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny")) {
        Some("says neither `\"Effect\": \"Allow\"` nor `\"Effect\": \"Deny\"`")
    } else if has("Action") == has("NotAction") {
        Some("needs either `Action` or `NotAction`")
    } else if has("Resource") == has("NotResource") {
        Some("needs either `Resource` or `NotResource`")
    } else if attached == Attached::ToResource && has("Principal") == has("NotPrincipal") {
        Some("needs either `Principal` or `NotPrincipal`")
    } else {
        None
    }
}
