"""Log destinations and subscription filters, as AWS documents them."""

import gzip
import json
import time

from harness import Case, allow

HOME, AWAY = "us-east-1", "eu-west-1"


def trust(service):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def access(arn, principal="*", **condition):
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "logs:PutSubscriptionFilter",
        "Resource": arn,
    }
    if condition:
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": [condition["of"]]}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Destinations(Case):
    """A stream in the home Region of account 123456789012, and what points to it."""

    def setUp(self):
        super().setUp()
        self.client("s3").create_bucket(Bucket="archive")
        delivery = self.role("delivery", "firehose.amazonaws.com", None)
        firehose = self.client("firehose")
        self.stream = firehose.create_delivery_stream(
            DeliveryStreamName="logs",
            ExtendedS3DestinationConfiguration={
                "RoleARN": delivery,
                "BucketARN": "arn:aws:s3:::archive",
            },
        )["DeliveryStreamARN"]
        self.writer = self.role("writer", "logs.amazonaws.com", allow("firehose:*", self.stream))

    def role(self, name, service, policy, credentials=None):
        iam = self.client("iam", credentials)
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))
        if policy:
            iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy)
        return role["Role"]["Arn"]

    def put(self, region=HOME, **more):
        settings = {"targetArn": self.stream, "roleArn": self.writer, **more}
        logs = self.client("logs", region=region)
        answer = logs.put_destination(destinationName="central", **settings)
        return answer["destination"]["arn"]

    def destination(self, region=HOME):
        return self.until(lambda: self.tries(self.put, region))

    def subscribe(self, logs, arn, name="ours", **more):
        logs.put_subscription_filter(
            logGroupName="/app", filterName=name, filterPattern="", destinationArn=arn, **more
        )

    def member(self):
        """A member account with a log group and a role for its filters."""
        credentials = self.enter(self.account("dev"))
        policy = allow("logs:PutLogEvents", "*")
        role = self.role("sender", "logs.amazonaws.com", policy, credentials)
        logs = self.client("logs", credentials)
        logs.create_log_group(logGroupName="/app")
        return logs, role

    def test_a_destination_points_to_an_active_stream_of_any_region(self):
        self.refused("InvalidParameterException", self.put)
        arn = self.destination(AWAY)
        self.assertEqual(arn, f"arn:aws:logs:{AWAY}:123456789012:destination:central")
        shown = self.client("logs", region=AWAY).describe_destinations()["destinations"][0]
        self.assertEqual(shown["targetArn"], self.stream)
        self.assertNotIn("accessPolicy", shown)

    def test_a_destination_s_role_has_to_write(self):
        self.destination()
        mute = self.role("mute", "logs.amazonaws.com", None)
        self.refused("InvalidParameterException", self.put, roleArn=mute)
        other = self.role("other", "ec2.amazonaws.com", allow("firehose:*", "*"))
        self.refused("InvalidParameterException", self.put, roleArn=other)

    def test_a_destination_s_policy_is_about_it(self):
        arn, logs = self.destination(), self.client("logs")
        put = logs.put_destination_policy
        for policy in ("{", access("*"), access(arn, {"AWS": ["1" * 12] * 400})):
            wrong = {"destinationName": "central", "accessPolicy": policy}
            self.refused("InvalidParameterException", put, **wrong)
        put(destinationName="central", accessPolicy=access(arn))

    def test_members_are_let_in_by_account_or_organization(self):
        client, _ = self.organization()
        organization = client.describe_organization()["Organization"]["Id"]
        logs, role = self.member()
        arn, ours = self.destination(), self.client("logs")
        self.refused("AccessDeniedException", self.subscribe, logs, arn, roleArn=role)

        def let(policy):
            ours.put_destination_policy(destinationName="central", accessPolicy=policy)

        let(access(arn, of="o-elsewhere1"))
        self.refused("AccessDeniedException", self.subscribe, logs, arn, roleArn=role)
        let(access(arn, of=organization))
        self.refused("InvalidParameterException", self.subscribe, logs, arn)
        self.subscribe(logs, arn, roleArn=role)
        shown = logs.describe_subscription_filters(logGroupName="/app")["subscriptionFilters"]
        self.assertEqual((shown[0]["destinationArn"], shown[0]["roleArn"]), (arn, role))
        member = role.split(":")[4]
        let(access(arn, {"AWS": member}))
        self.subscribe(logs, arn)

    def test_a_destination_of_another_region_is_not_found(self):
        arn, logs = self.destination(AWAY), self.client("logs")
        logs.create_log_group(logGroupName="/app")
        self.refused("ResourceNotFoundException", self.subscribe, logs, arn)

    def test_a_group_has_two_filters_and_each_can_be_changed(self):
        arn, logs = self.destination(), self.client("logs")
        logs.create_log_group(logGroupName="/app")
        self.subscribe(logs, arn)
        self.subscribe(logs, arn, "other")
        self.refused("LimitExceededException", self.subscribe, logs, arn, "third")
        self.subscribe(logs, arn, distribution="Random")
        shown = logs.describe_subscription_filters(logGroupName="/app")["subscriptionFilters"]
        self.assertEqual([one["distribution"] for one in shown], ["Random", "ByLogStream"])

    def test_only_standard_groups_can_be_subscribed_to(self):
        arn, logs = self.destination(), self.client("logs")
        logs.create_log_group(logGroupName="/app", logGroupClass="INFREQUENT_ACCESS")
        self.refused("ValidationException", self.subscribe, logs, arn)

    def test_a_group_sends_to_a_stream_of_its_account_in_any_region(self):
        self.destination()
        logs = self.client("logs", region=AWAY)
        logs.create_log_group(logGroupName="/app")
        self.refused("InvalidParameterException", self.subscribe, logs, self.stream)
        self.subscribe(logs, self.stream, roleArn=self.writer)

    def test_events_arrive_in_the_bucket_and_are_counted(self):
        client, _ = self.organization()
        organization = client.describe_organization()["Organization"]["Id"]
        logs, role = self.member()
        arn, policy = self.destination(), "accessPolicy"
        document = {policy: access(arn, of=organization)}
        self.client("logs").put_destination_policy(destinationName="central", **document)
        self.subscribe(logs, arn, roleArn=role)
        logs.create_log_stream(logGroupName="/app", logStreamName="one")
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": "hello"}]
        logs.put_log_events(logGroupName="/app", logStreamName="one", logEvents=events)
        s3 = self.client("s3")
        key = s3.list_objects_v2(Bucket="archive")["Contents"][0]["Key"]
        body = s3.get_object(Bucket="archive", Key=key)["Body"].read()
        sent = json.loads(gzip.decompress(body))
        self.assertEqual((sent["owner"], sent["logGroup"]), (role.split(":")[4], "/app"))
        cloudwatch = self.client("cloudwatch", self.enter(role.split(":")[4]))
        dimensions = [{"Name": "FilterName", "Value": "ours"}]
        found = cloudwatch.list_metrics(
            Namespace="AWS/Logs", MetricName="ForwardedLogEvents", Dimensions=dimensions
        )["Metrics"]
        names = {one["Name"]: one["Value"] for one in found[0]["Dimensions"]}
        self.assertEqual(names["LogGroupName"], "/app")


