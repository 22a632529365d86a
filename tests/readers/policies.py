"""Reads every policy that the landing zone made back from AWS, with boto3, and prints them as JSON.

Each is `{"where": …, "sort": …, "document": …}`; `sort` is `identity`, `trust`, `scp`, or the service
of a resource policy. Takes the Regions as arguments; credentials are the management account's.
"""

import json
import sys
from typing import Any, Dict, Iterator, List, Tuple

from sessions import REGIONS, client, ids

Policies = Iterator[Tuple[str, str, Any]]


def is_ours(tags: List[Dict[str, str]]) -> bool:
    return any("landfall:organization" in (tag.get("Key"), tag.get("TagKey")) for tag in tags)


def scps() -> Policies:
    organizations = client("organizations", "management")
    for policy in organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]:
        if not policy["AwsManaged"]:
            text = organizations.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"]
            yield policy["Name"], "scp", json.loads(text)


def iam(account: str) -> Policies:
    iam = client("iam", account)
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            name = role["RoleName"]
            if not is_ours(iam.list_role_tags(RoleName=name)["Tags"]):
                continue
            yield name, "trust", role["AssumeRolePolicyDocument"]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
                found = iam.get_role_policy(RoleName=name, PolicyName=policy)
                yield f"{name}/{policy}", "identity", found["PolicyDocument"]


def kms(account: str, region: str) -> Policies:
    kms = client("kms", account, region)
    for key in kms.list_keys()["Keys"]:
        if is_ours(kms.list_resource_tags(KeyId=key["KeyId"]).get("Tags", [])):
            text = kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
            yield key["KeyId"], "kms", json.loads(text)


def s3(account: str, region: str) -> Policies:
    s3 = client("s3", account, region)
    for bucket in s3.list_buckets()["Buckets"]:
        if (s3.get_bucket_location(Bucket=bucket["Name"])["LocationConstraint"] or "us-east-1") == region:
            text = s3.get_bucket_policy(Bucket=bucket["Name"])["Policy"]
            yield bucket["Name"], "s3", json.loads(text)


def sns(account: str, region: str) -> Policies:
    sns = client("sns", account, region)
    for topic in sns.list_topics()["Topics"]:
        attributes = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
        yield topic["TopicArn"], "sns", json.loads(attributes["Policy"])


def logs(account: str, region: str) -> Policies:
    logs = client("logs", account, region)
    for policy in logs.describe_resource_policies()["resourcePolicies"]:
        yield policy["policyName"], "logs", json.loads(policy["policyDocument"])
    for destination in logs.describe_destinations()["destinations"]:
        if "accessPolicy" in destination:
            yield destination["destinationName"], "logs", json.loads(destination["accessPolicy"])


def main() -> None:
    found = [("organization", *policy) for policy in scps()]
    for account in ids():
        found += [(account, *policy) for policy in iam(account)]
        for region in REGIONS:
            for reader in (kms, s3, sns, logs):
                found += [(f"{account}/{region}", *policy) for policy in reader(account, region)]
    policies = [
        {"where": f"{place}: {name}", "sort": sort, "document": document}
        for place, name, sort, document in found
    ]
    json.dump(policies, sys.stdout)


main()
