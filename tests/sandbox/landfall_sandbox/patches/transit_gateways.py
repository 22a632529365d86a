"""Transit Gateways, own and shared.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from typing import Any, Dict, Iterator, List, Optional

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.responses.transit_gateways import TransitGateways
from moto.ec2.utils import random_transit_gateway_id, random_transit_gateway_route_table_id

from . import AwsError, network, patch, ram
from .network import Phase, invalid, not_found

#: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayRequestOptions.html
_OPTIONS: Dict[str, Any] = {
    "AmazonSideAsn": 64512,
    "AutoAcceptSharedAttachments": "disable",
    "DefaultRouteTableAssociation": "enable",
    "DefaultRouteTablePropagation": "enable",
    "DnsSupport": "enable",
    "MulticastSupport": "disable",
    "SecurityGroupReferencingSupport": "disable",
    "VpnEcmpSupport": "enable",
}

#: Options that name a default table, and the option that has it used.
_DEFAULT_TABLES = {
    "AssociationDefaultRouteTableId": "DefaultRouteTableAssociation",
    "PropagationDefaultRouteTableId": "DefaultRouteTablePropagation",
}


def incorrect(text: str) -> AwsError:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
    return AwsError("IncorrectState", text)


class Table:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayRouteTable.html"""

    def __init__(self, gateway: "Gateway"):
        self.id = random_transit_gateway_route_table_id()
        self.gateway = gateway
        self.state = Phase("pending", "available")
        self.created = utcnow()
        #: Static routes: an attachment's id, or None for a black hole.
        self.routes: Dict[str, Optional[str]] = {}
        #: References to prefix lists, by the list's id.
        self.references: Dict[str, Any] = {}

    def is_default(self, option: str) -> bool:
        return bool(self.gateway.options.get(option) == self.id)


class Gateway:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGateway.html"""

    def __init__(self, backend: Any, description: str, options: Dict[str, Any]):
        self.id = random_transit_gateway_id()
        self.backend, self.description = backend, description
        self.state = Phase("pending", "available")
        self.created = utcnow()
        self.options = {**_OPTIONS, "TransitGatewayCidrBlocks": [], **options}
        self.tables: Dict[str, Table] = {}
        self.attachments: Dict[str, Any] = {}
        used = [d for d, use in _DEFAULT_TABLES.items() if self.options[use] == "enable"]
        if used:
            table = Table(self)
            self.tables[table.id] = table
            self.options.update(dict.fromkeys(used, table.id))

    @property
    def owner(self) -> str:
        return str(self.backend.account_id)

    @property
    def region(self) -> str:
        return str(self.backend.region_name)

    @property
    def arn(self) -> str:
        partition = self.backend.partition
        return f"arn:{partition}:ec2:{self.region}:{self.owner}:transit-gateway/{self.id}"

    def describe(self, viewer: Any) -> Dict[str, Any]:
        return {
            "TransitGatewayId": self.id,
            "TransitGatewayArn": self.arn,
            "State": self.state,
            "OwnerId": self.owner,
            "Description": self.description,
            "CreationTime": self.created,
            "Options": self.options,
            "Tags": network.tag_set(viewer, self.id),
        }

    @property
    def living(self) -> List[Any]:
        return [one for one in self.attachments.values() if not one.gone]


# --- who sees which ------------------------------------------------------------------------------


def every(region: str) -> Iterator[Gateway]:
    for backend in network.backends_of(region):
        for gateway in list(backend.transit_gateways.values()):
            if network.listed_still(gateway.state):
                yield gateway


def visible(backend: Any) -> List[Gateway]:
    """An account's own gateways in a Region, and those shared with it.

    https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-share.html
    """
    return [
        gateway
        for gateway in every(backend.region_name)
        if gateway.backend is backend
        or (gateway.state != "deleted" and ram.shared_with(backend.account_id, gateway.arn))
    ]


def named(backend: Any, name: Optional[str], own: bool = True) -> Gateway:
    """The own gateway of this id, or with `own` false also a shared one."""
    for gateway in visible(backend):
        if gateway.id == name and gateway.state != "deleted":
            if own and gateway.backend is not backend:
                break
            return gateway
    raise AwsError(
        "InvalidTransitGatewayID.NotFound",
        f"Transit Gateway {name} was deleted or does not exist.",
    )


def available(gateway: Gateway) -> Gateway:
    if gateway.state != "available":
        raise incorrect(f"{gateway.id} is in invalid state: {gateway.state}")
    return gateway


def _exists(account: str, region: str, name: str) -> bool:
    held = ec2_backends[account][region].transit_gateways.get(name)
    return held is not None and held.state.settled != "deleted"


ram.exists["ec2:TransitGateway"] = _exists

# --- calls ---------------------------------------------------------------------------------------


def _checked(options: Dict[str, Any]) -> Dict[str, Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayRequestOptions.html"""
    for name, value in options.items():
        switch = name in _OPTIONS and name != "AmazonSideAsn"
        if switch and value not in ("enable", "disable"):
            raise invalid(f"Value ({value}) for parameter {name} is invalid.")
    number = int(options.get("AmazonSideAsn", 64512))
    if not (64512 <= number <= 65534 or 4200000000 <= number <= 4294967294):
        raise invalid(f"Amazon side ASN {number} is not valid.")
    return {**options, **({"AmazonSideAsn": number} if "AmazonSideAsn" in options else {})}


@patch(TransitGateways)
def create_transit_gateway(self: Any) -> ActionResult:
    """With a default table only where one is used.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGateway.html
    """
    tags, backend = network.tags_of(self, "transit-gateway"), self.ec2_backend
    options = _checked(self._get_param("Options") or {})
    gateway = Gateway(backend, self._get_param("Description") or "", options)
    backend.transit_gateways[gateway.id] = gateway
    backend.create_tags([gateway.id], tags)
    return ActionResult({"TransitGateway": gateway.describe(backend)})


@patch(TransitGateways)
def modify_transit_gateway(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTransitGateway.html"""
    backend = self.ec2_backend
    gateway = available(named(backend, self._get_param("TransitGatewayId")))
    wanted = _checked(dict(self._get_param("Options") or {}))
    blocks = gateway.options["TransitGatewayCidrBlocks"]
    blocks = blocks + (wanted.pop("AddTransitGatewayCidrBlocks", None) or [])
    removed = wanted.pop("RemoveTransitGatewayCidrBlocks", None) or []
    for default in _DEFAULT_TABLES:
        if default in wanted and wanted[default] not in gateway.tables:
            raise not_found("InvalidRouteTableID", wanted[default])
    options = {**gateway.options, **wanted}
    options["TransitGatewayCidrBlocks"] = [one for one in blocks if one not in removed]
    for default, use in _DEFAULT_TABLES.items():
        if options[use] == "disable":
            options.pop(default, None)
        elif default not in options:
            text = f"enable {use} conflicts with {default} null"
            raise invalid(text, "InvalidParameterCombination")
    gateway.options = options
    if self._get_param("Description") is not None:
        gateway.description = self._get_param("Description")
    gateway.state.become("modifying", "available")
    return ActionResult({"TransitGateway": gateway.describe(backend)})


@patch(TransitGateways)
def delete_transit_gateway(self: Any) -> ActionResult:
    """Not while something is attached; tables go with it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGateway.html
    """
    gateway = named(self.ec2_backend, self._get_param("TransitGatewayId"))
    for kind, title in (("vpc", "VPC"), ("peering", "Peering")):
        held = [one.id for one in gateway.living if one.kind == kind]
        if held:
            names = ", ".join(held)
            raise incorrect(f"{gateway.id} has non-deleted {title} Attachments: {names}.")
    gateway.state.become("deleting", "deleted")
    for table in gateway.tables.values():
        if table.state.settled != "deleted":
            table.state.become("deleting", "deleted")
    ram.forget(gateway.arn)
    return ActionResult({"TransitGateway": gateway.describe(self.ec2_backend)})


def _option(name: str) -> Any:
    return lambda gateway: gateway.options.get(name)


_KEYS: network.Keys = {
    "transit-gateway-id": lambda gateway: gateway.id,
    "state": lambda gateway: gateway.state,
    "owner-id": lambda gateway: gateway.owner,
    "options.amazon-side-asn": _option("AmazonSideAsn"),
    "options.association-default-route-table-id": _option("AssociationDefaultRouteTableId"),
    "options.auto-accept-shared-attachments": _option("AutoAcceptSharedAttachments"),
    "options.default-route-table-association": _option("DefaultRouteTableAssociation"),
    "options.default-route-table-propagation": _option("DefaultRouteTablePropagation"),
    "options.dns-support": _option("DnsSupport"),
    "options.propagation-default-route-table-id": _option("PropagationDefaultRouteTableId"),
    "options.vpn-ecmp-support": _option("VpnEcmpSupport"),
}


@patch(TransitGateways)
def describe_transit_gateways(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGateways.html"""
    backend, ids = self.ec2_backend, self._get_param("TransitGatewayIds")
    found = network.by_id(visible(backend), ids, "InvalidTransitGatewayID")
    tags = lambda gateway: network.tag_set(backend, gateway.id)  # noqa: E731
    found = network.select(found, network.filters_of(self), _KEYS, tags)
    shown = [gateway.describe(backend) for gateway in found]
    return network.page(self, "TransitGateways", shown)
