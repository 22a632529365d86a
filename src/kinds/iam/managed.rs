//! Managed policies as roles refer to them.

use crate::{
    engine::env::{Env, Need, Value},
    policy::Arn,
};

use super::Policy;

/// A managed policy that is attached to a role or bounds it.
///
/// In documents it goes by the name that the landing zone gives it, `policy:deploy` or `aws:ReadOnlyAccess`, and not
/// by its ARN: a role can only use policies of its own account and of AWS, so the two say the same, and the name is
/// known before the account exists.
#[derive(Clone, Debug)]
pub enum Managed {
    /// A policy of the role's own account.
    Own {
        /// The policy.
        policy: Need<Policy>,
        /// What AWS calls it, behind its path if that is not `/`: `deploy`, `ci/deploy`.
        name: String,
    },
    /// A policy that AWS manages.
    Aws {
        /// Its ARN.
        arn: String,
    },
}

impl Managed {
    /// `policy:deploy`, `aws:ReadOnlyAccess`.
    pub fn key(&self) -> String {
        match self {
            Self::Own { name, .. } => format!("policy:{name}"),
            Self::Aws { arn } => key_of(arn),
        }
    }

    /// Its ARN.
    pub fn arn(&self, env: &Env<'_>) -> Value<String> {
        match self {
            Self::Own { policy, .. } => env.get(policy).map(|policy| policy.arn),
            Self::Aws { arn } => Value::Known(arn.clone()),
        }
    }
}

/// The key of the policy with this ARN; the text itself if it is none.
pub(super) fn key_of(arn: &str) -> String {
    match arn.parse::<Arn>() {
        Ok(Arn { account, resource, .. }) => {
            let owner = if account == "aws" { "aws" } else { "policy" };
            let name = resource.split_once('/').map_or(resource.as_str(), |(_, name)| name);
            format!("{owner}:{name}")
        }
        Err(_) => arn.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_goes_by_the_landing_zones_name() {
        assert_eq!(key_of("arn:aws:iam::123456789012:policy/deploy"), "policy:deploy");
        assert_eq!(key_of("arn:aws:iam::123456789012:policy/ci/deploy"), "policy:ci/deploy");
        let arn = Arn::aws_managed_policy("aws-cn", "job-function/ViewOnlyAccess").to_string();
        let aws = Managed::Aws { arn };
        assert_eq!(aws.key(), "aws:job-function/ViewOnlyAccess");
        assert_eq!(
            aws.arn(&Env::nothing_known()).known().as_deref(),
            Some("arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess")
        );
        assert_eq!(key_of("gone"), "gone");
    }
}
