"""VPC endpoints, gateway and interface, and the services that they lead to.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import hashlib
import json
from typing import Any, Dict, Iterator, List, Optional

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend, vpcs
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.route_tables import Route
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import random_vpc_ep_id

from . import AwsError, network, patch, prefix_lists  # noqa: F401
from .network import Phase, invalid

# --- services ------------------------------------------------------------------------------------

#: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
_GATEWAY = ("s3", "dynamodb")
_MORE = ("s3", "kinesis-firehose", "kinesis-streams", "ecr.api", "ecr.dkr", "dynamodb")


def _services(region: str) -> List[Dict[str, Any]]:
    """What AWS offers in a Region.

    https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    names = sorted({*vpcs.AWS_ENDPOINT_SERVICES, *_MORE})
    found = [_service(region, name, "Interface") for name in names]
    return found + [_service(region, name, "Gateway") for name in _GATEWAY]


def _service(region: str, name: str, kind: str) -> Dict[str, Any]:
    number = hashlib.sha256(f"{region} {name} {kind}".encode()).hexdigest()[:17]
    service_id = f"vpce-svc-{number}"
    private = _private_name(region, name) if kind == "Interface" else None
    shown: Dict[str, Any] = {
        "ServiceName": f"com.amazonaws.{region}.{name}",
        "ServiceId": service_id,
        "ServiceArn": f"arn:aws:ec2:{region}:amazon:vpc-endpoint-service/{service_id}",
        "ServiceType": [{"ServiceType": kind}],
        "ServiceRegion": region,
        "AvailabilityZones": [zone.name for zone in RegionsAndZonesBackend.zones[region]],
        "AvailabilityZoneIds": [zone.zone_id for zone in RegionsAndZonesBackend.zones[region]],
        "Owner": "amazon",
        "BaseEndpointDnsNames": [f"{name}.{region}.vpce.amazonaws.com"],
        "VpcEndpointPolicySupported": True,
        "AcceptanceRequired": False,
        "ManagesVpcEndpoints": False,
        "Tags": [],
        "SupportedIpAddressTypes": ["ipv4"],
    }
    if private:
        shown["PrivateDnsName"] = private
        shown["PrivateDnsNames"] = [{"PrivateDnsName": private}]
        shown["PrivateDnsNameVerificationState"] = "verified"
    return shown


def _private_name(region: str, name: str) -> str:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""
    odd = {"ecr.api": "api.ecr", "ecr.dkr": "*.dkr.ecr", "s3": "*.s3", "kinesis-streams": "kinesis"}
    return f"{odd.get(name, name).replace('kinesis-firehose', 'firehose')}.{region}.amazonaws.com"


_SERVICE_KEYS: network.Keys = {
    "owner": lambda service: service["Owner"],
    "service-name": lambda service: service["ServiceName"],
    "service-region": lambda service: service["ServiceRegion"],
    "service-type": lambda service: service["ServiceType"][0]["ServiceType"],
    "supported-ip-address-types": lambda service: service["SupportedIpAddressTypes"],
}


@patch(VPCs)
def describe_vpc_endpoint_services(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html"""
    found, names = _services(self.region), self._get_param("ServiceNames") or []
    for name in names:
        if not any(service["ServiceName"] == name for service in found):
            _unknown(name)
    found = [service for service in found if not names or service["ServiceName"] in names]
    found = network.select(found, network.filters_of(self), _SERVICE_KEYS, lambda service: [])
    answer = network.page(self, "ServiceDetails", found)
    held: Any = answer.result
    held["ServiceNames"] = sorted({service["ServiceName"] for service in held["ServiceDetails"]})
    return answer


def _unknown(name: Optional[str]) -> None:
    text = f"The Vpc Endpoint Service '{name}' does not exist"
    raise AwsError("InvalidServiceName", text)


# --- endpoints -----------------------------------------------------------------------------------


def _own(endpoint: Any) -> Any:
    return endpoint.ec2_backend


def _checked_policy(text: Optional[str]) -> Optional[str]:
    if text is None:
        return None
    try:
        json.loads(text)["Statement"]
    except (ValueError, KeyError, TypeError):
        raise invalid("Policy document is not valid.", "InvalidPolicyDocument")
    return text


def _tables(backend: Any, vpc_id: str, names: List[str]) -> List[Any]:
    found = [backend.get_route_table(name) for name in names]
    for table in found:
        if table.vpc_id != vpc_id:
            text = f"Route table {table.id} belongs to different network from the endpoint's"
            raise invalid(text, "InvalidParameter")
    return found


def _add_routes(endpoint: Any, tables: List[Any]) -> None:
    """A route to each table, for the service's prefix list.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing
    """
    wanted = _own(endpoint).managed_list(endpoint.service_name)
    for table in tables:
        if f"{table.id}~{wanted.id}" in table._routes:
            named = f"destination-prefix-list-id {wanted.id}"
            text = f"route table {table.id} already has a route with {named}"
            raise AwsError("RouteAlreadyExists", text)
    for table in tables:
        route = Route(table, None, None, wanted, gateway=endpoint)
        table._routes[route.id] = route
        endpoint.route_table_ids.append(table.id)


def _remove_routes(endpoint: Any, names: List[str]) -> None:
    for name in names:
        table = _own(endpoint).route_tables.get(name)
        for route in list(table._routes.values()) if table else []:
            if route.gateway is endpoint:
                del table._routes[route.id]
    endpoint.route_table_ids[:] = [one for one in endpoint.route_table_ids if one not in names]


def _add_subnets(endpoint: Any, names: List[str]) -> None:
    """An interface in each subnet, no two of which are in one zone.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    backend = _own(endpoint)
    new = [backend.get_subnet(name) for name in names if name not in endpoint.subnet_ids]
    every = new + [backend.get_subnet(name) for name in endpoint.subnet_ids]
    if any(subnet.vpc_id != endpoint.vpc_id for subnet in new):
        raise invalid("A subnet belongs to a different network from the endpoint's.")
    if len({subnet.availability_zone for subnet in every}) < len(every):
        raise AwsError("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the "
                       "availability zone of a subnet.")  # fmt: skip
    for subnet in new:
        address = network.free_address(backend, subnet)
        text = f"VPC Endpoint Interface {endpoint.id}"
        eni = backend.create_network_interface(subnet, address, description=text)
        eni.interface_type, eni.requester_managed, eni.status = "vpc_endpoint", True, "in-use"
        endpoint.subnet_ids.append(subnet.id)
        endpoint.network_interface_ids.append(eni.id)


def _remove_subnets(endpoint: Any, names: List[str]) -> None:
    enis = _own(endpoint).enis
    for eni_id in list(endpoint.network_interface_ids):
        if eni_id not in enis or enis[eni_id].subnet.id in names:
            enis.pop(eni_id, None)
            endpoint.network_interface_ids.remove(eni_id)
    endpoint.subnet_ids[:] = [one for one in endpoint.subnet_ids if one not in names]


def _set_groups(endpoint: Any, names: List[str]) -> None:
    """Those of the endpoint are those of its interfaces.

    https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
    """
    backend = _own(endpoint)
    groups = [backend.get_security_group_from_id(name) for name in names]
    for name, group in zip(names, groups):
        if group is None:
            raise AwsError("InvalidGroup.NotFound", f"The security group '{name}' does not exist")
        if group.vpc_id != endpoint.vpc_id:
            raise invalid(f"Security group {name} and the endpoint belong to different networks.")
    endpoint.security_group_ids[:] = names
    for eni_id in endpoint.network_interface_ids:
        backend.enis[eni_id]._group_set = list(groups)


def _check_private_names(backend: Any, endpoint: Any) -> None:
    """One endpoint of a network answers to a service's own name, and only where the network
    resolves names.

    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """
    vpc = backend.get_vpc(endpoint.vpc_id)
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        raise invalid(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
            f"attributes set to true for {vpc.id}",
            "InvalidParameter",
        )
    for other in backend.vpc_end_points.values():
        same = (other.vpc_id, other.service_name) == (vpc.id, endpoint.service_name)
        if same and other is not endpoint and other.private_dns_enabled:
            name = _private_name(backend.region_name, endpoint.service_name.split(".", 3)[-1])
            raise invalid(
                "private-dns-enabled cannot be set because there is already a conflicting DNS "
                f"domain for {name} in the VPC {vpc.id}",
                "InvalidParameter",
            )


@patch(VPCs)
def create_vpc_endpoint(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"""
    tags, backend, param = network.tags_of(self, "vpc-endpoint"), self.ec2_backend, self._get_param
    vpc, name = backend.get_vpc(param("VpcId")), param("ServiceName")
    kind = param("VpcEndpointType") or "Gateway"
    known = [s for s in _services(self.region) if s["ServiceName"] == name]
    if not known:
        _unknown(name)
    if not any(service["ServiceType"][0]["ServiceType"] == kind for service in known):
        text = f"Endpoint type ({kind}) does not match available service types for {name}."
        raise invalid(text, "InvalidParameter")
    interface = kind == "Interface"
    made = VPCEndPoint(backend, random_vpc_ep_id(), vpc.id, name, kind, None, [], [], [])
    made.policy_document = _checked_policy(param("PolicyDocument")) or made.policy_document
    made.private_dns_enabled = interface and self._get_bool_param("PrivateDnsEnabled", True)
    made.state = Phase("pending", "available") if interface else Phase("available", "available")
    _lay_out(self, made, interface)
    backend.vpc_end_points[made.id] = made
    made.add_tags(tags)
    return ActionResult({"VpcEndpoint": made, "ClientToken": param("ClientToken")})


def _lay_out(response: Any, made: Any, interface: bool) -> None:
    backend, param = _own(made), response._get_param
    wrong = ("RouteTableIds",) if interface else ("SubnetIds", "SecurityGroupIds")
    for parameter in wrong:
        if param(parameter):
            text = f"{parameter} is not for endpoints of type {made.vpc_endpoint_type}."
            raise invalid(text, "InvalidParameter")
    made.ip_address_type = param("IpAddressType") or "ipv4"
    made.dns_options = {"DnsRecordIpType": "ipv4" if interface else "service-defined"}
    made.dns_options.update(param("DnsOptions") or {})
    made.requester_managed, made.service_region = False, backend.region_name
    made.dns_entries = []
    if not interface:
        _add_routes(made, _tables(backend, made.vpc_id, param("RouteTableIds") or []))
        return
    if made.private_dns_enabled:
        _check_private_names(backend, made)
    groups = param("SecurityGroupIds") or [backend.get_default_security_group(made.vpc_id).id]
    _set_groups(made, groups)
    _add_subnets(made, param("SubnetIds") or [])
    _set_groups(made, groups)
    made.dns_entries = list(_names(made))


def _names(endpoint: Any) -> Iterator[Dict[str, str]]:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames"""
    backend = _own(endpoint)
    region, name = backend.region_name, endpoint.service_name.split(".", 3)[-1]
    number = hashlib.sha256(endpoint.id.encode()).hexdigest()
    base, zone = f"{endpoint.id}-{number[:8]}", "Z" + number[8:21].upper()
    names = [f"{base}.{name}.{region}.vpce.amazonaws.com"]
    for subnet_id in endpoint.subnet_ids:
        area = backend.get_subnet(subnet_id).availability_zone
        names.append(f"{base}-{area}.{name}.{region}.vpce.amazonaws.com")
    for one in names:
        yield {"DnsName": one, "HostedZoneId": zone}
    if endpoint.private_dns_enabled:
        private = "Z" + number[21:34].upper()
        yield {"DnsName": _private_name(region, name), "HostedZoneId": private}


network.once(VPCs, "create_vpc_endpoint")


def _named(backend: Any, name: Any) -> Any:
    held = backend.vpc_end_points.get(name)
    if held is None:
        text = f"The Vpc Endpoint Id '{name}' does not exist"
        raise AwsError("InvalidVpcEndpointId.NotFound", text)
    return held


@patch(VPCs)
def modify_vpc_endpoint(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html"""
    backend, param = self.ec2_backend, self._get_param
    held = _named(backend, param("VpcEndpointId"))
    if held.state != "available":
        text = f"Endpoint must be in available state to be modified; it is {held.state}."
        raise AwsError("IncorrectState", text)
    interface = held.vpc_endpoint_type == "Interface"
    tables = _tables(backend, held.vpc_id, param("AddRouteTableIds") or [])
    policy = _checked_policy(param("PolicyDocument"))
    if self._get_bool_param("ResetPolicy", False):
        policy = json.dumps(VPCEndPoint.DEFAULT_POLICY)
    if not interface:
        _remove_routes(held, param("RemoveRouteTableIds") or [])
        _add_routes(held, [table for table in tables if table.id not in held.route_table_ids])
    else:
        _modify_interface(self, held)
    held.policy_document = policy or held.policy_document
    held.dns_options.update(param("DnsOptions") or {})
    return ActionResult({"Return": True})


def _modify_interface(response: Any, held: Any) -> None:
    param = response._get_param
    wanted = param("PrivateDnsEnabled")
    if wanted is not None:
        enabled = response._get_bool_param("PrivateDnsEnabled")
        if enabled:
            _check_private_names(_own(held), held)
        held.private_dns_enabled = enabled
    groups = [*held.security_group_ids]
    groups += [one for one in param("AddSecurityGroupIds") or [] if one not in groups]
    groups = [one for one in groups if one not in (param("RemoveSecurityGroupIds") or [])]
    if not groups:
        raise invalid("An endpoint needs a security group.", "InvalidParameter")
    _remove_subnets(held, param("RemoveSubnetIds") or [])
    _add_subnets(held, param("AddSubnetIds") or [])
    _set_groups(held, groups)
    held.dns_entries = list(_names(held))
    if param("AddSubnetIds") or param("RemoveSubnetIds"):
        held.state.become("pending", "available")


_KEYS: network.Keys = {
    "ip-address-type": lambda endpoint: endpoint.ip_address_type,
    "service-name": lambda endpoint: endpoint.service_name,
    "service-region": lambda endpoint: endpoint.service_region,
    "vpc-id": lambda endpoint: endpoint.vpc_id,
    "vpc-endpoint-id": lambda endpoint: endpoint.id,
    "vpc-endpoint-state": lambda endpoint: endpoint.state,
    "vpc-endpoint-type": lambda endpoint: endpoint.vpc_endpoint_type,
}


@patch(VPCs)
def describe_vpc_endpoints(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html"""
    backend, ids = self.ec2_backend, self._get_param("VpcEndpointIds")
    found = [_named(backend, name) for name in ids or []]
    found = found if ids else list(backend.vpc_end_points.values())
    found = network.select(found, network.filters_of(self), _KEYS)
    return network.page(self, "VpcEndpoints", found, smallest=1)


@patch(VPCs)
def delete_vpc_endpoints(self: Any) -> ActionResult:
    """Routes go at once, interfaces and the endpoint after a while.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
    """
    failed = []
    for name in self._get_param("VpcEndpointIds") or []:
        held = self.ec2_backend.vpc_end_points.get(name)
        if held is None:
            text = f"The Vpc Endpoint Id '{name}' does not exist"
            error = {"Code": "InvalidVpcEndpoint.NotFound", "Message": text}
            failed.append({"ResourceId": name, "Error": error})
        elif held.state.settled != "deleted":
            _remove_routes(held, list(held.route_table_ids))
            held.private_dns_enabled = False
            held.state.become("deleting", "deleted")
    return ActionResult({"Unsuccessful": failed})


@network.settlers.append
def _settle(backend: Any) -> None:
    for endpoint in list(backend.vpc_end_points.values()):
        if endpoint.state == "deleted":
            for eni_id in endpoint.network_interface_ids:
                backend.enis.pop(eni_id, None)
            del backend.vpc_end_points[endpoint.id]
            backend.tags.pop(endpoint.id, None)


@patch(EC2Backend, "get_vpc_end_point")
def get_vpc_end_point(self: Any, vpc_end_point_id: str) -> Any:
    """A route to one is made by the endpoint itself.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing
    """
    raise invalid(f"cannot add a route to {vpc_end_point_id}; modify the endpoint")
