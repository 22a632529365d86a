"""AWS Key Management Service.

Unless a docstring says otherwise, errors are those that each operation's page names:
https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
"""

import base64
import json
import re
from copy import copy
from typing import Any, Dict, Iterator, List, Optional
from uuid import uuid4

from moto.core.utils import unix_time
from moto.kms import models, responses
from moto.kms.exceptions import AlreadyExistsException, NotFoundException, ValidationException
from moto.kms.models import Key, KmsBackend, kms_backends
from moto.kms.responses import KmsResponse

from .. import clock, settings
from ..policy import listed, trust_allows
from . import AwsError, iam, patch, sts
from .account import region_status

# --- keys ----------------------------------------------------------------------------------------

_generate_key_id, _generate_private_key = models.generate_key_id, models.generate_private_key


def _key_id(multi_region: bool = False) -> str:
    """A multi-Region key's id is `mrk-` and 32 hexadecimal digits, as long as others.

    https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
    """
    return f"mrk-{uuid4().hex}" if multi_region else str(_generate_key_id())


def _private_key(key_spec: str) -> Any:
    """Symmetric keys have no private part (and making one takes a tenth of a second)."""
    symmetric = key_spec == "SYMMETRIC_DEFAULT" or key_spec.startswith("HMAC")
    return None if symmetric else _generate_private_key(key_spec)


models.generate_key_id = _key_id
models.generate_private_key = _private_key

_RAW_ID = re.compile(r"mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@patch(KmsResponse)
def _validate_cmk_id(self: Any, key_id: str) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id"""
    if not _RAW_ID.fullmatch(key_id) and ":key/" not in key_id:
        raise NotFoundException(f"Invalid keyId '{key_id}'")
    if self.kms_backend.get_key_id(key_id) not in self.kms_backend.keys:
        raise NotFoundException(f"Key '{self._display_arn(key_id)}' does not exist")


@patch(Key, "__init__")
def make_key(self: Any, *arguments: Any, **more: Any) -> None:
    """Rotation has a period.

    https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """
    make_key.moto(self, *arguments, **more)
    self.rotation_period = 365
    self.primary_region = self.region if self.multi_region else None
    self.pending_window = None
    self.settled = 0.0
    self.busy = None


def _family(key: Any) -> Iterator[Any]:
    """The keys of a multi-Region key, primary first: same account, same id."""
    found = [
        backend.keys[key.id]
        for backend in list(kms_backends[key.account_id].values())
        if key.id in backend.keys
    ]
    return iter(sorted(found, key=lambda one: (one.region != key.primary_region, one.region)))


def _primary(key: Any) -> Any:
    """The key, if it can be replicated and sets what all its replicas have."""
    if not key.multi_region or key.region != key.primary_region:
        raise AwsError(
            "UnsupportedOperationException", f"{key.arn} is not a multi-Region primary key."
        )
    return key


def _state(key: Any) -> str:
    if key.busy and clock.now() < key.settled:
        return str(key.busy)
    return str(key.key_state)


@patch(Key)
def to_dict(self: Any) -> Dict[str, Any]:
    """A multi-Region key's metadata name its primary and its replicas, in each Region the same.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_MultiRegionConfiguration.html
    """
    metadata = to_dict.moto(self)["KeyMetadata"]
    metadata["KeyState"] = _state(self)
    metadata["Enabled"] = metadata["KeyState"] == "Enabled"
    if self.multi_region:
        primary, *replicas = [{"Arn": key.arn, "Region": key.region} for key in _family(self)]
        is_primary = self.region == self.primary_region
        metadata["MultiRegionConfiguration"] = {
            "MultiRegionKeyType": "PRIMARY" if is_primary else "REPLICA",
            "PrimaryKey": primary,
            "ReplicaKeys": replicas,
        }
    if self.key_state == "PendingReplicaDeletion":
        metadata["PendingDeletionWindowInDays"] = self.pending_window
    return {"KeyMetadata": metadata}


@patch(KmsBackend)
def describe_key(self: Any, key_id: str) -> Any:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html"""
    return self.keys[self.any_id_to_key_id(key_id)]


# --- what a key's state allows -------------------------------------------------------------------


def _refuse_state(key: Any, why: str) -> AwsError:
    return AwsError("KMSInvalidStateException", f"{key.arn} is {why}.")


def _usable(key: Any, disabled: bool = False) -> Any:
    """The key, if its state allows a change of it; with `disabled` also if it is disabled.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    state = _state(key)
    if state in ("PendingDeletion", "PendingReplicaDeletion"):
        raise _refuse_state(key, "pending deletion")
    if state in ("Creating", "Updating"):
        raise _refuse_state(key, state.lower())
    if state == "Disabled" and not disabled:
        raise AwsError("DisabledException", f"{key.arn} is disabled.")
    return key


def _named(response: Any, parameter: str = "KeyId") -> Any:
    key_id = response._get_param(parameter) or ""
    response._validate_key_id(key_id)
    return response.kms_backend.describe_key(key_id)


def _guard(operation: str, parameter: str = "KeyId", disabled: bool = False) -> None:
    """Lets a call through only where the state of the key that it names allows it."""

    def guarded(self: Any) -> Any:
        _usable(_named(self, parameter), disabled)
        return guarded.moto(self)

    patch(KmsResponse, operation)(guarded)


for _operation in ("tag_resource", "untag_resource", "update_key_description", "disable_key"):
    _guard(_operation, disabled=True)
for _operation in ("encrypt", "generate_data_key", "create_grant", "rotate_key_on_demand"):
    _guard(_operation)
_guard("create_alias", "TargetKeyId", disabled=True)
_guard("re_encrypt", "DestinationKeyId")


@patch(KmsResponse)
def enable_key(self: Any) -> str:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html"""
    key = _usable(_named(self), disabled=True)
    key.enabled, key.key_state = True, "Enabled"
    return "{}"


@patch(KmsBackend)
def decrypt(
    self: Any, ciphertext_blob: bytes, encryption_context: Dict[str, str], key_id: Any = None
) -> Any:
    """With the key that has encrypted it or a related one of this Region, if that is enabled.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
    """
    if key_id is not None:
        wanted = self.any_id_to_key_id(key_id)
        header = ciphertext_blob[: len(wanted)]
        if header != wanted.encode():
            text = (
                "The key ID in the request does not identify a CMK that can perform this operation."
            )
            raise AwsError("IncorrectKeyException", text)
    plaintext, arn = decrypt.moto(self, ciphertext_blob, encryption_context)
    _usable(self.keys[arn.rsplit("/", 1)[-1]])
    return plaintext, arn


@patch(KmsResponse)
def schedule_key_deletion(self: Any) -> str:
    """A primary with replicas waits for them, and its own waiting period begins after that.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
    https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-delete.html
    """
    key_id, days = self._get_param("KeyId"), self._get_param("PendingWindowInDays")
    self._validate_cmk_id(key_id)
    key = _usable(self.kms_backend.describe_key(key_id), disabled=True)
    days = 30 if days is None else days
    if not 7 <= days <= 30:
        raise ValidationException(
            f"1 validation error detected: Value '{days}' at 'pendingWindowInDays' failed to "
            "satisfy constraint: Member must have value between 7 and 30"
        )
    answer = {"KeyId": key.arn, "PendingWindowInDays": days}
    if key.multi_region and key.region == key.primary_region and len(list(_family(key))) > 1:
        key.enabled, key.key_state, key.pending_window = False, "PendingReplicaDeletion", days
    else:
        self.kms_backend.schedule_key_deletion(key.id, days)
        answer["DeletionDate"] = unix_time(key.deletion_date)
    return json.dumps(dict(answer, KeyState=key.key_state))


@patch(KmsResponse)
def cancel_key_deletion(self: Any) -> str:
    """The key comes back disabled.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
    """
    key_id = self._get_param("KeyId")
    self._validate_cmk_id(key_id)
    key = self.kms_backend.describe_key(key_id)
    if key.key_state not in ("PendingDeletion", "PendingReplicaDeletion"):
        raise _refuse_state(key, "not pending deletion")
    key.key_state, key.deletion_date, key.pending_window = "Disabled", None, None
    return json.dumps({"KeyId": key.arn})


# --- key policies --------------------------------------------------------------------------------

_LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."
_SERVICE = re.compile(r"[a-z0-9.-]+\.(amazonaws|amazon)\.com(\.cn)?")
_NOBODY = "Policy contains a statement with one or more invalid principals."


def _malformed(text: str) -> AwsError:
    return AwsError("MalformedPolicyDocumentException", text)


def _check_policy(response: Any, document: Optional[str]) -> None:
    """Principals exist, the caller can change the policy again, and it has 32 KB at most.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
    """
    if document is None:
        return
    if len(document.encode()) > 32768:
        raise AwsError("LimitExceededException", "Key policy document exceeds 32768 bytes.")
    try:
        policy = json.loads(document)
        statements = [dict(one) for one in listed(policy["Statement"])]
    except (ValueError, KeyError, TypeError):
        raise _malformed("Policy contains invalid JSON or no statement.")
    for statement in statements:
        _check_statement(response, statement)
    if not response._get_param("BypassPolicyLockoutSafetyCheck"):
        _check_lock_out(response, document)


def _check_statement(response: Any, statement: Dict[str, Any]) -> None:
    for element in ("Action", "Resource"):
        if element not in statement and f"Not{element}" not in statement:
            raise _malformed(f"Policy contains a statement with no {element.lower()}.")
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        raise _malformed("Policy contains a statement with no principal.")
    backend = iam.iam_backends[response.current_account][response.partition]
    for kind, names in principal.items():
        for name in map(str, listed(names)):
            if kind == "AWS":
                known = iam.aws_principal(backend, name) is not None
            else:
                known = kind != "Service" or _SERVICE.fullmatch(name) is not None
            if not known:
                raise _malformed(_NOBODY)


def _check_lock_out(response: Any, document: str) -> None:
    """Where the policy leaves it to the account's IAM policies, those must allow it too.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
    """
    key, account = response.get_access_key(), response.current_account
    caller = sts.caller_of(key, account, response.partition)
    context = sts.context_of(response, caller)
    how = trust_allows(document, "kms:PutKeyPolicy", caller, context)
    if how == "account" and sts.may(caller, "kms:PutKeyPolicy", "*", context):
        return
    if how != "principal":
        raise _malformed(_LOCKED_OUT)


def _check_name(name: Optional[str]) -> None:
    """A policy's one name need not be given.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
    """
    if name not in (None, "default"):
        raise NotFoundException("No such policy exists")


responses._assert_default_policy = _check_name


@patch(KmsResponse)
def create_key(self: Any) -> str:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html"""
    _check_policy(self, self._get_param("Policy"))
    return str(create_key.moto(self))


@patch(KmsResponse)
def put_key_policy(self: Any) -> str:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html"""
    self._validate_cmk_id(self._get_param("KeyId"))
    _check_policy(self, self._get_param("Policy"))
    return str(put_key_policy.moto(self))


@iam.forgetting.append
def _forget(arn: str, unique_id: str) -> None:
    """A deleted principal leaves its id in key policies.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    for backends in list(kms_backends.values()):
        for backend in list(backends.values()):
            for key in backend.keys.values():
                if json.dumps(arn) in key.policy:
                    key.policy = iam.without(key.policy, arn, unique_id)


# --- rotation ------------------------------------------------------------------------------------


def _rotating(response: Any) -> Any:
    """Rotation is set on the primary, on an enabled key with key material of AWS's own.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
    """
    key_id = response._get_param("KeyId")
    response._validate_cmk_id(key_id)
    key = _usable(response.kms_backend.describe_key(key_id))
    if key.key_spec != "SYMMETRIC_DEFAULT" or key.origin != "AWS_KMS":
        raise AwsError("UnsupportedOperationException", f"{key.arn} can't be rotated.")
    return _primary(key) if key.multi_region else key


@patch(KmsResponse)
def enable_key_rotation(self: Any) -> str:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html"""
    key = _rotating(self)
    days = self._get_param("RotationPeriodInDays", 365)
    if not 90 <= days <= 2560:
        raise ValidationException(
            f"1 validation error detected: Value '{days}' at 'rotationPeriodInDays' failed to "
            "satisfy constraint: Member must have value between 90 and 2560"
        )
    key.key_rotation_status, key.rotation_period = True, days
    return "{}"


@patch(KmsResponse)
def disable_key_rotation(self: Any) -> str:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html"""
    _rotating(self).key_rotation_status = False
    return "{}"


@patch(KmsResponse)
def get_key_rotation_status(self: Any) -> str:
    """Replicas show the primary's; what is pending deletion is not rotated until that is cancelled.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
    """
    key_id = self._get_param("KeyId")
    self._validate_cmk_id(key_id)
    key = self.kms_backend.describe_key(key_id)
    source = next(_family(key)) if key.multi_region else key
    answer = {"KeyId": key.arn, "KeyRotationEnabled": False}
    if source.key_rotation_status and not key.key_state.startswith("Pending"):
        answer.update(KeyRotationEnabled=True, RotationPeriodInDays=source.rotation_period)
    return json.dumps(answer)


# --- multi-Region keys ---------------------------------------------------------------------------


@patch(KmsResponse)
def replicate_key(self: Any) -> str:
    """A primary, in its own Region, is copied to another: the same id and key material; policy,
    description, tags, aliases, grants and whether it is enabled are the replica's own.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
    """
    key_id, region = self._get_param("KeyId"), self._get_param("ReplicaRegion")
    self._validate_cmk_id(key_id)
    key = self.kms_backend.describe_key(key_id)
    _primary(key)
    _usable(key, disabled=True)
    if region_status(key.account_id, region) not in ("ENABLED", "ENABLED_BY_DEFAULT"):
        raise ValidationException(f"Region {region} is not enabled in the account.")
    arn = key.arn.replace(f":{key.region}:", f":{region}:")
    if region in [one.region for one in _family(key)]:
        raise AlreadyExistsException(f"Key {arn} already exists.")
    _check_policy(self, self._get_param("Policy"))
    replica = copy(key)
    replica.region, replica.arn, replica.creation_date = region, arn, unix_time()
    replica.description = self._get_param("Description") or ""
    replica.policy = self._get_param("Policy") or replica.generate_default_policy()
    replica.enabled, replica.key_state = True, "Enabled"
    replica.aliases, replica.grants, replica.rotations = {}, {}, []
    _busy([replica], "Creating")
    backend = kms_backends[key.account_id][region]
    backend.keys[replica.id] = replica
    tags = self._get_param("Tags") or []
    backend.tagger.tag_resource(replica.id, tags)
    answer = {"ReplicaKeyMetadata": replica.to_dict()["KeyMetadata"]}
    return json.dumps(dict(answer, ReplicaPolicy=replica.policy, ReplicaTags=tags))


def _busy(keys: List[Any], state: str) -> None:
    for key in keys:
        key.busy, key.settled = state, clock.now() + settings.REPLICA_SECONDS


@patch(KmsResponse)
def update_primary_region(self: Any) -> str:
    """A replica becomes the primary, which becomes a replica; sent to the primary's Region.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdatePrimaryRegion.html
    """
    key_id, region = self._get_param("KeyId"), self._get_param("PrimaryRegion")
    self._validate_cmk_id(key_id)
    key = self.kms_backend.describe_key(key_id)
    _primary(key)
    family = list(_family(key))
    replica = next((one for one in family if one.region == region and one is not key), None)
    if replica is None:
        raise NotFoundException(f"{key.arn} has no replica in {region}.")
    _usable(key)
    _usable(replica)
    replica.key_rotation_status, replica.rotation_period = (
        key.key_rotation_status,
        key.rotation_period,
    )
    for one in family:
        one.primary_region = region
    _busy([key, replica], "Updating")
    return "{}"


# --- aliases -------------------------------------------------------------------------------------


@patch(KmsResponse)
def _set_alias(self: Any, update: bool = False) -> str:
    """Names that begin with `alias/aws/` are AWS's.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
    """
    name = self._get_param("AliasName") or ""
    if name.startswith("alias/aws/"):
        raise AwsError("NotAuthorizedException", "")
    return str(_set_alias.moto(self, update))


@patch(KmsResponse)
def update_alias(self: Any) -> str:
    """To a key of the same type, use and Region that is not going; from whichever.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
    """
    name, key_id = self._get_param("AliasName") or "", self._get_param("TargetKeyId") or ""
    if name.startswith("alias/aws/"):
        raise AwsError("NotAuthorizedException", "")
    self._validate_alias(name)
    self._validate_cmk_id(key_id)
    old, new = self.kms_backend.describe_key(name), self.kms_backend.describe_key(key_id)
    _usable(new, disabled=True)
    if (old.key_usage, old.key_spec) != (new.key_usage, new.key_spec):
        raise ValidationException(f"Alias {name} can't be moved to a key of another type or use.")
    return str(update_alias.moto(self))


# --- pages ---------------------------------------------------------------------------------------


def _page(response: Any, key: str, default: int, largest: int) -> str:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html"""
    function = {"Keys": list_keys, "Aliases": list_aliases}[key]
    everything = json.loads(function.moto(response))[key]
    limit = int(response._get_param("Limit") or default)
    if not 1 <= limit <= largest:
        raise ValidationException(f"Limit must be between 1 and {largest}.")
    marker = response._get_param("Marker")
    try:
        start = int(base64.b64decode(marker)) if marker else 0
    except ValueError:
        raise AwsError("InvalidMarkerException", "The marker is not valid.")
    answer: Dict[str, Any] = {key: everything[start : start + limit], "Truncated": False}
    if len(everything) > start + limit:
        answer["Truncated"] = True
        answer["NextMarker"] = base64.b64encode(str(start + limit).encode()).decode()
    return json.dumps(answer)


@patch(KmsResponse)
def list_keys(self: Any) -> str:
    """100 at once, 1,000 on request.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
    """
    return _page(self, "Keys", 100, 1000)


@patch(KmsResponse)
def list_aliases(self: Any) -> str:
    """50 at once, 100 on request.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
    """
    return _page(self, "Aliases", 50, 100)
