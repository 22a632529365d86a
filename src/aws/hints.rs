//! Ways out of the usual failures.

use super::{
    call::Scene,
    classify::{Answer, is_new_principal},
    skew::Skew,
};
use crate::engine::error::{Class, Error};

/// What STS answers when a root user wants to assume a role, whatever the role says.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const AS_ROOT_USER: &str = "may not be assumed by root accounts";

/// What KMS answers to a policy that its sender [could not change again][lock].
///
/// [lock]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
const LOCKS_OUT: &str = "will not allow you to update the key policy";
/// What KMS answers where a [key's policy][denied] says nothing of the caller or the account.
///
/// [denied]: https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
const KEEPS_OUT: &str = "no resource-based policy allows the kms:";

/// What S3 says of a policy that lets the public in.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html>
const KEEPS_PUBLIC_OUT: &str = "BlockPublicPolicy";

/// Whether the caller is refused for being a root user.
pub(super) fn is_root_user(error: &Error) -> bool {
    error.chain().iter().any(|phrase| phrase.contains(AS_ROOT_USER))
}

/// Ways out by the codes that say all there is to know.
const BY_CODE: &[(&[&str], &str)] = &[
    (
        &["SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature"],
        "check the secret access key and this machine's clock",
    ),
    (
        &["RequestTimeTooSkewed", "RequestInTheFuture"],
        "this machine's clock differs from AWS's by more than AWS takes: set it, best by a time service (NTP), then run \
         again",
    ),
    (
        &["OptInRequired", "RegionDisabledException"],
        "the Region is not enabled in this account: list it in `regions` of organization.toml, or wait until \
         enabling it is done",
    ),
    (
        &["AWSOrganizationsNotInUseException"],
        "this account is not in an organization: run as an administrator of the account that is to manage it",
    ),
    (
        &["BucketAlreadyExists"],
        "bucket names are unique in all of AWS, and another account holds this one: choose another name for the \
         landing zone or the bucket",
    ),
    (
        &["BucketNotEmpty"],
        "Landfall never empties a bucket: if nobody needs what is in it, delete all versions yourself, then run \
         again; what is locked goes when its retention ends",
    ),
    (
        &["InvalidTargetBucketForLogging"],
        "the bucket for access logs lies in the same account and Region, has no default retention, and its policy \
         lets `logging.s3.amazonaws.com` write; if that was changed just now, run again in a minute",
    ),
    (
        &["InsufficientS3BucketPolicyException"],
        "CloudTrail may not write into the bucket: if its policy was changed just now, run again in a minute; else \
         look at what the policy allows `cloudtrail.amazonaws.com`",
    ),
    (
        &["InsufficientEncryptionPolicyException"],
        "CloudTrail may not encrypt with the key: if its policy was changed just now, run again in a minute; else \
         look at what the policies of key and bucket allow `cloudtrail.amazonaws.com`",
    ),
    (
        &["InsufficientDeliveryPolicyException"],
        "Config may not write into the bucket: if a policy was changed just now, run again in a minute; else look at \
         what the policies of bucket and key allow `config.amazonaws.com`, and that the bucket locks nothing by default",
    ),
    (
        &["OrganizationAccessDeniedException"],
        "Config does not see the account as its delegated administrator: if it was registered just now, run again in \
         a minute; `[delegated] config` in organization.toml does that",
    ),
    (
        &["CloudTrailAccessNotEnabledException"],
        "CloudTrail needs trusted access in the organization: if it was given just now, run again in a minute",
    ),
    (
        &["NoManagementAccountSLRExistsException"],
        "the management account lacks the role `AWSServiceRoleForCloudTrail`, which registering the delegated \
         administrator with CloudTrail makes: `[delegated] cloudtrail` in organization.toml does that",
    ),
    (
        &["FinalizingOrganizationException"],
        "AWS still sets the organization up, which takes up to an hour: run again later",
    ),
    (
        &["KMSInvalidStateException", "KMS.KMSInvalidStateException", "KMS.DisabledException"],
        "the key is disabled, about to be deleted, or still being copied: `landfall plan` shows a key of ours so, and \
         an apply puts it right",
    ),
    (
        &["ConstraintViolationException", "LimitExceeded", "LimitExceededException"],
        "a quota of AWS is used up: raise it in the Service Quotas console, or remove what is no longer needed",
    ),
];

/// Codes with which services refuse what a clock that is wrong has signed; some stand for other mistakes, too.
/// By these, AWS's own SDKs correct their clocks.
const BY_CLOCK: [&str; 6] = [
    "AuthFailure",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
];

/// A way out where AWS refused a call, and its answer shows that this machine's clock is wrong.
pub(super) fn for_clock(code: &str, skew: Skew) -> Option<String> {
    (skew.matters() && BY_CLOCK.contains(&code)).then(|| {
        format!("this machine's clock is {skew}: set it, best by a time service (NTP), then run again")
    })
}

/// A way out of an error that AWS answered with.
pub(super) fn for_answer(
    answer: &Answer<'_>,
    class: Class,
    scene: &Scene<'_>,
    operation: &str,
) -> Option<String> {
    if let Some(hint) = for_words(answer, class) {
        return Some(hint.to_owned());
    }
    match answer.code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Some(sign_in(scene.profile)),
        // Organizations has one code for quotas and for two dozen other rules.
        "ConstraintViolationException" if !answer.message.to_ascii_lowercase().contains("limit") => None,
        code => {
            let known = BY_CODE.iter().find(|(codes, _)| codes.contains(&code));
            known.map(|(_, hint)| (*hint).to_owned()).or_else(|| for_class(class, scene, operation))
        }
    }
}

/// A way out where the code alone does not tell.
fn for_words(answer: &Answer<'_>, class: Class) -> Option<&'static str> {
    let says = |words: &str| answer.message.contains(words);
    let hint = match answer.code {
        _ if says(AS_ROOT_USER) => {
            "a root user can assume no role: run as an administrator, by IAM Identity Center or as an IAM user"
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" | "AuthFailure" if class == Class::Denied => {
            "AWS does not know these credentials: check that they are of this partition, still active, and that the \
             Region is enabled in the account"
        }
        _ if says(KEEPS_PUBLIC_OUT) => {
            "the policy lets everybody in, which the block of public access of bucket or account prevents: name \
             principals, or tie the statement to the organization by `aws:PrincipalOrgID`"
        }
        "MalformedPolicyDocumentException" if says(LOCKS_OUT) => {
            "the policy has to leave kms:PutKeyPolicy to whoever applies it: by name, or by naming the account where that \
             one's own policies allow it, and with no condition or denial in its way"
        }
        "AccessDenied" | "AccessDeniedException" if says(KEEPS_OUT) => {
            "the key lets in nobody but those whom its policy names: act as one of them, such as an admin of the key or \
             break-glass; AWS Support helps where none of them is left"
        }
        _ if class == Class::NotYet && is_new_principal(answer) => {
            "the policy names a role or user that AWS does not see: what was just made shows within a minute; anything \
             else has to be made first, or left out of the policy"
        }
        _ => return None,
    };
    Some(hint)
}

fn for_class(class: Class, scene: &Scene<'_>, operation: &str) -> Option<String> {
    match class {
        Class::Denied => Some(for_denied(scene, operation)),
        Class::Throttled => Some(
            "others use this API at the same time, and it went on for all attempts: run again, or with a smaller \
             `--parallel`"
                .into(),
        ),
        Class::NotYet => Some("AWS does not see everywhere yet what was just made: run again in a minute".into()),
        Class::Unknown => {
            Some("AWS may have carried it out or not: run again, which reads first what became of it".into())
        }
        _ => None,
    }
}

fn for_denied(scene: &Scene<'_>, operation: &str) -> String {
    let Scene { account, role, .. } = scene;
    if operation == "AssumeRole" {
        return format!(
            "check that role `{role}` exists in account `{account}`, that it trusts whoever assumes it, and that the \
             caller may do sts:AssumeRole; `[access]` in organization.toml names the role"
        );
    }
    if account.is_management() {
        return "it was called with your own credentials: check their policies".into();
    }
    format!(
        "it was called as role `{role}` of account `{account}`: check the role's policies and boundary, and the \
         policies of the account's units"
    )
}

/// A way out where no credentials were found.
pub(super) fn for_no_credentials(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("check that profile `{profile}` in ~/.aws/config says where credentials come from"),
        None => "credentials are looked for in the environment (AWS_ACCESS_KEY_ID …), in the profile that AWS_PROFILE \
                 or --profile names (keys, `aws sso login`, role_arn, credential_process), in a web identity token, \
                 and with the container or instance this runs on"
            .into(),
    }
}

/// A way out where credentials were found and are of no use. `cause` is what the SDK says about it.
pub(super) fn for_bad_credentials(cause: &str, profile: Option<&str>) -> String {
    let cause = cause.to_ascii_lowercase();
    if profile.is_none() && cause.contains("imds") {
        // The last of all places that are looked at, so that nothing was found in the others.
        return for_no_credentials(None);
    }
    if ["sso", "expired", "login"].iter().any(|word| cause.contains(word)) {
        return sign_in(profile);
    }
    let named = profile.map_or_else(String::new, |profile| format!(" `{profile}`"));
    format!("check what the profile{named} in ~/.aws/config and ~/.aws/credentials says about credentials")
}

fn sign_in(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => {
            format!("sign in again: `aws sso login --profile {profile}`, or renew the profile's keys")
        }
        None => "sign in again: `aws sso login`, or set new AWS_… variables".into(),
    }
}

/// A way out where nobody listens.
pub(super) fn for_no_connection(endpoint: Option<&str>) -> String {
    match endpoint {
        Some(endpoint) => {
            format!("AWS_ENDPOINT_URL is {endpoint}, and nobody listens there: start it, or unset it")
        }
        None => "check the network, and HTTPS_PROXY if there is one".into(),
    }
}

#[cfg(test)]
mod tests;
