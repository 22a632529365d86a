//! `${…}` in policy files: that what it names is there, and that it stands where it can.

use std::ops::Range;

use super::access::undefined;
use super::archive::{complain_missing, no_bucket};
use super::{Complaint, LandingZone, Sink, keys, places};
use crate::config::tables::policy_origin;
use crate::model::{Archive, PolicyFile, Symbol};
use crate::names::{BucketRef, KeyRef, Located, Origin, Region};

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    let policies = &landing_zone.policies;
    for file in policies.organization.values().chain(policies.iam.values()).chain(policies.kms.values()) {
        for (range, symbol) in &file.symbols {
            match symbol {
                Symbol::Bucket(account, bucket) if landing_zone.archive.is_none() => {
                    let bucket = BucketRef::new(account.clone(), bucket.as_str());
                    complain_missing(&policy_origin(file, range.clone()), &no_bucket(&bucket), sink);
                }
                symbol => sink.extend(wrong(landing_zone, file, range, symbol).as_slice()),
            }
        }
    }
}

fn wrong(
    landing_zone: &LandingZone,
    file: &PolicyFile,
    range: &Range<usize>,
    symbol: &Symbol,
) -> Option<Complaint> {
    let origin = policy_origin(file, range.clone());
    match symbol {
        Symbol::Account(account) => places::unknown_account(landing_zone, account, &origin),
        Symbol::Role(role) => {
            let role = Located::new(role.clone(), origin);
            landing_zone.role(&role).is_none().then(|| undefined(landing_zone, &role))
        }
        Symbol::Key(key, region) => wrong_key(landing_zone, &Located::new(key.clone(), origin), *region),
        Symbol::Bucket(account, bucket) => {
            unknown_bucket(landing_zone, &origin, &BucketRef::new(account.clone(), bucket.as_str()))
        }
        Symbol::Regions if !is_whole_string(&file.text, range) => {
            let complaint =
                Complaint::new(&origin, "`${regions}` becomes an array, so it must be the whole string");
            Some(complaint.help("`${home_region}` is a single Region"))
        }
        _ => None,
    }
}

fn wrong_key(
    landing_zone: &LandingZone,
    reference: &Located<KeyRef>,
    region: Option<Region>,
) -> Option<Complaint> {
    let Some(key) = landing_zone.key(reference) else {
        return Some(keys::undefined(landing_zone, reference));
    };
    region.and_then(|region| keys::absent(key, region, &reference.origin))
}

fn unknown_bucket(landing_zone: &LandingZone, origin: &Origin, bucket: &BucketRef) -> Option<Complaint> {
    let known: Vec<_> = landing_zone.archive.iter().flat_map(Archive::buckets).collect();
    if known.contains(bucket) {
        return None;
    }
    let known: Vec<_> = known.iter().map(ToString::to_string).collect();
    let complaint = Complaint::new(origin, format!("there is no bucket `{bucket}`"));
    Some(complaint.nearest(&bucket.to_string(), known.iter().map(String::as_str)))
}

/// Whether a symbol is all that a value in JSON holds: quotes at both sides, and no key.
fn is_whole_string(text: &str, range: &Range<usize>) -> bool {
    let opened = text[..range.start].ends_with('"') && !text[..range.start].ends_with("\\\"");
    let after = text[range.end..].strip_prefix('"');
    opened && after.is_some_and(|after| !after.trim_start().starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_is_the_whole_of_a_value() {
        let whole = |text: &str| {
            let start = text.find("${regions}").expect("the symbol");
            is_whole_string(text, &(start..start + "${regions}".len()))
        };
        assert!(whole(r#"{"a": "${regions}"}"#));
        assert!(!whole(r#"{"a": "x${regions}"}"#));
        assert!(!whole(r#"{"a": "\"${regions}"}"#));
        assert!(!whole(r#"{"${regions}" : 1}"#));
    }
}
