"""Amazon EC2: which Regions and zones an account sees."""

from typing import Any, Dict, List

from moto.core.responses import ActionResult
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone
from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions

from . import AwsError, network, patch
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


def _zones(region: str) -> List[Zone]:
    """Three zones `a`, `b`, `c` with ids that begin with the Region's initials: `apse4-az1`.

    https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
    """
    area, direction, number = region.rsplit("-", 2)
    for way in ("north", "south", "east", "west", "central"):
        direction = direction.replace(way, way[0])
    prefix = f"{area}{direction}{number}"
    return [
        Zone(f"{region}{letter}", region, f"{prefix}-az{index}")
        for index, letter in enumerate("abc", 1)
    ]


for _region in DEFAULT_REGIONS + OPT_IN_REGIONS:
    RegionsAndZonesBackend.zones.setdefault(_region, _zones(_region))


_ZONE_KEYS: network.Keys = {
    "zone-id": lambda zone: zone.zone_id,
    "zone-name": lambda zone: zone.name,
    "zone-type": lambda zone: zone.zone_type,
    "region-name": lambda zone: zone.region_name,
    "state": lambda zone: zone.state,
    "group-name": lambda zone: f"{zone.region_name}-zg-1",
    "opt-in-status": lambda zone: "opt-in-not-required",
}


@patch(AvailabilityZonesAndRegions)
def describe_availability_zones(self: Any) -> ActionResult:
    """With id, group and border group; names and ids that are none of the Region's are errors.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html
    """
    self.error_on_dryrun()
    zones = RegionsAndZonesBackend.zones[self.region]
    names, ids = self._get_param("ZoneNames") or [], self._get_param("ZoneIds") or []
    for wanted, known in ((names, [z.name for z in zones]), (ids, [z.zone_id for z in zones])):
        if set(wanted) - set(known):
            text = f"Invalid availability zone: [{(set(wanted) - set(known)).pop()}]"
            raise AwsError("InvalidParameterValue", text)
    found = network.select(zones, network.filters_of(self), _ZONE_KEYS, lambda zone: [])
    return ActionResult(
        {
            "AvailabilityZones": [
                {
                    "ZoneName": zone.name,
                    "ZoneId": zone.zone_id,
                    "ZoneType": zone.zone_type,
                    "RegionName": zone.region_name,
                    "State": zone.state,
                    "OptInStatus": "opt-in-not-required",
                    "GroupName": f"{zone.region_name}-zg-1",
                    "NetworkBorderGroup": zone.region_name,
                    "Messages": [],
                }
                for zone in found
                if (not names or zone.name in names) and (not ids or zone.zone_id in ids)
            ]
        }
    )
