//! Statements that are appended to key policies: that KMS would take them.

use serde_json::Value;

use super::{Complaint, LandingZone, Sink};
use crate::config::tables::policy_origin;
use crate::model::{PolicyFile, Symbol};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for file in landing_zone.policies.kms.values() {
        check_keys(file, sink);
        let statements = match file.document.get("Statement") {
            Some(Value::Array(statements)) => statements.iter().collect(),
            Some(statement) => vec![statement],
            None => Vec::new(),
        };
        for statement in statements {
            check_principals(file, statement, sink);
        }
    }
}

/// A key can't be made before itself; and in its policy it need not be named.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html>
fn check_keys(file: &PolicyFile, sink: &Sink) {
    for (range, symbol) in &file.symbols {
        if let Symbol::Key(..) = symbol {
            let origin = policy_origin(file, range.clone());
            let complaint = Complaint::new(&origin, "the policy of a key can't speak of keys by ARN");
            sink.push(complaint.help("as `Resource`, `*` is the key that the policy belongs to"));
        }
    }
}

/// KMS refuses a policy that names a principal which does not exist, and a key is made before the roles that use it.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html>
fn check_principals(file: &PolicyFile, statement: &Value, sink: &Sink) {
    let named = ["Principal", "NotPrincipal"].iter().filter_map(|element| statement.get(element));
    for symbol in named.flat_map(roles) {
        let Some((range, _)) = file.symbols.iter().find(|(_, known)| known.to_string() == symbol) else {
            continue;
        };
        let origin = policy_origin(file, range.clone());
        let complaint = Complaint::new(&origin, "a key policy can't name a role that may not exist yet");
        let help = "name its account as the principal, and the role in \
                    `\"Condition\": {\"ArnEquals\": {\"aws:PrincipalArn\": \"${role.…}\"}}`";
        sink.push(complaint.help(help));
    }
}

/// The symbols of roles anywhere in a value.
fn roles(value: &Value) -> Vec<String> {
    let found = crate::model::symbols(&value.to_string()).into_iter().filter_map(|(_, symbol)| symbol.ok());
    found.filter(|symbol| matches!(symbol, Symbol::Role(_))).map(|symbol| symbol.to_string()).collect()
}
