"""Tags of what is in Amazon EC2.

Errors are those of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from typing import Any, Callable, Dict, Tuple

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2 import utils
from moto.ec2.models import EC2Backend, validate_resource_ids
from moto.ec2.responses.tags import TagResponse

from . import (
    AwsError,
    network,
    patch,
    prefix_lists,
    transit_gateway_attachments,
    transit_gateway_routes,
    transit_gateways,
)
from .network import invalid, not_found


def _addresses(backend: Any) -> Any:
    return [address.allocation_id for address in backend.addresses]


def _subnets(backend: Any) -> Any:
    return [subnet.id for subnet in backend.describe_subnets()]


def _groups(backend: Any) -> Any:
    return [group.id for held in backend.groups.values() for group in held.values()]


def _rules(backend: Any) -> Any:
    groups = [group for held in backend.groups.values() for group in held.values()]
    return [rule.id for group in groups for rule in group.ingress_rules + group.egress_rules]


#: By what an id begins with, longest first: the error, and the ids that there are.
_KINDS: Dict[str, Tuple[str, Callable[[Any], Any]]] = {
    "tgw-attach": (
        "InvalidTransitGatewayAttachmentID",
        lambda backend: [one.id for one in transit_gateway_attachments.visible(backend)],
    ),
    "tgw-rtb": (
        "InvalidRouteTableID",
        lambda backend: [table.id for table in transit_gateway_routes.tables(backend)],
    ),
    "tgw": (
        "InvalidTransitGatewayID",
        lambda backend: [gateway.id for gateway in transit_gateways.visible(backend)],
    ),
    "acl": ("InvalidNetworkAclID", lambda backend: backend.network_acls),
    "dopt": ("InvalidDhcpOptionID", lambda backend: backend.dhcp_options_sets),
    "eigw": ("InvalidGatewayID", lambda backend: backend.egress_only_internet_gateways),
    "eipalloc": ("InvalidAllocationID", _addresses),
    "fl": ("InvalidFlowLogId", lambda backend: backend.flow_logs),
    "igw": ("InvalidInternetGatewayID", lambda backend: backend.internet_gateways),
    "nat": ("InvalidNatGatewayID", lambda backend: backend.nat_gateways),
    "pl": (
        "InvalidPrefixListID",
        lambda backend: [one.id for one in prefix_lists.visible(backend)],
    ),
    "rtb": ("InvalidRouteTableID", lambda backend: backend.route_tables),
    "sg": ("InvalidGroup", _groups),
    "sgr": ("InvalidSecurityGroupRuleId", _rules),
    "subnet": ("InvalidSubnetID", _subnets),
    "vpc": ("InvalidVpcID", lambda backend: backend.vpcs),
    "vpce": ("InvalidVpcEndpointId", lambda backend: backend.vpc_end_points),
}


#: Types that moto does not know by their ids.
#: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagDescription.html
for _prefix, _type in {
    "dopt": "dhcp-options",
    "eigw": "egress-only-internet-gateway",
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "nat": "natgateway",
    "pl": "prefix-list",
    "sgr": "security-group-rule",
    "vpce": "vpc-endpoint",
}.items():
    utils.EC2_RESOURCE_TO_PREFIX[_type] = _prefix
    utils.EC2_PREFIX_TO_RESOURCE[_prefix] = _type


@patch(EC2Backend)
def do_resources_exist(self: Any, resource_ids: Any) -> bool:
    """Only what there is, and is seen, has tags.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
    """
    others = []
    for name in resource_ids:
        kind = name.rpartition("-")[0]
        if kind not in _KINDS:
            others.append(name)
        elif name not in _KINDS[kind][1](self):
            raise not_found(_KINDS[kind][0], name)
    if others or not resource_ids:
        validate_resource_ids(others)
    return bool(do_resources_exist.moto(self, others))


@patch(TagResponse)
def create_tags(self: Any) -> ActionResult:
    """Up to 50 for a resource, of keys that are not AWS's.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
    """
    self.error_on_dryrun()
    backend, names = self.ec2_backend, self._get_param("Resources") or []
    backend.do_resources_exist(names)
    tags = {tag["Key"]: tag.get("Value") or "" for tag in self._get_param("Tags") or []}
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            raise invalid("Tag keys starting with 'aws:' are reserved for internal use")
        if not 1 <= len(key) <= 127 or len(value) > 255:
            raise invalid(f"Tag {key} is too long.")
    for name in names:
        if len({*tags, *backend.tags.get(name, {})}) > 50:
            text = "The maximum number of Tags for a resource has been reached."
            raise AwsError("TagLimitExceeded", text)
    backend.create_tags(names, tags)
    return EmptyResult()


@patch(TagResponse)
def delete_tags(self: Any) -> ActionResult:
    """A key with a value only where the value is that; without keys all.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
    """
    self.error_on_dryrun()
    backend, names = self.ec2_backend, self._get_param("Resources") or []
    backend.do_resources_exist(names)
    for name in names:
        held = backend.tags.get(name, {})
        for tag in self._get_param("Tags") or [{"Key": key} for key in list(held)]:
            if tag.get("Value") in (None, held.get(tag["Key"])):
                held.pop(tag["Key"], None)
    return EmptyResult()


network.paged(TagResponse, "describe_tags", "Tags")
