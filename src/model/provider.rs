use super::Tags;
use crate::names::{Located, Origin};

/// An identity provider of an account.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    /// Its key in the landing zone.
    pub name: String,
    /// How it vouches for its users.
    pub provider: Provider,
    /// Its tags, the account's included.
    pub tags: Tags,
    /// Its table.
    pub origin: Origin,
}

/// How an identity provider vouches for its users.
#[derive(Clone, Debug)]
pub enum Provider {
    /// OIDC.
    Oidc {
        /// The issuer, beginning with `https://` and without a slash at the end.
        url: Located<String>,
        /// The audiences let in; never empty.
        audiences: Vec<Located<String>>,
    },
    /// SAML 2.0.
    Saml {
        /// What AWS calls it: `name` in its table, else the key.
        aws_name: Located<String>,
        /// The key it had before it was renamed.
        moved: Option<Located<String>>,
        /// The content of the metadata document; its origin is the line that names the file.
        metadata: Located<String>,
    },
}

impl Provider {
    /// The last part of the provider's ARN: an OIDC issuer without its scheme.
    pub fn issuer(&self) -> Option<&str> {
        match self {
            Self::Oidc { url, .. } => Some(url.trim_start_matches("https://")),
            Self::Saml { .. } => None,
        }
    }
}
