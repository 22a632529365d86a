//! The four switches that keep the public out, which buckets and accounts have alike.

use crate::engine::doc::Doc;

/// The [switches][block] of a bucket or an account.
///
/// [block]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one of AWS's switches, and none depends on another"
)]
pub struct PublicAccess {
    /// Refuses ACLs that let the public in.
    pub block_acls: bool,
    /// Ignores those that are there.
    pub ignore_acls: bool,
    /// Refuses policies that let the public in.
    pub block_policy: bool,
    /// Keeps all but the account and services out of what has such a policy.
    pub restrict_buckets: bool,
}

impl PublicAccess {
    /// All switches on.
    pub const BLOCKED: Self =
        Self { block_acls: true, ignore_acls: true, block_policy: true, restrict_buckets: true };

    /// The switches as fields.
    pub(super) fn fields(self) -> Doc {
        let Self { block_acls, ignore_acls, block_policy, restrict_buckets } = self;
        Doc::new()
            .with("public_access.block_acls", block_acls)
            .with("public_access.block_policy", block_policy)
            .with("public_access.ignore_acls", ignore_acls)
            .with("public_access.restrict_buckets", restrict_buckets)
    }
}

/// From and to the types of an SDK crate, which has its own.
macro_rules! convert {
    ($sdk:ident) => {
        impl From<PublicAccess> for $sdk::types::PublicAccessBlockConfiguration {
            fn from(access: PublicAccess) -> Self {
                let PublicAccess { block_acls, ignore_acls, block_policy, restrict_buckets } = access;
                Self::builder()
                    .block_public_acls(block_acls)
                    .ignore_public_acls(ignore_acls)
                    .block_public_policy(block_policy)
                    .restrict_public_buckets(restrict_buckets)
                    .build()
            }
        }

        impl From<&$sdk::types::PublicAccessBlockConfiguration> for PublicAccess {
            fn from(held: &$sdk::types::PublicAccessBlockConfiguration) -> Self {
                Self {
                    block_acls: held.block_public_acls.unwrap_or_default(),
                    ignore_acls: held.ignore_public_acls.unwrap_or_default(),
                    block_policy: held.block_public_policy.unwrap_or_default(),
                    restrict_buckets: held.restrict_public_buckets.unwrap_or_default(),
                }
            }
        }
    };
}

convert!(aws_sdk_s3);
convert!(aws_sdk_s3control);
