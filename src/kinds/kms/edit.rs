//! Changes that keys and replica keys have in common.

use aws_sdk_kms::types::Tag;

use super::held::{Held, POLICY};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Change,
        env::Env,
        error::{Class, Error, Result},
        kind::{TagChange, Tags},
    },
    kinds::template::Template,
};

/// How many days AWS waits before it deletes a key: [the longest][period] that it offers.
///
/// [period]: https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
const WAITING_DAYS: i32 = 30;

/// Whether any of these changes is below a root.
pub(super) fn differs(changes: &[Change], root: &str) -> bool {
    changes.iter().any(|change| change.root() == root)
}

/// Puts right what both kinds have. What is going is kept first, and comes back [disabled][cancel]; the policy comes
/// before the key can be used again.
///
/// [cancel]: https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
pub(super) async fn update(
    at: &At<'_>,
    live: &Held,
    (description, policy): (&str, &Template),
    env: &Env<'_>,
    changes: &[Change],
) -> Result<()> {
    let (client, id) = (at.kms().await?, live.id.as_str());
    keep(at, live).await?;
    if differs(changes, "policy") {
        let request =
            client.put_key_policy().key_id(id).policy_name(POLICY).policy(policy.resolve(env).now()?);
        aws::seen(aws::call(at, "PutKeyPolicy", request.send()).await)?;
    }
    if differs(changes, "enabled") {
        aws::seen(aws::call(at, "EnableKey", client.enable_key().key_id(id).send()).await)?;
    }
    if differs(changes, "description") {
        let request = client.update_key_description().key_id(id).description(description);
        aws::seen(aws::call(at, "UpdateKeyDescription", request.send()).await)?;
    }
    Ok(())
}

/// Cancels the deletion of what is going, which allows no other change until then. Safe to repeat.
async fn keep(at: &At<'_>, live: &Held) -> Result<()> {
    if live.deletion.is_some() {
        let request = at.kms().await?.cancel_key_deletion().key_id(&live.id);
        let kept = aws::call(at, "CancelKeyDeletion", request.send()).await;
        aws::unless(aws::seen(kept), &["KMSInvalidStateException"])?;
    }
    Ok(())
}

/// Has AWS delete a key when the longest waiting period is over.
pub(super) async fn delete(at: &At<'_>, id: &str) -> Result<()> {
    let request = at.kms().await?.schedule_key_deletion().key_id(id).pending_window_in_days(WAITING_DAYS);
    let going = aws::call(at, "ScheduleKeyDeletion", request.send()).await;
    aws::unless(going, &["NotFoundException", "KMSInvalidStateException"]).map(drop)
}

pub(super) async fn retag(at: &At<'_>, live: &Held, tags: &TagChange) -> Result<()> {
    keep(at, live).await?;
    let (client, id) = (at.kms().await?, live.id.as_str());
    if !tags.set.is_empty() {
        let request = client.tag_resource().key_id(id).set_tags(Some(sdk_tags(&tags.set)?));
        aws::seen(aws::call(at, "TagResource", request.send()).await)?;
    }
    if !tags.remove.is_empty() {
        let request = client.untag_resource().key_id(id).set_tag_keys(Some(tags.remove.clone()));
        aws::seen(aws::call(at, "UntagResource", request.send()).await)?;
    }
    Ok(())
}

/// Tags as KMS's calls take them.
pub(super) fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>> {
    let tag = |(key, value): (&String, &String)| {
        let tag = Tag::builder().tag_key(key).tag_value(value).build();
        tag.map_err(|error| Error::new(Class::Final, "make a tag").source(error))
    };
    tags.iter().map(tag).collect()
}
