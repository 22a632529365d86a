"""Route 53's private zones and records, as AWS documents them."""

import unittest

from networks import Networks

REGION = "us-east-1"


def record(name, kind="A", *values, **more):
    values = values or ("192.0.2.1",)
    said = {"Name": name, "Type": kind, "TTL": 300, **more}
    return dict(said, ResourceRecords=[{"Value": value} for value in values])


class Zones(Networks):
    def setUp(self):
        super().setUp()
        self.dns = self.client("route53")
        self.hub = self.vpc()
        self.made = 0

    @staticmethod
    def at(vpc, region=REGION):
        return {"VPCId": vpc, "VPCRegion": region}

    def create(self, name="acme.internal", vpc=None, **more):
        self.made += 1
        settings = {
            "Name": name,
            "CallerReference": f"zone-{self.made}",
            "VPC": self.at(vpc or self.hub),
            "HostedZoneConfig": {"PrivateZone": True, "Comment": "ours"},
            **more,
        }
        answer = self.dns.create_hosted_zone(**settings)
        return answer["HostedZone"]["Id"].split("/")[-1]

    def vpcs(self, zone):
        return [vpc["VPCId"] for vpc in self.dns.get_hosted_zone(Id=zone)["VPCs"]]

    def change(self, zone, *changes):
        return self.dns.change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={
                "Changes": [
                    {"Action": action, "ResourceRecordSet": record} for action, record in changes
                ]
            },
        )["ChangeInfo"]

    def records(self, zone, **more):
        listed = self.dns.list_resource_record_sets(HostedZoneId=zone, **more)
        return listed["ResourceRecordSets"]


class PrivateZones(Zones):
    def test_a_private_zone_has_a_vpc_of_the_account(self):
        zone = self.create("Acme.Internal", Name="Acme.Internal")
        shown = self.dns.get_hosted_zone(Id=zone)
        self.assertEqual(shown["HostedZone"]["Name"], "acme.internal.")
        self.assertEqual(shown["HostedZone"]["Config"], {"Comment": "ours", "PrivateZone": True})
        self.assertEqual(shown["VPCs"], [{"VPCRegion": REGION, "VPCId": self.hub}])
        kinds = {it["Type"]: it["ResourceRecords"] for it in self.records(zone)}
        self.assertEqual(kinds["NS"][0]["Value"], "ns-1536.awsdns-00.co.uk.")
        self.assertTrue(kinds["SOA"][0]["Value"].startswith("ns-1536.awsdns-00.co.uk. "))
        for wrong in (
            {"VPC": self.at("vpc-0")},
            {"VPC": self.at(self.hub, "us-west-2")},
            {"VPC": self.at(self.hub, "nowhere")},
            {"VPC": {}},
        ):
            self.refused("InvalidVPCId", self.create, "other.internal", **wrong)
        self.refused("InvalidDomainName", self.create, "a..internal")

    def test_a_reference_is_used_once_and_a_name_once_for_a_vpc(self):
        zone = self.create(CallerReference="mine")
        answer = self.refused(
            "HostedZoneAlreadyExists", self.create, "other.internal", CallerReference="mine"
        )
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 409)
        self.refused("ConflictingDomainExists", self.create)
        self.create("dev.acme.internal")
        other = self.vpc("10.1.0.0/16")
        twin = self.create(vpc=other)
        associate = self.dns.associate_vpc_with_hosted_zone
        for target, vpc in ((zone, other), (zone, self.hub), (twin, self.hub)):
            wrong = {"HostedZoneId": target, "VPC": self.at(vpc)}
            self.refused("ConflictingDomainExists", associate, **wrong)

    def test_a_change_is_pending_for_a_while(self):
        zone = self.create()
        info = self.change(zone, ("CREATE", record("a.acme.internal")))
        self.assertEqual(info["Status"], "PENDING")
        get = self.dns.get_change
        self.until(lambda: get(Id=info["Id"])["ChangeInfo"]["Status"], lambda it: it == "INSYNC")
        self.refused("NoSuchChange", get, Id="C0")

    def test_a_zone_with_records_stays(self):
        zone, entry = self.create(), record("a.acme.internal")
        self.change(zone, ("CREATE", entry))
        self.refused("HostedZoneNotEmpty", self.dns.delete_hosted_zone, Id=zone)
        self.change(zone, ("DELETE", entry))
        self.dns.delete_hosted_zone(Id=zone)
        answer = self.refused("NoSuchHostedZone", self.dns.get_hosted_zone, Id=zone)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 404)

    def test_the_last_vpc_stays(self):
        zone, other = self.create(), self.vpc("10.1.0.0/16")
        named = {"HostedZoneId": zone}
        leave = self.dns.disassociate_vpc_from_hosted_zone
        self.refused("LastVPCAssociation", leave, **named, VPC=self.at(self.hub))
        self.refused("VPCAssociationNotFound", leave, **named, VPC=self.at(other))
        info = self.dns.associate_vpc_with_hosted_zone(**named, VPC=self.at(other), Comment="x")
        self.assertEqual(info["ChangeInfo"]["Comment"], "x")
        leave(**named, VPC=self.at(self.hub))
        self.assertEqual(self.vpcs(zone), [other])

    def test_public_zones_have_no_vpc(self):
        zone = self.dns.create_hosted_zone(Name="acme.example", CallerReference="public")
        key = zone["HostedZone"]["Id"].split("/")[-1]
        self.assertFalse(zone["HostedZone"]["Config"]["PrivateZone"])
        named = {"HostedZoneId": key, "VPC": self.at(self.hub)}
        self.refused("PublicZoneVPCAssociation", self.dns.associate_vpc_with_hosted_zone, **named)
        self.refused("InvalidInput", self.dns.create_vpc_association_authorization, **named)

    def test_lists_are_paged(self):
        zones = [self.create(f"{name}.internal") for name in ("b", "a", "c")]
        public = self.dns.create_hosted_zone(Name="acme.example", CallerReference="public")
        del public
        private = self.dns.list_hosted_zones(HostedZoneType="PrivateHostedZone")["HostedZones"]
        self.assertEqual(len(private), 3)
        page = self.dns.list_hosted_zones(MaxItems="3")
        rest = self.dns.list_hosted_zones(Marker=page["NextMarker"])["HostedZones"]
        self.assertEqual((page["IsTruncated"], len(rest)), (True, 1))
        by_name = self.dns.list_hosted_zones_by_name
        page = by_name(DNSName="a.internal", MaxItems="2")
        names = [zone["Name"] for zone in page["HostedZones"]]
        self.assertEqual(names, ["a.internal.", "b.internal."])
        self.assertEqual(page["NextDNSName"], "c.internal.")
        self.assertEqual(page["NextHostedZoneId"], zones[2])
        by_vpc = self.dns.list_hosted_zones_by_vpc
        page = by_vpc(**self.at(self.hub), MaxItems="2")
        rest = by_vpc(**self.at(self.hub), NextToken=page["NextToken"])
        self.assertEqual(len(page["HostedZoneSummaries"] + rest["HostedZoneSummaries"]), 3)

    def test_comments_and_tags(self):
        zone = self.create()
        comment = self.dns.update_hosted_zone_comment(Id=zone, Comment="new")
        self.assertEqual(comment["HostedZone"]["Config"]["Comment"], "new")
        named = {"ResourceType": "hostedzone", "ResourceId": zone}
        tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
        self.dns.change_tags_for_resource(**named, AddTags=tags)
        self.dns.change_tags_for_resource(**named, RemoveTagKeys=["a"])
        shown = self.dns.list_tags_for_resource(**named)["ResourceTagSet"]["Tags"]
        self.assertEqual(shown, tags[1:])
        several = self.dns.list_tags_for_resources
        sets = several(ResourceType="hostedzone", ResourceIds=[zone])["ResourceTagSets"]
        self.assertEqual(sets[0]["Tags"], tags[1:])
        missing = {"ResourceType": "hostedzone", "ResourceId": "Z0"}
        self.refused("NoSuchHostedZone", self.dns.list_tags_for_resource, **missing)
        self.refused("InvalidInput", several, ResourceType="hostedzone", ResourceIds=[zone] * 11)


class AcrossAccounts(Zones):
    def setUp(self):
        super().setUp()
        self.app, self.credentials = self.member()
        self.theirs = self.client("route53", self.credentials)
        self.vpc_id = self.vpc("10.1.0.0/16", self.credentials)
        self.zone = self.create()
        self.named = {"HostedZoneId": self.zone, "VPC": self.at(self.vpc_id)}

    def test_a_vpc_is_associated_by_its_account_once_the_zone_s_has_authorized_it(self):
        answer = self.refused(
            "NotAuthorizedException", self.theirs.associate_vpc_with_hosted_zone, **self.named
        )
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 401)
        self.dns.create_vpc_association_authorization(**self.named)
        self.dns.create_vpc_association_authorization(**self.named)
        listed = self.dns.list_vpc_association_authorizations(HostedZoneId=self.zone)
        self.assertEqual(listed["VPCs"], [self.at(self.vpc_id)])
        self.refused(
            "NotAuthorizedException", self.dns.associate_vpc_with_hosted_zone, **self.named
        )
        self.theirs.associate_vpc_with_hosted_zone(**self.named)
        self.dns.delete_vpc_association_authorization(**self.named)
        self.refused(
            "VPCAssociationAuthorizationNotFound",
            self.dns.delete_vpc_association_authorization,
            **self.named,
        )
        self.assertEqual(self.vpcs(self.zone), [self.hub, self.vpc_id])

    def associated(self):
        self.dns.create_vpc_association_authorization(**self.named)
        self.theirs.associate_vpc_with_hosted_zone(**self.named)

    def test_a_vpc_s_account_sees_whose_zones_it_has(self):
        self.associated()
        listed = self.theirs.list_hosted_zones_by_vpc(**self.at(self.vpc_id))
        owner = {"OwningAccount": self.account_id}
        zone = {"HostedZoneId": self.zone, "Name": "acme.internal.", "Owner": owner}
        self.assertEqual(listed["HostedZoneSummaries"], [zone])
        self.refused("InvalidInput", self.dns.list_hosted_zones_by_vpc, **self.at(self.vpc_id))
        self.assertEqual(self.theirs.list_hosted_zones()["HostedZones"], [])
        self.refused("AccessDenied", self.theirs.get_hosted_zone, Id=self.zone)
        self.refused("AccessDenied", self.theirs.delete_hosted_zone, Id=self.zone)
        twin = {"VPC": self.at(self.vpc_id), "CallerReference": "x", "Name": "acme.internal"}
        self.refused("ConflictingDomainExists", self.theirs.create_hosted_zone, **twin)

    def test_both_sides_disassociate(self):
        hub = {"HostedZoneId": self.zone, "VPC": self.at(self.hub)}
        for client in (self.dns, self.theirs):
            self.associated()
            self.refused("AccessDenied", self.theirs.disassociate_vpc_from_hosted_zone, **hub)
            client.disassociate_vpc_from_hosted_zone(**self.named)
            self.assertEqual(self.vpcs(self.zone), [self.hub])


class Records(Zones):
    def setUp(self):
        super().setUp()
        self.zone = self.create()

    def wrong(self, *changes):
        answer = self.refused("InvalidChangeBatch", self.change, self.zone, *changes)
        return answer["Error"]["Message"]

    def test_a_batch_is_done_whole_or_not_at_all(self):
        a, b = record("a.acme.internal"), record("b.acme.internal")
        self.change(self.zone, ("CREATE", a))
        self.assertIn("already exists", self.wrong(("CREATE", b), ("CREATE", a)))
        self.assertEqual(len(self.records(self.zone)), 3)
        self.change(self.zone, ("DELETE", a), ("CREATE", a), ("UPSERT", b))
        self.assertEqual(len(self.records(self.zone)), 4)

    def test_what_is_deleted_is_said_whole(self):
        a = record("A.acme.internal.", "A", "192.0.2.1", "192.0.2.2")
        self.change(self.zone, ("CREATE", a))
        other = record("a.acme.internal", "A", "192.0.2.1")
        self.assertIn("do not match", self.wrong(("DELETE", other)))
        self.assertIn("not found", self.wrong(("DELETE", record("b.acme.internal"))))
        bare = {"Name": "a.acme.internal", "Type": "A"}
        self.refused("InvalidInput", self.change, self.zone, ("DELETE", bare))
        self.change(self.zone, ("DELETE", record("a.acme.internal", "A", "192.0.2.2", "192.0.2.1")))

    def test_what_can_t_be_is_refused(self):
        self.change(self.zone, ("CREATE", record("a.acme.internal")))
        apex = next(it for it in self.records(self.zone) if it["Type"] == "SOA")
        for text, action, wrong in (
            ("not permitted in zone", "CREATE", record("a.acme.example")),
            ("not permitted in zone", "CREATE", record("notacme.internal")),
            ("at apex", "CREATE", record("acme.internal", "CNAME", "a.example")),
            ("conflicts", "CREATE", record("a.acme.internal", "CNAME", "a.example")),
            ("not a valid IPv4", "UPSERT", record("b.acme.internal", "A", "::1")),
            ("not a valid IPv6", "UPSERT", record("b.acme.internal", "AAAA", "192.0.2.1")),
            ("quotation marks", "UPSERT", record("b.acme.internal", "TXT", "bare")),
            ("exactly one SOA", "DELETE", apex),
            (
                "other RRSets exist",
                "CREATE",
                record("a.acme.internal", SetIdentifier="x", Weight=1),
            ),
        ):
            with self.subTest(wrong):
                self.assertIn(text, self.wrong((action, wrong)))
        self.refused("InvalidInput", self.change, self.zone)

    def test_records_are_listed_in_order_and_paged(self):
        weighted = [
            record("w.acme.internal", SetIdentifier=name, Weight=1) for name in ("one", "two")
        ]
        alias = {
            "Name": "alias.acme.internal",
            "Type": "A",
            "AliasTarget": {
                "HostedZoneId": self.zone,
                "DNSName": "W.acme.internal",
                "EvaluateTargetHealth": False,
            },
        }
        wild = record("*.acme.internal")
        self.change(self.zone, *[("CREATE", each) for each in (*weighted, alias, wild)])
        names = [it["Name"] for it in self.records(self.zone)]
        self.assertEqual(
            names,
            ["acme.internal.", "acme.internal.", "\\052.acme.internal.", "alias.acme.internal."]
            + ["w.acme.internal."] * 2,
        )
        shown = self.records(self.zone, StartRecordName="alias.acme.internal", MaxItems="1")[0]
        self.assertEqual(shown["AliasTarget"]["DNSName"], "w.acme.internal.")
        page = self.dns.list_resource_record_sets(HostedZoneId=self.zone, MaxItems="5")
        self.assertTrue(page["IsTruncated"])
        rest = self.records(
            self.zone,
            StartRecordName=page["NextRecordName"],
            StartRecordType=page["NextRecordType"],
            StartRecordIdentifier=page["NextRecordIdentifier"],
        )
        self.assertEqual([it["SetIdentifier"] for it in rest], ["two"])
        self.change(self.zone, ("DELETE", weighted[0]), ("DELETE", alias), ("DELETE", wild))
        count = self.dns.get_hosted_zone(Id=self.zone)["HostedZone"]["ResourceRecordSetCount"]
        self.assertEqual(count, 3)


if __name__ == "__main__":
    unittest.main()
