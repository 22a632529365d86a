"""Service Quotas.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_Operations.html
"""

import json
from typing import Any, Dict, Tuple

from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.responses import ServiceQuotasResponse

from . import patch

#: Defaults of services of which moto knows none: name, value, whether it holds for all Regions.
_DEFAULTS: Dict[Tuple[str, str], Tuple[str, float, bool]] = {
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
    ("organizations", "L-E619E033"): ("Default maximum number of accounts", 10.0, True),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    ("iam", "L-0DA4ABF3"): ("Managed policies per role", 10.0, True),
    ("iam", "L-FE177D64"): ("Roles per account", 1000.0, True),
    # https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5.0, False),
    # https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-quotas.html
    ("ec2", "L-A2478D36"): ("Transit gateways per account", 5.0, False),
    # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
    ("route53resolver", "L-4A669CC0"): ("Resolver endpoints per AWS Region", 4.0, False),
}


def _default(backend: Any, service: str, code: str) -> Dict[str, Any]:
    known = _DEFAULTS.get((service, code))
    if known is None:
        return dict(get_service_quota.moto(backend, service, code))
    name, value, is_global = known
    # Quotas that hold for all Regions are known in us-east-1 alone.
    # https://docs.aws.amazon.com/general/latest/gr/servicequotas.html
    if is_global and backend.region_name != "us-east-1":
        raise NoSuchResource
    return {
        "ServiceCode": service,
        "QuotaCode": code,
        "QuotaName": name,
        "Value": value,
        "Adjustable": True,
        "GlobalQuota": is_global,
    }


@patch(ServiceQuotasBackend)
def get_service_quota(self: Any, service_code: str, quota_code: str) -> Dict[str, Any]:
    """The applied value: what was asked for, else the default.

    https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
    """
    quota = _default(self, service_code, quota_code)
    raised = getattr(self, "raised", {})
    return {**quota, "Value": raised.get((service_code, quota_code), quota["Value"])}


@patch(ServiceQuotasResponse)
def request_service_quota_increase(self: Any) -> str:
    """Raises a quota; AWS takes minutes to days to agree, which is not awaited here.

    https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html
    """
    asked = json.loads(self.body)
    service, code = asked["ServiceCode"], asked["QuotaCode"]
    quota = _default(self.backend, service, code)
    if not hasattr(self.backend, "raised"):
        self.backend.raised = {}
    self.backend.raised[(service, code)] = float(asked["DesiredValue"])
    return json.dumps(
        {"RequestedQuota": {**quota, "Status": "APPROVED", "DesiredValue": asked["DesiredValue"]}}
    )
