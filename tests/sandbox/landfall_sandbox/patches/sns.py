"""Amazon Simple Notification Service.

https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
"""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.sns.exceptions import InvalidParameterValue, SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, Topic
from moto.sns.responses import SNSResponse

from . import patch

#: What AWS shows instead of an ARN until the endpoint's owner has confirmed.
PENDING = "PendingConfirmation"
_TO_BE_CONFIRMED = {"email", "email-json", "http", "https"}


# --- topics --------------------------------------------------------------------------------------


@patch(SNSBackend)
def create_topic(self: Any, name: str, attributes: Any = None, tags: Any = None) -> Topic:
    """Gives the topic of that name, unless it has other attributes or tags.

    https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
    """
    for attribute, value in (attributes or {}).items():
        _check(attribute, value)
    known = {topic.name: topic for topic in self.topics.values()}.get(name)
    if known is not None and tags is not None and tags != known._tags:
        text = "Invalid parameter: Tags Reason: Topic already exists with different tags"
        raise SNSInvalidParameter(text)
    return create_topic.moto(self, name, attributes, tags)


def _check(attribute: str, value: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html"""
    if attribute == "SignatureVersion" and value not in ("1", "2"):
        raise SNSInvalidParameter("Invalid parameter: SignatureVersion")
    if attribute == "DisplayName" and len(value) > 100:
        raise SNSInvalidParameter("Invalid parameter: DisplayName Reason: too long")
    if attribute == "Policy":
        try:
            good = bool(json.loads(value).get("Statement"))
        except (ValueError, AttributeError):
            good = False
        if not good:
            raise SNSInvalidParameter("Invalid parameter: Policy Error: null")


@patch(SNSResponse)
def get_topic_attributes(self: Any) -> ActionResult:
    """Tells how messages are signed.

    https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
    """
    answer = get_topic_attributes.moto(self)
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    version = getattr(topic, "signature_version", None)
    if version:
        answer.result["Attributes"]["SignatureVersion"] = version
    return answer


@patch(SNSResponse)
def set_topic_attributes(self: Any) -> Any:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html"""
    _check(self._get_param("AttributeName"), self._get_param("AttributeValue") or "")
    return set_topic_attributes.moto(self)


# --- subscriptions -------------------------------------------------------------------------------


@patch(SNSBackend)
def subscribe(self: Any, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
    """E-mail addresses and URLs have to be confirmed by their owners.

    https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
    """
    known = self._find_subscription(topic_arn, endpoint, protocol)
    subscription = subscribe.moto(self, topic_arn, endpoint, protocol)
    if known is None and protocol in _TO_BE_CONFIRMED:
        subscription.pending = True
        subscription.attributes["PendingConfirmation"] = True
    return subscription


@patch(SNSResponse)
def confirm_subscription(self: Any) -> ActionResult:
    """Nothing is sent to anybody here: the token is the address itself.

    https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
    """
    arn, token = self._get_param("TopicArn"), self._get_param("Token")
    for subscription in self.backend.subscriptions.values():
        if subscription.topic.arn == arn and subscription.endpoint == token:
            subscription.pending = False
            subscription.attributes["PendingConfirmation"] = False
            return ActionResult({"SubscriptionArn": subscription.arn})
    raise SNSInvalidParameter("Invalid parameter: Token")


def _listed(subscription: Subscription) -> Any:
    pending = getattr(subscription, "pending", False)
    return {
        "SubscriptionArn": PENDING if pending else subscription.arn,
        "Owner": subscription.owner,
        "Protocol": subscription.protocol,
        "Endpoint": subscription.endpoint,
        "TopicArn": subscription.topic.arn,
    }


@patch(SNSResponse)
def list_subscriptions(self: Any) -> ActionResult:
    """One that is not confirmed has no ARN.

    https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html
    """
    answer = list_subscriptions.moto(self)
    answer.result["Subscriptions"] = [_listed(one) for one in answer.result["Subscriptions"]]
    return answer


@patch(SNSResponse)
def list_subscriptions_by_topic(self: Any) -> ActionResult:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html"""
    answer = list_subscriptions_by_topic.moto(self)
    answer.result["Subscriptions"] = [_listed(one) for one in answer.result["Subscriptions"]]
    return answer


@patch(SNSBackend)
def unsubscribe(self: Any, subscription_arn: str) -> None:
    """One that is not confirmed can't be ended: AWS forgets it after three days.

    https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
    """
    if not subscription_arn.startswith("arn:"):
        text = "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements"
        raise InvalidParameterValue(text)
    unsubscribe.moto(self, subscription_arn)
