"""AWS Account Management: names, Regions and alternate contacts."""

import base64
import re
from typing import Any, Dict, Optional, Tuple

from moto.account import urls
from moto.account.models import account_backends
from moto.account.responses import AccountResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.iam.models import get_account_id_from

from .. import clock, settings
from ..wire import Call, Refusal, unknown_credentials
from . import AwsError, gates, organizations, patch, sts

#: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
DEFAULT_REGIONS = (
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 "
    "ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 "
    "us-east-2 us-west-1 us-west-2"
).split()
OPT_IN_REGIONS = (
    "af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 "
    "ap-southeast-6 ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 "
    "me-central-1 me-south-1 mx-central-1"
).split()

#: Answered from one place whichever Region signed the request.
#: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
_GLOBAL = {
    "account", "budgets", "ce", "cloudfront", "globalaccelerator", "health", "iam",
    "networkmanager", "organizations", "route53", "route53domains", "shield", "support",
}  # fmt: skip

for _action in (
    "listRegions", "getRegionOptStatus", "enableRegion", "disableRegion",
    "getAccountInformation", "putAccountName",
):  # fmt: skip
    urls.url_paths["{0}/" + _action + "$"] = AccountResponse.dispatch

_Changes = Dict[str, Tuple[str, float]]


def _changes(account: str) -> _Changes:
    """Regions whose status was changed: the status aimed at, and when it is reached."""
    backend: Any = account_backends[account]["aws"]
    if not hasattr(backend, "region_changes"):
        backend.region_changes = {}
    return backend.region_changes


def region_status(account: str, region: str) -> Optional[str]:
    """https://docs.aws.amazon.com/accounts/latest/APIReference/API_GetRegionOptStatus.html"""
    if region in DEFAULT_REGIONS:
        return "ENABLED_BY_DEFAULT"
    if region not in OPT_IN_REGIONS:
        return None
    status, due = _changes(account).get(region, ("DISABLED", 0))
    if clock.now() < due:
        return {"ENABLED": "ENABLING", "DISABLED": "DISABLING"}[status]
    return status


@gates.append
def region_is_enabled(call: Call) -> Optional[Refusal]:
    """Credentials mean nothing in a Region that the account has not enabled.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    if call.region not in OPT_IN_REGIONS or call.service in _GLOBAL or not call.access_key:
        return None
    if region_status(get_account_id_from(call.access_key), call.region) == "ENABLED":
        return None
    return unknown_credentials(call)


def _refuse(response: Any, why: str) -> AwsError:
    key = response.get_access_key()
    caller = sts.caller_of(key, response.current_account, response.partition)
    action = response._get_action_from_method_and_request_uri(response.normalized_request)
    text = f"User: {caller.arn} is not authorized to perform: account:{action} ({why})"
    return AwsError("AccessDeniedException", text, 403)


def _invalid(text: str) -> AwsError:
    return AwsError("ValidationException", text)


@patch(AccountResponse)
def _get_account_id(self: Any) -> str:
    """`AccountId` is for the management account and the service's delegated administrator, names a
    member and not the caller itself, and needs trusted access.

    https://docs.aws.amazon.com/accounts/latest/reference/using-orgs-trusted-access.html
    https://docs.aws.amazon.com/accounts/latest/APIReference/API_PutAlternateContact.html
    """
    wanted, own = self._get_param("AccountId"), self.current_account
    if wanted is None:
        return str(own)
    if not re.fullmatch(r"\d{12}", wanted):
        raise _invalid("AccountId must match the pattern \\d{12}.")
    backend = organizations.organization_of(own, self.partition)
    if backend is None:
        raise _refuse(self, "The caller is not in an organization.")
    managing = backend.account_id == own
    if not managing and not organizations.delegated(backend, own, "account.amazonaws.com"):
        raise _refuse(self, "The caller is no management account or delegated administrator.")
    if wanted == backend.account_id:
        raise _refuse(self, "The management account can't be named by AccountId.")
    if not any(account.id == wanted for account in backend.accounts):
        raise _refuse(self, "The account is not in the caller's organization.")
    if not organizations.trusts(backend, "account.amazonaws.com"):
        raise _refuse(self, "Trusted access is not enabled for account.amazonaws.com.")
    return str(wanted)


@patch(AccountResponse)
def _get_contact_type(self: Any, account_id: str) -> str:
    """https://docs.aws.amazon.com/accounts/latest/APIReference/API_GetAlternateContact.html"""
    kind = self._get_param("AlternateContactType")
    if kind not in ("BILLING", "OPERATIONS", "SECURITY"):
        raise _invalid("AlternateContactType must be one of BILLING, OPERATIONS, SECURITY.")
    return str(kind)


_FIELDS = {
    "EmailAddress": r"\s*[\w+=.#|!&-]+@[\w.-]+\.[\w]+\s*",
    "Name": r".{1,64}",
    "PhoneNumber": r"[\s0-9()+-]{1,25}",
    "Title": r".{1,50}",
}


@patch(AccountResponse)
def put_alternate_contact(self: Any) -> Any:
    """All four fields are needed, in their forms.

    https://docs.aws.amazon.com/accounts/latest/APIReference/API_PutAlternateContact.html
    """
    for field, pattern in _FIELDS.items():
        if not re.fullmatch(pattern, self._get_param(field) or ""):
            raise _invalid(f"{field} is missing or does not match the pattern {pattern}.")
    return put_alternate_contact.moto(self)


@patch(AccountResponse)
def delete_alternate_contact(self: Any) -> Any:
    """A contact that is not there can't be deleted.

    https://docs.aws.amazon.com/accounts/latest/APIReference/API_DeleteAlternateContact.html
    """
    account = self._get_account_id()
    account_backends[account][self.partition].get_alternate_contact(self._get_contact_type(account))
    return delete_alternate_contact.moto(self)


def _named(response: Any) -> Any:
    """The account that is asked about, as Organizations has it."""
    account, own = response._get_account_id(), response.current_account
    backend = organizations.organization_of(own, response.partition)
    found = [a for a in backend.accounts if a.id == account] if backend else []
    if not found:
        # Accounts of the sandbox that are in no organization have no name that anybody asks for.
        raise AwsError("ResourceNotFoundException", f"The account {account} has no name.", 404)
    return found[0]


@patch(AccountResponse)
def get_account_information(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/accounts/latest/reference/API_GetAccountInformation.html"""
    account = _named(self)
    name = getattr(account, "new_name", account.name)
    return ActionResult({"AccountId": account.id, "AccountName": name})


@patch(AccountResponse)
def put_account_name(self: Any) -> EmptyResult:
    """A new name shows at once here, and within four hours in Organizations.

    https://docs.aws.amazon.com/accounts/latest/reference/API_PutAccountName.html
    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-acct-name.html
    """
    account, name = _named(self), self._get_param("AccountName") or ""
    if not re.fullmatch(r"[ -;=?-~]{1,50}", name):
        raise _invalid("AccountName must match the pattern [ -;=?-~]+ and have 1 to 50 characters.")
    account.new_name, account.renamed = name, clock.now() + settings.NAME_SECONDS
    return EmptyResult()


@patch(AccountResponse)
def list_regions(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/accounts/latest/APIReference/API_ListRegions.html"""
    account = self._get_account_id()
    wanted = self._get_param("RegionOptStatusContains") or []
    size = int(self._get_param("MaxResults") or 50)
    if not 1 <= size <= 50:
        raise _invalid("MaxResults must be between 1 and 50.")
    found = [
        {"RegionName": region, "RegionOptStatus": region_status(account, region)}
        for region in sorted(DEFAULT_REGIONS + OPT_IN_REGIONS)
    ]
    found = [entry for entry in found if not wanted or entry["RegionOptStatus"] in wanted]
    token = self._get_param("NextToken")
    start = int(base64.b64decode(token)) if token else 0
    answer: Dict[str, Any] = {"Regions": found[start : start + size]}
    if len(found) > start + size:
        answer["NextToken"] = base64.b64encode(str(start + size).encode()).decode()
    return ActionResult(answer)


def _region(response: Any) -> str:
    region = response._get_param("RegionName") or ""
    if region not in DEFAULT_REGIONS + OPT_IN_REGIONS:
        raise _invalid(f"{region} is not a valid Region name.")
    return str(region)


@patch(AccountResponse)
def get_region_opt_status(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/accounts/latest/APIReference/API_GetRegionOptStatus.html"""
    account, region = self._get_account_id(), _region(self)
    status = region_status(account, region)
    return ActionResult({"RegionName": region, "RegionOptStatus": status})


def _change(response: Any, status: str, against: str) -> EmptyResult:
    account, region = response._get_account_id(), _region(response)
    now = region_status(account, region)
    if now == "ENABLED_BY_DEFAULT":
        raise _invalid(f"{region} is enabled by default: it can't be changed.")
    if now == against:
        text = f"The Region {region} is {now}: it can't be changed now."
        raise AwsError("ConflictException", text, 409)
    if now not in (status, "ENABLING", "DISABLING"):
        _changes(account)[region] = (status, clock.now() + settings.REGION_SECONDS)
    return EmptyResult()


@patch(AccountResponse)
def enable_region(self: Any) -> EmptyResult:
    """Is asynchronous: ENABLING, then ENABLED; refused while the Region is DISABLING.

    https://docs.aws.amazon.com/accounts/latest/APIReference/API_EnableRegion.html
    """
    return _change(self, "ENABLED", "DISABLING")


@patch(AccountResponse)
def disable_region(self: Any) -> EmptyResult:
    """Is asynchronous: DISABLING, then DISABLED; refused while the Region is ENABLING.

    https://docs.aws.amazon.com/accounts/latest/APIReference/API_DisableRegion.html
    """
    return _change(self, "DISABLED", "ENABLING")
