"""VPC flow logs.

Errors are those of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
"""

from typing import Any, Dict, List, Optional, Tuple

from moto.core.responses import ActionResult
from moto.ec2.models.flow_logs import FlowLogs as FlowLog
from moto.ec2.responses.flow_logs import FlowLogs
from moto.ec2.utils import random_flow_log_id
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends

from ..policy import service_may
from . import AwsError, network, patch, roles
from .network import invalid

_DEFAULT_FORMAT = " ".join(
    f"${{{name}}}"
    for name in (
        "version",
        "account-id",
        "interface-id",
        "srcaddr",
        "dstaddr",
        "srcport",
        "dstport",
        "protocol",
        "packets",
        "bytes",
        "start",
        "end",
        "action",
        "log-status",
    )  # fmt: skip
)
_DELIVERY = "delivery.logs.amazonaws.com"
_SERVICE = "vpc-flow-logs.amazonaws.com"


def _check_call(response: Any, kind: str, to: str) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html"""
    param = response._get_param
    interval = response._get_int_param("MaxAggregationInterval")
    if interval not in (None, 60, 600):
        raise invalid("Invalid Flow Log Max Aggregation Interval")
    if kind not in (
        "VPC",
        "Subnet",
        "NetworkInterface",
        "TransitGateway",
        "TransitGatewayAttachment",
    ):
        raise invalid(f"Invalid resource type {kind}.")
    transit = kind.startswith("Transit")
    if transit and (param("TrafficType") or interval == 600):
        raise invalid("TrafficType and MaxAggregationInterval 600 are not for Transit Gateways.")
    if not transit and param("TrafficType") not in ("ACCEPT", "REJECT", "ALL"):
        raise AwsError("MissingParameter", "The request must contain the parameter TrafficType")
    if to == "cloud-watch-logs":
        if not param("DeliverLogsPermissionArn"):
            text = (
                "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs."
            )
            raise invalid(text, "InvalidParameter")
        if param("DestinationOptions"):
            raise invalid("DestinationOptions is for Amazon S3 alone.", "InvalidParameter")
    elif to not in ("s3", "kinesis-data-firehose"):
        raise invalid(f"Invalid log destination type {to}.")
    elif param("LogGroupName"):
        text = "LogDestination type must be cloud-watch-logs if LogGroupName is provided."
        raise invalid(text, "InvalidParameter")
    if not param("LogDestination") and not (to == "cloud-watch-logs" and param("LogGroupName")):
        raise invalid("LogDestination can't be empty if LogGroupName is not provided.",
                      "InvalidParameter")  # fmt: skip


def _check_bucket(response: Any, destination: str) -> Optional[str]:
    """What stands in the way of delivery to a bucket: it has to be there, and its policy has to let
    the delivery service write for this account (that of an own bucket is made so by AWS).

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    """
    name, _, prefix = destination.split(":", 5)[-1].partition("/")
    account, partition = response.current_account, response.partition
    for backends in list(s3_backends.values()):
        for bucket in [b.buckets[name] for b in list(backends.values()) if name in b.buckets]:
            if bucket.account_id == account:
                return None
            prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
            file = f"{bucket.arn}/{prefix}AWSLogs/{account}/vpcflowlogs/{response.region}/log.gz"
            source = f"arn:{partition}:logs:{response.region}:{account}:*"
            context = {
                **roles.acting(_DELIVERY, account, source),
                "s3:x-amz-acl": "bucket-owner-full-control",
            }
            policy = bucket.policy
            text = (policy.decode() if isinstance(policy, bytes) else policy) or "{}"
            if service_may(text, _DELIVERY, "s3:PutObject", file, context):
                return None
            return (
                f"Access Denied for LogDestination: {name}. Please check LogDestination permission"
            )
    return f"LogDestination: {name} does not exist."


def _resource(backend: Any, kind: str, name: str) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html"""
    if kind == "VPC":
        backend.get_vpc(name)
    elif kind == "Subnet":
        backend.get_subnet(name)
    elif kind == "NetworkInterface":
        backend.get_network_interface(name)


@patch(FlowLogs)
def create_flow_logs(self: Any) -> ActionResult:
    """Everything that was said is kept; what can't be delivered is said for each resource.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
    """
    tags, kind = network.tags_of(self, "vpc-flow-log"), self._get_param("ResourceType")
    to = self._get_param("LogDestinationType") or "cloud-watch-logs"
    self.error_on_dryrun()
    _check_call(self, kind, to)
    names = self._get_param("ResourceIds") or []
    for name in names:
        _resource(self.ec2_backend, kind, name)
    made: List[str] = []
    failed: List[Tuple[str, str]] = []
    for name in names:
        problem = _check_bucket(self, self._get_param("LogDestination")) if to == "s3" else None
        if problem:
            failed.append((name, problem))
        else:
            made.append(_make(self, name, to, tags))
    unsuccessful = [
        {"ResourceId": name, "Error": {"Code": "400", "Message": text}} for name, text in failed
    ]
    token = self._get_param("ClientToken")
    return ActionResult({"FlowLogIds": made, "Unsuccessful": unsuccessful, "ClientToken": token})


def _make(response: Any, name: str, to: str, tags: Dict[str, str]) -> str:
    backend, param = response.ec2_backend, response._get_param
    group = param("LogGroupName")
    if to == "cloud-watch-logs" and not group:
        group = param("LogDestination").split(":log-group:")[-1].split(":")[0]
    said = (name, param("TrafficType"), param("LogDestination"), group)
    for one in backend.flow_logs.values():
        if said == (one.resource_id, one.traffic_type, one.log_destination, one.log_group_name):
            raise AwsError(
                "FlowLogAlreadyExists",
                "Error. There is an existing Flow Log with the same configuration and log "
                "destination.",
            )
    transit = param("ResourceType").startswith("Transit")
    made = FlowLog(
        backend,
        random_flow_log_id(),
        *said,
        param("DeliverLogsPermissionArn"),
        response._get_int_param("MaxAggregationInterval") or (60 if transit else 600),
        to,
        param("LogFormat") or _DEFAULT_FORMAT,
    )
    if to == "s3":
        given = param("DestinationOptions") or {}
        made.destination_options = {
            "FileFormat": given.get("FileFormat", "plain-text"),
            "HiveCompatiblePartitions": given.get("HiveCompatiblePartitions", False),
            "PerHourPartition": given.get("PerHourPartition", False),
        }
    made.deliver_cross_account_role = param("DeliverCrossAccountRole")
    if to == "cloud-watch-logs" and not _may_log(response, group):
        made.deliver_logs_status, made.deliver_logs_error_message = "FAILED", "Access error"
    backend.flow_logs[made.id] = made
    made.add_tags(tags)
    return str(made.id)


def _may_log(response: Any, group: str) -> bool:
    """Delivery needs the group, and a role of the account's that the service may assume.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    account, region = response.current_account, response.region
    role = roles.role_of(response._get_param("DeliverLogsPermissionArn"), account)
    held = logs_backends[account][region].groups.get(group)
    if role is None or held is None:
        return False
    context = roles.acting(_SERVICE, account)
    return roles.assumable(role, _SERVICE, context) and all(
        roles.may(role, f"logs:{action}", f"{held.arn}:*", context)
        for action in ("CreateLogStream", "PutLogEvents")
    )


network.once(FlowLogs, "create_flow_logs")

_KEYS: network.Keys = {
    "deliver-log-status": lambda log: log.deliver_logs_status,
    "log-destination-type": lambda log: log.log_destination_type,
    "flow-log-id": lambda log: log.id,
    "log-group-name": lambda log: log.log_group_name,
    "resource-id": lambda log: log.resource_id,
    "traffic-type": lambda log: log.traffic_type,
}


@patch(FlowLogs)
def describe_flow_logs(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html"""
    self.error_on_dryrun()
    held = list(self.ec2_backend.flow_logs.values())
    found = network.by_id(held, self._get_param("FlowLogIds"), "InvalidFlowLogId")
    found = network.select(found, network.filters_of(self), _KEYS)
    return network.page(self, "FlowLogs", found, smallest=1)


@patch(FlowLogs)
def delete_flow_logs(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html"""
    self.error_on_dryrun()
    backend = self.ec2_backend
    for name in self._get_param("FlowLogIds") or []:
        if name not in backend.flow_logs:
            text = f"These flow log ids in the input list are not found: [TotalCount: 1] {name}"
            raise AwsError("InvalidFlowLogId.NotFound", text)
    for name in self._get_param("FlowLogIds") or []:
        del backend.flow_logs[name]
        backend.tags.pop(name, None)
    return ActionResult({"Unsuccessful": []})
