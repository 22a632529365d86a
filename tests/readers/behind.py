"""Changes many things behind the landing zone's back, each as somebody in a hurry would.

Prints, as JSON, what drift has to name: addresses, and the field that differs or `create` for what is gone.
"""

import json
import sys
from typing import Any, Dict

from changes import changed, forbidden, named
from sessions import HOME, OTHERS, client, ids

REPLICA = OTHERS[0]
WIDE = {"Sid": "Wide", "Effect": "Allow", "Principal": {"AWS": "*"}}


def bucket(name: str, region: str = HOME) -> str:
    return f"acme-{name}-{ids()['logging']}-{region}"


def widened(policy: str, action: str, resource: str) -> str:
    document = json.loads(policy)
    document["Statement"].append({**WIDE, "Action": action, "Resource": resource})
    return json.dumps(document)


def widen_key(account: str, alias: str, region: str) -> None:
    kms = client("kms", account, region)
    key = kms.describe_key(KeyId=f"alias/acme/{alias}")["KeyMetadata"]["KeyId"]
    policy = kms.get_key_policy(KeyId=key)["Policy"]
    document = json.loads(policy)
    root = {"AWS": f"arn:aws:iam::{ids()[account]}:root"}
    document["Statement"].append({"Sid": "Wide", "Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"})
    kms.put_key_policy(KeyId=key, Policy=json.dumps(document))


@changed(f"logging/{HOME}/kms/key/logs", "policy[Wide]")
def key_policy_widened() -> None:
    widen_key("logging", "logs", HOME)


@changed(f"security/{REPLICA}/kms/replica-key/secrets", "policy[Wide]")
def replica_policy_widened() -> None:
    widen_key("security", "secrets", REPLICA)


@changed(f"prod/{HOME}/kms/key/data", "rotation_days")
def rotation_off() -> None:
    kms = client("kms", "prod")
    kms.disable_key_rotation(KeyId=kms.describe_key(KeyId="alias/acme/data")["KeyMetadata"]["KeyId"])


@changed(f"staging/{HOME}/kms/key/data", "enabled")
def key_disabled() -> None:
    kms = client("kms", "staging")
    kms.disable_key(KeyId=kms.describe_key(KeyId="alias/acme/data")["KeyMetadata"]["KeyId"])


@changed(f"dev/{HOME}/kms/alias/data", "target")
def alias_repointed() -> None:
    kms = client("kms", "dev")
    other = kms.create_key(Description="somebody else's")["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName="alias/acme/data", TargetKeyId=other)


@changed(f"logging/{HOME}/s3/bucket-policy/archive", "policy[Wide]")
def bucket_policy_loosened() -> None:
    s3, name = client("s3", "logging"), bucket("archive")
    text = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
    # A public one would be refused: public access is blocked.
    principal = {"AWS": f"arn:aws:iam::{ids()['dev']}:root"}
    text["Statement"].append(
        {**WIDE, "Principal": principal, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    )
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(text))


@forbidden("InvalidBucketState")
def locked_versioning_suspended() -> None:
    state = {"Status": "Suspended"}
    client("s3", "logging").put_bucket_versioning(Bucket=bucket("archive"), VersioningConfiguration=state)


@changed(f"logging/{HOME}/s3/bucket/archive-config", "versioning")
def versioning_suspended() -> None:
    state = {"Status": "Suspended"}
    client("s3", "logging").put_bucket_versioning(Bucket=bucket("archive-config"), VersioningConfiguration=state)


@changed(f"logging/{HOME}/s3/replication/archive", "rules[landfall].status")
def replication_disabled() -> None:
    s3, name = client("s3", "logging"), bucket("archive")
    found = s3.get_bucket_replication(Bucket=name)["ReplicationConfiguration"]
    found["Rules"][0]["Status"] = "Disabled"
    s3.put_bucket_replication(Bucket=name, ReplicationConfiguration=found)


@changed(f"logging/{HOME}/s3/bucket/archive", "default_retention.days")
def lock_shortened() -> None:
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    client("s3", "logging").put_object_lock_configuration(
        Bucket=bucket("archive"), ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )


@changed(f"logging/{REPLICA}/s3/bucket/archive", "encryption")
def copies_in_the_clear() -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    client("s3", "logging", REPLICA).put_bucket_encryption(
        Bucket=bucket("archive", REPLICA), ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


@changed(f"logging/{REPLICA}/s3/bucket/archive-access", "lifecycle")
def lifecycle_gone() -> None:
    client("s3", "logging", REPLICA).delete_bucket_lifecycle(Bucket=bucket("archive-access", REPLICA))


@changed(f"logging/{HOME}/s3/bucket/archive-access", "public_access")
def bucket_opened() -> None:
    client("s3", "logging").delete_public_access_block(Bucket=bucket("archive-access"))


@changed("prod/global/s3/public-access-block/public-access-block", "public_access.block_policy")
def account_opened() -> None:
    s3control = client("s3control", "prod")
    block = s3control.get_public_access_block(AccountId=ids()["prod"])["PublicAccessBlockConfiguration"]
    block["BlockPublicPolicy"] = False
    s3control.put_public_access_block(AccountId=ids()["prod"], PublicAccessBlockConfiguration=block)


def trail() -> Dict[str, Any]:
    found, = client("cloudtrail", "management").describe_trails()["trailList"]
    return found


TRAIL = f"management/{HOME}/cloudtrail/trail/trail"


@changed(TRAIL, "logging")
def trail_stopped() -> None:
    client("cloudtrail", "management").stop_logging(Name=trail()["TrailARN"])


@changed(TRAIL, "selectors")
def selectors_changed() -> None:
    only_writes = {"Name": "Writes", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": ["false"]},
    ]}
    client("cloudtrail", "management").put_event_selectors(
        TrailName=trail()["TrailARN"], AdvancedEventSelectors=[only_writes]
    )


@changed(TRAIL, "insights")
def insights_off() -> None:
    client("cloudtrail", "management").put_insight_selectors(
        TrailName=trail()["TrailARN"], InsightSelectors=[{"InsightType": "ApiErrorRateInsight"}]
    )


def group() -> str:
    return trail()["CloudWatchLogsLogGroupArn"].split(":log-group:")[1].removesuffix(":*")


@changed(f"management/{HOME}/logs/log-group/trail", "retention")
def retention_cut() -> None:
    client("logs", "management").put_retention_policy(logGroupName=group(), retentionInDays=1)


@changed(f"management/{HOME}/logs/metric-filter/trail/root-use", "create")
def metric_filter_removed() -> None:
    client("logs", "management").delete_metric_filter(logGroupName=group(), filterName="root-use")


@changed(f"management/{HOME}/cloudwatch/alarm/keys-disabled", "threshold")
def alarm_deafened() -> None:
    cloudwatch = client("cloudwatch", "management")
    alarm, = cloudwatch.describe_alarms(AlarmNames=["acme-keys-disabled"])["MetricAlarms"]
    keep = ("AlarmName", "AlarmDescription", "ActionsEnabled", "AlarmActions", "MetricName", "Namespace", "Statistic",
            "Period", "EvaluationPeriods", "ComparisonOperator", "TreatMissingData")
    cloudwatch.put_metric_alarm(**{name: alarm[name] for name in keep if name in alarm}, Threshold=1000)


@changed(f"management/{HOME}/sns/topic/alarms", "policy[Wide]")
def topic_widened() -> None:
    sns = client("sns", "management")
    topic, = sns.list_topics()["Topics"]
    arn = topic["TopicArn"]
    policy = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=widened(policy, "sns:Subscribe", arn)
    )


@changed(f"dev/{HOME}/config/recording/recording", "recording")
def recorder_stopped() -> None:
    config = client("config", "dev")
    recorder, = config.describe_configuration_recorders()["ConfigurationRecorders"]
    config.stop_configuration_recorder(ConfigurationRecorderName=recorder["name"])


@changed(f"security/{HOME}/config/aggregator/aggregator", "create")
def aggregator_deleted() -> None:
    config = client("config", "security")
    found, = config.describe_configuration_aggregators()["ConfigurationAggregators"]
    config.delete_configuration_aggregator(ConfigurationAggregatorName=found["ConfigurationAggregatorName"])


@changed(f"logging/{HOME}/logs/destination/logs", "policy[Wide]")
def destination_widened() -> None:
    logs = client("logs", "logging")
    found, = logs.describe_destinations()["destinations"]
    logs.put_destination_policy(
        destinationName=found["destinationName"],
        accessPolicy=widened(found["accessPolicy"], "logs:PutSubscriptionFilter", found["arn"]),
    )


@changed("logging/global/iam/role/archive-replication", "inline")
def replication_role_widened() -> None:
    iam, name = client("iam", "logging"), "acme-archive-replication"
    statement = {"Sid": "Wide", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_role_policy(RoleName=name, PolicyName="more", PolicyDocument=json.dumps(policy))


@changed("management/global/organizations/policy-attachment/account:logging/scp:protect-archive", "create")
def guardrail_detached() -> None:
    organizations = client("organizations", "management")
    for policy in organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]:
        if policy["Name"] == "protect-archive":
            organizations.detach_policy(PolicyId=policy["Id"], TargetId=ids()["logging"])


json.dump(named, sys.stdout)
