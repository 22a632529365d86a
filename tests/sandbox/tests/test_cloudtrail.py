import json
import unittest

from harness import Case

SERVICE = "cloudtrail.amazonaws.com"
HOME = "ap-southeast-2"


def service(actions, resources, effect="Allow", **conditions):
    """One statement about CloudTrail."""
    statement = {
        "Effect": effect,
        "Principal": {"Service": SERVICE},
        "Action": actions,
        "Resource": resources,
    }
    if conditions:
        statement["Condition"] = conditions
    return statement


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


MANAGEMENT_EVENTS = {
    "Name": "Management events",
    "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
}
DATA_EVENTS = {
    "Name": "Objects",
    "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::acme-data/"]},
    ],
}


class Trails(Case):
    def setUp(self):
        super().setUp()
        self.organizations, _ = self.organization()
        self.organizations.enable_aws_service_access(ServicePrincipal=SERVICE)
        self.management = self.client("sts").get_caller_identity()["Account"]
        self.organization_id = self.organizations.describe_organization()["Organization"]["Id"]
        self.logging = self.account("logging")
        self.there = self.enter(self.logging)
        self.trails = self.client("cloudtrail", region=HOME)

    def bucket(self, name="acme-archive", **conditions):
        """A bucket of the logging account that CloudTrail may write into."""
        s3 = self.client("s3", self.there, region=HOME)
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME})
        self.let_in(name, **conditions)
        return name

    def let_in(self, name, owner=None, **conditions):
        arn = f"arn:aws:s3:::{name}"
        source = f"arn:aws:cloudtrail:{HOME}:{self.management}:trail/acme"
        conditions = conditions or {"StringEquals": {"aws:SourceArn": source}}
        prefixes = [owner or self.management, self.organization_id]
        keys = [f"{arn}/AWSLogs/{prefix}/*" for prefix in prefixes]
        policy = document(
            service("s3:GetBucketAcl", arn, **conditions),
            service("s3:PutObject", keys, **conditions),
        )
        s3 = self.client("s3", self.there, region=HOME)
        s3.put_bucket_policy(Bucket=name, Policy=policy)

    def trail(self, client=None, **more):
        more = {"Name": "acme", "S3BucketName": "acme-archive", "IsOrganizationTrail": True, **more}
        return (client or self.trails).create_trail(IsMultiRegionTrail=True, **more)

    def test_a_trail_belongs_to_the_management_account_and_is_seen_everywhere(self):
        self.bucket()
        self.trails.register_organization_delegated_admin(MemberAccountId=self.logging)
        delegated = self.client("cloudtrail", self.there, region=HOME)
        tags = [{"Key": "owner", "Value": "platform"}]
        arn = self.trail(delegated, TagsList=tags)["TrailARN"]
        self.assertEqual(arn, f"arn:aws:cloudtrail:{HOME}:{self.management}:trail/acme")
        dev = self.enter(self.account("dev"))
        member, elsewhere = self.client("cloudtrail", dev, HOME), self.client("cloudtrail", dev)
        for client in (self.trails, delegated, member, elsewhere):
            (seen,) = client.describe_trails()["trailList"]
            self.assertEqual((seen["TrailARN"], seen["HomeRegion"]), (arn, HOME))
            self.assertFalse(client.get_trail_status(Name=arn)["IsLogging"])
        self.assertEqual(member.describe_trails(includeShadowTrails=False)["trailList"], [])
        self.assertEqual(member.get_trail(Name=arn)["Trail"]["Name"], "acme")
        self.refused("TrailNotFoundException", member.get_trail, Name="acme")
        self.refused("NotOrganizationMasterAccountException", member.stop_logging, Name=arn)
        delegated.start_logging(Name=arn)
        self.assertTrue(self.trails.get_trail_status(Name="acme")["IsLogging"])
        abroad = self.client("cloudtrail")
        self.refused("InvalidHomeRegionException", abroad.stop_logging, Name=arn)
        (listed,) = delegated.list_tags(ResourceIdList=[arn])["ResourceTagList"]
        self.assertEqual(listed["TagsList"], tags)
        delegated.remove_tags(ResourceId=arn, TagsList=[{"Key": "owner"}])
        delegated.add_tags(ResourceId=arn, TagsList=[{"Key": "team", "Value": "a"}])
        (listed,) = self.trails.list_tags(ResourceIdList=[arn])["ResourceTagList"]
        self.assertEqual(listed["TagsList"], [{"Key": "team", "Value": "a"}])
        delegated.delete_trail(Name=arn)
        self.assertEqual(self.trails.describe_trails()["trailList"], [])

    def test_who_may_make_one(self):
        self.bucket()
        member = self.client("cloudtrail", self.there, region=HOME)
        self.refused("NotOrganizationMasterAccountException", self.trail, member)
        # Registering with Organizations makes no service-linked role.
        self.organizations.register_delegated_administrator(
            AccountId=self.logging, ServicePrincipal=SERVICE
        )
        self.refused("NoManagementAccountSLRExistsException", self.trail, member)
        self.trail()
        self.refused("TrailAlreadyExistsException", self.trail)
        self.organizations.disable_aws_service_access(ServicePrincipal=SERVICE)
        self.refused("CloudTrailAccessNotEnabledException", self.trail, Name="other")

    def test_the_delegated_administrator(self):
        register = self.trails.register_organization_delegated_admin
        self.refused(
            "CannotDelegateManagementAccountException", register, MemberAccountId=self.management
        )
        self.refused("AccountNotFoundException", register, MemberAccountId="210987654321")
        register(MemberAccountId=self.logging)
        self.refused("AccountRegisteredException", register, MemberAccountId=self.logging)
        listed = self.organizations.list_delegated_administrators(ServicePrincipal=SERVICE)
        self.assertEqual([a["Id"] for a in listed["DelegatedAdministrators"]], [self.logging])
        self.client("iam").get_role(RoleName="AWSServiceRoleForCloudTrail")
        member = self.client("cloudtrail", self.there)
        self.refused(
            "NotOrganizationMasterAccountException",
            member.register_organization_delegated_admin,
            MemberAccountId=self.logging,
        )
        deregister = self.trails.deregister_organization_delegated_admin
        deregister(DelegatedAdminAccountId=self.logging)
        self.refused(
            "AccountNotRegisteredException", deregister, DelegatedAdminAccountId=self.logging
        )

    def test_the_bucket_has_to_let_it_write(self):
        self.refused("S3BucketDoesNotExistException", self.trail)
        name = self.bucket()
        self.let_in(name, owner="210987654321")
        self.refused("InsufficientS3BucketPolicyException", self.trail)
        self.let_in(name, StringEquals={"aws:SourceOrgID": "o-other"})
        self.refused("InsufficientS3BucketPolicyException", self.trail)
        self.let_in(name, StringEquals={"aws:SourceOrgID": self.organization_id})
        self.trail()
        update = self.trails.update_trail
        self.refused("InsufficientS3BucketPolicyException", update, Name="acme", S3KeyPrefix="x")
        self.assertNotIn("S3KeyPrefix", self.trails.get_trail(Name="acme")["Trail"])

    def test_the_key_has_to_let_it_encrypt(self):
        self.bucket()
        kms = self.client("kms", self.there, region=HOME)
        root = {"AWS": f"arn:aws:iam::{self.logging}:root"}
        everyone = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
        key = kms.create_key(Policy=document(everyone))["KeyMetadata"]["Arn"]
        self.refused("InsufficientEncryptionPolicyException", self.trail, KmsKeyId=key)
        pattern = f"arn:aws:cloudtrail:*:{self.management}:trail/*"
        context = {"kms:EncryptionContext:aws:cloudtrail:arn": pattern}
        statements = (
            everyone,
            service("kms:GenerateDataKey*", "*", StringLike=context),
            service("kms:DescribeKey", "*"),
        )
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document(*statements))
        self.assertEqual(self.trail(KmsKeyId=key)["KmsKeyId"], key)
        gone = key[:-1] + ("0" if key[-1] != "0" else "1")
        self.refused(
            "KmsKeyNotFoundException", self.trails.update_trail, Name="acme", KmsKeyId=gone
        )
        self.assertNotIn("KmsKeyId", self.trails.update_trail(Name="acme", KmsKeyId=""))

    def test_the_log_group_lies_in_the_account_that_makes_the_trail(self):
        self.bucket()
        iam, name = self.client("iam"), "trail-logs"
        group = f"arn:aws:logs:{HOME}:{self.management}:log-group:/acme/trail:*"
        role = f"arn:aws:iam::{self.management}:role/{name}"
        more = dict(CloudWatchLogsLogGroupArn=group, CloudWatchLogsRoleArn=role)
        there = self.client("logs", self.there, region=HOME)
        there.create_log_group(logGroupName="/acme/trail")
        self.refused("InvalidCloudWatchLogsLogGroupArnException", self.trail, **more)
        self.client("logs", region=HOME).create_log_group(logGroupName="/acme/trail")
        self.refused("InvalidCloudWatchLogsRoleArnException", self.trail, **more)
        trust = document({
            "Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "sts:AssumeRole",
        })  # fmt: skip
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        self.refused("InvalidCloudWatchLogsLogGroupArnException", self.trail, **more)
        write = {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": group.replace(":*", ":log-stream:*"),
        }
        iam.put_role_policy(RoleName=name, PolicyName="write", PolicyDocument=document(write))
        made = self.trail(**more)
        self.assertEqual(made["CloudWatchLogsLogGroupArn"], group)
        theirs = group.replace(self.management, self.logging)
        self.refused(
            "InvalidCloudWatchLogsLogGroupArnException",
            self.trails.update_trail,
            Name="acme",
            CloudWatchLogsLogGroupArn=theirs,
        )

    def test_selectors_are_kept_and_checked(self):
        self.bucket()
        self.trail()
        get, put = self.trails.get_event_selectors, self.trails.put_event_selectors
        default = get(TrailName="acme")
        self.assertEqual(default["EventSelectors"][0]["ReadWriteType"], "All")
        self.assertNotIn("AdvancedEventSelectors", default)
        chosen = [MANAGEMENT_EVENTS, DATA_EVENTS]
        put(TrailName="acme", AdvancedEventSelectors=chosen)
        found = get(TrailName="acme")
        self.assertEqual(found["AdvancedEventSelectors"], chosen)
        self.assertNotIn("EventSelectors", found)
        self.assertTrue(self.trails.get_trail(Name="acme")["Trail"]["HasCustomEventSelectors"])
        wrong = [
            {"FieldSelectors": [{"Field": "readOnly", "Equals": ["true"]}]},
            {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]},
            {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Everything"]}]},
            {"FieldSelectors": [{"Field": "eventCategory"}]},
        ]
        for selector in wrong:
            with self.subTest(selector):
                call = dict(TrailName="acme", AdvancedEventSelectors=[selector])
                self.refused("InvalidEventSelectorsException", put, **call)
        put(TrailName="acme", EventSelectors=[{"ReadWriteType": "WriteOnly"}])
        self.assertNotIn("AdvancedEventSelectors", get(TrailName="acme"))

    def test_insights_are_replaced_and_switched_off(self):
        self.bucket()
        self.trail()
        get, put = self.trails.get_insight_selectors, self.trails.put_insight_selectors
        self.refused("InsightNotEnabledException", get, TrailName="acme")
        for kind in ("ApiCallRateInsight", "ApiErrorRateInsight"):
            put(TrailName="acme", InsightSelectors=[{"InsightType": kind}])
        found = get(TrailName="acme")["InsightSelectors"]
        self.assertEqual(found, [{"InsightType": "ApiErrorRateInsight"}])
        put(TrailName="acme", InsightSelectors=[])
        self.refused("InsightNotEnabledException", get, TrailName="acme")

    def test_the_topic_has_to_let_it_publish(self):
        self.bucket()
        sns = self.client("sns", region=HOME)
        topic = sns.create_topic(Name="acme-trail")["TopicArn"]
        self.refused("InsufficientSnsTopicPolicyException", self.trail, SnsTopicName=topic)
        policy = document(service("sns:Publish", topic))
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        self.assertEqual(self.trail(SnsTopicName=topic)["SnsTopicARN"], topic)


if __name__ == "__main__":
    unittest.main()
