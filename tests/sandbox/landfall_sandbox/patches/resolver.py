"""Route 53 Resolver: endpoints and their addresses.

Unless a docstring says otherwise, errors are those that each operation's page names:
https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html
"""

import json
import threading
from ipaddress import ip_address, ip_network
from typing import Any, Dict, List, Optional

from moto.ec2.models import ec2_backends
from moto.route53resolver.responses import Route53ResolverResponse
from moto.route53resolver.validations import validate_args

from .. import settings
from . import AwsError, patch
from .resolver_base import (
    Said,
    Thing,
    add,
    asked,
    find,
    invalid,
    not_found,
    once,
    own,
    page,
    present,
    refused,
    select,
)

ENDPOINT = "resolver-endpoint"
_ENDPOINTS, _FEWEST, _MOST = 4, 2, 6  # in a Region, addresses of one
_PREFIX = {"INBOUND": "rslvr-in", "OUTBOUND": "rslvr-out", "INBOUND_DELEGATION": "rslvr-in"}
_PROTOCOLS = {"INBOUND": {"Do53", "DoH", "DoH-FIPS"}, "OUTBOUND": {"Do53", "DoH"}}
_FILTERS = (
    "CreatorRequestId", "Direction", "HostVPCId", "IpAddressCount", "Name", "SecurityGroupIds",
    "Status",
)  # fmt: skip


class Endpoint(Thing):
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverEndpoint.html"""

    def __init__(self, response: Any, said: Said):
        super().__init__(response, ENDPOINT, _PREFIX[said["Direction"]], said)
        self.steady = "OPERATIONAL"
        self.vpc: Optional[str] = None
        self._addresses: List[Thing] = []

    @property
    def addresses(self) -> List[Thing]:
        self._addresses = [one for one in self._addresses if not one.gone]
        return self._addresses

    @property
    def remaining(self) -> List[Thing]:
        return [one for one in self.addresses if not one.leaving]

    def describe(self) -> Said:
        return present(
            {
                "Id": self.id,
                "Arn": self.arn,
                **self.said,
                "IpAddressCount": len(self.remaining),
                "HostVPCId": self.vpc,
                "Status": self.status,
                "StatusMessage": f"This Resolver Endpoint is {self.status.lower()}.",
                "CreationTime": self.created,
                "ModificationTime": self.modified,
            }
        )


def _endpoint(response: Any, steady: bool = False) -> Any:
    """The endpoint of the request; with `steady` one that may be changed.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverEndpoint.html
    """
    key = asked(response).get("ResolverEndpointId")
    endpoint = find(response, ENDPOINT, "Resolver endpoint", key)
    if steady and endpoint.busy:
        raise refused(f"Resolver endpoint '{key}' is in status {endpoint.status}.")
    return endpoint


def _answer(endpoint: Endpoint) -> str:
    return json.dumps({"ResolverEndpoint": endpoint.describe()})


# --- addresses -----------------------------------------------------------------------------------


def _network(owner: Any) -> Any:
    account = getattr(owner, "current_account", None) or owner.account
    return ec2_backends[account][owner.region]


def _subnet(response: Any, key: str) -> Any:
    for subnets in _network(response).subnets.values():
        if key in subnets:
            return subnets[key]
    raise invalid(f"The subnet ID '{key}' does not exist")


def _check_address(response: Any, wanted: Dict[str, str], vpc: Optional[str]) -> str:
    """An address of the subnet that is neither reserved nor taken; the VPC that it is in.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_IpAddressRequest.html
    """
    subnet, ip = _subnet(response, wanted.get("SubnetId") or ""), wanted.get("Ip")
    if vpc is not None and subnet.vpc_id != vpc:
        raise refused("All subnets of a Resolver endpoint have to be in the same VPC.")
    if ip is None:
        return str(subnet.vpc_id)
    try:
        inside = ip_address(ip) in ip_network(subnet.cidr_block)
    except ValueError:
        raise invalid(f"Invalid IP address: '{ip}'")
    if not inside or ip_address(ip) in subnet.aws_reserved_ips:
        text = f"IP address '{ip}' is either not in subnet '{subnet.id}' CIDR range or is reserved"
        raise refused(text)
    if ip in subnet._subnet_ips:
        text = f"The IP address '{ip}' in subnet '{subnet.id}' is already in use"
        raise AwsError("ResourceExistsException", text)
    return str(subnet.vpc_id)


def _attach(response: Any, endpoint: Endpoint, wanted: Dict[str, str], status: str) -> None:
    """A network interface of the customer's subnet for each address.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-choose-vpc.html
    """
    subnet = _subnet(response, wanted["SubnetId"])
    address = Thing(response, "ip-address", "rni", {"SubnetId": subnet.id})
    ip = wanted.get("Ip") or subnet.get_available_subnet_ip(address)
    address.said["Ip"], address.steady = ip, "ATTACHED"
    interface = _network(response).create_network_interface(
        subnet,
        ip,
        private_ip_addresses=[{"Primary": True, "PrivateIpAddress": ip}],
        group_ids=endpoint.said["SecurityGroupIds"],
        description=f"Route 53 Resolver: {endpoint.id}:{address.id}",
    )
    interface.requester_managed, interface.status = True, "in-use"
    address.said["interface"] = interface
    subnet._subnet_ips[ip] = address
    address.turn(status)
    endpoint._addresses.append(address)


def _detach(endpoint: Endpoint, address: Thing, status: str) -> None:
    """The network interface stays as long as the address."""
    address.turn(status)
    address.leaving = True
    network, interface = _network(endpoint), address.said["interface"]

    def release() -> None:
        network.enis.pop(interface.id, None)
        interface.subnet._subnet_ips.pop(address.said["Ip"], None)

    later = threading.Timer(settings.RESOLVER_SECONDS, release)
    later.daemon = True
    later.start()


def _described(address: Thing) -> Said:
    return {
        "IpId": address.id,
        "SubnetId": address.said["SubnetId"],
        "Ip": address.said["Ip"],
        "Status": address.status,
        "StatusMessage": f"This IP address is {address.status.lower()}.",
        "CreationTime": address.created,
        "ModificationTime": address.modified,
    }


@patch(Route53ResolverResponse)
def associate_resolver_endpoint_ip_address(self: Any) -> str:
    """One at once; the endpoint is UPDATING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateResolverEndpointIpAddress.html
    """
    endpoint, wanted = _endpoint(self, steady=True), asked(self).get("IpAddress") or {}
    if len(endpoint.remaining) >= _MOST:
        raise AwsError("LimitExceededException", f"An endpoint has {_MOST} IP addresses at most.")
    _check_address(self, wanted, endpoint.vpc)
    _attach(self, endpoint, wanted, "ATTACHING")
    endpoint.turn("UPDATING")
    return _answer(endpoint)


@patch(Route53ResolverResponse)
def disassociate_resolver_endpoint_ip_address(self: Any) -> str:
    """By its id, or by subnet and address; two have to remain.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DisassociateResolverEndpointIpAddress.html
    """
    endpoint, wanted = _endpoint(self, steady=True), asked(self).get("IpAddress") or {}
    if not wanted.get("IpId") and not (wanted.get("Ip") and wanted.get("SubnetId")):
        raise refused(
            "[RSLVR-00503] Need to specify either the IP ID or both subnet and IP address in order "
            "to remove IP address."
        )
    names = {"IpId": "IpId", "Ip": "Ip", "SubnetId": "SubnetId"}
    for address in endpoint.remaining:
        shown = _described(address)
        if all(wanted.get(name) in (None, shown[name]) for name in names):
            break
    else:
        raise not_found("The IP address")
    if len(endpoint.remaining) <= _FEWEST:
        raise refused(
            f"[RSLVR-00400] Resolver endpoint need to have at least {_FEWEST} IP addresses."
        )
    _detach(endpoint, address, "DETACHING")
    endpoint.turn("UPDATING")
    return _answer(endpoint)


@patch(Route53ResolverResponse)
def list_resolver_endpoint_ip_addresses(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverEndpointIpAddresses.html"""
    shown = [_described(address) for address in _endpoint(self).addresses]
    return page(self, "IpAddresses", shown, MaxResults=asked(self).get("MaxResults") or 100)


# --- endpoints -----------------------------------------------------------------------------------


def _check_protocols(direction: str, protocols: List[str]) -> List[str]:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverEndpoint.html"""
    known = _PROTOCOLS.get(direction, {"Do53"})
    if not protocols or not set(protocols) <= known or {"DoH", "DoH-FIPS"} <= set(protocols):
        raise invalid(f"The protocols {protocols} can't be used by an {direction} endpoint.")
    return protocols


def _check_groups(response: Any, groups: List[str], vpc: Optional[str]) -> None:
    """https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-forwarding-inbound-queries-values.html"""
    if not 1 <= len(groups) <= 10:
        raise invalid("An endpoint has from 1 to 10 security groups.")
    by_vpc = _network(response).groups
    for group in groups:
        places = [key for key, inside in by_vpc.items() if group in inside]
        if not places:
            raise AwsError(
                "ResourceNotFoundException", f"The security group '{group}' does not exist"
            )
        if places != [vpc]:
            raise invalid(f"The security group '{group}' isn't in VPC '{vpc}'.")


def _check_addresses(response: Any, wanted: List[Dict[str, str]]) -> Optional[str]:
    """Two at least, each once, in one VPC."""
    if len(wanted) < _FEWEST:
        raise refused(
            f"[RSLVR-00400] Resolver endpoint need to have at least {_FEWEST} IP addresses."
        )
    if len(wanted) > _MOST:
        raise AwsError("LimitExceededException", f"An endpoint has {_MOST} IP addresses at most.")
    vpc = None
    for one in wanted:
        vpc = _check_address(response, one, vpc)
    stated = [(one["SubnetId"], one["Ip"]) for one in wanted if one.get("Ip")]
    for subnet, ip in stated:
        if stated.count((subnet, ip)) > 1:
            text = f"The IP address '{ip}' in subnet '{subnet}' is already in use"
            raise AwsError("ResourceExistsException", text)
    return vpc


@patch(Route53ResolverResponse)
def create_resolver_endpoint(self: Any) -> str:
    """Is CREATING for a while, then OPERATIONAL.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverEndpoint.html
    """
    wanted = asked(self)
    direction, addresses = wanted.get("Direction"), wanted.get("IpAddresses") or []
    if direction not in _PREFIX:
        raise invalid(f"Direction is one of {', '.join(_PREFIX)}.")
    validate_args([("name", wanted.get("Name")), ("direction", direction.split("_")[0])])
    once(self, ENDPOINT, "Resolver endpoint")
    if len(own(self, ENDPOINT)) >= _ENDPOINTS:
        text = f"Account '{self.current_account}' has exceeded 'max-endpoints'"
        raise AwsError("LimitExceededException", text)
    protocols = _check_protocols(direction, wanted.get("Protocols") or ["Do53"])
    vpc = _check_addresses(self, addresses)
    _check_groups(self, wanted.get("SecurityGroupIds") or [], vpc)
    said = {
        "CreatorRequestId": wanted.get("CreatorRequestId"),
        "Name": wanted.get("Name"),
        "SecurityGroupIds": wanted["SecurityGroupIds"],
        "Direction": direction,
        "ResolverEndpointType": wanted.get("ResolverEndpointType") or "IPV4",
        "Protocols": protocols,
    }
    endpoint = Endpoint(self, said)
    add(self, endpoint, wanted.get("Tags"))
    endpoint.vpc = vpc
    # Stated addresses first: none of them may be given to another.
    for one in sorted(addresses, key=lambda one: not one.get("Ip")):
        _attach(self, endpoint, one, "CREATING")
    endpoint.turn("CREATING")
    return _answer(endpoint)


@patch(Route53ResolverResponse)
def get_resolver_endpoint(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetResolverEndpoint.html"""
    return _answer(_endpoint(self))


@patch(Route53ResolverResponse)
def list_resolver_endpoints(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverEndpoints.html"""
    shown = [endpoint.describe() for endpoint in own(self, ENDPOINT).values()]
    found = select(self, shown, _FILTERS)
    return page(self, "ResolverEndpoints", found, MaxResults=asked(self).get("MaxResults") or 100)


@patch(Route53ResolverResponse)
def update_resolver_endpoint(self: Any) -> str:
    """Name, protocols and type of an endpoint that is OPERATIONAL; it is UPDATING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateResolverEndpoint.html
    """
    endpoint, wanted = _endpoint(self, steady=True), asked(self)
    validate_args([("name", wanted.get("Name"))])
    if "Protocols" in wanted:
        _check_protocols(endpoint.said["Direction"], wanted["Protocols"])
    for key in ("Name", "Protocols", "ResolverEndpointType"):
        if wanted.get(key) is not None:
            endpoint.said[key] = wanted[key]
    endpoint.turn("UPDATING")
    return _answer(endpoint)


@patch(Route53ResolverResponse)
def delete_resolver_endpoint(self: Any) -> str:
    """Not while rules forward to it; is DELETING for a while, its network interfaces with it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteResolverEndpoint.html
    """
    endpoint = _endpoint(self)
    rules = [
        rule.id
        for rule in own(self, "resolver-rule").values()
        if rule.said.get("ResolverEndpointId") == endpoint.id
    ]
    if rules:
        raise refused(
            "[RSLVR-00600] Cannot delete resolver endpoint unless its related resolver rules are "
            "deleted. The following rules still exist for this resolver endpoint: "
            + ",".join(rules)
        )
    if not endpoint.leaving:
        endpoint.leave()
        for address in endpoint.remaining:
            _detach(endpoint, address, "DELETING")
    return _answer(endpoint)
