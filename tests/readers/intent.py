"""What the sample landing zone says about logs and keys, asked of AWS with boto3 alone.

Knows nothing of Landfall but the names of what it makes. Takes the Regions as arguments.
"""

import json
import unittest
from typing import Any, Dict, List

from sessions import HOME, OTHERS, REGIONS, client, ids

REPLICA = OTHERS[0]
MEMBERS = [name for name in ids() if name != "management"]
WORKLOADS = ["dev", "prod", "staging"]


def key(account: str, name: str, region: str = HOME) -> Dict[str, Any]:
    """A key by its alias."""
    found = client("kms", account, region).describe_key(KeyId=f"alias/acme/{name}")
    return found["KeyMetadata"]


def statements(text: str) -> List[Dict[str, Any]]:
    return json.loads(text)["Statement"]


def services(document: List[Dict[str, Any]]) -> List[str]:
    found: List[str] = []
    for statement in document:
        principal = statement.get("Principal")
        named = principal.get("Service", []) if isinstance(principal, dict) else []
        found += [named] if isinstance(named, str) else named
    return found


def bucket(name: str, region: str = HOME) -> str:
    return f"acme-{name}-{ids()['logging']}-{region}"


class Keys(unittest.TestCase):
    def everywhere(self) -> List[Any]:
        found = [("logging", "logs", HOME), ("logging", "logs-replica", REPLICA)]
        found += [(account, "data", HOME) for account in WORKLOADS]
        return found + [("security", "secrets", HOME)]

    def test_keys_are_enabled_and_rotated_every_year(self) -> None:
        for account, name, region in self.everywhere():
            with self.subTest(account=account, name=name):
                found = key(account, name, region)
                self.assertEqual(found["KeyState"], "Enabled")
                self.assertEqual(found["KeyManager"], "CUSTOMER")
                status = client("kms", account, region).get_key_rotation_status(KeyId=found["KeyId"])
                self.assertTrue(status["KeyRotationEnabled"])
                self.assertEqual(status["RotationPeriodInDays"], 365)

    def test_a_multi_region_key_has_its_replica(self) -> None:
        primary, replica = key("security", "secrets"), key("security", "secrets", REPLICA)
        self.assertTrue(primary["KeyId"].startswith("mrk-"))
        self.assertEqual(primary["KeyId"], replica["KeyId"])
        self.assertEqual(replica["MultiRegionConfiguration"]["MultiRegionKeyType"], "REPLICA")
        self.assertEqual(replica["MultiRegionConfiguration"]["PrimaryKey"]["Region"], HOME)
        self.assertFalse(key("logging", "logs")["MultiRegion"])

    def test_each_region_has_a_policy_of_its_own(self) -> None:
        for region in REGIONS:
            found = key("security", "secrets", region)
            policy = client("kms", "security", region).get_key_policy(KeyId=found["KeyId"])["Policy"]
            other = next(name for name in REGIONS if name != region)
            self.assertNotIn(other, policy)

    def test_nobody_is_let_in_without_being_named(self) -> None:
        for account, name, region in self.everywhere():
            found = key(account, name, region)["KeyId"]
            text = client("kms", account, region).get_key_policy(KeyId=found)["Policy"]
            for statement in statements(text):
                with self.subTest(account=account, name=name, sid=statement.get("Sid")):
                    everyone = statement["Principal"] in ("*", {"AWS": "*"})
                    self.assertFalse(everyone and statement["Effect"] == "Allow" and not statement.get("Condition"))
                    actions = statement["Action"]
                    actions = [actions] if isinstance(actions, str) else actions
                    self.assertNotIn("kms:*", actions)
                    administers = "kms:PutKeyPolicy" in actions
                    uses = {"kms:Decrypt", "kms:Encrypt"} & set(actions)
                    self.assertFalse(administers and uses)

    def test_the_trail_may_encrypt_and_the_auditor_decrypt(self) -> None:
        found = client("kms", "logging").get_key_policy(KeyId=key("logging", "logs")["KeyId"])["Policy"]
        self.assertIn("cloudtrail.amazonaws.com", services(statements(found)))
        self.assertIn("role/auditor", found)


class Archive(unittest.TestCase):
    def buckets(self) -> List[Any]:
        here = [("archive", HOME), ("archive-config", HOME), ("archive-access", HOME)]
        return here + [("archive", REPLICA), ("archive-access", REPLICA)]

    def test_buckets_are_closed_versioned_and_speak_tls_only(self) -> None:
        for name, region in self.buckets():
            with self.subTest(name=name, region=region):
                s3, it = client("s3", "logging", region), bucket(name, region)
                self.assertEqual(s3.get_bucket_location(Bucket=it)["LocationConstraint"], region)
                block = s3.get_public_access_block(Bucket=it)["PublicAccessBlockConfiguration"]
                self.assertEqual(set(block.values()), {True})
                self.assertEqual(s3.get_bucket_versioning(Bucket=it)["Status"], "Enabled")
                rules = s3.get_bucket_ownership_controls(Bucket=it)["OwnershipControls"]["Rules"]
                self.assertEqual(rules[0]["ObjectOwnership"], "BucketOwnerEnforced")
                policy = s3.get_bucket_policy(Bucket=it)["Policy"]
                tls = [
                    statement for statement in statements(policy)
                    if statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") == "false"
                ]
                self.assertEqual([statement["Effect"] for statement in tls], ["Deny"])

    def encryption(self, name: str, region: str) -> Dict[str, Any]:
        found = client("s3", "logging", region).get_bucket_encryption(Bucket=bucket(name, region))
        return found["ServerSideEncryptionConfiguration"]["Rules"][0]

    def test_each_is_encrypted_under_the_key_of_its_region(self) -> None:
        for name, region, under in [
            ("archive", HOME, "logs"), ("archive-config", HOME, "logs"), ("archive", REPLICA, "logs-replica")
        ]:
            with self.subTest(name=name, region=region):
                rule = self.encryption(name, region)
                default = rule["ApplyServerSideEncryptionByDefault"]
                self.assertEqual(default["SSEAlgorithm"], "aws:kms")
                self.assertEqual(default["KMSMasterKeyID"], key("logging", under, region)["Arn"])
                self.assertTrue(rule["BucketKeyEnabled"])
        for region in REGIONS:
            rule = self.encryption("archive-access", region)
            self.assertEqual(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")

    def test_the_archive_is_locked_as_long_as_it_keeps_in_both_regions(self) -> None:
        for region in REGIONS:
            s3 = client("s3", "logging", region)
            lock = s3.get_object_lock_configuration(Bucket=bucket("archive", region))
            retention = lock["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
            self.assertEqual(retention["Mode"], "GOVERNANCE")
            self.assertEqual(retention.get("Days") or 365 * retention["Years"], 7 * 365)
        for name in ("archive-config", "archive-access"):
            with self.assertRaisesRegex(Exception, "ObjectLockConfigurationNotFoundError"):
                client("s3", "logging").get_object_lock_configuration(Bucket=bucket(name))

    def test_what_is_seven_years_old_expires(self) -> None:
        for region in REGIONS:
            s3 = client("s3", "logging", region)
            rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket("archive", region))["Rules"]
            days = [rule["Expiration"]["Days"] for rule in rules if "Days" in rule.get("Expiration", {})]
            self.assertEqual(days, [7 * 365])
            tiers = [tier["Days"] for rule in rules for tier in rule.get("Transitions", [])]
            self.assertEqual(tiers, [90])
            self.assertTrue(any("NoncurrentVersionExpiration" in rule for rule in rules))
            self.assertTrue(any("AbortIncompleteMultipartUpload" in rule for rule in rules))

    def test_copies_are_encrypted_again(self) -> None:
        found = client("s3", "logging").get_bucket_replication(Bucket=bucket("archive"))
        rule, = found["ReplicationConfiguration"]["Rules"]
        self.assertEqual(rule["Status"], "Enabled")
        self.assertEqual(rule["SourceSelectionCriteria"]["SseKmsEncryptedObjects"]["Status"], "Enabled")
        destination = rule["Destination"]
        self.assertEqual(destination["Bucket"], f"arn:aws:s3:::{bucket('archive', REPLICA)}")
        self.assertEqual(
            destination["EncryptionConfiguration"]["ReplicaKmsKeyID"],
            key("logging", "logs-replica", REPLICA)["Arn"],
        )
        self.assertEqual(destination["ReplicationTime"]["Status"], "Enabled")
        self.assertEqual(destination["Metrics"]["Status"], "Enabled")
        role = found["ReplicationConfiguration"]["Role"].rsplit("/")[-1]
        iam = client("iam", "logging")
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        text = json.dumps([iam.get_role_policy(RoleName=role, PolicyName=name) for name in names], default=str)
        for action in ("s3:GetObjectRetention", "s3:GetObjectLegalHold", "s3:ReplicateObject", "kms:Decrypt", "kms:Encrypt"):
            self.assertIn(action, text)

    def test_accounts_refuse_public_buckets(self) -> None:
        for account in MEMBERS:
            with self.subTest(account=account):
                block = client("s3control", account).get_public_access_block(AccountId=ids()[account])
                self.assertEqual(set(block["PublicAccessBlockConfiguration"].values()), {True})


class Trail(unittest.TestCase):
    def trail(self) -> Dict[str, Any]:
        trails = client("cloudtrail", "management").describe_trails()["trailList"]
        found, = [trail for trail in trails if trail["HomeRegion"] == HOME]
        return found

    def test_every_call_of_every_account_is_written(self) -> None:
        trail, cloudtrail = self.trail(), client("cloudtrail", "management")
        for flag in ("IsMultiRegionTrail", "IsOrganizationTrail", "IncludeGlobalServiceEvents", "LogFileValidationEnabled"):
            self.assertTrue(trail[flag], flag)
        self.assertEqual(trail["S3BucketName"], bucket("archive"))
        self.assertEqual(trail["KmsKeyId"], key("logging", "logs")["Arn"])
        self.assertTrue(cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"])
        selectors = cloudtrail.get_event_selectors(TrailName=trail["TrailARN"])
        self.assertIn("Management", json.dumps(selectors))
        insights = cloudtrail.get_insight_selectors(TrailName=trail["TrailARN"])["InsightSelectors"]
        self.assertEqual(
            {selector["InsightType"] for selector in insights}, {"ApiCallRateInsight", "ApiErrorRateInsight"}
        )

    def test_members_see_the_trail(self) -> None:
        for account in MEMBERS:
            trails = client("cloudtrail", account).describe_trails()["trailList"]
            self.assertIn(self.trail()["TrailARN"], [trail["TrailARN"] for trail in trails], account)

    def group(self) -> Dict[str, Any]:
        name = self.trail()["CloudWatchLogsLogGroupArn"].split(":log-group:")[1].removesuffix(":*")
        found, = client("logs", "management").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return found

    def test_its_log_group_is_kept_and_encrypted(self) -> None:
        group = self.group()
        self.assertEqual(group["retentionInDays"], 365)
        self.assertEqual(group["kmsKeyId"], key("logging", "logs")["Arn"])

    def test_alarms_reach_the_security_contact(self) -> None:
        filters = client("logs", "management").describe_metric_filters(logGroupName=self.group()["logGroupName"])
        alarms = client("cloudwatch", "management").describe_alarms()["MetricAlarms"]
        metrics = {
            change["metricName"] for one in filters["metricFilters"] for change in one["metricTransformations"]
        }
        self.assertGreaterEqual(len(metrics), 15)
        self.assertEqual(metrics, {alarm["MetricName"] for alarm in alarms})
        topics = {action for alarm in alarms for action in alarm["AlarmActions"]}
        self.assertEqual(len(topics), 1)
        sns, topic = client("sns", "management"), topics.pop()
        self.assertTrue(all(alarm["ActionsEnabled"] for alarm in alarms))
        self.assertIn("KmsMasterKeyId", sns.get_topic_attributes(TopicArn=topic)["Attributes"])
        told = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        self.assertEqual([(one["Protocol"], one["Endpoint"]) for one in told], [("email", "security@acme.example")])


class Recording(unittest.TestCase):
    def test_config_records_in_every_account_and_region(self) -> None:
        for account in MEMBERS:
            for region in REGIONS:
                with self.subTest(account=account, region=region):
                    config = client("config", account, region)
                    recorder, = config.describe_configuration_recorders()["ConfigurationRecorders"]
                    self.assertIn("AWSServiceRoleForConfig", recorder["roleARN"])
                    status, = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
                    self.assertTrue(status["recording"])
                    channel, = config.describe_delivery_channels()["DeliveryChannels"]
                    self.assertEqual(channel["s3BucketName"], bucket("archive-config"))

    def test_the_aggregator_sees_all(self) -> None:
        aggregators = client("config", "security").describe_configuration_aggregators()
        found, = aggregators["ConfigurationAggregators"]
        self.assertTrue(found["OrganizationAggregationSource"]["AllAwsRegions"])


class Forwarding(unittest.TestCase):
    def test_each_region_has_a_destination_that_ends_in_the_archive(self) -> None:
        for region in REGIONS:
            with self.subTest(region=region):
                destination, = client("logs", "logging", region).describe_destinations()["destinations"]
                arn = destination["targetArn"]
                firehose = client("firehose", "logging", arn.split(":")[3])
                found = firehose.describe_delivery_stream(DeliveryStreamName=arn.rsplit("/")[-1])
                target, = found["DeliveryStreamDescription"]["Destinations"]
                self.assertIn("-archive-", target["ExtendedS3DestinationDescription"]["BucketARN"])


if __name__ == "__main__":
    unittest.main(argv=["intent"], verbosity=0)
