//! What each intent comes to, in key policies and in those of roles alike.

use crate::model::Intent;

/// The actions of an intent: <https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html>,
/// read 2026-11.
pub(super) const fn of(intent: Intent) -> &'static [&'static str] {
    match intent {
        Intent::Administer => ADMINISTER,
        Intent::Encrypt => ENCRYPT,
        Intent::Decrypt => DECRYPT,
        Intent::Use => USE,
        Intent::Grant => GRANT,
    }
}

/// Whoever makes a grant for themselves uses the key, hence no `kms:CreateGrant`: administration never includes use.
const ADMINISTER: &[&str] = &[
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
];

const ENCRYPT: &[&str] = &["kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncryptTo"];

const DECRYPT: &[&str] = &["kms:Decrypt", "kms:DescribeKey", "kms:ReEncryptFrom"];

/// As the console gives it to a key's users.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-users>
pub(super) const USE: &[&str] =
    &["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/// Always under the condition [`FOR_RESOURCES`].
pub(super) const GRANT: &[&str] = &["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"];

/// Grants for services of AWS only, which use them for the resource that they are made for.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource>
pub(super) const FOR_RESOURCES: (&str, &str, [&str; 1]) = ("Bool", "kms:GrantIsForAWSResource", ["true"]);

/// The name of an intent's statements.
pub(super) const fn sid(intent: Intent) -> &'static str {
    match intent {
        Intent::Administer => "Administer",
        Intent::Encrypt => "Encrypt",
        Intent::Decrypt => "Decrypt",
        Intent::Use => "Use",
        Intent::Grant => "Grant",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What reads, writes or hands on the right to: <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#cryptographic-operations>.
    #[test]
    fn administration_never_includes_use() {
        let uses = ["Decrypt", "Encrypt", "GenerateDataKey", "ReEncrypt", "Sign", "Verify", "CreateGrant"];
        for action in of(Intent::Administer) {
            let name = action.trim_start_matches("kms:");
            assert!(!action.contains('*') && !uses.iter().any(|word| name.starts_with(word)), "{action}");
        }
    }

    #[test]
    fn using_is_writing_and_reading() {
        for action in of(Intent::Encrypt).iter().chain(of(Intent::Decrypt)) {
            let covered = |wide: &&&str| action.starts_with(wide.trim_end_matches('*'));
            assert!(of(Intent::Use).iter().any(|wide| covered(&wide)), "{action}");
        }
    }
}
