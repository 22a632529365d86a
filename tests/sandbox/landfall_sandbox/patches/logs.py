"""Amazon CloudWatch Logs.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
"""

import json
import re
from typing import Any, Dict, List, Optional

from moto.core.utils import unix_time_millis, utcnow
from moto.kms.models import kms_backends
from moto.logs.exceptions import (
    InvalidParameterException,
    LimitExceededException,
    LogsClientError,
    ResourceNotFoundException,
)
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse

from ..policy import service_may
from . import organizations, patch


def _invalid(message: str) -> InvalidParameterException:
    return InvalidParameterException(msg=message)


def _group(response: Any, name: Optional[str] = None) -> LogGroup:
    """The group that a request names, by its name or its ARN."""
    name = name or response._get_param("logGroupName") or ""
    if name.startswith("arn:"):
        name = name.split(":log-group:", 1)[-1].split(":")[0]
    group = response.logs_backend.groups.get(name)
    if group is None:
        raise ResourceNotFoundException()
    return group


# --- log groups ----------------------------------------------------------------------------------

_CLASSES = {"STANDARD", "INFREQUENT_ACCESS", "DELIVERY"}


@patch(LogsResponse)
def create_log_group(self: Any) -> str:
    """Takes a class and deletion protection; the key has to let CloudWatch Logs use it.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    name, key = self._get_param("logGroupName") or "", self._get_param("kmsKeyId")
    kind = self._get_param("logGroupClass") or "STANDARD"
    if not re.fullmatch(r"[.\-_/#A-Za-z0-9]{1,512}", name):
        raise _invalid(f"Value '{name}' at 'logGroupName' failed to satisfy constraint.")
    if kind not in _CLASSES:
        raise _invalid(f"Value '{kind}' at 'logGroupClass' failed to satisfy constraint.")
    if key and name not in self.logs_backend.groups:
        arn = f"arn:{self.partition}:logs:{self.region}:{self.current_account}:log-group:{name}"
        _check_key(key, arn, self.region)
    create_log_group.moto(self)
    group = _group(self)
    group.kind = kind
    group.protected = bool(self._get_param("deletionProtectionEnabled"))
    return ""


def _check_key(key_arn: str, group_arn: str, region: str) -> None:
    """A symmetric key of the group's Region, whose policy names the Region's service principal.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    text = "The specified KMS key does not exist or is not allowed to be used with Arn "
    text += f"'{group_arn}'"
    match = re.fullmatch(r"arn:[^:]+:kms:([^:]+):(\d{12}):key/(.+)", key_arn)
    if not match or match.group(1) != region:
        raise _invalid(text)
    key = kms_backends[match.group(2)][region].keys.get(match.group(3))
    if key is None or not key.enabled:
        raise _invalid(text)
    account = group_arn.split(":")[4]
    context = {
        "kms:encryptioncontext:aws:logs:arn": group_arn,
        "kms:encryptioncontextkeys": "aws:logs:arn",
        "kms:calleraccount": account,
        "aws:sourcearn": group_arn,
        "aws:sourceaccount": account,
    }
    organization = organizations.organization_of(account)
    if organization:
        context["aws:sourceorgid"] = organization.org.id
    suffix = "amazonaws.com.cn" if group_arn.startswith("arn:aws-cn:") else "amazonaws.com"
    service = f"logs.{region}.{suffix}"
    # DescribeKey knows no encryption context: the documented condition on it never lets that call in,
    # and it is not missed.
    for action in ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"):
        if not service_may(key.policy, service, action, key.arn, context):
            raise _invalid(text)


@patch(LogsResponse)
def associate_kms_key(self: Any) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html"""
    group = _group(self, self._get_param("resourceIdentifier"))
    key = self._get_param("kmsKeyId")
    _check_key(key, group.arn, self.region)
    group.kms_key_id = key
    return ""


@patch(LogsResponse)
def disassociate_kms_key(self: Any) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html"""
    _group(self, self._get_param("resourceIdentifier")).kms_key_id = None
    return ""


@patch(LogsResponse)
def put_log_group_deletion_protection(self: Any) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html"""
    group = _group(self, self._get_param("logGroupIdentifier"))
    group.protected = bool(self._get_param("deletionProtectionEnabled"))
    return ""


@patch(LogsBackend)
def delete_log_group(self: Any, log_group_name: str) -> None:
    """Not while it is protected; its filters and tags go with it.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
    """
    group = self.groups.get(log_group_name)
    if group is not None and getattr(group, "protected", False):
        text = "The specified log group has deletion protection enabled."
        raise LogsClientError("ValidationException", text)
    delete_log_group.moto(self, log_group_name)
    self.tagger.delete_all_tags_for_resource(group.arn)
    kept = [f for f in self.filters.metric_filters if f["logGroupName"] != log_group_name]
    self.filters.metric_filters[:] = kept


@patch(LogGroup)
def to_describe_dict(self: Any) -> Dict[str, Any]:
    """Tells class, protection and how many metric filters there are.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
    """
    from moto.logs.models import logs_backends

    filters = logs_backends[self.account_id][self.region].filters.metric_filters
    return {
        **to_describe_dict.moto(self),
        "logGroupClass": getattr(self, "kind", "STANDARD"),
        "deletionProtectionEnabled": getattr(self, "protected", False),
        "metricFilterCount": sum(f["logGroupName"] == self.name for f in filters),
    }


#: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
_DAYS = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557}
_DAYS |= {2922, 3288, 3653}


@patch(LogsResponse)
def put_retention_policy(self: Any) -> str:
    """Takes a few numbers of days only."""
    days = self._get_param("retentionInDays")
    if days not in _DAYS:
        values = ", ".join(map(str, sorted(_DAYS)))
        raise _invalid(
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{values}]"
        )
    _group(self).set_retention_policy(days)
    return ""


@patch(LogsResponse)
def delete_retention_policy(self: Any) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html"""
    _group(self).set_retention_policy(None)
    return ""


# --- metric filters ------------------------------------------------------------------------------


@patch(LogsBackend)
def put_metric_filter(
    self: Any, filter_name: str, filter_pattern: str, log_group_name: str, transformations: Any
) -> None:
    """Replaces the filter of that name; 100 fit into a group, which has to be there.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
    """
    group = self.groups.get(log_group_name)
    if group is None:
        raise ResourceNotFoundException()
    if getattr(group, "kind", "STANDARD") != "STANDARD":
        text = "Metric filters are not supported for log groups of this class."
        raise LogsClientError("InvalidOperationException", text)
    _check_metric(transformations[0], filter_pattern)
    filters = self.filters.metric_filters
    others = [f for f in filters if f["logGroupName"] == log_group_name]
    old = [f for f in others if f["filterName"] == filter_name]
    if not old and len(others) >= 100:
        raise LimitExceededException()
    filters[:] = [f for f in filters if f not in old]
    put_metric_filter.moto(self, filter_name, filter_pattern, log_group_name, transformations)
    filters[-1]["creationTime"] = int(unix_time_millis(utcnow()))


def _check_metric(metric: Dict[str, Any], pattern: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html"""
    namespace, name = metric.get("metricNamespace") or "", metric.get("metricName") or ""
    if not re.fullmatch(r"[^:*$]{1,255}", namespace) or namespace.startswith("AWS/"):
        raise _invalid(f"Value '{namespace}' at 'metricNamespace' failed to satisfy constraint.")
    if not re.fullmatch(r"[^:*$]{1,255}", name):
        raise _invalid(f"Value '{name}' at 'metricName' failed to satisfy constraint.")
    value = metric.get("metricValue") or ""
    if not re.fullmatch(r"-?\d+(\.\d+)?|\$.+", value):
        raise _invalid("Invalid metric transformation: value must be a number or a field.")
    if metric.get("dimensions") and metric.get("defaultValue") is not None:
        raise _invalid("Invalid metric transformation: dimensions and default value.")
    if pattern.count("(") != pattern.count(")") or pattern.count('"') % 2:
        raise _invalid("Invalid metric filter pattern")
    if pattern.startswith(("{", "[")) and not pattern.rstrip().endswith(("}", "]")):
        raise _invalid("Invalid metric filter pattern")


@patch(LogsBackend)
def describe_metric_filters(
    self: Any,
    prefix: Optional[str] = None,
    log_group_name: Optional[str] = None,
    metric_name: Optional[str] = None,
    metric_namespace: Optional[str] = None,
) -> List[Dict[str, Any]]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html"""
    if log_group_name is not None and log_group_name not in self.groups:
        raise ResourceNotFoundException()
    return describe_metric_filters.moto(
        self, prefix, log_group_name, metric_name, metric_namespace
    )


@patch(LogsBackend)
def delete_metric_filter(
    self: Any, filter_name: Optional[str] = None, log_group_name: Optional[str] = None
) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html"""
    filters = self.filters.metric_filters
    this = (filter_name, log_group_name)
    kept = [f for f in filters if (f["filterName"], f["logGroupName"]) != this]
    if len(kept) == len(filters):
        raise ResourceNotFoundException("The specified metric filter does not exist.")
    filters[:] = kept


# --- policies ------------------------------------------------------------------------------------


def _policy(text: Optional[str], most: int) -> Dict[str, Any]:
    try:
        document = json.loads(text or "")
    except ValueError:
        document = None
    if not isinstance(document, dict) or not 0 < len(text or "") <= most:
        raise _invalid("Invalid policy document")
    return document


@patch(LogsBackend)
def put_resource_policy(self: Any, policy_name: str, policy_doc: str) -> Any:
    """JSON of 5,120 characters at most, which lets services in.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
    """
    document = _policy(policy_doc, 5120)
    if not document.get("Statement"):
        raise _invalid("Invalid policy document")
    return put_resource_policy.moto(self, policy_name, policy_doc)


#: How many policies of a type an account and Region may have.
_TYPES = {
    "DATA_PROTECTION_POLICY": 1,
    "SUBSCRIPTION_FILTER_POLICY": 20,
    "FIELD_INDEX_POLICY": 20,
    "TRANSFORMER_POLICY": 20,
    "METRIC_EXTRACTION_POLICY": 20,
}


def _account_policies(backend: LogsBackend) -> Dict[Any, Dict[str, Any]]:
    if not hasattr(backend, "account_policies"):
        backend.account_policies = {}
    found: Dict[Any, Dict[str, Any]] = backend.account_policies
    return found


def _policy_type(response: Any) -> str:
    kind = str(response._get_param("policyType"))
    if kind not in _TYPES:
        raise _invalid(f"Value '{kind}' at 'policyType' failed to satisfy constraint.")
    return kind


@patch(LogsResponse)
def put_account_policy(self: Any) -> str:
    """Replaces the policy of that type and name.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
    """
    kind, name = _policy_type(self), self._get_param("policyName") or ""
    text = self._get_param("policyDocument")
    document = _policy(text, 30_720)
    if kind == "SUBSCRIPTION_FILTER_POLICY" and "DestinationArn" not in document:
        raise _invalid("Invalid policy document: DestinationArn is required")
    policies = _account_policies(self.logs_backend)
    others = [key for key in policies if key[0] == kind and key[1] != name]
    if len(others) >= _TYPES[kind]:
        raise LimitExceededException()
    policy = {
        "policyName": name,
        "policyDocument": text,
        "policyType": kind,
        "scope": self._get_param("scope") or "ALL",
        "accountId": self.current_account,
        "lastUpdatedTime": int(unix_time_millis(utcnow())),
    }
    criteria = self._get_param("selectionCriteria")
    if criteria:
        policy["selectionCriteria"] = criteria
    policies[kind, name] = policy
    return json.dumps({"accountPolicy": policy})


@patch(LogsResponse)
def describe_account_policies(self: Any) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeAccountPolicies.html"""
    kind, name = _policy_type(self), self._get_param("policyName")
    found = [
        policy
        for (policy_type, policy_name), policy in _account_policies(self.logs_backend).items()
        if policy_type == kind and name in (None, policy_name)
    ]
    return json.dumps({"accountPolicies": found})


@patch(LogsResponse)
def delete_account_policy(self: Any) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteAccountPolicy.html"""
    key = (_policy_type(self), self._get_param("policyName"))
    if _account_policies(self.logs_backend).pop(key, None) is None:
        raise ResourceNotFoundException("The specified account policy does not exist.")
    return ""
