//! Amazon Resource Names.

use std::fmt;
use std::str::FromStr;

/// `arn:partition:service:region:account:resource`, taken apart.
///
/// Region and account are empty where the service has none, as with S3 buckets. The resource is everything
/// behind the fifth colon, further colons included. Any part may hold wildcards or symbols such as
/// `${account.prod}`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// The service's namespace, such as `iam`.
    pub service: String,
    /// The Region, or empty for a global service.
    pub region: String,
    /// The account's id, or empty.
    pub account: String,
    /// The resource, such as `role/ci/deployer`.
    pub resource: String,
}

/// A text that is no ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an ARN: expected `arn:partition:service:region:account:resource`")]
pub struct ArnError(String);

impl Arn {
    /// The role `name` in `path`, which is `/` or like `/ci/`; missing slashes at its ends are added. A
    /// role's ARN [holds its path][path], a session's does not.
    ///
    /// [path]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    pub fn role(partition: &str, account: &str, path: &str, name: &str) -> Self {
        Self::iam(partition, account, "role", path, name)
    }

    /// The customer managed policy `name` in `path`.
    pub fn policy(partition: &str, account: &str, path: &str, name: &str) -> Self {
        Self::iam(partition, account, "policy", path, name)
    }

    /// The AWS managed policy `name`, which may start with a path: `job-function/ViewOnlyAccess`.
    pub fn aws_managed_policy(partition: &str, name: &str) -> Self {
        Self::iam(partition, "aws", "policy", "/", name)
    }

    /// An account as a whole, as principals name it. This is not the root user alone.
    pub fn account_root(partition: &str, account: &str) -> Self {
        Self::global(partition, "iam", account, "root".to_owned())
    }

    /// The identity provider of an account for an OIDC issuer; `https://` is dropped, as [AWS does][oidc].
    ///
    /// [oidc]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    pub fn oidc_provider(partition: &str, account: &str, url: &str) -> Self {
        let host = url.strip_prefix("https://").unwrap_or(url).trim_end_matches('/');
        Self::iam(partition, account, "oidc-provider", "/", host)
    }

    /// The SAML identity provider `name` of an account.
    pub fn saml_provider(partition: &str, account: &str, name: &str) -> Self {
        Self::iam(partition, account, "saml-provider", "/", name)
    }

    /// A session of a role. The role's path is not part of it.
    pub fn assumed_role(partition: &str, account: &str, role: &str, session: &str) -> Self {
        Self::global(partition, "sts", account, format!("assumed-role/{role}/{session}"))
    }

    /// What stands before the resource's first slash or colon: `role`, `key`, `log-group`. Empty if there is
    /// neither, as with buckets.
    pub fn resource_type(&self) -> &str {
        self.resource.split_once(['/', ':']).map_or("", |(kind, _)| kind)
    }

    /// What stands behind the resource's last slash: a role's name without its path.
    pub fn name(&self) -> &str {
        self.resource.rsplit('/').next().unwrap_or_default()
    }

    /// The path between resource type and name, slashes at both ends: `/` or `/ci/`.
    pub fn path(&self) -> &str {
        match (self.resource.find('/'), self.resource.rfind('/')) {
            (Some(first), Some(last)) => &self.resource[first..=last],
            _ => "/",
        }
    }

    fn iam(partition: &str, account: &str, kind: &str, path: &str, name: &str) -> Self {
        let path = path.trim_matches('/');
        let separator = if path.is_empty() { "" } else { "/" };
        Self::global(partition, "iam", account, format!("{kind}/{path}{separator}{name}"))
    }

    fn global(partition: &str, service: &str, account: &str, resource: String) -> Self {
        Self {
            partition: partition.to_owned(),
            service: service.to_owned(),
            region: String::new(),
            account: account.to_owned(),
            resource,
        }
    }
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        split(text).ok_or_else(|| ArnError(text.to_owned()))
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

fn split(text: &str) -> Option<Arn> {
    let mut parts = text.splitn(6, ':');
    let scheme = parts.next()?;
    let mut next = || parts.next().map(str::to_owned);
    let arn =
        Arn { partition: next()?, service: next()?, region: next()?, account: next()?, resource: next()? };
    let whole =
        scheme == "arn" && [&arn.partition, &arn.service, &arn.resource].iter().all(|part| !part.is_empty());
    whole.then_some(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "123456789012";

    #[test]
    fn reads_what_it_writes() {
        for text in [
            "arn:aws:iam::123456789012:role/ci/deployer",
            "arn:aws:s3:::bucket/key:with:colons",
            "arn:aws-cn:logs:cn-north-1:123456789012:log-group:/a/b:*",
            "arn:aws:iam::${account.prod}:root",
        ] {
            assert_eq!(text.parse::<Arn>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for text in [
            "",
            "arn",
            "arn:aws:iam::123456789012",
            "arn:aws:iam:::",
            "urn:aws:iam::1:root",
            "arn::iam::1:root",
        ] {
            assert!(text.parse::<Arn>().is_err(), "{text}");
        }
    }

    #[test]
    fn roles_keep_their_path() {
        let plain = "arn:aws:iam::123456789012:role/deployer";
        assert_eq!(Arn::role("aws", ACCOUNT, "/", "deployer").to_string(), plain);
        assert_eq!(Arn::role("aws", ACCOUNT, "", "deployer").to_string(), plain);
        let nested = Arn::role("aws", ACCOUNT, "ci/main", "deployer");
        assert_eq!(nested.to_string(), "arn:aws:iam::123456789012:role/ci/main/deployer");
        assert_eq!((nested.resource_type(), nested.path(), nested.name()), ("role", "/ci/main/", "deployer"));
        assert_eq!(plain.parse::<Arn>().unwrap().path(), "/");
    }

    #[test]
    fn other_iam_names() {
        let root = Arn::account_root("aws", ACCOUNT);
        assert_eq!((root.to_string().as_str(), root.resource_type()), ("arn:aws:iam::123456789012:root", ""));
        let managed = Arn::aws_managed_policy("aws", "job-function/ViewOnlyAccess");
        assert_eq!(managed.to_string(), "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess");
        let oidc = Arn::oidc_provider("aws", ACCOUNT, "https://gitlab.com/");
        assert_eq!(oidc.to_string(), "arn:aws:iam::123456789012:oidc-provider/gitlab.com");
        let saml = Arn::saml_provider("aws", ACCOUNT, "okta");
        assert_eq!(saml.to_string(), "arn:aws:iam::123456789012:saml-provider/okta");
        assert_eq!(Arn::policy("aws", ACCOUNT, "/", "deploy").name(), "deploy");
        let session = Arn::assumed_role("aws", ACCOUNT, "deployer", "me");
        assert_eq!(session.to_string(), "arn:aws:sts::123456789012:assumed-role/deployer/me");
    }
}
