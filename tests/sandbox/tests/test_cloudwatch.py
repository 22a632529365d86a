import struct
import unittest
import urllib.error
import urllib.request

from harness import Case
from landfall_sandbox import cbor

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


class Cbor(Case):
    def test_newer_sdks_speak_another_protocol(self):
        self.client("cloudwatch").put_metric_alarm(**ALARM)
        status, found = self.ask("DescribeAlarms", {"AlarmNamePrefix": "acme-"})
        (alarm,) = found["MetricAlarms"]
        self.assertEqual((status, alarm["AlarmName"]), (200, "acme-root-use"))
        self.assertIs(type(alarm["Threshold"]), float)
        self.assertIs(type(alarm["Period"]), int)
        self.assertIs(type(alarm["StateUpdatedTimestamp"]), float)
        status, refusal = self.ask("DeleteAlarms", {"AlarmNames": ["gone"]})
        self.assertEqual((status, refusal["__type"].split("#")[-1]), (404, "ResourceNotFound"))

    def ask(self, operation, request):
        """What the SDK for Rust sends, byte by byte."""
        scope = "test/20261101/us-east-1/monitoring/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
            "Content-Type": "application/cbor",
            "smithy-protocol": "rpc-v2-cbor",
        }
        path = f"/service/GraniteServiceVersion20100801/operation/{operation}"
        call = urllib.request.Request(self.server.url + path, cbor.encode(request), headers)
        try:
            answer = urllib.request.urlopen(call)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.assertEqual(answer.headers["smithy-protocol"], "rpc-v2-cbor")
            return answer.status, cbor.decode(answer.read())

    def test_values_come_back_as_they_went(self):
        for value in (0, 23, 24, 65536, -1, -500, 1.5, True, None, "é", [1, ["a"]], {"a": {}}):
            with self.subTest(value):
                self.assertEqual(cbor.decode(cbor.encode(value)), value)
        endless = b"\xbf\x61a\x9f\x01\x02\xff\x61b\x7f\x61x\x61y\xff\xff"
        self.assertEqual(cbor.decode(endless), {"a": [1, 2], "b": "xy"})
        self.assertEqual(cbor.decode(b"\xc1\xfa" + struct.pack(">f", 2.5)), 2.5)


if __name__ == "__main__":
    unittest.main()
