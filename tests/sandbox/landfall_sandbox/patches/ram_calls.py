"""AWS Resource Access Manager: its calls.

Unless a docstring says otherwise, errors are those that each operation's page names:
https://docs.aws.amazon.com/ram/latest/APIReference/API_Operations.html
"""

import json
import time
from typing import Any, Dict, Iterator, List, Optional

from moto.iam.models import iam_backends
from moto.ram import urls
from moto.ram.responses import ResourceAccessManagerResponse
from moto.ram.utils import AWS_MANAGED_PERMISSIONS

from . import network, organizations, patch
from .ram import (
    LISTED_SECONDS,
    SERVICE,
    Association,
    Share,
    every,
    fail,
    sharing,
    shown_association,
    type_of,
)  # fmt: skip

for _name in (
    "associateresourceshare", "disassociateresourceshare", "listresources", "listprincipals",
    "listresourcesharepermissions", "tagresource", "untagresource", "getresourceshareinvitations",
    "acceptresourceshareinvitation", "rejectresourceshareinvitation",
):  # fmt: skip
    urls.url_paths[f"{{0}}/{_name}$"] = ResourceAccessManagerResponse.dispatch

# --- calls ---------------------------------------------------------------------------------------


def _own(response: Any) -> List[Share]:
    backend: Any = response.ram_backend
    shares: List[Share] = backend.resource_shares
    shares[:] = [s for s in shares if s.status != "DELETED" or s.status.gone_for < LISTED_SECONDS]
    return shares


def _named(response: Any, living: bool = True, parameter: str = "resourceShareArn") -> Share:
    arn = response._get_param(parameter)
    for share in _own(response):
        if share.arn == arn:
            if living and share.status != "ACTIVE":
                fail("InvalidStateTransition", f"The resource share {arn} is {share.status}.")
            return share
    fail("UnknownResource", f"ResourceShare {arn} could not be found.")


def _page(response: Any, key: str, items: List[Any]) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShares.html"""
    size, token = response._get_param("maxResults"), response._get_param("nextToken")
    if size is not None and not 1 <= int(size) <= 500:
        fail("InvalidMaxResults", f"{size} is not a valid number of results.")
    if token is not None and not str(token).isdigit():
        fail("InvalidNextToken", "The specified nextToken is not valid.")
    begin, end = int(token or 0), int(token or 0) + int(size or 500)
    answer = {key: items[begin:end]}
    if end < len(items):
        answer["nextToken"] = str(end)  # type: ignore[assignment]
    return json.dumps(answer)


def _seen(response: Any) -> List[Share]:
    """The own shares, or those that others share with the caller.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShares.html
    """
    owner, account = response._get_param("resourceOwner"), response.current_account
    if owner == "SELF":
        found = list(_own(response))
    elif owner == "OTHER-ACCOUNTS":
        found = [share for share in every(response.region) if share.seen_by(account)]
    else:
        fail("InvalidParameter", f"{owner} is not a valid resource owner. Specify either SELF or "
              "OTHER-ACCOUNTS and try again.")  # fmt: skip
    arns = response._get_param("resourceShareArns") or []
    for arn in arns:
        if not any(share.arn == arn for share in found):
            fail("UnknownResource", f"ResourceShare {arn} could not be found.")
    return [share for share in found if not arns or share.arn in arns]


@patch(ResourceAccessManagerResponse)
def create_resource_share(self: Any) -> str:
    """Names need not differ.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_CreateResourceShare.html
    """
    external = self._get_param("allowExternalPrincipals")
    account, partition = self.current_account, self.partition
    outside = True if external is None else bool(external)
    share = Share(account, self.region, partition, self._get_param("name"), outside)
    share.tags = {tag["key"]: tag.get("value", "") for tag in self._get_param("tags") or []}
    wanted = (self._get_param("resourceArns") or [], self._get_param("principals") or [])
    share.associate(self.region, *wanted)
    _own(self).append(share)
    shown = share.describe(account)
    return json.dumps({"resourceShare": shown, **_token(self)})


def _token(response: Any) -> Dict[str, str]:
    token = response._get_param("clientToken")
    return {"clientToken": token} if token else {}


@patch(ResourceAccessManagerResponse)
def update_resource_share(self: Any) -> str:
    """What is not said stays.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_UpdateResourceShare.html
    """
    share, external = _named(self), self._get_param("allowExternalPrincipals")
    share.name = self._get_param("name") or share.name
    share.external = share.external if external is None else bool(external)
    share.updated = time.time()
    return json.dumps({"resourceShare": share.describe(share.owner), **_token(self)})


@patch(ResourceAccessManagerResponse)
def delete_resource_share(self: Any) -> str:
    """It stays listed as deleted for two hours.

    https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing-delete.html
    """
    share = _named(self)
    for one in [*share.resources.values(), *share.principals.values()]:
        one.part()
    share.status.become("DELETING", "DELETED")
    share.updated = time.time()
    return json.dumps({"returnValue": True, **_token(self)})


@patch(ResourceAccessManagerResponse)
def associate_resource_share(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceShare.html"""
    wanted = (self._get_param("resourceArns") or [], self._get_param("principals") or [])
    new = _named(self).associate(self.region, *wanted)
    return json.dumps({"resourceShareAssociations": new, **_token(self)})


@patch(ResourceAccessManagerResponse)
def disassociate_resource_share(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_DisassociateResourceShare.html"""
    share, gone = _named(self), []
    for kind, held, parameter in (
        ("RESOURCE", share.resources, "resourceArns"),
        ("PRINCIPAL", share.principals, "principals"),
    ):
        for name in self._get_param(parameter) or []:
            if name not in held or held[name].status.settled == "DISASSOCIATED":
                fail("UnknownResource", f"{name} is not associated with the resource share.")
            gone.append((kind, held[name]))
    for _, one in gone:
        one.part()
    shown = [shown_association(share, one, kind) for kind, one in gone]
    return json.dumps({"resourceShareAssociations": shown, **_token(self)})


for _operation in (
    "create_resource_share", "update_resource_share", "delete_resource_share",
    "associate_resource_share", "disassociate_resource_share",
):  # fmt: skip
    network.once(
        ResourceAccessManagerResponse,
        _operation,
        "clientToken",
        "IdempotentParameterMismatchException",
    )


@patch(ResourceAccessManagerResponse)
def get_resource_shares(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShares.html"""
    found, name = _seen(self), self._get_param("name")
    status, permission = self._get_param("resourceShareStatus"), self._get_param("permissionArn")
    found = [s for s in found if name is None or s.name == name]
    found = [s for s in found if status is None or s.status == status]
    found = [s for s in found if permission is None or permission in _permissions(s)]
    for wanted in self._get_param("tagFilters") or []:
        key, values = wanted.get("tagKey"), wanted.get("tagValues") or []
        found = [
            share
            for share in found
            if share.owner == self.current_account
            and key in share.tags
            and (not values or share.tags[key] in values)
        ]
    shown = [share.describe(self.current_account) for share in found]
    return _page(self, "resourceShares", shown)


@patch(ResourceAccessManagerResponse)
def get_resource_share_associations(self: Any) -> str:
    """Of the own shares.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShareAssociations.html
    """
    kind, status = self._get_param("associationType"), self._get_param("associationStatus")
    if kind not in ("PRINCIPAL", "RESOURCE"):
        fail("InvalidParameter", f"{kind} is not a valid association type. Specify either "
              "PRINCIPAL or RESOURCE and try again.")  # fmt: skip
    wrong, right = ("resourceArn", "principal")[:: 1 if kind == "PRINCIPAL" else -1]
    if self._get_param(wrong):
        fail("InvalidParameter", f"You cannot specify {wrong} when the association type is {kind}.")
    entity, arns = self._get_param(right), self._get_param("resourceShareArns") or []
    for arn in arns:
        if not any(share.arn == arn for share in _own(self)):
            fail("UnknownResource", f"ResourceShare {arn} could not be found.")
    shown = [
        shown_association(share, one, kind)
        for share in _own(self)
        if not arns or share.arn in arns
        for one in (share.principals if kind == "PRINCIPAL" else share.resources).values()
        if one.listed and entity in (None, one.entity) and status in (None, str(one.status))
    ]
    return _page(self, "resourceShareAssociations", shown)


# --- what is shared with whom --------------------------------------------------------------------


@patch(ResourceAccessManagerResponse)
def list_resources(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_ListResources.html"""
    principal, kind = self._get_param("principal"), self._get_param("resourceType")
    arns, scope = self._get_param("resourceArns") or [], self._get_param("resourceRegionScope")
    shown = [
        {
            "arn": one.entity,
            "type": type_of(one.entity),
            "resourceShareArn": share.arn,
            "status": "AVAILABLE" if one.on else "PENDING",
            "creationTime": one.created,
            "lastUpdatedTime": one.updated,
            "resourceRegionScope": "REGIONAL" if one.entity.split(":")[3] else "GLOBAL",
        }
        for share in _seen(self)
        if share.status == "ACTIVE" and (principal is None or _with(self, share, principal))
        for one in share.resources.values()
        if one.status.settled != "DISASSOCIATED"
        and (not arns or one.entity in arns)
        and (kind is None or type_of(one.entity).lower() == kind.lower())
    ]
    shown = [one for one in shown if scope in (None, "ALL", one["resourceRegionScope"])]
    return _page(self, "resources", shown)


def _with(response: Any, share: Share, principal: str) -> bool:
    if response._get_param("resourceOwner") == "OTHER-ACCOUNTS":
        return share.owner == principal
    held = share.principals.get(principal)
    return held is not None and held.status.settled != "DISASSOCIATED"


@patch(ResourceAccessManagerResponse)
def list_principals(self: Any) -> str:
    """With whom the caller shares, or who shares with it.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPrincipals.html
    """
    arn, kind = self._get_param("resourceArn"), self._get_param("resourceType")
    wanted, shown = self._get_param("principals") or [], []
    for share in _seen(self):
        held = [a for a, one in share.resources.items() if one.status.settled != "DISASSOCIATED"]
        if share.status != "ACTIVE" or (arn and arn not in held):
            continue
        if kind and not any(type_of(one).lower() == kind.lower() for one in held):
            continue
        entities = [
            one for one in share.principals.values() if one.status.settled != "DISASSOCIATED"
        ]
        if self._get_param("resourceOwner") == "OTHER-ACCOUNTS":
            entities = [Association(share.owner)]
        shown += [
            {
                "id": one.entity,
                "resourceShareArn": share.arn,
                "creationTime": one.created,
                "lastUpdatedTime": one.updated,
                "external": one.external,
            }
            for one in entities
            if not wanted or one.entity in wanted
        ]
    return _page(self, "principals", shown)


def _permissions(share: Share) -> Dict[str, Dict[str, Any]]:
    """One for each type in a share: the type's default.

    https://docs.aws.amazon.com/ram/latest/userguide/security-ram-permissions.html
    """
    kinds = {
        type_of(a) for a, one in share.resources.items() if one.status.settled != "DISASSOCIATED"
    }
    return {
        one["arn"]: dict(one)
        for one in AWS_MANAGED_PERMISSIONS
        if one["resourceType"] in kinds and one["isResourceTypeDefault"]
    }


@patch(ResourceAccessManagerResponse)
def list_resource_share_permissions(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_ListResourceSharePermissions.html"""
    arn = self._get_param("resourceShareArn")
    for share in every(self.region):
        if share.arn == arn and (
            share.owner == self.current_account or share.seen_by(self.current_account)
        ):
            shown = [{**one, "status": "ASSOCIATED"} for one in _permissions(share).values()]
            for one in shown:
                one["creationTime"], one["lastUpdatedTime"] = share.created, share.updated
                one["featureSet"] = "STANDARD"
            return _page(self, "permissions", shown)
    fail("UnknownResource", f"ResourceShare {arn} could not be found.")


# --- tags ----------------------------------------------------------------------------------------


@patch(ResourceAccessManagerResponse)
def tag_resource(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_TagResource.html"""
    share, tags = _named(self), self._get_param("tags") or []
    if any(tag["key"].lower().startswith("aws:") for tag in tags):
        fail("InvalidParameter", "Tag keys that begin with aws: are reserved.")
    share.tags.update({tag["key"]: tag.get("value", "") for tag in tags})
    if len(share.tags) > 50:
        fail("TagLimitExceeded", "A resource has 50 tags at most.")
    return "{}"


@patch(ResourceAccessManagerResponse)
def untag_resource(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_UntagResource.html"""
    share = _named(self)
    for key in self._get_param("tagKeys") or []:
        share.tags.pop(key, None)
    return "{}"


# --- the organization, and invitations -----------------------------------------------------------


@patch(ResourceAccessManagerResponse)
def enable_sharing_with_aws_organization(self: Any) -> str:
    """Trusted access and the service-linked role, in the management account.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_EnableSharingWithAwsOrganization.html
    """
    backend = organizations.organization_of(self.current_account)
    if backend is None or backend.account_id != self.current_account:
        fail("OperationNotPermitted", "Unable to enable sharing with AWS Organizations. Only the "
              "management account of an organization can.")  # fmt: skip
    backend.enable_aws_service_access(ServicePrincipal=SERVICE)
    if not sharing(backend):
        iam = iam_backends[backend.account_id][backend.partition]
        iam.create_service_linked_role(SERVICE, "", "")
    return json.dumps({"returnValue": True})


def _invitations(response: Any) -> Iterator[Any]:
    for share in every(response.region):
        for one in share.principals.values():
            if one.invitation and one.entity == response.current_account:
                yield share, one


def _invitation(share: Share, one: Association) -> Dict[str, Any]:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_ResourceShareInvitation.html"""
    return {
        "resourceShareInvitationArn": f"{share.arn.split(':resource-share')[0]}:{one.invitation}",
        "resourceShareName": share.name,
        "resourceShareArn": share.arn,
        "senderAccountId": share.owner,
        "receiverAccountId": one.entity,
        "invitationTimestamp": one.created,
        "status": one.invited,
    }


@patch(ResourceAccessManagerResponse)
def get_resource_share_invitations(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShareInvitations.html"""
    shares = self._get_param("resourceShareArns") or []
    arns = self._get_param("resourceShareInvitationArns") or []
    shown = [_invitation(share, one) for share, one in _invitations(self)]
    shown = [one for one in shown if not shares or one["resourceShareArn"] in shares]
    shown = [one for one in shown if not arns or one["resourceShareInvitationArn"] in arns]
    return _page(self, "resourceShareInvitations", shown)


def _answer(response: Any, status: str, then: Optional[str]) -> str:
    arn = response._get_param("resourceShareInvitationArn")
    for share, one in _invitations(response):
        if _invitation(share, one)["resourceShareInvitationArn"] != arn:
            continue
        if one.invited != "PENDING":
            code = "AlreadyAccepted" if one.invited == "ACCEPTED" else "AlreadyRejected"
            fail(f"ResourceShareInvitation{code}", f"The invitation {arn} is {one.invited}.")
        one.invited = status
        one.status.become("ASSOCIATING", then or "FAILED")
        return json.dumps({"resourceShareInvitation": _invitation(share, one)})
    fail("ResourceShareInvitationArnNotFound", f"The invitation {arn} could not be found.")


@patch(ResourceAccessManagerResponse)
def accept_resource_share_invitation(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_AcceptResourceShareInvitation.html"""
    return _answer(self, "ACCEPTED", "ASSOCIATED")


@patch(ResourceAccessManagerResponse)
def reject_resource_share_invitation(self: Any) -> str:
    """https://docs.aws.amazon.com/ram/latest/APIReference/API_RejectResourceShareInvitation.html"""
    return _answer(self, "REJECTED", None)
