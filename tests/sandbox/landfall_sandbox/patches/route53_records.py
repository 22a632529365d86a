"""Amazon Route 53: the records of a hosted zone.

Unless a docstring says otherwise, errors are those of
https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from ipaddress import IPv4Address, IPv6Address
from typing import Any, Dict, List, Optional, Tuple

from moto.core.responses import ActionResult
from moto.route53.exceptions import InvalidActionValue, InvalidInput
from moto.route53.models import RecordSet
from moto.route53.responses import Route53

from . import AwsError, patch
from .route53 import change, zone_of

_ROUTING = ("Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer")
_MOST = 1000

Said = Dict[str, Any]


# --- what is asked for ---------------------------------------------------------------------------


def _name(name: Optional[str]) -> str:
    """Small letters, a period at the end, and an asterisk in octal.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
    """
    return (name or "").lower().rstrip(".").replace("*", "\\052") + "."


def _record(action: str, said: Said) -> RecordSet:
    """The record set of a change, as AWS keeps it."""
    values, alias = said.get("ResourceRecords") or [], said.get("AliasTarget")
    if (alias is None) == (not values or said.get("TTL") is None):
        identifier = said.get("SetIdentifier", "null")
        raise InvalidInput(
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and "
            "ResourceRecords], or TrafficPolicyInstanceId], but found "
            f"{'none' if alias is None else 'more than one'} in Change with [Action={action}, "
            f"Name={said.get('Name')}, Type={said.get('Type')}, SetIdentifier={identifier}]"
        )
    routed = any(said.get(key) is not None for key in _ROUTING)
    if routed != (said.get("SetIdentifier") is not None):
        raise InvalidInput("Invalid request: SetIdentifier goes with a routing policy.")
    kept = {**said, "Name": _name(said.get("Name"))}
    if alias is not None:
        kept["AliasTarget"] = {**alias, "DNSName": _name(alias.get("DNSName"))}
    else:
        kept["TTL"] = int(said["TTL"])
        kept["ResourceRecords"] = [value["Value"] for value in values]
    return RecordSet(kept)


def _bad_value(kind: str, value: str) -> Optional[str]:
    """https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html"""
    try:
        if kind == "A":
            IPv4Address(value)
        if kind == "AAAA":
            IPv6Address(value)
    except ValueError:
        family = "IPv4" if kind == "A" else "IPv6"
        what = f"ARRDATAIllegal{family}Address (Value is not a valid {family} address)"
        return f"Invalid Resource Record: 'FATAL problem: {what} encountered with '{value}''"
    if kind == "TXT" and not (len(value) > 1 and value[0] == value[-1] == '"'):
        what = "InvalidCharacterString (Value should be enclosed in quotation marks)"
        return f"Invalid Resource Record: 'FATAL problem: {what} encountered with '{value}''"
    return None


# --- a batch of changes --------------------------------------------------------------------------


def _key(record: RecordSet) -> Tuple[Any, ...]:
    return record.name, record.type, record.set_identifier


def _same(one: RecordSet, other: RecordSet) -> bool:
    """To delete a record set, all its values are said again."""
    mine, theirs = vars(one), vars(other)
    ignored = ("records", "hosted_zone_id", "hosted_zone_name")
    return sorted(one.records or []) == sorted(other.records or []) and all(
        mine[key] == theirs[key] for key in mine if key not in ignored
    )


def _text(record: RecordSet) -> str:
    """How AWS names a record set in its messages."""
    identifier = f", set identifier='{record.set_identifier}'" if record.set_identifier else ""
    return f"resource record set [name='{record.name}', type='{record.type}'{identifier}]"


def _delete(records: List[RecordSet], wanted: RecordSet) -> Optional[str]:
    for index, record in enumerate(records):
        if _key(record) == _key(wanted):
            if not _same(record, wanted):
                what = "but the values provided do not match the current values"
                return f"Tried to delete {_text(wanted)} {what}"
            del records[index]
            return None
    return f"Tried to delete {_text(wanted)} but it was not found"


def _put(records: List[RecordSet], wanted: RecordSet, fresh: bool, zone: str) -> Optional[str]:
    for index, record in enumerate(records):
        if _key(record) == _key(wanted):
            if fresh:
                return f"Tried to create {_text(wanted)} but it already exists"
            records[index] = wanted
            return None
    others = [record for record in records if record.name == wanted.name]
    if wanted.type == "CNAME" and wanted.name == zone:
        return f"RRSet of type CNAME with DNS name {zone} is not permitted at apex in zone {zone}"
    if any((record.type == "CNAME") != (wanted.type == "CNAME") for record in others):
        return (
            f"RRSet of type {wanted.type} with DNS name {wanted.name} is not permitted as it "
            f"conflicts with other records with the same DNS name in zone {zone}"
        )
    simple = wanted.set_identifier is None
    if any(r.type == wanted.type and (simple or r.set_identifier is None) for r in others):
        return (
            f"RRSet with DNS name {wanted.name}, type {wanted.type} cannot be created as other "
            "RRSets exist with the same name and type."
        )
    records.append(wanted)
    return None


def _apply(zone: Any, records: List[RecordSet], action: str, said: Said) -> Optional[str]:
    """Makes one change, or says why not."""
    if action not in ("CREATE", "UPSERT", "DELETE"):
        raise InvalidActionValue(action)
    wanted = _record(action, said)
    if wanted.name != zone.name and not wanted.name.endswith(f".{zone.name}"):
        return f"RRSet with DNS name {wanted.name} is not permitted in zone {zone.name}"
    for value in wanted.records or []:
        bad = _bad_value(str(wanted.type), value)
        if bad:
            return bad
    if action != "DELETE":
        return _put(records, wanted, action == "CREATE", zone.name)
    if wanted.name == zone.name and wanted.type in ("NS", "SOA"):
        number = "exactly one SOA" if wanted.type == "SOA" else "at least one NS"
        return f"A HostedZone must contain {number} record for the zone itself."
    return _delete(records, wanted)


def _count(changes: List[Said]) -> int:
    """Values that are put in place of others count twice.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-changeresourcerecordsets
    """
    return sum(
        len(one["ResourceRecordSet"].get("ResourceRecords") or [1])
        * (2 if one["Action"] == "UPSERT" else 1)
        for one in changes
    )


@patch(Route53)
def change_resource_record_sets(self: Any) -> ActionResult:
    """All changes or none. CREATE is of what isn't there, DELETE of what is and is the same.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    """
    zone, changes = zone_of(self), self._get_param("ChangeBatch.Changes") or []
    if not changes:
        raise InvalidInput("Invalid request: The request must contain at least one change.")
    if _count(changes) > _MOST:
        raise AwsError("InvalidChangeBatch", f"Number of records limit of {_MOST} exceeded.")
    records = list(zone.rrsets)
    tried = [_apply(zone, records, one["Action"], one["ResourceRecordSet"]) for one in changes]
    wrong = [text for text in tried if text]
    if wrong:
        raise AwsError("InvalidChangeBatch", f"[{', '.join(wrong)}]")
    zone.rrsets = records
    comment = self._get_param("ChangeBatch.Comment")
    return ActionResult({"ChangeInfo": change(self, comment)})


# --- lists ---------------------------------------------------------------------------------------


def _order(name: str, kind: Optional[str], identifier: Optional[str]) -> Tuple[Any, ...]:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html"""
    labels = tuple(reversed(name.rstrip(".").split("."))) if name else ()
    return labels, kind or "", identifier or ""


@patch(Route53)
def list_resource_record_sets(self: Any) -> ActionResult:
    """At most 300 at once, in the order of names read from behind, then of types.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
    """
    zone = zone_of(self)
    name, kind = self._get_param("StartRecordName"), self._get_param("StartRecordType")
    identifier = self._get_param("StartRecordIdentifier")
    if (kind and not name) or (identifier and not kind):
        raise InvalidInput("The input is not valid")
    limit = min(int(self._get_param("MaxItems") or 300), 300)
    begin = _order(_name(name) if name else "", kind, identifier)
    places = [(_order(r.name, r.type, r.set_identifier), r) for r in zone.rrsets]
    rest = [r for place, r in sorted(places, key=lambda it: it[0]) if place >= begin]
    after = rest[limit] if len(rest) > limit else None
    answer = {
        "ResourceRecordSets": rest[:limit],
        "IsTruncated": after is not None,
        "NextRecordName": after.name if after else None,
        "NextRecordType": after.type if after else None,
        "NextRecordIdentifier": after.set_identifier if after else None,
        "MaxItems": limit,
    }
    return ActionResult(answer)
