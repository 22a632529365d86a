import json
import unittest

from harness import Case


class Topics(Case):
    def test_attributes(self):
        client = self.client("sns")
        made = client.create_topic(Name="acme-alarms", Attributes={"SignatureVersion": "2"})
        arn = made["TopicArn"]

        def attributes():
            return client.get_topic_attributes(TopicArn=arn)["Attributes"]

        self.assertEqual(attributes()["SignatureVersion"], "2")
        for name, value in [("SignatureVersion", "3"), ("Policy", "{"), ("DisplayName", "x" * 101)]:
            with self.subTest(name):
                self.refused("InvalidParameter", client.set_topic_attributes, TopicArn=arn,
                             AttributeName=name, AttributeValue=value)  # fmt: skip
        statement = {"Sid": "A", "Effect": "Deny"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        client.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
        self.assertEqual(json.loads(attributes()["Policy"]), json.loads(policy))
        other = [{"Key": "a", "Value": "b"}]
        self.refused("InvalidParameter", client.create_topic, Name="acme-alarms", Tags=other)

    def test_an_address_has_to_be_confirmed(self):
        client = self.client("sns")
        arn = client.create_topic(Name="acme-alarms")["TopicArn"]
        client.subscribe(TopicArn=arn, Protocol="email", Endpoint="desk@acme.example")

        def listed():
            (one,) = client.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
            return one["SubscriptionArn"]

        self.assertEqual(listed(), "PendingConfirmation")
        self.refused("InvalidParameter", client.unsubscribe, SubscriptionArn=listed())
        client.subscribe(TopicArn=arn, Protocol="email", Endpoint="desk@acme.example")
        confirmed = client.confirm_subscription(TopicArn=arn, Token="desk@acme.example")
        self.assertEqual(listed(), confirmed["SubscriptionArn"])
        client.unsubscribe(SubscriptionArn=listed())
        self.assertEqual(client.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"], [])


if __name__ == "__main__":
    unittest.main()
