"""Route 53 Resolver: rules, and the VPCs that they are associated with.

Unless a docstring says otherwise, errors are those that each operation's page names:
https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html
"""

import json
from ipaddress import IPv4Address
from typing import Any, Dict, List, Optional

from moto.route53resolver.responses import Route53ResolverResponse
from moto.route53resolver.validations import validate_args

from . import AwsError, patch, shared
from .resolver import ENDPOINT
from .resolver_base import (
    Said,
    Thing,
    add,
    asked,
    associations,
    everywhere,
    find,
    invalid,
    not_found,
    once,
    own,
    page,
    present,
    refused,
    select,
    visible,
    vpcs,
)

RULE, ASSOCIATION = "resolver-rule", "resolver-rule-association"
_RULES, _ASSOCIATIONS = 1000, 2000  # in a Region
_INTERNET = "rslvr-autodefined-rr-internet-resolver"
_RULE_FILTERS = (
    "CreatorRequestId", "DomainName", "Name", "ResolverEndpointId", "Status", "Type",
)  # fmt: skip
_ASSOCIATION_FILTERS = ("Name", "ResolverRuleId", "Status", "VPCId")


# --- rules ---------------------------------------------------------------------------------------


class Rule(Thing):
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverRule.html"""

    def __init__(self, response: Any, said: Said):
        super().__init__(response, RULE, "rslvr-rr", said)

    def seen(self, account: str) -> Said:
        return present(
            {
                "Id": self.id,
                "Arn": self.arn,
                **self.said,
                "OwnerId": self.account,
                "ShareStatus": shared.share_status(account, self.arn),
                "Status": self.status,
                "StatusMessage": f"This Resolver Rule is {self.status.lower()}.",
                "CreationTime": self.created,
                "ModificationTime": self.modified,
            }
        )


def _internet_resolver(response: Any) -> Said:
    """Every account has a rule for all other names that nobody can change.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-forward-vpc-to-network-autodefined-rules.html
    https://docs.aws.amazon.com/cli/latest/reference/route53resolver/list-resolver-rules.html#examples
    """
    return {
        "Id": _INTERNET,
        "CreatorRequestId": "",
        "Arn": f"arn:{response.partition}:route53resolver:{response.region}::autodefined-rule/"
        + _INTERNET,
        "DomainName": ".",
        "Status": "COMPLETE",
        "RuleType": "RECURSIVE",
        "Name": "Internet Resolver",
        "OwnerId": "Route 53 Resolver",
        "ShareStatus": "NOT_SHARED",
    }


def _rule(response: Any) -> Any:
    key = asked(response).get("ResolverRuleId")
    return find(response, RULE, "Resolver rule", key, theirs=True)


def _owned(response: Any) -> Any:
    """The rule of the request, which only its owner changes.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html#resolver-rules-managing-sharing
    """
    rule = _rule(response)
    if rule.account != response.current_account:
        raise AwsError("AccessDeniedException", f"{rule.arn} belongs to {rule.account}.")
    return rule


def _answer(response: Any, rule: Rule) -> str:
    return json.dumps({"ResolverRule": rule.seen(response.current_account)})


def _targets(wanted: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """Port 53, unless something else is said.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_TargetAddress.html
    """
    found = []
    for target in wanted:
        try:
            ip = str(IPv4Address(target.get("Ip") or ""))
        except ValueError:
            raise invalid(f"Invalid IP address: '{target.get('Ip')}'")
        said = {"Ip": ip, "Port": target.get("Port") or 53, **target}
        if not 0 < said["Port"] <= 65535:
            raise invalid(f"Invalid port: {said['Port']}")
        found.append(said)
    return found


def _check_forward(response: Any, said: Said) -> None:
    """Where queries go, and through which outbound endpoint; system rules send them nowhere.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverRule.html
    """
    endpoint, targets = said.get("ResolverEndpointId"), said.get("TargetIps")
    if said["RuleType"] == "SYSTEM":
        if endpoint or targets:
            raise refused(
                "Cannot specify resolver endpoint ID and target IP for SYSTEM type resolver rule"
            )
        return
    if not endpoint or not targets:
        raise refused("A FORWARD type resolver rule needs a resolver endpoint ID and target IPs")
    through = find(response, ENDPOINT, "Resolver endpoint", endpoint)
    if through.said["Direction"] != "OUTBOUND" or through.leaving:
        raise refused(f"Resolver endpoint '{endpoint}' isn't an outbound endpoint in use.")
    protocols = through.said["Protocols"]
    if len(protocols) > 1 and any("Protocol" not in target for target in targets):
        raise refused(
            "[RSLVR-00726] Endpoint has more than 1 protocol. Add one of the endpoint protocol for "
            "rule creation"
        )
    for target in targets:
        if target.setdefault("Protocol", protocols[0]) not in protocols:
            raise refused(f"Resolver endpoint '{endpoint}' has no protocol {target['Protocol']}.")


@patch(Route53ResolverResponse)
def create_resolver_rule(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverRule.html"""
    wanted = asked(self)
    kind, domain = wanted.get("RuleType"), wanted.get("DomainName") or ""
    if kind == "DELEGATE":
        raise NotImplementedError("rules of type DELEGATE")
    if kind not in ("FORWARD", "SYSTEM"):
        raise invalid(f"A rule of type {kind} can't be created.")
    if not domain:
        raise invalid("DomainName is missing.")
    validate_args([("name", wanted.get("Name")), ("domainName", domain)])
    once(self, RULE, "Resolver rule")
    if len(own(self, RULE)) >= _RULES:
        text = f"Account '{self.current_account}' has exceeded 'max-rules'"
        raise AwsError("LimitExceededException", text)
    said = {
        "CreatorRequestId": wanted.get("CreatorRequestId"),
        "DomainName": domain.rstrip(".").lower() + ".",
        "RuleType": kind,
        "Name": wanted.get("Name"),
        "TargetIps": _targets(wanted.get("TargetIps") or []) or None,
        "ResolverEndpointId": wanted.get("ResolverEndpointId"),
    }
    _check_forward(self, said)
    rule = Rule(self, said)
    add(self, rule, wanted.get("Tags"))
    return _answer(self, rule)


@patch(Route53ResolverResponse)
def get_resolver_rule(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetResolverRule.html"""
    if asked(self).get("ResolverRuleId") == _INTERNET:
        return json.dumps({"ResolverRule": _internet_resolver(self)})
    return _answer(self, _rule(self))


@patch(Route53ResolverResponse)
def list_resolver_rules(self: Any) -> str:
    """The account's own, those that are shared with it, and the Internet Resolver.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverRules.html
    """
    shown = [rule.seen(self.current_account) for rule in visible(self, RULE)]
    found = select(self, [_internet_resolver(self), *shown], _RULE_FILTERS)
    return page(self, "ResolverRules", found, MaxResults=asked(self).get("MaxResults") or 100)


@patch(Route53ResolverResponse)
def update_resolver_rule(self: Any) -> str:
    """Name, targets and endpoint; what is not said stays. Is UPDATING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateResolverRule.html
    """
    rule, wanted = _owned(self), asked(self).get("Config") or {}
    if rule.busy:
        raise AwsError("ResourceUnavailableException", f"{rule.arn} is {rule.status}.")
    validate_args([("name", wanted.get("Name"))])
    said = {**rule.said, **present(wanted)}
    if "TargetIps" in wanted:
        said["TargetIps"] = _targets(wanted["TargetIps"] or [])
    _check_forward(self, said)
    rule.said = said
    rule.turn("UPDATING")
    return _answer(self, rule)


@patch(Route53ResolverResponse)
def delete_resolver_rule(self: Any) -> str:
    """Not while it is associated with a VPC or shared; is DELETING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteResolverRule.html
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html#resolver-rules-managing-deleting
    """
    rule = _owned(self)
    if any(one.said["ResolverRuleId"] == rule.id for one in _associations(self.region)):
        text = "Please disassociate this resolver rule from VPC first before deleting"
        raise AwsError("ResourceInUseException", text)
    if shared.share_status(rule.account, rule.arn) == "SHARED_BY_ME":
        text = "Please stop sharing this resolver rule first before deleting"
        raise AwsError("ResourceInUseException", text)
    if not rule.leaving:
        rule.leave()
    return _answer(self, rule)


# --- associations --------------------------------------------------------------------------------


def _associations(region: str) -> List[Any]:
    return associations(region, ASSOCIATION, RULE, "ResolverRuleId")


def _seen(one: Thing) -> Said:
    return present({"Id": one.id, **one.said, "Status": one.status, "StatusMessage": ""})


def _mine(response: Any) -> List[Any]:
    account = response.current_account
    return [one for one in _associations(response.region) if one.account == account]


def _autodefined(response: Any) -> List[Said]:
    """https://docs.aws.amazon.com/cli/latest/reference/route53resolver/list-resolver-rule-associations.html#examples"""
    return [
        {
            "Id": f"rslvr-autodefined-assoc-{vpc}-internet-resolver",
            "ResolverRuleId": _INTERNET,
            "Name": "System Rule Association",
            "VPCId": vpc,
            "Status": "COMPLETE",
            "StatusMessage": "",
        }
        for vpc in vpcs(response)
    ]


def _conflict(response: Any, rule: Rule, vpc: Optional[str]) -> Optional[str]:
    """The rule for the same domain that a VPC has already."""
    rules = {one.id: one for one in everywhere(response.region, RULE)}
    for one in _mine(response):
        other = rules.get(one.said["ResolverRuleId"])
        same = other is not None and other.said["DomainName"] == rule.said["DomainName"]
        if same and one.said["VPCId"] == vpc:
            return str(one.said["ResolverRuleId"])
    return None


def _check_loop(response: Any, rule: Rule, vpc: Optional[str]) -> None:
    """Queries of a VPC don't go to an inbound endpoint in it.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/best-practices-resolver-endpoints.html
    """
    targets = {target["Ip"] for target in rule.said["TargetIps"] or []}
    for endpoint in everywhere(response.region, ENDPOINT):
        inbound = endpoint.vpc == vpc and endpoint.said["Direction"] != "OUTBOUND"
        if inbound and targets & {address.said["Ip"] for address in endpoint.addresses}:
            raise refused(
                f"[RSLVR-00804] Cannot associate rule {rule.id} to VPC {vpc} because the VPC "
                "include an INBOUND resolver endpoints with rule's target IP. Please try a "
                "different rule or update rule's target IP."
            )


@patch(Route53ResolverResponse)
def associate_resolver_rule(self: Any) -> str:
    """A rule of the account or shared with it, with a VPC of its own that has none for the domain.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateResolverRule.html
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html#resolver-rules-managing-sharing
    """
    rule, wanted = _rule(self), asked(self)
    vpc = wanted.get("VPCId")
    validate_args([("name", wanted.get("Name"))])
    if vpc not in vpcs(self):
        raise invalid(f"The vpc ID '{vpc}' does not exist")
    if rule.leaving:
        raise AwsError("ResourceUnavailableException", f"{rule.arn} is {rule.status}.")
    if len(own(self, ASSOCIATION)) >= _ASSOCIATIONS:
        text = f"Account '{self.current_account}' has exceeded 'max-rule-association'"
        raise AwsError("LimitExceededException", text)
    conflict = _conflict(self, rule, vpc)
    if conflict is not None:
        raise refused(
            "Cannot associate rules with same domain name with same VPC. Conflict with resolver "
            f"rule '{conflict}'"
        )
    _check_loop(self, rule, vpc)
    said = {"ResolverRuleId": rule.id, "Name": wanted.get("Name"), "VPCId": vpc}
    association = Thing(self, ASSOCIATION, "rslvr-rrassoc", said)
    add(self, association)
    association.turn("CREATING")
    return json.dumps({"ResolverRuleAssociation": _seen(association)})


@patch(Route53ResolverResponse)
def disassociate_resolver_rule(self: Any) -> str:
    """Is DELETING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DisassociateResolverRule.html
    """
    wanted = asked(self)
    rule, vpc = wanted.get("ResolverRuleId"), wanted.get("VPCId")
    for one in _mine(self):
        if (one.said["ResolverRuleId"], one.said["VPCId"]) == (rule, vpc):
            break
    else:
        between = f"between Resolver Rule '{rule}' and VPC '{vpc}'"
        raise not_found(f"Resolver Rule Association {between}")
    if not one.leaving:
        one.leave()
    return json.dumps({"ResolverRuleAssociation": _seen(one)})


@patch(Route53ResolverResponse)
def get_resolver_rule_association(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetResolverRuleAssociation.html"""
    key = asked(self).get("ResolverRuleAssociationId")
    shown = _autodefined(self) + [_seen(one) for one in _mine(self)]
    found = next((one for one in shown if one["Id"] == key), None)
    if found is None:
        raise not_found(f"ResolverRuleAssociation '{key}'")
    return json.dumps({"ResolverRuleAssociation": found})


@patch(Route53ResolverResponse)
def list_resolver_rule_associations(self: Any) -> str:
    """Of the account's VPCs, each with the Internet Resolver too.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverRuleAssociations.html
    """
    shown = _autodefined(self) + [_seen(one) for one in _mine(self)]
    found = select(self, shown, _ASSOCIATION_FILTERS)
    limit = asked(self).get("MaxResults") or 100
    return page(self, "ResolverRuleAssociations", found, MaxResults=limit)
