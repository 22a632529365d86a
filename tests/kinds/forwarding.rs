//! What sends logs on, and what takes them.

use aws_sdk_firehose::types::{BufferingHints, ExtendedS3DestinationUpdate};

use super::{Case, Gone};
use crate::support::behind::done;

const HOME: &str = "ap-southeast-2";

const FORWARDED: &str = r#"
[archive]
account   = "logging"
key       = "key:logs"
retention = "7y"

[logs]
forward = ["/aws/lambda/*"]
"#;

/// The same without the way there; the log of its errors is a log group, which nothing deletes unless it is told to.
const NOT_FORWARDED: &str = r#"
[archive]
account   = "logging"
key       = "key:logs"
retention = "7y"

[removed]
addresses = ["logging/ap-southeast-2/logs/log-group/log-delivery"]
"#;

const TRAIL: &str = r#"
[delegated]
cloudtrail = "dev"

[archive]
account   = "logging"
retention = "7y"

[trail]
archive = "logging/archive"
key     = "key:logs"
alarms  = false

[logs]
forward = ["/aws/lambda/*"]
"#;

const TRAIL_NOT_FORWARDED: &str = r#"
[delegated]
cloudtrail = "dev"

[archive]
account   = "logging"
retention = "7y"

[trail]
archive = "logging/archive"
key     = "key:logs"
alarms  = false
"#;

const FILES: &[(&str, &str)] = &[
    ("accounts/logging.toml", "unit = \"Workloads\"\n"),
    ("policies/keys.toml", "[keys.logs]\naccount = \"logging\"\n"),
];

pub const CASES: &[Case] = &[
    Case {
        kind: "logs/log-stream",
        organization: FORWARDED,
        dev: "",
        files: FILES,
        address: "logging/ap-southeast-2/logs/log-stream/log-delivery/archive",
        tamper: Some(|behind| {
            let logs = behind.member("logging").logs(HOME);
            let delete = logs.delete_log_stream().log_group_name("/kinds/log-delivery");
            done(delete.log_stream_name("archive").send());
        }),
        names: "create",
        without: (NOT_FORWARDED, "", FILES),
        gone: Gone::Silent,
    },
    Case {
        kind: "firehose/delivery-stream",
        organization: FORWARDED,
        dev: "",
        files: FILES,
        address: "logging/ap-southeast-2/firehose/delivery-stream/logs",
        tamper: Some(|behind| {
            let firehose = behind.member("logging").firehose(HOME);
            let stream = done(firehose.describe_delivery_stream().delivery_stream_name("kinds-logs").send());
            let stream = stream.delivery_stream_description.unwrap();
            let hints = BufferingHints::builder().size_in_mbs(1).interval_in_seconds(60).build();
            let update = ExtendedS3DestinationUpdate::builder()
                .bucket_arn("arn:aws:s3:::somebody-elses")
                .buffering_hints(hints);
            let call = firehose
                .update_destination()
                .delivery_stream_name("kinds-logs")
                .current_delivery_stream_version_id(stream.version_id())
                .destination_id(stream.destinations()[0].destination_id())
                .extended_s3_destination_update(update.build());
            done(call.send());
            done(firehose.stop_delivery_stream_encryption().delivery_stream_name("kinds-logs").send());
            std::thread::sleep(std::time::Duration::from_millis(500));
        }),
        names: "bucket",
        without: (NOT_FORWARDED, "", FILES),
        gone: Gone::Pruned,
    },
    Case {
        kind: "logs/destination",
        organization: FORWARDED,
        dev: "",
        files: FILES,
        address: "logging/ap-southeast-2/logs/destination/logs",
        tamper: Some(|behind| {
            let logs = behind.member("logging").logs(HOME);
            let destinations = done(logs.describe_destinations().send()).destinations.unwrap();
            let policy = format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Organization","Effect":"Allow","Principal":"*","Action":"logs:PutSubscriptionFilter","Resource":"{}"}}]}}"#,
                destinations[0].arn().unwrap()
            );
            let put = logs.put_destination_policy().destination_name("kinds-logs");
            done(put.access_policy(policy).send());
        }),
        names: "policy[Organization].condition",
        without: (NOT_FORWARDED, "", FILES),
        gone: Gone::Pruned,
    },
    Case {
        kind: "logs/forwarding",
        organization: FORWARDED,
        dev: "",
        files: FILES,
        address: "dev/ap-southeast-2/logs/forwarding/forwarding",
        tamper: Some(|behind| {
            let logs = behind.member("dev").logs(HOME);
            done(logs.create_log_group().log_group_name("/aws/lambda/orders").send());
        }),
        names: "groups[/aws/lambda/orders]",
        without: (NOT_FORWARDED, "", FILES),
        gone: Gone::Silent,
    },
    Case {
        kind: "logs/subscription-filter",
        organization: TRAIL,
        dev: "",
        files: FILES,
        address: "dev/ap-southeast-2/logs/subscription-filter/trail",
        tamper: Some(|behind| {
            let logs = behind.member("dev").logs(HOME);
            let delete = logs.delete_subscription_filter().log_group_name("/kinds/trail");
            done(delete.filter_name("kinds-logs").send());
        }),
        names: "create",
        without: (TRAIL_NOT_FORWARDED, "", FILES),
        gone: Gone::Silent,
    },
];
