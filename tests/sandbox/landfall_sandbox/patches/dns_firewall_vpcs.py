"""Route 53 Resolver DNS Firewall: the VPCs that are protected.

Unless a docstring says otherwise, errors are those that each operation's page names:
https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html
"""

import hashlib
import json
from typing import Any, List, Optional

from moto.route53resolver.models import route53resolver_backends
from moto.route53resolver.responses import Route53ResolverResponse

from . import AwsError, patch
from .dns_firewall import (
    ASSOCIATION,
    GROUP,
    answered_group,
    conflict,
    earlier,
    group_of,
    named,
    wrong,
)
from .resolver_base import Said, Thing, add, asked, associations, not_found, page, present, vpcs

_GROUPS = 5  # of one VPC


# --- associations --------------------------------------------------------------------------------


def group_associations(region: str) -> List[Any]:
    """All accounts' associations of rule groups in a Region."""
    return associations(region, ASSOCIATION, GROUP, "FirewallRuleGroupId")


def _mine(response: Any) -> List[Any]:
    account = response.current_account
    return [one for one in group_associations(response.region) if one.account == account]


def _seen(one: Thing) -> Said:
    return present(
        {
            "Id": one.id,
            "Arn": one.arn,
            **one.said,
            "Status": one.status,
            "StatusMessage": f"The association is {one.status.lower()}.",
            "CreationTime": one.created,
            "ModificationTime": one.modified,
        }
    )


def _answer(one: Thing) -> str:
    return json.dumps({"FirewallRuleGroupAssociation": _seen(one)})


def _association(response: Any) -> Any:
    key = asked(response).get("FirewallRuleGroupAssociationId")
    one = next((one for one in _mine(response) if one.id == key), None)
    if one is None:
        raise not_found(f"Firewall rule group association with ID '{key}'")
    return one


def _check(said: Said, others: List[Thing]) -> None:
    """Priorities are AWS's at both ends, and each is used once in a VPC.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html
    """
    priority = said.get("Priority")
    if not isinstance(priority, int) or not 100 < priority < 9900:
        raise wrong(
            "[RSLVR-02017] The priority value you provided is reserved. Provide a number between "
            "'100' and '9900'."
        )
    if said.get("MutationProtection") not in ("ENABLED", "DISABLED"):
        raise wrong("MutationProtection is ENABLED or DISABLED.")
    if any(one.said["Priority"] == priority for one in others):
        raise wrong(f"The priority {priority} is in use by another rule group of the VPC.")


def _of_vpc(response: Any, vpc: Optional[str]) -> List[Any]:
    return [one for one in _mine(response) if one.said["VpcId"] == vpc]


@patch(Route53ResolverResponse)
def associate_firewall_rule_group(self: Any) -> str:
    """A group of the caller's or one that is shared with it, with a VPC of its own, once; the
    association is UPDATING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html
    """
    one, wanted, group = earlier(self, ASSOCIATION), asked(self), group_of(self)
    if one is not None:
        return _answer(one)
    vpc = wanted.get("VpcId")
    if vpc not in vpcs(self):
        raise not_found(f"The VPC '{vpc}'")
    if group.leaving:
        raise conflict(f"The rule group '{group.id}' is being deleted.")
    others = _of_vpc(self, vpc)
    if any(other.said["FirewallRuleGroupId"] == group.id for other in others):
        raise wrong(
            "[RSLVR-02302] This DNS Firewall rule group can't be associated to a VPC: "
            f"'{group.id}'. It is already associated to VPC '{vpc}'. Try again with another VPC or "
            "DNS Firewall rule group."
        )
    if len(others) >= _GROUPS:
        raise AwsError("LimitExceededException", f"A VPC has {_GROUPS} rule groups at most.")
    said = {
        "FirewallRuleGroupId": group.id,
        "VpcId": vpc,
        "Name": named(wanted),
        "Priority": wanted.get("Priority"),
        "MutationProtection": wanted.get("MutationProtection") or "DISABLED",
        "CreatorRequestId": wanted["CreatorRequestId"],
    }
    _check(said, others)
    one = Thing(self, ASSOCIATION, "rslvr-frgassoc", said)
    add(self, one, wanted.get("Tags"))
    one.turn("UPDATING")
    return _answer(one)


def _protected(said: Said) -> None:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html"""
    if said["MutationProtection"] == "ENABLED":
        raise wrong(
            "[RSLVR-02307] The DNS Firewall rule group association is under mutation protection. "
            "Remove the mutation protection and try again."
        )


@patch(Route53ResolverResponse)
def update_firewall_rule_group_association(self: Any) -> str:
    """Name, priority, protection; where protection stays nothing else changes.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateFirewallRuleGroupAssociation.html
    """
    one, wanted = _association(self), asked(self)
    if one.busy:
        raise conflict(f"The association '{one.id}' is {one.status}.")
    named(wanted)
    keys = ("Name", "Priority", "MutationProtection")
    said = {**one.said, **{key: wanted[key] for key in keys if wanted.get(key) is not None}}
    if said["MutationProtection"] == "ENABLED" and said != one.said:
        _protected(one.said)
    _check(said, [other for other in _of_vpc(self, said["VpcId"]) if other is not one])
    one.said = said
    one.turn("UPDATING")
    return _answer(one)


@patch(Route53ResolverResponse)
def disassociate_firewall_rule_group(self: Any) -> str:
    """Not while it is protected; is DELETING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DisassociateFirewallRuleGroup.html
    """
    one = _association(self)
    if not one.leaving:
        _protected(one.said)
        if one.busy:
            raise conflict(f"The association '{one.id}' is {one.status}.")
        one.leave()
    return _answer(one)


@patch(Route53ResolverResponse)
def delete_firewall_rule_group(self: Any) -> str:
    """Not while it is associated with a VPC or has rules; is DELETING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteFirewallRuleGroup.html
    """
    group = group_of(self)
    if group.leaving:
        return answered_group(self, group)
    group = group_of(self, owned=True)
    key = "FirewallRuleGroupId"
    if any(one.said[key] == group.id for one in group_associations(self.region)):
        raise conflict(f"The rule group '{group.id}' is associated with VPCs.")
    if group.rules:
        raise wrong(f"[RSLVR-02103] The rule group '{group.id}' has rules. Delete them first.")
    group.leave()
    return answered_group(self, group)


@patch(Route53ResolverResponse)
def get_firewall_rule_group_association(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetFirewallRuleGroupAssociation.html"""
    return _answer(_association(self))


@patch(Route53ResolverResponse)
def list_firewall_rule_group_associations(self: Any) -> str:
    """Of the caller's VPCs; by group, VPC, priority and status.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallRuleGroupAssociations.html
    """
    wanted, shown = asked(self), [_seen(one) for one in _mine(self)]
    for key in ("FirewallRuleGroupId", "VpcId", "Priority", "Status"):
        if wanted.get(key) is not None:
            shown = [one for one in shown if one[key] == wanted[key]]
    return page(self, "FirewallRuleGroupAssociations", shown)


# --- what happens to queries that can't be looked at ---------------------------------------------


def _config(response: Any, vpc: Optional[str]) -> Said:
    """Every VPC has one; at first queries are blocked.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-vpc-configuration.html
    """
    if vpc not in vpcs(response):
        raise not_found(f"The VPC '{vpc}'")
    backend: Any = route53resolver_backends[response.current_account][response.region]
    if not hasattr(backend, "fail_open"):
        backend.fail_open = {}
    token = f"{response.region} {vpc}".encode()
    return {
        "Id": f"rslvr-fc-{hashlib.sha256(token).hexdigest()[:16]}",
        "ResourceId": vpc,
        "OwnerId": response.current_account,
        "FirewallFailOpen": backend.fail_open.get(vpc, "DISABLED"),
    }


@patch(Route53ResolverResponse)
def get_firewall_config(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetFirewallConfig.html"""
    return json.dumps({"FirewallConfig": _config(self, asked(self).get("ResourceId"))})


@patch(Route53ResolverResponse)
def update_firewall_config(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateFirewallConfig.html"""
    wanted = asked(self)
    vpc, fail_open = wanted.get("ResourceId"), wanted.get("FirewallFailOpen")
    if fail_open not in ("ENABLED", "DISABLED", "USE_LOCAL_RESOURCE_SETTING"):
        raise wrong("FirewallFailOpen is ENABLED, DISABLED or USE_LOCAL_RESOURCE_SETTING.")
    _config(self, vpc)
    backend: Any = route53resolver_backends[self.current_account][self.region]
    backend.fail_open[vpc] = fail_open
    return json.dumps({"FirewallConfig": _config(self, vpc)})


@patch(Route53ResolverResponse)
def list_firewall_configs(self: Any) -> str:
    """From 5 to 10 at once on request.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallConfigs.html
    """
    shown = [_config(self, vpc) for vpc in vpcs(self)]
    return page(self, "FirewallConfigs", shown, (5, 10))
