"""Managed prefix lists, own, shared and of AWS's.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from typing import Any, Callable, Dict, List, Optional

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.managed_prefixes import ManagedPrefixList
from moto.ec2.responses.vpcs import VPCs

from . import AwsError, network, patch, ram, routes
from .network import Phase, invalid, not_found

#: Further users of a prefix list: each answers with ids, by the list's id and Region.
users: List[Callable[[str, str], List[Dict[str, str]]]] = []


@patch(ManagedPrefixList, "__init__")
def make_list(self: Any, *arguments: Any, **more: Any) -> None:
    make_list.moto(self, *arguments, **more)
    self.state = Phase("create-in-progress", "create-complete")
    if self.resource_owner_id == "AWS":
        self.state.at_once("create-complete")
        self.prefix_list_arn = (
            f"arn:aws:ec2:{self.ec2_backend.region_name}:aws:prefix-list/{self.id}"
        )


def find(backend: Any, name: Optional[str]) -> Any:
    """An account's own list, or one shared with it.

    https://docs.aws.amazon.com/vpc/latest/userguide/sharing-managed-prefix-lists.html
    """
    for one in visible(backend):
        if one.id == name:
            return one
    return None


routes.prefix_list.append(find)


def visible(backend: Any) -> List[Any]:
    own = list(backend.managed_prefix_lists.values())
    own = [one for one in own if one.state != "delete-complete"]
    return own + [
        one
        for other in network.backends_of(backend.region_name)
        if other is not backend
        for one in other.managed_prefix_lists.values()
        if one.owner_id != "AWS" and one.state != "delete-complete"
        if ram.shared_with(backend.account_id, one.prefix_list_arn)
    ]


def _named(response: Any, own: bool = False) -> Any:
    name = response._get_param("PrefixListId")
    found = find(response.ec2_backend, name)
    if found is None:
        raise not_found("InvalidPrefixListID", name)
    if own and found.owner_id != response.current_account:
        text = "You are not authorized to perform this operation."
        raise AwsError("UnauthorizedOperation", text, 403)
    return found


def _entries(one: Any) -> List[Dict[str, str]]:
    return one.entries.get(one.version if one.version is not None else 1) or []


def entries(backend: Any, name: str) -> List[Dict[str, str]]:
    """What is in a list's current version."""
    held = find(backend, name)
    return _entries(held) if held is not None else []


def _check(entries: List[Dict[str, str]], largest: int) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html#managed-prefix-lists-quotas"""
    if len(entries) > largest:
        text = f"You've reached the maximum number of entries ({largest}) for the prefix list."
        raise AwsError("PrefixListMaxEntriesExceeded", text)
    if len({entry["Cidr"] for entry in entries}) < len(entries):
        raise AwsError("InvalidParameterValue", "Duplicate CIDRs are not allowed in a prefix list.")


@patch(VPCs)
def create_managed_prefix_list(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html"""
    name, largest = self._get_param("PrefixListName"), int(self._get_param("MaxEntries"))
    if name.startswith("com.amazonaws"):
        raise invalid("The prefix list name cannot start with com.amazonaws.")
    tags, entries = network.tags_of(self, "prefix-list"), self._get_param("Entries") or []
    _check(entries, largest)
    made = self.ec2_backend.create_managed_prefix_list(
        address_family=self._get_param("AddressFamily"),
        entry=entries,
        max_entries=largest,
        prefix_list_name=name,
        tags=tags,
    )
    made.entries = {1: entries}
    return ActionResult({"PrefixList": made})


network.once(VPCs, "create_managed_prefix_list")


@patch(VPCs)
def modify_managed_prefix_list(self: Any) -> ActionResult:
    """A change of entries makes a new version out of the one that is current; the size is changed
    by itself.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html
    """
    held, version = _named(self, own=True), self._get_int_param("CurrentVersion")
    add, remove = self._get_param("AddEntries") or [], self._get_param("RemoveEntries") or []
    largest, name = self._get_int_param("MaxEntries"), self._get_param("PrefixListName")
    if str(held.state).endswith("in-progress"):
        text = f"The prefix list {held.id} is in the state {held.state}."
        raise AwsError("IncorrectState", text)
    if (add or remove) and version is None:
        raise AwsError("MissingParameter", "The request must contain the parameter CurrentVersion")
    if version is not None and version != held.version:
        text = f"The prefix list has the incorrect version number; the current is {held.version}."
        raise AwsError("PrefixListVersionMismatch", text)
    if largest is not None and (add or remove):
        raise invalid("MaxEntries cannot be changed together with entries.")
    if add or remove:
        _change(held, add, [entry["Cidr"] for entry in remove])
    if largest is not None:
        _check(_entries(held), largest)
        held.max_entries = largest
    held.prefix_list_name = name or held.prefix_list_name
    held.state.become("modify-in-progress", "modify-complete")
    held.state_message = None
    return ActionResult({"PrefixList": held})


def _change(held: Any, add: List[Dict[str, str]], remove: List[str]) -> None:
    entries = _entries(held)
    for block in remove:
        if not any(entry["Cidr"] == block for entry in entries):
            raise invalid(f"The CIDR {block} is not in the prefix list.")
    new = {entry["Cidr"]: entry for entry in entries if entry["Cidr"] not in remove}
    new.update({entry["Cidr"]: entry for entry in add})
    _check(list(new.values()), held.max_entries)
    held.version += 1
    held.entries[held.version] = list(new.values())


@patch(VPCs)
def get_managed_prefix_list_entries(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html"""
    held, version = _named(self), self._get_int_param("TargetVersion")
    found = _entries(held) if version is None else held.entries.get(version)
    if found is None:
        raise invalid(f"The version {version} of the prefix list does not exist.")
    return network.page(self, "Entries", found, smallest=1)


_KEYS: network.Keys = {
    "owner-id": lambda one: one.owner_id,
    "prefix-list-id": lambda one: one.id,
    "prefix-list-name": lambda one: one.prefix_list_name,
}


@patch(VPCs)
def describe_managed_prefix_lists(self: Any) -> ActionResult:
    """Own ones, AWS's, and those that are shared, of which the tags are not seen.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html
    """
    backend = self.ec2_backend
    ids = self._get_param("PrefixListIds")
    found = network.by_id(visible(backend), ids, "InvalidPrefixListID")
    tags = lambda one: network.tag_set(backend, one.id)  # noqa: E731
    found = network.select(found, network.filters_of(self), _KEYS, tags)
    shown = [
        {
            "PrefixListId": one.id,
            "PrefixListName": one.prefix_list_name,
            "PrefixListArn": one.prefix_list_arn,
            "AddressFamily": one.address_family,
            "State": one.state,
            **({"StateMessage": one.state_message} if one.state_message else {}),
            "OwnerId": one.owner_id,
            "Tags": tags(one),
            **({} if one.version is None else {"Version": one.version}),
            **({} if one.max_entries is None else {"MaxEntries": one.max_entries}),
        }
        for one in found
    ]
    return network.page(self, "PrefixLists", shown, smallest=1)


@patch(VPCs)
def describe_prefix_lists(self: Any) -> ActionResult:
    """AWS's own.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html
    """
    held = [o for o in self.ec2_backend.managed_prefix_lists.values() if o.owner_id == "AWS"]
    found = network.by_id(held, self._get_param("PrefixListIds"), "InvalidPrefixListID")
    found = network.select(found, network.filters_of(self), _KEYS)
    shown = [
        {
            "PrefixListId": one.id,
            "PrefixListName": one.prefix_list_name,
            "Cidrs": [entry["Cidr"] for entry in _entries(one)],
        }
        for one in found
    ]
    return network.page(self, "PrefixLists", shown)


def _users(name: str, region: str) -> List[Dict[str, str]]:
    """Which tables and groups refer to a list, in whatever account."""
    found: List[Dict[str, str]] = [one for ask in users for one in ask(name, region)]
    for backend in network.backends_of(region):
        owner = backend.account_id
        for table in backend.route_tables.values():
            if any(route.destination_prefix_list_id == name for route in table._routes.values()):
                found.append({"ResourceId": table.id, "ResourceOwner": owner})
        for group in [one for held in backend.groups.values() for one in held.values()]:
            if any(r.prefix_list_id == name for r in group.ingress_rules + group.egress_rules):
                found.append({"ResourceId": group.id, "ResourceOwner": owner})
    return found


@patch(VPCs)
def get_managed_prefix_list_associations(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListAssociations.html"""
    held = _named(self, own=True)
    return network.page(self, "PrefixListAssociations", _users(held.id, self.region))


@patch(VPCs)
def delete_managed_prefix_list(self: Any) -> ActionResult:
    """Fails after a while where something refers to it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteManagedPrefixList.html
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ManagedPrefixList.html
    """
    held = _named(self, own=True)
    used = ", ".join(user["ResourceId"] for user in _users(held.id, self.region))
    held.state.become("delete-in-progress", "delete-failed" if used else "delete-complete")
    held.state_message = f"The prefix list is in use by {used}." if used else None
    return ActionResult({"PrefixList": held})


@network.settlers.append
def _settle(backend: Any) -> None:
    for one in list(backend.managed_prefix_lists.values()):
        if one.state == "delete-complete":
            del backend.managed_prefix_lists[one.id]
            backend.tags.pop(one.id, None)


@patch(EC2Backend, "managed_list")
def managed_list(self: Any, service_name: str) -> Any:
    """AWS's list of a service's addresses in a Region.

    https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
    """
    for one in self.managed_prefix_lists.values():
        if one.owner_id == "AWS" and one.prefix_list_name == service_name:
            return one
    return None


def _exists(account: str, region: str, name: str) -> bool:
    held = ec2_backends[account][region].managed_prefix_lists.get(name)
    return held is not None and held.owner_id == account


ram.exists["ec2:PrefixList"] = _exists
