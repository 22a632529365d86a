"""Amazon S3: what buckets are born with, who may use them, and what their settings may be.

Replication is configured and never carried out: nothing is copied.
"""

import json
import re
from typing import Any, Dict

import xmltodict
from moto.core.responses import ActionResult
from moto.iam.access_control import PermissionResult
from moto.iam.models import iam_backends
from moto.s3.exceptions import (
    BucketAlreadyExists,
    InvalidTargetBucketForLogging,
    MalformedXML,
)
from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend, s3_backends
from moto.s3.responses import S3Response
from moto.s3control.models import s3control_backends

from ..policy import Context, listed, resource_says, service_may, statements
from ..wire import _routed
from . import AwsError, iam, patch, roles, sts


#: Writes access logs.
LOGGING = "logging.s3.amazonaws.com"


def _denied(why: str = "Access Denied") -> AwsError:
    return AwsError("AccessDenied", why, 403)


def _invalid(text: str) -> AwsError:
    return AwsError("InvalidRequest", text)


def _bucket(name: str) -> Any:
    """The bucket of this name, whosever it is."""
    partition, account = s3_backends.bucket_accounts.get(name) or (None, None)
    return s3_backends[account][partition].buckets.get(name) if account else None


# --- who may use a bucket ------------------------------------------------------------------------

#: IAM actions whose names are not those of their calls.
#: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
_ACTIONS = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "UploadPart": "PutObject",
}


def _let_in(response: Any, request: Any, key: str = "") -> None:
    """A bucket belongs to whom the caller expects; its policy can deny anybody; and another
    account's caller needs leave of both sides.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
    """
    name = response.parse_bucket_name_from_url(request, request.url)
    bucket = _bucket(name) if name else None
    if bucket is None:
        return
    expected = request.headers.get("x-amz-expected-bucket-owner")
    if expected and expected != bucket.account_id:
        raise _denied()
    access_key = response.get_access_key()
    operation = _routed(request.environ, "s3")
    if not access_key or not operation or operation == "CreateBucket":
        return
    caller = sts.caller_of(access_key, response.current_account, response.partition)
    action = "s3:" + _ACTIONS.get(operation, operation)
    if key and "versionId" in request.args and action in ("s3:GetObject", "s3:DeleteObject"):
        action += "Version"
    arn = f"{bucket.arn}/{key}" if key else bucket.arn
    context = {**sts.context_of(response, caller), **_said(request)}
    says = resource_says(_text(bucket.policy), action, arn, caller, context)
    if says is False:
        why = "with an explicit deny in a resource-based policy"
    elif caller.account == bucket.account_id or (says and sts.may(caller, action, arn, context)):
        return
    else:
        why = f"because no resource-based policy allows the {action} action"
    text = f'User: {caller.arn} is not authorized to perform: {action} on resource: "{arn}" {why}'
    raise _denied(text)


def _said(request: Any) -> Context:
    """Condition keys that headers of the request fill.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    said = {f"s3:{name}": value for name, value in headers.items() if name.startswith("x-amz-")}
    return {
        **said,
        "s3:tlsversion": "1.3",
        "s3:signatureversion": "AWS4-HMAC-SHA256",
        "aws:principalisawsservice": "false",
    }


def _text(policy: Any) -> str:
    text = policy.decode() if isinstance(policy, bytes) else policy
    return text or '{"Statement": []}'


@patch(S3Response)
def _bucket_response(self: Any, request: Any, full_url: str) -> Any:
    """See `_let_in`."""
    _let_in(self, request)
    return _bucket_response.moto(self, request, full_url)


@patch(S3Response)
def _key_response(self: Any, request: Any, full_url: str) -> Any:
    """See `_let_in`."""
    _let_in(self, request, self.parse_key_name())
    return _key_response.moto(self, request, full_url)


@patch(FakeBucket)
def get_permission(self: Any, action: str, resource: str) -> PermissionResult:
    """Moto asks the policy without its conditions; `_let_in` asks it with them."""
    return PermissionResult.NEUTRAL


# --- buckets -------------------------------------------------------------------------------------


@patch(S3Response)
def all_buckets(self: Any) -> Any:
    """Each bucket with its Region; filtered answers come in pages.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
    """
    prefix, region = self._get_param("prefix") or "", self._get_param("bucket-region")
    found = sorted(
        (
            bucket
            for bucket in self.backend.buckets.values()
            if bucket.name.startswith(prefix) and region in (None, bucket.region_name)
        ),
        key=lambda bucket: bucket.name,
    )
    after = self._get_param("continuation-token") or ""
    found = [bucket for bucket in found if bucket.name > after]
    size = int(self._get_param("max-buckets") or 10_000)
    answer: Dict[str, Any] = {"Owner": {"ID": "bcaf1ffd86f41161ca5fb16fd081034f"}}
    answer["Buckets"] = [
        {
            "Name": bucket.name,
            "CreationDate": bucket.creation_date_ISO8601,
            "BucketRegion": bucket.region_name,
            "BucketArn": bucket.arn,
        }
        for bucket in found[:size]
    ]
    if len(found) > size:
        answer["ContinuationToken"] = found[size - 1].name
    if prefix:
        answer["Prefix"] = prefix
    self.data["Action"] = "ListBuckets"
    return self.serialized(ActionResult(answer))


@patch(S3Backend)
def create_bucket(self: Any, bucket_name: str, region_name: str, **more: Any) -> Any:
    """A new bucket is closed to the public, knows no ACLs, encrypts under S3's keys and takes none
    of its writers'.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
    """
    bucket = create_bucket.moto(self, bucket_name, region_name, **more)
    bucket.public_access_block = PublicAccessBlock("true", "true", "true", "true")
    bucket.ownership_rule = "BucketOwnerEnforced"
    bucket.encryption = _default_encryption()
    return bucket


def _created(response: Any, name: str) -> None:
    """Tags come with the call that creates the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
    """
    if not response.body:
        return
    body = xmltodict.parse(response.body, force_list={"Tag": True})
    tags = ((body.get("CreateBucketConfiguration") or {}).get("Tags") or {}).get("Tag")
    if tags:
        tags = {tag["Key"]: tag["Value"] or "" for tag in tags}
        response.backend.put_bucket_tagging(name, tags)


@patch(S3Response)
def _bucket_response_put(self: Any, request: Any, name: str, query: Dict[str, Any]) -> Any:
    """A name is held by one account in all of AWS.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    """
    creates = not set(query) - {"x-id"}
    held = _bucket(name) if creates else None
    if held is not None and held.account_id != self.current_account:
        raise BucketAlreadyExists(bucket=name)
    answer = _bucket_response_put.moto(self, request, name, query)
    if creates and held is None:
        _created(self, name)
    return answer


@patch(S3Backend)
def delete_bucket(self: Any, bucket_name: str) -> Any:
    """Tags go with the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
    """
    arn = self.get_bucket(bucket_name).arn
    removed = delete_bucket.moto(self, bucket_name)
    if removed is not None:
        self.tagger.delete_all_tags_for_resource(arn)
    return removed


# --- versions and locks --------------------------------------------------------------------------


@patch(S3Backend)
def put_bucket_versioning(self: Any, bucket_name: str, status: str) -> None:
    """A locked bucket keeps versions for ever, one that is copied as long as it is.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html
    """
    bucket = self.get_bucket(bucket_name)
    if status not in ("Enabled", "Suspended"):
        raise MalformedXML()
    if status == "Suspended" and bucket.object_lock_enabled:
        raise _state(
            "An Object Lock configuration is present on this bucket, so the versioning state cannot "
            "be changed."
        )
    if status == "Suspended" and getattr(bucket, "replication", None):
        raise _state(
            "A replication configuration is present on this bucket, so you cannot change the "
            "versioning state. To change the versioning state, first delete the replication "
            "configuration."
        )
    put_bucket_versioning.moto(self, bucket_name, status)


def _state(text: str) -> AwsError:
    return AwsError("InvalidBucketState", text, 409)


@patch(S3Response)
def get_bucket_versioning(self: Any) -> Any:
    """The answer is a `VersioningConfiguration`, which SDKs of compiled languages insist on.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
    """
    status = self.backend.get_bucket_versioning(self.bucket_name)
    inner = f"<Status>{status}</Status>" if status else ""
    name = "VersioningConfiguration"
    return f'<{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inner}</{name}>'


@patch(S3Backend)
def put_object_lock_configuration(
    self: Any,
    bucket_name: str,
    enabled: bool,
    mode: Any = None,
    days: Any = None,
    years: Any = None,
) -> None:
    """A lock is never taken off. Default retention may become shorter, also in compliance mode: it
    is for objects to come. Buckets that hold objects may be locked too.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html
    """
    bucket = self.get_bucket(bucket_name)
    if not enabled:
        raise MalformedXML()
    if not bucket.is_versioned:
        text = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        raise _state(text)
    if mode is not None:
        if mode not in ("GOVERNANCE", "COMPLIANCE") or bool(days) == bool(years):
            raise MalformedXML()
        if not (0 < (days or 1) <= 36_500 and 0 < (years or 1) <= 100):
            text = "Default retention period must be a positive integer value."
            raise AwsError("InvalidArgument", text)
    bucket.object_lock_enabled = True
    bucket.default_lock_mode = mode
    bucket.default_lock_days, bucket.default_lock_years = days or 0, years or 0


@patch(S3Response)
def get_object_lock_configuration(self: Any) -> Any:
    """Days or years, never both.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html
    """
    enabled, mode, days, years = self.backend.get_object_lock_configuration(self.bucket_name)
    configuration: Dict[str, Any] = {"ObjectLockEnabled": "Enabled"} if enabled else {}
    if mode:
        period = {"Days": days} if days else {"Years": years}
        configuration["Rule"] = {"DefaultRetention": {"Mode": mode, **period}}
    self.data["Action"] = "GetObjectLockConfiguration"
    return self.serialized(ActionResult({"ObjectLockConfiguration": configuration}))


@patch(S3Backend)
def put_object_retention(
    self: Any, bucket_name: str, key_name: str, version_id: Any, retention: Any
) -> None:
    """A version under a compliance lock is kept as long as was said, or longer.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes
    """
    key = self.get_object(bucket_name, key_name, version_id=version_id)
    mode, until = retention
    if key is not None and key.lock_mode == "COMPLIANCE" and key.is_locked(False):
        if mode != "COMPLIANCE" or (until or "")[:19] < key.lock_until[:19]:
            raise _denied("Access Denied because object protected by object lock.")
    put_object_retention.moto(self, bucket_name, key_name, version_id, retention)


# --- default encryption --------------------------------------------------------------------------


def _default_encryption() -> Dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html"""
    return {
        "Rule": {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": "false",
            "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
        }
    }


@patch(S3Backend)
def put_bucket_encryption(self: Any, bucket_name: str, encryption: Dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html"""
    rule = encryption["Rule"]
    default = rule["ApplyServerSideEncryptionByDefault"]
    algorithm, key = default["SSEAlgorithm"], default.get("KMSMasterKeyID")
    if algorithm not in ("AES256", "aws:kms", "aws:kms:dsse", "aws:fsx"):
        raise MalformedXML()
    if key and not algorithm.startswith("aws:kms"):
        raise AwsError(
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
            "aws:kms:dsse",
        )
    blocked = listed((rule.get("BlockedEncryptionTypes") or {}).get("EncryptionType"))
    if not set(blocked) <= {"SSE-C", "NONE"}:
        raise MalformedXML()
    put_bucket_encryption.moto(self, bucket_name, encryption)


@patch(S3Backend)
def delete_bucket_encryption(self: Any, bucket_name: str) -> None:
    """What is left is encryption under S3's keys: there is no bucket without.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html
    """
    self.get_bucket(bucket_name).encryption = _default_encryption()


@patch(S3Response)
def get_bucket_encryption(self: Any) -> Any:
    """Also says which encryption is refused.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionRule.html
    """
    rule = dict(self.backend.get_bucket_encryption(self.bucket_name)["Rule"])
    rule["BucketKeyEnabled"] = rule.get("BucketKeyEnabled") == "true"
    blocked = listed((rule.get("BlockedEncryptionTypes") or {}).get("EncryptionType"))
    rule["BlockedEncryptionTypes"] = {"EncryptionType": blocked or ["NONE"]}
    self.data["Action"] = "GetBucketEncryption"
    return self.serialized(ActionResult({"ServerSideEncryptionConfiguration": {"Rules": [rule]}}))


# --- access logs ---------------------------------------------------------------------------------


@patch(FakeBucket)
def set_logging(self: Any, configuration: Any, backend: Any) -> None:
    """The other bucket is of the same account and Region, lets the service write and has neither
    default retention nor a KMS key.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    if configuration:
        target = backend.buckets.get(configuration["TargetBucket"])
        if target is not None and target.default_lock_mode:
            raise InvalidTargetBucketForLogging(
                "The target bucket for logging can't have a default retention period."
            )
        if target is not None and not _may_log(self, target, configuration.get("TargetPrefix")):
            raise InvalidTargetBucketForLogging(
                "You must give the logging service principal permission to write to the target bucket."
            )
    set_logging.moto(self, configuration, backend)


def _may_log(source: Any, target: Any, prefix: Any) -> bool:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-log-delivery-permissions-general.html"""
    file = f"{target.arn}/{prefix or ''}2026-01-01-00-00-00-0123456789ABCDEF"
    context = {**roles.acting(LOGGING, source.account_id, source.arn), "s3:tlsversion": "1.3"}
    return service_may(_text(target.policy), LOGGING, "s3:PutObject", file, context)


@patch(FakeBucket, "_log_permissions_enabled_policy")
@staticmethod
def _may(target_bucket: Any, target_prefix: Any) -> bool:
    """Moto knows policies of one form only; `_may_log` has asked already."""
    return True


@patch(S3Response)
def get_bucket_logging(self: Any) -> Any:
    """Also says how the objects are called.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_TargetObjectKeyFormat.html
    """
    held = self.backend.get_bucket_logging(self.bucket_name)
    if not held or held.get("TargetGrants"):
        return get_bucket_logging.moto(self)
    enabled = {"TargetBucket": held["TargetBucket"], "TargetPrefix": held["TargetPrefix"]}
    form = held.get("TargetObjectKeyFormat") or {"SimplePrefix": {}}
    enabled["TargetObjectKeyFormat"] = {name: value or {} for name, value in form.items()}
    self.data["Action"] = "GetBucketLogging"
    return self.serialized(ActionResult({"LoggingEnabled": enabled}))


# --- policies ------------------------------------------------------------------------------------


def _malformed(text: str) -> AwsError:
    return AwsError("MalformedPolicy", text)


@patch(S3Backend)
def put_bucket_policy(self: Any, bucket_name: str, policy: Any) -> None:
    """Principals exist, resources are of this bucket, and nobody is let in whom the public access
    block keeps out.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    bucket, text = self.get_bucket(bucket_name), _text(policy)
    try:
        found = statements(text)
    except (ValueError, AttributeError):
        raise _malformed("Policies must be valid JSON and the first byte must be '{'")
    if not found or len(found) != len(listed(json.loads(text).get("Statement"))):
        raise _malformed("Missing required field Statement")
    if len(text.encode()) > 20_480:
        raise _malformed("Policy exceeds the maximum allowed document size.")
    for statement in found:
        _check_statement(bucket, statement)
    if any(_is_public(statement) for statement in found) and _blocks_public_policy(bucket):
        raise _denied(
            "Access Denied because public policies are prevented by the BlockPublicPolicy setting in "
            "S3 Block Public Access."
        )
    put_bucket_policy.moto(self, bucket_name, policy)


def _check_statement(bucket: Any, statement: Dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html"""
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed("Invalid effect: " + str(statement.get("Effect")))
    principals = statement.get("Principal", statement.get("NotPrincipal"))
    if principals is None:
        raise _malformed("Missing required field Principal")
    if principals != "*":
        if not isinstance(principals, dict):
            raise _malformed("Invalid principal in policy")
        backend = iam_backends[bucket.account_id][bucket.partition]
        for name in listed(principals.get("AWS")):
            if iam.aws_principal(backend, str(name)) is None:
                raise _malformed("Invalid principal in policy")
    actions = [str(a) for a in listed(statement.get("Action", statement.get("NotAction")))]
    if not actions or not all(a == "*" or re.match(r"s3[a-z-]*:", a, re.I) for a in actions):
        raise _malformed("Policy has invalid action")
    resources = [str(r) for r in listed(statement.get("Resource", statement.get("NotResource")))]
    of_bucket = re.compile(re.escape(bucket.arn) + r"($|/)")
    if not resources or not all(of_bucket.match(r) for r in resources):
        raise _malformed("Policy has invalid resource")
    of_objects = ("s3:getobject", "s3:putobject", "s3:deleteobject")
    if "Action" in statement and all(a.lower() in of_objects for a in actions):
        if all(r == bucket.arn for r in resources):
            raise _malformed("Action does not apply to any resource(s) in statement")


#: Fixed values of these make a statement for everybody one for somebody.
#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
_NARROWING = {
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths",
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourceorgpaths",
    "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:userid", "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
}  # fmt: skip


def _is_public(statement: Dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    names = listed(principal.get("AWS")) if isinstance(principal, dict) else [principal]
    if statement.get("Effect") != "Allow" or "*" not in names:
        return False
    for operator, tests in (statement.get("Condition") or {}).items():
        for key, values in tests.items():
            fixed = all(str(value) not in ("*", "0.0.0.0/0", "::/0") for value in listed(values))
            if key.lower() in _NARROWING and "Not" not in operator and fixed:
                return False
    return True


def _blocks_public_policy(bucket: Any) -> bool:
    own = bucket.public_access_block
    backend: Any = s3control_backends[bucket.account_id][bucket.partition]
    account = backend.public_access_block
    return bool(own and own.block_public_policy) or bool(account and account.block_public_policy)


def _forget(arn: str, unique_id: str) -> None:
    """A deleted principal's id stands for its ARN in bucket policies too.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html
    """
    for backends in list(s3_backends.values()):
        for backend in list(backends.values()):
            for bucket in backend.buckets.values():
                if bucket.policy and json.dumps(arn) in _text(bucket.policy):
                    bucket.policy = iam.without(_text(bucket.policy), arn, unique_id).encode()


iam.forgetting.append(_forget)


# --- replication ---------------------------------------------------------------------------------


@patch(S3Backend)
def put_bucket_replication(self: Any, bucket_name: str, replication: Dict[str, Any]) -> None:
    """Both buckets have versions, a locked bucket is copied into a locked one, and what is under a
    KMS key is copied only with a key for its copies, and the other way round.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
    """
    source = self.get_bucket(bucket_name)
    rules = listed(replication.get("Rule"))
    if not rules or not replication.get("Role"):
        raise MalformedXML()
    if not re.fullmatch(r"arn:[^:]+:iam::\d{12}:role/.+", replication["Role"]):
        raise AwsError("InvalidArgument", f"Invalid role ARN: {replication['Role']}")
    for rule in rules:
        _check_rule(source, rule)
    put_bucket_replication.moto(self, bucket_name, {"Role": replication["Role"], "Rule": rules})


def _check_rule(source: Any, rule: Dict[str, Any]) -> None:
    destination = rule.get("Destination") or {}
    name = str(destination.get("Bucket") or "").rsplit(":", 1)[-1]
    target = _bucket(name)
    if rule.get("Status") not in ("Enabled", "Disabled") or not name:
        raise MalformedXML()
    if "Filter" in rule and not ("Priority" in rule and "DeleteMarkerReplication" in rule):
        raise _invalid("DeleteMarkerReplication and Priority must be specified beside Filter.")
    if target is None:
        raise _invalid("Destination bucket must exist.")
    if not target.is_versioned:
        raise _invalid("Destination bucket must have versioning enabled.")
    if source.object_lock_enabled and not target.object_lock_enabled:
        raise _invalid("Destination bucket must have object lock enabled.")
    account, owner = destination.get("Account"), destination.get("AccessControlTranslation")
    if owner and not account:
        raise _invalid("Account must be specified with AccessControlTranslation.")
    if account and account != target.account_id:
        raise _invalid("Account must be the owner of the destination bucket.")
    encrypted = (rule.get("SourceSelectionCriteria") or {}).get("SseKmsEncryptedObjects") or {}
    if (encrypted.get("Status") == "Enabled") != bool(destination.get("EncryptionConfiguration")):
        raise _invalid(
            "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present."
            if destination.get("EncryptionConfiguration")
            else "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is Enabled."
        )
    if _on(destination.get("ReplicationTime")) and not _on(destination.get("Metrics")):
        raise _invalid("Metrics must be enabled with ReplicationTime.")


def _on(setting: Any) -> bool:
    return bool(setting) and setting.get("Status") == "Enabled"


@patch(S3Response)
def get_bucket_replication(self: Any) -> Any:
    """Everything that was put.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html
    """
    held = self.backend.get_bucket_replication(self.bucket_name)
    if not held:
        return get_bucket_replication.moto(self)
    rules = [{name: value for name, value in rule.items()} for rule in held["Rule"]]
    for rule in rules:
        if "Filter" in rule:
            rule["Filter"] = _filter(rule["Filter"] or {})
    self.data["Action"] = "GetBucketReplication"
    configuration = {"Role": held["Role"], "Rules": rules}
    return self.serialized(ActionResult({"ReplicationConfiguration": configuration}))


def _filter(written: Dict[str, Any]) -> Dict[str, Any]:
    if "And" in written:
        both = written["And"]
        return {"And": {"Prefix": both.get("Prefix") or "", "Tags": listed(both.get("Tag"))}}
    return {"Tag": written["Tag"]} if written.get("Tag") else {"Prefix": written.get("Prefix") or ""}
