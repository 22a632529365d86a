//! `config/delivery-channel`: where AWS Config delivers to.

use aws_sdk_config::types::{
    ConfigSnapshotDeliveryProperties, DeliveryChannel as SdkChannel, MaximumExecutionFrequency,
};

use super::{DEFAULT, Recorder};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Need, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// The [delivery channel][channel] of an account and Region. Config checks the bucket's policy when it is put, so it
/// comes after that policy; the bucket may lie in any account and Region, but [not have][retention] a default retention.
///
/// [channel]: https://docs.aws.amazon.com/config/latest/developerguide/manage-delivery-channel.html
/// [retention]: https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
pub struct DeliveryChannel;

/// What is wanted. Nothing is announced by SNS.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The recorder, which Config wants to be there first.
    pub recorder: Need<Recorder>,
    /// The bucket's name.
    pub bucket: Text,
    /// Before `/AWSLogs/<account>/Config/…`, without a slash at its end.
    pub prefix: Option<String>,
    /// The ARN of the key that Config encrypts with. Without one, the bucket's default encryption holds; a bucket with
    /// SSE-KMS as its default needs no more than that.
    pub key_arn: Option<Text>,
    /// How often a snapshot of everything is delivered; changes are delivered every six hours whatever this says.
    pub snapshots: Snapshots,
}

/// How often a [snapshot][frequency] is delivered.
///
/// [frequency]: https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigSnapshotDeliveryProperties.html
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshots {
    /// Every six hours.
    SixHours,
    /// Every twelve hours.
    TwelveHours,
    /// Every day.
    Daily,
}

impl Snapshots {
    fn sdk(self) -> MaximumExecutionFrequency {
        match self {
            Self::SixHours => MaximumExecutionFrequency::SixHours,
            Self::TwelveHours => MaximumExecutionFrequency::TwelveHours,
            Self::Daily => MaximumExecutionFrequency::TwentyFourHours,
        }
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    name: String,
    bucket: String,
    prefix: Option<String>,
    key: Option<String>,
    topic: Option<String>,
    snapshots: Option<String>,
}

/// What stands for the only channel there may be.
const ONLY: &str = "delivery-channel";

impl Kind for DeliveryChannel {
    const NAME: &'static str = "config/delivery-channel";
    const ABOUT: &'static str = "Where AWS Config delivers what it records in an account and Region.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Never("Config can't record without one");
    const ACTIONS: Actions = Actions {
        read: &["config:DescribeDeliveryChannels"],
        create: &["config:PutDeliveryChannel"],
        update: &["config:PutDeliveryChannel"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = ();

    fn key(_: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(ONLY.to_owned())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { recorder: _, bucket, prefix, key_arn, snapshots } = spec;
        Doc::new()
            .with("bucket", Field::text(bucket, env))
            .with_some("prefix", prefix.as_deref())
            .with_some("key", key_arn.as_ref().map(|arn| Field::text(arn, env)))
            .with("snapshots", snapshots.sdk().as_str())
    }

    fn observed(live: &Live) -> Doc {
        let Live { name: _, bucket, prefix, key, topic, snapshots } = live;
        Doc::new()
            .with("bucket", bucket.as_str())
            .with_some("prefix", prefix.as_deref())
            .with_some("key", key.as_deref())
            .with_some("topic", topic.as_deref())
            .with_some("snapshots", snapshots.as_deref())
    }

    fn outputs(_: &Live) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let request = at.config().await?.describe_delivery_channels();
        let answer = aws::call(at, "DescribeDeliveryChannels", request.send()).await?;
        let found = answer.delivery_channels.unwrap_or_default().into_iter().map(live).map(|live| Found {
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

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        put(at, it, &live.name).await
    }
}

async fn put(at: &At<'_>, it: &Wanted<'_, DeliveryChannel>, name: &str) -> Result<()> {
    let Spec { recorder: _, bucket, prefix, key_arn, snapshots } = it.spec;
    let snapshots = ConfigSnapshotDeliveryProperties::builder().delivery_frequency(snapshots.sdk());
    let channel = SdkChannel::builder()
        .name(name)
        .s3_bucket_name(bucket.resolve(&it.env).now()?)
        .set_s3_key_prefix(prefix.clone())
        .set_s3_kms_key_arn(key_arn.as_ref().map(|arn| arn.resolve(&it.env).now()).transpose()?)
        .config_snapshot_delivery_properties(snapshots.build());
    let request = at.config().await?.put_delivery_channel().delivery_channel(channel.build());
    aws::call(at, "PutDeliveryChannel", request.send()).await.map(drop)
}

fn live(channel: SdkChannel) -> Live {
    let SdkChannel { name, s3_bucket_name, s3_key_prefix, s3_kms_key_arn, sns_topic_arn, .. } = channel;
    let snapshots = channel.config_snapshot_delivery_properties.and_then(|how| how.delivery_frequency);
    let stated = |text: Option<String>| text.filter(|text| !text.is_empty());
    Live {
        name: name.unwrap_or_default(),
        bucket: s3_bucket_name.unwrap_or_default(),
        prefix: stated(s3_key_prefix),
        key: stated(s3_kms_key_arn),
        topic: stated(sns_topic_arn),
        snapshots: snapshots.map(|often| often.as_str().to_owned()),
    }
}
