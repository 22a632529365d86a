//! Streams as AWS has them.

use aws_sdk_firehose::types::{
    CloudWatchLoggingOptions, DeliveryStreamDescription, DeliveryStreamEncryptionConfiguration,
    DeliveryStreamEncryptionStatus as Encryption, DeliveryStreamStatus as Status, DestinationDescription,
    EncryptionConfiguration, ExtendedS3DestinationDescription, FailureDescription, KeyType,
    ProcessingConfiguration, S3BackupMode,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::AWS_OWNED;
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::Doc,
        error::Result,
        kind::{Found, Owner, State, Tags},
    },
};

/// How many streams are described at a time: AWS allows [five calls a second][quota] of each sort.
///
/// [quota]: https://docs.aws.amazon.com/firehose/latest/dev/limits.html
const AT_ONCE: usize = 4;
/// How many names a page holds; AWS has ten unless told.
const PAGE: i32 = 1_000;

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) version: String,
    /// The id of its one destination.
    pub(super) destination: String,
    pub(super) state: State,
    source: String,
    encryption: Option<String>,
    s3: Option<S3>,
}

/// Where it delivers to, if that is a bucket.
#[derive(Clone, Debug)]
struct S3 {
    bucket: String,
    prefix: Option<String>,
    error_prefix: Option<String>,
    role: String,
    buffer_mib: Option<i32>,
    buffer_seconds: Option<i32>,
    compression: String,
    extension: Option<String>,
    object_key: Option<String>,
    errors: Option<String>,
    processing: bool,
    backup: bool,
}

impl Live {
    pub(super) fn doc(&self) -> Doc {
        let Self { arn: _, name, version: _, destination: _, state: _, source, encryption, s3 } = self;
        let doc = Doc::new()
            .with("name", name.as_str())
            .with("source", source.as_str())
            .with_some("encryption", encryption.as_deref());
        let Some(s3) = s3 else { return doc };
        let S3 {
            bucket,
            prefix,
            error_prefix,
            role,
            buffer_mib,
            buffer_seconds,
            compression,
            extension,
            object_key,
            errors,
            processing,
            backup,
        } = s3;
        doc.with("bucket", bucket.as_str())
            .with_some("prefix", prefix.as_deref())
            .with_some("error_prefix", error_prefix.as_deref())
            .with("role", role.as_str())
            .with_some("buffer_mib", *buffer_mib)
            .with_some("buffer_seconds", *buffer_seconds)
            .with("compression", compression.as_str())
            .with_some("extension", extension.as_deref())
            .with_some("object_key", object_key.as_deref())
            .with_some("errors", errors.as_deref())
            .with_some("processing", processing.then_some(true))
            .with_some("backup", backup.then_some(true))
    }
}

/// The wanted streams, and those whose names begin as the landing zone's do: others' are not asked about.
pub(super) async fn read(at: &At<'_>, wanted: &[&str]) -> Result<Vec<Found<Live>>> {
    let ours = format!("{}-", at.organization);
    let names = names(at).await?.into_iter();
    let names = names.filter(|name| name.starts_with(&ours) || wanted.contains(&name.as_str()));
    let found = stream::iter(names).map(|name| stream_of(at, name)).buffered(AT_ONCE);
    let found: Vec<_> = found.try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

async fn names(at: &At<'_>) -> Result<Vec<String>> {
    let client = at.firehose().await?;
    let mut names: Vec<String> = Vec::new();
    loop {
        let request = client.list_delivery_streams().limit(PAGE);
        let request = request.set_exclusive_start_delivery_stream_name(names.last().cloned());
        let page = aws::call(at, "ListDeliveryStreams", request.send()).await?;
        let is_last = !page.has_more_delivery_streams || page.delivery_stream_names.is_empty();
        names.extend(page.delivery_stream_names);
        if is_last {
            return Ok(names);
        }
    }
}

/// The stream with its tags; nothing if it is gone meanwhile, or on its way.
async fn stream_of(at: &At<'_>, name: String) -> Result<Option<Found<Live>>> {
    let client = at.firehose().await?;
    let request = client.describe_delivery_stream().delivery_stream_name(&name);
    let answer = aws::call(at, "DescribeDeliveryStream", request.send()).await;
    let answer = aws::unless(answer, &["ResourceNotFoundException"])?;
    let Some(live) = answer.and_then(|answer| live(&answer.delivery_stream_description?)) else {
        return Ok(None);
    };
    let Some(tags) = tags(at, &name).await? else { return Ok(None) };
    Ok(Some(Found { key: name.clone(), label: name, owner: Owner::Tags(tags), live }))
}

async fn tags(at: &At<'_>, name: &str) -> Result<Option<Tags>> {
    let client = at.firehose().await?;
    let mut tags = Tags::new();
    loop {
        let request = client.list_tags_for_delivery_stream().delivery_stream_name(name);
        let request = request.set_exclusive_start_tag_key(tags.last_key_value().map(|(key, _)| key.clone()));
        let answer = aws::call(at, "ListTagsForDeliveryStream", request.send()).await;
        let Some(page) = aws::unless(answer, &["ResourceNotFoundException"])? else { return Ok(None) };
        let is_last = !page.has_more_tags || page.tags.is_empty();
        tags.extend(page.tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())));
        if is_last {
            return Ok(Some(tags));
        }
    }
}

/// A stream as AWS describes it; nothing if it is being deleted.
fn live(stream: &DeliveryStreamDescription) -> Option<Live> {
    let encryption = stream.delivery_stream_encryption_configuration();
    let destination = stream.destinations().first();
    Some(Live {
        arn: stream.delivery_stream_arn.clone(),
        name: stream.delivery_stream_name.clone(),
        version: stream.version_id.clone(),
        destination: destination.map(|one| one.destination_id.clone()).unwrap_or_default(),
        state: state(stream, encryption)?,
        source: stream.delivery_stream_type.as_str().to_owned(),
        encryption: encryption.and_then(encrypted_with),
        s3: destination.and_then(DestinationDescription::extended_s3_destination_description).map(bucket),
    })
}

fn state(
    stream: &DeliveryStreamDescription,
    encryption: Option<&DeliveryStreamEncryptionConfiguration>,
) -> Option<State> {
    Some(match &stream.delivery_stream_status {
        Status::Deleting => return None,
        Status::DeletingFailed => State::Failed(why("deleting", stream.failure_description())),
        Status::CreatingFailed => {
            let why = why("creating", stream.failure_description());
            State::Failed(format!("{why}; such a stream has to be deleted before it can be made again"))
        }
        Status::Creating => State::Pending("for the stream to become active".to_owned()),
        _ => match encryption.and_then(DeliveryStreamEncryptionConfiguration::status) {
            Some(Encryption::Enabling | Encryption::Disabling) => {
                State::Changing("for the stream's encryption to be changed".to_owned())
            }
            _ => State::Ready,
        },
    })
}

fn why(what: &str, failure: Option<&FailureDescription>) -> String {
    match failure {
        Some(failure) => format!("{what} it failed: {}: {}", failure.r#type.as_str(), failure.details),
        None => format!("{what} it failed"),
    }
}

/// What encrypts the stream; nothing if nothing does.
fn encrypted_with(encryption: &DeliveryStreamEncryptionConfiguration) -> Option<String> {
    if encryption.status() != Some(&Encryption::Enabled) {
        return None;
    }
    match encryption.key_type() {
        Some(KeyType::CustomerManagedCmk) => encryption.key_arn().map(str::to_owned),
        _ => Some(AWS_OWNED.to_owned()),
    }
}

fn bucket(s3: &ExtendedS3DestinationDescription) -> S3 {
    let stated = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let hints = s3.buffering_hints();
    let object_key = s3.encryption_configuration().and_then(EncryptionConfiguration::kms_encryption_config);
    S3 {
        bucket: s3.bucket_arn.clone(),
        prefix: stated(s3.prefix()),
        error_prefix: stated(s3.error_output_prefix()),
        role: s3.role_arn.clone(),
        buffer_mib: hints.and_then(|hints| hints.size_in_mbs),
        buffer_seconds: hints.and_then(|hints| hints.interval_in_seconds),
        compression: s3.compression_format.as_str().to_owned(),
        extension: stated(s3.file_extension()),
        object_key: object_key.map(|key| key.awskms_key_arn.clone()),
        errors: s3.cloud_watch_logging_options().and_then(logged_to),
        processing: s3.processing_configuration().and_then(ProcessingConfiguration::enabled) == Some(true),
        backup: s3.s3_backup_mode() == Some(&S3BackupMode::Enabled),
    }
}

fn logged_to(logging: &CloudWatchLoggingOptions) -> Option<String> {
    let on = logging.enabled() == Some(true);
    let (group, stream) = (logging.log_group_name(), logging.log_stream_name());
    on.then(|| format!("{}:{}", group.unwrap_or_default(), stream.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_firehose::types::{
        BufferingHints, CompressionFormat, DeliveryStreamFailureType, DeliveryStreamType,
        builders::DeliveryStreamDescriptionBuilder,
    };

    use super::*;
    use crate::{
        engine::{doc::diff, env::Env, kind::Kind as _},
        kinds::firehose::delivery_stream::{DeliveryStream, ErrorLog, Key, Spec},
    };

    fn stream(status: Status) -> DeliveryStreamDescriptionBuilder {
        DeliveryStreamDescription::builder()
            .delivery_stream_name("acme-logs")
            .delivery_stream_arn("arn:stream")
            .delivery_stream_status(status)
            .delivery_stream_type(DeliveryStreamType::DirectPut)
            .version_id("1")
            .has_more_destinations(false)
            .set_destinations(Some(Vec::new()))
    }

    fn encryption(status: Encryption) -> DeliveryStreamEncryptionConfiguration {
        let encryption = DeliveryStreamEncryptionConfiguration::builder().key_type(KeyType::AwsOwnedCmk);
        encryption.status(status).build()
    }

    fn of(stream: DeliveryStreamDescriptionBuilder) -> Option<Live> {
        live(&stream.build().expect("all that AWS sends is there"))
    }

    #[test]
    fn a_stream_is_waited_for_and_one_that_failed_says_why() {
        let state = |stream| of(stream).map(|live| live.state);
        assert_eq!(state(stream(Status::Deleting)), None);
        assert_eq!(state(stream(Status::Active)), Some(State::Ready));
        assert!(matches!(state(stream(Status::Creating)), Some(State::Pending(_))));
        let why = FailureDescription::builder()
            .r#type(DeliveryStreamFailureType::KmsKeyNotFound)
            .details("no such key");
        let failed = stream(Status::CreatingFailed).failure_description(why.build().expect("both are there"));
        let Some(State::Failed(why)) = state(failed) else { panic!("it failed") };
        assert!(why.starts_with("creating it failed: KMS_KEY_NOT_FOUND: no such key"), "{why}");
        let changing =
            stream(Status::Active).delivery_stream_encryption_configuration(encryption(Encryption::Enabling));
        assert!(matches!(state(changing), Some(State::Changing(_))));
    }

    #[test]
    fn only_what_is_enabled_encrypts() {
        let with = |status| encrypted_with(&encryption(status));
        assert_eq!(with(Encryption::Enabled).as_deref(), Some(AWS_OWNED));
        assert_eq!(with(Encryption::Disabled), None);
        assert_eq!(with(Encryption::EnablingFailed), None);
    }

    #[test]
    fn what_is_asked_for_is_what_is_seen() {
        let spec = Spec {
            name: "acme-logs".to_owned(),
            bucket_arn: "arn:aws:s3:::archive".into(),
            prefix: "logs/!{timestamp:yyyy}/".to_owned(),
            error_prefix: "failed/!{firehose:error-output-type}/".to_owned(),
            role_arn: "arn:aws:iam::1:role/r".into(),
            buffer_mib: 64,
            buffer_seconds: 300,
            key: Key::AwsOwned,
            errors: ErrorLog { group: "/acme/errors".to_owned(), stream: "s3".to_owned() },
        };
        let hints = BufferingHints::builder().size_in_mbs(64).interval_in_seconds(300).build();
        let logging = CloudWatchLoggingOptions::builder().enabled(true).log_group_name("/acme/errors");
        let s3 = ExtendedS3DestinationDescription::builder()
            .bucket_arn("arn:aws:s3:::archive")
            .role_arn("arn:aws:iam::1:role/r")
            .prefix(&spec.prefix)
            .error_output_prefix(&spec.error_prefix)
            .buffering_hints(hints)
            .compression_format(CompressionFormat::Uncompressed)
            .encryption_configuration(EncryptionConfiguration::builder().build())
            .cloud_watch_logging_options(logging.log_stream_name("s3").build())
            .file_extension(".gz")
            .build();
        let destination = DestinationDescription::builder()
            .destination_id("destinationId-000000000001")
            .extended_s3_destination_description(s3.expect("all is there"));
        let live = of(stream(Status::Active)
            .delivery_stream_encryption_configuration(encryption(Encryption::Enabled))
            .destinations(destination.build().expect("it has an id")));
        let live = live.expect("it is not being deleted");
        let changes = diff(&live.doc(), &DeliveryStream::desired(&spec, &Env::nothing_known()));
        assert!(changes.is_empty(), "{changes:?}");
    }
}
