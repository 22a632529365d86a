//! How long the archive keeps what, whoever asks for it to go.

use crate::{
    kinds::s3::bucket::{Expiry, Rule, Tier},
    model::{Archive, Days},
};

/// How many days what was overwritten or deleted is kept after that; longer where its lock lasts longer. It counts for
/// what has expired too: [expiry][expiry] hides an object first.
///
/// [expiry]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-actions
const NONCURRENT: i32 = 30;

/// How many days an upload may take before what came of it is thrown away.
const UPLOAD: i32 = 7;

/// What is called so ends what is kept, in every bucket.
const NAME: &str = "retention";

/// Logs go to Glacier, and end with the archive's retention.
pub(super) fn logs(archive: &Archive) -> Vec<Rule> {
    let glacier =
        archive.glacier_after.as_ref().map(|days| (Tier::GlacierFlexibleRetrieval, number(days.value)));
    let rule = ending(archive);
    vec![Rule { transitions: glacier.into_iter().collect(), ..rule }]
}

/// Access logs end with the logs that they tell about. They are too small for Glacier.
pub(super) fn access_logs(archive: &Archive) -> Vec<Rule> {
    vec![ending(archive)]
}

fn ending(archive: &Archive) -> Rule {
    Rule {
        name: NAME.to_owned(),
        expiry: Some(Expiry::After(number(archive.retention.value))),
        expire_noncurrent: Some(NONCURRENT),
        abort_uploads: Some(UPLOAD),
        ..Rule::default()
    }
}

/// As the API takes days; there are 36,500 at most.
pub(super) fn number(days: Days) -> i32 {
    i32::try_from(days.get()).unwrap_or(i32::MAX)
}
