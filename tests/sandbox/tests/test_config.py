"""AWS Config, as AWS documents it."""

import json

from harness import Case, allow

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "config.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
READ = allow(["organizations:ListAccounts", "organizations:DescribeOrganization"], "*")


def delivery(bucket, account="123456789012", **more):
    """What a bucket says that Config may deliver into."""
    arn, service = f"arn:aws:s3:::{bucket}", {"Service": "config.amazonaws.com"}
    condition = {"StringEquals": {"AWS:SourceAccount": account}}
    one = {"Effect": "Allow", "Principal": service, "Condition": condition}
    looks = {**one, "Action": ["s3:GetBucketAcl", "s3:ListBucket"], "Resource": arn}
    writes = {**one, "Action": "s3:PutObject", "Resource": f"{arn}/AWSLogs/{account}/Config/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [looks, {**writes, **more}]})


class Config(Case):
    def setUp(self):
        super().setUp()
        self.config = self.client("config")

    def recorder(self, **more):
        iam = self.client("iam")
        role = self.tries(lambda: iam.get_role(RoleName="AWSServiceRoleForConfig")["Role"])
        if not role:
            role = iam.create_service_linked_role(AWSServiceName="config.amazonaws.com")["Role"]
        recorder = {"name": "default", "roleARN": role["Arn"], **more}
        self.config.put_configuration_recorder(ConfigurationRecorder=recorder)
        return self.config.describe_configuration_recorders()["ConfigurationRecorders"][0]

    def bucket(self, policy=None):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="records")
        if policy:
            s3.put_bucket_policy(Bucket="records", Policy=policy)
        return s3

    def channel(self, **more):
        channel = {"name": "default", "s3BucketName": "records", **more}
        self.config.put_delivery_channel(DeliveryChannel=channel)

    def test_a_recorder_keeps_how_often_it_records(self):
        self.assertEqual(self.recorder()["recordingMode"]["recordingFrequency"], "CONTINUOUS")
        daily = {"recordingMode": {"recordingFrequency": "DAILY"}}
        self.assertEqual(self.recorder(**daily)["recordingMode"]["recordingFrequency"], "DAILY")

    def test_a_recorder_needs_a_role_of_its_account_that_lets_config_in(self):
        put = self.config.put_configuration_recorder
        for account in ("123456789012", "111111111111"):
            recorder = {"name": "default", "roleARN": f"arn:aws:iam::{account}:role/none"}
            self.refused("InvalidRoleException", put, ConfigurationRecorder=recorder)

    def test_a_second_recorder_is_refused(self):
        self.recorder()
        self.refused(
            "MaxNumberOfConfigurationRecordersExceededException", self.recorder, name="other"
        )

    def test_nothing_is_recorded_without_a_channel(self):
        self.recorder()
        start = self.config.start_configuration_recorder
        self.refused(
            "NoAvailableDeliveryChannelException", start, ConfigurationRecorderName="default"
        )
        self.bucket(delivery("records"))
        self.channel()
        start(ConfigurationRecorderName="default")
        status = self.config.describe_configuration_recorder_status()
        self.assertTrue(status["ConfigurationRecordersStatus"][0]["recording"])

    def test_a_channel_needs_a_recorder_first(self):
        self.bucket(delivery("records"))
        self.refused("NoAvailableConfigurationRecorderException", self.channel)

    def test_a_channel_needs_a_bucket_that_config_may_write_into(self):
        self.recorder()
        self.refused("NoSuchBucketException", self.channel)
        s3 = self.bucket()
        self.refused("InsufficientDeliveryPolicyException", self.channel)
        for policy in (
            delivery("records", "111111111111"),
            delivery("records", Action="s3:PutObjectAcl"),
            delivery("records", Effect="Deny"),
        ):
            s3.put_bucket_policy(Bucket="records", Policy=policy)
            self.refused("InsufficientDeliveryPolicyException", self.channel)
        self.assertEqual(self.config.describe_delivery_channels()["DeliveryChannels"], [])
        s3.put_bucket_policy(Bucket="records", Policy=delivery("records"))
        self.refused("InsufficientDeliveryPolicyException", self.channel, s3KeyPrefix="config")
        self.channel()

    def test_a_channel_can_t_deliver_into_default_retention(self):
        self.recorder()
        s3 = self.client("s3")
        s3.create_bucket(Bucket="records", ObjectLockEnabledForBucket=True)
        s3.put_bucket_policy(Bucket="records", Policy=delivery("records"))
        self.channel()
        rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
        lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        s3.put_object_lock_configuration(Bucket="records", ObjectLockConfiguration=lock)
        self.refused("InsufficientDeliveryPolicyException", self.channel)

    def test_a_channel_needs_the_key_it_encrypts_with(self):
        self.recorder()
        self.bucket(delivery("records"))
        missing = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
        self.refused("InvalidS3KmsKeyArnException", self.channel, s3KmsKeyArn=missing)
        key = self.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.refused("InsufficientDeliveryPolicyException", self.channel, s3KmsKeyArn=key)

    def test_aggregators_of_the_organization_are_for_its_administrators(self):
        client, _ = self.organization()
        member = self.account("security")
        credentials = self.enter(member)
        config = self.client("config", credentials)
        iam = self.client("iam", credentials)
        role = iam.create_role(RoleName="aggregator", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        source = {"RoleArn": role, "AllAwsRegions": True}

        def put(**more):
            return config.put_configuration_aggregator(
                ConfigurationAggregatorName="all", OrganizationAggregationSource=source, **more
            )

        self.refused("OrganizationAccessDeniedException", put)
        client.enable_aws_service_access(ServicePrincipal="config.amazonaws.com")
        self.refused("OrganizationAccessDeniedException", put)
        client.register_delegated_administrator(
            AccountId=member, ServicePrincipal="config.amazonaws.com"
        )
        self.refused("OrganizationAccessDeniedException", put)
        iam.put_role_policy(RoleName="aggregator", PolicyName="read", PolicyDocument=READ)
        arn = put(Tags=[{"Key": "owner", "Value": "us"}])["ConfigurationAggregator"]
        put()
        arn = arn["ConfigurationAggregatorArn"]
        tags = config.list_tags_for_resource(ResourceArn=arn)["Tags"]
        self.assertEqual(tags, [{"Key": "owner", "Value": "us"}])

    def test_aggregators_need_an_organization(self):
        source = {"RoleArn": "arn:aws:iam::123456789012:role/x", "AllAwsRegions": True}
        self.refused(
            "NoAvailableOrganizationException",
            self.config.put_configuration_aggregator,
            ConfigurationAggregatorName="all",
            OrganizationAggregationSource=source,
        )


