use std::fmt;

use crate::names::{AccountId, AccountName, RoleRef, Service};

/// Who may assume a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// A role of the landing zone: `"security/pipeline"`.
    Role(RoleRef),
    /// Whoever an account of the landing zone lets: `"account:security"`.
    Account(AccountName),
    /// An AWS service: `"service:ec2"`.
    Service(Service),
    /// Sessions of an OIDC provider of the same account: `{ oidc = "gitlab", subject = ["…"] }`.
    Oidc {
        /// The key of the provider.
        provider: String,
        /// The subjects let in, with `*` and `?` as IAM understands them; never empty.
        subjects: Vec<String>,
    },
    /// Sessions of a SAML provider of the same account: `{ saml = "okta" }`.
    Saml {
        /// The key of the provider.
        provider: String,
    },
    /// An account outside the organization: `{ account = "123456789012", external_id = "…" }`.
    External {
        /// The account.
        account: AccountId,
        /// The secret that the other side must quote.
        external_id: String,
    },
}

impl Trust {
    /// Whether sessions come from an identity provider and thus never carry a second factor of AWS's.
    pub fn is_federated(&self) -> bool {
        matches!(self, Self::Oidc { .. } | Self::Saml { .. })
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => write!(f, "{role}"),
            Self::Account(account) => write!(f, "account:{account}"),
            Self::Service(service) => write!(f, "service:{service}"),
            Self::Oidc { provider, .. } => write!(f, "oidc:{provider}"),
            Self::Saml { provider } => write!(f, "saml:{provider}"),
            Self::External { account, .. } => write!(f, "account {account}"),
        }
    }
}
