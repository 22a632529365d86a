"""Roles that a call hands to a service."""

import json
import re
from typing import Any, Iterator, Optional

from moto.iam.models import iam_backends

from ..policy import Context, identity_allows, listed, service_may
from . import organizations

_ARN = re.compile(r"arn:(?P<partition>[^:]+):iam::(?P<account>\d{12}):role/.+")


def role_of(arn: Optional[str], account: str) -> Any:
    """The role with this ARN, if it is one of the account's: no other can be passed.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    match = _ARN.fullmatch(arn or "")
    if not match or match["account"] != account:
        return None
    roles = iam_backends[account][match["partition"]].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def acting(service: str, account: str, arn: Optional[str] = None) -> Context:
    """What a service says of itself and of those on whose behalf it acts.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    context = {
        "aws:sourceaccount": account,
        "aws:securetransport": "true",
        "aws:principalisawsservice": "true",
        "aws:principalservicename": service,
    }
    if arn:
        context["aws:sourcearn"] = arn
    organization = organizations.organization_of(account)
    if organization is not None:
        context["aws:sourceorgid"] = organization.org.id
    return context


def assumable(role: Any, service: str, context: Context) -> bool:
    """Whether a role's trust policy lets a service in."""
    trust = _with_resource(role.assume_role_policy_document)
    return service_may(trust, service, "sts:AssumeRole", "*", context)


def may(role: Any, action: str, resource: str, context: Context) -> bool:
    """Whether a role's own policies allow an action.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    return bool(identity_allows(_documents(role), action, resource, context))


def _documents(role: Any) -> Iterator[str]:
    yield from role.policies.values()
    for policy in role.managed_policies.values():
        for version in policy.versions:
            if version.version_id == policy.default_version_id:
                yield version.document


def _with_resource(trust: str) -> str:
    """A trust policy says nothing of a resource: it is the role itself."""
    document = json.loads(trust)
    document["Statement"] = [{"Resource": "*", **one} for one in listed(document["Statement"])]
    return json.dumps(document)
