"""AWS's policy language: enough of it to decide who may assume a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import ipaddress
import json
import re
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional

Context = Dict[str, str]


class Caller(NamedTuple):
    """Who makes a call."""

    account: str
    partition: str
    arn: str  # as GetCallerIdentity shows it
    principal: str  # the role's or user's own ARN
    id: str  # AROA… or AIDA…
    kind: str  # administrator | user | role

    @property
    def root(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:root"


def listed(value: Any) -> List[Any]:
    """AWS writes one thing for a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def statements(document: str) -> List[Dict[str, Any]]:
    return [s for s in listed(json.loads(document).get("Statement")) if isinstance(s, dict)]


def like(pattern: str, value: str, fold: bool = False) -> bool:
    """`*` is any text, `?` any character."""
    text = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(text, value, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None


def arn_like(pattern: str, value: str) -> bool:
    """Each of the six parts is matched on its own."""
    wanted, given = pattern.split(":", 5), value.split(":", 5)
    return len(wanted) == len(given) and all(like(w, g) for w, g in zip(wanted, given))


def identity_allows(
    documents: Iterable[str], action: str, resource: str, context: Context
) -> Optional[bool]:
    """True: allowed; False: denied by a statement; None: no statement says so."""
    answer = None
    for document in documents:
        for statement in statements(document):
            if _acts(statement, action) and _concerns(statement, resource, context):
                if _conditions(statement, context):
                    if statement.get("Effect") == "Deny":
                        return False
                    answer = True
    return answer


def service_may(
    document: str, service: str, action: str, resource: str, context: Context
) -> bool:
    """Whether a resource's policy lets a service in: an Allow that names it, and no Deny that meets it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
    """
    found = False
    for statement in statements(document):
        if not (_names_service(statement, service) and _acts(statement, action)):
            continue
        if _concerns(statement, resource, context) and _conditions(statement, context):
            if statement.get("Effect") == "Deny":
                return False
            found = True
    return found


def resource_says(
    document: str, action: str, resource: str, caller: Caller, context: Context
) -> Optional[bool]:
    """What a resource's policy says of a caller. True: allowed; False: denied; None: nothing.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    answer = None
    for statement in statements(document):
        if _names(statement, caller) and _acts(statement, action):
            if _concerns(statement, resource, context) and _conditions(statement, context):
                if statement.get("Effect") == "Deny":
                    return False
                answer = True
    return answer


def _names_service(statement: Dict[str, Any], service: str) -> bool:
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return principal == "*"
    names = listed(principal.get("Service"))
    return service in names or "*" in names or "*" in listed(principal.get("AWS"))


def trust_allows(document: str, action: str, caller: Caller, context: Context) -> Optional[str]:
    """How a role's trust policy lets the caller in: "principal", "account", or not at all.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    found = None
    for statement in statements(document):
        how = _names(statement, caller)
        if how and _acts(statement, action) and _conditions(statement, context):
            if statement.get("Effect") == "Deny":
                return None
            found = "principal" if "principal" in (how, found) else how
    return found


def _names(statement: Dict[str, Any], caller: Caller) -> Optional[str]:
    if "NotPrincipal" in statement:
        return None
    principal = statement.get("Principal")
    if principal == "*":
        return "principal"
    if not isinstance(principal, dict):
        return None
    names = [str(name) for name in listed(principal.get("AWS"))]
    if any(name in ("*", caller.arn, caller.principal, caller.id) for name in names):
        return "principal"
    return "account" if any(name in (caller.account, caller.root) for name in names) else None


def _acts(statement: Dict[str, Any], action: str) -> bool:
    if "Action" in statement:
        return any(like(str(a), action, fold=True) for a in listed(statement["Action"]))
    if "NotAction" in statement:
        return not any(like(str(a), action, fold=True) for a in listed(statement["NotAction"]))
    return False


def _concerns(statement: Dict[str, Any], resource: str, context: Context) -> bool:
    key = "Resource" if "Resource" in statement else "NotResource"
    patterns = [_filled(str(p), context) for p in listed(statement.get(key))]
    found = any(p == "*" or like(p, resource) for p in patterns)
    return found if key == "Resource" else bool(patterns) and not found


def _filled(text: str, context: Context) -> str:
    def value(match: "re.Match[str]") -> str:
        return context.get(match.group(1).lower(), match.group(0))

    return re.sub(r"\$\{([^}]+)\}", value, text)


def _conditions(statement: Dict[str, Any], context: Context) -> bool:
    """All operators and all keys must hold; keys are compared without regard to case.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    for operator, tests in (statement.get("Condition") or {}).items():
        for key, wanted in tests.items():
            values = [_filled(_text(v), context) for v in listed(wanted)]
            if not _holds(operator, context.get(key.lower()), values):
                return False
    return True


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(test: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda wanted, given: test(float(given), float(wanted))


def _within(wanted: str, given: str) -> bool:
    return ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)


_TESTS: Dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda w, g: w == g,
    "StringEqualsIgnoreCase": lambda w, g: w.lower() == g.lower(),
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": lambda w, g: w.lower() == g.lower(),
    "IpAddress": _within,
    "NumericEquals": _number(lambda g, w: g == w),
    "NumericLessThan": _number(lambda g, w: g < w),
    "NumericLessThanEquals": _number(lambda g, w: g <= w),
    "NumericGreaterThan": _number(lambda g, w: g > w),
    "NumericGreaterThanEquals": _number(lambda g, w: g >= w),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
}


def _holds(operator: str, given: Optional[str], wanted: List[str]) -> bool:
    if operator == "Null":
        return any((w.lower() == "true") == (given is None) for w in wanted)
    for_all = operator.startswith("ForAllValues:")
    operator = operator.split(":", 1)[-1]
    if_exists = operator.endswith("IfExists")
    if if_exists:
        operator = operator[: -len("IfExists")]
    if given is None:
        return if_exists or for_all or operator in _NEGATED
    try:
        if operator in _NEGATED:
            return not any(_TESTS[_NEGATED[operator]](w, given) for w in wanted)
        test = _TESTS.get(operator)
        return test is not None and any(test(w, given) for w in wanted)
    except ValueError:
        return False
