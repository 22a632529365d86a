"""Amazon EC2: which Regions an account sees."""

from typing import Any, Dict

from moto.core.responses import ActionResult
from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions

from . import patch
from .account import DEFAULT_REGIONS, OPT_IN_REGIONS, region_status

_OPT_IN_STATUS = {"ENABLED_BY_DEFAULT": "opt-in-not-required", "ENABLED": "opted-in"}


@patch(AvailabilityZonesAndRegions)
def describe_regions(self: Any) -> ActionResult:
    """Only enabled Regions, or with AllRegions all, each with its opt-in status.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
    """
    self.error_on_dryrun()
    names = self._get_param("RegionNames", [])
    every = self._get_bool_param("AllRegions", False)
    filters = {f["Name"]: f.get("Values", []) for f in self._get_param("Filters", [])}
    found = []
    for name in sorted(DEFAULT_REGIONS + OPT_IN_REGIONS):
        status = _OPT_IN_STATUS.get(region_status(self.current_account, name) or "", "not-opted-in")
        region: Dict[str, str] = {
            "RegionName": name,
            "RegionEndpoint": f"ec2.{name}.amazonaws.com",
            "OptInStatus": status,
        }
        if not every and not names and status == "not-opted-in":
            continue
        if names and name not in names:
            continue
        keys = {"region-name": name, "endpoint": region["RegionEndpoint"], "opt-in-status": status}
        if all(keys.get(key) in values for key, values in filters.items()):
            found.append(region)
    return ActionResult({"Regions": found})
