"""Amazon CloudWatch Logs: destinations, and filters that send log events on.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
"""

import json
from typing import Any, Dict, List, Optional

from moto.cloudwatch.models import cloudwatch_backends
from moto.firehose.models import firehose_backends
from moto.logs.exceptions import (
    InvalidParameterException,
    LimitExceededException,
    LogsClientError,
    ResourceNotFoundException,
)
from moto.logs.models import (
    LogGroup,
    LogsBackend,
    LogStream,
    SubscriptionFilter,
    logs_backends,
)
from moto.logs.responses import LogsResponse

from ..policy import Caller, statements, trust_allows
from . import install_late, organizations, patch, roles, sts

install_late("firehose")

from . import firehose  # noqa: E402  (after Firehose is patched)

_UNDELIVERED = (
    "Could not deliver test message to specified Firehose stream. Check if the given Firehose "
    "stream is in ACTIVE state."
)


def _invalid(message: str) -> InvalidParameterException:
    return InvalidParameterException(msg=message)


def _stream(arn: str) -> Any:
    """The active Firehose stream with this ARN, in whatever Region."""
    _, _, service, region, account, name = (arn.split(":", 5) + [""] * 6)[:6]
    if service != "firehose":
        return None
    stream = firehose_backends[account][region].delivery_streams.get(name.split("/")[-1])
    return stream if stream is not None and firehose.is_active(stream) else None


def _role(arn: Optional[str], account: str, region: str, source: str) -> Any:
    """A role of the account that CloudWatch Logs may assume for `source`, by its name everywhere or
    in this Region.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#FirehoseExample
    """
    role = roles.role_of(arn, account)
    for service in ("logs.amazonaws.com", f"logs.{region}.amazonaws.com"):
        context = roles.acting(service, account, source)
        if role is not None and roles.assumable(role, service, context):
            return role
    raise LogsClientError(
        "InvalidParameterException",
        "Could not deliver test message to specified destination. Make sure you have given "
        "CloudWatch Logs permission to assume the provided role.",
    )


# --- destinations --------------------------------------------------------------------------------


@patch(LogsBackend)
def put_destination(
    self: Any, destination_name: str, role_arn: str, target_arn: str, tags: Dict[str, str]
) -> Any:
    """A test message is sent by the role: the stream, of this account and any Region, is active.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDestination.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions-Firehose.html
    """
    if not destination_name or any(sign in destination_name for sign in ":*"):
        raise _invalid("destinationName has no `:` and no `*`.")
    if _stream(target_arn) is None or target_arn.split(":")[4] != self.account_id:
        raise _invalid(_UNDELIVERED)
    source = f"arn:aws:logs:{self.region_name}:{self.account_id}:*"
    role = _role(role_arn, self.account_id, self.region_name, source)
    if not roles.may(role, "firehose:PutRecord", target_arn, {}):
        raise _invalid(_UNDELIVERED)
    return put_destination.moto(self, destination_name, role_arn, target_arn, tags or {})


@patch(LogsBackend)
def delete_destination(self: Any, destination_name: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteDestination.html"""
    arn = self.get_destination(destination_name).arn
    delete_destination.moto(self, destination_name)
    self.tagger.delete_all_tags_for_resource(arn)


@patch(LogsBackend)
def put_destination_policy(self: Any, destination_name: str, access_policy: str) -> None:
    """At most 5,120 bytes, about this destination alone.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDestinationPolicy.html
    """
    destination = self.get_destination(destination_name)
    if len(access_policy.encode()) > 5120:
        raise _invalid("accessPolicy can be up to 5120 bytes.")
    try:
        about = {one.get("Resource") for one in statements(access_policy)}
    except (ValueError, TypeError, AttributeError):
        raise _invalid("accessPolicy is not a valid policy.")
    if about != {destination.arn}:
        raise _invalid(f"The policy's resource has to be {destination.arn}.")
    destination.access_policy = access_policy


@patch(LogsResponse)
def describe_destinations(self: Any) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeDestinations.html"""
    prefix = self._get_param("DestinationNamePrefix") or ""
    found = [one.to_dict() for one in self.logs_backend.destinations.values()]
    found = [one for one in found if one["destinationName"].startswith(prefix)]
    shown = [{key: value for key, value in one.items() if value is not None} for one in found]
    return json.dumps({"destinations": sorted(shown, key=lambda one: str(one["destinationName"]))})


# --- subscription filters ------------------------------------------------------------------------


@patch(LogsResponse)
def put_subscription_filter(self: Any) -> str:
    """Of a group of the Standard class: to a destination in its Region whose policy lets the caller's
    account, or to a stream of its own account in any Region.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions-Firehose.html
    """
    group = self.logs_backend.groups.get(self._get_param("logGroupName"))
    if group is None:
        raise ResourceNotFoundException()
    if getattr(group, "kind", "STANDARD") != "STANDARD":
        text = "Subscription filters are not supported for this log group's class."
        raise LogsClientError("ValidationException", text)
    arn, role = self._get_param("destinationArn") or "", self._get_param("roleArn")
    if ":destination:" in arn:
        caller = sts.caller_of(self.get_access_key(), self.current_account, self.partition)
        _check_destination(caller, group, arn, role)
    elif arn.split(":")[2:3] == ["firehose"]:
        _check_stream(self.current_account, group, arn, role)
    else:
        return str(put_subscription_filter.moto(self))
    pattern = self._get_param("filterPattern") or ""
    group.put_subscription_filter(self._get_param("filterName"), pattern, arn, role)
    kept = group.subscription_filters[self._get_param("filterName")]
    kept.distribution = self._get_param("distribution") or "ByLogStream"
    kept.more = {
        key: self._get_param(key)
        for key in ("fieldSelectionCriteria", "emitSystemFields", "applyOnTransformedLogs")
        if self._get_param(key)
    }
    return ""


def _check_destination(caller: Caller, group: Any, arn: str, role: Optional[str]) -> None:
    """Who is let in by the organization, and not by its account, shows a role of its own.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-IAMrole.html
    """
    _, _, _, region, account, name = arn.split(":", 5)
    destination = logs_backends[account][region].destinations.get(arn)
    if destination is None or region != group.region:
        text = f"The specified destination {name} does not exist in the Region of the log group."
        raise ResourceNotFoundException(text)
    source = f"arn:aws:logs:{region}:{caller.account}:*"
    if role:
        _role(role, caller.account, region, source)
    if account == caller.account:
        return
    action, policy = "logs:PutSubscriptionFilter", destination.access_policy or '{"Statement": []}'
    if trust_allows(policy, action, caller, {}):
        return
    organization = organizations.organization_of(caller.account)
    context = {"aws:principalorgid": organization.org.id} if organization else {}
    if not trust_allows(policy, action, caller, context):
        text = f"User: {caller.arn} is not authorized to perform: {action} on resource: {arn}"
        raise LogsClientError("AccessDeniedException", text)
    if not role:
        text = "A role is needed where the destination's policy speaks of an organization."
        raise _invalid(text)


def _check_stream(account: str, group: Any, arn: str, role: Optional[str]) -> None:
    if _stream(arn) is None or arn.split(":")[4] != account:
        raise _invalid(_UNDELIVERED)
    found = _role(role, account, group.region, f"arn:aws:logs:{group.region}:{account}:*")
    if not roles.may(found, "firehose:PutRecord", arn, {}):
        raise _invalid(_UNDELIVERED)


@patch(LogGroup, "put_subscription_filter")
def put_filter(self: Any, filter_name: str, *arguments: Any) -> None:
    """Two at most; one that is there is changed.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html
    """
    if filter_name in self.subscription_filters:
        self.subscription_filters[filter_name].update(*arguments)
    elif len(self.subscription_filters) >= 2:
        raise LimitExceededException()
    else:
        put_filter.moto(self, filter_name, *arguments)


@patch(SubscriptionFilter)
def to_json(self: Any) -> Dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_SubscriptionFilter.html"""
    shown = to_json.moto(self)
    shown["distribution"] = getattr(self, "distribution", "ByLogStream")
    shown.update(getattr(self, "more", {}))
    return {key: value for key, value in shown.items() if value is not None}


# --- delivery ------------------------------------------------------------------------------------


@patch(LogStream)
def _send_log_events(
    self: Any, service: str, destination_arn: str, filter_name: str, log_events: List[Any]
) -> None:
    """What is sent is counted, by group, sort of destination and filter; a destination hands it to
    its stream, in whatever account and Region.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
    """
    target, sort = destination_arn, service
    if ":destination:" in destination_arn:
        _, _, _, region, account, _ = destination_arn.split(":", 5)
        destination = logs_backends[account][region].destinations.get(destination_arn)
        if destination is None:
            return
        target, sort = destination.target_arn, "firehose"
    if sort != "firehose":
        _send_log_events.moto(self, service, destination_arn, filter_name, log_events)
        return
    stream = _stream(target)
    if stream is None:
        return
    _, _, _, region, account, _ = target.split(":", 5)
    sender = _Sender(firehose_backends[account][region], self.account_id)
    sender.send_log_event(
        target, filter_name, self.log_group.name, self.log_stream_name, log_events
    )
    names = {"LogGroupName": self.log_group.name, "DestinationType": "Firehose"}
    names["FilterName"] = filter_name
    metric = {
        "MetricName": "ForwardedLogEvents",
        "Value": float(len(log_events)),
        "Dimensions": [{"Name": key, "Value": value} for key, value in names.items()],
    }
    cloudwatch_backends[self.account_id][self.region].put_metric_data("AWS/Logs", [metric])


class _Sender:
    """A stream's backend that says whose log events it is sent."""

    def __init__(self, backend: Any, account_id: str):
        self.backend, self.account_id = backend, account_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self.backend, name)

    def send_log_event(self, *arguments: Any) -> None:
        type(self.backend).send_log_event(self, *arguments)
