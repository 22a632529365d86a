import unittest

from harness import Case

ALARM = dict(
    AlarmName="acme-root-use",
    Namespace="acme",
    MetricName="root-use",
    Statistic="Sum",
    Period=300,
    EvaluationPeriods=1,
    Threshold=1.0,
    ComparisonOperator="GreaterThanOrEqualToThreshold",
    TreatMissingData="notBreaching",
)


class Alarms(Case):
    def test_tags_belong_to_the_first_call_and_go_with_the_alarm(self):
        client = self.client("cloudwatch")

        def tags(arn):
            found = client.list_tags_for_resource(ResourceARN=arn)["Tags"]
            return {tag["Key"]: tag["Value"] for tag in found}

        client.put_metric_alarm(Tags=[{"Key": "a", "Value": "1"}], **ALARM)
        client.put_metric_alarm(Tags=[{"Key": "a", "Value": "2"}], **{**ALARM, "Threshold": 2.0})
        (alarm,) = client.describe_alarms(AlarmNamePrefix="acme-")["MetricAlarms"]
        self.assertEqual((alarm["Threshold"], tags(alarm["AlarmArn"])), (2.0, {"a": "1"}))
        client.delete_alarms(AlarmNames=["acme-root-use"])
        client.put_metric_alarm(**ALARM)
        self.assertEqual(tags(alarm["AlarmArn"]), {})

    def test_what_is_refused(self):
        client = self.client("cloudwatch")
        actions = [f"arn:aws:sns:us-east-1:123456789012:t{index}" for index in range(6)]
        many = {**ALARM, "AlarmActions": actions}
        self.refused("InvalidParameterValue", client.put_metric_alarm, **many)
        self.refused("ResourceNotFound", client.delete_alarms, AlarmNames=["acme-root-use"])


if __name__ == "__main__":
    unittest.main()
