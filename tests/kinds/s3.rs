//! Buckets, their policies and their copies, and the block of public access of an account.

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{
        BucketLocationConstraint, BucketLoggingStatus, ChecksumAlgorithm, CreateBucketConfiguration,
        ObjectLockConfiguration, ObjectLockEnabled, ReplicationRuleStatus, ServerSideEncryption,
        ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    },
};

use super::{Behind, Case, Gone, NOTHING, Sandbox, Zone, done};
use crate::support::RUNTIME;

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

/// The case of a kind.
fn case(kind: &str) -> &'static Case {
    CASES.iter().find(|case| case.kind == kind).expect("a case")
}

/// The landing zone of these files.
fn zone(files: &[(&str, &str)]) -> Zone {
    case("s3/bucket").zone("", "", files)
}

#[test]
fn a_rule_that_nobody_wants_copies_on_until_it_is_listed() {
    let (sandbox, alone) = (Sandbox::start(), zone(ALONE));
    sandbox.apply(&zone(COPIED));
    let (s3, bucket) = archive(&sandbox.behind());
    let address = format!("logging/ap-southeast-2/s3/replication/{bucket}");
    assert_eq!(sandbox.drift(&alone, 2)[&address].0, "orphan");
    sandbox.run(&alone, &["apply", "--yes", "--prune"]).expect(0);
    done(s3.get_bucket_replication().bucket(&bucket).send());
    let text = alone.read("organization.toml");
    alone.write("organization.toml", &format!("{text}\n[removed]\naddresses = [\"{address}\"]\n"));
    sandbox.run(&alone, &["apply", "--yes", "--prune"]).expect(0);
    assert!(RUNTIME.block_on(s3.get_bucket_replication().bucket(&bucket).send()).is_err());
}

#[test]
fn a_name_that_a_stranger_holds_blocks() {
    let (sandbox, wanted) = (Sandbox::start(), zone(ALONE));
    sandbox.apply(&zone(NO_ARCHIVE));
    let behind = sandbox.behind();
    let (_, bucket) = archive(&behind);
    let place = BucketLocationConstraint::from(REGION);
    let place = CreateBucketConfiguration::builder().location_constraint(place).build();
    let stranger = behind.member("dev").s3(REGION);
    done(stranger.create_bucket().bucket(&bucket).create_bucket_configuration(place).send());
    let address = "logging/ap-southeast-2/s3/bucket/archive";
    assert_eq!(sandbox.run(&wanted, &["plan", "--json"]).steps()[address].0, "blocked");
    done(stranger.delete_bucket().bucket(bucket).send());
    sandbox.apply(&wanted);
    sandbox.expect_settled(&wanted);
}

#[test]
fn a_bucket_with_something_in_it_is_never_emptied() {
    let (sandbox, locked) = (Sandbox::start(), zone(ALONE));
    sandbox.apply(&locked);
    let (s3, bucket) = archive(&sandbox.behind());
    let object = s3.put_object().bucket(&bucket).key("log").body(ByteStream::from_static(b"kept"));
    done(object.checksum_algorithm(ChecksumAlgorithm::Crc32).send());
    let gone = zone(NO_ARCHIVE);
    let address = "logging/ap-southeast-2/s3/bucket/archive";
    let text = gone.read("organization.toml");
    gone.write("organization.toml", &format!("{text}\n[removed]\naddresses = [\"{address}\"]\n"));
    let ran = sandbox.run(&gone, &["apply", "--yes", "--prune"]).expect(1);
    assert!(ran.stderr.contains("Landfall never empties a bucket"), "{}", ran.stderr);
    done(s3.head_object().bucket(bucket).key("log").send());
}
