"""AWS Config.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/config/latest/APIReference/API_Operations.html
"""

from typing import Any, Dict, Optional

from moto.config.models import ConfigBackend, ConfigRecorder
from moto.config.responses import ConfigResponse
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from ..policy import service_may
from . import AwsError, organizations, patch, roles

SERVICE = "config.amazonaws.com"


# --- the recorder --------------------------------------------------------------------------------


@patch(ConfigBackend)
def put_configuration_recorder(self: Any, config_recorder: Dict[str, Any]) -> None:
    """The role is there and lets Config in; how often it records is kept.

    https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationRecorder.html
    """
    role = roles.role_of(config_recorder.get("roleARN"), self.account_id)
    if role is None or not roles.assumable(role, SERVICE, roles.acting(SERVICE, self.account_id)):
        raise AwsError(
            "InvalidRoleException",
            "You have provided a null or empty string, or a role that AWS Config can't assume.",
        )
    mode = config_recorder.get("recordingMode") or {"recordingFrequency": "CONTINUOUS"}
    if mode.get("recordingFrequency") not in ("CONTINUOUS", "DAILY"):
        raise AwsError("ValidationException", "recordingFrequency is CONTINUOUS or DAILY.")
    put_configuration_recorder.moto(self, config_recorder)
    self.recorders[config_recorder["name"]].mode = mode


@patch(ConfigRecorder)
def to_dict(self: Any) -> Dict[str, Any]:
    """https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationRecorder.html"""
    shown = to_dict.moto(self)
    return {**shown, "recordingMode": {"recordingModeOverrides": [], **shown.pop("mode")}}


# --- the delivery channel ------------------------------------------------------------------------


def _bucket(name: str) -> Any:
    """A bucket, whoever owns it."""
    partition, account = s3_backends.bucket_accounts.get(name) or (None, None)
    return s3_backends[account][partition].buckets[name] if account else None


@patch(ConfigBackend)
def put_delivery_channel(self: Any, delivery_channel: Dict[str, Any]) -> None:
    """Config looks at the bucket, and writes a file into it, before it takes the channel: the bucket's
    policy has to let the service, in the account's name. It can't where objects are locked by
    default.

    https://docs.aws.amazon.com/config/latest/APIReference/API_PutDeliveryChannel.html
    https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
    """
    before = dict(self.delivery_channels)
    put_delivery_channel.moto(self, delivery_channel)
    try:
        _check_delivery(self, delivery_channel)
    except AwsError:
        self.delivery_channels = before
        raise


def _check_delivery(backend: Any, channel: Dict[str, Any]) -> None:
    name, account = channel["s3BucketName"], backend.account_id
    partition = get_partition(backend.region_name)
    bucket = _bucket(name)
    if bucket is None:
        text = f"Cannot find a S3 bucket with an empty bucket name or {name}."
        raise AwsError("NoSuchBucketException", text)
    prefix = channel.get("s3KeyPrefix")
    folder = f"{prefix}/AWSLogs" if prefix else "AWSLogs"
    whole = f"arn:{partition}:s3:::{name}"
    file = f"{whole}/{folder}/{account}/Config/ConfigWritabilityCheckFile"
    context = {**roles.acting(SERVICE, account), "s3:x-amz-acl": "bucket-owner-full-control"}
    policy = _text(bucket.policy)
    wanted = (("s3:GetBucketAcl", whole), ("s3:ListBucket", whole), ("s3:PutObject", file))
    allowed = policy and all(
        service_may(policy, SERVICE, action, resource, context) for action, resource in wanted
    )
    if not allowed or bucket.default_lock_mode:
        text = f"Insufficient delivery policy to s3 bucket: {name}, unable to write to bucket, "
        text += f"provided s3 key prefix is '{prefix or 'null'}'"
        _refuse_delivery(text)
    _check_key(bucket, channel, context)


def _refuse_delivery(text: str) -> None:
    raise AwsError("InsufficientDeliveryPolicyException", f"{text}.")


def _check_key(bucket: Any, channel: Dict[str, Any], context: Dict[str, str]) -> None:
    """https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html"""
    arn = channel.get("s3KmsKeyArn") or _default_key(bucket)
    if not arn:
        return
    parts = arn.split(":")
    keys = kms_backends[parts[4]][parts[3]].keys if len(parts) == 6 else {}
    key = keys.get(parts[-1].split("/")[-1])
    if key is None:
        text = f"The arn '{arn}' is not a valid kms key arn."
        raise AwsError("InvalidS3KmsKeyArnException", text)
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        if not service_may(key.policy, SERVICE, action, key.arn, context):
            text = f"Insufficient delivery policy to s3 bucket: {bucket.name}, unable to write to "
            _refuse_delivery(f"{text}bucket, provided kms key ARN is '{arn}'")


def _default_key(bucket: Any) -> Optional[str]:
    """The key of a bucket's default encryption, if that is one of a customer's."""
    rule = ((bucket.encryption or {}).get("Rule") or {}).get("ApplyServerSideEncryptionByDefault")
    arn = (rule or {}).get("KMSMasterKeyID")
    return arn if arn and arn.startswith("arn:") else None


def _text(policy: Any) -> Optional[str]:
    return policy.decode() if isinstance(policy, bytes) else policy


# --- the aggregator ------------------------------------------------------------------------------


@patch(ConfigResponse)
def put_configuration_aggregator(self: Any) -> str:
    """One of the organization is for the management account and delegated administrators, with a
    role that Config may assume; tags are taken at creation only.

    https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationAggregator.html
    """
    source = self._get_param("OrganizationAggregationSource")
    if source:
        _check_organization(self.current_account, source)
    known = self.config_backend.config_aggregators.get(
        self._get_param("ConfigurationAggregatorName")
    )
    tags = dict(known.tags) if known else None
    answer = put_configuration_aggregator.moto(self)
    if known:
        known.tags = tags
    return answer


def _check_organization(account: str, source: Dict[str, Any]) -> None:
    backend = organizations.organization_of(account)
    if backend is None:
        text = "Organization is no longer available."
        raise AwsError("NoAvailableOrganizationException", text)
    trusted = organizations.trusts(backend, SERVICE)
    if backend.account_id == account:
        if not trusted:
            backend.enable_aws_service_access(ServicePrincipal=SERVICE)
    elif not trusted or not organizations.delegated(backend, account, SERVICE):
        raise AwsError(
            "OrganizationAccessDeniedException",
            "This action can be only performed if the organization has trusted access for AWS "
            f"Config enabled, and {account} is a registered delegated administrator.",
        )
    role = roles.role_of(source.get("RoleArn"), account)
    if role is None or not roles.assumable(role, SERVICE, roles.acting(SERVICE, account)):
        raise AwsError("InvalidRoleException", "The role is not valid.")
    for action in ("organizations:ListAccounts", "organizations:DescribeOrganization"):
        if not roles.may(role, action, "*", {}):
            text = f"The role does not allow {action}."
            raise AwsError("OrganizationAccessDeniedException", text)
