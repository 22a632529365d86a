//! What becomes of objects by themselves, with time.

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, ExpirationStatus, LifecycleExpiration, LifecycleRule,
    LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionExpiration, NoncurrentVersionTransition,
    Transition, TransitionStorageClass,
};

use crate::{
    aws,
    engine::{
        doc::{Doc, Field},
        error::Result,
    },
};

/// A rule of a bucket's [lifecycle][lifecycle]. All numbers are days.
///
/// [lifecycle]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// What it is called, unique in its bucket, 255 characters at most.
    pub name: String,
    /// The objects it is for; empty for all.
    pub prefix: String,
    /// Where objects go when they are so old, 128 KB and more only.
    pub transitions: Vec<(Tier, i32)>,
    /// Where versions go when they are not current for so long.
    pub noncurrent_transitions: Vec<(Tier, i32)>,
    /// What ends objects.
    pub expiry: Option<Expiry>,
    /// How long versions that are not current are kept.
    pub expire_noncurrent: Option<i32>,
    /// How long an upload may take; its parts are deleted after that.
    pub abort_uploads: Option<i32>,
}

/// What ends objects. AWS takes [one or the other][expiration].
///
/// [expiration]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Their age; delete markers that stand for nothing go with them.
    After(i32),
    /// Only delete markers go that stand for nothing.
    Markers,
}

/// A [storage class][class] that objects go to.
///
/// [class]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Read at once, for a fee; kept for 30 days at least.
    InfrequentAccess,
    /// Read at once, for a higher fee; kept for 90 days at least.
    GlacierInstantRetrieval,
    /// Read after minutes to hours; kept for 90 days at least.
    GlacierFlexibleRetrieval,
    /// Read after 12 to 48 hours; kept for 180 days at least.
    GlacierDeepArchive,
}

impl Tier {
    fn sdk(self) -> TransitionStorageClass {
        match self {
            Self::InfrequentAccess => TransitionStorageClass::StandardIa,
            Self::GlacierInstantRetrieval => TransitionStorageClass::GlacierIr,
            Self::GlacierFlexibleRetrieval => TransitionStorageClass::Glacier,
            Self::GlacierDeepArchive => TransitionStorageClass::DeepArchive,
        }
    }
}

impl Rule {
    /// The rule as AWS takes it.
    pub(super) fn sdk(&self) -> Result<LifecycleRule> {
        let Self {
            name,
            prefix,
            transitions,
            noncurrent_transitions,
            expiry,
            expire_noncurrent,
            abort_uploads,
        } = self;
        let transitions = transitions
            .iter()
            .map(|(tier, days)| Transition::builder().storage_class(tier.sdk()).days(*days).build());
        let noncurrent = noncurrent_transitions.iter().map(|(tier, days)| {
            NoncurrentVersionTransition::builder().storage_class(tier.sdk()).noncurrent_days(*days).build()
        });
        let expiration = expiry.map(|expiry| match expiry {
            Expiry::After(days) => LifecycleExpiration::builder().days(days).build(),
            Expiry::Markers => LifecycleExpiration::builder().expired_object_delete_marker(true).build(),
        });
        let rule =
            LifecycleRule::builder()
                .id(name)
                .filter(LifecycleRuleFilter::builder().prefix(prefix).build())
                .status(ExpirationStatus::Enabled)
                .set_transitions(some(transitions.collect()))
                .set_noncurrent_version_transitions(some(noncurrent.collect()))
                .set_expiration(expiration)
                .set_noncurrent_version_expiration(
                    expire_noncurrent
                        .map(|days| NoncurrentVersionExpiration::builder().noncurrent_days(days).build()),
                )
                .set_abort_incomplete_multipart_upload(abort_uploads.map(|days| {
                    AbortIncompleteMultipartUpload::builder().days_after_initiation(days).build()
                }));
        aws::built(rule.build())
    }

    /// The rule's fields. Made of what would be sent, so that both sides are spelled by one function.
    pub(super) fn fields(&self) -> Vec<(String, Field)> {
        self.sdk().map(|rule| held_fields(&rule)).unwrap_or_default()
    }
}

/// An empty list is left out.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

/// The fields of a rule that AWS has. What a [`Rule`] can't say is a field of its own, and so differs from every rule.
pub(super) fn held_fields(rule: &LifecycleRule) -> Vec<(String, Field)> {
    let name = rule.id().unwrap_or_default();
    let mut doc = Doc::new().with("enabled", rule.status == ExpirationStatus::Enabled);
    doc.extend(filter(rule));
    for transition in rule.transitions() {
        let class = transition.storage_class().map_or("?", TransitionStorageClass::as_str);
        doc = doc
            .with_some(format!("transitions[{class}]"), transition.days)
            .with_some(format!("transitions[{class}].date"), transition.date.map(|date| date.to_string()));
    }
    for transition in rule.noncurrent_version_transitions() {
        let class = transition.storage_class().map_or("?", TransitionStorageClass::as_str);
        let kept = transition.newer_noncurrent_versions.filter(|kept| *kept > 0);
        doc = doc
            .with_some(format!("noncurrent_transitions[{class}]"), transition.noncurrent_days)
            .with_some(format!("noncurrent_transitions[{class}].keep"), kept);
    }
    if let Some(expiration) = rule.expiration() {
        let markers = expiration.expired_object_delete_marker.filter(|on| *on);
        doc = doc
            .with_some("expire", expiration.days.filter(|days| *days > 0))
            .with_some("expire_date", expiration.date.map(|date| date.to_string()))
            .with_some("expire_delete_markers", markers);
    }
    if let Some(noncurrent) = rule.noncurrent_version_expiration() {
        let kept = noncurrent.newer_noncurrent_versions.filter(|kept| *kept > 0);
        doc =
            doc.with_some("expire_noncurrent", noncurrent.noncurrent_days).with_some("keep_noncurrent", kept);
    }
    let uploads = rule.abort_incomplete_multipart_upload();
    doc = doc.with_some("abort_uploads", uploads.and_then(|abort| abort.days_after_initiation));
    doc.into_iter().map(|(path, field)| (format!("lifecycle[{name}].{path}"), field)).collect()
}

/// Which objects a rule is for. An absent filter, an empty one and an empty prefix are all objects.
fn filter(rule: &LifecycleRule) -> Doc {
    #[expect(deprecated, reason = "rules of old have their prefix outside the filter")]
    let old = rule.prefix().unwrap_or_default();
    let Some(filter) = rule.filter() else { return Doc::new().with("prefix", old) };
    let prefix = filter.prefix().or_else(|| filter.and()?.prefix()).unwrap_or(old);
    let mut narrower = Vec::new();
    let and = filter.and();
    narrower.extend(
        filter
            .tag()
            .into_iter()
            .chain(and.map(LifecycleRuleAndOperator::tags).unwrap_or_default())
            .map(|tag| format!("tag {} = {}", tag.key, tag.value)),
    );
    let larger = filter.object_size_greater_than().or_else(|| and?.object_size_greater_than());
    narrower.extend(larger.map(|size| format!("larger than {size}")));
    let smaller = filter.object_size_less_than().or_else(|| and?.object_size_less_than());
    narrower.extend(smaller.map(|size| format!("smaller than {size}")));
    Doc::new().with("prefix", prefix).with_some("only", some(narrower))
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::Tag;

    use super::*;
    use crate::engine::doc::diff;

    fn doc(fields: Vec<(String, Field)>) -> Doc {
        fields.into_iter().collect()
    }

    fn rule() -> Rule {
        Rule {
            name: "retention".to_owned(),
            transitions: vec![(Tier::GlacierFlexibleRetrieval, 90)],
            expiry: Some(Expiry::After(2_555)),
            expire_noncurrent: Some(2_555),
            abort_uploads: Some(7),
            ..Rule::default()
        }
    }

    #[test]
    fn every_setting_of_a_rule_is_a_field_by_its_name() {
        let fields = doc(rule().fields());
        let paths: Vec<_> = fields.iter().map(|(path, _)| path.to_owned()).collect();
        let expected =
            ["abort_uploads", "enabled", "expire", "expire_noncurrent", "prefix", "transitions[GLACIER]"]
                .map(|path| format!("lifecycle[retention].{path}"));
        assert_eq!(paths, expected);
    }

    #[test]
    fn all_spellings_of_all_objects_are_the_same() {
        let sent = rule().sdk().expect("complete");
        for filter in [None, Some(LifecycleRuleFilter::builder().build())] {
            let mut held = sent.clone();
            held.filter = filter;
            assert!(diff(&doc(held_fields(&held)), &doc(rule().fields())).is_empty());
        }
    }

    #[test]
    fn what_a_rule_cannot_say_differs_all_the_same() {
        let mut held = rule().sdk().expect("complete");
        let tag = Tag::builder().key("keep").value("no").build().expect("complete");
        let and = LifecycleRuleAndOperator::builder().prefix("").tags(tag).object_size_less_than(9).build();
        held.filter = Some(LifecycleRuleFilter::builder().and(and).build());
        held.status = ExpirationStatus::Disabled;
        let changes = diff(&doc(held_fields(&held)), &doc(rule().fields()));
        let paths: Vec<_> = changes.into_iter().map(|change| change.path).collect();
        assert_eq!(paths, ["lifecycle[retention].enabled", "lifecycle[retention].only"]);
    }
}
