//! `firehose/delivery-stream`: a stream that puts what it is sent into a bucket.

use std::time::Duration;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Removal, Scope, State, TagChange, Timing, Wanted},
    },
};

mod live;
mod request;

pub use live::Live;

/// A [Firehose stream][stream] that takes log events from CloudWatch Logs and puts them into a bucket, as they come.
///
/// **One stream serves all Regions.** AWS does not say that a stream can deliver into a bucket of another Region; it
/// does say that a log destination, which lies in its senders' Region, [may point][region] to a stream in another, and
/// that a filter in the stream's own account may do so [without a destination][region]. So there is one stream, in the
/// account and Region of the archive's bucket, and one destination in each Region.
///
/// **Nothing is unpacked.** CloudWatch Logs sends gzip, and gzip after gzip is gzip again: an object is what
/// [`zcat` reads][zcat]. To decompress and compress again would cost per gigabyte, and a stream that
/// [decompresses][decompression] can take nothing but subscriptions.
///
/// **Encryption at rest** in the bucket is the bucket's own default. In the stream, where data lies for as long as it is
/// buffered, it is [`Key`]'s.
///
/// [stream]: https://docs.aws.amazon.com/firehose/latest/dev/basic-create.html
/// [region]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions-Firehose.html
/// [zcat]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#FirehoseExample
/// [decompression]: https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs.html
pub struct DeliveryStream;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it: 64 characters at most, unique in its account and Region.
    pub name: String,
    /// The bucket, in the stream's own Region.
    pub bucket_arn: Text,
    /// What the keys of objects begin with; [`!{timestamp:yyyy/MM/dd}`][prefixes] is when the first event came. The
    /// account that events come from is not to be had here: it stands in each record (`owner`).
    ///
    /// [prefixes]: https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
    pub prefix: String,
    /// The same for what could not be processed; AWS wants `!{firehose:error-output-type}` in it.
    pub error_prefix: String,
    /// The role with which Firehose writes: into the bucket, with its key, and into the log of errors.
    pub role_arn: Text,
    /// An object is put when so many MiB have come, 1 to 128 …
    pub buffer_mib: i32,
    /// … or so many seconds have passed, 0 to 900.
    pub buffer_seconds: i32,
    /// What encrypts the data while it lies in the stream.
    pub key: Key,
    /// Where failed deliveries are told of.
    pub errors: ErrorLog,
}

/// A key of a stream.
#[derive(Clone, Debug)]
pub enum Key {
    /// One that AWS owns; nobody's policy is asked.
    AwsOwned,
    /// A key of ours, by its ARN. Firehose [makes a grant][sse] on it in the caller's name: `kms:CreateGrant` where
    /// `kms:GrantIsForAWSResource`. It has to be symmetric and in the stream's Region.
    ///
    /// [sse]: https://docs.aws.amazon.com/firehose/latest/dev/encryption.html
    Own(Text),
}

/// A log stream for errors. Firehose makes neither it nor its group.
#[derive(Clone, Debug)]
pub struct ErrorLog {
    /// The log group. It must never be forwarded into this stream.
    pub group: String,
    /// The log stream in it.
    pub stream: String,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN.
    pub arn: String,
}

/// What is put is as CloudWatch Logs sent it: compressed already.
const COMPRESSION: &str = "UNCOMPRESSED";
/// What the keys of objects end with.
const EXTENSION: &str = ".gz";
/// What a stream without a key of ours is encrypted with.
const AWS_OWNED: &str = "AWS owned";

impl Kind for DeliveryStream {
    const NAME: &'static str = "firehose/delivery-stream";
    const ABOUT: &'static str =
        "A Firehose stream that takes log events from CloudWatch Logs and puts them into a bucket.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name", "source", "backup"];
    const ACTIONS: Actions = Actions {
        read: &[
            "firehose:ListDeliveryStreams",
            "firehose:DescribeDeliveryStream",
            "firehose:ListTagsForDeliveryStream",
        ],
        create: &[
            "firehose:CreateDeliveryStream",
            "firehose:TagDeliveryStream",
            "iam:PassRole",
            "kms:CreateGrant",
        ],
        update: &[
            "firehose:UpdateDestination",
            "firehose:StartDeliveryStreamEncryption",
            "firehose:TagDeliveryStream",
            "firehose:UntagDeliveryStream",
            "iam:PassRole",
            "kms:CreateGrant",
        ],
        delete: &["firehose:DeleteDeliveryStream"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_mins(1),
        deadline: Duration::from_mins(15),
        source: "https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html (asynchronous); \
                 about a minute in practice, longer with a key",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec {
            name,
            bucket_arn,
            prefix,
            error_prefix,
            role_arn,
            buffer_mib,
            buffer_seconds,
            key,
            errors: ErrorLog { group, stream },
        } = spec;
        let encryption = match key {
            Key::AwsOwned => AWS_OWNED.into(),
            Key::Own(arn) => Field::text(arn, env),
        };
        Doc::new()
            .with("name", name.as_str())
            .with("source", "DirectPut")
            .with("bucket", Field::text(bucket_arn, env))
            .with("prefix", prefix.as_str())
            .with("error_prefix", error_prefix.as_str())
            .with("role", Field::text(role_arn, env))
            .with("buffer_mib", *buffer_mib)
            .with("buffer_seconds", *buffer_seconds)
            .with("compression", COMPRESSION)
            .with("extension", EXTENSION)
            .with("encryption", encryption)
            .with("errors", format!("{group}:{stream}"))
    }

    fn observed(live: &Live) -> Doc {
        live.doc()
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let names: Vec<_> = wanted.iter().map(|it| it.spec.name.as_str()).collect();
        live::read(at, &names).await
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        request::create(at, it).await
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        if changes.iter().any(|change| change.root() != "encryption") {
            request::update(at, it, live).await?;
        }
        if changes.iter().any(|change| change.root() == "encryption") {
            request::encrypt(at, it).await?;
        }
        Ok(())
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        // What is buffered is delivered first; a key that is gone already must not keep the stream.
        let request = at.firehose().await?.delete_delivery_stream().delivery_stream_name(&live.name);
        let gone = request.allow_force_delete(true).send();
        let gone = aws::call(at, "DeleteDeliveryStream", gone).await;
        aws::unless(gone, &["ResourceNotFoundException"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.firehose().await?;
        if !tags.set.is_empty() {
            let request = client.tag_delivery_stream().delivery_stream_name(&live.name);
            let request = request.set_tags(Some(request::tag_list(&tags.set)?));
            aws::call(at, "TagDeliveryStream", request.send()).await?;
        }
        if !tags.remove.is_empty() {
            let request = client.untag_delivery_stream().delivery_stream_name(&live.name);
            let request = request.set_tag_keys(Some(tags.remove.clone()));
            aws::call(at, "UntagDeliveryStream", request.send()).await?;
        }
        Ok(())
    }
}
