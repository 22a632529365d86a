//! `config/recording`: that AWS Config records in an account and Region.

use super::{DeliveryChannel, Recorder};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Need, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// Whether the account's recorder is [running][start]. Landfall never stops one: what is changed of recorder and channel
/// holds from then on.
///
/// [start]: https://docs.aws.amazon.com/config/latest/APIReference/API_StartConfigurationRecorder.html
pub struct Recording;

/// What is wanted: that it runs.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What is to run.
    pub recorder: Need<Recorder>,
    /// Where it delivers to; Config refuses to start without a channel.
    pub channel: Need<DeliveryChannel>,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    name: String,
    running: bool,
}

/// What stands for the only recorder there may be.
const ONLY: &str = "recording";

impl Kind for Recording {
    const NAME: &'static str = "config/recording";
    const ABOUT: &'static str =
        "Whether the account's recorder is running. Landfall starts it and never stops one.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Singleton;
    const REMOVAL: Removal =
        Removal::Never("what happens while nothing is recorded can't be made up for later");
    const ACTIONS: Actions = Actions {
        read: &["config:DescribeConfigurationRecorderStatus"],
        create: &["config:StartConfigurationRecorder"],
        update: &["config:StartConfigurationRecorder"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(ONLY.to_owned())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { recorder: _, channel: _ } = spec;
        Doc::new().with("recording", true)
    }

    fn observed(live: &Live) -> Doc {
        let Live { name: _, running } = live;
        Doc::new().with("recording", *running)
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let request = at.config().await?.describe_configuration_recorder_status();
        let answer = aws::call(at, "DescribeConfigurationRecorderStatus", request.send()).await?;
        let statuses = answer.configuration_recorders_status.unwrap_or_default().into_iter();
        // Those that services made for themselves are theirs to start and stop.
        let own = statuses.filter(|status| status.service_principal.is_none());
        let live = own.filter_map(|status| Some(Live { name: status.name?, running: status.recording }));
        let found = live.map(|live| Found {
            key: ONLY.to_owned(),
            label: live.name.clone(),
            owner: Owner::Nobody,
            live,
        });
        Ok(found.collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        start(at, &it.env.get(&it.spec.recorder).now()?.name).await
    }

    async fn update(at: &At<'_>, _: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        start(at, &live.name).await
    }
}

async fn start(at: &At<'_>, name: &str) -> Result<()> {
    let request = at.config().await?.start_configuration_recorder().configuration_recorder_name(name);
    aws::call(at, "StartConfigurationRecorder", request.send()).await.map(drop)
}
