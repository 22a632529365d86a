"""AWS Identity and Access Management."""

import json
import re
from hashlib import sha1
from typing import Any, Callable, Dict, Iterator, List, Optional
from urllib.parse import quote
from uuid import uuid4

from moto.core.responses import ActionResult, EmptyResult
from moto.core.serialize import never_return, url_encode
from moto.iam import aws_managed_policies as shipped
from moto.iam.exceptions import (
    DeleteConflictException,
    EntityAlreadyExists,
    LimitExceededException,
    MalformedPolicyDocument,
    NoSuchEntity,
    NotFoundException,
)
from moto.iam.models import (
    SERVICE_NAME_CONVERSION,
    AccountPasswordPolicy,
    AWSManagedPolicy,
    IAMBackend,
    ManagedPolicy,
    SAMLProvider,
    User,
    iam_backends,
)
from moto.iam.policy_validation import (
    BaseIAMPolicyValidator,
    IAMPolicyDocumentValidator,
    IAMTrustPolicyDocumentValidator,
)
from moto.iam.responses import IamResponse
from moto.iam.utils import generate_access_key_id_from_account_id

from .. import clock, settings
from ..policy import listed
from . import AwsError, organizations, patch

IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER.update(
    {
        # Documents are URL-encoded wherever they appear:
        # https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
        "ListRolesResponse.Roles.Role.AssumeRolePolicyDocument": url_encode,
        "UpdateRoleDescriptionResponse.Role.AssumeRolePolicyDocument": url_encode,
        "GetPolicyVersionResponse.PolicyVersion.Document": url_encode,
        # https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
        "ListPolicyVersionsResponse.Versions.PolicyVersion.Document": never_return,
        "CreatePolicyVersionResponse.PolicyVersion.Document": never_return,
    }
)


def _backends() -> Iterator[IAMBackend]:
    for backends in list(iam_backends.values()):
        yield from list(backends.values())


# --- AWS managed policies ------------------------------------------------------------------------


class _Shipped:
    """AWS's own policies, parsed when the first of them is asked for."""

    _by_path: Optional[Dict[str, str]] = None

    @classmethod
    def by_path(cls) -> Dict[str, str]:
        if cls._by_path is None:
            data = json.loads(shipped.aws_managed_policies_data)
            cls._by_path = {
                policy["Path"] + name: json.dumps(policy) for name, policy in data.items()
            }
        return cls._by_path


class _Policies(Dict[str, ManagedPolicy]):
    """An account's managed policies; AWS's own come in when they are named."""

    def __init__(self, backend: IAMBackend):
        super().__init__()
        self._backend = backend
        self._prefix = f"arn:{backend.partition}:iam::aws:policy"

    def __missing__(self, arn: str) -> ManagedPolicy:
        path = arn[len(self._prefix) :]
        if not arn.startswith(self._prefix) or path not in _Shipped.by_path():
            raise KeyError(arn)
        backend = self._backend
        policy = AWSManagedPolicy.from_data(
            path.rsplit("/", 1)[-1],
            backend.account_id,
            backend.region_name,
            json.loads(_Shipped.by_path()[path]),
        )
        self[arn] = policy
        return policy

    def __contains__(self, arn: object) -> bool:
        if super().__contains__(arn):
            return True
        try:
            return bool(self[str(arn)])
        except KeyError:
            return False

    def load_all(self) -> None:
        for path in _Shipped.by_path():
            self[self._prefix + path]


@patch(IAMBackend)
def _init_managed_policies(self: Any) -> _Policies:
    """AWS managed policies are in every account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """
    return _Policies(self)


@patch(IAMBackend)
def list_policies(self: Any, marker: Any, max_items: int, only_attached: bool, *rest: Any) -> Any:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html"""
    if rest[-1] != "Local" and not only_attached:
        self.managed_policies.load_all()
    return list_policies.moto(self, marker, max_items, only_attached, *rest)


def _attachable(backend: Any, arn: str) -> ManagedPolicy:
    if arn not in backend.managed_policies:
        raise NotFoundException(f"Policy {arn} does not exist or is not attachable.")
    return backend.managed_policies[arn]


def _attach(backend: Any, arn: str, entity: Any, kind: str) -> None:
    """Attaching twice is attaching once; ten policies at most.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    policy = _attachable(backend, arn)
    if arn in entity.managed_policies:
        return
    if len(entity.managed_policies) >= 10:
        raise LimitExceededException(f"Cannot exceed quota for PoliciesPer{kind}: 10")
    policy.attach_to(entity)


@patch(IAMBackend)
def attach_role_policy(self: Any, policy_arn: str, role_name: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html"""
    _refuse_linked(self, role_name)
    _attach(self, policy_arn, self.get_role(role_name), "Role")


@patch(IAMBackend)
def attach_user_policy(self: Any, policy_arn: str, user_name: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html"""
    _attach(self, policy_arn, self.get_user(user_name), "User")


@patch(IAMBackend)
def attach_group_policy(self: Any, policy_arn: str, group_name: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html"""
    _attach(self, policy_arn, self.get_group(group_name), "Group")


# --- policy documents ----------------------------------------------------------------------------


def _size(document: str) -> int:
    """White space between tokens does not count.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return len(json.dumps(json.loads(document), separators=(",", ":"), ensure_ascii=False))


@patch(IAMPolicyDocumentValidator)
def validate(self: Any) -> None:
    """An identity policy names no principal.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    validate.moto(self)
    if any("Principal" in s or "NotPrincipal" in s for s in self._statements):
        raise MalformedPolicyDocument("Policy document should not specify a principal.")


_strict_condition: Callable[[Any], None] = BaseIAMPolicyValidator._validate_condition_syntax


@patch(BaseIAMPolicyValidator)
@staticmethod
def _validate_condition_syntax(statement: Dict[str, Any]) -> None:
    """A condition's value may be a number.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    condition = statement.get("Condition")
    if isinstance(condition, dict):
        condition = {
            operator: {key: str(v) if isinstance(v, (int, float)) else v for key, v in t.items()}
            if isinstance(t, dict)
            else t
            for operator, t in condition.items()
        }
        statement = dict(statement, Condition=condition)
    _strict_condition(statement)


@patch(IAMBackend)
def put_role_policy(self: Any, role_name: str, policy_name: str, policy_json: str) -> None:
    """A role's inline policies have 10,240 characters together.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    _refuse_linked(self, role_name)
    role = self.get_role(role_name)
    IAMPolicyDocumentValidator(policy_json).validate()
    others = [text for name, text in role.policies.items() if name != policy_name]
    if sum(map(_size, others + [policy_json])) > 10240:
        text = f"Maximum policy size of 10240 bytes exceeded for role {role_name}"
        raise LimitExceededException(text)
    put_role_policy.moto(self, role_name, policy_name, policy_json)


def _check_managed(document: str) -> None:
    IAMPolicyDocumentValidator(document).validate()
    if _size(document) > 6144:
        raise LimitExceededException("Cannot exceed quota for PolicySize: 6144")


@patch(IAMBackend)
def create_policy(
    self: Any, description: str, path: str, policy_document: str, policy_name: str, tags: Any
) -> Any:
    """A managed policy has 6,144 characters.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    _check_managed(policy_document)
    return create_policy.moto(self, description, path, policy_document, policy_name, tags)


@patch(IAMBackend)
def create_policy_version(
    self: Any, policy_arn: str, policy_document: str, set_as_default: bool
) -> Any:
    """As for CreatePolicy; AWS's own policies can't be changed.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
    """
    _check_managed(policy_document)
    if isinstance(self.get_policy(policy_arn), AWSManagedPolicy):
        raise AwsError("AccessDenied", f"Policy {policy_arn} is managed by AWS.", 403)
    return create_policy_version.moto(self, policy_arn, policy_document, set_as_default)


@patch(IAMBackend)
def delete_policy(self: Any, policy_arn: str) -> None:
    """A policy in use, as a boundary too, or with more than one version stays.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    """
    policy = self.get_policy(policy_arn)
    if policy.attachment_count or _bounds(self, policy_arn):
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflictException(
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy."
        )
    delete_policy.moto(self, policy_arn)


def _bounds(backend: Any, arn: str) -> int:
    """How many roles and users a policy is the boundary of."""
    entities = list(backend.roles.values()) + list(backend.users.values())
    return sum(getattr(e, "permissions_boundary_arn", None) == arn for e in entities)


# --- trust policies and their principals ---------------------------------------------------------

_ACCOUNT = re.compile(r"(?:arn:(aws[a-z-]*):iam::)?(\d{12})(?(1):root)")
_ENTITY = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(role|user)/(.+)")
_SESSION = re.compile(r"arn:aws[a-z-]*:sts::(\d{12}):assumed-role/([^/]+)/[^/]+")
_ID = re.compile(r"(?:AROA|AIDA)[A-Z0-9]{12,}")


def _checked_trust(backend: Any, document: str) -> str:
    """A trust policy as AWS keeps it: principals exist, an account is its root's ARN, an id is its
    owner's ARN.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    IAMTrustPolicyDocumentValidator(document).validate()
    if _size(document) > 2048:
        raise LimitExceededException("Cannot exceed quota for ACLSizePerRole: 2048")
    policy = json.loads(document)
    changed = False
    for statement in listed(policy["Statement"]):
        principal = statement.get("Principal", statement.get("NotPrincipal"))
        if principal == "*":
            continue
        if not isinstance(principal, dict) or not principal:
            raise MalformedPolicyDocument("Missing required field Principal")
        for kind, names in list(principal.items()):
            found = [_checked_principal(backend, kind, name) for name in listed(names)]
            if found != listed(names):
                principal[kind] = found if isinstance(names, list) else found[0]
                changed = True
    return json.dumps(policy) if changed else document


def _checked_principal(backend: Any, kind: str, name: Any) -> str:
    if isinstance(name, str):
        if kind == "AWS":
            found = aws_principal(backend, name)
            if found:
                return found
        elif kind == "Service" and re.fullmatch(
            r"[a-z0-9.-]+\.(amazonaws|amazon)\.com(\.cn)?", name
        ):
            return name
        elif kind == "Federated" and re.fullmatch(
            r"arn:aws[a-z-]*:iam::\d{12}:(oidc|saml)-provider/.+|[a-z0-9.-]+\.[a-z]+", name
        ):
            return name
        elif kind == "CanonicalUser":
            return name
    kind = kind if kind == "AWS" else kind.upper()
    raise MalformedPolicyDocument(f'Invalid principal in policy: "{kind}":"{name}"')


def aws_principal(backend: Any, name: str) -> Optional[str]:
    """The principal that a resource's policy means by a name; None if there is none, or not yet."""
    if name == "*":
        return name
    account = _ACCOUNT.fullmatch(name)
    if account:
        return f"arn:{account.group(1) or backend.partition}:iam::{account.group(2)}:root"
    if _ID.fullmatch(name):
        return next((e.arn for b in _backends() for e in _entities(b) if e.id == name), None)
    match = _ENTITY.fullmatch(name) or _SESSION.fullmatch(name)
    if not match:
        return None
    owner = match.group(1)
    if owner != backend.account_id and not organizations.known_account(owner):
        return name
    for entity in _entities(iam_backends[owner][backend.partition]):
        named = entity.arn == name or (":assumed-role/" in name and entity.name == match.group(2))
        if named and clock.now() >= getattr(entity, "visible", 0):
            return name
    return None


#: Told of each deleted principal: its ARN and its id.
forgetting: List[Callable[[str, str], None]] = []


def _entities(backend: Any) -> List[Any]:
    return list(backend.roles.values()) + list(backend.users.values())


def _forget(entity: Any) -> None:
    """In the policies that name it, a deleted principal's ARN becomes its unique id, and stays so
    when a principal of the same name is made again.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    arn = entity.arn
    for backend in _backends():
        for role in backend.roles.values():
            if json.dumps(arn) in role.assume_role_policy_document:
                role.assume_role_policy_document = without(
                    role.assume_role_policy_document, arn, entity.id
                )
    for forget in forgetting:
        forget(arn, entity.id)


def without(document: str, arn: str, unique_id: str) -> str:
    """A resource's policy in which a deleted principal's id stands for its ARN."""
    policy = json.loads(document)
    for statement in listed(policy["Statement"]):
        for element in ("Principal", "NotPrincipal"):
            principal = statement.get(element)
            if isinstance(principal, dict) and arn in listed(principal.get("AWS")):
                names = [unique_id if n == arn else n for n in listed(principal["AWS"])]
                single = not isinstance(principal["AWS"], list)
                principal["AWS"] = names[0] if single else names
    return json.dumps(policy)


# --- roles and users -----------------------------------------------------------------------------


def _check_boundary(backend: Any, arn: Optional[str]) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html"""
    if arn and backend.policy_arn_regex.match(arn) and arn not in backend.managed_policies:
        raise NoSuchEntity(f"Scope ARN: {arn} does not exist or is not attachable.")


@patch(IAMBackend)
def create_role(
    self: Any, role_name: str, assume_role_policy_document: str, *a: Any, **k: Any
) -> Any:
    """The trust policy is checked; names are unique whatever their case.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    if not re.fullmatch(r"[\w+=,.@-]{1,64}", role_name):
        raise AwsError(
            "ValidationError",
            f"1 validation error detected: Value '{role_name}' at 'roleName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]{1,64}",
        )
    document = _checked_trust(self, assume_role_policy_document)
    boundary = k.get("permissions_boundary", a[1] if len(a) > 1 else None)
    _check_boundary(self, boundary)
    if any(role.name.lower() == role_name.lower() for role in self.roles.values()):
        raise EntityAlreadyExists(f"Role with name {role_name} already exists.")
    role = create_role.moto(self, role_name, document, *a, **k)
    role.visible = clock.now() + settings.PRINCIPAL_SECONDS
    return role


#: Names of service-linked roles that moto spells otherwise.
#: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/using-service-linked-roles.html
#: https://docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html
SERVICE_NAME_CONVERSION.update({"cloudtrail": "CloudTrail", "config": "Config"})


@patch(IAMBackend)
def create_service_linked_role(
    self: Any, service_name: str, description: str, suffix: str
) -> Any:
    """Once for each service and suffix.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
    """
    try:
        return create_service_linked_role.moto(self, service_name, description, suffix)
    except EntityAlreadyExists as error:
        name = str(error).split("Role with name ")[-1].split(" ")[0]
        raise AwsError(
            "InvalidInput",
            f"Service role name {name} has been taken in this account, please try a different "
            "suffix.",
        )
    except IndexError:
        raise AwsError("InvalidInput", f"Service {service_name} can not be found.")


def _refuse_linked(backend: Any, role_name: str) -> None:
    """Only its service changes or deletes a service-linked role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    """
    role = backend.get_role(role_name)
    if role.path.startswith("/aws-service-role/"):
        service = role.path.split("/")[2]
        raise AwsError(
            "UnmodifiableEntity",
            f"Cannot perform the operation on the protected role '{role_name}' - this role is only "
            f"modifiable by AWS ({service})",
        )


@patch(IAMBackend)
def update_assume_role_policy(self: Any, role_name: str, policy_document: str) -> None:
    """As for CreateRole.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
    """
    _refuse_linked(self, role_name)
    role = self.get_role(role_name)
    role.assume_role_policy_document = _checked_trust(self, policy_document)


@patch(IAMBackend)
def delete_role(self: Any, role_name: str) -> None:
    """The role's ARN in other policies becomes its id.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
    """
    _refuse_linked(self, role_name)
    _delete_role(self, role_name)


def _delete_role(backend: Any, role_name: str) -> None:
    role = backend.get_role(role_name)
    delete_role.moto(backend, role_name)
    _forget(role)


@patch(IAMBackend)
def delete_service_linked_role(self: Any, role_name: str) -> str:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html"""
    role = self.get_role(role_name)
    _delete_role(self, role_name)
    return f"task{role.path}{role_name}/{uuid4()}"


@patch(IAMBackend)
def put_role_permissions_boundary(self: Any, role_name: str, permissions_boundary: str) -> None:
    """The policy must exist.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
    """
    _check_boundary(self, permissions_boundary)
    put_role_permissions_boundary.moto(self, role_name, permissions_boundary)


@patch(IamResponse)
def update_role(self: Any) -> Any:
    """What is not given stays as it is.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
    """
    role = self.backend.get_role(self._get_param("RoleName"))
    role.description = self._get_param("Description", role.description)
    role.max_session_duration = self._get_param("MaxSessionDuration", role.max_session_duration)
    return EmptyResult()


@patch(User, "__init__")
def make_user(self: Any, account_id: str, *arguments: Any, **more: Any) -> None:
    """A user's id is AIDA….

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    make_user.moto(self, account_id, *arguments, **more)
    self.id = generate_access_key_id_from_account_id(account_id, prefix="AIDA", total_length=21)
    self.visible = clock.now() + settings.PRINCIPAL_SECONDS


@patch(IAMBackend)
def delete_user(self: Any, user_name: str) -> None:
    """Access keys must go first; the user's ARN in other policies becomes its id.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
    """
    user = self.get_user(user_name)
    if user.access_keys:
        raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
    delete_user.moto(self, user_name)
    _forget(user)


# --- everything at once --------------------------------------------------------------------------


@patch(IamResponse)
def get_account_authorization_details(self: Any) -> ActionResult:
    """Users, groups, roles and policies, in pages over all of them; of AWS's own policies those
    that are in use.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """
    backend = self.backend
    wanted = self._get_param("Filter", []) or [
        "User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy",
    ]  # fmt: skip
    entries = []
    if "User" in wanted:
        entries += [("UserDetailList", _user_detail, u) for u in backend.users.values()]
    if "Group" in wanted:
        entries += [("GroupDetailList", _group_detail, g) for g in backend.groups.values()]
    if "Role" in wanted:
        entries += [("RoleDetailList", _role_detail, r) for r in backend.roles.values()]
    for policy in backend.managed_policies.values():
        owner = "AWSManagedPolicy" if isinstance(policy, AWSManagedPolicy) else "LocalManagedPolicy"
        used = policy.attachment_count or _bounds(backend, policy.arn)
        if owner in wanted and (owner == "LocalManagedPolicy" or used):
            entries.append(("Policies", _policy_detail, policy))
    size = int(self._get_param("MaxItems", 100))
    start = int(self._get_param("Marker", 0))
    answer: Dict[str, Any] = {
        "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [],
        "IsTruncated": len(entries) > start + size,
    }  # fmt: skip
    for key, detail, entity in entries[start : start + size]:
        answer[key].append(detail(backend, entity))
    if answer["IsTruncated"]:
        answer["Marker"] = str(start + size)
    return ActionResult(answer)


def _inline(entity: Any) -> List[Dict[str, str]]:
    return [
        {"PolicyName": name, "PolicyDocument": quote(text, safe="")}
        for name, text in entity.policies.items()
    ]


def _attached(entity: Any) -> List[Dict[str, str]]:
    return [{"PolicyName": p.name, "PolicyArn": p.arn} for p in entity.managed_policies.values()]


def _user_detail(backend: Any, user: Any) -> Dict[str, Any]:
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": user.arn,
        "CreateDate": user.create_date,
        "UserPolicyList": _inline(user),
        "GroupList": [group.name for group in backend.get_groups_for_user(user.name)],
        "AttachedManagedPolicies": _attached(user),
        "Tags": backend.list_user_tags(user.name),
    }


def _group_detail(_: Any, group: Any) -> Dict[str, Any]:
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.id,
        "Arn": group.arn,
        "CreateDate": group.create_date,
        "GroupPolicyList": _inline(group),
        "AttachedManagedPolicies": _attached(group),
    }


def _role_detail(_: Any, role: Any) -> Dict[str, Any]:
    detail = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.create_date,
        "AssumeRolePolicyDocument": quote(role.assume_role_policy_document, safe=""),
        "InstanceProfileList": role.instance_profile_list,
        "RolePolicyList": _inline(role),
        "AttachedManagedPolicies": _attached(role),
        "Tags": role.tags,
        "RoleLastUsed": {"LastUsedDate": role.last_used} if role.last_used else {},
    }
    if role.permissions_boundary:
        detail["PermissionsBoundary"] = role.permissions_boundary
    return detail


def _policy_detail(backend: Any, policy: Any) -> Dict[str, Any]:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default_version_id,
        "AttachmentCount": policy.attachment_count,
        "PermissionsBoundaryUsageCount": _bounds(backend, policy.arn),
        "IsAttachable": True,
        "Description": policy.description,
        "CreateDate": policy.create_date,
        "UpdateDate": policy.update_date,
        "PolicyVersionList": [
            {
                "Document": quote(version.document, safe=""),
                "VersionId": version.version_id,
                "IsDefaultVersion": version.version_id == policy.default_version_id,
                "CreateDate": version.create_date,
            }
            for version in policy.versions
        ],
    }


# --- identity providers --------------------------------------------------------------------------


@patch(IAMBackend)
def create_saml_provider(self: Any, name: str, saml_metadata_document: str) -> SAMLProvider:
    """Names are unique, metadata is long.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
    """
    if name in self.saml_providers:
        raise EntityAlreadyExists(f"SAMLProvider {name} already exists.")
    if not 1000 <= len(saml_metadata_document or "") <= 10_000_000:
        raise AwsError(
            "ValidationError",
            "1 validation error detected: Value at 'sAMLMetadataDocument' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1000",
        )
    provider = create_saml_provider.moto(self, name, saml_metadata_document)
    provider.tags = {}
    return provider


@patch(IamResponse, "create_saml_provider")
def create_tagged_saml_provider(self: Any) -> ActionResult:
    """Takes tags: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html"""
    tags = self.backend._tag_verification(self._get_param("Tags", []))
    answer = create_tagged_saml_provider.moto(self)
    self.backend.saml_providers[self._get_param("Name")].tags = tags
    return answer


def _saml_provider(response: Any) -> Any:
    return response.backend.get_saml_provider(response._get_param("SAMLProviderArn"))


@patch(IamResponse)
def get_saml_provider(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html"""
    provider = _saml_provider(self)
    return ActionResult(
        {
            "SAMLMetadataDocument": provider.saml_metadata_document,
            "CreateDate": provider.create_date,
            "ValidUntil": provider.valid_until,
            "Tags": list(provider.tags.values()),
        }
    )


@patch(IamResponse)
def delete_saml_provider(self: Any) -> EmptyResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html"""
    _saml_provider(self)
    return delete_saml_provider.moto(self)


@patch(IamResponse)
def list_saml_provider_tags(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviderTags.html"""
    return ActionResult({"Tags": list(_saml_provider(self).tags.values()), "IsTruncated": False})


@patch(IamResponse)
def tag_saml_provider(self: Any) -> EmptyResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagSAMLProvider.html"""
    tags = self.backend._tag_verification(self._get_param("Tags", []))
    _saml_provider(self).tags.update(tags)
    return EmptyResult()


@patch(IamResponse)
def untag_saml_provider(self: Any) -> EmptyResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagSAMLProvider.html"""
    for key in self._get_param("TagKeys", []):
        _saml_provider(self).tags.pop(key.lower(), None)
    return EmptyResult()


@patch(IAMBackend)
def create_open_id_connect_provider(
    self: Any, url: str, thumbprint_list: List[str], client_id_list: List[str], tags: Any
) -> Any:
    """Without a thumbprint, IAM finds one itself.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    thumbprints = thumbprint_list or [sha1(url.encode()).hexdigest()]
    return create_open_id_connect_provider.moto(self, url, thumbprints, client_id_list, tags)


@patch(IamResponse)
def add_client_id_to_open_id_connect_provider(self: Any) -> EmptyResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html"""
    provider = self.backend.get_open_id_connect_provider(
        self._get_param("OpenIDConnectProviderArn")
    )
    client = self._get_param("ClientID")
    if client not in provider.client_id_list:
        provider.client_id_list = provider.client_id_list + [client]
    return EmptyResult()


@patch(IamResponse)
def remove_client_id_from_open_id_connect_provider(self: Any) -> EmptyResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html"""
    provider = self.backend.get_open_id_connect_provider(
        self._get_param("OpenIDConnectProviderArn")
    )
    client = self._get_param("ClientID")
    provider.client_id_list = [c for c in provider.client_id_list if c != client]
    return EmptyResult()


# --- the account ---------------------------------------------------------------------------------


@patch(IAMBackend)
def create_account_alias(self: Any, alias: str) -> None:
    """An alias belongs to one account of all.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
    """
    if not re.fullmatch(r"(?!\d{12}$)[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]", alias):
        raise AwsError(
            "ValidationError",
            f"1 validation error detected: Value '{alias}' at 'accountAlias' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: "
            "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
        )
    if any(alias in backend.account_aliases for backend in _backends() if backend is not self):
        raise EntityAlreadyExists(f"The account alias {alias} already exists.")
    create_account_alias.moto(self, alias)


@patch(IamResponse)
def delete_account_alias(self: Any) -> EmptyResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html"""
    alias = self._get_param("AccountAlias")
    if alias not in self.backend.account_aliases:
        raise NoSuchEntity(f"The account alias {alias} cannot be found.")
    return delete_account_alias.moto(self)


@patch(AccountPasswordPolicy, "__init__")
def set_password_policy(self: Any, *arguments: Any) -> None:
    """MaxPasswordAge is only there when passwords expire.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html
    """
    set_password_policy.moto(self, *arguments)
    self.max_password_age = self.max_password_age or None


# --- central management of root access -----------------------------------------------------------


def _features(response: Any) -> Any:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html"""
    backend = organizations.organization_of(response.current_account, response.partition)
    if backend is None:
        text = "The request was rejected because no organization is associated with your account."
        raise AwsError("OrganizationNotFoundException", text)
    own, service = response.current_account, "iam.amazonaws.com"
    if backend.account_id != own and not organizations.delegated(backend, own, service):
        raise AwsError(
            "AccountNotManagementOrDelegatedAdministratorException",
            "The request was rejected because the account making the request is not the "
            "management account or delegated administrator account for centralized root access.",
        )
    if not organizations.trusts(backend, service):
        raise AwsError(
            "ServiceAccessNotEnabledException",
            "The request was rejected because trusted access is not enabled for IAM in "
            "Organizations.",
        )
    return backend


def _change_features(response: Any, feature: str, on: bool) -> ActionResult:
    backend = _features(response)
    if on and backend.account_id != response.current_account:
        raise AwsError(
            "CallerIsNotManagementAccountException",
            "The request was rejected because the account making the request is not the "
            "management account for the organization.",
        )
    (backend.root_features.add if on else backend.root_features.discard)(feature)
    return list_organizations_features(response)


@patch(IamResponse)
def list_organizations_features(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html"""
    backend = _features(self)
    features = sorted(backend.root_features)
    return ActionResult({"OrganizationId": backend.org.id, "EnabledFeatures": features})


@patch(IamResponse)
def enable_organizations_root_credentials_management(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootCredentialsManagement.html"""
    return _change_features(self, "RootCredentialsManagement", True)


@patch(IamResponse)
def disable_organizations_root_credentials_management(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootCredentialsManagement.html"""
    return _change_features(self, "RootCredentialsManagement", False)


@patch(IamResponse)
def enable_organizations_root_sessions(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html"""
    return _change_features(self, "RootSessions", True)


@patch(IamResponse)
def disable_organizations_root_sessions(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootSessions.html"""
    return _change_features(self, "RootSessions", False)
