//! What AWS has of a key, be it a replica or not.

use aws_sdk_kms::types::{KeyMetadata, KeyState, MultiRegionConfiguration};
use aws_smithy_types::date_time::Format;

use super::search::Candidate;
use crate::{
    aws::{self, Aws as _},
    engine::{at::At, doc::Doc, error::Result, kind::State},
    kinds::template::{self, Language},
};

/// The one name that a key policy [can have][name].
///
/// [name]: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
pub(super) const POLICY: &str = "default";

/// What keys and replica keys have in common.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub id: String,
    pub arn: String,
    pub description: String,
    pub enabled: bool,
    /// When AWS deletes it, if it does.
    pub deletion: Option<String>,
    pub state: State,
    /// What it is made for, where that is not symmetric encryption with key material of AWS's own.
    pub special: Option<String>,
    pub multi_region: bool,
    /// The Region of its primary, if it is multi-Region.
    pub primary_region: Option<String>,
    /// The Regions of its replicas, be they going or not.
    pub replicas: Vec<String>,
    pub policy: String,
}

impl Held {
    /// Reads what `DescribeKey` does not show; nothing if the key is gone meanwhile.
    pub(super) async fn read(at: &At<'_>, candidate: &Candidate) -> Result<Option<Self>> {
        let id = &candidate.entry.id;
        let request = at.kms().await?.get_key_policy().key_id(id).policy_name(POLICY);
        let policy = aws::call(at, "GetKeyPolicy", request.send()).await;
        let Some(policy) = aws::unless(policy, &["NotFoundException"])? else { return Ok(None) };
        Ok(Some(Self::of(&candidate.metadata, policy.policy.unwrap_or_default())))
    }

    pub(super) fn of(metadata: &KeyMetadata, policy: String) -> Self {
        let regions = metadata.multi_region_configuration.as_ref();
        let primary = regions.and_then(|regions| regions.primary_key.as_ref());
        let replicas = regions.into_iter().flat_map(MultiRegionConfiguration::replica_keys);
        Self {
            id: metadata.key_id.clone(),
            arn: metadata.arn.clone().unwrap_or_default(),
            description: metadata.description.clone().unwrap_or_default(),
            enabled: metadata.enabled,
            deletion: deletion(metadata),
            state: state(metadata),
            special: special(metadata),
            multi_region: metadata.multi_region.unwrap_or_default(),
            primary_region: primary.and_then(|primary| primary.region.clone()),
            replicas: replicas.filter_map(|replica| replica.region.clone()).collect(),
            policy,
        }
    }

    /// The fields that both kinds show.
    pub(super) fn doc(&self) -> Doc {
        let Self { id: _, arn: _, description, enabled, deletion, state: _, special, policy, .. } = self;
        let mut doc = Doc::new()
            .with("description", description.as_str())
            .with("enabled", *enabled)
            .with_some("deletion", deletion.as_deref())
            .with_some("spec", special.as_deref());
        doc.extend(template::fields(Language::Iam, "policy", policy));
        doc
    }
}

/// Whether a key is going: AWS deletes it, at once or after its replicas, unless that is cancelled.
pub(super) fn is_going(metadata: &KeyMetadata) -> bool {
    matches!(metadata.key_state, Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion))
}

/// When AWS deletes a key: a primary [only after its last replica][replicas].
///
/// [replicas]: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-delete.html
fn deletion(metadata: &KeyMetadata) -> Option<String> {
    match metadata.key_state {
        Some(KeyState::PendingDeletion) => {
            let date = metadata.deletion_date.and_then(|date| date.fmt(Format::DateTime).ok());
            let day = date.as_deref().and_then(|date| date.split('T').next());
            Some(format!("scheduled for {}", day.unwrap_or("a day that AWS does not tell")))
        }
        Some(KeyState::PendingReplicaDeletion) => {
            let days = metadata.pending_deletion_window_in_days;
            let days = days.map_or_else(String::new, |days| format!("{days} days "));
            Some(format!("{days}after its last replica"))
        }
        _ => None,
    }
}

/// [Key states][states]: what is disabled or going can be put right, what has no key material can't.
///
/// [states]: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
fn state(metadata: &KeyMetadata) -> State {
    match &metadata.key_state {
        Some(KeyState::Creating) => State::Pending("to be copied from its primary".to_owned()),
        Some(KeyState::Updating) => State::Changing("to be updated in all its Regions".to_owned()),
        Some(state @ (KeyState::PendingImport | KeyState::Unavailable)) => {
            State::Failed(format!("the key can't be used: its state is {state}"))
        }
        _ => State::Ready,
    }
}

fn special(metadata: &KeyMetadata) -> Option<String> {
    let (spec, origin) = (metadata.key_spec.as_ref()?, metadata.origin.as_ref()?);
    match (spec.as_str(), origin.as_str()) {
        ("SYMMETRIC_DEFAULT", "AWS_KMS") => None,
        ("SYMMETRIC_DEFAULT", origin) => Some(origin.to_owned()),
        (spec, _) => Some(spec.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::types::{KeySpec, OriginType};
    use aws_smithy_types::DateTime;

    use super::*;
    use crate::engine::doc::Field;

    const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Admin","Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}]}"#;

    fn key(state: KeyState) -> KeyMetadata {
        let key = KeyMetadata::builder().key_id("k").enabled(state == KeyState::Enabled).key_state(state);
        let key = key.key_spec(KeySpec::SymmetricDefault).origin(OriginType::AwsKms);
        let key = key.deletion_date(DateTime::from_secs(1_800_000_000)).pending_deletion_window_in_days(30);
        key.build().expect("it has an id")
    }

    fn text(doc: &Doc, path: &str) -> Option<String> {
        doc.get(path).map(|field| match field {
            Field::Is(value) => value.shown().to_string(),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_key_as_it_should_be_shows_nothing_special() {
        let doc = Held::of(&key(KeyState::Enabled), POLICY.to_owned()).doc();
        let paths: Vec<_> = doc.iter().map(|(path, _)| path).collect();
        let statement =
            ["action", "effect", "principal", "resource"].map(|field| format!("policy[Admin].{field}"));
        assert_eq!(paths[..2], ["description", "enabled"]);
        assert_eq!(paths[2..], statement);
    }

    #[test]
    fn deletion_is_told_by_its_day() {
        let doc = |state| Held::of(&key(state), POLICY.to_owned()).doc();
        assert_eq!(
            text(&doc(KeyState::PendingDeletion), "deletion").as_deref(),
            Some("\"scheduled for 2027-01-15\"")
        );
        let after = text(&doc(KeyState::PendingReplicaDeletion), "deletion");
        assert_eq!(after.as_deref(), Some("\"30 days after its last replica\""));
        assert_eq!(text(&doc(KeyState::Disabled), "enabled").as_deref(), Some("false"));
    }

    #[test]
    fn keys_of_another_make_are_told_apart() {
        let spec = |spec, origin| {
            let mut key = key(KeyState::Enabled);
            (key.key_spec, key.origin) = (Some(spec), Some(origin));
            special(&key)
        };
        assert_eq!(spec(KeySpec::SymmetricDefault, OriginType::AwsKms), None);
        assert_eq!(spec(KeySpec::SymmetricDefault, OriginType::External).as_deref(), Some("EXTERNAL"));
        assert_eq!(spec(KeySpec::Rsa2048, OriginType::AwsKms).as_deref(), Some("RSA_2048"));
    }

    #[test]
    fn states_that_pass_are_waited_for_and_dead_ends_fail() {
        assert!(matches!(state(&key(KeyState::Creating)), State::Pending(_)));
        assert!(matches!(state(&key(KeyState::Updating)), State::Changing(_)));
        assert!(matches!(state(&key(KeyState::PendingImport)), State::Failed(_)));
        for ready in [KeyState::Enabled, KeyState::Disabled, KeyState::PendingDeletion] {
            assert_eq!(state(&key(ready)), State::Ready);
        }
    }
}
