"""Amazon Data Firehose.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/firehose/latest/APIReference/API_Operations.html
"""

import re
from typing import Any, Dict, Optional
from uuid import uuid4

from moto.core.utils import utcnow
from moto.firehose.exceptions import (
    InvalidArgumentException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from moto.firehose.models import FirehoseBackend
from moto.kms.models import kms_backends

from .. import clock, settings
from . import AwsError, patch, roles

SERVICE = "firehose.amazonaws.com"
_EXPRESSION = re.compile(r"!\{([^}:]*):([^}]*)\}")


# --- what is asked for ---------------------------------------------------------------------------


def _check(backend: Any, s3: Dict[str, Any]) -> None:
    _check_role(backend, s3.get("RoleARN"))
    _check_prefixes(s3.get("Prefix") or "", s3.get("ErrorOutputPrefix") or "")
    hints = s3.get("BufferingHints") or {}
    if not 1 <= hints.get("SizeInMBs", 5) <= 128:
        raise InvalidArgumentException("BufferingHints.SizeInMBs must be from 1 to 128.")
    if not 0 <= hints.get("IntervalInSeconds", 300) <= 900:
        raise InvalidArgumentException("BufferingHints.IntervalInSeconds must be from 0 to 900.")
    if not re.fullmatch(r"|\.[0-9a-z!\-_.*'()]+", s3.get("FileExtension") or ""):
        raise InvalidArgumentException("FileExtension begins with a period.")


def _check_role(backend: Any, arn: Optional[str]) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role"""
    if arn is None:
        return
    role = roles.role_of(arn, backend.account_id)
    context = roles.acting(SERVICE, backend.account_id)
    context["sts:externalid"] = backend.account_id
    if role is None or not roles.assumable(role, SERVICE, context):
        text = f"Firehose is unable to assume role {arn}. Please check the role provided."
        raise InvalidArgumentException(text)


def _check_prefixes(prefix: str, errors: str) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html"""
    names = {":".join(match) for match in _EXPRESSION.findall(prefix)}
    if "firehose:error-output-type" in names:
        raise InvalidArgumentException("Prefix cannot contain !{firehose:error-output-type}.")
    if names and "!{firehose:error-output-type}" not in errors:
        text = "ErrorOutputPrefix must contain at least one instance of "
        raise InvalidArgumentException(text + "!{firehose:error-output-type}.")
    for namespace, _ in _EXPRESSION.findall(prefix + errors):
        if namespace not in ("timestamp", "firehose"):
            raise InvalidArgumentException(f"The namespace {namespace} is not known.")


def _encryption(backend: Any, wanted: Optional[Dict[str, Any]]) -> Dict[str, Any]:
    """A customer's key is a symmetric one of the stream's Region that can be used.

    https://docs.aws.amazon.com/firehose/latest/dev/encryption.html
    """
    if not wanted:
        return {"Status": "DISABLED"}
    if wanted.get("KeyType") == "CUSTOMER_MANAGED_CMK":
        arn = wanted.get("KeyARN") or ""
        parts = arn.split(":")
        keys = kms_backends[parts[4]][parts[3]].keys if len(parts) == 6 else {}
        key = keys.get(parts[-1].split("/")[-1])
        usable = key is not None and key.enabled and key.key_spec == "SYMMETRIC_DEFAULT"
        if not usable or parts[3] != backend.region_name:
            raise AwsError("InvalidKMSResourceException", f"The KMS key {arn} can't be used.")
    return {**wanted, "Status": "ENABLED"}


# --- streams -------------------------------------------------------------------------------------


@patch(FirehoseBackend)
def create_delivery_stream(self: Any, region: str, name: str, *arguments: Any) -> str:
    """Is asynchronous: CREATING, then ACTIVE. Role, prefixes, buffering and key are looked at.

    https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
    """
    _, _, encryption, s3, extended, *_ = arguments
    _check(self, extended or s3 or {})
    encryption = _encryption(self, encryption)
    arn: str = create_delivery_stream.moto(self, region, name, *arguments)
    stream = self.delivery_streams[name]
    stream.delivery_stream_encryption_configuration = encryption
    stream._settled = clock.now() + settings.STREAM_SECONDS
    return arn


def is_active(stream: Any) -> bool:
    return clock.now() >= getattr(stream, "_settled", 0)


def _stream(backend: Any, name: str) -> Any:
    """A stream that may be changed."""
    stream = backend.delivery_streams.get(name)
    if stream is None:
        text = f"Firehose {name} under account {backend.account_id} not found."
        raise ResourceNotFoundException(text)
    if not is_active(stream) or not _is_steady(stream):
        raise ResourceInUseException(f"Firehose {name} is not in a state to be changed.")
    return stream


def _is_steady(stream: Any) -> bool:
    return clock.now() >= getattr(stream, "_encrypted", 0)


@patch(FirehoseBackend)
def describe_delivery_stream(self: Any, delivery_stream_name: str) -> Dict[str, Any]:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamDescription.html"""
    answer = describe_delivery_stream.moto(self, delivery_stream_name)
    stream = self.delivery_streams[delivery_stream_name]
    known = answer["DeliveryStreamDescription"]
    shown = {key: value for key, value in known.items() if not key.startswith(("Settled", "Encry"))}
    encryption = dict(stream.delivery_stream_encryption_configuration)
    if not _is_steady(stream):
        now = {"ENABLED": "ENABLING", "DISABLED": "DISABLING"}
        encryption["Status"] = now[encryption["Status"]]
    shown["DeliveryStreamEncryptionConfiguration"] = encryption
    if not is_active(stream):
        shown["DeliveryStreamStatus"] = "CREATING"
    for destination in shown["Destinations"]:
        for s3 in destination.values():
            if isinstance(s3, dict) and "BucketARN" in s3:
                s3.setdefault("CompressionFormat", "UNCOMPRESSED")
                s3.setdefault("EncryptionConfiguration", {"NoEncryptionConfig": "NoEncryption"})
                s3.setdefault("BufferingHints", {"SizeInMBs": 5, "IntervalInSeconds": 300})
    return {"DeliveryStreamDescription": shown}


@patch(FirehoseBackend)
def update_destination(self: Any, delivery_stream_name: str, *arguments: Any) -> None:
    """Not before the stream is active. What is not said stays as it is.

    https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html
    """
    stream = _stream(self, delivery_stream_name)
    _, _, s3, extended, *_ = arguments
    _check(self, {**stream.destinations[0].get("ExtendedS3", {}), **(extended or s3 or {})})
    update_destination.moto(self, delivery_stream_name, *arguments)
    now = stream.destinations[0]
    if "ExtendedS3" in now and "S3" in now:
        now["S3"] = dict(now["ExtendedS3"])


@patch(FirehoseBackend)
def start_delivery_stream_encryption(
    self: Any, stream_name: str, encryption_config: Dict[str, Any]
) -> None:
    """Is asynchronous: ENABLING, then ENABLED.

    https://docs.aws.amazon.com/firehose/latest/APIReference/API_StartDeliveryStreamEncryption.html
    """
    stream = _stream(self, stream_name)
    wanted = encryption_config or {"KeyType": "AWS_OWNED_CMK"}
    stream.delivery_stream_encryption_configuration = _encryption(self, wanted)
    stream._encrypted = clock.now() + settings.STREAM_SECONDS


@patch(FirehoseBackend)
def stop_delivery_stream_encryption(self: Any, stream_name: str) -> None:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_StopDeliveryStreamEncryption.html"""
    stream = _stream(self, stream_name)
    stream.delivery_stream_encryption_configuration = {"Status": "DISABLED"}
    stream._encrypted = clock.now() + settings.STREAM_SECONDS


# --- what is put ---------------------------------------------------------------------------------

_moment = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}


def _evaluated(prefix: str) -> str:
    """https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html"""

    def value(match: "re.Match[str]") -> str:
        namespace, what = match.groups()
        if namespace == "firehose":
            return uuid4().hex[:11]
        return utcnow().strftime(re.sub("yyyy|MM|dd|HH|mm|ss", lambda m: _moment[m[0]], what))

    return _EXPRESSION.sub(value, prefix)


@patch(FirehoseBackend)
def put_s3_records(
    self: Any, delivery_stream_name: str, version_id: str, s3_destination: Any, records: Any
) -> Any:
    """An object's name: the evaluated prefix, or behind one without expressions the hour; the
    stream's name and version, the moment, and the extension.

    https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
    """
    from moto.s3.models import s3_backends

    prefix, now = s3_destination.get("Prefix") or "", utcnow()
    folder = _evaluated(prefix) if "!{" in prefix else f"{prefix}{now:%Y/%m/%d/%H/}"
    name = f"{delivery_stream_name}-{version_id}-{now:%Y-%m-%d-%H-%M-%S}-{uuid4()}"
    extension = s3_destination.get("FileExtension") or ""
    bucket = s3_destination["BucketARN"].split(":")[-1]
    partition, account = s3_backends.bucket_accounts[bucket]
    data = b"".join(record["Data"] for record in records)
    s3_backends[account][partition].put_object(bucket, f"{folder}{name}{extension}", data)
    return [{"RecordId": str(uuid4())} for _ in records]
