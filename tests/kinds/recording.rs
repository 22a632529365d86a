//! What AWS Config records, and where it takes it.

use aws_sdk_config::types::{
    AccountAggregationSource, ConfigSnapshotDeliveryProperties, ConfigurationRecorder, DeliveryChannel,
    MaximumExecutionFrequency, RecordingGroup, ResourceType,
};

use super::{Case, Gone};
use crate::support::behind::done;

const HOME: &str = "ap-southeast-2";

const RECORDED: &str = r#"
[delegated]
config = "dev"

[archive]
account   = "logging"
key       = "key:logs"
retention = "7y"

[config]
aggregator = "dev"
"#;

const NOT_GATHERED: &str = r#"
[delegated]
config = "dev"

[archive]
account   = "logging"
key       = "key:logs"
retention = "7y"

[config]
"#;

const NOT_RECORDED: &str = r#"
[delegated]
config = "dev"

[archive]
account   = "logging"
key       = "key:logs"
retention = "7y"
"#;

const FILES: &[(&str, &str)] = &[
    ("accounts/logging.toml", "unit = \"Workloads\"\n"),
    ("policies/keys.toml", "[keys.logs]\naccount = \"logging\"\n"),
];

pub const CASES: &[Case] = &[
    Case {
        kind: "iam/service-linked-role",
        organization: RECORDED,
        dev: "",
        files: FILES,
        address: "dev/global/iam/service-linked-role/config",
        tamper: Some(|behind| {
            let iam = behind.member("dev").iam();
            done(iam.delete_service_linked_role().role_name("AWSServiceRoleForConfig").send());
        }),
        names: "create",
        without: (NOT_RECORDED, "", FILES),
        gone: Gone::Silent,
    },
    Case {
        kind: "config/recorder",
        organization: RECORDED,
        dev: "",
        files: FILES,
        address: "dev/ap-southeast-2/config/recorder/recorder",
        tamper: Some(|behind| {
            let config = behind.member("dev").config(HOME);
            let recorders = done(config.describe_configuration_recorders().send());
            let role = recorders.configuration_recorders()[0].role_arn().unwrap();
            let few = RecordingGroup::builder().resource_types(ResourceType::Bucket).build();
            let recorder = ConfigurationRecorder::builder().name("default").role_arn(role);
            let put = config.put_configuration_recorder();
            done(put.configuration_recorder(recorder.recording_group(few).build()).send());
        }),
        names: "included[AWS::S3::Bucket]",
        without: (NOT_RECORDED, "", FILES),
        gone: Gone::Stays,
    },
    Case {
        kind: "config/delivery-channel",
        organization: RECORDED,
        dev: "",
        files: FILES,
        address: "dev/ap-southeast-2/config/delivery-channel/channel",
        tamper: Some(|behind| {
            let config = behind.member("dev").config(HOME);
            let channels = done(config.describe_delivery_channels().send());
            let bucket = channels.delivery_channels()[0].s3_bucket_name().unwrap();
            let seldom = ConfigSnapshotDeliveryProperties::builder()
                .delivery_frequency(MaximumExecutionFrequency::TwelveHours);
            let channel = DeliveryChannel::builder().name("default").s3_bucket_name(bucket);
            let channel = channel.config_snapshot_delivery_properties(seldom.build());
            done(config.put_delivery_channel().delivery_channel(channel.build()).send());
        }),
        names: "snapshots",
        without: (NOT_RECORDED, "", FILES),
        gone: Gone::Silent,
    },
    Case {
        kind: "config/recording",
        organization: RECORDED,
        dev: "",
        files: FILES,
        address: "dev/ap-southeast-2/config/recording/recording",
        tamper: Some(|behind| {
            let config = behind.member("dev").config(HOME);
            done(config.stop_configuration_recorder().configuration_recorder_name("default").send());
        }),
        names: "recording",
        without: (NOT_RECORDED, "", FILES),
        gone: Gone::Silent,
    },
    Case {
        kind: "config/aggregator",
        organization: RECORDED,
        dev: "",
        files: FILES,
        address: "dev/ap-southeast-2/config/aggregator/aggregator",
        tamper: Some(|behind| {
            let config = behind.member("dev").config(HOME);
            let one = AccountAggregationSource::builder().account_ids("111111111111").all_aws_regions(true);
            let put = config.put_configuration_aggregator().configuration_aggregator_name("kinds");
            done(put.account_aggregation_sources(one.build().unwrap()).send());
        }),
        names: "accounts",
        without: (NOT_GATHERED, "", FILES),
        gone: Gone::Pruned,
    },
];
