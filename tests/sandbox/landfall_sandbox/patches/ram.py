"""AWS Resource Access Manager: shares, seen from both sides.

Unless a docstring says otherwise, errors are those that each operation's page names:
https://docs.aws.amazon.com/ram/latest/APIReference/API_Operations.html
"""

import re
import time
from typing import Any, Callable, Dict, Iterator, List, NoReturn
from uuid import uuid4

from moto.iam.models import SERVICE_NAME_CONVERSION, iam_backends
from moto.ram.models import ram_backends
from moto.ram.utils import AWS_MANAGED_PERMISSIONS, RAM_RESOURCE_TYPES, format_ram_permission

from . import AwsError, organizations
from .network import Phase

SERVICE = "ram.amazonaws.com"
_ROLE = "AWSServiceRoleForResourceAccessManager"

SERVICE_NAME_CONVERSION.update({"ram": "ResourceAccessManager"})

# --- what can be shared --------------------------------------------------------------------------

#: Types by the beginning of what follows the account in an ARN.
#: https://docs.aws.amazon.com/ram/latest/userguide/shareable.html
_TYPES = {
    "ec2:transit-gateway": "ec2:TransitGateway",
    "ec2:transit-gateway-multicast-domain": "ec2:TransitGatewayMulticastDomain",
    "ec2:prefix-list": "ec2:PrefixList",
    "ec2:subnet": "ec2:Subnet",
    "ec2:security-group": "ec2:SecurityGroup",
    "ec2:ipam-pool": "ec2:IpamPool",
    "route53resolver:resolver-rule": "route53resolver:ResolverRule",
    "route53resolver:resolver-query-log-config": "route53resolver:ResolverQueryLogConfig",
    "route53resolver:firewall-rule-group": "route53resolver:FirewallRuleGroup",
    "route53profiles:profile": "route53profiles:Profile",
    "rds:cluster": "rds:Cluster",
    "imagebuilder:component": "imagebuilder:Component",
    "imagebuilder:image": "imagebuilder:Image",
    "imagebuilder:image-recipe": "imagebuilder:ImageRecipe",
    "networkmanager:core-network": "networkmanager:CoreNetwork",
    "resource-groups:group": "resource-groups:Group",
    "license-manager:license-configuration": "license-manager:LicenseConfiguration",
    "appmesh:mesh": "appmesh:Mesh",
    "codebuild:project": "codebuild:Project",
    "codebuild:report-group": "codebuild:ReportGroup",
    "glue:database": "glue:Database",
    "glue:table": "glue:Table",
    "glue:catalog": "glue:Catalog",
}

#: https://docs.aws.amazon.com/ram/latest/userguide/security-ram-permissions.html
_MORE = {
    "ec2:TransitGateway": "AWSRAMDefaultPermissionTransitGateway",
    "ec2:SecurityGroup": "AWSRAMDefaultPermissionSecurityGroup",
    "ec2:IpamPool": "AWSRAMDefaultPermissionsIpamPool",
    "route53resolver:ResolverQueryLogConfig": "AWSRAMDefaultPermissionResolverQueryLogConfig",
    "route53resolver:FirewallRuleGroup": "AWSRAMDefaultPermissionFirewallRuleGroup",
    "route53profiles:Profile": "AWSRAMDefaultPermissionRoute53Profile",
}
for _type, _permission in _MORE.items():
    AWS_MANAGED_PERMISSIONS.append(
        format_ram_permission(
            _permission, _type, creation_time="2022-06-30 17:04:20.594000"
        )  # fmt: skip
    )
    RAM_RESOURCE_TYPES.append(
        {
            "resourceType": _type,
            "serviceName": _type.split(":")[0],
            "resourceRegionScope": "REGIONAL",
        }
    )

#: Whether a resource exists, by its type, asked with account, Region and id.
exists: Dict[str, Callable[[str, str, str], bool]] = {}

_ARN = re.compile(r"arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12}):([a-z-]+)[/:]?(.*)")


def fail(code: str, text: str) -> NoReturn:
    raise AwsError(f"{code}Exception", text)


def type_of(arn: str) -> str:
    match = _ARN.fullmatch(arn)
    if not match:
        fail("MalformedArn", f"The specified resource ARN {arn} is not valid. Verify the ARN and "
              "try again.")  # fmt: skip
    kind = _TYPES.get(f"{match[1]}:{match[4]}")
    if kind is None:
        fail("MalformedArn", "You cannot share the selected resource type.")
    return kind


def _check_resource(account: str, region: str, arn: str) -> None:
    """Only the owner shares a resource, in its Region.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceShare.html
    """
    kind, match = type_of(arn), _ARN.fullmatch(arn)
    if match and match[3] != account:
        fail("OperationNotPermitted", f"You do not own the resource {arn}.")
    if match and match[2] and match[2] != region:
        fail("InvalidParameter", f"The resource {arn} is not in the Region {region}.")
    if match and kind in exists and not exists[kind](account, region, match[5]):
        fail("UnknownResource", f"Resource {arn} could not be found.")


# --- with whom it can be shared ------------------------------------------------------------------


def sharing(backend: Any) -> bool:
    """Whether an organization's accounts share without invitations: trusted access alone, which
    makes no role, does not do it.

    https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html#getting-started-sharing-orgs
    """
    roles = iam_backends[backend.account_id][backend.partition].roles.values()
    return organizations.trusts(backend, SERVICE) and any(role.name == _ROLE for role in roles)


def _same_organization(one: str, other: str) -> Any:
    backend = organizations.organization_of(one)
    return (
        backend if backend is not None and organizations.organization_of(other) is backend else None
    )


def _units(backend: Any, account: str) -> Iterator[str]:
    """The ARNs of the organization and of all units that an account is in."""
    yield backend.org.arn
    held = {unit.id: unit for unit in backend.ou}
    above = next((a.parent_id for a in backend.accounts if a.id == account), None)
    while above in held:
        yield held[above].arn
        above = held[above].parent_id


def _covers(principal: str, account: str) -> bool:
    """https://docs.aws.amazon.com/ram/latest/userguide/getting-started-terms-and-concepts.html"""
    if re.fullmatch(r"\d{12}", principal):
        return principal == account
    if ":organizations:" in principal:
        backend = organizations.organization_of(account)
        return backend is not None and principal in _units(backend, account)
    match = re.match(r"arn:[^:]+:iam::(\d{12}):", principal)
    return match is not None and match[1] == account


def _check_principal(share: Any, principal: str) -> bool:
    """Whether it is outside of what the owner's organization shares without invitation.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceShare.html
    """
    own = organizations.organization_of(share.owner)
    if ":organizations:" in principal:
        arns = [own.org.arn, *(unit.arn for unit in own.ou)] if own is not None else []
        if principal not in arns:
            kind = "Organization" if ":organization/" in principal else "OrganizationalUnit"
            name = principal.rsplit("/", 1)[-1]
            fail("UnknownResource", f"{kind} {name} could not be found.")
        if own is None or not sharing(own):
            fail("OperationNotPermitted", "Sharing with your organization is not enabled.")
        return False
    match = re.fullmatch(
        r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::(root|role/.+|user/.+))?", principal
    )
    if not match:
        if re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com", principal):
            return False
        text = f"Principal ID {principal} is malformed. Verify the ID and try again."
        fail("InvalidParameter", text)
    backend = _same_organization(share.owner, match[1])
    external = backend is None
    if external and not share.external:
        text = (
            f"The resource share does not allow principals outside of the organization: {principal}"
        )
        fail("OperationNotPermitted", text)
    return external or not sharing(backend)


# --- shares --------------------------------------------------------------------------------------

#: https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing-delete.html
LISTED_SECONDS = 7200.0


class Association:
    """A resource or a principal in a share."""

    def __init__(self, entity: str, invited: bool = False, external: bool = False):
        self.entity, self.external = entity, external
        self.status = Phase("ASSOCIATING", "ASSOCIATING" if invited else "ASSOCIATED")
        self.invitation = f"invitation/{uuid4()}" if invited else None
        self.invited = "PENDING"
        self.created = self.updated = time.time()

    def part(self) -> None:
        if self.status.settled != "DISASSOCIATED":
            self.status.become("DISASSOCIATING", "DISASSOCIATED")
            self.updated = time.time()

    @property
    def on(self) -> bool:
        return self.status == "ASSOCIATED"

    @property
    def listed(self) -> bool:
        return self.status != "DISASSOCIATED" or self.status.gone_for < LISTED_SECONDS


class Share:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_ResourceShare.html"""

    def __init__(self, account: str, region: str, partition: str, name: str, external: bool):
        self.owner, self.name, self.external = account, name, external
        self.arn = f"arn:{partition}:ram:{region}:{account}:resource-share/{uuid4()}"
        self.status = Phase("ACTIVE", "ACTIVE")
        self.created = self.updated = time.time()
        self.tags: Dict[str, str] = {}
        self.resources: Dict[str, Association] = {}
        self.principals: Dict[str, Association] = {}

    def describe(self, account: str) -> Dict[str, Any]:
        shown = {
            "resourceShareArn": self.arn,
            "name": self.name,
            "owningAccountId": self.owner,
            "allowExternalPrincipals": self.external,
            "status": str(self.status),
            "creationTime": self.created,
            "lastUpdatedTime": self.updated,
            "featureSet": "STANDARD",
        }
        if account == self.owner:
            shown["tags"] = [{"key": k, "value": v} for k, v in self.tags.items()]
        return shown

    def seen_by(self, account: str) -> bool:
        """Others see an active share that one of its principals lets them into."""
        held = self.principals.values()
        return (
            account != self.owner
            and self.status == "ACTIVE"
            and any(one.on and _covers(one.entity, account) for one in held)
        )

    def associate(self, region: str, resources: List[str], principals: List[str]) -> List[Any]:
        for arn in resources:
            _check_resource(self.owner, region, arn)
        invited = {name: _check_principal(self, name) for name in principals}
        new = []
        for arn in resources:
            if arn not in self.resources or self.resources[arn].status.settled == "DISASSOCIATED":
                self.resources[arn] = Association(arn)
            new.append(shown_association(self, self.resources[arn], "RESOURCE"))
        for name in principals:
            held = self.principals.get(name)
            if held is None or held.status.settled in ("DISASSOCIATED", "FAILED"):
                outside = name.isdigit() and _same_organization(self.owner, name) is None
                self.principals[name] = Association(name, invited[name], outside)
            new.append(shown_association(self, self.principals[name], "PRINCIPAL"))
        self.updated = time.time()
        return new


def shown_association(share: Share, one: Association, kind: str) -> Dict[str, Any]:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_ResourceShareAssociation.html"""
    return {
        "resourceShareArn": share.arn,
        "resourceShareName": share.name,
        "associatedEntity": one.entity,
        "associationType": kind,
        "status": str(one.status),
        "creationTime": one.created,
        "lastUpdatedTime": one.updated,
        "external": one.external,
    }


def every(region: str) -> Iterator[Share]:
    for account in list(ram_backends.values()):
        backend: Any = dict.get(account, region)
        yield from list(backend.resource_shares) if backend is not None else []


def shared_with(account: str, arn: str) -> bool:
    """Whether a resource of another account is shared with this one.

    https://docs.aws.amazon.com/ram/latest/userguide/working-with-shared.html
    """
    for share in every(arn.split(":")[3]):
        held = share.resources.get(arn)
        if held is not None and held.on and share.seen_by(account):
            return True
    return False


def forget(arn: str) -> None:
    """A resource that is deleted leaves its shares.

    https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing-update.html
    """
    for share in every(arn.split(":")[3]):
        if arn in share.resources:
            share.resources[arn].part()
