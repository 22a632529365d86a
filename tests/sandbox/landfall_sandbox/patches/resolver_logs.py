"""Route 53 Resolver: query logging.

Unless a docstring says otherwise, errors are those that each operation's page names:
https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html
"""

import json
import re
from typing import Any, Dict, List, Optional, Tuple

from moto.firehose.models import firehose_backends
from moto.logs.models import logs_backends
from moto.route53resolver.responses import Route53ResolverResponse
from moto.route53resolver.validations import validate_args
from moto.s3.models import s3_backends

from . import AwsError, patch, shared
from .resolver_base import (
    Said,
    Thing,
    add,
    asked,
    associations,
    find,
    invalid,
    not_found,
    once,
    page,
    present,
    refused,
    select,
    visible,
    vpcs,
)

CONFIG, ASSOCIATION = "resolver-query-log-config", "resolver-query-log-config-association"
_FILTERS = (
    "Arn", "AssociationCount", "CreationTime", "CreatorRequestId", "Destination", "DestinationArn",
    "Id", "Name", "OwnerId", "ShareStatus", "Status",
)  # fmt: skip
_ASSOCIATION_FILTERS = (
    "CreationTime", "Error", "Id", "ResolverQueryLogConfigId", "ResourceId", "Status",
)  # fmt: skip


# --- destinations --------------------------------------------------------------------------------

#: What a destination's ARN looks like, and how filters call it.
#: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverQueryLogConfig.html
_DESTINATIONS = {
    "S3": r"arn:[^:]+:s3:::(?P<name>[^/]+)(/.*)?",
    "CloudWatchLogs": r"arn:[^:]+:logs:(?P<region>[^:]+):(?P<account>\d{12}):log-group:"
    r"(?P<name>[^:]+)(:\*)?",
    "KinesisFirehose": r"arn:[^:]+:firehose:(?P<region>[^:]+):(?P<account>\d{12}):deliverystream/"
    r"(?P<name>.+)",
}


def _destination(arn: str) -> Tuple[str, Dict[str, str]]:
    for kind, pattern in _DESTINATIONS.items():
        match = re.fullmatch(pattern, arn)
        if match:
            return kind, match.groupdict()
    raise invalid(f"The destination ARN '{arn}' is invalid")


def _is_there(arn: str) -> bool:
    """https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-choosing-target-resource.html"""
    kind, named = _destination(arn)
    if kind == "S3":
        return named["name"] in s3_backends.bucket_accounts
    backends: Any = logs_backends if kind == "CloudWatchLogs" else firehose_backends
    backend = backends[named["account"]][named["region"]]
    if kind == "CloudWatchLogs":
        return named["name"] in backend.groups
    return named["name"] in backend.delivery_streams


# --- configurations ------------------------------------------------------------------------------


def _associations(region: str) -> List[Any]:
    return associations(region, ASSOCIATION, CONFIG, "ResolverQueryLogConfigId")


def _count(config: Thing) -> int:
    key = "ResolverQueryLogConfigId"
    found = (one for one in _associations(config.region) if one.said[key] == config.id)
    return sum(1 for one in found if not one.leaving)


def _seen(response: Any, config: Thing) -> Said:
    return present(
        {
            "Id": config.id,
            "Arn": config.arn,
            **config.said,
            "OwnerId": config.account,
            "ShareStatus": shared.share_status(response.current_account, config.arn),
            "AssociationCount": _count(config),
            "Status": config.status,
            "CreationTime": config.created,
        }
    )


def _config(response: Any, owned: bool = False) -> Any:
    """The configuration of the request; with `owned` one that the caller may delete."""
    key = asked(response).get("ResolverQueryLogConfigId")
    config = find(response, CONFIG, "Resolver query log config", key, theirs=True)
    if owned and config.account != response.current_account:
        raise AwsError("AccessDeniedException", f"{config.arn} belongs to {config.account}.")
    return config


def _answer(response: Any, config: Thing) -> str:
    return json.dumps({"ResolverQueryLogConfig": _seen(response, config)})


def _listed(response: Any, key: str, items: List[Said], names: Tuple[str, ...]) -> str:
    """Filtered, in the order that is asked for, and counted before and after."""
    wanted = asked(response)
    by = wanted.get("SortBy") or "CreationTime"
    if by not in names:
        raise invalid(f"SortBy '{by}' is invalid")
    found = select(response, items, names)
    found.sort(key=lambda one: str(one.get(by)), reverse=wanted.get("SortOrder") == "DESCENDING")
    shown = [{name: one[name] for name in one if name != "Destination"} for one in found]
    return page(response, key, shown, TotalCount=len(items), TotalFilteredCount=len(found))


@patch(Route53ResolverResponse)
def create_resolver_query_log_config(self: Any) -> str:
    """To a bucket, a log group or a Firehose stream; is CREATING for a while, then CREATED.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverQueryLogConfig.html
    """
    wanted = asked(self)
    if not wanted.get("Name"):
        raise invalid("Name is missing.")
    validate_args([("name", wanted["Name"])])
    _destination(wanted.get("DestinationArn") or "")
    once(self, CONFIG, "Resolver query log config")
    said = {key: wanted.get(key) for key in ("Name", "DestinationArn", "CreatorRequestId")}
    config = Thing(self, CONFIG, "rslvr-qlc", said)
    config.steady = "CREATED"
    add(self, config, wanted.get("Tags"))
    config.turn("CREATING")
    return _answer(self, config)


@patch(Route53ResolverResponse)
def get_resolver_query_log_config(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetResolverQueryLogConfig.html"""
    return _answer(self, _config(self))


@patch(Route53ResolverResponse)
def list_resolver_query_log_configs(self: Any) -> str:
    """The account's own, and those that are shared with it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverQueryLogConfigs.html
    """
    items = [
        {**_seen(self, one), "Destination": _destination(one.said["DestinationArn"])[0]}
        for one in visible(self, CONFIG)
    ]
    return _listed(self, "ResolverQueryLogConfigs", items, _FILTERS)


@patch(Route53ResolverResponse)
def delete_resolver_query_log_config(self: Any) -> str:
    """Not while VPCs are associated with it, or it is shared; is DELETING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteResolverQueryLogConfig.html
    """
    config = _config(self, owned=True)
    if any(one.said["ResolverQueryLogConfigId"] == config.id for one in _associations(self.region)):
        raise refused(f"Resolver query log config '{config.id}' is associated with VPCs.")
    if shared.share_status(config.account, config.arn) == "SHARED_BY_ME":
        raise refused(f"Resolver query log config '{config.id}' is shared with other accounts.")
    if not config.leaving:
        config.leave()
    return _answer(self, config)


# --- associations --------------------------------------------------------------------------------


def _described(response: Any, one: Thing) -> Said:
    """Needs an action where the destination isn't there.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverQueryLogConfigAssociation.html
    """
    config = find(response, CONFIG, "Config", one.said["ResolverQueryLogConfigId"], theirs=True)
    there = _is_there(config.said["DestinationArn"])
    one.steady = "ACTIVE" if there else "ACTION_NEEDED"
    return {
        "Id": one.id,
        **one.said,
        "Status": one.status,
        "Error": "NONE" if there or one.busy else "DESTINATION_NOT_FOUND",
        "ErrorMessage": "",
        "CreationTime": one.created,
    }


def _mine(response: Any) -> List[Any]:
    """The caller's associations, with configurations that it still sees."""
    seen = {config.id for config in visible(response, CONFIG)}
    return [
        one
        for one in _associations(response.region)
        if one.account == response.current_account and one.said["ResolverQueryLogConfigId"] in seen
    ]


def _between(response: Any) -> Optional[Any]:
    """The association of the request's configuration and VPC."""
    wanted = asked(response)
    said = {key: wanted.get(key) for key in ("ResolverQueryLogConfigId", "ResourceId")}
    return next((one for one in _mine(response) if one.said == said), None)


@patch(Route53ResolverResponse)
def associate_resolver_query_log_config(self: Any) -> str:
    """A VPC of the caller's with a configuration of its own or one that is shared with it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateResolverQueryLogConfig.html
    """
    config, vpc = _config(self), asked(self).get("ResourceId")
    if vpc not in vpcs(self):
        raise invalid(f"The vpc ID '{vpc}' does not exist")
    if config.leaving:
        raise refused(f"Resolver query log config '{config.id}' is being deleted.")
    if _between(self) is not None:
        text = f"'{config.id}' is already associated with VPC '{vpc}'"
        raise AwsError("ResourceExistsException", f"Resolver query log config {text}")
    said = {"ResolverQueryLogConfigId": config.id, "ResourceId": vpc}
    association = Thing(self, ASSOCIATION, "rslvr-qlcassoc", said)
    add(self, association)
    association.turn("CREATING")
    shown = _described(self, association)
    return json.dumps({"ResolverQueryLogConfigAssociation": shown})


@patch(Route53ResolverResponse)
def disassociate_resolver_query_log_config(self: Any) -> str:
    """Is DELETING for a while.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DisassociateResolverQueryLogConfig.html
    """
    one = _between(self)
    if one is None:
        raise not_found("The association of the query log config and the VPC")
    if not one.leaving:
        one.leave()
    return json.dumps({"ResolverQueryLogConfigAssociation": _described(self, one)})


@patch(Route53ResolverResponse)
def get_resolver_query_log_config_association(self: Any) -> str:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetResolverQueryLogConfigAssociation.html"""
    key = asked(self).get("ResolverQueryLogConfigAssociationId")
    one = next((one for one in _mine(self) if one.id == key), None)
    if one is None:
        raise not_found(f"Resolver query log config association with ID '{key}'")
    return json.dumps({"ResolverQueryLogConfigAssociation": _described(self, one)})


@patch(Route53ResolverResponse)
def list_resolver_query_log_config_associations(self: Any) -> str:
    """Of the caller's VPCs.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverQueryLogConfigAssociations.html
    """
    items = [_described(self, one) for one in _mine(self)]
    return _listed(self, "ResolverQueryLogConfigAssociations", items, _ASSOCIATION_FILTERS)
