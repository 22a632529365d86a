"""Amazon Route 53: private hosted zones, and VPCs of whichever account that are associated.

Unless a docstring says otherwise, errors are those that each operation's page names:
https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html
"""

import base64
import re
from typing import Any, Dict, List, Optional, Tuple
from uuid import uuid4

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.route53 import urls
from moto.route53.exceptions import (
    InvalidInput,
    InvalidPaginationToken,
    LastVPCAssociation,
    NoSuchHostedZone,
    PublicZoneVPCAssociation,
)
from moto.route53.models import RecordSet, reverse_domain_name, route53_backends
from moto.route53.responses import Route53

from .. import clock, settings
from . import AwsError, patch

for _action in ("authorizevpcassociation", "deauthorizevpcassociation"):
    _path = r"{0}/(?P<api_version>[\d_-]+)/hostedzone/(?P<zone_id>[^/]+)/" + _action + "/?$"
    urls.url_paths[_path] = Route53.dispatch

#: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
_SERVERS = [
    "ns-1536.awsdns-00.co.uk.",
    "ns-0.awsdns-00.com.",
    "ns-1024.awsdns-00.org.",
    "ns-512.awsdns-00.net.",
]
_SOA = "ns-1536.awsdns-00.co.uk. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"

Vpc = Dict[str, str]


# --- changes -------------------------------------------------------------------------------------


def _kept(backend: Any, name: str) -> Dict[str, Any]:
    """What moto's backend of an account has no place for."""
    if not hasattr(backend, name):
        setattr(backend, name, {})
    found: Dict[str, Any] = getattr(backend, name)
    return found


def change(response: Any, comment: Optional[str] = None) -> Dict[str, Any]:
    """A change that is PENDING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeInfo.html
    """
    key = f"C{uuid4().hex[:20].upper()}"
    info = {"Id": f"/change/{key}", "SubmittedAt": utcnow(), "Comment": comment}
    due = clock.now() + settings.CHANGE_SECONDS
    _kept(response.backend, "changes")[key] = (info, due)
    return {**info, "Status": "PENDING"}


@patch(Route53)
def get_change(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html"""
    key = (self._get_param("Id") or "").split("/")[-1]
    found = _kept(self.backend, "changes").get(key)
    if found is None:
        raise AwsError("NoSuchChange", f"A change with id {key} does not exist.", 404)
    info, due = found
    status = "PENDING" if clock.now() < due else "INSYNC"
    return ActionResult({"ChangeInfo": {**info, "Status": status}})


# --- zones and VPCs ------------------------------------------------------------------------------


def _everywhere(partition: str) -> List[Tuple[str, Any]]:
    """All accounts' zones, each with its owner."""
    found = []
    for account in list(route53_backends):
        zones = route53_backends[account][partition].zones
        found += [(account, zone) for zone in list(zones.values())]
    return found


def _anybodys(response: Any, parameter: str = "HostedZoneId") -> Tuple[str, Any]:
    """The zone of the request, whoever owns it, and its owner."""
    key = (response._get_param(parameter) or "").split("/")[-1]
    for account, zone in _everywhere(response.partition):
        if zone.resource_id == key:
            return account, zone
    raise NoSuchHostedZone(key)


def zone_of(response: Any, parameter: str = "HostedZoneId") -> Any:
    """The zone of the request, of the caller's account."""
    account, zone = _anybodys(response, parameter)
    if account != response.current_account:
        text = f"User: arn:aws:iam::{response.current_account}:root is not authorized to access "
        raise AwsError("AccessDenied", text + "this resource", 403)
    return zone


def _wanted(response: Any) -> Vpc:
    wanted = response._get_param("VPC") or {}
    key, region = wanted.get("VPCId"), wanted.get("VPCRegion")
    if not re.fullmatch("vpc-[0-9a-f]+", key or "") or not region:
        raise _no_vpc(key)
    return {"vpc_id": key, "vpc_region": region}


def _no_vpc(key: Optional[str]) -> AwsError:
    text = f"The VPC ID {key} isn't valid, or the account isn't authorized to access this VPC."
    return AwsError("InvalidVPCId", text)


def _has(account: str, vpc: Vpc) -> bool:
    """Whether the VPC is this account's, in the Region that is said."""
    backends = ec2_backends[account]
    if vpc["vpc_region"] not in backends.regions:
        return False
    return vpc["vpc_id"] in backends[vpc["vpc_region"]].vpcs


def _exists(vpc: Vpc) -> bool:
    for backends in list(ec2_backends.values()):
        backend: Any = dict.get(backends, vpc["vpc_region"])  # moto makes one when asked
        if backend is not None and vpc["vpc_id"] in backend.vpcs:
            return True
    return False


def _index(vpcs: List[Vpc], wanted: Vpc) -> Optional[int]:
    for index, vpc in enumerate(vpcs):
        if all(vpc[key] == wanted[key] for key in ("vpc_id", "vpc_region")):
            return index
    return None


def _check_conflict(response: Any, name: str, vpc: Vpc) -> None:
    """A VPC has one private zone of a name, whoever owns it.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
    """
    for _, zone in _everywhere(response.partition):
        if zone.private_zone and zone.name == name and _index(zone.vpcs, vpc) is not None:
            raise AwsError(
                "ConflictingDomainExists",
                f"The VPC {vpc['vpc_id']} in region {vpc['vpc_region']} has already been "
                f"associated with the hosted zone {zone.resource_id} with the same domain name.",
            )


# --- a zone's life -------------------------------------------------------------------------------


def _checked_name(name: Optional[str]) -> str:
    """https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"""
    bare = (name or "").lower().rstrip(".")
    labels = bare.split(".")
    if len(bare) > 254 or any(not 1 <= len(label) <= 63 or " " in label for label in labels):
        raise AwsError("InvalidDomainName", f"{name} is not a valid domain name")
    return bare + "."


@patch(Route53)
def create_hosted_zone(self: Any) -> ActionResult:
    """A private zone has a VPC of the caller's account from the beginning; a caller's reference is
    used once.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
    """
    name, reference = _checked_name(self._get_param("Name")), self._get_param("CallerReference")
    used = _kept(self.backend, "references")
    if reference in used:
        text = f"A hosted zone has already been created with the caller reference {reference}"
        raise AwsError("HostedZoneAlreadyExists", text, 409)
    private = self._get_bool_param("HostedZoneConfig.PrivateZone", False)
    vpc = _wanted(self) if private or self._get_param("VPC") else None
    if vpc is not None:
        if not _has(self.current_account, vpc):
            raise _no_vpc(vpc["vpc_id"])
        _check_conflict(self, name, vpc)
    zone = self.backend.create_hosted_zone(
        name,
        comment=self._get_param("HostedZoneConfig.Comment"),
        private_zone=vpc is not None,
        caller_reference=reference,
        delegation_set_id=self._get_param("DelegationSetId"),
    )
    used[reference] = zone.resource_id
    zone.vpcs = [vpc] if vpc else []
    zone.authorized = []
    servers = _SERVERS if vpc else [f"{one}." for one in zone.delegation_set.name_servers]
    soa = _SOA if vpc else f"{servers[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
    zone.rrsets = [
        RecordSet({"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": values})
        for kind, ttl, values in (("NS", 172800, list(servers)), ("SOA", 900, [soa]))
    ]
    location = f"https://route53.amazonaws.com/2013-04-01/hostedzone/{zone.resource_id}"
    return ActionResult(
        {
            "HostedZone": zone,
            "ChangeInfo": change(self),
            "DelegationSet": None if vpc else zone.delegation_set,
            "VPC": vpc,
            "Location": location,
        }
    )


@patch(Route53)
def get_hosted_zone(self: Any) -> ActionResult:
    """With all VPCs, also those of other accounts.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html
    """
    zone_of(self, "Id")
    return get_hosted_zone.moto(self)


@patch(Route53)
def update_hosted_zone_comment(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHostedZoneComment.html"""
    zone_of(self, "Id").comment = self._get_param("Comment")
    return ActionResult({"HostedZone": zone_of(self, "Id")})


@patch(Route53)
def delete_hosted_zone(self: Any) -> ActionResult:
    """Not while it has records but its own NS and SOA; its tags go with it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html
    """
    zone = zone_of(self, "Id")
    apex = [one for one in zone.rrsets if one.name == zone.name and one.type in ("NS", "SOA")]
    if len(apex) != len(zone.rrsets):
        text = "The specified hosted zone contains non-required resource record sets  and so "
        raise AwsError("HostedZoneNotEmpty", text + "cannot be deleted.")
    self.backend.zones.pop(zone.resource_id)
    self.backend.resource_tags.pop(zone.resource_id, None)
    return ActionResult({"ChangeInfo": change(self)})


# --- lists ---------------------------------------------------------------------------------------


@patch(Route53)
def list_hosted_zones(self: Any) -> ActionResult:
    """100 at once, private ones alone on request; the next page begins with the marker.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html
    """
    zones = sorted(self.backend.zones.values(), key=lambda zone: zone.resource_id)
    if self._get_param("HostedZoneType") == "PrivateHostedZone":
        zones = [zone for zone in zones if zone.private_zone]
    marker, limit = self._get_param("Marker"), int(self._get_param("MaxItems") or 100)
    rest = [zone for zone in zones if zone.resource_id >= (marker or "").split("/")[-1]]
    more = len(rest) > limit
    answer = {
        "HostedZones": rest[:limit],
        "Marker": marker,
        "IsTruncated": more,
        "NextMarker": rest[limit].resource_id if more else None,
        "MaxItems": limit,
    }
    return ActionResult(answer)


@patch(Route53)
def list_hosted_zones_by_name(self: Any) -> ActionResult:
    """In the order of names read from behind, from a name and a zone on.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
    """
    name, key = self._get_param("DNSName"), self._get_param("HostedZoneId")
    if key and not name:
        raise InvalidInput("HostedZoneId needs DNSName.")

    def order(name: str, key: str) -> Tuple[str, str]:
        return reverse_domain_name(name), key.split("/")[-1]

    zones = [(order(zone.name, zone.resource_id), zone) for zone in self.backend.zones.values()]
    begin = order(name.lower(), key or "") if name else ("", "")
    rest = [zone for place, zone in sorted(zones, key=lambda it: it[0]) if place >= begin]
    limit = int(self._get_param("MaxItems") or 100)
    after = rest[limit] if len(rest) > limit else None
    answer = {
        "HostedZones": rest[:limit],
        "DNSName": name,
        "HostedZoneId": key,
        "IsTruncated": after is not None,
        "NextDNSName": after.name if after else None,
        "NextHostedZoneId": after.resource_id if after else None,
        "MaxItems": limit,
    }
    return ActionResult(answer)


def _page(response: Any, items: List[Any], limit: int) -> Tuple[List[Any], Optional[str]]:
    token = response._get_param("NextToken")
    try:
        start = int(base64.b64decode(token)) if token else 0
    except ValueError:
        raise InvalidPaginationToken
    after = start + limit
    more = base64.b64encode(str(after).encode()).decode() if len(items) > after else None
    return items[start:after], more


@patch(Route53)
def list_hosted_zones_by_vpc(self: Any) -> ActionResult:
    """Asked by the VPC's account, whichever account owns the zones.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html
    """
    vpc = {"vpc_id": self._get_param("VPCId"), "vpc_region": self._get_param("VPCRegion")}
    if not vpc["vpc_id"] or not vpc["vpc_region"]:
        raise InvalidInput("VPCId and VPCRegion are required.")
    if not _has(self.current_account, vpc):
        text = f"The VPC {vpc['vpc_id']} isn't one of the account's in {vpc['vpc_region']}."
        raise InvalidInput(text)
    found = [
        {
            "HostedZoneId": zone.resource_id,
            "Name": zone.name,
            "Owner": {"OwningAccount": account},
        }
        for account, zone in _everywhere(self.partition)
        if _index(zone.vpcs, vpc) is not None
    ]
    limit = int(self._get_param("MaxItems") or 100)
    shown, more = _page(self, found, limit)
    return ActionResult({"HostedZoneSummaries": shown, "MaxItems": limit, "NextToken": more})


# --- associations --------------------------------------------------------------------------------


def _private(response: Any) -> Any:
    zone = zone_of(response)
    if not zone.private_zone:
        raise InvalidInput(f"The hosted zone {zone.resource_id} isn't a private one.")
    return zone


@patch(Route53)
def create_vpc_association_authorization(self: Any) -> ActionResult:
    """By the zone's owner, for a VPC of another account.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateVPCAssociationAuthorization.html
    """
    zone, vpc = _private(self), _wanted(self)
    if _index(zone.authorized, vpc) is None:
        zone.authorized.append(vpc)
    return ActionResult({"HostedZoneId": zone.resource_id, "VPC": vpc})


@patch(Route53)
def delete_vpc_association_authorization(self: Any) -> ActionResult:
    """An association that was made stays.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteVPCAssociationAuthorization.html
    """
    zone, vpc = _private(self), _wanted(self)
    index = _index(zone.authorized, vpc)
    if index is None:
        text = "The VPC that you specified is not authorized to be associated with the hosted zone."
        raise AwsError("VPCAssociationAuthorizationNotFound", text, 404)
    del zone.authorized[index]
    return EmptyResult()


@patch(Route53)
def list_vpc_association_authorizations(self: Any) -> ActionResult:
    """50 at once.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListVPCAssociationAuthorizations.html
    """
    zone, limit = zone_of(self), int(self._get_param("MaxResults") or 50)
    shown, more = _page(self, zone.authorized, min(limit, 50))
    return ActionResult({"HostedZoneId": zone.resource_id, "VPCs": shown, "NextToken": more})


@patch(Route53)
def associate_vpc_with_hosted_zone(self: Any) -> ActionResult:
    """By the VPC's account; where the zone is another's, this one has to have authorized it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html
    """
    owner, zone = _anybodys(self)
    vpc, caller = _wanted(self), self.current_account
    authorized = _index(getattr(zone, "authorized", []), vpc) is not None
    if owner != caller and not authorized:
        text = f"The VPC: {vpc['vpc_id']} has not authorized to associate with your hosted zone."
        raise AwsError("NotAuthorizedException", text, 401)
    if not _has(caller, vpc):
        if not _exists(vpc):
            raise _no_vpc(vpc["vpc_id"])
        arn = f"arn:aws:ec2:{vpc['vpc_region']}:{caller}:vpc/{vpc['vpc_id']}"
        text = f"User: arn:aws:iam::{caller}:root is not authorized to perform: "
        text += f"route53:AssociateVPCWithHostedZone on resource: {arn}"
        raise AwsError("NotAuthorizedException", text, 401)
    if not zone.private_zone:
        raise PublicZoneVPCAssociation
    _check_conflict(self, zone.name, vpc)
    zone.vpcs = [*zone.vpcs, vpc]
    return ActionResult({"ChangeInfo": change(self, self._get_param("Comment"))})


@patch(Route53)
def disassociate_vpc_from_hosted_zone(self: Any) -> ActionResult:
    """By the zone's or the VPC's account; the last VPC stays.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html
    """
    owner, zone = _anybodys(self)
    vpc = _wanted(self)
    if owner != self.current_account and not _has(self.current_account, vpc):
        zone_of(self)
    index = _index(zone.vpcs, vpc)
    if index is None:
        text = "The specified VPC and hosted zone are not currently associated."
        raise AwsError("VPCAssociationNotFound", text, 404)
    if len(zone.vpcs) == 1:
        raise LastVPCAssociation
    zone.vpcs = zone.vpcs[:index] + zone.vpcs[index + 1 :]
    return ActionResult({"ChangeInfo": change(self, self._get_param("Comment"))})


# --- tags ----------------------------------------------------------------------------------------


def _check_tagged(response: Any, keys: List[str]) -> None:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResource.html"""
    if response._get_param("ResourceType") == "hostedzone":
        for key in keys:
            if key not in response.backend.zones:
                raise NoSuchHostedZone(key)


@patch(Route53)
def change_tags_for_resource(self: Any) -> ActionResult:
    """A zone has 50 tags at most, 10 are changed at once.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/tagging-resources.html
    """
    key = self._get_param("ResourceId") or ""
    add, remove = self._get_param("AddTags") or [], self._get_param("RemoveTagKeys") or []
    _check_tagged(self, [key])
    if not add and not remove or len(add) > 10 or len(remove) > 10:
        raise InvalidInput("From 1 to 10 tags are added or removed at once.")
    if any(tag.get("Key", "").lower().startswith("aws:") for tag in add):
        raise InvalidInput("Tag keys that begin with aws: are reserved.")
    names = {*self.backend.list_tags_for_resource(key), *(tag.get("Key") for tag in add)}
    if len(names - set(remove)) > 50:
        raise InvalidInput("A resource has 50 tags at most.")
    return change_tags_for_resource.moto(self)


@patch(Route53)
def list_tags_for_resource(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResource.html"""
    _check_tagged(self, [self._get_param("ResourceId") or ""])
    return list_tags_for_resource.moto(self)


@patch(Route53)
def list_tags_for_resources(self: Any) -> ActionResult:
    """Of 10 resources at most.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResources.html
    """
    keys = self._get_param("ResourceIds") or []
    if not 1 <= len(keys) <= 10:
        raise InvalidInput("From 1 to 10 resources are asked for at once.")
    _check_tagged(self, keys)
    return list_tags_for_resources.moto(self)
