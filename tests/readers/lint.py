"""Shows the policies on standard input to two linters, and prints what they find as JSON.

What is accepted has a reason below; everything else is a finding. Ends with 1 if there are any.
"""

import json
import re
import sys
import warnings
from typing import Any, Dict, Iterator, NamedTuple

warnings.simplefilter("ignore")

import cfnlint.api  # noqa: E402
import parliament  # noqa: E402


class Finding(NamedTuple):
    linter: str
    code: str
    detail: str


#: (linter, code, sort of policy, pattern of the detail, reason)
ACCEPTED = [
    (
        "parliament", "RESOURCE_STAR", "kms", "",
        "in a key policy `*` is the key that it is attached to: "
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
    ),
    (
        "parliament", "UNKNOWN_FEDERATION_SOURCE", "trust", "oidc-provider/",
        "it knows no issuers but a few public ones; any may be registered: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
    ),
    (
        "parliament", "UNKNOWN_CONDITION_FOR_ACTION", "trust", "condition [a-z.]+:(aud|sub) ",
        "the keys of an issuer begin with its name: https://docs.aws.amazon.com/IAM/latest/"
        "UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif",
    ),
    (
        "parliament", "MISMATCHED_TYPE", "s3", "s3:TlsVersion requires a value of type Numeric but given .'1.2'",
        "it takes whole numbers only; AWS's own example has 1.2: "
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#example-object-tls-version",
    ),
    (
        "parliament", "UNKNOWN_CONDITION_FOR_ACTION", "s3",
        "s3:TlsVersion for action s3:(InitiateReplication|PutAccessPointPublicAccessBlock)",
        "the statement denies `s3:*`, and these two actions are none of a client's on a bucket",
    ),
    (
        "parliament", "RESOURCE_MISMATCH", "logs", "logs:PutSubscriptionFilter",
        "in a destination's policy the resource is the destination: https://docs.aws.amazon.com/"
        "AmazonCloudWatch/latest/logs/CreateDestination-Account.html",
    ),
    (
        "cfn-lint", "W3037", "logs", "'logs' is not one of",
        "it stands in for a policy of its kind in a queue's, see PLACES",
    ),
    (
        "parliament", "UNKNOWN_CONDITION_FOR_ACTION", "", "aws:SourceOrg(ID|Paths)|aws:(Resource|Principal)OrgID",
        "global keys, newer than the linter's data: https://docs.aws.amazon.com/IAM/latest/"
        "UserGuide/reference_policies_condition-keys.html",
    ),
]  # fmt: skip


def by_parliament(policy: Dict[str, Any]) -> Iterator[Finding]:
    if policy["sort"] == "trust":
        # A trust policy names no resource, which parliament takes for a mistake.
        document = json.loads(json.dumps(policy["document"]))
        for statement in document["Statement"]:
            statement["Resource"] = "arn:aws:iam::123456789012:role/it"
    else:
        document = policy["document"]
    for finding in parliament.analyze_policy_string(json.dumps(document)).findings:
        yield Finding("parliament", finding.issue, json.dumps(finding.detail))


#: Where CloudFormation has such a policy, or one of the same grammar: cfn-lint does not look into SCPs
#: and the policies of log destinations.
PLACES = {
    "identity": ("AWS::IAM::ManagedPolicy", "PolicyDocument", {}),
    "scp": ("AWS::IAM::ManagedPolicy", "PolicyDocument", {}),
    "trust": ("AWS::IAM::Role", "AssumeRolePolicyDocument", {}),
    "kms": ("AWS::KMS::Key", "KeyPolicy", {"EnableKeyRotation": True}),
    "s3": ("AWS::S3::BucketPolicy", "PolicyDocument", {"Bucket": "acme-archive"}),
    "sns": ("AWS::SNS::TopicPolicy", "PolicyDocument", {"Topics": ["arn:aws:sns:us-east-1:123456789012:x"]}),
    "logs": ("AWS::SQS::QueuePolicy", "PolicyDocument", {"Queues": ["https://sqs.us-east-1.amazonaws.com/1/x"]}),
}


def by_cfn_lint(policy: Dict[str, Any]) -> Iterator[Finding]:
    type_, key, more = PLACES[policy["sort"]]
    properties = {**more, key: policy["document"]}
    template = {"Resources": {"Policy": {"Type": type_, "Properties": properties}}}
    for match in cfnlint.api.lint(json.dumps(template), regions=["us-east-1"]):
        yield Finding("cfn-lint", match.rule.id, match.message)


def is_accepted(policy: Dict[str, Any], finding: Finding) -> bool:
    return any(
        finding[:2] == (linter, code)
        and policy["sort"].startswith(sort)
        and re.search(pattern, finding.detail)
        for linter, code, sort, pattern, _ in ACCEPTED
    )


def main() -> None:
    policies = json.load(sys.stdin)
    found = [
        {"where": policy["where"], "sort": policy["sort"], **finding._asdict()}
        for policy in policies
        for finding in (*by_parliament(policy), *by_cfn_lint(policy))
        if not is_accepted(policy, finding)
    ]
    json.dump(found, sys.stdout, indent=1)
    sys.exit(1 if found else 0)


main()
