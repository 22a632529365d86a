//! What AWS's error codes mean for what happens next.

use crate::engine::error::Class;

/// An error that AWS answered with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'a> {
    /// AWS's code; empty where the answer had none.
    pub(super) code: &'a str,
    pub(super) message: &'a str,
    /// The HTTP status.
    pub(super) status: u16,
}

impl Answer<'_> {
    /// Code and message, without the blob that EC2 appends to refusals: it takes a call of its own to read it.
    pub(super) fn text(&self) -> String {
        let message =
            self.message.split("Encoded authorization failure message").next().unwrap_or_default().trim();
        match (self.code, message) {
            ("", "") => format!("HTTP status {}", self.status),
            ("", message) => message.to_owned(),
            (code, "") => code.to_owned(),
            (code, message) => format!("{code}: {message}"),
        }
    }
}

/// The SDK's list (aws-runtime 1.10, `THROTTLING_ERRORS`) without `LimitExceededException`, which is a quota that is
/// used up, and with the codes by which AWS says that somebody else's change came first. None was carried out.
const NOT_CARRIED_OUT: [&str; 17] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "BandwidthLimitExceeded",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
    "ConcurrentModification",
    "ConcurrentModificationException",
    // S3, CloudWatch Logs.
    "OperationAborted",
    "OperationAbortedException",
];

/// The caller is who it says, and may not; or is nobody whom AWS knows.
const DENIED: [&str; 19] = [
    "AccessDenied",
    "AccessDeniedException",
    "AccessDeniedForDependencyException",
    "AuthFailure",
    "AuthorizationError",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "NotAuthorizedException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnauthorizedException",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
];

/// What services answer while they do not know an account yet that was made a moment ago.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>, read 2026-11.
const NOT_KNOWN_YET: [&str; 7] = [
    "InvalidClientTokenId",
    "OptInRequired",
    "PendingVerification",
    "RegionDisabledException",
    "SubscriptionRequiredException",
    "UnrecognizedClientException",
    "AuthFailure",
];

/// What AWS is still working on; IAM's takes minutes, Organizations' up to an hour.
const UNFINISHED: [&str; 4] = [
    "EntityTemporarilyUnmodifiable",
    "EntityTemporarilyUnmodifiableException",
    "FinalizingOrganizationException",
    "PolicyChangesInProgressException",
];

/// By what CloudTrail and Config say that they can't do yet what a policy, a role or trusted access that was changed a
/// moment ago lets them do: they try all they are told to write to before they take a trail or a delivery channel.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html>
/// <https://docs.aws.amazon.com/config/latest/APIReference/API_PutDeliveryChannel.html>
const NOT_LET_IN_YET: [&str; 8] = [
    "CloudTrailAccessNotEnabledException",
    "InsufficientDeliveryPolicyException",
    "InsufficientEncryptionPolicyException",
    "InsufficientS3BucketPolicyException",
    "InsufficientSnsTopicPolicyException",
    "InvalidRoleException",
    "NoManagementAccountSLRExistsException",
    "OrganizationAccessDeniedException",
];

/// Failures of AWS itself that come with another status than 5xx.
const BROKEN: [&str; 5] =
    ["InternalError", "InternalFailure", "RequestTimeout", "RequestTimeoutException", "ServiceException"];

/// What an answer means, for an account that was made in this run or for an old one.
pub(super) fn class(answer: &Answer<'_>, newborn: bool) -> Class {
    let code = answer.code;
    if NOT_CARRIED_OUT.contains(&code) {
        Class::Throttled
    } else if UNFINISHED.contains(&code)
        || (newborn && NOT_KNOWN_YET.contains(&code))
        || NOT_LET_IN_YET.contains(&code)
        || is_new_principal(answer)
        || is_new_permission(answer)
    {
        Class::NotYet
    } else if DENIED.contains(&code) || (code.is_empty() && answer.status == 403) {
        Class::Denied
    } else if answer.status >= 500 || BROKEN.contains(&code) {
        Class::Unknown
    } else if code.starts_with("NoSuch")
        || code.contains("NotFound")
        || (code.is_empty() && answer.status == 404)
    {
        Class::NotFound
    } else {
        Class::Final
    }
}

/// A policy names a role that was made a moment ago, and the service it was sent to does not see it yet. IAM says
/// `MalformedPolicyDocument: Invalid principal in policy`, KMS `… one or more invalid principals`, SNS
/// `PrincipalNotFound`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>
pub(super) fn is_new_principal(answer: &Answer<'_>) -> bool {
    let message = answer.message.to_ascii_lowercase();
    message.contains("invalid principal") || message.contains("principalnotfound")
}

/// A role, or a key's policy, that was made a moment ago does not let a service in yet. CloudTrail says `Access denied.
/// Check the trust relationships for your role.`, CloudWatch Logs `The specified KMS key does not exist or is not
/// allowed to be used with …`, `Could not deliver test message to specified Firehose stream …` and `… permission to
/// assume the provided role`, Firehose `… is unable to assume role …`.
fn is_new_permission(answer: &Answer<'_>) -> bool {
    let message = answer.message;
    (answer.code.starts_with("InvalidCloudWatchLogs") && message.contains("Access denied"))
        || [
            "does not exist or is not allowed to be used with",
            "Could not deliver test message",
            "permission to assume the provided role",
            "is unable to assume role",
        ]
        .iter()
        .any(|part| message.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str, message: &str, status: u16) -> Class {
        class(&Answer { code, message, status }, false)
    }

    #[test]
    fn codes_of_all_services_fall_into_the_engines_classes() {
        let codes = [
            ("Throttling", 400, Class::Throttled),
            ("RequestLimitExceeded", 503, Class::Throttled),
            ("ConcurrentModificationException", 400, Class::Throttled),
            ("AccessDenied", 403, Class::Denied),
            ("UnauthorizedOperation", 403, Class::Denied),
            ("InvalidSignatureException", 400, Class::Denied),
            ("NoSuchEntity", 404, Class::NotFound),
            ("InvalidVpcID.NotFound", 400, Class::NotFound),
            ("AccountNotFoundException", 400, Class::NotFound),
            ("ServiceFailure", 500, Class::Unknown),
            ("OperationAborted", 409, Class::Throttled),
            ("", 502, Class::Unknown),
            ("", 403, Class::Denied),
            ("", 404, Class::NotFound),
            ("LimitExceededException", 400, Class::Final),
            ("LimitExceeded", 409, Class::Final),
            ("EntityAlreadyExists", 409, Class::Final),
        ];
        for (code, status, class) in codes {
            assert_eq!(of(code, "", status), class, "{code}");
        }
    }

    #[test]
    fn what_was_just_made_is_not_there_yet() {
        let principal = "Invalid principal in policy: \"AWS\":\"arn:aws:iam::1:role/x\"";
        assert_eq!(of("MalformedPolicyDocument", principal, 400), Class::NotYet);
        assert_eq!(of("MalformedPolicyDocument", "Syntax errors in policy.", 400), Class::Final);
        assert_eq!(
            of("InsufficientS3BucketPolicyException", "Incorrect S3 bucket policy", 400),
            Class::NotYet
        );
        let stream = "Could not deliver test message to specified Firehose stream.";
        assert_eq!(of("InvalidParameterException", stream, 400), Class::NotYet);
        assert_eq!(of("InsufficientDeliveryPolicyException", "", 400), Class::NotYet);
        let role = |what: &str| format!("Access denied. Check the {what} for your role.");
        assert_eq!(
            of("InvalidCloudWatchLogsRoleArnException", &role("trust relationships"), 400),
            Class::NotYet
        );
        assert_eq!(of("InvalidCloudWatchLogsLogGroupArnException", "not valid", 400), Class::Final);
        let key =
            "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:x'";
        assert_eq!(of("InvalidParameterException", key, 400), Class::NotYet);
        let unknown = Answer { code: "InvalidClientTokenId", message: "", status: 403 };
        assert_eq!((class(&unknown, true), class(&unknown, false)), (Class::NotYet, Class::Denied));
    }

    #[test]
    fn text_leaves_out_what_nobody_can_read() {
        let blob = "You are not authorized. Encoded authorization failure message: AbCdEf";
        let answer = Answer { code: "UnauthorizedOperation", message: blob, status: 403 };
        assert_eq!(answer.text(), "UnauthorizedOperation: You are not authorized.");
        assert_eq!(Answer { code: "", message: "", status: 502 }.text(), "HTTP status 502");
    }
}
