"""Security groups and network ACLs.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import ipaddress
from typing import Any, Dict, Iterator, List, Optional

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2 import utils
from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import (
    GroupedSecurityRuleView,
    SecurityGroup,
    SecurityGroupRule,
)
from moto.ec2.responses.network_acls import NetworkACLs
from moto.ec2.responses.security_groups import SecurityGroups

from . import AwsError, network, patch, routes
from .network import in_use, invalid

network.check_tags(SecurityGroups, "create_security_group", "security-group")
network.check_tags(NetworkACLs, "create_network_acl", "network-acl")
network.once(NetworkACLs, "create_network_acl")


def _group(backend: Any, name: Any) -> Any:
    """By id, or in the default network by name.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    """
    group = backend.get_security_group_from_id(name) if name else None
    default = backend.get_default_vpc()
    if group is None and name and default is not None:
        group = backend.get_security_group_from_name(name, default.id)
    if group is None:
        text = f"The security group '{name}' does not exist"
        raise AwsError("InvalidGroup.NotFound", text)
    return group


def _groups(backend: Any) -> Iterator[Any]:
    for held in list(backend.groups.values()):
        yield from list(held.values())


# --- groups --------------------------------------------------------------------------------------

_GROUP_KEYS: network.Keys = {
    "group-id": lambda group: group.id,
    "group-name": lambda group: group.name,
    "description": lambda group: group.description,
    "owner-id": lambda group: group.owner_id,
    "vpc-id": lambda group: group.vpc_id,
}
for _way, _attribute in (("", "ingress_rules"), ("egress.", "egress_rules")):
    for _name, _of in {
        "cidr": lambda rule: rule.cidr_ipv4,
        "ipv6-cidr": lambda rule: rule.cidr_ipv6,
        "from-port": lambda rule: rule.from_port,
        "to-port": lambda rule: rule.to_port,
        "group-id": lambda rule: rule.source_group.get("GroupId"),
        "prefix-list-id": lambda rule: rule.prefix_list_id,
        "protocol": lambda rule: rule.ip_protocol,
    }.items():
        _GROUP_KEYS[f"{_way}ip-permission.{_name}"] = lambda group, of=_of, held=_attribute: [
            of(rule) for rule in getattr(group, held)
        ]


@patch(SecurityGroups)
def describe_security_groups(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html"""
    backend, names = self.ec2_backend, self._get_param("GroupNames") or []
    found = list(_groups(backend))
    for one in self._get_param("GroupIds") or []:
        _group(backend, one)
    if self._get_param("GroupIds"):
        found = [group for group in found if group.id in self._get_param("GroupIds")]
    if names:
        found = [group for group in found if group.name in names]
        if {group.name for group in found} != set(names):
            raise AwsError("InvalidGroup.NotFound", f"The security groups {names} do not exist")
    found = network.select(found, network.filters_of(self), _GROUP_KEYS)
    return network.page(self, "SecurityGroups", found)


@patch(SecurityGroups)
def delete_security_group(self: Any) -> Any:
    """Not a network's default, and not while a rule or an interface refers to it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """
    backend, name = self.ec2_backend, self._get_param("GroupName")
    if name:
        found = backend.get_security_group_from_name(name, backend.default_vpc.id)
        group = _group(backend, found.id if found else name)
    else:
        group = _group(backend, self._get_param("GroupId"))
    if group.is_default:
        text = f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
        raise AwsError("CannotDelete", text)
    held = any(
        rule.source_group.get("GroupId") == group.id
        for other in _groups(backend)
        if other is not group
        for rule in other.ingress_rules + other.egress_rules
    ) or any(one.id == group.id for eni in backend.enis.values() for one in eni.group_set)
    if held:
        raise in_use(f"resource {group.id} has a dependent object")
    del backend.groups[group.vpc_id][group.id]
    backend.tags.pop(group.id, None)
    return ActionResult({"Return": True, "GroupId": group.id})


@patch(EC2Backend)
def create_security_group(
    self: Any, name: str, description: str, vpc_id: Optional[str] = None, **more: Any
) -> Any:
    """Of a network that is there, or of the default one.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
    """
    if vpc_id:
        self.get_vpc(vpc_id)
    elif self.get_default_vpc() is None:
        raise AwsError("VPCIdNotSpecified", "No default VPC for this user")
    return create_security_group.moto(self, name, description, vpc_id=vpc_id, **more)


@patch(SecurityGroup)
def _flattened_rules(self: Any, rules: List[Any]) -> List[Any]:
    """Rules of one protocol and port range are one permission, each entry with its description.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    found: Dict[Any, Any] = {}
    for rule in rules:
        key = (rule.ip_protocol, rule.from_port, rule.to_port)
        view = found.setdefault(key, GroupedSecurityRuleView(*key[1:], key[0]))
        if rule.ip_range:
            view.all_ip_ranges.append(rule.ip_range)
        if rule.source_group:
            view.source_groups.append(rule.source_group)
        if rule.prefix_list_id:
            said = getattr(rule, "list_said", {})
            view.prefix_list_ids.append({**said, "PrefixListId": rule.prefix_list_id})
    return list(found.values())


# --- rules ---------------------------------------------------------------------------------------


@patch(SecurityGroupRule, "description")
@property
def description(self: Any) -> Optional[str]:
    """Of whatever the rule lets in.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
    """
    for where in (self.ip_range, self.source_group, getattr(self, "list_said", {})):
        if where.get("Description") is not None:
            return str(where["Description"])
    return None


def _shown(rule: Any) -> Dict[str, Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html"""
    backend, group = rule.ec2_backend, rule.source_group
    arn = f"arn:{backend.partition}:ec2:{backend.region_name}:{backend.account_id}"
    shown = {
        "SecurityGroupRuleId": rule.id,
        "GroupId": rule.group_id,
        "GroupOwnerId": backend.account_id,
        "IsEgress": rule.is_egress,
        "IpProtocol": rule.ip_protocol,
        "FromPort": -1 if rule.from_port is None else rule.from_port,
        "ToPort": -1 if rule.to_port is None else rule.to_port,
        "CidrIpv4": rule.cidr_ipv4,
        "CidrIpv6": rule.cidr_ipv6,
        "PrefixListId": rule.prefix_list_id,
        "Description": rule.description,
        "SecurityGroupRuleArn": f"{arn}:security-group-rule/{rule.id}",
        "Tags": rule.get_tags(),
    }
    if group:
        owner = group.get("UserId") or backend.account_id
        shown["ReferencedGroupInfo"] = {"GroupId": group.get("GroupId"), "UserId": owner}
    return {name: value for name, value in shown.items() if value is not None}


def _wanted(response: Any) -> List[Any]:
    """The rules that a call describes, each entry of each permission one."""
    found: List[Any] = []
    egress = "egress" in response._get_action().lower()
    backend = response.ec2_backend
    for said in response._process_rules_from_querystring():
        group = _group(backend, said["group_name_or_id"])
        if not said["ip_protocol"]:
            if response._get_param("SecurityGroupRuleIds"):
                continue
            raise AwsError("MissingParameter", "The request must contain the parameter ipProtocol")
        both = (said["ip_protocol"], group.id, said["from_port"], said["to_port"])
        for entry in said["ip_ranges"]:
            block = _canonical(dict(entry))
            found.append(SecurityGroupRule(backend, *both, block, is_egress=egress))
        for entry in said["source_groups"]:
            entry = dict(entry)
            entry.setdefault("UserId", backend.account_id)
            if entry["UserId"] == backend.account_id:
                _group(backend, entry.get("GroupId"))
            found.append(SecurityGroupRule(backend, *both, None, entry, is_egress=egress))
        for entry in said["prefix_list_ids"]:
            routes._destination_list(backend, entry["PrefixListId"])
            rule = SecurityGroupRule(backend, *both, None, None, entry, is_egress=egress)
            rule.list_said = dict(entry)
            found.append(rule)
    return found


def _canonical(entry: Dict[str, str]) -> Dict[str, str]:
    """A block is kept without the bits behind its prefix.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
    """
    for name in ("CidrIp", "CidrIpv6"):
        try:
            if name in entry:
                entry[name] = str(ipaddress.ip_network(entry[name], strict=False))
        except ValueError:
            raise invalid(f"CIDR block {entry[name]} is malformed")
    return entry


def _same(one: Any, other: Any) -> bool:
    """Descriptions make no difference.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    """
    return _identity(one) == _identity(other)


def _identity(rule: Any) -> Any:
    return (
        rule.ip_protocol, rule.from_port, rule.to_port, rule.cidr_ipv4, rule.cidr_ipv6,
        rule.source_group.get("GroupId"), rule.prefix_list_id,
    )  # fmt: skip


def _rules(group: Any, egress: bool) -> List[Any]:
    return group.egress_rules if egress else group.ingress_rules


def _authorize(self: Any) -> ActionResult:
    """All rules of a call, or none; each comes back with its id.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    """
    self.error_on_dryrun()
    tags, new = network.tags_of(self, "security-group-rule"), _wanted(self)
    for index, rule in enumerate(new):
        held = _rules(_group(self.ec2_backend, rule.group_id), rule.is_egress)
        if any(_same(rule, other) for other in held + new[:index]):
            text = f'the specified rule "peer: {rule.cidr_ipv4 or rule.cidr_ipv6}" already exists'
            raise AwsError("InvalidPermission.Duplicate", text)
    for rule in new:
        _rules(_group(self.ec2_backend, rule.group_id), rule.is_egress).append(rule)
        rule.add_tags(tags)
    return ActionResult({"Return": True, "SecurityGroupRules": [_shown(rule) for rule in new]})


def _revoke(self: Any) -> ActionResult:
    """By ids or by what the rules say; one that there is not is an error.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
    """
    self.error_on_dryrun()
    egress = "egress" in self._get_action().lower()
    group = _group(self.ec2_backend, self._get_param("GroupId") or self._get_param("GroupName"))
    held, gone = _rules(group, egress), []
    for name in self._get_param("SecurityGroupRuleIds") or []:
        found = [rule for rule in held if rule.id == name]
        if not found:
            text = f"The security group rule ID '{name}' does not exist"
            raise AwsError("InvalidSecurityGroupRuleId.NotFound", text)
        gone += found
    for wanted in _wanted(self):
        found = [rule for rule in held if _same(rule, wanted)]
        if not found:
            text = "The specified rule does not exist in this security group."
            raise AwsError("InvalidPermission.NotFound", text)
        gone += found
    for rule in gone:
        if rule in held:
            held[:] = [other for other in held if other.id != rule.id]
            self.ec2_backend.tags.pop(rule.id, None)
    return ActionResult({"Return": True})


for _operation in ("authorize_security_group_ingress", "authorize_security_group_egress"):
    patch(SecurityGroups, _operation)(_authorize)
for _operation in ("revoke_security_group_ingress", "revoke_security_group_egress"):
    patch(SecurityGroups, _operation)(_revoke)


@patch(SecurityGroups)
def modify_security_group_rules(self: Any) -> ActionResult:
    """Everything but the direction; a rule keeps its id.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html
    """
    self.error_on_dryrun()
    group = _group(self.ec2_backend, self._get_param("GroupId"))
    for change in self._get_param("SecurityGroupRules") or []:
        rule, said = group.get_rule(change["SecurityGroupRuleId"]), change["SecurityGroupRule"]
        if rule is None:
            text = f"The security group rule ID '{change['SecurityGroupRuleId']}' does not exist"
            raise AwsError("InvalidSecurityGroupRuleId.NotFound", text)
        peers = ("CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId")
        if sum(name in said for name in peers) != 1:
            raise invalid("Exactly one peer must be specified", "InvalidParameterCombination")
        more = {} if "Description" not in said else {"Description": said["Description"]}
        rule.ip_protocol = said.get("IpProtocol")
        all_ports = rule.ip_protocol == "-1"
        rule.from_port = None if all_ports else int(said["FromPort"])
        rule.to_port = None if all_ports else int(said["ToPort"])
        rule.ip_range, rule.source_group, rule.prefix_list_id, rule.list_said = {}, {}, None, {}
        if "CidrIpv4" in said:
            rule.ip_range = {"CidrIp": said["CidrIpv4"], **more}
        elif "CidrIpv6" in said:
            rule.ip_range = {"CidrIpv6": said["CidrIpv6"], **more}
        elif "ReferencedGroupId" in said:
            owner = self.ec2_backend.account_id
            rule.source_group = {"GroupId": said["ReferencedGroupId"], "UserId": owner, **more}
        else:
            rule.prefix_list_id, rule.list_said = said["PrefixListId"], more
    return ActionResult({"Return": True})


def _describe(self: Any) -> ActionResult:
    """By what the rules say, or by their ids.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html
    """
    egress = "egress" in self._get_action().lower()
    group = _group(self.ec2_backend, self._get_param("GroupId") or self._get_param("GroupName"))
    said = {
        one.get("SecurityGroupRuleId"): one.get("Description")
        for one in self._get_param("SecurityGroupRuleDescriptions") or []
    }
    wanted = _wanted(self) if self._get_param("IpPermissions") else []
    held = _rules(group, egress)
    if not all(any(_same(rule, one) for rule in held) for one in wanted):
        text = "The specified rule does not exist in this security group."
        raise AwsError("InvalidPermission.NotFound", text)
    for rule in held:
        texts = [one.description for one in wanted if _same(rule, one)]
        texts += [said[rule.id]] if rule.id in said else []
        for text in texts:
            where = rule.ip_range or rule.source_group or rule.__dict__.setdefault("list_said", {})
            where.pop("Description", None)
            where.update({"Description": text} if text else {})
    return ActionResult({"Return": True})


for _operation in ("ingress", "egress"):
    patch(SecurityGroups, f"update_security_group_rule_descriptions_{_operation}")(_describe)


_RULE_KEYS: network.Keys = {
    "group-id": lambda rule: rule.group_id,
    "security-group-rule-id": lambda rule: rule.id,
}


@patch(SecurityGroups)
def describe_security_group_rules(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html"""
    self.error_on_dryrun()
    found = [
        r for group in _groups(self.ec2_backend) for r in group.ingress_rules + group.egress_rules
    ]
    wanted = self._get_param("SecurityGroupRuleIds") or []
    for one in wanted:
        if not any(rule.id == one for rule in found):
            text = f"The security group rule ID '{one}' does not exist"
            raise AwsError("InvalidSecurityGroupRuleId.NotFound", text)
    found = [rule for rule in found if not wanted or rule.id in wanted]
    found = network.select(found, network.filters_of(self), _RULE_KEYS)
    return network.page(self, "SecurityGroupRules", [_shown(rule) for rule in found])


# --- network ACLs --------------------------------------------------------------------------------


@patch(EC2Backend)
def create_network_acl(self: Any, vpc_id: str, tags: Any = None, default: bool = False) -> Any:
    """One that is not the default denies everything until it is told otherwise.

    https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
    """
    acl = create_network_acl.moto(self, vpc_id, tags, default)
    for egress in () if default else (True, False):
        nothing = (None, None, None, None, None)
        self.create_network_acl_entry(acl.id, 32767, "-1", "deny", egress, "0.0.0.0/0", *nothing)
    return acl


@patch(NetworkACLs)
def describe_network_acls(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html"""
    held, ids = self.ec2_backend.network_acls, self._get_param("NetworkAclIds")
    found = network.by_id(list(held.values()), ids, "InvalidNetworkAclID")
    found = utils.generic_filter(network.filters_of(self), found)
    return network.page(self, "NetworkAcls", found)


@patch(EC2Backend)
def delete_network_acl(self: Any, network_acl_id: str) -> Any:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html"""
    if self.get_network_acl(network_acl_id).default:
        raise invalid(f"cannot delete default network ACL {network_acl_id}")
    self.tags.pop(network_acl_id, None)
    return delete_network_acl.moto(self, network_acl_id)


@patch(EC2Backend)
def delete_network_acl_entry(self: Any, network_acl_id: str, rule_number: int, egress: bool) -> Any:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAclEntry.html"""
    for entry in self.get_network_acl(network_acl_id).network_acl_entries:
        if entry.egress == egress and entry.rule_number == rule_number != 32767:
            return delete_network_acl_entry.moto(self, network_acl_id, rule_number, egress)
    way = "egress" if egress else "ingress"
    text = f"The network acl entry identified by {way} and rule number {rule_number} does not exist"
    raise AwsError("InvalidNetworkAclEntry.NotFound", text)


#: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html
_PROTOCOLS = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58", "all": "-1"}


def _entry(response: Any) -> Dict[str, Any]:
    """Protocols are kept as numbers; ports and ICMP types belong to theirs.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
    """
    param = response._get_param
    protocol = _PROTOCOLS.get(str(param("Protocol")).lower(), str(param("Protocol")))
    ports, icmp = param("PortRange") or {}, param("IcmpTypeCode") or {}
    blocks = {"CidrIp": param("CidrBlock"), "CidrIpv6": param("Ipv6CidrBlock")}
    given = _canonical({name: block for name, block in blocks.items() if block})
    if not 1 <= int(param("RuleNumber")) <= 32766:
        raise invalid(f"Invalid value '{param('RuleNumber')}' for ruleNumber. Must be 1 to 32766.")
    if len(given) != 1:
        raise AwsError("MissingParameter", "Exactly one of cidrBlock and ipv6CidrBlock is needed")
    if protocol in ("6", "17") and not ports:
        raise AwsError("MissingParameter", "The request must contain the parameter portRange")
    if protocol in ("1", "58") and not icmp:
        raise AwsError("MissingParameter", "The request must contain the parameter icmpTypeCode")
    return {
        "network_acl_id": param("NetworkAclId"),
        "rule_number": int(param("RuleNumber")),
        "protocol": protocol,
        "rule_action": param("RuleAction"),
        "egress": response._get_bool_param("Egress", False),
        "cidr_block": given.get("CidrIp"),
        "ipv6_cidr_block": given.get("CidrIpv6"),
        "icmp_code": icmp.get("Code"),
        "icmp_type": icmp.get("Type"),
        "port_range_from": ports.get("From"),
        "port_range_to": ports.get("To"),
    }


@patch(NetworkACLs)
def create_network_acl_entry(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html"""
    self.ec2_backend.create_network_acl_entry(**_entry(self))
    return EmptyResult()


@patch(NetworkACLs)
def replace_network_acl_entry(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclEntry.html"""
    self.ec2_backend.replace_network_acl_entry(**_entry(self))
    return EmptyResult()


@patch(NetworkACLs)
def replace_network_acl_association(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html"""
    backend, name = self.ec2_backend, self._get_param("AssociationId")
    wanted = backend.get_network_acl(self._get_param("NetworkAclId"))
    before = [acl for acl in backend.network_acls.values() if name in acl._associations]
    if not before:
        text = f"The association ID '{name}' does not exist"
        raise AwsError("InvalidAssociationID.NotFound", text)
    if before[0].vpc_id != wanted.vpc_id:
        raise invalid(f"network ACL {wanted.id} and the subnet belong to different networks")
    new = backend.replace_network_acl_association(name, wanted.id)
    return ActionResult({"NewAssociationId": new.new_association_id})
