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
        _lets_in(share, account_id, owner) for share in _shares(resource_arn)
    )


def share_status(account_id: str, resource_arn: str) -> str:
    """How an account sees a resource of its own, or one that is shared with it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverRule.html
    """
    if resource_arn.split(":")[4] != account_id:
        return "SHARED_WITH_ME"
    shared = any(_associated(share.principals) for share in _shares(resource_arn))
    return "SHARED_BY_ME" if shared else "NOT_SHARED"


def _shares(resource_arn: str) -> List[Any]:
    """The shares that hold a resource: its owner's, in its Region."""
    _, _, _, region, owner, _ = resource_arn.split(":", 5)
    if not owner or not region:
        return []
    return [
        share
        for share in ram_backends[owner][region].resource_shares
        if share.status == "ACTIVE" and resource_arn in _resources(share)
    ]


def _associated(held: Any) -> List[str]:
    """What moto lists, or what is associated by now where associations have states of their own."""
    if isinstance(held, dict):
        return [name for name, association in held.items() if association.on]
    return [str(name) for name in held]


def _resources(share: Any) -> List[str]:
    return _associated(share.resource_arns if hasattr(share, "resource_arns") else share.resources)


def _lets_in(share: Any, account_id: str, owner: str) -> bool:
    """An account, an organizational unit with all below it, or the organization.

    Accounts outside of it have to accept an invitation, which moto's shares lack.

    https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html#getting-started-sharing-orgs
    """
    if hasattr(share, "seen_by"):
        return bool(share.seen_by(account_id))
    organization = organization_of(account_id)
    if organization is None or organization_of(owner) is not organization:
        return False
    names = {account_id, organization.org.arn, *_units_above(organization, account_id)}
    root = f":iam::{account_id}:root"
    return any(name in names or name.endswith(root) for name in _associated(share.principals))


def _units_above(organization: Any, account_id: str) -> List[str]:
    """The ARNs of the organizational units that an account is in, however deep."""
    units = {unit.id: unit for unit in organization.ou}
    parent = next((a.parent_id for a in organization.accounts if a.id == account_id), None)
    found = []
    while parent in units:
        found.append(units[parent].arn)
        parent = units[parent].parent_id
    return found
