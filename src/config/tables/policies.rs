use serde_json::Value;

use crate::config::complaint::{Complaint, Sink};
use crate::config::json;
use crate::config::source::Source;
use crate::model::{IamQuotas, Policies, PolicyFile, PolicyId, PolicyType, symbols};
use crate::names::Origin;

/// Reads the policy files. One that is not JSON is kept without a document, so that its name is known.
pub(super) fn read(sources: &[Source<'_>], sink: &Sink) -> Policies {
    let mut policies = Policies::default();
    for source in sources {
        let file = policy(source, sink);
        let folder = source.name().split('/').nth(1).unwrap_or_default();
        match PolicyType::from_folder(folder) {
            Some(kind) => drop(policies.organization.insert(PolicyId::new(kind, &*file.name), file)),
            None if folder == "kms" => drop(policies.kms.insert(file.name.clone(), file)),
            None => drop(policies.iam.insert(file.name.clone(), file)),
        }
    }
    policies
}

fn policy(source: &Source<'_>, sink: &Sink) -> PolicyFile {
    if let Some(reason) = wrong_name(source.stem()) {
        sink.push(Complaint::new(&source.whole(), reason));
    }
    let document = json::parse(source.text()).unwrap_or_else(|error| {
        sink.push(malformed(source, &error));
        Value::Null
    });
    let mut known = Vec::new();
    for (range, symbol) in symbols(source.text()) {
        match symbol {
            Ok(symbol) => known.push((range, symbol)),
            Err(invalid) => sink.push(Complaint::invalid(&source.origin(range), invalid)),
        }
    }
    PolicyFile {
        name: source.stem().to_owned(),
        text: source.text().into(),
        document,
        symbols: known,
        origin: source.whole(),
    }
}

/// `serde_json` ends its messages with the position, which the complaint shows better.
fn malformed(source: &Source<'_>, error: &serde_json::Error) -> Complaint {
    let message = error.to_string();
    let reason = message.rsplit_once(" at line ").map_or(&*message, |(reason, _)| reason);
    let at = source.byte(error.line(), error.column());
    let origin = if source.text().trim().is_empty() { source.whole() } else { source.origin(at..at) };
    Complaint::new(&origin, format!("this is not JSON: {reason}"))
}

fn wrong_name(name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "+=._@-".contains(c);
    if name.is_empty() || !name.chars().all(plain) {
        return Some("a policy's name holds letters, digits and `+=._@-` only".into());
    }
    let longest = IamQuotas::POLICY_NAME;
    (name.len() > longest).then(|| format!("a policy's name has at most {longest} characters"))
}

/// A place in a policy file.
pub(in crate::config) fn origin(file: &PolicyFile, range: std::ops::Range<usize>) -> Origin {
    Source::new(file.origin.path().clone(), &file.text).origin(range)
}
