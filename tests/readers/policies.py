"""Reads every policy that the landing zone made back from AWS, with boto3, and prints them as JSON.

Each is `{"where": …, "sort": …, "document": …}`; `sort` is `identity`, `trust`, `scp`, or the service
of a resource policy. Takes the Regions as arguments; credentials are the management account's.
"""

import json
import sys
from typing import Any, Dict, Iterator, List, Tuple

import boto3

OURS = "landfall:organization"


def accounts() -> Iterator[Tuple[str, boto3.Session]]:
    """A session for each account that is ours, the management account first."""
    yield "management", boto3.Session(region_name=sys.argv[1])
    sts, organizations = boto3.client("sts", region_name=sys.argv[1]), boto3.client("organizations")
    for page in organizations.get_paginator("list_accounts").paginate():
        for account in page["Accounts"]:
            tags = organizations.list_tags_for_resource(ResourceId=account["Id"])["Tags"]
            if OURS not in {tag["Key"] for tag in tags}:
                continue
            role = f"arn:aws:iam::{account['Id']}:role/OrganizationAccountAccessRole"
            keys = sts.assume_role(RoleArn=role, RoleSessionName="reader")["Credentials"]
            yield account["Name"], boto3.Session(
                keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], sys.argv[1]
            )


def is_ours(tags: List[Dict[str, str]]) -> bool:
    return any(OURS in (tag.get("Key"), tag.get("TagKey")) for tag in tags)


def scps(session: boto3.Session) -> Iterator[Tuple[str, str, Any]]:
    client = session.client("organizations")
    for policy in client.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]:
        if not policy["AwsManaged"]:
            text = client.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"]
            yield policy["Name"], "scp", json.loads(text)


def iam(session: boto3.Session) -> Iterator[Tuple[str, str, Any]]:
    client = session.client("iam")
    for page in client.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            name = role["RoleName"]
            if not is_ours(client.list_role_tags(RoleName=name)["Tags"]):
                continue
            yield name, "trust", role["AssumeRolePolicyDocument"]
            for policy in client.list_role_policies(RoleName=name)["PolicyNames"]:
                found = client.get_role_policy(RoleName=name, PolicyName=policy)
                yield f"{name}/{policy}", "identity", found["PolicyDocument"]


def kms(session: boto3.Session) -> Iterator[Tuple[str, str, Any]]:
    client = session.client("kms")
    for key in client.list_keys()["Keys"]:
        if is_ours(client.list_resource_tags(KeyId=key["KeyId"]).get("Tags", [])):
            text = client.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
            yield key["KeyId"], "kms", json.loads(text)


def s3(session: boto3.Session) -> Iterator[Tuple[str, str, Any]]:
    client = session.client("s3")
    for bucket in client.list_buckets()["Buckets"]:
        region = client.get_bucket_location(Bucket=bucket["Name"])["LocationConstraint"] or "us-east-1"
        if region == session.region_name:
            text = client.get_bucket_policy(Bucket=bucket["Name"])["Policy"]
            yield bucket["Name"], "s3", json.loads(text)


def sns(session: boto3.Session) -> Iterator[Tuple[str, str, Any]]:
    client = session.client("sns")
    for topic in client.list_topics()["Topics"]:
        attributes = client.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
        yield topic["TopicArn"], "sns", json.loads(attributes["Policy"])


def logs(session: boto3.Session) -> Iterator[Tuple[str, str, Any]]:
    client = session.client("logs")
    for policy in client.describe_resource_policies()["resourcePolicies"]:
        yield policy["policyName"], "logs", json.loads(policy["policyDocument"])
    for destination in client.describe_destinations()["destinations"]:
        if "accessPolicy" in destination:
            yield destination["destinationName"], "logs", json.loads(destination["accessPolicy"])


def main() -> None:
    found = []
    for account, session in accounts():
        readers = [iam] + ([scps] if account == "management" else [])
        for reader in readers:
            found += [(account, *policy) for policy in reader(session)]
        for region in sys.argv[1:]:
            there = boto3.Session(*session.get_credentials().get_frozen_credentials()[:3], region)
            for reader in (kms, s3, sns, logs):
                found += [(f"{account}/{region}", *policy) for policy in reader(there)]
    policies = [
        {"where": f"{place}: {name}", "sort": sort, "document": document}
        for place, name, sort, document in found
    ]
    json.dump(policies, sys.stdout)


main()
