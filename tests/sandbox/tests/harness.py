"""One sandbox for all tests of a process, emptied before each test."""

import atexit
import json
import os
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

PACKAGE = Path(__file__).resolve().parent.parent
QUICK = {
    "LANDFALL_SANDBOX_ACCOUNT_SECONDS": "0.1",
    "LANDFALL_SANDBOX_REGION_SECONDS": "0.2",
    "LANDFALL_SANDBOX_REPLICA_SECONDS": "0.1",
    "LANDFALL_SANDBOX_GATEWAY_SECONDS": "0.3",
}


class Server:
    """A sandbox of our own, stopped by closing its stdin."""

    def __init__(self, *arguments, **environment):
        more = dict(os.environ, PYTHONPATH=str(PACKAGE), **QUICK)
        more.update(environment)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "landfall_sandbox", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=more,
        )
        atexit.register(self.stop)
        self.started = json.loads(self.process.stdout.readline())
        self.url = self.started["url"]

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        return self.process.returncode

    def control(self, method, name, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/landfall/{name}", data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def client(self, service, credentials=None, region="us-east-1", url=None):
        credentials = credentials or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=url or self.url,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken"),
            config=Config(
                parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=10
            ),
        )


_server = None


def server():
    global _server
    if _server is None:
        _server = Server()
    return _server


class Case(unittest.TestCase):
    """A test in an empty sandbox, with what most tests need."""

    maxDiff = None

    def setUp(self):
        self.server = server()
        self.server.control("POST", "reset")
        # What passes by itself passes while a test waits for it, and stands still while it looks.
        self.server.control("POST", "clock", {"stopped": True})

    def client(self, service, credentials=None, region="us-east-1"):
        return self.server.client(service, credentials, region)

    def refused(self, code, call, *arguments, **more):
        """The call fails with this code; returns the whole answer."""
        with self.assertRaises(ClientError) as caught:
            call(*arguments, **more)
        answer = caught.exception.response
        self.assertEqual(answer["Error"]["Code"], code, answer)
        return answer

    def organization(self, *types):
        """An organization with these policy types enabled; returns client and root id."""
        client = self.client("organizations")
        client.create_organization(FeatureSet="ALL")
        root = client.list_roots()["Roots"][0]["Id"]
        for kind in types:
            client.enable_policy_type(RootId=root, PolicyType=kind)
        return client, root

    def account(self, name, usable=True, **more):
        """A new member account's id."""
        client = self.client("organizations")
        email = more.pop("Email", f"{name}@acme.example")
        status = client.create_account(AccountName=name, Email=email, **more)["CreateAccountStatus"]
        status = self.until(
            lambda: client.describe_create_account_status(CreateAccountRequestId=status["Id"])[
                "CreateAccountStatus"
            ],
            lambda status: status["State"] != "IN_PROGRESS",
        )
        self.assertEqual(status["State"], "SUCCEEDED", status)
        if usable:
            self.until(lambda: self.tries(self.enter, status["AccountId"]))
        return status["AccountId"]

    def enter(self, account, role="OrganizationAccountAccessRole", credentials=None, **more):
        """Credentials of a role in an account."""
        return self.client("sts", credentials).assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="test", **more
        )["Credentials"]

    @staticmethod
    def tries(call, *arguments):
        try:
            return call(*arguments)
        except ClientError:
            return None

    def until(self, ask, good=bool):
        """What `ask` answers once it is good: the sandbox's clock is moved on, for five seconds at most."""
        for _ in range(100):
            answer = ask()
            if good(answer):
                return answer
            self.server.control("POST", "clock", {"advance": 0.05})
        raise AssertionError(f"still {answer}")


def trust(principal, **condition):
    """A trust policy for one AWS principal."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(action, resource, effect="Allow"):
    """An identity policy of one statement."""
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
