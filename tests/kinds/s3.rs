//! Buckets, their policies and their copies, and the block of public access of an account.

use aws_sdk_s3::types::{
    BucketLoggingStatus, ObjectLockConfiguration, ObjectLockEnabled, ReplicationRuleStatus,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};

use super::{Behind, Case, Gone, NOTHING, done};

const REGION: &str = "ap-southeast-2";

macro_rules! organization {
    ($($archive:literal)?) => {
        concat!(
            r#"
[organization]
name        = "kinds"
email       = "aws+{account}@kinds.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2", "us-west-2"]
root_credentials = "kept"

[units]
Workloads = {}
"#,
            $($archive)?
        )
    };
}

const LOGGING: (&str, &str) = ("accounts/logging.toml", "unit = \"Workloads\"\n");
const KEYS: (&str, &str) = (
    "policies/keys.toml",
    "[keys.logs]\naccount = \"logging\"\n\n[keys.copies]\naccount = \"logging\"\nregion = \"us-west-2\"\n",
);

const COPIED: &[(&str, &str)] = &[
    (
        "organization.toml",
        organization!(
            r#"
[archive]
account   = "logging"
key       = "key:logs"
retention = "7y"
lock      = { mode = "governance", for = "1y" }
replicate = { region = "us-west-2", key = "key:copies" }
"#
        ),
    ),
    LOGGING,
    KEYS,
];

const ALONE: &[(&str, &str)] = &[
    (
        "organization.toml",
        organization!(
            r#"
[archive]
account   = "logging"
key       = "key:logs"
retention = "7y"
lock      = { mode = "governance", for = "1y" }
"#
        ),
    ),
    LOGGING,
    KEYS,
];

const NO_ARCHIVE: &[(&str, &str)] = &[("organization.toml", organization!()), LOGGING, KEYS];

/// The locked bucket, and who acts where it is.
fn archive(behind: &Behind) -> (aws_sdk_s3::Client, String) {
    let id = &behind.accounts()["logging"];
    (behind.member("logging").s3(REGION), format!("kinds-archive-{id}-{REGION}"))
}

pub(super) const CASES: &[Case] = &[
    Case {
        kind: "s3/public-access-block",
        organization: "",
        dev: "block_public_access = true",
        files: NOTHING,
        address: "dev/global/s3/public-access-block/public-access-block",
        tamper: Some(|behind| {
            let id = behind.accounts()["dev"].clone();
            let open = behind.member("dev").s3control().delete_public_access_block().account_id(id);
            done(open.send());
        }),
        names: "create",
        without: ("", "", NOTHING),
        gone: Gone::Stays,
    },
    Case {
        kind: "s3/bucket",
        organization: "",
        dev: "",
        files: ALONE,
        address: "logging/ap-southeast-2/s3/bucket/archive",
        tamper: Some(|behind| {
            let (s3, bucket) = archive(behind);
            let unlocked =
                ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).build();
            let shorter = s3.put_object_lock_configuration().bucket(&bucket);
            done(shorter.object_lock_configuration(unlocked).send());
            done(
                s3.put_bucket_logging()
                    .bucket(&bucket)
                    .bucket_logging_status(BucketLoggingStatus::builder().build())
                    .send(),
            );
            done(s3.delete_bucket_lifecycle().bucket(&bucket).send());
            done(s3.delete_public_access_block().bucket(&bucket).send());
            let default =
                ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::Aes256);
            let rule = ServerSideEncryptionRule::builder()
                .apply_server_side_encryption_by_default(default.build().unwrap())
                .build();
            let other = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
            let encryption = s3.put_bucket_encryption().bucket(&bucket);
            done(encryption.server_side_encryption_configuration(other).send());
        }),
        names: "default_retention.days",
        without: ("", "", NO_ARCHIVE),
        gone: Gone::Kept,
    },
    Case {
        kind: "s3/bucket-policy",
        organization: "",
        dev: "",
        files: ALONE,
        address: "logging/ap-southeast-2/s3/bucket-policy/archive",
        tamper: Some(|behind| {
            let (s3, bucket) = archive(behind);
            let policy = done(s3.get_bucket_policy().bucket(&bucket).send()).policy.unwrap();
            let id = &behind.accounts()["dev"];
            let other = format!(
                r#"{{"Sid":"Other","Effect":"Allow","Principal":{{"AWS":"{id}"}},"Action":"s3:GetObject","Resource":"arn:aws:s3:::{bucket}/*"}}"#
            );
            let loose = policy.replacen("\"Statement\":[", &format!("\"Statement\":[{other},"), 1);
            assert_ne!(policy, loose);
            done(s3.put_bucket_policy().bucket(bucket).policy(loose).send());
        }),
        names: "policy[Other].action",
        without: ("", "", NO_ARCHIVE),
        gone: Gone::Silent,
    },
    Case {
        kind: "s3/replication",
        organization: "",
        dev: "",
        files: COPIED,
        address: "logging/ap-southeast-2/s3/replication/archive",
        tamper: Some(|behind| {
            let (s3, bucket) = archive(behind);
            let found = done(s3.get_bucket_replication().bucket(&bucket).send());
            let mut rules = found.replication_configuration.unwrap();
            rules.rules[0].status = ReplicationRuleStatus::Disabled;
            done(s3.put_bucket_replication().bucket(bucket).replication_configuration(rules).send());
        }),
        names: "rules[landfall].status",
        without: ("", "", ALONE),
        gone: Gone::Silent,
    },
];
