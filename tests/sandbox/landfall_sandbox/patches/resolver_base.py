"""What all resources of Route 53 Resolver have in common: owners, states, tags, filters, pages.

moto's own records know no owner but themselves and no state but the last, so they are replaced.
"""

import base64
import json
import re
from typing import Any, Dict, Iterable, List, Optional, Tuple
from uuid import uuid4

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.route53resolver.models import route53resolver_backends
from moto.route53resolver.responses import Route53ResolverResponse

from .. import clock, settings
from . import AwsError, patch, shared

Said = Dict[str, Any]


def not_found(what: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"{what} does not exist.")


def invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def refused(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)


# --- resources -----------------------------------------------------------------------------------


class Thing:
    """A resource, and the state that it is in until it has settled."""

    def __init__(self, response: Any, kind: str, prefix: str, said: Said):
        self.account, self.region = response.current_account, response.region
        self.partition = response.partition
        self.kind, self.id = kind, f"{prefix}-{uuid4().hex[:17]}"
        self.said = said
        self.steady = "COMPLETE"
        self.created = self.modified = _now()
        self.leaving = False
        self._busy, self._until = "", 0.0

    @property
    def arn(self) -> str:
        scope = f"{self.region}:{self.account}"
        return f"arn:{self.partition}:route53resolver:{scope}:{self.kind}/{self.id}"

    @property
    def busy(self) -> bool:
        return clock.now() < self._until

    @property
    def status(self) -> str:
        return self._busy if self.busy or self.leaving else self.steady

    def turn(self, status: str) -> None:
        """Takes a while from now on to settle."""
        self.modified = _now()
        self._busy, self._until = status, clock.now() + settings.RESOLVER_SECONDS

    def leave(self) -> None:
        """Is gone after a while."""
        self.turn("DELETING")
        self.leaving = True

    @property
    def gone(self) -> bool:
        return self.leaving and not self.busy


def _now() -> str:
    return utcnow().strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def present(said: Said) -> Said:
    """AWS leaves out what has no value."""
    return {key: value for key, value in said.items() if value is not None}


def store(account: str, region: str, kind: str) -> Dict[str, Any]:
    """An account's resources of a kind in a Region, those that are gone left out."""
    backend: Any = route53resolver_backends[account][region]
    if not hasattr(backend, "things"):
        backend.things = {}
    things: Dict[str, Any] = backend.things.setdefault(kind, {})
    for key in [key for key, thing in things.items() if thing.gone]:
        backend.tagger.delete_all_tags_for_resource(things.pop(key).arn)
    return things


def everywhere(region: str, kind: str) -> List[Any]:
    """All accounts' resources of a kind in a Region."""
    accounts = [
        account
        for account, backends in list(route53resolver_backends.items())
        if dict.get(backends, region) is not None  # moto makes one when asked, with all of EC2
    ]
    return [thing for account in accounts for thing in store(account, region, kind).values()]


def own(response: Any, kind: str) -> Dict[str, Any]:
    return store(response.current_account, response.region, kind)


def visible(response: Any, kind: str) -> List[Any]:
    """The caller's resources, and those that others share with it."""
    account = response.current_account
    return [
        thing
        for thing in everywhere(response.region, kind)
        if thing.account == account or shared.shared_with(account, thing.arn)
    ]


def find(response: Any, kind: str, name: str, key: Optional[str], theirs: bool = False) -> Any:
    """A resource of the caller's, or with `theirs` also one that is shared with it."""
    known = visible(response, kind) if theirs else own(response, kind).values()
    thing = next((thing for thing in known if thing.id == key), None)
    if thing is None:
        raise not_found(f"{name} with ID '{key}'")
    return thing


def add(response: Any, thing: Thing, tags: Any = None) -> None:
    own(response, thing.kind)[thing.id] = thing
    _tagger(response).tag_resource(thing.arn, _checked_tags(tags or []))


def once(response: Any, kind: str, name: str) -> None:
    """A request that was carried out isn't carried out again.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverEndpoint.html
    """
    token = asked(response).get("CreatorRequestId")
    if any(thing.said["CreatorRequestId"] == token for thing in own(response, kind).values()):
        text = f"{name} with creator request ID '{token}' already exists"
        raise AwsError("ResourceExistsException", text)


def vpcs(response: Any) -> Dict[str, Any]:
    """The caller's VPCs in the Region."""
    found: Dict[str, Any] = ec2_backends[response.current_account][response.region].vpcs
    return found


def associations(region: str, kind: str, of: str, key: str) -> List[Any]:
    """All accounts' associations in a Region with resources of the kind `of`; those with resources
    that are shared no longer are on their way out.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html#resolver-rules-managing-sharing
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteResolverQueryLogConfig.html
    """
    shareable = {thing.id: thing for thing in everywhere(region, of)}
    known: Dict[Any, bool] = {}
    found = everywhere(region, kind)
    for one in found:
        thing = shareable.get(one.said[key])
        if thing is None or thing.account == one.account or one.leaving:
            continue
        pair = (one.account, thing.arn)
        if pair not in known:
            known[pair] = shared.shared_with(*pair)
        if not known[pair]:
            one.leave()
    return found


# --- requests and answers ------------------------------------------------------------------------


def asked(response: Any) -> Said:
    parameters: Said = json.loads(response.body or "{}")
    return parameters


def _capital(name: str) -> str:
    """`HostVPCId` as `HOST_VPC_ID`."""
    return re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()


def select(response: Any, items: Iterable[Said], names: Iterable[str]) -> List[Said]:
    """Those with one of the values of each filter, whose names are written in either of two ways.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_Filter.html
    """
    allowed = {written: name for name in names for written in (name, _capital(name))}
    found = list(items)
    for each in asked(response).get("Filters") or []:
        name, values = allowed.get(each.get("Name") or ""), each.get("Values") or []
        if name is None:
            raise invalid(f"The filter '{each.get('Name')}' is invalid")
        if not values:
            raise invalid(f"No values specified for filter {each['Name']}")
        key = "RuleType" if name == "Type" else name
        found = [one for one in found if _values(one.get(key)) & set(values)]
    return found


def _values(value: Any) -> "set[str]":
    return set(map(str, value)) if isinstance(value, list) else {str(value)}


def page(
    response: Any, key: str, items: List[Said], bounds: Tuple[int, int] = (1, 100), **more: Any
) -> str:
    """At most 100 at once.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverRules.html
    """
    parameters = asked(response)
    limit, token = parameters.get("MaxResults") or 100, parameters.get("NextToken")
    if parameters.get("MaxResults") and not bounds[0] <= limit <= bounds[1]:
        text = f"MaxResults must be from {bounds[0]} to {bounds[1]}."
        raise AwsError("ValidationException", text)
    try:
        start = int(base64.b64decode(token)) if token else 0
    except ValueError:
        text = "Invalid value passed for the NextToken parameter"
        raise AwsError("InvalidNextTokenException", text)
    answer = {key: items[start : start + limit], **more}
    if len(items) > start + limit:
        answer["NextToken"] = base64.b64encode(str(start + limit).encode()).decode()
    return json.dumps(answer)


# --- tags ----------------------------------------------------------------------------------------


def _tagger(response: Any) -> Any:
    return route53resolver_backends[response.current_account][response.region].tagger


def _checked_tags(tags: List[Dict[str, str]]) -> List[Dict[str, str]]:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_Tag.html"""
    for tag in tags:
        key = tag.get("Key") or ""
        if not 1 <= len(key) <= 128 or len(tag.get("Value") or "") > 256:
            raise AwsError("InvalidTagException", f"The tag '{key}' is invalid.")
        if key.lower().startswith("aws:"):
            raise AwsError("InvalidTagException", f"The tag key '{key}' is reserved.")
    if len(tags) > 200:
        raise AwsError("LimitExceededException", "A resource has 200 tags at most.")
    return tags


def _tagged(response: Any) -> str:
    """The ARN of the request, of a resource of the caller's."""
    arn: str = asked(response).get("ResourceArn") or ""
    kind, _, key = arn.split(":")[-1].partition("/")
    thing = own(response, kind).get(key)
    if thing is None or thing.arn != arn:
        raise not_found(f"Resource with ARN '{arn}'")
    return arn


@patch(Route53ResolverResponse)
def tag_resource(self: Any) -> str:
    """Of endpoints, rules, query logging configurations, and of DNS Firewall's lists and groups.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_TagResource.html
    """
    arn, tags = _tagged(self), asked(self).get("Tags") or []
    _tagger(self).tag_resource(arn, _checked_tags(tags))
    return "{}"


@patch(Route53ResolverResponse)
def untag_resource(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UntagResource.html"""
    arn, keys = _tagged(self), asked(self).get("TagKeys") or []
    _tagger(self).untag_resource_using_names(arn, keys)
    return "{}"


@patch(Route53ResolverResponse)
def list_tags_for_resource(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListTagsForResource.html"""
    return page(self, "Tags", _tagger(self).list_tags_for_resource(_tagged(self))["Tags"])
