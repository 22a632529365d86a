"""AWS Organizations.

Unless a docstring says otherwise, errors and their texts are those of
https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
"""

import base64
import json
import math
import re
from typing import Any, Dict, List, Optional, Tuple

from moto.core.utils import unix_time, utcnow
from moto.iam.models import iam_backends
from moto.organizations import models, utils
from moto.organizations.exceptions import (
    AccountAlreadyRegisteredException,
    AlreadyInOrganizationException,
    AWSOrganizationsNotInUseException,
    DuplicateOrganizationalUnitException,
    DuplicatePolicyException,
    OrganizationsClientError,
    PolicyTypeAlreadyEnabledException,
    PolicyTypeNotEnabledException,
    TargetNotFoundException,
)
from moto.organizations.models import (
    FakeAccount,
    FakeDelegatedAdministrator,
    FakeOrganization,
    FakeOrganizationalUnit,
    FakePolicy,
    FakeRoot,
    FakeServiceAccess,
    OrganizationsBackend,
    organizations_backends,
)
from moto.organizations.responses import OrganizationsResponse

from .. import clock, settings
from . import patch, resets

resets.append(organizations_backends.master_accounts.clear)


def _error(code: str, message: str, reason: Optional[str] = None) -> OrganizationsClientError:
    error = OrganizationsClientError(code, message)
    if reason:
        error.Reason = reason
    return error


def _constraint(reason: str, message: str) -> OrganizationsClientError:
    return _error("ConstraintViolationException", message, reason)


def _invalid(reason: str, message: str = "You specified an invalid value.") -> Exception:
    return _error("InvalidInputException", message, reason)


# --- who may ask ---------------------------------------------------------------------------------


def organization_of(account: str, partition: str = "aws") -> Optional[OrganizationsBackend]:
    """The organization that an account manages or belongs to."""
    if account in organizations_backends.master_accounts:
        account, partition = organizations_backends.master_accounts[account]
    backend = organizations_backends[account][partition]
    if backend.org is None:
        return None
    settle(backend)
    return backend


@patch(OrganizationsResponse, "organizations_backend")
@property
def organizations_backend(self: Any) -> OrganizationsBackend:
    """Member accounts may describe their organization; delegated administrators may read; the
    management account may do everything; nobody else is in an organization.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_overview.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
    """
    own = organizations_backends[self.current_account][self.partition]
    action = self._get_action()
    if own.org is not None or action in ("CreateOrganization", "DescribeOrganization"):
        settle(own)
        return own
    backend = organization_of(self.current_account, self.partition)
    if backend is None:
        raise AWSOrganizationsNotInUseException
    delegated = any(admin.account.id == self.current_account for admin in backend.admins)
    if delegated and action.startswith(("Describe", "List")):
        return backend
    raise _error("AccessDeniedException", "You don't have permissions to access this resource.")


# --- pages ---------------------------------------------------------------------------------------


def _page(response: Any, key: str, items: List[Any]) -> str:
    """At most 20 entries come at once, whatever the operation.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    """
    size = int(response._get_param("MaxResults", 20))
    if not 1 <= size <= 20:
        raise _invalid("MAX_VALUE_EXCEEDED", "You specified an invalid value: MaxResults.")
    token = response._get_param("NextToken")
    try:
        start = int(base64.b64decode(token)) if token else 0
    except ValueError:
        raise _invalid("INVALID_NEXT_TOKEN", "You specified an invalid next token.")
    answer: Dict[str, Any] = {key: items[start : start + size]}
    if len(items) > start + size:
        answer["NextToken"] = base64.b64encode(str(start + size).encode()).decode()
    return json.dumps(answer)


def _described(backend: Any, account: Any) -> Dict[str, Any]:
    """An account with the path that it lies in, from the organization down to itself.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """
    parents = {unit.id: unit.parent_id for unit in backend.ou}
    path = [account.id]
    above = account.parent_id
    while above is not None:
        path.append(above)
        above = parents.get(above)
    path.append(backend.org.id)
    return dict(account.describe(), Paths=["/".join(reversed(path)) + "/"])


@patch(FakeAccount)
def describe(self: Any) -> Dict[str, Any]:
    """A new name arrives late.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-acct-name.html
    """
    if clock.now() >= getattr(self, "renamed", math.inf):
        self.name = self.new_name
    return dict(describe.moto(self))


@patch(OrganizationsBackend)
def describe_account(self: Any, **kwargs: Any) -> Dict[str, Any]:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html"""
    return {"Account": _described(self, self.get_account_by_id(kwargs["AccountId"]))}


@patch(OrganizationsResponse)
def list_accounts(self: Any) -> str:
    """Comes in pages: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html"""
    backend = self.organizations_backend
    return _page(self, "Accounts", [_described(backend, a) for a in backend.accounts])


@patch(OrganizationsResponse)
def list_accounts_for_parent(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html"""
    backend = self.organizations_backend
    parent = backend.validate_parent_id(self._get_param("ParentId"))
    found = [_described(backend, a) for a in backend.accounts if a.parent_id == parent]
    return _page(self, "Accounts", found)


@patch(OrganizationsResponse)
def list_organizational_units_for_parent(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html"""
    backend = self.organizations_backend
    parent = backend.validate_parent_id(self._get_param("ParentId"))
    found = [u.describe()["OrganizationalUnit"] for u in backend.ou if u.parent_id == parent]
    return _page(self, "OrganizationalUnits", found)


@patch(OrganizationsResponse)
def list_children(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html"""
    children = self.organizations_backend.list_children(**self.request_params)["Children"]
    return _page(self, "Children", children)


@patch(OrganizationsResponse)
def list_policies(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html"""
    kind = _policy_type(self._get_param("Filter"))
    found = [p for p in self.organizations_backend.policies if p.type == kind]
    return _page(self, "Policies", [p.describe()["Policy"]["PolicySummary"] for p in found])


@patch(OrganizationsResponse)
def list_policies_for_target(self: Any) -> str:
    """A target that does not exist is TargetNotFoundException, whatever its type.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
    """
    kind = _policy_type(self._get_param("Filter"))
    target = _target(self.organizations_backend, self._get_param("TargetId"))
    found = [p for p in target.attached_policies if p.type == kind]
    return _page(self, "Policies", [p.describe()["Policy"]["PolicySummary"] for p in found])


@patch(OrganizationsResponse)
def list_targets_for_policy(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html"""
    targets = self.organizations_backend.list_targets_for_policy(**self.request_params)["Targets"]
    return _page(self, "Targets", targets)


@patch(OrganizationsResponse)
def list_aws_service_access_for_organization(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html"""
    return _page(self, "EnabledServicePrincipals", self.organizations_backend.services)


@patch(OrganizationsResponse)
def list_delegated_administrators(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html"""
    answer = self.organizations_backend.list_delegated_administrators(**self.request_params)
    return _page(self, "DelegatedAdministrators", answer["DelegatedAdministrators"])


@patch(OrganizationsResponse)
def list_delegated_services_for_account(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedServicesForAccount.html"""
    answer = self.organizations_backend.list_delegated_services_for_account(**self.request_params)
    return _page(self, "DelegatedServices", answer["DelegatedServices"])


# --- tags ----------------------------------------------------------------------------------------


def _checked_tags(tags: List[Dict[str, str]], existing: Any = ()) -> None:
    """At most 50, no key twice, none of AWS's own.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
    """
    keys = [tag["Key"] for tag in tags]
    if len(set(keys)) < len(keys):
        raise _invalid("DUPLICATE_TAG_KEY", "You specified the same tag key twice.")
    if any(key.lower().startswith("aws:") for key in keys):
        raise _invalid("INVALID_SYSTEM_TAGS_PARAMETER", "You can't add tags starting with aws:.")
    if len(set(keys) | set(existing)) > 50:
        raise _constraint("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags.")


@patch(OrganizationsBackend)
def tag_resource(self: Any, **kwargs: Any) -> None:
    """Tags are checked: https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html"""
    resource = self._get_resource_for_tagging(kwargs["ResourceId"])
    _checked_tags(kwargs["Tags"], resource.tags)
    tag_resource.moto(self, **kwargs)


# --- the organization ----------------------------------------------------------------------------

_FULL_ACCESS = {
    "SERVICE_CONTROL_POLICY": (
        utils.DEFAULT_SCP_POLICY_ID,
        "FullAWSAccess",
        "Allows access to every operation",
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
    ),
    "RESOURCE_CONTROL_POLICY": (
        utils.DEFAULT_RCP_POLICY_ID,
        "RCPFullAWSAccess",
        "Allows access to every resource",
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
    ),
}


@patch(OrganizationsBackend)
def create_organization(self: Any, region: str, **kwargs: Any) -> Dict[str, Any]:
    """No policy type is enabled at first, so nothing is attached; the management account gets no
    OrganizationAccountAccessRole.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html
    """
    if self.org or self.account_id in organizations_backends.master_accounts:
        raise AlreadyInOrganizationException
    self.org = FakeOrganization(self.account_id, region, kwargs.get("FeatureSet") or "ALL")
    self.ou.append(FakeRoot(self.org))
    email = self.org.master_account_email
    management = FakeAccount(self.org, AccountName="master", Email=email)
    iam_backends.pop(management.id, None)
    management.id = self.org.master_account_id
    management.joined_method = "INVITED"
    self.accounts.append(management)
    self.creations: List[_Creation] = []
    self.root_features: set = set()
    if self.org.feature_set == "ALL":
        for kind, (policy_id, name, description, statement) in _FULL_ACCESS.items():
            content = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            policy = FakePolicy(
                self.org, Name=name, Description=description, Type=kind, Content=content
            )
            policy.id = policy_id
            policy.aws_managed = True
            self.policies.append(policy)
    return self.org.describe()


# --- accounts ------------------------------------------------------------------------------------

_ADMINISTRATOR = "arn:{}:iam::aws:policy/AdministratorAccess"
_ACCOUNTS_AT_ONCE = 5


class _Creation:
    """A CreateAccount request. https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccountStatus.html"""

    def __init__(self, arguments: Dict[str, Any], reason: Optional[str]):
        self.id = utils.make_random_create_account_status_id()
        self.arguments = arguments
        self.requested = utcnow()
        self.due = clock.now() + settings.ACCOUNT_SECONDS
        self.reason = reason
        self.state = "IN_PROGRESS"
        self.completed: Any = None
        self.account: Optional[FakeAccount] = None

    def describe(self) -> Dict[str, Any]:
        answer = {
            "Id": self.id,
            "AccountName": self.arguments["AccountName"],
            "State": self.state,
            "RequestedTimestamp": unix_time(self.requested),
        }
        if self.completed:
            answer["CompletedTimestamp"] = unix_time(self.completed)
        if self.account:
            answer["AccountId"] = self.account.id
        if self.state == "FAILED":
            answer["FailureReason"] = self.reason
        return answer


def settle(backend: OrganizationsBackend) -> None:
    """Completes the account creations whose time has come."""
    for creation in getattr(backend, "creations", []):
        if creation.state == "IN_PROGRESS" and clock.now() >= creation.due:
            _complete(backend, creation)


def _complete(backend: Any, creation: _Creation) -> None:
    creation.completed = utcnow()
    if creation.reason:
        creation.state = "FAILED"
        return
    account = FakeAccount(backend.org, **creation.arguments)
    account.usable = creation.due + settings.ACCOUNT_SECONDS
    backend.accounts.append(account)
    organizations_backends.master_accounts[account.id] = (backend.account_id, backend.partition)
    root = backend._get_root_by_id(backend.org.root_id)
    for policy_type in root.policy_types:
        _attach_full_access(backend, policy_type["Type"], [account])
    role = creation.arguments.get("RoleName", "OrganizationAccountAccessRole")
    policy = _ADMINISTRATOR.format(backend.partition)
    iam_backends[account.id][backend.partition].attach_role_policy(policy, role)
    creation.state = "SUCCEEDED"
    creation.account = account


def usable(account_id: str) -> bool:
    """Whether an account exists and is ready: "It can take a few minutes before you can access it".

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
    """
    backend = organization_of(account_id)
    if backend is None:
        return True
    account = next((a for a in backend.accounts if a.id == account_id), None)
    if account is None or account.status != "ACTIVE":
        return False
    return clock.now() >= getattr(account, "usable", 0)


def known_account(account_id: str) -> bool:
    """Whether the sandbox holds an account (others are strangers', and exist or not)."""
    return account_id in organizations_backends.master_accounts or any(
        backends["aws"].org is not None and account == account_id
        for account, backends in list(organizations_backends.items())
    )


def _emails() -> List[str]:
    found = []
    for backends in list(organizations_backends.values()):
        for backend in list(backends.values()):
            found += [a.email for a in backend.accounts]
            pending = getattr(backend, "creations", [])
            found += [c.arguments["Email"] for c in pending if c.state == "IN_PROGRESS"]
    return [email.lower() for email in found]


@patch(OrganizationsBackend)
def create_account(self: Any, **kwargs: Any) -> Dict[str, Any]:
    """Is asynchronous: IN_PROGRESS, then SUCCEEDED or FAILED; an e-mail address that any account
    has, a closed one too, fails with EMAIL_ALREADY_EXISTS; five run at once. The role in the new
    account has AdministratorAccess.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
    """
    if self.org is None:
        raise AWSOrganizationsNotInUseException
    if not re.fullmatch(r"[ -~]{1,50}", kwargs.get("AccountName", "")):
        raise _invalid("INVALID_PATTERN", "You specified an invalid value: AccountName.")
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", kwargs.get("Email", "")):
        raise _invalid("INVALID_EMAIL_ADDRESS_TARGET", "You specified an invalid e-mail address.")
    if len(kwargs["Email"]) > 64 or len(kwargs["Email"]) < 6:
        raise _invalid("INVALID_EMAIL_ADDRESS_TARGET", "You specified an invalid e-mail address.")
    _checked_tags(kwargs.get("Tags", []))
    if sum(c.state == "IN_PROGRESS" for c in self.creations) >= _ACCOUNTS_AT_ONCE:
        raise _constraint(
            "ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED",
            "You have exceeded the number of accounts that you can create at one time.",
        )
    taken = kwargs["Email"].lower() in _emails()
    creation = _Creation(kwargs, "EMAIL_ALREADY_EXISTS" if taken else None)
    self.creations.append(creation)
    return {"CreateAccountStatus": creation.describe()}


@patch(OrganizationsBackend)
def describe_create_account_status(self: Any, **kwargs: Any) -> Dict[str, Any]:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html"""
    for creation in self.creations:
        if creation.id == kwargs["CreateAccountRequestId"]:
            return {"CreateAccountStatus": creation.describe()}
    text = "We can't find a create account request with the CreateAccountRequestId you specified."
    raise _error("CreateAccountStatusNotFoundException", text)


@patch(OrganizationsResponse)
def list_create_account_status(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListCreateAccountStatus.html"""
    states = self._get_param("States") or ["IN_PROGRESS", "SUCCEEDED", "FAILED"]
    found = [c.describe() for c in self.organizations_backend.creations if c.state in states]
    return _page(self, "CreateAccountStatuses", found)


@patch(OrganizationsBackend)
def close_account(self: Any, **kwargs: Any) -> None:
    """A closed account has Status SUSPENDED and State CLOSED; the management account can't be
    closed.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
    """
    if kwargs["AccountId"] == self.account_id:
        text = "You cannot close the management account."
        raise _constraint("CANNOT_CLOSE_MANAGEMENT_ACCOUNT", text)
    close_account.moto(self, **kwargs)
    self.get_account_by_id(kwargs["AccountId"]).state = "CLOSED"


@patch(OrganizationsBackend)
def move_account(self: Any, **kwargs: Any) -> None:
    """The source must be where the account is, and the destination elsewhere.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html
    """
    account = self.get_account_by_id(kwargs["AccountId"])
    parents = {unit.id for unit in self.ou}
    source, destination = kwargs["SourceParentId"], kwargs["DestinationParentId"]
    if destination not in parents:
        text = "We can't find the destination container (a root or OU) that you specified."
        raise _error("DestinationParentNotFoundException", text)
    if source not in parents or account.parent_id != source:
        text = "We can't find a source root or OU with the ParentId that you specified."
        raise _error("SourceParentNotFoundException", text)
    if source == destination:
        text = "That account is already present in the specified destination."
        raise _error("DuplicateAccountException", text)
    account.parent_id = destination


# --- organizational units ------------------------------------------------------------------------

_DEEPEST_UNIT = 5


@patch(OrganizationsBackend)
def create_organizational_unit(self: Any, **kwargs: Any) -> Dict[str, Any]:
    """Names are unique under a parent, and units are nested five deep at most.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html
    """
    parent = self.validate_parent_id(kwargs["ParentId"])
    if any(u.parent_id == parent and u.name == kwargs["Name"] for u in self.ou):
        raise DuplicateOrganizationalUnitException
    depth, above = 1, parent
    parents = {unit.id: unit.parent_id for unit in self.ou}
    while parents[above]:
        depth, above = depth + 1, parents[above]
    if depth > _DEEPEST_UNIT:
        raise _constraint("OU_DEPTH_LIMIT_EXCEEDED", "You have exceeded the depth of the OU tree.")
    _checked_tags(kwargs.get("Tags", []))
    unit = FakeOrganizationalUnit(self.org, **kwargs)
    self.ou.append(unit)
    for policy_type in self._get_root_by_id(self.org.root_id).policy_types:
        _attach_full_access(self, policy_type["Type"], [unit])
    return unit.describe()


@patch(OrganizationsBackend)
def update_organizational_unit(self: Any, **kwargs: Any) -> Dict[str, Any]:
    """Only units under the same parent need different names.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html
    """
    unit = self.get_organizational_unit_by_id(kwargs["OrganizationalUnitId"])
    name = kwargs.get("Name", unit.name)
    if any(u is not unit and u.parent_id == unit.parent_id and u.name == name for u in self.ou):
        raise DuplicateOrganizationalUnitException
    unit.name = name
    return unit.describe()


@patch(OrganizationsBackend)
def delete_organizational_unit(self: Any, **kwargs: Any) -> None:
    """Only an empty unit can be deleted.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html
    """
    unit = self.get_organizational_unit_by_id(kwargs["OrganizationalUnitId"])
    if any(child.parent_id == unit.id for child in self.ou + self.accounts):
        text = "The specified OU is not empty."
        raise _error("OrganizationalUnitNotEmptyException", text)
    for policy in list(unit.attached_policies):
        _detach(policy, unit)
    self.ou.remove(unit)


# --- policies ------------------------------------------------------------------------------------

#: Characters, and attachments of a type to one target.
#: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
_LIMITS: Dict[str, Tuple[int, int]] = {
    "SERVICE_CONTROL_POLICY": (10240, 10),
    "RESOURCE_CONTROL_POLICY": (5120, 5),
    "TAG_POLICY": (10000, 10),
    "BACKUP_POLICY": (10000, 10),
    "AISERVICES_OPT_OUT_POLICY": (2500, 5),
    "CHATBOT_POLICY": (10000, 5),
    "DECLARATIVE_POLICY_EC2": (10000, 10),
    "SECURITYHUB_POLICY": (10000, 10),
    "INSPECTOR_POLICY": (10000, 10),
    "UPGRADE_ROLLOUT_POLICY": (10000, 10),
    "BEDROCK_POLICY": (10000, 10),
    "S3_POLICY": (10000, 10),
    "NETWORK_SECURITY_DIRECTOR_POLICY": (10000, 10),
    "SECURITYHUB_CSPM_POLICY": (10000, 10),
    "GUARDDUTY_POLICY": (10000, 10),
}

#: The element at the top of a management policy.
#: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html
_TOP = {
    "TAG_POLICY": "tags",
    "BACKUP_POLICY": "plans",
    "AISERVICES_OPT_OUT_POLICY": "services",
    "CHATBOT_POLICY": "chatbot",
    "DECLARATIVE_POLICY_EC2": "ec2_attributes",
}

FakePolicy.SUPPORTED_POLICY_TYPES = FakeRoot.SUPPORTED_POLICY_TYPES = list(_LIMITS)


def _policy_type(kind: str) -> str:
    if kind not in _LIMITS:
        raise _invalid("INVALID_ENUM_POLICY_TYPE")
    return kind


@patch(FakePolicy, "__init__")
def make_policy(self: Any, organization: FakeOrganization, **kwargs: Any) -> None:
    """All policy types exist.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
    """
    self.type = _policy_type(kwargs.get("Type", ""))
    self.content = kwargs.get("Content")
    self.description = kwargs.get("Description")
    self.name = kwargs.get("Name")
    self.id = utils.make_random_policy_id()
    self.aws_managed = False
    self.region = organization.region
    self.organization_id = organization.id
    self.master_account_id = organization.master_account_id
    self.attachments = []
    self.tags = {tag["Key"]: tag["Value"] for tag in kwargs.get("Tags", [])}


@patch(FakePolicy, "arn")
@property
def policy_arn(self: Any) -> str:
    """AWS's own policies belong to `aws`.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_arn-formats.html
    """
    partition = models.get_partition(self.region)
    kind = self.type.lower()
    if self.aws_managed:
        return f"arn:{partition}:organizations::aws:policy/{kind}/{self.id}"
    owner = f"{self.master_account_id}:policy/{self.organization_id}"
    return f"arn:{partition}:organizations::{owner}/{kind}/{self.id}"


def _target(backend: Any, target_id: str) -> Any:
    shapes = (utils.ROOT_ID_REGEX, utils.OU_ID_REGEX, utils.ACCOUNT_ID_REGEX)
    if not any(re.fullmatch(shape, target_id or "") for shape in shapes):
        raise _invalid("INVALID_PATTERN_TARGET_ID")
    for target in backend.ou + backend.accounts:
        if target.id == target_id:
            return target
    raise TargetNotFoundException


def _attach(policy: FakePolicy, target: Any) -> None:
    target.attached_policies.append(policy)
    policy.attachments.append(target)


def _detach(policy: FakePolicy, target: Any) -> None:
    target.attached_policies.remove(policy)
    policy.attachments.remove(target)


def _attach_full_access(backend: Any, kind: str, targets: List[Any]) -> None:
    if kind in _FULL_ACCESS:
        policy = backend.get_policy_by_id(_FULL_ACCESS[kind][0])
        for target in targets:
            if policy not in target.attached_policies:
                _attach(policy, target)


@patch(OrganizationsBackend)
def enable_policy_type(self: Any, **kwargs: str) -> Dict[str, Any]:
    """Enabling SCPs or RCPs attaches FullAWSAccess or RCPFullAWSAccess to everything.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    root = self._get_root_by_id(kwargs["RootId"])
    kind = _policy_type(kwargs["PolicyType"])
    if self.org.feature_set != "ALL":
        text = "You can't use the specified policy type with the feature set currently enabled."
        raise _error("PolicyTypeNotAvailableForOrganizationException", text)
    if any(enabled["Type"] == kind for enabled in root.policy_types):
        raise PolicyTypeAlreadyEnabledException
    root.policy_types.append({"Type": kind, "Status": "ENABLED"})
    _attach_full_access(self, kind, self.ou + self.accounts)
    return {"Root": root.describe()}


@patch(OrganizationsBackend)
def disable_policy_type(self: Any, **kwargs: str) -> Dict[str, Any]:
    """Disabling a type detaches all its policies from everything.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
    """
    answer = disable_policy_type.moto(self, **kwargs)
    for target in self.ou + self.accounts:
        for policy in list(target.attached_policies):
            if policy.type == kwargs["PolicyType"]:
                _detach(policy, target)
    return answer


@patch(OrganizationsBackend)
def attach_policy(self: Any, **kwargs: str) -> None:
    """The type must be enabled; nothing is attached twice; each type has a limit.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
    """
    policy = self.get_policy_by_id(kwargs["PolicyId"])
    target = _target(self, kwargs["TargetId"])
    root = self._get_root_by_id(self.org.root_id)
    if not any(enabled["Type"] == policy.type for enabled in root.policy_types):
        raise PolicyTypeNotEnabledException
    if policy in target.attached_policies:
        text = "A policy with the specified ID is already attached to the specified target."
        raise _error("DuplicatePolicyAttachmentException", text)
    if sum(p.type == policy.type for p in target.attached_policies) >= _LIMITS[policy.type][1]:
        text = "You have attached the maximum number of policies to the specified target."
        raise _constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", text)
    _attach(policy, target)


@patch(OrganizationsBackend)
def detach_policy(self: Any, **kwargs: str) -> None:
    """Each target keeps one SCP at least, and RCPFullAWSAccess always.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    policy = self.get_policy_by_id(kwargs["PolicyId"])
    target = _target(self, kwargs["TargetId"])
    if policy not in target.attached_policies:
        text = "The policy isn't attached to the specified target in the specified root."
        raise _error("PolicyNotAttachedException", text)
    if policy.id == utils.DEFAULT_RCP_POLICY_ID:
        raise _invalid("NON_DETACHABLE_POLICY", "You can't detach this policy.")
    kind = policy.type
    if kind == "SERVICE_CONTROL_POLICY":
        if sum(p.type == kind for p in target.attached_policies) == 1:
            text = "You cannot remove the last policy attached to the specified target."
            raise _constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", text)
    _detach(policy, target)


@patch(OrganizationsBackend)
def create_policy(self: Any, **kwargs: Any) -> Dict[str, Any]:
    """Content is checked against the type's grammar and limit.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
    """
    _checked_content(_policy_type(kwargs["Type"]), kwargs["Content"])
    _checked_tags(kwargs.get("Tags", []))
    return create_policy.moto(self, **kwargs)


@patch(OrganizationsBackend)
def update_policy(self: Any, **kwargs: Any) -> Dict[str, Any]:
    """As for CreatePolicy; AWS's own policies can't be changed.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html
    """
    policy = _changeable(self, kwargs["PolicyId"])
    if "Content" in kwargs:
        _checked_content(policy.type, kwargs["Content"])
    if any(p is not policy and p.name == kwargs.get("Name") for p in self.policies):
        raise DuplicatePolicyException
    return update_policy.moto(self, **kwargs)


@patch(OrganizationsBackend)
def delete_policy(self: Any, **kwargs: Any) -> None:
    """AWS's own policies can't be deleted.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html
    """
    _changeable(self, kwargs["PolicyId"])
    delete_policy.moto(self, **kwargs)


def _changeable(backend: Any, policy_id: str) -> FakePolicy:
    policy = backend.get_policy_by_id(policy_id)
    if policy.aws_managed:
        raise _invalid("IMMUTABLE_POLICY", "You can't change a policy that is managed by AWS.")
    return policy


def _checked_content(kind: str, content: str) -> None:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
    """
    if len(content) > _LIMITS[kind][0]:
        text = "You have exceeded the maximum size of a policy of this type."
        raise _constraint("POLICY_CONTENT_LIMIT_EXCEEDED", text)
    try:
        policy = json.loads(content)
    except ValueError:
        policy = None
    if kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        good = _is_control_policy(policy, resource=kind == "RESOURCE_CONTROL_POLICY")
    else:
        good = isinstance(policy, dict) and (kind not in _TOP or list(policy) == [_TOP[kind]])
    if not good:
        raise _error(
            "MalformedPolicyDocumentException",
            "The provided policy document does not meet the requirements of the specified "
            "policy type.",
        )


def _is_control_policy(policy: Any, resource: bool) -> bool:
    if not isinstance(policy, dict) or not set(policy) <= {"Version", "Id", "Statement"}:
        return False
    if policy.get("Version") != "2012-10-17":
        return False
    found = policy.get("Statement")
    found = found if isinstance(found, list) else [found]
    if not found or not all(isinstance(statement, dict) for statement in found):
        return False
    sids = [statement["Sid"] for statement in found if "Sid" in statement]
    return len(set(sids)) == len(sids) and all(_is_statement(s, resource) for s in found)


def _is_statement(statement: Dict[str, Any], resource: bool) -> bool:
    keys = set(statement)
    known = {"Sid", "Effect", "Action", "Resource", "NotResource", "Condition"}
    known |= {"Principal"} if resource else {"NotAction"}
    if not keys <= known or not isinstance(statement.get("Condition", {}), dict):
        return False
    if statement.get("Effect") not in (("Deny",) if resource else ("Allow", "Deny")):
        return False
    if resource and statement.get("Principal") != "*":
        return False
    if ("Action" in keys) == ("NotAction" in keys) or ("Resource" in keys) == (
        "NotResource" in keys
    ):
        return False
    actions = _strings(statement.get("Action", statement.get("NotAction")))
    resources = _strings(statement.get("Resource", statement.get("NotResource")))
    if not actions or not resources:
        return False
    pattern = r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+" if resource else r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+"
    return all(re.fullmatch(pattern, action) for action in actions)


def _strings(value: Any) -> List[str]:
    values = value if isinstance(value, list) else [value]
    return values if all(isinstance(v, str) and v for v in values) else []


# --- trusted access and delegation ---------------------------------------------------------------

#: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
_SERVICES = set(FakeServiceAccess.TRUSTED_SERVICES) | set(
    "iam.amazonaws.com resource-explorer-2.amazonaws.com cost-optimization-hub.bcm.amazonaws.com "
    "notifications.amazonaws.com networkmanager.amazonaws.com vpc-lattice.amazonaws.com "
    "malware-protection.guardduty.amazonaws.com observabilityadmin.amazonaws.com "
    "securityhubv2.amazonaws.com agentless.inspector2.amazonaws.com route53profiles.amazonaws.com "
    "report.ec2.amazonaws.com chatbot.amazonaws.com health.amazonaws.com sso.amazonaws.com "
    "billing-cost-management.amazonaws.com savingsplans.amazonaws.com ssm-sap.amazonaws.com "
    "ssm-quicksetup.amazonaws.com opsdatasync.ssm.amazonaws.com deadline.amazonaws.com".split()
)
FakeServiceAccess.TRUSTED_SERVICES = sorted(_SERVICES)
_WITHOUT_DELEGATION = {
    "aws-artifact-account-sync.amazonaws.com",
    "chatbot.amazonaws.com",
    "controltower.amazonaws.com",
    "ds.amazonaws.com",
    "ram.amazonaws.com",
    "servicequotas.amazonaws.com",
    "wellarchitected.amazonaws.com",
}
FakeDelegatedAdministrator.SUPPORTED_SERVICES = sorted(_SERVICES - _WITHOUT_DELEGATION)


@patch(OrganizationsBackend)
def register_delegated_administrator(self: Any, **kwargs: str) -> None:
    """Needs trusted access first; never the management account, never a suspended one.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
    """
    account_id, service = kwargs["AccountId"], kwargs["ServicePrincipal"]
    if account_id == self.account_id:
        text = "You cannot register the management account as a delegated administrator."
        raise _constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR", text)
    account = self.get_account_by_id(account_id)
    if account.status != "ACTIVE":
        text = "You cannot register a suspended account as a delegated administrator."
        raise _constraint("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR", text)
    if not FakeDelegatedAdministrator.supported_service(service):
        text = "You specified an unrecognized service principal."
        raise _invalid("UNRECOGNIZED_SERVICE_PRINCIPAL", text)
    if not trusts(self, service):
        text = "You must enable service access before registering a delegated administrator."
        raise _constraint("SERVICE_ACCESS_NOT_ENABLED", text)
    for admin in self.admins:
        if admin.account.id == account_id and service in admin.services:
            raise AccountAlreadyRegisteredException
    register_delegated_administrator.moto(self, **kwargs)


def trusts(backend: OrganizationsBackend, service: str) -> bool:
    """Whether the organization gives a service trusted access."""
    return any(entry["ServicePrincipal"] == service for entry in backend.services)


def delegated(backend: OrganizationsBackend, account: str, service: str) -> bool:
    """Whether an account is a service's delegated administrator."""
    return any(a.account.id == account and service in a.services for a in backend.admins)


# --- the organization's resource policy ----------------------------------------------------------


@patch(OrganizationsResponse)
def put_resource_policy(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_PutResourcePolicy.html"""
    backend = self.organizations_backend
    content = self._get_param("Content")
    try:
        good = isinstance(json.loads(content), dict)
    except ValueError:
        good = False
    if not good:
        raise _invalid("INVALID_RESOURCE_POLICY_JSON", "The provided policy is not valid JSON.")
    policy_id = "rp-" + "".join(utils.random.choice(utils.CHARSET) for _ in range(8))
    old = getattr(backend, "resource_policy", None)
    policy_id = old["ResourcePolicySummary"]["Id"] if old else policy_id
    arn = f"arn:{self.partition}:organizations::{backend.account_id}:resourcepolicy"
    summary = {"Id": policy_id, "Arn": f"{arn}/{backend.org.id}/{policy_id}"}
    backend.resource_policy = {"ResourcePolicySummary": summary, "Content": content}
    return json.dumps({"ResourcePolicy": backend.resource_policy})


@patch(OrganizationsResponse)
def describe_resource_policy(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResourcePolicy.html"""
    policy = getattr(self.organizations_backend, "resource_policy", None)
    if policy is None:
        raise _error("ResourcePolicyNotFoundException", "We can't find a resource policy.")
    return json.dumps({"ResourcePolicy": policy})


@patch(OrganizationsResponse)
def delete_resource_policy(self: Any) -> str:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteResourcePolicy.html"""
    describe_resource_policy(self)
    self.organizations_backend.resource_policy = None
    return "{}"
