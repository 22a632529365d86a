import json
import socket
import unittest
from datetime import datetime, timedelta, timezone

from harness import Case, trust

_system = socket.getaddrinfo


def _local(host, *arguments, **more):
    """Below `localhost` is this machine, which not every system's resolver knows."""
    below = isinstance(host, str) and host.endswith(".localhost")
    return _system("127.0.0.1" if below else host, *arguments, **more)


socket.getaddrinfo = _local

OWN = "123456789012"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class S3(Case):
    def setUp(self):
        super().setUp()
        self.s3 = self.client("s3")

    def make(self, name, client=None, **more):
        (client or self.s3).create_bucket(Bucket=name, **more)
        return name

    def versioned(self, name, **more):
        self.make(name, **more)
        on = {"Status": "Enabled"}
        self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=on)
        return name

    def lock(self, name, **retention):
        configuration = {"ObjectLockEnabled": "Enabled"}
        if retention:
            configuration["Rule"] = {"DefaultRetention": retention}
        self.s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=configuration)


class Buckets(S3):
    def test_a_bucket_is_born_closed_and_with_its_tags(self):
        tags = [{"Key": "a", "Value": "b"}]
        self.make("acme-x", CreateBucketConfiguration={"Tags": tags})
        s3, name = self.s3, {"Bucket": "acme-x"}
        self.assertEqual(s3.get_bucket_tagging(**name)["TagSet"], tags)
        block = s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"]
        self.assertEqual(set(block.values()), {True})
        rules = s3.get_bucket_ownership_controls(**name)["OwnershipControls"]["Rules"]
        self.assertEqual(rules, [{"ObjectOwnership": "BucketOwnerEnforced"}])
        (rule,) = s3.get_bucket_encryption(**name)["ServerSideEncryptionConfiguration"]["Rules"]
        self.assertEqual(
            rule["ApplyServerSideEncryptionByDefault"], {"SSEAlgorithm": "AES256"}
        )
        self.assertEqual(rule["BlockedEncryptionTypes"], {"EncryptionType": ["SSE-C"]})

    def test_the_list_names_regions_and_comes_in_pages(self):
        sydney = self.client("s3", region="ap-southeast-2")
        place = {"LocationConstraint": "ap-southeast-2"}
        for name in ("acme-1", "acme-2", "other-1"):
            self.make(name, sydney, CreateBucketConfiguration=place)
        self.make("acme-3")
        page = sydney.list_buckets(Prefix="acme-", BucketRegion="ap-southeast-2", MaxBuckets=1)
        (bucket,) = page["Buckets"]
        self.assertEqual((bucket["Name"], bucket["BucketRegion"]), ("acme-1", "ap-southeast-2"))
        more = {"ContinuationToken": page["ContinuationToken"]}
        page = sydney.list_buckets(Prefix="acme-", BucketRegion="ap-southeast-2", **more)
        self.assertEqual([bucket["Name"] for bucket in page["Buckets"]], ["acme-2"])
        self.assertNotIn("ContinuationToken", page)

    def test_a_name_is_held_by_one_account(self):
        self.organization()
        other = self.enter(self.account("other"))
        self.make("acme-x")
        self.refused("BucketAlreadyExists", self.client("s3", other).create_bucket, Bucket="acme-x")
        sydney = self.client("s3", region="ap-southeast-2")
        place = {"LocationConstraint": "ap-southeast-2"}
        self.make("acme-y", sydney, CreateBucketConfiguration=place)
        self.refused("BucketAlreadyOwnedByYou", sydney.create_bucket, Bucket="acme-y",
                     CreateBucketConfiguration=place)  # fmt: skip

    def test_others_need_leave_of_both_sides(self):
        self.organization()
        account = self.account("other")
        credentials = self.enter(account)
        other = self.client("s3", credentials)
        self.make("acme-x")
        self.s3.put_object(Bucket="acme-x", Key="k", Body=b"1")
        self.refused("403", other.head_bucket, Bucket="acme-x")
        self.refused("AccessDenied", other.get_object, Bucket="acme-x", Key="k")
        statement = {
            "Sid": "Read",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::acme-x/*",
        }
        self.s3.put_bucket_policy(Bucket="acme-x", Policy=policy(statement))
        self.assertEqual(other.get_object(Bucket="acme-x", Key="k")["Body"].read(), b"1")
        self.refused("AccessDenied", other.put_object, Bucket="acme-x", Key="k", Body=b"2")
        self.refused("AccessDenied", other.list_objects_v2, Bucket="acme-x")

    def test_the_owner_is_whom_the_caller_expects(self):
        self.make("acme-x")
        self.s3.get_bucket_versioning(Bucket="acme-x", ExpectedBucketOwner=OWN)
        self.refused("AccessDenied", self.s3.get_bucket_versioning, Bucket="acme-x",
                     ExpectedBucketOwner="111122223333")  # fmt: skip
        self.refused("NoSuchBucket", self.s3.get_bucket_versioning, Bucket="acme-y",
                     ExpectedBucketOwner=OWN)  # fmt: skip

    def test_denials_hold_where_their_conditions_do(self):
        self.make("acme-x")
        deny = {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::acme-x", "arn:aws:s3:::acme-x/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        keys = {
            "Sid": "Key",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::acme-x/*",
            "Condition": {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}},
        }
        self.s3.put_bucket_policy(Bucket="acme-x", Policy=policy(deny, keys))
        self.s3.put_object(Bucket="acme-x", Key="k", Body=b"1")
        self.refused("AccessDenied", self.s3.put_object, Bucket="acme-x", Key="k", Body=b"1",
                     ServerSideEncryption="AES256")  # fmt: skip
        self.s3.delete_object(Bucket="acme-x", Key="k")

    def test_policies_are_checked(self):
        self.make("acme-x")
        good = {
            "Effect": "Allow",
            "Principal": {"AWS": OWN},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::acme-x/*",
        }
        role = f"arn:aws:iam::{OWN}:role/reader"
        bad = [
            {"Principal": {"AWS": role}},
            {"Resource": "arn:aws:s3:::acme-y/*"},
            {"Resource": "arn:aws:s3:::acme-x"},
            {"Action": "kms:Decrypt"},
            {"Effect": "Maybe"},
        ]
        put = self.s3.put_bucket_policy
        for change in bad:
            with self.subTest(change):
                text = policy({**good, **change})
                self.refused("MalformedPolicy", put, Bucket="acme-x", Policy=text)
        self.refused("MalformedPolicy", put, Bucket="acme-x", Policy="{")
        self.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=trust(OWN))
        put(Bucket="acme-x", Policy=policy({**good, "Principal": {"AWS": role}}))
        self.client("iam").delete_role(RoleName="reader")
        self.assertIn("AROA", self.s3.get_bucket_policy(Bucket="acme-x")["Policy"])

    def test_the_public_is_kept_out(self):
        self.make("acme-x")
        everybody = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::acme-x/*",
        }
        put = self.s3.put_bucket_policy
        self.refused("AccessDenied", put, Bucket="acme-x", Policy=policy(everybody))
        narrowed = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}}
        put(Bucket="acme-x", Policy=policy({**everybody, **narrowed}))
        self.s3.delete_public_access_block(Bucket="acme-x")
        put(Bucket="acme-x", Policy=policy(everybody))
        control = self.server.client(
            "s3control", url=self.server.url.replace("127.0.0.1", "localhost")
        )
        on = {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        }
        control.put_public_access_block(AccountId=OWN, PublicAccessBlockConfiguration=on)
        self.refused("AccessDenied", put, Bucket="acme-x", Policy=policy(everybody))

    def test_encryption(self):
        self.make("acme-x")
        put, get = self.s3.put_bucket_encryption, self.s3.get_bucket_encryption

        def rules(**default):
            rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
            return {"Bucket": "acme-x", "ServerSideEncryptionConfiguration": {"Rules": [rule]}}

        key = f"arn:aws:kms:us-east-1:{OWN}:key/0"
        put(**rules(SSEAlgorithm="aws:kms", KMSMasterKeyID=key))
        (rule,) = get(Bucket="acme-x")["ServerSideEncryptionConfiguration"]["Rules"]
        self.assertEqual(rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"], key)
        self.assertEqual(rule["BlockedEncryptionTypes"], {"EncryptionType": ["NONE"]})
        self.assertTrue(rule["BucketKeyEnabled"])
        wrong = rules(SSEAlgorithm="AES256", KMSMasterKeyID=key)
        self.refused("InvalidArgument", put, **wrong)
        self.refused("MalformedXML", put, **rules(SSEAlgorithm="rot13"))
        self.s3.delete_bucket_encryption(Bucket="acme-x")
        (rule,) = get(Bucket="acme-x")["ServerSideEncryptionConfiguration"]["Rules"]
        self.assertEqual(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")

    def test_a_lock_stays(self):
        self.make("acme-x", ObjectLockEnabledForBucket=True)
        off = {"Status": "Suspended"}
        self.refused("InvalidBucketState", self.s3.put_bucket_versioning, Bucket="acme-x",
                     VersioningConfiguration=off)  # fmt: skip
        self.lock("acme-x", Mode="COMPLIANCE", Days=365)
        self.s3.put_object(Bucket="acme-x", Key="k", Body=b"1", ChecksumAlgorithm="SHA256")
        self.lock("acme-x", Mode="COMPLIANCE", Days=1)
        found = self.s3.get_object_lock_configuration(Bucket="acme-x")["ObjectLockConfiguration"]
        self.assertEqual(found["Rule"]["DefaultRetention"], {"Mode": "COMPLIANCE", "Days": 1})
        sooner = datetime.now(timezone.utc) + timedelta(days=9)
        for mode, until in (("COMPLIANCE", sooner), ("GOVERNANCE", sooner + timedelta(days=900))):
            self.refused("AccessDenied", self.s3.put_object_retention, Bucket="acme-x", Key="k",
                         Retention={"Mode": mode, "RetainUntilDate": until},
                         ChecksumAlgorithm="SHA256")  # fmt: skip
        wrong = {"ObjectLockEnabled": "Disabled"}
        self.refused("MalformedXML", self.s3.put_object_lock_configuration, Bucket="acme-x",
                     ObjectLockConfiguration=wrong)  # fmt: skip
        self.lock("acme-x")
        found = self.s3.get_object_lock_configuration(Bucket="acme-x")["ObjectLockConfiguration"]
        self.assertNotIn("Rule", found)

    def test_access_logs(self):
        self.make("acme-x")
        self.make("acme-logs", ObjectLockEnabledForBucket=True)
        enabled = {
            "TargetBucket": "acme-logs",
            "TargetPrefix": "x/",
            "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
        }

        def put():
            self.s3.put_bucket_logging(
                Bucket="acme-x", BucketLoggingStatus={"LoggingEnabled": enabled}
            )

        self.refused("InvalidTargetBucketForLogging", put)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::acme-logs/*",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": OWN},
                "ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-y"},
            },
        }
        self.s3.put_bucket_policy(Bucket="acme-logs", Policy=policy(statement))
        self.refused("InvalidTargetBucketForLogging", put)
        statement["Condition"]["ArnLike"]["aws:SourceArn"] = "arn:aws:s3:::acme-x"
        self.s3.put_bucket_policy(Bucket="acme-logs", Policy=policy(statement))
        put()
        self.assertEqual(self.s3.get_bucket_logging(Bucket="acme-x")["LoggingEnabled"], enabled)
        self.lock("acme-logs", Mode="GOVERNANCE", Days=1)
        self.refused("InvalidTargetBucketForLogging", put)


class Replication(S3):
    def rule(self, **changes):
        destination = {
            "Bucket": "arn:aws:s3:::acme-copy",
            "EncryptionConfiguration": {"ReplicaKmsKeyID": f"arn:aws:kms:us-east-1:{OWN}:key/0"},
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
        }
        destination.update(changes.pop("Destination", {}))
        rule = {
            "ID": "all",
            "Priority": 1,
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Enabled"},
            "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
            "Destination": {name: value for name, value in destination.items() if value},
        }
        rule.update(changes)
        return {name: value for name, value in rule.items() if value}

    def replicate(self, **changes):
        configuration = {"Role": f"arn:aws:iam::{OWN}:role/copy", "Rules": [self.rule(**changes)]}
        self.s3.put_bucket_replication(Bucket="acme-x", ReplicationConfiguration=configuration)

    def test_everything_is_kept(self):
        self.versioned("acme-x")
        self.versioned("acme-copy")
        self.replicate()
        found = self.s3.get_bucket_replication(Bucket="acme-x")["ReplicationConfiguration"]
        self.assertEqual(found["Rules"], [self.rule()])
        self.s3.put_object(Bucket="acme-x", Key="k", Body=b"1")
        self.refused("InvalidBucketState", self.s3.put_bucket_versioning, Bucket="acme-x",
                     VersioningConfiguration={"Status": "Suspended"})  # fmt: skip
        self.s3.delete_bucket_replication(Bucket="acme-x")
        self.refused("ReplicationConfigurationNotFoundError", self.s3.get_bucket_replication,
                     Bucket="acme-x")  # fmt: skip

    def test_both_sides_have_versions_and_locks(self):
        self.make("acme-x")
        self.make("acme-copy")
        self.refused("InvalidRequest", self.replicate)
        on = {"Status": "Enabled"}
        self.s3.put_bucket_versioning(Bucket="acme-x", VersioningConfiguration=on)
        self.refused("InvalidRequest", self.replicate)
        self.s3.put_bucket_versioning(Bucket="acme-copy", VersioningConfiguration=on)
        self.lock("acme-x")
        self.refused("InvalidRequest", self.replicate)
        self.lock("acme-copy")
        self.replicate()

    def test_what_belongs_together(self):
        self.versioned("acme-x")
        self.versioned("acme-copy")
        owner = {"AccessControlTranslation": {"Owner": "Destination"}}
        wrong = [
            {"SourceSelectionCriteria": None},
            {"Destination": {"EncryptionConfiguration": None}},
            {"Destination": {"Metrics": None}},
            {"Destination": {"Bucket": "arn:aws:s3:::acme-nowhere"}},
            {"Destination": {"Account": "111122223333"}},
            {"Destination": owner},
            {"Priority": None},
        ]
        for changes in wrong:
            with self.subTest(changes):
                self.refused("InvalidRequest", self.replicate, **changes)
        self.replicate(Destination={**owner, "Account": OWN})


if __name__ == "__main__":
    unittest.main()
