"""Amazon VPC: route tables and routes.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import ipaddress
from typing import Any, Callable, Dict, List, Optional

from moto.ec2.models import EC2Backend
from moto.ec2.models.route_tables import Route, RouteTable
from moto.ec2.responses.route_tables import RouteTables

from . import AwsError, network, patch
from .network import in_use, invalid, not_found

network.check_tags(RouteTables, "create_route_table", "route-table")
network.once(RouteTables, "create_route_table")
network.paged(RouteTables, "describe_route_tables", "RouteTables")

#: The Transit Gateway that a network is attached to, by backend, network and id.
attached_gateway: List[Callable[[Any, str, str], Any]] = []

#: The prefix list, own or shared with the account, by backend and id.
prefix_list: List[Callable[[Any, str], Any]] = []

_TARGETS = (
    "gateway_id", "instance_id", "nat_gateway_id", "egress_only_igw_id", "transit_gateway_id",
    "interface_id", "vpc_peering_connection_id", "carrier_gateway_id", "vpc_endpoint_id",
)  # fmt: skip


def _canonical(block: Optional[str]) -> Optional[str]:
    """A block whose address has bits behind the prefix is taken without these.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    """
    if not block:
        return None
    try:
        return str(ipaddress.ip_network(block, strict=False))
    except ValueError:
        raise invalid(
            f"Value ({block}) for parameter destinationCidrBlock is invalid. This is not a valid "
            "CIDR block."
        )


def _check_targets(backend: Any, vpc_id: str, targets: Dict[str, Any]) -> None:
    """The target exists and is the network's.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    """
    given = [name for name in _TARGETS if targets.get(name)]
    if len(given) != 1:
        text = "The request must contain exactly one target of the route"
        raise AwsError("MissingParameter" if not given else "InvalidParameterCombination", text)
    gateway = targets.get("gateway_id") or ""
    if gateway.startswith("igw-"):
        held = backend.internet_gateways.get(gateway)
        if held is None:
            raise not_found("InvalidInternetGatewayID", gateway)
        if not held.vpc or held.vpc.id != vpc_id:
            raise invalid(f"route table and network gateway {gateway} belong to different networks")
    nat = targets.get("nat_gateway_id")
    if nat and backend.nat_gateways.get(nat) is None:
        raise AwsError("NatGatewayNotFound", f"The Nat Gateway {nat} was not found")


def _transit(backend: Any, vpc_id: str, gateway_id: Optional[str]) -> Any:
    """A route leads to a Transit Gateway only from a network that is attached to it.

    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
    """
    for find in attached_gateway if gateway_id else []:
        gateway = find(backend, vpc_id, str(gateway_id))
        if gateway is None:
            raise not_found("InvalidTransitGatewayID", gateway_id)
        return gateway
    return None


def _destination_list(backend: Any, name: Optional[str]) -> Any:
    for find in prefix_list if name else []:
        found = find(backend, str(name))
        if found is None:
            raise not_found("InvalidPrefixListID", name)
        return found
    return None


def _key(table: Any, *destinations: Optional[str]) -> str:
    named = [one for one in destinations if one]
    if len(named) != 1:
        raise AwsError("MissingParameter", "The request must contain exactly one destination")
    return f"{table.id}~{named[0]}"


@patch(EC2Backend)
def create_route(
    self: Any,
    route_table_id: str,
    destination_cidr_block: Optional[str],
    destination_ipv6_cidr_block: Optional[str] = None,
    destination_prefix_list_id: Optional[str] = None,
    local: bool = False,
    **targets: Any,
) -> Any:
    """One route for each destination, to a target of the network.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    """
    table = self.get_route_table(route_table_id)
    block, block6 = _canonical(destination_cidr_block), _canonical(destination_ipv6_cidr_block)
    key = _key(table, block, block6, destination_prefix_list_id)
    if key in table._routes:
        named = block or block6 or destination_prefix_list_id
        raise AwsError("RouteAlreadyExists", f"The route identified by {named} already exists.")
    wanted = _destination_list(self, destination_prefix_list_id)
    if not local:
        _check_targets(self, table.vpc_id, targets)
    transit = _transit(self, table.vpc_id, targets.pop("transit_gateway_id", None))
    route = create_route.moto(
        self, route_table_id, block, block6, destination_prefix_list_id, local, **targets
    )
    if wanted is not None:
        table._routes.pop(route.id, None)
        route.destination_prefix_list, route.id = wanted, key
        table._routes[key] = route
    route.transit_gateway = transit
    return route


@patch(EC2Backend)
def replace_route(
    self: Any,
    route_table_id: str,
    destination_cidr_block: Optional[str],
    destination_ipv6_cidr_block: Optional[str] = None,
    destination_prefix_list_id: Optional[str] = None,
    nat_gateway_id: Optional[str] = None,
    egress_only_igw_id: Optional[str] = None,
    transit_gateway_id: Optional[str] = None,
    **more: Any,
) -> Any:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html"""
    table = self.get_route_table(route_table_id)
    block, block6 = _canonical(destination_cidr_block), _canonical(destination_ipv6_cidr_block)
    key = _key(table, block, block6, destination_prefix_list_id)
    if key not in table._routes:
        named = block or block6 or destination_prefix_list_id
        text = f"There is no route defined for '{named}' in the route table. "
        raise invalid(text + "Use CreateRoute instead.")
    targets = {"nat_gateway_id": nat_gateway_id, "egress_only_igw_id": egress_only_igw_id}
    _check_targets(
        self, table.vpc_id, {**targets, "transit_gateway_id": transit_gateway_id, **more}
    )
    transit = _transit(self, table.vpc_id, transit_gateway_id)
    held = table._routes.pop(key)
    if held.local:
        table._routes[key] = held
        raise invalid("The local route can be replaced with an interface alone.")
    destination = (route_table_id, block, block6, destination_prefix_list_id)
    try:
        route = self.create_route(*destination, transit_gateway_id=transit_gateway_id,
                                  **targets, **more)  # fmt: skip
    except Exception:
        table._routes[key] = held
        raise
    route.transit_gateway = transit
    return route


@patch(EC2Backend)
def delete_route(
    self: Any,
    route_table_id: str,
    destination_cidr_block: Optional[str],
    destination_ipv6_cidr_block: Optional[str] = None,
    destination_prefix_list_id: Optional[str] = None,
) -> Any:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html"""
    table = self.get_route_table(route_table_id)
    block, block6 = _canonical(destination_cidr_block), _canonical(destination_ipv6_cidr_block)
    key = _key(table, block, block6, destination_prefix_list_id)
    route = table._routes.get(key)
    if route is None:
        named = block or block6 or destination_prefix_list_id
        text = f"no route with destination-cidr-block {named} in route table {route_table_id}"
        raise AwsError("InvalidRoute.NotFound", text)
    if route.gateway is not None and route.gateway.id.startswith("vpce-"):
        raise invalid("cannot remove VPC endpoint route from route table; modify the endpoint")
    return table._routes.pop(key)


@patch(Route, "state")
@property
def state(self: Any) -> str:
    """A route whose target is gone is a black hole.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
    """
    backend, vpc_id = self.route_table.ec2_backend, self.route_table.vpc_id
    gone = False
    if self.nat_gateway is not None:
        gone = str(self.nat_gateway.state) in ("deleting", "deleted", "failed")
    elif self.transit_gateway is not None:
        gone = not any(find(backend, vpc_id, self.transit_gateway.id) for find in attached_gateway)
    elif self.gateway is not None and self.gateway.id.startswith("igw-"):
        held = backend.internet_gateways.get(self.gateway.id)
        gone = held is None or not held.vpc or held.vpc.id != vpc_id
    elif self.vpc_pcx is not None:
        gone = self.vpc_pcx._status.code in ("deleted", "rejected", "expired", "failed")
    elif self.interface is not None:
        gone = self.interface.id not in backend.enis
    return "blackhole" if gone else "active"


# --- tables --------------------------------------------------------------------------------------


@patch(EC2Backend)
def associate_route_table(
    self: Any, route_table_id: str, gateway_id: Optional[str] = None, subnet_id: Any = None
) -> str:
    """A subnet or gateway has one table, of its own network.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html
    """
    wanted = self.get_route_table(route_table_id)
    if subnet_id and self.get_subnet(subnet_id).vpc_id != wanted.vpc_id:
        text = f"Route table {route_table_id} and subnet {subnet_id} belong to different networks"
        raise invalid(text)
    for table in self.route_tables.values():
        for association, target in table._associations.items():
            if target == (subnet_id or gateway_id):
                if table is wanted:
                    return str(association)
                raise AwsError(
                    "Resource.AlreadyAssociated",
                    f"the specified association for route table {route_table_id} conflicts with an "
                    "existing association",
                )
    return str(associate_route_table.moto(self, route_table_id, gateway_id, subnet_id))


@patch(EC2Backend)
def delete_route_table(self: Any, route_table_id: str) -> None:
    """Neither the main table nor one that is associated.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html
    """
    table = self.get_route_table(route_table_id)
    if table.main_association_id or table._associations:
        text = f"The routeTable '{route_table_id}' has dependencies and cannot be deleted."
        raise in_use(text)
    for endpoint in self.vpc_end_points.values():
        if route_table_id in endpoint.route_table_ids:
            endpoint.route_table_ids.remove(route_table_id)
    del self.route_tables[route_table_id]
    self.tags.pop(route_table_id, None)


@patch(RouteTable)
def get_filter_value(self: Any, filter_name: str, method_name: Optional[str] = None) -> Any:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html"""
    routes = self._routes.values()
    more: Dict[str, Callable[[], Any]] = {
        "association.gateway-id": lambda: [
            target for target in self._associations.values() if target.startswith("igw-")
        ],
        "association.subnet-id": lambda: [
            target for target in self._associations.values() if target.startswith("subnet-")
        ],
        "owner-id": lambda: self.owner_id,
        "route.gateway-id": lambda: [route.gateway_id for route in routes],
        "route.state": lambda: [route.state for route in routes],
        "route.origin": lambda: [route.origin for route in routes],
        "route.destination-prefix-list-id": lambda: [r.destination_prefix_list_id for r in routes],
        "route.destination-ipv6-cidr-block": lambda: [
            route.destination_ipv6_cidr_block for route in routes
        ],
    }
    if filter_name in more:
        return more[filter_name]()
    return get_filter_value.moto(self, filter_name, method_name)
