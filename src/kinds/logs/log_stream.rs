//! `logs/log-stream`: a stream of a log group for a service that makes none by itself.

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

use super::LogGroup;

/// A [log stream][stream]. It has nothing but its name, so that all there is to it is that it is there.
///
/// [stream]: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
pub struct LogStream;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The log group.
    pub group: Need<LogGroup>,
    /// What AWS calls that group.
    pub group_name: String,
    /// What AWS calls it, unique in its group: 512 characters at most, no `:` and no `*`.
    pub name: String,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    group: String,
    name: String,
}

impl Kind for LogStream {
    const NAME: &'static str = "logs/log-stream";
    const ABOUT: &'static str = "A log stream of a log group.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Never("it holds what was written into it, and goes with its log group");
    const PART_OF: Option<&'static str> = Some(LogGroup::NAME);
    const ACTIONS: Actions = Actions {
        read: &["logs:DescribeLogStreams"],
        create: &["logs:CreateLogStream"],
        update: &[],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(slot(&it.spec.group_name, &it.spec.name))
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { group: _, group_name, name } = spec;
        Doc::new().with("group", group_name.as_str()).with("name", name.as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { group, name } = live;
        Doc::new().with("group", group.as_str()).with("name", name.as_str())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let mut found = Vec::new();
        for Spec { group: _, group_name, name } in wanted.iter().map(|it| it.spec) {
            if exists(at, group_name, name).await? {
                let label = slot(group_name, name);
                let live = Live { group: group_name.clone(), name: name.clone() };
                found.push(Found { key: label.clone(), label, owner: Owner::Nobody, live });
            }
        }
        Ok(found)
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { group: _, group_name, name } = it.spec;
        let request = at.cloudwatchlogs().await?.create_log_stream();
        let request = request.log_group_name(group_name).log_stream_name(name);
        let made = aws::call(at, "CreateLogStream", request.send()).await;
        aws::unless(made, &["ResourceAlreadyExistsException"]).map(drop)
    }

    /// It has nothing that could change.
    async fn update(_: &At<'_>, _: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        Ok(())
    }
}

/// Whether a group has a stream of exactly this name. Streams come in the order of their names, so that it is the first
/// of those that begin with it.
async fn exists(at: &At<'_>, group: &str, name: &str) -> Result<bool> {
    let request = at.cloudwatchlogs().await?.describe_log_streams().log_group_name(group);
    let request = request.log_stream_name_prefix(name).limit(1);
    let streams = aws::call(at, "DescribeLogStreams", request.send()).await;
    let streams = aws::unless(streams, &["ResourceNotFoundException"])?;
    let streams = streams.and_then(|streams| streams.log_streams).unwrap_or_default();
    Ok(streams.iter().any(|stream| stream.log_stream_name() == Some(name)))
}

fn slot(group: &str, name: &str) -> String {
    format!("{group} {name}")
}
