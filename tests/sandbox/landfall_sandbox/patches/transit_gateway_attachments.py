"""Attachments of networks and other gateways to Transit Gateways.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from typing import Any, Dict, List, Optional

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.responses.transit_gateway_attachments import TransitGatewayAttachment
from moto.ec2.utils import random_transit_gateway_attachment_id

from . import AwsError, network, patch, routes
from .network import Phase, invalid
from .transit_gateways import Gateway, Table, available, every, incorrect, named

_KIND = "transit-gateway-attachment"
_GONE = ("deleted", "rejected", "failed")

#: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayVpcAttachmentRequestOptions.html
_OPTIONS = {
    "ApplianceModeSupport": "disable",
    "DnsSupport": "enable",
    "Ipv6Support": "disable",
    "SecurityGroupReferencingSupport": "enable",
}


class Attachment:
    """One gateway's side of an attachment: its association and its propagations.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayAttachment.html
    """

    kind = ""

    def __init__(self, gateway: Gateway, name: str, resource_id: str, resource_owner: str):
        self.id, self.gateway = name, gateway
        self.resource_id, self.resource_owner = resource_id, resource_owner
        self.created = utcnow()
        self.state = Phase("pending", "available")
        self._table: Optional[Table] = None
        self._associated = Phase("disassociated", "disassociated")
        self._propagations: Dict[str, Phase] = {}
        gateway.attachments[name] = self

    @property
    def gone(self) -> bool:
        return str(self.state) in _GONE

    @property
    def usable(self) -> bool:
        return str(self.state) in ("available", "modifying")

    # associations

    @property
    def association(self) -> Optional[Dict[str, Any]]:
        if self._table is None or self._associated == "disassociated":
            return None
        return {"TransitGatewayRouteTableId": self._table.id, "State": str(self._associated)}

    def associate(self, table: Table) -> None:
        self._table = table
        self._associated = Phase("associating", "associated")

    def disassociate(self) -> None:
        self._associated.become("disassociating", "disassociated")

    # propagations

    @property
    def propagations(self) -> Dict[str, str]:
        """States by table."""
        return {name: str(p) for name, p in self._propagations.items() if p != "disabled"}

    def propagate(self, table: Table) -> None:
        self._propagations[table.id] = Phase("enabling", "enabled")

    def stop_propagating(self, table_id: str) -> None:
        self._propagations[table_id].become("disabling", "disabled")

    # life

    def settle_in(self) -> None:
        """An attachment that is accepted goes to the default tables.

        https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-routing-overview
        """
        options, tables = self.gateway.options, self.gateway.tables
        if options["DefaultRouteTableAssociation"] == "enable":
            self.associate(tables[options["AssociationDefaultRouteTableId"]])
        if options["DefaultRouteTablePropagation"] == "enable" and self.kind == "vpc":
            self.propagate(tables[options["PropagationDefaultRouteTableId"]])

    def leave(self) -> None:
        if self.association is not None:
            self.disassociate()
        for name in self.propagations:
            self.stop_propagating(name)

    def describe(self, viewer: Any) -> Dict[str, Any]:
        """Tables are seen by the gateway's owner alone, tags by who gave them."""
        shown = {
            "TransitGatewayAttachmentId": self.id,
            "TransitGatewayId": self.gateway.id,
            "TransitGatewayOwnerId": self.gateway.owner,
            "ResourceType": self.kind,
            "ResourceId": self.resource_id,
            "ResourceOwnerId": self.resource_owner,
            "State": self.state,
            "CreationTime": self.created,
            "Tags": network.tag_set(viewer, self.id),
        }
        if self.association and viewer is self.gateway.backend:
            shown["Association"] = self.association
        return shown


class VpcAttachment(Attachment):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayVpcAttachment.html"""

    kind = "vpc"

    def __init__(self, gateway: Gateway, backend: Any, vpc_id: str, options: Dict[str, str]):
        name = random_transit_gateway_attachment_id()
        super().__init__(gateway, name, vpc_id, str(backend.account_id))
        self.backend, self.options = backend, {**_OPTIONS, **options}
        self.subnet_ids: List[str] = []
        self._interfaces: Dict[str, str] = {}

    def place(self, names: List[str]) -> None:
        """An interface in each subnet.

        https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
        """
        enis, self.subnet_ids = self.backend.enis, list(names)
        for subnet_id in [one for one in self._interfaces if one not in names]:
            enis.pop(self._interfaces.pop(subnet_id), None)
        for subnet_id in [one for one in names if one not in self._interfaces]:
            subnet = self.backend.get_subnet(subnet_id)
            address = network.free_address(self.backend, subnet)
            text = f"Network Interface for Transit Gateway Attachment {self.id}"
            eni = self.backend.create_network_interface(subnet, address, description=text)
            eni.interface_type, eni.requester_managed = "transit_gateway", True
            eni.status, eni._group_set = "in-use", []
            self._interfaces[subnet_id] = eni.id

    def vanish(self) -> None:
        for eni_id in self._interfaces.values():
            self.backend.enis.pop(eni_id, None)
        self._interfaces.clear()

    def describe_vpc(self, viewer: Any) -> Dict[str, Any]:
        return {
            "TransitGatewayAttachmentId": self.id,
            "TransitGatewayId": self.gateway.id,
            "VpcId": self.resource_id,
            "VpcOwnerId": self.resource_owner,
            "State": self.state,
            "SubnetIds": self.subnet_ids,
            "CreationTime": self.created,
            "Options": self.options,
            "Tags": network.tag_set(viewer, self.id),
        }


class PeeringAttachment(Attachment):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayPeeringAttachment.html"""

    kind = "peering"

    def __init__(self, gateway: Gateway, name: str, peer: Dict[str, str], requests: bool):
        super().__init__(gateway, name, peer["TransitGatewayId"], peer["OwnerId"])
        self.peer, self.requests = peer, requests
        self.other: Optional["PeeringAttachment"] = None

    @property
    def sides(self) -> List["PeeringAttachment"]:
        return [self, self.other] if self.other else [self]

    def describe_peering(self, viewer: Any) -> Dict[str, Any]:
        infos = [_info(self.gateway), self.peer][:: 1 if self.requests else -1]
        failed = self.state == "failed"
        text = "The peer transit gateway does not exist." if failed else ""
        return {
            "TransitGatewayAttachmentId": self.id,
            "RequesterTgwInfo": infos[0],
            "AccepterTgwInfo": infos[1],
            "State": self.state,
            "Status": {"Code": str(self.state), "Message": text},
            "Options": {"DynamicRouting": "disable"},
            "CreationTime": self.created,
            "Tags": network.tag_set(viewer, self.id),
        }


def _info(gateway: Gateway) -> Dict[str, str]:
    return {
        "TransitGatewayId": gateway.id,
        "OwnerId": gateway.owner,
        "Region": gateway.region,
    }


# --- who sees which ------------------------------------------------------------------------------


def visible(backend: Any, kind: Optional[str] = None) -> List[Any]:
    """Both the gateway's owner and the network's see an attachment.

    https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-share.html
    """
    return [
        one
        for gateway in every(backend.region_name)
        for one in gateway.attachments.values()
        if kind in (None, one.kind) and network.listed_still(one.state)
        if gateway.backend is backend or getattr(one, "backend", None) is backend
    ]


def attachment(backend: Any, name: Optional[str], kind: Optional[str] = None) -> Any:
    for one in visible(backend, kind):
        if one.id == name and one.state != "deleted":
            return one
    raise AwsError(
        "InvalidTransitGatewayAttachmentID.NotFound",
        f"Transit Gateway Attachment {name} was deleted or does not exist.",
    )


def _attached(backend: Any, vpc_id: str, gateway_id: str) -> Any:
    for one in visible(backend, "vpc"):
        if (one.resource_id, one.gateway.id) == (vpc_id, gateway_id) and one.usable:
            return one.gateway
    return None


routes.attached_gateway.append(_attached)


@network.settlers.append
def _settle(backend: Any) -> None:
    for one in visible(backend, "vpc"):
        if one.gone:
            one.vanish()


# --- networks ------------------------------------------------------------------------------------


def _check_subnets(backend: Any, vpc_id: str, names: List[str]) -> None:
    """One subnet in each zone.

    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
    """
    subnets = [backend.get_subnet(name) for name in names]
    if any(subnet.vpc_id != vpc_id for subnet in subnets):
        raise AwsError("InvalidSubnetID.NotFound", f"A subnet does not belong to {vpc_id}.")
    if len({subnet.availability_zone for subnet in subnets}) < len(subnets):
        text = f"Duplicate Subnets for same AZ: {', '.join(names)}"
        raise AwsError("DuplicateSubnetsInSameZone", text)
    if not names:
        raise AwsError("InsufficientSubnetsException", "At least one subnet is needed.")


def _checked(options: Dict[str, str]) -> Dict[str, str]:
    for name, value in options.items():
        if name not in _OPTIONS or value not in ("enable", "disable"):
            raise invalid(f"Value ({value}) for parameter {name} is invalid.")
    return options


@patch(TransitGatewayAttachment)
def create_transit_gateway_vpc_attachment(self: Any) -> ActionResult:
    """To an own gateway or one that is shared, whose owner may have to accept it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayVpcAttachment.html
    """
    tags, backend = network.tags_of(self, _KIND), self.ec2_backend
    gateway = available(named(backend, self._get_param("TransitGatewayId"), own=False))
    network_id, subnets = self._get_param("VpcId"), self._get_param("SubnetIds") or []
    backend.get_vpc(network_id)
    _check_subnets(backend, network_id, subnets)
    options = _checked(self._get_param("Options") or {})
    for one in gateway.living:
        if one.resource_id == network_id:
            raise AwsError(
                "DuplicateTransitGatewayAttachment",
                f"{gateway.id} has non-deleted Transit Gateway Attachments with same VPC ID.",
            )
    made = VpcAttachment(gateway, backend, network_id, options)
    made.place(subnets)
    backend.create_tags([made.id], tags)
    accepted = gateway.options["AutoAcceptSharedAttachments"] == "enable"
    if gateway.backend is backend or accepted:
        made.settle_in()
    else:
        made.state.become("pendingAcceptance", "pendingAcceptance")
    return ActionResult({"TransitGatewayVpcAttachment": made.describe_vpc(backend)})


def _decide(response: Any, kind: str) -> Any:
    """The attachment that waits to be accepted or rejected by the gateway's owner."""
    backend = response.ec2_backend
    one = attachment(backend, response._get_param("TransitGatewayAttachmentId"), kind)
    if kind == "peering" and one.other is not None and one.other.gateway.backend is backend:
        one = one.other if one.requests else one
    if one.gateway.backend is not backend:
        text = "You are not authorized to perform this operation."
        raise AwsError("UnauthorizedOperation", text, 403)
    asked = kind == "peering" and one.requests
    if one.state != "pendingAcceptance" or asked:
        raise incorrect(f"{one.id} is in invalid state: {one.state}")
    return one


@patch(TransitGatewayAttachment)
def accept_transit_gateway_vpc_attachment(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptTransitGatewayVpcAttachment.html"""
    one = _decide(self, "vpc")
    one.state.become("pending", "available")
    one.settle_in()
    return ActionResult({"TransitGatewayVpcAttachment": one.describe_vpc(self.ec2_backend)})


@patch(TransitGatewayAttachment)
def reject_transit_gateway_vpc_attachment(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectTransitGatewayVpcAttachment.html"""
    one = _decide(self, "vpc")
    one.state.become("rejecting", "rejected")
    return ActionResult({"TransitGatewayVpcAttachment": one.describe_vpc(self.ec2_backend)})


@patch(TransitGatewayAttachment)
def modify_transit_gateway_vpc_attachment(self: Any) -> ActionResult:
    """By the network's owner.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTransitGatewayVpcAttachment.html
    """
    backend = self.ec2_backend
    one = attachment(backend, self._get_param("TransitGatewayAttachmentId"), "vpc")
    if one.backend is not backend:
        text = "You are not authorized to perform this operation."
        raise AwsError("UnauthorizedOperation", text, 403)
    if one.state != "available":
        raise incorrect(f"{one.id} is in invalid state: {one.state}")
    removed = self._get_param("RemoveSubnetIds") or []
    for name in removed:
        if name not in one.subnet_ids:
            raise invalid(f"{name} is not a subnet of {one.id}.")
    names = [name for name in one.subnet_ids if name not in removed]
    names += [name for name in self._get_param("AddSubnetIds") or [] if name not in names]
    _check_subnets(backend, one.resource_id, names)
    one.options.update(_checked(self._get_param("Options") or {}))
    one.place(names)
    one.state.become("modifying", "available")
    return ActionResult({"TransitGatewayVpcAttachment": one.describe_vpc(backend)})


@patch(TransitGatewayAttachment)
def delete_transit_gateway_vpc_attachment(self: Any) -> ActionResult:
    """Leaves its tables; static routes to it stay as black holes.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayVpcAttachment.html
    """
    one = attachment(self.ec2_backend, self._get_param("TransitGatewayAttachmentId"), "vpc")
    if str(one.state) not in ("available", "pendingAcceptance", "rejected", "failed"):
        raise incorrect(f"{one.id} is in invalid state: {one.state}")
    one.leave()
    one.state.become("deleting", "deleted")
    return ActionResult({"TransitGatewayVpcAttachment": one.describe_vpc(self.ec2_backend)})


# --- other gateways ------------------------------------------------------------------------------


@patch(TransitGatewayAttachment)
def create_transit_gateway_peering_attachment(self: Any) -> ActionResult:
    """Asks the other gateway's owner; a gateway that there is not makes it fail.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayPeeringAttachment.html
    """
    tags, backend, param = network.tags_of(self, _KIND), self.ec2_backend, self._get_param
    gateway = available(named(backend, param("TransitGatewayId")))
    peer = {
        "TransitGatewayId": param("PeerTransitGatewayId"),
        "OwnerId": param("PeerAccountId"),
        "Region": param("PeerRegion"),
    }
    if any(one.resource_id == peer["TransitGatewayId"] for one in gateway.living):
        text = f"{gateway.id} has a non-deleted peering attachment with {peer['TransitGatewayId']}."
        raise AwsError("DuplicateTransitGatewayAttachment", text)
    name = random_transit_gateway_attachment_id()
    made = PeeringAttachment(gateway, name, peer, requests=True)
    other = dict.get(ec2_backends[peer["OwnerId"]], peer["Region"])
    held = other.transit_gateways.get(peer["TransitGatewayId"]) if other is not None else None
    if held is None or held.state.settled != "available":
        made.state.become("initiatingRequest", "failed")
    else:
        made.other = PeeringAttachment(held, name, _info(gateway), requests=False)
        made.other.other = made
        made.other.state = made.state
        made.state.become("initiatingRequest", "pendingAcceptance")
    backend.create_tags([made.id], tags)
    return ActionResult({"TransitGatewayPeeringAttachment": made.describe_peering(backend)})


@patch(TransitGatewayAttachment)
def accept_transit_gateway_peering_attachment(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptTransitGatewayPeeringAttachment.html"""
    one = _decide(self, "peering")
    one.state.become("pending", "available")
    for side in one.sides:
        side.settle_in()
    return ActionResult({"TransitGatewayPeeringAttachment": one.describe_peering(self.ec2_backend)})


@patch(TransitGatewayAttachment)
def reject_transit_gateway_peering_attachment(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectTransitGatewayPeeringAttachment.html"""
    one = _decide(self, "peering")
    one.state.become("rejecting", "rejected")
    return ActionResult({"TransitGatewayPeeringAttachment": one.describe_peering(self.ec2_backend)})


@patch(TransitGatewayAttachment)
def delete_transit_gateway_peering_attachment(self: Any) -> ActionResult:
    """By either side.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayPeeringAttachment.html
    """
    one = attachment(self.ec2_backend, self._get_param("TransitGatewayAttachmentId"), "peering")
    if str(one.state) not in ("available", "pendingAcceptance", "rejected", "failed"):
        raise incorrect(f"{one.id} is in invalid state: {one.state}")
    for side in one.sides:
        side.leave()
    one.state.become("deleting", "deleted")
    return ActionResult({"TransitGatewayPeeringAttachment": one.describe_peering(self.ec2_backend)})


# --- descriptions --------------------------------------------------------------------------------

_KEYS: network.Keys = {
    "association.state": lambda one: (one.association or {}).get("State"),
    "association.transit-gateway-route-table-id": lambda one: (one.association or {}).get(
        "TransitGatewayRouteTableId"
    ),
    "resource-id": lambda one: one.resource_id,
    "resource-owner-id": lambda one: one.resource_owner,
    "resource-type": lambda one: one.kind,
    "state": lambda one: one.state,
    "transit-gateway-attachment-id": lambda one: one.id,
    "transit-gateway-id": lambda one: one.gateway.id,
    "transit-gateway-owner-id": lambda one: one.gateway.owner,
}
_VPC_KEYS: network.Keys = {
    "state": lambda one: one.state,
    "transit-gateway-attachment-id": lambda one: one.id,
    "transit-gateway-id": lambda one: one.gateway.id,
    "vpc-id": lambda one: one.resource_id,
}
_PEERING_KEYS: network.Keys = {
    "local-owner-id": lambda one: one.gateway.owner,
    "remote-owner-id": lambda one: one.resource_owner,
    "state": lambda one: one.state,
    "transit-gateway-attachment-id": lambda one: one.id,
    "transit-gateway-id": lambda one: one.gateway.id,
}


def _found(response: Any, kind: Optional[str], keys: network.Keys) -> List[Any]:
    backend, ids = response.ec2_backend, response._get_param("TransitGatewayAttachmentIds")
    found = visible(backend, kind)
    network.by_id(found, ids, "InvalidTransitGatewayAttachmentID")
    found = [one for one in found if not ids or one.id in ids]
    if kind == "peering":
        found = list({one.id: one for one in found}.values())
    tags = lambda one: network.tag_set(backend, one.id)  # noqa: E731
    return network.select(found, network.filters_of(response), keys, tags)


@patch(TransitGatewayAttachment)
def describe_transit_gateway_attachments(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayAttachments.html"""
    shown = [one.describe(self.ec2_backend) for one in _found(self, None, _KEYS)]
    return network.page(self, "TransitGatewayAttachments", shown)


@patch(TransitGatewayAttachment)
def describe_transit_gateway_vpc_attachments(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayVpcAttachments.html"""
    shown = [one.describe_vpc(self.ec2_backend) for one in _found(self, "vpc", _VPC_KEYS)]
    return network.page(self, "TransitGatewayVpcAttachments", shown)


@patch(TransitGatewayAttachment)
def describe_transit_gateway_peering_attachments(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayPeeringAttachments.html"""
    found = _found(self, "peering", _PEERING_KEYS)
    shown = [one.describe_peering(self.ec2_backend) for one in found]
    return network.page(self, "TransitGatewayPeeringAttachments", shown)
