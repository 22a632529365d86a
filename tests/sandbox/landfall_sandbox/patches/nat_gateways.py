"""NAT gateways and Elastic IP addresses.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.responses.elastic_ip_addresses import ElasticIPAddresses
from moto.ec2.responses.nat_gateways import NatGateways

from . import AwsError, network, patch
from .network import Phase, invalid

network.check_tags(ElasticIPAddresses, "allocate_address", "elastic-ip")

_NOT_ATTACHED = "Network {} has no Internet gateway attached"


@patch(NatGateways)
def create_nat_gateway(self: Any) -> ActionResult:
    """A public one takes a free Elastic IP address, a private one none.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html
    """
    tags, backend = network.tags_of(self, "natgateway"), self.ec2_backend
    kind, allocation = (
        self._get_param("ConnectivityType") or "public",
        self._get_param("AllocationId"),
    )
    subnet = backend.get_subnet(self._get_param("SubnetId"))
    if kind == "private" and allocation:
        text = "AllocationId cannot be specified for a private NAT gateway."
        raise invalid(text, "InvalidParameterCombination")
    if kind == "public" and not allocation:
        raise AwsError("MissingParameter", "The request must contain the parameter AllocationId")
    taken = bool(allocation) and backend.address_by_allocation([allocation])[0].association_id
    used = None if taken else allocation
    gateway = backend.create_nat_gateway(subnet.id, used, tags, kind)
    _settle_in(gateway, subnet, self._get_param("PrivateIpAddress"))
    if taken:
        text = f"Elastic IP address [{allocation}] is already associated"
        _fail(gateway, "Resource.AlreadyAssociated", text)
    return ActionResult({"NatGateway": gateway})


def _settle_in(gateway: Any, subnet: Any, wanted: Any) -> None:
    """Pending, then available, or failed where the network has no way out.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
    """
    eni, backend = gateway._eni, gateway.ec2_backend
    eni.private_ip_address = wanted or network.free_address(backend, subnet)
    eni.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": eni.private_ip_address}]
    eni.description, eni.requester_managed = f"Interface for NAT Gateway {gateway.id}", True
    eni._group_set = []
    eni.interface_type, eni.status = "nat_gateway", "in-use"
    address = {**gateway.address_set[0], "privateIp": eni.private_ip_address, "isPrimary": True}
    gateway.address_set[:] = [{**address, "status": "succeeded"}]
    gateway.state = Phase("pending", "available")
    gateway.failure_code = gateway.failure_message = gateway.delete_time = None
    way_out = any(
        one.vpc and one.vpc.id == subnet.vpc_id for one in backend.internet_gateways.values()
    )
    if gateway.connectivity_type == "public" and not way_out:
        _fail(gateway, "Gateway.NotAttached", _NOT_ATTACHED.format(subnet.vpc_id))


def _fail(gateway: Any, code: str, text: str) -> None:
    gateway.state.become("pending", "failed")
    gateway.failure_code, gateway.failure_message = code, text


network.once(NatGateways, "create_nat_gateway")


@patch(NatGateways)
def delete_nat_gateway(self: Any) -> ActionResult:
    """Its address is free when it is deleted, not before.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html#nat-gateway-delete
    """
    name = self._get_param("NatGatewayId")
    gateway = self.ec2_backend.nat_gateways.get(name)
    if gateway is None:
        raise AwsError("NatGatewayNotFound", f"NAT gateway {name} was not found")
    if gateway.state.settled != "deleted":
        gateway.state.become("deleting", "deleted")
    return ActionResult({"NatGatewayId": name})


@network.settlers.append
def _settle(backend: Any) -> None:
    for gateway in list(backend.nat_gateways.values()):
        if gateway.state == "deleted" or gateway.state == "failed":
            for address in backend.addresses:
                if address.eni is gateway._eni:
                    address.eni = address.association_id = None
            backend.enis.pop(gateway._eni.id, None)
        if not network.listed_still(gateway.state):
            del backend.nat_gateways[gateway.id]
            backend.tags.pop(gateway.id, None)


_KEYS: network.Keys = {
    "nat-gateway-id": lambda gateway: gateway.id,
    "state": lambda gateway: gateway.state,
    "subnet-id": lambda gateway: gateway.subnet_id,
    "vpc-id": lambda gateway: gateway.vpc_id,
}


@patch(NatGateways)
def describe_nat_gateways(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html"""
    held, wanted = self.ec2_backend.nat_gateways, self._get_param("NatGatewayIds") or []
    for one in wanted:
        if one not in held:
            raise AwsError("NatGatewayNotFound", f"NAT gateway {one} was not found")
    found = [held[one] for one in wanted] if wanted else list(held.values())
    found = network.select(found, network.filters_of(self), _KEYS, NatGateway.get_tags)
    return network.page(self, "NatGateways", found)


# --- addresses -----------------------------------------------------------------------------------


@patch(EC2Backend)
def release_address(self: Any, address: Any = None, allocation_id: Any = None) -> None:
    """Not while it is used.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
    """
    found = (
        self.address_by_ip([address]) if address else self.address_by_allocation([allocation_id])
    )
    held = found[0]
    if held.association_id or held.eni:
        raise AwsError("InvalidIPAddress.InUse", f"Address {held.public_ip} is in use.")
    self.tags.pop(held.id, None)
    self.addresses.remove(held)


@patch(EC2Backend)
def disassociate_address(self: Any, address: Any = None, association_id: Any = None) -> None:
    """A NAT gateway keeps its primary address.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html
    """
    for one in self.addresses:
        named = one.public_ip == address if address else one.association_id == association_id
        if named and one.eni is not None and one.eni.interface_type == "nat_gateway":
            raise AwsError("OperationNotPermitted", "You are not allowed to manage this address.")
    disassociate_address.moto(self, address, association_id)
