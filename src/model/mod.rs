//! What a landing zone is, once its TOML has been read, its baselines merged into its accounts and its defaults
//! filled in. Plain data: every value that an error or a drift may point at says where it is written.

mod access;
mod account;
mod contact;
mod delegation;
mod landing_zone;
mod organization;
mod password;
mod policy;
mod provider;
mod quota;
mod role;
mod symbol;
mod trust;
mod unit;

pub use access::Access;
pub use account::Account;
pub use contact::{Contact, ContactType, Contacts};
pub use delegation::Delegation;
pub use landing_zone::LandingZone;
pub use organization::{Organization, RootCredentials, Tags};
pub use password::PasswordPolicy;
pub use policy::{GENERATED, Policies, PolicyFile, PolicyId, PolicyRef, PolicyType};
pub use provider::{IdentityProvider, Provider};
pub use quota::{IamQuotas, PolicyQuota};
pub use role::{Require, Role};
pub use symbol::{Symbol, symbols};
pub use trust::Trust;
pub use unit::Unit;
