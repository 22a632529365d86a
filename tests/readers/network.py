"""The network as boto3 shows it, and a packet's way through it.

Knows what AWS documents of VPCs and Transit Gateways, and nothing of how Landfall walks them: every subnet has a host with
the security group of its tier, and what a host sends is carried from table to table until it arrives or is dropped.
"""

import ipaddress
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from sessions import REGIONS, client, ids

HUB = "security"
#: Somebody out there.
INTERNET = ipaddress.ip_address("203.0.113.10")
#: A port that a client takes for itself.
CLIENT = 50_000
PROTOCOLS = {"tcp": "6", "udp": "17", "icmp": "1"}

Address = ipaddress.IPv4Address
Network = ipaddress.IPv4Network


class Packet(NamedTuple):
    source: Address
    target: Address
    protocol: str
    port: int

    def back(self) -> "Packet":
        """The answer."""
        return Packet(self.target, self.source, self.protocol, CLIENT)


class Host(NamedTuple):
    """Somebody in a subnet, or out there."""

    name: str
    address: Address
    subnet: Optional[str]
    group: Optional[str]


class Site:
    """An account's part of a Region's network."""

    def __init__(self, account: str, region: str):
        ec2 = client("ec2", account, region)
        pages = lambda operation, key, **more: [  # noqa: E731
            item for page in ec2.get_paginator(operation).paginate(**more) for item in page[key]
        ]
        self.account, self.region = account, region
        self.subnets = {one["SubnetId"]: one for one in pages("describe_subnets", "Subnets")}
        self.tables = pages("describe_route_tables", "RouteTables")
        self.acls = pages("describe_network_acls", "NetworkAcls")
        self.groups = {one["GroupId"]: one for one in pages("describe_security_groups", "SecurityGroups")}
        self.nats = {one["NatGatewayId"]: one for one in pages("describe_nat_gateways", "NatGateways")}
        gateways = pages("describe_internet_gateways", "InternetGateways")
        self.internet = {one["InternetGatewayId"] for one in gateways if one["Attachments"]}
        self.lists: Dict[str, List[Network]] = {}
        self._ec2 = ec2

    def ranges(self, prefix_list: str) -> List[Network]:
        if prefix_list not in self.lists:
            pages = self._ec2.get_paginator("get_managed_prefix_list_entries").paginate(PrefixListId=prefix_list)
            self.lists[prefix_list] = [
                ipaddress.ip_network(entry["Cidr"]) for page in pages for entry in page["Entries"] if ":" not in entry["Cidr"]
            ]
        return self.lists[prefix_list]

    def table(self, subnet: str) -> Dict[str, Any]:
        """A subnet's own route table, or its VPC's main one."""
        vpc = self.subnets[subnet]["VpcId"]
        mine = [table for table in self.tables if table["VpcId"] == vpc]
        for table in mine:
            if any(one.get("SubnetId") == subnet for one in table["Associations"]):
                return table
        return next(table for table in mine if any(one.get("Main") for one in table["Associations"]))

    def route(self, subnet: str, target: Address) -> Optional[Dict[str, Any]]:
        """The most specific route. https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html"""
        best: Tuple[int, Optional[Dict[str, Any]]] = (-1, None)
        for route in self.table(subnet)["Routes"]:
            for network in self._destinations(route):
                if target in network and network.prefixlen > best[0]:
                    best = (network.prefixlen, route)
        return best[1]

    def _destinations(self, route: Dict[str, Any]) -> List[Network]:
        if route.get("DestinationCidrBlock"):
            return [ipaddress.ip_network(route["DestinationCidrBlock"])]
        return self.ranges(route["DestinationPrefixListId"]) if route.get("DestinationPrefixListId") else []

    def filters(self, subnet: str, packet: Packet, egress: bool) -> bool:
        """Whether the subnet's ACL lets a packet in or out: the lowest rule that fits decides."""
        acl = next(acl for acl in self.acls if any(one["SubnetId"] == subnet for one in acl["Associations"]))
        peer = packet.target if egress else packet.source
        for entry in sorted(acl["Entries"], key=lambda entry: entry["RuleNumber"]):
            if entry["Egress"] != egress or "CidrBlock" not in entry:
                continue
            if peer not in ipaddress.ip_network(entry["CidrBlock"]):
                continue
            ports = entry.get("PortRange", {})
            if entry["Protocol"] not in ("-1", PROTOCOLS[packet.protocol]):
                continue
            if ports and not ports["From"] <= packet.port <= ports["To"]:
                continue
            return entry["RuleAction"] == "allow"
        return False

    def admits(self, host: Host, packet: Packet, egress: bool, peer: Host) -> bool:
        """Whether a host's group lets it begin, or be begun with."""
        rules = self.groups[host.group]["IpPermissionsEgress" if egress else "IpPermissions"]
        address = packet.target if egress else packet.source
        for rule in rules:
            if rule["IpProtocol"] not in ("-1", packet.protocol, PROTOCOLS[packet.protocol]):
                continue
            if rule["IpProtocol"] != "-1" and not rule["FromPort"] <= packet.port <= rule["ToPort"]:
                continue
            networks = [ipaddress.ip_network(one["CidrIp"]) for one in rule.get("IpRanges", [])]
            for one in rule.get("PrefixListIds", []):
                networks += self.ranges(one["PrefixListId"])
            if any(address in network for network in networks):
                return True
            if any(pair["GroupId"] == peer.group for pair in rule.get("UserIdGroupPairs", [])):
                return True
        return False

    def vpc(self, subnet: str) -> str:
        return self.subnets[subnet]["VpcId"]

    def at(self, vpc: str, address: Address) -> Optional[str]:
        """The subnet of a VPC that holds an address."""
        for name, one in self.subnets.items():
            if one["VpcId"] == vpc and address in ipaddress.ip_network(one["CidrBlock"]):
                return name
        return None


#: Collects the subnets of NAT gateways that were passed.
Ways = Optional[List[Tuple[Site, str]]]


class Hub:
    """A Region's Transit Gateway, as the account that owns it sees it."""

    def __init__(self, region: str):
        ec2 = client("ec2", HUB, region)
        live = lambda found: [one for one in found if one["State"] in ("available", "modifying")]  # noqa: E731
        found = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
        self.vpcs = {one["TransitGatewayAttachmentId"]: one for one in live(found)}
        found = ec2.describe_transit_gateway_peering_attachments()["TransitGatewayPeeringAttachments"]
        self.peers = {one["TransitGatewayAttachmentId"]: one for one in live(found)}
        self.region, self.associated, self.routes = region, {}, {}
        for table in live(ec2.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"]):
            name = table["TransitGatewayRouteTableId"]
            held = ec2.get_transit_gateway_route_table_associations(TransitGatewayRouteTableId=name)["Associations"]
            for one in held:
                if one["State"] == "associated":
                    self.associated[one["TransitGatewayAttachmentId"]] = name
            self.routes[name] = ec2.search_transit_gateway_routes(
                TransitGatewayRouteTableId=name, Filters=[{"Name": "state", "Values": ["active", "blackhole"]}]
            )["Routes"]

    def next(self, attachment: str, target: Address) -> Optional[str]:
        """The attachment by which a packet leaves that came by another; static routes come before propagated ones.
        https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-route-evaluation-overview
        """
        best: Tuple[Tuple[int, bool], Optional[Dict[str, Any]]] = ((-1, False), None)
        for route in self.routes.get(self.associated.get(attachment, ""), []):
            network = ipaddress.ip_network(route["DestinationCidrBlock"])
            rank = (network.prefixlen, route["Type"] == "static")
            if target in network and rank > best[0]:
                best = (rank, route)
        if best[1] is None or best[1]["State"] != "active":
            return None
        return best[1]["TransitGatewayAttachments"][0]["TransitGatewayAttachmentId"]


class World:
    """All of it; what has changed is read again, the rest is not."""

    def __init__(self) -> None:
        self.places = [(account, region) for account in ids() if account != "management" for region in REGIONS]
        self.sites: Dict[Tuple[str, str], Site] = {}
        self.hubs: Dict[str, Hub] = {}
        self.refresh(set(self.places))

    def refresh(self, places: Set[Tuple[str, str]]) -> None:
        for place in places:
            self.sites[place] = Site(*place)
        # What a member attaches shows in the hub.
        self.hubs = {region: Hub(region) for region in REGIONS}
        self.homes = {subnet: site for site in self.sites.values() for subnet in site.subnets}
        self.owners = {site.vpc(subnet): site for subnet, site in self.homes.items()}

    def hosts(self) -> Iterator[Host]:
        """One host in each subnet of a tier."""
        for site in self.sites.values():
            for name, subnet in sorted(site.subnets.items()):
                vpc, _, part = _address(subnet).partition("/ec2/subnet/")[2].partition("/")
                tier = part.partition("-")[0]
                if tier not in ("dmz", "application", "data"):
                    continue
                wanted = f"{site.account}/{site.region}/ec2/security-group/{vpc}/{tier}"
                groups = [one["GroupId"] for one in site.groups.values() if _address(one) == wanted]
                if groups:
                    address = ipaddress.ip_network(subnet["CidrBlock"]).network_address + 10
                    yield Host(f"{vpc}/{part}", address, name, groups[0])

    def name(self, vpc: str) -> str:
        """What the landing zone calls a VPC."""
        site = self.owners[vpc]
        mine = [one for one in site.subnets.values() if one["VpcId"] == vpc]
        return min((_address(one).partition("/ec2/subnet/")[2].partition("/")[0] for one in mine), default=vpc)

    def carries(self, source: Host, target: Host, protocol: str, port: int) -> str:
        """`passes`, `unanswered` or `stops`."""
        packet = Packet(source.address, target.address, protocol, port)
        if source.subnet and not self.homes[source.subnet].admits(source, packet, True, target):
            return "stops"
        if not self._arrives(source, target, packet, False):
            return "stops"
        if target.subnet and not self.homes[target.subnet].admits(target, packet, False, source):
            return "stops"
        # Groups remember; everything else looks at the answer as at any packet.
        return "passes" if self._arrives(target, source, packet.back(), True) else "unanswered"

    def _arrives(self, source: Host, target: Host, packet: Packet, is_answer: bool) -> bool:
        if source.subnet is None:
            return self._enters(target, packet, is_answer)
        if source.subnet == target.subnet:
            return True
        site = self.homes[source.subnet]
        return site.filters(source.subnet, packet, True) and self._leaves(site, source.subnet, target, packet)

    def _enters(self, target: Host, packet: Packet, is_answer: bool) -> bool:
        """From the internet to a public address, which only a subnet with a route there has; answers else come to whatever
        NAT gateway a host has gone out by.
        """
        site = self.homes[target.subnet]
        route = site.route(target.subnet, packet.source)
        if route and route.get("GatewayId") in site.internet:
            return site.filters(target.subnet, packet, False)
        ways = self._ways_out(target, packet) if is_answer else []
        return any(self._returns(site, nat, target, packet) for site, nat in ways)

    def _ways_out(self, host: Host, packet: Packet) -> List[Tuple[Site, str]]:
        """The subnets of NAT gateways that a host's packets to the internet leave by."""
        found: List[Tuple[Site, str]] = []
        self._leaves(self.homes[host.subnet], host.subnet, _out(), packet.back(), found)
        return found

    def _returns(self, site: Site, nat: str, target: Host, packet: Packet) -> bool:
        return site.filters(nat, packet, False) and self._out_of(site, nat, target, packet)

    def _out_of(self, site: Site, subnet: str, target: Host, packet: Packet, ways: Ways = None) -> bool:
        """A packet that something in a subnet sends on."""
        if subnet == target.subnet:
            return True
        return site.filters(subnet, packet, True) and self._leaves(site, subnet, target, packet, ways)

    def _leaves(self, site: Site, subnet: str, target: Host, packet: Packet, ways: Ways = None) -> bool:
        route = site.route(subnet, packet.target)
        if route is None or route["State"] != "active":
            return False
        if route.get("GatewayId") == "local":
            return target.subnet == site.at(site.vpc(subnet), packet.target) and site.filters(
                target.subnet, packet, False
            )
        if route.get("GatewayId") in site.internet:
            return target.subnet is None
        if route.get("NatGatewayId"):
            return self._translated(site, site.nats[route["NatGatewayId"]], subnet, target, packet, ways)
        if route.get("TransitGatewayId"):
            return self._transits(site, subnet, target, packet, ways)
        return False

    def _translated(
        self, site: Site, nat: Dict[str, Any], subnet: str, target: Host, packet: Packet, ways: Ways
    ) -> bool:
        inside = nat["SubnetId"]
        if nat["State"] != "available" or (inside != subnet and not site.filters(inside, packet, False)):
            return False
        if ways is not None:
            ways.append((site, inside))
        return self._out_of(site, inside, target, packet)

    def _transits(self, site: Site, subnet: str, target: Host, packet: Packet, ways: Ways) -> bool:
        """Over Transit Gateways to another VPC. In the gateway's own subnets, only what comes in is looked at on the way
        there, and what goes out on the way from there.
        https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
        """
        region, zone = site.region, site.subnets[subnet]["AvailabilityZoneId"]
        attachment = self._attached(self.hubs[region], site.vpc(subnet))
        door = attachment and self._door(site, self.hubs[region].vpcs[attachment], zone, exact=True)
        if not door or (door != subnet and not site.filters(door, packet, False)):
            return False
        for _ in range(4):
            attachment = self.hubs[region].next(attachment, packet.target)
            if attachment is None:
                return False
            if attachment in self.hubs[region].vpcs:
                break
            region = self._beyond(region, attachment)
            if region is None:
                return False
        else:
            return False
        found = self.hubs[region].vpcs[attachment]
        there = self.owners[found["VpcId"]]
        door = self._door(there, found, zone, exact=False)
        return self._out_of(there, door, target, packet, ways)

    @staticmethod
    def _attached(hub: Hub, vpc: str) -> Optional[str]:
        return next((name for name, one in hub.vpcs.items() if one["VpcId"] == vpc), None)

    def _beyond(self, region: str, attachment: str) -> Optional[str]:
        """The Region at a peering's other end."""
        peering = self.hubs[region].peers.get(attachment)
        if peering is None:
            return None
        ends = {peering["RequesterTgwInfo"]["Region"], peering["AccepterTgwInfo"]["Region"]}
        return next(iter(ends - {region}), None)

    @staticmethod
    def _door(site: Site, attachment: Dict[str, Any], zone: str, exact: bool) -> Optional[str]:
        """The attachment's subnet in a zone; packets stay in their zone where they can."""
        subnets = [name for name in attachment["SubnetIds"] if name in site.subnets]
        same = [name for name in subnets if site.subnets[name]["AvailabilityZoneId"] == zone]
        return next(iter(same or ([] if exact else sorted(subnets))), None)


def _out() -> Host:
    return Host("internet", INTERNET, None, None)


def _address(thing: Dict[str, Any]) -> str:
    """What the landing zone calls it."""
    tags = {tag["Key"]: tag["Value"] for tag in thing.get("Tags", [])}
    return tags.get("landfall:address", "")


#: One of everything that something decides about.
TRAFFIC = [("tcp", port) for port in (22, 80, 443, 1024, 5432, 8443, 65535)] + [("udp", 53), ("udp", 123), ("udp", 4000)]


def matrix(world: World, traffic: List[Tuple[str, int]] = TRAFFIC) -> Dict[str, str]:
    """How every conversation between two hosts ends, but those that stop."""
    hosts = list(world.hosts()) + [_out()]
    found = {}
    for source in hosts:
        for target in hosts:
            if source.name == target.name:
                continue
            for protocol, port in traffic:
                outcome = world.carries(source, target, protocol, port)
                if outcome != "stops":
                    found[f"{source.name} {target.name} {protocol} {port}"] = outcome
    return found


if __name__ == "__main__":
    import json

    print(json.dumps(matrix(World())))
