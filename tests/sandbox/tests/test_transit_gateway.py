import unittest

from harness import Case
from test_vpc import HOME, tags, where

AWAY = "ap-southeast-1"


class Gateways(Case):
    """A gateway of one account, shared with another."""

    def setUp(self):
        super().setUp()
        self.organizations, _ = self.organization()
        self.client("ram").enable_sharing_with_aws_organization()
        self.owner, self.member = self.account("network"), self.account("workload")
        self.there, self.here = self.enter(self.owner), self.enter(self.member)
        self.hub = self.client("ec2", self.there, HOME)
        self.spoke = self.client("ec2", self.here, HOME)

    def gateway(self, client=None, **options):
        off = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}
        client = client or self.hub
        made = client.create_transit_gateway(
            Options={**off, **options}, TagSpecifications=tags("transit-gateway")
        )["TransitGateway"]
        self.settled(client.describe_transit_gateways, "TransitGateways", made["TransitGatewayId"])
        return made["TransitGatewayId"]

    def settled(self, describe, key, name, state="available"):
        field = {"TransitGateways": "transit-gateway-id",
                 "TransitGatewayRouteTables": "transit-gateway-route-table-id"}  # fmt: skip
        wanted = [{"Name": field.get(key, "transit-gateway-attachment-id"), "Values": [name]}]
        self.until(lambda: [one["State"] for one in describe(Filters=wanted)[key]] == [state])

    def share(self, gateway):
        arn = f"arn:aws:ec2:{HOME}:{self.owner}:transit-gateway/{gateway}"
        ram = self.client("ram", self.there, HOME)
        organization = self.organizations.describe_organization()["Organization"]["Arn"]
        ram.create_resource_share(name="hub", resourceArns=[arn], principals=[organization])
        self.until(lambda: self.spoke.describe_transit_gateways()["TransitGateways"])

    def vpc(self, block="10.0.0.0/16", client=None):
        client = client or self.spoke
        vpc = client.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
        first = block.rsplit(".", 2)[0]
        subnets = [
            client.create_subnet(VpcId=vpc, CidrBlock=f"{first}.{i}.0/24", AvailabilityZoneId=zone)
            for i, zone in enumerate(("apse2-az1", "apse2-az2", "apse2-az2"))
        ]
        return vpc, [one["Subnet"]["SubnetId"] for one in subnets]

    def attach(self, gateway, vpc, subnets, client=None, state="available"):
        client = client or self.spoke
        made = client.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway,
            VpcId=vpc,
            SubnetIds=subnets[:1],
            TagSpecifications=tags("transit-gateway-attachment"),
        )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
        self.attached(made, state, client)
        return made

    def attached(self, name, state="available", client=None):
        describe = (client or self.hub).describe_transit_gateway_attachments
        self.settled(describe, "TransitGatewayAttachments", name, state)

    def table(self, gateway, name="prod"):
        made = self.hub.create_transit_gateway_route_table(
            TransitGatewayId=gateway,
            TagSpecifications=tags("transit-gateway-route-table", segment=name),
        )["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"]
        describe = self.hub.describe_transit_gateway_route_tables
        self.settled(describe, "TransitGatewayRouteTables", made)
        return made

    def routes(self, table, **filters):
        wanted = [{"Name": "type", "Values": ["static", "propagated"]}]
        wanted = [{"Name": n, "Values": v} for n, v in filters.items()] or wanted
        found = self.hub.search_transit_gateway_routes(
            TransitGatewayRouteTableId=table, Filters=wanted
        )["Routes"]
        return [(one["DestinationCidrBlock"], one["Type"], one["State"]) for one in found]

    def test_a_member_attaches_to_a_shared_gateway_and_each_side_has_its_tags(self):
        gateway = self.gateway(AutoAcceptSharedAttachments="enable")
        self.assertEqual(self.spoke.describe_transit_gateways()["TransitGateways"], [])
        vpc, subnets = self.vpc()
        said = {"TransitGatewayId": gateway, "VpcId": vpc}
        attach = self.spoke.create_transit_gateway_vpc_attachment
        self.refused("InvalidTransitGatewayID.NotFound", attach, SubnetIds=subnets[:1], **said)
        self.share(gateway)
        (seen,) = self.spoke.describe_transit_gateways()["TransitGateways"]
        self.assertEqual((seen["OwnerId"], seen.get("Tags", [])), (self.owner, []))
        self.assertNotIn("AssociationDefaultRouteTableId", seen["Options"])
        self.refused("DuplicateSubnetsInSameZone", attach, SubnetIds=subnets[1:], **said)
        name = self.attach(gateway, vpc, subnets)
        self.refused("DuplicateTransitGatewayAttachment", attach, SubnetIds=subnets[:1], **said)
        describe, key = "describe_transit_gateway_attachments", "TransitGatewayAttachments"
        for client, held in ((self.spoke, [{"Key": "owner", "Value": "net"}]), (self.hub, [])):
            (one,) = getattr(client, describe)()[key]
            owners = (one["TransitGatewayOwnerId"], one["ResourceOwnerId"])
            self.assertEqual((owners, one.get("Tags", [])), ((self.owner, self.member), held))
        self.hub.create_tags(Resources=[name], Tags=[{"Key": "segment", "Value": "prod"}])
        found = where(tag_key="segment")
        self.assertEqual(getattr(self.spoke, describe)(Filters=found)[key], [])
        self.assertEqual(len(getattr(self.hub, describe)(Filters=found)[key]), 1)

    def test_attachments_are_accepted_changed_and_leave(self):
        gateway = self.gateway()
        self.share(gateway)
        vpc, subnets = self.vpc()
        name = self.attach(gateway, vpc, subnets, state="pendingAcceptance")
        named = {"TransitGatewayAttachmentId": name}
        route = {"DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": gateway}
        table = self.spoke.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        self.refused("InvalidTransitGatewayID.NotFound", self.spoke.create_route,
                     RouteTableId=table, **route)  # fmt: skip
        self.refused(
            "UnauthorizedOperation", self.spoke.accept_transit_gateway_vpc_attachment, **named
        )
        self.hub.accept_transit_gateway_vpc_attachment(**named)
        self.attached(name)
        self.spoke.create_route(RouteTableId=table, **route)
        self.spoke.modify_transit_gateway_vpc_attachment(
            AddSubnetIds=subnets[1:2],
            RemoveSubnetIds=subnets[:1],
            Options={"ApplianceModeSupport": "enable"},
            **named,
        )
        self.attached(name)
        (one,) = self.spoke.describe_transit_gateway_vpc_attachments(
            Filters=where(vpc_id=vpc, state="available")
        )["TransitGatewayVpcAttachments"]
        self.assertEqual(one["SubnetIds"], subnets[1:2])
        self.assertEqual(one["Options"]["ApplianceModeSupport"], "enable")
        self.spoke.delete_subnet(SubnetId=subnets[0])
        self.refused("DependencyViolation", self.spoke.delete_subnet, SubnetId=subnets[1])
        self.refused("IncorrectState", self.hub.delete_transit_gateway, TransitGatewayId=gateway)
        gone = self.spoke.delete_transit_gateway_vpc_attachment(**named)
        self.assertEqual(gone["TransitGatewayVpcAttachment"]["State"], "deleting")
        self.attached(name, "deleted")
        routes = self.spoke.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        self.assertEqual([one["State"] for one in routes], ["active", "blackhole"])
        self.spoke.delete_subnet(SubnetId=subnets[1])
        self.hub.delete_transit_gateway(TransitGatewayId=gateway)
        self.settled(self.hub.describe_transit_gateways, "TransitGateways", gateway, "deleted")

    def test_default_tables_are_made_and_used_where_they_are_wanted(self):
        on = {"DefaultRouteTableAssociation": "enable", "DefaultRouteTablePropagation": "enable"}
        gateway = self.gateway(**on)
        found = where(transit_gateway_id=gateway, default_association_route_table="true")
        (table,) = self.hub.describe_transit_gateway_route_tables(Filters=found)[
            "TransitGatewayRouteTables"
        ]
        table = table["TransitGatewayRouteTableId"]
        self.attach(gateway, *self.vpc(client=self.hub), client=self.hub)
        self.until(lambda: self.routes(table) == [("10.0.0.0/16", "propagated", "active")])
        said = {"TransitGatewayRouteTableId": table}
        (one,) = self.hub.get_transit_gateway_route_table_associations(**said)["Associations"]
        self.assertEqual(one["State"], "associated")
        self.refused("IncorrectState", self.hub.delete_transit_gateway_route_table, **said)
        off = {name: "disable" for name in on}
        self.hub.modify_transit_gateway(TransitGatewayId=gateway, Options=off)
        self.settled(self.hub.describe_transit_gateways, "TransitGateways", gateway)
        self.attach(gateway, *self.vpc("10.1.0.0/16", client=self.hub), client=self.hub)
        self.assertEqual(
            len(self.hub.get_transit_gateway_route_table_associations(**said)["Associations"]), 1
        )

    def test_an_attachment_has_one_table(self):
        gateway = self.gateway()
        one, two = self.table(gateway), self.table(gateway, "shared")
        name = self.attach(gateway, *self.vpc(client=self.hub), client=self.hub)
        said = {"TransitGatewayAttachmentId": name, "TransitGatewayRouteTableId": one}
        made = self.hub.associate_transit_gateway_route_table(**said)["Association"]
        self.assertEqual(made["State"], "associating")
        self.refused(
            "Resource.AlreadyAssociated",
            self.hub.associate_transit_gateway_route_table,
            **{**said, "TransitGatewayRouteTableId": two},
        )
        describe = self.hub.describe_transit_gateway_attachments
        found = [{"Name": "association.transit-gateway-route-table-id", "Values": [one]},
                 {"Name": "association.state", "Values": ["associated"]}]  # fmt: skip
        self.until(lambda: describe(Filters=found)["TransitGatewayAttachments"])
        gone = {"TransitGatewayRouteTableId": one}
        self.refused("IncorrectState", self.hub.delete_transit_gateway_route_table, **gone)
        self.hub.disassociate_transit_gateway_route_table(**said)
        associations = self.hub.get_transit_gateway_route_table_associations
        self.until(lambda: not associations(**gone)["Associations"])
        self.refused(
            "InvalidAssociation.NotFound",
            self.hub.disassociate_transit_gateway_route_table,
            **said,
        )
        self.hub.delete_transit_gateway_route_table(**gone)
        named = self.hub.describe_transit_gateway_route_tables(
            Filters=[{"Name": "tag:segment", "Values": ["shared"]}]
        )["TransitGatewayRouteTables"]
        self.assertEqual([table["TransitGatewayRouteTableId"] for table in named], [two])

    def test_static_routes_stand_before_propagated_ones(self):
        gateway = self.gateway()
        table, block = self.table(gateway), "10.0.0.0/16"
        name = self.attach(gateway, *self.vpc(client=self.hub), client=self.hub)
        other = self.attach(gateway, *self.vpc("10.1.0.0/16", self.hub), client=self.hub)
        said = {"TransitGatewayRouteTableId": table}
        for one in (name, other):
            self.hub.enable_transit_gateway_route_table_propagation(
                TransitGatewayAttachmentId=one, **said
            )
        self.refused(
            "TransitGatewayRouteTablePropagation.Duplicate",
            self.hub.enable_transit_gateway_route_table_propagation,
            TransitGatewayAttachmentId=name,
            **said,
        )
        propagated = [(b, "propagated", "active") for b in (block, "10.1.0.0/16")]
        self.until(lambda: self.routes(table) == propagated)
        create = self.hub.create_transit_gateway_route
        create(DestinationCidrBlock=block, Blackhole=True, **said)
        again = {"DestinationCidrBlock": block, "TransitGatewayAttachmentId": name, **said}
        self.refused("RouteAlreadyExists", create, **again)
        self.assertEqual(self.routes(table)[0], (block, "static", "blackhole"))
        self.hub.replace_transit_gateway_route(**again)
        self.assertEqual(self.routes(table)[0], (block, "static", "active"))
        create(DestinationCidrBlock="0.0.0.0/0", TransitGatewayAttachmentId=other, **said)
        exact = {"route-search.exact-match": [block], "state": ["active"]}
        self.assertEqual(self.routes(table, **exact), [(block, "static", "active")])
        longest = {"route-search.longest-prefix-match": ["10.1.2.3/32"]}
        self.assertEqual(self.routes(table, **longest)[0][0], "10.1.0.0/16")
        by = {"attachment.transit-gateway-attachment-id": [other], "type": ["static"]}
        self.assertEqual([one[0] for one in self.routes(table, **by)], ["0.0.0.0/0"])
        self.hub.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=other)
        self.attached(other, "deleted")
        left = [("0.0.0.0/0", "static", "blackhole"), (block, "static", "active")]
        self.assertEqual(self.routes(table), left)
        self.hub.delete_transit_gateway_route(DestinationCidrBlock=block, **said)
        self.assertEqual(self.routes(table)[1], (block, "propagated", "active"))
        self.hub.disable_transit_gateway_route_table_propagation(
            TransitGatewayAttachmentId=name, **said
        )
        propagations = self.hub.get_transit_gateway_route_table_propagations
        self.until(lambda: not propagations(**said)["TransitGatewayRouteTablePropagations"])
        self.assertEqual(self.routes(table), left[:1])

    def test_searches_say_whether_there_is_more_and_tables_are_the_owners_alone(self):
        gateway = self.gateway()
        self.share(gateway)
        said = {"TransitGatewayRouteTableId": self.table(gateway)}
        for number in range(6):
            self.hub.create_transit_gateway_route(
                DestinationCidrBlock=f"10.{number}.0.0/16", Blackhole=True, **said
            )
        search, filters = self.hub.search_transit_gateway_routes, where(state="blackhole")
        found = search(Filters=filters, MaxResults=5, **said)
        self.assertEqual((len(found["Routes"]), found["AdditionalRoutesAvailable"]), (5, True))
        found = search(Filters=filters, MaxResults=6, **said)
        self.assertEqual((len(found["Routes"]), found["AdditionalRoutesAvailable"]), (6, False))
        self.assertEqual(
            self.spoke.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"], []
        )
        self.refused("InvalidRouteTableID.NotFound", self.spoke.search_transit_gateway_routes,
                     Filters=filters, **said)  # fmt: skip
        self.refused("InvalidTransitGatewayID.NotFound",
                     self.spoke.delete_transit_gateway, TransitGatewayId=gateway)  # fmt: skip

    def test_prefix_lists_stand_for_their_entries(self):
        gateway = self.gateway()
        table = self.table(gateway)
        name = self.attach(gateway, *self.vpc(client=self.hub), client=self.hub)
        entries = [{"Cidr": "192.168.0.0/16"}]
        made = self.hub.create_managed_prefix_list(
            PrefixListName="branches", AddressFamily="IPv4", MaxEntries=2, Entries=entries
        )["PrefixList"]["PrefixListId"]
        said = {"TransitGatewayRouteTableId": table, "PrefixListId": made}
        self.hub.create_transit_gateway_prefix_list_reference(
            TransitGatewayAttachmentId=name, **said
        )
        self.assertEqual(self.routes(table), [("192.168.0.0/16", "static", "active")])
        used = self.hub.get_managed_prefix_list_associations(PrefixListId=made)
        users = [one["ResourceId"] for one in used["PrefixListAssociations"]]
        self.assertEqual(users, [table])
        self.hub.modify_transit_gateway_prefix_list_reference(Blackhole=True, **said)
        get = self.hub.get_transit_gateway_prefix_list_references
        (one,) = get(TransitGatewayRouteTableId=table)["TransitGatewayPrefixListReferences"]
        self.assertTrue(one["Blackhole"])
        self.hub.delete_transit_gateway_prefix_list_reference(**said)
        self.assertEqual(self.routes(table), [])

    def test_gateways_of_two_regions_are_peers(self):
        away = self.client("ec2", self.there, AWAY)
        one, two = self.gateway(), self.gateway(away)
        table = self.table(one)
        made = self.hub.create_transit_gateway_peering_attachment(
            TransitGatewayId=one,
            PeerTransitGatewayId=two,
            PeerAccountId=self.owner,
            PeerRegion=AWAY,
            TagSpecifications=tags("transit-gateway-attachment"),
        )["TransitGatewayPeeringAttachment"]["TransitGatewayAttachmentId"]
        named = {"TransitGatewayAttachmentId": made}
        self.attached(made, "pendingAcceptance")
        self.refused("IncorrectState", self.hub.accept_transit_gateway_peering_attachment, **named)
        away.accept_transit_gateway_peering_attachment(**named)
        for client, held in ((self.hub, 1), (away, 0)):
            self.attached(made, client=client)
            (seen,) = client.describe_transit_gateway_peering_attachments(
                Filters=where(remote_owner_id=self.owner)
            )["TransitGatewayPeeringAttachments"]
            self.assertEqual(seen["RequesterTgwInfo"]["TransitGatewayId"], one)
            self.assertEqual(seen["AccepterTgwInfo"]["Region"], AWAY)
            self.assertEqual(len(seen.get("Tags", [])), held)
        said = {"TransitGatewayRouteTableId": table, **named}
        self.refused(
            "InvalidParameterValue",
            self.hub.enable_transit_gateway_route_table_propagation,
            **said,
        )
        self.hub.associate_transit_gateway_route_table(**said)
        self.hub.create_transit_gateway_route(DestinationCidrBlock="10.8.0.0/13", **said)
        self.assertEqual(self.routes(table), [("10.8.0.0/13", "static", "active")])
        away.delete_transit_gateway_peering_attachment(**named)
        self.attached(made, "deleted")
        self.assertEqual(self.routes(table), [("10.8.0.0/13", "static", "blackhole")])


if __name__ == "__main__":
    unittest.main()
