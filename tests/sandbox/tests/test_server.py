import json
import os
import signal
import socket
import threading
import time
import unittest
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError
from harness import Case, Server


class Process(unittest.TestCase):
    def test_ends_with_its_parent(self):
        server = Server()
        self.assertEqual(server.started["pid"], server.process.pid)
        self.assertTrue(server.url.startswith("http://127.0.0.1:"))
        self.assertEqual(server.stop(), 0)

    def test_ends_on_sigterm(self):
        server = Server("--plain")
        os.kill(server.process.pid, signal.SIGTERM)
        self.assertEqual(server.process.wait(5), 0)
        server.stop()

    def test_the_users_profile_does_not_matter(self):
        server = Server(
            AWS_PROFILE="none", AWS_DEFAULT_REGION="nowhere", MOTO_ACCOUNT_ID="111111111111"
        )
        identity = server.client("sts").get_caller_identity()
        self.assertEqual(identity["Account"], "123456789012")
        server.stop()

    def test_plain_is_moto(self):
        server = Server("--plain")
        client = server.client("organizations")
        client.create_organization(FeatureSet="ALL")
        status = client.create_account(AccountName="a", Email="a@acme.example")
        self.assertEqual(status["CreateAccountStatus"]["State"], "SUCCEEDED")
        calls = server.control("GET", "calls")
        self.assertEqual([c["operation"] for c in calls], ["CreateOrganization", "CreateAccount"])
        server.control("POST", "reset")
        client.create_organization(FeatureSet="ALL")
        server.stop()


class Calls(Case):
    def test_every_protocol_is_named(self):
        self.organization()
        account = self.account("dev")
        self.server.control("DELETE", "calls")
        credentials = self.enter(account)
        self.client("iam", credentials).list_roles()
        self.client("ec2", credentials, "ap-southeast-2").describe_vpcs()
        self.client("kms").list_keys()
        self.client("account").list_regions()
        self.client("s3").create_bucket(Bucket="a-bucket")
        self.client("s3").list_objects_v2(Bucket="a-bucket")
        self.client("s3").put_object(Bucket="a-bucket", Key="a/b c", Body=b"x")
        self.client("s3").head_bucket(Bucket="a-bucket")
        self.client("route53").list_hosted_zones()
        self.client("ram").get_resource_shares(resourceOwner="SELF")
        self.client("cloudwatch").describe_alarms()
        self.client("resourcegroupstaggingapi").get_resources()
        calls = self.server.control("GET", "calls")
        self.assertEqual(
            [(c["service"], c["operation"], c["mutating"]) for c in calls],
            [
                ("sts", "AssumeRole", False),
                ("iam", "ListRoles", False),
                ("ec2", "DescribeVpcs", False),
                ("kms", "ListKeys", False),
                ("account", "ListRegions", False),
                ("s3", "CreateBucket", True),
                ("s3", "ListObjectsV2", False),
                ("s3", "PutObject", True),
                ("s3", "HeadBucket", False),
                ("route53", "ListHostedZones", False),
                ("ram", "GetResourceShares", False),
                ("monitoring", "DescribeAlarms", False),
                ("tagging", "GetResources", False),
            ],
        )
        self.assertTrue(all(c["status"] == 200 for c in calls))
        self.assertEqual([c["seq"] for c in calls], sorted(c["seq"] for c in calls))
        self.assertEqual(calls[1]["account"], account)
        self.assertEqual(calls[1]["session_name"], "test")
        self.assertEqual(calls[2]["region"], "ap-southeast-2")
        self.assertEqual(calls[2]["access_key"], credentials["AccessKeyId"])

    def test_errors_are_noted(self):
        self.refused("NoSuchEntity", self.client("iam").get_role, RoleName="none")
        self.refused("NotFoundException", self.client("kms").describe_key, KeyId="none")
        calls = self.server.control("GET", "calls")
        found = [(c["status"], c["error"]) for c in calls]
        self.assertEqual(found, [(404, "NoSuchEntity"), (400, "NotFoundException")])

    def test_what_moto_lacks_is_said(self):
        answer = self.refused(
            "NotImplemented", self.client("kms").connect_custom_key_store, CustomKeyStoreId="x"
        )
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 501)

    def test_unknown_control(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.server.control("GET", "nothing")
        self.assertEqual(caught.exception.code, 404)
        caught.exception.close()

    def test_s3_control_by_account_host(self):
        """The account stands in front of the host name; every name under localhost is loopback."""

        def loopback(host, *more, **options):
            return resolve("127.0.0.1" if host.endswith(".localhost") else host, *more, **options)

        resolve = socket.getaddrinfo
        url = self.server.url.replace("127.0.0.1", "localhost")
        client = self.server.client("s3control", url=url)
        block = {"BlockPublicAcls": True, "BlockPublicPolicy": True}
        block.update(IgnorePublicAcls=True, RestrictPublicBuckets=True)
        who = {"AccountId": "123456789012"}
        with mock.patch("socket.getaddrinfo", loopback):
            call = client.get_public_access_block
            self.refused("NoSuchPublicAccessBlockConfiguration", call, **who)
            client.put_public_access_block(PublicAccessBlockConfiguration=block, **who)
            self.assertEqual(call(**who)["PublicAccessBlockConfiguration"], block)
        found = [(c["service"], c["operation"]) for c in self.server.control("GET", "calls")]
        self.assertEqual(found[1], ("s3-control", "PutPublicAccessBlock"))


class AtOnce(Case):
    def test_of_many_equal_creations_one_succeeds(self):
        client, root = self.organization()

        def create(_):
            make = client.create_organizational_unit
            return bool(self.tries(lambda: make(ParentId=root, Name="Same")))

        with ThreadPoolExecutor(16) as pool:
            self.assertEqual(sum(pool.map(create, range(32))), 1)
        self.assertEqual(len(self.server.control("GET", "calls")), 34)


class FaultRules(Case):
    def fault(self, **rule):
        return self.server.control("POST", "faults", rule)

    def test_every_protocol_reads_its_error(self):
        self.fault(error="AccessDeniedException", message="because", status=403)
        for client, call in [
            ("iam", "list_roles"),
            ("ec2", "describe_vpcs"),
            ("kms", "list_keys"),
            ("account", "list_regions"),
            ("s3", "list_buckets"),
            ("route53", "list_hosted_zones"),
            ("cloudwatch", "describe_alarms"),
            ("organizations", "list_roots"),
        ]:
            answer = self.refused("AccessDeniedException", getattr(self.client(client), call))
            self.assertEqual(answer["Error"]["Message"], "because", client)
            self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 403)

    def test_matching(self):
        rule = dict(service="iam", operation="Get*", account="123456789012", region="us-east-1")
        self.fault(error="Throttling", times=1, skip=1, contains="RoleName=b", **rule)
        iam = self.client("iam")
        for name, code in [("a", "NoSuchEntity"), ("b", "NoSuchEntity"), ("b", "Throttling")]:
            self.refused(code, iam.get_role, RoleName=name)
        self.refused("NoSuchEntity", iam.get_role, RoleName="b")
        self.assertEqual(self.server.control("GET", "faults")[0]["hits"], 1)
        self.server.control("DELETE", "faults")
        self.assertEqual(self.server.control("GET", "faults"), [])

    def test_seeded_probability(self):
        def pattern():
            self.server.control("DELETE", "faults")
            self.fault(error="Throttling", probability=0.5, seed=7)
            client = self.client("iam")
            return [bool(self.tries(client.list_roles)) for _ in range(12)]

        first = pattern()
        self.assertEqual(first, pattern())
        self.assertEqual({True, False}, set(first))

    def test_dropped_connection(self):
        self.fault(operation="ListRoles", drop=True, times=1)
        with self.assertRaises((ConnectionClosedError, EndpointConnectionError)):
            self.client("iam").list_roles()
        self.client("iam").list_roles()
        self.assertEqual(self.server.control("GET", "calls")[0]["error"], "Dropped")

    def test_unknown_outcome(self):
        self.fault(operation="CreateUser", error="ServiceUnavailable", status=503, after=True)
        iam = self.client("iam")
        self.refused("ServiceUnavailable", iam.create_user, UserName="somebody")
        self.assertEqual(iam.get_user(UserName="somebody")["User"]["UserName"], "somebody")

    def test_delay(self):
        self.fault(operation="ListRoles", delay_ms=150)
        begin = time.monotonic()
        self.client("iam").list_roles()
        self.assertGreater(time.monotonic() - begin, 0.15)

    def test_unknown_key(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.fault(opration="x")
        self.assertIn("opration", json.load(caught.exception)["error"])
        caught.exception.close()


class Turns(Case):
    def tearDown(self):
        self.server.control("DELETE", "turns")

    def test_changes_wait_for_each_other_and_for_whoever_looks(self):
        ec2 = self.client("ec2")
        self.server.control("PUT", "turns", ["ec2"])
        made = [threading.Thread(target=ec2.create_vpc, kwargs={"CidrBlock": f"10.{n}.0.0/16"}) for n in (1, 2)]
        before = len(ec2.describe_vpcs()["Vpcs"])
        for thread in made:
            thread.start()
        for count in (1, 2):
            held = self.until(lambda: self.server.control("GET", "turns"))
            self.assertEqual(held["operation"], "CreateVpc")
            self.assertEqual(len(ec2.describe_vpcs()["Vpcs"]), before + count)
            self.assertTrue(any(thread.is_alive() for thread in made))
            self.server.control("POST", "turns")
        for thread in made:
            thread.join()
        self.assertIsNone(self.server.control("GET", "turns"))

    def test_nobody_waits_any_more(self):
        self.server.control("PUT", "turns", ["ec2"])
        made = threading.Thread(target=self.client("ec2").create_vpc, kwargs={"CidrBlock": "10.3.0.0/16"})
        made.start()
        self.until(lambda: self.server.control("GET", "turns"))
        self.server.control("DELETE", "turns")
        made.join()
        self.client("ec2").create_vpc(CidrBlock="10.4.0.0/16")


class Reset(Case):
    def test_everything_goes(self):
        for _ in range(2):
            self.organization()
            account = self.account("dev", usable=False)
            self.server.control("POST", "faults", {"error": "x", "service": "nothing"})
            self.server.control("POST", "reset")
            self.assertEqual(self.server.control("GET", "calls"), [])
            self.assertEqual(self.server.control("GET", "faults"), [])
            call = self.client("organizations").list_accounts
            self.refused("AWSOrganizationsNotInUseException", call)
            self.refused("AccessDenied", self.enter, account)


if __name__ == "__main__":
    unittest.main()
