//! `config/recorder`: what AWS Config records in an account and Region.

use std::collections::BTreeSet;

use aws_sdk_config::types::{
    ConfigurationRecorder, ExclusionByResourceTypes, RecordingFrequency, RecordingGroup, RecordingMode,
    RecordingStrategy, RecordingStrategyType, ResourceType,
};

use super::DEFAULT;
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// The account's [own recorder][recorder] in a Region. AWS allows one; those that services make for themselves
/// (service-linked recorders) are theirs, and are not looked at.
///
/// It says what is recorded; whether it does is [`super::Recording`]'s.
///
/// [recorder]: https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html
pub struct Recorder;

/// What is wanted. All resource types that Config knows, those that it will know included.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The role that Config reads with: the service-linked one, `AWSServiceRoleForConfig`, whose permissions grow
    /// [with the types][role] that Config knows.
    ///
    /// [role]: https://docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html
    pub role_arn: Text,
    /// Whether IAM's users, groups, roles and policies are recorded too: in the home Region only, since they are the
    /// same everywhere and each Region that records them is [paid for][global]. Regions that Config came to after
    /// February 2022 can't record them.
    ///
    /// [global]: https://docs.aws.amazon.com/config/latest/developerguide/select-resources.html
    pub global_types: bool,
    /// How often.
    pub frequency: Frequency,
}

/// How often a resource is [recorded][frequency].
///
/// [frequency]: https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingMode.html
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Whenever it changes.
    Continuous,
    /// Once a day, if it has changed.
    Daily,
}

impl Frequency {
    fn sdk(self) -> RecordingFrequency {
        match self {
            Self::Continuous => RecordingFrequency::Continuous,
            Self::Daily => RecordingFrequency::Daily,
        }
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    name: String,
    role: String,
    strategy: String,
    global_types: bool,
    frequency: String,
    /// Types recorded at another frequency than the rest.
    overrides: BTreeSet<String>,
    included: BTreeSet<String>,
    excluded: BTreeSet<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its name, which is not always ours.
    pub name: String,
}

/// What stands for the only recorder there may be.
const ONLY: &str = "recorder";

impl Kind for Recorder {
    const NAME: &'static str = "config/recorder";
    const ABOUT: &'static str =
        "The account's own recorder of AWS Config in a Region: what is recorded, and how often.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal = Removal::Never("without it, nobody can tell what a resource looked like");
    const LINGERS: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["config:DescribeConfigurationRecorders"],
        create: &["config:PutConfigurationRecorder", "iam:PassRole"],
        update: &["config:PutConfigurationRecorder", "iam:PassRole"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(ONLY.to_owned())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { role_arn, global_types, frequency } = spec;
        Doc::new()
            .with("role", Field::text(role_arn, env))
            .with("strategy", RecordingStrategyType::AllSupportedResourceTypes.as_str())
            .with("global_types", *global_types)
            .with("frequency", frequency.sdk().as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { name: _, role, strategy, global_types, frequency, overrides, included, excluded } = live;
        let listed = |root: &'static str, types: &BTreeSet<String>| {
            types.iter().map(move |one| (format!("{root}[{one}]"), true.into())).collect::<Vec<_>>()
        };
        let mut doc = Doc::new()
            .with("role", role.as_str())
            .with("strategy", strategy.as_str())
            .with("global_types", *global_types)
            .with("frequency", frequency.as_str());
        doc.extend(listed("overrides", overrides));
        doc.extend(listed("included", included));
        doc.extend(listed("excluded", excluded));
        doc
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { name: live.name.clone() }
    }

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let request = at.config().await?.describe_configuration_recorders();
        let answer = aws::call(at, "DescribeConfigurationRecorders", request.send()).await?;
        let found = answer.configuration_recorders().iter().filter_map(live).map(|live| Found {
            key: ONLY.to_owned(),
            label: live.name.clone(),
            owner: Owner::Nobody,
            live,
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        put(at, it, DEFAULT).await
    }

    /// Replaces the whole of it, which is what the call does; it goes on recording meanwhile.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        put(at, it, &live.name).await
    }
}

async fn put(at: &At<'_>, it: &Wanted<'_, Recorder>, name: &str) -> Result<()> {
    let Spec { role_arn, global_types, frequency } = it.spec;
    let strategy = RecordingStrategy::builder().use_only(RecordingStrategyType::AllSupportedResourceTypes);
    let group = RecordingGroup::builder()
        .all_supported(true)
        .include_global_resource_types(*global_types)
        .recording_strategy(strategy.build());
    let mode = aws::built(RecordingMode::builder().recording_frequency(frequency.sdk()).build())?;
    let recorder = ConfigurationRecorder::builder()
        .name(name)
        .role_arn(role_arn.resolve(&it.env).now()?)
        .recording_group(group.build())
        .recording_mode(mode);
    let request = at.config().await?.put_configuration_recorder().configuration_recorder(recorder.build());
    aws::call(at, "PutConfigurationRecorder", request.send()).await.map(drop)
}

/// The account's own recorder; nothing if it is a service's.
fn live(recorder: &ConfigurationRecorder) -> Option<Live> {
    if recorder.service_principal().is_some() {
        return None;
    }
    let (group, mode) = (recorder.recording_group(), recorder.recording_mode());
    let overrides = mode.map(RecordingMode::recording_mode_overrides).unwrap_or_default();
    let excluded = group.and_then(RecordingGroup::exclusion_by_resource_types);
    Some(Live {
        name: recorder.name()?.to_owned(),
        role: recorder.role_arn().unwrap_or_default().to_owned(),
        strategy: strategy(group).as_str().to_owned(),
        global_types: group.is_some_and(|group| group.include_global_resource_types),
        frequency: mode.map_or(Frequency::Continuous.sdk().as_str(), frequency).to_owned(),
        overrides: overrides.iter().flat_map(|one| names(one.resource_types())).collect(),
        included: names(group.map(RecordingGroup::resource_types).unwrap_or_default()).collect(),
        excluded: names(excluded.map(ExclusionByResourceTypes::resource_types).unwrap_or_default()).collect(),
    })
}

fn frequency(mode: &RecordingMode) -> &str {
    mode.recording_frequency.as_str()
}

fn names(types: &[ResourceType]) -> impl Iterator<Item = String> {
    types.iter().map(|one| one.as_str().to_owned())
}

/// What decides which types are recorded. Recorders that were made before there were strategies [have none][none]; of
/// theirs the other fields say it.
///
/// [none]: https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingStrategy.html
fn strategy(group: Option<&RecordingGroup>) -> RecordingStrategyType {
    let stated = group.and_then(RecordingGroup::recording_strategy).and_then(RecordingStrategy::use_only);
    match (stated, group) {
        (Some(stated), _) => stated.clone(),
        (None, Some(group)) if !group.all_supported => RecordingStrategyType::InclusionByResourceTypes,
        (None, _) => RecordingStrategyType::AllSupportedResourceTypes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::doc::diff;

    fn recorder(group: RecordingGroup) -> ConfigurationRecorder {
        ConfigurationRecorder::builder()
            .name("theirs")
            .role_arn("arn:aws:iam::1:role/r")
            .recording_group(group)
            .build()
    }

    fn differences(group: RecordingGroup) -> Vec<String> {
        let spec = Spec {
            role_arn: "arn:aws:iam::1:role/r".into(),
            global_types: false,
            frequency: Frequency::Continuous,
        };
        let live = live(&recorder(group)).expect("it is the account's own");
        let changes = diff(&Recorder::observed(&live), &Recorder::desired(&spec, &Env::nothing_known()));
        changes.into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn all_types_however_it_is_said() {
        assert!(differences(RecordingGroup::builder().all_supported(true).build()).is_empty());
        let strategy =
            RecordingStrategy::builder().use_only(RecordingStrategyType::AllSupportedResourceTypes);
        let group = RecordingGroup::builder().all_supported(true).recording_strategy(strategy.build());
        assert!(differences(group.build()).is_empty());
    }

    #[test]
    fn what_is_left_out_is_named() {
        let strategy = RecordingStrategy::builder().use_only(RecordingStrategyType::ExclusionByResourceTypes);
        let excluded = ExclusionByResourceTypes::builder().resource_types(ResourceType::Role).build();
        let group = RecordingGroup::builder()
            .recording_strategy(strategy.build())
            .exclusion_by_resource_types(excluded)
            .build();
        assert_eq!(differences(group), ["excluded[AWS::IAM::Role]", "strategy"]);
        let only = RecordingGroup::builder().resource_types(ResourceType::Bucket).build();
        assert_eq!(differences(only), ["included[AWS::S3::Bucket]", "strategy"]);
    }

    #[test]
    fn a_services_recorder_is_not_the_accounts() {
        let theirs =
            ConfigurationRecorder::builder().name("AWSConfigurationRecorderForX").service_principal("x");
        assert!(live(&theirs.build()).is_none());
    }
}
