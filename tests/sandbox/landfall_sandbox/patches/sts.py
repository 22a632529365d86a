"""AWS Security Token Service."""

import re
from typing import Any, Dict, List, Optional

from moto.core.utils import utcnow
from moto.iam.exceptions import NotFoundException
from moto.iam.models import AccessKey, IAMBackend, get_account_id_from, iam_backends
from moto.sts.models import AssumedRole, STSBackend, sts_backends
from moto.sts.responses import TokenResponse
from moto.utilities.utils import get_partition

from ..policy import Caller, Context, identity_allows, trust_allows
from ..wire import Call, Refusal, access_denied, expired_credentials, unknown_credentials
from . import AwsError, gates, organizations, patch, resets

#: Every access key ever handed out, so that a deleted one is told from one we never saw.
_issued: set = set()
resets.append(_issued.clear)

#: The caller behind credentials that belong to nobody: whoever set up the sandbox.
ADMINISTRATOR = "user/moto"


@patch(AccessKey, "__init__")
def hand_out(self: Any, *args: Any, **kwargs: Any) -> None:
    """Remembers the key."""
    hand_out.moto(self, *args, **kwargs)
    _issued.add(self.access_key_id)


@patch(AssumedRole, "__init__")
def begin_session(self: Any, *args: Any, **kwargs: Any) -> None:
    """A session belongs to the role as it is now, not to a later one of the same name.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    begin_session.moto(self, *args, **kwargs)
    self.source_identity = None
    try:
        self.role_id = (
            iam_backends[self.account_id][self.partition].get_role_by_arn(self.role_arn).id
        )
    except NotFoundException:
        self.role_id = None


def session_of(access_key: str, account: str, partition: str) -> Any:
    """The role session that temporary credentials belong to."""
    return sts_backends[account][partition].get_assumed_role_from_access_key(access_key)


def caller_of(access_key: str, account: str, partition: str) -> Caller:
    """Who is behind an access key."""
    session = session_of(access_key, account, partition)
    if session:
        role_id = session.role_id or "AROA"
        return Caller(account, partition, session.arn, session.role_arn, role_id, "role")
    user = iam_backends[account][partition].get_user_from_access_key_id(access_key)
    if user:
        return Caller(account, partition, user.arn, user.arn, user.id, "user")
    arn = f"arn:{partition}:iam::{account}:{ADMINISTRATOR}"
    return Caller(account, partition, arn, arn, "AIDAADMINISTRATOR", "administrator")


@gates.append
def known_credentials(call: Call) -> Optional[Refusal]:
    """Deleted, deactivated, expired and made-up temporary credentials are refused, as is a token
    that does not go with its key; the session of a deleted role may do nothing.

    Access keys that nobody ever issued are the sandbox's administrator.

    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
    """
    key = call.access_key
    if key is None or (key not in _issued and not key.startswith("ASIA")):
        return None
    account, partition = get_account_id_from(key), get_partition(call.region)
    session = session_of(key, account, partition)
    if session is None:
        user = iam_backends[account][partition].get_user_from_access_key_id(key)
        active = user and user.get_access_key_by_id(key).status == "Active"
        return None if active else unknown_credentials(call)
    if call.token != session.session_token:
        return unknown_credentials(call)
    if session.expiration < utcnow():
        return expired_credentials(call)
    if session.role_id and session.role_id not in iam_backends[account][partition].roles:
        return None if call.operation == "GetCallerIdentity" else access_denied(call, session.arn)
    return None


def _refuse(caller: Caller, action: str, role_arn: str) -> AwsError:
    text = f"User: {caller.arn} is not authorized to perform: {action} on resource: {role_arn}"
    return AwsError("AccessDenied", text, 403)


def _invalid(text: str) -> AwsError:
    return AwsError("ValidationError", text)


def _documents(backend: IAMBackend, entity: Any) -> List[str]:
    """Inline and managed policies of a role or user, a user's groups included."""
    found = list(entity.policies.values())
    managed = list(entity.managed_policies.values())
    if hasattr(entity, "access_keys"):
        for group in backend.get_groups_for_user(entity.name):
            managed += group.managed_policies.values()
            found += group.policies.values()
    return found + [_default(policy) for policy in managed]


def _default(policy: Any) -> str:
    return next(v.document for v in policy.versions if v.version_id == policy.default_version_id)


def may(caller: Caller, action: str, role_arn: str, context: Context) -> Optional[bool]:
    """What the caller's own policies and its permissions boundary say.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    if caller.kind == "administrator":
        return True
    backend = iam_backends[caller.account][caller.partition]
    if caller.kind == "role":
        entity: Any = backend.get_role_by_id(caller.id)
    else:
        entity = next((u for u in backend.users.values() if u.id == caller.id), None)
    if entity is None:
        return False
    answer = identity_allows(_documents(backend, entity), action, role_arn, context)
    boundary = getattr(entity, "permissions_boundary_arn", None)
    if answer and boundary:
        try:
            limits = [_default(backend.get_policy(boundary))]
        except NotFoundException:
            limits = []
        answer = identity_allows(limits, action, role_arn, context)
    return answer


def context_of(response: Any, caller: Caller) -> Context:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    context: Dict[str, Any] = {
        "aws:principalarn": caller.principal,
        "aws:principalaccount": caller.account,
        "aws:principaltype": "AssumedRole" if caller.kind == "role" else "User",
        "aws:userid": caller.id,
        "aws:sourceip": "127.0.0.1",
        "aws:securetransport": "true",
        "aws:requestedregion": response.region,
        "sts:externalid": response._get_param("ExternalId"),
        "sts:rolesessionname": response._get_param("RoleSessionName"),
        "sts:sourceidentity": response._get_param("SourceIdentity"),
    }
    organization = organizations.organization_of(caller.account, caller.partition)
    if organization is not None and organization.org is not None:
        context["aws:principalorgid"] = organization.org.id
    session = session_of(response.get_access_key(), caller.account, caller.partition)
    if session:
        context["aws:multifactorauthpresent"] = "false"
        context["aws:sourceidentity"] = getattr(session, "source_identity", None)
    elif response._get_param("SerialNumber") and response._get_param("TokenCode"):
        context["aws:multifactorauthpresent"] = "true"
    if caller.kind == "user":
        context["aws:username"] = caller.principal.rsplit("/", 1)[-1]
    return {key: value for key, value in context.items() if value is not None}


def _actions(response: Any, session: Any) -> List[str]:
    """Passing session tags or a source identity needs permission of its own, and a source identity
    once set stays set through a chain.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    """
    actions = ["sts:AssumeRole"]
    if response._get_param("Tags") or response._get_param("TransitiveTagKeys"):
        actions.append("sts:TagSession")
    if response._get_param("SourceIdentity") or getattr(session, "source_identity", None):
        actions.append("sts:SetSourceIdentity")
    return actions


_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/([\w+=,.@/-]*[\w+=,.@-])")


@patch(TokenResponse)
def assume_role(self: Any) -> Any:
    """The role must exist, its trust policy must let the caller in, and, unless the trust policy
    names the caller itself in the same account, the caller's own policies must allow it too.
    A session made with a session's credentials lasts an hour at most, any session as long as the
    role says.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    """
    role_arn = self._get_param("RoleArn") or ""
    if not _ROLE.fullmatch(role_arn):
        raise _invalid(f"{role_arn} is invalid")
    name = self._get_param("RoleSessionName") or ""
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", name):
        raise _invalid(
            f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"
        )
    caller = caller_of(self.get_access_key(), self.current_account, self.partition)
    session = session_of(self.get_access_key(), caller.account, caller.partition)
    role = _let_in(self, caller, _actions(self, session), role_arn)
    seconds = self._get_int_param("DurationSeconds", 3600)
    _check_duration(seconds, int(role.max_session_duration or 3600), session is not None)
    answer = assume_role.moto(self)
    made: Any = answer.result["Credentials"]
    inherited = getattr(session, "source_identity", None)
    made.source_identity = self._get_param("SourceIdentity") or inherited
    if made.source_identity:
        answer.result["SourceIdentity"] = made.source_identity
    return answer


def _let_in(response: Any, caller: Caller, actions: List[str], role_arn: str) -> Any:
    """The role, if the caller may assume it."""
    account = _ROLE.fullmatch(role_arn).group(2)
    try:
        role = iam_backends[account][caller.partition].get_role_by_arn(role_arn)
    except NotFoundException:
        raise _refuse(caller, actions[0], role_arn)
    if not organizations.usable(account):
        raise _refuse(caller, actions[0], role_arn)
    context = context_of(response, caller)
    for action in actions:
        how = trust_allows(role.assume_role_policy_document, action, caller, context)
        own = may(caller, action, role_arn, context)
        named_here = how == "principal" and account == caller.account
        if how is None or own is False or not (own or named_here):
            raise _refuse(caller, action, role_arn)
    return role


def _check_duration(seconds: int, longest: int, chained: bool) -> None:
    if not 900 <= seconds <= 43200:
        bound, word = (900, "greater") if seconds < 900 else (43200, "less")
        raise _invalid(
            f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to "
            f"satisfy constraint: Member must have value {word} than or equal to {bound}"
        )
    if chained and seconds > 3600:
        raise _invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining"
        )
    if seconds > longest:
        raise _invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )


@patch(AssumedRole, "user_id")
@property
def user_id(self: Any) -> str:
    """Keeps the id of the role that was assumed, also when the role was deleted and made again.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    return f"{self.role_id or 'AROAUNKNOWN'}:{self.session_name}"


@patch(STSBackend)
def get_caller_identity(self: Any, access_key_id: str, region: str) -> Any:
    """A user's ARN belongs to IAM.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    caller = caller_of(access_key_id, self.account_id, self.partition)
    session = session_of(access_key_id, self.account_id, self.partition)
    return (session.user_id if session else caller.id), caller.arn, caller.account
