//! What is sent.

use aws_sdk_firehose::types::{
    BufferingHints, CloudWatchLoggingOptions, CompressionFormat, DeliveryStreamEncryptionConfigurationInput,
    DeliveryStreamType, EncryptionConfiguration, ExtendedS3DestinationConfiguration,
    ExtendedS3DestinationUpdate, KeyType, NoEncryptionConfig, ProcessingConfiguration, Tag,
};

use super::{COMPRESSION, DeliveryStream, EXTENSION, ErrorLog, Key, Live, Spec};
use crate::{
    aws::{self, Aws as _},
    engine::{at::At, error::Result, kind::Tags, kind::Wanted},
};

pub(super) async fn create(at: &At<'_>, it: &Wanted<'_, DeliveryStream>) -> Result<()> {
    let Spec { prefix, error_prefix, bucket_arn, role_arn, .. } = it.spec;
    let destination = ExtendedS3DestinationConfiguration::builder()
        .role_arn(role_arn.resolve(&it.env).now()?)
        .bucket_arn(bucket_arn.resolve(&it.env).now()?)
        .prefix(prefix)
        .error_output_prefix(error_prefix)
        .buffering_hints(buffering(it.spec))
        .compression_format(CompressionFormat::from(COMPRESSION))
        .encryption_configuration(the_buckets_own())
        .cloud_watch_logging_options(logging(&it.spec.errors))
        .file_extension(EXTENSION)
        .build();
    let request = at
        .firehose()
        .await?
        .create_delivery_stream()
        .delivery_stream_name(&it.spec.name)
        .delivery_stream_type(DeliveryStreamType::DirectPut)
        .delivery_stream_encryption_configuration_input(encryption(it)?)
        .extended_s3_destination_configuration(aws::built(destination)?)
        .set_tags(Some(tag_list(it.tags)?));
    // Boxed: the SDK's request has room for every sort of destination.
    Box::pin(aws::call(at, "CreateDeliveryStream", request.send())).await.map(drop)
}

/// Says everything again, since what an update leaves out [stays as it is][merged].
///
/// [merged]: https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html
pub(super) async fn update(at: &At<'_>, it: &Wanted<'_, DeliveryStream>, live: &Live) -> Result<()> {
    let Spec { prefix, error_prefix, bucket_arn, role_arn, .. } = it.spec;
    let destination = ExtendedS3DestinationUpdate::builder()
        .role_arn(role_arn.resolve(&it.env).now()?)
        .bucket_arn(bucket_arn.resolve(&it.env).now()?)
        .prefix(prefix)
        .error_output_prefix(error_prefix)
        .buffering_hints(buffering(it.spec))
        .compression_format(CompressionFormat::from(COMPRESSION))
        .encryption_configuration(the_buckets_own())
        .cloud_watch_logging_options(logging(&it.spec.errors))
        .processing_configuration(ProcessingConfiguration::builder().enabled(false).build())
        .file_extension(EXTENSION)
        .build();
    let request = at
        .firehose()
        .await?
        .update_destination()
        .delivery_stream_name(&live.name)
        .current_delivery_stream_version_id(&live.version)
        .destination_id(&live.destination)
        .extended_s3_destination_update(destination);
    // Boxed: the SDK's request has room for every sort of destination.
    Box::pin(aws::call(at, "UpdateDestination", request.send())).await.map(drop)
}

/// Encrypts a stream that is not encrypted, or by another key.
pub(super) async fn encrypt(at: &At<'_>, it: &Wanted<'_, DeliveryStream>) -> Result<()> {
    let request = at.firehose().await?.start_delivery_stream_encryption();
    let request = request.delivery_stream_name(&it.spec.name);
    let request = request.delivery_stream_encryption_configuration_input(encryption(it)?);
    aws::call(at, "StartDeliveryStreamEncryption", request.send()).await.map(drop)
}

pub(super) fn tag_list(tags: &Tags) -> Result<Vec<Tag>> {
    tags.iter().map(|(key, value)| aws::built(Tag::builder().key(key).value(value).build())).collect()
}

fn buffering(spec: &Spec) -> BufferingHints {
    let hints = BufferingHints::builder().size_in_mbs(spec.buffer_mib);
    hints.interval_in_seconds(spec.buffer_seconds).build()
}

/// No word about encryption, by which the bucket's default holds.
fn the_buckets_own() -> EncryptionConfiguration {
    EncryptionConfiguration::builder().no_encryption_config(NoEncryptionConfig::NoEncryption).build()
}

fn logging(ErrorLog { group, stream }: &ErrorLog) -> CloudWatchLoggingOptions {
    CloudWatchLoggingOptions::builder().enabled(true).log_group_name(group).log_stream_name(stream).build()
}

fn encryption(it: &Wanted<'_, DeliveryStream>) -> Result<DeliveryStreamEncryptionConfigurationInput> {
    let input = DeliveryStreamEncryptionConfigurationInput::builder();
    let input = match &it.spec.key {
        Key::AwsOwned => input.key_type(KeyType::AwsOwnedCmk),
        Key::Own(arn) => input.key_type(KeyType::CustomerManagedCmk).key_arn(arn.resolve(&it.env).now()?),
    };
    aws::built(input.build())
}
