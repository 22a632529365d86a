import json
import unittest

from harness import Case

HOME = "ap-southeast-2"
GROUP = "/acme/trail"
METRIC = {"metricNamespace": "acme", "metricName": "root-use", "metricValue": "1"}


class Logs(Case):
    def setUp(self):
        super().setUp()
        self.logs = self.client("logs", region=HOME)
        self.here = self.client("sts").get_caller_identity()["Account"]

    def group(self, name=GROUP, **more):
        self.logs.create_log_group(logGroupName=name, **more)

    def described(self, name=GROUP):
        return self.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]


class Groups(Logs):
    def key(self, *statements):
        root = {"AWS": f"arn:aws:iam::{self.here}:root"}
        own = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [own, *statements]})
        return self.client("kms", region=HOME).create_key(Policy=policy)["KeyMetadata"]["Arn"]

    def service(self, group):
        arn = f"arn:aws:logs:{HOME}:{self.here}:log-group:{group}"
        return {
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{HOME}.amazonaws.com"},
            "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
            "Resource": "*",
            "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn}},
        }

    def test_a_key_has_to_let_the_service_use_it(self):
        closed, open_ = self.key(), self.key(self.service(GROUP))
        self.refused("InvalidParameterException", self.group, kmsKeyId=closed)
        self.refused("ResourceNotFoundException", self.logs.associate_kms_key,
                     logGroupName=GROUP, kmsKeyId=open_)  # fmt: skip
        self.group()
        associate = self.logs.associate_kms_key
        self.refused("InvalidParameterException", associate, logGroupName=GROUP, kmsKeyId=closed)
        associate(logGroupName=GROUP, kmsKeyId=open_)
        self.assertEqual(self.described()["kmsKeyId"], open_)
        self.logs.disassociate_kms_key(logGroupName=GROUP)
        self.assertNotIn("kmsKeyId", self.described())
        self.refused("InvalidParameterException", self.group, "/acme/other", kmsKeyId=open_)

    def test_retention_takes_few_values(self):
        self.group()
        put = self.logs.put_retention_policy
        self.refused("InvalidParameterException", put, logGroupName=GROUP, retentionInDays=366)
        put(logGroupName=GROUP, retentionInDays=400)
        self.assertEqual(self.described()["retentionInDays"], 400)
        self.logs.delete_retention_policy(logGroupName=GROUP)
        self.assertNotIn("retentionInDays", self.described())

    def test_a_protected_group_stays(self):
        self.group(deletionProtectionEnabled=True, logGroupClass="INFREQUENT_ACCESS")
        found = self.described()
        self.assertEqual(found["logGroupClass"], "INFREQUENT_ACCESS")
        self.assertTrue(found["deletionProtectionEnabled"])
        delete = self.logs.delete_log_group
        self.refused("ValidationException", delete, logGroupName=GROUP)
        self.logs.put_log_group_deletion_protection(
            logGroupIdentifier=GROUP, deletionProtectionEnabled=False
        )
        delete(logGroupName=GROUP)

    def test_what_hangs_on_a_group_goes_with_it(self):
        self.group(tags={"owner": "a"})
        filters = dict(logGroupName=GROUP, filterName="root", filterPattern="")
        self.logs.put_metric_filter(metricTransformations=[METRIC], **filters)
        self.logs.delete_log_group(logGroupName=GROUP)
        self.group()
        arn = self.described()["logGroupArn"]
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {})
        self.assertEqual(self.described()["metricFilterCount"], 0)


class Filters(Logs):
    def put(self, pattern="{ $.a = 1 }", **more):
        metric = {**METRIC, **more}
        self.logs.put_metric_filter(
            logGroupName=GROUP,
            filterName="root",
            filterPattern=pattern,
            metricTransformations=[metric],
        )

    def test_a_filter_is_replaced_and_counted(self):
        self.refused("ResourceNotFoundException", self.put)
        self.group()
        self.put()
        self.put("{ $.b = 2 }", defaultValue=0)
        (found,) = self.logs.describe_metric_filters(logGroupName=GROUP)["metricFilters"]
        self.assertEqual(found["filterPattern"], "{ $.b = 2 }")
        self.assertEqual(found["metricTransformations"][0]["defaultValue"], 0)
        self.assertEqual(self.described()["metricFilterCount"], 1)
        self.logs.delete_metric_filter(logGroupName=GROUP, filterName="root")
        self.refused("ResourceNotFoundException", self.logs.delete_metric_filter,
                     logGroupName=GROUP, filterName="root")  # fmt: skip

    def test_what_can_not_be_counted(self):
        self.group()
        self.refused("InvalidParameterException", self.put, metricNamespace="AWS/Logs")
        self.refused("InvalidParameterException", self.put, metricValue="one")
        self.refused("InvalidParameterException", self.put, "{ $.a = 1")
        self.group("/acme/rare", logGroupClass="INFREQUENT_ACCESS")
        self.refused("InvalidOperationException", self.logs.put_metric_filter,
                     logGroupName="/acme/rare", filterName="a", filterPattern="",
                     metricTransformations=[METRIC])  # fmt: skip


class Policies(Logs):
    def test_resource_policies_are_few_and_small(self):
        put = self.logs.put_resource_policy
        good = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]})
        self.refused("InvalidParameterException", put, policyName="a", policyDocument="{")
        self.refused("InvalidParameterException", put, policyName="a",
                     policyDocument=good + " " * 5120)  # fmt: skip
        for index in range(10):
            put(policyName=f"p{index}", policyDocument=good)
        self.refused("LimitExceededException", put, policyName="p10", policyDocument=good)
        put(policyName="p9", policyDocument=good)

    def test_account_policies(self):
        put, kind = self.logs.put_account_policy, "SUBSCRIPTION_FILTER_POLICY"
        text = json.dumps({"DestinationArn": "arn:aws:logs:x:1:destination:y", "FilterPattern": ""})
        self.refused("InvalidParameterException", put, policyName="all", policyType=kind,
                     policyDocument="{}")  # fmt: skip
        made = put(policyName="all", policyType=kind, policyDocument=text, scope="ALL",
                   selectionCriteria='LogGroupName NOT IN ["x"]')  # fmt: skip
        found = self.logs.describe_account_policies(policyType=kind)["accountPolicies"]
        self.assertEqual(found, [made["accountPolicy"]])
        other = self.logs.describe_account_policies(policyType="DATA_PROTECTION_POLICY")
        self.assertEqual(other["accountPolicies"], [])
        self.logs.delete_account_policy(policyName="all", policyType=kind)
        self.refused("ResourceNotFoundException", self.logs.delete_account_policy,
                     policyName="all", policyType=kind)  # fmt: skip


if __name__ == "__main__":
    unittest.main()
