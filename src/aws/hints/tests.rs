//! Every failing answer as it is told: what failed, where, why, and a way out.

use std::time::{Duration, SystemTime};

use aws_sdk_sts::error::ErrorMetadata;
use aws_smithy_runtime_api::{
    client::{orchestrator::HttpResponse, result::SdkError},
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use insta::assert_snapshot;

use super::*;
use crate::{
    aws::{
        call::failure,
        testing::{REQUEST_ID, account},
    },
    names::AccountName,
};

/// What AWS answered to an operation.
type Refusal = (&'static str, &'static str, &'static str, u16);

/// The failure as the engine has it, where it happened in this account.
fn refused(account: &AccountName, (operation, code, message, status): Refusal) -> Error {
    let mut scene = Scene {
        account,
        id: "123456789012".parse().ok(),
        region: "ap-southeast-2".parse().ok(),
        role: "OrganizationAccountAccessRole",
        profile: None,
        endpoint: None,
        newborn: false,
    };
    if account.is_management() {
        scene.profile = Some("acme");
    }
    let mut raw = HttpResponse::new(StatusCode::try_from(status).expect("a status"), SdkBody::empty());
    raw.headers_mut().insert("x-amzn-requestid", REQUEST_ID);
    let answer = ErrorMetadata::builder().code(code).message(message).build();
    failure(&scene, operation, SdkError::service_error(answer, raw))
}

/// As a person reads it.
fn told(error: &Error) -> String {
    let facts = error.facts.iter().map(|(label, value)| format!("  {label}: {value}\n"));
    let causes = error.chain().into_iter().skip(1).map(|cause| format!("  caused by: {cause}\n"));
    let told: String =
        [format!("error: {}\n", error.headline())].into_iter().chain(facts).chain(causes).collect();
    format!("{told}hint: {}\n", error.hint.as_deref().expect("a way out"))
}

fn all(account: &AccountName, refusals: &[Refusal]) -> String {
    let told = refusals.iter().map(|refusal| told(&refused(account, *refusal)));
    told.collect::<Vec<_>>().join("\n")
}

const WHO: &[Refusal] = &[
    (
        "AssumeRole",
        "AccessDenied",
        "User: arn:aws:iam::111122223333:user/ops is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/OrganizationAccountAccessRole",
        403,
    ),
    ("AssumeRole", "AccessDenied", "Roles may not be assumed by root accounts.", 403),
    (
        "CreateVpc",
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. Encoded authorization failure message: AbCdEf",
        403,
    ),
    ("DescribeVpcs", "AuthFailure", "AWS was not able to validate the provided access credentials", 401),
    (
        "DescribeVpcs",
        "OptInRequired",
        "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.",
        401,
    ),
    (
        "PutBucketPolicy",
        "AccessDenied",
        "User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
        403,
    ),
    (
        "DescribeKey",
        "AccessDeniedException",
        "User: arn:aws:sts::123456789012:assumed-role/OrganizationAccountAccessRole/landfall is not authorized to perform: kms:DescribeKey on resource: arn:aws:kms:ap-southeast-2:123456789012:key/1 because no resource-based policy allows the kms:DescribeKey action",
        400,
    ),
];

const YOU: &[Refusal] = &[
    ("GetCallerIdentity", "ExpiredToken", "The security token included in the request is expired", 403),
    (
        "GetCallerIdentity",
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        403,
    ),
    (
        "GetCallerIdentity",
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided.",
        403,
    ),
    (
        "GetCallerIdentity",
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
        403,
    ),
    (
        "DescribeOrganization",
        "AWSOrganizationsNotInUseException",
        "Your account is not a member of an organization.",
        400,
    ),
    (
        "CreateAccount",
        "FinalizingOrganizationException",
        "AWS Organizations could not perform the operation because your organization is still initializing.",
        400,
    ),
    (
        "CreateAccount",
        "ConstraintViolationException",
        "You have exceeded the allowed number of AWS accounts: ACCOUNT_NUMBER_LIMIT_EXCEEDED.",
        400,
    ),
    ("CreateAccount", "AccessDeniedException", "You don't have permissions to access this resource.", 400),
];

const WHAT: &[Refusal] = &[
    ("CreateRole", "LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000", 409),
    ("CreateBucket", "BucketAlreadyExists", "The requested bucket name is not available.", 409),
    ("DeleteBucket", "BucketNotEmpty", "The bucket you tried to delete is not empty.", 409),
    (
        "PutBucketLogging",
        "InvalidTargetBucketForLogging",
        "The target bucket for logging does not exist",
        400,
    ),
    (
        "CreateTrail",
        "InsufficientS3BucketPolicyException",
        "Incorrect S3 bucket policy is detected for bucket",
        400,
    ),
    (
        "CreateTrail",
        "InsufficientEncryptionPolicyException",
        "Insufficient permissions to access S3 bucket or KMS key",
        400,
    ),
    ("CreateTrail", "CloudTrailAccessNotEnabledException", "Trusted access is not enabled.", 400),
    (
        "CreateTrail",
        "NoManagementAccountSLRExistsException",
        "The management account has no service-linked role.",
        400,
    ),
    (
        "PutDeliveryChannel",
        "InsufficientDeliveryPolicyException",
        "Insufficient delivery policy to s3 bucket",
        400,
    ),
    (
        "PutConfigurationAggregator",
        "OrganizationAccessDeniedException",
        "This action can be only performed by the management account or a delegated administrator.",
        400,
    ),
    (
        "PutKeyPolicy",
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
        400,
    ),
    (
        "CreateKey",
        "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals.",
        400,
    ),
    (
        "UpdateAlias",
        "KMSInvalidStateException",
        "arn:aws:kms:ap-southeast-2:123456789012:key/1 is pending deletion.",
        400,
    ),
    (
        "PutSubscriptionFilter",
        "InvalidParameterException",
        "Could not deliver test message to specified Firehose stream.",
        400,
    ),
];

const WHEN: &[Refusal] = &[
    ("DescribeVpcs", "RequestLimitExceeded", "Request limit exceeded.", 503),
    ("CreateVpc", "InternalError", "An internal error has occurred", 500),
    ("CreateVpc", "", "", 502),
];

#[test]
fn every_failing_answer_says_what_where_why_and_a_way_out() {
    let (prod, management) = (account("prod"), AccountName::management());
    assert_snapshot!("who", all(&prod, WHO));
    assert_snapshot!("you", all(&management, YOU));
    assert_snapshot!("what", all(&prod, WHAT));
    assert_snapshot!("when", all(&prod, WHEN));
}

#[test]
fn every_hint_is_shown() {
    let shown: Vec<_> = [WHO, YOU, WHAT, WHEN].concat();
    for (codes, hint) in BY_CODE {
        assert!(shown.iter().any(|(_, code, ..)| codes.contains(code)), "nobody sees {hint}");
    }
}

#[test]
fn what_organizations_refuses_for_another_reason_is_no_quota() {
    let refusal = ("CreateAccount", "ConstraintViolationException", "The organization is being closed.", 400);
    assert_eq!(refused(&AccountName::management(), refusal).hint, None);
}

#[test]
fn where_nobody_answers_the_hint_says_where_to_look() {
    let hints = [
        for_no_credentials(None),
        for_no_credentials(Some("acme")),
        for_bad_credentials("the SSO session has expired", Some("acme")),
        for_bad_credentials("the SSO session has expired", None),
        for_bad_credentials("profile `acme` was not defined", Some("acme")),
        for_bad_credentials("something is wrong", None),
        for_no_connection(Some("http://127.0.0.1:5000")),
        for_no_connection(None),
    ];
    assert_snapshot!("nobody answers", hints.join("\n"));
}

#[test]
fn a_clock_that_is_wrong_is_told_with_how_far_it_is_off() {
    let now = SystemTime::now();
    let off = |code: &str, seconds| for_clock(code, Skew::of(now, now + Duration::from_secs(seconds)));
    assert_eq!(
        off("InvalidSignatureException", 1000).as_deref(),
        Some(
            "this machine's clock is 16m 40s ahead of AWS's: set it, best by a time service (NTP), then run again"
        )
    );
    // The secret key may be wrong as well, and whoever is denied for another reason learns nothing from clocks.
    assert_eq!((off("SignatureDoesNotMatch", 3), off("AccessDenied", 1000)), (None, None));
}
