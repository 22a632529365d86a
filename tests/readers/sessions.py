"""Sessions of boto3 in the accounts of the landing zone, by name; shared by the readers."""

import socket
import sys
from functools import lru_cache
from typing import Any, Dict

import boto3

_resolve = socket.getaddrinfo


def _getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
    """Names below localhost are this machine, which not every system knows: S3 Control puts the account
    in front of the host. https://www.rfc-editor.org/rfc/rfc6761#section-6.3
    """
    return _resolve("localhost" if str(host).endswith(".localhost") else host, *rest, **more)


socket.getaddrinfo = _getaddrinfo

#: The Regions of the landing zone, the home Region first.
HOME, *OTHERS = REGIONS = sys.argv[1:3]


@lru_cache
def ids() -> Dict[str, str]:
    """The accounts that are ours, name to id, the management account first."""
    organizations = boto3.client("organizations", region_name=HOME)
    found = {"management": organizations.describe_organization()["Organization"]["MasterAccountId"]}
    for page in organizations.get_paginator("list_accounts").paginate():
        for account in page["Accounts"]:
            tags = organizations.list_tags_for_resource(ResourceId=account["Id"])["Tags"]
            if "landfall:organization" in {tag["Key"] for tag in tags}:
                found[account["Name"]] = account["Id"]
    return found


@lru_cache
def session(account: str, region: str = HOME) -> boto3.Session:
    """The management account's own credentials, or those of the role that reaches the account."""
    if account == "management":
        return boto3.Session(region_name=region)
    role = f"arn:aws:iam::{ids()[account]}:role/OrganizationAccountAccessRole"
    sts = boto3.client("sts", region_name=HOME)
    keys = sts.assume_role(RoleArn=role, RoleSessionName="reader")["Credentials"]
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region)


@lru_cache
def client(service: str, account: str, region: str = HOME) -> Any:
    """A client of a service in an account and Region."""
    return session(account, region).client(service)
