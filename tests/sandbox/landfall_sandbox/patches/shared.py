"""What AWS Resource Access Manager shares with whom, for the services whose resources it shares."""

from typing import Any, List

from moto.ram.models import ResourceShare, ram_backends

from .organizations import organization_of

#: Types that may be shared and that moto refuses.
#: https://docs.aws.amazon.com/ram/latest/userguide/shareable.html
for _type in ("firewall-rule-group", "resolver-query-log-config"):
    if _type not in ResourceShare.SHAREABLE_RESOURCES:
        ResourceShare.SHAREABLE_RESOURCES.append(_type)


def shared_with(account_id: str, resource_arn: str) -> bool:
    """Whether the resource, of another account, is shared with this one.

    https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html
    """
    owner = resource_arn.split(":")[4]
    return owner != account_id and any(
        _lets_in(str(principal), account_id, owner)
        for share in _shares(resource_arn)
        for principal in share.principals
    )


def share_status(account_id: str, resource_arn: str) -> str:
    """How an account sees a resource of its own, or one that is shared with it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverRule.html
    """
    if resource_arn.split(":")[4] != account_id:
        return "SHARED_WITH_ME"
    shared = any(share.principals for share in _shares(resource_arn))
    return "SHARED_BY_ME" if shared else "NOT_SHARED"


def _shares(resource_arn: str) -> List[Any]:
    """The shares that hold a resource: its owner's, in its Region."""
    _, _, _, region, owner, _ = resource_arn.split(":", 5)
    if not owner or not region:
        return []
    return [
        share
        for share in ram_backends[owner][region].resource_shares
        if share.status == "ACTIVE" and resource_arn in share.resource_arns
    ]


def _lets_in(principal: str, account_id: str, owner: str) -> bool:
    """An account, an organizational unit with all below it, or the organization.

    Accounts outside of it would have to accept an invitation, which the sandbox lacks.

    https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html#getting-started-sharing-orgs
    """
    organization = organization_of(account_id)
    theirs = organization_of(owner)
    if organization is None or theirs is None or organization.org is None or theirs.org is None:
        return False
    if organization.org.id != theirs.org.id:
        return False
    if principal in (account_id, organization.org.arn):
        return True
    if principal.startswith("arn:") and principal.endswith(f":iam::{account_id}:root"):
        return True
    return principal in _units_above(organization, account_id)


def _units_above(organization: Any, account_id: str) -> List[str]:
    """The ARNs of the organizational units that an account is in, however deep."""
    units = {unit.id: unit for unit in organization.ou}
    parent = next((a.parent_id for a in organization.accounts if a.id == account_id), None)
    found = []
    while parent in units:
        found.append(units[parent].arn)
        parent = units[parent].parent_id
    return found
