"""Route tables of Transit Gateways: associations, propagations, routes, prefix lists.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import ipaddress
from typing import Any, Dict, Iterator, List, Optional

from moto.core.responses import ActionResult
from moto.ec2.responses.transit_gateway_attachments import TransitGatewayAttachment
from moto.ec2.responses.transit_gateway_route_tables import TransitGatewayRouteTable

from . import AwsError, network, patch, prefix_lists
from .network import Phase, invalid, not_found
from .transit_gateway_attachments import attachment
from .transit_gateways import Table, available, every, incorrect, named

# --- tables --------------------------------------------------------------------------------------


def tables(backend: Any) -> List[Table]:
    """Only a gateway's owner has to do with its tables.

    https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-share.html
    """
    return [
        table
        for gateway in every(backend.region_name)
        if gateway.backend is backend
        for table in gateway.tables.values()
        if network.listed_still(table.state)
    ]


def _table(response: Any) -> Table:
    name = response._get_param("TransitGatewayRouteTableId")
    for table in tables(response.ec2_backend):
        if table.id == name and table.state.settled != "deleted":
            return table
    text = f"Transit Gateway Route Table {name} was deleted or does not exist."
    raise AwsError("InvalidRouteTableID.NotFound", text)


def _usable(response: Any) -> Table:
    table = _table(response)
    if table.state != "available":
        raise incorrect(f"{table.id} is in invalid state: {table.state}")
    return table


def _described(table: Table) -> Dict[str, Any]:
    return {
        "TransitGatewayRouteTableId": table.id,
        "TransitGatewayId": table.gateway.id,
        "State": table.state,
        "DefaultAssociationRouteTable": table.is_default("AssociationDefaultRouteTableId"),
        "DefaultPropagationRouteTable": table.is_default("PropagationDefaultRouteTableId"),
        "CreationTime": table.created,
        "Tags": network.tag_set(table.gateway.backend, table.id),
    }


@patch(TransitGatewayRouteTable)
def create_transit_gateway_route_table(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayRouteTable.html"""
    tags, backend = network.tags_of(self, "transit-gateway-route-table"), self.ec2_backend
    gateway = available(named(backend, self._get_param("TransitGatewayId")))
    table = Table(gateway)
    gateway.tables[table.id] = table
    backend.create_tags([table.id], tags)
    return ActionResult({"TransitGatewayRouteTable": _described(table)})


_TABLE_KEYS: network.Keys = {
    "default-association-route-table": lambda t: t.is_default("AssociationDefaultRouteTableId"),
    "default-propagation-route-table": lambda t: t.is_default("PropagationDefaultRouteTableId"),
    "state": lambda table: table.state,
    "transit-gateway-id": lambda table: table.gateway.id,
    "transit-gateway-route-table-id": lambda table: table.id,
}


@patch(TransitGatewayRouteTable)
def describe_transit_gateway_route_tables(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayRouteTables.html"""
    backend, ids = self.ec2_backend, self._get_param("TransitGatewayRouteTableIds")
    found = network.by_id(tables(backend), ids, "InvalidRouteTableID")
    tags = lambda table: network.tag_set(backend, table.id)  # noqa: E731
    found = network.select(found, network.filters_of(self), _TABLE_KEYS, tags)
    shown = [_described(table) for table in found]
    return network.page(self, "TransitGatewayRouteTables", shown)


@patch(TransitGatewayRouteTable)
def delete_transit_gateway_route_table(self: Any) -> ActionResult:
    """Not while it is a default, or an attachment is associated with it or propagates to it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayRouteTable.html
    """
    table = _usable(self)
    if any(table.is_default(f"{use}DefaultRouteTableId") for use in ("Association", "Propagation")):
        raise incorrect(f"{table.id} is a default route table of {table.gateway.id}.")
    if _associated(table):
        raise incorrect(f"{table.id} has non-deleted associations.")
    if _propagating(table):
        raise incorrect(f"{table.id} has non-deleted propagations.")
    table.state.become("deleting", "deleted")
    table.references.clear()
    return ActionResult({"TransitGatewayRouteTable": _described(table)})


# --- associations --------------------------------------------------------------------------------


def _brief(one: Any) -> Dict[str, str]:
    return {
        "TransitGatewayAttachmentId": one.id,
        "ResourceId": one.resource_id,
        "ResourceType": one.kind,
    }


def _associated(table: Table) -> List[Any]:
    return [
        one
        for one in table.gateway.attachments.values()
        if (one.association or {}).get("TransitGatewayRouteTableId") == table.id
    ]


def _propagating(table: Table) -> List[Any]:
    return [one for one in table.gateway.attachments.values() if table.id in one.propagations]


def _of_gateway(response: Any, table: Table, name: Any = None) -> Any:
    """The attachment that a call names, of the table's gateway."""
    name = name or response._get_param("TransitGatewayAttachmentId")
    one = table.gateway.attachments.get(name)
    if one is None or one.state == "deleted":
        attachment(response.ec2_backend, name)
        raise invalid(f"{name} and {table.id} belong to different Transit Gateways.")
    return one


def _in_use(one: Any) -> Any:
    if one.state != "available":
        raise incorrect(f"{one.id} is in invalid state: {one.state}")
    return one


@patch(TransitGatewayAttachment)
def associate_transit_gateway_route_table(self: Any) -> ActionResult:
    """An attachment has one table.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateTransitGatewayRouteTable.html
    """
    table = _usable(self)
    one = _in_use(_of_gateway(self, table))
    if one.association is not None:
        text = f"Transit Gateway Attachment {one.id} is already associated to a route table."
        raise AwsError("Resource.AlreadyAssociated", text)
    one.associate(table)
    return ActionResult({"Association": {**_brief(one), **one.association}})


@patch(TransitGatewayAttachment)
def disassociate_transit_gateway_route_table(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateTransitGatewayRouteTable.html"""
    table = _table(self)
    one = _of_gateway(self, table)
    held = one.association
    if held is None or held["TransitGatewayRouteTableId"] != table.id:
        text = f"{one.id} is not associated with {table.id}."
        raise AwsError("InvalidAssociation.NotFound", text)
    if held["State"] != "associated":
        raise incorrect(f"The association of {one.id} is in invalid state: {held['State']}")
    one.disassociate()
    return ActionResult({"Association": {**_brief(one), **one.association}})


_BRIEF_KEYS: network.Keys = {
    "resource-id": lambda one: one["ResourceId"],
    "resource-type": lambda one: one["ResourceType"],
    "transit-gateway-attachment-id": lambda one: one["TransitGatewayAttachmentId"],
}


@patch(TransitGatewayRouteTable)
def get_transit_gateway_route_table_associations(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayRouteTableAssociations.html"""
    table = _table(self)
    shown = [{**_brief(o), "State": o.association["State"]} for o in _associated(table)]
    found = network.select(shown, network.filters_of(self), _BRIEF_KEYS)
    return network.page(self, "Associations", found)


# --- propagations --------------------------------------------------------------------------------


def _propagation(one: Any, table_id: str) -> ActionResult:
    shown = {**_brief(one), "TransitGatewayRouteTableId": table_id}
    return ActionResult({"Propagation": {**shown, "State": one.propagations[table_id]}})


@patch(TransitGatewayAttachment)
def enable_transit_gateway_route_table_propagation(self: Any) -> ActionResult:
    """Another gateway does not propagate: its routes are static.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableTransitGatewayRouteTablePropagation.html
    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering.html
    """
    table = _usable(self)
    one = _in_use(_of_gateway(self, table))
    if one.kind == "peering":
        raise invalid(f"Route propagation is not supported by the peering attachment {one.id}.")
    if table.id in one.propagations:
        text = f"Propagation from {one.id} to {table.id} already exists."
        raise AwsError("TransitGatewayRouteTablePropagation.Duplicate", text)
    one.propagate(table)
    return _propagation(one, table.id)


@patch(TransitGatewayAttachment)
def disable_transit_gateway_route_table_propagation(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableTransitGatewayRouteTablePropagation.html"""
    table = _table(self)
    one = _of_gateway(self, table)
    if table.id not in one.propagations:
        text = f"No propagation from {one.id} to {table.id} exists."
        raise AwsError("TransitGatewayRouteTablePropagation.NotFound", text)
    one.stop_propagating(table.id)
    return _propagation(one, table.id)


@patch(TransitGatewayRouteTable)
def get_transit_gateway_route_table_propagations(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayRouteTablePropagations.html"""
    table = _table(self)
    shown = [{**_brief(o), "State": o.propagations[table.id]} for o in _propagating(table)]
    found = network.select(shown, network.filters_of(self), _BRIEF_KEYS)
    return network.page(self, "TransitGatewayRouteTablePropagations", found)


@patch(TransitGatewayAttachment)
def get_transit_gateway_attachment_propagations(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayAttachmentPropagations.html"""
    one = attachment(self.ec2_backend, self._get_param("TransitGatewayAttachmentId"))
    own = one.gateway.backend is self.ec2_backend
    held = one.propagations.items() if own else ()
    shown = [{"TransitGatewayRouteTableId": name, "State": state} for name, state in held]
    keys: network.Keys = {
        "transit-gateway-route-table-id": lambda entry: entry["TransitGatewayRouteTableId"]
    }
    found = network.select(shown, network.filters_of(self), keys)
    return network.page(self, "TransitGatewayAttachmentPropagations", found)


# --- routes --------------------------------------------------------------------------------------


def _canonical(block: Any) -> str:
    try:
        return str(ipaddress.ip_network(block, strict=False))
    except ValueError:
        raise invalid(f"Value ({block}) for parameter destinationCidrBlock is invalid. This is not "
                      "a valid CIDR block.")  # fmt: skip


def _target(response: Any, table: Table) -> Optional[str]:
    """The attachment that a route leads to, or None for a black hole.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayRoute.html
    """
    name = response._get_param("TransitGatewayAttachmentId")
    blackhole = response._get_bool_param("Blackhole", False)
    if blackhole and name:
        text = "Blackhole and TransitGatewayAttachmentId can't both be given."
        raise invalid(text, "InvalidParameterCombination")
    if blackhole:
        return None
    if not name:
        text = "The request must contain the parameter TransitGatewayAttachmentId"
        raise AwsError("MissingParameter", text)
    return str(_in_use(_of_gateway(response, table, name)).id)


def _route(table: Table, block: str, name: Optional[str], kind: str = "static") -> Dict[str, Any]:
    """A route whose attachment is gone is a black hole.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayRoute.html
    """
    shown: Dict[str, Any] = {"DestinationCidrBlock": block, "Type": kind, "State": "blackhole"}
    one = table.gateway.attachments.get(name) if name else None
    if one is not None:
        shown["TransitGatewayAttachments"] = [_brief(one)]
        shown["State"] = "active" if one.usable else "blackhole"
    return shown


@patch(TransitGatewayRouteTable)
def create_transit_gateway_route(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayRoute.html"""
    table, block = _usable(self), _canonical(self._get_param("DestinationCidrBlock"))
    target = _target(self, table)
    if block in table.routes:
        text = f"Route {block} already exists in Transit Gateway Route Table {table.id}."
        raise AwsError("RouteAlreadyExists", text)
    table.routes[block] = target
    return ActionResult({"Route": _route(table, block, target)})


def _held(response: Any) -> Any:
    table, block = _usable(response), _canonical(response._get_param("DestinationCidrBlock"))
    if block not in table.routes:
        text = f"No static route {block} in Transit Gateway Route Table {table.id}."
        raise AwsError("InvalidRoute.NotFound", text)
    return table, block


@patch(TransitGatewayRouteTable)
def replace_transit_gateway_route(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceTransitGatewayRoute.html"""
    table, block = _held(self)
    table.routes[block] = _target(self, table)
    return ActionResult({"Route": _route(table, block, table.routes[block])})


@patch(TransitGatewayRouteTable)
def delete_transit_gateway_route(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayRoute.html"""
    table, block = _held(self)
    shown = {**_route(table, block, table.routes.pop(block)), "State": "deleted"}
    return ActionResult({"Route": shown})


def _blocks(one: Any) -> Iterator[str]:
    """What a network propagates: all its blocks.

    https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-route-propagation-overview
    """
    held = one.backend.vpcs.get(one.resource_id)
    for ipv6 in (False, True) if held is not None else ():
        for entry in held.get_cidr_block_association_set(ipv6=ipv6):
            if entry["cidr_block_state"]["state"] == "associated":
                yield _canonical(entry["cidr_block"])


def _routes(table: Table) -> List[Dict[str, Any]]:
    """A static route before one of a prefix list before a propagated one for the same block.

    https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-route-evaluation-overview
    """
    found = {block: _route(table, block, name) for block, name in table.routes.items()}
    for reference in table.references.values():
        for entry in prefix_lists.entries(table.gateway.backend, reference.list_id):
            block = _canonical(entry["Cidr"])
            route = _route(table, block, reference.attachment_id)
            found.setdefault(block, {**route, "PrefixListId": reference.list_id})
    for one in _propagating(table):
        for block in _blocks(one) if one.usable and one.propagations[table.id] == "enabled" else ():
            found.setdefault(block, _route(table, block, one.id, "propagated"))
    return [found[block] for block in sorted(found)]


def _within(route: Dict[str, Any], blocks: List[str], below: bool) -> bool:
    own: Any = ipaddress.ip_network(route["DestinationCidrBlock"])
    others: List[Any] = [ipaddress.ip_network(block, strict=False) for block in blocks]
    others = [other for other in others if other.version == own.version]
    return any(own.subnet_of(other) if below else own.supernet_of(other) for other in others)


def _first(name: str) -> Any:
    return lambda route: [one[name] for one in route.get("TransitGatewayAttachments", [])]


_ROUTE_KEYS: network.Keys = {
    "attachment.transit-gateway-attachment-id": _first("TransitGatewayAttachmentId"),
    "attachment.resource-id": _first("ResourceId"),
    "attachment.resource-type": _first("ResourceType"),
    "prefix-list-id": lambda route: route.get("PrefixListId"),
    "route-search.exact-match": lambda route: route["DestinationCidrBlock"],
    "state": lambda route: route["State"],
    "type": lambda route: route["Type"],
}


@patch(TransitGatewayRouteTable)
def search_transit_gateway_routes(self: Any) -> ActionResult:
    """Static and propagated ones; says whether there are more than were asked for.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SearchTransitGatewayRoutes.html
    """
    table, filters = _table(self), dict(network.filters_of(self))
    if not filters:
        raise AwsError("MissingParameter", "The request must contain the parameter Filters")
    size = self._get_int_param("MaxResults") or 1000
    if not 5 <= size <= 1000:
        raise invalid(f"Value ({size}) for parameter MaxResults is invalid.")
    found = _routes(table)
    below = filters.pop("route-search.subnet-of-match", None)
    above = filters.pop("route-search.supernet-of-match", None)
    longest = filters.pop("route-search.longest-prefix-match", None)
    if below is not None:
        found = [route for route in found if _within(route, below, True)]
    for blocks in (above, longest):
        if blocks is not None:
            found = [route for route in found if _within(route, blocks, False)]
    found = network.select(found, filters, _ROUTE_KEYS)
    if longest is not None:
        length = lambda route: int(route["DestinationCidrBlock"].split("/")[1])  # noqa: E731
        found = sorted(found, key=length)[-1:]
    answer = {"Routes": found[:size], "AdditionalRoutesAvailable": len(found) > size}
    return ActionResult(answer)


# --- prefix lists --------------------------------------------------------------------------------


class _Reference:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayPrefixListReference.html"""

    def __init__(self, table: Table, held: Any, attachment_id: Optional[str]):
        self.table, self.list_id, self.list_owner = table, held.id, held.owner_id
        self.attachment_id = attachment_id
        self.state = Phase("pending", "available")

    def describe(self) -> Dict[str, Any]:
        shown = {
            "TransitGatewayRouteTableId": self.table.id,
            "PrefixListId": self.list_id,
            "PrefixListOwnerId": self.list_owner,
            "State": self.state,
            "Blackhole": self.attachment_id is None,
        }
        if self.attachment_id is not None:
            one = self.table.gateway.attachments[self.attachment_id]
            shown["TransitGatewayAttachment"] = _brief(one)
        return shown


def _referred(response: Any, table: Table) -> _Reference:
    name = response._get_param("PrefixListId")
    if name not in table.references:
        raise not_found("InvalidPrefixListID", name)
    found: _Reference = table.references[name]
    return found


@patch(TransitGatewayRouteTable)
def create_transit_gateway_prefix_list_reference(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayPrefixListReference.html"""
    table, name = _usable(self), self._get_param("PrefixListId")
    held = prefix_lists.find(self.ec2_backend, name)
    if held is None:
        raise not_found("InvalidPrefixListID", name)
    if name in table.references:
        text = f"A reference to {name} already exists in Transit Gateway Route Table {table.id}."
        raise AwsError("RouteAlreadyExists", text)
    table.references[name] = _Reference(table, held, _target(self, table))
    shown = table.references[name].describe()
    return ActionResult({"TransitGatewayPrefixListReference": shown})


@patch(TransitGatewayRouteTable)
def modify_transit_gateway_prefix_list_reference(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTransitGatewayPrefixListReference.html"""
    table = _usable(self)
    reference = _referred(self, table)
    reference.attachment_id = _target(self, table)
    reference.state.become("modifying", "available")
    return ActionResult({"TransitGatewayPrefixListReference": reference.describe()})


@patch(TransitGatewayRouteTable)
def delete_transit_gateway_prefix_list_reference(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayPrefixListReference.html"""
    table = _usable(self)
    reference = _referred(self, table)
    del table.references[reference.list_id]
    reference.state.at_once("deleting")
    return ActionResult({"TransitGatewayPrefixListReference": reference.describe()})


def _attachment_key(name: str) -> Any:
    return lambda entry: entry.get("TransitGatewayAttachment", {}).get(name)


_REFERENCE_KEYS: network.Keys = {
    "attachment.resource-id": _attachment_key("ResourceId"),
    "attachment.resource-type": _attachment_key("ResourceType"),
    "attachment.transit-gateway-attachment-id": _attachment_key("TransitGatewayAttachmentId"),
    "is-blackhole": lambda entry: entry["Blackhole"],
    "prefix-list-id": lambda entry: entry["PrefixListId"],
    "prefix-list-owner-id": lambda entry: entry["PrefixListOwnerId"],
    "state": lambda entry: entry["State"],
}


@patch(TransitGatewayRouteTable)
def get_transit_gateway_prefix_list_references(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayPrefixListReferences.html"""
    shown = [reference.describe() for reference in _table(self).references.values()]
    found = network.select(shown, network.filters_of(self), _REFERENCE_KEYS)
    return network.page(self, "TransitGatewayPrefixListReferences", found)


def _users(name: str, region: str) -> List[Dict[str, str]]:
    return [
        {"ResourceId": table.id, "ResourceOwner": gateway.owner}
        for gateway in every(region)
        for table in gateway.tables.values()
        if name in table.references
    ]


prefix_lists.users.append(_users)
