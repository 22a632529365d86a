//! IAM: roles, policies, identity providers, and an account's settings.

mod authorization;
mod managed;

pub mod account_alias;
pub mod oidc_provider;
pub mod password_policy;
pub mod policy;
pub mod role;
pub mod root_credentials;
pub mod saml_provider;
pub mod service_linked_role;

pub use account_alias::AccountAlias;
pub use managed::Managed;
pub use oidc_provider::OidcProvider;
pub use password_policy::PasswordPolicy;
pub use policy::Policy;
pub use role::Role;
pub use root_credentials::RootCredentials;
pub use saml_provider::SamlProvider;
pub use service_linked_role::ServiceLinkedRole;
