import unittest

from harness import Case

CONTACT = dict(
    AlternateContactType="SECURITY",
    Name="Desk",
    Title="Duty",
    EmailAddress="s@acme.example",
    PhoneNumber="+61 2 1234",
)


class Regions(Case):
    def status(self, client, region="ap-southeast-4", **more):
        return client.get_region_opt_status(RegionName=region, **more)["RegionOptStatus"]

    def test_opting_in_and_out(self):
        client = self.client("account")
        self.assertEqual(self.status(client, "us-east-1"), "ENABLED_BY_DEFAULT")
        self.assertEqual(self.status(client), "DISABLED")
        self.refused("AuthFailure", self.client("ec2", region="ap-southeast-4").describe_vpcs)
        client.enable_region(RegionName="ap-southeast-4")
        self.assertEqual(self.status(client), "ENABLING")
        self.refused("ConflictException", client.disable_region, RegionName="ap-southeast-4")
        self.until(lambda: self.status(client) == "ENABLED")
        client.enable_region(RegionName="ap-southeast-4")
        self.assertEqual(self.status(client), "ENABLED")
        self.client("ec2", region="ap-southeast-4").describe_vpcs()
        client.disable_region(RegionName="ap-southeast-4")
        self.assertEqual(self.status(client), "DISABLING")
        self.until(lambda: self.status(client) == "DISABLED")

    def test_the_wrong_ones(self):
        client = self.client("account")
        self.refused("ValidationException", client.enable_region, RegionName="us-east-1")
        self.refused("ValidationException", client.enable_region, RegionName="nowhere-1")
        self.refused("ValidationException", client.get_region_opt_status, RegionName="nowhere-1")

    def test_list(self):
        client = self.client("account")
        page = client.list_regions(MaxResults=30)
        rest = client.list_regions(MaxResults=30, NextToken=page["NextToken"])
        self.assertEqual((len(page["Regions"]), len(rest["Regions"])), (30, 4))
        found = client.list_regions(RegionOptStatusContains=["DISABLED"])["Regions"]
        self.assertEqual(len(found), 17)

    def test_every_opt_in_region_works_once_enabled(self):
        client = self.client("account")
        found = client.list_regions(RegionOptStatusContains=["DISABLED"])["Regions"]
        for region in found:
            client.enable_region(RegionName=region["RegionName"])
        self.until(lambda: not client.list_regions(RegionOptStatusContains=["ENABLING"])["Regions"])
        for region in found:
            with self.subTest(region["RegionName"]):
                self.client("kms", region=region["RegionName"]).list_keys()
                self.client("sts", region=region["RegionName"]).get_caller_identity()
        self.client("ec2", region="ap-southeast-6").describe_vpcs()

    def test_services_in_a_closed_region(self):
        for service, call, code in [
            ("ec2", "describe_vpcs", "AuthFailure"),
            ("sts", "get_caller_identity", "InvalidClientTokenId"),
            ("kms", "list_keys", "UnrecognizedClientException"),
            ("logs", "describe_log_groups", "UnrecognizedClientException"),
        ]:
            self.refused(code, getattr(self.client(service, region="eu-central-2"), call))
        self.client("iam", region="eu-central-2").list_roles()
        self.client("organizations", region="eu-central-2").create_organization()

    def test_per_account(self):
        organizations, _ = self.organization()
        account = self.account("dev")
        client = self.client("account")
        where = dict(RegionName="ap-southeast-4", AccountId=account)
        self.refused("AccessDeniedException", client.enable_region, **where)
        organizations.enable_aws_service_access(ServicePrincipal="account.amazonaws.com")
        client.enable_region(**where)
        self.until(lambda: self.status(client, AccountId=account) == "ENABLED")
        credentials = self.enter(account)
        member = self.client("account", credentials)
        self.assertEqual(self.status(member), "ENABLED")
        self.assertEqual(self.status(client), "DISABLED")
        self.client("kms", credentials, "ap-southeast-4").list_keys()
        self.refused("AccessDeniedException", member.enable_region, **where)
        member.enable_region(RegionName="ap-southeast-3")
        self.until(lambda: self.status(client, "ap-southeast-3", AccountId=account) == "ENABLED")

    def test_describe_regions(self):
        ec2, account = self.client("ec2"), self.client("account")
        self.assertEqual(len(ec2.describe_regions()["Regions"]), 17)
        self.assertEqual(len(ec2.describe_regions(AllRegions=True)["Regions"]), 34)
        account.enable_region(RegionName="ap-southeast-4")
        self.until(lambda: self.status(account) == "ENABLED")
        names = {r["RegionName"]: r["OptInStatus"] for r in ec2.describe_regions()["Regions"]}
        self.assertEqual(names["ap-southeast-4"], "opted-in")
        self.assertEqual(names["us-east-1"], "opt-in-not-required")
        found = ec2.describe_regions(
            AllRegions=True, Filters=[{"Name": "opt-in-status", "Values": ["not-opted-in"]}]
        )
        self.assertEqual(len(found["Regions"]), 16)
        found = ec2.describe_regions(RegionNames=["af-south-1"])["Regions"]
        self.assertEqual([r["OptInStatus"] for r in found], ["not-opted-in"])


class Names(Case):
    def test_a_new_name_reaches_organizations_late(self):
        organizations, _ = self.organization()
        account = self.account("dev")
        client = self.client("account")
        put = dict(AccountId=account, AccountName="lab")
        self.refused("AccessDeniedException", client.put_account_name, **put)
        organizations.enable_aws_service_access(ServicePrincipal="account.amazonaws.com")
        self.refused("ValidationException", client.put_account_name, AccountId=account, AccountName="<")
        client.put_account_name(**put)
        found = client.get_account_information(AccountId=account)
        self.assertEqual((found["AccountId"], found["AccountName"]), (account, "lab"))
        listed = lambda: organizations.describe_account(AccountId=account)["Account"]["Name"]  # noqa: E731
        self.assertEqual(listed(), "dev")
        self.until(lambda: listed() == "lab")


class Contacts(Case):
    def test_own(self):
        client = self.client("account")
        get = client.get_alternate_contact
        self.refused("ResourceNotFoundException", get, AlternateContactType="SECURITY")
        delete = client.delete_alternate_contact
        self.refused("ResourceNotFoundException", delete, AlternateContactType="SECURITY")
        client.put_alternate_contact(**CONTACT)
        self.assertEqual(get(AlternateContactType="SECURITY")["AlternateContact"], CONTACT)
        delete(AlternateContactType="SECURITY")
        self.refused("ResourceNotFoundException", get, AlternateContactType="SECURITY")

    def test_of_a_member(self):
        organizations, _ = self.organization()
        account = self.account("dev")
        client = self.client("account")
        self.refused(
            "AccessDeniedException", client.put_alternate_contact, AccountId=account, **CONTACT
        )
        organizations.enable_aws_service_access(ServicePrincipal="account.amazonaws.com")
        client.put_alternate_contact(AccountId=account, **CONTACT)
        member = self.client("account", self.enter(account))
        found = member.get_alternate_contact(AlternateContactType="SECURITY")["AlternateContact"]
        self.assertEqual(found, CONTACT)
        own = dict(AccountId="123456789012", AlternateContactType="SECURITY")
        self.refused("AccessDeniedException", client.get_alternate_contact, **own)
        stranger = dict(AccountId="000000000000", AlternateContactType="SECURITY")
        self.refused("AccessDeniedException", client.get_alternate_contact, **stranger)

    def test_fields(self):
        client = self.client("account")
        for field, value in [
            ("Name", ""), ("Title", "x" * 51), ("EmailAddress", "nobody"), ("PhoneNumber", "none"),
            ("AlternateContactType", "OTHER"),
        ]:  # fmt: skip
            self.refused(
                "ValidationException",
                client.put_alternate_contact,
                **dict(CONTACT, **{field: value}),
            )


if __name__ == "__main__":
    unittest.main()
