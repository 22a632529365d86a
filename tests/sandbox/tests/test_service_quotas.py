import unittest

from harness import Case

VPCS = dict(ServiceCode="vpc", QuotaCode="L-F678F1CE")
ACCOUNTS = dict(ServiceCode="organizations", QuotaCode="L-E619E033")


class Quotas(Case):
    def value(self, region, quota):
        client = self.client("service-quotas", region=region)
        return client.get_service_quota(**quota)["Quota"]["Value"]

    def test_what_was_asked_for_is_applied_in_that_region(self):
        client = self.client("service-quotas", region="ap-southeast-2")
        self.assertEqual(self.value("ap-southeast-2", VPCS), 5.0)
        client.request_service_quota_increase(DesiredValue=20.0, **VPCS)
        self.assertEqual(self.value("ap-southeast-2", VPCS), 20.0)
        self.assertEqual(self.value("us-east-1", VPCS), 5.0)

    def test_what_holds_for_all_regions_is_known_in_one(self):
        self.assertEqual(self.value("us-east-1", ACCOUNTS), 10.0)
        client = self.client("service-quotas", region="ap-southeast-2")
        self.refused("NoSuchResourceException", client.get_service_quota, **ACCOUNTS)


if __name__ == "__main__":
    unittest.main()
