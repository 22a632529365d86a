"""What networks in Amazon EC2 have in common: states, tags, filters, pages, tokens."""

import ipaddress
import json
from base64 import b64decode, b64encode
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

from moto.core.responses import ActionResult
from moto.ec2 import utils
from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.responses._base_response import EC2BaseResponse

from .. import clock, settings
from . import AwsError, patch, resets

Keys = Dict[str, Callable[[Any], Any]]


def invalid(text: str, code: str = "InvalidParameterValue") -> AwsError:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
    return AwsError(code, text)


def in_use(text: str) -> AwsError:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
    return AwsError("DependencyViolation", text)


def not_found(kind: str, name: Any) -> AwsError:
    """`kind` as AWS spells it: `InvalidVpcID`, `InvalidTransitGatewayID`, ..."""
    return AwsError(f"{kind}.NotFound", f"The ID '{name}' does not exist")


# --- states --------------------------------------------------------------------------------------


class Phase:
    """A state that settles by itself: `pending`, and after a while `available`."""

    def __init__(self, passing: str, settled: str):
        self.become(passing, settled)

    def become(self, passing: str, settled: str) -> None:
        self.passing, self.settled = passing, settled
        self.until = clock.now() + settings.GATEWAY_SECONDS

    def at_once(self, state: str) -> None:
        self.passing, self.settled, self.until = state, state, 0.0

    def __str__(self) -> str:
        return self.passing if clock.now() < self.until else self.settled

    def __eq__(self, other: object) -> bool:
        return str(self) == other

    def __hash__(self) -> int:
        return id(self)

    @property
    def gone_for(self) -> float:
        """For how many seconds the settled state has been reached."""
        return clock.now() - self.until


#: How long what was deleted stays listed.
#: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
LISTED_SECONDS = 3600.0


def listed_still(phase: Phase) -> bool:
    """What is deleted is described for about an hour.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    """
    return phase != "deleted" or phase.gone_for < LISTED_SECONDS


# --- tags ----------------------------------------------------------------------------------------


@patch(TaggedEC2Resource)
def get_tags(self: Any) -> List[Dict[str, str]]:
    """What moto finds by looking at all tags of a Region."""
    return tag_set(self.ec2_backend, self.id)


def tag_set(backend: Any, resource_id: str) -> List[Dict[str, str]]:
    """The tags that an account (each has its own) has given a resource.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
    """
    held = backend.tags.get(resource_id) or {}
    return [{"key": key, "value": value} for key, value in held.items()]


def tags_of(response: Any, kind: str) -> Dict[str, str]:
    """The tags that a call gives what it creates; they are for that type alone.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html
    """
    tags: Dict[str, str] = {}
    specifications = response._get_param("TagSpecifications") or []
    for one in specifications or response._get_param("TagSpecification") or []:
        if one.get("ResourceType") != kind:
            raise invalid(
                f"'{one.get('ResourceType')}' is not a valid taggable resource type for this "
                "operation."
            )
        tags.update({tag["Key"]: tag.get("Value") or "" for tag in one.get("Tags") or []})
    if any(key.lower().startswith("aws:") for key in tags):
        raise invalid("Tag keys starting with 'aws:' are reserved for internal use")
    return tags


def check_tags(owner: type, operation: str, kind: str) -> None:
    """Has a call of moto's that gives tags check them first.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html
    """

    def checked(self: Any) -> Any:
        tags_of(self, kind)
        return checked.moto(self)

    patch(owner, operation)(checked)


# --- filters -------------------------------------------------------------------------------------


def filters_of(response: Any) -> Dict[str, List[str]]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html"""
    return response._filters_from_querystring()


def _texts(value: Any) -> List[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, datetime):
        return [utils.format_timestamp(value)]
    if isinstance(value, (str, int, Phase)):
        return [str(value)]
    return [text for one in value for text in _texts(one)]


def matches(values: Any, patterns: Iterable[str]) -> bool:
    """Whether one value is like one pattern of a filter (`*`, `?`)."""
    escaped = [pattern.replace("[", "[[]") for pattern in patterns]
    return any(fnmatchcase(text, pattern) for text in _texts(values) for pattern in escaped)


def select(
    items: Iterable[Any],
    filters: Dict[str, List[str]],
    keys: Keys,
    tags: Callable[[Any], List[Dict[str, str]]] = lambda item: getattr(item, "get_tags", list)(),
) -> List[Any]:
    """Those items that all filters let through; an unknown filter is an error.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
    """
    found = list(items)
    for name, patterns in filters.items():
        if name.startswith("tag:"):
            wanted = name[4:]
            found = [
                item
                for item in found
                if matches([t["value"] for t in tags(item) if t["key"] == wanted], patterns)
            ]
        elif name == "tag-key":
            found = [item for item in found if matches([t["key"] for t in tags(item)], patterns)]
        elif name in keys:
            found = [item for item in found if matches(keys[name](item), patterns)]
        else:
            raise invalid(f"The filter '{name}' is invalid")
    return found


def by_id(items: List[Any], ids: Optional[List[str]], kind: str) -> List[Any]:
    """The items with these ids, or all; an id that none has is an error."""
    known = {item.id: item for item in items}
    for one in ids or []:
        if one not in known:
            raise not_found(kind, one)
    return [known[one] for one in ids] if ids else items


# --- pages ---------------------------------------------------------------------------------------


def page(response: Any, key: str, items: List[Any], smallest: int = 5) -> ActionResult:
    """As many items as asked for, and a token for more.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination
    """
    size, token = response._get_int_param("MaxResults"), response._get_param("NextToken")
    if size is not None and size < smallest:
        raise invalid(f"Value ( {size} ) for parameter maxResults is invalid. Expecting a value "
                      f"greater than or equal to {smallest}.")  # fmt: skip
    try:
        begin = int(b64decode(token).decode()) if token else 0
    except ValueError:
        raise AwsError("InvalidNextToken", "The token is invalid.")
    end = begin + min(size or 1000, 1000)
    answer = {key: items[begin:end]}
    if end < len(items):
        answer["NextToken"] = b64encode(str(end).encode()).decode()
    return ActionResult(answer)


def paged(owner: type, operation: str, key: str) -> None:
    """Has a call of moto's answer in pages.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination
    """

    def in_pages(self: Any) -> ActionResult:
        held: Any = in_pages.moto(self).result
        return page(self, key, list(held[key]))

    patch(owner, operation)(in_pages)


# --- tokens --------------------------------------------------------------------------------------

_answers: Dict[Tuple[str, str, str, str], Tuple[str, Any]] = {}
resets.append(_answers.clear)


def once(
    owner: type,
    operation: str,
    parameter: str = "ClientToken",
    mismatch: str = "IdempotentParameterMismatch",
) -> None:
    """A call that is repeated with its token is answered as the first time and does nothing.

    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
    """

    def tokened(self: Any) -> Any:
        token = self._get_param(parameter)
        if not token:
            return tokened.moto(self)
        key = (self.current_account, self.region, operation, token)
        said = json.dumps(self._get_params() or str(self.body), sort_keys=True, default=str)
        if key not in _answers:
            answer = tokened.moto(self)
            _answers[key] = (said, answer)
        before, answer = _answers[key]
        if before != said:
            raise AwsError(
                mismatch,
                "The client token you have provided is associated with other parameters.",
            )
        return answer

    patch(owner, operation)(tokened)


# --- what happens by itself -----------------------------------------------------------------------

#: Called with a Region's backend before each call: what became of what was pending or deleting.
settlers: List[Callable[[Any], None]] = []


@patch(EC2BaseResponse, "ec2_backend")
@property
def ec2_backend(self: Any) -> Any:
    """The caller's, in which everything has happened that was due."""
    backend = ec2_backends[self.current_account][self.region]
    for settle in settlers:
        settle(backend)
    return backend


def is_filter_matching(item: Any, name: str, patterns: Any) -> bool:
    """One value that is like one pattern suffices.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
    """
    values = item.get_filter_value(name)
    return matches(values, patterns if isinstance(patterns, list) else [patterns])


utils.is_filter_matching = is_filter_matching


# --- other accounts ------------------------------------------------------------------------------


def backends_of(region: str) -> Iterator[Any]:
    """What each account that was ever used has in a Region."""
    for account in list(ec2_backends.values()):
        backend = dict.get(account, region)
        if backend is not None:
            yield backend


def free_address(backend: Any, subnet: Any) -> str:
    """The first of a subnet's addresses that no interface has; AWS keeps the first four.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    taken = {
        one["PrivateIpAddress"]
        for eni in backend.enis.values()
        if eni.subnet.id == subnet.id
        for one in eni.private_ip_addresses
    }
    for index, address in enumerate(ipaddress.IPv4Network(subnet.cidr_block, strict=False)):
        if index > 3 and str(address) not in taken:
            return str(address)
    raise AwsError("InsufficientFreeAddressesInSubnet", f"No free addresses in {subnet.id}.")
