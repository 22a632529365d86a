"""VPCs, and resources that are shared with member accounts, for the tests of DNS."""

from harness import Case


class Networks(Case):
    def setUp(self):
        super().setUp()
        self.account_id = self.client("sts").get_caller_identity()["Account"]

    def vpc(self, cidr="10.0.0.0/16", credentials=None, region="us-east-1"):
        client = self.client("ec2", credentials, region)
        return client.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]

    def subnets(self, vpc, *cidrs):
        client = self.client("ec2")
        zones = ("us-east-1a", "us-east-1b", "us-east-1c")
        return [
            client.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"][
                "SubnetId"
            ]
            for cidr, zone in zip(cidrs, zones)
        ]

    def group(self, vpc, name="dns"):
        client = self.client("ec2")
        return client.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]

    def member(self, name="app"):
        """A member account's id and credentials."""
        if not getattr(self, "founded", False):
            self.organization()
            self.client("ram").enable_sharing_with_aws_organization()
            self.founded = True
        account = self.account(name)
        return account, self.enter(account)

    def share(self, arn, *principals):
        """A share of a resource, once all of it is associated."""
        ram = self.client("ram")
        answer = ram.create_resource_share(
            name="dns", principals=list(principals), resourceArns=[arn]
        )
        share = answer["resourceShare"]["resourceShareArn"]

        def states():
            associations = [
                ram.get_resource_share_associations(
                    associationType=kind, resourceShareArns=[share]
                )["resourceShareAssociations"]
                for kind in ("PRINCIPAL", "RESOURCE")
            ]
            return {one["status"] for kind in associations for one in kind}

        self.until(states, lambda found: found == {"ASSOCIATED"})
        return share

    def unshare(self, share):
        self.client("ram").delete_resource_share(resourceShareArn=share)
