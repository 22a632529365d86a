"""Route 53 Resolver DNS Firewall: domain lists, rule groups and their rules.

Unless a docstring says otherwise, errors are those that each operation's page names:
https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html
"""

import hashlib
import json
import re
from typing import Any, List, Optional

from moto.route53resolver.responses import Route53ResolverResponse

from . import AwsError, patch, shared
from .resolver_base import Said, Thing, add, asked, find, own, page, present, visible

LIST, GROUP, ASSOCIATION = (
    "firewall-domain-list",
    "firewall-rule-group",
    "firewall-rule-group-association",
)
_DOMAINS_AT_ONCE, _RULES = 1000, 100

#: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-managed-domain-lists.html
_MANAGED = (
    "AWSManagedDomainsAggregateThreatList",
    "AWSManagedDomainsAmazonGuardDutyThreatList",
    "AWSManagedDomainsBotnetCommandandControl",
    "AWSManagedDomainsMalwareDomainList",
)
_MANAGER = "Route 53 Resolver DNS Firewall"


def wrong(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def conflict(message: str) -> AwsError:
    return AwsError("ConflictException", message)


def named(wanted: Said) -> Optional[str]:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallRuleGroup.html"""
    name = wanted.get("Name")
    if name is not None and not re.fullmatch(r"(?![0-9]+$)[a-zA-Z0-9\-_' ]{1,64}", name):
        raise wrong(f"The name '{name}' is invalid.")
    return name


def earlier(response: Any, kind: str) -> Any:
    """What the same request has made before: it is answered again, and nothing else is made.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallRuleGroup.html
    """
    wanted = asked(response)
    if not wanted.get("CreatorRequestId") or not wanted.get("Name"):
        raise wrong("CreatorRequestId and Name are required.")
    for thing in own(response, kind).values():
        if thing.said["CreatorRequestId"] == wanted["CreatorRequestId"] and not thing.leaving:
            return thing
    return None


# --- domain lists --------------------------------------------------------------------------------


class DomainList(Thing):
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_FirewallDomainList.html"""

    def __init__(self, response: Any, said: Said):
        super().__init__(response, LIST, "rslvr-fdl", said)
        self.domains: List[str] = []

    def metadata(self) -> Said:
        return present({"Id": self.id, "Arn": self.arn, **self.said})

    def describe(self) -> Said:
        return {
            **self.metadata(),
            "DomainCount": len(self.domains),
            "Status": self.status,
            "StatusMessage": f"The domain list is {self.status.lower()}.",
            "CreationTime": self.created,
            "ModificationTime": self.modified,
        }


def _managed(response: Any) -> List[Said]:
    """AWS's own lists, which nobody changes or reads, each with an id in each Region."""
    found = []
    for name in _MANAGED:
        digits = hashlib.sha256(f"{response.region} {name}".encode()).hexdigest()[:16]
        key = f"rslvr-fdl-{digits}"
        arn = f"arn:{response.partition}:route53resolver:{response.region}:aws:{LIST}/{key}"
        found.append(
            {
                "Id": key,
                "Arn": arn,
                "Name": name,
                "CreatorRequestId": "",
                "ManagedOwnerName": _MANAGER,
            }
        )
    return found


def _aws_list(response: Any) -> Optional[Said]:
    """The list of AWS's that the request names."""
    key = asked(response).get("FirewallDomainListId")
    return next((one for one in _managed(response) if one["Id"] == key), None)


def _domain_list(response: Any) -> Any:
    """The list of the request, of the caller's: AWS's content can be neither seen nor changed.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-managed-domain-lists.html
    """
    if _aws_list(response) is not None:
        text = "You can't view or change a domain list that AWS manages."
        raise AwsError("AccessDeniedException", text)
    key = asked(response).get("FirewallDomainListId")
    return find(response, LIST, "Firewall domain list", key)


def _answered_list(one: DomainList) -> str:
    return json.dumps({"FirewallDomainList": one.describe()})


def _updated(one: DomainList) -> str:
    shown = one.describe()
    names = ("Id", "Name", "Status", "StatusMessage")
    return json.dumps({name: shown[name] for name in names})


def _domain(text: str) -> str:
    """Small letters and a period at the end.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateFirewallDomains.html
    https://docs.aws.amazon.com/cli/latest/reference/route53resolver/list-firewall-domains.html#examples
    """
    bare = text.rstrip(".").lower()
    if not re.fullmatch(r"\*|(\*\.?)?[a-z0-9_\-]+(\.[a-z0-9_\-]+)*", bare) or len(bare) > 255:
        raise wrong(f"[RSLVR-02501] The domain '{text}' is invalid.")
    return bare + "."


@patch(Route53ResolverResponse)
def create_firewall_domain_list(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallDomainList.html"""
    one, wanted = earlier(self, LIST), asked(self)
    if one is None:
        said = {"Name": named(wanted), "CreatorRequestId": wanted["CreatorRequestId"]}
        one = DomainList(self, said)
        add(self, one, wanted.get("Tags"))
    return _answered_list(one)


@patch(Route53ResolverResponse)
def get_firewall_domain_list(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetFirewallDomainList.html"""
    managed = _aws_list(self)
    if managed is not None:
        shown = {**managed, "Status": "COMPLETE", "StatusMessage": "", "DomainCount": 0}
        return json.dumps({"FirewallDomainList": shown})
    return _answered_list(_domain_list(self))


@patch(Route53ResolverResponse)
def list_firewall_domain_lists(self: Any) -> str:
    """The account's own, and those that AWS manages.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallDomainLists.html
    """
    shown = [one.metadata() for one in own(self, LIST).values()]
    return page(self, "FirewallDomainLists", _managed(self) + shown)


@patch(Route53ResolverResponse)
def update_firewall_domains(self: Any) -> str:
    """Adds, removes or replaces, 1,000 at once; what isn't there can't be removed. Takes a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateFirewallDomains.html
    """
    one, wanted = _domain_list(self), asked(self)
    operation, domains = wanted.get("Operation"), wanted.get("Domains") or []
    if operation not in ("ADD", "REMOVE", "REPLACE"):
        raise wrong("Operation is one of ADD, REMOVE, REPLACE.")
    if len(domains) > _DOMAINS_AT_ONCE:
        raise wrong(f"There is a limit of {_DOMAINS_AT_ONCE} domains per request.")
    if one.busy:
        raise conflict(f"The domain list '{one.id}' is {one.status}.")
    names = [_domain(domain) for domain in domains]
    for name in names:
        if operation == "REMOVE" and name not in one.domains:
            raise wrong(
                "[RSLVR-02502] The following domains don't exist in the DNS Firewall domain list "
                f"'{one.id}'. You can't delete a domain that isn't in a domain list. Example "
                f"unknown domain: '{name}'."
            )
    if operation == "REMOVE":
        one.domains = [name for name in one.domains if name not in names]
    else:
        kept = one.domains if operation == "ADD" else []
        one.domains = list(dict.fromkeys([*kept, *names]))
    one.turn("UPDATING")
    return _updated(one)


@patch(Route53ResolverResponse)
def list_firewall_domains(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallDomains.html"""
    domains: List[Any] = sorted(_domain_list(self).domains)
    return page(self, "Domains", domains)


@patch(Route53ResolverResponse)
def delete_firewall_domain_list(self: Any) -> str:
    """Not while a rule uses it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteFirewallDomainList.html
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-user-managed-domain-lists.html
    """
    one = _domain_list(self)
    for group in own(self, GROUP).values():
        if any(rule.get("FirewallDomainListId") == one.id for rule in group.rules):
            raise conflict(f"The domain list '{one.id}' is used by rule group '{group.id}'.")
    if not one.leaving:
        one.leave()
    return _answered_list(one)


# --- rule groups ---------------------------------------------------------------------------------


class Group(Thing):
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_FirewallRuleGroup.html"""

    def __init__(self, response: Any, said: Said):
        super().__init__(response, GROUP, "rslvr-frg", said)
        self.rules: List[Said] = []

    def metadata(self, account: str) -> Said:
        sharing = shared.share_status(account, self.arn)
        whose = {"OwnerId": self.account, "ShareStatus": sharing}
        return present({"Id": self.id, "Arn": self.arn, **self.said, **whose})

    def describe(self, account: str) -> Said:
        return {
            **self.metadata(account),
            "RuleCount": len(self.rules),
            "Status": self.status,
            "StatusMessage": f"The rule group is {self.status.lower()}.",
            "CreationTime": self.created,
            "ModificationTime": self.modified,
        }


def group_of(response: Any, owned: bool = False) -> Any:
    """The rule group of the request; with `owned` one that the caller may change.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-group-sharing.html
    """
    key = asked(response).get("FirewallRuleGroupId")
    group = find(response, GROUP, "Firewall rule group", key, theirs=True)
    if owned and group.account != response.current_account:
        raise AwsError("AccessDeniedException", f"{group.arn} belongs to {group.account}.")
    if owned and group.leaving:
        raise conflict(f"The rule group '{group.id}' is being deleted.")
    return group


def answered_group(response: Any, group: Group) -> str:
    return json.dumps({"FirewallRuleGroup": group.describe(response.current_account)})


@patch(Route53ResolverResponse)
def create_firewall_rule_group(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallRuleGroup.html"""
    group, wanted = earlier(self, GROUP), asked(self)
    if group is None:
        said = {"Name": named(wanted), "CreatorRequestId": wanted["CreatorRequestId"]}
        group = Group(self, said)
        add(self, group, wanted.get("Tags"))
    return answered_group(self, group)


@patch(Route53ResolverResponse)
def get_firewall_rule_group(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetFirewallRuleGroup.html"""
    return answered_group(self, group_of(self))


@patch(Route53ResolverResponse)
def list_firewall_rule_groups(self: Any) -> str:
    """The account's own, and those that are shared with it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallRuleGroups.html
    """
    shown = [group.metadata(self.current_account) for group in visible(self, GROUP)]
    return page(self, "FirewallRuleGroups", shown)


# --- rules ---------------------------------------------------------------------------------------

_OVERRIDE = ("BlockOverrideDomain", "BlockOverrideDnsType", "BlockOverrideTtl")
_RULE = (
    "Name", "Priority", "Action", "BlockResponse", *_OVERRIDE, "FirewallDomainRedirectionAction",
    "ConfidenceThreshold",
)  # fmt: skip


def _check_rule(rule: Said) -> None:
    """An override says which record; answers are for BLOCK alone.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallRule.html
    """
    action, answer = rule.get("Action"), rule.get("BlockResponse")
    if action not in ("ALLOW", "ALERT", "BLOCK"):
        raise wrong("Action is one of ALLOW, ALERT, BLOCK.")
    if (action == "BLOCK") != (answer is not None):
        raise wrong("BlockResponse goes with the action BLOCK, and it alone.")
    if answer not in (None, "NODATA", "NXDOMAIN", "OVERRIDE"):
        raise wrong("BlockResponse is one of NODATA, NXDOMAIN, OVERRIDE.")
    stated = [key for key in _OVERRIDE if rule.get(key) is not None]
    if len(stated) != (len(_OVERRIDE) if answer == "OVERRIDE" else 0):
        raise wrong(f"{', '.join(_OVERRIDE)} go with the response OVERRIDE, and it alone.")
    if answer == "OVERRIDE" and rule["BlockOverrideDnsType"] != "CNAME":
        raise wrong("BlockOverrideDnsType is CNAME.")
    if answer == "OVERRIDE" and not 0 <= rule["BlockOverrideTtl"] <= 604800:
        raise wrong("BlockOverrideTtl is from 0 to 604800.")
    if not isinstance(rule.get("Priority"), int) or rule["Priority"] < 0:
        raise wrong("Priority is required.")
    if rule.get("DnsThreatProtection") and action == "ALLOW":
        raise wrong("ALLOW is not available for DNS Firewall Advanced rules.")


def _check_source(response: Any, wanted: Said) -> None:
    """A list that the caller may use, or a threat that is looked out for."""
    listed, threat = wanted.get("FirewallDomainListId"), wanted.get("DnsThreatProtection")
    if wanted.get("FirewallRuleType"):
        raise NotImplementedError("rules with FirewallRuleType")
    if (listed is None) == (threat is None):
        raise wrong("A rule has either FirewallDomainListId or DnsThreatProtection.")
    if threat is not None and threat not in ("DGA", "DNS_TUNNELING", "DICTIONARY_DGA"):
        raise wrong("DnsThreatProtection is one of DGA, DNS_TUNNELING, DICTIONARY_DGA.")
    if threat is not None and wanted.get("ConfidenceThreshold") not in ("LOW", "MEDIUM", "HIGH"):
        raise wrong("ConfidenceThreshold is one of LOW, MEDIUM, HIGH.")
    if listed is not None and _aws_list(response) is None:
        if _domain_list(response).leaving:
            raise wrong(f"The domain list '{listed}' is being deleted.")


def _rule(group: Group, wanted: Said) -> Optional[Said]:
    """A rule is known by its list or its threat, and its query type."""
    keys = ("FirewallDomainListId", "FirewallThreatProtectionId", "Qtype")
    for rule in group.rules:
        if all(rule.get(key) == wanted.get(key) for key in keys):
            return rule
    return None


def _known(group: Group, wanted: Said) -> Said:
    if not wanted.get("FirewallDomainListId") and not wanted.get("FirewallThreatProtectionId"):
        raise wrong("FirewallDomainListId or FirewallThreatProtectionId is required.")
    rule = _rule(group, wanted)
    if rule is None:
        text = f"The rule in the rule group '{group.id}' does not exist."
        raise AwsError("ResourceNotFoundException", text)
    return rule


def _check_priority(others: List[Said], priority: int) -> None:
    for other in others:
        if other["Priority"] == priority:
            raise wrong(f"The priority {priority} is in use by the rule '{other['Name']}'.")


def _touched(group: Group, rule: Said) -> str:
    """The group is UPDATING for a while."""
    group.turn("UPDATING")
    rule.setdefault("CreationTime", group.modified)
    rule["ModificationTime"] = group.modified
    return json.dumps({"FirewallRule": present(rule)})


@patch(Route53ResolverResponse)
def create_firewall_rule(self: Any) -> str:
    """One for each list and query type, each with a priority of its own.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallRule.html
    """
    group, wanted = group_of(self, owned=True), asked(self)
    if not wanted.get("CreatorRequestId") or not named(wanted):
        raise wrong("CreatorRequestId and Name are required.")
    for rule in group.rules:
        if rule["CreatorRequestId"] == wanted["CreatorRequestId"]:
            return json.dumps({"FirewallRule": present(rule)})
    _check_source(self, wanted)
    _check_rule(wanted)
    keys = ("FirewallDomainListId", "Qtype", "DnsThreatProtection")
    rule = {key: wanted.get(key) for key in (*keys, *_RULE, "CreatorRequestId")}
    rule["FirewallRuleGroupId"] = group.id
    if rule["DnsThreatProtection"]:
        token = f"{group.id} {wanted['CreatorRequestId']}".encode()
        rule["FirewallThreatProtectionId"] = f"rslvr-ftp-{hashlib.sha256(token).hexdigest()[:16]}"
    elif _rule(group, wanted) is not None:
        raise wrong(f"The rule group '{group.id}' has a rule for this domain list and query type.")
    else:
        default = "INSPECT_REDIRECTION_DOMAIN"
        rule["FirewallDomainRedirectionAction"] = (
            wanted.get("FirewallDomainRedirectionAction") or default
        )
    if len(group.rules) >= _RULES:
        raise AwsError("LimitExceededException", f"A rule group has {_RULES} rules at most.")
    _check_priority(group.rules, rule["Priority"])
    group.rules.append(rule)
    return _touched(group, rule)


@patch(Route53ResolverResponse)
def update_firewall_rule(self: Any) -> str:
    """What is not said stays, but an action other than BLOCK has no answer.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateFirewallRule.html
    """
    group, wanted = group_of(self, owned=True), asked(self)
    rule = _known(group, wanted)
    named(wanted)
    changed = {**rule, **{key: wanted[key] for key in _RULE if wanted.get(key) is not None}}
    if changed["Action"] != "BLOCK":
        changed["BlockResponse"] = wanted.get("BlockResponse")
    if changed["BlockResponse"] != "OVERRIDE":
        changed.update({key: wanted.get(key) for key in _OVERRIDE})
    _check_rule(changed)
    others = [other for other in group.rules if other is not rule]
    _check_priority(others, changed["Priority"])
    rule.update(changed)
    return _touched(group, rule)


@patch(Route53ResolverResponse)
def delete_firewall_rule(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteFirewallRule.html"""
    group = group_of(self, owned=True)
    rule = _known(group, asked(self))
    group.rules.remove(rule)
    return _touched(group, rule)


@patch(Route53ResolverResponse)
def list_firewall_rules(self: Any) -> str:
    """In the order of priorities.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallRules.html
    """
    group, wanted = group_of(self), asked(self)
    rules = sorted(group.rules, key=lambda rule: int(rule["Priority"]))
    for key in ("Priority", "Action"):
        if wanted.get(key) is not None:
            rules = [rule for rule in rules if rule[key] == wanted[key]]
    return page(self, "FirewallRules", [present(rule) for rule in rules])
