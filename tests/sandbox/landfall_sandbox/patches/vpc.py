"""Amazon VPC: networks, subnets, internet gateways and DHCP options.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import ipaddress
from typing import Any, Dict, Optional

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import camelcase_to_underscores
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.dhcp_options import DHCPOptionsSet
from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.ec2.responses.internet_gateways import InternetGateways
from moto.ec2.responses.subnets import Subnets
from moto.ec2.responses.vpcs import VPCs

from . import AwsError, network, patch, ram
from .network import in_use, invalid, not_found

network.check_tags(VPCs, "create_vpc", "vpc")
network.check_tags(Subnets, "create_subnet", "subnet")
network.check_tags(InternetGateways, "create_internet_gateway", "internet-gateway")

network.paged(VPCs, "describe_vpcs", "Vpcs")
network.paged(Subnets, "describe_subnets", "Subnets")
network.paged(DHCPOptions, "describe_dhcp_options", "DhcpOptions")

# --- what every account has in a Region ----------------------------------------------------------


@patch(EC2Backend)
def create_default_vpc(self: Any) -> Any:
    """With an internet gateway, and a route to it in the main table.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html#default-vpc-components
    """
    vpc = create_default_vpc.moto(self)
    gateway = self.create_internet_gateway()
    self.attach_internet_gateway(gateway.id, vpc.id)
    main = next(table for table in self.route_tables.values() if table.vpc_id == vpc.id)
    self.create_route(main.id, "0.0.0.0/0", gateway_id=gateway.id)
    self.default_vpc = vpc
    return vpc


@patch(EC2Backend)
def create_vpc(self: Any, *arguments: Any, **more: Any) -> Any:
    """With the Region's default set of DHCP options.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html
    """
    vpc = create_vpc.moto(self, *arguments, **more)
    block = ipaddress.IPv4Network(vpc.cidr_block, strict=False)
    vpc.cidr_block = str(block)
    vpc.dhcp_options = _default_options(self)
    return vpc


def _default_options(backend: Any) -> Any:
    held = getattr(backend, "default_dhcp", None)
    if held is None or held.id not in backend.dhcp_options_sets:
        region = backend.region_name
        domain = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
        held = backend.create_dhcp_options(["AmazonProvidedDNS"], [domain])
        backend.default_dhcp = held
    return held


@patch(EC2Backend)
def create_default_subnet(self: Any, availability_zone: str) -> Any:
    """Instances in a default subnet get a public address.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-subnet.html
    """
    subnet = create_default_subnet.moto(self, availability_zone)
    subnet.default_for_az = subnet.map_public_ip_on_launch = True
    return subnet


# --- networks ------------------------------------------------------------------------------------


@patch(EC2Backend)
def delete_vpc(self: Any, vpc_id: str) -> Any:
    """Nothing but what came with it may be in it any more.

    https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html
    """
    vpc = self.get_vpc(vpc_id)
    groups, tables = self.groups.get(vpc_id, {}), self.route_tables
    own = [
        any(subnet.vpc_id == vpc_id for subnet in self.describe_subnets()),
        any(gateway.vpc is vpc for gateway in self.internet_gateways.values()),
        any(one.vpc_id == vpc_id for one in self.egress_only_internet_gateways.values()),
        any(one.vpc_id == vpc_id for one in self.vpc_end_points.values()),
        any(not group.is_default for group in groups.values()),
        any(t.vpc_id == vpc_id and not t.main_association_id for t in tables.values()),
        any(a.vpc_id == vpc_id and not a.default for a in self.network_acls.values()),
        any(
            gateway.attachments.get(vpc_id) and gateway.attachments[vpc_id].state == "attached"
            for gateway in self.vpn_gateways.values()
        ),
        any(
            vpc_id in (one.vpc.id, one.peer_vpc.id) and one._status.code == "active"
            for one in self.vpc_pcxs.values()
        ),
    ]
    if any(own):
        raise in_use(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
    for held in (self.route_tables, self.network_acls):
        for one in [one for one in held.values() if one.vpc_id == vpc_id]:
            del held[one.id]
    self.groups.pop(vpc_id, None)
    self.tags.pop(vpc_id, None)
    return self.vpcs.pop(vpc_id)


@patch(VPCs)
def modify_vpc_attribute(self: Any) -> Any:
    """One attribute in a call.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
    """
    names = ("EnableDnsSupport", "EnableDnsHostnames", "EnableNetworkAddressUsageMetrics")
    vpc = self.ec2_backend.get_vpc(self._get_param("VpcId"))
    _modify_one(self, vpc, names)
    return EmptyResult()


def _modify_one(response: Any, item: Any, names: Any) -> None:
    given = [name for name in names if response._get_param(name) is not None]
    if len(given) > 1:
        text = "Fields for multiple attribute types specified: " + ", ".join(given)
        raise invalid(text, "InvalidParameterCombination")
    if not given:
        raise AwsError("MissingParameter", "The request must contain an attribute to modify")
    value = response._get_param(given[0])
    setattr(item, camelcase_to_underscores(given[0]), value.get("Value", False))


# --- subnets -------------------------------------------------------------------------------------


def _zone_name(region: str, name: Optional[str], zone_id: Optional[str]) -> Optional[str]:
    """https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html"""
    if name and zone_id:
        text = "Only one of AvailabilityZone or AvailabilityZoneId can be specified."
        raise invalid(text, "InvalidParameterCombination")
    if not name and not zone_id:
        return None
    for zone in RegionsAndZonesBackend.zones[region]:
        if name == zone.name or zone_id == zone.zone_id:
            return str(zone.name)
    known = ", ".join(zone.name for zone in RegionsAndZonesBackend.zones[region])
    text = f"Value ({name or zone_id}) for parameter availabilityZone is invalid. Subnets can "
    raise invalid(text + f"currently only be created in the following availability zones: {known}.")


@patch(EC2Backend)
def create_subnet(self: Any, vpc_id: str, cidr_block: str, *arguments: Any, **more: Any) -> Any:
    """In the zone that its name or its id says, and never by itself the zone's default.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
    """
    names = ("ipv6_cidr_block", "availability_zone", "availability_zone_id")
    given = {**dict(zip(names, arguments)), **more}
    zone_id = given.pop("availability_zone_id", None)
    zone = _zone_name(self.region_name, given.get("availability_zone"), zone_id)
    if cidr_block:
        try:
            block = ipaddress.IPv4Network(cidr_block, strict=False)
        except ValueError:
            text = f"Value ({cidr_block}) for parameter cidrBlock is invalid. "
            raise invalid(text + "This is not a valid CIDR block.")
        if not 16 <= block.prefixlen <= 28:
            raise invalid(f"The CIDR '{cidr_block}' is invalid.", "InvalidSubnet.Range")
        cidr_block = str(block)
    given["availability_zone"] = zone or RegionsAndZonesBackend.zones[self.region_name][0].name
    subnet = create_subnet.moto(self, vpc_id, cidr_block, **given)
    subnet.default_for_az = subnet.map_public_ip_on_launch = False
    subnet.enable_dns64 = False
    return subnet


@patch(EC2Backend)
def delete_subnet(self: Any, subnet_id: str) -> Any:
    """Not while a network interface, a NAT gateway, an endpoint or an attachment is in it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
    """
    subnet = self.get_subnet(subnet_id)
    if any(eni.subnet.id == subnet_id for eni in self.enis.values()):
        raise in_use(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
    for table in self.route_tables.values():
        held = table._associations
        for one in [one for one, target in held.items() if target == subnet_id]:
            del held[one]
    for acl in self.network_acls.values():
        held = acl._associations
        for one in [one for one, target in held.items() if target.subnet_id == subnet_id]:
            del held[one]
    self.tags.pop(subnet_id, None)
    return delete_subnet.moto(self, subnet.id)


_SUBNET_ATTRIBUTES = (
    "MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation", "EnableDns64",
    "EnableResourceNameDnsARecordOnLaunch", "EnableResourceNameDnsAAAARecordOnLaunch",
    "PrivateDnsHostnameTypeOnLaunch",
)  # fmt: skip
_NAME_OPTIONS = {
    "EnableResourceNameDnsARecordOnLaunch": "EnableResourceNameDnsARecord",
    "EnableResourceNameDnsAAAARecordOnLaunch": "EnableResourceNameDnsAAAARecord",
}


@patch(Subnets)
def modify_subnet_attribute(self: Any) -> Any:
    """One attribute in a call.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html
    """
    subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
    kind = self._get_param("PrivateDnsHostnameTypeOnLaunch")
    options = subnet.private_dns_name_options_on_launch
    given = [name for name in _SUBNET_ATTRIBUTES if self._get_param(name) is not None]
    if len(given) == 1 and kind is not None:
        if kind not in ("ip-name", "resource-name"):
            raise invalid(f"Value ({kind}) for parameter privateDnsHostnameType is invalid.")
        options["HostnameType"] = kind
    elif len(given) == 1 and given[0] in _NAME_OPTIONS:
        options[_NAME_OPTIONS[given[0]]] = self._get_param(given[0]).get("Value", False)
    else:
        _modify_one(self, subnet, _SUBNET_ATTRIBUTES)
    return EmptyResult()


# --- internet gateways ---------------------------------------------------------------------------


@patch(EC2Backend)
def attach_internet_gateway(self: Any, internet_gateway_id: str, vpc_id: str) -> Any:
    """A network has one.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html
    """
    vpc = self.get_vpc(vpc_id)
    if any(gateway.vpc is vpc for gateway in self.internet_gateways.values()):
        raise invalid(f"Network {vpc_id} already has an internet gateway attached")
    return attach_internet_gateway.moto(self, internet_gateway_id, vpc_id)


@patch(EC2Backend)
def detach_internet_gateway(self: Any, internet_gateway_id: str, vpc_id: str) -> None:
    """Not while an Elastic IP address is used in the network.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
    """
    used = [one for one in self.addresses if one.eni and one.eni.subnet.vpc_id == vpc_id]
    if used:
        raise in_use(
            f"Network {vpc_id} has some mapped public address(es). Please unmap those public "
            "address(es) before detaching the gateway."
        )
    detach_internet_gateway.moto(self, internet_gateway_id, vpc_id)


@patch(EC2Backend)
def delete_internet_gateway(self: Any, internet_gateway_id: str) -> None:
    """Its tags go with it."""
    delete_internet_gateway.moto(self, internet_gateway_id)
    self.tags.pop(internet_gateway_id, None)


_GATEWAY_KEYS: network.Keys = {
    "internet-gateway-id": lambda gateway: gateway.id,
    "owner-id": lambda gateway: gateway.owner_id,
    "attachment.vpc-id": lambda gateway: gateway.vpc.id if gateway.vpc else None,
    "attachment.state": lambda gateway: "available" if gateway.vpc else None,
}


@patch(InternetGateways)
def describe_internet_gateways(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html"""
    held = list(self.ec2_backend.internet_gateways.values())
    ids = self._get_param("InternetGatewayIds")
    found = network.by_id(held, ids, "InvalidInternetGatewayID")
    found = network.select(found, network.filters_of(self), _GATEWAY_KEYS)
    return network.page(self, "InternetGateways", found)


# --- DHCP options --------------------------------------------------------------------------------

_OPTIONS = {
    "domain-name", "domain-name-servers", "ntp-servers", "netbios-name-servers",
    "netbios-node-type", "ipv6-address-preferred-lease-time",
}  # fmt: skip


@patch(DHCPOptions, "create_dhcp_options")
def make_dhcp_options(self: Any) -> ActionResult:
    """With tags, and every option that there is.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDhcpOptions.html
    """
    tags = network.tags_of(self, "dhcp-options")
    given = {one["Key"]: one.get("Values") or [] for one in self._get_param("DhcpConfigurations")}
    for name in given:
        if name not in _OPTIONS:
            raise invalid(f"The option '{name}' is invalid.")
    for name in ("domain-name-servers", "ntp-servers", "netbios-name-servers"):
        if len(given.get(name, [])) > 4:
            raise invalid(f"Too many values for {name}.")
    backend = self.ec2_backend
    options = DHCPOptionsSet(backend)
    options._options = given
    backend.dhcp_options_sets[options.id] = options
    options.add_tags(tags)
    return ActionResult({"DhcpOptions": options})


@patch(DHCPOptionsSet, "owner_id")
@property
def owner_id(self: Any) -> str:
    return str(self.ec2_backend.account_id)


@patch(DHCPOptions)
def associate_dhcp_options(self: Any) -> Any:
    """`default` takes all options away; a set serves many networks.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateDhcpOptions.html
    """
    name, vpc = self._get_param("DhcpOptionsId"), self.ec2_backend.get_vpc(self._get_param("VpcId"))
    held: Dict[str, Any] = self.ec2_backend.dhcp_options_sets
    if name != "default" and name not in held:
        raise not_found("InvalidDhcpOptionID", name)
    vpc.dhcp_options = held.get(name)
    return EmptyResult()


@patch(DHCPOptions)
def delete_dhcp_options(self: Any) -> Any:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteDhcpOptions.html"""
    name, backend = self._get_param("DhcpOptionsId"), self.ec2_backend
    if name not in backend.dhcp_options_sets:
        raise not_found("InvalidDhcpOptionID", name)
    if any(vpc.dhcp_options and vpc.dhcp_options.id == name for vpc in backend.vpcs.values()):
        raise in_use(f"The dhcpOptions '{name}' has dependencies and cannot be deleted.")
    del backend.dhcp_options_sets[name]
    backend.tags.pop(name, None)
    return EmptyResult()


def _subnet_exists(account: str, region: str, name: str) -> bool:
    held = ec2_backends[account][region].describe_subnets()
    return any(subnet.id == name for subnet in held)


ram.exists["ec2:Subnet"] = _subnet_exists
