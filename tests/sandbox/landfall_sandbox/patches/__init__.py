"""Documented AWS behaviour that moto 5.2.5 lacks, one module per service.

A patch replaces or adds one method of a class of moto's; its docstring says what AWS does and where
that is documented. The method that was there before stays reachable as ``.moto``.
"""

from importlib import import_module
from typing import Any, Callable, List, Optional

from ..wire import Call, Refusal

#: Asked before every call; the first refusal is the answer.
gates: List[Callable[[Call], Optional[Refusal]]] = []

#: Called when the sandbox is emptied.
resets: List[Callable[[], None]] = []

#: Services whose calls run one at a time: moto checks and then acts without a lock.
SERIAL = {
    "account", "cloudtrail", "config", "ec2", "firehose", "iam", "kms", "logs", "monitoring",
    "organizations", "ram", "route53", "route53resolver", "s3", "s3-control", "sns", "sts",
}  # fmt: skip


class AwsError(Exception):
    """An error that the service's model does not hold, or not with this status."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(f"{code}: {message}")
        self.refusal = Refusal(code, message, status)


def patch(owner: type, name: Optional[str] = None) -> Callable[[Any], Any]:
    """Makes a function a method of `owner`, in place of the one of that name."""

    def replace(function: Any) -> Any:
        key = name or function.__name__
        if not isinstance(function, (property, staticmethod)):
            function.moto = getattr(owner, key, None)
        setattr(owner, key, function)
        return function

    return replace


#: What hangs together with Amazon EC2: shares make gateways and prefix lists visible.
_NETWORK = [
    "ec2", "vpc", "routes", "nat_gateways", "security_groups", "endpoints", "prefix_lists",
    "flow_logs", "ram_calls", "transit_gateways", "transit_gateway_attachments",
    "transit_gateway_routes", "tags",
]  # fmt: skip

#: Patched when the service is first called: moto takes long to load them.
_LATE = {
    "cloudtrail": ["cloudtrail"],
    "cloudwatch": ["cloudwatch"],
    "config": ["config"],
    "ec2": _NETWORK,
    "firehose": ["firehose"],
    "kms": ["kms"],
    "logs": ["logs", "log_destinations"],
    "route53": ["route53", "route53_records"],
    "route53resolver": ["resolver", "resolver_rules", "resolver_logs", "dns_firewall_vpcs"],
    "ram": _NETWORK,
    "s3": ["s3"],
    "s3control": ["s3"],
    "servicequotas": ["service_quotas"],
    "sns": ["sns"],
}


def install() -> None:
    """Imports the patched services that hang together, which patches them."""
    from . import account, iam, organizations, sts  # noqa: F401


def install_late(service: str) -> None:
    """Patches a service that is about to be called for the first time."""
    for module in _LATE.get(service, []):
        import_module(f"{__name__}.{module}")
