"""AWS CloudTrail.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
and of the other trail operations beside it.
"""

import json
import re
from typing import Any, Dict, Iterable, List, NamedTuple, Optional

from moto.cloudtrail.exceptions import TrailNotFoundException
from moto.cloudtrail.models import CloudTrailBackend, Trail, cloudtrail_backends
from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.exceptions import JsonRESTError
from moto.iam import models as iam_models
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.organizations.exceptions import (
    AccountAlreadyRegisteredException,
    AccountNotFoundException,
    AccountNotRegisteredException,
)
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends

from ..policy import service_may
from . import organizations, patch, roles

SERVICE = "cloudtrail.amazonaws.com"
_ROLE = "AWSServiceRoleForCloudTrail"


def _error(code: str, message: str) -> JsonRESTError:
    return JsonRESTError(f"{code}Exception", message)


# --- who a trail belongs to, and who may change it -----------------------------------------------


def _organization(account: str) -> Any:
    """The organization, which has to give CloudTrail trusted access."""
    backend = organizations.organization_of(account)
    if backend is None:
        text = "This exception is thrown when the request is made from an AWS account that is not"
        raise _error("OrganizationsNotInUse", f"{text} a member of an organization.")
    if not organizations.trusts(backend, SERVICE):
        text = "Trusted access has not been enabled between AWS CloudTrail and AWS Organizations."
        raise _error("CloudTrailAccessNotEnabled", text)
    return backend


def _owner(account: str) -> str:
    """The account that an organization's trail made by `account` belongs to.

    Only the management account and CloudTrail's delegated administrator may make one; it belongs
    to the management account. A call of the management account makes the service-linked role that
    the delegated administrator's needs.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
    """
    backend = _organization(account)
    if account == backend.account_id:
        _link(backend)
    elif not organizations.delegated(backend, account, SERVICE):
        raise _not_management()
    elif not _linked(backend):
        text = "The management account of your organization has no service-linked role."
        raise _error("NoManagementAccountSLRExists", text)
    return str(backend.account_id)


def _not_management() -> JsonRESTError:
    text = "The account making the request is not the organization's management account."
    return _error("NotOrganizationMasterAccount", text)


def _iam(backend: Any) -> Any:
    return iam_models.iam_backends[backend.account_id][backend.partition]


def _linked(backend: Any) -> bool:
    return any(role.name == _ROLE for role in _iam(backend).roles.values())


def _link(backend: Any) -> None:
    if not _linked(backend):
        _iam(backend).create_service_linked_role(SERVICE, "", "")


def _sees(account: str, trail: Trail) -> bool:
    """An organization's trail is shown in all its accounts.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
    """
    if trail.account_id == account:
        return True
    backend = organizations.organization_of(account) if trail.is_org_trail else None
    return backend is not None and backend.account_id == trail.account_id


def _all_trails() -> Iterable[Trail]:
    for regions in list(cloudtrail_backends.values()):
        for backend in list(regions.values()):
            yield from list(backend.trails.values())


@patch(CloudTrailBackend)
def get_trail(self: Any, name_or_arn: str) -> Trail:
    """A name is one of the caller's own account and Region; an ARN is any that the caller sees.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html
    """
    if not name_or_arn.startswith("arn:"):
        return get_trail.moto(self, name_or_arn)
    for trail in _all_trails():
        if trail.arn == name_or_arn and _sees(self.account_id, trail):
            return trail
    raise TrailNotFoundException(account_id=self.account_id, name=name_or_arn)


def _own(backend: CloudTrailBackend, name_or_arn: str) -> Trail:
    """A trail that the caller may change: in its home Region, and an organization's only from the
    management account or the delegated administrator.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
    """
    trail = backend.get_trail(name_or_arn)
    if trail.region_name != backend.region_name:
        text = "This operation can be called only from the Region in which the trail was created"
        raise _error("InvalidHomeRegion", f"{text}: {trail.region_name}.")
    if trail.account_id != backend.account_id:
        _owner(backend.account_id)
    return trail


@patch(CloudTrailBackend)
def get_trail_status(self: Any, name: str) -> Any:
    """Of any trail that the caller sees."""
    return self.get_trail(name).status


@patch(CloudTrailBackend)
def describe_trails(self: Any, include_shadow_trails: bool) -> List[Trail]:
    """With shadows: those of other Regions that record all Regions, and the organization's.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
    """
    if not include_shadow_trails:
        return list(self.trails.values())
    here = [t for t in _all_trails() if t.is_multi_region or t.region_name == self.region_name]
    return [trail for trail in here if _sees(self.account_id, trail)]


@patch(CloudTrailResponse, "describe_trails")
def describe_trails_answer(self: Any) -> str:
    """Takes names and ARNs, and skips what it does not find."""
    names = self._get_param("trailNameList") or []
    shadows = self._get_bool_param("includeShadowTrails", True)
    trails = self.cloudtrail_backend.describe_trails(shadows)
    if names:
        trails = [trail for trail in trails if {trail.arn, trail.trail_name} & set(names)]
    return json.dumps({"trailList": [trail.description(include_region=True) for trail in trails]})


@patch(Trail)
def description(self: Any, include_region: bool = False) -> Dict[str, Any]:
    """Leaves out what is empty, and tells whether there are selectors."""
    found = description.moto(self, include_region)
    found["SnsTopicARN"] = self.topic_arn
    custom = self.event_selectors or self.advanced_event_selectors
    found["HasCustomEventSelectors"] = bool(custom)
    found["HasInsightSelectors"] = bool(self.insight_selectors)
    return {key: value for key, value in found.items() if value not in (None, "")}


@patch(Trail, "topic_arn")
@property
def topic_arn(self: Any) -> Optional[str]:
    """A topic is given by its name or by its ARN."""
    name = self.sns_topic_name
    if not name or name.startswith("arn:"):
        return name or None
    return f"arn:{self.partition}:sns:{self.region_name}:{self.account_id}:{name}"


# --- making and changing -------------------------------------------------------------------------


@patch(Trail)
def check_bucket_exists(self: Any) -> None:
    """Done with everything else that is checked, once all is known: see `_check`."""


@patch(Trail)
def check_topic_exists(self: Any) -> None:
    """See `_check`."""


@patch(CloudTrailBackend)
def create_trail(self: Any, name: str, *args: Any, **kwargs: Any) -> Trail:
    """Names are unique, five trails fit into a Region, and what it writes to has to let it."""
    is_org_trail = args[6] if len(args) > 6 else kwargs["is_org_trail"]
    owner = _owner(self.account_id) if is_org_trail else self.account_id
    backend = cloudtrail_backends[owner][self.region_name]
    if name in backend.trails:
        raise _error("TrailAlreadyExists", f"Trail {name} already exists for customer: {owner}")
    if len(backend.trails) >= 5:
        text = f"User: {owner} already has 5 trails in {self.region_name}."
        raise _error("MaximumNumberOfTrailsExceeded", text)
    trail = create_trail.moto(backend, name, *args, **kwargs)
    try:
        _check(trail, self.account_id)
    except Exception:
        del backend.trails[name]
        backend.tagging_service.delete_all_tags_for_resource(trail.arn)
        raise
    return trail


@patch(CloudTrailBackend)
def update_trail(self: Any, name: str, **changes: Any) -> Trail:
    """Changes nothing unless all that it writes to lets it."""
    trail = _own(self, name)
    if changes.get("is_organization_trail"):
        _owner(self.account_id)
    before = dict(trail.__dict__)
    trail.update(**changes)
    try:
        _check(trail, self.account_id)
    except Exception:
        trail.__dict__.update(before)
        raise
    return trail


@patch(CloudTrailBackend)
def delete_trail(self: Any, name: str) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html"""
    trail = _own(self, name)
    backend = cloudtrail_backends[trail.account_id][trail.region_name]
    del backend.trails[trail.trail_name]
    backend.tagging_service.delete_all_tags_for_resource(trail.arn)


@patch(CloudTrailBackend)
def start_logging(self: Any, name: str) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html"""
    _own(self, name).start_logging()


@patch(CloudTrailBackend)
def stop_logging(self: Any, name: str) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html"""
    _own(self, name).stop_logging()


class _Writer(NamedTuple):
    """CloudTrail as it writes for a trail."""

    trail: Trail
    context: Dict[str, str]

    def may(self, document: Optional[str], action: str, resource: str, **more: str) -> bool:
        context = {**self.context, **more}
        return bool(document) and service_may(document or "", SERVICE, action, resource, context)


def _check(trail: Trail, caller: str) -> None:
    """CloudTrail tries all that it is told to write to before it takes a trail.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    backend = organizations.organization_of(trail.account_id)
    context = {
        "aws:sourcearn": trail.arn,
        "aws:sourceaccount": trail.account_id,
        "aws:securetransport": "true",
        "aws:principalisawsservice": "true",
        "aws:principalservicename": SERVICE,
    }
    if backend:
        context["aws:sourceorgid"] = backend.org.id
    writer = _Writer(trail, context)
    owners = [trail.account_id] + ([backend.org.id] if trail.is_org_trail and backend else [])
    bucket = _check_bucket(writer, owners)
    _check_key(writer, bucket)
    _check_topic(writer)
    _check_logs(trail, caller)


def _check_bucket(writer: _Writer, owners: List[str]) -> Any:
    trail = writer.trail
    where = s3_backends.bucket_accounts.get(trail.bucket_name)
    if where is None:
        text = f"S3 bucket {trail.bucket_name} does not exist!"
        raise _error("S3BucketDoesNotExist", text)
    partition, account = where
    bucket = s3_backends[account][partition].buckets[trail.bucket_name]
    policy = bucket.policy.decode() if bucket.policy else None
    arn = f"arn:{partition}:s3:::{bucket.name}"
    prefix = f"{trail.s3_key_prefix}/" if trail.s3_key_prefix else ""
    more = {"s3:x-amz-acl": "bucket-owner-full-control"}
    if trail.kms_key_id:
        more["s3:x-amz-server-side-encryption"] = "aws:kms"
        more["s3:x-amz-server-side-encryption-aws-kms-key-id"] = trail.kms_key_id
    keys = [f"{arn}/{prefix}AWSLogs/{owner}/CloudTrail/x.json.gz" for owner in owners]
    may_write = all(writer.may(policy, "s3:PutObject", key, **more) for key in keys)
    if not (may_write and writer.may(policy, "s3:GetBucketAcl", arn)):
        text = f"Incorrect S3 bucket policy is detected for bucket: {bucket.name}"
        raise _error("InsufficientS3BucketPolicy", text)
    return bucket


def _check_key(writer: _Writer, bucket: Any) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html"""
    trail = writer.trail
    if not trail.kms_key_id:
        return
    parts = trail.kms_key_id.split(":")
    if len(parts) != 6 or not parts[5].startswith(("key/", "alias/")):
        raise _error("InvalidKmsKeyId", f"{trail.kms_key_id} is not a key's ARN.")
    keys = kms_backends[parts[4]][parts[3]].keys
    key = keys.get(parts[5].split("/", 1)[1])
    if key is None or bucket.region_name != parts[3]:
        text = f"KMS key {trail.kms_key_id} does not exist, or not in the Region of the bucket."
        raise _error("KmsKeyNotFound", text)
    if not key.enabled:
        raise _error("KmsKeyDisabled", f"KMS key {trail.kms_key_id} is disabled.")
    encryption = {
        "kms:encryptioncontext:aws:cloudtrail:arn": trail.arn,
        "kms:encryptioncontextkeys": "aws:cloudtrail:arn",
        "kms:calleraccount": trail.account_id,
    }
    generates = writer.may(key.policy, "kms:GenerateDataKey", key.arn, **encryption)
    if not (generates and writer.may(key.policy, "kms:DescribeKey", key.arn)):
        text = "Insufficient permissions to access S3 bucket {} or KMS key {}."
        text = text.format(trail.bucket_name, trail.kms_key_id)
        raise _error("InsufficientEncryptionPolicy", text)


def _check_topic(writer: _Writer) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html"""
    arn = writer.trail.topic_arn
    if not arn:
        return
    parts = arn.split(":")
    topic = sns_backends[parts[4]][parts[3]].topics.get(arn)
    if topic is None or not writer.may(topic.policy, "sns:Publish", arn):
        text = "SNS Topic does not exist or the topic policy is incorrect!"
        raise _error("InsufficientSnsTopicPolicy", text)


def _check_logs(trail: Trail, caller: str) -> None:
    """Log group and role lie in the account that makes the trail, and the role may write there.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
    """
    group, role = trail.cw_log_group_arn, trail.cw_role_arn
    if not group and not role:
        return
    if not group or not role:
        text = "You must specify both a log group and a role."
        raise _error("InvalidParameterCombination", text)
    parts = group.split(":")
    invalid = "CloudTrail cannot validate the specified log group ARN."
    if len(parts) != 8 or parts[4] != caller or parts[3] != trail.region_name or parts[7] != "*":
        raise _error("InvalidCloudWatchLogsLogGroupArn", invalid)
    if parts[6] not in logs_backends[caller][trail.region_name].groups:
        raise _error("InvalidCloudWatchLogsLogGroupArn", invalid)
    text = "Access denied. Check the {} for your role."
    found = roles.role_of(role, caller)
    context = {"aws:sourcearn": trail.arn, "aws:sourceaccount": trail.account_id}
    if found is None or not roles.assumable(found, SERVICE, context):
        raise _error("InvalidCloudWatchLogsRoleArn", text.format("trust relationships"))
    stream = f"{group[:-2]}:log-stream:{caller}_CloudTrail_{trail.region_name}"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        if not roles.may(found, action, stream, context):
            raise _error("InvalidCloudWatchLogsLogGroupArn", text.format("permissions"))


# --- what is recorded ----------------------------------------------------------------------------

_BASIC = [
    {
        "ReadWriteType": "All",
        "IncludeManagementEvents": True,
        "DataResources": [],
        "ExcludeManagementEventSources": [],
    }
]
_OPERATORS = {"Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"}
_FIELDS = {
    "Management": {"eventCategory", "readOnly", "eventSource", "eventName", "eventType"}
    | {"sessionCredentialFromConsole", "userIdentity.arn"},
    "Data": {"eventCategory", "readOnly", "eventName", "resources.type", "resources.ARN"}
    | {"eventSource", "eventType", "sessionCredentialFromConsole", "userIdentity.arn"},
    "NetworkActivity": {"eventCategory", "eventSource", "eventName", "errorCode", "vpcEndpointId"}
    | {"userIdentity.arn"},
}


@patch(CloudTrailBackend)
def put_event_selectors(
    self: Any, trail_name: str, event_selectors: Any, advanced_event_selectors: Any
) -> Any:
    """One form or the other, which replaces both; 500 values in all.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
    """
    trail = _own(self, trail_name)
    if bool(event_selectors) == bool(advanced_event_selectors):
        raise _selectors("Specify either EventSelectors or AdvancedEventSelectors.")
    if event_selectors:
        if len(event_selectors) > 5:
            raise _selectors("A trail can have up to 5 event selectors.")
    else:
        values = sum(_check_selector(selector) for selector in advanced_event_selectors)
        if values > 500:
            raise _selectors("A maximum of 500 total values for all conditions is allowed.")
    trail.event_selectors = event_selectors or []
    trail.advanced_event_selectors = advanced_event_selectors or []
    return trail.arn, event_selectors, advanced_event_selectors


def _selectors(message: str) -> JsonRESTError:
    return _error("InvalidEventSelectors", message)


def _check_selector(selector: Dict[str, Any]) -> int:
    """How many values it has."""
    if len(selector.get("Name") or "") > 1000:
        raise _selectors("The name of an event selector has 1,000 characters at most.")
    fields: Dict[str, Dict[str, List[str]]] = {}
    for entry in selector.get("FieldSelectors") or []:
        tests = {name: values for name, values in entry.items() if name in _OPERATORS}
        if not tests or not all(tests.values()) or entry["Field"] in fields:
            raise _selectors(f"The conditions of field {entry['Field']} are not valid.")
        fields[entry["Field"]] = tests
    category = fields.get("eventCategory", {}).get("Equals", [])
    if len(category) != 1 or category[0] not in _FIELDS or len(fields["eventCategory"]) != 1:
        raise _selectors("Each selector must have one eventCategory that Equals one category.")
    unknown = set(fields) - _FIELDS[category[0]]
    if unknown:
        raise _selectors(f"{sorted(unknown)} can't be used with {category[0]} events.")
    if category[0] == "Data" and len(fields.get("resources.type", {}).get("Equals", [])) != 1:
        raise _selectors("A selector of data events must have one resources.type.")
    read_only = fields.get("readOnly", {"Equals": ["true"]})
    if read_only not in ({"Equals": ["true"]}, {"Equals": ["false"]}):
        raise _selectors("readOnly Equals true or false.")
    return sum(len(values) for tests in fields.values() for values in tests.values())


@patch(CloudTrailBackend)
def get_event_selectors(self: Any, trail_name: str) -> Any:
    """A new trail records all management events.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
    """
    trail = self.get_trail(trail_name)
    if trail.advanced_event_selectors:
        return trail.arn, None, trail.advanced_event_selectors
    return trail.arn, trail.event_selectors or _BASIC, None


@patch(CloudTrailResponse, "get_event_selectors")
def get_event_selectors_answer(self: Any) -> str:
    """Shows one form only."""
    answer = json.loads(get_event_selectors_answer.moto(self))
    return json.dumps({key: value for key, value in answer.items() if value is not None})


@patch(CloudTrailBackend)
def put_insight_selectors(self: Any, trail_name: str, insight_selectors: Any) -> Any:
    """Replaces them; none switches Insights off.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html
    """
    trail = _own(self, trail_name)
    for selector in insight_selectors or []:
        if selector.get("InsightType") not in ("ApiCallRateInsight", "ApiErrorRateInsight"):
            text = f"{selector.get('InsightType')} is not a type of Insights."
            raise _error("InvalidInsightSelectors", text)
    trail.insight_selectors = list(insight_selectors or [])
    return trail.arn, trail.insight_selectors


@patch(CloudTrailBackend)
def get_insight_selectors(self: Any, trail_name: str) -> Any:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html"""
    trail = self.get_trail(trail_name)
    if not trail.insight_selectors:
        text = f"Trail {trail.arn} does not have Insights enabled."
        raise _error("InsightNotEnabled", text)
    return trail.arn, trail.insight_selectors


# --- tags ----------------------------------------------------------------------------------------


def _tagger(backend: CloudTrailBackend, resource: str, change: bool) -> Any:
    """The tags of a trail are kept with it, whoever asks.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
    """
    if not re.fullmatch(r"arn:[^:]+:cloudtrail:[^:]+:\d{12}:trail/.+", resource):
        raise _error("CloudTrailARNInvalid", f"{resource} is not a trail's ARN.")
    try:
        trail = _own(backend, resource) if change else backend.get_trail(resource)
    except TrailNotFoundException:
        raise _error("ResourceNotFound", f"{resource} does not exist.")
    if trail.region_name != backend.region_name:
        raise _error("ResourceNotFound", f"{resource} does not exist in this Region.")
    return cloudtrail_backends[trail.account_id][trail.region_name].tagging_service


@patch(CloudTrailBackend)
def add_tags(self: Any, resource_id: str, tags_list: List[Dict[str, str]]) -> None:
    """A resource has 50 tags at most."""
    tagger = _tagger(self, resource_id, change=True)
    keys = {tag["Key"] for tag in tags_list} | set(tagger.get_tag_dict_for_resource(resource_id))
    if len(keys) > 50:
        raise _error("TagsLimitExceeded", "The number of tags per trail has exceeded 50.")
    tagger.tag_resource(resource_id, tags_list)


@patch(CloudTrailBackend)
def remove_tags(self: Any, resource_id: str, tags_list: List[Dict[str, str]]) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RemoveTags.html"""
    _tagger(self, resource_id, change=True).untag_resource_using_tags(resource_id, tags_list)


@patch(CloudTrailBackend)
def list_tags(self: Any, resource_id_list: List[str]) -> List[Dict[str, Any]]:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html"""
    found = []
    for resource in resource_id_list:
        tags = _tagger(self, resource, change=False).list_tags_for_resource(resource)["TagsList"]
        found.append({"ResourceId": resource, "TagsList": tags})
    return found


# --- the delegated administrator -----------------------------------------------------------------


def _management(response: Any) -> Any:
    backend = _organization(response.current_account)
    if backend.account_id != response.current_account:
        raise _not_management()
    return backend


@patch(CloudTrailResponse)
def register_organization_delegated_admin(self: Any) -> str:
    """Up to three member accounts; makes CloudTrail's service-linked role if there is none.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RegisterOrganizationDelegatedAdmin.html
    """
    backend, account = _management(self), self._get_param("MemberAccountId")
    if account == backend.account_id:
        text = "The management account of an organization can't be the delegated administrator."
        raise _error("CannotDelegateManagementAccount", text)
    admins = {a.account.id for a in backend.admins if SERVICE in a.services}
    if account in admins:
        raise _error("AccountRegistered", f"Account {account} is already registered.")
    if len(admins) >= 3:
        text = "The maximum number of CloudTrail delegated administrators is reached."
        raise _error("DelegatedAdminAccountLimitExceeded", text)
    _link(backend)
    try:
        backend.register_delegated_administrator(AccountId=account, ServicePrincipal=SERVICE)
    except AccountNotFoundException:
        raise _error("AccountNotFound", f"Account {account} is not part of the organization.")
    except AccountAlreadyRegisteredException:
        raise _error("AccountRegistered", f"Account {account} is already registered.")
    return "{}"


@patch(CloudTrailResponse)
def deregister_organization_delegated_admin(self: Any) -> str:
    """Its trails stay: they belong to the management account.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeregisterOrganizationDelegatedAdmin.html
    """
    backend, account = _management(self), self._get_param("DelegatedAdminAccountId")
    try:
        backend.deregister_delegated_administrator(AccountId=account, ServicePrincipal=SERVICE)
    except AccountNotFoundException:
        raise _error("AccountNotFound", f"Account {account} is not part of the organization.")
    except AccountNotRegisteredException:
        raise _error("AccountNotRegistered", f"Account {account} is not registered.")
    return "{}"
