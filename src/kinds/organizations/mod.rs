//! AWS Organizations: the organization, its units, accounts, policies and what is switched on in it.

mod answers;
mod creation;
mod membership;
mod target;

pub mod account;
pub mod delegated_administrator;
pub mod no_full_access;
pub mod organization;
pub mod policy;
pub mod policy_attachment;
pub mod policy_type;
pub mod trusted_access;
pub mod unit;

pub use account::Account;
pub use delegated_administrator::DelegatedAdministrator;
pub use no_full_access::NoFullAccess;
pub use organization::Organization;
pub use policy::Policy;
pub use policy_attachment::PolicyAttachment;
pub use policy_type::PolicyType;
pub use target::{Parent, Target};
pub use trusted_access::TrustedAccess;
pub use unit::Unit;
