"""Amazon Data Firehose, as AWS documents it."""

import json

from harness import Case

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "firehose.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
ERRORS = "errors/!{firehose:error-output-type}/"


class Firehose(Case):
    def setUp(self):
        super().setUp()
        self.firehose = self.client("firehose")
        iam = self.client("iam")
        role = iam.create_role(RoleName="delivery", AssumeRolePolicyDocument=TRUST)
        self.client("s3").create_bucket(Bucket="archive")
        self.s3 = {"RoleARN": role["Role"]["Arn"], "BucketARN": "arn:aws:s3:::archive"}

    def create(self, name="logs", encryption=None, **more):
        settings = {"ExtendedS3DestinationConfiguration": {**self.s3, **more}}
        if encryption:
            settings["DeliveryStreamEncryptionConfigurationInput"] = encryption
        self.firehose.create_delivery_stream(DeliveryStreamName=name, **settings)

    def describe(self, name="logs"):
        answer = self.firehose.describe_delivery_stream(DeliveryStreamName=name)
        return answer["DeliveryStreamDescription"]

    def active(self, **more):
        self.create(**more)
        return self.until(self.describe, lambda it: it["DeliveryStreamStatus"] == "ACTIVE")

    def update(self, version, **more):
        self.firehose.update_destination(
            DeliveryStreamName="logs",
            CurrentDeliveryStreamVersionId=version,
            DestinationId="destinationId-000000000001",
            ExtendedS3DestinationUpdate=more,
        )

    def test_a_stream_takes_a_while(self):
        self.create()
        self.assertEqual(self.describe()["DeliveryStreamStatus"], "CREATING")
        self.refused("ResourceInUseException", self.update, "1", FileExtension=".gz")
        self.until(self.describe, lambda it: it["DeliveryStreamStatus"] == "ACTIVE")

    def test_what_is_not_said_stays(self):
        before = self.active(Prefix="logs/", BufferingHints={"SizeInMBs": 64})
        self.update(before["VersionId"], FileExtension=".gz")
        after = self.describe()
        s3 = after["Destinations"][0]["ExtendedS3DestinationDescription"]
        self.assertEqual((s3["Prefix"], s3["FileExtension"]), ("logs/", ".gz"))
        self.assertEqual(s3["CompressionFormat"], "UNCOMPRESSED")
        stale = (self.update, before["VersionId"])
        self.refused("ConcurrentModificationException", *stale, Prefix="other/")

    def test_what_can_t_work_is_refused(self):
        for wrong in (
            {"RoleARN": "arn:aws:iam::123456789012:role/none"},
            {"Prefix": "a/!{timestamp:yyyy}/"},
            {"Prefix": "a/!{timestamp:yyyy}/", "ErrorOutputPrefix": "errors/"},
            {"Prefix": "a/!{firehose:error-output-type}/", "ErrorOutputPrefix": ERRORS},
            {"Prefix": "a/!{account:id}/", "ErrorOutputPrefix": ERRORS},
            {"BufferingHints": {"SizeInMBs": 129}},
            {"BufferingHints": {"IntervalInSeconds": 901}},
            {"FileExtension": "gz"},
        ):
            self.refused("InvalidArgumentException", self.create, **wrong)

    def test_a_stream_is_encrypted_with_a_key_that_can_be_used(self):
        wanted = {"KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": "arn:aws:kms:us-east-1:1:key/none"}
        self.refused("InvalidKMSResourceException", self.create, encryption=wanted)
        wanted["KeyARN"] = self.client("kms").create_key()["KeyMetadata"]["Arn"]
        stream = self.active(encryption=wanted)
        self.assertEqual(
            stream["DeliveryStreamEncryptionConfiguration"], {**wanted, "Status": "ENABLED"}
        )
        stop = self.firehose.stop_delivery_stream_encryption
        stop(DeliveryStreamName="logs")
        status = self.describe()["DeliveryStreamEncryptionConfiguration"]["Status"]
        self.assertEqual(status, "DISABLING")
        self.refused("ResourceInUseException", stop, DeliveryStreamName="logs")

    def test_objects_are_named_as_the_prefix_says(self):
        self.active(
            Prefix="logs/!{timestamp:yyyy}/", ErrorOutputPrefix=ERRORS, FileExtension=".gz"
        )
        self.firehose.put_record(DeliveryStreamName="logs", Record={"Data": b"x"})
        found = self.client("s3").list_objects_v2(Bucket="archive")["Contents"]
        self.assertRegex(found[0]["Key"], r"^logs/20\d\d/logs-1-[-0-9a-f]+\.gz$")


