import unittest

from harness import Case

HOME = "ap-southeast-2"


class Shares(Case):
    def setUp(self):
        super().setUp()
        self.organizations, self.root = self.organization()
        self.organization_arn = self.organizations.describe_organization()["Organization"]["Arn"]
        self.owner, self.member = self.account("network"), self.account("workload")
        self.there, self.here = self.enter(self.owner), self.enter(self.member)
        self.ram = self.client("ram", self.there, HOME)
        self.seen = self.client("ram", self.here, HOME)

    def enable(self):
        self.client("ram").enable_sharing_with_aws_organization()

    def unit(self, name="Workloads"):
        made = self.organizations.create_organizational_unit(ParentId=self.root, Name=name)
        return made["OrganizationalUnit"]

    def list_of(self, name="acme"):
        ec2 = self.client("ec2", self.there, HOME)
        made = ec2.create_managed_prefix_list(
            PrefixListName=name, AddressFamily="IPv4", MaxEntries=1
        )
        return made["PrefixList"]["PrefixListArn"]

    def share(self, **more):
        return self.ram.create_resource_share(name="acme", **more)["resourceShare"]

    def associations(self, kind, **more):
        found = self.ram.get_resource_share_associations(associationType=kind, **more)
        return {a["associatedEntity"]: a["status"] for a in found["resourceShareAssociations"]}

    def shown(self, client=None, owner="OTHER-ACCOUNTS", **more):
        client = client or self.seen
        found = client.get_resource_shares(resourceOwner=owner, **more)["resourceShares"]
        return [share["resourceShareArn"] for share in found]

    def test_sharing_with_the_organization_has_to_be_enabled_by_ram(self):
        said = {"principals": [self.organization_arn]}
        self.refused("OperationNotPermittedException", self.share, **said)
        self.organizations.enable_aws_service_access(ServicePrincipal="ram.amazonaws.com")
        self.refused("OperationNotPermittedException", self.share, **said)
        self.refused(
            "OperationNotPermittedException", self.ram.enable_sharing_with_aws_organization
        )
        self.enable()
        self.enable()
        services = self.organizations.list_aws_service_access_for_organization()
        names = [one["ServicePrincipal"] for one in services["EnabledServicePrincipals"]]
        self.assertEqual(names, ["ram.amazonaws.com"])
        role = "AWSServiceRoleForResourceAccessManager"
        role = self.client("iam").get_role(RoleName=role)["Role"]
        self.assertEqual(role["Path"], "/aws-service-role/ram.amazonaws.com/")
        self.share(**said)
        wrong = self.organization_arn[:-1] + "x"
        self.refused("UnknownResourceException", self.share, principals=[wrong])

    def test_members_of_a_unit_see_what_is_shared_with_it(self):
        self.enable()
        unit, arn = self.unit(), self.list_of()
        share = self.share(resourceArns=[arn], principals=[unit["Arn"]])["resourceShareArn"]
        self.until(lambda: self.associations("PRINCIPAL") == {unit["Arn"]: "ASSOCIATED"})
        self.until(lambda: self.associations("RESOURCE") == {arn: "ASSOCIATED"})
        self.assertEqual(self.shown(), [])
        self.organizations.move_account(
            AccountId=self.member, SourceParentId=self.root, DestinationParentId=unit["Id"]
        )
        self.assertEqual(self.shown(), [share])
        (resource,) = self.seen.list_resources(resourceOwner="OTHER-ACCOUNTS")["resources"]
        self.assertEqual((resource["arn"], resource["type"]), (arn, "ec2:PrefixList"))
        (owner,) = self.seen.list_principals(resourceOwner="OTHER-ACCOUNTS")["principals"]
        self.assertEqual(owner["id"], self.owner)
        (principal,) = self.ram.list_principals(resourceOwner="SELF")["principals"]
        self.assertEqual(principal["id"], unit["Arn"])
        lists = self.client("ec2", self.here, HOME).describe_managed_prefix_lists()["PrefixLists"]
        self.assertIn((arn, self.owner), [(o["PrefixListArn"], o["OwnerId"]) for o in lists])
        found = self.ram.list_resource_share_permissions(resourceShareArn=share)["permissions"]
        self.assertEqual([one["name"] for one in found], ["AWSRAMDefaultPermissionPrefixList"])
        self.ram.disassociate_resource_share(resourceShareArn=share, principals=[unit["Arn"]])
        self.assertEqual(self.shown(), [])
        self.until(lambda: self.associations("PRINCIPAL") == {unit["Arn"]: "DISASSOCIATED"})

    def test_shares_are_found_by_name_and_tags_and_stay_listed_when_deleted(self):
        tags = [{"key": "owner", "value": "net"}]
        one = self.share(tags=tags)["resourceShareArn"]
        two = self.share()["resourceShareArn"]
        three = self.ram.create_resource_share(name="other")["resourceShare"]["resourceShareArn"]
        self.assertEqual(self.shown(self.ram, "SELF", name="acme"), [one, two])
        wanted = [{"tagKey": "owner", "tagValues": ["net"]}]
        self.assertEqual(self.shown(self.ram, "SELF", tagFilters=wanted), [one])
        self.ram.tag_resource(resourceShareArn=two, tags=tags)
        self.ram.untag_resource(resourceShareArn=one, tagKeys=["owner"])
        self.assertEqual(self.shown(self.ram, "SELF", tagFilters=wanted), [two])
        self.ram.update_resource_share(resourceShareArn=three, name="acme")
        first = self.ram.get_resource_shares(resourceOwner="SELF", name="acme", maxResults=2)
        self.assertEqual(len(first["resourceShares"]), 2)
        rest = self.shown(self.ram, "SELF", name="acme", nextToken=first["nextToken"])
        self.assertEqual(rest, [three])
        self.ram.delete_resource_share(resourceShareArn=one)
        deleted = {"resourceShareStatus": "DELETED"}
        self.until(lambda: self.shown(self.ram, "SELF", **deleted) == [one])
        self.refused("InvalidStateTransitionException", self.ram.update_resource_share,
                     resourceShareArn=one, name="again")  # fmt: skip

    def test_a_token_makes_one_share(self):
        said = {"name": "acme", "clientToken": "t"}
        one, two = (self.ram.create_resource_share(**said)["resourceShare"] for _ in range(2))
        self.assertEqual(one["resourceShareArn"], two["resourceShareArn"])
        self.refused("IdempotentParameterMismatchException", self.ram.create_resource_share,
                     name="other", clientToken="t")  # fmt: skip

    def test_only_own_resources_are_shared(self):
        arn = self.list_of()
        self.refused("UnknownResourceException", self.share, resourceArns=[arn[:-1] + "x"])
        wrong = arn.replace(self.owner, self.member)
        self.refused("OperationNotPermittedException", self.share, resourceArns=[wrong])
        self.refused("MalformedArnException", self.share, resourceArns=["arn:aws:s3:::acme"])

    def test_accounts_are_invited_where_sharing_is_not_enabled(self):
        share = self.share(principals=[self.member])["resourceShareArn"]
        self.assertEqual(self.associations("PRINCIPAL"), {self.member: "ASSOCIATING"})
        (invitation,) = self.seen.get_resource_share_invitations()["resourceShareInvitations"]
        arn = invitation["resourceShareInvitationArn"]
        self.seen.accept_resource_share_invitation(resourceShareInvitationArn=arn)
        self.until(lambda: self.shown() == [share])
        self.refused("OperationNotPermittedException", self.share, principals=["111122223333"],
                     allowExternalPrincipals=False)  # fmt: skip


if __name__ == "__main__":
    unittest.main()
